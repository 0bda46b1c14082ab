"""Numbers on the command line: read, or refused in one clear line."""

from __future__ import annotations

import argparse
import math


def _number(text: str) -> float:
    try:
        number = float(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is not a number") from None
    if not math.isfinite(number):
        raise argparse.ArgumentTypeError(f"{text} is not a finite number")
    return number


def positive(text: str) -> float:
    """Return a number above 0."""
    number = _number(text)
    if number <= 0:
        raise argparse.ArgumentTypeError(f"{text} must be above 0")
    return number


def nonnegative(text: str) -> float:
    """Return a number that is 0 or more."""
    number = _number(text)
    if number < 0:
        raise argparse.ArgumentTypeError(f"{text} must be 0 or more")
    return number


def seconds(text: str) -> float:
    """Return a time to wait: above 0, and at most what a clock can be asked for."""
    return _at_most(positive(text), 1e6, "seconds")


def gibibytes(text: str) -> float:
    """Return an amount of memory: 0 or more, and at most what there can be."""
    return _at_most(nonnegative(text), 1e6, "GiB")


def _at_most(number: float, most: float, unit: str) -> float:
    if number > most:
        raise argparse.ArgumentTypeError(f"{number:g} {unit} is too much; at most {most:g}")
    return number


def fraction(text: str) -> float:
    """Return a number from 0 up to, not including, 1."""
    number = _number(text)
    if not 0 <= number < 1:
        raise argparse.ArgumentTypeError(f"{text} must be at least 0 and below 1")
    return number


def whole(text: str) -> int:
    """Return a whole number of 1 or more."""
    if not text.isascii() or not text.isdigit() or not text.strip("0"):
        raise argparse.ArgumentTypeError(f"{text[:40]!r} is not a whole number of 1 or more")
    if len(text) > 9:
        raise argparse.ArgumentTypeError(f"{text[:12]}... is too much; at most 999999999")
    return int(text)


def seed_number(text: str) -> int:
    """Return a seed that leaves room for an epoch's seed to be counted up."""
    if not text.isascii() or not text.isdigit() or len(text) > 10 or int(text) >= 2**31:
        raise argparse.ArgumentTypeError(
            f"{text[:40]!r} is not a whole number from 0 to 2147483647"
        )
    return int(text)
