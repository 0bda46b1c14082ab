"""A library with optimizers, as one that uses optproof might have it."""
