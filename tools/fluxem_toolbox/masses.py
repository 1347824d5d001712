"""The probability that a distribution gives to an interval.

Discrete families with rational parameters are summed in integers while the result is of bounded
size. Everything else is computed in 256 bits and rounded once.
"""

import math
from collections.abc import Callable
from fractions import Fraction
from typing import Any

import gmpy2

from fluxem_encoders.values import Distribution
from fluxem_toolbox.bounds import MAX_EXACT_BITS, MAX_TRIALS, MAX_VARIANCE, refuse_over
from fluxem_toolbox.distributions import CONTINUOUS, exact_parameter, mean_of, variance_of
from fluxem_toolbox.rationals import PRECISION, high_precision, nearest_float, real

NEGLIGIBLE = 2.0**-120  # of a sum: a term at which the rest of the tail no longer counts


def interval_probability(
    d: Distribution, low: Fraction | None = None, high: Fraction | None = None
) -> Fraction | float:
    """P(low <= X <= high), where None stands for no end; a float when it is irrational or huge."""
    if low is not None and high is not None and low > high:
        return Fraction(0)
    with high_precision():
        mass = (_continuous if d.family in CONTINUOUS else _discrete)(d, low, high)
    return mass if isinstance(mass, Fraction) else nearest_float(mass)


def _continuous(d: Distribution, low: Fraction | None, high: Fraction | None) -> Any:
    match d.family:
        case "uniform":
            start, end = exact_parameter(d, "low"), exact_parameter(d, "high")
            left = start if low is None else max(low, start)
            right = end if high is None else min(high, end)
            return max(right - left, Fraction(0)) / (end - start)
        case "exponential":
            return _exponential(exact_parameter(d, "rate"), low or Fraction(0), high)
        case _:
            mean, sd = exact_parameter(d, "mean"), exact_parameter(d, "sd")
            return _normal(*(None if x is None else (x - mean) / sd for x in (low, high)))


def _exponential(rate: Fraction, low: Fraction, high: Fraction | None) -> Any:
    low = max(low, Fraction(0))
    if high is not None and high <= low:
        return Fraction(0)
    if high is None and low == 0:
        return Fraction(1)
    inside = 1 if high is None else -gmpy2.expm1(-real(rate * (high - low)))
    return gmpy2.exp(-real(rate * low)) * inside


def _normal(low: Fraction | None, high: Fraction | None) -> Any:
    """P(low <= Z <= high) of the standard normal, without cancellation in the tails."""
    if low is None and high is None:
        return Fraction(1)
    if low is not None and low == high:
        return Fraction(0)
    if (low is None and high == 0) or (low == 0 and high is None):
        return Fraction(1, 2)
    if low is not None and low >= 0:
        return _normal_tail(low) - _normal_tail(high)
    if high is not None and high <= 0:
        return _normal_tail(-high) - _normal_tail(None if low is None else -low)
    return 1 - _normal_tail(high) - _normal_tail(None if low is None else -low)


def _normal_tail(z: Fraction | None) -> Any:
    """P(Z > z); 0 for None, which stands for infinity."""
    return gmpy2.mpfr(0) if z is None else gmpy2.erfc(real(z) / gmpy2.sqrt(gmpy2.mpfr(2))) / 2


def support(d: Distribution) -> tuple[int, int | None]:
    """The least and the greatest integer that a discrete distribution gives; None for no end."""
    match d.family:
        case "binomial":
            n, p = int(d["n"]), d["p"]
            return (n if p == 1 else 0), (0 if p == 0 else n)
        case "geometric":
            return 1, (1 if d["p"] == 1 else None)
        case _:
            return 0, None


def _discrete(d: Distribution, low: Fraction | None, high: Fraction | None) -> Any:
    first, last = support(d)
    start = first if low is None else max(math.ceil(low), first)
    end = math.floor(high) if high is not None else None
    if last is not None:
        end = last if end is None else min(end, last)
    if end is not None and start > end:
        return Fraction(0)
    if start == first and end == last:
        return Fraction(1)
    if d.family == "geometric":
        return _geometric(exact_parameter(d, "p"), start, end)
    if d.family == "binomial":
        p, n = exact_parameter(d, "p"), int(d["n"])
        if n * (p.denominator - 1).bit_length() <= MAX_EXACT_BITS:
            return _binomial(n, p, start, end or 0)
    return _summed(d, start, end)


def _geometric(p: Fraction, start: int, end: int | None) -> Any:
    """The trials before `start` all fail, those up to `end` do not."""
    if (end or start) * (p.denominator - 1).bit_length() <= MAX_EXACT_BITS:
        q = 1 - p
        return q ** (start - 1) - (0 if end is None else q**end)
    log_q = gmpy2.log1p(-real(p))
    inside = 1 if end is None else -gmpy2.expm1((end - start + 1) * log_q)
    return gmpy2.exp((start - 1) * log_q) * inside


