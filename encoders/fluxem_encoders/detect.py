"""Finds the values in a text: one linear-time pass of RE2 over the patterns of all domains."""

from collections.abc import Collection, Iterator, Sequence
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from fractions import Fraction
from functools import cache, lru_cache
from heapq import merge
from typing import Any

import re2

from fluxem_encoders.patterns import FURTHER, RULES, prose
from fluxem_encoders.patterns.arithmetic import PLAIN_RULES
from fluxem_encoders.patterns.data import TABLES, first_table
from fluxem_encoders.patterns.hint import HINT, HINTED
from fluxem_encoders.patterns.information_theory import sums_to_one
from fluxem_encoders.patterns.logic import AGAIN
from fluxem_encoders.patterns.named import ASKED_UNIT, may_name, named
from fluxem_encoders.patterns.numerals import TooLong
from fluxem_encoders.patterns.plain import HIDDEN, plain_text
from fluxem_encoders.patterns.rule import Rule
from fluxem_encoders.patterns.temporal_phrases import phrases
from fluxem_encoders.patterns.temporal_words import ANCHOR, REACH, read_run
from fluxem_encoders.span import Span
from fluxem_encoders.structured import Structured
from fluxem_encoders.structures.logic import Formula
from fluxem_encoders.values import (
    Combination,
    Distribution,
    Duration,
    Factorial,
    Permutation,
    Value,
)

Found = tuple[int, int, Value | timedelta]

_LAST_DAY = date.max.toordinal()
MAX_NEAR = 50_000
"""How many characters near words of dates and times are read for phrases; the rest is not."""

_MEMORY_BYTES = 512 << 20  # at most, for each of RE2's automata; with less it grows slow
_MAX_REMEMBERED = 48  # characters of a match whose values are kept: texts repeat numbers and units
_REMEMBERED = 1 << 14  # matches
# A `-` after these, or after letters and digits, subtracts; 0x80-0x9c are fractions and powers.
_NO_SIGN_AFTER = frozenset(")]}%!_°" + "".join(map(chr, range(0x80, 0x9D))))
_NO_POINT_AFTER = frozenset("._)")  # nor after letters and digits: `...5` is 5


def detect(
    text: str,
    *,
    reference: date | datetime | None = None,
    limit: int | None = None,
    domains: Collection[str] = (),
) -> list[Span]:
    """The values in `text`, in order, without overlaps; at most `limit` of them.

    `domains` are those of `FURTHER` to look for as well, such as quantities with units; without
    them `5 km` holds the number 5.

    The leftmost match wins, the context that its rule asks for included; of matches that begin at
    the same place the one whose rule comes first in `patterns.RULES`. What turns out not to be
    what it looked like, such as the date 2024-13-01, is searched for plain numbers. Numbers of
    more than 1,000 digits, exponents of more than 4 and lists of more than 10,000 items stay
    text.

    Time grows linearly with the text, whatever it is. `reference` is the moment, or the midnight
    at which a day begins, from which `today`, `tomorrow` and `yesterday` count; without it they
    stay text.

    Beside values of further domains, words are values too that name a part of them, and units that
    they are wanted in: the columns of a table, the nodes of a graph, `in miles`.

    With the domain "data" a table, such as lines of CSV, is one value. With the domain "temporal"
    dates, times of day, intervals and what recurs are found as people say them: `next Friday at
    half past two`, `from May 9th to the 12th`, `early 2019`, `every other week`. What a reference
    decides is read as Recognizers-Text's first candidate: a day or month without its year is the
    latest that is not after the reference (of weekdays the latest before it), a time without `am`
    or `pm` is as written. Only the first 50,000 characters that stand near such words are read so.

    >>> [(s.text, s.domain, s.value) for s in detect("What is 5! plus 12%?")]
    [('5!', 'combinatorics', Factorial(n=5)), ('12%', 'arithmetic', Decimal('0.12'))]
    """
    spans: list[Span] = []
    if limit is not None and limit <= 0:
        return spans
    asked = frozenset(domains) & FURTHER
    plain, apart = plain_text(text), list[Found]()
    now = _moment(reference)
    if "data" in asked and plain.count("\n") > 1:
        apart = list(_tables(plain, text))
        plain = _hidden(plain, apart)
    if "temporal" in asked and (times := list(_times(plain, now))):
        plain = _hidden(plain, times)
        apart = sorted(apart + times, key=_start)
    ruled = asked
    if asked & HINTED and not _hint().search(f"\n{plain}\n".encode("latin-1")):
        ruled -= HINTED
    found = _matcher(ruled, False).find(plain, text)
    for start, end, value in merge(apart, found, key=_start) if apart else found:
        if isinstance(value, timedelta):
            if now is None or not 0 < now.toordinal() + value.days <= _LAST_DAY:
                continue
            value = now.date() + value
        spans.append(Span(start, end, text[start:end], _domain(value), value))
        if len(spans) == limit:
            break
    if "logic" in ruled and (more := list(_formulas(plain, text, spans))):
        spans = sorted(spans + more, key=lambda span: span.start)[:limit]
    if asked and may_name(spans, text) and (more := list(_named(plain, text, spans))):
        spans = sorted(spans + more, key=lambda span: span.start)[:limit]
    return spans


