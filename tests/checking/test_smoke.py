"""Smoke: what a port loses on the way is found, and what is right is not."""

import shlex
import sys

import numpy as np
import pytest

from optproof.checking import smoke as room
from optproof.checking.smoke import odd_numbers, smoke
from optproof.commands.cli import main
from optproof.conversation import command_target

#: A port without NumPy, whose lines tests change.
PORT = """
import json, struct, sys
hello = {"type": "hello", "protocol": 1, "name": "port", "accepts": ["permutation"],
         "operations": ["update_parameters_with_gd", "random_mini_batches"]}
def say(message):
    print(json.dumps(message), flush=True)
def gd(parameters, grads, learning_rate):
    for k, a in parameters.items():
        a["data"] = [x - learning_rate * g for x, g in zip(a["data"], grads["d" + k]["data"])]
    return {"parameters": parameters}
def columns(a, chosen):
    m = a["shape"][1]
    rows = [a["data"][i : i + m] for i in range(0, len(a["data"]), m)]
    data = [row[j] for row in rows for j in chosen]
    return {**a, "shape": [len(rows), len(chosen)], "data": data}
def batches(X, Y, mini_batch_size, seed, permutation):
    parts = [permutation[i : i + mini_batch_size]
             for i in range(0, len(permutation), mini_batch_size)]
    return {"mini_batches": [[columns(X, c), columns(Y, c)] for c in parts]}
methods = {"update_parameters_with_gd": gd, "random_mini_batches": batches}
say(hello)
for line in sys.stdin:
    message = json.loads(line)
    if message["type"] == "bye":
        break
    if message["operation"] in methods:
        value = methods[message["operation"]](**message["arguments"])
        say({"type": "result", "id": message["id"], "value": value})
    else:
        say({"type": "unsupported", "id": message["id"]})
"""
BITS, COLUMNS, LONG = "numbers, bit for bit", "mini-batches, bit for bit", "a long line"
CHANGES = {
    "float32 on the way": (
        "x - learning_rate * g for",
        'struct.unpack("f", struct.pack("f", min(x, 1e38)))[0] - learning_rate * g for',
        BITS,
        "it went through float32",
    ),
    "15 digits": (
        "print(json.dumps(message)",
        "print(json.dumps(json.loads(json.dumps(message), parse_float=lambda t: "
        "float('%.15g' % float(t))))",
        BITS,
        "too few digits",
    ),
    "changes with a rate of 0": (
        "x - learning_rate * g for",
        "x - (learning_rate + 1) * g for",
        BITS,
        "gives the parameters back",
    ),
    "ignores the permutation": (
        "columns(X, c), columns(Y, c)",
        "columns(X, c[::-1]), columns(Y, c[::-1])",
        COLUMNS,
        "sent 0.333",
    ),
    "Y as floats": (
        "columns(Y, c)]",
        '{**columns(Y, c), "dtype": "float64"}]',
        COLUMNS,
        "Y: sent int64 [1, 6], got float64 [1, 6]",
    ),
    "no last batch": (
        "for c in parts]",
        "for c in parts if len(c) == mini_batch_size]",
        COLUMNS,
        "of 6 columns in batches of 4",
    ),
    "lines of 64 KiB": (
        "    message = json.loads(line)",
        "    if len(line) > 65536: break\n    message = json.loads(line)",
        LONG,
        "does it read from standard input, and lines of any length?",
    ),
    "fixed point": (
        "print(json.dumps(message)",
        "print(json.dumps(json.loads(json.dumps(message), parse_float=lambda t: "
        "float(t) if abs(float(t)) > 1e-15 else 0.0))",
        BITS,
        "small numbers are written as 0",
    ),
    "the rest of a long line": (
        "for line in sys.stdin:\n    message = json.loads(line)",
        "for line in iter(lambda: sys.stdin.readline(65536), ''):\n"
        "    if line[0] != '{': break\n"
        "    if line[-1] != '\\n': line = line.partition(',\"argu')[0] + '}'\n"
        "    message = json.loads(line)",
        LONG,
        "does it read from standard input, and lines of any length?",
    ),
    "no id": (
        '"type": "result", "id": message["id"]',
        '"type": "result"',
        BITS,
        "it sent a result without an id; the call's is 1",
    ),
    "an id of another type": (
        '"type": "result", "id": message["id"]',
        '"type": "result", "id": str(message["id"])',
        BITS,
        'it sent the id "1"; the call\'s is 1',
    ),
    "a chain of one call": (
        '"accepts": ["permutation"]',
        '"accepts": ["permutation", "chain"]',
        "a chain of 3 calls",
        "W1 after 3 calls in a chain is not as after 3 calls",
    ),
}


@pytest.fixture(autouse=True)
def short(monkeypatch):
    """The line of the largest case has 36 MB; one that is as wide will do."""
    monkeypatch.setattr(room, "LONGEST", room.LONG)


