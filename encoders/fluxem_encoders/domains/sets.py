"""Finite sets: 12 lanes of header, then 100 lanes of body, in one of four ways.

Ints that all lie in 0..99 have a lane each, 1 for a member; so have names that are all single
letters, a to z and then A to Z. There union is the larger of two lanes, intersection the smaller.
Other ints are a list in order, each as k balanced base-256 limbs, k the least that serves for
all; other names are their characters, with a comma between each two names.
"""

import math
import string

import numpy as np
from numpy.typing import NDArray

from fluxem_encoders.compose import Parts
from fluxem_encoders.digits import (
    byte_lanes,
    limb_lanes,
    limbs_needed,
    one_hot,
    read_bytes,
    read_limbs,
    read_one_hot,
)
from fluxem_encoders.domain import Domain, register
from fluxem_encoders.errors import AlgebraError, CapacityError
from fluxem_encoders.features import Traits
from fluxem_encoders.sizes import near
from fluxem_encoders.structures.sets import FiniteSet

F32 = NDArray[np.float32]

WAY = slice(0, 4)  # one-hot: ints 0..99, other ints, letters, other names
SMALL, LIST, LETTER, TEXT = range(4)
COUNT, LIMBS = 4, 5  # /128
BODY = slice(12, 112)
ROOM = BODY.stop - BODY.start
LETTERS = string.ascii_letters

LIMITS = (
    f"sets of any ints from 0 to {ROOM - 1}; of other ints, {ROOM} from -128 to 127, 50 up to "
    "32,639, 33 up to 8.3e6, 25 up to 2.1e9, 12 up to 9.1e18, or one up to 1e240; of single "
    f"letters; of longer names, {ROOM} characters with a comma between each two names"
)


def holds(value: object) -> bool:
    """True for a FiniteSet."""
    return isinstance(value, FiniteSet)


def encode(value: FiniteSet) -> F32:
    """Header and body; the empty set has an empty body."""
    lanes = np.zeros(112, dtype=np.float32)
    ints, names = value.ints(), value.names()
    if names and all(len(name) == 1 for name in names):
        way, body = LETTER, _membership([LETTERS.index(name) for name in names])
    elif names:
        way, body = TEXT, _text(names)
    elif not ints or 0 <= ints[0] <= ints[-1] < ROOM:
        way, body = SMALL, _membership(ints)
    else:
        way, limbs = LIST, max(map(limbs_needed, ints))
        body = _list(ints, limbs)
        lanes[LIMBS] = limbs / 128
    lanes[WAY] = one_hot(way, 4)
    lanes[COUNT] = len(value.members) / 128
    lanes[BODY.start : BODY.start + len(body)] = body
    return lanes


def _membership(places: list[int] | tuple[int, ...]) -> F32:
    lanes = np.zeros(ROOM, dtype=np.float32)
    lanes[list(places)] = 1
    return lanes


def _list(ints: tuple[int, ...], limbs: int) -> F32:
    if len(ints) * limbs > ROOM:
        raise _refuse(f"{len(ints)} ints of {limbs} bytes")
    return np.concatenate([limb_lanes(n, limbs) for n in ints])


def _text(names: tuple[str, ...]) -> F32:
    text = ",".join(names)
    if len(text) > ROOM:
        raise _refuse(f"{len(text)} characters")
    return byte_lanes(text.encode())


def _refuse(what: str) -> CapacityError:
    return CapacityError(f"a set of {what} is too large; there is room for {LIMITS}")


def decode(lanes: F32) -> FiniteSet:
    """The set."""
    way, body = read_one_hot(lanes[WAY]), lanes[BODY]
    places = [int(place) for place in np.flatnonzero(body > 0.5)]
    if way == SMALL:
        return FiniteSet(frozenset(places))
    if way == LETTER:
        return FiniteSet(frozenset(LETTERS[place] for place in places))
    if way == TEXT:
        return FiniteSet(frozenset(read_bytes(body).decode("ascii").split(",")))
    count, limbs = (int(n) for n in np.rint(lanes[[COUNT, LIMBS]] * 128))
    if not (1 <= count <= ROOM and limbs >= 1 and count * limbs <= ROOM):
        raise ValueError("no such list")
    rows = body[: count * limbs].reshape(count, limbs)
    return FiniteSet(frozenset(map(read_limbs, rows)))


def traits(value: FiniteSet) -> Traits:
    """Size: the number of members. List lanes: of the members, where they are ints."""
    size, points = len(value.members), [near(n) for n in value.ints()]
    mean = math.fsum(points) / len(points) if points else 0.0
    spread = math.sqrt(math.fsum((x - mean) ** 2 for x in points) / len(points)) if points else 0.0
    return Traits(
        x=size,
        zero=size == 0,
        one=size == 1,
        integer=1,
        unit=size <= 1,
        last_digit=size % 10,
        digits=len(str(size)),
        is_list=1,
        length=size,
        lowest=min(points, default=0),
        highest=max(points, default=0),
        mean=mean,
        spread=spread,
        bounded=bool(points) and all(0 <= x <= 1 for x in points),
        whole=bool(points),
    )


def parts(value: FiniteSet) -> Parts:
    """Count of the members; linear: the sum of those that are ints; second: of their squares.

    All of these add when sets without common members are united; of any two sets, they are
    those of the union and those of the intersection together.
    """
    size, ints = len(value.members), value.ints()
    if size and not ints:
        return Parts(items=size)
    return Parts(linear=sum(ints), second=sum(n * n for n in ints), items=size)


def combine(op: str, a: object, b: object) -> FiniteSet:
    """The union, intersection, difference or symmetric difference of two sets."""
    if not (isinstance(a, FiniteSet) and isinstance(b, FiniteSet)):
        raise AlgebraError(f"`{op}` takes two sets; a single number n is the set {{n}}")
    x: frozenset[int | str] = frozenset(a.members)
    y: frozenset[int | str] = frozenset(b.members)
    match op:
        case "union":
            return _made(x | y)
        case "intersection":
            return _made(x & y)
        case "difference":
            return _made(x - y)
        case "symmetric_difference":
            return _made(x ^ y)
    raise AlgebraError(f"no `{op}` of sets; there are {', '.join(ALGEBRA)}")


def _made(members: frozenset[int | str]) -> FiniteSet:
    ints = frozenset(m for m in members if isinstance(m, int))
    names = frozenset(m for m in members if isinstance(m, str))
    if ints and names:
        raise AlgebraError("a set holds whole numbers or names, not both")
    if len(members) > ROOM:  # before FiniteSet's own, wider limit
        raise _refuse(f"{len(members)} members")
    return FiniteSet(ints or names)


ALGEBRA = {
    "union": "exact",
    "intersection": "exact",
    "difference": "exact",
    "symmetric_difference": "exact",
}

register(
    Domain(
        name="sets",
        holds=holds,
        types="a FiniteSet",
        limits=LIMITS,
        encode=encode,
        decode=decode,
        traits=traits,
        parts=parts,
        algebra=ALGEBRA,
        combine=combine,
    )
)
