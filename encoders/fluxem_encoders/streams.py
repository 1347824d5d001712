"""Numbers of any type as bytes, one after another, for domains that hold several of them."""

import struct
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from fluxem_encoders.errors import CapacityError
from fluxem_encoders.values import Number, Numbers

MAX_EXPONENT = 127
MAX_DIGITS = 150  # of a Decimal; more than any domain has lanes for


def pack_number(x: Number) -> bytes:
    """A byte of type (upper 2 bits) and lengths, then the payload.

    Raises:
        CapacityError: for a number that is too long.
    """
    if isinstance(x, float):
        return bytes([3 << 6]) + struct.pack(">d", x)
    if isinstance(x, Fraction):
        top, bottom = signed_bytes(x.numerator), signed_bytes(x.denominator)
        if max(len(top), len(bottom)) > 7:
            raise CapacityError("a Fraction in a list has terms below 2**55")
        return bytes([2 << 6 | len(top) << 3 | len(bottom)]) + top + bottom
    if isinstance(x, Decimal):
        sign, digits, place = x.as_tuple()
        if abs(int(place)) > MAX_EXPONENT or len(digits) > MAX_DIGITS:
            raise CapacityError(f"a Decimal in a list has {MAX_DIGITS} digits at most")
        n = int("".join(map(str, digits)))
        payload = signed_bytes(int(place)) + signed_bytes(-n if sign else n)
        kind = 1
    else:
        payload, kind = signed_bytes(x), 0
    if len(payload) > 63:
        raise CapacityError("a number in a list has at most 500 bits")
    return bytes([kind << 6 | len(payload)]) + payload


def pack_numbers(xs: Sequence[Number], room: int, limits: str) -> bytes:
    """All numbers, one after another.

    Raises:
        CapacityError: when one is too long, or all are longer than `room`; it says the `limits`.
    """
    try:
        stream = b"".join(map(pack_number, xs))
    except CapacityError as error:
        raise CapacityError(f"{error}; {limits}") from None
    if len(stream) > room:
        raise CapacityError(f"{len(xs)} numbers take {len(stream)} of {room} bytes; {limits}")
    return stream


def take_number(stream: bytes) -> tuple[Number, bytes]:
    """The number that the stream begins with, and the rest of the stream.

    Raises:
        IndexError, struct.error, ZeroDivisionError: for some streams that no number began.
    """
    kind, size, stream = stream[0] >> 6, stream[0] & 63, stream[1:]
    if kind == 3:
        return float(struct.unpack(">d", stream[:8])[0]), stream[8:]
    if kind == 2:
        top, end = size >> 3, (size >> 3) + (size & 7)
        return Fraction(signed_int(stream[:top]), signed_int(stream[top:end])), stream[end:]
    payload, stream = stream[:size], stream[size:]
    if kind == 1:
        n = signed_int(payload[1:])
        return Decimal((int(n < 0), tuple(map(int, str(abs(n)))), signed_int(payload[:1]))), stream
    return signed_int(payload), stream


def take_numbers(stream: bytes) -> Numbers:
    """All numbers of the stream.

    Raises:
        IndexError, struct.error, ZeroDivisionError: for some streams of no numbers.
    """
    xs: list[Number] = []
    while stream:
        x, stream = take_number(stream)
        xs.append(x)
    return tuple(xs)


def signed_bytes(n: int) -> bytes:
    """Two's complement, little-endian, as short as it can be."""
    return n.to_bytes(n.bit_length() // 8 + 1, "little", signed=True)


def signed_int(data: bytes) -> int:
    """The int that `signed_bytes` wrote."""
    return int.from_bytes(data, "little", signed=True)
