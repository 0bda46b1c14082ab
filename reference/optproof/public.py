"""What ``import optproof`` offers beside the reference: a check, and a report that shows itself."""

from __future__ import annotations

import html
import io
from collections.abc import Callable
from dataclasses import fields
from typing import Any

from rich.console import Console

from .checking.check import check as check_target
from .checking.curves import TIMEOUT, with_curves
from .checking.function import check_function
from .conversation import Launch, python_target
from .errors import UsageError
from .judging.report import Report as Judged
from .pages import check_available
from .reports import terminal


class Report(Judged):
    """The report of a check; printed, or shown by a notebook, it is what the command prints."""

    def __str__(self) -> str:
        text = io.StringIO()
        terminal.show(self, Console(file=text, width=80, markup=False, emoji=False))
        return text.getvalue()

    __repr__ = __str__

    def _repr_html_(self) -> str:
        try:
            check_available()
        except UsageError:  # without Jinja2, what the command prints
            return f"<pre>{html.escape(str(self))}</pre>"
        from .reports.html import as_part

        return as_part(self)


def check(target: str | Launch | Callable[..., Any], **options: Any) -> Report:
    """Check an implementation, and return a report that shows itself.

    Parameters
    ----------
    target : str, Launch or callable
        A path to a file, a dotted module, ``"reference"``; what ``python_target`` or
        ``command_target`` returns; or one function, under the document's name or with
        ``operation=`` that name.
    **options
        As of :func:`optproof.checking.check.check`; for a function, of
        :func:`optproof.checking.function.check_function`.

    Raises
    ------
    OptproofError
        If there is no such target, or it cannot be started.

    Examples
    --------
    >>> import optproof
    >>> optproof.check("reference", only=["velocity"], training="none").exit_code
    0
    """
    if isinstance(target, (str, Launch)):
        launch = target if isinstance(target, Launch) else python_target(target)
        report = check_target(launch, **options)
        report = with_curves(
            report, launch, options.get("training"), options.get("timeout", TIMEOUT)
        )
    else:
        report = check_function(target, **options)
    return Report(**{field.name: getattr(report, field.name) for field in fields(report)})
