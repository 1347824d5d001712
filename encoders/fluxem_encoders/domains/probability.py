"""Named distributions: 16 lanes of family, then 48 lanes for each of up to two parameters."""

import math
from collections.abc import Callable
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from fluxem_encoders import algebra
from fluxem_encoders.compose import Parts
from fluxem_encoders.digits import one_hot, read_one_hot
from fluxem_encoders.domain import Domain, register
from fluxem_encoders.errors import AlgebraError, CapacityError
from fluxem_encoders.features import Traits, number_traits
from fluxem_encoders.forms import exact, is_exact
from fluxem_encoders.numbers import KIND, NumberCode, is_number
from fluxem_encoders.sizes import log2_of, near
from fluxem_encoders.values import FAMILIES, Distribution, Number

F32 = NDArray[np.float32]

NAMES = ("binomial", "poisson", "geometric", "normal", "uniform", "exponential")
"""The lane of each family; new ones go to the end."""

CODE = NumberCode(lanes=48, exponent_digits=3)
FAMILY = slice(0, 16)
PARAMETERS = (slice(16, 64), slice(64, 112))
LIMITS = f"the families {', '.join(NAMES)} with parameters that are {CODE.limits()}"
MAX_MOMENT_BITS = 2048  # larger parameters go without mean and variance


def holds(value: object) -> bool:
    """True for a Distribution of a known family with as many numbers as it takes."""
    return (
        isinstance(value, Distribution)
        and value.family in NAMES
        and len(value.parameters) == len(FAMILIES[value.family])
        and all(map(is_number, value.parameters))
    )


def encode(value: Distribution) -> F32:
    """Family and parameters."""
    lanes = np.zeros(112, dtype=np.float32)
    lanes[FAMILY] = one_hot(NAMES.index(value.family), 16)
    for place, parameter in zip(PARAMETERS, value.parameters, strict=False):
        lanes[place] = CODE.encode(parameter)
    return lanes


def decode(lanes: F32) -> Distribution:
    """The distribution of the family with the largest lane."""
    family = NAMES[read_one_hot(lanes[FAMILY])]
    places = [p for p in PARAMETERS if lanes[p][KIND].any()]
    return Distribution(family, tuple(CODE.decode(lanes[p]) for p in places))


Moments = tuple[Fraction | int, Fraction | int]

_MOMENTS: dict[str, Callable[..., Moments]] = {
    "binomial": lambda n, p: (n * p, n * p * (1 - p)),
    "poisson": lambda rate: (rate, rate),
    "geometric": lambda p: (1 / Fraction(p), (1 - p) / Fraction(p) ** 2),
    "normal": lambda mean, sd: (mean, sd**2),
    "uniform": lambda low, high: (Fraction(low + high, 2), Fraction((high - low) ** 2, 12)),
    "exponential": lambda rate: (1 / Fraction(rate), 1 / Fraction(rate) ** 2),
}


def moments(value: Distribution) -> Moments | None:
    """Mean and variance (of a geometric: of the number of trials); None where there are none."""
    if any(abs(log2_of(p) or 0.0) > MAX_MOMENT_BITS for p in value.parameters):
        return None
    try:
        return _MOMENTS[value.family](*map(exact, value.parameters))
    except ZeroDivisionError:
        return None


def traits(value: Distribution) -> Traits:
    """Size: the mean. List lanes: the parameters as lowest and highest, mean, deviation."""
    mean, variance = moments(value) or (0, 0)
    points = [near(p) for p in value.parameters]
    return number_traits(mean)._replace(
        exact=is_exact(value),
        length=len(points),
        lowest=points[0],
        highest=points[-1],
        mean=near(mean),
        spread=math.sqrt(abs(near(variance))),
    )


def parts(value: Distribution) -> Parts:
    """Linear: the mean; second: the variance; both add when independent variables add."""
    if (pair := moments(value)) is None:
        return Parts()
    mean, variance = pair
    return Parts(linear=mean, second=variance, log2=log2_of(mean), sign=(mean > 0) - (mean < 0))


def combine(op: str, a: object, b: object) -> Distribution:
    """The distribution of the sum of two independent variables, where it has a name."""
    if not (isinstance(a, Distribution) and isinstance(b, Distribution) and a.family == b.family):
        raise AlgebraError("only two distributions of one family add up to a named one")
    match a.family:
        case "poisson":
            return Distribution("poisson", (algebra.add(a["rate"], b["rate"]),))
        case "binomial" if a["p"] == b["p"]:
            return Distribution("binomial", (algebra.add(a["n"], b["n"]), a["p"]))
        case "normal":
            mean = algebra.add(a["mean"], b["mean"])
            return Distribution("normal", (mean, _hypotenuse(a["sd"], b["sd"])))
    raise AlgebraError(
        "`add` knows sums of poisson, normal, and binomial variables of one p, "
        f"not of {a.family} ones"
    )


def _hypotenuse(a: Number, b: Number) -> Number:
    """sqrt(a² + b²): exact where it is rational, else the nearest float."""
    square = Fraction(exact(algebra.add(algebra.multiply(a, a), algebra.multiply(b, b))))
    top, bottom = math.isqrt(square.numerator), math.isqrt(square.denominator)
    if is_exact((a, b)) and Fraction(top, bottom) ** 2 == square:
        return algebra.add(algebra.subtract(a, a), algebra.divide(top, bottom))
    if not 0 < square < 2**1000:
        raise CapacityError("the standard deviation is beyond 2**500")
    return math.sqrt(square)


register(
    Domain(
        name="probability",
        holds=holds,
        types="a Distribution of a known family with its parameters",
        limits=LIMITS,
        encode=encode,
        decode=decode,
        traits=traits,
        parts=parts,
        algebra={"add": "1e-6"},
        combine=combine,
    )
)
