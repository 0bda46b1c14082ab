"""A conversation in chains, recipes and parts comes to the verdict of one told in full."""

import json
from dataclasses import replace

import jsonschema
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from optproof import fixtures, methods
from optproof.checking.asking import ask
from optproof.checking.check import check
from optproof.conversation import Launch
from optproof.conversation.function import Function
from optproof.conversation.session import Session
from optproof.errors import CallError
from optproof.judging.judge import judge
from optproof.operations import SHORTER
from optproof.protocol import DTYPES, Call, MalformedMessage, carried, decode, dump_line, encode

DOCUMENTED = "minibatch/documented"


SCHEMA = json.loads((fixtures.root() / "schema/message.schema.json").read_text())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)


def as_json(message):
    return json.loads(dump_line(message))


class Channel(Function):
    """To a function of ours; keeps the calls, which `bend` and `answer` may change."""

    def __init__(self, operation, function, bend=None, answer=None):
        super().__init__(operation, function, "float64")
        self.bend, self.change = bend or (lambda *call: call), answer or (lambda answer: answer)
        self.calls = []

    def call(self, operation, arguments, timeout=None, *, chain=None, parts=None, **how):
        self.calls.append((arguments, chain, parts))
        VALIDATOR.validate(as_json(Call(1, operation, encode(arguments, True), chain, parts or {})))
        arguments, chain = self.bend(arguments, chain)
        answer = super().call(operation, arguments, chain=chain, parts=parts, **how)
        VALIDATOR.validate(as_json(replace(answer, id=1)))
        return self.change(answer)


def judged(function, only, accepts=SHORTER, **bent):
    """The report on a function, and the channel that it was asked by."""
    [operation] = {c.operation for f in fixtures.load_cases() for c in f.cases if c.id in only}
    channel = Channel(operation, function, **bent)
    launch = Launch("it", (), {}, {"accepts": tuple(accepts)})
    report = check(Session(launch, 0.0, channel=channel), only=only, training="none")
    results = tuple(replace(r, seconds=0.0) for r in report.results)
    return replace(report, results=results), channel


def told(function, only, accepts=SHORTER, **bent):
    """What comes of each case, without a diagnosis: the tensors, and what is wrong with them."""
    channel = Channel("update_parameters_with_adam", function, **bent)
    session = Session(Launch("it", (), {}, {"accepts": tuple(accepts)}), 0.0, channel=channel)
    session.greet()
    told = {}
    for case in (c for f in fixtures.load_cases() for c in f.cases if c.id in only):
        try:
            answer, tensors = ask(session, case)
            bits = {name: a.tobytes() for name, a in tensors.items()}
            notes = (answer.notes, answer.mutated, answer.aliased, answer.adapted, answer.stdout)
            told[case.id] = (judge(case, tensors), bits, notes)
        except CallError as error:
            told[case.id] = (type(error), error.what, error.hint)
    return told, channel


def wrong(told):
    return {name for name, (findings, *_) in told.items() if findings}


CHAINS = ("adam/trajectory-3", "adam/trajectory-10", "adam/trajectory-100", "adam/documented")


def adam(change=lambda t, parameters, v, s: (parameters, v, s)):
    def update_parameters_with_adam(parameters, grads, v, s, t, *hyperparameters):
        after = methods.update_parameters_with_adam(parameters, grads, v, s, t, *hyperparameters)
        return change(t, *after)

    return update_parameters_with_adam


def off_at_3(t, parameters, v, s):
    parameters["W1"][0, 0] += 1e-3 * (t == 3)
    return parameters, v, s


def none_at_3(t, parameters, v, s):
    return ({**parameters, "W1": None} if t == 3 else parameters), v, s


def raises_at_3(t, parameters, v, s):
    if t == 3:
        raise ValueError("three")
    return parameters, v, s


def text_at_3(t, parameters, v, s):
    return ({**parameters, "W1": "W"} if t == 3 else parameters), v, s


def wide_at_5(t, parameters, v, s):
    return ({**parameters, "W1": parameters["W1"].astype(object)} if t == 5 else parameters), v, s


def keeps_its_arrays(t, parameters, v, s, kept=[]):  # noqa: B006
    """What was returned before is moved by what is returned now: over a wire it cannot be."""
    for old in kept:
        old["W1"] += 1
    kept[:] = [parameters]
    return parameters, v, s


