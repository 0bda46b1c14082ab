"""Adapters: the document's operations carried out by the optimizers of real libraries.

Each module says how hyperparameters and state are mapped, and which variants the library follows.
"""

from __future__ import annotations

from typing import NamedTuple


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
    "optax": Adapter("optax_chains", "optax", "optax"),
    "optax.trace": Adapter("optax_trace", "optax", "optax"),
    "jax.example_libraries.optimizers": Adapter("jax_optimizers", "jax", "jax"),
    "keras": Adapter("keras_optimizers", "keras", "keras"),
    "sklearn.neural_network": Adapter("sklearn_optimizers", "sklearn", "sklearn"),
    "autograd.misc.optimizers": Adapter("autograd_optimizers", "autograd", "autograd"),
    "onnx.reference": Adapter("onnx_reference", "onnx", "onnx"),
    "thinc": Adapter("thinc_optimizers", "thinc", "thinc"),
    "tinygrad": Adapter("tinygrad_optim", "tinygrad", "tinygrad"),
}