def _binomial(n: int, p: Fraction, start: int, end: int) -> Fraction:
    """The exact sum of C(n, k) p^k (1-p)^(n-k), in integers over one denominator."""
    good, bad = p.numerator, p.denominator - p.numerator
    term = gmpy2.bincoef(n, start) * gmpy2.mpz(good) ** start * gmpy2.mpz(bad) ** (n - start)
    total = gmpy2.mpz(0)
    for k in range(start, end + 1):
        total += term
        term = term * ((n - k) * good) // ((k + 1) * bad)
    return Fraction(int(total), p.denominator**n)


def _summed(d: Distribution, start: int, end: int | None) -> Any:
    """Sum a binomial or Poisson distribution over `start..end`, away from its mode."""
    check_summable(d, MAX_VARIANCE)
    top = mode_of(d)
    if start >= top:
        return _sum_up(d, start, end)
    if end is not None and end <= top:
        return _sum_down(d, end, start)
    below = _sum_down(d, start - 1, support(d)[0]) if start > 0 else 0
    return 1 - below - (0 if end is None else _sum_up(d, end + 1, support(d)[1]))


def check_summable(d: Distribution, limit: int) -> None:
    """Refuse a binomial or Poisson distribution whose sum would take too many terms."""
    refuse_over(f"a {d.family} distribution", "variances", variance_of(d), limit)
    if d.family == "binomial":
        refuse_over("a binomial distribution", "n", int(d["n"]), MAX_TRIALS)


def mode_of(d: Distribution) -> int:
    """A most probable value of a binomial or Poisson distribution."""
    if d.family == "binomial":
        return min(math.floor((int(d["n"]) + 1) * exact_parameter(d, "p")), int(d["n"]))
    return math.floor(mean_of(d))


def log_mass(d: Distribution, k: int) -> Any:
    """ln P(X = k) of a binomial or Poisson distribution, for k in its support."""
    if d.family == "poisson":
        rate = real(exact_parameter(d, "rate"))
        return k * gmpy2.log(rate) - rate - gmpy2.lngamma(gmpy2.mpfr(k + 1))
    n, p = int(d["n"]), real(exact_parameter(d, "p"))
    choices = sum(
        sign * gmpy2.lngamma(gmpy2.mpfr(m + 1)) for sign, m in ((1, n), (-1, k), (-1, n - k))
    )
    return choices + k * gmpy2.log(p) + (n - k) * gmpy2.log1p(-p)


def step_up(d: Distribution) -> Callable[[int], Any]:
    """The function k -> P(X = k + 1) / P(X = k) of a binomial or Poisson distribution."""
    if d.family == "poisson":
        rate = real(exact_parameter(d, "rate"))
        return lambda k: rate / (k + 1)
    n, p = int(d["n"]), exact_parameter(d, "p")
    odds = real(p / (1 - p))
    return lambda k: odds * (n - k) / (k + 1)


def _sum_up(d: Distribution, start: int, end: int | None) -> Any:
    ratio = step_up(d)
    term = total = gmpy2.exp(log_mass(d, start)) if end is None or start <= end else gmpy2.mpfr(0)
    k = start
    while term > total * NEGLIGIBLE and k != end:
        term *= ratio(k)
        total += term
        k += 1
    return total


def _sum_down(d: Distribution, start: int, end: int) -> Any:
    ratio = step_up(d)
    term = total = gmpy2.exp(log_mass(d, start))
    k = start
    while term > total * NEGLIGIBLE and k > end:
        k -= 1
        term /= ratio(k)
        total += term
    return total


def median_of(d: Distribution) -> Fraction | float:
    """The middle of a distribution; of a discrete one, the least m with P(X <= m) >= 1/2."""
    match d.family:
        case "normal" | "uniform":
            return mean_of(d)
        case "exponential":
            with high_precision():
                return nearest_float(gmpy2.log(gmpy2.mpfr(2)) / real(exact_parameter(d, "rate")))
        case "geometric":
            return _geometric_median(exact_parameter(d, "p"))
        case _:
            middle = math.floor(mean_of(d) - Fraction(7, 10))  # the median is within ln 2 of it
            while interval_probability(d, None, Fraction(middle)) < Fraction(1, 2):
                middle += 1
            return Fraction(middle)


def _geometric_median(p: Fraction) -> Fraction:
    """The least m with (1-p)^m <= 1/2, which is a whole power only for p = 1/2."""
    if p >= Fraction(1, 2):
        return Fraction(1)
    with gmpy2.context(precision=2 * PRECISION + p.denominator.bit_length()):
        return Fraction(int(gmpy2.ceil(-gmpy2.log(gmpy2.mpfr(2)) / gmpy2.log1p(-real(p)))))
