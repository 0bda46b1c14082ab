"""The conversation: what goes over the wire, and what becomes of a partner that misbehaves."""

import json
import math
import os
import struct
import sys

import jsonschema
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from optproof import fixtures
from optproof.errors import CallError, TargetError
from optproof.protocol import (
    BASE64_FROM,
    DTYPES,
    MalformedMessage,
    decode,
    dump_line,
    encode,
    load_line,
)
from optproof.targets import Conversation, Launch, python_target

# Round trips

FLOATS = {"float64": 64, "float32": 32, "float16": 16}


def elements(dtype):
    if dtype in FLOATS:  # NaN, infinities, -0 and subnormals included
        return st.floats(width=FLOATS[dtype], allow_nan=True, allow_infinity=True)
    return None


arrays = st.sampled_from(DTYPES).flatmap(
    lambda dtype: hnp.arrays(
        dtype, hnp.array_shapes(min_dims=0, max_dims=3, min_side=0), elements=elements(dtype)
    )
)


def bits(array):
    """The bytes of an array, with one NaN for all: JSON knows no payloads."""
    if array.dtype.kind == "f":
        array = np.where(np.isnan(array), array.dtype.type("nan"), array)
    return array.dtype.name, array.shape, array.tobytes()


def through_the_wire(value, use_base64=False):
    message = {"type": "result", "id": 1, "value": encode(value, use_base64)}
    return decode(load_line(dump_line(message))["value"])


@given(arrays)
def test_an_array_comes_back_bit_for_bit(array):
    assert bits(through_the_wire(array)) == bits(array)


@given(st.sampled_from(DTYPES), st.data())
def test_a_large_array_comes_back_bit_for_bit_as_base64(dtype, data):
    fill = data.draw(hnp.arrays(dtype, 4, elements=elements(dtype)))
    array = np.resize(fill, (2, BASE64_FROM))

    assert "base64" in encode(array, use_base64=True)
    assert bits(through_the_wire(array, use_base64=True)) == bits(array)


@given(arrays.filter(lambda a: a.ndim > 1))
def test_the_layout_in_memory_does_not_matter(array):
    assert encode(array.T.copy("C")) == encode(array.T)
    assert encode(array.astype(array.dtype.newbyteorder(">"))) == encode(array)


@given(st.floats(width=32, allow_nan=False, allow_infinity=False))
def test_float32_travels_as_the_shortest_decimal_that_reads_back(value):
    text = json.dumps(encode(np.float32(value))["data"][0])

    assert struct.pack("f", np.float32(text)) == struct.pack("f", value)
    assert len(text) <= len(repr(float(np.float32(value))))


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.just("text"),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(min_size=1), inner),
    ).filter(lambda v: not (isinstance(v, dict) and {"dtype", "shape"} <= v.keys()))
)
def test_structure_comes_back(value):
    assert through_the_wire(value) == value


def test_a_bare_nan_comes_back():
    assert math.isnan(through_the_wire(math.nan))


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ({"v": {"dW1": np.array([1j])}}, "v.dW1 of dtype complex128; known are float64"),
        ({"v": [1, object()]}, "v[1] of type object, which is neither a NumPy array nor a number"),
        (np.array(["text"]), "an array of dtype str"),
        (np.array([object()]), "an array of dtype object"),
        (np.longdouble(1), f"an array of dtype {np.dtype(np.longdouble).name}"),
        ({1, 2}, "a value of type set"),
    ],
)
def test_what_cannot_travel_is_named(value, message):
    with pytest.raises(MalformedMessage) as caught:
        encode(value)

    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    "tensor",
    [
        {"dtype": "float8", "shape": [1], "data": [1.0]},
        {"dtype": "float64", "shape": [2], "data": [1.0]},
        {"dtype": "float64", "shape": [-1], "data": [1.0]},
        {"dtype": "float64", "shape": 1, "data": [1.0]},
        {"dtype": "float64", "shape": [1]},
        {"dtype": "float64", "shape": [1], "data": ["one"]},
        {"dtype": "float64", "shape": [1], "data": None},
        {"dtype": "int32", "shape": [1], "data": [2**40]},
        {"dtype": "int64", "shape": [1], "data": [0.5]},
        {"dtype": "float64", "shape": [1], "base64": "AAAA"},
        {"dtype": "float64", "shape": [1], "base64": "no base64!"},
    ],
)
def test_a_damaged_tensor_is_refused(tensor):
    with pytest.raises(MalformedMessage):
        decode(tensor)


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"hello",
        b"[1]",
        b"{}",
        b'{"type": 1}',
        b'{"type": "x", "v": NaN}',
        b"\xff",
        b"[" * 10**5,
    ],
)
def test_a_damaged_line_is_refused(line):
    with pytest.raises(MalformedMessage):
        load_line(line)


