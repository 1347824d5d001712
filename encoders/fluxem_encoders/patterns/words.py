"""Number words: `twenty-two`, `three hundred and five`, `two million`, `two thirds`, `21st`."""

import re
from collections.abc import Iterator
from fractions import Fraction

from fluxem_encoders.patterns.rule import GAP, SPACE

_SMALL_WORDS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"),
    *("eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_SCALES = {
    "hundred": 100,
    "thousand": 1000,
    "lakh": 10**5,
    "million": 10**6,
    "crore": 10**7,
    "billion": 10**9,
    "trillion": 10**12,
}
_ORDINALS = {
    "first": "one", "second": "two", "third": "three", "fourth": "four", "fifth": "five",
    "sixth": "six", "seventh": "seven", "eighth": "eight", "ninth": "nine", "nineth": "nine",
    "tenth": "ten", "eleventh": "eleven", "twelfth": "twelve",
    **{f"{word}th": word for word in _SMALL_WORDS[13:]},
    **{f"{word[:-1]}ieth": word for word in _TENS},
    **{f"{word}th": word for word in _SCALES},
}  # fmt: skip
"""Ordinal to cardinal."""

_UNIT_ORDINALS = "|".join([*_ORDINALS][2:10])
_LATER_ORDINALS = "|".join([*_ORDINALS][10:])
_NUMBERS = (
    {word: n for n, word in enumerate(_SMALL_WORDS)}
    | {word: 10 * n for n, word in enumerate(_TENS, 2)}
    | {"a": 1, "an": 1, "nought": 0, "naught": 0}
)

_AND = rf"(?:,?{SPACE}and{SPACE}|,?{SPACE})"
_DIGIT = "|".join(_SMALL_WORDS[1:10])
_LARGE = "|".join(scale for scale in _SCALES if scale != "hundred")
_FROM_TWO = rf"(?:{'|'.join(_TENS)})(?:{GAP}(?:{_DIGIT}))?|{'|'.join(_SMALL_WORDS[2:])}"
_BELOW_100 = rf"(?:{_FROM_TWO}|one)"
_HUNDREDS = rf"(?:an?|{_BELOW_100}){GAP}hundred(?:(?:{SPACE}and{SPACE}|{GAP}){_BELOW_100})?"
_BELOW_1000 = rf"(?:{_HUNDREDS}|{_BELOW_100}|an?)"
_GROUP = rf"{_BELOW_1000}{GAP}(?:{_LARGE})(?:{SPACE}(?:{_LARGE}))?"
_GROUPS = (
    rf"{_GROUP}(?:{_AND}{_GROUP})*(?:{_AND}(?:{_HUNDREDS})|{SPACE}(?:and{SPACE})?{_BELOW_100})?"
)
# In prose a blank parts: `one twenty first century`; nothing else is `twenty twenty firsts`.
_PART = rf"(?:(?:{'|'.join(_TENS)})-(?:first|{_UNIT_ORDINALS})|{_UNIT_ORDINALS}|{_LATER_ORDINALS})"
_PART_OF_MANY = _PART.replace(")-(", f"){GAP}(")

COUNT = rf"(?:{_GROUPS}|{_HUNDREDS}|{_FROM_TWO})"
"""A whole number from two on, in words; `one` and `a` only before hundred and larger words."""

SMALL = rf"(?:{_FROM_TWO}|one)"
"""A whole number from one to ninety-nine, in words."""

_ZERO = "zero|nought|naught"
POINT = (
    rf"(?:{COUNT}|one|{_ZERO}){SPACE}point"
    rf"(?:(?:{SPACE}(?:{_DIGIT}|{_ZERO}))+|{SPACE}(?:{_FROM_TWO}))"
)
"""A decimal read out: `five point two five`, `ten point twenty-one`."""

_DASH = rf"(?:{GAP}|{SPACE}-{SPACE})"
_MANY = rf"(?:(?:{_BELOW_100}){GAP}(?:(?:hundred|thousand){GAP})?)?"
PARTS = (
    rf"(?:one{_DASH}(?:half|{_MANY}{_PART})|one-quarter|{COUNT}{_DASH}{_MANY}{_PART_OF_MANY}s"
    rf"|(?:{'|'.join(_SMALL_WORDS[3:])}){GAP}halves|(?:two|three)-quarters)"
)
"""A fraction with its numerator. `one second` is a time; quarters may be coins, halves of games."""

