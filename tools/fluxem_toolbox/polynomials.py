"""Exact arithmetic of polynomials, as lists of coefficients with the constant first."""

import math
from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import zip_longest
from typing import Any

from fluxem_encoders.errors import ValueFormError
from fluxem_encoders.forms import exact
from fluxem_encoders.structures.calculus import MAX_BITS, Polynomial
from fluxem_encoders.values import Number
from fluxem_toolbox.bounds import check_bits, number_bits
from fluxem_toolbox.errors import ToolError

Operand = Polynomial | Number
"""A number stands for a constant polynomial."""

Coefficients = Sequence[int | Fraction]


def polynomial(tool: str, coefficients: Iterable[int | Fraction], variable: str) -> Polynomial:
    """The polynomial of these coefficients.

    Raises:
        ToolError: when a polynomial cannot be as large (category `limit`).
    """
    try:
        return Polynomial(tuple(coefficients), variable)
    except ValueFormError as error:
        raise ToolError(f"`{tool}` would give too large a polynomial: {error}", "limit") from None


def operands(tool: str, p: Operand, q: Operand) -> tuple[Polynomial, Polynomial]:
    """Two polynomials in one variable; a constant takes the variable of the other one.

    Raises:
        ToolError: when they are in two variables.
    """
    variables = [x.variable for x in (p, q) if isinstance(x, Polynomial) and x.degree > 0]
    if len(set(variables)) > 1:
        raise ToolError(
            f"`{tool}` needs polynomials in one variable, got one in {variables[0]} and one in "
            f"{variables[1]}"
        )
    named = [x.variable for x in (p, q) if isinstance(x, Polynomial)]
    variable = next(iter((*variables, *named)), "x")
    first, second = (
        polynomial(tool, x.coefficients if isinstance(x, Polynomial) else (exact(x),), variable)
        for x in (p, q)
    )
    return first, second


def over_one_denominator(coefficients: Coefficients) -> tuple[list[int], int]:
    """Integers and the denominator that all coefficients have over it."""
    denominator = math.lcm(*(c.denominator for c in coefficients))
    return [c.numerator * (denominator // c.denominator) for c in coefficients], denominator


def evaluate(tool: str, coefficients: Coefficients, x: int | Fraction) -> Fraction:
    """The value at `x`, by Horner's rule in integers.

    Raises:
        ToolError: when the value would pass the bits that a number may have.
    """
    check_bits(tool, (len(coefficients) - 1) * (number_bits(x) - 1))
    numerators, denominator = over_one_denominator(coefficients)
    value = homogeneous(numerators, x.numerator, x.denominator)
    return Fraction(value, denominator * x.denominator ** max(len(coefficients) - 1, 0))


def homogeneous(coefficients: Sequence[int], over: int, under: int) -> int:
    """The value at over/under times under^degree, an integer."""
    value, power = 0, 1
    for c in reversed(coefficients):
        value = value * over + c * power
        power *= under
    return value


def plus(p: Coefficients, q: Coefficients, sign: int = 1) -> list[int | Fraction]:
    """p + q, or p - q for the sign -1."""
    return [a + sign * b for a, b in zip_longest(p, q, fillvalue=0)]


def times(p: Coefficients, q: Coefficients) -> list[int | Fraction]:
    """p * q."""
    (xs, below), (ys, under) = over_one_denominator(p), over_one_denominator(q)
    sums = [0] * max(len(xs) + len(ys) - 1, 0)
    for i, x in enumerate(xs):
        for j, y in enumerate(ys, i):
            sums[j] += x * y
    return [Fraction(n, below * under) for n in sums]


def derivative(p: Coefficients, order: int = 1) -> list[int | Fraction]:
    """The derivative of that order."""
    return [c * math.perm(power, order) for power, c in enumerate(p[order:], order)]


def integral(p: Coefficients) -> list[int | Fraction]:
    """The antiderivative that is 0 at 0."""
    return [0, *(Fraction(c) / power for power, c in enumerate(p, 1))]


def divided(
    tool: str, p: Coefficients, q: Coefficients
) -> tuple[list[int | Fraction], list[int | Fraction]]:
    """Quotient and remainder of p by q, whose last coefficient is not 0.

    Raises:
        ToolError: when the quotient would be too large for a polynomial (category `limit`).
    """
    rest: list[int | Fraction] = list(p)
    quotient: list[int | Fraction] = []
    bits = 0
    while len(rest) >= len(q):
        factor = Fraction(rest.pop()) / q[-1]
        bits += number_bits(factor)
        if bits > MAX_BITS:  # with the divisor's powers in it, each would be longer than the last
            raise ToolError(
                f"`{tool}` takes polynomials whose quotient has at most {MAX_BITS} bits", "limit"
            )
        quotient.append(factor)
        if factor:
            start = len(rest) - len(q) + 1
            for i, c in enumerate(q[:-1], start):
                rest[i] -= factor * c
    return quotient[::-1], rest


def to_sympy(coefficients: Coefficients) -> Any:
    """A multiple by a positive constant, as a sympy `Poly` over the integers; and the constant."""
    from sympy import ZZ, Poly, Symbol  # heavy

    numerators, denominator = over_one_denominator(coefficients)
    return Poly.from_list(numerators[::-1], Symbol("x"), domain=ZZ), denominator


def from_sympy(poly: Any) -> list[int]:
    """The coefficients of a sympy `Poly` over the integers, constant first."""
    return [int(c) for c in reversed(poly.all_coeffs())]
