"""Faulty copies of the plain transcription, made by replacing one piece of its source."""

from pathlib import Path

PLAIN = (Path(__file__).parent / "implementations" / "plain.py").read_text()


def faulty(folder, name, *replacements):
    """Write `name`.py with each (old, new) replaced, and return its path."""
    source = PLAIN
    for old, new in replacements:
        assert old in source, old
        source = source.replace(old, new)
    path = folder / f"{name}.py"
    path.write_text(source)
    return str(path)


T_RESET = ("        cost_total = 0\n", "        cost_total = 0\n        t = 0\n")
MEAN_TWICE_FROM_500 = (
    '            if optimizer == "gd":\n',
    "            if i >= 500:\n"
    "                grads = {k: g / X_t.shape[1] for k, g in grads.items()}\n"
    '            if optimizer == "gd":\n',
)
EPSILON_HAT = (
    "learning_rate * (\n                v_corrected[d] / (np.sqrt(s_corrected[d]) + epsilon)\n"
    "            )",
    "learning_rate * math.sqrt(1 - beta2**t) / (1 - beta1**t) * v[d] / (np.sqrt(s[d]) + epsilon)",
)
FLOAT32 = (
    ("import math\n", "import math\n\n__optproof__ = {'dtype': 'float32'}\n"),
    (".shape)\n", ".shape, 'float32')\n"),
    ("np.zeros((layers_dims[l], 1))", "np.zeros((layers_dims[l], 1), 'float32')"),
    ("layers_dims[l - 1]) * scale", "layers_dims[l - 1]).astype('float32') * np.float32(scale)"),
    ("    logprobs =", "    Y = Y.astype('float32')\n    logprobs ="),
    ("    dz3 = (a3 - Y) / m", "    dz3 = (a3 - Y.astype('float32')) / m"),
    ("np.int64(a2 > 0)", "a2 > 0"),
    ("np.int64(a1 > 0)", "a1 > 0"),
)
NO_MODEL = ("def model(", "def _model(")
# A model that calls nothing by name: nobody can look inside.
MONOLITHIC = (
    ("def model(", "def _model("),
    (
        "def _model(",
        "def model(*arguments, **keywords):\n"
        "    own = dict(globals())\n"
        "    exec(SOURCE, own)\n"
        "    return own['_model'](*arguments, **keywords)\n\n\ndef _model(",
    ),
    ("import math\n", "import math\n\nSOURCE = open(__file__).read()\n"),
)
LAST_BATCH_COST = (
    "        cost_avg = cost_total / m\n",
    "        cost_avg = compute_cost(a3, Y_t) / X_t.shape[1]\n",
)
SUM_OF_MEANS = (
    "cost_total += compute_cost(a3, Y_t)",
    "cost_total += compute_cost(a3, Y_t) / X_t.shape[1] * m",
)
