"""Expected values from exact and ball arithmetic (needs the extra ``certify``: python-flint)."""
