"""``--device``: tensors are made there, or one message says why not."""

import sys

import pytest
from worker.optimizers.driving import conforms, found_in

from optproof.worker.optimizers import NoSuchDevice, choose, devices

SGD = """
import torch

class SGD(torch.optim.Optimizer):
    seen = set()

    def __init__(self, params, lr=0.1):
        super().__init__(params, {"lr": lr})

    @torch.no_grad()
    def step(self):
        for group in self.param_groups:
            for p in group["params"]:
                self.seen.add((p.device.type, p.grad.device.type))
                p -= group["lr"] * p.grad
"""


@pytest.fixture(autouse=True)
def _nowhere(monkeypatch):
    monkeypatch.setattr(devices, "_chosen", "")


def test_tensors_are_made_on_the_device(tmp_path):
    torch = pytest.importorskip("torch")
    choose("cpu")
    found = found_in(SGD, tmp_path)
    assert conforms(found, "gd")
    assert found.optimizers["gd"].thing.seen == {("cpu", "cpu")}
    assert devices.moved("torch", torch.ones(1)).device.type == "cpu"


def test_a_device_from_which_nothing_can_be_read_is_refused():
    pytest.importorskip("torch")
    with pytest.raises(NoSuchDevice, match="--device meta: nothing can be kept there and read"):
        choose("meta")
    assert devices.chosen() == ""


def test_where_no_framework_is_imported_there_is_no_device(monkeypatch):
    for name in ("torch", "jax", "tensorflow", "tinygrad"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    with pytest.raises(NoSuchDevice, match="no framework that has devices"):
        choose("cuda")


def test_the_command_ends_in_one_message(check):
    ran = check(
        "def update_parameters_with_gd(parameters, grads, learning_rate):\n    pass\n",
        "--device",
        "cuda",
    )
    assert ran.code == 3
    assert "it imports no framework that has devices" in ran.err
