"""Optimizers that keep their own state: the right ones conform, each wrong one is named."""

import re
from dataclasses import replace

import numpy as np
import pytest

from optproof import fixtures, methods
from optproof.checking import trajectories
from optproof.checking.jobs import Run
from optproof.deviations import EVERYWHERE, PIPELINES, Scope
from optproof.errors import Raised, Unsupported
from optproof.fixtures import load_trajectories
from optproof.judging.diagnosis import results_of
from optproof.judging.explaining import explain_trajectory
from optproof.judging.judge import compare
from optproof.judging.trajectories import STATE, expect, named, rounding
from optproof.operations import OPTIMIZERS
from optproof.protocol import Answer, Hello, Offer, encode


class Class:
    """A right optimizer, with state of its own; ``step`` is what the wrong ones replace."""

    def __init__(self, optimizer, hyperparameters):
        self.optimizer, self.t = optimizer, 0
        self.h = dict(hyperparameters)
        self.state = None

    def __call__(self, parameters, grads, rate):
        """Take a step; what has no gradient stays as it is."""
        self.t += 1
        self.h["learning_rate"] = self.h["learning_rate"] if rate is None else rate
        moving = {k: a for k, a in parameters.items() if grads[f"d{k}"] is not None}
        if self.state is None:
            zeros = {f"d{k}": np.zeros_like(a) for k, a in parameters.items()}
            self.state = {name: dict(zeros) for name in STATE[self.optimizer]}
        here = {name: {f"d{k}": s[f"d{k}"] for k in moving} for name, s in self.state.items()}
        grads = {k: g for k, g in grads.items() if g is not None}
        results = self.step({"parameters": moving, "grads": grads, "t": self.t, **here, **self.h})
        for name in self.state:
            self.state[name].update(results[name])
        return {**parameters, **results["parameters"]}

    def step(self, arguments):
        return specified(self.optimizer, arguments)


def specified(optimizer, arguments):
    return results_of(PIPELINES[f"update_parameters_with_{optimizer}"].answer(arguments))


class Stepper:
    """A session with one optimizer, in this process."""

    timeout = 1.0

    def __init__(self, make, optimizer, takes=None, own=None, framework="", dtype="float64"):
        takes = list(OPTIMIZERS[optimizer] if takes is None else takes)
        offered = Offer("Mine", tuple(takes), own or {}, line=3, framework=framework)
        self.greeting = Hello("x", (), dtype=dtype, optimizers={optimizer: offered})
        self.make, self.own, self.broken, self.adapted = make, own or {}, {}, {}

    def call(self, operation, case_id, arguments, timeout):
        assert operation == "steps"
        several = arguments.get("instances", 1)
        given = {**self.own, **arguments["hyperparameters"]}
        ones = [self.make(arguments["optimizer"], given) for _ in range(several)]
        sets = arguments["parameters"] if several > 1 else [arguments["parameters"]]
        buffers = (
            {k: np.zeros_like(a) for k, a in arguments["steps"][0]["grads"].items()}
            if (arguments.get("reuse_buffers"))
            else None
        )
        after = []
        for step in arguments["steps"]:
            grads = step["grads"] if several > 1 else [step["grads"]]
            for i, one in enumerate(ones):
                g = grads[i]
                if buffers:
                    for k in g:
                        buffers[k][...] = g[k]
                    g = buffers
                sets[i] = one(sets[i], g, step.get("learning_rate"))
            after.append(list(sets) if several > 1 else sets[0])
        return Answer(0, encode({"parameters": after}))


def stepped(session, declared=None):
    """What all trajectories of the session's one optimizer come to."""
    jobs = [j for j in trajectories.jobs(load_trajectories()) if j.concerns(session.greeting)]
    here = Run(session, jobs, declared or {})
    here.do(jobs)
    [steps] = here.steps.values()
    return here.found, steps.diagnoses, steps.notes


