"""torch.optim.Adam with ``capturable=True``, which PyTorch has on accelerators alone."""

from .torch_optim import MODE, __version__
from .torch_optim import update_parameters_with_adam as adam

MODE["capturable"] = True
__all__ = ["__version__", "update_parameters_with_adam"]


def update_parameters_with_adam(*arguments):
    try:
        return adam(*arguments)
    except AssertionError as error:
        raise NotImplementedError(str(error)) from None
