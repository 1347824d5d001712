"""Bounded factorisation: trial division, then Pollard's rho with a counted number of steps."""

from collections import Counter
from dataclasses import dataclass
from functools import cache

import gmpy2

from fluxem_encoders.forms import clip
from fluxem_encoders.structures.number_theory import PRIME_LIMIT, is_prime
from fluxem_toolbox.errors import ToolError

TRIAL_LIMIT = 2**16  # every prime below is tried
MAX_ROUGH_BITS = 256  # of what is left after trial division
MAX_STEPS = 1_500_000  # of Pollard's rho: 1.1 s at 256 bits
BATCH = 128  # steps per greatest common divisor


@dataclass
class Steps:
    """How many steps of Pollard's rho one call may still take."""

    left: int = MAX_STEPS


def prime_factors(tool: str, n: int, steps: Steps | None = None) -> dict[int, int]:
    """The primes of `n >= 1`, ascending, and their exponents.

    Finds them for every n below 10**20, and for any n whose primes are all but one below 10**10
    or so and all below 3.3e24.

    Raises:
        ToolError: when that takes more than `steps`, or the numbers pass a limit.
    """
    found, rest = _small_factors(n)
    rough = [rest] if rest > 1 else []
    if rest.bit_length() > MAX_ROUGH_BITS:
        raise ToolError(
            f"`{tool}` factors at most {MAX_ROUGH_BITS} bits without primes below {TRIAL_LIMIT}, "
            f"got {rest.bit_length()}",
            "limit",
        )
    steps = steps or Steps()
    while rough:
        m = rough.pop()
        if not gmpy2.is_prime(m):
            factor = _factor(tool, m, steps)
            rough += [factor, m // factor]
        elif m < PRIME_LIMIT and is_prime(m):
            found[m] += 1
        else:
            raise ToolError(f"`{tool}` knows primes below {PRIME_LIMIT}, found {clip(m)}", "limit")
    return dict(sorted(found.items()))


def _small_factors(n: int) -> tuple[Counter[int], int]:
    """Primes of `n` below `TRIAL_LIMIT`, and what they leave: 1, a prime, or no small factor."""
    found: Counter[int] = Counter()
    rest = gmpy2.mpz(n)
    for prime in _small_primes():
        if prime * prime > rest:
            break
        if rest % prime == 0:
            rest, found[prime] = gmpy2.remove(rest, prime)
    return found, int(rest)


@cache
def _small_primes() -> tuple[int, ...]:
    """The sieve of Eratosthenes."""
    sieve = bytearray([0, 0]) + bytearray([1]) * (TRIAL_LIMIT - 2)
    for n in range(2, 2**8):
        if sieve[n]:
            sieve[n * n :: n] = bytes(len(range(n * n, TRIAL_LIMIT, n)))
    return tuple(n for n in range(TRIAL_LIMIT) if sieve[n])


def _factor(tool: str, n: int, steps: Steps) -> int:
    """A proper factor of an odd composite `n`, from one walk after another."""
    shift = 0
    while steps.left > 0:
        shift += 1
        factor = _rho(n, shift, steps)
        if factor < n:
            return factor
    raise ToolError(
        f"`{tool}` stops after {MAX_STEPS} steps of factoring; what is left, {clip(n)}, has no "
        "prime below 10^10 or so",
        "limit",
    )


def _rho(n: int, shift: int, steps: Steps) -> int:
    """A factor of `n`, perhaps `n` itself, by the walk x -> x^2 + shift; `n` out of steps.

    R. P. Brent, "An improved Monte Carlo factorization algorithm", BIT 20 (1980), section 7.
    """
    modulus = gmpy2.mpz(n)
    y, length = gmpy2.mpz(2), 1
    while steps.left > 0:
        x, walked = y, 0
        while walked < length and steps.left > 0:
            start, product = y, gmpy2.mpz(1)
            batch = min(BATCH, length - walked)
            for _ in range(batch):
                y = (y * y + shift) % modulus
                product = product * (x - y) % modulus
            walked += batch
            steps.left -= batch
            if gmpy2.gcd(product, modulus) > 1:
                return _first_meeting(x, start, modulus, shift)
        length *= 2
    return n


def _first_meeting(x: gmpy2.mpz, y: gmpy2.mpz, modulus: gmpy2.mpz, shift: int) -> int:
    """The factor at the first step from `y` that has one; the batch may have passed several."""
    factor = gmpy2.mpz(1)
    while factor == 1:
        y = (y * y + shift) % modulus
        factor = gmpy2.gcd(x - y, modulus)
    return int(factor)
