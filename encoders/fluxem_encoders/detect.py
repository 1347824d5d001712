"""Finds the values in a text: one linear-time pass of RE2 over an alternation of patterns.

Leftmost wins; among patterns that begin at the same place the earlier one in `_PATTERNS`.
"""

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache
from typing import Any

import re2

from fluxem_encoders.forms import duration_from_iso, parse_number
from fluxem_encoders.span import Span
from fluxem_encoders.values import (
    Combination,
    Distribution,
    Duration,
    Factorial,
    Number,
    Permutation,
    Value,
)

MAX_DIGITS = 1000

_DIGITS = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+)"
_NUMBER = rf"[-−]?{_DIGITS}(?:e[-+]?\d{{1,4}})?"
_ITEM = r"[-−]?(?:\d+(?:\.\d+)?|\.\d+)(?:/\d+|\s?%)?"
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|"
    r"sep(?:t(?:ember)?)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen "
    "fifteen sixteen seventeen eighteen nineteen"
).split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_SMALL = "|".join(_ONES[2:])
_WORDS = rf"(?:(?:{'|'.join(_TENS)})(?:[- ](?:one|{_SMALL}))?|{_SMALL}|zero)"
_UNIT = r"(?:years?|yrs?|months?|weeks?|days?|hours?|hrs?|minutes?|mins?|seconds?|secs?)"
_LENGTH = rf"(?:{_DIGITS}|{_WORDS})[\s-]?{_UNIT}\b"
_FAMILY = {
    "binomial": "binomial", "bin": "binomial", "b": "binomial", "poisson": "poisson",
    "pois": "poisson", "geometric": "geometric", "geom": "geometric", "normal": "normal",
    "n": "normal", "uniform": "uniform", "u": "uniform", "exponential": "exponential",
    "exp": "exponential",
}  # fmt: skip
_FACTORS = {"year": ("months", 12), "yr": ("months", 12), "month": ("months", 1),
            "week": ("days", 7), "day": ("days", 1), "hour": ("seconds", 3600),
            "hr": ("seconds", 3600), "minute": ("seconds", 60), "min": ("seconds", 60),
            "second": ("seconds", 1), "sec": ("seconds", 1)}  # fmt: skip


def _number(text: str) -> Number:
    return parse_number(text.replace(",", "").replace("−", "-"))


def _word(text: str) -> int:
    tens, _, ones = text.lower().replace("-", " ").partition(" ")
    if tens in _TENS:
        return 10 * (_TENS.index(tens) + 2) + (_ONES.index(ones) if ones else 0)
    return _ONES.index(tens)


def _item(text: str) -> Number:
    if text.endswith("%"):
        return _percent(text)
    return _number(text)


def _percent(text: str) -> Number:
    digits = text.lower().replace("per cent", "").replace("percent", "").rstrip("% ")
    return Decimal(str(_number(digits))) / 100


def _list(text: str) -> Value:
    inner = text.strip("[](){}").replace(" and ", ", ").replace(",,", ",").replace(";", ",")
    return tuple(_item(part.strip()) for part in inner.split(",") if part.strip())


def _date(text: str) -> date:
    if text[:4].isdigit():
        year, month, day = (int(p) for p in text.replace("/", "-").split("-"))
        return date(year, month, day)
    if text.count("/") == 2:
        month, day, year = (int(p) for p in text.split("/"))
        return date(year, month, day) if month <= 12 else date(year, day, month)
    words = text.lower().replace(",", " ").replace(" of ", " ").replace(".", "").split()
    year = int(words[-1])
    first, second = words[0], words[1]
    name, number = (first, second) if first[0].isalpha() else (second, first)
    return date(year, _MONTHS.index(name[:3]) + 1, int(number.rstrip("stndrh")))


def _duration(text: str) -> Duration:
    total: dict[str, Fraction] = {"months": Fraction(), "days": Fraction(), "seconds": Fraction()}
    for match in _LENGTH_RE.finditer(text):
        amount, unit = match[1], match[2].lower().rstrip("s")
        number = Fraction(_word(amount) if amount[0].isalpha() else _number(amount))
        part, factor = _FACTORS[unit]
        total[part] += number * factor
    if any(total[p].denominator != 1 for p in ("months", "days")):
        raise ValueError("no whole days")
    seconds = total["seconds"]
    return Duration(int(total["months"]), int(total["days"]),
                    int(seconds) if seconds.denominator == 1 else seconds)  # fmt: skip


_LENGTH_RE = re2.compile(rf"(?i)({_DIGITS}|{_WORDS})[\s-]?({_UNIT})\b")
_INTS_RE = re2.compile(r"\d+")


def _distribution(text: str) -> Distribution:
    name, _, inner = text.partition("(")
    parts = [p.rpartition("=")[2].strip() for p in inner.rstrip(")").split(",")]
    return Distribution(_FAMILY[name.strip().lower()], tuple(_number(p) for p in parts))


