"""One number in any of the four types, exactly, in a given number of lanes."""

import math
import struct
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import TypeGuard

import numpy as np
from numpy.typing import NDArray

from fluxem_encoders.digits import (
    byte_lanes,
    digit_lanes,
    one_hot,
    read_bytes,
    read_digits,
    read_one_hot,
    read_signed_digits,
    sign_lane,
    signed_digit_lanes,
)
from fluxem_encoders.errors import CapacityError
from fluxem_encoders.values import Number

F32 = NDArray[np.float32]

KIND = slice(0, 4)  # one-hot over KINDS; all zero stands for "no number"
WIDE = 4  # 1 when the body holds bytes, 0 when it holds decimal digits
SIGN = 5
EXPONENT = 6  # sign and digits of a Decimal's exponent begin here
KINDS = (int, Decimal, Fraction, float)


def is_number(value: object) -> TypeGuard[Number]:
    """True for int, Fraction, Decimal and float, and not for bool."""
    return isinstance(value, int | Fraction | Decimal | float) and not isinstance(value, bool)


def is_finite(x: Number) -> bool:
    """False for infinities and NaN, of float and Decimal."""
    if isinstance(x, Decimal):
        return x.is_finite()
    return not isinstance(x, float) or math.isfinite(x)


@dataclass(frozen=True)
class NumberCode:
    """Lanes: kind 4, wide 1, sign 1, exponent 1 + `exponent_digits`, body the rest.

    The body holds one magnitude (int, Decimal coefficient), two of half the lanes each
    (Fraction), or the 8 bytes of an IEEE double, most significant first. Magnitudes are decimal
    digits, units first, while these fit, and else little-endian bytes.
    """

    lanes: int
    exponent_digits: int

    @property
    def body(self) -> int:
        return self.lanes - EXPONENT - 1 - self.exponent_digits

    def limits(self) -> str:
        """The capacity as a sentence for errors and for people."""
        whole, half = 8 * self.body, 8 * (self.body // 2)
        return (
            f"ints and Decimal coefficients below 2**{whole} (about 1e{int(whole * 0.30103)}), "
            f"Decimal exponents within ±10**{self.exponent_digits}, numerators and denominators "
            f"below 2**{half} (about 1e{int(half * 0.30103)}), finite floats"
        )

    def encode(self, x: Number) -> F32:
        """The lanes of `x`, shape (lanes,).

        Raises:
            CapacityError: when `x` is not finite or too long.
        """
        if not is_finite(x):
            raise self._refuse()
        head = np.zeros(EXPONENT + 1 + self.exponent_digits, dtype=np.float32)
        head[SIGN] = sign_lane(_negative(x))
        if isinstance(x, float):
            wide, body = False, np.zeros(self.body, dtype=np.float32)
            body[:8] = byte_lanes(struct.pack(">d", x))
        elif isinstance(x, Fraction):
            wide, body = self._magnitudes(abs(x.numerator), x.denominator)
        elif isinstance(x, Decimal):
            _, digits, exponent = x.as_tuple()
            if abs(int(exponent)) >= 10**self.exponent_digits or len(digits) > 4 * self.body:
                raise self._refuse()
            head[EXPONENT:] = signed_digit_lanes(int(exponent), self.exponent_digits)
            wide, body = self._magnitudes(int("".join(map(str, digits))))
        else:
            wide, body = self._magnitudes(abs(x))
        head[KIND] = one_hot(_kind(x), len(KINDS))
        head[WIDE] = wide
        return np.concatenate([head, body])

    def decode(self, lanes: F32) -> Number:
        """The number in the lanes, shape (lanes,); what no number wrote gives any number.

        Raises:
            ZeroDivisionError, ValueError, struct.error: for some lanes that no number wrote.
        """
        head, body = lanes[: -self.body], lanes[-self.body :]
        kind = KINDS[read_one_hot(head[KIND])]
        negative = bool(head[SIGN] < 0)
        if kind is float:
            return float(struct.unpack(">d", read_bytes(body[:8]))[0])
        read = _read_wide if head[WIDE] > 0.5 else read_digits
        if kind is Fraction:
            half = self.body // 2
            top = read(body[:half])
            return Fraction(-top if negative else top, read(body[half : 2 * half]))
        n = read(body)
        if kind is Decimal:
            digits = tuple(map(int, str(n)))
            return Decimal((int(negative), digits, read_signed_digits(head[EXPONENT:])))
        return -n if negative else n

    def _magnitudes(self, *magnitudes: int) -> tuple[bool, F32]:
        part = self.body // len(magnitudes)
        body = np.zeros(self.body, dtype=np.float32)
        if max(m.bit_length() for m in magnitudes) > 8 * part:
            raise self._refuse()
        wide = max(magnitudes) >= 10**part
        for i, m in enumerate(magnitudes):
            lanes = _wide(m) if wide else digit_lanes(m, part)
            body[i * part : i * part + len(lanes)] = lanes
        return wide, body

    def _refuse(self) -> CapacityError:
        return CapacityError(f"a number outside the capacity of these lanes: {self.limits()}")


def _kind(x: Number) -> int:
    return next(i for i, kind in enumerate(KINDS) if isinstance(x, kind))


def _negative(x: Number) -> bool:
    if isinstance(x, Decimal):
        return x.is_signed()
    return math.copysign(1, x) < 0 if isinstance(x, float) else x < 0


def _wide(n: int) -> F32:
    return byte_lanes(n.to_bytes(max(1, (n.bit_length() + 7) // 8), "little"))


def _read_wide(lanes: F32) -> int:
    return int.from_bytes(read_bytes(lanes), "little")
