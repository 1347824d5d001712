"""Exact rational results in the form that the arguments had, and floats computed to full precision.

Tools compute in `Fraction`, never in a `Decimal` context, and hand the result to `in_form_of`.
"""

import math
from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

import gmpy2

from fluxem_encoders.forms import TEXT_DIGITS, simplest, to_decimal
from fluxem_encoders.values import Number
from fluxem_toolbox.bounds import MAX_LIST_BITS, MAX_PLACES
from fluxem_toolbox.errors import ToolError

PRECISION = 256  # bits; a double has 53, so that cancellation of 200 bits does no harm


def high_precision() -> Any:
    """A context in which `gmpy2` computes with `PRECISION` bits."""
    return gmpy2.context(precision=PRECISION)


def in_form_of(result: int | Fraction, inputs: Iterable[Number]) -> Number:
    """Give an exact result the form of the numbers that it came from.

    A float among them makes the result a float. A Decimal makes it a Decimal where its expansion
    ends; so do ints alone. Any other result is an int or a Fraction.

    >>> in_form_of(Fraction(1, 4), (1, 4)), in_form_of(Fraction(1, 4), (Fraction(1, 2), 2))
    (Decimal('0.25'), Fraction(1, 4))
    """
    kinds = {type(x) for x in inputs}
    if any(issubclass(kind, float) for kind in kinds):
        return nearest_float(result)
    whole = isinstance(result, int) or result.denominator == 1
    if Decimal not in kinds and (whole or Fraction in kinds):
        return simplest(result)
    decimal = to_decimal(Fraction(result), MAX_PLACES if Decimal in kinds else TEXT_DIGITS)
    short = decimal is not None and len(decimal.as_tuple().digits) <= MAX_PLACES
    return decimal if decimal is not None and short else simplest(result)


def nearest_float(x: Any) -> float:
    """The float nearest to an int, a Fraction or an mpfr.

    Raises:
        ToolError: when it lies beyond the floats (category `limit`).
    """
    try:
        result = float(x)
    except OverflowError:
        result = math.inf
    if math.isinf(result):
        raise ToolError("an inexact result lies beyond the largest float, 1.8e308", "limit")
    return result


def real(x: int | Fraction) -> Any:
    """`x` as an mpfr of the current context."""
    return gmpy2.mpfr(gmpy2.mpq(x))


def to_fraction(x: Any) -> Fraction:
    """A whole number or an mpq as a Fraction."""
    return Fraction(int(x.numerator), int(x.denominator))


def exact_root(x: Fraction, degree: int) -> Fraction | None:
    """The rational non-negative root of `x >= 0`, or None when it is irrational."""
    parts = []
    for part in (x.numerator, x.denominator):
        if degree > part.bit_length():  # only 0 and 1 are such high powers
            root, is_power = part, part <= 1
        else:
            root, is_power = gmpy2.iroot(part, degree)
        if not is_power:
            return None
        parts.append(int(root))
    return Fraction(parts[0], parts[1])


def power_of_two(x: Any) -> int | None:
    """The whole k with `2**k == x` of a Fraction or an mpq, or None."""
    over, under = x.numerator, x.denominator
    if over <= 0 or over & (over - 1) or under & (under - 1):
        return None
    return int(over.bit_length() - under.bit_length())


def over_common_denominator(tool: str, data: Sequence[Number]) -> tuple[list[int], int]:
    """Integers and the denominator that all of `data` has over it.

    Raises:
        ToolError: when the integers would take more than `MAX_LIST_BITS` bits together.
    """
    if all(isinstance(x, int) for x in data):
        return [int(x) for x in data], 1
    fractions = [Fraction(x) for x in data]
    common = gmpy2.mpz(1)
    for denominator in {x.denominator for x in fractions}:
        common = gmpy2.lcm(common, denominator)
        if common.bit_length() * len(data) > MAX_LIST_BITS:
            raise ToolError(
                f"`{tool}` works over the numbers' common denominator, which may have at most "
                f"{MAX_LIST_BITS // len(data)} bits for {len(data)} numbers",
                "limit",
            )
    scale = int(common)
    return [x.numerator * (scale // x.denominator) for x in fractions], scale
