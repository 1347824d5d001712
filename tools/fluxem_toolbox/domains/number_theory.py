"""Whole numbers: primes, divisors, residues, digits and continued fractions."""

import math
from fractions import Fraction

import gmpy2

from fluxem_encoders.forms import clip, int_to_text
from fluxem_encoders.structures.number_theory import (
    MAX_DIGITS,
    MAX_EXPONENT,
    MAX_FACTORS,
    PRIME_LIMIT,
    Factored,
    Residue,
)
from fluxem_encoders.structures.number_theory import is_prime as is_proven_prime
from fluxem_encoders.values import Number, Numbers
from fluxem_toolbox.bounds import (
    MAX_ITEMS,
    MAX_LIST_BITS,
    check_bits,
    number_bits,
    refuse_over,
)
from fluxem_toolbox.errors import ToolError
from fluxem_toolbox.factoring import Steps, prime_factors
from fluxem_toolbox.registry import tool

MAX_PRIME_BITS = 8192  # of a number whose primality is tested: 0.6 s
MAX_SEARCH_BITS = 1024  # of a number whose next prime is sought
MAX_MODULUS_BITS = 4096  # of `modular_power`, for which the two take half a second
MAX_EXPONENT_BITS = 65_536
MAX_ORDER_BITS = 512  # of the modulus of `multiplicative_order`, a power for each prime of it
MAX_QUOTIENT_BITS = 10_000  # then even Fibonacci numbers' quotients have less than MAX_TERMS
MAX_TERMS = 20_000  # of a list that is for people to read


def _positive(name: str, argument: str, n: int) -> int:
    if n < 1:
        raise ToolError(f"`{name}` needs {argument} >= 1, got {argument}={clip(n)}")
    return n


def _not_negative(name: str, n: int) -> int:
    if n < 0:
        raise ToolError(f"`{name}` needs n >= 0, got n={clip(n)}")
    return n


def _check_length(name: str, argument: str, n: int, limit: int) -> None:
    refuse_over(f"`{name}`", f"bits of {argument}", n.bit_length(), limit)


def _factors(name: str, n: Factored | int) -> dict[int, int]:
    """The primes of a positive number and their exponents."""
    if isinstance(n, Factored):
        return dict(n.factors)
    return prime_factors(name, _positive(name, "n", n))


def _product_bits(factors: dict[int, int]) -> float:
    """About as many bits as the product has."""
    return sum(exponent * math.log2(prime) for prime, exponent in factors.items())


@tool("number_theory", keywords=("prime", "primality", "composite", "prime number", "divisible"))
def is_prime(n: int) -> bool:
    """Whether a whole number is a prime.

    Proven below 3.3e24; beyond by a Baillie-PSW test, which no known composite number passes.

    >>> is_prime(97), is_prime(91), is_prime(1)
    (True, False, False)
    """
    _check_length("is_prime", "n", n, MAX_PRIME_BITS)
    return is_proven_prime(n) if n < PRIME_LIMIT else gmpy2.is_prime(n)


@tool("number_theory", keywords=("smallest prime", "following prime", "prime after", "larger"))
def next_prime(n: int) -> int:
    """Smallest prime greater than a whole number.

    Proven below 2^64; beyond by a Baillie-PSW test, which no known composite number passes.

    >>> next_prime(7), next_prime(-5)
    (11, 2)
    """
    _check_length("next_prime", "n", n, MAX_SEARCH_BITS)
    return int(gmpy2.next_prime(max(n, 0)))


@tool("number_theory", keywords=("prime factors", "factor", "decompose", "factorisation", "tree"))
def factorize(n: int) -> Factored:
    """Prime factorization of a positive whole number.

    Of every n below 10^20, and of those whose primes are all but one below 10^10 or so and all
    below 3.3e24.

    >>> factorize(360).to_text()
    '2^3 × 3^2 × 5'
    """
    factors = _factors("factorize", n)
    refuse_over("`factorize`", "different primes", len(factors), MAX_FACTORS)
    refuse_over("`factorize`", "exponents", max(factors.values(), default=0), MAX_EXPONENT)
    return Factored(tuple(factors.items()))


@tool("number_theory", keywords=("multiply out", "expand", "product of primes", "evaluate"))
def expand_factors(factored: Factored) -> int:
    """Number that a prime factorization stands for.

    >>> expand_factors(Factored(((2, 3), (5, 1))))
    40
    """
    check_bits("expand_factors", _product_bits(dict(factored.factors)))
    return factored.product()


