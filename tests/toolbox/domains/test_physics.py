"""Physics against scipy's constants, textbook values and laws of the exact formulas."""

import math
import time
from decimal import Decimal
from fractions import Fraction
from typing import get_args

import pytest
import scipy.constants
from hypothesis import given, settings
from hypothesis import strategies as st

from fluxem_encoders.structures.constants import CONSTANTS, ConstantName
from fluxem_encoders.structures.physics import BareUnit, Quantity
from fluxem_encoders.values import Number
from fluxem_toolbox import ToolError
from fluxem_toolbox.domains import physics
from fluxem_toolbox.domains.physics import (
    add_quantities,
    convert_units,
    density,
    distance_travelled,
    divide_quantities,
    electric_current,
    electric_power,
    electrical_resistance,
    final_velocity,
    force,
    ideal_gas_pressure,
    kinetic_energy,
    magnitude_in_unit,
    momentum,
    multiply_quantities,
    photon_energy,
    physical_constant,
    potential_energy,
    pressure,
    quantity_power,
    same_dimension,
    subtract_quantities,
    voltage,
    wavelength,
)
from tests.checks import checks

LENGTHS = ("m", "km", "ft", "mi", "Å")
TIMES = ("s", "ms", "h", "d")

numbers = st.one_of(
    st.integers(-(10**9), 10**9),
    st.fractions(-1000, 1000, max_denominator=60),
    st.decimals(-1000, 1000, places=3),
)
lengths = st.builds(Quantity, numbers, st.sampled_from(LENGTHS))
times = st.builds(Quantity, numbers.filter(lambda x: x > 0), st.sampled_from(TIMES))
positive = st.fractions("1/1000", 1000, max_denominator=1000)


def si(quantity: Quantity | Number) -> Fraction:
    """The exact magnitude in SI base units."""
    assert isinstance(quantity, Quantity)
    return Fraction(quantity.magnitude) * quantity.parsed.factor + quantity.parsed.offset


SCIPY_NAMES = {
    "speed_of_light": "speed of light in vacuum",
    "planck": "Planck constant",
    "elementary_charge": "elementary charge",
    "boltzmann": "Boltzmann constant",
    "avogadro": "Avogadro constant",
    "gas_constant": "molar gas constant",
    "faraday": "Faraday constant",
    "standard_gravity": "standard acceleration of gravity",
    "standard_atmosphere": "standard atmosphere",
    "gravitational": "Newtonian constant of gravitation",
    "electron_mass": "electron mass",
    "proton_mass": "proton mass",
    "neutron_mass": "neutron mass",
    "atomic_mass": "atomic mass constant",
    "vacuum_permittivity": "vacuum electric permittivity",
    "vacuum_permeability": "vacuum mag. permeability",
    "rydberg": "Rydberg constant",
    "bohr_radius": "Bohr radius",
    "stefan_boltzmann": "Stefan-Boltzmann constant",
}


@pytest.mark.parametrize("name", get_args(ConstantName))
@checks(physical_constant, against="CODATA, in scipy")
def test_constants_are_those_of_scipy(name: ConstantName) -> None:
    value, unit, _ = scipy.constants.physical_constants[SCIPY_NAMES[name]]
    constant = physical_constant(name)
    # Of all digits that we have, and scipy cuts none of those that are published.
    assert float(constant.magnitude) == pytest.approx(value, rel=5e-10 if "stefan" in name else 0)
    assert same_dimension(constant, Quantity(1, unit or "1"))
    assert convert_units(constant, unit).magnitude == constant.magnitude
    assert constant.is_exact
    assert physical_constant(constant) == constant


def test_a_quantity_that_is_no_constant_is_refused() -> None:
    with pytest.raises(ToolError, match=r"`name`: 3 m/s is no constant; expected speed_of_light, "):
        physical_constant(Quantity(3, "m/s"))


def test_exact_constants_follow_from_each_other() -> None:
    value = {name: Fraction(constant.magnitude) for name, constant in CONSTANTS.items()}
    assert value["gas_constant"] == value["avogadro"] * value["boltzmann"]
    assert value["faraday"] == value["avogadro"] * value["elementary_charge"]
    light = value["vacuum_permittivity"] * value["vacuum_permeability"]
    assert float(light * value["speed_of_light"] ** 2) == pytest.approx(1, abs=1e-10)
    five = math.pi**5 * 2 / 15
    k, h, c = (value[n] for n in ("boltzmann", "planck", "speed_of_light"))
    assert float(value["stefan_boltzmann"]) == pytest.approx(five * float(k**4 / h**3 / c**2))


