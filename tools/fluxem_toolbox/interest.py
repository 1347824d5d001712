"""Rates of interest, growth, discounting and internal rates of return, in exact rationals."""

import math
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

import gmpy2

from fluxem_encoders.forms import clip, simplest
from fluxem_encoders.structures.finance import MAX_COMPOUNDING, PERIODS, SIMPLE, Rate
from fluxem_encoders.values import Duration, Number
from fluxem_toolbox.bounds import MAX_BITS, check_bits, check_number, number_bits
from fluxem_toolbox.errors import ToolError
from fluxem_toolbox.rationals import (
    exact_root,
    high_precision,
    nearest_float,
    power_of_two,
    real,
    to_fraction,
)

SECONDS_PER_YEAR = PERIODS["day"] * 86_400
WIDEST = 1100  # the factor 1 + r of a rate of return lies within 2**-1100 to 2**1100
ROOT_BITS = 200  # to which that factor is found
MAX_DENOMINATOR = 10**6  # of a factor that is looked for as a fraction


def years_of(tool: str, time: Duration | Number) -> Fraction:
    """A time in years: a month is a twelfth of a year, a day 1/365.

    Raises:
        ToolError: when it is negative.
    """
    if isinstance(time, Duration):
        seconds = time.days * 86_400 + Fraction(time.seconds)
        years = Fraction(time.months, PERIODS["month"]) + seconds / SECONDS_PER_YEAR
    else:
        years = Fraction(time)
    if years < 0:
        raise ToolError(f"`{tool}` needs a time >= 0, got {clip(time)}")
    return years


def yearly(tool: str, rate: Rate | Number) -> Fraction:
    """The rate per year without compounding; a bare number is that rate."""
    number = rate.rate if isinstance(rate, Rate) else rate
    check_number(tool, number)
    return Fraction(number) * (PERIODS[rate.per] if isinstance(rate, Rate) else 1)


def compounded(
    tool: str, rate: Rate | Number, times_a_year: int | None = None
) -> tuple[Fraction, int | None]:
    """The rate per year and how often a year it is compounded: None for simple interest.

    A bare number is compounded `times_a_year`, once where that is not given; a Rate says so itself.
    """
    if isinstance(rate, Rate):
        if times_a_year is not None:
            raise ToolError(
                f"`{tool}` takes no times_a_year beside a rate that says how it is compounded, "
                f"got times_a_year={clip(times_a_year)}"
            )
        times_a_year = None if rate.compounding == SIMPLE else int(rate.compounding)
        return yearly(tool, rate), times_a_year
    times = 1 if times_a_year is None else times_a_year
    if not 1 <= times <= MAX_COMPOUNDING:
        raise ToolError(
            f"`{tool}` needs 1 <= times_a_year <= {MAX_COMPOUNDING}, got times_a_year={clip(times)}"
        )
    return yearly(tool, rate), times


def period_factor(tool: str, rate: Rate | Number) -> Fraction:
    """1 + r, where r is a bare number, or a Rate's interest from one compounding to the next.

    Raises:
        ToolError: unless r > -1, and for simple interest.
    """
    nominal, times = compounded(tool, rate)
    if times is None:
        raise ToolError(f"`{tool}` needs a rate that is compounded, got one of simple interest")
    return factor_of(tool, nominal / times)


def factor_of(tool: str, rate: Fraction) -> Fraction:
    """1 + rate, which must be positive."""
    if rate <= -1:
        shown = clip(simplest(rate))
        raise ToolError(f"`{tool}` needs a rate above -1 (-100%) per period, got {shown}")
    return 1 + rate


def grown(tool: str, amount: Fraction, factor: Fraction, periods: Fraction) -> Fraction | float:
    """amount * factor**periods for a positive factor; a float when that is irrational.

    Raises:
        ToolError: when an exact result passes `MAX_BITS` bits, a float the largest one.
    """
    root = factor if periods.denominator == 1 else exact_root(factor, periods.denominator)
    if root is None:
        with high_precision():
            return nearest_float(real(amount) * real(factor) ** real(periods))
    return amount * whole_power(tool, root, periods.numerator)


