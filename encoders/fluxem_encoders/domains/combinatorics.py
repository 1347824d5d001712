"""Written counts n!, C(n, k), P(n, k): kind 3 lanes, then 16 digits of n and 16 of k."""

import math

import numpy as np
from numpy.typing import NDArray

from fluxem_encoders import algebra
from fluxem_encoders.compose import Parts, number_parts
from fluxem_encoders.digits import digit_lanes, one_hot, read_digits, read_one_hot
from fluxem_encoders.domain import Domain, register
from fluxem_encoders.errors import AlgebraError, CapacityError
from fluxem_encoders.features import Traits, number_traits
from fluxem_encoders.numbers import is_number
from fluxem_encoders.sizes import HUGE
from fluxem_encoders.values import Combination, Factorial, Number, Permutation

F32 = NDArray[np.float32]
Count = Factorial | Combination | Permutation

KINDS = (Factorial, Combination, Permutation)
KIND = slice(0, 3)
DIGITS = 16
N = slice(8, 8 + DIGITS)
K = slice(32, 32 + DIGITS)  # empty for a factorial

LIMITS = f"whole n and k from 0 to 10**{DIGITS} - 1"
EXACT_FACTORS = 200  # counts of up to so many factors are evaluated for the shared lanes
MAX_RESULT_BITS = 4096


def encode(value: Count) -> F32:
    """Kind, n and k."""
    ns = (value.n,) if isinstance(value, Factorial) else (value.n, value.k)
    if not all(0 <= n < 10**DIGITS for n in ns):
        raise CapacityError(f"`combinatorics` holds {LIMITS}")
    lanes = np.zeros(112, dtype=np.float32)
    lanes[KIND] = one_hot(KINDS.index(type(value)), len(KINDS))
    for place, n in zip((N, K), ns, strict=False):
        lanes[place] = digit_lanes(n, DIGITS)
    return lanes


def decode(lanes: F32) -> Count:
    """The count of the kind with the largest lane."""
    kind = KINDS[read_one_hot(lanes[KIND])]
    if kind is Factorial:
        return Factorial(read_digits(lanes[N]))
    pair = Combination if kind is Combination else Permutation
    return pair(read_digits(lanes[N]), read_digits(lanes[K]))


def evaluate(value: Count, factors: int = EXACT_FACTORS) -> int | None:
    """The number that the count stands for, or None when it takes more than `factors` factors."""
    match value:
        case Factorial(n):
            return math.factorial(n) if n <= factors else None
        case Combination(n, k):
            return math.comb(n, k) if min(k, abs(n - k)) <= factors or k > n else None
        case Permutation(n, k):
            return math.perm(n, k) if k <= factors or k > n else None


def log2_size(value: Count) -> float:
    """log2 of the count, which is not zero, by Stirling's series (`math.lgamma`)."""
    n, k = value.n, 0 if isinstance(value, Factorial) else value.k
    size = math.lgamma(n + 1)
    if not isinstance(value, Factorial):
        size -= math.lgamma(n - k + 1)
    if isinstance(value, Combination):
        size -= math.lgamma(k + 1)
    return size / math.log(2)


def traits(value: Count) -> Traits:
    """Those of the number that the count stands for."""
    if (number := evaluate(value)) is not None:
        return number_traits(number)
    log10 = log2_size(value) * math.log10(2)
    return Traits(x=min(HUGE, 10 ** min(log10, 300.0)), log10=log10, integer=1)


def parts(value: Count) -> Parts:
    """Linear and log: the number that the count stands for."""
    if (number := evaluate(value)) is not None:
        return number_parts(number)
    return Parts(log2=log2_size(value), sign=1)


def combine(op: str, a: Count | Number, b: Count | Number) -> Number:
    """Product or quotient of the evaluated counts."""
    x, y = _number(a), _number(b)
    return algebra.multiply(x, y) if op == "multiply" else algebra.divide(x, y)


def _number(value: Count | Number) -> Number:
    if not isinstance(value, KINDS):
        if is_number(value):
            return value
        raise AlgebraError("counts multiply and divide with counts and numbers only")
    number = evaluate(value, factors=600)
    if number is None or number.bit_length() > MAX_RESULT_BITS:
        raise CapacityError(f"counts beyond {MAX_RESULT_BITS} bits are not evaluated here")
    return number


register(
    Domain(
        name="combinatorics",
        holds=lambda value: isinstance(value, KINDS),
        types="a Factorial, Combination or Permutation",
        limits=LIMITS,
        encode=encode,
        decode=decode,
        traits=traits,
        parts=parts,
        algebra={"multiply": "exact", "divide": "exact"},
        combine=combine,
    )
)
