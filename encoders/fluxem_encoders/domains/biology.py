"""Sequences: kind 4 lanes, length 2, then three nucleotides or one amino acid in each lane.

A nucleotide is -2, -1, 0, 1, 2 for A, C, N, G, T (or U), and a lane holds (25a + 5b + c)/64; so
the complement is the negative of these lanes. An amino acid is an odd number from -21 to 21, the
higher the more hydrophobic, over 32. Lanes behind the last letter are 0.
"""

import numpy as np
from numpy.typing import NDArray

from fluxem_encoders.compose import Parts
from fluxem_encoders.digits import limb_lanes, one_hot, read_limbs, read_one_hot
from fluxem_encoders.domain import Domain, register
from fluxem_encoders.errors import AlgebraError, CapacityError
from fluxem_encoders.features import Traits, number_traits
from fluxem_encoders.structures.biology import ALPHABETS, Sequence

F32 = NDArray[np.float32]

KINDS = ("dna", "rna", "protein")
"""The lane of each kind; new ones go to the end."""

KIND, LENGTH = slice(0, 4), slice(4, 6)
BODY = slice(8, 112)
ROOM = BODY.stop - BODY.start
PLACES: F32 = np.array([25, 5, 1], dtype=np.float32)  # of the nucleotides in one lane
LIMITS = f"DNA and RNA of up to {3 * ROOM} letters, and proteins of up to {ROOM}"


def holds(value: object) -> bool:
    """True for a Sequence."""
    return isinstance(value, Sequence)


def encode(value: Sequence) -> F32:
    """Kind, length and letters."""
    _check_room(len(value.letters), value.kind)
    lanes = np.zeros(112, dtype=np.float32)
    lanes[KIND] = one_hot(KINDS.index(value.kind), 4)
    lanes[LENGTH] = limb_lanes(len(value.letters), 2)
    alphabet = ALPHABETS[value.kind]
    codes = [alphabet.index(letter) for letter in value.letters]
    if value.kind == "protein":
        lanes[BODY.start : BODY.start + len(codes)] = (2 * np.array(codes) - 21) / 32
        return lanes
    levels = np.zeros(3 * ROOM, dtype=np.float32)
    levels[: len(codes)] = np.array(codes) - 2
    lanes[BODY] = levels.reshape(ROOM, 3) @ PLACES / 64
    return lanes


def decode(lanes: F32) -> Sequence:
    """The sequence of the kind with the largest lane."""
    kind = KINDS[read_one_hot(lanes[KIND])]
    length = read_limbs(lanes[LENGTH])
    if not 1 <= length <= _room(kind):
        raise ValueError("no such sequence")
    if kind == "protein":
        codes = np.clip(np.rint(lanes[BODY] * 16 + 10.5), 0, 21).astype(np.int64)
    else:
        triples = np.clip(np.rint(lanes[BODY] * 64), -62, 62).astype(np.int64) + 62
        codes = np.stack([triples // 25, triples // 5 % 5, triples % 5], axis=1).ravel()
    return Sequence("".join(ALPHABETS[kind][code] for code in codes[:length]), kind)


def _room(kind: str) -> int:
    return ROOM if kind == "protein" else 3 * ROOM


def _check_room(length: int, kind: str) -> None:
    if length > _room(kind):
        raise CapacityError(f"a sequence of {length} letters is too long; `biology` holds {LIMITS}")


def _weight(value: Sequence) -> int:
    """G and C of a nucleic acid; K and R less D and E of a protein, its rough charge."""
    if value.kind == "protein":
        return sum(map(value.letters.count, "KR")) - sum(map(value.letters.count, "DE"))
    return sum(map(value.letters.count, "GC"))


def traits(value: Sequence) -> Traits:
    """Size and length: the letters; mean: the share of G and C, in proteins charge per letter."""
    length = len(value.letters)
    return number_traits(length)._replace(is_list=1, length=length, mean=_weight(value) / length)


def parts(value: Sequence) -> Parts:
    """Linear and count: the letters; second: G and C, or the charge of a protein (KR less DE).

    All of these add when sequences are joined.
    """
    return Parts(linear=len(value.letters), second=_weight(value), items=len(value.letters))


def combine(op: str, a: object, b: object = None) -> Sequence:
    """`concat` two of one kind; `reverse` one; `complement` DNA or RNA, letter by letter."""
    match op, a, b:
        case "concat", Sequence(), Sequence() if a.kind == b.kind:
            _check_room(len(a.letters) + len(b.letters), a.kind)
            return Sequence(a.letters + b.letters, a.kind)
        case "reverse", Sequence(), None:
            return Sequence(a.letters[::-1], a.kind)
        case "complement", Sequence(), None if a.kind != "protein":
            alphabet = ALPHABETS[a.kind]
            return Sequence(a.letters.translate(str.maketrans(alphabet, alphabet[::-1])), a.kind)
    raise AlgebraError(
        "`concat` takes two sequences of one kind, `reverse` one, `complement` one of DNA or RNA"
    )


register(
    Domain(
        name="biology",
        holds=holds,
        types="a Sequence",
        limits=LIMITS,
        encode=encode,
        decode=decode,
        traits=traits,
        parts=parts,
        algebra={"concat": "exact", "complement": "exact", "reverse": "exact"},
        combine=combine,
    )
)
