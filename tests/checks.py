"""What tests compare the tools' results with: marks at the tests, and who reads them."""

import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any, TypeVar

Test = TypeVar("Test", bound=Callable[..., Any])

FOLDER = Path(__file__).parent / "toolbox"


@dataclass(frozen=True)
class Check:
    """A test that compares results of tools with something that is independent of them."""

    tools: tuple[str, ...]
    against: str
    test: Callable[..., Any]


CHECKS: dict[tuple[str, str, str], Check] = {}
"""By module, name and oracle, as a module may be imported twice."""


def checks(*tools: Callable[..., Any], against: str) -> Callable[[Test], Test]:
    """Mark a test of tools with its oracle; the mark stands next to the `def`, under `@given`.

    `against` is what readers of docs/tools.md see: a library, a publication, brute force, a law.
    """

    def mark(test: Test) -> Test:
        key = (test.__module__, test.__qualname__, against)
        CHECKS[key] = Check(tuple(tool.__name__ for tool in tools), against, test)
        return test

    return mark


def all_checks() -> list[Check]:
    """The marks of all tests of the toolbox, in the order of their files and lines."""
    root = FOLDER.parent.parent
    for path in sorted(FOLDER.rglob("test_*.py")):
        importlib.import_module(".".join(path.relative_to(root).with_suffix("").parts))
    return sorted(
        CHECKS.values(), key=lambda c: (c.test.__module__, c.test.__code__.co_firstlineno)
    )


def names_in(test: Callable[..., Any]) -> set[str]:
    """The names that a test uses: in its code, in its module's helpers, in its parameters."""
    seen: set[str] = set()
    for mark in getattr(test, "pytestmark", ()):
        seen |= {name for argument in mark.args for name in _named(argument)}
    waiting: list[Any] = [test]
    while waiting:
        function = waiting.pop()
        new = set(_names_of(function.__code__)) - seen
        seen |= new
        found = (function.__globals__.get(name) for name in new)
        waiting += [f for f in found if getattr(f, "__module__", None) == test.__module__
                    and isinstance(f, FunctionType)]  # fmt: skip
    return seen


def _named(argument: Any) -> Iterator[str]:
    if isinstance(argument, FunctionType):
        yield argument.__name__
        yield from _names_of(argument.__code__)
    elif isinstance(argument, (list, tuple)):
        for item in argument:
            yield from _named(item)


def _names_of(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names_of(constant)
        elif isinstance(constant, str):
            yield constant
