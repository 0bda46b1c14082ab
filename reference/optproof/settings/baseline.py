"""The ratchet: known deviations pass and are counted, new ones fail, entries gone stale fail."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date

from .. import files, fixtures
from ..errors import UsageError, nearest
from ..fixtures import load_trajectories
from ..judging.diagnosis import Diagnosis
from ..judging.report import (
    DEVIATION,
    ERROR,
    KNOWN,
    NOT_CALLED,
    NOT_RUN,
    PASS,
    STALE,
    TIMED_OUT,
    Report,
    Result,
)
from ..operations import TRAINING_COMMON, TRAINING_OWN
from .config import FILE, Config, Known, parse_toml

NOT_JUDGED = (ERROR, NOT_CALLED, TIMED_OUT, NOT_RUN)
TRAININGS = tuple(f"{how}/{o}" for how in ("training", "statistical") for o in TRAINING_OWN)


def check_ids(config: Config) -> None:
    """Raise if an entry names no case, training or deviation.

    Raises
    ------
    UsageError
    """
    if not config.known:
        return
    cases = {case.id for file in fixtures.load_cases() for case in file.cases}
    cases |= {trajectory.id for trajectory in load_trajectories()}
    catalogue = fixtures.load_deviations()
    for entry in config.known:
        if entry.id not in cases | {*TRAININGS} | catalogue.keys():
            near = nearest(entry.id, [*cases, *TRAININGS, *catalogue])
            hint = f"{near} 'optproof list' has all".strip()
            raise UsageError(f"{config.path}: nothing is called {entry.id!r}", hint)
        if entry.id in catalogue and catalogue[entry.id].operation == "model":
            what = f"{config.path}: {entry.id!r} is of a whole training"
            raise UsageError(what, f"name the training: {', '.join(TRAININGS)}")


def apply(report: Report, known: Sequence[Known], today: date) -> Report:
    """Return the report as the known deviations leave it.

    A deviation becomes *known* where an entry names its case, or entries name all of the
    deviations that explain its operation. An entry that no longer occurs becomes *stale*, unless
    the run did not cover it.
    """
    if not known:
        return report
    results = [settle(result, report.diagnoses, known, today) for result in report.results]
    results = [_training_left_out(result, results) for result in results]
    results += [s for entry in known if (s := gone(entry, report.diagnoses, results))]
    return replace(report, results=tuple(results))


def settle(
    result: Result, diagnoses: Sequence[Diagnosis], known: Sequence[Known], today: date
) -> Result:
    """Return one result as the known deviations leave it."""
    entries = {entry.id: entry for entry in known}
    if result.status == PASS and result.id in entries:
        what = f"it passes now: remove {result.id} from {FILE}"
        return replace(result, status=STALE, message=what)
    if result.status != DEVIATION:
        return result
    for ids in ((result.id,), *_explanations(diagnoses, result.operation)):
        if all(i in entries for i in ids):
            used = [entries[i] for i in ids]
            if expired := [e for e in used if e.expires and e.expires < today]:
                what = f"{expired[0].id} was known until {expired[0].expires}"
                return replace(result, hint=f"{what}: repair it, or renew its entry in {FILE}")
            return replace(result, status=KNOWN, message="; ".join(map(_words, used)))
    return result


def _explanations(diagnoses: Iterable[Diagnosis], operation: str) -> list[tuple[str, ...]]:
    return [names for d in diagnoses if d.operation == operation for names in d.explanations]


def _words(entry: Known) -> str:
    until = f", until {entry.expires}" if entry.expires else ""
    link = f", {entry.link}" if entry.link else ""
    return f"{entry.reason} ({entry.id}{link}{until})"


def _training_left_out(result: Result, results: Iterable[Result]) -> Result:
    """A training that was left out for known deviations alone is known itself."""
    if result.status != NOT_RUN or result.id not in TRAININGS:
        return result
    optimizer = result.id.partition("/")[2]
    used = (*TRAINING_COMMON, *TRAINING_OWN[optimizer], f"{optimizer} optimizer")
    others = [r for r in results if r.operation in used]
    known = [r.operation for r in others if r.status == KNOWN]
    if not known or any(r.status in (DEVIATION, *NOT_JUDGED) for r in others):
        return result
    return replace(result, status=KNOWN, message=f"not run: {known[0]} deviates, as known", hint="")


def gone(entry: Known, diagnoses: Iterable[Diagnosis], results: Iterable[Result]) -> Result | None:
    """Return the failure of an entry whose deviation no case of its operation shows any more."""
    deviation = fixtures.load_deviations().get(entry.id)
    if deviation is None:
        return None
    operation = deviation.operation
    # Of the operation, or of an optimizer that keeps its own state.
    if any(entry.id in names for d in diagnoses for names in d.explanations):
        return None
    judged = {r.id for r in results if r.status not in NOT_JUDGED}
    files = [file for file in fixtures.load_cases() if file.operation == operation]
    if not judged.issuperset(case.id for file in files for case in file.cases):
        return None
    what = f"it no longer occurs: remove {entry.id} from {FILE}"
    return Result(entry.id, operation, (deviation.clause,), STALE, what)


def update(report: Report, config: Config, reason: str, today: date) -> str:
    """Write the baseline that this run needs, and say what changed.

    Entries that still hold keep their words; stale and expired ones go; new ones get `reason`, by
    the names of the deviations where an operation is explained by them, else by case.

    Raises
    ------
    UsageError
        If the run was not a whole one: nothing is written then.
    """
    path = config.path or FILE
    live = [entry for entry in config.known if not entry.expires or entry.expires >= today]
    applied = apply(report, live, today)
    stale = {result.id for result in applied.results if result.status == STALE}
    new: dict[str, Known] = {}
    for result in applied.results:
        if result.status == DEVIATION:
            named = _explanations(report.diagnoses, result.operation)
            ids = named[0] if named else (result.id,)
            new.update({i: Known(i, reason) for i in ids})
    kept = [entry for entry in live if entry.id not in stale and entry.id not in new]
    after = apply(report, [*kept, *new.values()], today)
    if after.exit_code:
        left = [r for r in after.results if r.status in NOT_JUDGED]
        why = f": {left[0].id}: {left[0].message}" if left else ""
        raise UsageError(f"{path} was not written: the run was not a whole one{why}")
    removed = [entry.id for entry in config.known if entry not in kept]
    text = path.read_text(encoding="utf-8") if config.path else ""
    text = "".join(
        part for part in re.split(r"^(?=\[)", text, flags=re.M) if not _is(part, removed)
    )
    for entry in new.values():
        block = f"[[known]]\nid = {_quoted(entry.id)}\nreason = {_quoted(entry.reason)}\n"
        text = f"{text.rstrip()}\n\n{block}".lstrip()
    if [e["id"] for e in parse_toml(text, path).get("known", ())] != [*(e.id for e in kept), *new]:
        hint = "each entry must begin with a line [[known]]"
        raise UsageError(f"{path} was not written: its entries could not be told apart", hint)
    files.write(path, text, None)
    changes = {"added": new, "removed": [i for i in removed if i not in new], "kept": kept}
    return f"{path}: " + ", ".join(f"{len(ids)} {word}" for word, ids in changes.items())


def _is(part: str, ids: Sequence[str]) -> bool:
    """Whether a part of the file is the entry of one of these."""
    return part.startswith("[[known]]") and parse_toml(part, "entry")["known"][0]["id"] in ids


def _quoted(text: str) -> str:
    """Return a TOML string: JSON's, but for what lies beyond JSON's escapes."""
    return json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")