# The schema of messages

SCHEMA = json.loads((fixtures.root() / "schema/message.schema.json").read_text())
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)

RECORDED = """
import numpy as np
__version__ = "1.2"
print("imported")

def initialize_velocity(parameters):
    print("working")
    parameters["W1"][0, 0] = 7
    return {"d" + k: np.zeros_like(a) for k, a in parameters.items()}, "and more"

def update_parameters_with_gd(parameters, grads, learning_rate):
    raise ValueError("no")

def initialize_adam(parameters):
    return None

def predict_dec(parameters, X):
    return np.zeros((1, 600), bool)
"""


class Recorder:
    """Stands between the two sides and keeps each line."""

    def __init__(self, conversation):
        self.lines = []
        send, receive = conversation._write, conversation._lines.get

        def write(line):
            self.lines.append(json.loads(line))
            send(line)

        def get(**how):
            line = receive(**how)
            if line:
                self.lines.append(json.loads(line))
            return line

        conversation._write, conversation._lines.get = write, get


@pytest.fixture
def recorded(tmp_path):
    path = tmp_path / "recorded.py"
    path.write_text(RECORDED)
    conversation = Conversation(python_target(str(path), 0), 60)
    recorder = Recorder(conversation)
    parameters = {"W1": np.ones((2, 3)), "b1": np.array([[np.nan], [np.inf]])}
    X = np.zeros((2, 600))
    with conversation:
        conversation.hello()
        conversation.call("initialize_velocity", {"parameters": parameters})
        conversation.call("predict_dec", {"parameters": parameters, "X": X})
        for operation in ("update_parameters_with_gd", "initialize_adam", "predict"):
            arguments = {"parameters": parameters, "grads": {}, "learning_rate": 1.0}
            with pytest.raises(CallError):
                conversation.call(operation, arguments)
        data = {"X": X[:, :4], "Y": np.ones((1, 4), int), "layers_dims": [2, 2, 2, 1]}
        how = {"optimizer": "momentum", "num_epochs": 1}
        conversation.call("train", {**data, **how, "beta": 0.5, "learning_rate": 0.1})
    return recorder.lines


def test_every_message_of_a_conversation_is_to_the_schema(recorded):
    assert [m["type"] for m in recorded].count("call") == 6
    assert {m["type"] for m in recorded} == {
        "hello", "call", "result", "error", "unsupported", "output", "bye",
    }  # fmt: skip
    for message in recorded:
        VALIDATOR.validate(message)


def test_a_message_that_is_changed_violates_the_schema(recorded):
    for message in recorded:
        assert not VALIDATOR.is_valid({**message, "more": 1})
        assert not VALIDATOR.is_valid({**message, "type": "other"})
        assert not VALIDATOR.is_valid({k: v for k, v in message.items() if k != "type"})


def test_messages_without_an_example_above_are_in_the_schema():
    VALIDATOR.validate({"type": "fatal", "message": "no such thing"})
    VALIDATOR.validate({"type": "bye"})
    assert not VALIDATOR.is_valid({"type": "fatal"})


def test_expected_values_are_never_sent(recorded):
    sent = [m for m in recorded if m["type"] == "call"]

    assert all(set(m) == {"type", "id", "operation", "arguments"} for m in sent)


# Partners that misbehave

