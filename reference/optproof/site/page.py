"""A page of the site: what it says, as plain values, and what the search finds it by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Page:
    """One page, and the JSON beside it.

    Parameters
    ----------
    path : str
        Where it stands, below the site's folder and without its ending: ``mistakes/gd.l2``. It is
        made of permanent ids, so that links to it last.
    template : str
        In ``pages/site/``, without its ending.
    title : str
    content : dict
        In the types of JSON: the template's ``page``, and what stands in the JSON.
    kind : str
        What it is, in the words of the search; empty: it is not searched for.
    says : str
        What it is found by, beside its title.
    """

    path: str
    template: str
    title: str
    content: dict[str, Any]
    kind: str = ""
    says: str = ""

    @property
    def up(self) -> str:
        """The way from the page to the site's folder."""
        return "../" * self.path.count("/")
