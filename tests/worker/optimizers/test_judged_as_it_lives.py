"""What keeps its own state is judged by its steps: never by how its state is made or kept."""

import pytest
from worker.optimizers import more_classes, more_functions
from worker.optimizers.driving import conforms, found_in

FORMS = {**more_classes.FORMS, **more_functions.FORMS}
#: A form, and the cases that asked it for more than its users see.
ASKED = {
    "one method for the weights, one for the bias": "trajectory/adam/no-gradient",
    "a named tuple for state, (grads, state, params)": "adam-init/*",
    "apply_gradients over a rule for one array": "momentum/beta-0",
    "vdw sdw on self, per layer i": "adam/documented",
    "state first: state, params, grads": "adam-init/*",
}


@pytest.mark.sample(2)
@pytest.mark.parametrize("title", ASKED)
def test_it_is_not_asked_for_what_its_users_do_not_see(check, title):
    source, kinds, _ = FORMS[title]
    first = f"trajectory/{kinds[-1]}/*"
    ran = check("import numpy as np\n" + source, "--only", ASKED[title], "--only", first)
    assert ran.code == 0, ran.report["results"]


RATE = """
class Adam:
    def __init__(self, {name}=0.01, beta1=0.9, beta2=0.999, eps=1e-8):
        self.beta1, self.beta2, self.eps = beta1, beta2, eps
        self.{name}, self.m, self.v, self.t = {name}, {{}}, {{}}, 0

    def update(self, params, grads):
        self.t += 1
        for k in params:
            g = {gradient}
            self.m[k] = self.beta1 * self.m.get(k, 0) + (1 - self.beta1) * g
            self.v[k] = self.beta2 * self.v.get(k, 0) + (1 - self.beta2) * g**2
            mh = self.m[k] / (1 - self.beta1**self.t)
            vh = self.v[k] / (1 - self.beta2**self.t)
            params[k] -= {rate} * mh / (np.sqrt(vh) + self.eps)
"""


def test_what_acts_as_the_rate_is_taken_for_it(tmp_path):
    source = RATE.format(name="taux", gradient="grads[k]", rate="self.taux")
    found = found_in(source, tmp_path)
    assert conforms(found, "adam")
    assert "its taux is taken for learning_rate" in found.optimizers["adam"].told().how


@pytest.mark.parametrize("right", [True, False])
def test_a_rate_that_a_step_leaves_behind_is_no_setting(right, tmp_path):
    corrected = "self.t" if right else "1"
    source = RATE.format(name="taux", gradient="grads[k]", rate="self.lr")
    source = source.replace("mh = self.m[k] / (1 - self.beta1**self.t)", "mh = self.m[k]")
    rate = f"self.lr = self.taux / (1 - self.beta1**{corrected})"
    source = source.replace("self.t += 1\n", f"self.t += 1\n        {rate}\n")
    found = found_in(source, tmp_path)
    assert "its taux is taken for learning_rate" in found.optimizers["adam"].told().how
    assert conforms(found, "adam") == right


@pytest.mark.parametrize(
    ("gradient", "rate"),
    [
        ("np.clip(grads[k], -self.limit, self.limit)", "0.01 * np.ones(1)"),
        ("grads[k]", "0.01 * (1 + self.limit)"),
    ],
    ids=["clips", "adds to it"],
)
def test_what_does_not_act_as_the_rate_is_not_taken_for_it(gradient, rate, tmp_path):
    found = found_in(RATE.format(name="limit", gradient=gradient, rate=rate), tmp_path)
    assert "learning_rate" not in found.optimizers["adam"].way.takes


def test_a_record_of_results_is_no_optimizer(tmp_path):
    source = "class OptimizeResult(dict):\n    pass\n"
    found = found_in(source, tmp_path)
    assert not found.optimizers
    assert not found.refused


PASSED_ON = """
class library:
    @staticmethod
    def step(w, grad, lr):
        return w - lr * grad

    @staticmethod
    def run(grad, x, n, lr):
        for _ in range(n):
            x = x - {factor} * lr * grad(x)
        return x
"""


@pytest.mark.parametrize("factor", [1, 2])
def test_what_is_passed_on_to_a_minimizer_or_a_step(factor, tmp_path):
    runs = "\ndef sgd(grad, x, num_iters, lr):\n    return library.run(grad, x, num_iters, lr)\n"
    source = PASSED_ON.format(factor=factor)
    assert conforms(found_in(source + runs, tmp_path), "gd") is (factor == 1)
    steps = "\ndef sgd(w, grad, lr):\n    return library.step(w, grad, lr)\n"
    assert conforms(found_in(source + steps, tmp_path), "gd")


DECAYS = """
def make_momentum(learning_rate, decay):
    def init(params):
        return {{k: 0.0 * p for k, p in params.items()}}

    def update(grads, state):
        new = {{k: decay * state[k] + {factor} * grads[k] for k in grads}}
        return {{k: -learning_rate * v for k, v in new.items()}}, new

    return init, update
"""


@pytest.mark.parametrize(("factor", "right"), [("(1 - decay)", True), ("1", False)])
def test_a_decay_that_must_be_given_is_the_velocity_s(factor, right, tmp_path):
    assert conforms(found_in(DECAYS.format(factor=factor), tmp_path), "momentum") is right
