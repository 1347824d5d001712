"""Types of command line arguments."""

import argparse

HIGHEST = 10**9


def positive(text: str) -> int:
    """A whole number above 0."""
    if not text.isdecimal() or len(text) > 10 or not 1 <= int(text) <= HIGHEST:
        raise argparse.ArgumentTypeError(f"must be a whole number above 0, got {text!r:.40}")
    return int(text)
