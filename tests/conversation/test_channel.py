"""No process at the other end of the channel can hang the run, outlive it, or pass by accident."""

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from optproof.checking.check import check
from optproof.conversation import Launch, command_target
from optproof.conversation.process import LONGEST_LINE
from optproof.errors import TargetError, UsageError
from optproof.fixtures import load_cases
from optproof.protocol import MalformedMessage, decode_tensor

SCRIPTED = Path(__file__).parents[1] / "implementations/faulty/scripted.py"
HELLO = '{"type":"hello","protocol":1,"name":"faulty","operations":%s}\n'
RESULT = '{"type":"result","id":ID,"value":%s}\n'


def right_value():
    """The documented answer to gd/documented, to all its printed digits."""
    [case] = [c for f in load_cases() for c in f.cases if c.id == "gd/documented"]
    tensors = {
        name: {"dtype": e.dtype, "shape": list(e.shape), "data": e.values.reshape(-1).tolist()}
        for name, e in case.expected.items()
    }
    return json.dumps({"parameters": tensors})


def scripted(*steps):
    command = (sys.executable, "-S", "-E", str(SCRIPTED), json.dumps(steps))
    return Launch("scripted", command, {})


def judge(*steps, timeout=0.25):
    return check(scripted(*steps), only=("gd/documented",), training="none", timeout=timeout)


def verdict(*steps, timeout=0.25):
    [result] = judge(*steps, timeout=timeout).results
    return result.status, result.message


def test_a_right_answer_through_the_script_passes():
    answer = ["answer", RESULT % right_value()]
    asked_twice = [["read"], answer, ["read"], answer]  # a case that passes is asked again
    assert verdict(["hello"], *asked_twice, ["read"]) == ("pass", "")


def test_a_line_in_parts_is_one_message():
    answer = RESULT % right_value()
    parts = [["answer", answer[:60]], ["sleep", 0.1], ["answer", answer[60:]], ["read"]]
    assert verdict(["hello"], ["read"], *parts, ["answer", answer], ["read"]) == ("pass", "")


BROKEN = {
    "half a line, then silence": ([["answer", '{"type":"resu'], ["sleep", 60]], "no answer within"),
    "half a line, then the end": ([["answer", '{"type":"resu']], "a line that is not JSON"),
    "no answer": ([["sleep", 60]], "no answer within 3 s; it was stopped"),
    "a wrong id": ([["say", '{"type":"result","id":99}\n']], "it answered call 99, not asked"),
    "no id": ([["say", '{"type":"result"}\n']], "it sent a result without an id; the call's is 1"),
    "not UTF-8": ([["bytes", [0xFF, 0xFE, 10]]], "it sent a line that is not JSON"),
    "a list": ([["say", "[1]\n"]], "a message that is not an object: [1]"),
    "deep nesting": ([["say", "[" * 100_000 + "\n"]], "it sent a line that is not JSON"),
    "a NaN token": (
        [["answer", '{"type":"result","id":ID,"value":{"parameters":NaN}}\n']],
        "it sent a bare NaN",
    ),
    "another type": ([["answer", '{"type":"bye","id":ID}\n']], "it sent a 'bye' in place of"),
    "notes that are none": (
        [["answer", '{"type":"result","id":ID,"value":{},"notes":7}\n']],
        "it sent a result whose notes is not a list of strings",
    ),
    "no value": ([["answer", '{"type":"result","id":ID}\n']], "the answer is null"),
    "words that no terminal can show": (
        [["answer", '{"type":"error","id":ID,"message":"\\ud800\\u001b[2J"}\n']],
        "  [2J",
    ),
    "closes its output and works on": ([["close"], ["sleep", 60]], "it closed its output and went"),
    "ends": ([["exit", 7]], "its process ended (exit code 7)"),
    "floods with messages": (
        [
            ["answer", '{"type":"output","id":ID,"text":"' + "x" * 1000 + '"}\n' * 1],
            ["repeat", 10**9, '{"type":"output","id":1,"text":"x"}\n'],
        ],
        "no answer within 3 s",
    ),
    "leaves a child that holds its output": ([["fork", 60], ["exit", 0]], "no answer within"),
}


@pytest.mark.sample(9)
@pytest.mark.parametrize(("steps", "message"), BROKEN.values(), ids=BROKEN.keys())
def test_a_broken_answer_has_no_verdict_and_is_never_a_pass(steps, message):
    """It is the only case: nothing shows that the operation can be called at all."""
    status, said = verdict(["hello"], ["read"], *steps)
    no_result, late = message == "the answer is null", "no answer within" in message
    assert status == ("error" if no_result else "timed out" if late else "not called")
    assert message in said


def test_two_answers_to_one_call_are_an_error():
    answer = ["answer", RESULT % right_value()]
    status, said = verdict(["hello"], ["read"], answer, answer, ["read"])
    assert status == "error"
    assert "it answered call 1, not asked" in said or "more messages than it was asked for" in said


