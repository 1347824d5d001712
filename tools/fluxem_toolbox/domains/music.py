"""Notes, chords, scales and pitch-class sets in twelve-tone equal temperament."""

from collections.abc import Iterator
from fractions import Fraction

import gmpy2

from fluxem_encoders.forms import clip
from fluxem_encoders.structures.music import (
    ACCIDENTALS,
    LETTERS,
    MIDI,
    SHARPS,
    Chord,
    Note,
    PitchClasses,
    Scale,
    pitch_class,
)
from fluxem_encoders.values import Number, Numbers
from fluxem_toolbox.errors import ToolError
from fluxem_toolbox.rationals import high_precision, in_form_of, nearest_float, real
from fluxem_toolbox.registry import tool

A4 = 69  # its MIDI number
CENTS_PER_OCTAVE = 1200
RELATIVE = {"major": ("natural minor", 9, 5), "natural minor": ("major", 3, 2)}
"""To which mode, how many semitones and how many letters higher."""


@tool(
    "music", keywords=("transpose", "move", "shift", "up", "down", "higher", "lower", "half steps")
)
def transpose_note(note: Note, semitones: int) -> Note:
    """Note so many semitones above a note.

    Below for a negative number. Spelled with sharps; the result lies from C-1 to B9.

    >>> transpose_note(Note("A", 3), 4).to_text()
    'C#4'
    """
    return _note("transpose_note", note.midi + semitones)


def _note(name: str, midi: int) -> Note:
    if midi not in MIDI:
        raise ToolError(
            f"`{name}` gives notes from C-1 to B9, the MIDI numbers 0 to {MIDI[-1]}, got "
            f"{clip(midi)}",
            "limit",
        )
    return Note.from_midi(midi)


@tool("music", keywords=("transpose", "move", "shift", "up", "down", "capo", "half steps", "key"))
def transpose_chord(chord: Chord, semitones: int) -> Chord:
    """Chord moved by so many semitones.

    Root and bass are spelled with sharps.

    >>> transpose_chord(Chord("C", "maj7", "E"), 2).to_text()
    'Dmaj7/F#'
    """
    return chord.transposed(semitones)


@tool("music", keywords=("transpose", "move", "shift", "up", "down", "key", "half steps"))
def transpose_scale(scale: Scale, semitones: int) -> Scale:
    """Scale moved by so many semitones.

    The tonic is spelled with sharps.

    >>> transpose_scale(Scale("C", "major"), 3).to_text()
    'D# major'
    """
    return scale.transposed(semitones)


@tool("music", keywords=("transpose", "set", "Tn", "move", "shift", "mod 12"))
def transpose_pitch_classes(classes: PitchClasses, semitones: int) -> PitchClasses:
    """Pitch class set moved by so many semitones.

    >>> transpose_pitch_classes(PitchClasses((0, 4, 7)), 7).classes
    (2, 7, 11)
    """
    return classes.transposed(semitones)


@tool("music", keywords=("invert", "inversion", "mirror", "TnI", "set", "reflect", "mod 12"))
def invert_pitch_classes(classes: PitchClasses, index: int = 0) -> PitchClasses:
    """Inversion of a pitch class set: index minus each class.

    The operation that is written T_n I with n the index.

    >>> invert_pitch_classes(PitchClasses((0, 4, 7))).classes
    (0, 5, 8)
    """
    return PitchClasses(tuple((index - c) % 12 for c in classes.classes))


@tool("music", keywords=("missing", "other", "rest", "aggregate", "set", "not in"))
def pitch_class_complement(classes: PitchClasses) -> PitchClasses:
    """Pitch classes that are not in a set.

    >>> pitch_class_complement(PitchClasses((0, 2, 4, 5, 7, 9, 11))).classes
    (1, 3, 6, 8, 10)
    """
    return PitchClasses(tuple(c for c in range(12) if c not in classes.classes))


@tool("music", keywords=("shared", "in common", "both", "intersection", "set"))
def common_tones(a: PitchClasses, b: PitchClasses) -> PitchClasses:
    """Pitch classes that two sets share.

    >>> common_tones(PitchClasses((0, 4, 7)), PitchClasses((9, 0, 4))).classes
    (0, 4)
    """
    return PitchClasses(tuple(c for c in a.classes if c in b.classes))


