"""Calculus and algebra of polynomials in one variable, all exact."""

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Literal

from fluxem_encoders.forms import clip, exact, simplest
from fluxem_encoders.structures.calculus import MAX_COEFFICIENTS, Polynomial
from fluxem_encoders.values import Number, Numbers
from fluxem_toolbox import polynomials
from fluxem_toolbox import real_roots as roots
from fluxem_toolbox.bounds import check_bits, number_bits
from fluxem_toolbox.errors import ToolError
from fluxem_toolbox.polynomials import Operand, evaluate, operands, polynomial
from fluxem_toolbox.rationals import in_form_of
from fluxem_toolbox.registry import tool


@tool("calculus", keywords=("sum", "plus", "combine", "like terms", "polynomials", "+"))
def polynomial_add(p: Operand, q: Operand) -> Polynomial:
    """Sum of two polynomials, p + q.

    >>> polynomial_add(Polynomial((1, 2)), Polynomial((0, 0, 3))).to_text()
    '3x^2 + 2x + 1'
    """
    a, b = operands("polynomial_add", p, q)
    return polynomial(
        "polynomial_add", polynomials.plus(a.coefficients, b.coefficients), a.variable
    )


@tool("calculus", keywords=("difference", "minus", "take away", "polynomials", "-"))
def polynomial_subtract(p: Operand, q: Operand) -> Polynomial:
    """Difference of two polynomials, p - q.

    >>> polynomial_subtract(Polynomial((1, 2)), 5).to_text()
    '2x - 4'
    """
    a, b = operands("polynomial_subtract", p, q)
    difference = polynomials.plus(a.coefficients, b.coefficients, sign=-1)
    return polynomial("polynomial_subtract", difference, a.variable)


@tool("calculus", keywords=("product", "times", "expand", "multiply out", "FOIL", "polynomials"))
def polynomial_multiply(p: Operand, q: Operand) -> Polynomial:
    """Product of two polynomials, multiplied out.

    >>> polynomial_multiply(Polynomial((1, 1)), Polynomial((-1, 1))).to_text()
    'x^2 - 1'
    """
    a, b = operands("polynomial_multiply", p, q)
    product = polynomials.times(a.coefficients, b.coefficients)
    return polynomial("polynomial_multiply", product, a.variable)


@tool("calculus", keywords=("quotient", "long division", "over", "synthetic division", "factor"))
def polynomial_divide(p: Operand, q: Operand) -> Polynomial:
    """Quotient of the long division of p by q.

    >>> polynomial_divide(Polynomial((-1, 0, 0, 1)), Polynomial((-1, 1))).to_text()
    'x^2 + x + 1'
    """
    quotient, _ = _divided("polynomial_divide", p, q)
    return quotient


@tool("calculus", keywords=("modulo", "left over", "rest", "long division", "mod"))
def polynomial_remainder(p: Operand, q: Operand) -> Polynomial:
    """Remainder of the long division of p by q.

    >>> polynomial_remainder(Polynomial((1, 0, 1)), Polynomial((-1, 1))).to_text()
    '2'
    """
    _, remainder = _divided("polynomial_remainder", p, q)
    return remainder


def _divided(name: str, p: Operand, q: Operand) -> tuple[Polynomial, Polynomial]:
    a, b = operands(name, p, q)
    if b.degree < 0:
        raise ToolError(f"`{name}` needs a divisor other than the polynomial 0", "undefined")
    quotient, remainder = polynomials.divided(name, a.coefficients, b.coefficients)
    return polynomial(name, quotient, a.variable), polynomial(name, remainder, a.variable)


@tool("calculus", keywords=("gcd", "greatest common factor", "shared factor", "hcf"))
def polynomial_gcd(p: Polynomial, q: Polynomial) -> Polynomial:
    """Greatest common divisor of two polynomials.

    Its leading coefficient is 1; that of 0 and 0 is 0.

    >>> polynomial_gcd(Polynomial((-1, 0, 1)), Polynomial((1, 2, 1))).to_text()
    'x + 1'
    """
    a, b = operands("polynomial_gcd", p, q)
    first, second = (polynomials.to_sympy(x.coefficients)[0] for x in (a, b))
    divisor = polynomials.from_sympy(first.gcd(second))
    monic = (Fraction(c, divisor[-1] or 1) for c in divisor)
    return polynomial("polynomial_gcd", monic, a.variable)


