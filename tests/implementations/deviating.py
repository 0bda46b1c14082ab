"""An implementation with any mistakes of the catalogue: $OPTPROOF_DEVIATIONS names them.

It answers with the document's signatures and return order, so that the real check judges it.
"""

import os

from optproof.deviations import PIPELINES
from optproof.operations import CACHES, OPERATIONS

CHOSEN = [name for name in os.environ.get("OPTPROOF_DEVIATIONS", "").split(",") if name]


def _implement(operation):
    pipeline = PIPELINES[operation.name]
    mine = [name for name in CHOSEN if name in pipeline.ids]

    returned = {"v": None, "calls": 0}

    def function(*arguments):
        named = dict(zip(operation.arguments, arguments))
        if operation.name == "update_parameters_with_momentum":
            # Counts its own steps, as optimizers that correct the velocity do.
            carried = _bytes(named["v"]) == returned["v"]
            returned["calls"] = returned["calls"] + 1 if carried else 1
            named["t"] = returned["calls"]
        answer = pipeline.answer(named, mine)
        if operation.name == "update_parameters_with_momentum":
            returned["v"] = _bytes(_result("v", answer))
        results = tuple(_result(name, answer) for name in operation.results)
        return results if len(results) > 1 else results[0]

    return function


def _bytes(tensors):
    return {k: a.tobytes() for k, a in tensors.items()}


def _result(name, answer):
    if name in ("v", "s"):
        return {k[2:]: a for k, a in answer.items() if k.startswith(f"{name}.")}
    if name == "mini_batches":
        count = len(answer) // 2
        return [tuple(answer[f"mini_batches[{k}].{part}"] for part in "XY") for k in range(count)]
    if name == "caches":
        return tuple(answer[f"caches.{k}"] for k in CACHES)
    if name in ("parameters", "grads"):
        return {k: a for k, a in answer.items() if "." not in k}
    return answer[name]


for _operation in OPERATIONS.values():
    if _operation.name in PIPELINES:
        globals()[_operation.name] = _implement(_operation)
