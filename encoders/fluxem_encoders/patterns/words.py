"""Number words: `twenty-two`, `three hundred and five`, `two million`, `two thirds`."""

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
_PARTS = {
    "half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7,
    "eighth": 8, "ninth": 9, "tenth": 10, "eleventh": 11, "twelfth": 12, "twentieth": 20,
    "hundredth": 100, "thousandth": 1000,
}  # fmt: skip
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
_PART = "|".join(part for part in _PARTS if part not in ("half", "quarter"))

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

PARTS = (
    rf"(?:one{GAP}(?:half|{_PART})|one-quarter"
    rf"|(?:{'|'.join(_SMALL_WORDS[2:])}){GAP}(?:{_PART})s|(?:two|three)-quarters)"
)
"""A fraction with its numerator. `one second` is a time; quarters may be coins."""

AND_PART = (
    rf"{SPACE}and{SPACE}(?:an?{GAP}(?:half|quarter|{_PART})|one{GAP}quarter"
    rf"|(?:two|three){GAP}quarters|{PARTS})"
)
"""What makes a whole number a mixed one: `and a half`."""

HUNDREDS = (
    rf"\b{_BELOW_100}{GAP}hundred",
    rf"{SPACE}and{SPACE}{_BELOW_100}{GAP}hundred\b",
)
"""A number and the one after it: `five hundred and two hundred` is not one number."""

LARGE = rf"(?:{'|'.join(_SCALES)}|dozen)"
"""A word that multiplies the number before it."""

_WORD = re.compile(r"[a-z]+")


def scale(word: str) -> int:
    """What a word of `LARGE` in any number, or a short form such as `k`, multiplies by."""
    word = word.lower()
    return _FACTORS[word if word in _FACTORS else word.removesuffix("s")]


_FACTORS = _SCALES | {
    "dozen": 12, "k": 1000, "m": 10**6, "mn": 10**6, "mio": 10**6, "mln": 10**6, "mil": 10**6,
    "b": 10**9, "bn": 10**9, "bln": 10**9, "tn": 10**12, "tln": 10**12,
}  # fmt: skip


def last_scale(text: str) -> int:
    """The factor of the last word when it is thousand or larger, or a dozen; else 1."""
    word = _WORD.findall(text.lower())[-1:]
    factor = _FACTORS.get(word[0].removesuffix("s"), 1) if word else 1
    return 1 if factor == 100 else factor


def count(text: str) -> int:
    """The whole number that words of `COUNT` or `SMALL` say.

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
            group += _NUMBERS[word]
    return sum(groups) + group


def counts(text: str) -> Iterator[tuple[int, int]]:
    """The extents of the numbers in words of `COUNT`; scales go down within each.

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

    >>> parts("three fifths"), parts("one-quarter")
    (Fraction(3, 5), Fraction(1, 4))
    """
    numerator, denominator = _WORD.findall(text.lower())
    return Fraction(_NUMBERS[numerator], _PARTS[denominator.removesuffix("s")])


def has_part(text: str) -> bool:
    """Whether the last word is one of `PARTS`."""
    return text.lower().rpartition("-")[2].split()[-1].removesuffix("s") in _PARTS
