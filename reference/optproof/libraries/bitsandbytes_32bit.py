"""bitsandbytes.optim with 32-bit states, on the CPU, in float32: SGD with momentum, Adam, AdamW."""

import bitsandbytes

__version__ = bitsandbytes.__version__
__optproof__ = {"dtype": "float32"}


class MomentumOfSGD(bitsandbytes.optim.SGD32bit):
    def __init__(self, params, lr, momentum):
        super().__init__(params, lr, momentum=momentum)


class Adam(bitsandbytes.optim.Adam32bit):
    def __init__(self, params, lr, betas, eps):
        super().__init__(params, lr, betas, eps)


class AdamW(bitsandbytes.optim.AdamW32bit):
    def __init__(self, params, lr, betas, eps):
        super().__init__(params, lr, betas, eps, weight_decay=0.0)
