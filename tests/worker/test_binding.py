"""Signatures as people write them are understood; none of that turns wrong into right.

Each form is written once. Its wrong twin is the same text with one mistake: a wrong sign in the
step, or the root taken of s + epsilon.
"""

import json
import types
from textwrap import dedent

import numpy as np
import pytest

from optproof.checking.check import check
from optproof.conversation import python_target
from optproof.conversation.mapping import read_mapping
from optproof.errors import TargetError, UsageError
from optproof.fixtures import load_cases
from optproof.judging.judge import flatten, judge
from optproof.protocol import encode
from optproof.worker.finding import find


def bound(source, mapping=None):
    module = types.ModuleType("theirs")
    module.np = np
    exec(dedent(source), vars(module))
    functions, refused = find(module, mapping or {}, lambda function: False)
    assert refused == {}
    return functions


def failing(source, mapping=None):
    """Return the failing cases of every operation in the source, and the notes."""
    bad, run, notes = [], 0, []
    for name, function in bound(source, mapping).items():
        for case in (c for f in load_cases() for c in f.cases if c.operation == name):
            if case.calls == 1 and case.id != "minibatch/documented":
                run += 1
                arguments = {k: v for k, v in case.arguments().items() if k != "permutation"}
                if "permutation" not in case.inputs:
                    with np.errstate(all="ignore"):
                        value = encode(function.call(arguments))
                    bad += [case.id] if judge(case, flatten(name, value)) else []
        notes += function.notes
    assert run
    return bad, notes


GD = """
    def update_parameters_with_gd({signature}):
        new = {{}}
        for key in {p}:
            new[key] = {p}[key] - {lr} * {g}["d" + key]
        return new
"""
ADAM_BODY = """
    L = len(P) // 2
    new_v, new_s, new = {}, {}, {}
    for key in P:
        d = "d" + key
        new_v[d] = B1 * V[d] + (1 - B1) * G[d]
        new_s[d] = B2 * S[d] + (1 - B2) * G[d] ** 2
        first, second = new_v[d] / (1 - B1 ** T), new_s[d] / (1 - B2 ** T)
        new[key] = P[key] - LR * first / (np.sqrt(second) + EPS)
"""


def gd(p="parameters", g="grads", lr="learning_rate", signature="{p}, {g}, {lr}"):
    return GD.format(p=p, g=g, lr=lr, signature=signature.format(p=p, g=g, lr=lr))


def adam(signature, returned="return new, new_v, new_s", **names):
    usual = dict(P="parameters", G="grads", V="v", S="s", T="t", LR="learning_rate")
    usual |= dict(B1="beta1", B2="beta2", EPS="epsilon")
    lines = "\n".join(f"    {k} = {v}" for k, v in {**usual, **names}.items())
    return f"def update_parameters_with_adam({signature}):\n{lines}{ADAM_BODY}    {returned}\n"


DOCUMENTED = "parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8"

