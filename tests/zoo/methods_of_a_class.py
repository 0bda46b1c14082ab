"""The document's functions as static methods of one class."""

import numpy as np


class Optimization:
    @staticmethod
    def update_parameters_with_gd(parameters, grads, learning_rate):
        for l in range(1, len(parameters) // 2 + 1):
            for kind in ("W", "b"):
                key = kind + str(l)
                parameters[key] = parameters[key] - learning_rate * grads["d" + key]
        return parameters

    @staticmethod
    def initialize_velocity(parameters):
        return {"d" + key: np.zeros_like(value) for key, value in parameters.items()}

    @staticmethod
    def update_parameters_with_momentum(parameters, grads, v, beta, learning_rate):
        for key in list(parameters):
            v["d" + key] = beta * v["d" + key] + (1 - beta) * grads["d" + key]
            parameters[key] = parameters[key] - learning_rate * v["d" + key]
        return parameters, v
