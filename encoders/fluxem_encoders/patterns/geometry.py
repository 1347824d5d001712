"""Points of the plane and of space, and circles said in words.

A point is found after a word that asks for one (`points`, `vertices`, `coordinates`, `through`,
`centered at`), in `from (..) to (..)` and `between (..) and (..)`, in the list of a figure's
corners, and after a capital letter (`A(1, 2)`, `P(1, 2) and Q(3, 4)`).

Not points: `f(3, 4)`, `C(5, 2)`, `P(3, 4)`, `N(0, 1)` and other letters that name functions,
intervals, citations and other pairs without a word beside them.
"""

import re
from collections.abc import Iterator

from fluxem_encoders.patterns.numerals import GROUPED, PLAIN, number
from fluxem_encoders.patterns.rule import SPACE, Rule
from fluxem_encoders.patterns.statistics import bracketed
from fluxem_encoders.structures.geometry import Circle, Point

_COORDINATE = rf"-?{PLAIN}(?:/\d+)?"
_COMMA = rf"{SPACE}?[,;]{SPACE}?"
_PAIR = rf"\({SPACE}?{_COORDINATE}{_COMMA}{_COORDINATE}{SPACE}?\)"
_POINT = rf"\({SPACE}?{_COORDINATE}(?:{_COMMA}{_COORDINATE}){{1,2}}{SPACE}?\)"
_LABEL = r"(?:(?-i:[A-Z])[0-9]?'?(?:\s?=\s?|\s)?)"
_NAMED = rf"{_LABEL}?{_POINT}"
_NEXT = r"(?:\s?[,;]\s?(?:and\s)?|\s(?:and|to|or)\s)"
_LIST = rf"{_NAMED}(?:{_NEXT}{_NAMED})*"
_LONG_LIST = rf"{_NAMED}(?:{_NEXT}{_NAMED})+"

_FILLER = (
    r"(?:[\s,:]{1,2}(?:at|are|is|of|with|the|by|as|both|two|three|following|points?|vertex|"
    r"vertices|coordinates|having|given|being|located|origin\sand|(?-i:[A-Z]{1,4}))){0,4}[\s:=]{1,2}"
)
_WORD = (
    r"\b(?:(?:end|mid)?-?points?|vert(?:ex|ices)|coordinates?|corners|cent(?:er|re)|centroid|"
    r"origin|through|rotate|reflect|translate|dilate|distance\sfrom|vectors?)"
)
_AT = r"\b(?:cent(?:ered|red)|located|intersects?|intersecting|meets?|placed|plotted)\sat\s"
_FIGURE = (
    r"\b(?:triangle|quadrilateral|rectangle|parallelogram|trapezoid|trapezium|rhombus|square|"
    r"pentagon|hexagon|polygon|tetrahedron|segment|line)"
)
_SINGLE = r"\b(?-i:[ADQ])"  # P, C, N, U and others name functions of two
_PARENTHESES = re.compile(r"\([^)]*\)")

_LENGTH = rf"(?:{GROUPED}|{PLAIN}(?:/\d+)?)"
_RADIUS = rf"(?:a\s)?radius(?:\s(?:of|is))?\s(?:r\s?)?(?:=\s?)?{_LENGTH}"
_CENTER = (
    rf"(?:cent(?:ered|red)\sat|(?:a\s|its\s|the\s)?cent(?:er|re)(?:\s(?:at|is|of))?)"
    rf"\s(?:the\s)?(?:point\s)?{_LABEL}?{_PAIR}"
)
_WITH = r"(?:with|of|having|that\shas|has|whose)"
_AND = rf"(?:,?\s(?:and|{_WITH}))?,?\s"
_CIRCLE = rf"\bcircle,?\s(?:{_WITH}\s)?(?:{_CENTER}{_AND}{_RADIUS}|{_RADIUS}{_AND}{_CENTER})"
_RADIUS_OF = re.compile(rf"radius\D*?({_LENGTH})", re.IGNORECASE)


def _point(text: str) -> Point:
    return Point(bracketed(text))


def _circle(text: str) -> Circle | None:
    center, radius = _PARENTHESES.search(text), _RADIUS_OF.search(text)
    if center is None or radius is None:
        return None
    return Circle(_point(center[0]), number(radius[1]))


def _points(text: str) -> Iterator[tuple[int, int]]:
    return (match.span() for match in _PARENTHESES.finditer(text))


def _rule(pattern: str, before: str = "") -> Rule:
    return Rule(pattern, _point, before, split=_points, domain="geometry")


RULES = (
    # What follows the radius must not go on with it, as `5√2` and `5^2` would.
    Rule(_CIRCLE, _circle, after=r"(?:[^\w\x01.,/^*]|[.,]\D)", domain="geometry"),
    _rule(_LIST, rf"(?:{_WORD}{_FILLER}|{_AT}{_LABEL}?)"),
    _rule(rf"{_NAMED}\sto\s{_NAMED}", r"\bfrom\s"),
    _rule(rf"{_NAMED}\sand\s{_NAMED}", r"\bbetween\s"),
    _rule(_LONG_LIST, rf"{_FIGURE}{_FILLER}"),
    _rule(rf"{_SINGLE}{_POINT}(?:{_NEXT}{_NAMED})*"),
    _rule(rf"(?-i:P){_POINT}{_NEXT}(?-i:Q){_POINT}", r"\W"),  # from before P, which permutes
)
