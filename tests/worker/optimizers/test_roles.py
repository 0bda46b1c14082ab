"""What doubles is v, what quadruples is s, what counts is t: the cases are put to it as well."""

import numpy as np
import pytest
from worker.optimizers.driving import found_in

from optproof import methods
from optproof.worker.optimizers import as_operation

ADAM = """
class Adam:
    def __init__(self, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
        self.lr, self.beta1, self.beta2, self.eps = lr, beta1, beta2, eps
        self.first, self.second, self.n = {}, {}, 0

    def update(self, params, grads):
        self.n += 1
        for k in params:
            self.first[k] = self.beta1 * self.first.get(k, 0) + (1 - self.beta1) * grads[k]
            self.second[k] = self.beta2 * self.second.get(k, 0) + (1 - self.beta2) * grads[k] ** 2
            m = self.first[k] / (1 - self.beta1 ** self.n)
            v = self.second[k] / (1 - self.beta2 ** self.n)
            params[k] -= self.lr * m / (np.sqrt(v) + self.eps)
"""
POWERS = (
    ADAM.replace("self.n = {}, {}, 0", "self.p1, self.p2 = {}, {}, 1.0, 1.0")
    .replace("self.n += 1", "self.p1 *= self.beta1; self.p2 *= self.beta2")
    .replace("self.beta1 ** self.n", "self.p1")
    .replace("self.beta2 ** self.n", "self.p2")
)
ONE_ARRAY = """
def adam(w, dw, m, v, t, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    m = beta1 * m + (1 - beta1) * dw
    v = beta2 * v + (1 - beta2) * dw ** 2
    return w - lr * (m / (1 - beta1 ** t)) / (np.sqrt(v / (1 - beta2 ** t)) + eps), m, v
"""
HYPER = {"learning_rate": 0.3, "beta1": 0.7, "beta2": 0.97, "epsilon": 1e-3}


def arguments(t=40):
    random = np.random.RandomState(5)
    parameters = {"W1": random.randn(2, 5), "b1": random.randn(2, 1)}
    of = {f"d{n}": a.shape for n, a in parameters.items()}
    draw = {k: {n: random.rand(*shape) for n, shape in of.items()} for k in ("grads", "v", "s")}
    return {"parameters": parameters, **draw, "t": t, **HYPER}


@pytest.mark.parametrize("source", [ADAM, POWERS, ONE_ARRAY])
def test_a_state_is_written_and_read(source, tmp_path):
    operation = as_operation(found_in(source, tmp_path).optimizers["adam"])
    given = arguments()
    for right, got in zip(methods.update_parameters_with_adam(**given), operation(**given)):
        for name, array in right.items():
            np.testing.assert_allclose(got[name], array, rtol=1e-13)


def test_one_that_is_wrong_from_another_t_on_answers_so(tmp_path):
    late = ADAM.replace("self.n += 1", "self.n = min(self.n + 1, 700)")
    operation = as_operation(found_in(late, tmp_path).optimizers["adam"])
    given = arguments(t=1000)
    right = methods.update_parameters_with_adam(**given)[0]["W1"]
    assert np.abs(operation(**given)[0]["W1"] - right).max() > 1e-13
    assert np.array_equal(
        operation(**arguments(t=600))[0]["W1"],
        as_operation(found_in(ADAM, tmp_path).optimizers["adam"])(**arguments(t=600))[0]["W1"],
    )


@pytest.mark.parametrize(
    "changed",
    [
        ("(1 - self.beta1) * grads[k]", "grads[k]"),  # another v
        ("/ (1 - self.beta1 ** self.n)", "* 1"),  # another step
        ("self.n += 1", "self.n = 1"),  # nothing counts
        ("self.eps = lr, beta1, beta2, eps", "self.eps = lr, beta1, 0.5, eps"),
    ],
)
def test_where_it_does_not_take_the_documents_step_its_state_is_left_alone(changed, tmp_path):
    wrong = ADAM.replace(*changed)
    assert wrong != ADAM
    assert as_operation(found_in(wrong, tmp_path).optimizers["adam"]) is None


def test_a_function_with_a_near_name_is_called_by_its_roles(check):
    ran = check("import numpy as np\n" + ONE_ARRAY.replace("def adam(", "def adam_optimizer("))
    assert ran.statuses == {"adam optimizer": "pass", "update_parameters_with_adam": "pass"}


def test_cases_are_put_to_a_class_and_tell_what_its_steps_do_not(check):
    head = "import numpy as np\n"
    ran = check(head + ADAM)
    assert ran.statuses == {"adam optimizer": "pass", "update_parameters_with_adam": "pass"}
    late = check(head + ADAM.replace("self.n += 1", "self.n = min(self.n + 1, 700)"))
    assert late.statuses["adam optimizer"] == "pass"
    assert late.statuses["update_parameters_with_adam"] == "deviation"
