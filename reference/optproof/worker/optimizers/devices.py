"""The device that tensors are moved to: a GPU, where one is asked for."""

from __future__ import annotations

import contextlib
import sys
from typing import Any

#: What ``--device`` names; empty: where the framework puts them itself.
_chosen = ""


class NoSuchDevice(Exception):
    """The frameworks that are imported have no such device; the message says why."""


def choose(name: str) -> None:
    """Have all tensors from now on made on a device.

    Raises
    ------
    NoSuchDevice
        If nothing that is imported has it, or nothing can be read from it.
    """
    global _chosen
    tried = [f for f in ("torch", "jax", "tensorflow", "tinygrad") if f in sys.modules]
    if not tried:
        raise NoSuchDevice(f"--device {name}: it imports no framework that has devices")
    failures = []
    for framework in tried:
        try:
            _PROBES[framework](sys.modules[framework], name)
        except Exception as error:
            first = (str(error).strip().splitlines() or [""])[0]
            failures.append(f"{framework}: {type(error).__name__}: {first}"[:200])
    if len(failures) == len(tried):
        raise NoSuchDevice(f"--device {name}: nothing can be kept there and read ({failures[0]})")
    _chosen = name


def chosen() -> str:
    """Return the device's name; empty where none was asked for."""
    return _chosen


def moved(framework: str, tensor: Any) -> Any:
    """Return a tensor on the device."""
    if not _chosen:
        return tensor
    if framework == "torch":
        return tensor.to(_chosen)
    if framework == "jax":
        return sys.modules["jax"].device_put(tensor, _of_jax(sys.modules["jax"], _chosen))
    return tensor.to(_chosen).realize() if framework == "tinygrad" else tensor


def there(framework: str) -> Any:
    """Return the context in which a framework makes tensors on the device."""
    if not _chosen:
        return contextlib.nullcontext()
    return sys.modules[framework].device(_chosen)


def _of_jax(jax: Any, name: str) -> Any:
    platform, _, number = name.partition(":")
    return jax.devices(platform)[int(number or 0)]


def _torch(torch: Any, name: str) -> None:
    torch.ones(1, device=name).cpu().numpy()


def _jax(jax: Any, name: str) -> None:
    jax.device_put(1.0, _of_jax(jax, name)).block_until_ready()


def _tensorflow(tf: Any, name: str) -> None:
    with tf.device(name):
        if name.partition(":")[0].strip("/").lower() not in tf.constant(1.0).device.lower():
            raise ValueError("its tensors are made elsewhere")


def _tinygrad(tinygrad: Any, name: str) -> None:
    tinygrad.Tensor([1.0], device=name).realize().numpy()


_PROBES = {"torch": _torch, "jax": _jax, "tensorflow": _tensorflow, "tinygrad": _tinygrad}
