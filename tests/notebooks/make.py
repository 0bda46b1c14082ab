"""Writes the notebooks beside it, in the shapes in which the field writes them.

Each is put together from the same functions; what differs is the shape. Run it to make them again.
"""

import json
from pathlib import Path

HERE = Path(__file__).parent

IMPORTS = """\
import numpy as np
import matplotlib.pyplot as plt
import scipy.io
import math
import sklearn
import sklearn.datasets

from opt_utils import load_params_and_grads, initialize_parameters, forward_propagation, backward_propagation
from opt_utils import compute_cost, predict, predict_dec, plot_decision_boundary, load_dataset
from testCases import *

%matplotlib inline
plt.rcParams['figure.figsize'] = (7.0, 4.0) # set default size of plots
plt.rcParams['image.interpolation'] = 'nearest'
plt.rcParams['image.cmap'] = 'gray'
"""

GD = '''\
# GRADED FUNCTION: update_parameters_with_gd

def update_parameters_with_gd(parameters, grads, learning_rate):
    """One step of gradient descent."""
    L = len(parameters) // 2 # number of layers in the neural networks

    for l in range(L):
        ### START CODE HERE ### (approx. 2 lines)
        parameters["W" + str(l+1)] = parameters["W" + str(l+1)] - learning_rate * grads['dW' + str(l+1)]
        parameters["b" + str(l+1)] = parameters["b" + str(l+1)] - learning_rate * grads['db' + str(l+1)]
        ### END CODE HERE ###

    return parameters
'''

GD_CALL = """\
parameters, grads, learning_rate = update_parameters_with_gd_test_case()

parameters = update_parameters_with_gd(parameters, grads, learning_rate)
print("W1 = " + str(parameters["W1"]))
"""

BATCHES = """\
def random_mini_batches(X, Y, mini_batch_size = 64, seed = 0):
    np.random.seed(seed)            # To make your "random" minibatches the same as ours
    m = X.shape[1]
    mini_batches = []

    # Step 1: Shuffle (X, Y)
    permutation = list(np.random.permutation(m))
    shuffled_X = X[:, permutation]
    shuffled_Y = Y[:, permutation].reshape((1,m))

    # Step 2: Partition
    num_complete_minibatches = math.floor(m/mini_batch_size)
    for k in range(0, num_complete_minibatches):
        mini_batch_X = shuffled_X[:, k * mini_batch_size : (k+1) * mini_batch_size]
        mini_batch_Y = shuffled_Y[:, k * mini_batch_size : (k+1) * mini_batch_size]
        mini_batches.append((mini_batch_X, mini_batch_Y))

    if m % mini_batch_size != 0:
        mini_batch_X = shuffled_X[:, num_complete_minibatches * mini_batch_size :]
        mini_batch_Y = shuffled_Y[:, num_complete_minibatches * mini_batch_size :]
        mini_batches.append((mini_batch_X, mini_batch_Y))

    return mini_batches
"""

VELOCITY = """\
def initialize_velocity(parameters):
    L = len(parameters) // 2
    v = {}
    for l in range(1, L + 1):
        v["dW" + str(l)] = np.zeros_like(parameters["W" + str(l)])
        v["db" + str(l)] = np.zeros_like(parameters["b" + str(l)])
    return v
"""

MOMENTUM = """\
def update_parameters_with_momentum(parameters, grads, v, beta, learning_rate):
    L = len(parameters) // 2
    for l in range(1, L + 1):
        v["dW" + str(l)] = beta * v["dW" + str(l)] + (1 - beta) * grads["dW" + str(l)]
        v["db" + str(l)] = beta * v["db" + str(l)] + (1 - beta) * grads["db" + str(l)]
        parameters["W" + str(l)] = parameters["W" + str(l)] - learning_rate * v["dW" + str(l)]
        parameters["b" + str(l)] = parameters["b" + str(l)] - learning_rate * v["db" + str(l)]
    return parameters, v
"""

ADAM_INIT = """\
def initialize_adam(parameters) :
    L = len(parameters) // 2
    v = {}
    s = {}
    for l in range(L):
        v["dW" + str(l+1)] = np.zeros(parameters["W" + str(l+1)].shape)
        v["db" + str(l+1)] = np.zeros(parameters["b" + str(l+1)].shape)
        s["dW" + str(l+1)] = np.zeros(parameters["W" + str(l+1)].shape)
        s["db" + str(l+1)] = np.zeros(parameters["b" + str(l+1)].shape)
    return v, s
"""

