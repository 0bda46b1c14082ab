"""timm.optim, made and stepped: AdamW with a decay of 0, AdamP with delta 0, SGDW with dampening.

Its models need torchvision, its optimizers do not: they are imported without the rest.
"""

import importlib
import importlib.util
import sys
import types
from importlib.metadata import version
from typing import Any

__version__ = version("timm")


def _class(module: str, name: str) -> Any:
    for package in ("timm", "timm.optim"):
        if package not in sys.modules:
            made: Any = types.ModuleType(package)
            spec: Any = importlib.util.find_spec(package)
            made.__path__ = list(spec.submodule_search_locations)
            sys.modules[package] = made
    return getattr(importlib.import_module(f"timm.optim.{module}"), name)


TheirAdamW: Any = _class("adamw", "AdamWLegacy")
TheirAdamP: Any = _class("adamp", "AdamP")
TheirSGDW: Any = _class("sgdw", "SGDW")


class AdamW(TheirAdamW):
    def __init__(self, params, lr, betas, eps):
        super().__init__(params, lr, betas, eps, weight_decay=0.0)


class AdamUnprojected(TheirAdamP):
    def __init__(self, params, lr, betas, eps):
        super().__init__(params, lr, betas, eps, delta=0.0)


class SGDW(TheirSGDW):
    def __init__(self, params, lr, momentum=0.0):
        super().__init__(params, lr, momentum, dampening=momentum)
