"""A class that offers to save and load its state goes on from it as if nothing had happened."""

import numpy as np
import pytest
from worker.optimizers.driving import HYPER, found_in, trajectory

from optproof.worker.optimizers import Unable, run

ADAM = """
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
IN_MEMORY = """
    def state_dict(self):
        return {"m": self.m, "v": self.v, "t": self.t}

    def load_state_dict(self, state):
        self.m, self.v, self.t = state["m"], state["v"], state["t"]
"""
IN_A_FILE = """
    def save(self, path):
        import pickle
        with open(path, "wb") as f:
            pickle.dump((self.m, self.v, self.t), f)

    def load(self, path):
        import pickle
        with open(path, "rb") as f:
            self.m, self.v, self.t = pickle.load(f)
"""


def paths(source, tmp_path):
    found = found_in(source, tmp_path)
    parameters, gradients = trajectory()
    call = {"parameters": parameters, "hyperparameters": HYPER["adam"]}
    call["steps"] = [{"grads": g} for g in gradients]
    one = found.optimizers["adam"]
    return run(one, call), run(one, {**call, "resume_after": 4})


def alike(plain, resumed):
    return [all(np.array_equal(a[n], b[n]) for n in a) for a, b in zip(plain, resumed)]


@pytest.mark.parametrize("saving", [IN_MEMORY, IN_A_FILE])
def test_one_that_saves_all_goes_on(saving, tmp_path):
    assert all(alike(*paths(ADAM + saving, tmp_path)))


@pytest.mark.parametrize("saving", [IN_MEMORY, IN_A_FILE])
def test_one_that_loses_its_t_goes_another_way_from_there(saving, tmp_path):
    source = ADAM + saving.replace("self.m, self.v, self.t = ", "self.m, self.v, _ = ")
    assert alike(*paths(source, tmp_path)) == [True] * 4 + [False] * 4


def test_one_that_offers_nothing_is_not_asked(tmp_path):
    with pytest.raises(Unable, match="does not offer to save and load"):
        paths(ADAM, tmp_path)


def test_what_cannot_be_pickled_is_said(tmp_path):
    source = ADAM + IN_MEMORY.replace('"t": self.t', '"t": self.t, "f": lambda: 0')
    with pytest.raises(Unable, match="cannot be pickled"):
        paths(source, tmp_path)
