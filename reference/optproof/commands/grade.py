"""``optproof grade``: a whole course at once."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import secrets
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .check import DTYPES
from .numbers import gibibytes, seconds, whole
from .target import settings_of

if TYPE_CHECKING:
    from rich.console import Console

    from ..grading.course import Course
    from ..grading.options import Options

SHORT = "grade a whole course: a table, and feedback for each student"
HELP = """\
Grade what a course handed in: a row for every student in grades.csv and
grades.json, one screen of feedback each, and a page for the class.

PATH is a folder or a zip that holds the class (of nbgrader, Moodle, Canvas,
GitHub Classroom, or with a file, a folder or a zip for each student), or each
student's own: optproof grade students/*. Python files, notebooks and Markdown
are read. Each submission runs in a fresh process, in a copy.

exit code: 0 all were graded, whatever their verdicts; 2 usage; 70 a bug of
optproof's own; 130 interrupted: --resume goes on

examples:
  optproof grade submissions/ --output grades
  optproof grade submitted/ --assignment adam --output grades --html
  optproof grade moodle.zip --output grades --resume
  optproof grade submissions/ --output grades --confine --jobs 8
  optproof grade submissions/ --output grades --scheduler tcp://10.0.0.1:8786
  optproof grade /autograder/submission --gradescope results.json
