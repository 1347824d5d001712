"""Quantities: a number and its unit, such as `9.8 m/s^2`, `5 ft 11 in`, `-3 °C`, `two pounds`.

Symbols count as written (`10 MB`; `10 mb` is none), names in any case. `2 A`, `350F`, `11 stone`
and `3 1/2 in` are only found beside words or signs that make them certain. Not found: symbols that
are mostly something else behind a number (`6pm`, `2 in april`), tons, whose size depends on the
country, and lengths of time, which are durations, but for `20 s` and `2 h`.
"""

import re
from collections.abc import Iterator
from fractions import Fraction

from fluxem_encoders.errors import ValueFormError
from fluxem_encoders.patterns.arithmetic import AMOUNT, amount, power_of_ten, signed
from fluxem_encoders.patterns.numerals import DIGITS, EXPONENT, MIXED, mixed, number
from fluxem_encoders.patterns.plain import SUPER_INTEGER, VULGAR, plain_text
from fluxem_encoders.patterns.rule import SPACE, Rule
from fluxem_encoders.structures.constants import CONSTANTS, ConstantName
from fluxem_encoders.structures.physics import BareUnit, Quantity, written
from fluxem_encoders.values import Number

# Symbol -> prefixes; `_` is what Ω and μ before a symbol are in plain text.
_PREFIXED = {
    "m": "kcmnd", "g": "kmnu", "s": "mn", "A": "mku", "V": "kmMu", "W": "kMGTmu", "Pa": "kMGh",
    "Hz": "kMGT", "J": "kMGm", "N": "kMm", "L": "mcdu", "l": "mcdhu", "mol": "mnu", "eV": "kMGT",
    "Wh": "kMGT", "Ah": "m", "cal": "k", "bar": "m", "B": "kKMGTP", "bps": "kMG", "bit": "kMG",
    "F": "mnpu", "H": "mu", "C": "mnu", "T": "mu", "rad": "m", "Ohm": "kM", "ohm": "kM", "_": "kM",
}  # fmt: skip
_BARE = (
    "m|g|V|W|Pa|Hz|J|N|L|l|mol|eV|Wh|Ah|cal|bar|bit|bps|_|lbs?|oz|ft|yd|mi|mph|kph|rpm|psi|hp"
    "|ha|atm|mmHg|cc|mcg|lbf|kgf|nmi|[KMGT]iB|km/hr?|kmh|sq[. ]{0,2}ft|cu[. ]{0,2}ft|gal|qt|tbsp"
    "|tsp|kn|rad"
)
_SYMBOL = "|".join([*(f"[{p}]{s}" for s, p in _PREFIXED.items()), _BARE])
_FACTOR = rf"(?:{_SYMBOL}|s|h|hr|min|d|A|K|B|in|cd)"
_POWER = r"(?:\^?-?[1-9]|[\x92-\x9c]{1,2})"
_RAISED_FACTOR = rf"{_FACTOR}{_POWER}?"
_UNDER_ONE = r"(?:\^?-[1-9]|\x9c[\x93-\x9b])"
_PRODUCT = (
    rf"{_RAISED_FACTOR}(?:(?:[/·*](?:{_FACTOR}|C|T){_POWER}?){{1,3}}"
    rf"|/\({_RAISED_FACTOR}(?:[·* ]{_RAISED_FACTOR}){{1,2}}\))|{_FACTOR}{_POWER}"
    # Behind a blank a unit may be a word, but for one with a power below zero or a stroke.
    rf"|(?:{_SYMBOL}){_POWER}? (?:{_RAISED_FACTOR}[ ·]){{0,2}}"
    rf"(?:{_FACTOR}{_UNDER_ONE}|{_RAISED_FACTOR}/{_RAISED_FACTOR})|k?N[ -]m|k?W h|(?:J|N|V|Pa) s"
)

