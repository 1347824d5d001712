"""Number theory against sympy, `math`, brute force and the theorems of textbooks."""

import math
import time
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy.ntheory.continued_fraction import continued_fraction_iterator
from sympy.ntheory.modular import crt

from fluxem_encoders.structures.number_theory import PRIME_LIMIT, Factored, Residue
from fluxem_toolbox import ToolError, call
from fluxem_toolbox.bounds import MAX_BITS, MAX_ITEMS
from fluxem_toolbox.domains.number_theory import (
    MAX_TERMS,
    chinese_remainder,
    continued_fraction,
    count_divisors,
    digit_sum,
    divisors,
    expand_factors,
    extended_gcd,
    factorize,
    fibonacci_number,
    from_base,
    integer_square_root,
    is_prime,
    jacobi_symbol,
    least_residue,
    modular_inverse,
    modular_power,
    multiplicative_order,
    next_prime,
    residue_class,
    sum_of_divisors,
    to_base,
    totient,
)
from fluxem_toolbox.factoring import MAX_ROUGH_BITS, Steps, prime_factors
from tests.checks import checks

positive = st.integers(1, 1000)
moduli = st.integers(1, 500)
anything = st.integers(-(10**12), 10**12)
fewer = settings(max_examples=30)  # of what takes milliseconds

E10 = (10**10 + 19, 10**10 + 33, 10**10 + 61)  # the first primes after 10^10
PRIMES = tuple(sympy.primerange(44))  # 14: their product has 16,384 divisors
GIANT = Factored(tuple((sympy.prime(n), 1000) for n in range(1000, 1064)))


@given(st.integers(-10, 10**6))
@checks(is_prime, next_prime, against="sympy")
def test_primes(n: int) -> None:
    assert is_prime(n) == sympy.isprime(n)
    assert next_prime(n) == sympy.nextprime(n)


@pytest.mark.parametrize(
    ("n", "prime"),
    [
        (2**127 - 1, True),  # Lucas 1876
        (2**521 - 1, True),
        (2**67 - 1, False),  # Cole 1903
        (561, False),  # Carmichael
        (3_825_123_056_546_413_051, False),  # the least that passes the first 9 prime bases
        (PRIME_LIMIT, False),  # passes the first 13
        (2**128 + 1, False),  # Fermat
    ],
)
@checks(is_prime, against="known primes and pseudoprimes")
def test_primes_that_are_known(n: int, prime: bool) -> None:
    assert is_prime(n) == prime


@given(st.integers(1, 10**12))
@fewer
@checks(factorize, against="sympy")
@checks(expand_factors, against="law: undoes the factorisation")
def test_factors_are_sympys(n: int) -> None:
    factored = factorize(n)
    assert dict(factored.factors) == sympy.factorint(n)
    assert expand_factors(factored) == n


@given(st.lists(st.sampled_from([2, 3, 65_521, 65_537, 65_539, 99_991, 10**6 + 3]), max_size=9))
@fewer
def test_factors_multiply_out(primes: list[int]) -> None:
    n = math.prod(primes)
    assert factorize(n).factors == tuple((p, primes.count(p)) for p in sorted(set(primes)))


@pytest.mark.parametrize(
    ("n", "factors"),
    [
        (2**67 - 1, ((193_707_721, 1), (761_838_257_287, 1))),
        (2**64 + 1, ((274_177, 1), (67_280_421_310_721, 1))),
        (E10[0] ** 2, ((E10[0], 2),)),
        (math.factorial(100) * 7, None),
    ],
)
def test_factors_of_large_numbers(n: int, factors: tuple[tuple[int, int], ...] | None) -> None:
    found = factorize(n)
    assert expand_factors(found) == n
    assert factors in (found.factors, None)


@given(positive)
@fewer
@checks(divisors, count_divisors, sum_of_divisors, totient, against="brute force")
def test_divisors_by_brute_force(n: int) -> None:
    found = tuple(d for d in range(1, n + 1) if n % d == 0)
    for given_as in (n, factorize(n)):
        assert divisors(given_as) == found
        assert count_divisors(given_as) == len(found)
        assert sum_of_divisors(given_as) == sum(found)
        assert totient(given_as) == sum(math.gcd(k, n) == 1 for k in range(1, n + 1))


