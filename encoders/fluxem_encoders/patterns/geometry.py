"""Points, vectors, segments, polygons and circles, and maps of the plane.

A point is found after a word that asks for one (`points`, `vertices`, `coordinates`, `through`,
`centered at`), in `from (..) to (..)` and `between (..) and (..)`, in the list of a figure's
corners, and after a capital letter (`A(1, 2)`, `P(1, 2) and Q(3, 4)`). So are vectors
beside words: `the vector <1, 2>`, `dot product of 3i + 4j and 2i - j`, everywhere as `⟨1, 2⟩`.

Corners after the name of a figure are one polygon (`polygon (0,0), (4,0), (4,3)`), so are those
that anything is said to have (`a parcel with corners (0,0), (4,0), (4,3)`);
`the line through (0,0) and (3,4)` and `segment from (0,0) to (3,4)` are one segment; where the
midpoint is asked for, they are two points. `rotation by 90° about the origin` and `reflection in
the x-axis` are maps; `rotate by 90°` is none.

Not points: `f(3, 4)`, `C(5, 2)`, `P(3, 4)`, `N(0, 1)` and other letters that name functions,
intervals, citations and other pairs without a word beside them.
"""

import re
from collections.abc import Callable, Iterable, Iterator

from fluxem_encoders.algebra import add, multiply, negate
from fluxem_encoders.errors import ValueFormError
from fluxem_encoders.patterns.numerals import GROUPED, PLAIN, number
from fluxem_encoders.patterns.plain import plain_text
from fluxem_encoders.patterns.rule import SPACE, Rule
from fluxem_encoders.patterns.statistics import bracketed
from fluxem_encoders.structures.geometry import Circle, Point, Polygon, Segment, Transform
from fluxem_encoders.values import Number

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
    r"vertices|coordinates|having|given|being|located|corners|has|whose|origin\sand|(?-i:[A-Z]{1,4}))){0,4}[\s:=]{1,2}"
)
_WORD = (
    r"\b(?:(?:end|mid)?-?points?|vert(?:ex|ices)|coordinates?|corners|cent(?:er|re)|centroid|"
    r"origin|through|rotate|reflect|translate|dilate|(?:distance|image|reflection|rotation)\s(?:from|of)|"
    r"vectors?)"
)
_AT = r"\b(?:cent(?:ered|red)|located|intersects?|intersecting|meets?|placed|plotted)\sat\s"
_FIGURE = (
    r"\b(?:triangle|quadrilateral|rectangle|parallelogram|trapezoid|trapezium|rhombus|square|"
    r"pentagon|hexagon|polygon|tetrahedron|segment|line)"
)
_SINGLE = r"\b(?-i:[ADQ])"  # P, C, N, U and others name functions of two
_PARENTHESES = re.compile(r"\([^)]*\)")
_DONE = (
    r"\s(?:(?:is|was|gets|lies)\s)?(?:reflected|rotated|translated|moved|shifted|mirrored|dilated|"
    r"mapped|turned|flipped|projected|inside|within|outside|on\sthe)\b"
)
_TRIPLE = rf"{PLAIN}{SPACE}?/{SPACE}?{PLAIN}{SPACE}?/{SPACE}?{PLAIN}"
_NUMBERS = re.compile(r"[\d.]+")
_CLAUSE_ENDS = r"(?:\s?[,;:?!)\n]|\s?\.\D|\s(?:and|then|to|is|from|with|for|on|by|lies?)\b)"
_GOES_ON = r"(?:\s?[,;:?!)\n]|\s?\.\D|\s(?-i:[a-z]{2}))"
_EQUATED = rf"x\s?=\s?{_COORDINATE}(?:,|,?\sand)\s?y\s?=\s?{_COORDINATE}"

