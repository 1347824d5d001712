"""What a pattern of the detector is made of."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from fluxem_encoders.values import Value

BLANKS = " \t\r\n\f\xa0"
SPACE = r"[\s\xa0]"
"""One blank; `\\xa0` stands for every blank that does not break a line."""

GAP = r"(?:[ \t\xa0]{1,3}|-)"
"""What stands between the words of one number: `twenty-two`, `twenty two`; no line break."""

Reading = Value | timedelta | None
"""A value, days from the reference date, or None for text that is to stay text."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One pattern and the reader of what it finds.

    Patterns are RE2 without capturing groups, in any case, over text as `plain_text` leaves it;
    the text ends in a line break. A pattern that may fail far from where it began must not begin
    again in between, or time would grow with the square of the text.

    Attributes:
        pattern: the span.
        read: the value of a span's text; None when it holds none; ValueError or ArithmeticError
            when it is not what it looked like, so that plain numbers are looked for inside.
        before, after: what must stand around the span; it is not used up.
        split: the extents within the span that are spans of their own; all of it by default.
        domain: the domain that must be asked for, so that the rule is used; always without.
        original: `read` gets the text as it was, not as `plain_text` leaves it.
    """

    pattern: str
    read: Callable[[str], Reading]
    before: str = ""
    after: str = ""
    split: Callable[[str], Iterable[tuple[int, int]]] | None = None
    domain: str = ""
    original: bool = False

    @property
    def whole(self) -> str:
        """The pattern together with what must stand around it."""
        return f"(?:{self.before})(?:{self.pattern})(?:{self.after})"


def skip(pattern: str) -> Rule:
    """A rule for text that holds no value."""
    return Rule(pattern, lambda text: None)
