"""``--confine``: what is behind walls sees and reaches nothing of the others."""

import os
import shutil
import socket
import sys

import pytest

from optproof.errors import UsageError
from optproof.grading import confining

from .conftest import HEAVY, LINGERS, MOMENTUM, sleepers, write

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="not run: namespaces are Linux's")


def here(way):
    """Whether a way works on this machine."""
    try:
        return bool(confining.way_here(way))
    except UsageError:
        return False


WAYS = [
    pytest.param(way, marks=pytest.mark.skipif(not here(way), reason=f"not run: no {way} here"))
    for way in confining.WAYS
]

#: What it tries, and must not be able to; it raises where it could.
TRIES = {
    "opens a socket": """
import socket
try:
    socket.create_connection(("127.0.0.1", PORT), timeout=2)
    raise SystemError("it has a network")
except OSError:
    pass
""",
    "reads its neighbour": """
import os
for place in ("CLASS/right.py", "CLASS", "OUT/journal.jsonl", "SECRET"):
    try:
        found = os.listdir(place) if os.path.isdir(place) else open(place).read()
    except OSError:
        continue
    if found:
        raise SystemError("it has seen " + place)
""",
    "writes outside": """
import os
for place in ("CLASS", "OUT", "/etc", "/usr/lib", "/dev", os.path.expanduser("~")):
    try:
        open(place + "/was-here", "w").close()
    except OSError:
        continue
""",
    "sees its judge": """
import os
those = [name for name in os.listdir("/proc") if name.isdecimal()]
if len(those) > 4:
    raise SystemError(f"it sees {len(those)} processes")
for other in map(int, those):
    if other > 1 and other != os.getpid():
        try:
            os.kill(other, 9)
        except OSError:
            pass
""",
    "leaves a process": LINGERS,
    "writes in its folder": "open('own', 'w').write('x')\nassert open('own').read() == 'x'\n",
    "has temporary files": "import tempfile\ntempfile.TemporaryFile().close()\n",
    "runs a child": "import os\nif os.system('exit 7') != 7 * 256: raise SystemError('no child')\n",
}


@pytest.mark.parametrize("way", WAYS)
def test_nothing_is_reached_outside(way, grade, tmp_path):
    secret = write(tmp_path, {"secret.txt": "the grades"}) / "secret.txt"
    with socket.create_server(("127.0.0.1", 0)) as server:
        words = {
            "PORT": str(server.getsockname()[1]),
            "CLASS": str(tmp_path / "class"),
            "OUT": str(tmp_path / "out"),
            "SECRET": str(secret),
        }
        files = {f"{who}.py": MOMENTUM + text for who, text in TRIES.items()}
        for name in files:
            for word, meant in words.items():
                files[name] = files[name].replace(word, meant)
        files |= {"right.py": MOMENTUM, "wrong.py": HEAVY}
        graded = grade(files, "--only", "momentum/deep", "--confine", way, "--jobs", 2)
        server.setblocking(False)
        with pytest.raises(BlockingIOError):  # nobody has called
            server.accept()
    whys = {student: row["why"] for student, row in graded.rows.items() if row["why"]}
    assert whys == {}
    verdicts = {student: row["verdict"] for student, row in graded.rows.items()}
    assert verdicts.pop("wrong") == "deviates"
    assert set(verdicts.values()) == {"conforms"}
    assert list(sleepers()) == []
    for folder in ("/etc", "/usr/lib", "/dev", os.path.expanduser("~"), tmp_path / "class"):
        assert not os.path.exists(os.path.join(folder, "was-here"))
    assert graded.content["confined"] == way


@pytest.mark.skipif(not here("auto"), reason="not run: neither bwrap nor unshare here")
def test_confined_and_not_the_verdict_is_the_same(grade):
    files = {"a.py": MOMENTUM, "b.py": HEAVY, "c.py": "def"}
    free = grade(files, "--only", "momentum/deep", output="free").rows
    confined = grade(files, "--only", "momentum/deep", "--confine").rows
    for rows in (free, confined):
        for row in rows.values():
            del row["seconds"]
    assert confined == free


@pytest.mark.parametrize("given", ["auto", "bwrap"])
def test_where_there_is_no_way_it_says_so_and_stops(given, grade, tmp_path, monkeypatch):
    real = shutil.which
    gone = {"auto": ("bwrap", "unshare"), "bwrap": ("bwrap",)}[given]
    monkeypatch.setattr(shutil, "which", lambda name: None if name in gone else real(name))
    graded = grade({"ada.py": MOMENTUM}, "--confine", given)
    assert graded.code == 2
    assert "--confine cannot be had here: bwrap is not installed" in graded.err
    assert not graded.folder.exists()


def test_a_way_that_fails_is_not_taken(monkeypatch, tmp_path):
    broken = write(tmp_path, {"bin/bwrap": "#!/bin/sh\necho no namespaces here >&2\nexit 1\n"})
    (broken / "bin/bwrap").chmod(0o755)
    monkeypatch.setenv("PATH", f"{broken / 'bin'}:/bin:/usr/bin")
    with pytest.raises(UsageError, match="bwrap: no namespaces here"):
        confining.way_here("bwrap")
