"""``python -m optproof.worker FILE``: answers calls on stdin and stdout."""

from .serve import main

main()