ADAM = """\
def update_parameters_with_adam(parameters, grads, v, s, t = 2, learning_rate = 0.01,
                                beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8):
    L = len(parameters) // 2
    v_corrected = {}
    s_corrected = {}
    for l in range(1, L + 1):
        for k in ("W" + str(l), "b" + str(l)):
            v["d" + k] = beta1 * v["d" + k] + (1 - beta1) * grads["d" + k]
            v_corrected["d" + k] = v["d" + k] / (1 - np.power(beta1, t))
            s["d" + k] = beta2 * s["d" + k] + (1 - beta2) * np.power(grads["d" + k], 2)
            s_corrected["d" + k] = s["d" + k] / (1 - np.power(beta2, t))
            parameters[k] = parameters[k] - learning_rate * v_corrected["d" + k] / (np.sqrt(s_corrected["d" + k]) + epsilon)
    return parameters, v, s
"""

MODEL = """\
def model(X, Y, layers_dims, optimizer, learning_rate = 0.0007, mini_batch_size = 64, beta = 0.9,
          beta1 = 0.9, beta2 = 0.999,  epsilon = 1e-8, num_epochs = 10000, print_cost = True):
    costs = []
    t = 0
    seed = 10
    m = X.shape[1]
    parameters = initialize_parameters(layers_dims)
    if optimizer == "momentum":
        v = initialize_velocity(parameters)
    elif optimizer == "adam":
        v, s = initialize_adam(parameters)
    for i in range(num_epochs):
        seed = seed + 1
        minibatches = random_mini_batches(X, Y, mini_batch_size, seed)
        cost_total = 0
        for minibatch in minibatches:
            (minibatch_X, minibatch_Y) = minibatch
            a3, caches = forward_propagation(minibatch_X, parameters)
            cost_total += compute_cost(a3, minibatch_Y)
            grads = backward_propagation(minibatch_X, minibatch_Y, caches)
            if optimizer == "gd":
                parameters = update_parameters_with_gd(parameters, grads, learning_rate)
            elif optimizer == "momentum":
                parameters, v = update_parameters_with_momentum(parameters, grads, v, beta, learning_rate)
            elif optimizer == "adam":
                t = t + 1 # Adam counter
                parameters, v, s = update_parameters_with_adam(parameters, grads, v, s, t, learning_rate, beta1, beta2,  epsilon)
        cost_avg = cost_total / m
        if print_cost and i % 1000 == 0:
            print ("Cost after epoch %i: %f" %(i, cost_avg))
        if print_cost and i % 100 == 0:
            costs.append(cost_avg)
    plt.plot(costs)
    plt.ylabel('cost')
    plt.xlabel('epochs (per 100)')
    plt.title("Learning rate = " + str(learning_rate))
    plt.show()
    return parameters
"""

TRAIN = """\
train_X, train_Y = load_dataset()
layers_dims = [train_X.shape[0], 5, 2, 1]
parameters = model(train_X, train_Y, layers_dims, optimizer = "gd")
predictions = predict(train_X, train_Y, parameters)
plot_decision_boundary(lambda x: predict_dec(parameters, x.T), train_X, train_Y)
"""

ALL = [IMPORTS, GD, GD_CALL, BATCHES, VELOCITY, MOMENTUM, ADAM_INIT, ADAM, MODEL, TRAIN]
INSIDE = ADAM.replace(
    '(np.sqrt(s_corrected["d" + k]) + epsilon)', 'np.sqrt(s_corrected["d" + k] + epsilon)'
)


def lines(text):
    return text.splitlines(True)


def code(text, outputs=()):
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {},
        "outputs": list(outputs),
        "source": lines(text),
    }


def words(text):
    return {"cell_type": "markdown", "metadata": {}, "source": lines(text)}


