"""Pitch-class sets, notes, chords and scales, in twelve-tone equal temperament.

A pitch is written as a letter and an accidental, such as F#, Bb, C## or C; a pitch class counts
the semitones from the next C below, 0 to 11.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from fluxem_encoders.errors import ValueFormError
from fluxem_encoders.forms import clip
from fluxem_encoders.structured import Structured

LETTERS: Mapping[str, int] = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
"""The pitch class of each letter."""
ACCIDENTALS = ("bb", "b", "", "#", "##")
"""From two semitones down to two up."""
SHARPS = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
"""How transposed pitches are spelled, by pitch class."""
OCTAVES = range(-1, 10)
"""Scientific pitch notation: C4 is middle C, and B#3 sounds the same."""
MIDI = range(12 * len(OCTAVES))
"""The MIDI numbers of the notes that sharps spell: C-1 is 0, B9 is 131."""

QUALITIES: Mapping[str, tuple[int, ...]] = {
    "": (0, 4, 7),
    "m": (0, 3, 7),
    "dim": (0, 3, 6),
    "aug": (0, 4, 8),
    "5": (0, 7),
    "sus2": (0, 2, 7),
    "sus4": (0, 5, 7),
    "6": (0, 4, 7, 9),
    "m6": (0, 3, 7, 9),
    "6/9": (0, 2, 4, 7, 9),
    "7": (0, 4, 7, 10),
    "maj7": (0, 4, 7, 11),
    "m7": (0, 3, 7, 10),
    "mMaj7": (0, 3, 7, 11),
    "dim7": (0, 3, 6, 9),
    "m7b5": (0, 3, 6, 10),
    "aug7": (0, 4, 8, 10),
    "augMaj7": (0, 4, 8, 11),
    "7b5": (0, 4, 6, 10),
    "7sus4": (0, 5, 7, 10),
    "add9": (0, 2, 4, 7),
    "madd9": (0, 2, 3, 7),
    "9": (0, 2, 4, 7, 10),
    "maj9": (0, 2, 4, 7, 11),
    "m9": (0, 2, 3, 7, 10),
    "7b9": (0, 1, 4, 7, 10),
    "7#9": (0, 3, 4, 7, 10),
    "11": (0, 2, 4, 5, 7, 10),
    "m11": (0, 2, 3, 5, 7, 10),
    "maj7#11": (0, 4, 6, 7, 11),
    "13": (0, 2, 4, 7, 9, 10),  # thirteenths are played without the eleventh
    "maj13": (0, 2, 4, 7, 9, 11),
}
"""Semitones above the root by the quality's sign. The order is that of lanes: add at the end."""

QUALITY_ALIASES: Mapping[str, str] = {
    **dict.fromkeys(("M", "maj"), ""),
    **dict.fromkeys(("min", "-"), "m"),
    **dict.fromkeys(("°", "o"), "dim"),
    **dict.fromkeys(("+",), "aug"),
    **dict.fromkeys(("sus",), "sus4"),
    **dict.fromkeys(("M6", "maj6"), "6"),
    **dict.fromkeys(("min6", "-6"), "m6"),
    **dict.fromkeys(("69",), "6/9"),
    **dict.fromkeys(("dom7",), "7"),
    **dict.fromkeys(("M7", "Maj7", "Δ", "Δ7"), "maj7"),
    **dict.fromkeys(("min7", "-7"), "m7"),
    **dict.fromkeys(("mM7", "mmaj7", "m(maj7)", "minMaj7"), "mMaj7"),
    **dict.fromkeys(("°7", "o7"), "dim7"),
    **dict.fromkeys(("ø", "ø7", "min7b5", "-7b5"), "m7b5"),
    **dict.fromkeys(("+7", "7#5"), "aug7"),
    **dict.fromkeys(("+M7", "maj7#5", "augmaj7"), "augMaj7"),
    **dict.fromkeys(("7sus",), "7sus4"),
    **dict.fromkeys(("M9", "Maj9"), "maj9"),
    **dict.fromkeys(("min9", "-9"), "m9"),
    **dict.fromkeys(("min11", "-11"), "m11"),
    **dict.fromkeys(("M13", "Maj13"), "maj13"),
}