FORMS = {
    "documented": (gd(), []),
    "learnig_rate": (gd(lr="learnig_rate"), ["its learnig_rate is taken for learning_rate"]),
    "lr": (gd(lr="lr"), ["its lr is taken for learning_rate"]),
    "alpha": (gd(lr="alpha"), ["its alpha is taken for learning_rate"]),
    "params, gradients": (
        gd("params", "gradients"),
        ["its params is taken for parameters", "its gradients is taken for grads"],
    ),
    "names that say nothing": (
        gd("a", "b", "c"),
        [
            "its a is taken for parameters",
            "its b is taken for grads",
            "its c is taken for learning_rate",
        ],
    ),
    "another order": (
        gd(signature="{lr}, {p}, {g}"),
        ["its arguments come in another order: learning_rate, parameters, grads"],
    ),
    "position alone": (gd("parameters", "grads", signature="{p}, {g}, {lr}, /"), []),
    "keywords alone": (gd(signature="*, {p}, {g}, {lr}"), []),
    "more arguments": (gd(signature="{p}, {g}, {lr}, decay=0.0, verbose=False"), []),
    "it changes the parameters and returns nothing": (
        """
        def update_parameters_with_gd(parameters, grads, learning_rate):
            for key in parameters:
                parameters[key] = parameters[key] - learning_rate * grads["d" + key]
        """,
        ["it returns nothing: what it changed in place is read"],
    ),
    "the parameters alone, v changed in place": (
        """
        def update_parameters_with_momentum(parameters, grads, v, beta, learning_rate):
            for key in parameters:
                v["d" + key] = beta * v["d" + key] + (1 - beta) * grads["d" + key]
                parameters[key] = parameters[key] - learning_rate * v["d" + key]
            return parameters
        """,
        ["it does not return v: read from its arguments"],
    ),
    "v first": (
        """
        def update_parameters_with_momentum(parameters, grads, v, betav, alpha):
            for key in parameters:
                v["d" + key] = betav * v["d" + key] + (1 - betav) * grads["d" + key]
                parameters[key] = parameters[key] - alpha * v["d" + key]
            return v, parameters
        """,
        [
            "its betav is taken for beta",
            "its alpha is taken for learning_rate",
            "it returns the parameters later than the document does",
        ],
    ),
    "five values": (
        adam(DOCUMENTED, returned="return new, new_v, new_s, first, second"),
        ["it returns 2 more than the documented 3; ignored"],
    ),
    "results by name": (
        adam(DOCUMENTED, returned="return dict(parameters=new, v=new_v, s=new_s)"),
        [],
    ),
    "the paper's names": (
        adam(
            "theta, grad, m, v, step, alpha, beta_1, beta_2, eps",
            P="theta",
            G="grad",
            V="m",
            S="v",
            T="step",
            LR="alpha",
            B1="beta_1",
            B2="beta_2",
            EPS="eps",
        ),
        [
            "its theta is taken for parameters",
            "its grad is taken for grads",
            "its m is taken for v",
            "its v is taken for s",
            "its step is taken for t",
            "its alpha is taken for learning_rate",
            "its beta_1 is taken for beta1",
            "its beta_2 is taken for beta2",
            "its eps is taken for epsilon",
        ],
    ),
    "keys W_1 and dW_1": (
        """
        def update_parameters_with_gd(parameters, grads, learning_rate):
            for l in range(1, len(parameters) // 2 + 1):
                for kind in "Wb":
                    key = f"{kind}_{l}"
                    parameters[key] = parameters[key] - learning_rate * grads["d" + key]
            return parameters
        """,
        ["it is given dicts that know its own keys (vdW1, dW_1, ...) too"],
    ),
    "keys vdW1": (
        """
        def initialize_velocity(parameters):
            return {f"vd{key}": np.zeros_like(a) for key, a in parameters.items()}
        def update_parameters_with_momentum(parameters, grads, v, beta, learning_rate):
            for key in parameters:
                v["vd" + key] = beta * v["vd" + key] + (1 - beta) * grads["d" + key]
                parameters[key] = parameters[key] - learning_rate * v["vd" + key]
            return parameters, v
        """,
        [
            "its keys of v are vdW1, vdb1, ...",
            "it is given dicts that know its own keys (vdW1, dW_1, ...) too",
        ],
    ),
    "keys Vw1": (
        """
        def initialize_velocity(parameters):
            return {f"V{key.lower()}": np.zeros_like(a) for key, a in parameters.items()}
        """,
        ["its keys of v are Vw1, Vb1, ..."],
    ),
    "gradients and state under the keys of the parameters": (
        """
        def initialize_velocity(parameters):
            return {key: np.zeros_like(a) for key, a in parameters.items()}
        def update_parameters_with_momentum(params, grads, v, beta, lr):
            for key in params:
                v[key] = beta * v[key] + (1 - beta) * grads[key]
                params[key] = params[key] - lr * v[key]
            return params, v
        """,
        [
            "its keys of v are W1, b1, ...",
            "its params is taken for parameters",
            "its lr is taken for learning_rate",
            "it is given gradients and state under the keys of the parameters",
        ],
    ),
    "keys that are only looked for": (
        """
        def update_parameters_with_gd(parameters, grads, learning_rate):
            for key in parameters:
                if key in grads:
                    parameters[key] = parameters[key] - learning_rate * grads[key]
            return parameters
        """,
        ["it is given gradients and state under the keys of the parameters"],
    ),
    "nested lists of floats": (
        """
        def step(p, g, rate):
            if isinstance(p, list):
                return [step(a, b, rate) for a, b in zip(p, g)]
            if not isinstance(p, (int, float)):
                raise ValueError(f"{type(p)} is no number")
            learning_rate = rate
            return p - learning_rate * g
        def update_parameters_with_gd(parameters, grads, learning_rate):
            return step(parameters, grads, learning_rate)
        """,
        ["it is given nested lists of floats, W1, b1, W2, b2, ..."],
    ),
    "W[0]": (
        """
        def update_parameters_with_gd(parameters, grads, learning_rate):
            for kind in "Wb":
                for l in range(len(parameters["W"])):
                    parameters[kind][l] = parameters[kind][l] - learning_rate * grads["d" + kind][l]
            return parameters
        """,
        ["it is given dicts of lists, W[0] for W1"],
    ),
    "a list of dicts": (
        """
        def update_parameters_with_gd(parameters, grads, learning_rate):
            for layer, gradient in zip(parameters, grads):
                layer["W"] = layer["W"] - learning_rate * gradient["dW"]
                layer["b"] = layer["b"] - learning_rate * gradient["db"]
            return parameters
        """,
        ["it is given lists of a dict a layer"],
    ),
    "a list of pairs": (
        """
        def update_parameters_with_gd(parameters, grads, learning_rate):
            return [
                (W - learning_rate * dW, b - learning_rate * db)
                for (W, b), (dW, db) in zip(parameters, grads)
            ]
        """,
        ["it is given lists of (W, b), one a layer"],
    ),
    "a flat list": (
        """
        def update_parameters_with_gd(parameters, grads, learning_rate):
            return [p - learning_rate * g for p, g in zip(parameters, grads)]
        """,
        ["it is given lists W1, b1, W2, b2, ..."],
    ),
    "a generator": (
        """
        def random_mini_batches(X, Y, mini_batch_size, seed):
            np.random.seed(seed)
            order = np.random.permutation(X.shape[1])
            for k in range(0, X.shape[1], mini_batch_size):
                batch = order[k : k + mini_batch_size]
                yield X[:, batch], Y[:, batch]
        """,
        ["it yields its results: all are taken"],
    ),
    "methods of a class": (
        """
        class Optimizers:
            @staticmethod
            def update_parameters_with_gd(parameters, grads, learning_rate):
                return {k: p - learning_rate * grads["d" + k] for k, p in parameters.items()}
        """,
        ["update_parameters_with_gd is a method of its class Optimizers"],
    ),
}
MISTAKES = [
    ("- learning_rate *", "+ learning_rate *"),
    ("- learnig_rate *", "+ learnig_rate *"),
    ("- lr *", "+ lr *"),
    ("- alpha *", "+ alpha *"),
    ("- c *", "+ c *"),
    ("- LR *", "+ LR *"),
    ("- self.lr *", "+ self.lr *"),
    ("np.zeros_like(a)", "np.ones_like(a)"),
    ("np.random.permutation(X.shape[1])", "np.arange(X.shape[1])"),
]


