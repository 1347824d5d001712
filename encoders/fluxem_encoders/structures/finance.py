"""Amounts of money, currencies, cash flows over time, and rates of interest."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Self

from fluxem_encoders.errors import ValueFormError
from fluxem_encoders.forms import (
    clip,
    is_exact,
    number_from_json,
    to_answer,
    to_json,
    to_text,
)
from fluxem_encoders.numbers import is_finite, is_number
from fluxem_encoders.structured import Structured
from fluxem_encoders.values import Number, Numbers

PERIODS = {"year": 1, "month": 12, "day": 365}
"""What a rate is per, and how many of these make a year."""

SIMPLE = "simple"
MAX_FLOWS = 1000
MAX_COMPOUNDING = 9999

_CURRENCY = re.compile(r"[A-Z]{3}")


@dataclass(frozen=True, slots=True)
class Money(Structured, key="money", domain="finance"):
    """A finite amount, of either sign, of a currency named by three capitals as in ISO 4217.

    Raises:
        ValueFormError: for an amount that is no finite number, or another currency.
    """

    amount: Number
    currency: str

    def __post_init__(self) -> None:
        _check_finite("the amount of money", self.amount)
        _check_currency(self.currency)

    def to_json(self) -> dict[str, Any]:
        """{"money": 19.99, "currency": "USD"}."""
        return {"money": to_json(self.amount), "currency": self.currency}

    @classmethod
    def from_json(cls, form: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote."""
        if set(form) != {"money", "currency"}:
            raise ValueFormError(
                f'expected {{"money": 19.99, "currency": "USD"}}, got {clip(form)}'
            )
        return cls(number_from_json(form["money"]), form["currency"])

    def to_text(self) -> str:
        """The amount as written and the currency: 19.99 USD."""
        return f"{to_text(self.amount)} {self.currency}"

    def to_answer(self) -> str:
        """The amount as answers give numbers, and the currency: 10/3 (≈ 3.3333333333333335) EUR."""
        return f"{to_answer(self.amount)} {self.currency}"

    @property
    def is_exact(self) -> bool:
        """Whether the amount is no float."""
        return is_exact(self.amount)