def _choice(kind: type) -> Callable[[str], Any]:
    def read(text: str) -> Any:
        n, k = (int(m[0]) for m in _INTS_RE.finditer(text))
        return kind(n, k)

    return read


_TWO = "|".join(n for n, f in _FAMILY.items() if f in ("binomial", "normal", "uniform"))
_ONE = "|".join(n for n, f in _FAMILY.items() if f not in ("binomial", "normal", "uniform"))
_NAMED = rf"\(\s?(?:[a-zλμ]+\s?=\s?)?{_NUMBER}"
_PATTERNS: tuple[tuple[str, str, Callable[[str], Value] | None], ...] = (
    ("", r"https?://\S+|\S+@\S+\.\w+|<\|flux_\d+\|>", None),
    ("", r"\b(?:section|chapter|figure|fig\.|version|page|room)\s\d[\d.]*\b", None),
    ("", r"\b\d{1,2}:\d{2}(?::\d{2})?\b|\bv?\d+\.\d+\.\d[\d.]*", None),
    ("temporal", r"\b\d{4}[-/]\d{1,2}[-/]\d{1,2}\b", _date),
    ("temporal", rf"\b{_MONTH}\s\d{{1,2}}(?:st|nd|rd|th)?,?\s\d{{4}}\b", _date),
    ("temporal", rf"\b\d{{1,2}}(?:st|nd|rd|th)?(?:\sof)?\s{_MONTH},?\s\d{{4}}\b", _date),
    ("temporal", r"\b\d{1,2}/\d{1,2}/\d{4}\b", _date),
    ("temporal", rf"\b{_LENGTH}(?:(?:,|,?\sand)?\s{_LENGTH})*", _duration),
    ("probability", rf"\b(?:{_TWO}){_NAMED},\s?(?:[a-zσ]+\s?=\s?)?{_NUMBER}\)", _distribution),
    ("probability", rf"\b(?:{_ONE}){_NAMED}\)", _distribution),
    ("combinatorics", r"\b\d{1,9}!", lambda t: Factorial(int(t[:-1]))),
    ("combinatorics", r"\b(?:ncr|c)\s?\(\s?\d{1,9},\s?\d{1,9}\s?\)|\b\d{1,9}c\d{1,9}\b|"
     r"\b\d{1,9} choose \d{1,9}\b", _choice(Combination)),
    ("combinatorics", r"\b(?:npr|p)\s?\(\s?\d{1,9},\s?\d{1,9}\s?\)|\b\d{1,9}p\d{1,9}\b",
     _choice(Permutation)),
    ("", r"\b[a-z_]+\d\w*", None),
    ("statistics", rf"\[{_ITEM}(?:[,;]\s?{_ITEM})+\]|\({_ITEM}(?:[,;]\s?{_ITEM})+\)|"
     rf"\{{{_ITEM}(?:[,;]\s?{_ITEM})+\}}", _list),
    ("statistics", rf"{_ITEM}(?:,\s{_ITEM})+,?\sand\s{_ITEM}|{_ITEM}(?:,\s{_ITEM}){{2,}}", _list),
    ("arithmetic", rf"[-−]?{_DIGITS}\s?(?:%|percent\b|per cent\b)", _percent),
    ("arithmetic", r"[-−]?\b\d+/\d+\b", _number),
    ("arithmetic", _NUMBER, _number),
    ("arithmetic", rf"\b{_WORDS}\b", _word),
)  # fmt: skip


@lru_cache(maxsize=1)
def _engine() -> Any:
    return re2.compile("(?i)" + "|".join(f"({pattern})" for _, pattern, _ in _PATTERNS))


def detect(text: str, *, reference: date | None = None, limit: int | None = None) -> list[Span]:
    """The values in `text`, in order, without overlaps."""
    spans: list[Span] = []
    clean = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    clean = clean if len(clean) == len(text) else "".join("?" if 0xD800 <= ord(c) < 0xE000 else c for c in text)
    for match in _engine().finditer(clean):
        domain, _, read = _PATTERNS[match.lastindex - 1]
        start, end = match.span()
        if read is None or end - start > MAX_DIGITS * 20:
            continue
        found = clean[start:end]
        if found[0] in "-−" and start and (clean[start - 1].isalnum() or clean[start - 1] == ")"):
            start, found = start + 1, found[1:]
        try:
            value = read(found)
        except (ValueError, ArithmeticError, IndexError, KeyError):
            continue
        if domain == "statistics" and sum(map(Fraction, value)) == 1 and min(value) >= 0:
            domain = "information_theory"
        spans.append(Span(start, end, text[start:end], domain, value))
        if limit is not None and len(spans) >= limit:
            break
    return spans
