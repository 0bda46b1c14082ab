"""What ``import optproof`` offers: loaded when asked for, and right for a cell of a notebook."""

import subprocess
import sys

import pytest

import optproof


def initialize_velocity(parameters):
    return {"d" + name: 0 * value for name, value in parameters.items()}


def test_every_public_name_is_there():
    assert all(getattr(optproof, name) for name in optproof.__all__)
    with pytest.raises(AttributeError, match="nothing"):
        _ = optproof.nothing


def test_the_import_brings_nothing_along():
    code = "import optproof, sys; print({'numpy', 'rich'} & set(sys.modules))"
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ran.stdout == "set()\n"


def test_a_function_is_checked_and_its_report_shows_itself():
    report = optproof.check(initialize_velocity)
    assert report.exit_code == 0
    assert "conforms" in str(report)


def test_a_wrong_function_of_another_name_is_told():
    report = optproof.check(lambda parameters: parameters, operation="initialize_velocity")
    assert report.exit_code == 1
    assert "initialize_velocity" in repr(report)
    assert "&lt;lambda&gt;" in report._repr_html_()


def test_no_such_target_is_an_error_of_the_public_names():
    with pytest.raises(optproof.UsageError, match="no such file"):
        optproof.check("no_such_file.py")
