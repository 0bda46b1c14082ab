"""What every judge has in memory before it starts: the checks, and the fixtures, read once."""

from .. import fixtures
from . import judging as judging

fixtures.load_cases()
fixtures.load_deviations()