def test_a_line_that_never_ends_is_cut_off():
    endless = ["repeat", LONGEST_LINE // 2**16 + 2, "x" * 2**16]
    status, said = verdict(["hello"], ["read"], endless, ["sleep", 60], timeout=20.0)
    assert (status, said) == ("not called", "an answer longer than 64 MiB")


def test_who_never_reads_a_large_call_is_stopped():
    only = ("minibatch/documented",)
    hello = ["say", HELLO % '["random_mini_batches"]']
    launch = scripted(hello, ["sleep", 60])
    [result] = check(launch, only=only, training="none", timeout=0.25).results
    assert result.status == "timed out"
    assert result.message.startswith("no answer within 3 s; it was stopped")


HELLOS = {
    "another protocol": '{"type":"hello","protocol":2,"operations":[]}\n',
    "no operations": '{"type":"hello","protocol":1}\n',
    "operations that are no list": HELLO % '"all"',
    "an unknown dtype": HELLO % '[],"dtype":"float128"',
    "an answer": '{"type":"result","id":1}\n',
}


@pytest.mark.sample(2)
@pytest.mark.parametrize("hello", HELLOS.values(), ids=HELLOS.keys())
def test_a_bad_hello_is_a_target_error(hello):
    with pytest.raises(TargetError, match="its first message is"):
        judge(["say", hello], ["sleep", 60])


def test_who_does_not_start_again_loses_only_what_is_left(tmp_path):
    once = tmp_path / "started"
    script = json.dumps([["hello"], ["read"], ["exit", 3]])
    start = f"test -e {once} && exit 9; touch {once}; exec {sys.executable} {SCRIPTED} '{script}'"
    launch = Launch("once", ("/bin/sh", "-c", start), {})
    only = ("gd/documented", "velocity/documented")
    report = check(launch, only=only, training="none", timeout=5.0)
    assert [r.status for r in report.results] == ["not called", "not implemented"]


def test_no_process_is_left_behind():
    marker = f"{time.time_ns() % 10**6 / 1e6 + 600:.6f}"
    judge(["hello"], ["read"], ["fork", float(marker)], ["sleep", float(marker)])
    running = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True).stdout
    assert marker.rstrip("0") not in running


TEXTS = st.sampled_from(
    [
        '{"type":"result","id":ID,"value":{}}\n',
        '{"type":"output","id":ID}\n',
        "\n",
        "{}\n",
        "{",
        '{"type":"error","id":ID,"kind":[]}\n',
        '{"type":"unsupported","id":ID,"reason":1}\n',
        '{"type":"result","id":ID,"value":{"parameters":{"W1":{"dtype":[],"shape":{}}}}}\n',
        '{"type":"result","id":ID,"value":{"parameters":[[1e999]]},"mutated":[1]}\n',
        "\x00\r\n",
    ]
)
STEPS = st.one_of(
    TEXTS.map(lambda text: ["answer", text]),
    st.lists(st.integers(0, 255), max_size=20).map(lambda data: ["bytes", data]),
    st.text(max_size=20).map(lambda text: ["say", text]),
    st.sampled_from([["read"], ["close"], ["exit", 1], ["hello"], ["sleep", 0.05]]),
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(STEPS, max_size=6))
def test_no_sequence_of_steps_passes_or_raises_anything_else(steps):
    try:
        report = judge(["hello"], *steps, timeout=0.5)
    except TargetError:
        return
    assert report.exit_code != 0


BAD_DATA = {
    "a fraction as a whole number": {"dtype": "int64", "shape": [1], "data": [1.5]},
    "numbers in strings": {"dtype": "float64", "shape": [1], "data": ["1.5"]},
    "nested lists": {"dtype": "float64", "shape": [1, 2], "data": [[1.0, 2.0]]},
    "true as a number": {"dtype": "float64", "shape": [1], "data": [True]},
    "1 as true": {"dtype": "bool", "shape": [1], "data": [1]},
    "too few": {"dtype": "float64", "shape": [2], "data": [1.0]},
    "no list": {"dtype": "float64", "shape": [2], "data": 1.0},
    "a negative shape": {"dtype": "float64", "shape": [-1], "data": [1.0]},
    "bad base64": {"dtype": "float64", "shape": [1], "base64": "?"},
}


@pytest.mark.parametrize("tensor", BAD_DATA.values(), ids=BAD_DATA.keys())
def test_data_that_numpy_would_convert_without_a_word_are_refused(tensor):
    with pytest.raises(MalformedMessage):
        decode_tensor(tensor)


@pytest.mark.parametrize("command", ["", "  ", "''", "node 'impl.mjs"])
def test_a_command_that_is_none_is_a_usage_error(command):
    with pytest.raises(UsageError, match="--exec"):
        command_target(command)


def test_a_command_that_does_not_exist_is_a_target_error():
    with pytest.raises(TargetError, match="no-such-program cannot be started"):
        check(command_target("no-such-program --flag"))
