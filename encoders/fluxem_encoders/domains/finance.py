"""Money, cash flows, rates and currencies: kind 4 lanes, then the parts of one of the four."""

from itertools import zip_longest

import numpy as np
from numpy.typing import NDArray

from fluxem_encoders import algebra
from fluxem_encoders.compose import Parts, number_parts
from fluxem_encoders.digits import (
    byte_lanes,
    digit_lanes,
    one_hot,
    read_bytes,
    read_digits,
    read_one_hot,
)
from fluxem_encoders.domain import Domain, register
from fluxem_encoders.errors import AlgebraError, CapacityError
from fluxem_encoders.features import Traits, list_traits, number_traits
from fluxem_encoders.forms import exact
from fluxem_encoders.numbers import NumberCode, is_number
from fluxem_encoders.sizes import near
from fluxem_encoders.streams import pack_number, take_numbers
from fluxem_encoders.structures.finance import PERIODS, SIMPLE, CashFlows, Currency, Money, Rate
from fluxem_encoders.values import Number

F32 = NDArray[np.float32]
FinanceValue = Money | CashFlows | Rate | Currency

KIND = slice(0, 4)  # one-hot: money, cash flows, rate, currency
# Of money: one-hot letters A to Z of the currency, and the amount; a currency has no amount.
LETTERS = (slice(4, 30), slice(30, 56), slice(56, 82))
AMOUNT = slice(82, 112)
# Of cash flows: whether the stream begins with a rate, the signs of the first 20, the stream.
HAS_RATE, SIGNS, STREAM = 4, slice(5, 25), slice(25, 112)
# Of a rate: one-hot over PERIODS, digits of the compounding (none for simple), and the number.
PER, COMPOUNDING, RATE = slice(4, 7), slice(7, 11), slice(12, 60)

AMOUNT_CODE = NumberCode(lanes=30, exponent_digits=2)
RATE_CODE = NumberCode(lanes=48, exponent_digits=3)
ROOM = STREAM.stop - STREAM.start
LIMITS = (
    f"money whose amount is among {AMOUNT_CODE.limits()}; rates that are {RATE_CODE.limits()}; "
    f"cash flows whose packed sizes, with the rate's, sum to {ROOM} bytes: an int below 128 takes "
    "2, below 32,768 takes 3, an amount in cents below 83,886.08 takes 5, a float 9, e.g. 29 "
    "ints below 32,768 or 17 amounts in cents"
)


def holds(value: object) -> bool:
    """True for Money, CashFlows, a Rate and a Currency."""
    return isinstance(value, FinanceValue)


def encode(value: FinanceValue) -> F32:
    """Kind and parts."""
    lanes = np.zeros(112, dtype=np.float32)
    if isinstance(value, Money):
        lanes[KIND] = one_hot(0, 4)
        _write_code(value.currency, lanes)
        lanes[AMOUNT] = AMOUNT_CODE.encode(value.amount)
    elif isinstance(value, CashFlows):
        lanes[KIND] = one_hot(1, 4)
        _write_flows(value, lanes)
    elif isinstance(value, Currency):
        lanes[KIND] = one_hot(3, 4)
        _write_code(value.code, lanes)
    else:
        lanes[KIND] = one_hot(2, 4)
        lanes[PER] = one_hot(list(PERIODS).index(value.per), len(PERIODS))
        if isinstance(value.compounding, int):
            lanes[COMPOUNDING] = digit_lanes(value.compounding, 4)
        lanes[RATE] = RATE_CODE.encode(value.rate)
    return lanes


def _write_code(code: str, lanes: F32) -> None:
    for letter, place in zip(code, LETTERS, strict=True):
        lanes[place] = one_hot(ord(letter) - ord("A"), 26)


def _read_code(lanes: F32) -> str:
    return "".join(chr(ord("A") + read_one_hot(lanes[place])) for place in LETTERS)


def _write_flows(value: CashFlows, lanes: F32) -> None:
    head = () if value.rate is None else (value.rate,)
    numbers = head + value.amounts
    try:
        stream = b"".join(map(pack_number, numbers)) if len(numbers) <= ROOM else b""
    except CapacityError as error:
        raise CapacityError(f"{error}; `finance` holds {LIMITS}") from None
    if not stream or len(stream) > ROOM:
        raise CapacityError(
            f"{len(value.amounts)} cash flows are too many or too long; `finance` holds {LIMITS}"
        )
    lanes[HAS_RATE] = len(head)
    signs = [(x > 0) - (x < 0) for x in value.amounts[: SIGNS.stop - SIGNS.start]]
    lanes[SIGNS.start : SIGNS.start + len(signs)] = signs
    lanes[STREAM.start : STREAM.start + len(stream)] = byte_lanes(stream)


