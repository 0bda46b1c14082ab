"""Walls around a submission, on Linux and without privileges: bubblewrap, or ``unshare``.

No network, processes of its own, and a view of the files that cannot be written to but for one
folder; what the others handed in, the grades and the homes are not in it.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path

from ..errors import UsageError
from ..versions import root as fixtures_root

WAYS = ("bwrap", "unshare")
#: Folders that are not shown, beside those that are protected.
HIDDEN = ("/tmp", "/var/tmp", "/home", "/root", "/run", "/mnt", "/media", "/srv")


def way_here(wanted: str = "auto") -> str:
    """Return ``bwrap`` or ``unshare``: the first that works here.

    Raises
    ------
    UsageError
        If none does: nothing is graded unconfined that was to be confined.
    """
    tried = []
    for way in WAYS if wanted == "auto" else (wanted,):
        if shutil.which(way) is None:
            tried.append(f"{way} is not installed")
            continue
        if way == "unshare" and not (shutil.which("setpriv") and shutil.which("mount")):
            tried.append("unshare needs setpriv and mount beside it")
            continue
        with tempfile.TemporaryDirectory() as folder:
            words = [*command(way, Path(folder), ()), "true"]
            done = subprocess.run(words, capture_output=True, text=True, check=False)
        if done.returncode == 0:
            return way
        tried.append(f"{way}: {(done.stderr.strip().splitlines() or ['it fails'])[-1]}")
    hint = "on Debian: apt install bubblewrap; a container must allow user namespaces"
    raise UsageError(f"--confine cannot be had here: {'; '.join(tried)}", hint)


def command(way: str, folder: Path, protected: Sequence[str]) -> list[str]:
    """Return what stands before a command to confine it.

    Parameters
    ----------
    way : str
    folder : Path
        The one that it may write to, and where it starts.
    protected : sequence of str
        Folders that it must not see.
    """
    hidden, shown = _views([*HIDDEN, *protected], folder)
    return _bwrap(folder, hidden, shown) if way == "bwrap" else _unshare(folder, hidden, shown)


def _views(folders: Iterable[str], folder: Path) -> tuple[list[str], list[str]]:
    """Return what is hidden, and what of it must be seen nevertheless: Python, and optproof."""
    hidden = sorted({os.path.realpath(f) for f in folders if os.path.isdir(f)})
    hidden = [h for h in hidden if not any(_below(h, other) for other in hidden if other != h)]
    paths = [sys.prefix, sys.base_prefix, *sysconfig.get_paths().values()]
    paths += [
        str(Path(__file__).resolve().parents[2]),
        str(fixtures_root()),
        *filter(None, sys.path),
    ]
    needed = {os.path.realpath(p) for p in paths if os.path.isdir(p)}
    own = os.path.realpath(folder)
    shown = {
        p
        for p in needed
        if any(_below(p, h) for h in hidden) and p not in hidden and not _below(own, p)
    }
    shown = {p for p in shown if not any(_below(p, other) for other in shown if other != p)}
    return hidden, sorted(shown)


def _below(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)


def _bwrap(folder: Path, hidden: list[str], shown: list[str]) -> list[str]:
    words = ["bwrap", "--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL"]
    words += ["--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"]
    for path in hidden:
        words += ["--tmpfs", path]
    for path in shown:
        words += ["--ro-bind", path, path]
    words += ["--bind", str(folder), str(folder)]
    return [*words, "--chdir", str(folder), "--"]


#: Arguments: the folder, the number of hidden folders, these, what is shown of them, --, a command.
#: What is to be seen is first bound aside: once a folder is hidden, nothing in it can be found.
_SCRIPT = r"""
set -eu
own=$1 hidden=$2 aside=/dev/shm
shift 2
mount --make-rprivate /
mount -t tmpfs -o mode=755 none $aside
mkdir $aside/own
mount --rbind "$own" $aside/own
i=0
for word in "$@"; do
    [ "$word" = -- ] && break
    i=$((i + 1))
    [ $i -le $hidden ] || { mkdir $aside/$i; mount --rbind "$word" $aside/$i; }
done
while read -r _ point _ options _; do
    case $point in $aside*) continue ;; esac
    keep=
    for flag in nosuid nodev noexec noatime nodiratime relatime; do
        case ,$options, in *,$flag,*) keep=$keep,$flag ;; esac
    done
    point=$(printf %b "$point")
    [ ! -e "$point" ] || mount -o "remount,bind,ro$keep" "$point"
done </proc/self/mounts
i=0
while [ "$1" != -- ]; do
    i=$((i + 1))
    if [ $i -le $hidden ]; then
        mount -t tmpfs -o mode=777 none "$1"
    else
        mkdir -p "$1"
        mount --rbind $aside/$i "$1"
    fi
    shift
done
shift
mkdir -p "$own"
mount --rbind $aside/own "$own"
umount -l $aside
mount -t tmpfs -o mode=777 none $aside
cd "$own"
exec setpriv --no-new-privs --inh-caps=-all --bounding-set=-all -- "$@"
"""


def _unshare(folder: Path, hidden: list[str], shown: list[str]) -> list[str]:
    words = ["unshare", "--user", "--map-root-user", "--net", "--pid", "--ipc", "--uts", "--mount"]
    words += ["--fork", "--kill-child", "--mount-proc", "--", "sh", "-c", _SCRIPT, "sh"]
    return [*words, str(folder), str(len(hidden)), *hidden, *shown, "--"]
