"""The units of measurement: what a unit text such as "kW·h" or "m/s^2" stands for, exactly.

Definitions are those of the SI brochure (2019), the international yard and pound (1959), and for
litres, gallons, calories and the like the ones in `_TABLE`. Units whose factor is measured
(dalton) or depends on the trade (ton, month) are left out.
"""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from functools import lru_cache

from fluxem_encoders.errors import ValueFormError
from fluxem_encoders.forms import clip

SI_BASES = ("m", "kg", "s", "A", "K", "mol", "cd")
"""The order of the exponents, as in the feature lanes."""

BASES = (*SI_BASES, "bit", "π")
"""Two more, so that bits do not vanish among plain numbers, and an angle in degrees is exact."""

MAX_UNIT_CHARS = 64
MAX_POWER = 99
MAX_DENOMINATOR = 9  # of an exponent
MAX_FACTOR_BITS = 4096

_WRITTEN_ORDER = ("π", "bit", "kg", "m", "s", "A", "K", "mol", "cd")


@dataclass(frozen=True, slots=True)
class Unit:
    """`x` of this unit is `x * factor + offset` of the product of `BASES` to its `exponents`.

    Raises:
        ValueFormError: for an exponent beyond ±99 or over more than 9, or a factor of more than
            4096 bits.
    """

    exponents: tuple[Fraction, ...]
    factor: Fraction
    offset: Fraction = Fraction(0)

    def __post_init__(self) -> None:
        terms = self.factor.numerator, self.factor.denominator
        if max(term.bit_length() for term in terms) > MAX_FACTOR_BITS:
            raise ValueFormError(f"the factor of a unit has at most {MAX_FACTOR_BITS} bits")
        if any(abs(e) > MAX_POWER or e.denominator > MAX_DENOMINATOR for e in self.exponents):
            raise ValueFormError(
                f"the exponents of a unit lie within ±{MAX_POWER}, over {MAX_DENOMINATOR} at most"
            )

    def times(self, other: "Unit") -> "Unit":
        """The product; an offset is lost, as the degrees of J/°C are differences."""
        exponents = tuple(a + b for a, b in zip(self.exponents, other.exponents, strict=True))
        return Unit(exponents, self.factor * other.factor)

    def to_power(self, power: Fraction) -> "Unit":
        """The power, for a whole one or one whose root of the factor is rational.

        Raises:
            ValueFormError: for a factor without that root, or when the result is too large.
        """
        bits = max(self.factor.numerator.bit_length(), self.factor.denominator.bit_length())
        if bits * abs(power) > MAX_FACTOR_BITS:
            raise ValueFormError(f"the factor of a unit has at most {MAX_FACTOR_BITS} bits")
        factor = self.factor**power.numerator
        if power.denominator > 1:
            terms = (_root(n, power.denominator) for n in (factor.numerator, factor.denominator))
            factor = Fraction(*terms)
        return Unit(tuple(e * power for e in self.exponents), factor)

    def si_text(self) -> str:
        """The product of powers of bases, such as "kg·m^2/s^2"; empty for a plain number.

        `parse_unit` reads it back with these exponents and factor 1.
        """
        power_of = dict(zip(BASES, self.exponents, strict=True))
        over = [_power_text(base, power_of[base]) for base in _WRITTEN_ORDER if power_of[base] > 0]
        under = [
            _power_text(base, -power_of[base]) for base in _WRITTEN_ORDER if power_of[base] < 0
        ]
        if not under:
            return "·".join(over)
        below = under[0] if len(under) == 1 else f"({'·'.join(under)})"
        return f"{'·'.join(over) or '1'}/{below}"


def _power_text(base: str, power: Fraction) -> str:
    if power.denominator > 1:
        return f"{base}^({power})"
    return base if power == 1 else f"{base}^{power}"


