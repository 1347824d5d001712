"""Quantities: the exponents of the dimension, the magnitude and the unit text as written.

A unit without a number has zeros where quantities have their magnitude.
"""

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from fluxem_encoders import algebra
from fluxem_encoders.compose import Parts
from fluxem_encoders.digits import bfloat16, byte_lanes, read_bytes
from fluxem_encoders.domain import Domain, register
from fluxem_encoders.errors import AlgebraError, CapacityError, ValueFormError
from fluxem_encoders.features import Traits, number_traits
from fluxem_encoders.forms import exact
from fluxem_encoders.numbers import NumberCode, is_number
from fluxem_encoders.sizes import log2_of, log10_beyond, near
from fluxem_encoders.structures.physics import BareUnit, Quantity
from fluxem_encoders.structures.units import BASES, SI_BASES, Unit
from fluxem_encoders.values import Number

F32 = NDArray[np.float32]

DIMENSION = slice(0, 9)  # exponent/8, nearest bfloat16, of m, kg, s, A, K, mol, cd, bit, π
MAGNITUDE = slice(9, 72)
TEXT = slice(72, 112)  # the unit's UTF-8 bytes

CODE = NumberCode(lanes=63, exponent_digits=3)
ROOM = TEXT.stop - TEXT.start
MAX_EXPONENT = 8
LIMITS = (
    f"units of up to {ROOM} bytes with exponents of {', '.join(BASES)} within ±{MAX_EXPONENT}, "
    f"and magnitudes that are {CODE.limits()}"
)
LOG2_PI = 1.651496129472319  # log2(π)


def holds(value: object) -> bool:
    """True for a Quantity or a BareUnit."""
    return isinstance(value, Quantity | BareUnit)


def encode(value: Quantity | BareUnit) -> F32:
    """Dimension, magnitude, if any, and unit text."""
    text = value.unit.encode()
    exponents = value.parsed.exponents
    if len(text) > ROOM or max(map(abs, exponents)) > MAX_EXPONENT:
        raise CapacityError(f"`physics` holds {LIMITS}")
    lanes = np.zeros(112, dtype=np.float32)
    lanes[DIMENSION] = _exponent_lanes(exponents)
    if isinstance(value, Quantity):
        lanes[MAGNITUDE] = CODE.encode(value.magnitude)
    lanes[TEXT.start : TEXT.start + len(text)] = byte_lanes(text)
    return lanes


def _exponent_lanes(exponents: Sequence[Fraction]) -> F32:
    return bfloat16(np.array([e / MAX_EXPONENT for e in exponents], dtype=np.float32))


def decode(lanes: F32) -> Quantity | BareUnit:
    """The magnitude, if any, and unit text; the dimension follows from the latter."""
    unit = read_bytes(lanes[TEXT]).decode()
    # Of every number one lane is its kind's.
    if not lanes[MAGNITUDE].any():
        return BareUnit(unit)
    return Quantity(CODE.decode(lanes[MAGNITUDE]), unit)


def dimensions(value: Quantity | BareUnit) -> Sequence[float]:
    """The exponents of the seven SI base units over 8."""
    return [float(x) for x in _exponent_lanes(value.parsed.exponents[: len(SI_BASES)])]


def _bases(value: Quantity) -> tuple[Fraction, float]:
    """The exact magnitude in bases, π apart, and log2 of the power of π."""
    unit = value.parsed
    magnitude = Fraction(exact(value.magnitude)) * unit.factor + unit.offset
    return magnitude, float(unit.exponents[BASES.index("π")]) * LOG2_PI


def traits(value: Quantity | BareUnit) -> Traits:
    """Size: in SI base units, so that 1 km lies above 999 m; digits are those as written.

    A unit without a number has the size 0.
    """
    if isinstance(value, BareUnit):
        return Traits(x=0)
    magnitude, log2_pi = _bases(value)
    return number_traits(value.magnitude)._replace(
        x=near(magnitude) * 2.0**log2_pi, log10=log10_beyond(magnitude)
    )


def parts(value: Quantity | BareUnit) -> Parts:
    """Linear and log: the magnitude in SI base units; none of a unit without a number.

    Quantities of one dimension add, all multiply. Of a unit with a power of π, such as the
    degree, linear holds the rational factor before it.
    """
    if isinstance(value, BareUnit):
        return Parts(items=0)
    magnitude, log2_pi = _bases(value)
    log2 = log2_of(magnitude)
    return Parts(
        linear=magnitude,
        log2=None if log2 is None else log2 + log2_pi,
        sign=(magnitude > 0) - (magnitude < 0),
    )


_PRODUCTS = {"multiply": algebra.multiply, "divide": algebra.divide}


def combine(op: str, a: object, b: object = None) -> Quantity | Number:
    """Sums in the first one's unit, products in SI base units, multiples in the same unit.

    A product without a dimension is a number.
    """
    for value in (a, b):
        if isinstance(value, Quantity) and value.parsed.offset:
            raise AlgebraError(
                f"`{op}` needs a temperature in K: {value.unit} counts from a zero of its own"
            )
    match op, a, b:
        case "negate", Quantity(), None:
            return Quantity(algebra.negate(a.magnitude), a.unit)
        case "add", Quantity(), Quantity():
            return Quantity(algebra.add(a.magnitude, _like(a, b, op).magnitude), a.unit)
        case "subtract", Quantity(), Quantity():
            return Quantity(algebra.subtract(a.magnitude, _like(a, b, op).magnitude), a.unit)
        case "scale" | "multiply" | "divide", Quantity(), _ if is_number(b):
            of_numbers = _PRODUCTS.get(op, algebra.multiply)
            return Quantity(of_numbers(a.magnitude, b), a.unit)
        case "multiply", _, Quantity() if is_number(a):
            return Quantity(algebra.multiply(a, b.magnitude), b.unit)
        case "divide", _, Quantity() if is_number(a):
            return _in_bases(algebra.divide(a, b.si), b.parsed.to_power(Fraction(-1)))
        case "multiply", Quantity(), Quantity():
            return _in_bases(algebra.multiply(a.si, b.si), _joined(a, b, 1))
        case "divide", Quantity(), Quantity():
            return _in_bases(algebra.divide(a.si, b.si), _joined(a, b, -1))
    raise AlgebraError(f"`{op}` takes quantities, or a quantity and a number")


def _like(a: Quantity, b: Quantity, op: str) -> Quantity:
    """`b` in the unit of `a`."""
    try:
        return b.in_unit(a.unit)
    except ValueFormError as error:
        raise AlgebraError(f"`{op}` needs one dimension: {error}") from None


def _joined(a: Quantity, b: Quantity, power: int) -> Unit:
    try:
        return a.parsed.times(b.parsed.to_power(Fraction(power)))
    except ValueFormError:
        raise CapacityError(f"`physics` holds {LIMITS}") from None


def _in_bases(magnitude: Number, unit: Unit) -> Quantity | Number:
    text = unit.si_text()
    if len(text.encode()) > ROOM:
        raise CapacityError(f"`physics` holds {LIMITS}")
    return Quantity(magnitude, text) if text else magnitude


register(
    Domain(
        name="physics",
        holds=holds,
        types="a Quantity or a BareUnit",
        limits=LIMITS,
        encode=encode,
        decode=decode,
        traits=traits,
        parts=parts,
        algebra=dict.fromkeys(
            ("add", "subtract", "multiply", "divide", "scale", "negate"), "exact"
        ),
        combine=combine,
        dimensions=dimensions,
    )
)
