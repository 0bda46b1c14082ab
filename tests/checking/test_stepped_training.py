"""A file with only an optimizer is trained by the reference's loop, which steps one life of it."""

import pytest

ADAM = """
import numpy as np

class Adam:
    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
        self.lr, self.beta1, self.beta2, self.eps = lr, beta1, beta2, eps
        self.m, self.v, self.t = {}, {}, 0

    def update(self, params, grads):
        self.t += 1
        for k in params:
            self.m[k] = self.beta1 * self.m.get(k, 0) + (1 - self.beta1) * grads[k]
            self.v[k] = self.beta2 * self.v.get(k, 0) + (1 - self.beta2) * grads[k] ** 2
            m = self.m[k] / (1 - self.beta1 ** self.t)
            v = self.v[k] / (1 - self.beta2 ** self.t)
            params[k] -= self.lr * m / (np.sqrt(v) + self.eps)
"""
#: After the longest trajectory.
LATE = ADAM.replace("self.t += 1", "self.t += 1 if self.t != 900 else 2")
WRONG = ADAM.replace("(1 - self.beta2) * grads[k] ** 2", "self.beta2 * grads[k] ** 2")
OWN_EPSILON = ADAM.replace(", eps=1e-8", "").replace(", eps\n", ", 1e-7\n")
HEAVY = """
class SGD:
    def __init__(self, lr=0.01, momentum=0.9):
        self.lr, self.momentum, self.v = lr, momentum, {}

    def update(self, params, grads):
        for k in params:
            self.v[k] = self.momentum * self.v.get(k, 0) + grads[k]
            params[k] -= self.lr * self.v[k]
"""
DECLARED = '__optproof__ = {"variants": ["momentum.heavy-ball"]}\n'


@pytest.mark.sample(3)
@pytest.mark.parametrize(
    ("source", "training", "status", "what"),
    [
        (ADAM, "training/adam", "pass", ""),
        (LATE, "training/adam", "deviation", "deviates in"),
        (WRONG, "training/adam", "deviation", ""),
        (OWN_EPSILON, "training/adam", "not applicable", "its own is not the document's 1e-08"),
        (DECLARED + HEAVY, "training/momentum", "pass", ""),
        (HEAVY, "training/momentum", "deviation", ""),
    ],
    ids=["right", "wrong late", "wrong", "own epsilon", "declared", "undeclared"],
)
def test_it_is_trained_and_judged(check, source, training, status, what):
    ran = check(source, "--training", "short", "--only", training.partition("/")[2])
    results = {r["id"]: r for r in ran.report["results"]}
    assert results[training]["status"] == status, results[training]
    assert what in results[training]["message"]
    if status == "pass":
        assert "optproof's loop trained with its" in str(results[training]["notes"])


@pytest.mark.full
def test_where_the_steps_are_wrong_none_is_run_unless_asked_for(check):
    ran = check(WRONG, "--only", "adam", training=None)
    results = {r["id"]: r for r in ran.report["results"]}
    assert results["training/adam"]["status"] == "not run"