MODES: Mapping[str, tuple[int, ...]] = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "natural minor": (0, 2, 3, 5, 7, 8, 10),
    "harmonic minor": (0, 2, 3, 5, 7, 8, 11),
    "melodic minor": (0, 2, 3, 5, 7, 9, 11),  # as it ascends
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "locrian": (0, 1, 3, 5, 6, 8, 10),
    "major pentatonic": (0, 2, 4, 7, 9),
    "minor pentatonic": (0, 3, 5, 7, 10),
    "blues": (0, 3, 5, 6, 7, 10),
    "major blues": (0, 2, 3, 4, 7, 9),
    "whole tone": (0, 2, 4, 6, 8, 10),
    "chromatic": tuple(range(12)),
    "whole-half diminished": (0, 2, 3, 5, 6, 8, 9, 11),
    "half-whole diminished": (0, 1, 3, 4, 6, 7, 9, 10),
    "augmented": (0, 3, 4, 7, 8, 11),
    "harmonic major": (0, 2, 4, 5, 7, 8, 11),
    "double harmonic": (0, 1, 4, 5, 7, 8, 11),
    "phrygian dominant": (0, 1, 4, 5, 7, 8, 10),
    "lydian dominant": (0, 2, 4, 6, 7, 9, 10),
    "altered": (0, 1, 3, 4, 6, 8, 10),
    "hungarian minor": (0, 2, 3, 6, 7, 8, 11),
}
"""Semitones above the tonic. The order is that of lanes: add at the end."""

MODE_ALIASES: Mapping[str, str] = {
    "ionian": "major",
    "minor": "natural minor",
    "aeolian": "natural minor",
    "pentatonic": "major pentatonic",
    "minor blues": "blues",
    "whole-tone": "whole tone",
    "diminished": "whole-half diminished",
    "byzantine": "double harmonic",
}

MAX_CHARS = 60  # of any text form

_PITCH = r"[A-G](?:##|#|bb|b)?"
_NOTE = re.compile(rf"({_PITCH})(-1|[0-9])")
_CHORD = re.compile(rf"({_PITCH})(.*?)(?:/({_PITCH}))?")
_SCALE = re.compile(rf"({_PITCH})[ -]([\w -]+)")


def accidental(pitch: str) -> int:
    """The semitones that the accidental adds, -2 to 2; `pitch` as in `pitch_class`."""
    return ACCIDENTALS.index(pitch[1:]) - 2


def pitch_class(pitch: str) -> int:
    """The pitch class, 0 to 11, of a pitch without octave such as F#.

    Raises:
        ValueFormError: when it is none.
    """
    if not isinstance(pitch, str) or not re.fullmatch(_PITCH, pitch):
        raise ValueFormError(f"a pitch is written such as C, F# or Bb, got {clip(pitch)}")
    return (LETTERS[pitch[0]] + accidental(pitch)) % 12


@dataclass(frozen=True, slots=True)
class PitchClasses(Structured, key="pitch_classes", domain="music"):
    """A set of pitch classes, each 0 (C) to 11 (B), kept sorted and without repetitions."""

    classes: tuple[int, ...]

    def __post_init__(self) -> None:
        if not isinstance(self.classes, tuple) or not all(map(_is_class, self.classes)):
            raise ValueFormError(
                f"pitch classes are whole numbers from 0 (C) to 11 (B), got {clip(self.classes)}"
            )
        object.__setattr__(self, "classes", tuple(sorted(set(self.classes))))

    def to_json(self) -> dict[str, Any]:
        """{"pitch_classes": [0, 4, 7]}."""
        return {self.key: list(self.classes)}

    @classmethod
    def from_json(cls, form: Mapping[str, Any]) -> "PitchClasses":
        """Read what `to_json` wrote; the order is free."""
        items = form.get(cls.key)
        if len(form) != 1 or not isinstance(items, list | tuple) or len(items) > 12:
            raise ValueFormError(
                'pitch classes are written {"pitch_classes": [0, 4, 7]}, up to 12 and no other key'
            )
        return PitchClasses(tuple(items))

    def to_text(self) -> str:
        """The classes, and their names with sharps.

        >>> PitchClasses((7, 0, 4)).to_text()
        '{0, 4, 7} (C E G)'
        """
        names = " ".join(SHARPS[c] for c in self.classes)
        return f"{{{', '.join(map(str, self.classes))}}}" + (f" ({names})" if names else "")

    def transposed(self, by: int) -> "PitchClasses":
        """Every class moved by so many semitones, modulo 12."""
        return PitchClasses(tuple((c + by) % 12 for c in self.classes))