@given(lengths, st.sampled_from(LENGTHS))
def test_converting_there_and_back(a: Quantity, unit: str) -> None:
    there = convert_units(a, unit)
    assert there.unit == unit
    assert there.is_exact
    assert convert_units(there, a.unit).magnitude == a.magnitude
    assert magnitude_in_unit(a, unit) == there.magnitude
    assert convert_units(a, BareUnit(unit)) == there


@pytest.mark.parametrize(
    ("quantity", "unit", "expected"),
    [
        (Quantity(1, "mi"), "km", Decimal("1.609344")),
        (Quantity(1, "kW·h"), "MJ", Decimal("3.6")),
        (Quantity(-40, "°C"), "°F", -40),
        (Quantity(0, "K"), "°C", Decimal("-273.15")),
        (Quantity(100, "°C"), "K", Decimal("373.15")),
        (Quantity(1, "ft"), "yd", Fraction(1, 3)),
        (Quantity(1, "GiB"), "bit", 2**33),
        (Quantity(180, "°"), "rev", Decimal("0.5")),
        (Quantity(180, "°"), "rad", math.pi),
        (Quantity(math.pi, "rad"), "°", 180.0),
        (Quantity(60, "rpm"), "rad/s", 2 * math.pi),
        (Quantity(1, "pc"), "ly", scipy.constants.parsec / scipy.constants.light_year),
    ],
)
@checks(convert_units, magnitude_in_unit, against="definitions of the units")
def test_conversions(quantity: Quantity, unit: str, expected: Number) -> None:
    converted = convert_units(quantity, unit).magnitude
    if isinstance(expected, float):
        assert float(converted) == pytest.approx(expected, rel=1e-14)
    else:
        assert converted == expected
    assert type(magnitude_in_unit(quantity, unit)) is type(converted)


@given(lengths, lengths)
@checks(add_quantities, subtract_quantities, against="Python's fractions, in SI units")
def test_sums(a: Quantity, b: Quantity) -> None:
    total = add_quantities(a, b)
    assert total.unit == a.unit
    assert si(total) == si(a) + si(b) == si(add_quantities(b, a))
    assert si(subtract_quantities(total, b)) == si(a)


@settings(max_examples=25)
@given(lengths, times, positive)
@checks(multiply_quantities, divide_quantities, against="Python's fractions, in SI units")
def test_products(way: Quantity, duration: Quantity, factor: Fraction) -> None:
    speed = divide_quantities(way, duration)
    assert si(speed) == si(way) / si(duration)
    assert isinstance(speed, Quantity)
    assert speed.unit == "m/s"
    assert si(multiply_quantities(speed, duration)) == si(way)
    scaled = multiply_quantities(way, factor)
    assert scaled == multiply_quantities(factor, way)
    assert isinstance(scaled, Quantity)
    assert scaled.unit == way.unit
    assert si(divide_quantities(scaled, factor)) == si(way)
    assert divide_quantities(duration, duration) == 1
    assert si(divide_quantities(factor, duration)) == factor / si(duration)
    assert multiply_quantities(6, 7) == 42


@settings(max_examples=25)
@given(times, st.integers(-6, 6))
@checks(quantity_power, against="Python's fractions, in SI units")
def test_powers(duration: Quantity, n: int) -> None:
    raised = quantity_power(duration, n)
    if n == 0:
        assert raised == 1
    else:
        assert si(raised) == si(duration) ** n
        square = quantity_power(duration, 2)
        assert isinstance(square, Quantity)
        assert si(quantity_power(square, Fraction(n, 2))) == si(raised)


def test_a_root_that_is_irrational_is_a_float() -> None:
    side = quantity_power(Quantity(2, "m^2"), Decimal("0.5"))
    assert side == Quantity(math.sqrt(2), "m")
    assert quantity_power(Quantity(50, "%"), 2) == Decimal("0.25")


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("N·m", "J", True),
        ("°", "rad", True),
        ("W", "J", False),
        ("°C", "K", True),
        ("B", "%", False),
    ],
)
@checks(same_dimension, against="worked cases")
def test_same_dimension(a: str, b: str, same: bool) -> None:
    assert same_dimension(Quantity(1, a), Quantity(2, b)) is same


