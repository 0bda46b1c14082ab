"""The line of the source that a diagnosis most likely speaks of."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace

from .. import fixtures
from ..deviations import PIPELINES
from ..deviations.loop import STAGES as LOOP
from ..operations import OPERATIONS
from ..protocol import Hello, Offer, Place
from ..statements import of_source
from .diagnosis import Diagnosis
from .reading import WORDS, Statement, of_updates, plain, read
from .report import FAILING, UNDECIDED, Code, Result

#: Where a stage has no statement of its own, in which others it may be.
ELSE = {
    "powers of β": ("correction of v", "correction of s", "quotient", "step"),
    "correction of v": ("powers of β", "quotient", "step"),
    "correction of s": ("powers of β", "quotient", "step"),
    "step counter": ("powers of β", "correction of v"),
    "quotient": ("step",),
    "step": ("quotient",),
    "returned v": ("first moment",),
    "returned s": ("second moment",),
    "learning rate": ("step",),
}
#: Of which stage a hyperparameter is the business.
OF_HYPER = {"α": "step", "learning rate": "step", "β1": "first moment", "β2": "second moment"}
OF_HYPER |= {"β": "velocity", "ε": "quotient", "t is": "powers of β"}
#: What a statement of these stages does, in operations that are no update rules.
DOES = {
    "seed": r"seed|RandomState|default_rng",
    "permutation": r"permut|shuffle|choice|sample|argsort",
    "loss": r"log",
    "sum": r"sum|mean|/ ?m\b|einsum|\.dot|average",
    "probabilities": r"clip|maximum|minimum|eps|1e-",
    "threshold": r"[<>]|round|where|rint",
    "draws": r"randn|normal|uniform|\brand\(|\.rand\(|sample|draw|rng\.|zeros|ones",
    "scale": r"sqrt|\*\* ?\(?0?\.5|randn|\.rand\(|normal|uniform|\* 0\.0",
    "biases": r"zeros|ones|full|randn|uniform|\.rand\(",
    "value": r"zeros|ones|full|0 \*|0\.0 \*|like|copy",
    "keys": r"zeros|ones|full|0 \*|like|copy",
    # of `model`
    "shuffle": r"mini_?batches?\(|batches?\(|permutation",
    "step counter": r"^t (\+=|= .*\bt\b)|^t = ",
    "batches": r"mini_?batches?\(|permutation|batches?\(",
    "update": r"update_parameters|update\w*\(",
    "hyperparameters": r"update_parameters_with|update\w*\(",
    "gradients": r"backward|grads?\b",
    "moments": r"initialize_(adam|velocity)|zeros",
    "parameters": r"initialize_parameters|\.copy\(",
    "epoch cost": r"cost\w* = .*cost\w* / |cost\w* (\+=|= .*compute_cost)",
}
#: Known mistakes of `model` that a statement of their own makes: what it looks like, and which of
#: several it is.
OWN = (
    (r"seed-advanced", r"^seed (\+=|= .*seed)", -1),
    (r"t-reset-each-epoch|t-starts-again", r"^t = \d+$", -1),
    (r"t-one-ahead", r"^t = [1-9]", 0),
    (r"t-", r"^t (\+=|=) ", -1),
    (r"moments-reset|moments-lost|moments-not-kept", r"initialize_(adam|velocity)|zeros", -1),
    (r"parameters-reset", r"initialize_parameters|\.copy\(", -1),
    (r"cost-(not-averaged|divided)", r"cost\w* = .*(cost|loss)|/ ?m\b|/ ?len", -1),
    (r"cost-", r"compute_cost|cost\w* \+=", -1),
    (r"last-batch-alone|first-batch-alone", r"update_parameters|update\w*\(", 0),
    (r"whole-set|not-shuffled", r"batches? ?=|batches\(", -1),
)
#: A subscript with bounds, and what an order is called.
BOUNDS = re.compile(r"\[(?!::-?1\])[^\[\]]*(?:[\w)][^\[\],:]*:|:[^\[\],:]*[\w(])[^\[\]]*\]")
ORDER = re.compile(r"perm|order|idx|ind", re.I)
TAIL = ("tail-", "empty-batch", "small-set-lost")


def code_of(results: Iterable[Result], greeting: Hello) -> tuple[Code, ...]:
    """Return the text of each operation that is not plainly right, where the hello tells it."""
    wanted = dict.fromkeys(r.operation for r in results if r.status in (*FAILING, *UNDECIDED))
    places: dict[str, Place | Offer] = {
        **greeting.lines,
        **{f"{name} optimizer": offer for name, offer in greeting.optimizers.items()},
    }
    return tuple(
        Code(name, place.file, place.line or 1, place.source)
        for name in wanted
        if (place := places.get(name)) and place.source.strip()
    )


def located(diagnosis: Diagnosis, lines: Mapping[str, Place]) -> Diagnosis:
    """Return the diagnosis with file and line: of the statement, or of the function.

    Of several statements that do the same, as for weights and biases, the first that is wrong.
    """
    place = lines.get(diagnosis.operation)
    if not place:
        return diagnosis
    told = read(place.statements or of_source(place.source, place.line))
    own = told[0].function if told else ""
    told = [s for s in told if s.function == own or s.function not in OPERATIONS]
    line = _Search(diagnosis, told).line() if told else 0
    return replace(diagnosis, file=place.file, line=line or place.line)


class _Search:
    """What is known of a mistake, and the statements in which it may be."""

    def __init__(self, diagnosis: Diagnosis, statements: Sequence[Statement]) -> None:
        known = [name for names in diagnosis.explanations[:1] for name in names[:1]]
        found = diagnosis.found[0] if diagnosis.found else None
        known += list(found.names[:1]) if found else []
        self.known = known[0] if known else ""
        entry = fixtures.load_deviations().get(self.known)
        self.stage = entry.stage if entry else diagnosis.stage
        every = [n for names in diagnosis.explanations[:1] for n in names]
        self.stages = {fixtures.load_deviations()[n].stage for n in every} | {self.stage}
        if self.stage in ("powers of β", "step counter"):
            self.stages |= {"correction of v", "correction of s"}
        self.scope = found.scope if found else ""
        self.says = found.says if found else " ".join(diagnosis.evidence)
        self.formula = found.computed or found.formula if found else ""
        pipeline = PIPELINES.get(_operation(diagnosis.operation))
        stages = pipeline.stages if pipeline else LOOP
        stage = next((s for s in stages if s.name == self.stage), None)
        self.specified = stage.step.text if stage else ""
        if not self.formula and stage and self.known in stage.deviations:
            self.formula = stage.deviations[self.known].text
        self.operation = _operation(diagnosis.operation)
        self.cases = diagnosis.cases
        self.is_update = self.operation.startswith("update")
        self.statements = list(statements)
        self.named = bool(known or found)

    def line(self) -> int:
        """Return the line of the statement; 0 where none stands out."""
        if "nothing is updated" in self.says and "layer" in self.scope:
            return self.first(lambda s: s.text.startswith("for "))
        if self.operation == "model":
            return self.of_model()
        if literal := self.of_literal():
            return literal
        if self.is_update:
            return self.of_update()
        if self.operation in ("forward_propagation", "backward_propagation"):
            return self.of_chain()
        if self.operation == "random_mini_batches":
            return self.of_batches()
        if self.known == "cost.sign" and (own := self.doing(r"(= |return )-")):
            return self.best(own)
        if "backwards" in self.known:
            return self.first(lambda s: s.text.startswith("for "))
        is_seed = "seed" in self.known or "the seed" in self.says
        if is_seed and (own := self.doing(DOES["seed"])):
            return self.best(own)
        stage = "biases" if self.says.startswith("the biases") else self.stage
        return self.best(self.doing(DOES.get(stage, "$^")) or self.doing(r"^return"))

    def first(self, wanted: Callable[[Statement], object]) -> int:
        return next((s.line for s in self.statements if wanted(s)), 0)

    def doing(self, pattern: str) -> list[Statement]:
        return [s for s in self.statements if re.search(pattern, s.text)]

    def of_literal(self) -> int:
        """Return the line of a number that is written where another is specified."""
        if not self.named:
            return 0
        plain_ones = {0.0, 1.0, 2.0}
        said = {*_numbers(self.says), *_numbers(self.formula)} - _numbers(self.specified)
        wanted = {abs(n) for n in said} - plain_ones
        return self.best([s for s in self.statements if wanted & _numbers(s.text)])

    def of_update(self) -> int:
        of_updates(self.statements)
        stage = self.stage
        if stage in ("hyperparameters", "learning rate"):
            if assigned := re.match(r"(g|theta) = ", self.formula):
                names = {"g": r"g|grads?\w*|d[wWb]\w*|\w*_grad", "theta": r"p|w|theta|param\w*"}
                pattern = rf"(self\.)?({names[assigned[1]]})"
                makes = [
                    s for s in self.statements if any(re.fullmatch(pattern, t) for t in s.targets)
                ]
                limits = [s for s in self.statements if re.search("clip|norm|maximum", s.text)]
                if limits or makes:
                    return self.best(limits or makes)
                stage = "first moment" if self.operation.endswith("adam") else "velocity"
            elif own := [s for s in self.statements if "hyperparameters" in s.stages]:
                return self.best(own)
            if "exchanged" in self.says:
                return 0
            named = next((s for w, s in OF_HYPER.items() if w in self.says), "")
            stage = named or (stage if stage not in ("hyperparameters", "learning rate") else "")
            if self.operation.endswith("gd"):
                stage = "step"
        is_raw = "not-corrected" in self.known or "is not corrected" in self.says
        if is_raw and (unused := [s for s in self.statements if "uncorrected" in s.stages]):
            return self.best(unused)
        for name in (stage, *ELSE.get(stage, ())):
            if fitting := [s for s in self.statements if name in s.stages]:
                return self.best(fitting)
        return 0

    def best(self, fitting: Sequence[Statement]) -> int:
        """Return the line of the first of those that look most like what is computed."""
        scope = "the biases" if re.search(r"\.bias-", self.known) else self.scope
        kind = {
            "the weights": r"[\"'dDgvsm_]W|_w\b|\bW",
            "the biases": r"[\"'dDgvsm_]b\d?\b|_b\b|\bb\b",
        }
        for words, pattern in kind.items():
            if words in scope and any(re.search(pattern, s.text) for s in fitting):
                fitting = [s for s in fitting if re.search(pattern, s.text)]
        for part, letter in (("X", "[Xx]"), ("the labels", "[Yy]")):
            if self.scope == part and any(re.search(letter, s.text) for s in fitting):
                fitting = [s for s in fitting if re.search(rf"\b\w*{letter}\w*\b", s.text)]
        wrong = (
            {name for name, p in WORDS.items() if p.search(self.formula)} if self.formula else set()
        )
        right = {name for name, p in WORDS.items() if p.search(self.specified)} if wrong else set()
        added, dropped = wrong - right, right - wrong

        def likeness(s: Statement) -> int:
            return len(added & s.does) - len(dropped & s.does)

        if not fitting:
            return 0
        best = max(fitting, key=likeness)
        inner = self._in_helper(fitting)
        return max(inner, key=likeness).line if inner else best.line

    def _in_helper(self, fitting: Sequence[Statement]) -> list[Statement]:
        """Return the statements of a helper, where all that call it are wrong."""
        inside = {s.function for s in self.statements} - {"", self.statements[0].function}
        called = [set(re.findall(r"(\w+)\(", s.value)) & inside for s in fitting]
        if not called or not (common := set.intersection(*called)):
            return []
        helper = sorted(common)[0]
        calls = [s for s in self.statements if re.search(rf"\b{helper}\(", s.value)]
        wrong = [s for s in calls if s.stages & self.stages] if self.is_update else calls
        if len(wrong) < len(calls):
            return []
        own = [s for s in self.statements if s.function == helper]
        return [s for s in own if s.targets or s.text.startswith("return")]

    def of_chain(self) -> int:
        """Return the line of a link of the network: of what is assigned otherwise."""
        right = dict(_assigned(self.specified))
        named = re.search(
            r"(?:look at|only|^|:|that is wrong:) ?((?:d[Wb]|dz|[za])\d) = ", self.says
        )
        wanted = [n for n, value in _assigned(self.formula) if right.get(n) != value]
        wanted = wanted or ([named[1]] if named else [])
        if not self.formula and not named and self.stage != "caches":
            return 0
        if self.stage == "caches":
            own = self.first(lambda s: any("cache" in t for t in s.targets) and "," in s.value)
            return own or self.first(
                lambda s: s.text.count(",") >= 11 and not s.text.startswith("for")
            )
        fitting = [s for name in wanted for s in self._link(name)]
        return min(s.line for s in fitting) if fitting else 0

    def _link(self, name: str) -> list[Statement]:
        if name == "m" or (name == "dz3" and self.known == "backward.not-averaged"):
            error = self._assigning("dz3")
            if m := [s for s in self._assigning("m") if s.targets == ("m",)]:
                return (
                    m if name == "m" or any(re.search(r"\bm\b", s.value) for s in error) else error
                )
            return error
        if name.startswith("mask"):
            n = name[-1]
            masks = self._assigning(f"mask{n}") or self._assigning(f"dz{n}")
            compared = [s for s in masks if "compare" in s.does]
            return compared[-1:] or masks[-1:]
        return self._assigning(name)[:1]

    def _assigning(self, name: str) -> list[Statement]:
        """Return the statements that assign a link; of a loop over layers those of its kind."""
        names = [name.lower()]
        names += (
            [f"{w}{name[-1]}" for w in ("delta", "error", "err")] if name.startswith("dz") else []
        )
        kinds = [n.rstrip("0123456789") for n in names]
        for wanted in (names, kinds):
            found = [
                s
                for s in self.statements
                if s.targets
                and not (name[0] in "az" and re.fullmatch(r"[\w.\[\]]+", s.value))
                and any(
                    plain(part).endswith(n)
                    for part in re.split(r" [-+*/@]?= ", s.text)[0].split(", ")
                    for n in wanted
                )
            ]
            if found and wanted is names:
                return found
            if found:  # in a loop: the output's comes first on the way back, and last there
                if name in ("dz3", "z3") or name[0] in "zd" or len(found) == 1:
                    return found[:1] if name == "dz3" or name[:2] in ("dW", "db") else found[-1:]
                out = [s for s in found if re.search("exp|sigmoid", s.value)]
                hidden = [s for s in found if s not in out]
                return (out if name == "a3" else hidden) or found
        return []

    def of_batches(self) -> int:
        cut = [s for s in self.statements if BOUNDS.search(s.value) or "split(" in s.value]
        shuffles = [
            s
            for s in self.doing(r"permut|shuffle|argsort|choice|sample|\border\b|\bperm\b|\bidx\b")
            if not s.text.startswith(("for", "if")) and not BOUNDS.search(s.value)
        ]
        if self.stage == "seed":
            if "m is the number" in self.says:
                return self.first(lambda s: s.targets == ("m",) or "shape[0]" in s.text)
            return self.best(self.doing(DOES["seed"]) or self.doing(DOES["permutation"]))
        apart = (
            "labels" in self.known or "apart" in self.known or self.scope or "apart" in self.says
        )
        if self.stage == "permutation":
            letter = "[xX]" if self.scope == "X" else "[yY]"
            if raw := [s for s in cut if re.search(rf"\b{letter}\[", s.value)]:
                return raw[0].line  # it is cut from what is not shuffled
            draws = [s for s in self.statements if re.search(r"permutation\(|shuffle\(", s.value)]
            if "apart" in self.known and len(draws) > 1:
                return draws[-1].line
            own = [s for s in self.statements if re.match(rf"\w*{letter}\w*( |,)", s.text)]
            own = [
                s for s in own if "cut" in s.does or "order" in s.does or re.search(letter, s.value)
            ]
            if apart and own:
                return own[0].line
            orders = [s for s in shuffles if any(ORDER.search(t) for t in s.targets)]
            return self.best(orders or [s for s in shuffles if "order" in s.does] or shuffles)
        is_raw = "not shuffled" in self.says and not self.doing("%")
        if is_raw or "rows are shuffled" in self.says:
            return self.best([s for s in shuffles if re.match(r"\w*[xX]", s.text)] or shuffles)
        ends = next(
            (
                k
                for k, s in enumerate(self.statements)
                if re.match(r"if .*(%|remain|rest|left|len\()", s.text)
            ),
            None,
        )
        ways = {
            "flat|squeeze|shape|columns: \\(s": r"reshape|ravel|flatten|squeeze|\[0,|\[0\]",
            "transposed": r"\.T\b|transpose",
            "comes twice|comes again": r"append",
        }
        words = f"{self.known} {self.says}"
        for word, pattern in ways.items():
            if re.search(word, words) and (own := self.doing(pattern)):
                return own[-1].line if pattern == "append" else self.best(own)
        after = [s for s in cut if ends is not None and s.line >= self.statements[ends].line]
        before = [s for s in cut if s not in after] or cut
        is_tail = self.stage == "last batch" or "the last batch" in self.says
        if is_tail and ends is not None:
            head = r"unless|empty|dropped|lost|left out|merged"
            if re.search(head, self.known) or re.search(head, self.says) or not after:
                return self.statements[ends].line
            return self.best(after)
        heads = [s for s in self.statements if re.match(r"for .*range", s.text)]
        if is_tail and len(cut) < 3 and heads:
            return heads[0].line
        if is_tail:
            return self.best(cut[-2:] if self.scope else cut[-1:]) if cut else 0
        if "rounded" in self.says or "counted" in self.says:
            own = [s for s in self.doing(r"//|floor|ceil|round|\bint\(") if s.targets]
            return own[0].line if own else self.best(self.doing(r"range\("))
        other_range = "k in range(count)" not in self.formula and "range" in self.formula
        if other_range and self.stage == "slices" and heads and "size" in self.formula:
            return heads[0].line
        ends_of = {n for s in before for n in re.findall(r":(\w+)", s.value)}
        bounds = [s for s in self.statements if set(s.targets) & ends_of and s not in before]
        return self.best(before if self.scope or not bounds else bounds)

    def of_model(self) -> int:
        name = self.known.partition(".")[2]
        if name == "seed-from-epoch" and self.doing(r"^seed (\+=|= seed)"):
            return self.first(lambda s: bool(re.match(r"seed = \d", s.text)))
        for words, pattern, which in OWN:
            if name and re.match(words, name) and (own := self.doing(pattern)):
                return own[which].line
        if literal := self.of_literal():
            return literal
        fitting = self.doing(DOES.get(self.stage, "$^"))
        of = [s for s in fitting if any(case.rpartition("/")[2] in s.text for case in self.cases)]
        return self.best(of if len(self.cases) == 1 and of else fitting)


def _operation(name: str) -> str:
    kind, _, rest = name.partition(" ")
    return f"update_parameters_with_{kind}" if rest == "optimizer" else name


def _numbers(text: str) -> set[float]:
    found = re.findall(r"(?<![\w.])\d+\.?\d*(?:e[-+]?\d+)?|(?<![\w.])\.\d+", text)
    return {float(n) for n in found}


def _assigned(text: str) -> list[tuple[str, str]]:
    parts = (s.partition(" = ") for s in text.split("; ") if " = " in s)
    return [(name.strip(), value) for name, _, value in parts]
