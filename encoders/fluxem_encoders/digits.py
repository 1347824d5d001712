"""Whole numbers as lanes that bfloat16 holds exactly: digits, bytes, signed limbs."""

import numpy as np
from numpy.typing import NDArray

F32 = NDArray[np.float32]

# A digit d lies at (2d-9)/8, so that 0.0 stands for "no digit here".
DIGIT: F32 = ((2 * np.arange(10) - 9) / 8).astype(np.float32)
# A byte b lies at (2b-255)/256, in (-1, 1); the same use of 0.0.
BYTE: F32 = ((2 * np.arange(256) - 255) / 256).astype(np.float32)

LIMB = 128  # a signed limb in [-128, 127] lies at limb/128


def digit_lanes(n: int, lanes: int) -> F32:
    """The decimal digits of `0 <= n < 10**lanes`, units first, shape (lanes,)."""
    digits = np.frombuffer(str(n).encode()[::-1], dtype=np.uint8) - ord("0")
    out = np.zeros(lanes, dtype=np.float32)
    out[: len(digits)] = DIGIT[digits]
    return out


def read_digits(lanes: F32) -> int:
    """The number whose digits `digit_lanes` wrote; absent digits count as none."""
    present = np.abs(lanes) > 1 / 16
    digits = np.clip(np.rint(4 * lanes[present] + 4.5), 0, 9).astype(np.int64)
    return int("".join(map(str, digits[::-1])) or "0")


def byte_lanes(data: bytes) -> F32:
    """One lane per byte."""
    return np.asarray(BYTE[np.frombuffer(data, dtype=np.uint8)])


def read_bytes(lanes: F32) -> bytes:
    """The bytes that `byte_lanes` wrote; lanes that hold no byte (0.0) are left out."""
    present = lanes[np.abs(lanes) > 1 / 512]
    return bytes(np.clip(np.rint(present * 128 + 127.5), 0, 255).astype(np.uint8))


def one_hot(index: int, lanes: int) -> F32:
    """1.0 at `index`, else 0.0."""
    out = np.zeros(lanes, dtype=np.float32)
    out[index] = 1
    return out


def read_one_hot(lanes: F32) -> int:
    """The place of the largest lane."""
    return int(lanes.argmax())


def sign_lane(negative: bool) -> float:
    """-1.0 for negative, else 1.0."""
    return -1.0 if negative else 1.0


def signed_digit_lanes(n: int, lanes: int) -> F32:
    """A sign lane and the digits of |n| < 10**lanes, shape (1 + lanes,)."""
    return np.append(np.float32(sign_lane(n < 0)), digit_lanes(abs(n), lanes))


def read_signed_digits(lanes: F32) -> int:
    """The number that `signed_digit_lanes` wrote."""
    n = read_digits(lanes[1:])
    return -n if lanes[0] < 0 else n


def limb_lanes(n: int, limbs: int) -> F32:
    """Balanced base-256 limbs of `n`, lowest first, shape (limbs,); see `limbs_needed`."""
    out = np.zeros(limbs, dtype=np.float32)
    for i in range(limbs):
        n, limb = (n + LIMB) >> 8, ((n + LIMB) & 255) - LIMB
        out[i] = limb / LIMB
    return out


def limbs_needed(n: int) -> int:
    """The least number of limbs, at least 1, that hold `n`."""
    count = 1
    while not -(LIMB * (256**count - 1) // 255) <= n <= (LIMB - 1) * (256**count - 1) // 255:
        count += 1
    return count


def read_limbs(lanes: F32) -> int:
    """The number that `limb_lanes` wrote."""
    limbs = np.clip(np.rint(lanes * LIMB), -LIMB, LIMB - 1).astype(np.int64)
    return sum(int(limb) << (8 * i) for i, limb in enumerate(limbs))


def bfloat16(x: F32) -> F32:
    """Round to what bfloat16 holds, nearest even, in place; finite input only."""
    bits = x.view(np.uint32)
    half = bits >> 16
    half &= 1
    half += 0x7FFF
    bits += half
    bits &= 0xFFFF0000
    return x