_MIDDLE = (
    r"\b(?:mid-?point|middle|cent(?:er|re))\sof\s(?:the|a)\s(?:line\s)?segment\s"
    r"(?:(?-i:[A-Z]{2})\s)?(?:from|between|joining|connecting|with\send-?points(?:\sat)?)\s"
)
_FIRST_WORDS = r"\b(?:line\s)?(?:segment|line)\s(?:(?-i:[A-Z]{2})\s)?"
_JOINING = (
    r"(?:(?:that\s|which\s)?(?:joining|joins|connecting|connects|between|through|passing\sthrough|"
    r"passes\sthrough|goes\sthrough|containing)|with\send-?points|whose\send-?points\sare)(?:\sthe\spoints)?\s"
)
_SEGMENT = (
    rf"{_FIRST_WORDS}(?:{_JOINING}{_NAMED}\s(?:and|to|with)\s{_NAMED}"
    rf"|(?:from\s)?{_NAMED}(?:\sto\s{_NAMED})+)"
)

_CORNERS = {"triangle": 3, "quadrilateral": 4, "rectangle": 4, "parallelogram": 4, "trapezoid": 4,
            "trapezium": 4, "rhombus": 4, "square": 4, "kite": 4, "pentagon": 5, "hexagon": 6,
            "octagon": 8}  # fmt: skip
_SIDED = rf"\b(?:polygon|{'|'.join(_CORNERS)})"
_CORNER = rf"{_LABEL}?{_PAIR}"
# Shapes whose names say no number of corners.
_AREA = (
    r"(?:shape|figure|outline|region|area|parcel|plot|lot|field|land|plate|garden|lawn|yard|park"
    r"|site|property|room|floor|pond|pool|roof|zone|patch)"
)
_HAS = r"\s(?:with|whose|has|having)\s(?:(?:its|the|three|four|five|six)\s)?"
_CORNERS_LISTED = rf"{_FILLER}{_CORNER}(?:(?:{_NEXT}|\s){_CORNER}){{2,}}"
_INNER = rf"(?:{_PAIR}|\[{SPACE}?{_COORDINATE}{_COMMA}{_COORDINATE}{SPACE}?\])"
_PAIRS = rf"\[{SPACE}?{_INNER}(?:{_COMMA}{_INNER}){{COUNT}}{SPACE}?\]"
_OUTLINED = (
    rf"(?:{_SIDED}|\b(?:vertices|corners|outline|plot|region|field|shoelace(?:\sformula)?"
    rf"(?:\s(?:on|for|to))?|(?:area|perimeter)\sof)){_FILLER}"
)
_PAIR_TEXT = re.compile(r"[(\[]([^()\[\]]*)[)\]]")

_VECTOR = (
    rf"(?:<{SPACE}?{_COORDINATE}(?:{_COMMA}{_COORDINATE}){{1,2}}{SPACE}?>"
    rf"|\x01{SPACE}?{_COORDINATE}(?:{_COMMA}{_COORDINATE}){{1,2}}{SPACE}?\x01"
    rf"|-?(?:{_COORDINATE})?(?-i:[ij])\s?[-+]\s?(?:{_COORDINATE})?(?-i:[jk])"
    rf"(?:\s?[-+]\s?(?:{_COORDINATE})?(?-i:k))?\b)"
)
_ANGLED = rf"\x01{SPACE}?{_COORDINATE}{_COMMA}{_COORDINATE}{SPACE}?\x01"
_LETTER = r"(?:(?-i:[a-hp-wA-HP-W])\s?=\s?)"
_TIMES = r"(?:\)?\s?(?:[\xb7\xd7]|\s(?:x|\.|cross|dot)\s)\s?\(?)"
_VECTORS = (
    rf"{_VECTOR}(?:(?:(?:,|,?\s(?:and|with|onto|by|from))\s|\s?[\xb7\xd7]\s?){_LETTER}?{_VECTOR})*"
)
_VECTOR_WORD = (
    r"(?:\b(?:vectors?|forces?|velocity|displacement|(?:dot|cross|scalar|inner)\sproduct|angle|"
    r"magnitude|norm|projection)(?:\s(?:of|between|from|by|the|is|two|unit|vectors?)){0,4}"
    rf"[\s:]{{1,2}}{_LETTER}?|\b{_LETTER})"
)
_IN_UNITS = re.compile(r"(-?)([\d./]*)([ijk])")

