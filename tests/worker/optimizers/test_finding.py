"""What is found in a module, how it is told apart, and what is said of the rest."""

import numpy as np
import pytest
from worker.optimizers import class_forms
from worker.optimizers.driving import (
    HYPER,
    STEPS,
    conforms,
    difference,
    expected,
    found_in,
    module_of,
    trajectory,
)

from optproof.worker.answering import Worker
from optproof.worker.optimizers import NoSuchName, run

RIGHT, _, TWINS = class_forms.FORMS["update(params, grads) under the same keys"]
SGD = """
class SGD:
    def __init__(self, lr=0.01, momentum=0.9):
        self.lr, self.momentum, self.v = lr, momentum, {}
    def update(self, params, grads):
        for k in params:
            self.v[k] = self.momentum * self.v.get(k, 0) + (1 - self.momentum) * grads[k]
            params[k] -= self.lr * self.v[k]
"""


def test_sgd_with_a_momentum_is_both(tmp_path):
    found = found_in(SGD, tmp_path)
    assert list(found.optimizers) == ["gd", "momentum"]
    assert "its momentum is set to 0.0" in found.optimizers["gd"].way.how
    heavy = found_in(SGD.replace("(1 - self.momentum) * grads", "grads"), tmp_path)
    assert conforms(heavy, "gd")
    assert not conforms(heavy, "momentum")


def test_a_new_rate_is_given_by_its_attribute(tmp_path):
    rates = [0.05, 0.05, 0.011, 0.011, 0.011, 0.3, 0.3, 0.3]
    for kind, found in [("adam", found_in(RIGHT, tmp_path)), ("gd", found_in(SGD, tmp_path))]:
        assert found.optimizers[kind].changes_rate
        assert conforms(found, kind, rates)


def test_a_rate_that_falls_inside_is_seen(tmp_path):
    falls = RIGHT.replace("self.t += 1", "self.t += 1; self.lr *= 0.99")
    assert not conforms(found_in(falls, tmp_path), "adam")


def test_two_instances_in_turn(tmp_path):
    (first, gradients), (second, others) = trajectory(3), trajectory(4)
    steps = [{"grads": list(pair)} for pair in zip(gradients, others)]
    arguments = {
        "parameters": [first, second],
        "hyperparameters": HYPER["adam"],
        "steps": steps,
        "instances": 2,
    }
    shared = RIGHT.replace("class Adam:\n", "class Adam:\n    shared = {}\n").replace(
        "self.m = {k: np", "self.m = self.shared = Adam.shared; Adam.shared.update({k: np"
    )
    shared = shared.replace("items()}\n            self.v", "items()})\n            self.v")
    for source, right in [(RIGHT, True), (shared, False)]:
        seen = run(found_in(source, tmp_path).optimizers["adam"], arguments)
        assert len(seen) == STEPS
        for i, (start, g) in enumerate([(first, gradients), (second, others)]):
            path = expected("adam", start, g, HYPER["adam"])
            same = all(np.allclose(s[i]["W1"], p["W1"], rtol=1e-12) for s, p in zip(seen, path))
            assert same is right


def test_reused_buffers_show_a_gradient_that_is_kept(tmp_path):
    """An alias of the first gradient as the moment is invisible without them."""
    keeps = SGD.replace(
        "            self.v[k] =",
        "            if k not in self.v: self.v[k] = grads[k]; self.v[k] *= 1 - self.momentum\n"
        "            else: self.v[k] =",
    )
    parameters, gradients = trajectory()
    for source, right in [(SGD, True), (keeps, False)]:
        arguments = {
            "parameters": parameters,
            "hyperparameters": HYPER["momentum"],
            "steps": [{"grads": {k: g.copy() for k, g in s.items()}} for s in gradients],
            "reuse_buffers": True,
        }
        seen = run(found_in(source, tmp_path).optimizers["momentum"], arguments)
        path = expected("momentum", parameters, gradients, HYPER["momentum"])
        same = all(np.allclose(s["W1"], p["W1"], rtol=1e-12) for s, p in zip(seen, path))
        assert same is right


def test_own_values_are_found_never_solved_for(tmp_path):
    source, _, _ = class_forms.FORMS["nothing but the rate is offered"]
    optimizer = found_in(source, tmp_path).optimizers["adam"]
    assert optimizer.way.own == {"beta1": 0.9, "beta2": 0.999, "epsilon": 1e-8}
    without = found_in(source.replace(" + 1e-8", ""), tmp_path).optimizers["adam"]
    assert "epsilon" not in without.way.own
    swapped = source.replace("0.9 * self.m[i] + 0.1", "0.999 * self.m[i] + 0.001")
    swapped = swapped.replace("0.999 * self.v[i] + 0.001", "0.9 * self.v[i] + 0.1")
    swapped = swapped.replace("0.999**", "0.9_**").replace("0.9**", "0.999**")
    swapped = swapped.replace("0.9_**", "0.9**")
    other = found_in(swapped, tmp_path).optimizers["adam"]
    assert (other.way.own["beta1"], other.way.own["beta2"]) == (0.9, 0.999)
    assert difference(other, "adam") > 1e-3