_METRIC = (
    "(?:kilo|centi|milli|micro|nano|pico|mega|giga|tera|hecto|deci)?"
    "(?:met(?:er|re)s?|gramm?e?s?|lit(?:er|re)s?|watts?(?:[ -]hours?)?|volts?"
    "|amp(?:ere)?s?(?:[ -]hours?)?|ohms?|newtons?(?:[ -]met(?:er|re)s?)?"
    "|pascals?|joules?|hertz|moles?|calories?|bytes?|bits?|teslas?|farads?|coulombs?)"
    "|(?:kil|meg)ohms?"
)
_CUSTOMARY = (
    "foot[ -]pounds?|pound[ -]feet|miles?|yards?|feet|foot|inch(?:es)?|pounds?|ounces?|gallons?"
    "|quarts?|pints?|barrels?|bushels?|acres?|hectares?|knots?|horsepower|kelvins?|tonnes?"
    "|radians?|degrees?|light[ -]?years?|nautical miles?|teaspoons?|tablespoons?|cups?"
    "|fl(?:uid|[.])?[ -](?:ounces?|oz)|(?-i:US|U[.]S[.]) (?:gallons?|quarts?|pints?|cups?)"
    "|imperial (?:gallons?|pints?)|carats?|kilos?|metric tons?|atmospheres?"
)
_NAMES = rf"(?:{_METRIC}|{_CUSTOMARY})"
_RAISED = rf"(?:(?:square|cubic|sq\.?|cu\.?){SPACE})?"
_UNDER = (
    rf"(?:{SPACE}per{SPACE}|/)(?:100{SPACE}?)?(?:{_NAMES}|hour|minute|second|day|year"
    rf"|(?-i:{_SYMBOL}))"
)
_NAME = rf"(?:{_RAISED}{_NAMES}|(?-i:{_SYMBOL}))(?:(?:{_UNDER}){{1,2}}(?:{SPACE}squared)?)?\b"
_SCALES = "(?:celsius|celcius|centigrade|centigrate|fahrenheit|farenheit)"
_DEGREES = rf"(?:deg(?:ree)?s?\.?|°){SPACE}?(?:[cf]\b|{_SCALES})|{_SCALES}|deg\.|deg\b|°"
# With a capital Kelvin is a name.
_BARE_DEGREES = (
    rf"(?:(?:deg(?:ree)?s?{SPACE})?{_SCALES}|deg(?:ree)?s?{SPACE}(?-i:[CF])|(?-i:kelvins?))"
)
_APART = rf"(?:[ \t\xa0]{{1,2}}|{SPACE}?-{SPACE}?)?"
UNIT = rf"(?:{_DEGREES}|(?-i:{_PRODUCT})|{_NAME}|[\[<](?-i:{_PRODUCT}|{_SYMBOL})[\]>])"
UNIT_END = r"(?:[^\w\x80-\x9c\xb7^/-]|/[^\w]|-\D)"

SCIENTIFIC = (
    rf"(?:{DIGITS}{SPACE}?(?:[×x·]|\\times|\\cdot){SPACE}?)?"
    rf"10(?:\^(?:[-+]?\d+|\{{[-+]?\d+\}}|\([-+]?\d+\))|{SUPER_INTEGER})"
)
"""A number with a power of ten, `3.2 × 10^-5`."""

_POWER_TEXT = re.compile(rf"-?{SCIENTIFIC}", re.IGNORECASE)
_AMOUNT = re.compile(rf"-?(?:{AMOUNT})", re.IGNORECASE)
_TEMPERATURE = re.compile(
    r"(?:deg(?:ree)?s?\.?|°)\s?([cf])(?:[a-z]{4,})?"
    r"|([cf])(?:elsius|elcius|entigra[dt]e|ahrenheit|arenheit)",
    re.IGNORECASE,
)
_PARTS = re.compile(r"\d+(?:\.\d+)?")
_PART_TEXT = re.compile(
    r"(?:(?:an?|one)\s)?(half|quarter|three\squarters)[\s-](?:of\s)?(?:an?\s)?", re.IGNORECASE
)
_SPELLED = {
    "deg": "°", "deg.": "°", "kmh": "km/h", "kph": "km/h", "metric ton": "t", "metric tons": "t",
    "mcg": "μg", "kilo": "kg", "kilos": "kg", "KB": "kB",
    "foot-pound": "ft·lbf", "foot-pounds": "ft·lbf", "foot pound": "ft·lbf",
    "foot pounds": "ft·lbf", "pound-feet": "ft·lbf", "pound feet": "ft·lbf",
}  # fmt: skip
_MICRO = re.compile(r"\bu(?=(?:g|A|V|W|L|l|mol|F|H|C|T)\b)")


