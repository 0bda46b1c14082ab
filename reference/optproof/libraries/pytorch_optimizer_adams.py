"""pytorch_optimizer's relatives of Adam, each with what sets it apart turned off; and SGDW.

AdamFlag is Lamb(adam=True), whose docstring says that this is Adam; QHAdam has nus (1, 1), AdEMAMix
alpha 0, PAdam partial 1/2, AdamP delta 0.
"""

from importlib.metadata import version

import pytorch_optimizer as their

__version__ = version("pytorch_optimizer")


class AdamFlag(their.Lamb):
    def __init__(self, params, lr, betas, eps):
        super().__init__(params, lr, betas, adam=True, pre_norm=False, eps=eps)


class QHAdam(their.QHAdam):
    def __init__(self, params, lr, betas, eps):
        super().__init__(params, lr, betas, nus=(1.0, 1.0), eps=eps)


class AdamOfAdEMAMix(their.AdEMAMix):
    def __init__(self, params, lr, betas, eps):
        super().__init__(params, lr, (*betas, 0.9999), alpha=0.0, weight_decay=0.0, eps=eps)


class PAdam(their.PAdam):
    def __init__(self, params, lr, betas, eps):
        super().__init__(params, lr, betas, partial=0.5, eps=eps)


class AdamUnprojected(their.AdamP):
    def __init__(self, params, lr, betas, eps):
        super().__init__(params, lr, betas, delta=0.0, eps=eps)


class AdamC(their.AdamC):
    def __init__(self, params, lr, betas, eps):
        super().__init__(params, lr, betas, weight_decay=0.0, eps=eps)


class AdamWithoutGrokFast(their.GrokFastAdamW):
    def __init__(self, params, lr, betas, eps):
        off = {"grokfast": False, "normalize_lr": False, "weight_decay": 0.0}
        super().__init__(params, lr, betas, eps=eps, **off)


class SGDW(their.SGDW):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, lr, momentum, weight_decay=0.0, dampening=momentum)
