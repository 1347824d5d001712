"""Texts of units: exact factors, prefixes, powers, and what is none."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluxem_encoders.errors import ValueFormError
from fluxem_encoders.structures.units import BASES, BINARY_PREFIXES, PREFIXES, Unit, parse_unit

FACTORS = """
in = 0.0254 m; mi = 1609.344 m; km/h = 5/18 m/s; mph = 0.44704 m/s; acres = 4046.8564224 m^2
kWh = 3600000 J; kilowatt hours = 3600000 J; Newton-meters = 1 J; MeV = 1.602176634e-13 J
lbf = 4.4482216152605 N; hp = 745.69987158227022 W; gal = 3.785411784 L; mmol/L = 1 mol/m^3
µm² = 1e-12 m2; m s-1 = 1 meters per second; m·s⁻² = 1 m/s^2; cubic feet = 1 ft**3; kΩ·A = 1000 V
GiB = 1073741824 byte; Mbps = 1000000 bit/s; % = 10000 ppm; cm^(3/2) = 1/1000 m^1.5
fl oz = 1/128 gal; fluid ounces = 2 tbsp; US gallons = 16 cups; tbsp = 3 tsp; L/100 km = 1/100 L/km
light years = 9460730472580800 m; nautical miles = 1852 m; metric tons = 1000 kg; mcg = 1/1000 mg
kilohms = 1 kOhm; megohms = 1 MΩ; deg F = 1 °F; degrees Celsius = 1 °C
degrees = 10/9 gon; turn = 360 °; rpm = 1/60 turn/s; inHg = 25.4 mmHg; K = 9/5 degR
"""


@pytest.mark.parametrize("line", FACTORS.replace("\n", ";").strip(";").split(";"))
def test_factors(line: str) -> None:
    unit, _, rest = line.strip().partition(" = ")
    factor, _, base = rest.partition(" ")
    one, other = parse_unit(unit), parse_unit(base)
    assert one.exponents == other.exponents
    assert one.factor / other.factor == Fraction(factor)


def test_prefixes() -> None:
    for name, (symbol, power) in PREFIXES.items():
        assert parse_unit(f"{symbol}W") == parse_unit(f"{name}watts")
        assert parse_unit(f"{symbol}W").factor == Fraction(10) ** power
    for name, (symbol, power) in BINARY_PREFIXES.items():
        assert parse_unit(f"{symbol}B") == parse_unit(f"{name}bytes")
        assert parse_unit(f"{symbol}bit").factor == 2**power


EXPONENTS = st.integers(-99, 99) | st.fractions(-8, 8, max_denominator=9)


@given(st.tuples(*[st.just(0) | EXPONENTS] * 3), st.permutations(range(len(BASES))))
def test_the_text_of_a_product_of_bases_reads_back(
    powers: tuple[Fraction, ...], at: list[int]
) -> None:
    exponents = [Fraction(0)] * len(BASES)
    for place, power in zip(at, powers, strict=False):
        exponents[place] = Fraction(power)
    unit = Unit(tuple(exponents), Fraction(1))
    if text := unit.si_text():
        assert parse_unit(text) == unit
    else:
        assert not any(exponents)


@given(st.text("mkgs·/^()-²12 °C%per", max_size=20) | st.text(max_size=80))
def test_any_text_is_a_unit_or_refused(text: str) -> None:
    try:
        unit = parse_unit(text)
    except ValueFormError:
        return
    assert unit.factor > 0


BAD_UNITS = {
    "": "1 to 64 characters",
    "m" * 10**6: "1 to 64 characters",
    "J/kg K": r"needs parentheses, as in J/\(kg·K\)",
    "KB": "no unit is named 'KB'",
    "mbit": "no unit is named",
    "m^2^3": "has no place",
    "m)": "has no place",
    "(" * 60: "name is missing",
    "m//s": "name is missing",
    "(m": r"`\)` is missing",
    "m^(1/0)": "cannot read",
    "km^(1/2)": "root is rational",
    "m^0.33": "over 9 at most",
    "(((Mrad^99)^99)^99)^99": "4096 bits",
    "((m^9)^9)^9": "within ±99",
}


@pytest.mark.parametrize(("text", "sentence"), BAD_UNITS.items())
def test_what_is_no_unit(text: str, sentence: str) -> None:
    with pytest.raises(ValueFormError, match=sentence):
        parse_unit(text)
