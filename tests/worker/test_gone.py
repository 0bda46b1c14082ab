"""What NumPy no longer has is told as that, and is no deviation."""

import warnings

import numpy as np
import pytest

from optproof.checking.check import check
from optproof.worker.gone import BACK, INSTEAD, SINCE, gone

RELEASE = tuple(map(int, np.__version__.split(".")[:2]))


def release(text):
    return tuple(map(int, text.split(".")))


@pytest.mark.parametrize("name", SINCE)
def test_this_numpy_has_what_the_table_says(name):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        there = hasattr(np, name)
    is_back = name in BACK and release(BACK[name]) <= RELEASE
    assert there == (release(SINCE[name]) > RELEASE or is_back)


@pytest.mark.parametrize("name", [n for n, text in INSTEAD.items() if text.startswith("np.")])
def test_what_is_to_be_written_instead_is_there(name):
    assert hasattr(np, INSTEAD[name].partition(" ")[0].removeprefix("np."))


def test_other_names_are_not_told_as_gone():
    assert gone("module 'numpy' has no attribute 'matmull'") == ""
    assert gone("module 'mine' has no attribute 'int'") == ""
    assert gone("`np.NaN` was removed in the NumPy 2.0 release. Use `np.nan` instead.") == (
        "np.NaN is gone since NumPy 2.0: write np.nan"
    )


@pytest.mark.skipif(RELEASE < (1, 24), reason="this NumPy still has np.int")
def test_a_function_that_uses_a_name_that_is_gone_is_not_called(tmp_path):
    (tmp_path / "old.py").write_text(
        "import numpy as np\ndef initialize_velocity(parameters):\n"
        "    return {'d' + k: np.zeros(a.shape, np.int) for k, a in parameters.items()}\n"
    )
    report = check(str(tmp_path / "old.py"), only=["velocity"], training="none")
    assert (report.exit_code, {r.status for r in report.results}) == (3, {"not called"})
    assert report.results[0].message.startswith("np.int is gone since NumPy 1.24: write int (old")


def test_a_name_that_the_module_lacks_is_not_called_with_the_line(tmp_path):
    (tmp_path / "short.py").write_text("def initialize_velocity(parameters):\n    return zeros()\n")
    report = check(str(tmp_path / "short.py"), only=["velocity"], training="none")
    [*_, last] = report.results
    assert (report.exit_code, last.status, report.diagnoses) == (3, "not called", ())
    assert last.message == "NameError: name 'zeros' is not defined (short.py, line 2)"
    assert last.hint.startswith("nothing defines that name")


def test_a_name_that_is_lacking_in_one_branch_alone_is_an_error(tmp_path):
    """The wrong twin: it answers most cases, and raises on a bias of one row."""
    (tmp_path / "twin.py").write_text(
        "import numpy as np\ndef initialize_velocity(parameters):\n"
        "    if len(parameters['b1']) == 1:\n        return zeros()\n"
        "    return {'d' + k: np.zeros_like(a) for k, a in parameters.items()}\n"
    )
    report = check(str(tmp_path / "twin.py"), only=["velocity"], training="none")
    assert report.exit_code == 1
    assert {r.status for r in report.results} == {"pass", "error"}