def judged(make, optimizer, **how):
    """Results by the last part of their id, what explains them, and the notes."""
    declared = how.pop("declared", {})
    session = Stepper(make, optimizer, **how)
    results, diagnoses, notes = stepped(session, declared)
    named_so = [names for d in diagnoses for names in d.explanations]
    notes += [found.says for d in diagnoses for found in d.found]
    return {r.id.rpartition("/")[2]: r for r in results}, named_so, notes


def failing(results):
    return {name for name, r in results.items() if r.status == "deviation"}


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_a_right_one_passes_all(optimizer, dtype):
    class Typed(Class):
        def step(self, arguments):
            scalars = {k: np.dtype(dtype).type(v) for k, v in self.h.items()}
            return specified(self.optimizer, {**arguments, **scalars})

    results, named_so, notes = judged(Typed, optimizer, dtype=dtype)
    assert {r.status for r in results.values()} <= {"pass", "not applicable"}
    assert sum(r.status == "pass" for r in results.values()) >= len(results) - 1
    assert (named_so, notes) == ([], [f"{optimizer} optimizer: Mine (line 3)"])


ALL = [
    (optimizer, name)
    for optimizer in OPTIMIZERS
    for name in PIPELINES[f"update_parameters_with_{optimizer}"].ids
]
KILL_MATRIX = (fixtures.root() / "kill-matrix-trajectories.md").read_text("utf-8")


def stated(start):
    """What the kill matrix lists on its lines that start so."""
    lines = [line for line in KILL_MATRIX.splitlines() if line.startswith(start)]
    assert len(lines) == len(OPTIMIZERS)
    listed = [line[len(start) :].strip(" .") for line in lines]
    return [part for line in listed if line != "none" for part in re.split("[;,] ", line)]


INVISIBLE = set(stated("Not to be seen in the parameters:"))
TIES = [set(tie.split(" and ")) for tie in stated("Not to be told from each other:")]


def test_what_the_trajectories_cannot_see_is_little():
    assert "momentum.velocity-sign" in INVISIBLE  # v of the other sign, seen in v alone
    assert len(INVISIBLE) * 20 < len(ALL)
    assert {"adam.v-not-carried", "adam.v-returned-old"} in TIES


@pytest.mark.sample(30)
@pytest.mark.parametrize(("optimizer", "name"), ALL, ids=[name for _, name in ALL])
def test_each_deviation_that_shows_is_found_and_named(optimizer, name):
    class Deviating(Class):
        def step(self, arguments):
            pipeline = PIPELINES[f"update_parameters_with_{self.optimizer}"]
            beside = vars(self).setdefault("beside", {})  # AMSGrad's own maximum
            got = results_of(pipeline.answer({**arguments, **beside}, [name]))
            beside |= {"m": {**beside.get("m", {}), **got["m"]}} if "m" in got else {}
            return got

    with np.errstate(all="ignore"):
        results, named_so, _ = judged(Deviating, optimizer)
    if name in INVISIBLE:
        assert (failing(results), named_so) == (set(), [])
        return
    assert failing(results)
    tied = next((names for names in TIES if name in names), {name})
    assert {n for names in named_so for n in names} == tied
    assert all(len(names) == 1 for names in named_so)


class TwiceRaised(Class):
    def step(self, arguments):
        return specified(self.optimizer, {**arguments, "t": 2 * self.t})


class RateFallsInside(Class):
    def step(self, arguments):
        rate = self.h["learning_rate"] / (1 + 1e-4 * self.t)
        return specified(self.optimizer, {**arguments, "learning_rate": rate})


class OwnMaximum(Class):
    """AMSGrad: the largest s so far, kept apart from s."""

    most = None

    def step(self, arguments):
        results = specified(self.optimizer, arguments)
        self.most = self.most or {}
        theta = {}
        for k, a in arguments["parameters"].items():
            v, s = results["v"][f"d{k}"], results["s"][f"d{k}"]
            self.most[k] = np.maximum(self.most.get(k, 0.0), s)
            h = self.h
            s_hat = self.most[k] / (1 - h["beta2"] ** self.t)
            v_hat = v / (1 - h["beta1"] ** self.t)
            theta[k] = a - h["learning_rate"] * v_hat / (np.sqrt(s_hat) + h["epsilon"])
        return {**results, "parameters": theta}


