"""onnx.reference: Momentum and Adam of ai.onnx.preview.training.

R = learning_rate, T = t. Momentum: alpha = beta, beta = 1 - beta. Adam: alpha = beta1, beta =
beta2, epsilon; its V and H are v and s. The attributes of a node are float32, whatever the tensors
are, and its Adam adds epsilon to the uncorrected root (epsilon-hat).
"""

import numpy as np
import onnx
from onnx import TensorProto, helper
from onnx.reference import ReferenceEvaluator

__version__ = onnx.__version__
__optproof__ = {"variants": ["adam.epsilon-hat"]}
DOMAIN = "ai.onnx.preview.training"


def _run(operation, rate, t, tensors, **attributes):
    """Evaluate one node on X, G and the state; return X and the state after it."""
    states = len(tensors) - 2
    inputs = [f"in{i}" for i in range(len(tensors))]
    outputs = [f"out{i}" for i in range(1 + states)]
    node = helper.make_node(operation, ["R", "T", *inputs], outputs, domain=DOMAIN, **attributes)
    number = TensorProto.DOUBLE
    values = [helper.make_tensor_value_info(n, number, None) for n in ("R", *inputs)]
    step = helper.make_tensor_value_info("T", TensorProto.INT64, None)
    after = [helper.make_tensor_value_info(n, number, None) for n in outputs]
    graph = helper.make_graph([node], "step", [values[0], step, *values[1:]], after)
    opsets = [helper.make_opsetid("", 17), helper.make_opsetid(DOMAIN, 1)]
    evaluator = ReferenceEvaluator(helper.make_model(graph, opset_imports=opsets))
    given = {"R": np.array(rate), "T": np.array(t), **dict(zip(inputs, tensors))}
    return evaluator.run(None, given)


def update_parameters_with_momentum(parameters, grads, v, beta, learning_rate):
    new, after = {}, {}
    how = {"alpha": beta, "beta": 1 - beta, "mode": "standard", "norm_coefficient": 0.0}
    for k, x in parameters.items():
        tensors = (x, grads["d" + k], v["d" + k])
        new[k], after["d" + k] = _run("Momentum", learning_rate, 1, tensors, **how)
    return new, after


def update_parameters_with_adam(parameters, grads, v, s, t, learning_rate, beta1, beta2, epsilon):
    new, first, second = {}, {}, {}
    how = {"alpha": beta1, "beta": beta2, "epsilon": epsilon, "norm_coefficient": 0.0}
    for k, x in parameters.items():
        d = "d" + k
        tensors = (x, grads[d], v[d], s[d])
        new[k], first[d], second[d] = _run("Adam", learning_rate, t, tensors, **how)
    return new, first, second
