"""The pages of the documentation: what they show is what the commands print.

``OPTPROOF_WRITE=1 pytest tests/project/test_documentation.py`` writes what they print anew.
"""

import os
import shutil
from pathlib import Path

import pytest
from shown import agrees, anew, carry_out, commands

pytestmark = pytest.mark.once  # nothing here depends on NumPy

CHECKOUT = Path(__file__).resolve().parents[2]
DOCS = CHECKOUT / "reference" / "docs"
#: The pages that show commands, and what these need beside Python.
NEEDS = {"tutorials/port.md": "node"}
PAGES = sorted(
    str(path.relative_to(DOCS))
    for path in DOCS.rglob("*.md")
    if "```console\n" in path.read_text("utf-8")
)


@pytest.mark.sample(6)
@pytest.mark.parametrize("name", PAGES)
def test_what_a_page_shows_is_what_its_commands_print(name, run, tmp_path):
    if name in NEEDS and shutil.which(NEEDS[name]) is None:
        pytest.skip(f"not run: there is no {NEEDS[name]}")
    text = (DOCS / name).read_text("utf-8")
    now = carry_out(text, run, tmp_path)
    if os.environ.get("OPTPROOF_WRITE"):
        (DOCS / name).write_text(now, "utf-8")
    assert now.splitlines() == text.splitlines(), "OPTPROOF_WRITE=1 writes it anew"


def test_there_is_a_tutorial_for_each_reader():
    assert {"student", "maintainer", "instructor", "port"} <= {Path(name).stem for name in PAGES}


PAGE = """
```{code-block} python
:caption: a.py

print(1)
print(2)
```

```console
$ python a.py
1
...
$ python -c 'exit(3)'
$ echo $?
3
```

```{code-block} diff
:caption: a.py

-print(2)
+print(4)
```

```console
$ python a.py
1
2
```
"""


def test_another_output_is_written_in_place_of_what_is_shown(run, tmp_path):
    assert carry_out(PAGE, run, tmp_path) == PAGE.replace("\n2\n```", "\n4\n```")


def test_dots_stand_for_any_lines_and_for_nothing_else():
    [shown] = commands("$ x \\\n  y\n...\nb\n")
    assert (shown.command, shown.printed) == ("x \\\n  y", ["...", "b"])
    assert agrees(["...", "b"], ["a", "a", "b"])
    assert agrees(["...", "b"], ["b"])
    assert not agrees(["...", "b"], ["b", "c"])
    assert not agrees(["a.c"], ["abc"])
    assert agrees(["a ... c"], ["a b c"])
    assert not agrees(["a ... c"], ["a b"])
    assert anew(["1 in ...", "b"], ["1 in 2 s", "c"]) == ["1 in ...", "c"]
    assert anew(["a", "  ..."], ["c", "  d"]) == ["c", "  d"]
    assert anew(["...", "b"], ["a", "c"]) == ["...", "c"]
    assert anew(["a", "..."], ["b", "c", "d"]) == ["b", "..."]
    assert anew(["a", "...", "z"], ["b", "c", "y"]) == ["b", "...", "y"]