def _rotations(classes: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Each rotation of the sorted classes, as semitones above its first one."""
    for i, first in enumerate(classes):
        yield tuple((c - first) % 12 for c in classes[i:] + classes[:i])


def _packed(steps: tuple[int, ...]) -> tuple[int, ...]:
    """What is least for the most packed order: the whole span, then smaller ones from the right.

    This is John Rahn's rule (Basic Atonal Theory, 1980); Allen Forte's compares from the left,
    which differs for six set classes.
    """
    return steps[::-1]


@tool("music", keywords=("normal form", "normal order", "most compact", "set theory", "packed"))
def normal_order(classes: PitchClasses) -> Numbers:
    """Normal order of a pitch class set: its most compact rotation.

    By Rahn's rule; of equally compact rotations the one that begins with the least class.

    >>> normal_order(PitchClasses((0, 4, 9)))
    (9, 0, 4)
    """
    rotations = zip(_rotations(classes.classes), classes.classes, strict=True)
    steps, first = min(rotations, key=lambda r: (_packed(r[0]), r[1]), default=((), 0))
    return tuple((first + step) % 12 for step in steps)


@tool("music", keywords=("prime form", "set class", "forte number", "set theory", "type"))
def prime_form(classes: PitchClasses) -> PitchClasses:
    """Prime form of a pitch class set, from 0 on.

    The same for all transpositions and inversions of the set. By Rahn's rule, which differs from
    Forte's for six set classes.

    >>> prime_form(PitchClasses((0, 4, 7))).classes
    (0, 3, 7)
    """
    mirrored = invert_pitch_classes(classes)
    rotations = (*_rotations(classes.classes), *_rotations(mirrored.classes))
    return PitchClasses(min(rotations, key=_packed, default=()))


@tool("music", keywords=("interval class vector", "ic vector", "interval content", "set theory"))
def interval_vector(classes: PitchClasses) -> Numbers:
    """Interval vector: pairs of a set by interval class.

    Six counts, for the interval classes 1 to 6.

    >>> interval_vector(PitchClasses((0, 4, 7)))
    (0, 0, 1, 1, 1, 0)
    """
    counts = [0] * 6
    for i, low in enumerate(classes.classes):
        for high in classes.classes[i + 1 :]:
            counts[min(high - low, 12 - high + low) - 1] += 1
    return tuple(counts)


@tool("music", keywords=("chord tones", "notes", "made of", "consists", "spell", "triad"))
def chord_pitch_classes(chord: Chord) -> PitchClasses:
    """Pitch classes of a chord, its bass included.

    >>> chord_pitch_classes(Chord("A", "m7")).to_text()
    '{0, 4, 7, 9} (C E G A)'
    """
    return PitchClasses(chord.classes)


@tool("music", keywords=("notes", "key", "made of", "consists", "mode", "tones"))
def scale_pitch_classes(scale: Scale) -> PitchClasses:
    """Pitch classes of a scale.

    >>> scale_pitch_classes(Scale("D", "dorian")).classes
    (0, 2, 4, 5, 7, 9, 11)
    """
    return PitchClasses(scale.classes)


@tool("music", keywords=("key", "belongs", "diatonic", "contains", "note in", "fits"))
def is_note_in_scale(note: Note, scale: Scale) -> bool:
    """Whether a note belongs to a scale.

    By its sound: B# counts as C.

    >>> is_note_in_scale(Note("F#", 4), Scale("G", "major"))
    True
    """
    return note.midi % 12 in scale.classes


@tool("music", keywords=("key", "diatonic", "contains", "fits", "all notes"))
def is_chord_in_scale(chord: Chord, scale: Scale) -> bool:
    """Whether all notes of a chord belong to a scale.

    >>> is_chord_in_scale(Chord("D", "7"), Scale("C", "major"))
    False
    """
    return set(chord.classes) <= set(scale.classes)


@tool("music", keywords=("relative major", "relative minor", "key signature", "same notes"))
def relative_key(scale: Scale) -> Scale:
    """Relative minor of a major key, or relative major.

    The scale is major or natural minor, and so is the result, spelled with the same signature.

    >>> relative_key(Scale("Eb", "major")).to_text()
    'C natural minor'
    """
    if scale.mode not in RELATIVE:
        raise ToolError(
            f"`relative_key` needs a major or natural minor scale, got {clip(scale.to_text())}"
        )
    mode, semitones, letters = RELATIVE[scale.mode]
    names = "CDEFGAB"
    letter = names[(names.index(scale.tonic[0]) + letters) % 7]
    wanted = (pitch_class(scale.tonic) + semitones) % 12
    alter = (wanted - LETTERS[letter] + 6) % 12 - 6
    if abs(alter) > 2:
        raise ToolError(
            f"`relative_key` of {scale.to_text()} would take three accidentals; write the tonic "
            f"as {SHARPS[pitch_class(scale.tonic)]}",
            "limit",
        )
    return Scale(letter + ACCIDENTALS[alter + 2], mode)


@tool("music", keywords=("parallel major", "parallel minor", "same tonic", "mode"))
def parallel_key(scale: Scale) -> Scale:
    """Minor key of a major one's tonic, or major.

    The scale is major or natural minor, and so is the result.

    >>> parallel_key(Scale("C", "major")).to_text()
    'C natural minor'
    """
    if scale.mode not in RELATIVE:
        raise ToolError(
            f"`parallel_key` needs a major or natural minor scale, got {clip(scale.to_text())}"
        )
    return Scale(scale.tonic, RELATIVE[scale.mode][0])


@tool("music", keywords=("interval", "half steps", "distance", "apart", "semitones", "far"))
def interval_between(low: Note, high: Note) -> int:
    """Semitones from one note up to another.

    Negative when the second note is the lower one.

    >>> interval_between(Note("C", 4), Note("G", 4))
    7
    """
    return high.midi - low.midi


@tool("music", keywords=("MIDI", "key number", "piano", "number of"))
def midi_number(note: Note) -> int:
    """MIDI number of a note, 60 for C4.

    From -2 to 133: notes at either end lie beyond MIDI's own 0 to 127.

    >>> midi_number(Note("A", 4))
    69
    """
    return note.midi


@tool("music", keywords=("MIDI", "key number", "name", "which note"))
def note_from_midi(number: int) -> Note:
    """Note of a MIDI number, spelled with sharps.

    >>> note_from_midi(61).to_text()
    'C#4'
    """
    return _note("note_from_midi", number)


@tool("music", keywords=("frequency", "hertz", "Hz", "pitch", "tuning", "concert pitch", "440"))
def note_frequency(note: Note, a4: Number = 440) -> Number:
    """Frequency of a note in hertz, equal temperament.

    `a4` is the frequency of A4. Exact for every A, else a float, to 15 digits or so.

    >>> note_frequency(Note("A", 3)), round(note_frequency(Note("C", 4)), 2)
    (220, 261.63)
    """
    if a4 <= 0:
        raise ToolError(f"`note_frequency` needs a4 > 0, got a4={clip(a4)}")
    octaves = Fraction(note.midi - A4, 12)
    if octaves.denominator == 1:
        return in_form_of(Fraction(a4) * Fraction(2) ** int(octaves), (a4,))
    with high_precision():
        return nearest_float(real(Fraction(a4)) * gmpy2.exp2(real(octaves)))


@tool("music", keywords=("closest", "tuner", "which note", "hertz", "Hz", "pitch"))
def nearest_note(frequency: Number, a4: Number = 440) -> Note:
    """Note whose frequency lies nearest, in semitones.

    In equal temperament with A4 at `a4` hertz; spelled with sharps.

    >>> nearest_note(262).to_text()
    'C4'
    """
    semitones = _cents("nearest_note", frequency=frequency, a4=a4) / 100
    return _note("nearest_note", A4 + int(gmpy2.rint(semitones)))


@tool("music", keywords=("cents", "interval", "ratio", "tuning", "detuned", "just intonation"))
def cents_between(low: Number, high: Number) -> Number:
    """Cents from one frequency up to another.

    1200 for an octave. Exact for whole octaves, else a float.

    >>> cents_between(220, 880), round(cents_between(2, 3), 3)
    (2400, 701.955)
    """
    cents = _cents("cents_between", high=high, low=low)
    ratio, octaves = Fraction(high) / Fraction(low), int(gmpy2.rint(cents / CENTS_PER_OCTAVE))
    if Fraction(2) ** octaves == ratio:
        return in_form_of(CENTS_PER_OCTAVE * octaves, (low, high))
    return nearest_float(cents)


def _cents(name: str, **frequencies: Number) -> gmpy2.mpfr:
    """1200 log2 of the first of two frequencies over the second."""
    for argument, frequency in frequencies.items():
        if frequency <= 0:
            raise ToolError(f"`{name}` needs {argument} > 0, got {argument}={clip(frequency)}")
    over, under = (Fraction(frequency) for frequency in frequencies.values())
    with high_precision():
        return CENTS_PER_OCTAVE * (gmpy2.log2(real(over)) - gmpy2.log2(real(under)))
