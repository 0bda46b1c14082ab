"""What a submission may not do: fill the disk, run for ever, write where it must not.

Where the kernel has Landlock it writes in its own folder alone, and ends no process but its own.
Elsewhere Python refuses what would change the protected folders, which keeps mistakes out and not
malice: that is for ``--confine``.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Sequence

from . import landlock

#: Of one file; a core is not written.
MOST_FILE = 2**28
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
#: Events of Python that change what is at their first paths, and how many these are.
_CHANGES = {
    **dict.fromkeys(("os.remove", "os.rmdir", "os.mkdir", "os.truncate", "os.chmod"), 1),
    **dict.fromkeys(("os.chown", "os.utime", "os.setxattr", "shutil.rmtree", "shutil.chown"), 1),
    **dict.fromkeys(("os.rename", "os.link", "os.symlink", "shutil.move", "shutil.copyfile"), 2),
}


def guard(
    protected: Sequence[str] = (),
    seconds: int = 0,
    writable: Sequence[str] = (),
    temporary: str = "",
) -> None:
    """Limit this process.

    Parameters
    ----------
    protected : sequence of str
        Folders below which it may change nothing.
    seconds : int
        Of CPU time; 0 for no limit.
    writable : sequence of str
        Folders that it may write to, and to no other, where the kernel can see to that.
    temporary : str
        Where its temporary files go.
    """
    with contextlib.suppress(ImportError, ValueError, OSError):
        import resource

        _limit(resource.RLIMIT_CORE, 0)
        _limit(resource.RLIMIT_FSIZE, MOST_FILE)
        if seconds:
            _limit(resource.RLIMIT_CPU, seconds)
    if temporary:
        os.environ["TMPDIR"] = temporary
    if writable:
        landlock.restrict(writable)
    folders = tuple(os.path.realpath(folder) for folder in protected)
    if folders:
        sys.addaudithook(_refusal(folders))


def _limit(what: int, most: int) -> None:
    import resource

    _, hard = resource.getrlimit(what)
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    resource.setrlimit(what, (most, most))


def _refusal(folders: tuple[str, ...]):  # type: ignore[no-untyped-def]
    inside = tuple(folder.rstrip(os.sep) + os.sep for folder in folders)

    def refuse(event: str, arguments: tuple[object, ...]) -> None:
        if event == "open":
            path, mode, flags = (*arguments, None, None, None)[:3]
            writes = isinstance(mode, str) and any(c in mode for c in "wax+")
            writes = writes or (isinstance(flags, int) and bool(flags & _WRITING))
            paths: tuple[object, ...] = (path,) if writes else ()
        else:
            paths = arguments[: _CHANGES.get(event, 0)]
        for path in paths:
            if not isinstance(path, (str, bytes, os.PathLike)):
                continue
            place = os.path.realpath(os.fsdecode(path))
            if place in folders or place.startswith(inside):
                raise PermissionError(f"refused: a submission may not write to {place}")

    return refuse
