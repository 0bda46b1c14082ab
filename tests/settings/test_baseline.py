"""optproof.toml: settings, and the ratchet of known deviations."""

import json
import sys
from datetime import date, timedelta
from pathlib import Path

import pytest

from optproof.commands import cli

pytestmark = pytest.mark.once  # nothing here depends on NumPy

PLAIN = (Path(__file__).parents[1] / "implementations" / "plain.py").read_text("utf-8")
RIGHT = "(np.sqrt(s_corrected[d]) + epsilon)"
TOMORROW, YESTERDAY = date.today() + timedelta(1), date.today() - timedelta(1)


@pytest.fixture
def here(tmp_path, monkeypatch):
    """A folder with a conforming good.py and bad.py, whose Adam has epsilon inside the root."""
    assert RIGHT in PLAIN
    (tmp_path / "good.py").write_text(PLAIN, "utf-8")
    wrong = PLAIN.replace(RIGHT, "(np.sqrt(s_corrected[d] + epsilon))")
    (tmp_path / "bad.py").write_text(wrong, "utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def known(entry_id, reason="agreed", **more):
    lines = [f"{key} = {value}" for key, value in more.items()]
    return "\n".join(["[[known]]", f'id = "{entry_id}"', f'reason = "{reason}"', *lines, ""])


def write(text):
    Path("optproof.toml").write_text(text, "utf-8")


def entries():
    return Path("optproof.toml").read_text("utf-8").count("[[known]]")


@pytest.mark.parametrize("entry", ["adam.epsilon-inside-sqrt", "adam/*"])
def test_a_known_deviation_passes_and_is_counted(here, capsys, entry):
    command = ["check", "bad.py", "--only", "adam", "--training", "none", "--json", "report.json"]
    assert cli.main(command) == 1
    if entry == "adam/*":  # every case by its id
        cases = json.loads(Path("report.json").read_text("utf-8"))["results"]
        ids = [case["id"] for case in cases if case["status"] == "deviation"]
        assert ids
    else:
        ids = [entry]
    write("\n".join(map(known, ids)))
    capsys.readouterr()
    assert cli.main(command) == 0
    out = capsys.readouterr().out
    assert "conforms, known deviations aside" in out
    assert f"agreed ({ids[0]})" in out
    assert " known)" in out


@pytest.mark.full
def test_a_training_left_out_for_a_known_deviation_is_known_too_but_not_one_that_deviates(here):
    write(known("adam.epsilon-inside-sqrt"))
    assert cli.main(["check", "bad.py", "--only", "adam"]) == 0
    assert cli.main(["check", "bad.py", "--only", "adam", "--training", "short"]) == 1


def test_a_second_mistake_in_the_same_operation_fails(here, capsys):
    write(known("adam.epsilon-inside-sqrt"))
    text = Path("bad.py").read_text("utf-8")
    assert text.count("(1 - beta1) * grads") == 1
    Path("bad.py").write_text(text.replace("(1 - beta1) * grads", "grads"), "utf-8")
    assert cli.main(["check", "bad.py", "--only", "adam"]) == 1
    assert "update_parameters_with_adam  deviation" in capsys.readouterr().out


@pytest.mark.sample(2)
@pytest.mark.parametrize("entry", ["adam.epsilon-inside-sqrt", "adam/documented"])
def test_an_entry_that_no_longer_occurs_is_stale_until_it_is_removed(here, capsys, entry):
    write(known(entry))
    assert cli.main(["check", "good.py", "--training", "none"]) == 1
    out = capsys.readouterr().out
    assert f"remove {entry} from optproof.toml" in out
    assert "has a baseline that is stale" in out
    write("")
    assert cli.main(["check", "good.py", "--training", "none"]) == 0


def test_an_entry_that_the_run_did_not_cover_is_not_stale(here):
    write(known("adam.epsilon-inside-sqrt") + known("training/adam"))
    assert cli.main(["check", "good.py", "--only", "update_parameters_with_gd"]) == 0


def test_an_expired_entry_fails_and_says_so(here, capsys):
    command = ["check", "bad.py", "--only", "adam", "--training", "none"]
    write(known("adam.epsilon-inside-sqrt", expires=TOMORROW))
    assert cli.main(command) == 0
    write(known("adam.epsilon-inside-sqrt", expires=YESTERDAY))
    assert cli.main(command) == 1
    assert f"was known until {YESTERDAY}" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (known("adam.no-such"), "nothing is called 'adam.no-such'"),
        (known("cost.last-batch"), "'cost.last-batch' is of a whole training"),
        (known("adam/documented") * 2, "adam/documented is known twice"),
        (known("adam/documented", reason=" "), "reason is ' '; it must be a text"),
        (known("adam/documented", expires='"2030-01-01"'), "it must be a date"),
        (known("adam/documented", owner='"me"'), "entry 1: no key 'owner'"),
        ('[[known]]\nid = "adam/documented"\n', "entry 1 has no reason"),
        ("known = 3\n", "its content has no meaning"),
        ("[checks]\n", "checks has no meaning here"),
        ("[check]\nseed = 3\n", "[check]: no key 'seed'"),
        ("[check]\ntimeout = 0\n", "timeout is 0; it must be a number above 0"),
        ("[check]\ntimeout = true\n", "timeout is True"),
        ("[check]\ntimeout = nan\n", "timeout is nan"),
        ('[check]\ntraining = "long"\n', "it must be none or short or full"),
        ('[check]\nonly = "adam"\n', "it must be a list of texts"),
        ('[check]\ntarget = "a.py"\nexec = "a"\n', "both target and exec"),
        ("[check", "not TOML"),
    ],
)
def test_a_file_that_says_nothing_sensible_is_an_error(here, capsys, text, message):
    write(text)
    assert cli.main(["check", "good.py", "--training", "none"]) == 2
    assert message in capsys.readouterr().err


