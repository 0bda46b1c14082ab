"""Linux's Landlock: a process that may write in some folders alone, and signal no process outside.

It needs no privilege, holds for all that the process starts, and is not to be taken back.
"""

from __future__ import annotations

import ctypes
import os
import struct
import sys
from collections.abc import Iterable

_CREATE, _ADD, _RESTRICT = 444, 445, 446  # the same numbers on every processor
_NO_NEW_PRIVILEGES = 38
#: Write, remove and make; the kernel's bits 1 and 4 to 12. Since version 2 move, since 3 truncate.
_WRITES = 1 << 1 | sum(1 << bit for bit in range(4, 13))
_MOVE, _TRUNCATE = 1 << 13, 1 << 14
#: Since version 6: neither signals nor abstract sockets to the outside.
_SCOPES = 0b11


def version() -> int:
    """Return which version of Landlock the kernel has; 0 for none."""
    if not sys.platform.startswith("linux"):
        return 0
    try:
        return max(0, int(_syscall(_CREATE, None, ctypes.c_size_t(0), 1)))
    except OSError:
        return 0


def restrict(folders: Iterable[str], devices: str = "/dev") -> bool:
    """Let this process write in the folders and to devices alone; say whether that was possible."""
    known = version()
    if not known:
        return False
    writes = _WRITES | (_MOVE if known >= 2 else 0) | (_TRUNCATE if known >= 3 else 0)
    wanted = [writes, 0, _SCOPES][: 1 if known < 4 else 2 if known < 6 else 3]
    attributes = struct.pack(f"{len(wanted)}Q", *wanted)
    try:
        rules = _syscall(_CREATE, attributes, ctypes.c_size_t(len(attributes)), 0)
        try:
            for folder in filter(os.path.isdir, folders):
                _allow(rules, folder, writes)
            _allow(rules, devices, writes & (1 << 1 | _TRUNCATE))
            if ctypes.CDLL(None).prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0):
                return False
            _syscall(_RESTRICT, rules, 0)
        finally:
            os.close(rules)
    except OSError:
        return False
    return True


def _allow(rules: int, folder: str, what: int) -> None:
    place = os.open(folder, os.O_PATH | os.O_CLOEXEC)
    try:
        _syscall(_ADD, rules, 1, struct.pack("=Qi", what, place), 0)
    finally:
        os.close(place)


def _syscall(number: int, *arguments: object) -> int:
    library = ctypes.CDLL(None, use_errno=True)
    result: int = library.syscall(number, *arguments)
    if result < 0:
        raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()))
    return result
