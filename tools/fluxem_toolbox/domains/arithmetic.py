"""Arithmetic on exact numbers: whole numbers, fractions and decimals."""

import math
from fractions import Fraction
from typing import Any

import gmpy2

from fluxem_encoders.forms import clip, to_decimal
from fluxem_encoders.values import Number
from fluxem_toolbox.bounds import MAX_BITS, MAX_PLACES, check_bits, number_bits, refuse_over
from fluxem_toolbox.errors import ToolError
from fluxem_toolbox.rationals import (
    exact_root,
    high_precision,
    in_form_of,
    nearest_float,
    real,
)
from fluxem_toolbox.registry import tool

MAX_DEGREE = 10**9  # of a root that is irrational
MAX_DIGITS = 10_000  # that `round_to` keeps or clears


# What is asked for where Pythagoras' theorem is the way.
_DIAGONAL = ("diagonal", "hypotenuse", "corner to corner", "straight line distance")


@tool("arithmetic", keywords=("plus", "sum", "total", "together", "more", "increase", "+"))
def add(a: Number, b: Number) -> Number:
    """Sum of two numbers, a + b.

    >>> from decimal import Decimal
    >>> add(Decimal("0.1"), Decimal("0.2"))
    Decimal('0.3')
    """
    return in_form_of(Fraction(a) + Fraction(b), (a, b))


@tool("arithmetic", keywords=("minus", "less", "take away", "left", "decrease", "fewer", "-"))
def subtract(a: Number, b: Number) -> Number:
    """Difference of two numbers, a - b.

    >>> subtract(5, Fraction(1, 3))
    Fraction(14, 3)
    """
    return in_form_of(Fraction(a) - Fraction(b), (a, b))


@tool("arithmetic", keywords=("times", "product", "of", "by", "double", "triple", "*", "x"))
def multiply(a: Number, b: Number) -> Number:
    """Product of two numbers, a times b.

    >>> multiply(12345678901234567890, 98765432109876543210)
    1219326311370217952237463801111263526900
    """
    return in_form_of(Fraction(a) * Fraction(b), (a, b))


@tool("arithmetic", keywords=("over", "per", "ratio", "split", "share", "half", "into", "/"))
def divide(a: Number, b: Number) -> Number:
    """Quotient of two numbers, a divided by b.

    >>> divide(1, 8), divide(1, 3)
    (Decimal('0.125'), Fraction(1, 3))
    """
    if b == 0:
        raise ToolError(f"`divide` needs a divisor other than 0, got {clip(a)} / 0", "undefined")
    return in_form_of(Fraction(a) / Fraction(b), (a, b))


@tool(
    "arithmetic",
    keywords=("raised", "exponent", "squared", "cubed", "to the", "^", "**", *_DIAGONAL),
)
def power(base: Number, exponent: Number) -> Number:
    """Base raised to an exponent, base^exponent.

    Exact for whole exponents and for perfect powers, else a float. `0^0` is 1. A negative base
    needs a whole exponent.

    >>> power(2, 100), power(4, Fraction(-1, 2))
    (1267650600228229401496703205376, Fraction(1, 2))
    >>> power(2, Fraction(1, 2))
    1.4142135623730951
    """
    x, e = Fraction(base), Fraction(exponent)
    if x == 0 and e < 0:
        raise ToolError(f"`power` cannot raise 0 to a negative power, got {clip(e)}", "undefined")
    if x < 0 and e.denominator != 1:
        raise ToolError(
            f"`power` of a negative base needs a whole exponent, got {clip(base)}^{clip(exponent)};"
            " `root` takes odd roots of negative numbers",
            "undefined",
        )
    root = x if e.denominator == 1 else exact_root(x, e.denominator)
    if root is None:
        return nearest_float(_irrational_power(x, e))
    return in_form_of(_whole_power(root, e.numerator), (base, exponent))


def _whole_power(x: Fraction, e: int) -> Fraction:
    if e == 0:
        return Fraction(1)
    if abs(x) in (0, 1):
        return x ** (2 - e % 2)
    longest = max(abs(x.numerator), x.denominator)
    check_bits("power", abs(e) if abs(e) > MAX_BITS else abs(e) * math.log2(longest))
    return x**e


