"""Physical quantities: units, mechanics, electricity, gases and waves.

Formulas work in SI units, exactly, whatever units the arguments are written in.
"""

from collections.abc import Sequence
from fractions import Fraction
from typing import Literal

import gmpy2

from fluxem_encoders.errors import ValueFormError
from fluxem_encoders.forms import clip
from fluxem_encoders.structures.constants import CONSTANTS, NAME_OF_CONSTANT, ConstantName
from fluxem_encoders.structures.physics import BareUnit, Quantity
from fluxem_encoders.structures.units import BASES, Unit
from fluxem_encoders.values import Number
from fluxem_toolbox.domains.arithmetic import power
from fluxem_toolbox.errors import ToolError
from fluxem_toolbox.quantities import (
    magnitudes,
    measure,
    not_negative,
    number_of,
    positive,
    quantity_in,
    shown,
    unit_of,
)
from fluxem_toolbox.rationals import high_precision, in_form_of, nearest_float, real
from fluxem_toolbox.registry import tool

PI = BASES.index("π")


def _constant(name: ConstantName) -> Fraction:
    return Fraction(CONSTANTS[name].magnitude)


@tool("physics", keywords=("convert", "in", "to", "units", "how many", "express", "°F", "miles"))
def convert_units(quantity: Quantity, unit: BareUnit | str) -> Quantity:
    """Same quantity in another unit, such as km/h.

    Temperatures move with their zeros. A float, to 15 digits or so, where only one of the units
    holds π, as in degrees to radians.

    >>> convert_units(Quantity(90, "km/h"), "m/s"), convert_units(Quantity(68, "°F"), "°C")
    (Quantity(magnitude=25, unit='m/s'), Quantity(magnitude=20, unit='°C'))
    >>> convert_units(Quantity(180, "°"), "rad")
    Quantity(magnitude=3.141592653589793, unit='rad')
    """
    wanted = unit if isinstance(unit, str) else unit.unit
    return quantity_in(wanted, *_converted("convert_units", quantity, wanted), "convert_units")


@tool("physics", keywords=("number of", "value", "how many", "without unit", "amount", "convert"))
def magnitude_in_unit(quantity: Quantity, unit: BareUnit | str) -> Number:
    """Plain number of a quantity when measured in a unit.

    A float where only one of the units holds π.

    >>> magnitude_in_unit(Quantity(2, "h"), "min")
    120
    >>> magnitude_in_unit(Quantity(180, "°"), "rad")
    3.141592653589793
    """
    wanted = unit if isinstance(unit, str) else unit.unit
    return in_form_of(*_converted("magnitude_in_unit", quantity, wanted))


def _converted(tool: str, quantity: Quantity, unit: str) -> tuple[Fraction, list[Number]]:
    """The magnitude in the other unit, and the numbers whose form it takes."""
    old, new = quantity.parsed, unit_of(f"{tool}.unit", unit)
    powers_of_pi = old.exponents[PI] - new.exponents[PI]
    if not powers_of_pi or old.exponents[:PI] != new.exponents[:PI]:
        return measure(f"{tool}.quantity", quantity, unit), magnitudes([quantity])
    # The SI has rad = 1, so Hz and rad/s are one unit to it, yet 1 Hz is mostly meant as 1 rev/s.
    if any("hz" in text.lower() or "hertz" in text.lower() for text in (quantity.unit, unit)):
        raise ToolError(
            f"`{tool}` does not turn Hz into an angle per time, as that may be rad/s or rev/s; "
            f"write one of these, not {shown(quantity)}"
        )
    magnitude = number_of(f"{tool}.quantity", quantity.magnitude)
    with high_precision():
        turn = gmpy2.const_pi() ** real(powers_of_pi)
        result = nearest_float(real(magnitude * old.factor / new.factor) * turn)
    return Fraction(result), [result]


@tool("physics", keywords=("plus", "sum", "total", "together", "combined", "+"))
def add_quantities(a: Quantity, b: Quantity) -> Quantity:
    """Sum of two quantities, in the first one's unit.

    >>> add_quantities(Quantity(1, "km"), Quantity(250, "m"))
    Quantity(magnitude=Decimal('1.25'), unit='km')
    """
    _refuse_zero_points("add_quantities", a, b)
    other = measure("add_quantities.b", b, a.unit)
    total = number_of("add_quantities.a", a.magnitude) + other
    return quantity_in(a.unit, total, (a, b), "add_quantities")


