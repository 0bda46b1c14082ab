"""What each statement of a function does, read from its text: which stages of a method it is.

Nothing is run. Names are told by what they are made from, and where that says nothing by the
words that people use for them; a statement can be several stages in one line.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

#: Words for what a statement takes, and for what it does with it.
WORDS = {
    name: re.compile(pattern, flags)
    for name, pattern, flags in (
        ("beta1", r"beta_?1|\bb_?1\b|betas?\[0\]|rho_?1|decay_?1", re.I),
        ("beta2", r"beta_?2|\bb_?2\b|betas?\[1\]|rho_?2|decay_?2", re.I),
        ("beta", r"\b_?beta\b|momentum|\bmu\b|\bgamma\b|\bmom\b|\brho\b", re.I),
        ("alpha", r"learning_?rate|\b_?lr\b|\blr_|alpha|\beta\b|\brate\b|step_size", re.I),
        ("epsilon", r"\b_?eps", re.I),
        (
            "power",
            r"(beta\w*|\bb_?[12]|\bself\.b_?[12]|betas\[\d\]|rho\w*|decay\w*)\)? ?\*\* ?"
            r"|pow(er)?\((1\.? ?- ?)?(self\.)?(beta|b_?[12]\b|rho|decay)",
            re.I,
        ),
        ("root", r"sqrt|\*\* ?\(?-?(0?\.5|1\.? ?/ ?2)", 0),
        ("grad", r"grad|\bg\b|\bg_|\bd[wWb]\d?\b|\bdtheta|\bdx\b", 0),
        ("square", r"\*\* ?2\b|square|pow(er)?\(.*, 2\.?0?\)|\b([\w.]+) \* \2\b", 0),
        ("compare", r"[<>]|heaviside|where|sign|relu_?(backward|deriv|prime|grad)", 0),
        ("log", r"log", 0),
        ("sum", r"sum|mean|/ ?m\b|\.dot|average|einsum| @ ", 0),
        ("limit", r"clip|maximum|minimum|eps|1e-|fmax|fmin", 0),
        ("draw", r"rand|normal|uniform|draw|rng", 0),
        ("seed", r"seed|RandomState|default_rng", 0),
        ("order", r"permut|shuffle|argsort|choice|arange", 0),
        ("cut", r"\[[^\]]*:|split|slice", 0),
        ("count", r"//|floor|ceil|\bint\(|\brange\(", 0),
        ("zeros", r"zeros|ones|full|0 \*|copy|like", 0),
    )
}
FIRST = re.compile(
    r"\b(self\.)?_?(v|m|vel|velocity|mom|first\w*|exp_avg|m[wb]|v[wb]|vd[wb])\b", re.I
)
SECOND = re.compile(r"\b(self\.)?_?(s|r|sq\w*|second\w*|exp_avg_sq|v[wb]|s[wb]|sd[wb])\b", re.I)
#: What is no moment, whatever it is made with.
THETA = re.compile(r"(self\.)?_?(param\w*|theta|weights?|bias\w*|[wWbBpx]|[wWb]\d|layer\w*)", re.I)
_COPY = r"(copy\.)?(deep)?(copy|dict|list)\([\w.]*\)|[\w.]+\.copy\(\)"
EMPTY = re.compile(rf"\(?(({_COPY}|\{{\}}|\[\]|\(\)|\[?None\]?|0|0\.0)(, )?)+\)?")
HAT = re.compile(r"hat|corr|unb|_c\b|debias", re.I)
COUNTER = re.compile(r"^(self\.)?_?(t|step|steps|step_count|iter\w*|timestep\w*|count\w*)$")
HYPER = ("alpha", "beta", "beta1", "beta2", "epsilon")
NAME = re.compile(r"(?:self\.)?[A-Za-z_]\w*")


@dataclass
class Statement:
    """A statement: its line, its text, the names that it assigns, and what it does."""

    line: int
    text: str
    targets: tuple[str, ...] = ()
    value: str = ""
    does: set[str] = field(default_factory=set)
    stages: set[str] = field(default_factory=set)
    function: str = ""


def read(statements: Sequence[tuple[int, str]]) -> list[Statement]:
    """Return the statements with what each assigns and does, and the function that it is in."""
    found: list[Statement] = []
    function = ""
    for line, text in statements:
        if head := re.match(r"def (\w+)\(", text):
            function = head[1]
            continue
        found.append(_read(line, text))
        found[-1].function = function
    return found


def _read(line: int, text: str) -> Statement:
    targets: tuple[str, ...] = ()
    value = text
    if found := re.match(
        r"(?!for |if |while |return\b)(.*?[^=!<>+*/@%-]) ?([-+*/@%]?|\*\*|//)= (?!=)(.*)", text
    ):
        left, operator, value = found[1].strip(), found[2], found[3]
        targets = tuple(_bases(left))
        value = f"{left} {operator} {value}" if operator else value
    does = {name for name, pattern in WORDS.items() if pattern.search(value)}
    return Statement(line, text, targets, value, does)


def _bases(left: str) -> Iterator[str]:
    """Yield the names that are assigned: ``v["dW1"]`` is v, ``self.m[k]`` self.m."""
    for part in re.sub(r"\[[^\[\]]*(\[[^\]]*\])*[^\[\]]*\]", "", left).strip("()").split(","):
        if part.strip(" ()*"):
            yield part.strip(" ()*").partition(":")[0]


def uses(statement: Statement, names: set[str]) -> bool:
    """Whether a statement takes one of these names."""
    return any(n in names for n in NAME.findall(statement.value))


def of_updates(statements: Sequence[Statement]) -> None:
    """Mark the stages of momentum and Adam: by the names that are made with their betas."""
    statements = [
        s for s in statements if not EMPTY.fullmatch(s.value) and not re.search("zeros", s.value)
    ]
    is_adam = any("beta2" in s.does for s in statements)
    one = "beta1" if is_adam else "beta"
    if not is_adam and not any("beta" in s.does for s in statements):
        for s in statements:  # gradient descent
            moves = s.targets or s.text.startswith("return")
            if moves and {"alpha", "grad"} & s.does and not EMPTY.fullmatch(s.value):
                s.stages.add("step")
    firsts = _made(statements, one, "beta2" if is_adam else "", FIRST)
    seconds = _made(statements, "beta2", "beta1", SECOND) - firsts if is_adam else set()
    hats1 = _corrected(statements, firsts)
    hats2 = _corrected(statements, seconds)
    for s in statements:
        targets = set(s.targets)
        if s.text.startswith("return"):
            s.stages |= {"returned v", "returned s"}
            if not ({"alpha", "root"} & s.does):
                continue
            s.stages.add("step")
        if any(COUNTER.match(t) for t in targets):
            s.stages.add("step counter")
        if any(WORDS[h].fullmatch(t.removeprefix("self.")) for t in targets for h in HYPER):
            s.stages |= {"hyperparameters", "learning rate"}
        powers = {"beta1", "beta2"} & s.does if "power" in s.does else set()
        is_hat = targets & (hats1 | hats2)
        if (is_hat and ("beta1" in s.does or uses(s, firsts))) or "beta1" in powers:
            s.stages |= {"correction of v", "powers of β"}
        if (is_hat and ("beta2" in s.does or uses(s, seconds))) or "beta2" in powers:
            s.stages |= {"correction of s", "powers of β"}
        if targets & firsts and not targets & hats1:
            s.stages |= {"first moment", "velocity"}
        if targets & seconds and not targets & hats2:
            s.stages.add("second moment")
        if "root" in s.does and not targets & (hats1 | hats2):
            s.stages.add("quotient")
        if {"step", "quotient"} & s.stages or "root" in s.does or "alpha" in s.does:
            raw = (uses(s, firsts) and hats1) or (uses(s, seconds) and hats2)
            if (raw and not uses(s, hats1 | hats2)) or _half(s, firsts, hats1, seconds, hats2):
                s.stages.add("uncorrected")
        own = {t for t in targets if FIRST.fullmatch(t) or SECOND.fullmatch(t)}
        own |= targets & (firsts | seconds | hats1 | hats2)
        if targets and not own and not s.stages & {"step counter", "hyperparameters"}:
            moved = uses(s, firsts | hats1) or any(THETA.fullmatch(t) for t in targets)
            if "alpha" in s.does or (moved and not powers):
                s.stages.add("step")


def _half(
    s: Statement, firsts: set[str], hats1: set[str], seconds: set[str], hats2: set[str]
) -> bool:
    """Whether a step takes one moment corrected, and the other as it is."""
    taken = set(NAME.findall(s.value))
    return bool(
        (hats1 and taken & firsts and taken & hats2)
        or (hats2 and taken & seconds and taken & hats1)
    )


def _made(
    statements: Sequence[Statement], beta: str, other: str, words: re.Pattern[str]
) -> set[str]:
    """Return the names that are made with a beta, not with the other, and no power of it."""
    for without in ({other}, set()):
        made: set[str] = set()
        for s in statements:
            again = uses(s, set(s.targets)) or "grad" in s.does or ".append(" in s.text
            if again and beta in s.does and not {"power", "root", *without} & s.does:
                made |= {t for t in s.targets if _may_be_moment(t)}
                if called := re.match(r"([\w.]+?)(\[[^\]]*\])*\.append\(", s.text):
                    made.add(called[1])
        if made:
            return made
    return {t for s in statements for t in s.targets if words.fullmatch(t)}


def _may_be_moment(name: str) -> bool:
    is_hyper = any(WORDS[h].search(name) for h in HYPER)
    return not (is_hyper or THETA.fullmatch(name) or HAT.search(name))


def _corrected(statements: Sequence[Statement], made: set[str]) -> set[str]:
    """Return the names of corrected moments."""
    found: set[str] = set()
    for s in statements:
        if not made or not s.targets or not uses(s, made) or "root" in s.does:
            continue
        apart = "alpha" not in s.does and not set(s.targets) & made
        if (apart and not any(THETA.fullmatch(t) for t in s.targets)) or any(
            HAT.search(t) for t in s.targets
        ):
            found |= set(s.targets) - made
    return found


def plain(target: str) -> str:
    """Return a target as one word: ``grads["dW2"]`` is gradsdw2, ``grads[f"dW{i}"]`` gradsfdw."""
    target = re.sub(r"\{[^}]*\}|\+ ?str\([^)]*\)", "", target)
    return re.sub(r"[^A-Za-z0-9]", "", target).lower()
