"""scikit-learn's optimizers, made and stepped: SGD with Nesterov's step, its default, and Adam."""

import sklearn
from sklearn.neural_network._stochastic_optimizers import AdamOptimizer, SGDOptimizer

__version__ = sklearn.__version__
__optproof__ = {
    "variants": [
        "momentum.heavy-ball-learning-rate-in-velocity",
        "momentum.nesterov",
        "adam.epsilon-hat",
    ]
}


class Adam(AdamOptimizer):
    pass


class MomentumAsItDefaults(SGDOptimizer):
    def __init__(self, params, learning_rate_init, momentum):
        super().__init__(params, learning_rate_init, momentum=momentum)

    def update(self, params, grads):
        self.update_params(params, grads)
