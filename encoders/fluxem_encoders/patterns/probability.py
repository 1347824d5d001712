"""Distributions in formal notation: `Bin(10, 0.3)`, `X ~ Normal(mean=5, sd=2)`."""

import math
import re
from fractions import Fraction

from fluxem_encoders.patterns.arithmetic import percentage, signed
from fluxem_encoders.patterns.numerals import DIGITS, EXPONENT, PLAIN, number
from fluxem_encoders.patterns.rule import SPACE, Rule
from fluxem_encoders.values import FAMILIES, Combination, Distribution, Number

_FAMILY = {
    "binomial": "binomial", "binom": "binomial", "bin": "binomial", "b": "binomial",
    "poisson": "poisson", "pois": "poisson", "poi": "poisson",
    "geometric": "geometric", "geom": "geometric", "geo": "geometric",
    "normal": "normal", "gaussian": "normal", "norm": "normal", "n": "normal",
    "uniform": "uniform", "unif": "uniform", "u": "uniform",
    "exponential": "exponential", "expo": "exponential", "exp": "exponential",
}  # fmt: skip
_NAMES = {
    "n": ("n", "trials", "size"),
    "p": ("p", "prob", "probability"),
    "rate": ("rate", "lambda", "lam", "l"),
    "mean": ("mean", "mu", "m", "loc"),
    "sd": ("sd", "std", "stdev", "sigma", "s", "scale"),
    "variance": ("variance", "var", "sigma2", "s2"),
    "low": ("low", "min", "a"),
    "high": ("high", "max", "b"),
}
_TAIL = rf"(?:{EXPONENT}|/[1-9]\d*|{SPACE}?%)?{SPACE}?"
_NAME = rf"(?:\\?[a-z]+(?:\^?2|\x94)?{SPACE}?={SPACE}?)?"
_ONE = rf"{_NAME}-?{DIGITS}{_TAIL}"
_NARROW = rf"{_NAME}-?{PLAIN}{_TAIL}"
_TWO = rf"(?:{_NARROW}[,;]{SPACE}?{_NARROW}|{_ONE}[,;]{SPACE}{_ONE})"  # N(1,200) has two


def distribution(text: str) -> Distribution | Combination:
    """The distribution written as a name with parameters, in order or named.

    A variance becomes the standard deviation where that is rational; the binomial of two whole
    numbers, the second above 1, such as `binomial(10, 3)`, is a coefficient.

    Raises:
        ValueError: when the parameters are not those of the family.
    """
    name, inside = re.split(r"\s?[(\[]", text[:-1])
    family = _FAMILY[name.lower()]
    wanted = FAMILIES[family]
    given: dict[str, Number] = {}
    for position, part in enumerate(_split(inside) if len(wanted) > 1 else [inside]):
        called, _, value = part.strip().rpartition("=")
        key = _parameter(called, wanted) if called else wanted[position]
        given[key] = _value(value.strip())
    if "variance" in given:
        given["sd"] = _root(given.pop("variance"))
    if set(given) != set(wanted):
        raise ValueError(f"{text} is no {family} distribution")
    if family == "binomial" and isinstance(n := given["n"], int) and n >= given["p"] > 1:
        return Combination(n, _whole(given["p"]))
    return Distribution(family, tuple(given[key] for key in wanted))


def _split(inside: str) -> list[str]:
    """Both parameters: where a blank follows the separator, other commas group digits."""
    return re.split(r"[,;]\s" if re.search(r"[,;]\s", inside) else "[,;]", inside)


def _parameter(called: str, wanted: tuple[str, ...]) -> str:
    called = called.strip().lstrip("\\").lower().replace("^", "").replace("\x94", "2")
    for key in (*wanted, "variance"):
        if called in _NAMES[key]:
            return key
    raise ValueError(f"{called} is no parameter")


@signed
def _value(text: str) -> Number:
    return percentage(text) if text.endswith("%") else number(text)


def _whole(x: Number) -> int:
    if not isinstance(x, int):
        raise ValueError(f"{x} is not whole")
    return x


def _root(variance: Number) -> Number:
    """The exact square root.

    Raises:
        ValueError: when it is not rational.
    """
    square = Fraction(variance)
    if square < 0:
        raise ValueError(f"{variance} is no variance")
    root = Fraction(math.isqrt(square.numerator), math.isqrt(square.denominator))
    if root * root != square:
        raise ValueError(f"{variance} has no rational root")
    return root.numerator if root.denominator == 1 else root


def _either(families: tuple[str, ...]) -> str:
    return "|".join(
        name for name, family in _FAMILY.items() if family in families and name != "exp"
    )


_OF_TWO = _either(("binomial", "normal", "uniform"))
_OF_ONE = _either(("poisson", "geometric", "exponential"))

RULES = (
    Rule(rf"\b(?:{_OF_TWO}){SPACE}?\({SPACE}?{_TWO}\)", distribution),
    Rule(rf"\b(?:uniform|unif|u)\[{SPACE}?{_TWO}\]", distribution),
    # `exp(2)` in small letters is the exponential function, but after `~`.
    Rule(rf"\b(?:{_OF_ONE}|(?-i:Exp|EXP)){SPACE}?\({SPACE}?{_ONE}\)", distribution),
    Rule(rf"exp\({SPACE}?{_ONE}\)", distribution, before=rf"~{SPACE}?"),
)