def _root(n: int, degree: int) -> int:
    """The whole root of n >= 1, by bisection."""
    low, high = 1, 1 << (n.bit_length() // degree + 1)
    while low < high:
        middle = (low + high) // 2
        low, high = (middle + 1, high) if middle**degree < n else (low, middle)
    if low**degree != n:
        raise ValueFormError("a broken power of a unit needs a factor whose root is rational")
    return low


PREFIXES = {
    "quetta": ("Q", 30),
    "ronna": ("R", 27),
    "yotta": ("Y", 24),
    "zetta": ("Z", 21),
    "exa": ("E", 18),
    "peta": ("P", 15),
    "tera": ("T", 12),
    "giga": ("G", 9),
    "mega": ("M", 6),
    "kilo": ("k", 3),
    "hecto": ("h", 2),
    "deca": ("da", 1),
    "deci": ("d", -1),
    "centi": ("c", -2),
    "milli": ("m", -3),
    "micro": ("μ", -6),
    "nano": ("n", -9),
    "pico": ("p", -12),
    "femto": ("f", -15),
    "atto": ("a", -18),
    "zepto": ("z", -21),
    "yocto": ("y", -24),
    "ronto": ("r", -27),
    "quecto": ("q", -30),
}
"""Name to symbol and power of ten."""

BINARY_PREFIXES = {
    "kibi": ("Ki", 10),
    "mebi": ("Mi", 20),
    "gibi": ("Gi", 30),
    "tebi": ("Ti", 40),
    "pebi": ("Pi", 50),
    "exbi": ("Ei", 60),
    "zebi": ("Zi", 70),
    "yobi": ("Yi", 80),
}
"""Name to symbol and power of two; for bits and bytes alone."""

_Prefix = tuple[str, Fraction, tuple[str, ...]]  # its text, its factor, the kinds that take it


def _prefixes(place: int) -> list[_Prefix]:
    """All prefixes; place 0 for their names, 1 for their symbols."""
    decimal = [
        ((name, symbol)[place], Fraction(10) ** power, ("si", "data") if power > 2 else ("si",))
        for name, (symbol, power) in PREFIXES.items()
    ]
    binary = [
        ((name, symbol)[place], Fraction(2) ** power, ("data",))
        for name, (symbol, power) in BINARY_PREFIXES.items()
    ]
    return [*decimal, *binary]


_NAME_PREFIXES, _SYMBOL_PREFIXES = _prefixes(0), _prefixes(1)

# Symbols | names (an "s" may follow) | prefixes: all of the SI's, "data" or none | definition in
# terms of earlier rows. Symbols are as written, names in any case.
_TABLE = """
g         | gram gramme                   | si   | 1/1000 kg
rad       | radian                        | si   | 1
sr        | steradian                     | si   | 1
%         | percent                       |      | 1/100
‰         | permille permil               |      | 1/1000
ppm       |                               |      | 1e-6
ppb       |                               |      | 1e-9
mcg       |                               |      | 1/1000000 g
Hz        | hertz                         | si   | 1 1/s
N         | newton                        | si   | 1 kg·m/s^2
Pa        | pascal                        | si   | 1 N/m^2
J         | joule                         | si   | 1 N·m
W         | watt                          | si   | 1 J/s
C         | coulomb                       | si   | 1 A·s
V         | volt                          | si   | 1 W/A
F         | farad                         | si   | 1 C/V
Ω Ohm ohm | ohm                           | si   | 1 V/A
          | kilohm                        |      | 1000 Ω
          | megohm                        |      | 1000000 Ω
S         | siemens                       | si   | 1 A/V
Wb        | weber                         | si   | 1 V·s
T         | tesla                         | si   | 1 Wb/m^2
H         | henry henries                 | si   | 1 Wb/A
lm        | lumen                         | si   | 1 cd
lx        | lux                           | si   | 1 lm/m^2
Bq        | becquerel                     | si   | 1 1/s
Gy        | gray                          | si   | 1 J/kg
Sv        | sievert                       | si   | 1 J/kg
kat       | katal                         | si   | 1 mol/s
min       | minute min                    |      | 60 s
h hr      | hour hr                       |      | 3600 s
d         | day                           |      | 86400 s
wk        | week                          |      | 7 d
yr        | year yr                       |      | 365.25 d
°         | degree deg                    |      | 1/180 π
arcmin    | arcminute                     |      | 1/60 °
arcsec    | arcsecond                     |      | 1/3600 °
gon       | gon gradian                   |      | 1/200 π
rev       | turn revolution               |      | 2 π
rpm       |                               |      | 1 rev/min
L l       | liter litre                   | si   | 1/1000 m^3
cc        |                               |      | 1e-6 m^3
t         | tonne                         | si   | 1000 kg
ha        | hectare                       |      | 10000 m^2
bar       | bar                           | si   | 100000 Pa
atm       | atmosphere                    |      | 101325 Pa
Torr      | torr                          | si   | 1/760 atm
mmHg      |                               |      | 133.322387415 Pa
inHg      |                               |      | 3386.388640341 Pa
eV        | electronvolt                  | si   | 1.602176634e-19 J
Wh        |                               | si   | 3600 J
Ah        |                               | si   | 3600 C
cal       | calorie                       | si   | 4.184 J
erg       | erg                           | si   | 1e-7 J
dyn       | dyne                          | si   | 1e-5 N
G         | gauss                         | si   | 1e-4 T
P         | poise                         | si   | 0.1 Pa·s
St        | stokes                        | si   | 1e-4 m^2/s
Ci        | curie                         | si   | 3.7e10 Bq
R         | roentgen                      | si   | 2.58e-4 C/kg
rem       | rem                           | si   | 0.01 Sv
M         | molar                         | si   | 1 mol/L
barn      | barn                          | si   | 1e-28 m^2
Å         | angstrom ångström             |      | 1e-10 m
au AU     |                               |      | 149597870700 m
ly        | lightyear                     |      | 9460730472580800 m
pc        | parsec                        | si   | 648000 au/π
in        | inch inches                   |      | 0.0254 m
ft        | foot feet                     |      | 12 in
yd        | yard                          |      | 3 ft
mi        | mile                          |      | 1760 yd
nmi       |                               |      | 1852 m
mil       | thou                          |      | 1/1000 in
fathom    | fathom                        |      | 2 yd
rod       | rod                           |      | 5.5 yd
ch        | chain                         |      | 22 yd
fur       | furlong                       |      | 220 yd
ac        | acre                          |      | 4840 yd^2
lb        | pound lb                      |      | 0.45359237 kg
oz        | ounce                         |      | 1/16 lb
gr        | grain                         |      | 1/7000 lb
st        | stone                         |      | 14 lb
ozt       |                               |      | 480 gr
ct        | carat                         |      | 0.2 g
gn        |                               |      | 9.80665 m/s^2
kgf       |                               |      | 1 kg·gn
lbf       |                               |      | 1 lb·gn
kip       | kip                           |      | 1000 lbf
pdl       | poundal                       |      | 1 lb·ft/s^2
slug      | slug                          |      | 1 lbf·s^2/ft
psi       |                               |      | 1 lbf/in^2
ksi       |                               |      | 1000 psi
BTU Btu   | btu                           |      | 1055.05585262 J
therm     | therm                         |      | 100000 BTU
hp        | horsepower                    |      | 550 ft·lbf/s
PS        |                               |      | 75 kgf·m/s
mph       |                               |      | 1 mi/h
kph       |                               |      | 1 km/h
kn        | knot                          |      | 1 nmi/h
gal       | gallon                        |      | 231 in^3
qt        | quart                         |      | 1/4 gal
pt        | pint                          |      | 1/8 gal
cup       | cup                           |      | 1/16 gal
gi        | gill                          |      | 1/32 gal
floz      |                               |      | 1/128 gal
tbsp      | tablespoon                    |      | 1/256 gal
tsp       | teaspoon                      |      | 1/768 gal
bbl       | barrel                        |      | 42 gal
bu        | bushel                        |      | 2150.42 in^3
impgal    |                               |      | 4.54609 L
imppt     |                               |      | 1/8 impgal
b         |                               | data | 1 bit
B         | byte                          | data | 8 bit
bps       |                               | data | 1 bit/s
°R degR   | rankine                       |      | 5/9 K
°C degC   | celsius                       |      | 1 K + 273.15
°F degF   | fahrenheit                    |      | 5/9 K + 459.67
"""

_SYMBOLS: dict[str, Unit] = {}
_NAMES: dict[str, Unit] = {}
_PREFIXED: dict[str, str] = {}  # "si" or "data", of the symbols and names that take prefixes

_TOKEN = re.compile(
    r"(?P<over>\s*/\s*|(?:^|\s+)per\s+)"
    r"|(?P<hundred>100\s*(?=[^\W\d_]))"
    r"|(?:\^|\*\*)(?:\((?P<inside>[+-]?\d{1,2}(?:/[1-9])?)\)|(?P<after>[+-]?\d{1,2}(?:\.\d{1,2})?))"
    r"|(?P<beside>[+-]?\d{1,2})"
    r"|\s+(?P<word>squared|cubed)\b"
    r"|(?P<raised>square|cubic|sq|cu)\s+"
    r"|(?P<open>\(\s*)|(?P<shut>\s*\))"
    r"|(?P<times>\s*[·⋅*×.]\s*|-(?=[^\W\d_])|\s+)"
    r"|(?P<name>°[CFR]?|[%‰]|[^\W\d_]+)"
)
# Names of several words, and what they are in the table.
_WORDS = (
    (re.compile(r"\bmetric tons?\b", re.IGNORECASE), "t"),
    (re.compile(r"\bnautical miles?\b", re.IGNORECASE), "nmi"),
    (re.compile(r"\blight[ -]years?\b", re.IGNORECASE), "ly"),
    (re.compile(r"\bfl(?:uid|\.)?[ -]?(?:ounces?\b|oz\b\.?)", re.IGNORECASE), "floz"),
    (re.compile(r"\b(?:US|U\.S\.) (?=gal|quart|pint|cup|fl|tea|table)", re.IGNORECASE), ""),
    (re.compile(r"\bimperial gallons?\b", re.IGNORECASE), "impgal"),
    (re.compile(r"\bimperial pints?\b", re.IGNORECASE), "imppt"),
    (re.compile(r"\b(?i:deg(?:ree)?s?)\.? (?=[CFR]\b)"), "deg"),
    (re.compile(r"\bdeg(?:ree)?s?\.? (?=celsius|fahrenheit|rankine)", re.IGNORECASE), ""),
)
_POWER_WORDS = {"squared": "2", "cubed": "3", "square": "2", "cubic": "3", "sq": "2", "cu": "3"}

_ONE = Unit((Fraction(0),) * len(BASES), Fraction(1))


@lru_cache(maxsize=1024)
def parse_unit(text: str) -> Unit:
    """Read a unit: names and symbols, prefixes, products, quotients, powers, parentheses.

    "m/s^2", "m s-2", "m·s⁻²", "meters per second squared" are the same unit; "L/100 km" is one as
    well. In "J/kg K" it is not plain what lies under the stroke, so that is refused.

    Raises:
        ValueFormError: for text that is no unit, or longer than 64 characters.
    """
    if not text or len(text) > MAX_UNIT_CHARS or not text.isprintable():
        raise ValueFormError(f"a unit has 1 to {MAX_UNIT_CHARS} characters in one line")
    # NFKC turns ² into 2, µ (micro) into μ, Ω (ohm) into Ω, ℃ into °C.
    plain = unicodedata.normalize("NFKC", text).replace("\N{MINUS SIGN}", "-")
    for words, symbol in _WORDS:
        plain = words.sub(symbol, plain)
    try:
        reader = _Reader(list(_tokens(plain)))
        unit = reader.quotient()
        if reader.peek() != "end":
            raise ValueFormError(f"`{reader.take()}` has no place there")
    except ValueFormError as error:
        text = f"{clip(text)} is no unit such as km/h, kg·m^2 or °C: {error}"
        raise ValueFormError(text) from None
    return unit


def _tokens(text: str) -> Iterator[tuple[str, str]]:
    at = 0
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None or match.lastgroup is None:
            raise ValueFormError(f"cannot read {clip(text[at:])}")
        yield match.lastgroup, match[match.lastgroup]
        at = match.end()


class _Reader:
    """A recursive reader of tokens; the text's length bounds its depth."""

    def __init__(self, tokens: list[tuple[str, str]]) -> None:
        self.tokens = [*tokens, ("end", "")]
        self.at = 0

    def peek(self) -> str:
        return self.tokens[self.at][0]

    def take(self) -> str:
        self.at += 1
        return self.tokens[self.at - 1][1]

    def quotient(self) -> Unit:
        """A product, and what each stroke after it divides by."""
        unit = _ONE if self.peek() == "over" else self.factor()
        while self.peek() == "times":
            self.take()
            unit = unit.times(self.factor())
        while self.peek() == "over":
            self.take()
            count = Fraction(100 if self.peek() == "hundred" and self.take() else 1)
            unit = unit.times(_scaled(self.factor(), count).to_power(Fraction(-1)))
            if self.peek() == "times":
                raise ValueFormError("after `/`, a product needs parentheses, as in J/(kg·K)")
        return unit

    def factor(self) -> Unit:
        """A name or a group in parentheses, with the powers before and after it."""
        if self.tokens[self.at] == ("beside", "1") and self.tokens[self.at + 1][0] == "over":
            self.take()
            return _ONE
        if self.peek() == "raised":
            power = _power(self.take())
            return self.factor().to_power(power)
        if self.peek() == "open":
            self.take()
            unit = self.quotient()
            if self.peek() != "shut":
                raise ValueFormError("a `)` is missing")
            self.take()
        elif self.peek() == "name":
            unit = _named(self.take())
        else:
            raise ValueFormError("a unit's name is missing")
        if self.peek() in ("inside", "after", "beside", "word"):
            unit = unit.to_power(_power(self.take()))
        return unit


def _power(text: str) -> Fraction:
    return Fraction(_POWER_WORDS.get(text, text))


def _named(text: str) -> Unit:
    """A symbol as written, or a name in any case; without a prefix if it can be."""
    if text in _SYMBOLS:
        return _SYMBOLS[text]
    if unit := _with_prefix(text, _SYMBOLS, _SYMBOL_PREFIXES):
        return unit
    lower = text.lower()
    for name in (lower, lower.removesuffix("s")):
        if name in _NAMES:
            return _NAMES[name]
        if unit := _with_prefix(name, _NAMES, _NAME_PREFIXES):
            return unit
    raise ValueFormError(f"no unit is named {clip(text)}")


def _with_prefix(text: str, units: dict[str, Unit], prefixes: list[_Prefix]) -> Unit | None:
    for prefix, scale, takers in prefixes:
        rest = text.removeprefix(prefix)
        if rest != text and rest in units and _PREFIXED.get(rest) in takers:
            return _scaled(units[rest], scale)
    return None


def _scaled(unit: Unit, scale: Fraction) -> Unit:
    return Unit(unit.exponents, unit.factor * scale)


def _add(symbols: str, names: str, prefixes: str, unit: Unit) -> None:
    for table, words in ((_SYMBOLS, symbols.split()), (_NAMES, names.split())):
        for word in words:
            table[word] = unit
            if prefixes:
                _PREFIXED[word] = prefixes


def _fill() -> None:
    spelled = (
        "meter metre",
        "",
        "second sec",
        "ampere amp",
        "kelvin",
        "mole mol",
        "candela",
        "bit",
        "pi",
    )
    for i, (symbol, names) in enumerate(zip(BASES, spelled, strict=True)):
        exponents = tuple(Fraction(i == j) for j in range(len(BASES)))
        prefixes = {"kg": "", "bit": "data", "π": ""}.get(symbol, "si")
        _add(symbol, names, prefixes, Unit(exponents, Fraction(1)))
    for row in _TABLE.strip().splitlines():
        symbols, names, prefixes, definition = map(str.strip, row.split("|"))
        scale, _, rest = definition.partition(" ")
        base, _, shift = rest.partition(" + ")
        unit = _scaled(parse_unit(base) if base else _ONE, Fraction(scale))
        offset = Fraction(shift or 0) * unit.factor
        _add(symbols, names, prefixes, Unit(unit.exponents, unit.factor, offset))


_fill()
