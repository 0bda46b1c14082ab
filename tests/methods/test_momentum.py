"""Momentum: its golden file, and gradient descent as its special case."""

from arrays import bits, random_arrays

from optproof import methods


def test_golden(golden_case):
    golden_case("momentum/nonzero-velocity", "momentum/beta-0", name="momentum")


def test_beta_0_makes_momentum_gradient_descent(documented_start):
    """MOM-4, for one step from any velocity and for a training."""
    X, Y, parameters, _ = documented_start
    some, grads, v, _ = random_arrays()

    moved, velocity = methods.update_parameters_with_momentum(some, grads, v, 0.0, 0.1)
    assert bits(moved) == bits(methods.update_parameters_with_gd(some, grads, 0.1))
    assert bits(velocity) == bits(grads)

    *_, one = methods.train(X, Y, parameters, "momentum", beta=0.0, num_epochs=20)
    *_, other = methods.train(X, Y, parameters, "gd", num_epochs=20)
    assert bits(one.parameters) == bits(other.parameters)