def test_a_file_that_is_asked_for_must_be_there(here, capsys):
    assert cli.main(["check", "good.py", "--config", "other.toml"]) == 2
    assert "other.toml: cannot be read" in capsys.readouterr().err


def test_without_a_reader_of_toml_the_message_says_what_to_install(here, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "tomllib", None)
    monkeypatch.setitem(sys.modules, "tomli", None)
    write("")
    assert cli.main(["check", "good.py"]) == 2
    assert "pip install tomli" in capsys.readouterr().err


def test_the_command_line_beats_the_file_and_show_config_says_which(here, capsys):
    write('[check]\ntarget = "bad.py"\ntraining = "none"\nonly = ["adam"]\ntimeout = 5\n')
    assert cli.main(["check"]) == 1
    assert cli.main(["check", "good.py"]) == 0
    assert "good.py conforms" in capsys.readouterr().out
    assert cli.main(["check", "--show-config", "--only", "gd", "--memory", "0"]) == 0
    shown = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert shown == [
        ["target", "bad.py", "optproof.toml"],
        ["exec", "None", "default"],
        ["only", "['gd']", "command", "line"],
        ["training", "none", "optproof.toml"],
        ["variants", "()", "default"],
        ["timeout", "5", "optproof.toml"],
        ["memory", "0.0", "command", "line"],
    ]


def test_the_target_of_a_file_elsewhere_is_relative_to_it(here, monkeypatch):
    write('[check]\ntarget = "good.py"\ntraining = "none"\n')
    (here / "inner").mkdir()
    monkeypatch.chdir(here / "inner")
    assert cli.main(["check", "--config", "../optproof.toml"]) == 0


def test_update_writes_what_makes_the_check_pass_and_keeps_the_rest(here, capsys):
    rest = '# ours\n[check]\ntarget = "bad.py"\ntraining = "none"\nonly = ["g*", "a*"]\n\n# why\n'
    write(rest + known("gd/documented") + known("adam/documented", expires=YESTERDAY))
    reason = 'as in "our" paper, \u00e9 \x7f'
    assert cli.main(["baseline", "update", "--reason", reason]) == 0
    assert "1 added, 2 removed, 0 kept" in capsys.readouterr().out
    text = Path("optproof.toml").read_text("utf-8")
    assert text.startswith(rest)
    assert 'id = "adam.epsilon-inside-sqrt"' in text
    assert cli.main(["check"]) == 0
    assert "\u00e9" in capsys.readouterr().out
    assert cli.main(["baseline", "update", "--reason", "another"]) == 0
    assert "0 added, 0 removed, 1 kept" in capsys.readouterr().out
    assert Path("optproof.toml").read_text("utf-8") == text
    assert cli.main(["baseline", "update", "good.py", "--reason", "repaired"]) == 0
    assert entries() == 0