_TURN = (
    rf"\brotation\s(?:by|of|through)\s-?(?:90|180|270|360)"
    rf"(?:{SPACE}?°|{SPACE}degrees|{SPACE}deg)(?:\s(?:counter-?|anti-?)?clockwise)?"
)
_ABOUT = (
    rf"\s(?:about|around)\s(?:the\sorigin|(?:the\spoint\s)?{_CORNER})"
    r"(?:\s(?:counter-?|anti-?)?clockwise)?"
)
_MAP_WORD = (
    r"\b(?:map|transform(?:ation)?|inverse|compos(?:e|ition)|apply|undo|followed\sby)"
    r"(?:\s(?:of|is|the|a|with)){0,2}\s?:?\s"
)
_TURNS = ((1, 0), (0, 1), (-1, 0), (0, -1))
_REFLECTION = (
    r"(?:\breflection\s(?:in|across|over|about|through)|\b(?:reflected\s)?(?:across|over))\s(?:the\s)?"
    r"(?:[xy][- ]axis|(?:line\s)?y\s?=\s?-?x|origin)"
)
_REFLECTIONS = {
    "x-axis": ((1, 0, 0), (0, -1, 0)),
    "y-axis": ((-1, 0, 0), (0, 1, 0)),
    "y=x": ((0, 1, 0), (1, 0, 0)),
    "y=-x": ((0, -1, 0), (-1, 0, 0)),
    "origin": ((-1, 0, 0), (0, -1, 0)),
}
_THREE = rf"\[{SPACE}?{_COORDINATE}(?:{_COMMA}{_COORDINATE}){{2}}{SPACE}?\]"

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


def _numbers(text: str) -> Iterator[tuple[int, int]]:
    return (match.span() for match in _NUMBERS.finditer(text))


def _equated(text: str) -> Point:
    """`x = 1, y = -2`."""
    return Point(tuple(number(part) for part in re.findall(r"=\s?(-?[\d./]*\d)", text)))


def _all_points(text: str) -> tuple[Point, ...]:
    return tuple(_point(f"({pair})") for pair in _PAIR_TEXT.findall(text))


def _segment(text: str) -> Segment:
    start, end = _all_points(text)  # ValueError for more
    return Segment(start, end)


def _polygon(text: str) -> Polygon:
    """The polygon; the first corner may stand at the end again.

    Raises:
        ValueFormError: also where the name of the figure says another number of corners.
    """
    name, points = re.split(r"\W", text, maxsplit=1)[0].lower(), _all_points(text)
    if points[0] == points[-1]:
        points = points[:-1]
    if len(points) != _CORNERS.get(name, len(points)):
        raise ValueFormError(f"a {name} has {_CORNERS[name]} corners")
    return Polygon(points)


def _one(pattern: str, read: Callable[[str], Segment | Polygon], before: str = "") -> Rule:
    """All of the text where it is one figure, else its points."""

    def split(text: str) -> Iterable[tuple[int, int]]:
        whole = ((0, len(text)),)
        try:
            read(text)
        except ValueError:
            return tuple(_points(text)) or whole
        return whole

    def read_part(text: str) -> Point | Segment | Polygon:
        return _point(text) if text.startswith("(") else read(text)

    return Rule(pattern, read_part, before, split=split, domain="geometry")


def _vectors(text: str) -> Iterator[tuple[int, int]]:
    return (match.span() for match in _VECTOR_TEXT.finditer(text))


def _vector(text: str) -> Point:
    """`<1, 2>`, `⟨1, 2⟩`, `3i + 4j - k`."""
    plain = plain_text(text)
    if plain[-1] in "jk":
        sizes = dict[str, Number]()
        for sign, size, unit in _IN_UNITS.findall(re.sub(r"\s", "", plain)):
            if unit in sizes:
                raise ValueFormError("each unit stands once")
            x = number(size or "1")
            sizes[unit] = negate(x) if sign else x
        units = "ijk" if "k" in sizes else "ij"
        return Point(tuple(sizes.get(unit, 0) for unit in units))
    if text[0] not in "<⟨〈" or text[-1] not in ">⟩〉":
        raise ValueFormError("no vector")
    return _point(plain)


