"""Entropy and its kin, in bits."""

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

import gmpy2

from fluxem_encoders.forms import clip
from fluxem_encoders.values import Distribution, Number, Numbers
from fluxem_toolbox.bounds import MAX_PROBABILITIES, refuse_over
from fluxem_toolbox.entropies import distribution_entropy, weighted_bits
from fluxem_toolbox.errors import ToolError
from fluxem_toolbox.rationals import in_form_of, over_common_denominator
from fluxem_toolbox.registry import tool

SUM_TOLERANCE = Fraction(1, 10**9)  # of probabilities that contain floats


def _probabilities(name: str, argument: str, values: Numbers) -> list[Any]:
    """The values as exact probabilities, each an mpq.

    Raises:
        ToolError: when one is negative, they do not sum to 1, or are more than
            `MAX_PROBABILITIES` (category `limit`).
    """
    if not values:
        raise ToolError(f"`{name}` needs at least one probability in {argument}, got none")
    refuse_over(f"`{name}`", "numbers of probabilities", len(values), MAX_PROBABILITIES)
    for value in values:
        if value < 0:
            raise ToolError(f"`{name}` needs probabilities >= 0 in {argument}, got {clip(value)}")
    parts, scale = over_common_denominator(name, values)
    gap = abs(Fraction(sum(parts), scale) - 1)
    if gap > (SUM_TOLERANCE if any(isinstance(v, float) for v in values) else 0):
        raise ToolError(
            f"`{name}` needs probabilities that sum to 1 in {argument}, got the sum "
            f"{clip(in_form_of(Fraction(sum(parts), scale), values))}; divide each by it"
        )
    return [gmpy2.mpq(x, scale) for x in parts]


def _in_form(bits: Fraction | float, inputs: Sequence[Number]) -> Number:
    return bits if isinstance(bits, float) else in_form_of(bits, inputs)


@tool("information_theory", keywords=("shannon", "uncertainty", "bits", "information", "average"))
def entropy(distribution: Distribution | Numbers) -> Number:
    """Shannon entropy in bits, the uncertainty of a distribution.

    Takes a distribution or a list of probabilities that sum to 1. Of continuous families it is
    the differential entropy, which may be negative. Exact when all probabilities are powers of 2.

    >>> entropy((Fraction(1, 2), Fraction(1, 4), Fraction(1, 4)))
    Fraction(3, 2)
    >>> entropy((Fraction(1, 3), Fraction(2, 3)))
    0.9182958340544896
    """
    if isinstance(distribution, Distribution):
        return _in_form(distribution_entropy(distribution), distribution.parameters)
    p = _probabilities("entropy", "distribution", distribution)
    return _in_form(weighted_bits((x, 1 / x) for x in p if x), distribution)


@tool(
    "information_theory", keywords=("information content", "self-information", "surprise", "bits")
)
def surprisal(p: Number) -> Number:
    """Surprisal: bits of information in an event of chance p.

    >>> surprisal(Fraction(1, 8))
    3
    >>> surprisal(Fraction(1, 6))
    2.584962500721156
    """
    if p == 0:
        raise ToolError("`surprisal` of an event of chance 0 is infinite", "undefined")
    if not 0 < p <= 1:
        raise ToolError(f"`surprisal` needs 0 < p <= 1, got p={clip(p)}")
    return _in_form(weighted_bits([(Fraction(1), 1 / Fraction(p))]), (p,))


def _paired(name: str, p: Numbers, q: Numbers) -> list[tuple[Any, Any]]:
    """The probabilities of both lists, where that of `p` is not 0."""
    if len(p) != len(q):
        raise ToolError(f"`{name}` needs lists of equal length, got {len(p)} and {len(q)}")
    pairs = zip(_probabilities(name, "p", p), _probabilities(name, "q", q), strict=True)
    used = [(x, y) for x, y in pairs if x]
    if any(y == 0 for _, y in used):
        raise ToolError(f"`{name}` is infinite where q has a 0 that p has not", "undefined")
    return used


@tool("information_theory", keywords=("kullback", "leibler", "relative entropy", "divergence"))
def kl_divergence(p: Numbers, q: Numbers) -> Number:
    """Kullback-Leibler divergence of p from q, in bits.

    >>> kl_divergence((Fraction(1, 2), Fraction(1, 2)), (Fraction(1, 4), Fraction(3, 4)))
    0.2075187496394219
    """
    pairs = _paired("kl_divergence", p, q)
    return _in_form(weighted_bits((x, x / y) for x, y in pairs), (*p, *q))


@tool("information_theory", keywords=("coding", "loss", "expected code length", "bits"))
def cross_entropy(p: Numbers, q: Numbers) -> Number:
    """Cross entropy of p with code lengths for q, in bits.

    >>> cross_entropy((Fraction(1, 2), Fraction(1, 2)), (Fraction(1, 4), Fraction(3, 4)))
    1.207518749639422
    """
    pairs = _paired("cross_entropy", p, q)
    return _in_form(weighted_bits((x, 1 / y) for x, y in pairs), (*p, *q))


@tool("information_theory", keywords=("binary symmetric channel", "noisy", "noise", "bit flip"))
def channel_capacity(error_rate: Number) -> Number:
    """Capacity of a binary channel that flips bits, bits per use.

    One minus the entropy of the error rate (binary symmetric channel).

    >>> channel_capacity(Fraction(1, 2)), channel_capacity(0)
    (0, 1)
    >>> channel_capacity(Fraction(1, 10))
    0.5310044064107188
    """
    if not 0 <= error_rate <= 1:
        raise ToolError(
            f"`channel_capacity` needs 0 <= error_rate <= 1, got error_rate={clip(error_rate)}"
        )
    e = Fraction(error_rate)
    return _in_form(weighted_bits((x, 2 * x) for x in (e, 1 - e) if x), (error_rate,))
