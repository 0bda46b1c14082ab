"""Bad input ends in one clear message and the right exit code, and the rest of the run is kept."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

# Conforming, so that every run has something to keep.
SOUND = """
import os, signal, subprocess, sys, time
import numpy as np

def update_parameters_with_gd(parameters, grads, learning_rate):
    return {k: a - learning_rate * grads["d" + k] for k, a in parameters.items()}

def initialize_velocity(parameters):
    return {"d" + k: np.zeros_like(a) for k, a in parameters.items()}

def both(v):
    import copy
    return v, copy.deepcopy(v)
"""
KEPT = {"update_parameters_with_gd": "pass", "initialize_velocity": "pass"}


def faulty(body):
    """A file whose initialize_adam has this body, in which `zeros` makes a right answer."""
    lines = "".join(f"    {line}\n" for line in body.splitlines())
    return f"{SOUND}\ndef initialize_adam(parameters):\n    zeros = initialize_velocity\n{lines}"


# The target itself


@pytest.mark.parametrize(
    ("target", "message", "hint"),
    [
        ("missing.py", "no such file: missing.py", "relative paths start at"),
        ("folder/missing.py", "no such file: folder/missing.py", "relative paths start at"),
        ("no_such_module", "no module named 'no_such_module'", "give its path, ending in .py"),
        ("folder", "no module named 'folder'", "give its path"),
        ("folder/", "folder is a folder", "give one .py file, or a dotted module name"),
        (".", ". is a folder", "give one .py file, or a dotted module name"),
        ("notes.txt", "notes.txt is none of .py, .ipynb, .md", "give such a file"),
        ("my-adam", "no such file: my-adam", "relative paths start at"),
    ],
)
def test_a_target_that_is_not_there_is_a_usage_error(run, tmp_path, target, message, hint):
    (tmp_path / "notes.txt").write_text("none of Python")
    if target != "folder":
        (tmp_path / "folder").mkdir()

    ran = run("check", target)

    assert ran.code == 2
    assert ran.out == ""
    assert ran.err.startswith(f"optproof: {message}")
    assert hint in ran.err


IMPORT = {
    "syntax error": ("def f(:\n", r"implementation.py:1: syntax error: invalid syntax"),
    "raises": ("\n1 / 0\n", "ZeroDivisionError: division by zero (implementation.py, line 2)"),
    "lacks a module for its base class": (
        "\nimport no_such_module\nclass Net(no_such_module.Net): pass\n",
        "no_such_module is not there, and this code needs it",
    ),
    "lacks a module that it sets up": (
        "\nimport no_such_module as n\nn.set_up()\nrate = n.Settings().rate * 2\n",
        "no_such_module is not there, and this code needs it",
    ),
    "reads stdin": (
        "\ninput('name? ')\n",
        "it reads standard input, which is empty here (implementation.py, line 2)",
    ),
    "exits": (
        "\nimport sys; sys.exit(0)\n",
        "it calls sys.exit(0) (implementation.py, line 2)",
    ),
    "hangs": (
        "\nimport time; time.sleep(600)\n",
        "s of CPU time\n  hint: does it train, or wait for something, as it starts? --timeout",
    ),
    "kills itself": (
        "\nimport os; os.kill(os.getpid(), 9)\n",
        "cannot be started: its process ended (killed by SIGKILL)",
    ),
    "declares no dict": (
        "\n__optproof__ = 'float32'\n",
        "__optproof__ is 'float32'; write it as __optproof__ = {'dtype': 'float32'}",
    ),
    "declares an unknown dtype": ("\n__optproof__ = {'dtype': 'f4'}\n", "'dtype': 'f4'"),
    "endless message": ("\nraise ValueError('long ' * 10**6)\n", "long  ... (implementation.py"),
    "message of many lines": (
        "\nraise ValueError('one\\ntwo')\n",
        "ValueError: one ... (implementation.py, line 2)",
    ),
}


@pytest.mark.sample(4)
@pytest.mark.parametrize(("source", "message"), IMPORT.values(), ids=IMPORT.keys())
def test_a_file_that_cannot_be_imported_says_where_and_why(check, source, message):
    ran = check(source, "--timeout", "0.25" if "sleep" in source else "30")

    assert ran.code == 3
    assert ran.out == ""
    assert ran.report["exit_code"] == 3
    assert {r["status"] for r in ran.report["results"]} == {"not called"}
    assert all(r["message"] in ran.err for r in ran.report["results"])
    assert ran.err.startswith("optproof: ")
    assert message in ran.err
    assert len(ran.err) < 1000
    assert "optproof/" not in ran.err.replace("__optproof__", "")


def test_a_dotted_module_whose_last_part_is_missing_could_not_be_started(run):
    ran = run("check", "json.no_such_part")

    assert ran.code == 3
    assert "No module named 'json.no_such_part'" in ran.err


def test_a_file_that_prints_on_import_is_checked_and_noted(check):
    noisy = "print('hello'); import sys; sys.stdout.reconfigure(line_buffering=True)\n"

    ran = check(noisy + SOUND + "\nsys.stdout.buffer.write(b'x')\nos.write(1, b'y')\n")

    assert ran.code == 0
    assert ran.report["notes"] == ["it prints while it is imported"]
    assert "note: it prints while it is imported" in ran.out


def test_a_file_with_none_of_the_operations_runs_nothing(check):
    ran = check("x = 1\n")

    assert ran.code == 5
    assert "implementation.py nothing was run" in ran.said
    assert "it defines none of the document's functions: update_parameters_with_gd" in ran.said
    assert ran.statuses == {}


LACKING = {
    "called": "    return absent.tree_map(lambda a: a, parameters)\n",
    "computed with": "    return {k: a * absent.scale for k, a in parameters.items()}, {}\n",
    "gone through": "    return {k: 0 for k in absent.names(parameters)}, {}\n",
}


@pytest.mark.sample(3)
@pytest.mark.parametrize("body", LACKING.values(), ids=LACKING.keys())
@pytest.mark.parametrize("decorator", ["", "@absent.jit\n", "@absent.jit(inline=True)\n"])
def test_an_operation_that_needs_a_module_that_is_not_there_is_not_called(check, body, decorator):
    source = f"{SOUND}\nimport absent\n{decorator}def initialize_adam(parameters):\n{body}"

    ran = check(source)

    assert ran.code == 3
    assert ran.statuses == {**KEPT, "initialize_adam": "not called"}
    assert "absent is not there" in ran.result("initialize_adam")["message"]


@pytest.mark.parametrize(
    ("source", "code"), [(SOUND, 0), (SOUND.replace(" - l", " + l"), 1), ("", 5)]
)
def test_a_module_that_nothing_needs_is_as_if_it_were_there(check, source, code):
    ran = check(f"import absent\nfrom absent.deep import thing\n{source}")

    assert ran.code == code
    assert "absent is not there: what calls it fails" in ran.report["notes"]


def test_an_optimizer_whose_base_class_is_not_there_is_not_called(check):
    source = """
