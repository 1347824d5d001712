r"""Small tables, and places in an order told from its end, or from where one is.

A table is a line of names and two or more lines of as many cells each, between commas, semicolons,
bars or tabs; at least one column holds numbers. Bars may stand around the lines too, and a line of
dashes under the names, as in Markdown. What follows with other cells is no part of it, nor are up
to 3 lines of prose above that have such signs too.

Places are `the last row`, `next one`, `the penultimate`.
"""

import re

from fluxem_encoders.errors import ValueFormError
from fluxem_encoders.numbers import is_number
from fluxem_encoders.patterns.rule import SPACE, Rule
from fluxem_encoders.structures.data import Position, Table

_MARKS = ",;|\t"
MAX_PROSE = 3
"""How many lines of prose are looked past for a table."""


def _edges(mark: str) -> tuple[str, str]:
    return (r"[ ]{0,3}\|?", r"(?:\|[ ]{0,3})?") if mark == "|" else ("", "")


def _names(mark: str) -> str:
    before, behind = _edges(mark)
    name = rf"[ ]{{0,3}}[a-z_][^\n?!:{mark}]{{0,24}}"
    return rf"{before}{name}(?:[{mark}]{name})+{behind}"


def _lines(mark: str) -> str:
    """A line of names and two lines of cells or more."""
    cell = rf"[^\n{mark}]*"
    return rf"{_names(mark)}(?:\n{_edges(mark)[0]}{cell}(?:[{mark}]{cell})+){{2,}}"


def _mark_of(text: str) -> str:
    """What parts the names: the first mark that is there."""
    return next(mark for mark in "|\t;," if mark in text.partition("\n")[0])


def _cells(line: str, mark: str) -> list[str]:
    line = line.strip(" \r")
    if mark == "|":
        line = line.removeprefix("|").removesuffix("|")
    return [cell.strip() for cell in line.split(mark)]


def first_table(text: str) -> tuple[int, str, Table]:
    """Where a table begins in lines like those of one, its text, and the table.

    The first `MAX_PROSE` lines may be prose that looks like a line of names.

    Raises:
        ValueFormError: where there is none.
    """
    start = 0
    for _ in range(MAX_PROSE + 1):
        lines = _of_one_width(text[start:])
        try:
            return start, lines, table(lines)
        except ValueError:
            start = text.find("\n", start) + 1
        if not (start and _NAMES.match(text, start)):
            break
    raise ValueFormError("these lines are no table")


def _of_one_width(text: str) -> str:
    """The lines from the first on that have as many cells as it has."""
    mark, end = _mark_of(text), 0
    lines = text.split("\n")
    width = len(_cells(lines[0], mark))
    for line in lines:
        if len(_cells(line, mark)) != width:
            break
        end += len(line) + 1
    return text[: max(end - 1, 0)]


def table(text: str) -> Table:
    """The table that lines such as `name,score`, `Ann,3`, `Bo,5` are.

    Raises:
        ValueFormError: for fewer than two lines of cells, or where no column holds numbers.
    """
    mark = _mark_of(text)
    names, *rows = (_cells(line, mark) for line in text.split("\n"))
    if mark == "|" and rows and not "".join(rows[0]).strip("-:"):
        del rows[0]
    found = Table.from_json(
        {"table": {"columns": names, "rows": [[cell or None for cell in row] for row in rows]}}
    )
    columns = zip(*found.rows, strict=True)
    if len(rows) < 2 or not any(all(is_number(x) or x is None for x in c) for c in columns):
        raise ValueFormError("a table has two rows or more and a column of numbers")
    return found


_FROM_END = re.compile(r"antepen|pen|third|second|next|before|but|last", re.IGNORECASE)
_BACK = {"antepen": 2, "third": 2, "last": 0}  # all others: the last but one
_FROM_HERE = {"previous": -1, "current": 0, "next": 1}

_NEAR = "(?:last|next|previous|current)"
# `to last` and `at last` are no places, nor is the `current` of a wire; `last until` is a verb.
_NOT_BEFORE = (
    "(?:to|will|would|can|can't|could|may|might|must|should|shall|not|won't|doesn't|didn't|don't|does"
    "|did|it|they|that|at|long|electric|electrical|direct|alternating|ocean|sea)"
)
_NOT_BEHIND = (
    "(?:to|for|of|in|at|by|on|is|was|are|were|be|until|till|through|throughout|with|from|and|or|but"
    "|longer|forever|long|only|the|an?|that|this|than|flow(?:s|ing)?|as|it|its)"
)
_TIMES = (
    rf"(?:(?:\d{{1,4}}|few|couple{SPACE}of|several){SPACE})?(?:(?:second|minute|hour|day|week|weekend"
    "|fortnight|month|quarter|year|decade|century|night|morning|afternoon|evening)s?|spring|summer"
    "|autumn|fall|winter|(?:mon|tues|wednes|thurs|fri|satur|sun)day|january|february|march|april|may"
    "|june|july|august|september|october|november|december|time)"
)
"""With these a place is in time, which the domain "temporal" reads."""

_OF_END = (
    rf"(?:the{SPACE}one{SPACE}before{SPACE}the{SPACE}last(?:{SPACE}one)?"
    rf"|(?:the{SPACE})?last{SPACE}but{SPACE}one"
    rf"|(?:next|(?:the{SPACE})?(?:second|third)){SPACE}(?:to{SPACE})?last"
    r"|(?:ante)?penultimate)"
)


def from_end(text: str) -> Position:
    """`next to last`, `penultimate`, `the one before the last one`."""
    match = _FROM_END.search(text)
    assert match is not None
    word = match[0].lower()
    if word == "last" and "but" in text.lower():
        word = "but"
    return Position(-_BACK.get(word, 1), "end")


def from_here(text: str) -> Position:
    """`last`, `next`, `previous one`, `current`."""
    word = text.split()[0].lower()
    return Position(0, "end") if word == "last" else Position(_FROM_HERE[word], "current")


_NAMES = re.compile("|".join(rf"(?:{_names(mark)})\n" for mark in _MARKS), re.IGNORECASE)
TABLES = "|".join(rf"\n(?:{_lines(mark)})" for mark in _MARKS)
"""Lines that may be a table; beside the rules, which would be much slower with it among them."""

RULES = tuple(
    Rule(pattern, read, after=after, domain="data")
    for pattern, read, after in (
        (rf"\b{_OF_END}\b", from_end, ""),
        (rf"\b{_NOT_BEFORE}{SPACE}{_NEAR}\b", lambda text: None, ""),
        (rf"\b{_NEAR}{SPACE}{_TIMES}\b", lambda text: None, ""),
        (rf"\b{_NEAR}", lambda text: None, rf"{SPACE}{_NOT_BEHIND}\b"),
        (rf"\b(?:next|previous|current){SPACE}one\b", from_here, ""),
        (rf"\b{_NEAR}", from_here, rf"{SPACE}(?:[a-z]{{2,}}|\d{{1,4}}{SPACE}[a-z])"),
    )
)
