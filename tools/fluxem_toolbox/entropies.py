"""Sums of probability times log2, exact where every ratio is a power of two."""

from collections.abc import Iterable
from fractions import Fraction
from typing import Any

import gmpy2

from fluxem_encoders.values import Distribution
from fluxem_toolbox.bounds import MAX_ENTROPY_VARIANCE
from fluxem_toolbox.distributions import exact_parameter, variance_of
from fluxem_toolbox.masses import (
    NEGLIGIBLE,
    check_summable,
    interval_probability,
    log_mass,
    mode_of,
    step_up,
    support,
)
from fluxem_toolbox.rationals import high_precision, nearest_float, power_of_two, real, to_fraction


def weighted_bits(terms: Iterable[tuple[Any, Any]]) -> Fraction | float:
    """The sum of weight * log2(ratio) over `(weight, ratio)` pairs of rationals.

    They are computed with as `gmpy2.mpq`, which is several times as fast as Fraction.
    """
    pairs = [(gmpy2.mpq(weight), gmpy2.mpq(ratio)) for weight, ratio in terms]
    exponents = [power_of_two(ratio) for _, ratio in pairs]
    if None not in exponents:
        return to_fraction(sum(w * (k or 0) for (w, _), k in zip(pairs, exponents, strict=True)))
    with high_precision():
        return nearest_float(sum(w * _log2(ratio) for w, ratio in pairs))


def _log2(x: Any) -> Any:
    """log2 of a positive mpq, to full precision near 1 too."""
    if abs(x - 1) < 0.5:
        return gmpy2.log1p(gmpy2.mpfr(x - 1)) / gmpy2.const_log2()
    return gmpy2.log2(gmpy2.mpfr(x))


def distribution_entropy(d: Distribution) -> Fraction | float:
    """Entropy in bits; differential entropy of a continuous family."""
    match d.family:
        case "uniform":
            width = exact_parameter(d, "high") - exact_parameter(d, "low")
            return weighted_bits([(Fraction(1), width)])
        case "normal" | "exponential":
            with high_precision():
                return nearest_float(_continuous_nats(d) / gmpy2.const_log2())
        case "geometric":
            success = exact_parameter(d, "p")
            failure = 1 - success
            terms = [(Fraction(1), 1 / success)]
            return weighted_bits(terms + ([(failure / success, 1 / failure)] if failure else []))
        case "binomial" if int(d["n"]) <= 2:
            masses = (interval_probability(d, Fraction(k), Fraction(k)) for k in range(3))
            return weighted_bits([(Fraction(m), 1 / Fraction(m)) for m in masses if m])
        case "binomial" if d["p"] in (0, 1):
            return Fraction(0)
        case _:
            check_summable(d, MAX_ENTROPY_VARIANCE)
            with high_precision():
                return nearest_float(_summed_nats(d) / gmpy2.const_log2())


def _continuous_nats(d: Distribution) -> Any:
    if d.family == "exponential":
        return 1 - gmpy2.log(real(exact_parameter(d, "rate")))
    return (1 + gmpy2.log(2 * gmpy2.const_pi() * real(variance_of(d)))) / 2


def _summed_nats(d: Distribution) -> Any:
    """The sum of -m ln m over a binomial or Poisson distribution, outwards from its mode.

    The logarithms of the masses are followed, not the masses: they keep full precision where a
    mass rounds to 1.
    """
    top, (first, last), ratio = mode_of(d), support(d), step_up(d)
    middle = log_mass(d, top)
    total = -middle * gmpy2.exp(middle)
    for step in (1, -1):
        k, log = top, middle
        term = total
        while term > total * NEGLIGIBLE and k != (last if step == 1 else first):
            log += step * gmpy2.log(ratio(k if step == 1 else k - 1))
            k += step
            term = -log * gmpy2.exp(log)
            total += term
    return total
