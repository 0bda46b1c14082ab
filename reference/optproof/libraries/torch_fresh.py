"""torch.optim, made and stepped, with fresh buffers: SGD, SGD with dampening, Adam, AdamW.

Dampening is set to momentum, or left at 0 as it defaults: heavy-ball. AdamW's decay is set to 0.
"""

import torch

__version__ = torch.__version__


class SGD(torch.optim.SGD):
    pass


class SGDWithDampening(torch.optim.SGD):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, lr, momentum=momentum, dampening=momentum)


class Adam(torch.optim.Adam):
    pass


class AdamW(torch.optim.AdamW):
    pass