@tool("physics", keywords=("minus", "difference", "less", "left", "change", "-"))
def subtract_quantities(a: Quantity, b: Quantity) -> Quantity:
    """Difference of two quantities, in the first one's unit.

    That of two temperatures in °C or °F is given in K.

    >>> subtract_quantities(Quantity(1, "h"), Quantity(15, "min"))
    Quantity(magnitude=Decimal('0.75'), unit='h')
    """
    unit = a.unit
    if a.parsed.offset and b.parsed.offset:
        unit = "K"
    else:
        _refuse_zero_points("subtract_quantities", a, b)
    first, second = (
        measure(f"subtract_quantities.{name}", x, unit) for name, x in (("a", a), ("b", b))
    )
    return quantity_in(unit, first - second, (a, b), "subtract_quantities")


@tool("physics", keywords=("times", "product", "by", "double", "area", "*"))
def multiply_quantities(a: Quantity | Number, b: Quantity | Number) -> Quantity | Number:
    """Product of two quantities, or of a quantity and a number.

    In SI base units, or in the quantity's own unit if the other one is a number; a plain number
    if the units cancel.

    >>> multiply_quantities(Quantity(5, "N"), Quantity(200, "cm"))
    Quantity(magnitude=10, unit='kg·m^2/s^2')
    >>> multiply_quantities(3, Quantity(2, "km"))
    Quantity(magnitude=6, unit='km')
    """
    if isinstance(b, Quantity) and not isinstance(a, Quantity):
        return multiply_quantities(b, a)
    return _product("multiply_quantities", a, b, 1)


@tool("physics", keywords=("over", "per", "ratio", "speed", "rate", "split", "/"))
def divide_quantities(a: Quantity | Number, b: Quantity | Number) -> Quantity | Number:
    """Quotient of two quantities, or of a quantity and a number.

    In SI base units, or in the quantity's own unit if the divisor is a number; a plain number if
    the units cancel.

    >>> divide_quantities(Quantity(90, "km"), Quantity(2, "h"))
    Quantity(magnitude=Decimal('12.5'), unit='m/s')
    >>> divide_quantities(Quantity(3, "km"), Quantity(500, "m"))
    6
    """
    if (b.magnitude if isinstance(b, Quantity) else b) == 0:
        raise ToolError("`divide_quantities` needs a divisor other than 0", "undefined")
    return _product("divide_quantities", a, b, -1)


def _product(
    tool: str, a: Quantity | Number, b: Quantity | Number, sign: Literal[1, -1]
) -> Quantity | Number:
    """a times b to the power of `sign`."""
    _refuse_zero_points(tool, a, b)
    first, second = _in_bases(f"{tool}.a", a), _in_bases(f"{tool}.b", b)
    if isinstance(a, Quantity) and not isinstance(b, Quantity):
        return quantity_in(a.unit, Fraction(a.magnitude) * second**sign, (a, b), tool)
    exponents = [x + sign * y for x, y in zip(_exponents_of(a), _exponents_of(b), strict=True)]
    return _of_bases(tool, first * second**sign, exponents, (a, b))


def _in_bases(where: str, x: Quantity | Number) -> Fraction:
    """The magnitude over the product of bases that the unit stands for."""
    if isinstance(x, Quantity):
        return number_of(where, x.magnitude) * x.parsed.factor
    return number_of(where, x)


def _exponents_of(x: Quantity | Number) -> Sequence[Fraction]:
    return x.parsed.exponents if isinstance(x, Quantity) else [Fraction(0)] * len(BASES)


def _of_bases(
    tool: str,
    magnitude: Fraction,
    exponents: Sequence[Fraction],
    inputs: Sequence[Quantity | Number],
) -> Quantity | Number:
    text = _base_unit(tool, exponents)
    if not text:
        return in_form_of(magnitude, magnitudes(inputs))
    return quantity_in(text, magnitude, inputs, tool)


def _base_unit(tool: str, exponents: Sequence[Fraction]) -> str:
    """The text of a product of bases, empty for a plain number."""
    try:
        return Unit(tuple(exponents), Fraction(1)).si_text()
    except ValueFormError as error:
        raise ToolError(f"`{tool}` has no unit for its result: {error}", "limit") from None


