"""The shipped files: to their schemas, as the manifest lists them, and refused when damaged."""

import copy
import hashlib
import json
import re
from decimal import Decimal

import jsonschema
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from optproof import fixtures
from optproof.errors import CallError
from optproof.operations import OPERATIONS

ROOT = fixtures.root()
SCHEMA_OF = {
    "documented/*.json": "cases",
    "vectors/*.json": "cases",
    "training/moons.json": "training-data",
    "training/documented.json": "training-documented",
    "training/certified-*.json": "training-certified",
    "training/bands.json": "training-bands",
    "manifest.json": "manifest",
    "deviations.json": "deviations",
}
FILES = [
    (path.relative_to(ROOT).as_posix(), schema)
    for pattern, schema in SCHEMA_OF.items()
    for path in sorted(ROOT.glob(pattern))
]


def validator(name):
    schema = json.loads((ROOT / f"schema/{name}.schema.json").read_text())
    return jsonschema.Draft202012Validator(schema)


def read(name):
    return json.loads((ROOT / name).read_text())


@pytest.mark.parametrize(("name", "schema"), FILES)
def test_every_file_is_to_its_schema(name, schema):
    validator(schema).validate(read(name))


def test_no_file_is_without_schema_or_outside_the_manifest():
    data = {p.relative_to(ROOT).as_posix() for p in ROOT.rglob("*.json")}
    data -= {p for p in data if p.startswith(("schema/", "golden/"))}

    assert data == {name for name, _ in FILES}
    assert data - {"manifest.json"} == set(read("manifest.json")["files"])


def test_the_manifest_has_the_hash_and_count_of_every_file():
    manifest = read("manifest.json")

    for name, listed in manifest["files"].items():
        assert listed["sha256"] == hashlib.sha256((ROOT / name).read_bytes()).hexdigest()
        assert listed.get("cases") == (len(read(name)["cases"]) if "cases" in read(name) else None)
    assert manifest["cases"] == sum(f.get("cases", 0) for f in manifest["files"].values())
    assert manifest["cases"] == sum(len(f.cases) for f in fixtures.load_cases())


def every_schema(node):
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from every_schema(value)
    elif isinstance(node, list):
        for value in node:
            yield from every_schema(value)


@pytest.mark.parametrize("path", sorted(ROOT.glob("schema/*.json")), ids=lambda path: path.name)
def test_every_schema_is_valid_and_closed(path):
    schema = json.loads(path.read_text())

    jsonschema.Draft202012Validator.check_schema(schema)
    objects = [s for s in every_schema(schema) if s.get("type") == "object"]
    assert objects
    assert all("additionalProperties" in s for s in objects)


def places(node, path=()):
    """Every place in a JSON value, the first three of a list."""
    yield path
    if isinstance(node, dict):
        for key, value in node.items():
            yield from places(value, (*path, key))
    elif isinstance(node, list):
        for index, value in enumerate(node[:3]):
            yield from places(value, (*path, index))


def damaged(content, path, value):
    content = copy.deepcopy(content)
    node = content
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = value
    return content


def shortened(name):
    """A file with its first three cases alone."""
    content = read(name)
    return {k: v[:3] if isinstance(v, list) and k == "cases" else v for k, v in content.items()}


