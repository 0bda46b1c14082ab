"""``python -m optproof``."""

from .cli import main

raise SystemExit(main())