def test_what_the_document_does_not_have_is_told(tmp_path):
    found = found_in(RIGHT.replace("class Adam", "class RMSProp"), tmp_path)
    assert not found.optimizers
    assert "RMSProp (line 3) is not judged: the document does not have that" in found.notes[0]


def test_a_name_that_tells_nothing(tmp_path):
    source = SGD.replace("class SGD", "class MyOptimizer")
    [refused] = found_in(source, tmp_path).refused.values()
    assert "its name does not tell which method it is" in refused["message"]
    assert "--as momentum" in refused["hint"]
    found = found_in(source, tmp_path, **{"as": "momentum"})
    assert conforms(found, "momentum")


def test_one_is_named(tmp_path):
    source = RIGHT + RIGHT.replace("class Adam", "class OtherAdam").replace("self.t += 1", "pass")
    found = found_in(source, tmp_path)
    assert found.optimizers["adam"].name == "Adam"
    assert found.others == {"adam": ["OtherAdam"]}
    assert not conforms(found_in(source, tmp_path, name="OtherAdam"), "adam")
    with pytest.raises(NoSuchName, match="there is no Adem in it; it has Adam, OtherAdam"):
        found_in(source, tmp_path, name="Adem")


def test_a_setting_is_given(tmp_path):
    source = RIGHT.replace("eps=1e-8)", "eps=1e-8, *, scale)").replace(
        "self.t =", "self.scale, self.t = scale,"
    )
    source = source.replace("lr, beta1, beta2, eps, 0", "lr, beta1, beta2, eps, 0")
    source = source.replace("self.eps, self.scale, self.t = scale, lr", "self.eps, self.t = lr")
    source = source.replace("= lr, beta1, beta2, eps, 0", "= lr * scale, beta1, beta2, eps, 0")
    [refused] = found_in(source, tmp_path).refused.values()
    assert "it asks for scale, and no name tells what that is" in refused["message"]
    assert conforms(found_in(source, tmp_path, **{"with": {"scale": 1}}), "adam")
    assert not conforms(found_in(source, tmp_path, **{"with": {"scale": 2}}), "adam")


@pytest.mark.parametrize(
    ("source", "why"),
    [
        (
            "class Adam:\n    def __init__(self, lr): self.lr = lr\n"
            "    def step(self, grad): return -self.lr * grad\n",
            "neither it nor its step asks for parameters",
        ),
        (
            "class SGD:\n    def __init__(self, lr): self.lr = lr\n"
            "    def update(self, params, grads): return {k: self.lr * grads[k] for k in grads}\n",
            "what comes back is not the new parameters",
        ),
        (
            "class SGD:\n    def __init__(self, lr): pass\n"
            "    def update(self, params, grads): return params\n",
            "no parameter changed",
        ),
        (
            "def adam(w, dw, m, v, t, schedule, lr, beta1, beta2, eps):\n    return w, m, v\n",
            "it asks for schedule",
        ),
    ],
)
def test_what_cannot_be_driven_is_refused_with_a_wrapper(source, why, tmp_path):
    found = found_in(source, tmp_path)
    assert not found.optimizers
    refused = next(iter(found.refused.values()))
    assert why in refused["message"]
    lines = refused["hint"].splitlines()
    assert lines[0].startswith("class ")
    assert len(lines) <= 8
    compile(refused["hint"], "wrapper", "exec")


def test_an_abstract_base_is_no_optimizer(tmp_path):
    source = (
        "class Optimizer:\n"
        "    def __init__(self, lr): self.lr = lr\n"
        "    def update(self, params, grads): raise NotImplementedError\n"
    )
    found = found_in(source + SGD.replace("class SGD:", "class SGD(Optimizer):"), tmp_path)
    assert list(found.optimizers) == ["gd", "momentum"]
    assert not found.refused


def test_a_mapping_may_name_a_class(tmp_path):
    source = SGD.replace("class SGD", "class Mine")
    mapping = {"functions": {"update_parameters_with_momentum": "Mine"}}
    worker = Worker(module_of(source, tmp_path), print, mapping)
    assert list(worker.optimizers.optimizers) == ["momentum"]
    assert conforms(worker.optimizers, "momentum")
    assert worker.refusals() == {}
    wrong = source.replace("(1 - self.momentum) * grads", "grads")
    worker = Worker(module_of(wrong, tmp_path), print, mapping)
    assert not conforms(worker.optimizers, "momentum")


def test_a_class_is_judged_by_its_steps_whatever_cases_are_put_to_it(tmp_path):
    worker = Worker(module_of(RIGHT, tmp_path), print, {})
    assert list(worker.optimizers.optimizers) == ["adam"]


def test_what_cannot_be_stepped_is_refused_in_the_hello(tmp_path):
    source = SGD.replace("class SGD", "class MyOptimizer")
    refused = Worker(module_of(source, tmp_path), print, {}).refusals()
    assert "--as momentum" in refused["update_parameters_with_momentum"]["hint"]


