"""Places in an order told from its end, or from where one is: `the last row`, `next one`."""

import re

from fluxem_encoders.patterns.rule import SPACE, Rule
from fluxem_encoders.structures.data import Position

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


RULES = tuple(
    Rule(pattern, read, after=after, domain="data")
    for pattern, read, after in (
        (rf"\b{_OF_END}\b", from_end, ""),
        (rf"\b{_NOT_BEFORE}{SPACE}{_NEAR}\b", lambda text: None, ""),
        (rf"\b{_NEAR}{SPACE}(?:{_NOT_BEHIND}|{_TIMES})\b", lambda text: None, ""),
        (rf"\b(?:next|previous|current){SPACE}one\b", from_here, ""),
        (rf"\b{_NEAR}", from_here, rf"{SPACE}(?:[a-z]{{2,}}|\d{{1,4}}{SPACE}[a-z])"),
    )
)