class FirstStepUndamped(Class):
    def step(self, arguments):
        if self.t == 1:
            g = arguments["grads"]
            arguments = {**arguments, "v": g}
            if "s" in arguments:
                arguments["s"] = {k: a**2 for k, a in g.items()}
        return specified(self.optimizer, arguments)


class SharedState(Class):
    common = None

    @property
    def state(self):
        return SharedState.common

    @state.setter
    def state(self, value):
        if value is not None or self.t == 0:
            SharedState.common = value


class KeepsGradients(Class):
    """The velocity from all gradients so far, which are kept as they came."""

    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.past = []

    def step(self, arguments):
        self.past.append(arguments["grads"])
        beta, t = self.h["beta"], len(self.past)
        theta, v = {}, {}
        for k, a in arguments["parameters"].items():
            terms = [
                (1 - beta) * beta ** (t - i) * g[f"d{k}"]
                for i, g in enumerate(self.past, start=1)
                if f"d{k}" in g
            ]
            v[f"d{k}"] = sum(terms)
            theta[k] = a - self.h["learning_rate"] * v[f"d{k}"]
        return {"parameters": theta, "v": v}


class RateKept(Class):
    """The learning rate of the first step for ever."""

    def __call__(self, parameters, grads, rate):
        return super().__call__(parameters, grads, None)


class ZeroForNone(Class):
    def __call__(self, parameters, grads, rate):
        filled = {k: np.zeros_like(parameters[k[1:]]) if g is None else g for k, g in grads.items()}
        return super().__call__(parameters, filled, rate)


@pytest.mark.sample(4)
@pytest.mark.parametrize(
    ("wrong", "optimizer", "at_least"),
    [
        (TwiceRaised, "adam", {"scales", "document", "falling"}),
        (RateFallsInside, "adam", {"document", "six-hundred"}),
        (RateFallsInside, "momentum", {"document", "six-hundred"}),
        (RateFallsInside, "gd", {"three"}),
        (OwnMaximum, "adam", {"falling", "scales"}),
        (FirstStepUndamped, "adam", {"scales", "document"}),
        (FirstStepUndamped, "momentum", {"rate-falls"}),
        (RateKept, "gd", {"rate-falls"}),
        (RateKept, "momentum", {"rate-falls", "silence"}),
        (RateKept, "adam", {"rate-falls"}),
        (ZeroForNone, "adam", {"no-gradient"}),
        (ZeroForNone, "momentum", {"no-gradient"}),
    ],
)
def test_each_fault_of_a_life_is_found(wrong, optimizer, at_least):
    results, _, _ = judged(wrong, optimizer)
    assert failing(results) >= at_least


class OwnMaximumCorrected(OwnMaximum):
    """AMSGrad, the largest corrected s."""

    def step(self, arguments):
        results = specified(self.optimizer, arguments)
        self.most = self.most or {}
        theta = {}
        for k, a in arguments["parameters"].items():
            s_hat = results["s"][f"d{k}"] / (1 - self.h["beta2"] ** self.t)
            self.most[k] = np.maximum(self.most.get(k, s_hat), s_hat)
            v_hat = results["v"][f"d{k}"] / (1 - self.h["beta1"] ** self.t)
            rate = self.h["learning_rate"]
            theta[k] = a - rate * v_hat / (np.sqrt(self.most[k]) + self.h["epsilon"])
        return {**results, "parameters": theta}