def test_a_classifier_is_no_optimizer(tmp_path):
    source = (
        "class SGDClassifier:\n"
        "    def __init__(self, lr=0.1): self.lr = lr\n"
        "    def update(self, X, y): return self.lr\n"
    )
    found = found_in(source, tmp_path)
    assert not found.optimizers
    assert not found.refused


@pytest.mark.parametrize("name", ["grad_wrt_w", "gradient_of_loss", "dJ_grad"])
def test_a_gradient_is_known_by_any_name_that_says_so(name, tmp_path):
    source = SGD.replace("grads", name)
    assert conforms(found_in(source, tmp_path), "momentum")
    wrong = source.replace("(1 - self.momentum) *", "")
    assert not conforms(found_in(wrong, tmp_path), "momentum")


def test_gradients_set_to_zero_in_reused_arrays_are_no_deviation(tmp_path):
    source = """
class SGD:
    def __init__(self, params, lr=0.1):
        self.params, self.lr = list(params), lr
    def zero_grad(self):
        for p in self.params:
            if p.grad is not None:
                p.grad[...] = 0
    def step(self):
        for p in self.params:
            p.data -= self.lr * p.grad
"""
    parameters, gradients = trajectory()
    for text, right in [(source, True), (source.replace("* p.grad", "* abs(p.grad)"), False)]:
        arguments = {
            "parameters": parameters,
            "hyperparameters": HYPER["gd"],
            "steps": [{"grads": {k: g.copy() for k, g in s.items()}} for s in gradients],
            "reuse_buffers": True,
        }
        seen = run(found_in(text, tmp_path).optimizers["gd"], arguments)
        path = expected("gd", parameters, gradients, HYPER["gd"])
        same = all(np.allclose(s["W1"], p["W1"], rtol=1e-12) for s, p in zip(seen, path))
        assert same is right


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("        update = self.lr * g\n        return update", "        return self.lr * g"),
        ("lr=0.01", "scale=0.01"),
        ("self, g)", "self, g, whatever)"),
    ],
)
def test_a_delta_is_taken_only_where_names_tell(old, new, tmp_path):
    source = (
        "class SGD:\n"
        "    def __init__(self, lr=0.01): self.lr = 0.01\n"
        "    def step(self, g):\n"
        "        update = self.lr * g\n"
        "        return update\n"
    ).replace("= 0.01\n", "= lr\n")
    assert conforms(found_in(source, tmp_path), "gd")
    assert old in source
    changed = source.replace(old, new).replace("= lr", "= scale" if "scale" in new else "= lr")
    assert not found_in(changed, tmp_path).optimizers


def test_deltas_do_not_hide_the_step_that_takes_them(tmp_path):
    source = (
        "class SGD:\n"
        "    def __init__(self, lr=0.01): self.lr = lr\n"
        "    def update(self, grads):\n"
        "        updates = [-self.lr * g for g in grads]\n"
        "        return updates\n"
        "    def update_params(self, params, grads):\n"
        "        for p, u in zip(params, self.update(grads)): p += u\n"
    )
    assert conforms(found_in(source, tmp_path), "gd")
    assert not conforms(found_in(source.replace("p += u", "p -= u"), tmp_path), "gd")


def test_moments_without_parameters_are_refused(tmp_path):
    source = (
        "def adam(g, m, v, t, b1=0.9, b2=0.999, eps=1e-8):\n"
        "    m = b1 * m + (1 - b1) * g\n"
        "    v = b2 * v + (1 - b2) * g * g\n"
        "    update = m / (1 - b1**t) / (np.sqrt(v / (1 - b2**t)) + eps)\n"
        "    return m, v, update\n"
    )
    found = found_in(source, tmp_path)
    assert not found.optimizers
    assert "does not ask for parameters" in found.refused["adam"]["message"]
    assert "class JudgedAdam" in found.refused["adam"]["hint"]


def test_a_wrapper_pasted_beside_is_what_is_judged(tmp_path):
    source = (
        "class SGD:\n"
        "    def __init__(self, policy, lr): self.policy, self.lr = policy, lr\n"
        "    def update(self, globalg): self.policy.flat = self.policy.flat - self.lr * globalg\n"
    )
    assert found_in(source, tmp_path).refused
    pasted = source + (
        "class Flat: pass\n"
        "class JudgedGD:\n"
        "    def __init__(self, learning_rate):\n"
        "        self.flat = Flat()\n"
        "        self.own = SGD(self.flat, learning_rate)\n"
        "    def update(self, params, grads):\n"
        "        for k in params:\n"
        "            self.flat.flat = params[k]\n"
        "            self.own.update(grads[k])\n"
        "            params[k] = self.flat.flat\n"
        "        return params\n"
    )
    found = found_in(pasted, tmp_path)
    assert conforms(found, "gd")
    assert not found.refused
    assert not conforms(
        found_in(pasted.replace("flat - self.lr", "flat + self.lr"), tmp_path), "gd"
    )