PART = rf"an?{GAP}(?:half|{_PART})"
"""One part: `a half`, `a twenty-first`."""

ORDINAL = rf"(?:{COUNT}(?:{GAP}|{SPACE}and{SPACE}))?(?:first|{_PART_OF_MANY})"
"""A place in an order, but for those in `second`, which may be a time."""

HYPHENATED_ORDINAL = rf"(?:{'|'.join(_TENS)})-(?:first|second|{_UNIT_ORDINALS})"
"""Nothing else, so that in `twenty-first` there is no twenty."""

AND_PART = (
    rf"{SPACE}and{SPACE}(?:an?{GAP}(?:half|quarter|{_PART})|one{GAP}(?:half|quarter|{_PART})"
    rf"|(?:two|three){GAP}quarters|{SMALL}{GAP}{_PART_OF_MANY}s)"
)
"""What makes a whole number a mixed one: `and a half`."""

HUNDREDS = (
    rf"\b{_BELOW_100}{GAP}hundred",
    rf"{SPACE}and{SPACE}(?:{_BELOW_100}|\d{{1,3}}(?:\.\d+)?){GAP}hundred\b",
)
"""A number and the one after it: `five hundred and two hundred` is not one number."""

LARGE = rf"(?:{'|'.join(_SCALES)}|dozen|doz)"
"""A word that multiplies the number before it."""

PART_OF_LARGE = (
    rf"(?:(?:an?{GAP})?(?:half|quarter)|three{GAP}quarters){GAP}(?:(?:of{SPACE})?an?{GAP})?{LARGE}"
)
"""A part of such a word: `half a million`, `quarter million`."""

_SCALE = rf"(?:{'|'.join(_SCALES)})"
_UNIT = rf"(?:\d{{1,3}}|{_BELOW_100})"
DIGIT_GROUPS = (
    rf"\d{{1,3}}{GAP}{_SCALE}(?:(?:{_AND}{_UNIT}{GAP}{_SCALE})+(?:{SPACE}(?:and{SPACE})?{_UNIT})?"
    rf"|{SPACE}(?:and{SPACE})?{_UNIT})\b"
)
"""A count in digits and words, of several parts: `4 thousand 3 hundred and 21`."""

MAX_CHARS, MAX_WORDS = 200, 20  # of an ordinal, of a fraction

_WORD = re.compile(r"[a-z]+|\d+")
_HYPHENATED = re.compile(r"[a-z]+(?:-[a-z]+)*")
_WIDE_DASH = re.compile(rf"{SPACE}-{SPACE}")
_WHOLE = re.compile(rf"{COUNT}|{'|'.join(_SMALL_WORDS)}|an?|{_SCALE}")


def scale(word: str) -> int:
    """What a word of `LARGE` in any number, or a short form such as `k`, multiplies by."""
    word = word.lower()
    return _FACTORS[word if word in _FACTORS else word.removesuffix("s")]


_FACTORS = _SCALES | {
    "dozen": 12, "doz": 12, "k": 1000, "m": 10**6, "mn": 10**6, "mio": 10**6, "mln": 10**6,
    "mil": 10**6, "b": 10**9, "g": 10**9, "bn": 10**9, "bln": 10**9, "t": 10**12, "tn": 10**12,
    "tln": 10**12,
}  # fmt: skip


def last_scale(text: str) -> int:
    """The factor of the last word when it is thousand or larger, or a dozen; else 1."""
    word = _WORD.findall(text.lower())[-1:]
    factor = _FACTORS.get(word[0].removesuffix("s"), 1) if word else 1
    return 1 if factor == 100 else factor


