"""How many first-order mutants of conforming implementations are caught, named and placed.

    python tests/benchmarks/naming.py [--sample N] [--seed S] [--all] [FILE ...]

Every mutant answers the cases of the operation that it changes, in this process, and what deviates
is diagnosed as `optproof check` diagnoses it; a mutant of `model` trains. Printed: what
is missed (no case sees it), refused (it raises in every case), named fully, named in part, placed
rightly or wrongly, and not placed; with --all a line for each that is not named fully.
"""

import argparse
import contextlib
import copy
import io
import json
import random
import re
import signal
import sys
import tempfile
import time
import types
import warnings
from collections import Counter
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent))
from mutants import mutants

from optproof import fixtures, methods
from optproof.checking.check import check
from optproof.checking.loops import explain_costs, explain_training
from optproof.checking.outcomes import judge_training, outcome_of
from optproof.checking.trainings import FLOAT64, PRINTED, Training
from optproof.conversation import python_target
from optproof.judging.diagnosis import diagnose
from optproof.judging.judge import compare, flatten
from optproof.operations import OPERATIONS, next_arguments
from optproof.protocol import encode

IMPLEMENTATIONS = Path(__file__).parents[1] / "implementations"
FILES = [IMPLEMENTATIONS / name for name in ("plain.py", "separate.py")]
#: What a helper is a part of.
HELPERS = {"sigmoid": "forward_propagation", "relu": "forward_propagation"}
CASES = {
    name: [
        case
        for file in fixtures.load_cases()
        for case in file.cases
        if case.operation == name and not {"recipe", "permutation"} & case.inputs.keys()
    ]
    for name in OPERATIONS
}
#: Stages that a mistake in the statement that assigns this may show as.
STAGES = {
    "v": {"first moment", "velocity", "returned v", "value"},
    "s": {"second moment", "returned s", "value"},
    "v_corrected": {"correction of v", "powers of β"},
    "s_corrected": {"correction of s", "powers of β"},
    "step_W": {"quotient"},
    "step_b": {"quotient"},
    "parameters": {"step", "quotient", "scale", "draws", "biases"},
    "scale": {"scale"},
    "permutation": {"permutation", "seed"},
    "shuffled_X": {"permutation", "batches"},
    "shuffled_Y": {"permutation", "batches"},
    "dz3": {"output error"},
    "logprobs": {"loss", "probabilities"},
    "positive": {"loss", "probabilities"},
    "negative": {"loss", "probabilities"},
    "return np.sum": {"loss", "sum"},
    "return": {"returned v", "returned s", "sigmoid", "caches"},
    "L": {"step", "value", "draws", "biases"},
    "for l in range": {"step", "value", "draws", "biases"},
    "for k in range": {"slices"},
    "m": {"slices"},
    "num_complete_minibatches": {"slices"},
    "mini_batch_X": {"slices", "batches"},
    "mini_batch_Y": {"slices", "batches"},
    "mini_batches.append": {"batches"},
    "for name in": {"step"},
}


#: So long trainings of `model` are.
EPOCHS = 200
#: Mutants that no case can tell from the original, and why.
EQUIVALENT = {
    r"'d[za]\d': ": "dz and da are not judged: the document's helper returns them for itself",
    r"a\d != 0": "what ReLU gives is never negative",
    r"m = Y\.shape\[1\]": "X and Y have as many columns",
    r"np\.multiply\(da\d, a\d > 0\)": "a truth value multiplies as 0 or 1",
    r"print_cost and i % 1000 < 0": "who prints nothing is judged by its parameters",
    r"m % mini_batch_size > 0": "what is left over is never negative",
    r"optimizer (>=|<=) 'adam'|optimizer >= 'momentum'": "no other name is left there",
    r"reshape\(\(Y\.shape\[0\], m\)\)|reshape\(\(1, m\)\)": "labels of one row (CONV-3)",
}


class TooLong(Exception):
    """A mutant that does not end."""


def _stop(*_):
    raise TooLong


def answers(module, name):
    """Return what a module answers to the cases of an operation, and how many raise."""
    found, raised = [], 0
    operation = OPERATIONS[name]
    for case in CASES[name]:
        arguments = case.arguments()
        signal.setitimer(signal.ITIMER_PROF, 2)
        try:
            for call in range(1, case.calls + 1):
                given = list(copy.deepcopy(arguments).values())
                value = getattr(module, name)(*given)
                several = value if len(operation.results) > 1 else (value,)
                named = dict(zip(operation.results, several))
                if call < case.calls:
                    arguments = next_arguments(arguments, named, case.change(call))
            found.append((case, flatten(name, encode(named))))
        except Exception:
            raised += 1
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
    return found, raised


def judge(mutant):
    """Return (verdict, diagnosis, seconds) of a mutant."""
    name = HELPERS.get(mutant.function, mutant.function)
    module = types.ModuleType("mutant")
    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")
        try:
            exec(compile(mutant.source, "mutant", "exec"), vars(module))
        except Exception:
            return "refused", None, 0.0
        if name == "model":
            return judge_model(mutant, module)
        found, raised = answers(module, name)
        if not found:
            return "refused", None, 0.0
        if not any(compare(case.expected, answer, "float64") for case, answer in found):
            return survivor(mutant, name, raised), None, 0.0
        begun = time.process_time()
        diagnosis = diagnose(name, found, "float64")
        return verdict(mutant, diagnosis), diagnosis, time.process_time() - begun