def unit_text(text: str) -> str:
    """The unit as `units.parse_unit` reads it: `deg F` is `°F`, `metric tons` are `t`."""
    text = " ".join(text.strip(" -[]<>").split())
    if match := _TEMPERATURE.fullmatch(text):
        return f"°{(match[1] or match[2]).upper()}"
    text = _MICRO.sub("μ", re.sub(r"\b(sq|cu)(?:\. ?| |(?=ft))", r"\1 ", text))
    return _SPELLED.get(text, _SPELLED.get(text.lower(), text))


def quantity(text: str) -> Quantity:
    """The value of `9.8 m/s^2` or `three-and-a-half miles`.

    Raises:
        ValueError: when what follows the number is no unit.
    """
    return Quantity(*quantity_parts(text))


def quantity_parts(text: str) -> tuple[Number, str]:
    """The number, and the unit as `unit_text` has it."""
    plain = plain_text(text)
    match = _POWER_TEXT.match(plain)
    size = signed(power_of_ten) if match else amount
    match = match or _AMOUNT.match(plain)
    if match is None or text.rstrip(" ])>").endswith("π"):
        raise ValueFormError("no quantity")
    return size(match[0]), unit_text(text[match.end() :])


def with_comma(text: str) -> Quantity:
    """`8,4 g`: 8.4 g."""
    return quantity(text.replace(",", ".", 1))


def below_zero(text: str) -> Quantity:
    """`minus 40 °C`."""
    return quantity(f"-{text.partition(' ')[2].lstrip()}")


def part(text: str) -> Quantity:
    """`half a liter`, `three quarters of a mile`."""
    match = _PART_TEXT.match(text)
    if match is None:
        raise ValueFormError("no part")
    said = match[1].lower()
    size = Fraction(2 if said == "half" else 3 if said.startswith("three") else 1, 4)
    return Quantity(size, unit_text(text[match.end() :]))


def feet_and_inches(text: str) -> Quantity:
    """`5 ft 11 in`, `5'11"`: 71 in."""
    feet, inches = (Fraction(n) for n in _PARTS.findall(text))
    return Quantity(written(12 * feet + inches), "in")


def stones_and_pounds(text: str) -> Quantity:
    """`11 stone 4 lb`: 158 lb."""
    stones, pounds = (Fraction(n) for n in _PARTS.findall(text))
    return Quantity(written(14 * stones + pounds), "lb")


def pounds_and_ounces(text: str) -> Quantity:
    """`2 lb 3 oz`: 35 oz."""
    pounds, ounces = (Fraction(n) for n in _PARTS.findall(text))
    return Quantity(written(16 * pounds + ounces), "oz")


def inches(text: str) -> Quantity:
    """`10"`: 10 in."""
    return Quantity(number(text.rstrip('" ')), "in")


def mixed_inches(text: str) -> Quantity:
    """`3 1/2 in`."""
    return Quantity(mixed(plain_text(text)[:-2].strip()), "in")


def bare_unit(text: str) -> BareUnit:
    """`degrees celsius`, `°F`, `kelvin`."""
    return BareUnit(unit_text(text))


def named_constant(text: str) -> Quantity:
    """`the speed of light`, `Planck's constant`.

    Raises:
        ValueError: for what is no constant of ours, such as the reduced Planck constant.
    """
    words = " ".join(re.findall(r"[a-z]+", text.lower().replace("'s", "").replace("’s", "")))
    for name, pattern in _CONSTANTS.items():
        if re.fullmatch(pattern, words):
            return CONSTANTS[name]
    raise ValueFormError("no constant")


def each(text: str) -> Iterator[tuple[int, int]]:
    """The extents of the quantities in `2 A and 1.5 A`."""
    return (match.span() for match in _EACH.finditer(text))


