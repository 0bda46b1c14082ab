"""The conversation: what goes over the wire, and what becomes of a partner that misbehaves."""

import base64
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

from optproof import fixtures, protocol
from optproof.conversation import Conversation, Launch, python_target
from optproof.errors import Broken, CallError, Raised, Stray, TargetError, TimedOut, Unsupported
from optproof.protocol import (
    BASE64_FROM,
    DTYPES,
    Answer,
    Bye,
    Call,
    Error,
    Fatal,
    Hello,
    MalformedMessage,
    Offer,
    Output,
    Place,
    Refusal,
    Seen,
    decode,
    dump_line,
    encode,
    load_line,
    read_call,
    read_hello,
    read_reply,
    tidy,
    told,
)

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
    message = Answer(1, encode(value, use_base64))
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


@pytest.mark.parametrize("dtype", FLOATS)
def test_a_float_of_any_format_travels_in_its_own_digits(dtype):
    assert encode(np.array([0.1, 2.5], dtype))["data"] == [0.1, 2.5]


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


@pytest.mark.parametrize(
    ("value", "text"), [(math.nan, "NaN"), (math.inf, "Infinity"), (-math.inf, "-Infinity")]
)
def test_what_json_has_no_number_for_travels_as_a_string(value, text):
    assert encode(value) == text
    assert encode(np.array([value, 1.0]))["data"] == [text, 1.0]
    assert repr(decode(text)) == repr(value)


@pytest.mark.parametrize("value", [{"dtype": "float32"}, {"shape": [1], "data": [1.0]}])
def test_what_lacks_dtype_or_shape_is_no_tensor(value):
    assert decode(value) == value


def test_a_bare_nan_comes_back():
    assert math.isnan(through_the_wire(math.nan))


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (
            {"v": {"dW1": np.array([1j])}},
            f"v.dW1 of dtype complex128; known are {', '.join(DTYPES)}",
        ),
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


def test_large_arrays_travel_as_base64_where_it_is_offered():
    large, small = np.arange(BASE64_FROM) / 4, np.arange(BASE64_FROM - 1) / 4

    little = struct.pack(f"<{BASE64_FROM}d", *large)
    assert encode(large, use_base64=True) == {
        "dtype": "float64",
        "shape": [BASE64_FROM],
        "base64": base64.b64encode(little).decode(),
    }
    assert encode({"v": [large.astype(">f8")]}, use_base64=True) == {
        "v": [encode(large, use_base64=True)]
    }
    for tensor in (encode(large), encode(small, use_base64=True)):
        assert tensor.keys() == {"dtype", "shape", "data"}


def test_decoded_arrays_are_new_and_writable():
    for use_base64 in (False, True):
        array = through_the_wire(np.zeros(BASE64_FROM), use_base64)
        array[0] = 1.0


FLOAT8 = f'a tensor of dtype "float8"; known are {", ".join(DTYPES)}'


@pytest.mark.parametrize(
    ("tensor", "message"),
    [
        ({"dtype": "float8", "shape": [1], "data": [1.0]}, FLOAT8),
        ({"dtype": "float64", "shape": [-1], "data": [1.0]}, "a tensor of shape [-1]; it must be"),
        ({"dtype": "float64", "shape": [True], "data": [1.0]}, "a tensor of shape [true]; it must"),
        ({"dtype": "float64", "shape": [2.5], "data": [1.0]}, "a tensor of shape [2.5]; it must"),
        ({"dtype": "float64", "shape": None, "data": [1.0]}, "a tensor of shape null; it must be"),
        ({"dtype": "float64", "shape": "1", "data": [1.0]}, 'a tensor of shape "1"; it must be'),
        (
            {"dtype": "float64", "shape": [2], "data": [1.0]},
            "float64 [2] its shape has room for 2, and it has 1",
        ),
        ({"dtype": "float64", "shape": [2], "data": 1.0}, "float64 [2] its shape has room for 2"),
        ({"dtype": "float64", "shape": [1]}, "float64 [1] it has no data"),
        ({"dtype": "float64", "shape": [1], "data": ["one"]}, 'float64 [1] "one" at [0]'),
        (
            {"dtype": "float64", "shape": [1], "data": ["x" * 50]},
            'float64 [1] "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx',
        ),
        ({"dtype": "float64", "shape": [1], "data": [True]}, "float64 [1] true at [0]"),
        ({"dtype": "float64", "shape": [1], "data": None}, "float64 [1] null is not a flat list"),
        (
            {"dtype": "float64", "shape": [1], "data": [[1.0]]},
            "float64 [1] [1.0] at [0]; data is one flat",
        ),
        (
            {"dtype": "float64", "shape": [2], "data": [1.0, None]},
            'float64 [2] null at [1]; NaN and the infinities are strings, as "NaN"',
        ),
        (
            {"dtype": "int64", "shape": [1], "data": [0.5]},
            "int64 [1] 0.5 at [0]; whole numbers have",
        ),
        ({"dtype": "int64", "shape": [1], "data": ["NaN"]}, 'int64 [1] "NaN" at [0]'),
        (
            {"dtype": "bool", "shape": [1], "data": [1]},
            "bool [1] 1 at [0]; a bool is true or false",
        ),
        (
            {"dtype": "int32", "shape": [1], "data": [2**31]},
            "int32 [1] 2147483648 at [0] is too large for int32",
        ),
        (
            {"dtype": "int64", "shape": [1], "data": [-(10**50)]},
            f"int64 [1] -1{'0' * 50} at [0] is too large for int64",
        ),
        ({"dtype": "float64", "shape": [1], "base64": "AAAA"}, "float64 [1] buffer size must be"),
        # Read without a word about the '!', it would be 1.0.
        ({"dtype": "float64", "shape": [1], "base64": "AAAAAAAA!8D8="}, "float64 [1] "),
    ],
)
def test_a_damaged_tensor_is_refused_and_the_message_says_why(tensor, message):
    with pytest.raises(MalformedMessage) as caught:
        decode(tensor)

    if message.startswith(tensor["dtype"]):
        dtype, shape, why = message.split(" ", 2)
        message = f"a {dtype} tensor of shape {shape} with bad data: {why}"
    assert str(caught.value).startswith(message)