@pytest.mark.sample(2)
@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        (FirstStepUndamped, "adam.first-step-undamped"),
        (OwnMaximum, "adam.amsgrad-largest"),
        (OwnMaximumCorrected, "adam.amsgrad-largest-corrected"),
    ],
)
def test_what_an_optimizer_does_in_its_life_is_named(wrong, name):
    assert judged(wrong, "adam")[1] == [(name,)]


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (TwiceRaised, "it raises t twice a step"),
    ],
)
def test_a_fault_of_a_life_is_told_where_its_formula_gives_all(wrong, said):
    _, named_so, notes = judged(wrong, "adam")
    assert named_so == []
    assert said in notes[-1]

    class AndMore(wrong):
        def __call__(self, parameters, grads, rate):
            moved = super().__call__(parameters, grads, rate)
            return {**moved, "b3": moved["b3"] * (1 - 1e-7)} if "b3" in moved else moved

    _, _, notes = judged(AndMore, "adam")
    assert not any(said in note for note in notes)


def slips(*deviations, scope=EVERYWHERE, **fixed):
    """An optimizer with these known deviations in one place, and numbers of its own."""

    class Slipping(Class):
        def step(self, arguments):
            pipeline = PIPELINES[f"update_parameters_with_{self.optimizer}"]
            here = [replace(s, scope=scope) for s in pipeline.slips(deviations)]
            return results_of(pipeline.answer({**arguments, **fixed}, here))

    return Slipping


class VelocityOnlyGrows(Class):
    def step(self, arguments):
        rate = arguments["learning_rate"]
        v = {k: a + rate * arguments["grads"][k] for k, a in arguments["v"].items()}
        moved = {k: a - v[f"d{k}"] for k, a in arguments["parameters"].items()}
        return {"parameters": moved, "v": v}


class DecaysApart(Class):
    def step(self, arguments):
        results = specified(self.optimizer, arguments)
        rate = arguments["learning_rate"]
        moved = {
            k: a - rate * 0.03 * arguments["parameters"][k]
            for k, a in results["parameters"].items()
        }
        return {**results, "parameters": moved}


def t_raised_with(*kinds):
    class Raising(Class):
        own = 0

        def step(self, arguments):
            together = {"parameters": {}, "v": {}, "s": {}}
            for k in arguments["parameters"]:
                self.own += k[0] in kinds
                here = {
                    n: {q: a for q, a in v.items() if q.lstrip("d") == k}
                    if isinstance(v, dict)
                    else v
                    for n, v in arguments.items()
                }
                for name, value in specified("adam", {**here, "t": self.own}).items():
                    together[name].update(value)
            return together

    return Raising


@pytest.mark.sample(12)
@pytest.mark.parametrize(
    ("wrong", "optimizer", "said"),
    [
        (slips(epsilon=3e-6), "adam", "ε is 3e-06, whatever is passed"),
        (slips(beta2=0.97), "adam", "β2 is 0.97, whatever is passed"),
        (slips(beta=0.6), "momentum", "β is 0.6, whatever is passed"),
        (
            slips("adam.epsilon-hat", epsilon=1e-5),
            "adam",
            "ε is 1e-05, whatever is passed and adam.epsilon-hat",
        ),
        (
            slips("adam.s-gradient-not-squared", scope=Scope(kind="b")),
            "adam",
            "adam.s-gradient-not-squared in the biases",
        ),
        (
            slips("gd.parameters-not-updated", scope=Scope(layer="last")),
            "gd",
            "gd.parameters-not-updated in the last layer",
        ),
        (VelocityOnlyGrows, "momentum", "v_new, alpha = v + alpha * g, 0 * alpha + 1.0"),
        (
            DecaysApart,
            "adam",
            "the parameters decay by α times 0.03, apart from the gradient: decoupled weight "
            "decay (AdamW)",
        ),
        (t_raised_with("W", "b"), "adam", "it raises t with every tensor, not with every step"),
        (t_raised_with("W"), "adam", "it raises t with every layer, not with every step"),
    ],
)
def test_what_is_in_no_catalogue_is_worked_out_from_the_parameters_alone(wrong, optimizer, said):
    assert worked_out(wrong, optimizer) == [said]

    class AndMore(wrong):
        def __call__(self, parameters, grads, rate):
            moved = super().__call__(parameters, grads, rate)
            return {**moved, "b3": moved["b3"] + 1e-5} if "b3" in moved else moved

    assert worked_out(AndMore, optimizer) == []


