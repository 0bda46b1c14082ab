"""What PROTOCOL.md says is what the code does."""

import json
import re
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

import optproof
from optproof import methods
from optproof.checking.smoke import smoke
from optproof.commands.cli import main
from optproof.conversation import command_target, python_target
from optproof.operations import OPERATIONS
from optproof.protocol import decode, encode, read_hello

PAGE = (Path(__file__).parents[2] / "reference/PROTOCOL.md").read_text(encoding="utf-8")
PLAIN = str(Path(__file__).parents[1] / "implementations/plain.py")
SCRIPTED = Path(__file__).parents[1] / "implementations/faulty/scripted.py"
TRANSCRIPT = [(who, json.loads(text)) for who, text in re.findall(r"^    ([<>]) (.*)$", PAGE, re.M)]


def test_the_table_of_operations_is_the_one_in_the_code():
    rows = re.findall(r"^\| `(\w+)` \| (?:`([^`]*)`)? ?\| `([^`]*)` \|$", PAGE, re.M)
    table = {name: (arguments.split(), results.split()) for name, arguments, results in rows}
    table["model"][0].remove("keywords")
    assert table == {
        name: (list(op.arguments), list(op.results)) for name, op in OPERATIONS.items()
    }


SMALLEST = re.search(r"^    import json\n(?:    .*\n|\n)+?(?=    \$ )", PAGE, re.M)[0]


def test_the_smallest_implementation_conforms_and_smoke_prints_what_the_page_says(tmp_path, run):
    program = tmp_path / "gd.py"
    program.write_text(textwrap.dedent(SMALLEST), encoding="utf-8")
    ran = run("smoke", "--exec", f"{sys.executable} gd.py")
    [shown] = re.findall(r"^    \$ optproof smoke .*\n((?:    works .*\n)+)", PAGE, re.M)
    assert [line.rstrip() for line in ran.out.splitlines()] == textwrap.dedent(shown).splitlines()

    words = ("check", "--training", "none", "--only", "gd/*", "-q", "--exec")
    assert run(*words, f"{sys.executable} gd.py").code == 0
    uphill = textwrap.dedent(SMALLEST).replace("a - given", "a + given")
    program.write_text(uphill, encoding="utf-8")
    assert "gd.step-sign" in run(*words, f"{sys.executable} gd.py").out


def test_the_transcript_is_a_conversation():
    kinds = [(who, message["type"]) for who, message in TRANSCRIPT]
    calls = [("<", "hello"), (">", "call"), ("<", "result"), (">", "call"), ("<", "unsupported")]
    assert kinds == [*calls, (">", "bye")]
    assert read_hello(TRANSCRIPT[0][1]).operations == ("update_parameters_with_gd",)


def test_the_answer_in_the_transcript_is_right():
    arguments = decode(TRANSCRIPT[1][1]["arguments"])
    assert TRANSCRIPT[2][1]["value"] == {
        "parameters": encode(methods.update_parameters_with_gd(**arguments))
    }


def test_the_worker_answers_the_transcript_so_too():
    launch = python_target(PLAIN, 0)
    calls = "".join(json.dumps(m) + "\n" for who, m in TRANSCRIPT if who == ">")
    output = subprocess.run(
        launch.command, input=calls, env=launch.environment, capture_output=True, text=True
    ).stdout
    hello, answer, *_ = [json.loads(line) for line in output.splitlines()]
    assert read_hello(hello).language.startswith("Python")
    assert answer["value"] == TRANSCRIPT[2][1]["value"]


def test_smoke_finds_every_operation_of_a_working_implementation_wired_up():
    wires = list(smoke(python_target(PLAIN, 0)))
    assert [w for w in wires if not w.works] == []
    assert {w.name for w in wires} >= OPERATIONS.keys() - {"load_dataset"}


def test_smoke_fails_where_there_is_no_operation_at_all(tmp_path):
    path = tmp_path / "empty.py"
    path.write_text("")
    failing = [w.message for w in smoke(python_target(str(path), 0)) if not w.works]
    assert failing == ["it has none; SPEC.md, section 1, names them"]


STEPPER = """
import json, sys
hello = {"type": "hello", "protocol": 1, "name": "steps", "operations": [],
         "optimizers": {"gd": {"name": "SGD", "takes": ["learning_rate"]}}}
print(json.dumps(hello), flush=True)
for line in sys.stdin:
    message = json.loads(line)
    if message["type"] == "bye":
        break
    answer = {"type": "unsupported", "id": message["id"]}
    if message["operation"] == "steps":
        parameters, after = message["arguments"]["parameters"], []
        for step in message["arguments"]["steps"]:
            after.append(parameters)
        answer = {"type": "result", "id": message["id"], "value": {"parameters": AFTER}}
    print(json.dumps(answer), flush=True)
"""


