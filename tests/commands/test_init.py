"""``optproof init``: the wrapper that it writes, filled in, is judged."""

import pytest

from optproof.commands.init import called, place_of, text

ADAM = """
import numpy as np

class Policy:
    def __init__(self, values):
        self.flat = np.concatenate([np.ravel(a) for a in values.values()])

class Adam:
    def __init__(self, policy, stepsize, beta1=0.9, beta2=0.999, epsilon=1e-08):
        self.policy, self.t = policy, 0
        self.stepsize, self.beta1, self.beta2, self.epsilon = stepsize, beta1, beta2, epsilon
        self.m = np.zeros(len(policy.flat))
        self.v = np.zeros(len(policy.flat))

    def update(self, globalg):
        self.t += 1
        self.m = self.beta1 * self.m + (1 - self.beta1) * globalg
        self.v = self.beta2 * self.v + (1 - self.beta2) * (globalg * globalg)
        m_hat = self.m / (1 - self.beta1 ** self.t)
        v_hat = self.v / (1 - self.beta2 ** self.t)
        step = -self.stepsize * m_hat / (np.sqrt(v_hat) + self.epsilon)
        self.policy.flat = self.policy.flat + step
"""
FILLED = [
    ("self.own = their", "self.hyper = None  # their"),
    ("self.hyper = None", "self.hyper = learning_rate, beta1, beta2, epsilon; self.own = None"),
    (
        "        self.own.update",
        """\
        from my_adam import Policy
        if self.own is None:
            self.own = Adam(Policy(params), *self.hyper)
        at = 0
        self.own.update(np.concatenate([np.ravel(g) for g in grads.values()]))
        for name, a in params.items():
            params[name] = self.own.policy.flat[at : at + a.size].reshape(a.shape)
            at += a.size
        return params
        self.own.update""",
    ),
    ("from my_adam", "import numpy as np\nfrom my_adam"),
]


def filled(written):
    lines = written.replace("self.own = Adam", "self.own = their").split("\n")
    source = "\n".join(lines)
    for old, new in FILLED:
        assert old in source
        source = source.replace(old, new, 1)
    return source


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [("", "", 0), ("np.sqrt(v_hat) + self.epsilon", "np.sqrt(v_hat + self.epsilon)", 1)],
)
def test_the_wrapper_filled_in_is_judged(run, tmp_path, old, new, code):
    file = tmp_path / "my_adam.py"
    file.write_text(ADAM.replace(old, new) if old else ADAM, encoding="utf-8")
    assert run("check", str(file), "--training", "none").code == 3

    ran = run("init", str(file))
    assert ran.code == 0
    wrapper = tmp_path / "my_adam_optproof.py"
    assert f"optproof check {wrapper}" in ran.out
    written = wrapper.read_text(encoding="utf-8")
    assert "from my_adam import Adam" in written
    wrapper.write_text(filled(written), encoding="utf-8")
    ran = run("check", str(wrapper), "--training", "none")
    assert ran.code == code, ran.out

    again = run("init", str(file))
    assert again.code == 2
    assert "is there already" in again.err
    assert wrapper.read_text(encoding="utf-8") == filled(written)


def test_what_can_be_called_needs_none(run, tmp_path):
    file = tmp_path / "gd.py"
    file.write_text(
        "def sgd(params, grads, lr):\n"
        "    return {k: p - lr * grads[k] for k, p in params.items()}\n",
        encoding="utf-8",
    )
    ran = run("init", str(file))
    assert ran.code == 0
    assert "no wrapper is needed" in ran.out
    assert [p.name for p in tmp_path.glob("*.py")] == ["gd.py"]


def test_what_is_no_method_is_told(run, tmp_path):
    file = tmp_path / "other.py"
    file.write_text("def area(r):\n    return 3 * r * r\n", encoding="utf-8")
    ran = run("init", str(file))
    assert ran.code == 2
    assert "nothing in it looks like" in ran.err


def test_a_function_of_the_documents_name_is_not_its_own_wrapper():
    wrapper = "def adam(x):\n    return adam(x=x, y=...)"
    assert called(wrapper) == ["adam"]
    written = text([wrapper], "mine", "mine_optproof.py")
    assert "from mine import adam as their_adam" in written
    assert "return their_adam(" in written
    assert "importlib" in text([wrapper], "my-own", "x.py")


def test_inside_a_package_the_import_is_relative(tmp_path):
    (tmp_path / "__init__.py").touch()
    path, module = place_of(str(tmp_path / "adam.py:Adam"))
    assert (path.name, module) == ("adam_optproof.py", ".adam")
