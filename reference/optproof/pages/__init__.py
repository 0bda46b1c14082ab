"""Pages of HTML, each a file that stands alone: nothing is fetched, and one script may run."""

from __future__ import annotations

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..errors import UsageError

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

HERE = Path(__file__).parent


def check_available(option: str = "--html") -> None:
    """Raise before a long run what would be raised after it.

    Raises
    ------
    UsageError
        Without Jinja2.
    """
    try:
        import jinja2  # noqa: F401
    except ImportError:
        raise UsageError(f"{option} needs Jinja2", "pip install 'optproof[html]'") from None


def render(template: str, **values: Any) -> str:
    """Return a page: a template of this folder, filled in; every value is escaped.

    A template extends ``base.html``, which holds the style, the script and the rule that no other
    script may run.

    Examples
    --------
    >>> "<b>" in render("base.html", title="<b>")
    False
    """
    page: str = _environment().get_template(template).render(**values)
    return page


def part(template: str, name: str, **values: Any) -> str:
    """Return what a macro of a template makes of the values, with the style: for a notebook."""
    macro = getattr(_environment().get_template(template).module, name)
    return f'<style>{_text("style.css")}</style><div class="optproof">{macro(**values)}</div>'


@cache
def _environment() -> Environment:
    from jinja2 import Environment, FileSystemLoader, StrictUndefined
    from markupsafe import Markup

    made = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(code=_code, letter=_letter)
    script = _text("page.js")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    # Ours, and the only text that is not escaped.
    made.globals.update(style=Markup(_text("style.css")), script=Markup(script), digest=digest)
    return made


def _code(text: str) -> Markup:
    """Return a text with what stands in backticks as code."""
    from markupsafe import Markup, escape

    parts = str(text).split("`")
    marked = (f"<code>{escape(p)}</code>" if n % 2 else escape(p) for n, p in enumerate(parts))
    return Markup("".join(marked))


def _letter(number: int) -> str:
    return "abcdefghijklmnopqrstuvwxyz"[number] if number < 26 else str(number)


@cache
def _text(name: str) -> str:
    return (HERE / name).read_text(encoding="utf-8")