def _refuse_zero_points(tool: str, *quantities: Quantity | Number) -> None:
    for x in quantities:
        if isinstance(x, Quantity) and x.parsed.offset:
            raise ToolError(
                f"`{tool}` cannot take {shown(x)}, as {x.unit} counts from a zero of its own; "
                "`convert_units` turns it into K"
            )


@tool("physics", keywords=("squared", "cubed", "square root", "raised", "^"))
def quantity_power(quantity: Quantity, exponent: Number) -> Quantity | Number:
    """Quantity raised to an exponent, in SI base units.

    Exact for whole exponents and for perfect powers, else a float.

    >>> quantity_power(Quantity(30, "cm"), 2), quantity_power(Quantity(9, "m^2"), Fraction(1, 2))
    (Quantity(magnitude=Decimal('0.09'), unit='m^2'), Quantity(magnitude=3, unit='m'))
    >>> quantity_power(Quantity(2, "m^2"), Fraction(1, 2))
    Quantity(magnitude=1.4142135623730951, unit='m')
    """
    _refuse_zero_points("quantity_power", quantity)
    e = number_of("quantity_power.exponent", exponent)
    exponents = [x * e for x in quantity.parsed.exponents]
    _base_unit("quantity_power", exponents)  # the bound: refuse large exponents before computing
    result = power(_in_bases("quantity_power.quantity", quantity), e)
    form = result if isinstance(result, float) else quantity
    return _of_bases("quantity_power", Fraction(result), exponents, (form, exponent))


@tool("physics", keywords=("dimension", "compatible", "comparable", "convertible", "same kind"))
def same_dimension(a: Quantity, b: Quantity) -> bool:
    """Whether two quantities measure the same kind of thing.

    >>> same_dimension(Quantity(1, "kW·h"), Quantity(5, "J"))
    True
    """
    return a.parsed.exponents[:PI] == b.parsed.exponents[:PI]


@tool("physics", keywords=("constant", "speed of light", "Planck", "Avogadro", "Boltzmann", "G"))
def physical_constant(name: ConstantName | Quantity) -> Quantity:
    """Constant of nature or standard value, by its name.

    Values of CODATA 2022, those of the SI's definition exact; the others are measured and carry
    all digits published.

    >>> physical_constant("planck")
    Quantity(magnitude=Decimal('6.62607015E-34'), unit='J·s')
    """
    if isinstance(name, Quantity):
        if name not in NAME_OF_CONSTANT:
            raise ToolError(
                f"`name`: {shown(name)} is no constant; expected {', '.join(CONSTANTS)}, or the "
                "value of one"
            )
        return name
    return CONSTANTS[name]


@tool("physics", keywords=("energy of motion", "moving", "joules", "1/2 m v^2", "speed"))
def kinetic_energy(mass: Quantity, speed: Quantity) -> Quantity:
    """Kinetic energy of a moving mass, in J.

    m v^2 / 2.

    >>> kinetic_energy(Quantity(2, "kg"), Quantity(3, "m/s"))
    Quantity(magnitude=9, unit='J')
    """
    m = not_negative("kinetic_energy.mass", mass, "kg")
    v = measure("kinetic_energy.speed", speed, "m/s")
    return quantity_in("J", m * v * v / 2, (mass, speed), "kinetic_energy")


@tool("physics", keywords=("height", "lifted", "gravitational energy", "joules", "m g h"))
def potential_energy(mass: Quantity, height: Quantity, gravity: Quantity | None = None) -> Quantity:
    """Potential energy of a lifted mass, m g h, in J.

    `gravity` is 9.80665 m/s^2, the standard one, if not given.

    >>> potential_energy(Quantity(2, "kg"), Quantity(10, "m"))
    Quantity(magnitude=Decimal('196.133'), unit='J')
    """
    g = gravity if gravity is not None else physical_constant("standard_gravity")
    m = not_negative("potential_energy.mass", mass, "kg")
    h = measure("potential_energy.height", height, "m")
    energy = m * h * measure("potential_energy.gravity", g, "m/s^2")
    return quantity_in("J", energy, (mass, height, g), "potential_energy")


