"""Quantities with units."""

import time
from decimal import Decimal
from fractions import Fraction

import pytest

from fluxem_encoders.detect import detect
from fluxem_encoders.patterns import FURTHER
from fluxem_encoders.structures.constants import CONSTANTS, NAME_OF_CONSTANT
from fluxem_encoders.structures.physics import BareUnit


def found(text):
    spans = detect(text, domains=["physics"])
    return [(s.text, s.value.magnitude, s.value.unit) for s in spans if s.domain == "physics"]


def units(text):
    spans = detect(text, domains=["physics"])
    return [(s.text, s.value.unit) for s in spans if isinstance(s.value, BareUnit)]


@pytest.mark.parametrize(
    ("text", "constant"),
    [
        ("What is the speed of light?", "speed of light"),
        ("Planck’s constant", "Planck’s constant"),
        ("the Stefan–Boltzmann constant", "Stefan–Boltzmann constant"),
        ("universal gas constant", "universal gas constant"),
        ("mass of a proton", "mass of a proton"),
        ("Avogadro's\nnumber", "Avogadro's\nnumber"),
    ],
)
def test_constants_are_read_by_name(text, constant):
    (span,) = detect(text, domains=["physics"])
    assert (span.text, span.value in NAME_OF_CONSTANT) == (constant, True)
    assert not detect(text)


@pytest.mark.parametrize("name", CONSTANTS)
def test_every_constant_has_a_name_in_words(name):
    words = name.replace("_", " ")
    told = (words, f"{words} constant", words.replace(" ", "-") + " constant", f"{words} unit")
    read = [s.value for text in told for s in detect(text, domains=["physics"])]
    assert CONSTANTS[name] in read


@pytest.mark.parametrize(
    "text",
    [
        "reduced Planck constant",
        "specific gas constant of air",
        "dielectric constant",
        "the speed of light rail",
        "keep the mass of gas constant",
        "mass of an electron microscope",
    ],
)
def test_other_constants_are_not_mistaken_for_ours(text):
    assert not detect(text, domains=["physics"])