def judge_model(mutant, module):
    """Return (verdict, diagnosis, seconds) of a mutant of `model`: by its trainings."""
    X, Y, *_ = fixtures.documented_start()
    dims = fixtures.load("training/documented.json")["layers_dims"]
    found, refused, spent = [], 0, 0.0
    for optimizer in methods.OPTIMIZERS:
        training = Training(optimizer, EPOCHS)
        out = io.StringIO()

        def ask(epochs, optimizer=optimizer, out=out):
            signal.setitimer(signal.ITIMER_PROF, 10)
            try:
                with contextlib.redirect_stdout(out):
                    given = module.model(
                        X.copy(), Y.copy(), list(dims), optimizer, num_epochs=epochs
                    )
                return flatten("model", encode({"parameters": given}))
            finally:
                signal.setitimer(signal.ITIMER_PROF, 0)

        try:
            parameters = ask(EPOCHS)
            printed = {int(n): cost for n, cost in PRINTED.findall(out.getvalue())}
            wanted = outcome_of(optimizer, EPOCHS, {})
            wrong = judge_training(wanted, FLOAT64, parameters, printed, "float64")
            if not wrong:
                continue
            begun = time.process_time()
            if all(f.tensor == "printed cost" for f in wrong):
                found.append(explain_costs(training, printed, FLOAT64[0]))
            else:
                found.append(explain_training(training, "float64", FLOAT64[1], ask, parameters))
            spent = max(spent, time.process_time() - begun)
        except Exception:
            refused += 1
    if not found:
        return ("refused" if refused else survivor(mutant, "model", 0)), None, spent
    if all(d and (d.explanations or d.found) for d in found):
        return "named", found[0], spent
    return traced(mutant), None, spent


def traced(mutant):
    """Say whether the real check tells where a training parts from the reference."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mutant.py"
        path.write_text(mutant.source, encoding="utf-8")
        report = check(python_target(str(path)), only=("training/*",), training="short")
    said = [f.message for r in report.results for f in r.findings if f.tensor == "first divergence"]
    told = [s for s in said if "batch" in s]
    return "placed rightly" if told and len(told) == len(said) else "not decided"


def survivor(mutant, name, raised):
    """Say why no answer deviates; what cannot be said is put to the real check."""
    if raised:
        return "raises in some"
    if why := next((why for p, why in EQUIVALENT.items() if re.search(p, mutant.change)), ""):
        return f"equivalent: {why}"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "mutant.py"
        path.write_text(mutant.source, encoding="utf-8")
        short = "short" if name == "model" else "none"
        code = check(python_target(str(path)), only=(name,), training=short).exit_code
    return "missed" if code == 0 else "caught by the check alone"


def verdict(mutant, diagnosis):
    """Say how well a diagnosis tells what the mutant is."""
    if diagnosis.explanations or diagnosis.found:
        return "named"
    if not diagnosis.stage:
        return "not decided" if diagnosis.evidence else "nothing said"
    target = mutant.statement.partition("=")[0].partition("[")[0].strip(" -+*")
    target = target.partition("(")[0].strip()
    right = STAGES.get(target)
    if right is None:
        return f"placed at {diagnosis.stage}"
    return "placed rightly" if diagnosis.stage in right else "placed wrongly"


def drawn(files=FILES, sample=0, seed=2026, only=""):
    """Return (file, mutant) for all mutants of these files, or for a sample of them."""
    every = [
        (path.name, mutant)
        for path in files
        for mutant in mutants(path.read_text(encoding="utf-8"))
        if HELPERS.get(mutant.function, mutant.function) in {*OPERATIONS, "model"}
        and only in mutant.function
    ]
    return random.Random(seed).sample(every, min(sample, len(every))) if sample else every


def main():
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, default=FILES)
    parser.add_argument("--sample", type=int, default=0)
    parser.add_argument("--seed", type=int, default=2026)
    parser.add_argument("--only", default="")
    parser.add_argument("--all", action="store_true")
    options = parser.parse_args()
    every = drawn(options.files, options.sample, options.seed, options.only)
    signal.signal(signal.SIGPROF, _stop)
    counts, times = Counter(), []
    for file, mutant in every:
        said, diagnosis, seconds = judge(mutant)
        counts[said] += 1
        times.append(seconds)
        if options.all and said not in ("named", "refused"):
            print(f"{said:16} {file}:{mutant.line} {mutant.function}: {mutant.change}")
            if diagnosis:
                print(f"{'':16} | {mutant.statement} | {seconds:.1f} s; {diagnosis.evidence}")
    print(json.dumps({"mutants": len(every), **counts}, indent=1))
    times.sort()
    print(f"diagnosis: median {times[len(times) // 2]:.2f} s, longest {times[-1]:.2f} s of CPU")


if __name__ == "__main__":
    main()
