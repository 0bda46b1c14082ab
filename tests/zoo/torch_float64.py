"""PyTorch in float64, the gradients by its autograd."""

import numpy as np
import torch

torch.set_default_dtype(torch.float64)


def tensors(arrays):
    return {k: torch.tensor(np.array(a)) for k, a in arrays.items()}


def arrays(tensors):
    return {k: t.detach().numpy() for k, t in tensors.items()}


def forward_propagation(X, parameters):
    p, a, caches = tensors(parameters), torch.tensor(X), []
    for l in (1, 2, 3):
        z = p[f"W{l}"] @ a + p[f"b{l}"]
        a = torch.sigmoid(z) if l == 3 else torch.relu(z)
        caches += [z, a, p[f"W{l}"], p[f"b{l}"]]
    return a.numpy(), tuple(c.numpy() for c in caches)


def backward_propagation(X, Y, caches):
    p = {f"{k}{l}": torch.tensor(caches[4 * l - 4 + i], requires_grad=True) for l in (1, 2, 3) for i, k in ((2, "W"), (3, "b"))}
    a = torch.tensor(X)
    for l in (1, 2):
        a = torch.relu(p[f"W{l}"] @ a + p[f"b{l}"])
    logits = p["W3"] @ a + p["b3"]
    labels = torch.tensor(np.asarray(Y, dtype=float))
    torch.nn.functional.binary_cross_entropy_with_logits(logits, labels).backward()
    return {"d" + k: t.grad.numpy() for k, t in p.items()}


def update_parameters_with_gd(parameters, grads, learning_rate):
    p, g = tensors(parameters), tensors(grads)
    return arrays({k: t - learning_rate * g["d" + k] for k, t in p.items()})


def update_parameters_with_adam(parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8):
    p, g, v, s = map(tensors, (parameters, grads, v, s))
    for k in p:
        d = "d" + k
        v[d].mul_(beta1).add_(g[d], alpha=1 - beta1)
        s[d].mul_(beta2).addcmul_(g[d], g[d], value=1 - beta2)
        p[k].addcdiv_(v[d] / (1 - beta1**t), (s[d] / (1 - beta2**t)).sqrt().add_(epsilon), value=-learning_rate)
    return arrays(p), arrays(v), arrays(s)