def _rotation(text: str) -> Transform:
    """`rotation by 90° clockwise about (1, 2)`; counterclockwise where nothing is said."""
    angle, center = re.findall(r"-?\d+", text)[0], _PARENTHESES.search(text)
    turns = int(angle) // 90
    if re.search(r"(?<!counter)(?<!anti)(?<!-)clockwise", text, re.IGNORECASE):
        turns = -turns
    c, s = _TURNS[turns % 4]
    x, y = _point(center[0]).coordinates if center else (0, 0)
    shift_x = _sum(x, multiply(-c, x), multiply(s, y))
    shift_y = _sum(y, multiply(-s, x), multiply(-c, y))
    return Transform(((c, -s, shift_x), (s, c, shift_y)))


def _sum(*xs: Number) -> Number:
    total: Number = 0
    for x in xs:
        total = add(total, x)
    return total


def _reflection(text: str) -> Transform:
    said = re.sub(r"\s", "", re.sub(r"\saxis$", "-axis", text.lower()))
    return Transform(next(rows for name, rows in _REFLECTIONS.items() if said.endswith(name)))


def _affine(text: str) -> Transform:
    first, second = (bracketed(f"[{row}]") for row in re.findall(r"\[([^\[\]]*)\]", text))
    return Transform((first, second))


def _rule(pattern: str, before: str = "", after: str = "") -> Rule:
    return Rule(pattern, _point, before, after, split=_points, domain="geometry")


_VECTOR_TEXT = re.compile(_VECTOR, re.IGNORECASE)

