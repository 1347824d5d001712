"""Quantities: a number and its unit, such as `9.8 m/s^2`, `5 ft 11 in`, `-3 °C`, `two pounds`.

Symbols count as written (`10 MB`; `10 mb` is none), names in any case. Not found: symbols that
are mostly something else behind a number (`2 A`, `6pm`, `2 in april`), tons, whose size depends
on the country, and lengths of time, which are durations.
"""

import re
from fractions import Fraction

from fluxem_encoders.errors import ValueFormError
from fluxem_encoders.patterns.arithmetic import AMOUNT, amount
from fluxem_encoders.patterns.numerals import DIGITS, EXPONENT, number
from fluxem_encoders.patterns.plain import VULGAR, plain_text
from fluxem_encoders.patterns.rule import SPACE, Rule
from fluxem_encoders.structures.physics import BareUnit, Quantity, written

# Symbol -> prefixes; `_` is what Ω and μ before a symbol are in plain text.
_PREFIXED = {
    "m": "kcmnd", "g": "kmn", "s": "mn", "A": "mk", "V": "kmM", "W": "kMGTm", "Pa": "kMGh",
    "Hz": "kMGT", "J": "kMGm", "N": "kMm", "L": "mcd", "l": "mcdh", "mol": "mn", "eV": "kMGT",
    "Wh": "kMGT", "Ah": "m", "cal": "k", "bar": "m", "B": "kKMGTP", "bps": "kMG", "bit": "kMG",
    "_": "kM",
}  # fmt: skip
_BARE = (
    "m|g|V|W|Pa|Hz|J|N|L|l|mol|eV|Wh|Ah|cal|bar|bit|bps|_|lbs?|oz|ft|yd|mi|mph|kph|rpm|psi|hp"
    "|ha|atm|mmHg|cc|mcg|lbf|kgf|nmi|[KMGT]iB|km/hr?|kmh|sq[. ]{0,2}ft|cu[. ]{0,2}ft"
)
_SYMBOL = "|".join([*(f"[{p}]{s}" for s, p in _PREFIXED.items()), _BARE])
_FACTOR = rf"(?:{_SYMBOL}|s|h|hr|min|d|A|K|B|in|cd)"
_POWER = r"(?:\^?-?[1-9]|[\x92-\x9c]{1,2})"
_PRODUCT = rf"{_FACTOR}{_POWER}?(?:[/·*]{_FACTOR}{_POWER}?){{1,3}}|{_FACTOR}{_POWER}"

_METRIC = (
    "(?:kilo|centi|milli|micro|nano|pico|mega|giga|tera|hecto|deci)?"
    "(?:met(?:er|re)s?|gramm?e?s?|lit(?:er|re)s?|watts?|volts?|amp(?:ere)?s?|ohms?|newtons?"
    "|pascals?|joules?|hertz|moles?|calories?|bytes?|bits?|teslas?|farads?|coulombs?)"
)
_CUSTOMARY = (
    "(?:miles?|yards?|feet|foot|inch(?:es)?|pounds?|ounces?|gallons?|quarts?|pints?|barrels?"
    "|bushels?|acres?|hectares?|knots?|horsepower|kelvins?|tonnes?|radians?|degrees?|lightyears?"
    "|teaspoons?|tablespoons?|carats?|kilos?|metric tons?)"
)
_RAISED = rf"(?:(?:square|cubic|sq\.?|cu\.?){SPACE})?"
_UNDER = rf"(?:{SPACE}per{SPACE}|/)(?:{_METRIC}|{_CUSTOMARY}|hour|minute|second|day|year)"
_NAME = rf"{_RAISED}(?:{_METRIC}|{_CUSTOMARY})(?:{_UNDER}(?:{SPACE}squared)?)?\b"
_SCALES = "(?:celsius|celcius|centigrade|centigrate|fahrenheit|farenheit)"
_DEGREES = rf"(?:deg(?:ree)?s?\.?|°){SPACE}?(?:[cf]\b|{_SCALES})|{_SCALES}|deg\.|deg\b|°"
# With a capital Kelvin is a name.
_BARE_DEGREES = (
    rf"(?:(?:deg(?:ree)?s?{SPACE})?{_SCALES}|deg(?:ree)?s?{SPACE}(?-i:[CF])|(?-i:kelvins?))"
)
_APART = rf"(?:[ \t\xa0]{{1,2}}|{SPACE}?-{SPACE}?)?"
_UNIT = rf"(?:{_DEGREES}|{_NAME}|(?-i:{_PRODUCT}|{_SYMBOL})|[\[<](?-i:{_PRODUCT}|{_SYMBOL})[\]>])"
_END = r"(?:[^\w\x80-\x9c^/-]|/[^\w]|-\D)"