@pytest.mark.parametrize(
    ("dtype", "data"),
    [
        ("int32", [2**31 - 1, -(2**31)]),
        ("int64", [2**63 - 1, -(2**63)]),
        ("float64", [1, 0.5]),
        ("bool", [True, False]),
    ],
)
def test_what_a_dtype_can_hold_is_taken(dtype, data):
    array = decode({"dtype": dtype, "shape": [2], "data": data})

    assert (array.dtype.name, array.tolist()) == (dtype, data)


@pytest.mark.parametrize(
    "tensor",
    [
        {"dtype": "float64", "shape": [2.0, 1.0], "data": [0.5, 0.25]},
        {"dtype": "float64", "shape": [1, 1], "data": 0.5},
        {"dtype": "float64", "shape": 1, "data": "NaN"},
        {"dtype": "bool", "shape": [1, 1.0], "data": True},
        {"dtype": "int64", "shape": [], "data": 7},
    ],
)
def test_whole_floats_in_a_shape_and_a_bare_number_for_one_element_are_taken(tensor):
    shape, data = tensor["shape"], tensor["data"]
    plain = {
        "dtype": tensor["dtype"],
        "shape": [int(n) for n in (shape if isinstance(shape, list) else [shape])],
        "data": data if isinstance(data, list) else [data],
    }
    assert encode(decode(tensor)) == plain


@pytest.mark.parametrize(
    ("line", "message"),
    [
        (b"", "a line that is empty: "),
        (b"oops", "a line that is not JSON (expecting value at character 1): oops"),
        (
            b"hello" * 20,
            f"a line that is not JSON (expecting value at character 1): {'hello' * 16}...",
        ),
        (b"\xff", "a line that is not JSON ('utf-8' codec can't decode byte 0xff"),
        (b"[" * 10**5, "a line that is not JSON (nested too deep): [[["),
        (
            b'"' + b"x" * 99 + b'"',
            f'a message that is not an object: "{"x" * 79}...',
        ),
        (b"[1]", "a message that is not an object: [1]"),
        (b"{}", "a message without a type: {}"),
        (b'{"type": 1}', "a message whose type is 1, not a string"),
        (b'{"type": "x", "v": NaN}', "a bare NaN: not JSON; write it as a string"),
        (b'{"type": "x", "v": -Infinity}', "a bare -Infinity: not JSON; write it as a string"),
    ],
)
def test_a_damaged_line_is_refused_and_the_message_shows_its_beginning(line, message):
    with pytest.raises(MalformedMessage) as caught:
        load_line(line)

    assert str(caught.value).startswith(message)
    assert len(str(caught.value)) < 200


def test_a_message_is_one_short_line_of_strict_json():
    assert dump_line(Answer(1, [1, 0.5])) == b'{"type":"result","id":1,"value":[1,0.5]}\n'
    with pytest.raises(ValueError, match="not JSON compliant"):
        dump_line(Answer(1, math.nan))