@given(positive)
@fewer
def test_totients_of_all_divisors_add_up(n: int) -> None:
    assert sum(map(totient, map(int, divisors(n)))) == n  # Gauss


@given(anything, st.integers(0, 10**6), moduli)
@fewer
@checks(modular_power, against="Python's pow")
def test_powers(base: int, exponent: int, modulus: int) -> None:
    assert modular_power(base, exponent, modulus) == pow(base, exponent, modulus)
    assert modular_power(Residue(base, modulus), exponent) == pow(base, exponent, modulus)


@given(anything, moduli)
@fewer
@checks(modular_inverse, against="law: a number times its inverse is 1")
def test_inverses(a: int, modulus: int) -> None:
    if math.gcd(a, modulus) == 1:
        inverse = modular_inverse(a, modulus)
        assert 0 <= inverse < modulus
        assert a * inverse % modulus == 1 % modulus
        assert modular_power(a, -3, modulus) == pow(inverse, 3, modulus)
    else:
        with pytest.raises(ToolError, match="needs a number coprime to the modulus") as caught:
            modular_inverse(a, modulus)
        assert caught.value.category == "undefined"


@given(st.lists(st.builds(Residue, anything, moduli), min_size=2, max_size=3))
@fewer
@checks(chinese_remainder, against="sympy")
def test_chinese_remainders_are_sympys(classes: list[Residue]) -> None:
    moduli = [r.modulus for r in classes]
    known = crt(moduli, [r.value for r in classes])
    if known is None:
        with pytest.raises(ToolError, match="finds no number in both") as caught:
            chinese_remainder(*classes)
        assert caught.value.category == "undefined"
    else:
        assert chinese_remainder(*classes) == Residue(int(known[0]), math.lcm(*moduli))


@given(anything, moduli)
@checks(residue_class, least_residue, against="Python's %")
def test_residues(n: int, modulus: int) -> None:
    assert least_residue(residue_class(n, modulus)) == n % modulus


@given(anything, moduli)
@fewer
@checks(multiplicative_order, against="brute force")
def test_orders_by_brute_force(a: int, modulus: int) -> None:
    if math.gcd(a, modulus) == 1:
        power, order = a % modulus, 1
        while power != 1 % modulus:
            power, order = power * a % modulus, order + 1
        assert multiplicative_order(a, modulus) == order
        assert totient(modulus) % order == 0  # Euler


@given(anything, st.integers(0, 10**6).map(lambda n: 2 * n + 1))
@fewer
@checks(jacobi_symbol, against="sympy")
def test_jacobi_symbols_are_sympys(a: int, n: int) -> None:
    assert jacobi_symbol(a, n) == sympy.jacobi_symbol(a, n)


@given(st.fractions())
@fewer
@checks(continued_fraction, against="sympy")
def test_continued_fractions(x: Fraction) -> None:
    quotients = continued_fraction(x)
    known = continued_fraction_iterator(sympy.Rational(x.numerator, x.denominator))
    assert quotients == tuple(known)
    value = Fraction(quotients[-1])
    for quotient in quotients[-2::-1]:
        value = int(quotient) + 1 / value
    assert value == x


def test_continued_fractions_of_other_numbers() -> None:
    assert continued_fraction(Decimal("3.14")) == (3, 7, 7)
    assert continued_fraction(0.25) == (0, 4)
    assert continued_fraction(7) == (7,)


@given(st.integers(0, 10**60))
@checks(integer_square_root, against="Python's math")
def test_square_roots(n: int) -> None:
    assert integer_square_root(n) == math.isqrt(n)


@given(anything, anything)
@checks(extended_gcd, against="Bézout's identity, Python's math")
def test_bezout(a: int, b: int) -> None:
    g, x, y = map(int, extended_gcd(a, b))
    assert a * x + b * y == g == math.gcd(a, b)


@given(st.integers(0, 300), st.integers(0, 300))
@checks(fibonacci_number, against="sympy")
def test_fibonacci(m: int, n: int) -> None:
    assert fibonacci_number(n) == sympy.fibonacci(n)
    assert math.gcd(fibonacci_number(m), fibonacci_number(n)) == fibonacci_number(math.gcd(m, n))