HELLO = '{"type":"hello","protocol":1,"name":"x","operations":["predict"]}'


def partner(script, timeout=30.0):
    """A conversation with a Python script that speaks for itself."""
    start = "import sys, time, os\ndef say(line): print(line, flush=True)\n"
    launch = Launch("partner", (sys.executable, "-c", start + script), dict(os.environ))
    return Conversation(launch, timeout)


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("say('hello')", "it sent not a line of JSON"),
        ('say(\'{"type":"hello"}\')', "its first message is not a hello of protocol 1"),
        ('say(\'{"type":"hello","protocol":2}\')', "its first message is not a hello"),
        ("", "its process ended (exit code 0)"),
        (
            "sys.exit('no licence')",
            "its process ended (exit code 1)\n  hint: its last words: no lic",
        ),
        ("os.close(1); time.sleep(600)", "it closed its output and went on; it was stopped"),
    ],
)
def test_a_partner_that_does_not_say_hello_could_not_be_started(script, message):
    with partner(script) as conversation, pytest.raises(TargetError) as caught:
        conversation.hello()

    assert message in str(caught.value)
    assert caught.value.exit_code == 3


def test_a_command_that_does_not_exist_could_not_be_started():
    with pytest.raises(TargetError, match="cannot be started \\(No such file or directory\\)"):
        Conversation(Launch("x", ("/no/such/command",), {}), 1)


@pytest.mark.parametrize(
    ("answer", "kind", "message"),
    [
        ("say('oops')", "protocol", "it sent not a line of JSON"),
        ('say(\'{"type":"result","id":7}\')', "protocol", "it answered call 7, not asked"),
        ('say(\'{"type":"hum","id":1}\')', "protocol", "it sent a 'hum' in place of"),
        ('say(\'{"type":"result","id":1,"value":NaN}\')', "protocol", "a bare NaN"),
        ('say(\'{"type":"error","id":1,"message":"no"}\')', "exception", "no"),
        ('say(\'{"type":"unsupported","id":1}\')', "unsupported", "not implemented"),
        ("sys.exit(4)", "crash", "its process ended (exit code 4)"),
        ("os.close(1); time.sleep(600)", "crash", "it closed its output and went on"),
        ("sys.stdout.write('[' * (65 << 20)); say('')", "protocol", "longer than 64 MiB"),
    ],
)
def test_a_partner_that_does_not_answer_fails_one_call(answer, kind, message):
    with partner(f"say('{HELLO}')\nsys.stdin.readline()\n{answer}") as conversation:
        conversation.hello()
        with pytest.raises(CallError) as caught:
            conversation.call("predict", {})

    assert caught.value.kind == kind
    assert message in caught.value.what


@pytest.mark.parametrize(
    "script", ["time.sleep(600)", 'while True: say(\'{"type":"output","id":1}\')']
)
def test_a_partner_that_never_reads_or_never_ends_runs_out_of_time(script):
    """Whatever it does instead: nothing, or talk; and 8 MB wait to be read by it."""
    with partner(f"say('{HELLO}')\n{script}", timeout=2.0) as conversation:
        conversation.hello()
        with pytest.raises(CallError) as caught:
            conversation.call("predict", {"X": np.zeros(10**6)})

    assert caught.value.kind == "timeout"
    assert caught.value.what == "no answer within 2 s; it was stopped"
    assert conversation._process.poll() is not None


def test_an_implementation_cannot_be_right_by_the_global_seed(tmp_path):
    """Every call finds the global generator in one and the same odd state."""
    path = tmp_path / "seedless.py"
    path.write_text(
        "from numpy.random import rand\ndef predict_dec(parameters, X): return rand(3)\n"
    )
    answers = []
    with Conversation(python_target(str(path), 0), 60) as conversation:
        conversation.hello()
        for _ in range(2):
            answer = conversation.call("predict_dec", {"parameters": {}, "X": 0})
            answers.append(decode(answer["value"])["predictions"].tolist())

    assert answers[0] == answers[1]
    assert answers[0] not in [np.random.RandomState(s).rand(3).tolist() for s in range(100)]
