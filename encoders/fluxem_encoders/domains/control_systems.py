"""Transfer functions and state spaces: 12 lanes of header, then their numbers in 100 lanes.

The numbers are numerator and denominator, highest power first, or the rows of A, B, C and D. Ints
lie in even shares of the lanes as balanced base-256 limbs (n/128 in one lane while |n| <= 127),
all other numbers in a byte stream of (type and length, payload).
"""

from collections.abc import Iterable
from fractions import Fraction
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from fluxem_encoders import algebra
from fluxem_encoders.compose import Parts
from fluxem_encoders.digits import (
    byte_lanes,
    limb_lanes,
    limbs_needed,
    one_hot,
    read_bytes,
    read_limbs,
    read_one_hot,
    sign_lane,
)
from fluxem_encoders.domain import Domain, register
from fluxem_encoders.errors import AlgebraError, CapacityError, ValueFormError
from fluxem_encoders.features import Traits, list_traits
from fluxem_encoders.forms import exact
from fluxem_encoders.numbers import is_finite, is_number
from fluxem_encoders.sizes import HUGE, log2_of, log10_beyond, near
from fluxem_encoders.streams import pack_numbers, take_numbers
from fluxem_encoders.structures.control_systems import (
    MAX_COEFFICIENTS,
    Matrix,
    StateSpace,
    TransferFunction,
)
from fluxem_encoders.values import Number, Numbers

F32 = NDArray[np.float32]
System = TransferFunction | StateSpace

KINDS = (TransferFunction, StateSpace)
"""The lane of each kind; new ones go to the end."""

KIND = slice(0, 4)  # one-hot over KINDS
VARIABLE = 4  # 1 for s, -1 for z, 0 where there is none
PACKED = 5  # 1 for the byte stream, 0 for even shares of ints
SIZES = slice(6, 9)  # /128: lengths of numerator and denominator, or states, inputs, outputs
BODY = slice(12, 112)
ROOM = BODY.stop - BODY.start

LIMITS = (
    "systems of ints, 100 coefficients or entries within ±127, 50 within ±32,639, 33 within "
    f"±8.3e6, 25 within ±2.1e9; or of any numbers whose packed sizes sum to {ROOM} bytes: an int "
    "1 + its bytes, a Decimal 2 + its bytes, a Fraction 1 + its bytes, a float 9, e.g. order 4 "
    "with one input and output (25 numbers) of ints and Decimals below 2**15 units, or 11 floats"
)


def holds(value: object) -> bool:
    """True for a TransferFunction or a StateSpace."""
    return isinstance(value, KINDS)


def numbers_of(system: System) -> Numbers:
    """All coefficients or entries, in the order of the lanes."""
    if isinstance(system, TransferFunction):
        return system.numerator + system.denominator
    return tuple(chain.from_iterable(chain(*system.matrices().values())))


def sizes_of(system: System) -> tuple[int, ...]:
    """Lengths of numerator and denominator, or states, inputs and outputs."""
    if isinstance(system, TransferFunction):
        return len(system.numerator), len(system.denominator)
    return len(system.a), len(system.b[0]), len(system.c)


def encode(system: System) -> F32:
    """Header, then the numbers."""
    xs = numbers_of(system)
    if len(xs) > ROOM:
        raise CapacityError(f"{len(xs)} numbers are too many; `control_systems` holds {LIMITS}")
    lanes = np.zeros(112, dtype=np.float32)
    if isinstance(system, TransferFunction):
        lanes[KIND], lanes[VARIABLE] = one_hot(0, 4), sign_lane(system.variable == "z")
    else:
        lanes[KIND] = one_hot(1, 4)
    sizes = np.array(sizes_of(system)) / 128
    lanes[SIZES.start : SIZES.start + len(sizes)] = sizes
    body = _shares(xs)
    if body is None:
        body = byte_lanes(pack_numbers(xs, ROOM, f"`control_systems` holds {LIMITS}"))
        lanes[PACKED] = 1
    lanes[BODY.start : BODY.start + len(body)] = body
    return lanes


def _shares(xs: Numbers) -> F32 | None:
    """Each number in its own lanes; None unless all are ints that fit."""
    limbs = ROOM // len(xs)
    ints = [x for x in xs if isinstance(x, int) and x.bit_length() <= 8 * limbs]
    if len(ints) < len(xs) or max(map(limbs_needed, ints)) > limbs:
        return None
    return np.concatenate([limb_lanes(n, limbs) for n in ints])


def decode(lanes: F32) -> System:
    """The system of the kind with the larger lane."""
    sizes = [int(n) for n in np.rint(lanes[SIZES] * 128)]
    if read_one_hot(lanes[KIND]) == 0:
        top, bottom, _ = sizes
        xs = _read(lanes, top + bottom)
        return TransferFunction(xs[:top], xs[top:], "z" if lanes[VARIABLE] < 0 else "s")
    n, m, p = sizes
    if min(sizes) < 1:
        raise ValueError("no such system")
    xs = _read(lanes, (n + p) * (n + m))
    shapes = ((n, n), (n, m), (p, n), (p, m))
    matrices: list[Matrix] = []
    for rows, columns in shapes:
        matrices.append(tuple(xs[i * columns : (i + 1) * columns] for i in range(rows)))
        xs = xs[rows * columns :]
    return StateSpace(*matrices)


def _read(lanes: F32, count: int) -> Numbers:
    if not 1 <= count <= ROOM:
        raise ValueError("no such count")
    if lanes[PACKED] < 0.5:
        share, body = ROOM // count, lanes[BODY]
        return tuple(read_limbs(body[i * share : (i + 1) * share]) for i in range(count))
    return take_numbers(read_bytes(lanes[BODY]))