@given(st.integers(0, 10**60), st.integers(2, 10**4))
@checks(to_base, digit_sum, against="sympy")
def test_digits_are_sympys(n: int, base: int) -> None:
    digits = to_base(n, base)
    assert list(digits) == sympy.ntheory.digits(n, base)[1:]
    assert digit_sum(n, base) == sum(digits)
    assert from_base((0, *digits), base) == n


@given(st.integers(0, 10**60))
@checks(from_base, against="Python's binary and octal forms")
def test_digits_of_pythons_bases(n: int) -> None:
    assert from_base(int(f"{n:b}"), 2) == from_base(int(f"{n:o}"), 8) == from_base(n, 10) == n
    assert digit_sum(n) == sum(map(int, str(n)))
    assert digit_sum(n) % 9 == n % 9


def test_results_are_arguments_of_other_tools() -> None:
    factored, _ = call("factorize", {"n": 360})
    assert call("total", {"data": call("divisors", {"n": factored})[0]}) == (1170, True)
    both, _ = call("chinese_remainder", {"a": "2 (mod 3)", "b": {"residue": 3, "modulus": 5}})
    assert call("modular_power", {"base": both, "exponent": 2}) == (4, True)
    assert call("from_base", {"digits": call("to_base", {"n": 77, "base": 8})[0], "base": 8}) == (
        77,
        True,
    )


@pytest.mark.parametrize(
    ("refused", "text", "category"),
    [
        (lambda: factorize(0), "`factorize` needs n >= 1, got n=0", "invalid"),
        (lambda: totient(-4), "`totient` needs n >= 1, got n=-4", "invalid"),
        (lambda: modular_power(3, 4, 0), "needs modulus >= 1, got modulus=0", "invalid"),
        (lambda: modular_power(3, 4), "of a number needs a modulus", "invalid"),
        (lambda: modular_inverse(Residue(3, 7), 7), "no modulus beside a residue", "invalid"),
        (lambda: modular_power(2, -1, 4), "have the common divisor 2", "undefined"),
        (lambda: multiplicative_order(2, 4), "have the common divisor 2", "undefined"),
        (lambda: residue_class(3, -7), "needs modulus >= 1, got modulus=-7", "invalid"),
        (lambda: jacobi_symbol(3, 4), "needs an odd n >= 1, got n=4", "invalid"),
        (lambda: jacobi_symbol(3, -3), "needs an odd n >= 1, got n=-3", "invalid"),
        (lambda: integer_square_root(-1), "needs n >= 0, got n=-1", "undefined"),
        (lambda: fibonacci_number(-1), "needs n >= 0, got n=-1", "invalid"),
        (lambda: digit_sum(-12), "needs n >= 0, got n=-12", "invalid"),
        (lambda: to_base(5, 1), "needs base >= 2, got base=1", "invalid"),
        (lambda: from_base(102, 2), "whole digits from 0 to base - 1, got 2", "invalid"),
        (lambda: from_base((1, Decimal("0.5")), 2), "base - 1, got 0.5", "invalid"),
        (lambda: from_base(-101, 2), "needs n >= 0, got n=-101", "invalid"),
    ],
)
def test_refusals(refused: Callable[[], Any], text: str, category: str) -> None:
    with pytest.raises(ToolError) as caught:
        refused()
    assert text in str(caught.value)
    assert caught.value.category == category


def fibonacci_ratio(n: int) -> Fraction:
    """Of numbers whose continued fraction is longer than that of any others of their size."""
    return Fraction(fibonacci_number(n), fibonacci_number(n - 1))


