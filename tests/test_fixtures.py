"""The shipped files: to their schemas, as the manifest lists them, and refused when damaged."""

import copy
import hashlib
import json
import math
import re
from decimal import Decimal

import jsonschema
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from optproof import fixtures
from optproof.errors import CallError, FixtureError
from optproof.formats import FORMATS
from optproof.operations import OPERATIONS
from optproof.protocol import encode

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


def test_the_inputs_of_a_case_read_and_written_are_what_the_file_has():
    for file in fixtures.load_cases():
        for case in file.cases:
            if "recipe" not in case.inputs:
                assert encode(case.arguments()) == case.inputs


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
@example(3, 0)
@example(3, 1)
@example(3, 2)
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
    with pytest.raises(CallError) as caught:
        fixtures.carry_out({**recipe, "seed": 2}, "minibatch/documented")
    draws = f"NumPy {np.__version__} does not draw the X of this case"
    assert caught.value.kind == "recipe"
    assert caught.value.what == f"minibatch/documented: {draws}"
    assert caught.value.hint.startswith("its legacy generator differs from the one that")


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


# What a file says


def case_of(**said):
    """A case that its file describes by these words."""
    said = {"expected": {}, "inputs": {}, "comment": "why", **said}
    return fixtures.read_case("compute_cost", {"id": "cost/x", "clauses": ["COST-1"], **said})


def test_a_file_is_read_whole(files):
    note = {"title": "t", "effect": "e", "clause": "ADAM-1", "links": ["l"]}
    files.edit(ADAM, lambda content: content["notes"].update(a=note, b={**note, "links": []}))

    [file] = [f for f in fixtures.load_cases() if f.path == ADAM]

    assert file.operation == "initialize_adam"
    assert {case.operation for case in file.cases} == {file.operation}
    assert file.provenance["source"] == "document"
    assert file.notes == {
        "a": fixtures.Note("t", "e", "ADAM-1", ("l",)),
        "b": fixtures.Note("t", "e", "ADAM-1"),
    }


def test_a_case_has_what_its_file_says():
    case = case_of(inputs={"Y": [1]}, calls=3, dtypes=["float32"])

    assert (case.id, case.operation, case.clauses) == ("cost/x", "compute_cost", ("COST-1",))
    assert (case.comment, case.arguments()) == ("why", {"Y": [1]})
    assert (case.calls, case.dtypes) == (3, ("float32",))


def test_a_case_that_does_not_say_otherwise_is_one_call_for_every_format():
    assert (case_of().calls, case_of().dtypes, case_of().change(1)) == (1, tuple(FORMATS), {})


def told(want):
    values, bound = (a if a is None else a.tolist() for a in (want.values, want.bound))
    return want.dtype, want.shape, values, bound, want.start, want.digits


def test_expected_tensors_are_read_as_digits_as_data_or_as_a_shape_alone():
    head = {"dtype": "float64", "shape": [2, 3]}
    place = {"block": [1, 2], "start": [1, 0]}
    case = case_of(
        expected={
            "digits": {**head, **place, "digits": ["1.50", "-2.e+01"]},
            "block": {**head, **place, "data": [1, "NaN"], "bound": [0, 0.5]},
            "data": {"dtype": "float64", "shape": [2], "data": [1, -0.5], "bound": 2},
            "shape": {"dtype": "bool", "shape": [2, 3]},
        }
    )

    expected = {name: told(want) for name, want in case.expected.items()}

    assert math.isnan(expected["block"][2][0].pop())
    assert expected == {
        "digits": (
            "float64", (2, 3), [[1.5, -20.0]], [[0.005, 0.0]], (1, 0), ("1.50", "-2.e+01"),
        ),
        "block": ("float64", (2, 3), [[1.0]], [[0.0, 0.5]], (1, 0), ()),
        "data": ("float64", (2,), [1.0, -0.5], [2.0, 2.0], (0,), ()),
        "shape": ("bool", (2, 3), None, None, (0, 0), ()),
    }  # fmt: skip
    assert case.expected["data"].bound.dtype == np.float64


