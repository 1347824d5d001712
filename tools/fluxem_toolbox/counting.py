"""Bounded exact counts: factorials, ordered and unordered choices."""

import math

import gmpy2

from fluxem_toolbox.bounds import MAX_BITS, check_bits


def count_orders(tool: str, n: int) -> int:
    """`n!`; the caller has made sure that `n >= 0`."""
    check_bits(tool, _order_bits(n))
    return int(gmpy2.fac(n))


def count_choices(tool: str, n: int, k: int) -> int:
    """`C(n, k)`, the k-element subsets of n things; 0 when `k > n`."""
    k = min(k, n - k)
    if k < 0:
        return 0
    check_bits(tool, _choice_bits(n, k))
    return int(gmpy2.bincoef(n, k))


def count_arrangements(tool: str, n: int, k: int) -> int:
    """`P(n, k)`, the ordered choices of k out of n things; 0 when `k > n`."""
    if k > n:
        return 0
    check_bits(tool, _choice_bits(n, min(k, n - k)) + _order_bits(k))
    return math.perm(n, k)


def _order_bits(n: int) -> float:
    """Slightly fewer bits than `n!` has."""
    if n > MAX_BITS:
        return math.inf
    return n * (math.log2(n) - math.log2(math.e)) if n else 0


def _choice_bits(n: int, k: int) -> float:
    """Slightly more bits than `C(n, k)` has for `k <= n / 2`: at most 2^n and (e n / k)^k."""
    if k > MAX_BITS:
        return math.inf
    return min(n, k * (math.log2(n) - math.log2(k) + math.log2(math.e))) if k else 0