def _named(plain: str, text: str, spans: Sequence[Span]) -> Iterator[Span]:
    """Names of parts of the values found, and units that they are wanted in."""
    extents = [(span.start, span.end, None) for span in spans]
    plain = _hidden(plain, extents)
    data = f"{plain}\n".encode("latin-1")
    units = (match.span(1) for match in _asked_unit().finditer(data))
    for start, end, value in named(_hidden(text, extents), spans, units):
        yield Span(start, end, text[start:end], _domain(value), value)


def _formulas(plain: str, text: str, spans: Sequence[Span]) -> Iterator[Span]:
    """Formulas over the variables of those found, which need no words or signs of their own."""
    found = [span.value for span in spans if isinstance(span.value, Formula)]
    names = {name for formula in found for name in formula.variables}
    if not names:
        return
    plain = _hidden(plain, [(span.start, span.end, None) for span in spans])
    for start, end, value in _again().find(plain, text):
        if isinstance(value, Formula) and names.issuperset(value.variables):
            yield Span(start, end, text[start:end], value.domain, value)


def _moment(reference: date | datetime | None) -> datetime | None:
    """The local time of the reference."""
    if isinstance(reference, datetime):
        return reference.replace(tzinfo=None)
    return None if reference is None else datetime.combine(reference, time())


def _start(found: Found) -> int:
    return found[0]


def _tables(plain: str, text: str) -> Iterator[Found]:
    """Tables, one row a line. What is none is left to the rules, values and all."""
    for match in _table().finditer(f"\n{plain}\n".encode("latin-1")):
        try:
            first, lines, value = first_table(text[match.start() : match.end() - 1])
        except ValueError:
            continue
        start = match.start() + first
        yield start, start + len(lines), value


def _times(plain: str, reference: datetime | None) -> Iterator[Found]:
    """What phrases about dates and times say, where the text is no address, code or ratio."""
    data = f"\n\n{plain}\n\n".encode("latin-1")  # as in `_Matcher.find`
    anchor, no_value = _anchors()
    stretches = list(_around(anchor, data))
    if not stretches:
        return
    skips = [
        (max(match.start() - 2, 0), min(match.end() - 2, len(plain)), None)
        for match in no_value.finditer(data)
        if not (match[0].startswith(b"T") and data[match.start() - 1 : match.start()].isdigit())
    ]
    plain = _hidden(plain, skips)
    for start, end in stretches:
        yield from phrases(read_run(plain, max(start - 2, 0), min(end - 2, len(plain))), reference)


def _around(anchor: Any, data: bytes) -> Iterator[tuple[int, int]]:
    """The stretches of a text within reach of anchors, up to `MAX_NEAR` characters of them."""
    first = last = near = 0
    for match in anchor.finditer(data):
        start, end = match.start() - REACH, min(match.end() + REACH, len(data))
        if start > last:
            if last:
                yield first, last
            first = last = start
        near += end - last
        last = end
        if near > MAX_NEAR:
            break
    if last:
        yield first, last


def _hidden(plain: str, found: Sequence[tuple[int, int, Any]]) -> str:
    """The text with characters that take part in no value in place of what was found."""
    parts, last = list[str](), 0
    for start, end, _ in found:
        parts += plain[last:start], chr(HIDDEN) * (end - start)
        last = end
    return "".join([*parts, plain[last:]])


@cache
def _table() -> Any:
    return _compile(TABLES)


@cache
def _hint() -> Any:
    return _compile(HINT)


@cache
def _asked_unit() -> Any:
    return _compile(ASKED_UNIT)


@cache
def _anchors() -> tuple[Any, Any]:
    rules = prose.RULES[:-1]  # the last one skips clock times
    return _compile(ANCHOR), _compile("|".join(f"(?:{rule.whole})" for rule in rules))


