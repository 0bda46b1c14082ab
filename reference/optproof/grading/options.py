"""How a course is graded: the options of a check, the same for all, and what confines them."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any

from .. import __version__
from ..settings.config import Known
from ..versions import manifest_digest
from .content import Content
from .rubric import Rubric


@dataclass(frozen=True)
class Options:
    """What holds for every submission.

    Parameters
    ----------
    rubric : Rubric
    check : dict
        ``only``, ``training``, ``timeout``, ``variants``, ``fresh``, ``seed``: as of a check.
    pinned : dict
        ``dtype`` and ``variants`` that hold whatever a submission declares; empty: what it does.
    target : dict
        ``memory``, ``run_cells``, ``kind``, ``settings``: as of ``python_target``.
    mapping : tuple of str
        The name and the text of a mapping file, or nothing.
    declared : bool
        Whether a submission's own optproof.toml counts.
    known : tuple of Known
        Deviations that cost nothing.
    limit : float
        Seconds for all of one submission.
    confine : str
        ``bwrap``, ``unshare``, or "": a process group with limits.
    protected : tuple of str
        Folders that a submission must not write to, and confined not see.
    helpers : dict of str
        The hashes of the course's own files, by name.
    """

    rubric: Rubric = field(default_factory=Rubric)
    check: Mapping[str, Any] = field(default_factory=dict)
    pinned: Mapping[str, Any] = field(default_factory=dict)
    target: Mapping[str, Any] = field(default_factory=dict)
    mapping: tuple[str, ...] = ()
    declared: bool = False
    known: tuple[Known, ...] = ()
    limit: float = 900.0
    confine: str = ""
    protected: tuple[str, ...] = ()
    preload: tuple[str, ...] = ()
    helpers: Mapping[str, str] = field(default_factory=dict)

    def key(self, content: Content) -> str:
        """Return what a row rests on, in a hash: the same key, the same row."""
        said = asdict(self)
        for name in ("protected", "preload"):  # they change no verdict
            del said[name]
        rests = {
            "student": content.student,
            "options": said,
            "optproof": version(),
            "sha256": content.sha256,
        }
        rests |= {"target": content.target, "problem": content.problem}
        text = json.dumps(rests, sort_keys=True, default=str)
        return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()


def version() -> str:
    """Return the version of optproof and its fixtures: what must be the same on every worker."""
    return f"{__version__}/{manifest_digest()}"
