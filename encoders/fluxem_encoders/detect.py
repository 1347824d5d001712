"""Finds the values in a text: one linear-time pass of RE2 over the patterns of all domains."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

import re2

from fluxem_encoders.patterns import RULES
from fluxem_encoders.patterns.arithmetic import PLAIN_RULES
from fluxem_encoders.patterns.information_theory import sums_to_one
from fluxem_encoders.patterns.numerals import TooLong
from fluxem_encoders.patterns.plain import plain_text
from fluxem_encoders.patterns.rule import Reading, Rule
from fluxem_encoders.span import Span
from fluxem_encoders.values import (
    Combination,
    Distribution,
    Duration,
    Factorial,
    Permutation,
    Value,
)

_MEMORY = 64 << 20  # for RE2's automaton
_NO_SIGN_AFTER = frozenset(")]}%!_")  # nor after letters and digits: there `-` subtracts
_NO_POINT_AFTER = frozenset("._)")  # nor after letters and digits: `...5` is 5


@dataclass(frozen=True, slots=True)
class _Matcher:
    """Rules as one alternation, compiled: group i + 1 is the span of rule i."""

    rules: Sequence[Rule]
    regex: Any


@cache
def _matcher(plain_only: bool) -> _Matcher:
    rules = PLAIN_RULES if plain_only else RULES
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.case_sensitive = False
    options.max_mem = _MEMORY
    pattern = "|".join(rule.pattern for rule in rules)
    return _Matcher(rules, re2.compile(pattern.encode("latin-1"), options))


def detect(text: str, *, reference: date | None = None, limit: int | None = None) -> list[Span]:
    """The values in `text`, in order, without overlaps; at most `limit` of them.

    The leftmost match wins, its context included; of matches that begin at the same place the one
    whose rule comes first in `patterns.RULES`. A match that turns out to be no value of its kind,
    such as the date 2024-13-01, is searched for plain numbers. Numbers of more than 1,000 digits,
    exponents of more than 4 and lists of more than 10,000 items stay text.

    Time grows linearly with the text, whatever it is. `reference` is the day that `today`,
    `tomorrow` and `yesterday` count from; without it they stay text.

    >>> [(s.text, s.domain, s.value) for s in detect("What is 5! plus 12%?")]
    [('5!', 'combinatorics', Factorial(n=5)), ('12%', 'arithmetic', Decimal('0.12'))]
    """
    if limit is not None and limit <= 0:
        return []
    plain = plain_text(text)
    spans: list[Span] = []
    for start, end, value in _search(plain, plain.encode("latin-1"), 0, len(plain)):
        if isinstance(value, timedelta):
            if reference is None:
                continue
            try:
                value = reference + value
            except OverflowError:
                continue
        spans.append(Span(start, end, text[start:end], _domain(value), value))
        if len(spans) == limit:
            break
    return spans


def _search(
    plain: str, data: bytes, pos: int, stop: int, plain_only: bool = False
) -> Iterator[tuple[int, int, Value | timedelta]]:
    matcher = _matcher(plain_only)
    while match := matcher.regex.search(data, pos, stop):
        group = match.lastindex
        start, end = match.span(group)
        rule = matcher.rules[group - 1]
        extents = rule.split(plain[start:end]) if rule.split else ((0, end - start),)
        for first, last in extents:
            first, last = _without_sign(plain, start + first), start + last
            try:
                value = rule.read(plain[first:last])
            except TooLong:
                continue
            except (ValueError, ArithmeticError):
                if not plain_only:
                    yield from _search(plain, data, first, last, plain_only=True)
                continue
            if value is not None:
                yield first, last, value
        pos = end


def _without_sign(plain: str, start: int) -> int:
    """Where the value begins when a leading `-` subtracts or a leading `.` ends something."""
    if start and plain[start] in "-.":
        before = plain[start - 1]
        stops = _NO_SIGN_AFTER if plain[start] == "-" else _NO_POINT_AFTER
        if before in stops or before.isalnum():
            return start + 1
    return start


def _domain(value: Value) -> str:
    match value:
        case tuple():
            return "information_theory" if sums_to_one(value) else "statistics"
        case Factorial() | Combination() | Permutation():
            return "combinatorics"
        case Distribution():
            return "probability"
        case date() | Duration():
            return "temporal"
    return "arithmetic"