@dataclass(frozen=True, slots=True)
class Note(Structured, key="note", domain="music"):
    """A pitch such as F# in an octave from -1 to 9; A#4 and Bb4 are different spellings."""

    pitch: str
    octave: int

    def __post_init__(self) -> None:
        pitch_class(self.pitch)
        if type(self.octave) is not int or self.octave not in OCTAVES:
            raise ValueFormError(f"the octave of a note is -1 to 9, got {clip(self.octave)}")

    @property
    def midi(self) -> int:
        """The MIDI number, 60 for C4; -2 to 133, beyond MIDI's own 0 to 127 at either end."""
        return 12 * (self.octave + 1) + LETTERS[self.pitch[0]] + accidental(self.pitch)

    @staticmethod
    def from_midi(number: int) -> "Note":
        """The note with that MIDI number, 0 to 131, spelled with sharps.

        Raises:
            ValueFormError: for other numbers.
        """
        if number not in MIDI:
            raise ValueFormError(f"MIDI numbers go from 0 to {MIDI[-1]} here, got {clip(number)}")
        return Note(SHARPS[number % 12], number // 12 - 1)

    @staticmethod
    def from_text(text: str) -> "Note":
        """Read a name such as F#4, B♭3 or C-1.

        Raises:
            ValueFormError: when it is none.
        """
        match = _NOTE.fullmatch(_plain(text))
        if match is None:
            raise ValueFormError(
                f"a note is a letter A to G, an accidental and an octave from -1 to 9, such as "
                f"F#4 or Bb3, got {clip(text)}"
            )
        return Note(match[1], int(match[2]))

    def to_json(self) -> dict[str, Any]:
        """{"note": "F#4"}."""
        return {self.key: self.to_text()}

    @classmethod
    def from_json(cls, form: Mapping[str, Any]) -> "Note":
        """Read what `to_json` wrote."""
        return Note.from_text(_only_text(form, cls.key, "F#4"))

    def to_text(self) -> str:
        """The name, such as F#4."""
        return f"{self.pitch}{self.octave}"

    def transposed(self, by: int) -> "Note":
        """The note so many semitones higher, always spelled with sharps; see `from_midi`."""
        return Note.from_midi(self.midi + by)


@dataclass(frozen=True, slots=True)
class Chord(Structured, key="chord", domain="music"):
    """A chord: a root, a quality of `QUALITIES`, and a bass where that is not the root.

    Roots and basses are spelled: C#m and Dbm are different chords of the same pitch classes.
    """

    root: str
    quality: str = ""
    bass: str = ""

    def __post_init__(self) -> None:
        pitch_class(self.root)
        if not isinstance(self.quality, str) or self.quality not in QUALITIES:
            raise ValueFormError(
                f"{clip(self.quality)} is no known chord quality; after the root comes nothing "
                f"(major) or one of {', '.join(filter(None, QUALITIES))}"
            )
        if self.bass != "":
            pitch_class(self.bass)
        if self.bass == self.root:
            object.__setattr__(self, "bass", "")

    @property
    def classes(self) -> tuple[int, ...]:
        """The pitch classes, sorted, the bass among them."""
        root = pitch_class(self.root)
        notes = {(root + step) % 12 for step in QUALITIES[self.quality]}
        return tuple(sorted(notes | {pitch_class(self.bass or self.root)}))

    @staticmethod
    def from_text(text: str) -> "Chord":
        """Read a symbol such as Am7, F#dim, Csus4 or G7/B; also `QUALITY_ALIASES`, as in C+.

        Raises:
            ValueFormError: when it is none.
        """
        match = _CHORD.fullmatch(_plain(text))
        if match is None:
            raise ValueFormError(
                f"a chord is a root A to G, a quality and perhaps a bass, such as Am7 or G7/B, "
                f"got {clip(text)}"
            )
        return Chord(match[1], QUALITY_ALIASES.get(match[2], match[2]), match[3] or "")

    def to_json(self) -> dict[str, Any]:
        """{"chord": "G7/B"}."""
        return {self.key: self.to_text()}

    @classmethod
    def from_json(cls, form: Mapping[str, Any]) -> "Chord":
        """Read what `to_json` wrote."""
        return Chord.from_text(_only_text(form, cls.key, "Am7"))

    def to_text(self) -> str:
        """The symbol, such as G7/B."""
        return f"{self.root}{self.quality}" + (f"/{self.bass}" if self.bass else "")

    def transposed(self, by: int) -> "Chord":
        """The chord so many semitones higher; root and bass are spelled with sharps."""
        bass = _moved(self.bass, by) if self.bass else ""
        return Chord(_moved(self.root, by), self.quality, bass)


@dataclass(frozen=True, slots=True)
class Scale(Structured, key="scale", domain="music"):
    """A scale: a tonic, spelled, and a mode of `MODES`."""

    tonic: str
    mode: str

    def __post_init__(self) -> None:
        pitch_class(self.tonic)
        if not isinstance(self.mode, str) or self.mode not in MODES:
            raise ValueFormError(
                f"{clip(self.mode)} is no known mode; there are {', '.join(MODES)}"
            )

    @property
    def classes(self) -> tuple[int, ...]:
        """The pitch classes, sorted."""
        tonic = pitch_class(self.tonic)
        return tuple(sorted((tonic + step) % 12 for step in MODES[self.mode]))

    @staticmethod
    def from_text(text: str) -> "Scale":
        """Read a name such as C major or F# harmonic minor; also `MODE_ALIASES`, as in A minor.

        Raises:
            ValueFormError: when it is none.
        """
        match = _SCALE.fullmatch(_plain(text))
        if match is None:
            raise ValueFormError(
                f"a scale is a tonic A to G and a mode, such as C major, got {clip(text)}"
            )
        mode = " ".join(match[2].lower().split())
        return Scale(match[1], MODE_ALIASES.get(mode, mode))

    def to_json(self) -> dict[str, Any]:
        """{"scale": "A harmonic minor"}."""
        return {self.key: self.to_text()}

    @classmethod
    def from_json(cls, form: Mapping[str, Any]) -> "Scale":
        """Read what `to_json` wrote."""
        return Scale.from_text(_only_text(form, cls.key, "C major"))

    def to_text(self) -> str:
        """The name, such as C major."""
        return f"{self.tonic} {self.mode}"

    def transposed(self, by: int) -> "Scale":
        """The scale so many semitones higher, its tonic spelled with sharps."""
        return Scale(_moved(self.tonic, by), self.mode)


def _is_class(c: object) -> bool:
    return type(c) is int and 0 <= c < 12


def _moved(pitch: str, by: int) -> str:
    return SHARPS[(pitch_class(pitch) + by) % 12]


def _plain(text: str) -> str:
    if len(text) > MAX_CHARS:
        return ""  # which is no name of anything
    return text.strip().replace("♯", "#").replace("♭", "b")


def _only_text(form: Mapping[str, Any], key: str, example: str) -> str:
    text = form.get(key)
    if len(form) != 1 or not isinstance(text, str) or len(text) > MAX_CHARS:
        raise ValueFormError(
            f'a {key} is written {{"{key}": "{example}"}}, with at most {MAX_CHARS} characters '
            f"and no other key"
        )
    return text
