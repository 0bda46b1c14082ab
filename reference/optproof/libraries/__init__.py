"""Adapters: the optimizers of real libraries, as modules that ``optproof check`` can judge.

An adapter makes the library's optimizers, which are then stepped (``torch.optim.fresh``); or it
carries out the document's operations with them, from a state that is set (``torch.optim``). Each
says how hyperparameters are mapped, and which variants the library follows. Other distributions
offer more by an entry point of the group ``optproof.libraries``: a name, and a module.
"""

from __future__ import annotations

from functools import cache
from typing import NamedTuple

GROUP = "optproof.libraries"


class Adapter(NamedTuple):
    """Where an adapter is, and which package and extra it needs."""

    module: str
    package: str
    extra: str


#: By the name that ``optproof check`` takes.
ADAPTERS = {
    "torch.optim": Adapter("torch_optim", "torch", "torch"),
    "torch.optim.foreach": Adapter("torch_optim_foreach", "torch", "torch"),
    "torch.optim.fused": Adapter("torch_optim_fused", "torch", "torch"),
    "torch.optim.capturable": Adapter("torch_optim_capturable", "torch", "torch"),
    "torch.optim.differentiable": Adapter("torch_optim_differentiable", "torch", "torch"),
    "torch.optim.fresh": Adapter("torch_fresh", "torch", "torch"),
    "optax": Adapter("optax_chains", "optax", "optax"),
    "optax.trace": Adapter("optax_trace", "optax", "optax"),
    "optax.fresh": Adapter("optax_fresh", "optax", "optax"),
    "flax.nnx": Adapter("flax_nnx", "flax", "flax"),
    "jax.example_libraries.optimizers": Adapter("jax_optimizers", "jax", "jax"),
    "jax.example_libraries.fresh": Adapter("jax_fresh", "jax", "jax"),
    "keras": Adapter("keras_optimizers", "keras", "keras"),
    "keras.on_jax": Adapter("keras_on_jax", "jax", "keras"),
    "keras.on_torch": Adapter("keras_on_torch", "torch", "keras-torch"),
    "keras.on_tensorflow": Adapter("keras_on_tensorflow", "tensorflow", "keras-tensorflow"),
    "sklearn.neural_network": Adapter("sklearn_optimizers", "sklearn", "sklearn"),
    "sklearn.neural_network.fresh": Adapter("sklearn_fresh", "sklearn", "sklearn"),
    "autograd.misc.optimizers": Adapter("autograd_optimizers", "autograd", "autograd"),
    "onnx.reference": Adapter("onnx_reference", "onnx", "onnx"),
    "thinc": Adapter("thinc_optimizers", "thinc", "thinc"),
    "tinygrad": Adapter("tinygrad_optim", "tinygrad", "tinygrad"),
    "bitsandbytes": Adapter("bitsandbytes_32bit", "bitsandbytes", "bitsandbytes"),
    "pytorch_optimizer": Adapter(
        "pytorch_optimizer_adams", "pytorch_optimizer", "pytorch-optimizer"
    ),
    "torch_optimizer": Adapter("torch_optimizer_adams", "torch_optimizer", "torch-optimizer"),
    "timm.optim": Adapter("timm_optim", "timm", "timm"),
}


@cache
def adapters() -> dict[str, Adapter]:
    """Return every adapter by its name: optproof's own, and those that are installed beside it.

    A name of optproof's own cannot be taken by another.
    """
    from importlib.metadata import entry_points  # takes long, for what few commands ask

    others = {
        e.name: Adapter(e.value, e.value.partition(".")[0], "") for e in entry_points(group=GROUP)
    }
    return {
        **others,
        **{n: a._replace(module=f"{__name__}.{a.module}") for n, a in ADAPTERS.items()},
    }
