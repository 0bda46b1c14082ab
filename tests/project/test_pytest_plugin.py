"""The plugin, run by a pytest of its own; tox.ini spreads pytest 7.4, 8 and 9 over the NumPys."""

import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

PLAIN = Path(__file__).parents[1] / "implementations" / "plain.py"
CASES = [
    "optproof::gd/documented",
    "optproof::adam/documented",
    "optproof::training/adam",
]


@pytest.fixture
def project(pytester):
    """A project with a conforming good.py and a bad.py whose Adam has epsilon inside the root."""
    source = PLAIN.read_text()
    right = "(np.sqrt(s_corrected[d]) + epsilon)"
    assert right in source
    pytester.makepyfile(
        good=source, bad=source.replace(right, "(np.sqrt(s_corrected[d] + epsilon))")
    )
    # Few cases: each run is a pytest of its own.
    pytester.path.joinpath("optproof.toml").write_text(
        '[check]\nonly = ["gd/*", "adam-init/documented", "adam/documented", "training/adam"]\n'
    )
    return pytester


def run(project, *arguments):
    """Run pytest in a process of its own, warnings being errors."""
    return project.runpytest_subprocess("-W", "error", *arguments)


def test_nothing_happens_unless_asked(project):
    result = run(project)
    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED
    result.stdout.no_fnmatch_line("*optproof::*")


def test_loading_the_plugin_imports_neither_numpy_nor_rich():
    code = "import sys, optproof.pytest_plugin; print(sorted({'numpy', 'rich'} & set(sys.modules)))"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"


def test_each_case_is_an_item_with_its_permanent_id(project):
    result = run(project, "--optproof", "good.py", "-v")
    assert result.ret == 0
    for case in CASES:
        result.stdout.fnmatch_lines([f"{case} PASSED*"])
    assert set(result.parseoutcomes()) == {"passed"}


