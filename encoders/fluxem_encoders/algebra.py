"""Exact arithmetic between the number types, and between lists of them."""

import math
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

from fluxem_encoders.errors import AlgebraError, CapacityError
from fluxem_encoders.forms import exact, simplest, to_decimal
from fluxem_encoders.sizes import log2_of
from fluxem_encoders.values import Number

MAX_POWER_BITS = 4096  # far beyond what any domain's lanes hold
MAX_SCALE = 400  # decimal exponents beyond this would make numbers of many digits


def add(a: Number, b: Number) -> Number:
    """a + b: a float if one is, else exact, in the type that Python's numbers would take."""
    return _exactly(lambda x, y: x + y, a, b)


def subtract(a: Number, b: Number) -> Number:
    """a - b, typed as in `add`."""
    return _exactly(lambda x, y: x - y, a, b)


def multiply(a: Number, b: Number) -> Number:
    """a * b, typed as in `add`."""
    return _exactly(lambda x, y: x * y, a, b)


def divide(a: Number, b: Number) -> Number:
    """a / b: exact for exact numbers, whole quotients of ints as an int.

    Raises:
        AlgebraError: for b == 0.
    """
    if b == 0:
        raise AlgebraError("`divide` needs a divisor other than 0")
    return _exactly(lambda x, y: x / y, a, b)


def negate(a: Number) -> Number:
    """-a, in the same type."""
    return a.copy_negate() if isinstance(a, Decimal) else -a


def power(a: Number, b: Number) -> Number:
    """a ** b: exact for exact a and whole b, else a float.

    Raises:
        AlgebraError: for 0 to a negative power, or a negative number to a broken one.
        CapacityError: when the result passes 4096 bits.
    """
    if a == 0 and b < 0:
        raise AlgebraError("`power` cannot raise 0 to a negative power")
    if a < 0 and b != math.floor(b):
        raise AlgebraError(f"`power` of a negative number needs a whole exponent, got {b}")
    if abs(log2_of(a) or 0.0) * abs(float(b)) > MAX_POWER_BITS:
        raise CapacityError(f"`power` holds results up to {MAX_POWER_BITS} bits")
    if isinstance(a, float) or isinstance(b, float) or b != math.floor(b):
        return _float(lambda x, y: x**y, a, b)
    return _typed(Fraction(_bounded(a)) ** int(b), a, b)


def _exactly(
    op: Callable[[Fraction | float, Fraction | float], Fraction | float], a: Number, b: Number
) -> Number:
    if isinstance(a, float) or isinstance(b, float):
        return _float(op, a, b)
    return _typed(Fraction(op(Fraction(_bounded(a)), Fraction(_bounded(b)))), a, b)


def _float(op: Callable[[float, float], float | Fraction], a: Number, b: Number) -> float:
    try:
        result = float(op(float(a), float(b)))
    except OverflowError:
        result = math.inf
    if not math.isfinite(result):
        raise CapacityError("the result is no finite float")
    return result


def _bounded(x: Number) -> int | Fraction:
    if isinstance(x, Decimal) and abs(int(x.as_tuple().exponent)) > MAX_SCALE:
        raise CapacityError(f"exact arithmetic takes Decimal exponents within ±{MAX_SCALE}")
    return exact(x)


def _typed(x: Fraction, *operands: Number) -> Number:
    if any(isinstance(operand, Decimal) for operand in operands):
        return x if (decimal := to_decimal(x)) is None else decimal
    return x if any(isinstance(operand, Fraction) for operand in operands) else simplest(x)