def test_a_recipe_gives_arguments_beside_those_that_are_written_down():
    array = np.random.RandomState(5).randn(2, 3)
    little = hashlib.sha256(array.astype("<f8").tobytes()).hexdigest()
    draw = {"name": "X", "shape": [2, 3], "dtype": "float64", "sha256": little}
    recipe = {"generator": "numpy-legacy", "seed": 5, "draws": [draw]}

    arguments = case_of(inputs={"recipe": recipe, "seed": 0}).arguments()

    assert arguments.keys() == {"X", "seed"}
    assert arguments["X"].tobytes() == array.tobytes()
    assert arguments["seed"] == 0


def test_a_chain_changes_its_arguments_in_turn_and_begins_again():
    changes = [{"learning_rate": 1.0}, {"learning_rate": 2.0}, {"grads": {"dW1": [1]}}]
    case = case_of(then=changes)

    assert [case.change(call) for call in (1, 2, 3, 4)] == [*changes, changes[0]]


def test_a_chain_carries_parameters_and_state_counts_t_and_then_changes_what_the_case_changes():
    arguments = {"parameters": 1, "grads": 2, "v": 3, "t": 4, "beta": 5}
    returned = {"parameters": 10, "v": 30, "more": 0}

    after = fixtures.next_arguments(arguments, returned, {"grads": 20})

    assert after == {"parameters": 10, "grads": 20, "v": 30, "t": 5, "beta": 5}
    assert fixtures.next_arguments({"beta": 5}, {}, {}) == {"beta": 5}


def test_a_variant_is_expected_in_the_place_of_what_is_specified_where_it_differs():
    number = {"dtype": "float64", "shape": [], "bound": 0.0}
    expected = {name: {**number, "data": [1]} for name in ("W1", "b1")}
    signature = {"W1": {**number, "data": [2]}}

    case = case_of(expected=expected, signatures={"adam.x": signature})
    variant, other = case.as_variant("adam.x"), case.as_variant("adam.y")

    assert {k: float(e.values) for k, e in variant.expected.items()} == {"W1": 2.0, "b1": 1.0}
    assert {k: float(e.values) for k, e in other.expected.items()} == {"W1": 1.0, "b1": 1.0}
    assert (variant.id, variant.signatures.keys()) == (case.id, case.signatures.keys())
    assert [c.expected_unknown for c in (case, variant, other)] == [False] * 3


def test_what_a_variant_answers_to_a_documented_case_is_known_by_its_signature_alone():
    printed = {"W1": {"dtype": "float64", "shape": [1], "digits": ["0.5"]}, "b1": {}}
    case = case_of(expected=printed, signatures={"adam.x": {"W1": printed["W1"]}})

    assert not case.expected_unknown
    assert not case.as_variant("adam.x").expected_unknown
    assert case.as_variant("adam.y").expected_unknown
    assert case_of(expected=printed).as_variant("adam.y").expected_unknown


# Damage


@pytest.fixture
def files(fixtures_copy, monkeypatch):
    """The copy, read in the place of the shipped files."""
    monkeypatch.setenv("OPTPROOF_FIXTURES", str(fixtures_copy.root))
    forget()
    yield fixtures_copy
    forget()


def forget():
    for cached in (fixtures.manifest, fixtures.load, fixtures.load_cases, fixtures.load_deviations):
        cached.cache_clear()


ADAM = "documented/initialize_adam.json"
REINSTALL = "reinstall optproof, or unset OPTPROOF_FIXTURES if it points elsewhere"


def bytes_of(change):
    """Damage that changes the bytes of a file, and leaves the manifest as it was."""
    return lambda files: (files.root / ADAM).write_bytes(change((files.root / ADAM).read_bytes()))


def content_of(change, listed=True):
    """Damage that changes the content of a file; `listed`: the manifest has its new hash."""
    return lambda files: files.edit(ADAM, change, listed)


def manifest_of(text):
    return lambda files: (files.root / "manifest.json").write_text(text)


