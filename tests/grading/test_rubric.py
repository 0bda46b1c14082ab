"""Points, and what each mistake takes away."""

import pytest

from .conftest import ADAM, HEAVY, INSIDE, MOMENTUM

HAT = ADAM.replace(
    "v_hat / (np.sqrt(s_hat) + epsilon)", "v_hat / (np.sqrt(s_hat) + epsilon)"
).replace(
    "learning_rate * v_hat / (np.sqrt(s_hat) + epsilon)",
    "learning_rate * np.sqrt(1 - beta2 ** t) / (1 - beta1 ** t)"
    ' * v["d" + name] / (np.sqrt(s["d" + name]) + epsilon)',
)


def test_a_convention_costs_half_and_a_mistake_all(grade):
    graded = grade({"hat.py": HAT, "inside.py": INSIDE, "right.py": ADAM, "both.py": HAT + HEAVY})
    assert [graded.rows[s]["points"] for s in ("hat", "right")] == ["1.5", "3"]
    (mark,) = [
        m for m in graded.row("hat")["marks"] if m["operation"].endswith("adam") and m["of"]
    ][-1:]
    assert mark["points"] == 1.5
    assert "adam.epsilon-hat" in mark["why"]
    assert graded.rows["both"]["mistakes"] == "momentum.heavy-ball; adam.epsilon-hat" or set(
        graded.rows["both"]["mistakes"].split("; ")
    ) == {"momentum.heavy-ball", "adam.epsilon-hat"}


def test_a_rubric_of_ones_own(grade, tmp_path):
    rubric = tmp_path / "rubric.toml"
    rubric.write_text(
        "[points]\nupdate_parameters_with_adam = 8\nupdate_parameters_with_momentum = 2\n"
        '[credit]\n"adam.*" = 0.25\n"adam.epsilon-hat" = 0.75\n'
    )
    files = {"hat.py": HAT, "inside.py": INSIDE, "right.py": ADAM + MOMENTUM}
    graded = grade(files, "--rubric", rubric)
    points = {student: row["points"] for student, row in graded.rows.items()}
    assert points == {"hat": "6", "inside": "2", "right": "10"}
    assert {row["of"] for row in graded.rows.values()} == {"10"}


def test_only_what_is_asked_has_points(grade):
    graded = grade({"ada.py": ADAM}, "--only", "adam")
    assert (graded.rows["ada"]["points"], graded.rows["ada"]["of"]) == ("3", "3")


def test_defaults_cost_their_own_share(grade):
    graded = grade({"ada.py": ADAM.replace("epsilon=1e-8", "epsilon=1e-7")})
    assert graded.rows["ada"]["points"] == "1.5"
    assert "the default of epsilon is 1e-07" in graded.rows["ada"]["mistakes"]


def test_an_optimizer_of_its_own_stands_for_the_functions(grade):
    source = """import numpy as np
class Momentum:
    def __init__(self, lr=0.01, beta=0.9):
        self.lr, self.beta, self.v = lr, beta, {}
    def step(self, params, grads):
        for k in params:
            v = self.v.get(k, np.zeros_like(params[k]))
            self.v[k] = self.beta * v + (1 - self.beta) * grads[k]
            params[k] = params[k] - self.lr * self.v[k]
        return params
"""
    wrong = source.replace("(1 - self.beta) * ", "")
    graded = grade({"right.py": source, "wrong.py": wrong})
    assert graded.rows["right"]["points"] == "3"
    # Its state begins right: what is wrong in the update costs the update alone.
    assert float(graded.rows["wrong"]["points"]) < 3
    assert graded.rows["wrong"]["verdict"] == "deviates"


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[pionts]\n", "no table [pionts]"),
        ("[points]\nadamm = 1\n", "no such operation"),
        ("[points]\nmodel = -1\n", "a number of 0 or more"),
        ('[points]\nmodel = "1"\n', "a number of 0 or more"),
        ("[points]\nmodel = 0\n", "gives no points"),
        ("[credit]\nconventions = 2\n", "a share from 0 to 1"),
        ('[credit]\n"adam.no-such" = 1\n', "no mistake has this id"),
        ("points = 3\n", "must be a table"),
        ("[points\n", "not TOML"),
    ],
)
def test_a_rubric_that_is_wrong_says_so(text, why, grade, tmp_path):
    (tmp_path / "rubric.toml").write_text(text)
    graded = grade({"ada.py": ADAM}, "--rubric", tmp_path / "rubric.toml")
    assert graded.code == 2
    assert why in " ".join(graded.err.split())
    assert not graded.folder.exists()
