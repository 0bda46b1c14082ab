"""Which optproof, and which fixtures; needs no NumPy, so that ``--version`` answers at once."""

from __future__ import annotations

import hashlib
import json
import os
from argparse import Action, ArgumentParser
from pathlib import Path
from typing import Any

from . import __version__


def root() -> Path:
    """Return the folder of the fixtures: ``$OPTPROOF_FIXTURES``, the wheel's, or the checkout's."""
    if chosen := os.environ.get("OPTPROOF_FIXTURES"):
        return Path(chosen)
    here = Path(__file__).resolve()
    shipped = here.parent / "fixtures"
    return shipped if (shipped / "manifest.json").is_file() else here.parents[2] / "fixtures"


def manifest_digest() -> str:
    """Return the SHA-256 of the manifest, which holds the hash of every fixture."""
    return hashlib.sha256((root() / "manifest.json").read_bytes()).hexdigest()


class ShowVersion(Action):
    """``--version``: optproof's, the fixtures', and the SHA-256 of the manifest with all hashes."""

    def __call__(self, parser: ArgumentParser, *_: Any, **__: Any) -> None:
        """Print, and end."""
        path = root() / "manifest.json"
        try:
            raw = path.read_bytes()
            version = json.loads(raw)["version"]
        except (OSError, ValueError, KeyError, TypeError):
            parser.error(f"{path} is missing or damaged: reinstall optproof")
        digest = hashlib.sha256(raw).hexdigest()
        print(f"optproof {__version__}, fixtures {version} (manifest sha256 {digest})")
        parser.exit()