def worked_out(make, optimizer):
    session = Stepper(make, optimizer)
    with np.errstate(all="ignore"):
        results, diagnoses, _ = stepped(session)
    assert any(r.status == "deviation" for r in results)
    found = [f for d in diagnoses for f in d.found]
    return [
        " and ".join(part for part in (f.says, *f.names, f.formula) if part)
        + (f" in {f.scope}" if f.scope else "")
        for f in found
    ]


@pytest.mark.full
def test_the_three_that_only_a_change_shows_fail_nothing_else():
    assert failing(judged(RateKept, "adam")[0]) == {"rate-falls"}
    assert failing(judged(ZeroForNone, "adam")[0]) == {"no-gradient"}


@pytest.mark.parametrize("optimizer", ["momentum", "adam"])
def test_state_that_instances_share_is_found_and_said(optimizer):
    results, named_so, _ = judged(SharedState, optimizer)
    assert failing(results) == {"two-instances"}
    assert results["two-instances"].message.startswith("its instances share state")
    assert named_so == []


def test_gradients_that_are_kept_are_found_and_said():
    results, _, _ = judged(KeepsGradients, "momentum")
    assert "reused-buffers" in failing(results)
    assert results["reused-buffers"].message.startswith("it keeps the arrays of the gradients")
    assert "document" not in failing(results)


def test_its_own_hyperparameters_are_used_and_said():
    own = {"beta1": 0.8, "epsilon": 1e-6}
    results, _, notes = judged(Class, "adam", takes=["learning_rate", "beta2"], own=own)
    assert failing(results) == set()
    assert {r.status for r in results.values()} == {"pass"}
    assert notes == [
        "adam optimizer: Mine (line 3); it takes no beta1: its own, 0.8, is used; "
        "it takes no epsilon: its own, 1e-06, is used"
    ]


@pytest.mark.sample(4)
@pytest.mark.parametrize(
    ("own", "name"),
    [({"epsilon": 0.0}, "epsilon"), ({"beta2": 1.0}, "beta2"), ({"beta1": -0.1}, "beta1")],
)
def test_its_own_value_is_no_way_to_make_a_wrong_one_right(own, name):
    takes = [h for h in OPTIMIZERS["adam"] if h != name]
    with np.errstate(all="ignore"):
        results, _, notes = judged(Class, "adam", takes=takes, own=own)
    assert failing(results)
    assert f"it takes no {name}: the document's" in notes[0]


def test_a_wrong_one_with_its_own_hyperparameters_is_wrong_and_named():
    class Inside(Class):
        def step(self, arguments):
            pipeline = PIPELINES["update_parameters_with_adam"]
            return results_of(pipeline.answer(arguments, ["adam.epsilon-inside-sqrt"]))

    takes = ["learning_rate", "beta1"]
    own = {"beta2": 0.99, "epsilon": 1e-7}
    results, named_so, _ = judged(Inside, "adam", takes=takes, own=own)
    assert failing(results)
    assert named_so == [("adam.epsilon-inside-sqrt",)]


def test_hyperparameters_offered_and_ignored_are_a_deviation():
    class Ignoring(Class):
        def step(self, arguments):
            return specified("adam", {**arguments, "beta1": 0.9})

    results, named_so, _ = judged(Ignoring, "adam")
    assert failing(results)
    assert named_so == [("adam.beta1-hard-coded",)]


def test_without_a_rate_there_is_nothing_to_judge_by():
    results, _, _ = judged(Class, "gd", takes=[], own={})
    assert {r.status for r in results.values()} == {"not applicable"}


def test_a_rate_of_its_own_leaves_out_where_it_changes():
    results, _, _ = judged(Class, "momentum", takes=["beta"], own={"learning_rate": 0.5})
    left = {n for n, r in results.items() if r.status == "not applicable"}
    assert left == {"rate-falls", "silence"}
    assert failing(results) == set()


