"""What is compiled is judged the same; what keeps something outside its state is not compiled."""

import pytest

from optproof.worker.optimizers.compiling import compiled, is_pure
from optproof.worker.optimizers.factories import TransformationLife
from optproof.worker.optimizers.tensors import plain_kinds

jax = pytest.importorskip("jax")
seen = [0]


def made(update):
    def init(params):
        return jax.numpy.zeros([], "int32")

    return init, update


def pure(updates, state):
    n = state + 1
    return {k: -g / (1 - 0.5**n) for k, g in updates.items()}, n


def helped(updates, state):
    return pure(updates, state)


def counts_outside(updates, state):
    seen[0] += 1
    return {k: -g / (1 - 0.5 ** seen[0]) for k, g in updates.items()}, state


def counts_in_what_it_calls(updates, state):
    return counts_outside(updates, state)


def looks_at_values(updates, state):
    scale = 1 if int(state) < 15 else 2
    return {k: -scale * g for k, g in updates.items()}, state + 1


def walked(update, steps=30):
    seen[0] = 0
    np = pytest.importorskip("numpy")
    kind = next(k for k in plain_kinds(update) if "jax" in str(k).lower())
    life = TransformationLife(lambda hyper: made(update), {}, kind, {"W1": np.ones((2, 2))})
    return life, [life.step({"W1": np.full((2, 2), 0.5)}, None)["W1"] for _ in range(steps)]


@pytest.mark.parametrize(
    ("update", "is_compiled"),
    [
        (pure, True),
        (helped, True),
        (counts_outside, False),
        (counts_in_what_it_calls, False),
        (looks_at_values, False),
    ],
)
def test_the_path_is_that_of_plain_steps(update, is_compiled):
    np = pytest.importorskip("numpy")
    life, path = walked(update)
    assert (life.compiled is not None) == is_compiled
    seen[0], state, expected = 0, jax.numpy.zeros([], "int32"), np.ones((2, 2))
    for got in path:
        updates, state = update({"W1": jax.numpy.full((2, 2), 0.5)}, state)
        expected = expected + np.asarray(updates["W1"])
        np.testing.assert_allclose(got, expected, rtol=1e-6)


def test_what_writes_outside_is_not_pure():
    assert is_pure(pure)
    assert is_pure(helped)
    assert not is_pure(counts_outside)
    assert not is_pure(counts_in_what_it_calls)
    assert compiled(counts_outside, {}, 0) is None
