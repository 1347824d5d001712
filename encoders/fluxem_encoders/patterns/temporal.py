"""Dates and lengths of time."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from fractions import Fraction

from fluxem_encoders.patterns import words
from fluxem_encoders.patterns.arithmetic import SCALED, count_and_part, scaled
from fluxem_encoders.patterns.numerals import DIGITS, MIXED, PLAIN, mixed, number
from fluxem_encoders.patterns.rule import BLANKS, GAP, SPACE, Rule
from fluxem_encoders.values import Duration, Number

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_YEAR = r"\d{4}"
_APART = r"[\s\xa0/-]"

_UNITS = (
    (("year", "yr"), "months", 12),
    (("month",), "months", 1),
    (("week", "wk"), "days", 7),
    (("day",), "days", 1),
    (("hour", "hr", "h"), "seconds", 3600),
    (("minute", "min", "m"), "seconds", 60),
    (("second", "sec", "s"), "seconds", 1),
)  # from long to short
_RANK = {name: rank for rank, (names, _, _) in enumerate(_UNITS) for name in names}
_UNIT = r"(?:years?|yrs?|months?|weeks?|wks?|days?|hours?|hrs?|minutes?|mins?|seconds?|secs?)"
_AMOUNT = (
    rf"(?:{MIXED}|{SCALED}|(?:{PLAIN}|{words.COUNT}|one){words.AND_PART}|{DIGITS}|{words.COUNT})"
)
_SHORT = rf"(?:{DIGITS}|{words.SMALL})"
_MORE = (
    rf"(?:(?:,|,?{SPACE}and)?{SPACE}{_SHORT}{GAP}?{_UNIT}\b"
    rf"|,?{SPACE}and{SPACE}(?:an?|one){SPACE}{_UNIT}\b)"
)
_LENGTHS = rf"{_AMOUNT}{GAP}?{_UNIT}\b{_MORE}*|(?:an?|one){SPACE}{_UNIT}{_MORE}+"
_FROM = rf"(?:now|today|tomorrow|\d|{_MONTH}{SPACE}\d)"
_AGO = rf"(?:ago|later|earlier|(?:before|after|from){SPACE}{_FROM})"
_END = re.compile(rf"{_UNIT}\b", re.IGNORECASE)
_LETTERS = re.compile(r"(\d+)\s?([a-z]+)", re.IGNORECASE)
_MERE = re.compile(rf"(?:an?|one)\s{_UNIT}", re.IGNORECASE)
_LINK = re.compile(r"(?:,|,?\sand)?\s", re.IGNORECASE)
_NUMERIC = re.compile(r"\d+")


def _date(year: str, month: str, day: str) -> date:
    return date(int(year), int(month), int(day))


def year_first(text: str) -> date:
    """The date `2024-02-29` or `2024/2/29`."""
    return _date(*_NUMERIC.findall(text))


def year_last(text: str) -> date:
    """The date `2/29/2024`, or `29/2/2024` where there is no such month."""
    first, second, year = _NUMERIC.findall(text)
    return _date(year, first, second) if int(first) <= 12 else _date(year, second, first)


def dotted(text: str) -> date | None:
    """The date `29.02.2024`, day first; None when there is no such day, as in a version."""
    day, month, year = _NUMERIC.findall(text)
    try:
        return _date(year, month, day)
    except ValueError:
        return None


def named_month(text: str) -> date:
    """The date `February 29th, 2024`, `29-Feb-2024`, `29th of February 2024`, `2024-Feb-29`."""
    first, second = _NUMERIC.findall(text)
    day, year = (second, first) if len(first) == 4 else (first, second)
    name = next(word for word in re.findall("[a-z]{3}", text.lower()) if word in _MONTHS)
    return date(int(year), _MONTHS.index(name) + 1, int(day))


def lengths(text: str) -> Iterator[tuple[int, int]]:
    """The extents of the durations in a run of lengths: units go down within each."""
    start = end = 0
    last = -1
    for match in _END.finditer(text):
        rank = _rank(match[0])
        if rank <= last:
            yield start, end
            start = _after_link(text, end)
        last, end = rank, match.end()
    yield start, len(text)


def _after_link(text: str, start: int) -> int:
    link = _LINK.match(text, start)
    return link.end() if link else start


def _rank(unit: str) -> int:
    unit = unit.lower()
    return _RANK[unit if unit in _RANK else unit.removesuffix("s")]


def duration(text: str) -> Duration | None:
    """The length of time written as amounts and units; None for a mere `a week`.

    Raises:
        ValueError: when months or days are not whole.
    """
    start = 0
    parts: list[tuple[str, Fraction]] = []
    for match in _END.finditer(text):
        amount = text[start : match.start()].strip(BLANKS + "-")
        parts.append((match[0], Fraction(_amount(amount))))
        start = _after_link(text, match.end())
    return None if _MERE.fullmatch(text) else _sum(parts)


def _amount(text: str) -> Number:
    if not text[-1].isalpha():
        return mixed(text) if "/" in text or not text[-1].isdigit() else number(text)
    if words.has_part(text):
        return count_and_part(text)
    return scaled(text) if text[0].isdigit() else words.count(text)


def a_length(text: str) -> Duration:
    """The length of `a week`, `half an hour`, `an hour and a half`."""
    unit = _END.findall(text)[0]
    half, lowered = Fraction(1, 2), text.lower()
    amount = half if lowered.startswith("half") else 1 + half * lowered.endswith("half")
    return _sum([(unit, amount)])


def letters(text: str) -> Duration:
    """The length of time written as `1h 30m` or `5m30s`."""
    return _sum([(unit, Fraction(n)) for n, unit in _LETTERS.findall(text)])


def _sum(parts: list[tuple[str, Fraction]]) -> Duration:
    total = {"months": Fraction(), "days": Fraction(), "seconds": Fraction()}
    for unit, amount in parts:
        _, part, factor = _UNITS[_rank(unit)]
        total[part] += factor * amount
    months, days, seconds = total.values()
    if months.denominator > 1 or days.denominator > 1:
        raise ValueError("no whole months or days")
    whole = seconds.denominator == 1
    return Duration(int(months), int(days), int(seconds) if whole else seconds)


def relative_day(text: str) -> timedelta:
    """The days from the reference date to `yesterday`, `the day after tomorrow`..."""
    word = text.lower()
    days = {"today": 0, "tomorrow": 1, "yesterday": -1}[re.findall("[a-z]+", word)[-1]]
    return timedelta(days=days * (2 if "day " in word else 1))


DATES = (
    Rule(r"\b\d{4}-\d{1,2}-\d{1,2}", year_first, before="-?", after=r"(?:\b|T\d)"),
    Rule(r"\b\d{4}/\d{1,2}/\d{1,2}\b", year_first, before="-?"),
    Rule(
        rf"\b{_MONTH}{_APART}{_DAY}(?:{SPACE}?,{SPACE}?|{SPACE}of{SPACE}|{_APART}){_YEAR}\b",
        named_month,
    ),
    Rule(rf"\b{_DAY}(?:{SPACE}of)?{_APART}{_MONTH}(?:,{SPACE}|{_APART}){_YEAR}\b", named_month),
    Rule(rf"\b{_YEAR}{_APART}{_MONTH}{_APART}{_DAY}\b", named_month),
    Rule(r"\b\d{1,2}/\d{1,2}/\d{4}\b", year_last, before="-?"),
    Rule(r"\b\d{1,2}\.\d{1,2}\.\d{4}\b", dotted),
)
"""They go before versions."""

RULES = (
    Rule(
        rf"\b(?:the{SPACE})?day{SPACE}(?:after{SPACE}tomorrow|before{SPACE}yesterday)\b"
        r"|\b(?:today|tomorrow|yesterday)\b",
        relative_day,
    ),
    Rule(rf"\bhalf{GAP}(?:an?{GAP})?(?:hour|minute|year)\b", a_length),
    Rule(rf"\ban?{SPACE}(?:hour|minute|year){SPACE}and{SPACE}a{SPACE}half\b", a_length),
    Rule(rf"\b(?:an?|one){SPACE}{_UNIT}", a_length, after=rf"{SPACE}{_AGO}"),
    Rule(rf"\b(?:{_LENGTHS})", duration, split=lengths),
    Rule(
        r"\b\d{1,4}\s?h(?:rs?)?\s?\d{1,4}\s?m(?:ins?)?(?:\s?\d{1,4}\s?s)?\b"
        r"|\b\d{1,4}m\s?\d{1,4}s\b",
        letters,
    ),
)