@pytest.mark.parametrize(("source", "notes"), FORMS.values(), ids=FORMS.keys())
def test_a_right_implementation_in_this_form_passes_and_the_report_says_what_was_adapted(
    source, notes
):
    assert failing(source) == ([], notes)


@pytest.mark.parametrize("source", [s for s, _ in FORMS.values()], ids=FORMS.keys())
def test_its_wrong_twin_fails(source):
    wrong = source
    for right, mistake in MISTAKES:
        wrong = wrong.replace(right, mistake)
    assert wrong != source
    assert failing(wrong)[0] != []


RAISES = """
    def update_parameters_with_momentum(parameters, grads, v, beta, learning_rate):
        for l in range(1, len(parameters) // 2 + 1):
            for k in ("W%d" % l, "b%d" % l):
                {line}
                parameters[k] = parameters[k] - learning_rate * v["d" + k]
        return parameters, v
"""
LINES = {
    "no such argument": ('v["d" + k] = np.square(grads["d" + k], axis=0)', TypeError),
    "no such key": ('v["d" + k] = beta * v["vd" + k + "x"]', KeyError),
    "no such name": ('v["d" + k] = bta * v["d" + k]', NameError),
    "shapes": ('v["d" + k] = v["d" + k] @ np.ones((7, 7))', ValueError),
}