@tool("calculus", keywords=("composition", "f(g(x))", "substitute", "f of g", "shift"))
def compose_polynomials(outer: Polynomial, inner: Operand) -> Polynomial:
    """Composition of two polynomials, outer(inner(x)).

    >>> compose_polynomials(Polynomial((0, 0, 1)), Polynomial((1, 1))).to_text()
    'x^2 + 2x + 1'
    """
    name = "compose_polynomials"
    inside = inner if isinstance(inner, Polynomial) else polynomial(name, (exact(inner),), "x")
    variable = inside.variable if isinstance(inner, Polynomial) else outer.variable
    result = polynomial(name, (), variable)
    for c in reversed(outer.coefficients):
        product = polynomials.times(result.coefficients, inside.coefficients)
        result = polynomial(name, polynomials.plus(product, (c,)), variable)
    return result


@tool("calculus", keywords=("value at", "plug in", "substitute", "f(x)", "when x is", "evaluate"))
def evaluate_polynomial(p: Polynomial, x: Number) -> Number:
    """Value of a polynomial at x.

    >>> evaluate_polynomial(Polynomial((6, -5, 1)), Fraction(1, 2))
    Fraction(15, 4)
    """
    return _value("evaluate_polynomial", p, x)


def _value(name: str, p: Polynomial, x: Number) -> Number:
    return in_form_of(evaluate(name, p.coefficients, exact(x)), (*p.coefficients, x))


@tool("calculus", keywords=("highest power", "order", "quadratic", "cubic", "exponent"))
def polynomial_degree(p: Polynomial) -> int:
    """Degree of a polynomial, its highest power.

    >>> polynomial_degree(Polynomial((6, -5, 1)))
    2
    """
    if p.degree < 0:
        raise ToolError("`polynomial_degree`: the polynomial 0 has no degree", "undefined")
    return p.degree


@tool("calculus", keywords=("term", "expansion", "leading", "constant", "in front of"))
def polynomial_coefficient(p: Polynomial, power: int) -> Number:
    """Coefficient of a power in a polynomial.

    The constant is that of power 0. 0 beyond the degree.

    >>> polynomial_coefficient(Polynomial((6, -5, 1)), 1)
    -5
    """
    if power < 0:
        raise ToolError(f"`polynomial_coefficient` needs power >= 0, got power={clip(power)}")
    return simplest(p.coefficients[power]) if power <= p.degree else 0


@tool("calculus", keywords=("b^2 - 4ac", "repeated root", "double root", "quadratic"))
def discriminant(p: Polynomial) -> Number:
    """Discriminant of a polynomial, 0 for a repeated root.

    b^2 - 4ac for ax^2 + bx + c; in general a^(2n-2) times the product of all squared differences
    of roots. The degree n is at least 1.

    >>> discriminant(Polynomial((6, -5, 1)))
    1
    """
    if p.degree < 1:
        raise ToolError(
            f"`discriminant` needs a polynomial of degree 1 or more, got {clip(p.to_text())}",
            "undefined",
        )
    scaled, denominator = polynomials.to_sympy(p.coefficients)
    power = denominator ** (2 * p.degree - 2)
    return in_form_of(Fraction(int(scaled.discriminant()), power), p.coefficients)


@tool("calculus", keywords=("zeros", "solve", "solutions", "x-intercepts", "= 0", "factor"))
def real_roots(p: Polynomial) -> Numbers:
    """Real roots of a polynomial, in ascending order.

    Each once. Exact where they are rational, else floats, to 15 digits or so.

    >>> real_roots(Polynomial((6, -5, 1))), real_roots(Polynomial((0, -2, 0, 1)))
    ((2, 3), (-1.4142135623730951, 0, 1.4142135623730951))
    """
    return roots.real_roots("real_roots", p)


@tool("calculus", keywords=("derivative", "d/dx", "rate of change", "velocity", "f'"))
def differentiate(p: Polynomial, order: int = 1) -> Polynomial:
    """Derivative of a polynomial, or one of higher order.

    >>> differentiate(Polynomial((0, -3, 0, 1))).to_text()
    '3x^2 - 3'
    """
    if order < 0:
        raise ToolError(f"`differentiate` needs order >= 0, got order={clip(order)}")
    times = min(order, MAX_COEFFICIENTS)  # which leave nothing
    return polynomial("differentiate", polynomials.derivative(p.coefficients, times), p.variable)