@pytest.mark.parametrize(
    ("text", "quantity"),
    [
        ("g is 9.8 m/s^2 here", ("9.8 m/s^2", Decimal("9.8"), "m/s^2")),
        ("12 kg·m/s²", ("12 kg·m/s²", 12, "kg·m/s²")),
        ("3 m³ of sand", ("3 m³", 3, "m³")),
        ("6.02e23 1/mol", ("6.02e23 1/mol", Decimal("6.02e23"), "1/mol")),
        ("he is 5 ft 11 in", ("5 ft 11 in", 71, "in")),
        ("he is 5'11\" tall", ("5'11\"", 71, "in")),
        ("6 feet 2.5 inches", ("6 feet 2.5 inches", Decimal("74.5"), "in")),
        ("2 lb 3 oz", ("2 lb 3 oz", 35, "oz")),
        ('a 10" wide board', ('10"', 10, "in")),
        ("98.6 °F", ("98.6 °F", Decimal("98.6"), "°F")),
        ("at -3 °C", ("-3 °C", -3, "°C")),
        ("40 deg celsius", ("40 deg celsius", 40, "°C")),
        ("weighs 8,4 g.", ("8,4 g", Decimal("8.4"), "g")),
        ("0,5 L of water", ("0,5 L", Decimal("0.5"), "L")),
        ("a temperature of 350K", ("350K", 350, "K")),
        ("20 degrees c", ("20 degrees c", 20, "°C")),
        ("51 fahrenheit", ("51 fahrenheit", 51, "°F")),
        ("turn by 90 degrees", ("90 degrees", 90, "degrees")),
        ("300 K", ("300 K", 300, "K")),
        ("200lbs", ("200lbs", 200, "lbs")),
        ("two pounds", ("two pounds", 2, "pounds")),
        ("2 hundred and 5 pounds", ("2 hundred and 5 pounds", 205, "pounds")),
        ("half a million miles", ("half a million miles", 500_000, "miles")),
        ("two-thirds mile", ("two-thirds mile", Fraction(2, 3), "mile")),
        ("a 3-inch screw", ("3-inch", 3, "inch")),
        ("his four-mile drive", ("four-mile", 4, "mile")),
        ("10 1/2 miles", ("10 1/2 miles", Fraction(21, 2), "miles")),
        ("three and a half miles", ("three and a half miles", Fraction(7, 2), "miles")),
        ("½ mile", ("½ mile", Fraction(1, 2), "mile")),
        ("0.9 trillion cubic feet", ("0.9 trillion cubic feet", 900_000_000_000, "cubic feet")),
        ("190,000 square meters", ("190,000 square meters", 190_000, "square meters")),
        ("120 sq. ft", ("120 sq. ft", 120, "sq ft")),
        ("60 miles per hour", ("60 miles per hour", 60, "miles per hour")),
        ("7.62mm", ("7.62mm", Decimal("7.62"), "mm")),
        ("100 MB", ("100 MB", 100, "MB")),
        ("20 [kg]", ("20 [kg]", 20, "kg")),
        ("120 μg", ("120 μg", 120, "μg")),
        ("5 kΩ", ("5 kΩ", 5, "kΩ")),
        ("291,890 metric tons", ("291,890 metric tons", 291_890, "t")),
        ("3.2 × 10^-5 mol/L", ("3.2 × 10^-5 mol/L", Decimal("3.2e-5"), "mol/L")),
        ("5 × 10⁻³ m", ("5 × 10⁻³ m", Decimal("0.005"), "m")),
        ("3 mol per liter", ("3 mol per liter", 3, "mol per liter")),
        ("10 mol dm^-3", ("10 mol dm^-3", 10, "mol dm^-3")),
        ("10 m s⁻¹", ("10 m s⁻¹", 10, "m s⁻¹")),
        ("5 kg m/s", ("5 kg m/s", 5, "kg m/s")),
        ("2 J kg^-1 K^-1", ("2 J kg^-1 K^-1", 2, "J kg^-1 K^-1")),
        ("4186 J/(kg·K)", ("4186 J/(kg·K)", 4186, "J/(kg·K)")),
        (
            "3 meters per second per second",
            ("3 meters per second per second", 3, "meters per second per second"),
        ),
        ("30 newton-meters", ("30 newton-meters", 30, "newton-meters")),
        ("9e9 N·m²/C²", ("9e9 N·m²/C²", Decimal("9e9"), "N·m²/C²")),
        ("6.6e-34 J s", ("6.6e-34 J s", Decimal("6.6e-34"), "J s")),
        ("1.6 × 10^-19 C", ("1.6 × 10^-19 C", Decimal("1.6e-19"), "C")),
        ("30 N m, up", ("30 N m", 30, "N m")),
        ("30 foot-pounds", ("30 foot-pounds", 30, "ft·lbf")),
        ("5 kilowatt hours", ("5 kilowatt hours", 5, "kilowatt hours")),
        ("6 L/100km", ("6 L/100km", 6, "L/100km")),
        ("6 liters per 100 km", ("6 liters per 100 km", 6, "liters per 100 km")),
        ("0.2 umol, 5", ("0.2 umol", Decimal("0.2"), "μmol")),
        ("half a liter", ("half a liter", Fraction(1, 2), "liter")),
        ("a half-mile walk", ("a half-mile", Fraction(1, 2), "mile")),
        ("three quarters of a mile", ("three quarters of a mile", Fraction(3, 4), "mile")),
        ("a current of 2 A", ("2 A", 2, "A")),
        ("I = 1.5 A", ("1.5 A", Decimal("1.5"), "A")),
        ("it took 2.5 s", ("2.5 s", Decimal("2.5"), "s")),
        ("for 2 h", ("2 h", 2, "h")),
        ("bake at 350F", ("350F", 350, "°F")),
        ("20 C outside?", ("20 C", 20, "°C")),
        ("it is minus 40 °C", ("minus 40 °C", -40, "°C")),
        ("minus 40 degrees celsius", ("minus 40 degrees celsius", -40, "°C")),
        ("1 1/2 cups of tea", ("1 1/2 cups", Fraction(3, 2), "cups")),
        ("2 tbsp", ("2 tbsp", 2, "tbsp")),
        ("12 fl oz", ("12 fl oz", 12, "fl oz")),
        ("5 gal", ("5 gal", 5, "gal")),
        ("she weighs 11 stone", ("11 stone", 11, "stone")),
        ("he weighs 11 stone 4 lb", ("11 stone 4 lb", 158, "lb")),
        ("2 atmospheres", ("2 atmospheres", 2, "atmospheres")),
        ("5 light-years", ("5 light-years", 5, "light-years")),
        ("3 nautical miles", ("3 nautical miles", 3, "nautical miles")),
        ("3 1/2 in, 5", ("3 1/2 in", Fraction(7, 2), "in")),
        ("1.57 rad", ("1.57 rad", Decimal("1.57"), "rad")),
        ("20 kn", ("20 kn", 20, "kn")),
        ("3 kilohms", ("3 kilohms", 3, "kilohms")),
        ("10 kOhm", ("10 kOhm", 10, "kOhm")),
    ],
)
def test_quantities(text, quantity):
    assert found(text) == [quantity]


