"""Music: kind 4 lanes, the pitch classes 12 lanes, then the parts of a note, chord or scale."""

import math
from typing import TypeGuard

import numpy as np
from numpy.typing import NDArray

from fluxem_encoders.compose import Parts
from fluxem_encoders.digits import one_hot, read_one_hot
from fluxem_encoders.domain import Domain, register
from fluxem_encoders.errors import AlgebraError, CapacityError
from fluxem_encoders.features import Traits, list_traits, number_traits
from fluxem_encoders.structures.music import (
    ACCIDENTALS,
    LETTERS,
    MIDI,
    MODES,
    OCTAVES,
    QUALITIES,
    Chord,
    Note,
    PitchClasses,
    Scale,
    accidental,
    pitch_class,
)
from fluxem_encoders.values import Number

F32 = NDArray[np.float32]
Music = PitchClasses | Note | Chord | Scale

KINDS = (PitchClasses, Note, Chord, Scale)
KIND = slice(0, 4)  # one-hot over KINDS
CLASSES = slice(4, 16)  # of every kind: 1 for a pitch class that sounds, else -1
PITCH = slice(16, 28)  # of a note, the root of a chord, the tonic of a scale: see `_pitch_lanes`
OCTAVE = slice(28, 39)  # one-hot, -1 to 9
MIDI_NUMBER = 39  # of a note, /128
QUALITY = slice(40, 75)  # one-hot over QUALITIES
BASS = slice(75, 87)  # as PITCH; zeros where the bass is the root
MODE = slice(87, 112)  # one-hot over MODES

LIMITS = (
    "every set of pitch classes; notes of octaves -1 to 9 with up to two sharps or flats; chords "
    f"of {len(QUALITIES)} qualities with any bass; scales of {len(MODES)} modes"
)
LETTER_NAMES = tuple(LETTERS)
A4, A4_HZ = 69, 440


def holds(value: object) -> TypeGuard[Music]:
    """True for the four classes of `structures.music`."""
    return isinstance(value, KINDS)


def encode(value: Music) -> F32:
    """Kind, pitch classes, and the parts of that kind."""
    lanes = np.zeros(112, dtype=np.float32)
    lanes[KIND] = one_hot(KINDS.index(type(value)), len(KINDS))
    lanes[CLASSES] = -1
    lanes[CLASSES][list(classes_of(value))] = 1
    match value:
        case Note():
            lanes[PITCH] = _pitch_lanes(value.pitch)
            lanes[OCTAVE] = one_hot(OCTAVES.index(value.octave), len(OCTAVES))
            lanes[MIDI_NUMBER] = value.midi / 128
        case Chord():
            lanes[PITCH] = _pitch_lanes(value.root)
            lanes[QUALITY] = one_hot(list(QUALITIES).index(value.quality), 35)
            if value.bass:
                lanes[BASS] = _pitch_lanes(value.bass)
        case Scale():
            lanes[PITCH] = _pitch_lanes(value.tonic)
            lanes[MODE] = one_hot(list(MODES).index(value.mode), 25)
    return lanes


def _pitch_lanes(pitch: str) -> F32:
    """One-hot letter (C first, 7 lanes) and accidental (5 lanes, from two flats up)."""
    letter = one_hot(LETTER_NAMES.index(pitch[0]), 7)
    return np.concatenate([letter, one_hot(accidental(pitch) + 2, 5)])


def _read_pitch(lanes: F32) -> str:
    return LETTER_NAMES[read_one_hot(lanes[:7])] + ACCIDENTALS[read_one_hot(lanes[7:])]