def test_update_lists_a_deviation_without_a_name_by_its_case(here):
    text = PLAIN.replace(RIGHT, f"{RIGHT} * 1.25")
    Path("bad.py").write_text(text, "utf-8")
    assert cli.main(["baseline", "update", "bad.py", "--reason", "odd"]) == 0
    assert 'id = "adam/documented"' in Path("optproof.toml").read_text("utf-8")


CLASS = """\
import numpy as np
class Adam:
    def __init__(self, params, lr=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
        self.params, self.lr, self.betas, self.eps, self.t = params, lr, (beta1, beta2), eps, 0
        self.m, self.v = ([np.zeros_like(p) for p in params] for _ in range(2))
    def step(self, grads):
        self.t += 1
        (b1, b2) = self.betas
        for p, g, m, v in zip(self.params, grads, self.m, self.v):
            m[:] = b1 * m + (1 - b1) * g
            v[:] = b2 * v + (1 - b2) * g * g
            v_hat = v / (1 - b2**self.t)
            p -= self.lr * m / (np.sqrt(v_hat) + self.eps)
"""


@pytest.mark.full
def test_the_ratchet_holds_for_a_class_that_keeps_its_own_state(here, capsys):
    Path("mine.py").write_text(CLASS, "utf-8")
    write('[check]\ntarget = "mine.py"\ntraining = "none"\n')
    assert cli.main(["baseline", "update", "--reason", "later"]) == 0
    assert 'id = "adam.v-not-corrected"' in Path("optproof.toml").read_text("utf-8")
    assert cli.main(["check"]) == 0
    # Another mistake, and no mistake.
    worse = CLASS.replace("+ (1 - b2) * g", "+ g")
    Path("mine.py").write_text(worse, "utf-8")
    assert cli.main(["check"]) == 1
    Path("mine.py").write_text(CLASS.replace("lr * m", "lr * (m / (1 - b1**self.t))"), "utf-8")
    capsys.readouterr()
    assert cli.main(["check"]) == 1
    assert "remove adam.v-not-corrected from optproof.toml" in capsys.readouterr().out


@pytest.mark.full
def test_a_class_with_a_mistake_without_a_name_is_known_by_its_trajectories(here):
    text = CLASS.replace("self.lr * m", "1.25 * self.lr * m")
    Path("mine.py").write_text(text, "utf-8")
    words = ["--config", "optproof.toml"]
    write('[check]\ntarget = "mine.py"\ntraining = "none"\n')
    assert cli.main(["baseline", "update", "--reason", "odd", *words]) == 0
    assert cli.main(["check", *words]) == 0
    assert cli.main(["baseline", "update", "--reason", "odd", *words]) == 0


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ("import os; os._exit(1)", "the run was not a whole one: gd/documented"),
        ("raise ValueError", "the run was not a whole one: gd/documented"),
        (None, "the run was not a whole one"),
    ],
)
def test_update_writes_nothing_after_a_crash_or_when_nothing_ran(here, capsys, body, message):
    text = f"def update_parameters_with_gd(*a):\n    {body}\n" if body else "x = 1\n"
    Path("crash.py").write_text(text, "utf-8")
    assert cli.main(["baseline", "update", "crash.py", "--reason", "why not"]) == 2
    assert message in capsys.readouterr().err
    assert not Path("optproof.toml").exists()


def test_update_needs_a_reason(here, capsys):
    with pytest.raises(SystemExit) as ended:
        cli.main(["baseline", "update", "bad.py"])
    assert ended.value.code == 2
    assert cli.main(["baseline", "update", "bad.py", "--reason", " "]) == 2
    assert "reason is empty" in capsys.readouterr().err
    assert not Path("optproof.toml").exists()