def decode(lanes: F32) -> FinanceValue:
    """The money, cash flows, rate or currency that the kind's largest lane names."""
    kind = read_one_hot(lanes[KIND])
    if kind == 0:
        return Money(AMOUNT_CODE.decode(lanes[AMOUNT]), _read_code(lanes))
    if kind == 1:
        return _read_flows(lanes)
    if kind == 3:
        return Currency(_read_code(lanes))
    compounding = read_digits(lanes[COMPOUNDING]) if lanes[COMPOUNDING].any() else SIMPLE
    per = list(PERIODS)[read_one_hot(lanes[PER])]
    return Rate(RATE_CODE.decode(lanes[RATE]), per, compounding)


def _read_flows(lanes: F32) -> CashFlows:
    numbers = take_numbers(read_bytes(lanes[STREAM]))
    if lanes[HAS_RATE] > 0.5:
        return CashFlows(numbers[1:], numbers[0])
    return CashFlows(numbers)


def traits(value: FinanceValue) -> Traits:
    """Size: the amount, the sum of the flows, or the rate per year without compounding.

    A currency has the size 0.
    """
    if isinstance(value, Currency):
        return Traits(x=0)
    if isinstance(value, Money):
        return number_traits(value.amount)
    if isinstance(value, CashFlows):
        total = near(sum(map(exact, value.amounts)))
        return list_traits(value.amounts)._replace(x=total, exact=value.is_exact)
    return number_traits(value.rate)._replace(x=near(_yearly(value)))


def parts(value: FinanceValue) -> Parts:
    """Linear and log: the amount, the sum of the flows, or the rate per year.

    Second, of flows: each times its time, which adds when flows do; so do amounts of a currency.
    A currency alone has none.
    """
    if isinstance(value, Currency):
        return Parts(items=0)
    if isinstance(value, Money):
        return number_parts(value.amount)
    if isinstance(value, Rate):
        return number_parts(_yearly(value))
    amounts = [exact(x) for x in value.amounts]
    moment = sum(time * amount for time, amount in enumerate(amounts))
    return number_parts(sum(amounts))._replace(second=moment)


def _yearly(value: Rate) -> Number:
    return exact(value.rate) * PERIODS[value.per]


def combine(op: str, a: object, b: object = None) -> FinanceValue | Number:
    """Sums of money of one currency and of cash flows at one rate, multiples, ratios of money."""
    match op, a, b:
        case "negate", Money() | CashFlows(), None:
            return combine("scale", a, -1)
        case "add" | "subtract", Money(), Money():
            of_numbers = algebra.add if op == "add" else algebra.subtract
            return Money(of_numbers(a.amount, b.amount), _currency(op, a, b))
        case "divide", Money(), Money():
            _currency(op, a, b)
            return algebra.divide(a.amount, b.amount)
        case "divide", Money(), _ if is_number(b):
            return Money(algebra.divide(a.amount, b), a.currency)
        case "scale", Money(), _ if is_number(b):
            return Money(algebra.multiply(a.amount, b), a.currency)
        case "scale", CashFlows(), _ if is_number(b):
            return CashFlows(tuple(algebra.multiply(x, b) for x in a.amounts), a.rate)
        case "add", CashFlows(), CashFlows():
            pairs = zip_longest(a.amounts, b.amounts, fillvalue=0)
            return CashFlows(tuple(algebra.add(x, y) for x, y in pairs), _rate(a, b))
        case "subtract", CashFlows(), CashFlows():
            return combine("add", a, combine("scale", b, -1))
    raise AlgebraError(
        f"`{op}` takes amounts of money, or cash flows; `scale` one of them and a number; "
        "`divide` money and money or a number"
    )


def _currency(op: str, a: Money, b: Money) -> str:
    if a.currency != b.currency:
        raise AlgebraError(
            f"`{op}` needs one currency, got {a.currency} and {b.currency}; exchange one first"
        )
    return a.currency


def _rate(a: CashFlows, b: CashFlows) -> Number | None:
    if a.rate is not None and b.rate is not None and a.rate != b.rate:
        raise AlgebraError("cash flows add at one rate, or where one of them has none")
    return b.rate if a.rate is None else a.rate


register(
    Domain(
        name="finance",
        holds=holds,
        types="Money, CashFlows, a Rate or a Currency",
        limits=LIMITS,
        encode=encode,
        decode=decode,
        traits=traits,
        parts=parts,
        algebra=dict.fromkeys(("add", "subtract", "scale", "negate", "divide"), "exact"),
        combine=combine,
    )
)