from absent import Optimizer

class Adam(Optimizer):
    def __init__(self, lr):
        self.lr = lr

    def update(self, params, grads):
        pass
"""
    ran = check(source)

    assert ran.code == 3
    assert "absent is not there" in ran.out


def test_an_empty_file_runs_nothing(check):
    assert check("").code == 5


@pytest.mark.sample(4)
@pytest.mark.parametrize("name", ["random.py", "numpy.py", "optproof.py", "my adam v1b.py"])
def test_a_file_may_have_any_name(run, tmp_path, name):
    (tmp_path / name).write_text(SOUND)

    # "python -m optproof" beside an optproof.py runs that.
    ran = run("check", name, "--training", "none", "--quiet", alone=name != "optproof.py")

    assert ran.code == 0
    assert ran.out.startswith(f"{name} conforms in what it implements")


# One operation among sound ones

ERRORS = {
    "raises": ("raise ValueError('bad')", "ValueError: bad (implementation.py, line 17)"),
    "raises inside NumPy": (
        "np.linalg.inv(np.zeros((2, 2)))",
        "LinAlgError: Singular matrix (implementation.py, line 17)",
    ),
    "raises without words": ("assert False", "AssertionError (implementation.py, line 17)"),
    "raises KeyboardInterrupt": ("raise KeyboardInterrupt", "KeyboardInterrupt (implementation"),
    "recurses without end": ("return initialize_adam(parameters)", "RecursionError: "),
    "returns itself": ("v = {}\nv['dW1'] = v\nreturn both(v)", "it returns maximum recursion"),
    "hangs": ("time.sleep(600)", "no answer within 1 s; it was stopped"),
    "spins": ("while True: pass", "no answer within 1 s; it was stopped"),
    "reads stdin": (
        "input('go on? ')",
        "it reads standard input, which is empty here (implementation.py, line 17)",
    ),
    "exits": ("sys.exit(0)", "it calls sys.exit(0) (implementation.py, line 17)"),
    "exits at once": ("os._exit(0)", "its process ended (exit code 0)"),
    "kills itself": (
        "os.kill(os.getpid(), signal.SIGKILL)",
        "its process ended (killed by SIGKILL)",
    ),
    "breaks memory": (
        "import ctypes; ctypes.string_at(0)",
        "its process ended (killed by SIGSEGV)",
    ),
    "wants all memory": (
        "x = []\nwhile True: x.append(np.ones(10**7))",
        "it wants more memory than --memory allows (implementation.py, line 18)",
    ),
    "returns None": ("pass", "it returns nothing; the document returns v, s"),
    "returns too few": (
        "return (zeros(parameters),)",
        "it returns 1 value; the document returns 2: v, s",
    ),
    "returns one value": (
        "return zeros(parameters)",
        "it returns one value (dict); the document returns 2: v, s",
    ),
    "returns lists for arrays": (
        "v = {k: a.tolist()[:-1] + ['0'] for k, a in zeros(parameters).items()}\nreturn both(v)",
        'v.dW1 is [[0.0, 0.0, 0.0], "0"], not a tensor',
    ),
    "returns complex numbers": (
        "v = {k: a * 1j for k, a in zeros(parameters).items()}\nreturn both(v)",
        "it returns v.dW1 of dtype complex128; known are float64, float32",
    ),
    "returns objects": (
        "v = zeros(parameters)\nv['dW2'] = object()\nreturn both(v)",
        "it returns v.dW2 of type object, which is neither a NumPy array nor a number",
    ),
}


@pytest.mark.sample(9)
@pytest.mark.parametrize(("body", "message"), ERRORS.values(), ids=ERRORS.keys())
def test_an_operation_that_fails_is_not_called_and_the_others_are_judged(check, body, message):
    """What it returns, if no result, is its error; the rest says nothing of its values."""
    stuck = "sleep" in body or "pass" in body

    ran = check(faulty(body), "--timeout", "1" if stuck else "60", "--memory", "1")

    status = "timed out" if stuck and "return" not in message else "not called"
    status = "error" if "return" in message or "not a tensor" in message else status
    assert ran.code == (1 if status == "error" else 3)
    assert ran.err == ""
    assert ran.statuses == {**KEPT, "initialize_adam": status}
    result = ran.result("initialize_adam")
    assert message in result["message"]
    said = "cannot be called" if status == "not called" else status
    assert f"initialize_adam {said}: {result['message']}" in ran.said or status == "error"
    assert ran.said.count(result["message"]) <= 1  # said once
    assert "site-packages" not in result["message"]
    assert "worker.py" not in result["message"]


DEVIATIONS = {
    "wrong keys": (
        "v = {k[1:]: a for k, a in zeros(parameters).items()}\nreturn both(v)",
        "v.dW1 is missing",
    ),
    "one key too many": (
        "v = {**zeros(parameters), 'dW3': np.zeros(1)}\nreturn both(v)",
        "v.dW3 is not among the results",
    ),
    "wrong shape": (
        "v = {k: a.ravel() for k, a in zeros(parameters).items()}\nreturn both(v)",
        "v.dW1: yours (6,), expected (2, 3) (wrong shape)",
    ),
    "integers": (
        "v = {k: a.astype(int) for k, a in zeros(parameters).items()}\nreturn both(v)",
        "v.dW1: yours int64, expected float64 (wrong dtype)",
    ),
    "float32 undeclared": (
        "v = {k: a.astype('f') for k, a in zeros(parameters).items()}\nreturn both(v)",
        'to do where float32 is meant, declare it in its file: __optproof__ = {"dtype": "float32"}',
    ),
    "NaN": (
        "v = {k: a * np.nan for k, a in zeros(parameters).items()}\nreturn both(v)",
        "v.dW1[0, 0]: yours nan, expected 0.",
    ),
    "one infinity": (
        "v = zeros(parameters)\nv['dW1'][1, 2] = np.inf\nreturn both(v)",
        "v.dW1[1, 2]: yours inf, expected 0.",
    ),
    "a wrong value": (
        "v = zeros(parameters)\nv['db2'][2] = 5e-324\nreturn both(v)",
        "v.db2[2, 0]: yours 5e-324, expected 0. (off by 4.9e-324)",
    ),
}


@pytest.mark.sample(4)
@pytest.mark.parametrize(("body", "line"), DEVIATIONS.values(), ids=DEVIATIONS.keys())
def test_an_answer_that_is_off_is_a_deviation_with_its_place(check, body, line):
    ran = check(faulty(body))

    assert ran.code == 1
    assert ran.err == ""
    assert ran.statuses == {**KEPT, "initialize_adam": "deviation"}
    assert line in ran.said
    assert "clause SPEC.md " in ran.said


NOTES = {
    "changes its arguments": (
        "v = zeros(parameters)\nparameters['W1'][:] = 7\nparameters.pop('b2', None)\n"
        "return both(v)",
        "it changes its arguments (SPEC.md CONV-5): parameters.W1, parameters.b2",
    ),
    "changes a type": (
        "v = zeros(parameters)\nparameters['W1'] = 'gone'\nreturn both(v)",
        "it changes its arguments (SPEC.md CONV-5): parameters.W1",
    ),
    "returns more": (
        "v = zeros(parameters)\nreturn (*both(v), 1, 'two')",
        "it returns 2 more than the documented 2; ignored",
    ),
    "prints": (
        "print('x' * 10**6)\nv = zeros(parameters)\nreturn both(v)",
        "it prints while it works",
    ),
}


@pytest.mark.parametrize(("body", "note"), NOTES.values(), ids=NOTES.keys())
def test_what_is_harmless_passes_and_is_noted(check, body, note):
    ran = check(faulty(body))

    assert ran.code == 0
    assert ran.statuses == {**KEPT, "initialize_adam": "pass"}
    assert ran.result("initialize_adam")["notes"] == [note]
    quiet = note.startswith(("it changes", "it prints"))  # which --verbose alone has
    assert ran.said.count(f"note: initialize_adam: {note.partition(':')[0]}") == (not quiet)


def test_noise_below_python_does_not_reach_the_conversation(check):
    noise = "\n".join(
        [
            'os.write(1, b\'{"type": "result", "id": 1}\\n\' * 100)',
            "os.write(2, b'noise' * 1000)",
            "subprocess.run(['echo', 'from a child'])",
            "v = zeros(parameters)",
            "return both(v)",
        ]
    )

    ran = check(faulty(noise))

    assert ran.code == 0
    assert "noisenoise" not in ran.out + ran.err


def test_two_broken_operations_leave_the_others_judged(check):
    source = faulty("os._exit(3)") + (
        "\ndef update_parameters_with_momentum(parameters, grads, v, beta, learning_rate):\n"
        "    raise TypeError\n"
    )

    ran = check(source)

    assert ran.code == 3
    assert ran.statuses == {
        **KEPT,
        "update_parameters_with_momentum": "not called",
        "initialize_adam": "not called",
    }


def test_after_two_hangs_the_operation_is_not_tried_again(check, fixtures_copy):
    def three_times(content):
        case = content["cases"][0]
        content["cases"] = [{**case, "id": f"adam-init/{n}"} for n in ("one", "two", "three")]

    fixtures_copy.edit("documented/initialize_adam.json", three_times)

    ran = check(faulty("time.sleep(600)"), "--timeout", "1", env=fixtures_copy.env)

    assert ran.code == 3
    by_id = {r["id"]: (r["status"], r["message"]) for r in ran.report["results"]}
    assert by_id["adam-init/one"][0] == "timed out"
    assert by_id["adam-init/two"][0] == "timed out"
    why = "initialize_adam ended the process at adam-init/two"
    assert by_id["adam-init/three"] == ("not run", why)
    assert ran.statuses["update_parameters_with_gd"] == "pass"


def test_a_training_that_hangs_is_timed_out(check):
    source = SOUND + (
        "\ndef model(X, Y, layers_dims, optimizer, num_epochs=10000):\n"
        "    print('Cost after epoch 0: 0.702405')\n"
        "    time.sleep(600)\n"
    )

    ran = check(source, "--timeout", "0.25", "--only", "training/gd", training="short")

    assert ran.code == 3
    assert ran.result("model")["message"].startswith("no answer within ")


def test_trainings_of_a_model_that_refuses_are_not_called(check):
    source = SOUND + "\ndef model(*everything, **too):\n    raise RuntimeError('not today')\n"

    ran = check(source, training="full")

    assert ran.code == 3
    trained = [r for r in ran.report["results"] if r["operation"] == "model"]
    assert {r["status"] for r in trained} == {"not called"}
    assert {"training/gd", "training/adam", "small/adam"} <= {r["id"] for r in trained}
    assert {r["message"] for r in trained} == {
        "RuntimeError: not today (implementation.py, line 16)"
    }


# No process is left behind


def alive(pid):
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    with open(f"/proc/{pid}/stat") as stat:
        return stat.read().rpartition(")")[2].split()[0] != "Z"


def gone(*pids):
    """Whether the processes end; the system takes a moment to bury them."""
    for _ in range(100):
        if not any(map(alive, pids)):
            return True
        time.sleep(0.05)
    return False


LINGERING = """\
child = subprocess.Popen(['sleep', '600'])
open('pids', 'w').write(f'{os.getpid()} {child.pid}')
"""


@pytest.mark.skipif(not os.path.isdir("/proc"), reason="reads /proc")
@pytest.mark.parametrize(
    ("then", "code"), [("v = zeros(parameters)\nreturn both(v)", 0), ("time.sleep(600)", 3)]
)
def test_children_of_the_implementation_do_not_outlive_the_run(check, tmp_path, then, code):
    ran = check(faulty(LINGERING + then), "--timeout", "3")

    assert ran.code == code
    assert gone(*map(int, (tmp_path / "pids").read_text().split()))


def waiting_run(tmp_path, *arguments):
    """Start a run of implementation.py, and wait until that has written the file pids."""

    def hear():  # where the tests run in the background, a shell has signals ignored
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)

    command = [sys.executable, "-m", "optproof", "check", "implementation.py", "--timeout", "100"]
    process = subprocess.Popen(
        [*command, *arguments],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        preexec_fn=hear,
    )
    while not (tmp_path / "pids").exists() or not (tmp_path / "pids").read_text():
        assert process.poll() is None
        time.sleep(0.05)
    return process


@pytest.mark.skipif(not os.path.isdir("/proc"), reason="reads /proc")
@pytest.mark.parametrize("busy", ["time.sleep(600)", "while True: pass"])
def test_a_run_that_is_killed_leaves_no_process(tmp_path, busy):
    (tmp_path / "implementation.py").write_text(faulty(LINGERING + busy))
    process = waiting_run(tmp_path, "--training", "none")

    process.kill()
    process.communicate(timeout=60)

    assert gone(*map(int, (tmp_path / "pids").read_text().split()))


@pytest.mark.sample(2)
@pytest.mark.skipif(not os.path.isdir("/proc"), reason="reads /proc")
@pytest.mark.parametrize(
    ("where", "number"),
    [
        ("a case", signal.SIGINT),
        ("a training", signal.SIGINT),
        ("trainings side by side", signal.SIGINT),
        ("a case", signal.SIGTERM),
        ("a training", signal.SIGHUP),
    ],
)
def test_an_interruption_ends_in_a_partial_report_and_leaves_no_process(tmp_path, where, number):
    waiting = LINGERING + "time.sleep(600)"
    source = faulty(waiting)
    if where != "a case":
        source = (
            SOUND
            + "\ndef model(*data, **keywords):\n"
            + "".join(f"    {line}\n" for line in waiting.splitlines())
        )
    (tmp_path / "implementation.py").write_text(source)
    training = "full" if where == "trainings side by side" else "short"
    process = waiting_run(tmp_path, "--json", "r.json", "--training", training)

    process.send_signal(number)
    out, err = process.communicate(timeout=60)

    assert process.returncode == 130
    assert err == ""
    assert "implementation.py interrupted" in out
    report = json.loads((tmp_path / "r.json").read_text())
    assert report["interrupted"] is True
    assert report["exit_code"] == 130
    by_id = {r["id"]: (r["status"], r["message"]) for r in report["results"]}
    assert by_id["velocity/documented"][0] == "pass"
    assert by_id["training/gd"] == ("not run", "interrupted")
    assert gone(*map(int, (tmp_path / "pids").read_text().split()))


# Fixture files


def test_a_damaged_fixture_stops_the_run(check, fixtures_copy):
    path = fixtures_copy.root / "documented/initialize_adam.json"
    path.write_bytes(path.read_bytes()[:500])

    ran = check(SOUND, training="short", env=fixtures_copy.env)

    assert ran.code == 2
    assert ran.report is None
    assert ran.out == ""
    assert ran.err.startswith(f"optproof: {path}: truncated or not JSON")
    assert "hint: reinstall optproof, or unset OPTPROOF_FIXTURES" in ran.err


def test_a_missing_certificate_stops_the_run_that_needs_it(check, fixtures_copy):
    path = fixtures_copy.root / "training/certified-gd.json"
    path.unlink()

    ran = check(SOUND, training="short", env=fixtures_copy.env)

    assert (ran.code, ran.report, ran.out) == (2, None, "")
    assert ran.err.startswith(f"optproof: {path}: cannot be read (No such file or directory)")


def test_a_case_with_damaged_digits_stops_the_run_that_needs_it(check, fixtures_copy):
    def change(content):
        content["cases"][0]["expected"]["W1"]["digits"] = ["zero"]

    fixtures_copy.edit("documented/update_parameters_with_gd.json", change)

    ran = check(SOUND, env=fixtures_copy.env)

    assert ran.code == 2
    assert ran.report is None
    assert "case gd/documented is not to its schema" in ran.err
    assert "hint: reinstall optproof, or unset OPTPROOF_FIXTURES" in ran.err


# Where to write


@pytest.mark.parametrize(
    ("path", "message"),
    [
        (".", ". is a folder"),
        ("missing/report.json", "missing/report.json: there is no folder missing"),
        ("/proc/report.json", "/proc/report.json cannot be written"),
        ("implementation.py/report.json", "there is no folder implementation.py"),
    ],
)
def test_an_output_that_cannot_be_written_is_told_before_the_run(run, tmp_path, path, message):
    (tmp_path / "implementation.py").write_text(SOUND)

    ran = run("check", "implementation.py", "--json", path)

    assert ran.code == 2
    assert ran.out == ""
    assert message in ran.err


def test_a_device_is_written_to_and_not_replaced(run, tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    (tmp_path / "implementation.py").write_text(SOUND)
    reader = subprocess.Popen(["cat", pipe], stdout=subprocess.PIPE, text=True)

    ran = run("check", "implementation.py", "--training", "none", "--json", pipe)

    out, _ = reader.communicate(timeout=60)
    assert ran.code == 0
    assert out.startswith("{")
    assert pipe.is_fifo()


def test_a_reader_that_goes_away_is_no_verdict(tmp_path):
    process = subprocess.Popen(
        [sys.executable, "-m", "optproof", "check", "reference", "--training", "none", "--verbose"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    process.stdout.close()

    err = process.stderr.read()
    process.stderr.close()

    assert process.wait(timeout=60) == 141
    assert err == ""


def test_a_terminal_without_the_letters_gets_escapes(check):
    inside = (
        "\ndef initialize_adam(parameters):\n    raise ValueError('\\u221a of a negative number')\n"
    )

    ran = check(SOUND + inside, env={"PYTHONIOENCODING": "ascii"})

    assert ran.code == 3
    assert "ValueError: \\u221a of a negative number" in ran.out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--only", "adma"], "nothing is called 'adma'"),
        (["--timeout", "0"], "argument --timeout: 0 must be above 0"),
        (["--timeout", "soon"], "argument --timeout: 'soon' is not a number"),
        (["--memory", "-1"], "argument --memory: -1 must be 0 or more"),
        (["--training", "some"], "argument --training: invalid choice: 'some'"),
    ],
)
def test_a_bad_option_is_a_usage_error(run, arguments, message):
    ran = run("check", "reference", *arguments)

    assert ran.code == 2
    assert ran.out == ""
    assert message in ran.err