@pytest.mark.parametrize(("line", "error"), LINES.values(), ids=LINES.keys())
def test_no_container_is_guessed_that_changes_nothing(line, error):
    [function] = bound(RAISES.format(line=line)).values()
    cases = [c for f in load_cases() for c in f.cases if c.operation == function.operation.name]
    for case in cases[:4]:
        with pytest.raises(error):
            function.call(case.arguments())
    assert not [note for note in function.notes if "is given" in note]


def test_velocity_under_the_keys_of_the_parameters_beside_an_update_that_wants_a_d_deviates():
    source, _ = FORMS["gradients and state under the keys of the parameters"]
    source = source.replace("v[key]", "v['d' + key]").replace("grads[key]", "grads['d' + key]")
    assert {case.partition("/")[0] for case in failing(source)[0]} == {"velocity"}


ALIASED = [
    ("update_parameters_with_gd", "parameters", "weights"),
    ("update_parameters_with_momentum", "beta", "mu"),
    ("update_parameters_with_momentum", "v", "velocity"),
    ("update_parameters_with_adam", "epsilon", "eps"),
    ("update_parameters_with_adam", "t", "time_step"),
    ("update_parameters_with_adam", "beta1", "b1"),
    ("random_mini_batches", "mini_batch_size", "minibatch_size"),
    ("random_mini_batches", "mini_batch_size", "batch_size"),
    ("random_mini_batches", "Y", "labels"),
    ("initialize_parameters", "layers_dims", "layer_dims"),
    ("compute_cost", "a3", "AL"),
]


@pytest.mark.parametrize(("operation", "documented", "alias"), ALIASED)
def test_an_alias_says_which_argument_it_is_wherever_it_stands(operation, documented, alias):
    from optproof.operations import OPERATIONS

    names = [alias if a == documented else a for a in OPERATIONS[operation].arguments][::-1]
    source = f"def {operation}({', '.join(names)}): return {alias}"
    given = {a: object() for a in OPERATIONS[operation].arguments}
    assert bound(source)[operation]._invoke(given) is given[documented]


def test_a_hyperparameter_that_it_does_not_take_is_noted_and_its_own_value_judged():
    source = gd(signature="{p}, {g}").replace(" - learning_rate", " - 0.01")
    bad, notes = failing(source)
    assert notes == ["it takes no learning_rate: its own is used"]
    assert "gd/documented" not in bad
    assert "gd/learning-rate-1" in bad


def test_v_not_changed_in_place_and_not_returned_is_a_deviation():
    source = """
        def update_parameters_with_momentum(parameters, grads, v, beta, learning_rate):
            return {
                key: p - learning_rate * (beta * v["d" + key] + (1 - beta) * grads["d" + key])
                for key, p in parameters.items()
            }
    """
    bad, notes = failing(source)
    assert "momentum/nonzero-velocity" in bad
    assert notes == ["it does not return v: read from its arguments"]