@tool("physics", keywords=("Newton", "F = m a", "newtons", "push", "accelerate", "net force"))
def force(mass: Quantity, acceleration: Quantity) -> Quantity:
    """Force that accelerates a mass, m a, in N.

    >>> force(Quantity(1200, "kg"), Quantity(2, "m/s^2"))
    Quantity(magnitude=2400, unit='N')
    """
    m = not_negative("force.mass", mass, "kg")
    a = measure("force.acceleration", acceleration, "m/s^2")
    return quantity_in("N", m * a, (mass, acceleration), "force")


@tool("physics", keywords=("m v", "impulse", "collision", "moving", "p = m v"))
def momentum(mass: Quantity, velocity: Quantity) -> Quantity:
    """Momentum of a moving mass, m v, in kg·m/s.

    >>> momentum(Quantity(500, "g"), Quantity(4, "m/s"))
    Quantity(magnitude=2, unit='kg·m/s')
    """
    m = not_negative("momentum.mass", mass, "kg")
    v = measure("momentum.velocity", velocity, "m/s")
    return quantity_in("kg·m/s", m * v, (mass, velocity), "momentum")


@tool("physics", keywords=("speed after", "accelerates", "how fast", "v = u + a t", "falling"))
def final_velocity(initial_velocity: Quantity, acceleration: Quantity, time: Quantity) -> Quantity:
    """Velocity after a time of constant acceleration, in m/s.

    >>> final_velocity(Quantity(5, "m/s"), Quantity(2, "m/s^2"), Quantity(10, "s"))
    Quantity(magnitude=25, unit='m/s')
    """
    v = measure("final_velocity.initial_velocity", initial_velocity, "m/s")
    a = measure("final_velocity.acceleration", acceleration, "m/s^2")
    t = not_negative("final_velocity.time", time, "s")
    inputs = (initial_velocity, acceleration, time)
    return quantity_in("m/s", v + a * t, inputs, "final_velocity")


@tool("physics", keywords=("how far", "travel", "displacement", "drive", "fall", "v t"))
def distance_travelled(
    velocity: Quantity, time: Quantity, acceleration: Quantity | None = None
) -> Quantity:
    """Distance covered in a time from a velocity, in m.

    v t + a t^2 / 2, where `acceleration` is 0 if not given.

    >>> distance_travelled(Quantity(90, "km/h"), Quantity(20, "min"))
    Quantity(magnitude=30000, unit='m')
    """
    a = acceleration if acceleration is not None else Quantity(0, "m/s^2")
    v = measure("distance_travelled.velocity", velocity, "m/s")
    t = not_negative("distance_travelled.time", time, "s")
    way = v * t + measure("distance_travelled.acceleration", a, "m/s^2") * t * t / 2
    return quantity_in("m", way, (velocity, time, a), "distance_travelled")


@tool("physics", keywords=("Ohm's law", "volts", "V = I R", "potential difference", "across"))
def voltage(current: Quantity, resistance: Quantity) -> Quantity:
    """Voltage across a resistance by Ohm's law, in V.

    >>> voltage(Quantity(200, "mA"), Quantity(50, "Ω"))
    Quantity(magnitude=10, unit='V')
    """
    i = measure("voltage.current", current, "A")
    r = not_negative("voltage.resistance", resistance, "Ω")
    return quantity_in("V", i * r, (current, resistance), "voltage")


@tool("physics", keywords=("Ohm's law", "amps", "amperes", "I = V / R", "flows", "draw"))
def electric_current(voltage: Quantity, resistance: Quantity) -> Quantity:
    """Current through a resistance by Ohm's law, in A.

    >>> electric_current(Quantity(12, "V"), Quantity(4, "Ω"))
    Quantity(magnitude=3, unit='A')
    """
    u = measure("electric_current.voltage", voltage, "V")
    r = positive("electric_current.resistance", resistance, "Ω")
    return quantity_in("A", u / r, (voltage, resistance), "electric_current")


@tool("physics", keywords=("Ohm's law", "ohms", "R = V / I", "resistor"))
def electrical_resistance(voltage: Quantity, current: Quantity) -> Quantity:
    """Resistance from voltage and current by Ohm's law, in Ω.

    >>> electrical_resistance(Quantity(9, "V"), Quantity(3, "mA"))
    Quantity(magnitude=3000, unit='Ω')
    """
    u = measure("electrical_resistance.voltage", voltage, "V")
    i = measure("electrical_resistance.current", current, "A")
    if i == 0:
        raise ToolError("`electrical_resistance` needs a current other than 0 A", "undefined")
    return quantity_in("Ω", u / i, (voltage, current), "electrical_resistance")