@settings(max_examples=25)
@given(positive, positive, positive, positive)
@checks(
    final_velocity,
    distance_travelled,
    force,
    kinetic_energy,
    momentum,
    potential_energy,
    against="laws of work and impulse",
)
def test_mechanics(m: Fraction, u: Fraction, a: Fraction, t: Fraction) -> None:
    mass, start = Quantity(m, "kg"), Quantity(u, "m/s")
    acceleration, time_ = Quantity(a, "m/s^2"), Quantity(t, "s")
    end = final_velocity(start, acceleration, time_)
    way = distance_travelled(start, time_, acceleration)
    push = force(mass, acceleration)
    # The work of the force is the energy gained, and its impulse the momentum gained.
    gained = si(kinetic_energy(mass, end)) - si(kinetic_energy(mass, start))
    assert si(push) * si(way) == gained
    assert si(push) * t == si(momentum(mass, end)) - si(momentum(mass, start))
    assert si(distance_travelled(start, time_)) == u * t
    lifted = potential_energy(mass, way, acceleration)
    assert si(lifted) == si(push) * si(way)
    standard = potential_energy(mass, way)
    assert si(standard) == si(potential_energy(mass, way, physical_constant("standard_gravity")))


@settings(max_examples=25)
@given(positive, positive)
@checks(
    voltage,
    electric_current,
    electrical_resistance,
    electric_power,
    against="law of Ohm, in fractions",
)
def test_electricity(i: Fraction, r: Fraction) -> None:
    current, resistance = Quantity(i, "A"), Quantity(r, "Ω")
    across = voltage(current, resistance)
    assert (across.unit, si(across)) == ("V", i * r)
    assert si(electric_current(across, resistance)) == i
    assert si(electrical_resistance(across, current)) == r
    assert si(electric_power(across, current)) == i * i * r


@settings(max_examples=25)
@given(positive, positive, positive)
@checks(density, pressure, against="Python's fractions, in SI units")
def test_pressure_and_density(m: Fraction, v: Fraction, area: Fraction) -> None:
    mass, volume = Quantity(m, "g"), Quantity(v, "L")
    assert si(density(mass, volume)) == m / v  # g/L is kg/m^3
    weight = force(mass, Quantity(area, "m/s^2"))
    assert si(pressure(weight, Quantity(area, "m^2"))) == m / 1000


@checks(ideal_gas_pressure, against="CODATA's molar volume")
def test_a_mole_of_gas_at_standard_conditions() -> None:
    """22.71095464 L at 273.15 K and 100 kPa, CODATA."""
    volume = Quantity(Decimal("22.71095464"), "L")
    p = ideal_gas_pressure(Quantity(1, "mol"), Quantity(0, "°C"), volume)
    assert float(p.magnitude) == pytest.approx(100_000, rel=1e-9)


@checks(photon_energy, against="CODATA's h c")
@checks(wavelength, against="law: speed over frequency")
def test_waves() -> None:
    green = Quantity(500, "nm")
    energy = photon_energy(green)
    electron_volts = convert_units(energy, "eV").magnitude
    assert float(electron_volts) == pytest.approx(1239.841984 / 500, rel=1e-9)  # h c, CODATA
    frequency = divide_quantities(physical_constant("speed_of_light"), green)
    assert isinstance(frequency, Quantity)
    assert photon_energy(frequency) == energy
    assert convert_units(wavelength(frequency), "nm") == Quantity(500, "nm")
    assert wavelength(Quantity(440, "Hz"), Quantity(343, "m/s")).magnitude == Fraction(343, 440)


kg, metre, second = Quantity(1, "kg"), Quantity(1, "m"), Quantity(1, "s")
volt, ampere, ohm = Quantity(1, "V"), Quantity(1, "A"), Quantity(1, "Ω")
mol, kelvin, litre = Quantity(1, "mol"), Quantity(1, "K"), Quantity(1, "L")


