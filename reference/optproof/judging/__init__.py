"""An answer against what is expected: the verdict, its report, and the mistake that explains it."""
