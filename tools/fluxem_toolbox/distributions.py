"""Named probability distributions: the rules of their parameters, their means and spreads."""

from fractions import Fraction

import gmpy2

from fluxem_encoders.forms import clip
from fluxem_encoders.values import FAMILIES, Distribution, Number
from fluxem_toolbox.errors import ToolError
from fluxem_toolbox.rationals import exact_root, high_precision, nearest_float, real

CONTINUOUS = frozenset({"normal", "uniform", "exponential"})


def checked(d: Distribution) -> Distribution:
    """Refuse parameters that break their family's rule; make a whole `n` an int."""
    names = FAMILIES[d.family]
    values = dict(zip(names, d.parameters, strict=True))
    for name, value in values.items():
        _check_parameter(d.family, name, value)
    if d.family == "uniform" and not exact_parameter(d, "low") < exact_parameter(d, "high"):
        raise ToolError(
            f"a uniform distribution needs low < high, got low={clip(values['low'])}, "
            f"high={clip(values['high'])}"
        )
    if "n" in values:
        values["n"] = int(values["n"])
    return Distribution(d.family, tuple(values.values()))


def _check_parameter(family: str, name: str, value: Number) -> None:
    match name:
        case "n":
            rule, holds = "n a whole number >= 0", value >= 0 and value == int(value)
        case "p" if family == "geometric":
            rule, holds = "0 < p <= 1", 0 < value <= 1
        case "p":
            rule, holds = "0 <= p <= 1", 0 <= value <= 1
        case "rate" | "sd":
            rule, holds = f"{name} > 0", value > 0
        case _:
            return
    if not holds:
        remedy = "; write 30% as 0.3" if name == "p" and value > 1 else ""
        raise ToolError(f"a {family} distribution needs {rule}, got {name}={clip(value)}{remedy}")


def exact_parameter(d: Distribution, name: str) -> Fraction:
    """A parameter as the rational that it stands for."""
    return Fraction(d[name])


def mean_of(d: Distribution) -> Fraction:
    """The expected value; rational for every family."""
    match d.family:
        case "binomial":
            return exact_parameter(d, "n") * exact_parameter(d, "p")
        case "poisson":
            return exact_parameter(d, "rate")
        case "geometric":
            return 1 / exact_parameter(d, "p")
        case "normal":
            return exact_parameter(d, "mean")
        case "uniform":
            return (exact_parameter(d, "low") + exact_parameter(d, "high")) / 2
        case _:
            return 1 / exact_parameter(d, "rate")


def variance_of(d: Distribution) -> Fraction:
    """The variance; rational for every family."""
    match d.family:
        case "binomial":
            return mean_of(d) * (1 - exact_parameter(d, "p"))
        case "poisson":
            return exact_parameter(d, "rate")
        case "geometric":
            return (1 - exact_parameter(d, "p")) / exact_parameter(d, "p") ** 2
        case "normal":
            return exact_parameter(d, "sd") ** 2
        case "uniform":
            return (exact_parameter(d, "high") - exact_parameter(d, "low")) ** 2 / 12
        case _:
            return 1 / exact_parameter(d, "rate") ** 2


def square_root(x: Fraction) -> Fraction | float:
    """The exact root where it is rational, else the nearest float."""
    root = exact_root(x, 2)
    if root is not None:
        return root
    with high_precision():
        return nearest_float(gmpy2.sqrt(real(x)))