def form(name):
    class Form(Class):
        def step(self, arguments):
            pipeline = PIPELINES[f"update_parameters_with_{self.optimizer}"]
            return results_of(pipeline.answer(arguments, [name]))

    return Form


@pytest.mark.parametrize(
    ("framework", "optimizer", "own"),
    [
        ("torch", "momentum", "momentum.heavy-ball"),
        ("optax", "momentum", "momentum.heavy-ball"),
        ("keras", "momentum", "momentum.heavy-ball-learning-rate-in-velocity"),
        ("keras", "adam", "adam.epsilon-hat"),
    ],
)
def test_in_a_framework_its_own_form_conforms_and_the_documents_too(framework, optimizer, own):
    results, named_so, notes = judged(form(own), optimizer, framework=framework)
    assert (failing(results), named_so) == (set(), [])
    assert notes[-1].endswith(f"own form, {own}")
    results, _, notes = judged(Class, optimizer, framework=framework)
    assert failing(results) == set()
    assert "own form" not in notes[-1]


@pytest.mark.parametrize("framework", ["", "torch", "optax"])
def test_elsewhere_that_form_is_a_deviation_that_is_named(framework):
    results, named_so, _ = judged(form("adam.epsilon-hat"), "adam", framework=framework)
    assert failing(results)
    assert named_so == [("adam.epsilon-hat",)]


def test_a_declared_variant_is_judged_by_its_own_formula():
    declared = {"update_parameters_with_adam": "adam.epsilon-inside-sqrt"}
    results, _, _ = judged(form("adam.epsilon-inside-sqrt"), "adam", declared=declared)
    assert {r.status for r in results.values()} == {"pass"}
    results, _, _ = judged(Class, "adam", declared=declared)
    assert failing(results)


def test_two_mistakes_at_once_are_named():
    class Two(Class):
        def step(self, arguments):
            names = ["adam.v-not-corrected", "adam.s-sums-all"]
            return results_of(PIPELINES["update_parameters_with_adam"].answer(arguments, names))

    _, named_so, _ = judged(Two, "adam")
    assert named_so == [("adam.s-sums-all", "adam.v-not-corrected")] or named_so == [
        ("adam.v-not-corrected", "adam.s-sums-all")
    ]


def test_who_takes_no_none_is_not_judged_on_it_and_who_cannot_says_so():
    class Raises(Class):
        def __call__(self, parameters, grads, rate):
            if any(g is None for g in grads.values()):
                raise Raised("TypeError: NoneType")
            if rate is not None:
                raise Unsupported("its rate is fixed")
            return super().__call__(parameters, grads, rate)

    results, _, _ = judged(Raises, "adam")
    assert failing(results) == set()
    assert results["no-gradient"].status == results["rate-falls"].status == "not applicable"
    assert results["no-gradient"].message == "it takes no None for a gradient: TypeError: NoneType"


def test_a_dtype_that_alone_is_wrong_is_said_once():
    class Single(Class):
        def __call__(self, parameters, grads, rate):
            given = {k: a.astype("float32") for k, a in parameters.items()}
            sent = {k: g if g is None else g.astype("float32") for k, g in grads.items()}
            return super().__call__(given, sent, rate)

        def step(self, arguments):
            scalars = {k: np.float32(v) for k, v in self.h.items()}
            return specified(self.optimizer, {**arguments, **scalars})

    results, named_so, _ = judged(Single, "adam")
    assert named_so == []
    assert all(
        r.message == "only its dtype is wrong: float32 comes back, float64 is declared"
        for r in results.values()
        if r.status == "deviation"
    )


