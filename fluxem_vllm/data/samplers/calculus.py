"""How people write polynomials, the points where they look at them, and progressions."""

import random
from collections.abc import Sequence

from fluxem_encoders.structures.calculus import Polynomial
from fluxem_vllm.data.samplers.sampler import Sampler, Samplers, integer, one_of

SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
POINTS = (*"00112223344568", "10", "-1", "-1", "-2", "-3", "0.5", "1.5", "2.5", "1/2", "-0.5")
RATIOS = (*"2223345", "1.5", "0.5", "1/2", "-2", "1.1", "0.9", "2/3", "10", "1.05")
SMALL_RATIOS = ("1/2", "1/3", "2/3", "3/4", "1/4", "1/10", "0.5", "0.9", "0.8", "-1/2", "0.25")
LETTERS = "xxxxxxxxxt"  # the texts often say x
DEGREES = (2, 2, 2, 2, 3, 3, 3, 4, 4, 5)
Coefficients = Sequence[int | str]
"""The highest first; those that are texts are positive decimals or fractions."""
Texts = dict[str, str]


def written(rng: random.Random, *polynomials: Coefficients, letter: str = "x") -> list[str]:
    """Polynomials in one of the usual notations, the same for all."""
    power = rng.choice(("^{}", "^{}", "^{}", "^{}", "superscript", "**{}", "^{{{}}}"))
    plus, minus = (" + ", " - ") if rng.random() < 0.8 else ("+", "-")
    if power == "superscript" and rng.random() < 0.5:
        minus = minus.replace("-", "−")
    texts = []
    for coefficients in polynomials:
        text = ""
        for c, n in _terms(rng, coefficients):
            negative = isinstance(c, int) and c < 0
            sign = minus if negative else plus
            text += (sign if text else sign.strip() * negative) + _term(c, n, letter, power)
        texts.append(text)
    return texts


def write(rng: random.Random, coefficients: Coefficients, letter: str = "x") -> str:
    """One polynomial."""
    return written(rng, coefficients, letter=letter)[0]


def _terms(rng: random.Random, coefficients: Coefficients) -> list[tuple[int | str, int]]:
    """Coefficients with their powers; now and then a short polynomial starts with its constant."""
    powers = range(len(coefficients) - 1, -1, -1)
    terms = [(c, n) for c, n in zip(coefficients, powers, strict=True) if c != 0]
    return terms[::-1] if rng.random() < 0.08 and len(terms) < 4 else terms


def _term(c: int | str, n: int, letter: str, power: str) -> str:
    size = str(abs(c)) if isinstance(c, int) else c
    if n == 0:
        return size
    if "/" in size:
        above, _, below = size.partition("/")
        size = rf"\frac{{{above}}}{{{below}}}" if "{{" in power else f"({size})"
    if size == "1":
        size = ""
    elif power == "**{}":
        size += "*"
    raised = str(n).translate(SUPERSCRIPTS) if power == "superscript" else power.format(n)
    return size + letter + (raised if n > 1 else "")


def _whole(rng: random.Random, degree: int, gaps: float = 0.3) -> list[int | str]:
    """Random coefficients, some of them zero; the highest is not, and another."""
    leading = rng.choice((1, 1, 1, 2, 2, 3, 4, 5, -1, -2, -3))
    rest = [0 if rng.random() < gaps else rng.randint(-9, 9) for _ in range(degree)]
    rest[rng.randrange(degree)] = rng.choice((1, 2, 3, 5, 7, -1, -4, -6, 9, 12, -20))
    return [leading, *rest]


def _product(*roots: int, leading: int = 1) -> list[int | str]:
    """The coefficients of leading * (x - a) * (x - b) …"""
    product = [leading]
    for root in roots:
        shifted = [-root * c for c in product]
        product = [a + b for a, b in zip([*product, 0], [0, *shifted], strict=True)]
    return list(product)


def polynomial(rng: random.Random) -> str:
    """A polynomial of degree 2 to 5, mostly with whole coefficients."""
    coefficients = _whole(rng, rng.choice(DEGREES))
    kind = rng.random()
    if kind < 0.08:  # one term
        coefficients[1:] = [0] * (len(coefficients) - 1)
    elif kind < 0.16:
        coefficients[0] = rng.choice(("1/2", "1/3", "2/3", "3/4", "1/4", "5/2"))
    elif kind < 0.24:
        coefficients[0] = rng.choice(("0.5", "1.5", "0.2", "2.5", "0.01", "4.9", "0.25"))
        coefficients[-1] = rng.choice((f"{rng.randint(1, 99)}.5", rng.randint(1, 200)))
    return write(rng, coefficients, rng.choice(LETTERS))


def _quadratic(rng: random.Random) -> str:
    coefficients = _whole(rng, 2, gaps=0.1) if rng.random() < 0.5 else _product(*_roots(rng, 2))
    return write(rng, coefficients, rng.choice(LETTERS))


def _roots(rng: random.Random, n: int) -> list[int]:
    return [rng.choice((-5, -4, -3, -2, -1, 0, 1, 2, 3, 4, 5, 6, 7)) for _ in range(n)]