def test_a_wrong_implementation_fails_and_reads_as_on_the_command_line(project):
    result = run(project, "--optproof", "bad.py", "-k", "adam/documented")
    assert result.parseoutcomes()["failed"] == 1
    shown = subprocess.run(
        [sys.executable, "-m", "optproof", "check", "bad.py", "--only", "adam/documented"],
        cwd=project.path,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    for text in (" ".join(" ".join(lines).split()) for lines in (shown, result.outlines)):
        assert "(adam.epsilon-inside-sqrt)" in text
        assert "W2[2, 1]: yours -1.0924503627516955, expected -1.09244991" in text
        assert "clause SPEC.md ADAM-5" in text


@pytest.mark.full
def test_the_ini_option_asks_and_the_command_line_beats_it(project):
    project.makeini("[pytest]\noptproof_target = bad.py\n")
    assert run(project).ret == pytest.ExitCode.TESTS_FAILED
    assert run(project, "--optproof", "good.py").ret == 0


@pytest.mark.full
def test_markers_first_failure_last_failed_and_durations(project):
    project.makepyfile(test_own="def test_own(): pass")
    chosen = run(project, "--optproof", "bad.py", "-m", "optproof", "-x", "--durations=1")
    chosen.stdout.fnmatch_lines(["*s call * optproof::*", "*stopping after 1 failures*"])
    chosen.stdout.no_fnmatch_line("*test_own*")
    again = run(project, "--optproof", "bad.py", "--lf", "-v")
    assert again.parseoutcomes()["failed"] == 1
    assert "passed" not in again.parseoutcomes()
    again.stdout.fnmatch_lines(["optproof::adam/documented FAILED*"])


@pytest.mark.full
def test_xdist_and_junitxml(project):
    project.path.joinpath("optproof.toml").write_text(
        '[check]\nonly = ["gd/documented", "adam/documented", "training/adam"]\n'
    )
    result = run(project, "--optproof", "bad.py", "-n", "2", "--junitxml", "report.xml")
    assert result.ret == pytest.ExitCode.TESTS_FAILED
    cases = ET.parse(project.path / "report.xml").getroot().iter("testcase")
    failed = {
        f"{c.get('classname')}::{c.get('name')}" for c in cases if c.find("failure") is not None
    }
    assert {"optproof::adam/documented", "optproof::training/adam"} <= failed
    assert all("adam" in name for name in failed)


@pytest.mark.full
def test_a_missing_operation_is_skipped_but_a_target_without_any_fails(project):
    project.makepyfile(
        part="from good import update_parameters_with_gd", empty="'''Nothing in it.'''"
    )
    part = run(project, "--optproof", "part.py").parseoutcomes()
    assert part["passed"] > 0
    assert set(part) == {"passed", "skipped"}
    assert set(run(project, "--optproof", "empty.py").parseoutcomes()) == {"failed"}


SGD = """
class SGD:
    def __init__(self, lr):
        self.lr = lr

    def update(self, params, grads):
        for key in params:
            params[key] -= self.lr * grads[key]
"""


@pytest.mark.sample(2)
@pytest.mark.parametrize(("sign", "outcome"), [("-", "passed"), ("+", "failed")])
def test_trajectories_of_an_optimizer_are_items_too(project, sign, outcome):
    project.makepyfile(stepped=SGD.replace("-=", f"{sign}="))
    config = '[check]\nonly = ["gd/documented", "trajectory/gd/*"]\n'
    project.path.joinpath("optproof.toml").write_text(config)
    outcomes = run(project, "--optproof", "stepped.py").parseoutcomes()
    assert set(outcomes) == {outcome, "skipped"}


@pytest.mark.sample(2)
@pytest.mark.parametrize(("sign", "outcome"), [("+", "xfailed"), ("-", "failed")])
def test_what_an_optimizer_is_known_for_is_expected_while_it_occurs(project, sign, outcome):
    project.makepyfile(stepped=SGD.replace("-=", f"{sign}="))
    known = '[[known]]\nid = "gd.step-sign"\nreason = "later"\n'
    only = '[check]\nonly = ["gd/*", "trajectory/gd/*"]\n'
    project.path.joinpath("optproof.toml").write_text(only + known)
    outcomes = run(project, "--optproof", "stepped.py").parseoutcomes()
    assert outcome in outcomes
    assert ("failed" in outcomes) == (outcome == "failed")


@pytest.mark.sample(2)
@pytest.mark.parametrize(
    ("target", "message"),
    [
        ("missing.py", "*no such file: missing.py*"),
        ("broken.py", "*cannot be imported: *broken.py:1: *"),
        ("crash.py", "*its process ended*"),
    ],
)
def test_a_target_that_cannot_run_fails(project, target, message):
    project.makepyfile(
        broken="def", crash="import os\ndef update_parameters_with_gd(*a): os._exit(7)"
    )
    result = run(project, "--optproof", target)
    assert result.ret != 0
    assert "passed" not in result.parseoutcomes()
    result.stdout.fnmatch_lines([message])
    result.stdout.no_fnmatch_line("*Traceback*")


def test_the_fixture_checks_a_function_of_ones_own(project):
    project.makepyfile(
        test_own="""
        import numpy as np
        import pytest
        import bad, good

        def test_good(optproof):
            state = np.random.get_state()[1].tolist()
            optproof.check(good.update_parameters_with_adam)
            optproof.check(good.random_mini_batches)  # takes no permutation, and need not
            assert np.random.get_state()[1].tolist() == state

        def test_bad(optproof):
            with pytest.raises(AssertionError, match=r"inside-sqrt(.|\\n)*W2\\[2, 1\\]: yours"):
                optproof.check(bad.update_parameters_with_adam, "update_parameters_with_adam")

        def test_useless(optproof):
            with pytest.raises(AssertionError, match="returns nothing"):
                optproof.check(lambda *arguments: None, "initialize_adam")
            with pytest.raises(AssertionError, match="ZeroDivisionError"):
                optproof.check(lambda *arguments: 1 / 0, "initialize_adam")
            with pytest.raises(Exception, match="no operation is called 'adam'"):
                optproof.check(print, "adam")
        """
    )
    result = run(project)
    result.assert_outcomes(passed=3)


@pytest.mark.full
def test_the_fixture_checks_a_model_of_ones_own(project):
    project.makepyfile(
        test_own="""
        import pytest
        import bad, good

        def test_good(optproof):
            optproof.check(good.model)

        def test_bad(optproof):
            with pytest.raises(AssertionError, match="training/adam"):
                optproof.check(bad.model)
        """
    )
    run(project).assert_outcomes(passed=2)


def test_the_fixture_judges_where_nothing_is_patched_and_honours_the_baseline(project):
    project.makepyfile(
        test_own="""
        import numpy as np
        import pytest
        import bad

        def test_patched(optproof, monkeypatch):
            for name in ("abs", "max", "isfinite", "array_equal", "any"):
                monkeypatch.setattr(np, name, lambda *a, **k: 0)
            with pytest.raises(AssertionError, match="inside-sqrt"):
                optproof.check(bad.update_parameters_with_adam)

        def test_known(optproof):
            path = optproof.config
            text = path.read_text()
            entry = '[[known]]\\nid = "adam.epsilon-inside-sqrt"\\nreason = "agreed"\\n'
            path.write_text(text + entry)
            try:
                optproof.check(bad.update_parameters_with_adam)
            finally:
                path.write_text(text)
        """
    )
    run(project).assert_outcomes(passed=2)
