"""What a pattern of the detector is made of."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from fluxem_encoders.values import Value

SPACE = r"[\s\xa0]"
"""One blank; `\\xa0` stands for every blank that does not break a line."""

BLANKS = " \t\r\n\f\xa0"

GAP = rf"(?:{SPACE}|-)"
"""What stands between the words of one number: `twenty-two`, `twenty two`."""

Reading = Value | timedelta | None
"""A value, days from the reference date, or None for text that is to stay text."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One pattern and the reader of what it finds.

    Attributes:
        pattern: RE2 syntax, any case, over text as `plain_text` leaves it. It has exactly one
            group: the span. Context around the group is seen, not used up. What may fail far from
            where it began must not begin again inside, or time would grow with the square.
        read: the value of a span's text; ValueError or ArithmeticError when it has none, so that
            plain numbers are looked for inside.
        split: the extents within the group that are read each for itself; all of it by default.
    """

    pattern: str
    read: Callable[[str], Reading]
    split: Callable[[str], Iterable[tuple[int, int]]] | None = None


def skip(pattern: str) -> Rule:
    """A rule for text that holds no value."""
    return Rule(f"({pattern})", lambda text: None)