def _irrational_power(x: Fraction, e: Fraction) -> Any:
    with high_precision():
        return real(x) ** real(e)


@tool(
    "arithmetic", keywords=("square root", "cube root", "sqrt", "radical", "nth root", *_DIAGONAL)
)
def root(x: Number, degree: int = 2) -> Number:
    """Square root, or the root of a given degree.

    Exact for perfect powers, else a float.

    >>> root(Fraction(9, 4)), root(-27, 3), root(2)
    (Fraction(3, 2), -3, 1.4142135623730951)
    """
    if degree < 1:
        raise ToolError(f"`root` needs degree >= 1, got degree={clip(degree)}")
    if x < 0 and degree % 2 == 0:
        raise ToolError(f"`root` of an even degree needs x >= 0, got x={clip(x)}", "undefined")
    size = abs(Fraction(x))
    sign = -1 if x < 0 else 1
    exact = exact_root(size, degree)
    if exact is not None:
        return in_form_of(sign * exact, (x,))
    refuse_over("`root`", "degrees", degree, MAX_DEGREE)
    with high_precision():
        return sign * nearest_float(gmpy2.rootn(real(size), degree))


@tool("arithmetic", keywords=("modulo", "mod", "left over", "leftover", "rest", "%"))
def remainder(a: Number, b: Number) -> Number:
    """Remainder of a divided by b, a mod b.

    It has the sign of `b`: a - b * floor(a / b).

    >>> remainder(17, 5), remainder(-7, 3)
    (2, 2)
    """
    if b == 0:
        raise ToolError(
            f"`remainder` needs a divisor other than 0, got {clip(a)} mod 0", "undefined"
        )
    return in_form_of(Fraction(a) % Fraction(b), (a, b))


@tool("arithmetic", keywords=("gcd", "gcf", "hcf", "highest common factor", "common divisor"))
def gcd(a: int, b: int) -> int:
    """Greatest common divisor of two whole numbers.

    >>> gcd(84, 36)
    12
    """
    return int(gmpy2.gcd(a, b))


@tool("arithmetic", keywords=("lcm", "lowest common multiple", "common multiple", "smallest"))
def lcm(a: int, b: int) -> int:
    """Least common multiple of two whole numbers.

    >>> lcm(4, 6)
    12
    """
    check_bits("lcm", number_bits(a) + number_bits(b) if a != b else 0)
    return int(gmpy2.lcm(a, b))


@tool("arithmetic", keywords=("round", "rounded", "nearest", "decimal places", "digits"))
def round_to(x: Number, digits: int = 0) -> Number:
    """Round x to a number of decimal places.

    Halves go away from zero. Negative digits round to tens, hundreds and so on.

    >>> round_to(Fraction(2, 3), 2), round_to(Fraction(5, 2)), round_to(1250, -2)
    (Decimal('0.67'), 3, 1300)
    """
    refuse_over("`round_to`", "digits", abs(digits), MAX_DIGITS)
    unit = Fraction(10) ** -digits
    steps = math.floor(abs(Fraction(x)) / unit + Fraction(1, 2))
    rounded = (-steps if x < 0 else steps) * unit
    if isinstance(x, float):
        return nearest_float(rounded)
    if rounded.denominator == 1:
        return int(rounded)
    return to_decimal(rounded, MAX_PLACES) or rounded


@tool("arithmetic", keywords=("percent", "percentage", "increase", "decrease", "growth", "rise"))
def percent_change(old: Number, new: Number) -> Number:
    """Change from old to new, in percent.

    Relative to the size of `old`, so that a rise is always positive.

    >>> percent_change(80, 100)
    25
    """
    if old == 0:
        raise ToolError("`percent_change` needs an old value other than 0", "undefined")
    change = (Fraction(new) - Fraction(old)) / abs(Fraction(old)) * 100
    return in_form_of(change, (old, new))
