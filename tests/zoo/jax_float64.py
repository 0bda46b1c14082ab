"""JAX in float64; the gradient by jax.grad, Adam under jit."""

import jax

jax.config.update("jax_enable_x64", True)
import jax.numpy as jnp  # noqa: E402


def layers(X, p):
    z1 = p["W1"] @ X + p["b1"]
    z2 = p["W2"] @ jax.nn.relu(z1) + p["b2"]
    return p["W3"] @ jax.nn.relu(z2) + p["b3"]


def loss(p, X, Y):
    z = layers(X, p)
    return jnp.mean(jnp.logaddexp(0, z) - Y * z)


gradient = jax.jit(jax.grad(loss))


def backward_propagation(X, Y, caches):
    _, _, W1, b1, _, _, W2, b2, _, _, W3, b3 = caches
    p = {"W1": W1, "b1": b1, "W2": W2, "b2": b2, "W3": W3, "b3": b3}
    return {"d" + k: g for k, g in gradient(p, X, Y).items()}


@jax.jit
def step(p, g, v, s, t, a, b1, b2, e):
    v = jax.tree_util.tree_map(lambda m, g: b1 * m + (1 - b1) * g, v, g)
    s = jax.tree_util.tree_map(lambda n, g: b2 * n + (1 - b2) * g * g, s, g)
    p = {k: w - a * (v["d" + k] / (1 - b1**t)) / (jnp.sqrt(s["d" + k] / (1 - b2**t)) + e) for k, w in p.items()}
    return p, v, s


def update_parameters_with_adam(parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8):
    g = {k: grads[k] for k in v}
    return step(parameters, g, v, s, t, learning_rate, beta1, beta2, epsilon)