@dataclass(frozen=True, slots=True)
class Currency(Structured, key="bare_currency", domain="finance"):
    """A currency that is asked for, such as the EUR in `50 dollars in euros`.

    Raises:
        ValueFormError: for what is no three capitals as in ISO 4217.
    """

    code: str

    def __post_init__(self) -> None:
        _check_currency(self.code)

    def to_json(self) -> dict[str, Any]:
        """{"bare_currency": "EUR"}."""
        return {self.key: self.code}

    @classmethod
    def from_json(cls, form: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote."""
        if set(form) != {cls.key}:
            raise ValueFormError(f'expected {{"bare_currency": "EUR"}}, got {clip(form)}')
        return cls(form[cls.key])

    def to_text(self) -> str:
        """The code."""
        return self.code


@dataclass(frozen=True, slots=True)
class CashFlows(Structured, key="cash_flows", domain="finance"):
    """1 to 1000 finite amounts at the times 0, 1, 2, ..., in no currency.

    `rate`, if any, is the discount rate per period that they are to be valued at. A Decimal -0
    becomes 0.

    Raises:
        ValueFormError: for what is no tuple of such numbers, or a rate that is no finite number.
    """

    amounts: Numbers
    rate: Number | None = None

    def __post_init__(self) -> None:
        if not isinstance(self.amounts, tuple) or not 1 <= len(self.amounts) <= MAX_FLOWS:
            raise ValueFormError(
                f"cash flows are 1 to {MAX_FLOWS} amounts, got {clip(self.amounts)}"
            )
        for amount in self.amounts:
            _check_finite("a cash flow", amount)
        if self.rate is not None:
            _check_finite("the rate of cash flows", self.rate)
            object.__setattr__(self, "rate", _unsigned_zero(self.rate))
        object.__setattr__(self, "amounts", tuple(map(_unsigned_zero, self.amounts)))

    def to_json(self) -> dict[str, Any]:
        """{"cash_flows": [-100, 60, 60], "rate": 0.1}; without a rate if there is none."""
        form: dict[str, Any] = {"cash_flows": to_json(self.amounts)}
        return form if self.rate is None else form | {"rate": to_json(self.rate)}

    @classmethod
    def from_json(cls, form: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote."""
        if set(form) - {"rate"} != {"cash_flows"}:
            raise ValueFormError(
                f'expected {{"cash_flows": [-100, 60, 60], "rate": 0.1}}, got {clip(form)}'
            )
        amounts = form["cash_flows"]
        if not isinstance(amounts, list) or len(amounts) > MAX_FLOWS:
            raise ValueFormError(f"cash flows are 1 to {MAX_FLOWS} amounts, got {clip(amounts)}")
        rate = number_from_json(form["rate"]) if "rate" in form else None
        return cls(tuple(map(number_from_json, amounts)), rate)

    def to_text(self) -> str:
        """The amounts in order of time: [-100, 60, 60] at 0.1."""
        text = to_text(self.amounts)
        return text if self.rate is None else f"{text} at {to_text(self.rate)}"

    @property
    def is_exact(self) -> bool:
        """Whether neither an amount nor the rate is a float."""
        return is_exact(self.amounts) and (self.rate is None or is_exact(self.rate))


@dataclass(frozen=True, slots=True)
class Rate(Structured, key="rate", domain="finance"):
    """A finite rate of interest, 0.05 for 5 %, per year, month or day.

    `compounding` is "simple" or how many times a year (1 to 9999) interest is compounded.

    Raises:
        ValueFormError: for a rate that is no finite number, another period or compounding.
    """

    rate: Number
    per: str = "year"
    compounding: int | str = 1

    def __post_init__(self) -> None:
        _check_finite("a rate", self.rate)
        if not isinstance(self.per, str) or self.per not in PERIODS:
            raise ValueFormError(f"a rate is per {', '.join(PERIODS)}, not per {clip(self.per)}")
        n = self.compounding
        whole = isinstance(n, int) and not isinstance(n, bool) and 1 <= n <= MAX_COMPOUNDING
        if not whole and n != SIMPLE:
            raise ValueFormError(
                f'interest is "{SIMPLE}" or compounded 1 to {MAX_COMPOUNDING} times a year, '
                f"not {clip(n)}"
            )

    def to_json(self) -> dict[str, Any]:
        """{"rate": 0.05, "per": "year", "compounding": 12}."""
        return {"rate": to_json(self.rate), "per": self.per, "compounding": self.compounding}

    @classmethod
    def from_json(cls, form: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote."""
        if set(form) != {"rate", "per", "compounding"}:
            raise ValueFormError(
                f'expected {{"rate": 0.05, "per": "year", "compounding": 12}}, got {clip(form)}'
            )
        return cls(number_from_json(form["rate"]), form["per"], form["compounding"])

    def to_text(self) -> str:
        """0.05 per year, compounded 12 times a year."""
        text = f"{to_text(self.rate)} per {self.per}"
        if self.compounding == SIMPLE:
            return f"{text}, {SIMPLE}"
        times = "once" if self.compounding == 1 else f"{self.compounding} times"
        return f"{text}, compounded {times} a year"

    @property
    def is_exact(self) -> bool:
        """Whether the rate is no float."""
        return is_exact(self.rate)


def _check_currency(code: object) -> None:
    if not isinstance(code, str) or not _CURRENCY.fullmatch(code):
        raise ValueFormError(f"a currency is three capitals such as USD, got {clip(code)}")


def _check_finite(what: str, x: object) -> None:
    if not is_number(x) or not is_finite(x):
        raise ValueFormError(f"{what} is a finite number, got {clip(x)}")


def _unsigned_zero(x: Number) -> Number:
    return x.copy_abs() if isinstance(x, Decimal) and x == 0 else x