@tool("number_theory", keywords=("factors", "divides", "all divisors", "list", "divide evenly"))
def divisors(n: Factored | int) -> Numbers:
    """All positive divisors of a positive whole number, ascending.

    >>> divisors(12)
    (1, 2, 3, 4, 6, 12)
    """
    factors = _factors("divisors", n)
    count = _count(factors)
    refuse_over("`divisors`", "counts of divisors", count, MAX_TERMS)
    # Two divisors whose product is n have the bits of n together.
    bits = math.ceil(count * _product_bits(factors) / 2)
    refuse_over("`divisors`", "bits of all divisors", bits, MAX_LIST_BITS)
    found = [1]
    for prime, exponent in factors.items():
        powers = [prime**k for k in range(exponent + 1)]
        found = [divisor * power for divisor in found for power in powers]
    return tuple(sorted(found))


@tool("number_theory", keywords=("how many divisors", "how many factors", "tau", "d(n)"))
def count_divisors(n: Factored | int) -> int:
    """Count of the positive divisors of a number.

    >>> count_divisors(360)
    24
    """
    return _count(_factors("count_divisors", n))


def _count(factors: dict[int, int]) -> int:
    return math.prod(exponent + 1 for exponent in factors.values())


@tool("number_theory", keywords=("sum of factors", "sigma", "perfect", "abundant", "aliquot"))
def sum_of_divisors(n: Factored | int) -> int:
    """Sum of the positive divisors, the number itself included.

    >>> sum_of_divisors(28)
    56
    """
    factors = _factors("sum_of_divisors", n)
    check_bits("sum_of_divisors", _product_bits(factors))
    return math.prod((p ** (k + 1) - 1) // (p - 1) for p, k in factors.items())


@tool("number_theory", keywords=("Euler phi", "coprime", "relatively prime", "φ", "totatives"))
def totient(n: Factored | int) -> int:
    """Euler's phi, count of the numbers 1..n coprime to n.

    >>> totient(36)
    12
    """
    factors = _factors("totient", n)
    check_bits("totient", _product_bits(factors))
    return math.prod(p ** (k - 1) * (p - 1) for p, k in factors.items())


def _class_of(name: str, a: Residue | int, modulus: int | None) -> tuple[int, int]:
    """The value and modulus that a residue, or a number beside a modulus, stands for."""
    if isinstance(a, Residue):
        if modulus is not None:
            raise ToolError(f"`{name}` takes no modulus beside a residue, got {clip(modulus)}")
        return a.value, a.modulus
    if modulus is None:
        raise ToolError(f"`{name}` of a number needs a modulus")
    return a % _positive(name, "modulus", modulus), modulus


def _inverse(name: str, value: int, modulus: int) -> int:
    common, inverse, _ = gmpy2.gcdext(value, modulus)
    if common != 1:
        raise ToolError(
            f"`{name}` needs a number coprime to the modulus; {clip(value)} and {clip(modulus)} "
            f"have the common divisor {clip(int(common))}",
            "undefined",
        )
    return int(inverse % modulus)


@tool("number_theory", keywords=("mod", "remainder", "power mod", "exponentiation", "last digit"))
def modular_power(base: Residue | int, exponent: int, modulus: int | None = None) -> int:
    """Power of a number modulo m, its least non-negative remainder.

    A negative exponent raises the inverse. A residue brings its own modulus.

    >>> modular_power(3, 100, 7), modular_power(Residue(3, 7), -1)
    (4, 5)
    """
    value, m = _class_of("modular_power", base, modulus)
    _check_length("modular_power", "modulus", m, MAX_MODULUS_BITS)
    _check_length("modular_power", "exponent", exponent, MAX_EXPONENT_BITS)
    if exponent < 0:
        value = _inverse("modular_power", value, m)
    return int(gmpy2.powmod(value, abs(exponent), m))


@tool("number_theory", keywords=("inverse", "mod", "reciprocal", "congruence", "multiplicative"))
def modular_inverse(a: Residue | int, modulus: int | None = None) -> int:
    """Multiplicative inverse of a number modulo m.

    From 0 to m - 1. A residue brings its own modulus.

    >>> modular_inverse(3, 7), modular_inverse(Residue(3, 7))
    (5, 5)
    """
    return _inverse("modular_inverse", *_class_of("modular_inverse", a, modulus))


@tool("number_theory", keywords=("CRT", "congruences", "simultaneous", "remainders", "system"))
def chinese_remainder(a: Residue, b: Residue, c: Residue | None = None) -> Residue:
    """Residue class that lies in two or three given ones.

    The moduli need not be coprime.

    >>> chinese_remainder(Residue(2, 3), Residue(3, 5), Residue(2, 7)).to_text()
    '23 (mod 105)'
    """
    both = _common(a, b)
    return both if c is None else _common(both, c)


def _common(a: Residue, b: Residue) -> Residue:
    common = math.gcd(a.modulus, b.modulus)
    steps, rest = divmod(b.value - a.value, common)
    if rest:
        raise ToolError(
            f"`chinese_remainder` finds no number in both classes: {clip(a.value)} and "
            f"{clip(b.value)} differ modulo {clip(common)}, which divides both moduli",
            "undefined",
        )
    other = b.modulus // common
    step = steps * pow(a.modulus // common, -1, other) % other
    return _residue("chinese_remainder", a.value + a.modulus * step, a.modulus * other)


def _residue(name: str, value: int, modulus: int) -> Residue:
    if modulus > 10**MAX_DIGITS:
        raise ToolError(
            f"`{name}` takes moduli up to 10^{MAX_DIGITS}, got {clip(modulus)}", "limit"
        )
    return Residue(value % modulus, modulus)


@tool("number_theory", keywords=("mod", "congruent", "congruence", "clock", "class", "reduce"))
def residue_class(n: int, modulus: int) -> Residue:
    """Residue class of a whole number modulo m.

    >>> residue_class(17, 12).to_text()
    '5 (mod 12)'
    """
    return _residue("residue_class", n, _positive("residue_class", "modulus", modulus))


@tool("number_theory", keywords=("smallest", "representative", "solution", "value", "mod"))
def least_residue(residue: Residue) -> int:
    """Smallest non-negative number in a residue class.

    >>> least_residue(Residue(17, 12))
    5
    """
    return residue.value


@tool("number_theory", keywords=("order", "modulo", "smallest power", "cycle", "period", "repeat"))
def multiplicative_order(a: Residue | int, modulus: int | None = None) -> int:
    """Smallest positive k with a^k equal to 1 modulo m.

    A residue brings its own modulus.

    >>> multiplicative_order(10, 7), multiplicative_order(Residue(2, 9))
    (6, 6)
    """
    name = "multiplicative_order"
    value, m = _class_of(name, a, modulus)
    _check_length(name, "modulus", m, MAX_ORDER_BITS)
    _inverse(name, value, m)  # which refuses a value without an order
    steps = Steps()
    factors = prime_factors(name, m, steps)
    order: int = math.prod(p ** (k - 1) * (p - 1) for p, k in factors.items())
    # The order divides the totient: cancel each prime of it as often as the power stays 1.
    primes = {q for p in factors for q in (p, *prime_factors(name, p - 1, steps))}
    for prime in primes:
        while order % prime == 0 and gmpy2.powmod(value, order // prime, m) == 1 % m:
            order //= prime
    return order


@tool("number_theory", keywords=("Legendre", "quadratic residue", "reciprocity", "(a/n)", "Jacobi"))
def jacobi_symbol(a: int, n: int) -> int:
    """Jacobi symbol (a/n) of an odd positive n.

    For a prime n it is Legendre's: 1 for squares modulo n, -1 for the others, 0 for multiples.

    >>> jacobi_symbol(2, 7), jacobi_symbol(3, 7), jacobi_symbol(14, 7)
    (1, -1, 0)
    """
    if n < 1 or n % 2 == 0:
        raise ToolError(f"`jacobi_symbol` needs an odd n >= 1, got n={clip(n)}")
    return int(gmpy2.jacobi(a, n))


@tool("number_theory", keywords=("partial quotients", "expansion", "Euclid", "convergents"))
def continued_fraction(x: Number) -> Numbers:
    """Continued fraction of a rational number, its partial quotients.

    The last of several is at least 2. A float counts as the binary fraction that it is.

    >>> continued_fraction(Fraction(415, 93))
    (4, 2, 6, 7)
    """
    refuse_over("`continued_fraction`", "bits", number_bits(x), MAX_QUOTIENT_BITS)
    over, under = map(gmpy2.mpz, Fraction(x).as_integer_ratio())
    quotients = []
    while under:
        quotient, rest = divmod(over, under)
        quotients.append(int(quotient))
        over, under = under, rest
    return tuple(quotients)


@tool("number_theory", keywords=("square root", "floor", "isqrt", "perfect square", "whole part"))
def integer_square_root(n: int) -> int:
    """Square root rounded down to a whole number.

    >>> integer_square_root(99)
    9
    """
    if n < 0:
        raise ToolError(f"`integer_square_root` needs n >= 0, got n={clip(n)}", "undefined")
    return int(gmpy2.isqrt(n))


@tool("number_theory", keywords=("Bezout", "Euclid", "coefficients", "ax + by", "Diophantine"))
def extended_gcd(a: int, b: int) -> Numbers:
    """Greatest common divisor and Bezout coefficients of two numbers.

    The list (g, x, y) with ax + by = g.

    >>> extended_gcd(240, 46)
    (2, -9, 47)
    """
    g, x, y = gmpy2.gcdext(a, b)
    return int(g), int(x), int(y)


@tool("number_theory", keywords=("Fibonacci", "sequence", "rabbits", "golden", "F(n)"))
def fibonacci_number(n: int) -> int:
    """The n-th Fibonacci number, F(1) = F(2) = 1.

    >>> fibonacci_number(10)
    55
    """
    # The golden ratio has a logarithm of 0.6942 bits.
    check_bits("fibonacci_number", _not_negative("fibonacci_number", n) * 694 // 1000)
    return int(gmpy2.fib(n))


@tool("number_theory", keywords=("sum of digits", "cross sum", "digital", "digits add up"))
def digit_sum(n: int, base: int = 10) -> int:
    """Sum of the digits of a number.

    In base 10 or another.

    >>> digit_sum(2**15), digit_sum(255, 2)
    (26, 8)
    """
    return sum(_digits("digit_sum", n, base, MAX_ITEMS))


@tool("number_theory", keywords=("binary", "hexadecimal", "octal", "base", "digits", "convert"))
def to_base(n: int, base: int) -> Numbers:
    """Digits of a number in a base, the highest first.

    >>> to_base(10, 2), to_base(255, 16)
    ((1, 0, 1, 0), (15, 15))
    """
    return tuple(_digits("to_base", n, base, MAX_TERMS))


@tool("number_theory", keywords=("binary", "hexadecimal", "octal", "decimal", "convert", "read"))
def from_base(digits: Numbers | int, base: int) -> int:
    """Number that digits in a base stand for, the highest first.

    The digits are a list, or a number that is written with them.

    >>> from_base((15, 15), 16), from_base(1010, 2)
    (255, 10)
    """
    _base("from_base", base)
    if isinstance(digits, int):
        digits = tuple(map(int, int_to_text(_not_negative("from_base", digits))))
    check_bits("from_base", len(digits) * math.log2(base))
    numbers = [_digit(digit, base) for digit in reversed(digits)] or [gmpy2.mpz(0)]
    while len(numbers) > 1:  # pairs of digits are digits of the squared base
        numbers += [gmpy2.mpz(0)] * (len(numbers) % 2)
        pairs = zip(numbers[::2], numbers[1::2], strict=True)
        numbers = [low + high * base for low, high in pairs]
        base *= base
    return int(numbers[0])


def _base(name: str, base: int) -> int:
    if base < 2:
        raise ToolError(f"`{name}` needs base >= 2, got base={clip(base)}")
    return base


def _digit(digit: Number, base: int) -> gmpy2.mpz:
    if not 0 <= digit < base or digit != int(digit):
        raise ToolError(f"`from_base` needs whole digits from 0 to base - 1, got {clip(digit)}")
    return gmpy2.mpz(int(digit))


def _digits(name: str, n: int, base: int, limit: int) -> list[int]:
    """The digits, the highest first, by halves, quarters and so on."""
    bits_per_digit = math.log2(_base(name, base))
    digits = math.ceil(_not_negative(name, n).bit_length() / bits_per_digit)
    refuse_over(f"`{name}`", "digits", digits, limit)
    powers = [gmpy2.mpz(base)]
    while powers[-1] <= n:
        powers.append(powers[-1] ** 2)
    parts = [gmpy2.mpz(n)]
    for power in reversed(powers):
        parts = [part for whole in parts for part in divmod(whole, power)]
    first = next((i for i, part in enumerate(parts) if part), len(parts) - 1)
    return [int(part) for part in parts[first:]]