def speed_and_time(text: str) -> Iterator[tuple[int, int]]:
    """The extents of `5 m/s` and `20s` in `5 m/s for 20s`."""
    *_, end = re.finditer(r"\s", text)
    yield 0, len(re.split(r",?\s(?=[a-z]+\s[\d.]+s$)", text, flags=re.IGNORECASE)[0])
    yield end.end(), len(text)


def of_letter(text: str) -> Quantity:
    """`2.5 s`, `300 K`, `2 A`, `350F`; s, h, K and A are units, C and F degrees.

    Raises:
        ValueError: for a decade, `1980 s`.
    """
    size, unit = quantity_parts(re.sub(r"(?<=\d)K$", " K", text))  # 350K are no thousands
    if unit == "s" and re.fullmatch(r"1[5-9]\d0|20\d0", text[:-1].strip()):
        raise ValueFormError("this may be a decade")
    return Quantity(size, f"°{unit}" if unit in "CF" else unit)


_EACH = re.compile(r"-?\d[\d.,]*\s?(?:k?[a-z]+|_)", re.IGNORECASE)
_SMALL = r"\d{1,3}(?:\.\d{1,4})?"
_LONG = "(?:long|wide|tall|deep|high|thick|across|diameter|screen|monitor|display|tv|pipe)"
_SMALL_POWER = (
    rf"(?:{SPACE}?(?:[×x·]|\\times){SPACE}?10(?:\^-\d+|\^\{{-\d+\}}|\x9c[\x92-\x9b]+)|e-\d+)"
)
_STOP = rf"{SPACE}?(?:[,;:.?!)]|\n)"
_BEFORE_MINUS = (  # as of numbers: elsewhere `minus` subtracts
    "(?:a|about|and|are|around|at|be|by|equals|from|gets?|gives?|got|is|needs?|of|or|reads|returns?"
    "|shows?|than|the|to|was|were)"
)


def _run(unit: str) -> str:
    """`20C`, `20C to 25C`."""
    one = rf"-?{DIGITS}{SPACE}?(?-i:{unit})"
    return rf"{one}(?:(?:,|{SPACE}(?:and|or|to|vs\.?)){SPACE}{one}){{0,2}}"


_LINK = (
    rf"{SPACE}(?:an?|at|of|is|was|with|by|to|the|for|from|it|in|about|around|up|down|between"
    r"|passes|flows|flowing|reads|set|point|oven|circuit|wire|resistor)"
)
_SAYS = rf"(?:(?:{_LINK}){{1,4}}(?:{SPACE}?[=:])?|{SPACE}?[=:]){SPACE}"
_ELECTRIC = (
    r"\b(?:(?:currents?|amperage|charge|charging|fuse|breaker|battery|resistor|coil|wire|circuit)"
    rf"{_SAYS}|(?:draw(?:s|n|ing)?|carr(?:y|ies|ying)|delivers?|rated)(?:{_LINK}){{0,4}}{SPACE}"
    rf"|I{SPACE}?={SPACE}?)"
)
_IN_VOLTS = rf"{DIGITS}{SPACE}?(?:(?-i:k?V|[kM]?_)|volts?|ohms?)"
_AFTER_AMPERES = (
    rf"(?:{SPACE}(?:(?:of{SPACE})?(?:[AD]C{SPACE})?current|fuse|breaker|circuit|charger"
    rf"|flow(?:s|ing)?{SPACE}(?:through|in|across|for))\b|(?:,|{SPACE}(?:at|and|from|with|through|across)){SPACE}(?:an?{SPACE})?{_IN_VOLTS})"
)
_WARM = (
    rf"\b(?:(?:temperatures?|temps?|fever|thermostat|thermometer|oven)(?:{_SAYS}|{SPACE})"
    r"|(?:(?:pre-?)?heat(?:s|ed|ing)?|bak(?:e|es|ed|ing)|roast(?:ed)?|cook(?:ed|s)?"
    rf"|boil(?:s|ed|ing)?|freez(?:es?|ing)|melt(?:s|ing)?|cool(?:s|ed)?|warm(?:s|ed)?){_SAYS})"
)
_AFTER_WARM = (
    rf"{SPACE}(?:(?:in|into|to){SPACE}(?:°?(?-i:[CFK])|(?:deg(?:ree)?s?{SPACE})?(?:{_SCALES}|kelvins?)"
    rf"|the{SPACE}(?:oven|shade))|oven|outside|outdoors|fever)\b"
)
_WEIGHED = (
    rf"\bweigh(?:s|ed|ing|t)?(?:{SPACE}(?:of|is|was|about|around|now|only|just)){{0,2}}{SPACE}"
)
_NUMBER = rf"(?:{SCIENTIFIC}|{AMOUNT})"
_METRIC_SIGN = (
    r"(?-i:[kcmn]?m(?:\^?[23]|[\x94\x95]|/s|/h)?|[kmn]?g|[mcd]?[Ll]|m?mol|°C|k?(?:W|V|J|N|Pa|Wh))"
)
_FOR = rf",?{SPACE}(?:for|in|after|during|over){SPACE}"
_MOVING_FOR = (  # elsewhere `20s` are years
    rf"-?\b{DIGITS}{SPACE}?(?-i:k?m/(?:s(?:\^?2|\x94)?|hr?)|km/?h|mph|ft/s){_FOR}{_SMALL}(?-i:s)"
)
_HALF = (
    rf"(?:\b(?:half|(?:an?|one){SPACE}quarter|three{SPACE}quarters){SPACE}(?:of{SPACE})?an?{SPACE}"
    rf"|\ban?{SPACE}(?:half|quarter)(?:{SPACE}|-)|\bhalf-){_NAMES}\b"
)

