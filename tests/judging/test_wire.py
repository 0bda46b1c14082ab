"""What goes wrong on the wire is told before the mathematics, and never in its place."""

import numpy as np
import pytest

from optproof import fixtures
from optproof.deviations import PIPELINES
from optproof.judging.judge import compare
from optproof.judging.wire import LAYOUTS, OTHERS, Wire, _digits, _places, _predict, explain_wire

OPERATIONS = ("random_mini_batches", "update_parameters_with_adam", "forward_propagation")


def same(array):
    return array


#: Ways of another program, and the id and a word that must be told of each.
WAYS = [
    *((wire, wire.name, "") for wire in (*LAYOUTS, *OTHERS)),
    (Wire("", "", same, _digits(15), {}), "wire.digits", "15 digits"),
    (Wire("", "", same, _digits(7), {}), "wire.digits", "7 digits"),
    (Wire("", "", same, _places(4), {}), "wire.digits", "4 places"),
]
NAMES = [word or wire.says for wire, _, word in WAYS]


def answers_by(operation, wire, change=same):
    cases = [c for f in fixtures.load_cases() for c in f.cases if c.operation == operation]
    cases = [c for c in cases if not {"recipe", "permutation"} & c.inputs.keys()]
    with np.errstate(all="ignore"):
        return [(c, {k: change(a) for k, a in _predict(operation, wire, c).items()}) for c in cases]


def told(answers, language="R 4.3.1"):
    deviating = [
        operation
        for operation, pairs in answers.items()
        if any(compare(c.expected, a, "float64") for c, a in pairs)
    ]
    return deviating, explain_wire(answers, deviating, "float64", language)


@pytest.mark.parametrize(("wire", "name", "word"), WAYS, ids=NAMES)
def test_the_wire_is_named_for_every_operation_that_it_makes_wrong(wire, name, word):
    answers = {operation: answers_by(operation, wire) for operation in OPERATIONS}
    deviating, found = told(answers)
    assert deviating
    assert list(found) == deviating
    for diagnosis in found.values():
        assert name in diagnosis.found[0].says
        assert word in diagnosis.found[0].says


@pytest.mark.parametrize(("wire", "name", "word"), WAYS, ids=NAMES)
def test_a_wrong_method_is_not_put_down_to_the_wire(wire, name, word):
    """The wrong twin: what comes is wrong before it is written."""
    answers = {
        operation: answers_by(operation, wire, lambda a: a * 1.01 if a.dtype.kind == "f" else a)
        for operation in OPERATIONS
    }
    assert told(answers)[1] == {}


def test_a_known_mistake_whose_numbers_travel_well_is_left_to_the_diagnosis():
    operation = "update_parameters_with_adam"
    pipeline = PIPELINES[operation]
    cases = [c for c, _ in answers_by(operation, Wire("", "", same, same, {})) if c.calls == 1]
    with np.errstate(all="ignore"):
        pairs = [(c, pipeline.answer(c.arguments(), ["adam.epsilon-hat"])) for c in cases]
    assert told({operation: pairs}) == ([operation], {})


def test_one_element_that_is_sent_bare_is_told():
    operation = "initialize_velocity"
    pairs = answers_by(operation, Wire("", "", same, same, {}))
    bare = [(c, {k: a.reshape(()) if a.size == 1 else a for k, a in t.items()}) for c, t in pairs]
    deviating, found = told({operation: bare})
    assert deviating == [operation]
    assert "wire.bare-element" in found[operation].found[0].says
    wrong = [(c, {k: a + 1 if a.size == 1 else a for k, a in t.items()}) for c, t in bare]
    assert told({operation: wrong})[1] == {}


def test_one_common_cause_is_told_of_all_that_it_explains():
    """Of one column, layouts cannot be told apart; the others say which it is."""
    wire = LAYOUTS[0]
    answers = {operation: answers_by(operation, wire) for operation in PIPELINES}
    deviating, found = told(answers)
    assert {d.found[0].says for d in found.values()} == {f"{wire.says} ({wire.name})"}
    assert list(found) == deviating


@pytest.mark.parametrize(
    ("language", "cure"),
    [
        ("R 4.3.1", "byrow = TRUE"),
        ("Octave 8", "reshape (d, fliplr (s))'"),
        ("Julia 1.10", "permutedims"),
        ("Brainfuck", "row by row"),
    ],
)
def test_the_cure_is_in_the_authors_language(language, cure):
    answers = {"forward_propagation": answers_by("forward_propagation", LAYOUTS[2])}
    [found] = told(answers, language)[1].values()
    assert cure in found.found[0].specified
