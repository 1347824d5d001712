"""Values that people ask about, and the ways in which they write them."""

import random
from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from fluxem_encoders.forms import to_text
from fluxem_encoders.values import (
    FAMILIES,
    Combination,
    Distribution,
    Duration,
    Factorial,
    Number,
    Numbers,
    Permutation,
    Value,
)

Written = tuple[Value, str]
"""A value and the text that stands for it."""

_ONES = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"),
    *("eighteen", "nineteen"),
)
_TENS = ("twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety")
_MONTHS = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
]
_NOTATION = {
    "binomial": ("Binomial({0}, {1})", "Bin({0}, {1})", "B({0}, {1})", "Binomial(n={0}, p={1})"),
    "poisson": ("Poisson({0})", "Pois({0})", "Poisson(λ={0})"),
    "geometric": ("Geometric({0})", "Geom({0})", "Geometric(p={0})"),
    "normal": ("N({0}, {1})", "Normal({0}, {1})", "Normal(mean={0}, sd={1})"),
    "uniform": ("Uniform({0}, {1})", "U({0}, {1})"),
    "exponential": ("Exponential({0})", "Exp({0})", "Exponential(rate={0})"),
}


def number_word(n: int) -> str:
    """English words for 0 <= n < 100.

    >>> number_word(42)
    'forty-two'
    """
    if n < 20:
        return _ONES[n]
    return _TENS[n // 10 - 2] + (f"-{_ONES[n % 10]}" if n % 10 else "")


def integer(rng: random.Random, low: int, high: int) -> Written:
    """A whole number, skewed to the small ones."""
    n = low + int((high - low + 1) * rng.random() ** 2)
    return n, write_integer(rng, n)


def write_integer(rng: random.Random, n: int) -> str:
    if 1 < n < 100 and rng.random() < 0.12:
        return number_word(n)
    return f"{n:,}" if n >= 1000 and rng.random() < 0.4 else str(n)


def decimal(rng: random.Random, low: float, high: float, places: int | None = None) -> Written:
    places = places or rng.choice((1, 1, 2, 2, 3))
    value = Decimal(str(round(rng.uniform(low, high), places)))
    if value == int(value):
        value += Decimal(1).scaleb(-places)
    return value, to_text(value)


def number(rng: random.Random) -> Written:
    """Any real number."""
    kind = rng.random()
    if kind < 0.4:
        return integer(rng, 0, 60)
    if kind < 0.62:
        return integer(rng, 10, 5000)
    if kind < 0.68:
        return integer(rng, 10**4, 10 ** rng.randint(5, 12))
    if kind < 0.86:
        return decimal(rng, 0, rng.choice((1, 10, 100, 1000)))
    if kind < 0.91:
        value = Fraction(rng.randint(1, 20), rng.randint(2, 12))
        if value.denominator > 1:
            return value, f"{value.numerator}/{value.denominator}"
    if kind < 0.95:
        n = rng.randint(1, 100)
        return -n, f"-{n}"
    return integer(rng, 100, 10_000)


def amount(rng: random.Random) -> Written:
    """A number of a word problem: positive, mostly whole."""
    kind = rng.random()
    if kind < 0.5:
        return integer(rng, 2, 60)
    if kind < 0.75:
        return integer(rng, 5, 3000)
    if kind < 0.95:
        return decimal(rng, 0.2, rng.choice((5, 50, 500)), rng.choice((1, 2)))
    return integer(rng, 1000, 10**6)


def percentage(rng: random.Random) -> Written:
    percent = (
        Decimal(rng.randint(1, 99)) if rng.random() < 0.8 else Decimal(rng.randint(1, 999)) / 10
    )
    sign = rng.choice(("%", "%", "%", " percent", " %"))
    return percent / 100, f"{to_text(percent)}{sign}"


def probability(rng: random.Random) -> Written:
    kind = rng.random()
    if kind < 0.3:
        return percentage(rng)
    if kind < 0.4:
        low = rng.randint(1, 9)
        value = Fraction(low, low + rng.randint(1, 9))
        return value, f"{value.numerator}/{value.denominator}"
    places = rng.choice((1, 2, 2, 3))
    value_decimal = Decimal(rng.randint(1, 10**places - 1)).scaleb(-places)
    text = to_text(value_decimal)
    return value_decimal, text[1:] if rng.random() < 0.1 else text


def positive(rng: random.Random) -> Written:
    return (
        decimal(rng, 0.1, rng.choice((3, 12, 60))) if rng.random() < 0.45 else integer(rng, 1, 60)
    )


def _write_list(rng: random.Random, texts: list[str], brackets: float = 0.45) -> str:
    if rng.random() < brackets or len(texts) < 3:
        left, right = rng.choice(("[]", "[]", "()", "{}"))
        return left + rng.choice((", ", ", ", ",")).join(texts) + right
    if rng.random() < 0.5:
        return ", ".join(texts[:-1]) + rng.choice((" and ", ", and ")) + texts[-1]
    return ", ".join(texts)


def numbers(rng: random.Random) -> Written:
    """A list of data."""
    size = rng.choice((2, 3, 4, 4, 5, 5, 6, 7, 8))
    if rng.random() < 0.7:
        top = rng.choice((10, 30, 100, 500))
        items: list[Number] = [rng.randint(0, top) for _ in range(size)]
    else:
        top = rng.choice((5, 30, 100))
        items = [Decimal(rng.randint(1, 10 * top)) / 10 for _ in range(size)]
    texts = [to_text(x) for x in items]
    if size > 2 and rng.random() < 0.1:
        sign = rng.choice("$$$€£")
        return tuple(items), _write_list(rng, [sign + text for text in texts], brackets=0.0)
    return tuple(items), _write_list(rng, texts)


def counts(rng: random.Random) -> Written:
    items = [rng.randint(1, 6) for _ in range(rng.randint(2, 5))]
    return tuple(items), _write_list(rng, [str(x) for x in items])


def probabilities(rng: random.Random) -> Written:
    size = rng.choice((2, 2, 3, 3, 4, 5))
    cuts = sorted(rng.sample(range(1, 20), size - 1))
    parts = [b - a for a, b in zip([0, *cuts], [*cuts, 20], strict=True)]
    items = [Decimal(5 * p) / 100 for p in parts]
    if rng.random() < 0.15:
        items = [Decimal(1) / 2, Decimal(1) / 4, Decimal(1) / 4]
        if rng.random() < 0.5:
            return (Fraction(1, 2), Fraction(1, 4), Fraction(1, 4)), _write_list(
                rng, ["1/2", "1/4", "1/4"]
            )
    if rng.random() < 0.2:
        return tuple(items), _write_list(rng, [f"{int(x * 100)}%" for x in items], 0.2)
    return tuple(items), _write_list(rng, [to_text(x) for x in items], 0.75)


def day(rng: random.Random) -> Written:
    value = date(1900, 1, 1) + timedelta(days=rng.randrange(70_000))
    if rng.random() < 0.6:
        value = value.replace(year=rng.randint(2010, 2032), day=min(value.day, 28))
    month = _MONTHS[value.month - 1]
    forms: tuple[str, ...] = (
        value.isoformat(),
        value.isoformat(),
        f"{month} {value.day}, {value.year}",
        f"{month} {value.day}, {value.year}",
        f"{value.day} {month} {value.year}",
        f"{month[:3]} {value.day}, {value.year}",
        f"{value.month:02}/{value.day:02}/{value.year}",
    )
    return value, rng.choice(forms)


_UNITS: tuple[tuple[str, str, int, int], ...] = (
    ("second", "seconds", 1, 600),
    ("minute", "seconds", 60, 600),
    ("hour", "seconds", 3600, 100),
    ("day", "days", 1, 400),
    ("week", "days", 7, 60),
    ("month", "months", 1, 30),
    ("year", "months", 12, 40),
)


def _duration(rng: random.Random, units: tuple[tuple[str, str, int, int], ...]) -> Written:
    chosen = sorted(rng.sample(range(len(units)), 2 if rng.random() < 0.15 else 1), reverse=True)
    parts, amounts = [], {"months": 0, "days": 0, "seconds": 0}
    for index in chosen:
        unit, part, factor, top = units[index]
        n, text = integer(rng, 2, top if len(chosen) == 1 else 11)
        amounts[part] += int(n) * factor  # type: ignore[arg-type]
        parts.append(f"{text} {unit}s")
    return Duration(**amounts), rng.choice((" and ", " ", ", ")).join(parts)


def days(rng: random.Random) -> Written:
    """A duration of whole days, months or years."""
    return _duration(rng, _UNITS[3:])


def clock(rng: random.Random) -> Written:
    """A duration that has a fixed length in seconds."""
    return _duration(rng, _UNITS[:5])


def distribution(rng: random.Random) -> Written:
    """A distribution in formal notation."""
    family = rng.choice(tuple(FAMILIES))
    n, low, p = rng.randint(2, 80), rng.randint(0, 20), Decimal(rng.randint(1, 99)) / 100
    rate = Decimal(rng.randint(1, 120)) / 10 if rng.random() < 0.5 else rng.randint(1, 40)
    parameters: Numbers = {
        "binomial": (n, p),
        "poisson": (rate,),
        "geometric": (p,),
        "normal": (rng.randint(0, 100), rate),
        "uniform": (low, low + n),
        "exponential": (rate,),
    }[family]
    text = rng.choice(_NOTATION[family]).format(*map(to_text, parameters))
    return Distribution(family, parameters), text


def counting(rng: random.Random, tool: str) -> Written:
    """A written factorial, combination or permutation."""
    if tool == "factorial":
        n = rng.randint(0, 12)
        return Factorial(n), f"{n}!"
    n = rng.randint(3, 20)
    k = rng.randint(1, n)
    forms: tuple[str, ...]
    if tool == "combinations":
        forms = ("C({n}, {k})", "C({n},{k})", "{n}C{k}", "{n} choose {k}", "nCr({n}, {k})")
        return Combination(n, k), rng.choice(forms).format(n=n, k=k)
    forms = ("P({n}, {k})", "P({n},{k})", "{n}P{k}", "nPr({n}, {k})")
    return Permutation(n, k), rng.choice(forms).format(n=n, k=k)


def _between(low: int, high: int) -> Callable[[random.Random], Written]:
    return lambda rng: integer(rng, low, high)


def _year(rng: random.Random) -> Written:
    if rng.random() < 0.1:
        return day(rng)
    year = rng.randint(1700, 2400)
    return year, str(year)


def _price(rng: random.Random) -> Written:
    value, text = decimal(rng, 0.5, rng.choice((10, 100, 1000)), 2)
    return value, rng.choice(("", "$", "€", "£")) + text


# Values beside the point: what `{aside_KIND}` in a phrasing stands for.
ASIDES: dict[str, Callable[[random.Random], Written]] = {
    "n": _between(2, 99),
    "big": _between(100, 99_999),
    "year": lambda rng: (year := rng.randint(1950, 2035), str(year)),
    "date": day,
    "duration": lambda rng: _duration(rng, _UNITS),
    "percent": percentage,
    "price": _price,
    "decimal": lambda rng: decimal(rng, 0.2, rng.choice((5, 50))),
}


def aside_kind(placeholder: str) -> str | None:
    """The kind of value that a placeholder such as `aside_date2` stands for, if it is an aside.

    >>> aside_kind("aside_date2"), aside_kind("price")
    ('date', None)
    """
    marked, kind = placeholder.startswith("aside_"), placeholder.removeprefix("aside_")
    return kind.rstrip("0123456789") if marked else None


PERCENTAGES = ("pct", "percent", "tax", "discount")  # how the names of percentages begin

SAMPLERS: dict[tuple[str, str], Callable[[random.Random], Written]] = {
    ("power", "exponent"): _between(0, 12),
    ("root", "x"): lambda rng: integer(rng, 1, 2000) if rng.random() < 0.6 else positive(rng),
    ("root", "degree"): _between(2, 6),
    ("gcd", "a"): _between(2, 3000),
    ("gcd", "b"): _between(2, 3000),
    ("lcm", "a"): _between(2, 300),
    ("lcm", "b"): _between(2, 300),
    ("remainder", "a"): _between(3, 5000),
    ("remainder", "b"): _between(2, 60),
    ("round_to", "x"): lambda rng: decimal(rng, 0, 500, rng.randint(2, 6)),
    ("round_to", "digits"): _between(0, 5),
    ("factorial", "n"): _between(0, 30),
    ("derangements", "n"): _between(2, 15),
    ("permutations", "n"): _between(4, 40),
    ("permutations", "k"): _between(1, 8),
    ("combinations", "n"): _between(4, 60),
    ("combinations", "k"): _between(1, 10),
    ("multichoose", "n"): _between(2, 20),
    ("multichoose", "k"): _between(2, 15),
    ("multinomial", "counts"): counts,
    ("binomial_distribution", "n"): _between(2, 150),
    ("binomial_distribution", "p"): probability,
    ("poisson_distribution", "rate"): positive,
    ("normal_distribution", "sd"): positive,
    ("geometric_distribution", "p"): probability,
    ("exponential_distribution", "rate"): positive,
    ("uniform_distribution", "low"): _between(0, 20),
    ("uniform_distribution", "high"): _between(15, 90),
    ("probability_between", "low"): _between(0, 15),
    ("probability_between", "high"): _between(5, 60),
    ("bayes", "prior"): probability,
    ("bayes", "likelihood"): probability,
    ("bayes", "false_positive_rate"): probability,
    ("percentile", "percent"): _between(1, 99),
    ("entropy", "distribution"): probabilities,
    ("surprisal", "p"): probability,
    ("kl_divergence", "p"): probabilities,
    ("kl_divergence", "q"): probabilities,
    ("cross_entropy", "p"): probabilities,
    ("cross_entropy", "q"): probabilities,
    ("channel_capacity", "error_rate"): probability,
    ("is_leap_year", "year"): _year,
    ("add_duration", "duration"): days,
    ("subtract_duration", "duration"): days,
    ("convert_duration", "duration"): clock,
    **{
        (f"probability_{kind}", "x"): lambda rng: (
            integer(rng, 0, 25) if rng.random() < 0.8 else positive(rng)
        )
        for kind in ("exactly", "at_most", "at_least", "more_than", "less_than")
    },
}


def sample(
    rng: random.Random, tool: str, name: str, annotation: object, story: str | None = None
) -> Written:
    """A value for that argument of that tool, with a text for it.

    `story` is the name that a word problem gives to the value; some names say what it is.
    """
    if story and story.startswith(PERCENTAGES):
        return percentage(rng)
    if (tool, name) in SAMPLERS:
        return SAMPLERS[tool, name](rng)
    if annotation is date:
        return day(rng)
    if annotation is Duration:
        return clock(rng)
    if annotation is Distribution:
        return distribution(rng)
    if annotation is Numbers or name == "data":
        return numbers(rng)
    if tool == "multiply" and name == "a" and rng.random() < 0.08:
        return percentage(rng)
    return amount(rng) if story else number(rng)
