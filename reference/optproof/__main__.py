"""``python -m optproof``."""

import contextlib
import os
import sys

with contextlib.suppress(OSError):  # the folder may be gone
    if sys.path[0] == os.getcwd():  # else a random.py there would hide the library's
        del sys.path[0]

from .commands.cli import main

raise SystemExit(main())
