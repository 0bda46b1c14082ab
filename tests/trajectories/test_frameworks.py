"""Optimizers of frameworks, where installed, use no more than half of their bounds."""

import numpy as np
import pytest

from optproof.fixtures import load_trajectories
from optproof.judging.judge import UNIT_ROUNDOFF, compare
from optproof.judging.trajectories import expect, named

MOST = 0.5
LONGEST = 100


def by_torch(trajectory, dtype, **how):
    torch = pytest.importorskip("torch")
    kind = getattr(torch, dtype)
    tensors = {k: torch.tensor(a, dtype=kind) for k, a in trajectory.parameters.items()}
    parameters = {k: torch.nn.Parameter(a) for k, a in tensors.items()}
    h = trajectory.hyperparameters
    if trajectory.optimizer == "adam":
        betas = (h["beta1"], h["beta2"])
        given = {"lr": h["learning_rate"], "betas": betas, "eps": h["epsilon"]}
        one = torch.optim.Adam(parameters.values(), **given, **how)
    else:
        given = {"lr": h["learning_rate"], "momentum": h.get("beta", 0.0)}
        one = torch.optim.SGD(parameters.values(), **given, **how)
    for step in trajectory.steps:
        for k, p in parameters.items():
            g = step["grads"]["d" + k]
            p.grad = None if g is None else torch.tensor(g, dtype=kind)
        one.param_groups[0]["lr"] = step.get("learning_rate", one.param_groups[0]["lr"])
        one.step()
        yield {k: p.detach().numpy().copy() for k, p in parameters.items()}


def by_optax(trajectory, dtype):
    jax, optax = pytest.importorskip("jax"), pytest.importorskip("optax")
    jax.config.update("jax_enable_x64", True)
    h = trajectory.hyperparameters
    betas = (h["beta1"], h["beta2"])
    make = jax.jit(optax.scale_by_adam(*betas, eps=h["epsilon"]).update)
    parameters = {k: jax.numpy.asarray(a, dtype) for k, a in trajectory.parameters.items()}
    state = optax.scale_by_adam().init(parameters)
    rate, number = h["learning_rate"], np.dtype(dtype).type
    for step in trajectory.steps:
        rate = step.get("learning_rate", rate)
        grads = {k: jax.numpy.asarray(step["grads"]["d" + k], dtype) for k in parameters}
        updates, state = make(grads, state, parameters)
        parameters = {k: parameters[k] - number(rate) * updates[k] for k in parameters}
        yield {k: np.asarray(a) for k, a in parameters.items()}


def used(trajectory, path, dtype):
    """The largest part of its bound that an answer uses; in no case is it outside."""
    answer, most = named(trajectory, path), 0.0
    assert compare(trajectory.expected, answer, dtype) == []
    wider = UNIT_ROUNDOFF[dtype] / UNIT_ROUNDOFF["float64"]
    for name, want in trajectory.expected.items():
        error = np.abs(answer[name].astype(float) - want.values)
        most = max(most, float((error / np.maximum(want.bound * wider, 1e-300)).max()))
    return most


def trajectories(optimizer, dtype):
    for t in load_trajectories():
        if t.optimizer == optimizer and not t.like and dtype in t.dtypes and t.count <= LONGEST:
            yield t


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("how", [{}, {"foreach": True}, {"fused": True}], ids=str)
def test_adam_of_torch(dtype, how):
    for trajectory in trajectories("adam", dtype):
        assert used(trajectory, list(by_torch(trajectory, dtype, **how)), dtype) <= MOST


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_sgd_of_torch(dtype):
    for trajectory in trajectories("gd", dtype):
        assert used(trajectory, list(by_torch(trajectory, dtype)), dtype) <= MOST
    for plain in trajectories("momentum", dtype):
        trajectory = expect(plain, ("momentum.heavy-ball",))
        assert used(trajectory, list(by_torch(trajectory, dtype)), dtype) <= MOST


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_adam_of_optax(dtype):
    for trajectory in trajectories("adam", dtype):
        if not trajectory.leaves_out:
            assert used(trajectory, list(by_optax(trajectory, dtype)), dtype) <= MOST