def count(text: str) -> int:
    """The whole number that words of `COUNT`, `SMALL` or `DIGIT_GROUPS` say.

    Raises:
        ValueError: when they say more than one.

    >>> count("two hundred and five thousand and one")
    205001
    """
    groups: list[int] = []
    group, last = 0, 10**18
    for word in _WORD.findall(text.lower()):
        factor = _SCALES.get(word, 0)
        if factor == 100:
            group *= 100
        elif factor and group and factor < last:
            groups.append(group * factor)
            group, last = 0, factor
        elif factor and len(groups) == 1 and not group:
            groups[0] *= factor  # three lakh crore
        elif factor:
            raise ValueError(f"{text} is more than one number")
        elif word != "and":
            group += int(word) if word.isdigit() else _NUMBERS[word]
    return sum(groups) + group


def counts(text: str) -> Iterator[tuple[int, int]]:
    """The extents of the numbers in words of `COUNT` or `DIGIT_GROUPS`; scales go down in each.

    >>> [*counts("two thousand and three thousand five")]
    [(0, 12), (17, 36)]
    """
    start = group = end = last = 0
    for match in _WORD.finditer(text):
        word = match[0].lower()
        if word in _SCALES and word != "hundred":
            if 0 < last <= _SCALES[word] and group > end:
                yield start, end
                start = group
            last, end = _SCALES[word], match.end()
        elif word not in _SCALES and word != "and" and group <= end:
            group = match.start()
    yield start, len(text)


def decimal_point(text: str) -> str:
    """The digits of a decimal that words of `POINT` say.

    >>> decimal_point("twenty-one point zero five"), decimal_point("two point seventy-one")
    ('21.05', '2.71')
    """
    whole, _, places = text.lower().partition("point")
    digits = [_NUMBERS[word] for word in _WORD.findall(places)]
    read_out = max(digits) < 10
    return f"{count(whole)}.{''.join(map(str, digits)) if read_out else sum(digits)}"


def parts(text: str) -> Fraction:
    """The fraction that words of `PARTS`, or of `AND_PART` without its `and`, say.

    Of several readings the one with the largest denominator.

    Raises:
        ValueError: when they say none.

    >>> parts("three fifths"), parts("one-quarter"), parts("one hundred thirty fifths")
    (Fraction(3, 5), Fraction(1, 4), Fraction(20, 7))
    """
    pieces = _HYPHENATED.findall(_WIDE_DASH.sub("-", text.lower()))
    if len(pieces) == 1:
        pieces = pieces[0].split("-")
    for split in range(1, min(len(pieces), MAX_WORDS)):
        numerator, denominator = " ".join(pieces[:split]), " ".join(pieces[split:])
        if _WHOLE.fullmatch(numerator) and (n := _denominator(denominator, numerator)):
            return Fraction(count(numerator), n)
    raise ValueError(f"{text} is no fraction")


def _denominator(text: str, numerator: str) -> int | None:
    if text in _HALVES_AND_QUARTERS:
        return _HALVES_AND_QUARTERS[text]
    first, last = _WORD.findall(text)[0], text.removesuffix("s")
    # `five hundred thousandths` are thousandths, `one two-thousandth` is one of two thousand.
    scales = first in _SCALES or last.endswith(_SCALE_ORDINALS)
    if " " in text and (first in _SCALES or (scales and numerator not in ("a", "an", "one"))):
        return None
    try:
        return ordinal(last)
    except ValueError:
        return None


_HALVES_AND_QUARTERS = {"half": 2, "halves": 2, "quarter": 4, "quarters": 4}
_SCALE_ORDINALS = tuple(f"{scale}th" for scale in _SCALES)


def ordinal(text: str) -> int:
    """The place that words of `ORDINAL` say.

    Raises:
        ValueError: when they say none, or more than one.

    >>> ordinal("one hundred and twenty-fifth"), ordinal("thirtieth")
    (125, 30)
    """
    words = text.lower().rstrip()
    last = _WORD.findall(words)[-1]
    cardinal = words.removesuffix(last) + _ORDINALS.get(last, "")
    if len(words) > MAX_CHARS or not _WHOLE.fullmatch(cardinal):
        raise ValueError(f"{text} is no ordinal")
    return _SCALES.get(cardinal) or count(cardinal)


def has_part(text: str) -> bool:
    """Whether the last word is the denominator of `PARTS`."""
    last = text.lower().rpartition("-")[2].split()[-1]
    return last in _HALVES_AND_QUARTERS or last.removesuffix("s") in _ORDINALS
