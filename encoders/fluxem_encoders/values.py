"""The exact values that slots, tools and embeddings are about."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from fluxem_encoders.structured import Structured

type_of_number = (int, Fraction, Decimal, float)

Number = int | Fraction | Decimal | float
"""A real number. `int`, `Fraction` and `Decimal` are exact; a `float` is an approximation."""

Numbers = tuple[Number, ...]
"""A list of numbers: data, a probability vector, counts."""


@dataclass(frozen=True, slots=True)
class Factorial:
    """A written factorial, `n!`, not yet evaluated."""

    n: int


@dataclass(frozen=True, slots=True)
class Combination:
    """A written number of k-element subsets, `C(n, k)`, not yet evaluated."""

    n: int
    k: int


@dataclass(frozen=True, slots=True)
class Permutation:
    """A written number of ordered choices, `P(n, k)`, not yet evaluated."""

    n: int
    k: int


FAMILIES: Mapping[str, tuple[str, ...]] = {
    "binomial": ("n", "p"),
    "poisson": ("rate",),
    "geometric": ("p",),
    "normal": ("mean", "sd"),
    "uniform": ("low", "high"),
    "exponential": ("rate",),
}
"""Every family of distributions with the names of its parameters, in order."""


@dataclass(frozen=True, slots=True)
class Distribution:
    """A named probability distribution; `parameters` in the order of `FAMILIES[family]`."""

    family: str
    parameters: Numbers

    def __getitem__(self, name: str) -> Number:
        return self.parameters[FAMILIES[self.family].index(name)]


@dataclass(frozen=True, slots=True)
class Duration:
    """A length of time. Months and days have no fixed length in seconds, so they stay apart."""

    months: int = 0
    days: int = 0
    seconds: int | Fraction = 0


Value = (
    bool
    | str
    | Number
    | Numbers
    | Factorial
    | Combination
    | Permutation
    | Distribution
    | date
    | Duration
    | Structured
)
