"""Every test run says which NumPy it ran on, and stops where that is not the one expected."""

import os

import numpy as np
import pytest

pytest_plugins = ["pytester"]

try:
    from numpy._core._multiarray_umath import __cpu_features__ as cpu_features
except ImportError:  # NumPy 1
    from numpy.core._multiarray_umath import __cpu_features__ as cpu_features


def pytest_report_header() -> str:
    return f"NumPy {np.__version__} from {os.path.dirname(np.__file__)}"


def pytest_sessionstart(session: pytest.Session) -> None:
    expected = os.environ.get("OPTPROOF_EXPECT_NUMPY")
    if expected and not np.__version__.startswith(f"{expected}."):
        pytest.exit(f"expected NumPy {expected}, imported {np.__version__}", returncode=4)
    without = os.environ.get("OPTPROOF_EXPECT_CPU_WITHOUT", "")
    if present := [name for name in without.split() if cpu_features[name]]:
        pytest.exit(f"expected NumPy without {', '.join(present)}", returncode=4)