AT = f"/{ADAM}"
TO_SCHEMA = f"{AT}: not to its schema: "
OTHER = "not the file that manifest.json lists (SHA-256)"


@pytest.mark.parametrize(
    ("damage", "message"),
    [
        (lambda f: (f.root / ADAM).unlink(), f"{AT}: cannot be read (No such file or directory)"),
        (bytes_of(lambda b: b[:500]), f"{AT}: truncated or not JSON (Expecting value"),
        (bytes_of(lambda b: b"[]"), f"{AT}: holds no JSON object"),
        (bytes_of(lambda b: b.replace(b"zeros, twice", b"zeros, 3 times")), f"{AT}: {OTHER}"),
        (content_of(lambda c: c.pop("cases")), f"{TO_SCHEMA}key 'cases' is missing"),
        (content_of(lambda c: c.pop("operation")), f"{TO_SCHEMA}key 'operation' is missing"),
        (content_of(lambda c: c.pop("provenance")), f"{TO_SCHEMA}key 'provenance' is missing"),
        (content_of(lambda c: c.update(schema=2)), f"{TO_SCHEMA}schema 2; this optproof reads 1"),
        (content_of(lambda c: c.update(operation="x")), f"{TO_SCHEMA}unknown operation 'x'"),
        (content_of(lambda c: c.update(notes=3)), f"{TO_SCHEMA}'int' object has no attribute"),
        (content_of(lambda c: c["cases"][0].pop("comment")), f"{TO_SCHEMA}key 'comment' is"),
        # Where the bytes are not as listed either, what is wrong with them is said first.
        (content_of(lambda c: c.update(schema=2), listed=False), f"{TO_SCHEMA}schema 2; this"),
        (
            content_of(lambda c: c["cases"][0]["expected"].update(x={}), listed=False),
            ": case adam-init/documented is not to its schema: KeyError: 'dtype'",
        ),
        (
            lambda f: (f.root / "manifest.json").unlink(),
            "/manifest.json: cannot be read (No such file or directory)",
        ),
        (manifest_of("{}"), "/manifest.json: not a manifest of schema 1"),
        (manifest_of('{"schema": 1, "files": []}'), "/manifest.json: not a manifest of schema 1"),
        (manifest_of('{"schema": 2, "files": {}}'), "/manifest.json: not a manifest of schema 1"),
    ],
)
def test_a_damaged_file_is_refused_and_the_message_says_what_is_wrong_with_it(
    files, damage, message
):
    damage(files)

    with pytest.raises(FixtureError) as caught:
        fixtures.load_cases()

    assert caught.value.what.startswith(f"{files.root}{message}")
    assert caught.value.hint == REINSTALL
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("digits", [["zero"], ["0."], ["nan"], None])
def test_a_case_with_damaged_digits_is_refused_when_they_are_needed(files, digits):
    def change(content):
        content["cases"][0]["expected"]["W1"]["digits"] = digits

    files.edit("documented/update_parameters_with_gd.json", change)
    [case] = [c for f in fixtures.load_cases() for c in f.cases if c.id == "gd/documented"]

    with pytest.raises(FixtureError) as caught:
        _ = case.expected

    place = f"{files.root}: case gd/documented is not to its schema: "
    assert caught.value.what.startswith(place)
    assert caught.value.hint == REINSTALL


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


def test_the_trainings_start_from_what_the_files_say():
    X, Y, parameters, hyperparameters = fixtures.documented_start()
    moons, documented = (
        fixtures.load("training/moons.json"),
        fixtures.load("training/documented.json"),
    )

    assert (X.shape, Y.shape) == ((2, 300), (1, 300))
    assert (X.ravel().tolist(), Y.ravel().tolist()) == (moons["X"]["data"], moons["Y"]["data"])
    assert {k: a.ravel().tolist() for k, a in parameters.items()} == {
        k: tensor["data"] for k, tensor in documented["initial_parameters"].items()
    }
    assert hyperparameters == documented["hyperparameters"]
    hyperparameters.clear()
    assert fixtures.documented_start()[3] == documented["hyperparameters"] != {}
