"""Optax in float64: sgd, ema without bias correction and scale, adam.

b1 = beta1, b2 = beta2, eps = epsilon, eps_root = 0; ema's decay = beta. The state is set:
EmaState.ema = v; ScaleByAdamState.mu = v, .nu = s, .count = t - 1.
"""

import jax
import jax.numpy as jnp
import numpy as np
import optax

jax.config.update("jax_enable_x64", True)
__version__ = optax.__version__


def _keyed(tree, mark):
    return {mark + k: np.array(a) for k, a in tree.items()}


def _bare(tree):
    return {k[1:]: jnp.asarray(a) for k, a in tree.items()}


def _step(chain, state, parameters, grads):
    g = {k: jnp.asarray(grads["d" + k]) for k in parameters}
    updates, state = chain.update(g, state)
    return _keyed(optax.apply_updates(parameters, updates), ""), state


def update_parameters_with_gd(parameters, grads, learning_rate):
    chain = optax.sgd(learning_rate)
    return _step(chain, chain.init(parameters), parameters, grads)[0]


def take_momentum_step(chain, name, parameters, grads, v):
    held, *rest = chain.init(parameters)
    held = held._replace(**{name: _bare(v)})
    new, state = _step(chain, (held, *rest), parameters, grads)
    return new, _keyed(getattr(state[0], name), "d")


def update_parameters_with_momentum(parameters, grads, v, beta, learning_rate):
    chain = optax.chain(optax.ema(beta, debias=False), optax.scale(-learning_rate))
    return take_momentum_step(chain, "ema", parameters, grads, v)


def take_adam_step(chain, parameters, grads, v, s, t):
    adam, *rest = chain.init(parameters)
    adam = adam._replace(count=jnp.asarray(t - 1, jnp.int32), mu=_bare(v), nu=_bare(s))
    new, state = _step(chain, (adam, *rest), parameters, grads)
    return new, _keyed(state[0].mu, "d"), _keyed(state[0].nu, "d")


def update_parameters_with_adam(parameters, grads, v, s, t, learning_rate, beta1, beta2, epsilon):
    chain = optax.adam(learning_rate, b1=beta1, b2=beta2, eps=epsilon)
    return take_adam_step(chain, parameters, grads, v, s, t)