@pytest.mark.parametrize(("name", "schema"), FILES)
def test_a_file_with_anything_replaced_by_another_type_violates_its_schema(name, schema):
    content, check = shortened(name), validator(schema)

    # Provenance is free text; a signature is a map of names, and null means a missing tensor.
    paths = [p for p in places(content) if p and p[0] != "provenance"]
    paths = paths[:: len(paths) // 60 + 1]
    tensors = [p for p in paths if len(p) == 5 and p[2] == "signatures"]

    assert len(paths) > 5
    assert [p for p in paths if check.is_valid(damaged(content, p, {"no": ["such"]}))] == []
    assert [p for p in paths if check.is_valid(damaged(content, p, None))] == tensors


@pytest.mark.parametrize(("name", "schema"), FILES)
def test_a_file_with_an_entry_more_or_less_violates_its_schema(name, schema):
    content, check = shortened(name), validator(schema)

    assert not check.is_valid({**content, "comment": "more"})
    for key in content:
        assert not check.is_valid({k: v for k, v in content.items() if k != key})


# Loading


def test_ids_are_unique_and_carry_the_short_name_of_their_operation():
    cases = [case for file in fixtures.load_cases() for case in file.cases]

    assert len({case.id for case in cases}) == len(cases)
    assert {case.id.partition("/")[0] for case in cases} <= {o.short for o in OPERATIONS.values()}
    for case in cases:
        assert case.id.partition("/")[0] == OPERATIONS[case.operation].short
        taken = {*OPERATIONS[case.operation].arguments, "permutation"}
        assert set(case.arguments()) <= taken


def test_every_signature_is_explained_by_a_note_and_every_note_is_used():
    for file in fixtures.load_cases():
        used = {name for case in file.cases for name in case.signatures}
        assert used == set(file.notes)


def test_the_erratum_of_the_document_is_recorded_in_the_two_tensors_that_differ():
    [case] = [c for f in fixtures.load_cases() for c in f.cases if c.id == "adam/documented"]

    inside = case.signatures["adam.epsilon-inside-sqrt"]

    differing = {
        name: [(a, b) for a, b in zip(case.expected[name].digits, want.digits) if a != b]
        for name, want in inside.items()
    }
    assert differing == {
        "W2": [("-1.09244991", "-1.09245036")],
        "b2": [("-0.88529979", "-0.88529978")],
    }


@given(st.decimals(allow_nan=False, allow_infinity=False, places=8))
def test_half_unit_is_half_of_the_last_digit(number):
    assert Decimal(repr(fixtures.half_unit(str(number)))) == Decimal("0.5e-8")


@given(st.integers(-(10**6), 10**6), st.integers(-30, 30))
def test_half_unit_sees_the_exponent(mantissa, exponent):
    text = f"{mantissa}.5e{exponent:+d}"

    assert fixtures.half_unit(text) == (float(f"5e{exponent - 2}") if exponent < 1 else 0.0)


@pytest.mark.parametrize("text", ["nan", "inf", "-Infinity"])
def test_half_unit_of_no_number_is_an_error(text):
    with pytest.raises(ValueError, match="is not a finite number"):
        fixtures.half_unit(text)


def test_the_recipe_gives_the_bytes_that_it_promises_and_no_others():
    content = read("documented/random_mini_batches.json")
    recipe = content["cases"][0]["inputs"]["recipe"]

    drawn = fixtures.carry_out(recipe, "minibatch/documented")

    assert {k: (a.shape, a.dtype.name) for k, a in drawn.items()} == {
        "X": ((12288, 148), "float64"),
        "Y": ((1, 148), "bool"),
    }
    with pytest.raises(CallError, match="does not draw the X of this case"):
        fixtures.carry_out({**recipe, "seed": 2}, "minibatch/documented")


def test_documented_inputs_are_what_the_document_seeds():
    """The inputs ship by value; the generator that the provenance names gives the same."""
    generator = np.random.RandomState(1)
    shapes = {"W1": (2, 3), "b1": (2, 1), "W2": (3, 3), "b2": (3, 1)}
    parameters = {k: generator.randn(*shape) for k, shape in shapes.items()}
    grads = {f"d{k}": generator.randn(*shape) for k, shape in shapes.items()}

    for file in fixtures.load_cases():
        for case in file.cases:
            arguments = case.arguments()
            if case.id.endswith("/documented") and "parameters" in arguments:
                for name, tensors in (("parameters", parameters), ("grads", grads)):
                    for key, array in arguments.get(name, {}).items():
                        assert array.tobytes() == tensors[key].tobytes()


# The report


@pytest.fixture
def report_schema():
    return validator("report")


def test_a_report_that_passes_is_to_the_schema(check, report_schema):
    for target, code in (("optproof.methods", 0), ("x = 1\n", 5)):
        ran = check(target, "--only", "gd", "--only", "velocity")
        assert ran.code == code
        report_schema.validate(ran.report)


def test_a_report_with_deviations_errors_and_notes_is_to_the_schema(check, report_schema):
    source = """
import numpy as np
def initialize_velocity(parameters):
    return {"d" + k: a * np.nan for k, a in parameters.items()}
def update_parameters_with_gd(parameters, grads, learning_rate):
    parameters["W1"][:] = 0
    return {k: a + learning_rate * grads["d" + k] for k, a in parameters.items()}, "more"
def initialize_adam(parameters):
    raise ValueError
def update_parameters_with_momentum(*arguments):
    import os; os._exit(1)
"""
    ran = check(source, training=None)

    assert ran.code == 1
    report_schema.validate(ran.report)
    # A case of nothing but zeros passes whatever the sign of the step.
    statuses = {"pass", "deviation", "error", "not implemented", "not run"}
    assert set(ran.report["counts"]) == statuses
    nan = ran.result("initialize_velocity")["findings"][0]
    assert (nan["got"], nan["difference"], nan["ulps"]) == ("nan", None, None)
    off = ran.result("update_parameters_with_gd")["findings"]
    assert all(finding["ulps"] > 0 for finding in off if finding["tensor"] != "W1")


def test_a_report_that_is_changed_violates_the_schema(check, report_schema):
    report = check("optproof.methods", "--only", "gd").report

    assert not report_schema.is_valid({**report, "more": 1})
    assert not report_schema.is_valid({**report, "exit_code": 7})
    for key in report:
        assert not report_schema.is_valid({k: v for k, v in report.items() if k != key})
    for key in report["results"][0]:
        broken = copy.deepcopy(report)
        del broken["results"][0][key]
        assert not report_schema.is_valid(broken)


def test_schema_patterns_accept_every_clause_of_the_operations():
    pattern = re.compile(read("schema/cases.schema.json")["$defs"]["clauses"]["items"]["pattern"])

    assert all(pattern.match(c) for f in fixtures.load_cases() for x in f.cases for c in x.clauses)