RULES = (
    # Numbers that are no number of a room, no voltage, no fraction.
    Rule(
        PLAIN,
        number,
        r"(?:[\n,.;:?!]\s?|\b(?:a|my|our|his|her|their|the)\s(?:[a-z]{1,12}\s)?)room\s",
        rf"\s?(?:by|x|\xd7)\s?{PLAIN}(?:\s?[,.;?!\n]|\s?(?:m|ft)\b|\s(?:feet|met(?:er|re)s|area)\b)",
    ),
    Rule(
        PLAIN,
        number,
        r"\b(?:height|radius|width|length|depth|side|base|diameter|[rhlwd]\s?=)\s?(?:of\s|is\s|=\s?)?",
        r"\s(?-i:[A-Z])\s?=",
    ),
    Rule(_TRIPLE, number, r"\b(?:SSS|sides)(?:\sare|\sof)?:?\s", r"[^\w/]", split=_numbers),
    Rule(_TRIPLE, number, after=r"\s(?:right\s)?triangle\b", split=_numbers),
    # What follows the radius must not go on with it, as `5√2` and `5^2` would.
    Rule(_CIRCLE, _circle, after=r"(?:[^\w\x01.,/^*]|[.,]\D)", domain="geometry"),
    _rule(rf"{_NAMED}\s(?:and|to)\s{_NAMED}", _MIDDLE),
    _one(_SEGMENT, _segment),
    _one(_SIDED + _CORNERS_LISTED, _polygon),
    _one(r"corners" + _CORNERS_LISTED, _polygon, _HAS),
    _one(r"vertices" + _CORNERS_LISTED, _polygon, rf"\b{_AREA}{_HAS}"),
    _one(_PAIRS.replace("COUNT", "1"), _segment, rf"\b(?:segment|line){_FILLER}"),
    _one(_PAIRS.replace("COUNT", "2,"), _polygon, _OUTLINED),
    _rule(_LIST, rf"(?:{_WORD}{_FILLER}|{_AT}{_LABEL}?)"),
    _rule(rf"{_NAMED}\sto\s{_NAMED}", r"\bfrom\s"),
    Rule(
        rf"{_NAMED}(?:\s(?:and|to)\s|,?\s){_NAMED}",
        _segment,
        r"\b(?:slope|gradient)(?:\s(?:between|from|of))?(?:\sthe\spoints)?:?\s",
        domain="geometry",
    ),
    _rule(
        rf"{_NAMED}(?:\s(?:and|to|from)\s|,?\s){_NAMED}",
        r"\b(?:how\sfar\s(?:is|are|apart\sare)|dist(?:ance)?|mid-?point)(?:\s(?:of|between|from))?:?\s",
    ),
    _rule(rf"{_NAMED}\sand\s{_NAMED}", r"\bbetween\s"),
    _rule(
        _POINT,
        r"\b(?:is|does|if|whether)\s",
        r"\s(?:lies?\s)?(?:inside|within|outside|in\sthe|on\sthe)\b",
    ),
    _rule(_POINT, r"\bby\s", r"(?:\s?[,;:?!)\n]|\s?\.\D)"),
    _rule(rf"{_POINT}(?:{_NEXT}(?-i:[uvw])\s?=\s?{_POINT})*", r"\b(?-i:[uvw])\s?=\s?"),
    _rule(_LONG_LIST, rf"{_FIGURE}{_FILLER}"),
    _rule(rf"{_SINGLE}{_POINT}(?:{_NEXT}{_NAMED})*"),
    # from before P, which permutes
    _rule(rf"(?-i:P){_POINT}{_NEXT}(?-i:Q){_POINT}", r"\W"),
    _rule(rf"(?-i:[A-Z])'?{_POINT}", r"\W", _DONE),
    _rule(_POINT, r"\(x,\s?y(?:,\s?z)?\)\s?=\s?"),
    Rule(_EQUATED, _equated, rf"{_WORD}{_FILLER}", _CLAUSE_ENDS, domain="geometry"),
    Rule(_VECTORS, _vector, _VECTOR_WORD, split=_vectors, domain="geometry", original=True),
    Rule(_ANGLED, _vector, domain="geometry", original=True),
    Rule(
        rf"{_VECTOR}(?:{_TIMES}{_LETTER}?{_VECTOR})+",
        _vector,
        r"[\s(:=]",
        split=_vectors,
        domain="geometry",
        original=True,
    ),
    Rule(
        rf"<{SPACE}?{_COORDINATE}(?:{_COMMA}{_COORDINATE}){{1,2}}{SPACE}?>",
        _vector,
        r"\bby\s",
        r"[\s),.;:?!]",
        domain="geometry",
    ),
    Rule(
        rf"-?(?:{_COORDINATE})?(?-i:i)\s?[-+]\s?(?:{_COORDINATE})?(?-i:j)"
        rf"\s?[-+]\s?(?:{_COORDINATE})?(?-i:k)\b",
        _vector,
        r"(?:[a-z:]\s|\()",
        r"[\s),.;:?!]",
        domain="geometry",
    ),
    Rule(
        rf"-?(?:90|180|270|360)(?:{SPACE}?°|{SPACE}degrees|{SPACE}deg)"
        rf"(?:\s(?:counter-?|anti-?)?clockwise)?{_ABOUT}",
        _rotation,
        r"[\s(]",
        r"[^\w/^]",
        domain="geometry",
    ),
    Rule(_TURN + _ABOUT, _rotation, after=r"[^\w/^]", domain="geometry"),
    Rule(f"{_TURN}(?:{_ABOUT})?", _rotation, _MAP_WORD, r"[^\w/^]", domain="geometry"),
    Rule(_REFLECTION, _reflection, after=_GOES_ON, domain="geometry"),
    Rule(
        rf"\[{SPACE}?{_THREE}{_COMMA}{_THREE}{SPACE}?\]",
        _affine,
        r"\b(?:affine\s(?:map|transform(?:ation)?)|the\s(?:map|transform))(?:\smatrix)?:?\s",
        domain="geometry",
    ),
)
