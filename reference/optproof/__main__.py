"""``python -m optproof``."""

import os
import sys

if sys.path[0] == os.getcwd():  # else a random.py there would hide the library's
    del sys.path[0]

from .commands.cli import main

raise SystemExit(main())