@pytest.mark.parametrize(
    "largest",
    [
        lambda: is_prime(2**8192 - 1),
        lambda: next_prime(2**1024 - 1),
        lambda: factorize(E10[0] * E10[1] * 2**1000),
        lambda: divisors(math.prod(PRIMES)),
        lambda: sum_of_divisors(Factored(((2, 1000), (3, 1000)))),
        lambda: count_divisors(GIANT),
        lambda: modular_power(3, 2**65_536 - 1, 2**4096 - 1),
        lambda: modular_inverse(3**220_000, 2**349_999),
        lambda: multiplicative_order(3, 2**511),
        lambda: jacobi_symbol(3**220_000, 2**349_999 + 1),
        lambda: continued_fraction(fibonacci_ratio(14_400)),
        lambda: fibonacci_number(504_000),
        lambda: digit_sum(2**MAX_ITEMS - 1, 2),
        lambda: to_base(2**MAX_TERMS - 1, 2),
        lambda: from_base((9,) * MAX_ITEMS, 10),
    ],
)
def test_the_largest_arguments_take_no_long_time(largest: Callable[[], Any]) -> None:
    started = time.process_time()
    largest()
    assert time.process_time() - started < 4  # twice the bound, for slow machines


@pytest.mark.parametrize(
    ("too_large", "text"),
    [
        (lambda: is_prime(2**8192), "bits of n up to 8192, got 8193"),
        (lambda: next_prime(2**1024), "bits of n up to 1024, got 1025"),
        (lambda: factorize((2**127 - 1) ** 3), f"at most {MAX_ROUGH_BITS} bits without primes"),
        (lambda: factorize(2**127 - 1), f"knows primes below {PRIME_LIMIT}"),
        (lambda: factorize(2**1001), "exponents up to 1000, got 1001"),
        (lambda: factorize(math.prod(sympy.primerange(314))), "primes up to 64, got 65"),
        (lambda: expand_factors(GIANT), "number of more than 350000 bits"),
        (lambda: sum_of_divisors(GIANT), "number of more than 350000 bits"),
        (lambda: totient(GIANT), "number of more than 350000 bits"),
        (lambda: divisors(GIANT), "counts of divisors up to 20000"),
        (lambda: divisors(math.prod(PRIMES) * 47), "counts of divisors up to 20000, got 32768"),
        (
            lambda: divisors(Factored(((10_007, 999), (3, 18)))),
            "bits of all divisors up to 20000000",
        ),
        (lambda: modular_power(3, 2, 2**4096), "bits of modulus up to 4096, got 4097"),
        (lambda: modular_power(3, -(2**65_536), 7), "bits of exponent up to 65536, got 65537"),
        (lambda: multiplicative_order(3, 2**512), "bits of modulus up to 512, got 513"),
        (lambda: residue_class(3, 10**1000 + 1), "moduli up to 10^1000"),
        (
            lambda: chinese_remainder(Residue(1, 2**3000), Residue(2, 3**300)),
            "moduli up to 10^1000",
        ),
        (lambda: continued_fraction(fibonacci_ratio(14_500)), "bits up to 10000, got 10066"),
        (lambda: fibonacci_number(10**100_000), "number of more than 350000 bits"),
        (lambda: fibonacci_number(505_000), "number of more than 350000 bits"),
        (lambda: digit_sum(2**MAX_BITS - 1), "digits up to 100000, got 105361"),
        (lambda: to_base(2**MAX_TERMS, 2), "digits up to 20000, got 20001"),
        (lambda: from_base((9,) * MAX_ITEMS, 16), "number of more than 350000 bits"),
    ],
)
def test_too_large_is_refused_at_once(too_large: Callable[[], Any], text: str) -> None:
    started = time.process_time()
    with pytest.raises(ToolError) as caught:
        too_large()
    assert time.process_time() - started < 4  # twice the bound, for slow machines
    assert text in str(caught.value)
    assert caught.value.category == "limit"


def test_hard_numbers_are_given_up_in_time() -> None:
    hard = (2**89 - 1) * (2**107 - 1) * 2
    started = time.process_time()
    with pytest.raises(ToolError, match="stops after 1500000 steps") as caught:
        factorize(hard)
    assert time.process_time() - started < 3  # of a busy machine; about 1 of a quiet one
    assert caught.value.category == "limit"


def test_one_allowance_of_steps_serves_several_factorisations() -> None:
    steps = Steps(2**20)
    assert list(prime_factors("f", E10[0] * E10[1], steps)) == list(E10[:2])
    assert 0 < steps.left < 2**20
    steps.left = 1000
    with pytest.raises(ToolError, match="`f` stops after"):
        prime_factors("f", E10[1] * E10[2], steps)
