"""torch_optimizer's relatives of Adam, each with what sets it apart turned off; and SGDW.

AdamFlag is Lamb(adam=True), AdamFlagDebiased has debias=True, too; QHAdam has nus (1, 1), AdamP
delta 0.
"""

import torch_optimizer as their

__version__ = their.__version__


class AdamFlag(their.Lamb):
    def __init__(self, params, lr, betas, eps):
        super().__init__(params, lr, betas, eps, adam=True)


class AdamFlagDebiased(their.Lamb):
    def __init__(self, params, lr, betas, eps):
        super().__init__(params, lr, betas, eps, adam=True, debias=True)


class QHAdam(their.QHAdam):
    def __init__(self, params, lr, betas, eps):
        super().__init__(params, lr, betas, nus=(1.0, 1.0), eps=eps)


class AdamUnprojected(their.AdamP):
    def __init__(self, params, lr, betas, eps):
        super().__init__(params, lr, betas, eps, delta=0.0)


class SGDW(their.SGDW):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, lr, momentum, dampening=momentum)
