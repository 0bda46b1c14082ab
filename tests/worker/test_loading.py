"""Files load as they stand: with absent packages, helpers, inside packages, without a screen."""

import json
from importlib.util import find_spec

import pytest

GD, BATCHES = "update_parameters_with_gd", "random_mini_batches"
STEP = """
def update_parameters_with_gd(parameters, grads, learning_rate):
    return {k: p - learning_rate * grads["d" + k] for k, p in parameters.items()}
"""


def wrong(text):
    twin = text.replace("p - learning_rate", "p + learning_rate")
    assert twin != text
    return twin


def write(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


ABSENT = {
    "imported": "import no_such_package\n",
    "a submodule": "import no_such_package.nn.functional as F\n",
    "a name of it": "from no_such_package.nn import Module\n",
    "a class derived": "import no_such_package as nn\nclass Net(nn.Module):\n    pass\n",
    "a decorator": "import no_such_package as nb\n@nb.jit(cache=True)\ndef f(x): return x\n",
    "a setting": "import no_such_package as tf\ntf.random.set_seed(1)\n",
    "an annotation": "import no_such_package as t\ndef f(x: t.A | None) -> t.B: return x\n",
    "another way": "try:\n    import no_such_package as np\n"
    "except ImportError:\n    import numpy as np\nnp.zeros(1)\n",
    "looked for": "from importlib.util import find_spec as find\n"
    "assert find('no_such_package') is None\n",
    "a test of type": "import no_such_package as t\nassert not isinstance(1, t.Tensor)\n",
}


@pytest.mark.sample(2)
@pytest.mark.parametrize("above", ABSENT.values(), ids=ABSENT.keys())
def test_a_package_that_is_not_there_stops_nothing_but_what_calls_it(check, above):
    assert check(above + STEP).code == 0
    assert check(above + wrong(STEP)).code == 1


@pytest.mark.parametrize("used", ["lib.step()", "lib.Thing.make", "Net()"])
def test_what_calls_it_says_so(check, used):
    above = "import no_such_package as lib\nclass Net(lib.Module):\n    pass\n"
    ran = check(above + STEP.replace("    return", f"    {used}; raise IndexError\n    return"))
    told = "no_such_package is not there" if used != "lib.Thing.make" else "IndexError"
    assert told in ran.result(GD)["message"]


@pytest.mark.skipif(find_spec("matplotlib") is None, reason="not run: no matplotlib")
def test_no_figure_needs_a_screen(check):
    above = """
import matplotlib
matplotlib.use("TkAgg")
import matplotlib.pyplot as plt
plt.switch_backend("QtAgg")
matplotlib.use("Qt5Agg", force=True)
plt.plot([1, 2])
plt.show()
"""
    assert check(above + STEP, env={"MPLBACKEND": "TkAgg"}).code == 0


PACKAGE = {
    "net/__init__.py": "from .optim import *\n",
    "net/optim/__init__.py": "from .gd import update_parameters_with_gd\n",
    "net/optim/rate.py": "SCALE = 1.0\n",
    "net/optim/gd.py": "from ..optim.rate import SCALE\nfrom . import rate\n"
    + STEP.replace("- l", "- SCALE * l"),
}


@pytest.mark.parametrize("inits", [True, False])
def test_a_path_inside_a_package_is_part_of_it(check, tmp_path, inits):
    files = {n: t for n, t in PACKAGE.items() if inits or "__init__" not in n}
    write(tmp_path, files)
    ran = check(tmp_path / "net/optim/gd.py")
    assert (ran.code, ran.statuses) == (0, {GD: "pass"})
    write(tmp_path, {"net/optim/rate.py": "SCALE = -1.0\n"})
    assert check(tmp_path / "net/optim/gd.py").code == 1


def test_a_file_without_a_package_is_not_looked_for_in_one(check, tmp_path):
    write(tmp_path, {"gd.py": "from other import SCALE\n" + STEP.replace("- l", "- SCALE * l")})
    write(tmp_path, {"other.py": "SCALE = 1.0\n"})
    assert check(tmp_path / "gd.py").code == 0


def hello(target, folder):
    """Return the first message of a worker in `folder`."""
    import subprocess
    import sys

    from optproof.conversation.python import _START

    command = [sys.executable, "-c", _START, str(target)]
    done = subprocess.run(
        command, cwd=folder, input=b"", capture_output=True, timeout=60, check=True
    )
    return json.loads(done.stdout)


def test_what_a_helper_s_file_gives_is_told_as_its(tmp_path):
    write(tmp_path, {"opt_utils.py": "def compute_cost(a3, Y): return 0.0\n"})
    write(tmp_path, {"mine.py": "from opt_utils import *\n" + STEP})
    assert hello("mine.py", tmp_path)["files"] == {"compute_cost": "opt_utils.py"}


def test_a_package_s_own_modules_and_what_a_file_only_gathers_are_the_target_s(tmp_path):
    write(tmp_path, PACKAGE)
    write(tmp_path, {"all.py": "from net.optim.gd import update_parameters_with_gd\n"})
    for target in ("net", "net.optim.gd", "net/optim/gd.py", "all.py"):
        message = hello(target, tmp_path)
        assert (message.get("files", {}), GD in message["operations"]) == ({}, True), target


COST = """
from {helper} import *
def compute_cost_of_batch(a3, Y):
    return compute_cost(a3, Y)
"""


@pytest.mark.parametrize(("helper", "mean"), [("opt_utils", True), ("opt_utils_v1a", False)])
def test_the_stand_in_for_the_helper_follows_its_release(check, tmp_path, helper, mean):
    path = tmp_path / "mapping.json"
    path.write_text(json.dumps({"functions": {"compute_cost": "compute_cost_of_batch"}}))
    ran = check(COST.format(helper=helper), "--mapping", path, "--only", "cost")
    assert ran.statuses == {"compute_cost": "pass"}
    assert ("cost.mean" in ran.out) == mean


@pytest.mark.parametrize("helper", ["testCases", "opt_utils", "opt_utils_v1b", "testCase"])
def test_the_helpers_bring_numpy(check, helper):
    right = f"""
from {helper} import *
def initialize_velocity(parameters):
    return {{"d" + k: np.zeros(parameters[k].shape) for k in parameters}}
"""
    assert check(right).code == 0
    assert check(right.replace("np.zeros", "np.ones")).code == 1


def test_a_helper_s_fault_neither_decides_the_verdict_nor_the_training(check, tmp_path):
    write(tmp_path, {"opt_utils.py": "def compute_cost(a3, Y): return 0.0\n"})
    write(tmp_path, {"mine.py": "from opt_utils import *\n" + STEP})
    only = ("--only", "gd", "--only", "cost", "--only", "training/gd")
    assert check(tmp_path / "mine.py", *only, training="short").code == 0
    write(tmp_path, {"mine.py": "from opt_utils import *\n" + wrong(STEP)})
    assert check(tmp_path / "mine.py", *only, training="short").code == 1
