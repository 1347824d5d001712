"""The words of a text, as the router compares them."""

import itertools
import re
from collections.abc import Iterator, Sequence
from functools import lru_cache

_WORD = re.compile(r"[a-z]+|[+*/^!×÷√%≤≥<>=|σμ#-]")
# A number, date or list, also in a template (`#`); `Uniform(2, 14)` is one value.
_VALUE = re.compile(
    r"(?:\b(?:b|bin|binom|binomial|geom|geometric|po|pois|poisson|u|unif|uniform|n|normal|exp)\()?"
    r"(?:#|\d+-\d+-\d+|\d(?:[\d.,:;()\[\]]| (?=[\d(\[]))*)(?: ?%)?"
)
_CAMEL = re.compile("(?<=[a-z])(?=[A-Z])")  # between the words of a name such as `getWeather`
_SUFFIXES = ("ations", "ation", "ings", "ing", "ies", "ied", "est", "ed", "es", "s", "e", "y")


def words(text: str) -> list[str]:
    """Lower-case stems and operators, `#` for every value.

    >>> words("Averages of 3, 5, 8")
    ['averag', 'of', '#']
    """
    return [_stem(word) for word in _WORD.findall(_VALUE.sub(" # ", text.lower()))]


def spoken(name: str) -> str:
    """A tool's name as words.

    >>> spoken("getWeather"), spoken("lookup-order"), spoken("tide_height")
    ('get Weather', 'lookup order', 'tide height')
    """
    return _CAMEL.sub(" ", name).replace("_", " ").replace("-", " ")


@lru_cache(maxsize=65536)
def _stem(word: str) -> str:
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            return word[: -len(suffix)]
    return word


def terms(stems: Sequence[str]) -> set[str]:
    """The words, and the pairs of neighbours."""
    return {*stems, *(f"{a} {b}" for a, b in itertools.pairwise(stems))}


def deletions(word: str) -> Iterator[str]:
    """The word without each of its letters."""
    return (word[:i] + word[i + 1 :] for i in range(len(word)))
