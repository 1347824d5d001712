"""Sampled signals and digital filters."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

from fluxem_encoders.algebra import MAX_SCALE, negate
from fluxem_encoders.errors import ValueFormError
from fluxem_encoders.forms import clip, is_exact, number_from_json, to_json, to_text
from fluxem_encoders.numbers import is_finite, is_number
from fluxem_encoders.structured import Structured
from fluxem_encoders.values import Number, Numbers

MAX_ITEMS = 256  # samples, or coefficients of one side of a filter
MAX_BITS = 8192  # of all numbers of a list together, floats aside: sums of products stay quick


@dataclass(frozen=True, slots=True)
class Signal(Structured, key="signal", domain="signal_processing"):
    """Samples at equal distances, from n = 0 on.

    Attributes:
        samples: 1 to 256 finite numbers of any type; numerators, denominators and Decimals
            (4 bits a digit) take at most 8,192 bits together.
        rate: samples per second, positive; None where it is not said.

    Raises:
        ValueFormError: for anything else.
    """

    samples: Numbers
    rate: Number | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "samples", _checked(self.samples, "signal"))
        if self.rate is not None and _checked((self.rate,), "rate")[0] <= 0:
            raise ValueFormError(f"the rate of a signal is positive, got {clip(self.rate)}")

    @property
    def is_exact(self) -> bool:
        """Whether neither a sample nor the rate is a float."""
        return is_exact((*self.samples, self.rate or 0))

    def to_json(self) -> dict[str, Any]:
        """{"signal": [0, 0.5, 1], "rate": 8000}, the rate in Hz or null."""
        rate = None if self.rate is None else to_json(self.rate)
        return {"signal": list(map(to_json, self.samples)), "rate": rate}

    @classmethod
    def from_json(cls, form: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote; JSON decimals are taken as written."""
        if set(form) != {"signal", "rate"}:
            raise ValueFormError(
                'a signal is {"signal": [0, 0.5, 1], "rate": 8000}, the rate in Hz or null'
            )
        rate = form["rate"]
        return cls(
            _numbers_from_json(form["signal"], "signal"),
            None if rate is None else number_from_json(rate),
        )

    def to_text(self) -> str:
        """The samples, and the rate where there is one: [0, 0.5, 1] at 8000 Hz."""
        rate = "" if self.rate is None else f" at {to_text(self.rate)} Hz"
        return to_text(self.samples) + rate


@dataclass(frozen=True, slots=True)
class DigitalFilter(Structured, key="filter", domain="signal_processing"):
    """A linear filter H(z) = (b[0] + b[1] z^-1 + ...) / (a[0] + a[1] z^-1 + ...).

    Zeros at the end of either side are dropped, down to one coefficient. Nothing is divided by
    a[0], and common factors stay: filters are equal when their coefficients are.

    Attributes:
        b, a: numerator and denominator, each 1 to 256 finite numbers of at most 8,192 bits
            together as in a Signal; a[0] is not 0.

    Raises:
        ValueFormError: for anything else.
    """

    b: Numbers
    a: Numbers = (1,)

    def __post_init__(self) -> None:
        object.__setattr__(self, "b", _without_end_zeros(_checked(self.b, "filter")))
        object.__setattr__(self, "a", _without_end_zeros(_checked(self.a, "denominator")))
        if self.a[0] == 0:
            raise ValueFormError("the first coefficient of a filter's denominator is not 0")

    @property
    def is_exact(self) -> bool:
        """Whether no coefficient is a float."""
        return is_exact(self.b + self.a)

    def to_json(self) -> dict[str, Any]:
        """{"filter": [0.5, 0.5], "denominator": [1, -0.9]}, powers of z^-1 from 0 on."""
        return {"filter": list(map(to_json, self.b)), "denominator": list(map(to_json, self.a))}

    @classmethod
    def from_json(cls, form: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote; JSON decimals are taken as written."""
        if set(form) != {"filter", "denominator"}:
            raise ValueFormError(
                'a filter is {"filter": [0.5, 0.5], "denominator": [1, -0.9]}: its numerator and '
                "denominator, coefficients of z^0, z^-1, ..."
            )
        return cls(*(_numbers_from_json(form[name], name) for name in ("filter", "denominator")))

    def to_text(self) -> str:
        """H(z) = (0.5 + 0.5 z^-1) / (1 - 0.9 z^-1)."""
        return f"H(z) = ({_terms(self.b)}) / ({_terms(self.a)})"


def _checked(xs: Numbers, name: str) -> Numbers:
    if not 1 <= len(xs) <= MAX_ITEMS:
        raise ValueFormError(f"`{name}` has 1 to {MAX_ITEMS} numbers, got {len(xs)}")
    for x in xs:
        if not is_number(x) or not is_finite(x):
            raise ValueFormError(f"`{name}` holds finite numbers, got {clip(x)}")
        if isinstance(x, Decimal) and abs(int(x.as_tuple().exponent)) > MAX_SCALE:
            raise ValueFormError(f"`{name}` holds Decimals with exponents within ±{MAX_SCALE}")
    if sum(map(_bits, xs)) > MAX_BITS:
        raise ValueFormError(f"`{name}` holds numbers of at most {MAX_BITS} bits together")
    # Decimal has a negative zero, which neither JSON nor anyone needs: all zeros are one.
    return tuple(x.copy_abs() if isinstance(x, Decimal) and x == 0 else x for x in xs)


def _bits(x: Number) -> int:
    if isinstance(x, Decimal):
        return 4 * len(x.as_tuple().digits)
    return 0 if isinstance(x, float) else x.numerator.bit_length() + x.denominator.bit_length()


def _without_end_zeros(xs: Numbers) -> Numbers:
    end = len(xs)
    while end > 1 and xs[end - 1] == 0:
        end -= 1
    return xs[:end]


def _numbers_from_json(form: Any, name: str) -> Numbers:
    if not isinstance(form, list) or not 1 <= len(form) <= MAX_ITEMS:
        raise ValueFormError(f"`{name}` is a list of 1 to {MAX_ITEMS} numbers, got {clip(form)}")
    return tuple(map(number_from_json, form))


def _terms(xs: Numbers) -> str:
    text = ""
    for power, x in enumerate(xs):
        if x == 0 and len(xs) > 1:
            continue
        term = to_text(negate(x) if x < 0 else x)
        if power:
            term = f"z^-{power}" if term == "1" else f"{term} z^-{power}"
        text += (" - " if x < 0 else " + ") + term
    return "-" + text[3:] if text.startswith(" - ") else text[3:]
