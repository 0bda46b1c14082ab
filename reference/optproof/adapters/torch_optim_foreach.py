"""torch.optim with ``foreach=True``; all else as in :mod:`.torch_optim`."""

from .torch_optim import (
    MODE,
    __version__,
    update_parameters_with_adam,
    update_parameters_with_gd,
    update_parameters_with_momentum,
)

MODE["foreach"] = True
__all__ = [
    "__version__",
    "update_parameters_with_adam",
    "update_parameters_with_gd",
    "update_parameters_with_momentum",
]
