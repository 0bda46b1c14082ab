"""A crash costs its case, and not the operation; a slow start is not a hang."""

import shlex
import sys

from optproof.checking.check import check
from optproof.conversation import command_target

SOUND = """
import os, sys, time
import numpy as np

def initialize_velocity(parameters):
    global calls
    {body}
    return {{"d" + key: np.zeros_like(a) for key, a in parameters.items()}}
"""


def judge(tmp_path, body, timeout=10.0):
    (tmp_path / "it.py").write_text(SOUND.format(body=body))
    report = check(str(tmp_path / "it.py"), only=["velocity"], training="none", timeout=timeout)
    return report, [r.status for r in report.results]


def test_a_crash_costs_the_case_and_the_others_are_judged(tmp_path):
    """On one case it ends the process: that is an error, since it answers the others."""
    report, statuses = judge(tmp_path, "if len(parameters['b1']) == 1: os._exit(3)")
    assert report.exit_code == 1
    assert 1 <= statuses.count("error") <= 3
    assert statuses.count("pass") == len(statuses) - statuses.count("error")
    assert "its process ended (exit code 3)" in {r.message for r in report.results}


def test_what_always_crashes_is_started_again_three_times_and_not_called(tmp_path):
    starts = tmp_path / "starts"
    body = f"open({str(starts)!r}, 'a').write('x'); os._exit(3)"
    report, statuses = judge(tmp_path, body)
    assert report.exit_code == 3
    assert statuses == ["not called"] * 4 + ["not run"] * (len(statuses) - 4)
    assert starts.read_text() == "xxxx"


def test_a_stray_line_costs_the_case(tmp_path):
    """A program in another language that once writes to its output what is no message."""
    program = tmp_path / "stray.py"
    program.write_text(
        "import json, sys\n"
        "def zeros(a):\n"
        "    n = 1\n"
        "    for side in a['shape']: n *= side\n"
        "    return {**a, 'data': [0.0] * n}\n"
        "def say(**message): print(json.dumps(message), flush=True)\n"
        "say(type='hello', protocol=1, name='stray', operations=['initialize_velocity'])\n"
        "for line in sys.stdin:\n"
        "    call = json.loads(line)\n"
        "    if call['type'] == 'bye': break\n"
        "    parameters = call['arguments']['parameters']\n"
        "    if parameters['b1']['shape'] == [1, 1]: print('careful: one neuron', flush=True)\n"
        "    v = {'d' + k: zeros(a) for k, a in parameters.items()}\n"
        "    say(type='result', id=call['id'], value={'v': v})\n"
    )
    target = command_target(f"{shlex.quote(sys.executable)} {shlex.quote(str(program))}")
    report = check(target, only=["velocity"], training="none")
    statuses = [r.status for r in report.results]
    assert report.exit_code == 1
    assert set(statuses) == {"pass", "error"}
    [stray] = {r.message for r in report.results if r.status == "error"}
    assert stray.startswith("it sent a line that is not JSON")
    assert "careful: one neuron" in stray


def test_a_first_answer_may_take_longer_than_any_other(tmp_path):
    body = "time.sleep(0 if hasattr(np, 'compiled') else 2); np.compiled = True"
    report, statuses = judge(tmp_path, body, timeout=0.5)
    assert (report.exit_code, set(statuses)) == (0, {"pass"})


def test_a_later_answer_may_not(tmp_path):
    """The wrong twin: it sleeps at the third call, and only then."""
    body = "np.calls = getattr(np, 'calls', 0) + 1; time.sleep(3 * (np.calls == 3))"
    report, statuses = judge(tmp_path, body, timeout=1.0)
    assert report.exit_code == 3
    assert "timed out" in statuses


def test_a_wait_is_told_while_it_lasts(tmp_path):
    (tmp_path / "slow.py").write_text("import time; time.sleep(1.5)\n" + SOUND.format(body="pass"))
    waits = []
    report = check(
        str(tmp_path / "slow.py"), only=["velocity"], training="none", on_wait=waits.append
    )
    assert report.exit_code == 0
    assert waits == sorted(waits)
    assert waits[-1] > 0.5
