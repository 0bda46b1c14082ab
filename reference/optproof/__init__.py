"""optproof: reference specification and conformance kit for basic optimisation methods.

``optproof.methods`` is the reference; ``optproof.check.check`` judges an implementation; the
command ``optproof`` does both from a shell.
"""

__version__ = "0.1.0"