def test_what_is_said_is_shown_in_one_printable_piece_of_500_characters():
    assert tidy("caf\xe9\n\x1b[1m") == "caf\xe9  [1m"
    assert tidy("x" * 500) == "x" * 500
    assert tidy("x" * 501) == "x" * 500 + "..."
    assert tidy(3) == "3"


GREETING = {"type": "hello", "protocol": 1, "name": "mine", "operations": ["predict"]}


def test_a_hello_is_filled_up_with_defaults():
    assert read_hello(GREETING) == Hello("mine", ("predict",), dtype="float64")


def test_a_hello_keeps_what_it_says_made_fit_to_be_shown():
    words = {"version": "1.2", "language": "C\n", "stdout": "hi"}
    lists = {"variants": ["a"], "encodings": ["data"], "accepts": ["watch"], "notes": ["b\n"]}

    hello = read_hello({**GREETING, **words, **lists, "dtype": "float32"})

    tuples = {"variants": ("a",), "encodings": ("data",), "accepts": ("watch",), "notes": ("b ",)}
    assert hello == Hello(
        "mine", ("predict",), dtype="float32", **{**words, "language": "C "}, **tuples
    )


FULL = Hello(
    "mine",
    ("predict", "model"),
    dtype="float32",
    accepts=("watch",),
    refused={"compute_cost": Refusal("takes z", "def compute_cost(a3, Y):\n    ...")},
    files={"predict": "utils.py"},
    lines={"predict": Place("a.py", 3, "def f():\n    pass", ((4, "p = a3 > 0.5"),))},
    defaults={"model": {"beta": 0.9, "seed": None}},
    optimizers={"adam": Offer("Adam", ("beta1",), {"epsilon": 1e-7}, ("by step()",), 7, "a.py")},
)


def test_what_is_told_is_read_back_and_to_the_schema():
    """What has its default is left out."""
    replies = [
        Answer(3, {"cost": 0.5}, ("a",), ("X",), (("v", "s"),), ("b",), "out"),
        Answer(3, {}),
        Error(3, "no", "malformed", "why"),
        protocol.Unsupported(3, "no such", solved=False),
        Output(3, "Cost"),
        Seen(3, {"epoch": 1, "total": 0.5, "parameters": {}}),
    ]
    for reply in replies:
        line = load_line(dump_line(reply))
        assert read_reply(line) == reply
        VALIDATOR.validate(line)
    for hello in (FULL, Hello("x", ())):
        line = load_line(dump_line(hello))
        assert read_hello(line) == hello
        VALIDATOR.validate(line)
    call = Call(1, "predict", {"X": 1})
    assert read_call(load_line(dump_line(call))) == call
    assert told(Hello("x", ())) == {"type": "hello", "protocol": 1, "name": "x", "operations": ()}
    assert told(Answer(1, {})) == {"type": "result", "id": 1, "value": {}}
    assert (told(Bye()), told(Fatal("no"))) == ({"type": "bye"}, {"type": "fatal", "message": "no"})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"type": "bye"}, "not a hello of protocol 1"),
        ({"protocol": 2}, "not a hello of protocol 1"),
        ({"protocol": None}, "not a hello of protocol 1"),
        ({"name": ...}, "a hello without name"),
        ({"operations": ...}, "a hello without operations"),
        ({"refused": {"predict": "why"}}, "a hello whose refused is not an object of objects"),
        ({"operations": "predict"}, "a hello whose operations is not a list of strings"),
        ({"variants": [1]}, "a hello whose variants is not a list of strings"),
        ({"encodings": {}}, "a hello whose encodings is not a list of strings"),
        ({"accepts": None}, "a hello whose accepts is not a list of strings"),
        ({"notes": ["a", 1]}, "a hello whose notes is not a list of strings"),
        ({"optimizers": ["adam"]}, "a hello whose optimizers is not an object of objects"),
        ({"optimizers": {"adam": "Adam"}}, "a hello whose optimizers is not an object of objects"),
        (
            {"optimizers": {"rmsprop": {}}},
            "a hello with the optimizer rmsprop; known: gd, momentum, adam",
        ),
        (
            {"optimizers": {"gd": {"takes": "learning_rate"}}},
            'a hello with the optimizer gd whose takes is not a list of strings: "learning_rate"',
        ),
        (
            {"optimizers": {"gd": {"own": {"learning_rate": "0.1"}}}},
            "a hello with the optimizer gd whose own is not an object of numbers",
        ),
        ({"defaults": ["seed"]}, "a hello whose defaults is not an object of objects of numbers"),
        (
            {"defaults": {"predict": {"seed": "0"}}},
            "a hello whose defaults is not an object of objects of numbers",
        ),
        (
            {"dtype": "float8\n"},
            "a hello of dtype float8 ; known: float64, float32, float16, bfloat16",
        ),
    ],
)
def test_a_hello_that_cannot_be_used_is_refused(change, message):
    hello = {k: v for k, v in {**GREETING, **change}.items() if v is not ...}

    with pytest.raises(MalformedMessage) as caught:
        read_hello(hello)

    said = str(caught.value)
    assert said == message or said.startswith(f"{message}: ")  # and then what it refuses