@tool("calculus", keywords=("indefinite integral", "integrate", "primitive", "reverse"))
def antiderivative(p: Polynomial) -> Polynomial:
    """Antiderivative of a polynomial, with constant 0.

    >>> antiderivative(Polynomial((0, 2, 3))).to_text()
    'x^3 + x^2'
    """
    return polynomial("antiderivative", polynomials.integral(p.coefficients), p.variable)


@tool("calculus", keywords=("area under", "integral", "from", "to", "bounds", "curve"))
def definite_integral(p: Polynomial, lower: Number, upper: Number) -> Number:
    """Integral of a polynomial from lower to upper.

    >>> definite_integral(Polynomial((0, 0, 1)), 0, 3)
    9
    """
    name, whole = "definite_integral", polynomials.integral(p.coefficients)
    area = evaluate(name, whole, exact(upper)) - evaluate(name, whole, exact(lower))
    return in_form_of(area, (*p.coefficients, lower, upper))


@tool("calculus", keywords=("gradient", "steepness", "rate of change at", "derivative at"))
def tangent_slope(p: Polynomial, x: Number) -> Number:
    """Slope of a polynomial's tangent at x.

    >>> tangent_slope(Polynomial((0, 0, 1)), 3)
    6
    """
    slope = evaluate("tangent_slope", polynomials.derivative(p.coefficients), exact(x))
    return in_form_of(slope, (*p.coefficients, x))


@tool("calculus", keywords=("tangent", "linear approximation", "linearization", "touches"))
def tangent_line(p: Polynomial, x: Number) -> Polynomial:
    """Line that touches a polynomial's curve at x.

    >>> tangent_line(Polynomial((0, 0, 1)), 3).to_text()
    '6x - 9'
    """
    name, at = "tangent_line", exact(x)
    slope = evaluate(name, polynomials.derivative(p.coefficients), at)
    height = evaluate(name, p.coefficients, at)
    return polynomial(name, (height - slope * at, slope), p.variable)


@tool("calculus", keywords=("stationary", "turning points", "extrema", "maximum", "minimum"))
def critical_points(p: Polynomial) -> Numbers:
    """Points where a polynomial's derivative is zero.

    In ascending order. Exact where they are rational, else floats, to 15 digits or so.

    >>> critical_points(Polynomial((0, -3, 0, 1)))
    (-1, 1)
    >>> critical_points(Polynomial((0, -2, 0, 1)))
    (-0.816496580927726, 0.816496580927726)
    """
    slope = differentiate(p)
    if slope.degree < 0:
        raise ToolError("`critical_points`: every point of a constant is critical", "undefined")
    return roots.real_roots("critical_points", slope)


@tool("calculus", keywords=("approaches", "tends to", "lim", "rational function", "hole"))
def limit_of_quotient(numerator: Operand, denominator: Operand, at: Number) -> Number:
    """Limit of a quotient of two polynomials at a point.

    Common roots cancel.

    >>> limit_of_quotient(Polynomial((-4, 0, 1)), Polynomial((-2, 1)), 2)
    4
    """
    name = "limit_of_quotient"
    p, q = operands(name, numerator, denominator)
    _check_denominator(name, q)
    above, below, x = p.coefficients, q.coefficients, exact(at)
    inputs = (*above, *below, at)
    while (bottom := evaluate(name, below, x)) == 0:  # l'Hôpital's rule
        if evaluate(name, above, x) != 0:
            raise ToolError(
                f"`{name}`: the quotient grows without bound at {clip(at)}, a root of the "
                "denominator",
                "undefined",
            )
        above = tuple(polynomials.derivative(above))
        below = tuple(polynomials.derivative(below))
    return in_form_of(evaluate(name, above, x) / bottom, inputs)