def late(change):
    """The short chain, where it is wrong in it."""
    return set() if change is wide_at_5 else {CHAINS[0]}


@pytest.mark.sample(3)
@pytest.mark.parametrize(
    "change",
    [off_at_3, none_at_3, raises_at_3, text_at_3, wide_at_5, keeps_its_arrays],
    ids=lambda f: f.__name__,
)
def test_what_is_wrong_at_one_link_has_the_verdict_of_single_calls(change):
    in_chains, short = told(adam(change), CHAINS)
    in_calls, long = told(adam(change), CHAINS, accepts=())
    assert in_chains == in_calls
    assert len(short.calls) == len(CHAINS) < len(long.calls)
    assert wrong(in_chains) == (
        set() if change is keeps_its_arrays else {*CHAINS[1:3], *late(change)}
    )


def test_what_is_right_passes_both_ways():
    in_chains, _ = told(adam(), CHAINS)
    in_calls, channel = told(adam(), CHAINS, accepts=())
    assert in_chains == in_calls
    assert wrong(in_chains) == set()
    assert {(chain, parts) for _, chain, parts in channel.calls} == {(None, None)}


def test_one_that_writes_to_the_gradients_is_judged_as_over_the_wire():
    def update_parameters_with_adam(parameters, grads, v, s, t, *hyperparameters):
        after = methods.update_parameters_with_adam(parameters, grads, v, s, t, *hyperparameters)
        grads["dW1"] *= 2
        return after

    in_chains, _ = told(update_parameters_with_adam, CHAINS)
    assert in_chains == told(update_parameters_with_adam, CHAINS, accepts=())[0]
    assert wrong(in_chains) == set()


@pytest.mark.parametrize(
    "bend",
    [
        lambda arguments, chain: (arguments, None),
        lambda arguments, chain: (arguments, chain and replace(chain, calls=chain.calls - 1)),
        lambda arguments, chain: (arguments, chain and replace(chain, then=())),
    ],
    ids=["the state is fresh every time", "one call too few", "nothing changes"],
)
def test_a_chain_that_is_not_carried_out_deviates(bend):
    assert wrong(told(adam(), CHAINS, bend=bend)[0]) == set(CHAINS[:3])


# Recipes and parts

BATCHES = (DOCUMENTED, "minibatch/m-below-s")


def batches(change=lambda batches: batches):
    def random_mini_batches(X, Y, mini_batch_size=64, seed=0):
        return change(methods.random_mini_batches(X, Y, mini_batch_size, seed))

    return random_mini_batches


def sizes(channel):
    return [sum(np.size(a) for a in arguments.values()) for arguments, *_ in channel.calls]


def test_a_recipe_travels_and_what_is_judged_comes_back():
    report, channel = judged(batches(), BATCHES)
    assert {r.status for r in report.results} == {"pass"}
    assert max(sizes(channel)) < 10_000
    assert report == judged(batches(), BATCHES, accepts=())[0]


def test_what_is_made_otherwise_is_sent():
    """A hash that is not the recipe's, and none."""
    for made in ({"X": "0" * 64, "Y": "0" * 64}, {}):
        report, channel = judged(batches(), BATCHES, answer=lambda a, m=made: replace(a, made=m))
        assert {r.status for r in report.results} == {"pass"}
        assert max(sizes(channel)) > 10**6


def test_a_worker_that_cannot_make_it_says_so_and_is_sent_it():
    def bend(arguments, chain):
        if recipe := arguments.get("recipe"):
            wrong = {**recipe, "seed": recipe["seed"] + 1}
            arguments = {**arguments, "recipe": wrong}
        return arguments, chain

    report, channel = judged(batches(), BATCHES, bend=bend)
    assert {r.status for r in report.results} == {"pass"}
    assert max(sizes(channel)) > 10**6


def test_other_numbers_under_the_right_hash_deviate():
    """The wrong twin: it says that it made what the recipe promises, and made something else."""

    def bend(arguments, chain):
        if "recipe" in arguments:
            drawn = fixtures.carry_out(arguments["recipe"], "it")
            rest = {k: v for k, v in arguments.items() if k != "recipe"}
            arguments = {"X": drawn["X"] + 1, "Y": drawn["Y"], **rest}
        return arguments, chain

    [case] = [c for f in fixtures.load_cases() for c in f.cases if c.id == DOCUMENTED]
    promised = {d["name"]: d["sha256"] for d in case.inputs["recipe"]["draws"]}
    report, _ = judged(
        batches(), (DOCUMENTED,), bend=bend, answer=lambda a: replace(a, made=promised)
    )
    assert [r.status for r in report.results] == ["deviation"]