@pytest.mark.parametrize(
    ("name", "arguments", "category", "text"),
    [
        ("convert_units", (kg, "m"), "mismatch", "`convert_units.quantity` needs a quantity in m"),
        ("convert_units", (kg, "parrots"), "invalid", "'parrots' is no unit"),
        ("convert_units", (kg, ""), "invalid", "1 to 64 characters"),
        ("convert_units", (Quantity(60, "Hz"), "rpm"), "invalid", "rad/s or rev/s"),
        ("magnitude_in_unit", (kg, "s"), "mismatch", "in s or the like, got 1 kg"),
        ("add_quantities", (kg, second), "mismatch", "in kg or the like, got 1 s"),
        ("add_quantities", (Quantity(1, "°C"), kelvin), "invalid", "turns it into K"),
        ("subtract_quantities", (kelvin, Quantity(1, "°F")), "invalid", "turns it into K"),
        ("multiply_quantities", (2, Quantity(1, "°C")), "invalid", "turns it into K"),
        ("divide_quantities", (kg, 0), "undefined", "divisor other than 0"),
        ("divide_quantities", (kg, Quantity(0, "s")), "undefined", "divisor other than 0"),
        ("quantity_power", (Quantity(0, "m"), -1), "undefined", "0 to a negative power"),
        ("quantity_power", (Quantity(-1, "m"), Fraction(1, 2)), "undefined", "whole exponent"),
        ("quantity_power", (metre, 100), "limit", "within ±99"),
        ("quantity_power", (Quantity(200, "%"), 10**9), "limit", "350000 bits"),
        ("quantity_power", (Quantity(10**400, "m"), 50), "limit", "16384 bits"),
        ("kinetic_energy", (Quantity(-1, "kg"), metre), "invalid", ">= 0 kg, got -1 kg"),
        ("kinetic_energy", (kg, metre), "mismatch", "in m/s or the like, got 1 m"),
        ("potential_energy", (kg, second), "mismatch", "in m or the like"),
        ("force", (kg, metre), "mismatch", "in m/s^2 or the like"),
        ("momentum", (metre, metre), "mismatch", "in kg or the like"),
        ("distance_travelled", (metre, second), "mismatch", "in m/s or the like"),
        ("final_velocity", (metre, second, second), "mismatch", "in m/s or the like"),
        ("voltage", (ampere, Quantity(-1, "Ω")), "invalid", ">= 0 Ω"),
        ("electric_current", (volt, Quantity(0, "Ω")), "invalid", "> 0 Ω"),
        ("electrical_resistance", (volt, Quantity(0, "A")), "undefined", "other than 0 A"),
        ("electric_power", (volt, ohm), "mismatch", "in A or the like"),
        ("ideal_gas_pressure", (mol, Quantity(-300, "°C"), litre), "invalid", "> 0 K"),
        ("density", (kg, Quantity(0, "L")), "invalid", "> 0 m^3"),
        ("pressure", (Quantity(1, "N"), Quantity(0, "m^2")), "invalid", "> 0 m^2"),
        ("wavelength", (Quantity(0, "Hz"),), "invalid", "> 0 Hz"),
        ("photon_energy", (kg,), "invalid", "a wavelength such as 500 nm"),
    ],
)
def test_refusals(name: str, arguments: tuple[object, ...], category: str, text: str) -> None:
    with pytest.raises(ToolError) as caught:
        getattr(physics, name)(*arguments)
    assert caught.value.category == category
    assert text in str(caught.value)


def test_the_difference_of_two_temperatures() -> None:
    difference = subtract_quantities(Quantity(68, "°F"), Quantity(10, "°C"))
    assert difference == Quantity(10, "K")


LONG = {
    "int": 10**5000,
    "decimal": Decimal("1e9999"),
    "longest decimal": Decimal("1e999999999"),
    "fraction": Fraction(1, 10**5000),
}


@pytest.mark.parametrize("long", LONG.values(), ids=LONG)
def test_magnitudes_over_the_limit(long: Number) -> None:
    for tool in (multiply_quantities, add_quantities, divide_quantities):
        with pytest.raises(ToolError, match="limit") as caught:
            tool(Quantity(long, "m"), Quantity(3, "m"))
        assert caught.value.category == "limit"
    with pytest.raises(ToolError, match="limit"):
        multiply_quantities(long, kg)


def test_the_longest_magnitudes_take_little_time() -> None:
    started = time.process_time()
    longest = Quantity(Fraction(3**10_000, 7**5_800), "ft")
    convert_units(longest, "mi")
    assert same_dimension(add_quantities(longest, metre), longest)
    with pytest.raises(ToolError, match="16384 bits"):
        multiply_quantities(longest, longest)
    assert time.process_time() - started < 4  # twice the bound, for slow machines
