"""torch.optim with ``differentiable=True``; all else as in :mod:`.torch_optim`."""

from .torch_optim import *  # noqa: F403
from .torch_optim import MODE, __version__  # noqa: F401

MODE["differentiable"] = True