_AMOUNT = re.compile(rf"-?(?:{AMOUNT})", re.IGNORECASE)
_TEMPERATURE = re.compile(
    r"(?:deg(?:ree)?s?\.?|°)\s?([cf])(?:[a-z]{4,})?"
    r"|([cf])(?:elsius|elcius|entigra[dt]e|ahrenheit|arenheit)",
    re.IGNORECASE,
)
_PARTS = re.compile(r"\d+(?:\.\d+)?")
_SPELLED = {
    "deg": "°", "deg.": "°", "kmh": "km/h", "kph": "km/h", "metric ton": "t", "metric tons": "t",
    "mcg": "μg", "kilo": "kg", "kilos": "kg", "KB": "kB",
}  # fmt: skip


def unit_text(text: str) -> str:
    """The unit as `units.parse_unit` reads it: `deg F` is `°F`, `metric tons` are `t`."""
    text = " ".join(text.strip(" -[]<>").split())
    if match := _TEMPERATURE.fullmatch(text):
        return f"°{(match[1] or match[2]).upper()}"
    text = re.sub(r"\b(sq|cu)(?:\. ?| |(?=ft))", r"\1 ", text)
    return _SPELLED.get(text, _SPELLED.get(text.lower(), text))


def quantity(text: str) -> Quantity:
    """The value of `9.8 m/s^2` or `three-and-a-half miles`.

    Raises:
        ValueError: when what follows the number is no unit.
    """
    match = _AMOUNT.match(plain_text(text))
    if match is None or text.rstrip(" ])>").endswith("π"):
        raise ValueFormError("no quantity")
    return Quantity(amount(match[0]), unit_text(text[match.end() :]))


def feet_and_inches(text: str) -> Quantity:
    """`5 ft 11 in`, `5'11"`: 71 in."""
    feet, inches = (Fraction(n) for n in _PARTS.findall(text))
    return Quantity(written(12 * feet + inches), "in")


def pounds_and_ounces(text: str) -> Quantity:
    """`2 lb 3 oz`: 35 oz."""
    pounds, ounces = (Fraction(n) for n in _PARTS.findall(text))
    return Quantity(written(16 * pounds + ounces), "oz")


def inches(text: str) -> Quantity:
    """`10"`: 10 in."""
    return Quantity(number(text.rstrip('" ')), "in")


def bare_unit(text: str) -> BareUnit:
    """`degrees celsius`, `°F`, `kelvin`."""
    return BareUnit(unit_text(text))


def kelvins(text: str) -> Quantity:
    """`300 K`."""
    return Quantity(amount(plain_text(text[:-1])), "K")


_SMALL = r"\d{1,3}(?:\.\d{1,4})?"
_LONG = "(?:long|wide|tall|deep|high|thick|across|diameter|screen|monitor|display|tv|pipe)"

RULES = tuple(
    Rule(pattern, read, before=before, after=after, domain="physics", original=True)
    for pattern, read, before, after in (
        (
            rf"\b\d{{1,4}}{SPACE}?(?:ft|feet|foot|'){SPACE}?(?:and{SPACE})?{_SMALL}{SPACE}?"
            r"(?:in\b|inch(?:es)?\b|\")",
            feet_and_inches,
            "",
            "",
        ),
        (
            rf"\b\d{{1,5}}{SPACE}?(?:lbs?|pounds?),?{SPACE}(?:and{SPACE})?{_SMALL}{SPACE}?"
            r"(?:oz|ounces?)\b",
            pounds_and_ounces,
            "",
            "",
        ),
        (rf"\b{_SMALL}{SPACE}?\"", inches, "", rf"{SPACE}?{_LONG}\b"),
        (rf"-?\b{DIGITS}{SPACE}(?-i:K)", kelvins, "", r"[^\w-]"),
        (rf"-?\b(?:{AMOUNT}){_APART}{_UNIT}", quantity, "", _END),
        (rf"-?(?:\.\d+|{VULGAR}){_APART}{_UNIT}", quantity, "", _END),
        (rf"-?\b{DIGITS}{EXPONENT}?{SPACE}1/(?-i:{_FACTOR}){_POWER}?", quantity, "", _END),
        (rf"\b{_BARE_DEGREES}\b|°{SPACE}?(?-i:[CF])\b", bare_unit, "", ""),
    )
)