# The names of constants in words with a blank between them.
_CONSTANTS: dict[ConstantName, str] = {
    "speed_of_light": "(?:speed|velocity) of light",
    "planck": "planck constant",
    "elementary_charge": "elementary charge|charge of (?:a|the|one) proton",
    "stefan_boltzmann": "stefan boltzmann constant",
    "boltzmann": "boltzmann constant",
    "avogadro": "avogadro (?:constant|number)",
    "gas_constant": "(?:(?:universal|ideal|molar) )?gas constant",
    "faraday": "faraday constant",
    "standard_gravity": "standard (?:gravity|acceleration (?:of|due to) (?:gravity|free fall))",
    "standard_atmosphere": "standard (?:atmosphere|atmospheric pressure)",
    "gravitational": "gravitational constant|constant of gravitation",
    "electron_mass": "electron (?:rest )?mass|(?:rest )?mass of (?:an|the|one) electron",
    "proton_mass": "proton (?:rest )?mass|(?:rest )?mass of (?:a|the|one) proton",
    "neutron_mass": "neutron (?:rest )?mass|(?:rest )?mass of (?:a|the|one) neutron",
    "atomic_mass": "atomic mass (?:unit|constant)",
    "vacuum_permittivity": "vacuum permittivity|permittivity of (?:free space|(?:the )?vacuum)",
    "vacuum_permeability": "vacuum permeability|permeability of (?:free space|(?:the )?vacuum)",
    "rydberg": "rydberg constant",
    "bohr_radius": "bohr radius",
}
# Fractions of ours; and words that go on otherwise.
_OTHER_CONSTANTS = (
    "(?:reduced planck|specific gas|(?:of|keep) gas) constant"
    "|(?:speed|velocity) of light (?:rail|traffic|aircraft|air|rain|wind|vehicles?|trains?|trucks?)"
    "|mass of (?:an|the|one) electron (?:microscope|beam|gun|volt)"
)
_CONSTANT_NAME = "|".join((_OTHER_CONSTANTS, *_CONSTANTS.values())).replace(
    " ", rf"(?:'s)?(?:{SPACE}{{1,3}}|[-\x01])"
)

