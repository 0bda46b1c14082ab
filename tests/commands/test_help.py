"""Help that fits a terminal of 80 columns, and says what each exit code means."""

import argparse

import pytest

from optproof.commands.cli import COMMANDS, MAINTAINERS, build_parser


def parsers(parser):
    yield parser
    for action in parser._actions:
        if isinstance(action, argparse._SubParsersAction):
            for command in action.choices.values():
                yield from parsers(command)


@pytest.fixture
def all_help(monkeypatch):
    monkeypatch.setenv("COLUMNS", "80")
    return {parser.prog: parser.format_help() for parser in parsers(build_parser())}


def test_help_fits_80_columns(all_help):
    assert len(all_help) >= len({*COMMANDS, *MAINTAINERS})
    assert [
        (n, line) for n, text in all_help.items() for line in text.splitlines() if len(line) > 80
    ] == []


def test_help_of_every_command_says_its_exit_codes(all_help):
    assert [
        n for n, text in all_help.items() if n != "optproof" and "exit code: 0 " not in text
    ] == []


@pytest.mark.parametrize(
    ("words", "near"),
    [
        ("chek mine.py", "optproof check"),
        ("list deviatons", "deviations"),
        ("list cases adm", "adam"),
        ("list clauses --clause ADM-5", "ADAM-5"),
        ("check reference --only adam/documentd", "adam/documented"),
        ("check reference --variant adam.epsilon-hatt", "adam.epsilon-hat"),
        ("check reference --training shrt", "short"),
        ("certify --optimizer adem", "adam"),
        ("libraries torch.optm", "torch.optim"),
        ("repro adam/documnted reference", "adam/documented"),
        ("repro training/adm reference", "training/adam"),
        ("check reference --trainig none", "--training"),
        ("drift record reference --labl x", "--label"),
        ("check my_adm.py", "my_adam.py"),
        ("grade my_adam.py --output out --variant adam.epsilon-hatt", "adam.epsilon-hat"),
        ("whose-test adam.epsilon-hatt", "adam.epsilon-hat"),
    ],
)
def test_a_slip_is_answered_with_what_was_meant(run, tmp_path, words, near):
    (tmp_path / "my_adam.py").touch()
    ran = run(*words.split())

    assert ran.code == 2
    assert f"did you mean {near}?" in ran.err
    assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    ("text", "near"),
    [("[[known]]\nid = 'adam/first-stp'\nreason = 'x'\n", "adam/first-step"),
     ("[check]\ntrainig = 'none'\n", "training")],
)  # fmt: skip
def test_a_slip_in_the_settings_is_too(run, tmp_path, text, near):
    path = tmp_path / "optproof.toml"
    path.write_text(text, encoding="utf-8")
    ran = run("check", "reference", "--config", str(path))

    assert ran.code == 2
    assert f"did you mean {near}?" in ran.err