def test_the_gradients_are_not_read_from_the_parameters():
    source = gd().replace('grads["d" + key]', "parameters['d' + key]")
    with pytest.raises(KeyError):
        failing(source)


def test_an_argument_that_the_document_does_not_have_is_refused_with_advice():
    module = types.ModuleType("theirs")
    exec("def update_parameters_with_gd(parameters, grads, learning_rate, foo): pass", vars(module))
    _, refused = find(module, {}, lambda function: False)
    told = refused["update_parameters_with_gd"]
    assert told["message"].startswith(
        "it is not clear how to call its update_parameters_with_gd: it asks for foo"
    )
    assert "foo=...)" in told["hint"]


def test_a_mapping_file_says_what_names_cannot(tmp_path):
    source = """
        class Tools:
            @staticmethod
            def nudge(tilt, mass, pace):
                return 7, {k: p - pace * tilt["d" + k] for k, p in mass.items()}
    """
    mapping = {
        "functions": {"update_parameters_with_gd": "Tools.nudge"},
        "arguments": {
            "update_parameters_with_gd": {
                "grads": "tilt",
                "parameters": "mass",
                "learning_rate": "pace",
            }
        },
    }
    path = tmp_path / "mapping.json"
    path.write_text(json.dumps(mapping))
    right = source.replace("7, ", "")
    bad, notes = failing(right, read_mapping(path))
    assert bad == []
    assert notes[0] == "Tools.nudge is taken for update_parameters_with_gd"
    assert failing(right.replace("p - pace", "p + pace"), mapping)[0] != []


def test_velocity_under_the_keys_of_the_parameters_is_still_a_deviation_where_it_is_returned():
    source = """
        def initialize_velocity(parameters):
            return {key: np.zeros_like(a) for key, a in parameters.items()}
    """
    assert "velocity/documented" in failing(source)[0]


@pytest.mark.parametrize(
    ("mapping", "message"),
    [
        ({"functions": {"update_parameters_with_gd": "sgd_stpe"}}, "there is no sgd_stpe"),
        (
            {"arguments": {"update_parameters_with_gd": {"learning_rate": "alhpa"}}},
            "update_parameters_with_gd has no argument alhpa; it has parameters, grads, alpha",
        ),
    ],
)
def test_a_mapping_that_does_not_fit_the_implementation_is_told(tmp_path, mapping, message):
    path, file = tmp_path / "theirs.py", tmp_path / "mapping.json"
    path.write_text(dedent(gd(lr="alpha")))
    file.write_text(json.dumps(mapping))
    with pytest.raises(TargetError, match=f"the mapping does not fit: {message}$"):
        check(python_target(str(path), mapping=file), training="none")


WRONG_MAPPINGS = {
    "no section": ({"function": {}}, "unknown section 'function'"),
    "a section that is none": ({"functions": []}, "functions must be a section of its own"),
    "no sections": ([], "is not a table of sections"),
    "no operation": ({"functions": {"adam": "f"}}, "functions.adam: no such operation"),
    "no name": ({"functions": {"compute_cost": 1}}, "functions.compute_cost must be a name"),
    "no argument": ({"arguments": {"compute_cost": {"A": "B"}}}, "no argument A"),
    "no result": ({"results": {"compute_cost": ["J"]}}, "no result J"),
}


@pytest.mark.parametrize(("content", "message"), WRONG_MAPPINGS.values(), ids=WRONG_MAPPINGS.keys())
def test_a_wrong_mapping_is_a_usage_error(content, message, tmp_path):
    path = tmp_path / "mapping.json"
    path.write_text(json.dumps(content))
    with pytest.raises(UsageError, match=message):
        read_mapping(path)


@pytest.mark.parametrize(("name", "text"), [("m.toml", "a = "), ("m.json", "{"), ("no", None)])
def test_a_mapping_that_cannot_be_read_is_a_usage_error(name, text, tmp_path):
    if text is not None:
        (tmp_path / name).write_text(text)
    with pytest.raises(UsageError):
        read_mapping(tmp_path / name)