WRONG = {
    "in no pairs": lambda b: [X for X, _ in b],
    "the judged block": lambda b: [(b[0][0] + 1e-3, b[0][1]), *b[1:]],
    "the shape of the last": lambda b: [*b[:-1], (b[-1][0][:, 1:], b[-1][1])],
    "the dtype of the second": lambda b: [b[0], *((X.astype("f4"), Y) for X, Y in b[1:])],
    "one too many": lambda b: [*b, b[-1]],
    "one too few": lambda b: b[:-1],
    "the labels": lambda b: [(X, Y[:, :-1]) for X, Y in b],
}


@pytest.mark.sample(12)
@pytest.mark.parametrize("change", WRONG.values(), ids=WRONG.keys())
def test_what_is_wrong_has_the_verdict_and_the_diagnosis_of_the_whole(change):
    in_part, _ = judged(batches(change), BATCHES)
    assert in_part == judged(batches(change), BATCHES, accepts=())[0]
    assert in_part.results[0].status in ("deviation", "error")


@pytest.mark.full
def test_what_is_right_in_part_is_whole_where_another_case_deviates():
    """The diagnosis must not take the numbers that did not come for zeros."""

    def random_mini_batches(X, Y, mini_batch_size=64, seed=0):
        return methods.random_mini_batches(
            X, Y, mini_batch_size, seed if len(X) > 100 else seed + 1
        )

    in_part, _ = judged(random_mini_batches, BATCHES)
    assert in_part == judged(random_mini_batches, BATCHES, accepts=())[0]
    assert [r.status for r in in_part.results] == ["pass", "deviation"]


# How values are carried

tensors = st.sampled_from(DTYPES).flatmap(
    lambda dtype: hnp.arrays(dtype, hnp.array_shapes(min_dims=0, max_dims=3, min_side=0))
)
values = st.recursive(
    st.one_of(tensors, st.floats(), st.integers(), st.booleans(), st.none(), st.text(max_size=3)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3),
        st.tuples(inner, inner),
        st.dictionaries(st.sampled_from(["W1", "b1", "v", "s"]), inner, max_size=3),
    ),
    max_leaves=6,
)


def alike(a, b):
    if isinstance(a, np.ndarray):
        same = a.dtype == b.dtype and a.shape == b.shape and b.flags.writeable
        return same and np.array_equal(a, b, equal_nan=a.dtype.kind == "f")
    if isinstance(a, dict):
        return a.keys() == b.keys() and all(alike(a[k], b[k]) for k in a)
    if isinstance(a, list):
        return isinstance(b, list) and len(a) == len(b) and all(map(alike, a, b))
    return type(a) is type(b) and (a == b or a != a)


@given(values)
def test_what_is_carried_to_the_next_link_is_what_the_wire_would_bring(value):
    assert alike(decode(encode(value)), carried(value))


@pytest.mark.parametrize("value", [np.zeros(3, ">f8"), np.zeros((2, 3)).T, np.float32(0.1)])
def test_other_kinds_of_arrays_are_carried_as_plain_ones(value):
    assert alike(decode(encode(value)), carried(value))
    assert not np.shares_memory(carried(value), value)


@pytest.mark.parametrize("value", [np.zeros(2, complex), np.array(["a"]), object()])
def test_what_cannot_travel_is_not_carried_either(value):
    with pytest.raises(MalformedMessage) as by_wire:
        encode({"a": value})
    with pytest.raises(MalformedMessage) as carrying:
        carried({"a": value})
    assert str(by_wire.value) == str(carrying.value)


def test_a_block_comes_with_the_whole_shape():
    whole = np.arange(12.0).reshape(3, 4)
    part = encode({"a": [whole]}, parts={"a[0]": ((1, 0), (1, 3))})["a"][0]
    assert part["data"] == [4.0, 5.0, 6.0]
    back = decode(part)
    assert (back.shape, back[1, :3].tolist(), back.sum()) == ((3, 4), [4.0, 5.0, 6.0], 15.0)
    for wrong in ({"start": [0]}, {"block": [2, 2]}, {"start": [0, 0], "block": [9, 9]}):
        with pytest.raises(MalformedMessage, match="bad data"):
            decode({**part, **wrong})