def decode(lanes: F32) -> Music:
    """The value of the kind with the largest lane."""
    kind, pitch = KINDS[read_one_hot(lanes[KIND])], _read_pitch(lanes[PITCH])
    if kind is PitchClasses:
        return PitchClasses(tuple(np.flatnonzero(lanes[CLASSES] > 0).tolist()))
    if kind is Note:
        return Note(pitch, OCTAVES[read_one_hot(lanes[OCTAVE])])
    if kind is Scale:
        return Scale(pitch, list(MODES)[read_one_hot(lanes[MODE])])
    bass = _read_pitch(lanes[BASS]) if lanes[BASS].any() else ""
    return Chord(pitch, list(QUALITIES)[read_one_hot(lanes[QUALITY])], bass)


def classes_of(value: Music) -> tuple[int, ...]:
    """The pitch classes that sound, sorted."""
    return (pitch_class(value.pitch),) if isinstance(value, Note) else value.classes


def traits(value: Music) -> Traits:
    """Size: of a note its MIDI number, else the number of pitch classes.

    Sets, chords and scales have the list lanes of their sorted pitch classes.
    """
    if isinstance(value, Note):
        return number_traits(value.midi)
    classes = value.classes
    count = len(classes)
    return list_traits(classes)._replace(x=float(count), zero=count == 0, one=count == 1)


def parts(value: Music) -> Parts:
    """What adds and multiplies, by kind.

    Of a note: linear its MIDI number, to which semitones add; log its frequency in Hz at A4 = 440,
    so that dividing two notes gives the ratio of their interval. Of a chord or scale: linear the
    pitch class of root or tonic, to which semitones add modulo 12; items its pitch classes. Of a
    set: linear the sum of 2**class, which adds for sets that have nothing in common and subtracts
    for a subset; items its size.
    """
    match value:
        case Note():
            hertz = math.log2(A4_HZ) + (value.midi - A4) / 12
            return Parts(linear=value.midi, log2=hertz, sign=1)
        case Chord():
            return Parts(linear=pitch_class(value.root), items=len(value.classes))
        case Scale():
            return Parts(linear=pitch_class(value.tonic), items=len(value.classes))
        case PitchClasses():
            return Parts(linear=sum(1 << c for c in value.classes), items=len(value.classes))


def combine(op: str, *values: object) -> Music | Number:
    """Transposition by semitones, the interval between two notes, or a set operation.

    `add` and `subtract` move any value by a whole number; pitches are then spelled with sharps.
    `subtract` of two notes gives the semitones between them. `union`, `intersection`,
    `difference` and the unary `not` (the complement) take the pitch classes of any values.
    """
    if op in ("add", "subtract"):
        return _move(op, *values)
    sets = [frozenset(classes_of(value)) for value in values if holds(value)]
    if len(sets) != len(values):
        raise AlgebraError(f"`{op}` takes pitch classes, notes, chords and scales only")
    match op, sets:
        case "union", [a, b]:
            found = a | b
        case "intersection", [a, b]:
            found = a & b
        case "difference", [a, b]:
            found = a - b
        case "not", [a]:
            found = frozenset(range(12)) - a
        case _:
            raise AlgebraError(f"`music` has no `{op}` of {len(sets)} values")
    return PitchClasses(tuple(found))


def _move(op: str, a: object, b: object) -> Music | int:
    if op == "subtract" and isinstance(a, Note) and isinstance(b, Note):
        return a.midi - b.midi
    if op == "add" and holds(b):
        a, b = b, a
    if not holds(a) or type(b) is not int:
        raise AlgebraError(f"`{op}` moves music by a whole number of semitones")
    by = b if op == "add" else -b
    if isinstance(a, Note) and a.midi + by not in MIDI:
        raise CapacityError(f"notes go from C-1 to B9; there is room for {LIMITS}")
    return a.transposed(by)


register(
    Domain(
        name="music",
        holds=holds,
        types="pitch classes, a note, a chord or a scale",
        limits=LIMITS,
        encode=encode,
        decode=decode,
        traits=traits,
        parts=parts,
        algebra=dict.fromkeys(
            ("add", "subtract", "union", "intersection", "difference", "not"), "exact"
        ),
        combine=combine,
    )
)