def notebook(name, cells, minor=2, **metadata):
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    content = {
        "cells": cells,
        "metadata": {"kernelspec": kernel, **metadata},
        "nbformat": 4,
        "nbformat_minor": minor,
    }
    (HERE / name).write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def write():
    title = words("# Optimization Methods\n\nUntil now, you have used gradient descent.")
    notebook("v1.ipynb", [title, *(code(c) for c in ALL)])

    v1b = [c.replace("opt_utils", "opt_utils_v1a") for c in ALL]
    shown = {"name": "stdout", "output_type": "stream", "text": ["Cost after epoch 0: 0.702405\n"]}
    error = {"output_type": "error", "ename": "NameError", "evalue": "x", "traceback": ["..."]}
    notebook(
        "v1b_with_outputs.ipynb",
        [title, *(code(c, [shown]) for c in v1b[:-1]), code(v1b[-1], [error])],
        coursera={"course_slug": "deep-neural-network", "graded_item_id": "Ckiv2"},
    )

    five = ADAM.replace(
        "return parameters, v, s", "return parameters, v, s, v_corrected, s_corrected"
    )
    newer = MODEL.replace("parameters, v, s = update", "parameters, v, s, _, _ = update")
    tests = "from opt_utils_v1a import *\nfrom public_tests import *\nfrom copy import deepcopy\n"
    graded = "update_parameters_with_adam_test(update_parameters_with_adam)\n"
    year = [
        IMPORTS.split("\nfrom")[0] + "\n",
        tests,
        GD,
        BATCHES,
        VELOCITY,
        MOMENTUM,
        ADAM_INIT,
        five,
    ]
    notebook(
        "2021_five_returns.ipynb", [*(code(c) for c in year), code(graded), code(newer)], minor=5
    )

    notebook("epsilon_inside.ipynb", [code(c if c != ADAM else INSIDE) for c in ALL])

    loop = "    for l in range(1, L + 1):\n"
    skeleton = MOMENTUM.replace(loop, loop + "        ### START CODE HERE ### (approx. 4 lines)\n")
    skeleton = skeleton.replace("    return", "        ### END CODE HERE ###\n\n    return")
    for old in (
        'beta * v["dW"',
        'beta * v["db"',
        'parameters["W" + str(l)] -',
        'parameters["b" + str(l)] -',
    ):
        [line] = [i for i in skeleton.splitlines() if "= " + old in i]
        skeleton = skeleton.replace(line, line.split(" = ")[0] + " = None")
    empty = GD.replace("### START CODE HERE ### (approx. 2 lines)", "# YOUR CODE STARTS HERE")
    empty = empty.replace("### END CODE HERE ###", "# YOUR CODE ENDS HERE").replace("\n".join(GD.splitlines()[8:10]) + "\n", "        # parameters[...] = ...\n")
    cells = [IMPORTS, empty, GD_CALL, BATCHES, VELOCITY, skeleton, ADAM_INIT]
    notebook("skeleton.ipynb", [code(c) for c in cells])

    broken = GD.replace("learning_rate):", "learning_rate)")
    cells = [c if c != GD else broken for c in ALL]
    notebook("syntax_error_in_one_cell.ipynb", [code(c) for c in cells])

    colab = [
        "!pip install -q h5py\nfrom google.colab import drive\ndrive.mount('/content/drive')\n",
        "%cd /content/drive/MyDrive\nimport os\nfiles = !ls\nprint(files)\n",
        'import numpy as np\nimport math\nimport h5py\n#@title Hyperparameters\nalpha = 0.01 #@param {type:"number"}\n',
        "%%time\n" + GD,
        "%%bash\necho hello | wc -l\n",
        BATCHES + "\nrandom_mini_batches?\n",
        "np.random.seed(1)\nbatches = random_mini_batches(np.ones((2, 8)), np.ones((1, 8)), 4)\n",
    ]
    notebook("colab.ipynb", [code(c) for c in colab], colab={"provenance": []}, accelerator="GPU")

    classes = '''\
class Adam:
    """Keeps its moments and its step counter itself."""

    def __init__(self, lr=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8):
        self.lr, self.beta1, self.beta2, self.epsilon = lr, beta1, beta2, epsilon
        self.m, self.v, self.t = {}, {}, 0

    def update(self, params, grads):
        self.t += 1
        for key in params:
            g = grads["d" + key]
            self.m["d" + key] = self.beta1 * self.m.get("d" + key, 0) + (1 - self.beta1) * g
            self.v["d" + key] = self.beta2 * self.v.get("d" + key, 0) + (1 - self.beta2) * g * g
            m_hat = self.m["d" + key] / (1 - self.beta1 ** self.t)
            v_hat = self.v["d" + key] / (1 - self.beta2 ** self.t)
            params[key] -= self.lr * m_hat / (np.sqrt(v_hat) + self.epsilon)
        return params
'''
    helper = "import numpy as np\nfrom my_helpers import initialize_velocity\n"
    heavy = MOMENTUM.replace("(1 - beta) * ", "")
    notebook("class_and_own_helper.ipynb", [code(helper), code(classes), code(heavy)])
    (HERE / "my_helpers.py").write_text("import numpy as np\n\n\n" + VELOCITY, encoding="utf-8")

    fenced = "".join(
        f"Some words.\n\n```python\n{c}```\n\n" for c in (GD, BATCHES, VELOCITY, MOMENTUM)
    )
    text = "# Notes on optimisers\n\n```python\nimport numpy as np, math\n```\n\n"
    shell = "```bash\npip install numpy\n```\n\n"
    (HERE / "lecture_notes.md").write_text(text + shell + fenced, encoding="utf-8")

    head = "#!/usr/bin/env python\n# coding: utf-8\n\n# # Optimization Methods\n\n"
    parts = [
        c.replace("%matplotlib inline", "get_ipython().run_line_magic('matplotlib', 'inline')")
        for c in ALL
    ]
    export = head + "".join(f"# In[{i}]:\n\n\n{c}\n\n" for i, c in enumerate(parts, 1))
    (HERE / "exported.py").write_text(export, encoding="utf-8")


if __name__ == "__main__":
    write()