"""


def options(parser: argparse.ArgumentParser) -> None:
    """Add what the command takes."""
    parser.usage = "optproof grade PATH... --output DIR [options]"
    _add_inputs(parser)
    _add_outputs(parser.add_argument_group("what is written"))
    _add_check(parser.add_argument_group("how each is checked: the same for all"))
    _add_how(parser.add_argument_group("how it is run"))


def _add_inputs(parser: argparse.ArgumentParser) -> None:
    add = parser.add_argument
    add("paths", nargs="*", metavar="PATH", help="folder, zip, file, or a pattern in quotes")
    add("--from", dest="list", type=Path, metavar="FILE", help="read paths from FILE, one per line")
    add("--assignment", default="", metavar="NAME", help="nbgrader: which, if there are several")
    add("--file", default="", metavar="PATTERN", help="which file of each submission is judged")
    add(
        "--helpers",
        action="append",
        default=[],
        type=Path,
        metavar="PATH",
        help="a file or folder of the course's own, put beside each submission; repeatable",
    )


def _add_outputs(group: Any) -> None:
    add = group.add_argument
    add("--output", "-o", type=Path, metavar="DIR", help="a folder for everything")
    add("--html", action="store_true", help="feedback as HTML, too")
    add("--rubric", type=Path, metavar="FILE", help="points and credit, as TOML")
    add(
        "--gradescope",
        type=Path,
        metavar="FILE",
        help="PATH is one submission: write its results.json",
    )
    add("--quiet", "-q", action="store_true", help="print one line")


def _add_check(group: Any) -> None:
    add = group.add_argument
    add("--only", action="append", default=[], metavar="NAME", help="as of check; repeatable")
    add("--training", choices=("none", "short", "full"), help="as of check")
    add("--timeout", type=seconds, default=10.0, metavar="SECONDS", help="for one answer (10)")
    add("--memory", type=gibibytes, default=4.0, metavar="GIB", help="of each (4; 0: no limit)")
    add("--dtype", choices=DTYPES, default="float64", help="what they are judged in (float64)")
    add(
        "--variant",
        dest="variants",
        action="append",
        default=[],
        metavar="ID",
        help="judge against a known variant; repeatable",
    )
    add(
        "--declared",
        action="store_true",
        help="let a submission's __optproof__ and optproof.toml say dtype, variants and known "
        "deviations; else they are ignored",
    )
    add("--config", type=Path, metavar="FILE", help="an optproof.toml of yours: known deviations")
    add("--mapping", type=Path, metavar="FILE", help="as of check")
    add("--run-cells", action="store_true", help="run whole notebooks, not definitions alone")
    add("--as", dest="kind", choices=("gd", "momentum", "adam"), help="as of check")
    add("--with", dest="settings", action="append", default=[], metavar="NAME=VALUE")
    add("--fresh", type=int, default=1, metavar="N", help="fresh cases of each operation (1)")
    add("--seed", type=int, metavar="S", help="of the fresh cases (default: any; printed)")


def _add_how(group: Any) -> None:
    add = group.add_argument
    add("--resume", action="store_true", help="skip what DIR has graded in the same way")
    add("--jobs", type=whole, metavar="N", help="at a time (default: one per processor)")
    add(
        "--limit",
        type=seconds,
        default=900.0,
        metavar="SECONDS",
        help="for all of one submission (900)",
    )
    add(
        "--confine",
        nargs="?",
        const="auto",
        default="",
        choices=("auto", "bwrap", "unshare"),
        help="no network, no other files, by bubblewrap or unshare; stops where neither works",
    )
    add(
        "--scheduler",
        metavar="ADDRESS",
        help="send them to the workers of a Dask scheduler (needs optproof[cluster])",
    )


def run(arguments: argparse.Namespace, console: Console) -> int:
    """Grade, and write the outputs; return the exit code."""
    from dataclasses import replace

    from ..errors import UsageError
    from ..grading.course import Course, preloaded
    from ..grading.journal import Journal
    from ..grading.submissions import find_submissions, read_list

    a = arguments
    paths = [*a.paths, *(read_list(a.list) if a.list else ())]
    if not paths:
        raise UsageError("nothing is named that could be graded", "optproof grade submissions/")
    if not (a.output or a.gradescope):
        raise UsageError("--output is missing", "--output DIR says where the grades go")
    _check_places(a, paths)
    with tempfile.TemporaryDirectory(prefix="optproof-", ignore_cleanup_errors=True) as scratch:
        unpacked = Path(scratch, "class")
        found = find_submissions(paths, unpacked, a.assignment, one=bool(a.gradescope))
        helpers = _helpers(a.helpers)
        folder = a.output or Path(scratch, "output")
        protected = (folder, *map(Path, a.paths), unpacked, *a.helpers)
        protected += (a.gradescope.parent,) if a.gradescope else ()
        options = _options(a, helpers, protected, preloaded(found))
        with contextlib.closing(Journal(folder, a.resume)) as journal:
            seed = _seed(a, journal.seed)
            journal.begin(seed)
            options = replace(options, check={**options.check, "seed": seed})
            course = Course(found, options, journal, a.file, helpers)
            return _graded(a, course, console)


def _graded(a: argparse.Namespace, course: Course, console: Console) -> int:
    """Run it, write the outputs whatever happens, and say what came of it."""
    from ..grading import telling
    from ..grading.row import FAILED

    total = len(course.submissions)
    judges = _judges(a, course.options, total)
    if a.fresh and not a.quiet:
        seed = course.options.check["seed"]
        console.print(f"fresh cases: --seed {seed} asks the same again", highlight=False)
    try:
        with telling.Progress(total, shown=not (a.quiet or a.gradescope)) as progress:
            course.run(judges, progress.update, not a.scheduler)
    finally:
        _write(a, course, console)
    lines = list(telling.summary(course.rows()))
    for line in lines[:1] if a.quiet else lines:
        console.print(line, soft_wrap=True, highlight=False)
    if a.output and not a.quiet:
        console.print(f"{progress.new} graded now, {progress.rate() or 'none'}", highlight=False)
        page = "class.html, " if _has_pages() else ""
        said = f"wrote {a.output}: grades.csv, grades.json, {page}feedback/"
        console.print(said, soft_wrap=True, highlight=False)
        if not page:
            console.print("class.html needs Jinja2: pip install 'optproof[html]'")
    return 70 if any(row.verdict == FAILED for row in course.rows()) else 0


def _judges(a: argparse.Namespace, options: Options, total: int) -> Any:
    from ..grading.cluster import Cluster
    from ..grading.pool import Pool

    if a.scheduler:
        return Cluster(options, a.scheduler)
    return Pool(options, min(total, a.jobs or _processors()))


def _processors() -> int:
    try:
        return len(os.sched_getaffinity(0))
    except AttributeError:
        return os.cpu_count() or 1


def _seed(a: argparse.Namespace, earlier: int | None) -> int:
    """Return the seed: the one that is given, else that of the run that is resumed, else any."""
    if a.seed is not None:
        return int(a.seed)
    return earlier if earlier is not None else secrets.randbelow(2**32)


def _helpers(paths: list[Path]) -> dict[str, bytes]:
    from ..errors import UsageError
    from ..grading.content import read
    from ..grading.submissions import Submission

    helpers: dict[str, bytes] = {}
    for path in paths:
        if not path.exists():
            raise UsageError(f"--helpers {path} is not there")
        name = "" if path.is_dir() else path.name
        helpers.update(read(Submission("helpers", ((name, path),))).files)
    return helpers


def _options(
    a: argparse.Namespace,
    helpers: dict[str, bytes],
    protected: tuple[Path, ...],
    preload: tuple[str, ...],
) -> Options:
    import hashlib

    from ..checking.cases import Put
    from ..checking.plan import plan
    from ..files import read_text
    from ..grading import confining
    from ..grading.options import Options
    from ..grading.rubric import Rubric, read_rubric
    from ..settings import baseline
    from ..settings.config import Config, load
    from ..settings.variants import declared_variants

    config = load(a.config) if a.config else Config()
    baseline.check_ids(config)
    variants = (*a.variants, *config.check.get("variants", ()))
    declared_variants(variants)  # a slip is told before anything is graded
    rubric = read_rubric(a.rubric) if a.rubric else Rubric()
    jobs = plan(a.only, a.training)
    if a.only and not a.rubric:
        rubric = rubric.restricted({job.operation for job in jobs if isinstance(job, Put)})
    folders = {str(p.resolve()) for p in protected if not p.is_file()}
    return Options(
        rubric=rubric,
        check={
            "only": tuple(a.only),
            "training": a.training,
            "timeout": a.timeout,
            "variants": variants,
            "fresh": a.fresh,
        },
        pinned={} if a.declared else {"dtype": a.dtype, "variants": []},
        target={
            "memory": a.memory,
            "run_cells": a.run_cells,
            "kind": a.kind,
            "settings": settings_of(a.settings),
        },
        mapping=(a.mapping.name, read_text(a.mapping)) if a.mapping else (),
        declared=a.declared,
        known=config.known,
        limit=a.limit,
        confine=confining.way_here(a.confine) if a.confine else "",
        protected=tuple(sorted(folders)),
        preload=preload,
        helpers={name: hashlib.sha256(content).hexdigest() for name, content in helpers.items()},
    )


def _check_places(a: argparse.Namespace, paths: list[str]) -> None:
    """Refuse outputs among the submissions, and a results.json that is somebody else's."""
    from ..errors import UsageError
    from ..files import check_writable
    from ..pages import check_available

    for path in paths if a.output else ():
        place, output = Path(path).resolve(), a.output.resolve()
        if place.is_dir() and (output == place or place in output.parents):
            raise UsageError(
                f"--output {a.output} is among the submissions", "give a folder outside them"
            )
    if a.html:
        check_available()
    if a.gradescope:
        check_writable(a.gradescope, "gradescope")


def _write(a: argparse.Namespace, course: Course, console: Console) -> None:
    from .. import files
    from ..grading import class_page, feedback, gradescope, outputs

    rows = course.rows
    if a.gradescope:
        results = gradescope.as_gradescope(next(rows()))
        files.write(a.gradescope, json.dumps(results, indent=1) + "\n", "gradescope")
    if not a.output:
        return
    seed = course.options.check["seed"]
    head = {"seed": seed, "confined": course.options.confine}
    outputs.write(a.output / "grades.csv", outputs.as_csv(rows()))
    outputs.write(a.output / "grades.json", outputs.json_lines(rows(), head))
    names = outputs.file_names([s.student for s in course.submissions])
    ending = "html" if a.html else "md"
    places = {student: f"{outputs.FEEDBACK}/{name}.{ending}" for student, name in names.items()}
    for row in rows():
        place = a.output / places[row.student]
        outputs.write(place.with_suffix(".md"), [feedback.as_markdown(row)])
        if a.html:
            outputs.write(place, [class_page.feedback_page(row)])
    if _has_pages():
        outputs.write(a.output / "class.html", [class_page.as_html(rows, places, seed)])


def _has_pages() -> bool:
    from importlib.util import find_spec

    return find_spec("jinja2") is not None