def dc_gain(system: TransferFunction) -> Fraction | None:
    """The value at s = 0 or z = 1, what a constant input settles to; None for a pole there."""
    top, bottom = _at_rest(system)
    return None if bottom == 0 else top / bottom


def _at_rest(system: TransferFunction) -> tuple[Fraction, Fraction]:
    first = -1 if system.variable == "s" else 0  # p(0) is the last coefficient, p(1) their sum
    top, bottom = (
        Fraction(sum(map(exact, p[first:]))) for p in (system.numerator, system.denominator)
    )
    return top, bottom


def high_gain(system: TransferFunction) -> Fraction | None:
    """The limit for large s or z; None when there is none (numerator of higher degree)."""
    top, bottom = system.numerator, system.denominator
    if len(top) < len(bottom):
        return Fraction(0)
    return Fraction(exact(top[0])) / exact(bottom[0]) if len(top) == len(bottom) else None


def traits(system: System) -> Traits:
    """Size: a transfer function's gain at rest, with 1e300 for a pole there, or the states.

    Length: the order. The other list lanes are those of all coefficients or entries.
    """
    listed = list_traits(numbers_of(system))._replace(length=system.order)
    if isinstance(system, StateSpace):
        return listed._replace(x=system.order)
    top, _ = _at_rest(system)
    gain = dc_gain(system)
    if gain is None:
        return listed._replace(x=HUGE * ((top > 0) - (top < 0)))
    return listed._replace(x=near(gain), log10=log10_beyond(gain), one=gain == 1)


def parts(system: System) -> Parts:
    """What connecting systems adds and multiplies.

    Of a transfer function, linear: the gain at rest; second: the gain for high frequencies; both
    add in parallel. Log: the gain at rest, which multiplies in series. Of a state space, linear:
    the trace of A, the sum of its poles. Items: the order, which adds either way.
    """
    if isinstance(system, StateSpace):
        return Parts(
            linear=sum(exact(row[i]) for i, row in enumerate(system.a)), items=system.order
        )
    gain, items = dc_gain(system), system.order
    if gain is None:
        return Parts(second=high_gain(system), items=items)
    return Parts(
        linear=gain,
        second=high_gain(system),
        items=items,
        log2=log2_of(gain),
        sign=(gain > 0) - (gain < 0),
    )


def combine(op: str, a: object, b: object) -> TransferFunction:
    """`multiply`: in series, `add`: in parallel, `feedback`: a/(1 + ab), `scale` by a number.

    Beside a transfer function, a number is a constant gain. Common factors are not cancelled.
    """
    if op == "scale" and isinstance(a, TransferFunction) and is_number(b):
        top = tuple(algebra.multiply(b, x) for x in a.numerator)
        return TransferFunction(top, a.denominator, a.variable)
    one = next((x for x in (a, b) if isinstance(x, TransferFunction)), None)
    if op not in ("add", "multiply", "feedback") or one is None:
        raise AlgebraError(
            "`add`, `multiply` and `feedback` take transfer functions or one and a number, "
            "`scale` a transfer function and a number"
        )
    g, h = (_function(x, one) for x in (a, b))
    through, over = _product(g.numerator, h.numerator), _product(g.denominator, h.denominator)
    crossed = _product(g.numerator, h.denominator)
    if op == "multiply":
        return _ratio(through, over, g)
    if op == "add":
        return _ratio(_sum(crossed, _product(h.numerator, g.denominator)), over, g)
    return _ratio(crossed, _sum(over, through), g)


def _function(x: object, beside: TransferFunction) -> TransferFunction:
    if isinstance(x, TransferFunction):
        if x.variable != beside.variable:
            raise AlgebraError("one system is in s and the other in z; convert one of them first")
        return x
    if not is_number(x) or not is_finite(x):
        raise AlgebraError("beside a transfer function stands a transfer function or a number")
    return TransferFunction((x,), (1,), beside.variable)


def _ratio(top: Numbers, bottom: Numbers, like: TransferFunction) -> TransferFunction:
    if max(len(top), len(bottom)) > MAX_COEFFICIENTS:
        raise CapacityError(f"the result has more than {MAX_COEFFICIENTS} coefficients")
    try:
        return TransferFunction(top, bottom, like.variable)
    except ValueFormError:
        raise AlgebraError("the loop has no solution: 1 + GH is 0 here") from None


def _product(p: Numbers, q: Numbers) -> Numbers:
    terms: list[list[Number]] = [[] for _ in range(len(p) + len(q) - 1)]
    for i, x in enumerate(p):
        for j, y in enumerate(q):
            terms[i + j].append(algebra.multiply(x, y))
    return tuple(map(_total, terms))


def _sum(p: Numbers, q: Numbers) -> Numbers:
    length = max(len(p), len(q))
    p, q = (0,) * (length - len(p)) + p, (0,) * (length - len(q)) + q
    return tuple(map(algebra.add, p, q))


def _total(xs: Iterable[Number]) -> Number:
    total, *rest = xs
    for x in rest:
        total = algebra.add(total, x)
    return total


register(
    Domain(
        name="control_systems",
        holds=holds,
        types="a TransferFunction or a StateSpace",
        limits=LIMITS,
        encode=encode,
        decode=decode,
        traits=traits,
        parts=parts,
        algebra=dict.fromkeys(("add", "multiply", "feedback", "scale"), "exact"),
        combine=combine,
    )
)
