"""The README is short, its report is what the command prints, and its commands are there.

``python tests/project/test_readme.py`` writes the report anew.
"""

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

pytestmark = pytest.mark.once  # nothing here depends on NumPy

CHECKOUT = Path(__file__).resolve().parents[2]
README = CHECKOUT / "README.md"
MISTAKE = """\
import numpy as np


def update_parameters_with_adam(
    parameters, grads, v, s, t, learning_rate=0.01, beta1=0.9, beta2=0.999, epsilon=1e-8
):
    new = {}, {}, {}
    for key, w in parameters.items():
        g = grads["d" + key]
        new[1]["d" + key] = beta1 * v["d" + key] + (1 - beta1) * g
        new[2]["d" + key] = beta2 * s["d" + key] + (1 - beta2) * g**2
        v_hat = new[1]["d" + key] / (1 - beta1**t)
        s_hat = new[2]["d" + key] / (1 - beta2**t)
        new[0][key] = w - learning_rate * v_hat / np.sqrt(s_hat + epsilon)
    return new
"""
BLOCK = re.compile(r"(?<=writes this report anew -->\n```\n).*?(?=```)", re.S)


def printed(folder):
    """Return what the command prints of the mistake, but for the line with the versions: "..."."""
    (folder / "my_adam.py").write_text(MISTAKE, encoding="utf-8")
    words = ["check", "my_adam.py", "--only", "adam"]
    done = subprocess.run(
        [sys.executable, "-m", "optproof", *words],
        cwd=folder,
        env={**os.environ, "PYTHONUTF8": "1"},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert (done.returncode, done.stderr) == (1, "")
    _, rest = done.stdout.split("\n", 1)
    return f"$ optproof {' '.join(words)}\n...\n{rest}"


def test_its_report_is_what_the_command_prints(tmp_path):
    [block] = BLOCK.findall(README.read_text("utf-8"))
    assert block == printed(tmp_path)
    assert "adam.epsilon-inside-sqrt" in block


def test_it_is_one_screen_and_a_half():
    lines = README.read_text("utf-8").splitlines()
    assert len(lines) <= 80
    assert max(map(len, lines)) <= 104


def test_its_links_lead_somewhere():
    for page in (README, *(CHECKOUT / "reference").glob("*.md"), CHECKOUT / "CONTRIBUTING.md"):
        for link in re.findall(r"\]\(([^)#]+)[^)]*\)", page.read_text("utf-8")):
            assert "://" in link or (page.parent / link).exists(), f"{page.name}: {link}"


def test_the_gate_runs_its_test_command_first():
    command = "python -m pip install tox && tox run -e py"
    assert f"    {command}\n" in README.read_text("utf-8")
    gate = (CHECKOUT / ".ci" / "run").read_text("utf-8")
    assert gate.index(command) < gate.index("tox run -m matrix")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        report = printed(Path(temporary))
    README.write_text(BLOCK.sub(lambda _: report, README.read_text("utf-8")), "utf-8")