def test_an_answer_of_nothing_is_an_error_and_never_a_pass():
    class Nothing(Stepper):
        def call(self, *arguments, **how):
            return {"value": {"parameters": []}, "notes": [], "adapted": []}

    results, _, _ = stepped(Nothing(Class, "gd"))
    assert {r.status for r in results} == {"error"}


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_what_is_computed_here_is_what_the_fixtures_prove(optimizer):
    """Values to the last digit; bounds to the two digits that the fixtures have."""
    for trajectory in load_trajectories():
        if trajectory.optimizer != optimizer or trajectory.like:
            continue
        computed = expect(trajectory).expected
        assert computed.keys() == trajectory.expected.keys()
        for name, want in trajectory.expected.items():
            assert np.array_equal(computed[name].values, want.values)
            ratio = computed[name].bound[want.bound > 0] / want.bound[want.bound > 0]
            assert ratio.size == 0 or (ratio.min() > 0.85 and ratio.max() < 1.05)


def test_the_slack_is_that_of_the_fixtures():
    bounds = pytest.importorskip("optproof.oracle.bounds")
    assert bounds.SLACK == rounding.SLACK


def test_an_unknown_mistake_is_not_given_a_near_name():
    assert judged(RateFallsInside, "adam")[1] == []
    [t] = [t for t in load_trajectories() if t.id == "trajectory/adam/first-step"]
    path = [methods_step(t)]
    path[0]["W1"] = path[0]["W1"] * (1 + 1e-9)
    assert explain_trajectory("adam", [(t, named(t, path))]).explanations == ()


def methods_step(t):
    v, s = methods.initialize_adam(t.parameters)
    grads = t.steps[0]["grads"]
    return methods.update_parameters_with_adam(t.parameters, grads, v, s, 1, **t.hyperparameters)[0]


# Subnormal numbers taken for zero, as on XLA's CPU code


def _flushed(array):
    return np.where(np.abs(array) < np.finfo(float).tiny, 0.0, array)


class _Flushing:
    """Every document's optimizer, each result of which is zero where it is subnormal."""

    def __init__(self, kind, hyper, wrong=1.0):
        self.kind, self.h, self.wrong, self.v, self.s, self.t = kind, hyper, wrong, {}, {}, 0

    def moved(self, p, g, n):
        f, h = _flushed, self.h
        g = f(g)
        if self.kind == "gd":
            return f(p - f(h["learning_rate"] * g))
        b = h.get("beta", h.get("beta1"))
        self.v[n] = f(f(b * self.v.get(n, 0)) + f((1 - b) * g))
        if self.kind == "momentum":
            return f(p - f(h["learning_rate"] * self.v[n]))
        b2 = h["beta2"]
        self.s[n] = f(f(b2 * self.s.get(n, 0)) + f((1 - b2) * f(g * g)))
        root = f(np.sqrt(f(self.s[n] / (1 - b2**self.t)))) + self.wrong * h["epsilon"]
        return f(p - f(h["learning_rate"] * f(f(self.v[n] / (1 - b**self.t)) / root)))

    def step(self, parameters, grads):
        self.t += 1
        return {n: self.moved(p, grads[f"d{n}"], n) for n, p in parameters.items()}


@pytest.mark.parametrize("kind", ["gd", "momentum", "adam"])
def test_subnormal_numbers_taken_for_zero_are_no_deviation(kind):
    def differs(wrong):
        for trajectory in load_trajectories([kind]):
            if trajectory.like or trajectory.leaves_out:
                continue
            hyper, p = dict(trajectory.hyperparameters), trajectory.parameters
            optimizer = _Flushing(kind, hyper, wrong)
            path = []
            for step in trajectory.steps:
                hyper["learning_rate"] = step.get("learning_rate", hyper["learning_rate"])
                p = optimizer.step(p, step["grads"])
                path.append(p)
            every = {f"step[{i}].{n}": a for i, q in enumerate(path, 1) for n, a in q.items()}
            answer = {name: every[name] for name in trajectory.expected}
            yield bool(compare(trajectory.expected, answer, "float64"))

    assert not any(differs(1.0))
    assert any(differs(1 + 1e-9)) is (kind == "adam")  # a wrong epsilon still shows