def test_what_a_hello_says_of_its_optimizers_is_filled_up():
    said = {"adam": {"name": "Mine\n", "line": 12, "takes": ["beta1"], "own": {"epsilon": 1}}}
    hello = {**GREETING, "optimizers": {**said, "gd": {"name": "SGD", "takes": []}}}
    VALIDATOR.validate(hello)
    assert read_hello(hello).optimizers == {
        "gd": Offer("SGD", ()),
        "adam": Offer("Mine ", ("beta1",), {"epsilon": 1.0}, line=12),
    }
    for wrong in ({"takes": []}, {"name": "x"}, {"name": "x", "takes": [], "more": 1}):
        assert not VALIDATOR.is_valid({**GREETING, "optimizers": {"gd": wrong}})


def test_a_result_has_lists_that_can_be_shown():
    result = {"type": "result", "id": 1, "value": {"cost": 0.5}}
    lists = {"notes": ["a\n"], "mutated": ["X"], "adapted": ["v"]}

    assert read_reply(result) == Answer(1, {"cost": 0.5})
    full = Answer(1, {"cost": 0.5}, ("a ",), ("X",), adapted=("v",))
    assert read_reply({**result, **lists}) == full
    for pairs in ("vs", [["v"]], ["vs", 1]):
        with pytest.raises(MalformedMessage, match="aliased is not a list of pairs"):
            read_reply({**result, "aliased": pairs})
    for name in lists:
        with pytest.raises(MalformedMessage) as caught:
            read_reply({**result, name: "text"})
        said = f"a result whose {name} is not a list of strings: "
        assert str(caught.value).startswith(said)


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
        send, receive = conversation._write, conversation._lines.next

        def write(line):
            self.lines.append(json.loads(line))
            send(line)

        def get(seconds):
            line = receive(seconds)
            if line:
                self.lines.append(json.loads(line))
            return line

        conversation._write, conversation._lines.next = write, get


@given(arrays, st.booleans())
def test_every_encoded_array_is_to_the_schema_and_comes_back(array, use_base64):
    message = Answer(1, {"a3": encode(array, use_base64)})

    VALIDATOR.validate(told(message))
    assert bits(decode(load_line(dump_line(message))["value"])["a3"]) == bits(array)


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
        ("say('hello')", "it sent a line that is not JSON"),
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
        ("say('oops')", Stray, "it sent a line that is not JSON"),
        ('say(\'{"type":"result","id":7}\')', Broken, "it answered call 7, not asked"),
        ('say(\'{"type":"hum","id":1}\')', Broken, "it sent a 'hum' in place of"),
        ('say(\'{"type":"result","id":1,"value":NaN}\')', Stray, "a bare NaN"),
        ('say(\'{"type":"error","id":1,"message":"no"}\')', Raised, "no"),
        ('say(\'{"type":"unsupported","id":1}\')', Unsupported, "not implemented"),
        ("sys.exit(4)", Broken, "its process ended (exit code 4)"),
        ("os.close(1); time.sleep(600)", Broken, "it closed its output and went on"),
        ("sys.stdout.write('[' * (65 << 20)); say('')", Broken, "longer than 64 MiB"),
    ],
)
def test_a_partner_that_does_not_answer_fails_one_call(answer, kind, message):
    with partner(f"say('{HELLO}')\nsys.stdin.readline()\n{answer}") as conversation:
        conversation.hello()
        with pytest.raises(CallError) as caught:
            conversation.call("predict", {})

    assert type(caught.value) is kind
    assert message in caught.value.what


@pytest.mark.sample(2)
@pytest.mark.parametrize(
    "script", ["time.sleep(600)", 'while True: say(\'{"type":"output","id":1}\')']
)
def test_a_partner_that_never_reads_or_never_ends_runs_out_of_time(script):
    """Whatever it does instead: nothing, or talk; and 8 MB wait to be read by it."""
    with partner(f"say('{HELLO}')\n{script}", timeout=2.0) as conversation:
        conversation.hello()
        with pytest.raises(CallError) as caught:
            conversation.call("predict", {"X": np.zeros(10**6)})

    assert type(caught.value) is TimedOut
    assert caught.value.what.startswith("no answer within 2 s; it was stopped")
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