def _solvable(rng: random.Random) -> str:
    """A polynomial whose roots are asked for: mostly a quadratic with whole roots."""
    kind = rng.random()
    if kind < 0.06:
        return write(rng, [rng.randint(2, 9), rng.randint(-20, 20) or 4])
    if kind < 0.6:
        return _quadratic(rng)
    roots, leading = _roots(rng, rng.choice((2, 2, 3))), rng.choice((1, 1, 1, 2, 3, -1, -2))
    return write(rng, _product(*roots, leading=leading), rng.choice(LETTERS))


def _with_extrema(rng: random.Random) -> str:
    """Often a cubic whose derivative has whole roots."""
    if rng.random() < 0.4:
        return polynomial(rng)
    a = rng.randint(-4, 3)
    b = a + rng.choice((2, 2, 4, 6))
    times = rng.choice((1, 1, 2)) if a % 2 == 0 else 2
    middle = -3 * (a + b) * times // 2
    return write(rng, [times, middle, 3 * a * b * times, rng.randint(-9, 9)])


def _two(rng: random.Random) -> Texts:
    two = (_whole(rng, rng.choice(DEGREES)) for _ in "pq")
    return _named(("p", "q"), written(rng, *two, letter=rng.choice(LETTERS)))


def _named(names: Sequence[str], texts: Sequence[str]) -> Texts:
    return dict(zip(names, texts, strict=True))


def _divided(rng: random.Random) -> Texts:
    """A dividend and a divisor, often a factor of it; few of degree 1, which the detector reads
    only after words such as `polynomial`."""
    divisor = _roots(rng, 1 if rng.random() < 0.35 else 2)
    dividend = _product(*divisor, *_roots(rng, rng.choice((1, 2))))
    if rng.random() < 0.5:
        dividend[-1] = rng.randint(-20, 20)
    return _named(("p", "q"), written(rng, dividend, _product(*divisor)))


def _sharing(rng: random.Random) -> Texts:
    """Two polynomials that often have a root in common."""
    shared = _roots(rng, rng.choice((0, 1, 1, 1, 2)))
    p, q = (_roots(rng, rng.choice((1, 1, 2)) + (not shared)) for _ in "pq")
    return _named(("p", "q"), written(rng, _product(*shared, *p), _product(*shared, *q)))


def _composed(rng: random.Random) -> Texts:
    inner = _whole(rng, 1 if rng.random() < 0.4 else 2)
    outer = _whole(rng, rng.choice((2, 2, 3)))
    return _named(("outer", "inner"), written(rng, outer, inner))


def _power_of(rng: random.Random) -> Texts:
    degree = rng.randint(3, 6)
    power = str(rng.randint(0, degree))
    return {"p": write(rng, _whole(rng, degree, gaps=0.1), rng.choice(LETTERS)), "power": power}


def _area(rng: random.Random) -> Texts:
    lower = rng.choice((0, 0, 0, 0, 1, 1, 2, -1, -2, -3))
    upper = str(lower + rng.choice((1, 1, 2, 2, 3, 4, 5, 10)))
    return {"p": polynomial(rng), "lower": str(lower), "upper": upper}


def _limit(rng: random.Random) -> Texts:
    """A quotient that is 0/0 at the point, or has a plain value there."""
    at = rng.randint(-4, 5)
    shared = [at] if rng.random() < 0.75 else []
    above, other = _roots(rng, 1 + (not shared)), at + rng.choice((-3, -2, -1, 1, 2, 3))
    below = [other] if shared else [other, at + rng.choice((-5, 4))]
    if shared and rng.random() < 0.15:
        below = []
    two = written(rng, _product(*shared, *above), _product(*shared, *below))
    return {**_named(("numerator", "denominator"), two), "at": str(at)}


def _large(rng: random.Random) -> Texts:
    degree = rng.choice((2, 2, 2, 3, 3, 4))
    above = degree if rng.random() < 0.8 else rng.randint(2, degree)
    two = written(rng, _whole(rng, above), _whole(rng, degree))
    return _named(("numerator", "denominator"), two)


_point: Sampler = one_of(*POINTS)

SAMPLERS: Samplers = {
    Polynomial: polynomial,
    "polynomial_add": _two,
    "polynomial_subtract": _two,
    "polynomial_multiply": _two,
    "polynomial_divide": _divided,
    "polynomial_remainder": _divided,
    "polynomial_gcd": _sharing,
    "compose_polynomials": _composed,
    "polynomial_coefficient": _power_of,
    "definite_integral": _area,
    "limit_of_quotient": _limit,
    "limit_at_infinity": _large,
    ("discriminant", "p"): _quadratic,
    ("real_roots", "p"): _solvable,
    ("critical_points", "p"): _with_extrema,
    ("evaluate_polynomial", "x"): _point,
    ("tangent_slope", "x"): _point,
    ("tangent_line", "x"): _point,
    ("differentiate", "order"): integer(2, 4),
    ("taylor_polynomial", "degree"): integer(2, 9),
    ("arithmetic_series", "first"): integer(1, 100),
    ("arithmetic_series", "difference"): one_of(*"2345678", "10", "15", "25", "2.5", "0.5", "1.5"),
    ("arithmetic_series", "terms"): integer(5, 60),
    ("geometric_series", "first"): integer(1, 100),
    ("geometric_series", "ratio"): one_of(*RATIOS),
    ("geometric_series", "terms"): integer(4, 15),
    ("infinite_geometric_series", "first"): integer(1, 100),
    ("infinite_geometric_series", "ratio"): one_of(*SMALL_RATIOS),
}