@tool("physics", keywords=("watts", "wattage", "P = V I", "consumes", "power consumption"))
def electric_power(voltage: Quantity, current: Quantity) -> Quantity:
    """Electric power from voltage and current, in W.

    >>> electric_power(Quantity(230, "V"), Quantity(2, "A"))
    Quantity(magnitude=460, unit='W')
    """
    u = measure("electric_power.voltage", voltage, "V")
    i = measure("electric_power.current", current, "A")
    return quantity_in("W", u * i, (voltage, current), "electric_power")


@tool("physics", keywords=("PV = nRT", "gas law", "moles", "tank", "container", "pascals"))
def ideal_gas_pressure(amount: Quantity, temperature: Quantity, volume: Quantity) -> Quantity:
    """Pressure of an ideal gas, in Pa.

    n R T / V.

    >>> ideal_gas_pressure(Quantity(1, "mol"), Quantity(300, "K"), Quantity(1, "m^3"))
    Quantity(magnitude=Decimal('2494.338785445972'), unit='Pa')
    """
    n = not_negative("ideal_gas_pressure.amount", amount, "mol")
    t = positive("ideal_gas_pressure.temperature", temperature, "K")
    v = positive("ideal_gas_pressure.volume", volume, "m^3")
    p = n * _constant("gas_constant") * t / v
    return quantity_in("Pa", p, (amount, temperature, volume), "ideal_gas_pressure")


@tool("physics", keywords=("mass per volume", "kg/m^3", "dense", "rho", "heavy"))
def density(mass: Quantity, volume: Quantity) -> Quantity:
    """Density, mass over volume, in kg/m^3.

    >>> density(Quantity(27, "g"), Quantity(10, "cm^3"))
    Quantity(magnitude=2700, unit='kg/m^3')
    """
    m = not_negative("density.mass", mass, "kg")
    v = positive("density.volume", volume, "m^3")
    return quantity_in("kg/m^3", m / v, (mass, volume), "density")


@tool("physics", keywords=("force per area", "pascals", "psi", "F / A", "press"))
def pressure(force: Quantity, area: Quantity) -> Quantity:
    """Pressure of a force on an area, in Pa.

    >>> pressure(Quantity(500, "N"), Quantity(250, "cm^2"))
    Quantity(magnitude=20000, unit='Pa')
    """
    f = measure("pressure.force", force, "N")
    a = positive("pressure.area", area, "m^2")
    return quantity_in("Pa", f / a, (force, area), "pressure")


@tool("physics", keywords=("wave length", "lambda", "frequency", "light", "sound", "hertz"))
def wavelength(frequency: Quantity, speed: Quantity | None = None) -> Quantity:
    """Wavelength of a wave from frequency and speed, in m.

    `speed` is that of light in vacuum if not given.

    >>> wavelength(Quantity(170, "Hz"), Quantity(340, "m/s"))
    Quantity(magnitude=2, unit='m')
    """
    c = speed if speed is not None else physical_constant("speed_of_light")
    v = positive("wavelength.speed", c, "m/s")
    f = positive("wavelength.frequency", frequency, "Hz")
    return quantity_in("m", v / f, (c, frequency), "wavelength")


@tool("physics", keywords=("photon", "light", "E = h f", "quantum", "electronvolt", "h c"))
def photon_energy(wave: Quantity) -> Quantity:
    """Energy of a photon from its wavelength or frequency, in J.

    h c / λ for a length, h f for a frequency.

    >>> photon_energy(Quantity(10**15, "Hz"))
    Quantity(magnitude=Decimal('6.62607015E-19'), unit='J')
    """
    length = Quantity(1, "m")
    if same_dimension(wave, length):
        size = positive("photon_energy.wave", wave, "m")
        frequency = _constant("speed_of_light") / size
    elif same_dimension(wave, Quantity(1, "Hz")):
        frequency = positive("photon_energy.wave", wave, "Hz")
    else:
        raise ToolError(
            "`photon_energy` needs a wavelength such as 500 nm or a frequency such as 600 THz, "
            f"got {clip(shown(wave))}"
        )
    return quantity_in("J", frequency * _constant("planck"), [wave], "photon_energy")