RULES = tuple(
    Rule(pattern, read, before, after, split, domain="physics", original=True)
    for pattern, read, before, after, split in (
        (
            rf"\b\d{{1,4}}{SPACE}?(?:ft|feet|foot|'){SPACE}?(?:and{SPACE})?{_SMALL}{SPACE}?"
            r"(?:in\b|inch(?:es)?\b|\")",
            feet_and_inches,
            "",
            "",
            None,
        ),
        (
            rf"\b\d{{1,5}}{SPACE}?(?:lbs?|pounds?),?{SPACE}(?:and{SPACE})?{_SMALL}{SPACE}?"
            r"(?:oz|ounces?)\b",
            pounds_and_ounces,
            "",
            "",
            None,
        ),
        (
            rf"\b\d{{1,4}}{SPACE}(?:stone|st),?{SPACE}(?:and{SPACE})?{_SMALL}{SPACE}?"
            r"(?:lbs?|pounds?)\b",
            stones_and_pounds,
            f"(?:{_WEIGHED})?",
            "",
            None,
        ),
        (rf"\b{_SMALL}{SPACE}?\"", inches, "", rf"{SPACE}?{_LONG}\b", None),
        (
            rf"\b{MIXED}{SPACE}?in",
            mixed_inches,
            "",
            rf"(?:{_STOP}|\.?{SPACE}(?:{_LONG}|by|x|and{SPACE}\d)\b)",
            None,
        ),
        (rf"-?\b{DIGITS}{SPACE}(?-i:K)", of_letter, "", r"[^\w-]", None),
        (
            rf"-?\b(?:(?:{SCIENTIFIC}|{DIGITS}{EXPONENT}?)[ \t\xa0]|\d+\.\d+)(?-i:[sh])"
            rf"|-?\b{SCIENTIFIC}[ \t\xa0](?-i:[AK])",
            of_letter,
            "",
            UNIT_END,
            None,
        ),
        (rf"-?\b{DIGITS}{_SMALL_POWER}[ \t\xa0](?-i:[CFT])", quantity, "", UNIT_END, None),
        (_run("A"), of_letter, _ELECTRIC, UNIT_END, each),
        (
            rf"{_IN_VOLTS}(?:,|{SPACE}(?:and|at|gives|draws|[x×·*]))?{SPACE}{_run('A')}",
            quantity,
            "",
            UNIT_END,
            each,
        ),
        (rf"\b{_run('A')}", of_letter, "", _AFTER_AMPERES, each),
        (_run("[CFK]"), of_letter, _WARM, UNIT_END, each),
        (rf"\b{_run('[CF]')}", of_letter, "", _AFTER_WARM, each),
        (rf"\b(?:{AMOUNT}){SPACE}stone", quantity, _WEIGHED, UNIT_END, None),
        (
            rf"\b(?:{AMOUNT}){SPACE}stone",
            quantity,
            "",
            rf"(?:{_STOP}|{SPACE}(?:in|to|into){SPACE}(?:kg|lbs?|kilos?|kilograms?|pounds?)"
            rf"|{SPACE}(?:heavier|lighter|overweight))",
            None,
        ),
        (_HALF, part, "", r"[^\w]", None),
        (
            rf"(?:minus|negative){SPACE}(?:{AMOUNT}){_APART}(?:{_DEGREES}|degrees?\b|(?-i:K)\b)",
            below_zero,
            rf"(?:\b{_BEFORE_MINUS}{SPACE}|[=(]{SPACE}?|\n{SPACE}{{0,3}})",
            "",
            None,
        ),
        (_MOVING_FOR, quantity, "", UNIT_END, speed_and_time),
        (
            rf"\d{{1,3}},\d{{1,2}}{SPACE}?{_METRIC_SIGN}",
            with_comma,
            r"[^\w.,+*/^({\[-]",
            UNIT_END,
            None,
        ),
        (rf"-?\b{_NUMBER}{_APART}{UNIT}", quantity, "", UNIT_END, None),
        (rf"-?(?:\.\d+|{VULGAR}){_APART}{UNIT}", quantity, "", UNIT_END, None),
        (
            rf"-?\b{DIGITS}{EXPONENT}?{SPACE}1/(?-i:{_FACTOR}){_POWER}?",
            quantity,
            "",
            UNIT_END,
            None,
        ),
        (rf"\b(?:{_CONSTANT_NAME})\b", named_constant, "", "", None),
        (rf"\b{_BARE_DEGREES}\b|°{SPACE}?(?-i:[CF])\b", bare_unit, "", "", None),
    )
)