def whole_power(tool: str, factor: Fraction, n: int) -> Fraction:
    """factor**n for a positive factor, refused before it is computed when it is too long."""
    if factor == 1:
        return factor
    longest = max(factor.numerator, factor.denominator)
    check_bits(tool, abs(n) if abs(n) > MAX_BITS else abs(n) * math.log2(longest))
    return factor**n


def annuity_factor(tool: str, factor: Fraction, n: int) -> Fraction:
    """The value of n payments of 1 when the last is made: 1 + factor + ... + factor**(n - 1).

    Source: (factor**n - 1) / (factor - 1), the sum of a geometric series.
    """
    if n < 1:
        raise ToolError(f"`{tool}` needs 1 or more payments, got {clip(n)}")
    if factor == 1:
        return Fraction(n)
    return (whole_power(tool, factor, n) - 1) / (factor - 1)


def present_sum(tool: str, amounts: Sequence[int], factor: Fraction) -> Fraction:
    """The sum of amount / factor**t over the times t = 0, 1, 2, ...

    In integers, with one division at the end: a fraction would be reduced at every step.
    """
    over, under = gmpy2.mpz(factor.numerator), gmpy2.mpz(factor.denominator)
    last = len(amounts) - 1
    check_bits(tool, last * number_bits(factor) + max(map(number_bits, amounts)))
    total, scale = gmpy2.mpz(0), gmpy2.mpz(1)
    for amount in amounts:
        total = total * over + amount * scale
        scale *= under
    return to_fraction(gmpy2.mpq(total, over**last))


def rate_of_return(tool: str, amounts: Sequence[int]) -> Fraction | float:
    """The r > -1 at which the amounts, one per period, have the present sum 0.

    Amounts that change their sign once have exactly one (Descartes' rule of signs). It is exact
    when 1 + r has a denominator up to `MAX_DENOMINATOR`, else a float.

    Raises:
        ToolError: for no change of sign or several, which may have no such rate or several.
    """
    signs = [a > 0 for a in amounts if a]
    changes = sum(a != b for a, b in pairwise(signs))
    if changes != 1:
        raise ToolError(
            f"`{tool}` needs cash flows that change their sign once, such as [-100, 60, 60], got "
            f"{changes} changes; `net_present_value` takes any at a given rate",
            "undefined",
        )
    with high_precision():
        x = _root(tool, amounts, positive_at_the_top=signs[0])
        candidate = to_fraction(gmpy2.mpq(x)).limit_denominator(MAX_DENOMINATOR)
        if candidate > 0 and present_sum(tool, amounts, candidate) == 0:
            return candidate - 1
        return nearest_float(x - 1)


def _root(tool: str, amounts: Sequence[int], *, positive_at_the_top: bool) -> "gmpy2.mpfr":
    """The x > 0 with amounts[0] x**n + ... + amounts[n] = 0, by bisection."""
    coefficients = [gmpy2.mpfr(a) for a in amounts]

    def above(x: "gmpy2.mpfr") -> bool:
        value = gmpy2.mpfr(0)
        for coefficient in coefficients:
            value = value * x + coefficient
        return bool((value > 0) == positive_at_the_top)

    low, high = gmpy2.exp2(-WIDEST), gmpy2.exp2(WIDEST)
    if above(low) or not above(high):
        raise ToolError(
            f"`{tool}` finds rates r with 1 + r from 2**-{WIDEST} to 2**{WIDEST}, the limit; "
            "these cash flows have none there",
            "limit",
        )
    while high - low > low * gmpy2.exp2(-ROOT_BITS):
        middle = gmpy2.sqrt(low * high)  # the geometric mean: the bounds differ in magnitude
        low, high = (low, middle) if above(middle) else (middle, high)
    return low


def doubling_time_of(rate: Fraction, times: int) -> Fraction | float:
    """log 2 / log (1 + rate / times) / times, for a rate > 0; exact for powers of two."""
    per_period = rate / times
    if (exponent := power_of_two(1 + per_period)) is not None:
        return Fraction(1, exponent * times)
    with high_precision():
        return nearest_float(gmpy2.log(2) / gmpy2.log1p(real(per_period)) / times)