@pytest.mark.parametrize(
    ("after", "failing"),
    [
        ("after", []),
        ("after[1:]", ["1 entries for 2 steps: one is due after each step"]),
        ("parameters", ["the answer has no list of parameters, one entry a step"]),
        ("[None, None]", ["parameters is null, not an object (a dict) of tensors"]),
        (
            "[after[0], {k: after[0][k] for k in list(after[0])[1:]}]",
            ["W1 after step 2: is missing"],
        ),
    ],
)
def test_smoke_asks_an_optimizer_for_two_steps(tmp_path, after, failing):
    (tmp_path / "stepper.py").write_text(STEPPER.replace("AFTER", after))
    launch = command_target(f"{sys.executable} {tmp_path / 'stepper.py'}")
    assert [w.message for w in smoke(launch) if not w.works] == failing


def test_smoke_takes_a_mapping(tmp_path, capsys):
    path, mapping = tmp_path / "theirs.py", tmp_path / "mapping.json"
    path.write_text("def cost(a3, Y): return 0.0\n")
    mapping.write_text('{"functions": {"compute_cost": "cost"}}')
    assert main(["smoke", str(path), "--mapping", str(mapping)]) == 0
    assert "works  compute_cost" in capsys.readouterr().out


UNSUPPORTED = "answered with a result; it must be of type 'unsupported'"


def test_smoke_names_what_is_not_wired_up():
    hello = '{"type":"hello","protocol":1,"name":"faulty","operations":["compute_cost","adam"]}\n'
    answer = '{"type":"result","id":ID,"value":{"cost":[1.0]}}\n'
    steps = json.dumps([["say", hello], *[["read"], ["answer", answer]] * 3])
    command = f"{sys.executable} {SCRIPTED} '{steps}'"
    wires = {w.name: w.message for w in smoke(command_target(command)) if not w.works}
    assert wires == {
        "compute_cost": "cost is [1.0], not a tensor",
        "adam": "no such operation; SPEC.md, section 1, names them",
        "an operation that there is not": UNSUPPORTED,
        "a long line": UNSUPPORTED,
    }


def test_smoke_heeds_a_mapping_file(run, tmp_path):
    source = "def nudge(parameters, grads, learning_rate):\n"
    source += "    return {k: p - learning_rate * grads['d' + k] for k, p in parameters.items()}\n"
    (tmp_path / "odd.py").write_text(source)
    mapping = {"functions": {"update_parameters_with_gd": "nudge"}}
    (tmp_path / "mapping.json").write_text(json.dumps(mapping))
    ran = run("smoke", "odd.py", "--mapping", "mapping.json")
    assert (ran.code, "works  update_parameters_with_gd" in ran.out) == (0, True)


def test_smoke_says_which_name_shape_or_answer_is_another(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text(
        "import numpy as np\n"
        "def predict_dec(parameters, X): return np.zeros((1, 2), bool)\n"
        "def initialize_velocity(parameters): return {}\n"
        "def load_dataset(): return np.zeros((2, 300)), np.zeros((1, 300), int)\n"
    )
    wires = {w.name: (w.works, w.message) for w in smoke(python_target(str(path), 0))}
    shape = "predictions: wrong shape (expected (1, 3), got (1, 2))"
    assert wires["predict_dec"] == (False, shape)
    assert wires["initialize_velocity"] == (False, "v.dW1: is missing")
    assert wires["load_dataset"] == (True, "X, Y")


def test_smoke_wants_an_unknown_operation_to_be_answered_as_unsupported():
    hello = '{"type":"hello","protocol":1,"name":"faulty","operations":[]}\n'
    answer = '{"type":"error","id":ID,"message":"what?"}\n'
    steps = json.dumps([["say", hello], *[["read"], ["answer", answer]] * 2])
    _, _, wire, _, _ = smoke(command_target(f"{sys.executable} {SCRIPTED} '{steps}'"))
    assert wire.message == "what?; the answer must be of type 'unsupported'"
    assert not wire.works


def test_every_section_that_a_message_points_to_is_there():
    titles = re.findall(r"^## (.*)$", PAGE, re.M)
    source = "\n".join(p.read_text("utf-8") for p in Path(optproof.__file__).parent.rglob("*.py"))
    named = set(re.findall(r'PROTOCOL\.md, \\?"([^"\\]+)\\?"', source))
    assert len(named) >= 5
    assert [name for name in named if not any(title.startswith(name) for title in titles)] == []
