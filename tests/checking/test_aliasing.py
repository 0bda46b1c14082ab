"""Moments that are one array are a deviation; what cannot be written to is shared by right."""

import numpy as np
import pytest
from numpy.lib.stride_tricks import as_strided

from optproof.checking.function import check_function


def one_dict(parameters):
    v = s = {}
    for key, a in parameters.items():
        v["d" + key] = np.zeros_like(a)
        s["d" + key] = np.zeros_like(a)
    return v, s


def same_arrays(parameters):
    v = {"d" + key: np.zeros_like(a) for key, a in parameters.items()}
    return v, dict(v)


def views_of_each_other(parameters):
    v = {"d" + key: np.zeros(a.shape) for key, a in parameters.items()}
    return v, {key: a[::-1] for key, a in v.items()}


def one_buffer_from_outside(parameters):
    """The arrays have bases of their own; the memory is one."""
    buffer = bytearray(8 * sum(a.size for a in parameters.values()))
    v = {
        "d" + k: np.frombuffer(buffer, float, a.size).reshape(a.shape)
        for k, a in parameters.items()
    }
    return v, {key: np.zeros(a.shape) for key, a in v.items()}


def one_array_for_all_keys(parameters):
    zeros = np.zeros(max(a.size for a in parameters.values()))
    v = {"d" + k: zeros[: a.size].reshape(a.shape) for k, a in parameters.items()}
    return v, {key: np.zeros(a.shape) for key, a in v.items()}


def one_number_for_all_elements(parameters):
    def zeros(a):
        return as_strided(np.zeros(1), a.shape, (0, 0))

    return tuple({"d" + key: zeros(a) for key, a in parameters.items()} for _ in "vs")


def one_dict_of_what_cannot_change(parameters):
    """As JAX's arrays: what is written to s replaces what is in v, all the same."""
    v = s = {}
    for key, a in parameters.items():
        v["d" + key] = np.broadcast_to(np.zeros(()), a.shape)
    return v, s


WRONG = [
    one_dict_of_what_cannot_change,
    one_dict,
    same_arrays,
    views_of_each_other,
    one_buffer_from_outside,
    one_array_for_all_keys,
    one_number_for_all_elements,
]


@pytest.mark.sample(2)
@pytest.mark.parametrize("initialize_adam", WRONG)
def test_moments_that_share_memory_are_a_deviation_and_named(initialize_adam):
    report = check_function(initialize_adam, "initialize_adam")
    result = report.results[0]
    assert (report.exit_code, result.status, report.diagnoses) == (1, "deviation", ())
    assert result.message.startswith("adam-init.aliased: ")
    assert "CONV-9" in result.clauses


def pieces_of_one_vector(parameters):
    """Side by side in one vector, they overlap nowhere."""
    count = sum(a.size for a in parameters.values())
    vector, start, moments = np.zeros(2 * count), 0, []
    for _ in "vs":
        moments.append({})
        for key, a in parameters.items():
            moments[-1]["d" + key] = vector[start : start + a.size].reshape(a.shape)
            start += a.size
    return tuple(moments)


def every_other_element(parameters):
    both = {"d" + key: np.zeros((2, *a.shape)) for key, a in parameters.items()}
    return {key: a[0] for key, a in both.items()}, {key: a[1] for key, a in both.items()}


def read_only(parameters):
    """As immutable arrays do, it shares what nobody can change."""
    v = {"d" + key: np.broadcast_to(np.zeros(()), a.shape) for key, a in parameters.items()}
    return v, dict(v)


@pytest.mark.parametrize("initialize_adam", [pieces_of_one_vector, every_other_element, read_only])
def test_moments_that_share_nothing_that_changes_conform(initialize_adam):
    report = check_function(initialize_adam, "initialize_adam")
    assert (report.exit_code, {r.status for r in report.results}) == (0, {"pass"})


def momentum(parameters, grads, v, beta, learning_rate):
    for key in parameters:
        v["d" + key] *= beta
        v["d" + key] += (1 - beta) * grads["d" + key]
        parameters[key] -= learning_rate * v["d" + key]
    return parameters, v


def gradients_kept_as_velocity(parameters, grads, v, beta, learning_rate):
    """Right numbers, until the caller writes the next gradients into the same arrays."""
    for key in parameters:
        grads["d" + key] *= 1 - beta
        grads["d" + key] += beta * v["d" + key]
        v["d" + key] = grads["d" + key]
        parameters[key] = parameters[key] - learning_rate * v["d" + key]
    return parameters, v


def test_an_update_may_work_in_place():
    report = check_function(momentum, "update_parameters_with_momentum")
    assert (report.exit_code, {r.status for r in report.results}) == (0, {"pass"})


def test_a_velocity_that_is_the_gradient_is_a_deviation():
    report = check_function(gradients_kept_as_velocity, "update_parameters_with_momentum")
    assert report.exit_code == 1
    assert "momentum.aliased: v.dW1 and grads.dW1 share memory" in report.results[0].message


def test_a_velocity_with_one_array_for_two_keys_is_a_deviation():
    def initialize_velocity(parameters):
        return one_array_for_all_keys(parameters)[0]

    report = check_function(initialize_velocity)
    assert "velocity.aliased: v.dW1 and v.db1 share memory" in report.results[0].message