class _Matcher:
    """Rules, compiled: an automaton for where a match lies, one for whose match it is.

    Capturing groups in one large alternation would cost twenty times as much.
    """

    def __init__(self, rules: Sequence[Rule]) -> None:
        self._rules = rules
        self._regex = _compile("|".join(f"(?:{rule.whole})" for rule in rules))
        self._spans = [
            _compile(f"(?:{rule.before})({rule.pattern})(?:{rule.after})")
            if rule.before or rule.after
            else None
            for rule in rules
        ]
        self._owner: Any = re2.Set.FullMatchSet(_options())
        for rule in rules:  # with one character on either side, for \b
            self._owner.Add(f"(?s:.)(?:{rule.whole})(?s:.)".encode("latin-1"))
        self._owner.Compile()
        self._remembered = lru_cache(_REMEMBERED)(self._values)

    def find(self, plain: str, text: str) -> Iterator[Found]:
        """Extents and values in a text, of which `plain` is what `plain_text` leaves."""
        text = f"\n\n{text}\n\n"  # on each side: for rules' contexts, for \b
        data = f"\n\n{plain}\n\n".encode("latin-1")
        pos = 1
        while pos:
            matches, pos = self._regex.finditer(data, pos), 0
            for match in matches:
                start, close = match.span()
                around = slice(start - 1, close + 1)
                values = self._remembered if close - start <= _MAX_REMEMBERED else self._values
                found, end = values(data[around], text[around])
                for first, last, value in found:
                    yield first + start - 3, last + start - 3, value
                if (end := end + start - 1) < close:
                    pos = end  # what stands after a span may be a span of its own
                    break

    def _values(self, context: bytes, original: str) -> tuple[tuple[Found, ...], int]:
        """What a match holds, and the end of its span; one character stands on either side."""
        plain, start, end = context.decode("latin-1"), 1, len(context) - 1
        owners = self._owner.Match(context)
        if not owners:  # the automaton of all rules is full
            return tuple(self._numbers(plain, original, start, end)), end
        if (regex := self._spans[min(owners)]) is not None:
            start, end = regex.search(context, start, end).span(1)
        return tuple(self._read(self._rules[min(owners)], plain, original, start, end)), end

    def _read(self, rule: Rule, plain: str, text: str, start: int, end: int) -> Iterator[Found]:
        extents = rule.split(plain[start:end]) if rule.split else ((0, end - start),)
        for first, last in extents:
            first, last = _without_sign(plain, start + first), start + last
            try:
                value = rule.read((text if rule.original else plain)[first:last])
            except TooLong:
                continue
            except (ValueError, ArithmeticError):
                yield from self._numbers(plain, text, first, last)
                continue
            if value is not None:
                yield first, last, value

    def _numbers(self, plain: str, text: str, start: int, end: int) -> Iterator[Found]:
        """Plain numbers in what is not what it looked like."""
        plain_only = _matcher(frozenset(), True)
        if self is not plain_only:
            for first, last, value in plain_only.find(plain[start:end], text[start:end]):
                yield start + first, start + last, value


@cache
def _again() -> _Matcher:
    return _Matcher(AGAIN)


@cache
def _matcher(domains: frozenset[str], plain_only: bool) -> _Matcher:
    rules = PLAIN_RULES if plain_only else RULES
    return _Matcher([rule for rule in rules if not rule.domain or rule.domain in domains])


def _compile(pattern: str) -> Any:
    return re2.compile(pattern.encode("latin-1"), _options())


def _options() -> Any:
    options = re2.Options()
    options.encoding = re2.Options.Encoding.LATIN1
    options.case_sensitive = False
    options.max_mem = _MEMORY_BYTES
    return options


def _without_sign(plain: str, start: int) -> int:
    """Where the value begins when a leading `-` subtracts or a leading `.` ends something."""
    if start and plain[start] in "-.":
        before = plain[start - 1]
        stops = _NO_SIGN_AFTER if plain[start] == "-" else _NO_POINT_AFTER
        if before in stops or before.isalnum():
            return start + 1
    return start


_DOMAINS: dict[type, str] = {
    **dict.fromkeys((int, Fraction, Decimal, float), "arithmetic"),
    **dict.fromkeys((Factorial, Combination, Permutation), "combinatorics"),
    **dict.fromkeys((date, datetime, Duration), "temporal"),
    Distribution: "probability",
}


def _domain(value: Value) -> str:
    if (domain := _DOMAINS.get(type(value))) is not None:
        return domain
    if isinstance(value, tuple):
        return "information_theory" if sums_to_one(value) else "statistics"
    return value.domain if isinstance(value, Structured) else "arithmetic"
