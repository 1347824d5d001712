"""Residues, and whole numbers by their prime factors."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from fluxem_encoders.errors import ValueFormError
from fluxem_encoders.forms import clip, int_to_text, number_from_json, to_json
from fluxem_encoders.structured import Structured

MAX_DIGITS = 1000  # of a residue's value and modulus
MAX_FACTORS = 64
MAX_EXPONENT = 1000
PRIME_LIMIT = 3_317_044_064_679_887_385_961_981
"""Miller and Rabin's test with the first 13 primes is a proof below this number.

Sorenson and Webster, "Strong pseudoprimes to twelve prime bases", 2015.
"""

_BASES = (2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41)


def is_prime(n: int) -> bool:
    """Whether `n` is a prime; a proof for every n < `PRIME_LIMIT`.

    >>> is_prime(2**61 - 1), is_prime(2**67 - 1), is_prime(1)
    (True, False, False)
    """
    if n < 2:
        return False
    for base in _BASES:
        if n % base == 0:
            return n == base
    twos = ((n - 1) & -(n - 1)).bit_length() - 1
    return all(_passes(n, base, twos) for base in _BASES)


def _passes(n: int, base: int, twos: int) -> bool:
    """Whether an odd n, with n - 1 = 2**twos * odd, is prime as far as `base` can tell."""
    x = pow(base, (n - 1) >> twos, n)
    if x in (1, n - 1):
        return True
    for _ in range(twos - 1):
        x = x * x % n
        if x == n - 1:
            return True
    return False


@dataclass(frozen=True, slots=True)
class Residue(Structured, key="residue", domain="number_theory"):
    """A residue class, `value` modulo `modulus`.

    Attributes:
        value: any int within ±10**1000; kept reduced, so that 0 <= value < modulus.
        modulus: from 1 to 10**1000.
    """

    value: int
    modulus: int

    def __post_init__(self) -> None:
        for n in (self.value, self.modulus):
            if not _is_whole(n) or abs(n) > 10**MAX_DIGITS:
                raise ValueFormError(
                    f"a residue has a whole value and modulus within 10**{MAX_DIGITS}, "
                    f"got {clip(n)}"
                )
        if self.modulus < 1:
            raise ValueFormError(f"a modulus is at least 1, got {clip(self.modulus)}")
        object.__setattr__(self, "value", self.value % self.modulus)

    def to_json(self) -> dict[str, Any]:
        """{"residue": 5, "modulus": 12}."""
        return {"residue": to_json(self.value), "modulus": to_json(self.modulus)}

    @classmethod
    def from_json(cls, form: Mapping[str, Any]) -> Self:
        """Read {"residue": 17, "modulus": 12}; the value need not be reduced."""
        if set(form) != {"residue", "modulus"}:
            raise ValueFormError('a residue is {"residue": VALUE, "modulus": MODULUS}')
        return cls(_whole(form["residue"]), _whole(form["modulus"]))

    def to_text(self) -> str:
        """`5 (mod 12)`."""
        return f"{int_to_text(self.value)} (mod {int_to_text(self.modulus)})"


@dataclass(frozen=True, slots=True)
class Factored(Structured, key="factored", domain="number_theory"):
    """A positive whole number as a product of prime powers; 1 is the empty product.

    Attributes:
        factors: up to 64 pairs of a prime below 3.3e24 and its exponent, 1 to 1000; kept
            ascending by prime.
    """

    factors: tuple[tuple[int, int], ...]

    def __post_init__(self) -> None:
        if not isinstance(self.factors, tuple) or len(self.factors) > MAX_FACTORS:
            raise ValueFormError(
                f"a factorisation is a tuple of at most {MAX_FACTORS} pairs (prime, exponent), "
                f"got {clip(self.factors)}"
            )
        for pair in self.factors:
            _check_factor(pair)
        object.__setattr__(self, "factors", tuple(sorted(self.factors)))
        if len(dict(self.factors)) < len(self.factors):
            raise ValueFormError("a factorisation names each prime once; add the exponents")

    def product(self) -> int:
        """The number itself."""
        return math.prod(prime**exponent for prime, exponent in self.factors)

    def to_json(self) -> dict[str, Any]:
        """{"factored": [[2, 3], [5, 1]]} for 40."""
        return {"factored": [[to_json(prime), n] for prime, n in self.factors]}

    @classmethod
    def from_json(cls, form: Mapping[str, Any]) -> Self:
        """Read {"factored": [[PRIME, EXPONENT], ...]}, the primes in any order."""
        pairs = form.get("factored")
        if set(form) != {"factored"} or not isinstance(pairs, list | tuple):
            raise ValueFormError('a factorisation is {"factored": [[PRIME, EXPONENT], ...]}')
        if len(pairs) > MAX_FACTORS:
            raise ValueFormError(f"a factorisation has at most {MAX_FACTORS} primes")
        return cls(tuple(map(_factor, pairs)))

    def to_text(self) -> str:
        """`2^3 × 5`, or `1`."""
        powers = (f"{prime}^{n}" if n > 1 else str(prime) for prime, n in self.factors)
        return " × ".join(powers) or "1"


def _check_factor(pair: object) -> None:
    if not (isinstance(pair, tuple) and len(pair) == 2 and all(map(_is_whole, pair))):
        raise ValueFormError(f"a factor is a pair of ints (prime, exponent), got {clip(pair)}")
    prime, exponent = pair
    if not 1 <= exponent <= MAX_EXPONENT:
        raise ValueFormError(f"an exponent is 1 to {MAX_EXPONENT}, got {clip(exponent)}")
    if not prime < PRIME_LIMIT:
        raise ValueFormError(f"primes lie below {PRIME_LIMIT}, got {clip(prime)}")
    if not is_prime(prime):
        raise ValueFormError(f"{clip(prime)} is no prime; factor it")


def _factor(pair: Any) -> tuple[int, int]:
    if not isinstance(pair, list | tuple) or len(pair) != 2:
        raise ValueFormError(f"a factor is a pair [PRIME, EXPONENT], got {clip(pair)}")
    return _whole(pair[0]), _whole(pair[1])


def _is_whole(n: object) -> bool:
    return isinstance(n, int) and not isinstance(n, bool)


def _whole(form: Any) -> int:
    if isinstance(form, str) and len(form) > MAX_DIGITS + 10:
        raise ValueFormError(f"a whole number here has at most {MAX_DIGITS} digits")
    n = number_from_json(form)
    if not isinstance(n, int):
        raise ValueFormError(f"expected a whole number, got {clip(form)}")
    return n
