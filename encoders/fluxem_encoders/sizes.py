"""How large a number of any type is: near floats and logarithms that never overflow."""

import math
from decimal import Decimal
from fractions import Fraction

from fluxem_encoders.values import Number

HUGE = 1e300


def log2_of(x: Number) -> float | None:
    """log2(|x|), or None for zero."""
    if x == 0:
        return None
    if isinstance(x, Decimal):
        digits = x.as_tuple().digits[:18]
        mantissa = int("".join(map(str, digits))) / 10 ** (len(digits) - 1)
        return math.log2(mantissa) + x.adjusted() * math.log2(10)
    if isinstance(x, Fraction):
        return math.log2(abs(x.numerator)) - math.log2(x.denominator)
    return math.log2(abs(x))


def near(x: Number) -> float:
    """`x` as a float; an exact number beyond 2**±960 stops at 1e±300."""
    if isinstance(x, float):
        return max(-HUGE, min(HUGE, x))
    size = log2_of(x) or 0.0
    if abs(size) < 960:
        return float(x)
    return math.copysign(HUGE if size > 0 else 1 / HUGE, x > 0 or -1)


def log10_beyond(x: Number) -> float:
    """log10(|x|) where `near` stops, else NaN."""
    if abs(near(x)) not in (HUGE, 1 / HUGE) or isinstance(x, float):
        return math.nan
    return (log2_of(x) or 0.0) * math.log10(2)