@pytest.mark.parametrize(
    "text",
    [
        "We meet at 6pm, 2 in April, 4 A in room 7 B.",
        "I have 5 apples, 12 bars of chocolate and 3 feetless tables.",
        "He said 5 \"yes\" and 6 'no'.",
        "Take 5 π of it, version 2.3.1, order 24703 L-202.",
        "It took 5 minutes, 3 hours and 1h 20m. In the 1980 s and the 20s.",
        "Form 13F, flight 777F, size 10 mb, and 5 tons.",
        "Our current 4 A team, 3 A flows into hall 2, he cooked 4 F's.",
        "Seats 20C and 20 F, 4 A students, vitamin 12 C, at half past 2.",
        "Two stone lions, 3 stone walls, 3 World Cups, 3 1/2 in April, half miles.",
        "Half the miles, a quarter to 5, the 5 us teams, minus 40 people.",
    ],
)
def test_what_is_none(text):
    assert found(text) == []


RUNS = [
    ("currents of 2 A and 1.5 A", ["2 A", "1.5 A"]),
    ("2 A at 12 V", ["2 A", "12 V"]),
    ("heat it from 20C to 25C", ["20C", "25C"]),
    ("10 °C minus 40 °C", ["10 °C", "40 °C"]),
    ("V = 38 L, T = 300 K, U = 295 V, V2 = 0.5 L", ["38 L", "300 K", "295 V", "0.5 L"]),
]


@pytest.mark.parametrize(("text", "spans"), RUNS)
def test_several(text, spans):
    assert [span for span, _, _ in found(text)] == spans
    every = detect(text, domains=FURTHER)
    assert [span.text for span in every if span.domain == "physics"] == spans


@pytest.mark.parametrize(
    ("text", "found_units"),
    [
        ("20 °C in fahrenheit", [("fahrenheit", "°F")]),
        ("How many degrees Celsius are 5 K? And °F?", [("degrees Celsius", "°C"), ("°F", "°F")]),
        ("from degrees C to kelvin", [("degrees C", "°C"), ("kelvin", "kelvin")]),
        ("Lord Kelvin has degrees from Cambridge, C and F grades", []),
        ("in degrees, miles or pounds", []),
    ],
)
def test_units_of_temperature_without_a_number(text, found_units):
    assert units(text) == found_units
    assert detect(text.replace("20", "").replace("5", "")) == []


@pytest.mark.parametrize("text", ["(3,4 m)", "2,4,6 kg", "1,200 kg", "20s", "5 km in 90s"])
def test_no_comma_of_decimals_and_no_seconds(text):
    assert all(magnitude % 1 == 0 and unit != "s" for _, magnitude, unit in found(text))


def test_seconds_behind_a_speed():
    assert found("5 m/s for 20s") == [("5 m/s", 5, "m/s"), ("20s", 20, "s")]
    assert found("at 60 mph, in 6s;") == [("60 mph", 60, "mph"), ("6s", 6, "s")]
    assert found("230V gives 0.5 A")[1] == ("0.5 A", Decimal("0.5"), "A")


def test_without_the_domain_only_the_number_is_found():
    (span,) = detect("9.8 m/s^2 up", limit=1)
    assert (span.text, span.value) == ("9.8", Decimal("9.8"))


@pytest.mark.parametrize(
    "piece",
    [
        "5 ",
        "5 m",
        "5 m/",
        "five ",
        "5 square ",
        "5'",
        "5-",
        "1/2 ",
        "5 A, ",
        "kg m ",
        "a current of ",
        "5 g per ",
    ],
)
def test_time_is_linear(piece):
    started = time.process_time()
    detect(piece * (100_000 // len(piece)), domains=["physics", "finance"], limit=10)
    assert time.process_time() - started < 5
