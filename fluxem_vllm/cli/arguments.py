"""Types of command line arguments, and an argument that many commands share."""

import argparse

HIGHEST = 10**9


def positive(text: str) -> int:
    """A whole number above 0."""
    if not text.isdecimal() or len(text) > 10 or not 1 <= int(text) <= HIGHEST:
        raise argparse.ArgumentTypeError(f"must be a whole number above 0, got {text!r:.40}")
    return int(text)


def share(text: str) -> float:
    """A number from 0 to 1."""
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError(f"must be a number from 0 to 1, got {text!r:.40}")
    return number


def layers(text: str) -> tuple[int, ...]:
    """Numbers of layers with commas between them, from 0, ascending."""
    parts = text.split(",")
    if not all(part.isdecimal() and len(part) < 5 for part in parts):
        raise argparse.ArgumentTypeError(f"must be layers such as 0,8,16, got {text!r:.40}")
    numbers = tuple(map(int, parts))
    if list(numbers) != sorted(set(numbers)):
        raise argparse.ArgumentTypeError(f"must ascend without repeats, got {text!r:.40}")
    return numbers


def module_name(text: str) -> str:
    """The dotted name of a Python module."""
    if not all(part.isidentifier() for part in text.split(".")):
        raise argparse.ArgumentTypeError(f"must name a module, such as my_tools, got {text!r:.40}")
    return text


def add_tools_module(parser: argparse.ArgumentParser, what: str = "") -> None:
    """Add `--tools-module`, which `main` acts on before the command runs."""
    parser.add_argument(
        "--tools-module",
        action="append",
        type=module_name,
        metavar="NAME",
        help=f"a module with tools of your own{what}; may be given several times",
    )
