"""Where optproof leads a training, a worker that offers it is asked for an epoch at once."""

from types import SimpleNamespace

import numpy as np
import pytest

from optproof import fixtures, methods
from optproof.checking import remote
from optproof.errors import Malformed
from optproof.operations import EPOCH
from optproof.protocol import decode, encode

OWN = (*sorted(remote.IN_AN_EPOCH), *(f"update_parameters_with_{o}" for o in methods.OPTIMIZERS))


def epoch(optimizer, parameters, mini_batches, t=0, advance=1, **given):
    costs = []
    for X, Y in mini_batches:
        a3, caches = methods.forward_propagation(X, parameters)
        costs.append(methods.compute_cost(a3, Y))
        grads = methods.backward_propagation(X, Y, caches)
        t += advance
        steps = {"t": t} if optimizer == "adam" else {}
        update = getattr(methods, f"update_parameters_with_{optimizer}")
        value = update(parameters=parameters, grads=grads, **given, **steps)
        if optimizer == "gd":
            parameters = value
        elif optimizer == "momentum":
            parameters, given["v"] = value
        else:
            parameters, given["v"], given["s"] = value
    state = {name: given[name] for name in "vs" if name in given}
    return {"parameters": parameters, **state, "costs": costs}


def led(optimizer, answer=epoch, operations=OWN, accepts=(EPOCH,), epochs=4):
    """The parameters, what was printed, and what was asked of the worker."""
    asked, printed = [], []

    def call(operation, case_id, arguments, **how):
        asked.append(operation)
        given = decode(encode(arguments))
        if operation == EPOCH:
            value = answer(**given)
        else:
            value = getattr(methods, operation)(**given)
            results = {"forward_propagation": ("a3", "caches"), "compute_cost": ("cost",)}
            names = results.get(operation) or (
                ("grads",) if operation.startswith("backward") else ("parameters", "v", "s")
            )
            value = dict(zip(names, value if isinstance(value, tuple) else (value,)))
        return Value(value)

    session = SimpleNamespace(
        greeting={"operations": operations, "dtype": "float64", "accepts": accepts}, call=call
    )
    X, Y, _, hyper = fixtures.documented_start()
    arguments = {"X": X, "Y": Y, "layers_dims": [2, 5, 2, 1], "optimizer": optimizer, **hyper}
    arguments["num_epochs"] = epochs
    result = remote.train(session, "training", arguments, 60.0, printed.append)
    return decode(result.value)["parameters"], printed, asked


class Value:
    """An answer, as a session gives it."""

    def __init__(self, value):
        self.value = encode(value)

    def __getitem__(self, name):
        return getattr(self, name)


@pytest.mark.parametrize("optimizer", methods.OPTIMIZERS)
def test_by_epochs_it_comes_to_the_bits_of_step_by_step(optimizer):
    at_once, printed, asked = led(optimizer)
    stepped, told, calls = led(optimizer, accepts=())

    assert asked == [EPOCH] * 4
    assert len(calls) > 40
    assert printed == told == [f"Cost after epoch 0: {float(printed[0].split()[-1]):f}"]
    assert all(np.array_equal(at_once[k], a) for k, a in stepped.items())


def test_an_epoch_that_does_not_count_its_steps_comes_to_something_else():
    wrong, _, _ = led("adam", lambda **given: epoch(advance=0, **{**given, "t": given["t"] + 1}))
    right, _, _ = led("adam")
    assert not np.allclose(wrong["W1"], right["W1"], rtol=0, atol=1e-8)


@pytest.mark.parametrize("lacks", [*sorted(remote.IN_AN_EPOCH), "update_parameters_with_gd"])
def test_without_one_of_the_operations_it_goes_step_by_step(lacks):
    _, _, asked = led("gd", operations=[o for o in OWN if o != lacks], epochs=1)
    assert EPOCH not in asked


@pytest.mark.parametrize("costs", [None, 0.5, [0.5]])
def test_an_epoch_without_a_cost_for_each_batch_is_malformed(costs):
    with pytest.raises(Malformed, match="not one for each of 5 batches"):
        led("gd", lambda **given: {**epoch(**given), "costs": costs})