@pytest.fixture
def port(tmp_path):
    """Return what starts the port, with one of its lines changed."""

    def build(old="", new=""):
        assert old in PORT
        (tmp_path / "port.py").write_text(PORT.replace(old, new, 1) if old else PORT)
        return f"{sys.executable} {shlex.quote(str(tmp_path / 'port.py'))}"

    return build


def test_the_sign_of_zero_is_told_and_is_no_failure(port):
    command = port("x - learning_rate * g for", "x - learning_rate * g + 0.0 for")
    [bits] = [w for w in smoke(command_target(command), 30.0) if w.name == BITS]
    assert bits.works
    assert bits.message.endswith(", but for the sign of zero, which is not judged")


def failing(command, timeout=30.0):
    return {
        w.name: f"{w.message} {w.hint}"
        for w in smoke(command_target(command), timeout)
        if not w.works
    }


def test_a_right_port_is_wired_up(port):
    wires = list(smoke(command_target(port())))
    assert [w for w in wires if not w.works] == []
    assert {BITS, COLUMNS, LONG, "bye"} <= {w.name for w in wires}


@pytest.mark.parametrize(("old", "new", "name", "why"), CHANGES.values(), ids=CHANGES.keys())
def test_what_is_lost_on_the_way_is_found_and_named(port, old, new, name, why):
    found = failing(port(old, new))
    assert name in found
    assert why in found[name]


def test_it_stops_at_the_first_call_that_is_not_answered_and_says_why_that_may_be(port, capsys):
    forgets = port(
        'say({"type": "result"',
        'sys.stderr.write("warming up\\n"); sys.stderr.flush(); str({"type": "result"',
    )
    assert main(["smoke", "--exec", forgets, "--timeout", "0.2"]) == 1
    said = capsys.readouterr().out
    lines = said.splitlines()
    assert [line[:5] for line in lines] == ["works", "FAILS", "     ", "     "]
    assert "update_parameters_with_gd" in lines[1]
    assert "its last words: warming up" in said
    assert "not flushed" in said


def test_a_crash_costs_one_call_and_its_last_words_are_shown(port):
    found = failing(
        port(
            "def columns(a, chosen):", "def columns(a, chosen):\n    raise SystemExit('no columns')"
        )
    )
    assert {name for name in found if name != LONG} == {"random_mini_batches", COLUMNS}
    assert "its last words: no columns" in found["random_mini_batches"]


def test_a_stray_line_costs_one_call(port):
    found = failing(port("    m = a", "    print('columns', flush=True)\n    m = a"))
    assert found.keys() == {"random_mini_batches", COLUMNS}
    assert "standard output is for messages alone" in found["random_mini_batches"]


def test_a_rate_of_0_may_be_refused(port):
    raises = '{"type": "error", "id": message["id"], "message": "above 0, please"}'
    condition = "message['arguments'].get('learning_rate') == 0"
    line = "        value = methods"
    found = failing(
        port(
            line,
            f"        if {condition}:\n            say({raises})\n            continue\n{line}",
        )
    )
    assert found == {}


def test_subnormal_numbers_taken_for_zero_are_a_note(port):
    flushes = port(
        "x - learning_rate * g for", "(x if abs(x) > 1e-300 else x * 0.0) - learning_rate * g for"
    )
    wires = {w.name: w for w in smoke(command_target(flushes))}
    assert wires[BITS].works
    assert "subnormal numbers are taken for zero" in wires[BITS].message


@pytest.mark.parametrize("dtype", ["float64", "float32", "float16", "bfloat16"])
def test_the_odd_numbers_are_six_finite_ones_in_every_dtype(dtype):
    odd = odd_numbers(dtype)
    assert odd.shape == (2, 3)
    assert np.isfinite(odd).all()
    assert np.signbit(odd).tolist() == [[False, False, False], [False, True, False]]
    assert (odd == 0).sum() == 1


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        (
            "print(json.dumps(message), flush",
            "print(json.dumps(message, indent=1), flush",
            "in place of a hello it sent a line that is not JSON",
        ),
        (
            '"type": "hello"',
            '"type": ["hello"]',
            'it sent a message whose type is ["hello"], not a string',
        ),
        (
            '["update_parameters_with_gd", "random_mini_batches"]',
            '"update_parameters_with_gd"',
            'operations is not a list of strings: "update_parameters_with_gd"',
        ),
        ("say(hello)", "", "is its hello flushed, and ended by a line feed?"),
    ],
    ids=["indented", "boxed", "unpacked", "none"],
)
def test_a_hello_that_is_none_is_told_with_its_usual_cause(port, capsys, old, new, said):
    assert main(["smoke", "--exec", port(old, new), "--timeout", "0.1"]) == 3
    told = capsys.readouterr().err
    assert said in told
    cures = ("indentation", "auto_unbox", "a list of one stays a list", "flushed")
    assert sum(cure in told for cure in cures) == 1


def test_what_is_said_of_several_is_said_once(port, capsys):
    assert main(["smoke", "--exec", port("    message = json", "    print(1)\n    message = json")])
    assert capsys.readouterr().out.count("standard output is for messages alone") == 1
