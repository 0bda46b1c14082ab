"""keras.optimizers, made and stepped, on the backend of the adapter that imports this."""

import keras

if keras.backend.backend() == "jax":
    import jax

    jax.config.update("jax_enable_x64", True)
keras.config.set_floatx("float64")
__version__ = f"{keras.__version__} on {keras.backend.backend()}"


class SGD(keras.optimizers.SGD):
    pass


class Adam(keras.optimizers.Adam):
    pass


class AdamW(keras.optimizers.AdamW):
    def __init__(self, learning_rate, beta_1, beta_2, epsilon):
        super().__init__(learning_rate, 0.0, beta_1, beta_2, epsilon)
