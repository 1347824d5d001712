"""Quantities with units."""

import time
from decimal import Decimal
from fractions import Fraction

import pytest

from fluxem_encoders.detect import detect
from fluxem_encoders.structures.physics import BareUnit


def found(text):
    spans = detect(text, domains=["physics"])
    return [(s.text, s.value.magnitude, s.value.unit) for s in spans if s.domain == "physics"]


def units(text):
    spans = detect(text, domains=["physics"])
    return [(s.text, s.value.unit) for s in spans if isinstance(s.value, BareUnit)]


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
        ("2½ cups of tea, ½ mile", ("½ mile", Fraction(1, 2), "mile")),
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
        "It took 5 minutes, 3 hours and 20 s.",
        "Form 13F, flight 777F, size 10 mb, and 5 tons.",
    ],
)
def test_what_is_none(text):
    assert found(text) == []


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


def test_without_the_domain_only_the_number_is_found():
    (span,) = detect("9.8 m/s^2 up", limit=1)
    assert (span.text, span.value) == ("9.8", Decimal("9.8"))


@pytest.mark.parametrize("piece", ["5 ", "5 m", "5 m/", "five ", "5 square ", "5'", "5-", "1/2 "])
def test_time_is_linear(piece):
    started = time.process_time()
    detect(piece * (100_000 // len(piece)), domains=["physics", "finance"], limit=10)
    assert time.process_time() - started < 5
