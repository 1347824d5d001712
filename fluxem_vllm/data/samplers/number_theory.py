"""How people write the values of number theory: whole numbers, residues, digits in a base."""

import math
import random

from fluxem_encoders.structures.number_theory import Residue
from fluxem_toolbox.domains.number_theory import next_prime
from fluxem_vllm.data.samplers.sampler import Sampler, Samplers, integer, one_of
from fluxem_vllm.data.values import write_integer

_RESIDUE_FORMS = (
    *("{} (mod {})", "{} (mod {})", "{} (mod {})", "{} [mod {}]", "{} (modulo {})"),
    *("{} \\pmod{{{}}}", "{} mod {}", "{} modulo {}"),
)


def whole(low: int, high: int) -> Sampler:
    """A whole number in digits, with commas or in words, the small ones more often."""

    def text(rng: random.Random) -> str:
        return write_integer(rng, low + int((high - low + 1) * rng.random() ** 2))

    return text


def any_size(rng: random.Random) -> str:
    """A whole number of two to ten digits."""
    digits = rng.choice((2, 2, 3, 3, 3, 4, 5, 6, 8, 10))
    return write_integer(rng, rng.randint(10 ** (digits - 1), 10**digits - 1))


def often_prime(rng: random.Random) -> str:
    """An odd number of two to seven digits, every other time a prime."""
    n = rng.randrange(11, 10 ** rng.choice((2, 2, 3, 3, 4, 5, 7)), 2)
    return write_integer(rng, next_prime(n) if rng.random() < 0.5 else n)


def modulus_of_symbol(rng: random.Random) -> str:
    """A number for below the bar of Legendre's or Jacobi's symbol."""
    n = rng.randrange(3, 700, 2)
    return str(next_prime(n) if rng.random() < 0.75 else n)


def many_divisors(rng: random.Random) -> str:
    """A number with small prime factors, as exercises have them."""
    n = math.prod(rng.choice((2, 2, 2, 3, 3, 5, 7, 11)) for _ in range(rng.randint(2, 6)))
    return write_integer(rng, n * rng.choice((1, 1, 1, 13, 17)))


def residue(rng: random.Random) -> str:
    """`3 (mod 7)`, or `3 mod 7` after a sign of congruence."""
    modulus = rng.randint(2, 60)
    return rng.choice(_RESIDUE_FORMS).format(rng.randint(-20, 3 * modulus), modulus)


def three_residues(rng: random.Random) -> dict[str, str]:
    """Residues for coprime moduli, all written alike."""
    form = rng.choice(_RESIDUE_FORMS)
    moduli = rng.sample((3, 4, 5, 7, 11, 13, 17, 19, 23), 3)
    return {
        name: form.format(rng.randint(0, modulus - 1), modulus)
        for name, modulus in zip("abc", moduli, strict=True)
    }


def unit_and_modulus(rng: random.Random) -> dict[str, str]:
    """A number and a modulus without a common divisor."""
    modulus = rng.choice((rng.randint(5, 60), rng.randint(5, 400), rng.randint(100, 5000)))
    a = rng.randint(2, modulus - 1)
    while math.gcd(a, modulus) > 1:
        a -= 1
    return {"a": str(max(a, 2 if modulus % 2 else 3)), "modulus": write_integer(rng, modulus)}


def _digits_and_base(rng: random.Random) -> dict[str, str]:
    """Digits that are there in the base, mostly zeros and ones; above ten as a list."""
    base = rng.choice((2, 2, 2, 2, 2, 2, 3, 5, 7, 8, 12, 16))
    top = 1 if rng.random() < 0.5 else base - 1
    digits = [rng.randint(1, top), *(rng.randint(0, top) for _ in range(rng.randint(2, 7)))]
    if base > 10 or rng.random() < 0.1:
        return {"digits": str(digits), "base": str(base)}
    return {"digits": "".join(map(str, digits)), "base": write_integer(rng, base)}


def _ratio(rng: random.Random) -> str:
    """`415/93` or `3.245`."""
    if rng.random() < 0.3:
        return f"{rng.uniform(0.1, 20):.{rng.randint(1, 4)}f}"
    under = rng.randint(3, 120)
    return f"{rng.randint(1, 6 * under) | 1}/{under}"


SAMPLERS: Samplers = {
    Residue: residue,
    ("is_prime", "n"): often_prime,
    ("next_prime", "n"): any_size,
    ("factorize", "n"): many_divisors,
    ("divisors", "n"): many_divisors,
    ("count_divisors", "n"): many_divisors,
    ("sum_of_divisors", "n"): many_divisors,
    ("totient", "n"): many_divisors,
    ("modular_power", "base"): whole(2, 120),
    ("modular_power", "exponent"): whole(2, 2000),
    ("modular_power", "modulus"): whole(3, 1000),
    "modular_inverse": unit_and_modulus,
    "multiplicative_order": unit_and_modulus,
    "chinese_remainder": three_residues,
    ("residue_class", "n"): integer(-100, 5000),
    ("residue_class", "modulus"): whole(2, 60),
    ("jacobi_symbol", "a"): whole(2, 300),
    ("jacobi_symbol", "n"): modulus_of_symbol,
    ("continued_fraction", "x"): _ratio,
    ("integer_square_root", "n"): any_size,
    ("extended_gcd", "a"): whole(6, 3000),
    ("extended_gcd", "b"): whole(6, 3000),
    ("fibonacci_number", "n"): whole(3, 150),
    ("digit_sum", "n"): any_size,
    ("digit_sum", "base"): one_of("2", "3", "4", "5", "7", "8", "12", "16"),
    ("to_base", "n"): whole(5, 70_000),
    ("to_base", "base"): one_of("2", "3", "4", "5", "6", "7", "8", "9", "12", "16", "20", "36"),
    "from_base": _digits_and_base,
}