@tool("calculus", keywords=("horizontal asymptote", "infinity", "tends to", "end behaviour"))
def limit_at_infinity(numerator: Operand, denominator: Operand) -> Number:
    """Limit of a quotient of polynomials as x grows.

    The same towards both infinities.

    >>> limit_at_infinity(Polynomial((1, 0, 3)), Polynomial((5, 0, 2)))
    Decimal('1.5')
    """
    name = "limit_at_infinity"
    p, q = operands(name, numerator, denominator)
    _check_denominator(name, q)
    if p.degree > q.degree:
        raise ToolError(
            f"`{name}`: a numerator of degree {p.degree} outgrows a denominator of degree "
            f"{q.degree}; `polynomial_divide` gives what the quotient comes close to",
            "undefined",
        )
    if p.degree < q.degree:
        return 0
    leading = (p.coefficients[-1], q.coefficients[-1])
    return in_form_of(Fraction(leading[0]) / leading[1], leading)


def _check_denominator(name: str, q: Polynomial) -> None:
    if q.degree < 0:
        raise ToolError(f"`{name}` needs a denominator other than 0", "undefined")


_Series = Literal["exp(x)", "sin(x)", "cos(x)", "ln(1+x)", "1/(1-x)", "arctan(x)"]
_TERMS: dict[str, Callable[[int], Fraction]] = {
    "exp(x)": lambda n: Fraction(1, math.factorial(n)),
    "sin(x)": lambda n: Fraction(n % 2 * (-1) ** (n // 2), math.factorial(n)),
    "cos(x)": lambda n: Fraction((n + 1) % 2 * (-1) ** (n // 2), math.factorial(n)),
    "ln(1+x)": lambda n: Fraction((-1) ** (n + 1), n) if n else Fraction(0),
    "1/(1-x)": lambda n: Fraction(1),
    "arctan(x)": lambda n: Fraction((-1) ** (n // 2), n) if n % 2 else Fraction(0),
}
"""The coefficient of x^n of each function."""


@tool("calculus", keywords=("Maclaurin", "series", "expansion", "approximation", "power series"))
def taylor_polynomial(function: _Series, degree: int) -> Polynomial:
    """Taylor polynomial of a function around 0.

    All terms up to x^degree.

    >>> taylor_polynomial("sin(x)", 4).to_text()
    '-1/6 x^3 + x'
    """
    if degree < 0:
        raise ToolError(f"`taylor_polynomial` needs degree >= 0, got degree={clip(degree)}")
    powers = range(min(degree, MAX_COEFFICIENTS) + 1)  # one more than fit is refused below
    return polynomial("taylor_polynomial", map(_TERMS[function], powers), "x")


@tool("calculus", keywords=("progression", "sum of terms", "first n terms", "common difference"))
def arithmetic_series(first: Number, difference: Number, terms: int) -> Number:
    """Sum of an arithmetic progression's first terms.

    >>> arithmetic_series(1, 2, 10)
    100
    """
    _check_terms("arithmetic_series", terms)
    steps = terms * (terms - 1) // 2
    return in_form_of(terms * exact(first) + steps * exact(difference), (first, difference))


@tool("calculus", keywords=("progression", "sum of terms", "first n terms", "common ratio"))
def geometric_series(first: Number, ratio: Number, terms: int) -> Number:
    """Sum of a geometric progression's first terms.

    >>> geometric_series(1, 2, 10)
    1023
    """
    _check_terms("geometric_series", terms)
    a, r = Fraction(first), Fraction(ratio)
    if r == 1:
        total = a * terms
    else:
        check_bits("geometric_series", terms * (number_bits(r) - 1) if r else 0)
        total = a * ((1 - r**terms) / (1 - r) if r or terms else 0)
    return in_form_of(total, (first, ratio))


@tool("calculus", keywords=("infinite", "converges", "all terms", "sum to infinity", "ratio"))
def infinite_geometric_series(first: Number, ratio: Number) -> Number:
    """Sum of all terms of a geometric progression.

    The ratio lies between -1 and 1.

    >>> infinite_geometric_series(1, Fraction(1, 3))
    Fraction(3, 2)
    """
    r = Fraction(ratio)
    if abs(r) >= 1:
        raise ToolError(
            f"`infinite_geometric_series` needs a ratio between -1 and 1, got {clip(ratio)}; "
            "`geometric_series` adds any number of terms",
            "undefined",
        )
    return in_form_of(Fraction(first) / (1 - r), (first, ratio))


def _check_terms(name: str, terms: int) -> None:
    if terms < 0:
        raise ToolError(f"`{name}` needs terms >= 0, got terms={clip(terms)}")
