"""Notes, chords, scales and pitch-class sets: exact codes, and transposition and set algebra."""

import hashlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluxem_encoders.compose import closed_form, read_count, read_linear, read_log
from fluxem_encoders.domains import music
from fluxem_encoders.errors import AlgebraError, CapacityError, DecodeError, ValueFormError
from fluxem_encoders.features import MAGNITUDE
from fluxem_encoders.forms import from_json
from fluxem_encoders.layout import COMPOSE, FEATURES, TAG, VALUE
from fluxem_encoders.registry import combine, decode, encode
from fluxem_encoders.structures.music import (
    MODE_ALIASES,
    MODES,
    QUALITIES,
    QUALITY_ALIASES,
    Chord,
    Note,
    PitchClasses,
    Scale,
)
from tests.encoders.laws import check_forms, check_roundtrip

NAMES = [letter + sign for letter in "CDEFGAB" for sign in ("bb", "b", "", "#", "##")]
PITCHES = st.sampled_from(NAMES)
NOTES = st.builds(Note, PITCHES, st.integers(-1, 9))
CHORDS = st.builds(Chord, PITCHES, st.sampled_from(list(QUALITIES)), st.just("") | PITCHES)
SCALES = st.builds(Scale, PITCHES, st.sampled_from(list(MODES)))
SETS = st.lists(st.integers(0, 11)).map(lambda classes: PitchClasses(tuple(classes)))
MUSIC = st.one_of(NOTES, CHORDS, SCALES, SETS)


def result(op: str, *values: Any) -> Any:
    return decode(combine(op, *map(encode, values)))


def heard(value: Any) -> set[int]:
    """The pitch classes, read off the lanes."""
    return set(np.flatnonzero(music.encode(value)[4:16] == 1).tolist())


@given(MUSIC)
def test_every_value_comes_back(value: Any) -> None:
    check_roundtrip(value)
    check_forms(value)
    assert value.is_exact


@pytest.mark.parametrize("quality", QUALITIES)
def test_every_chord_is_told_from_all_others(quality: str) -> None:
    for root in NAMES:
        for bass in ("", "E", "Bb"):
            chord = Chord(root, quality, bass)
            assert Chord.from_text(chord.to_text()) == chord
            assert music.decode(music.encode(chord)) == chord


def test_the_tables_have_one_entry_per_set_of_steps() -> None:
    assert len(set(QUALITIES.values())) == len(QUALITIES) == 32
    assert len(set(MODES.values())) == len(MODES) == 24
    assert set(QUALITY_ALIASES.values()) <= set(QUALITIES)
    assert set(MODE_ALIASES.values()) <= set(MODES)
    assert not set(QUALITY_ALIASES) & set(QUALITIES)
    assert not set(MODE_ALIASES) & set(MODES)


@pytest.mark.parametrize(
    ("text", "notes"),
    [
        ("Am7", "A C E G"),
        ("F#dim", "F# A C"),
        ("Csus4", "C F G"),
        ("G7/B", "G B D F"),
        ("C/D", "C D E G"),
        ("Bb5", "A# F"),
        ("Cø7", "C D# F# A#"),
        ("E7#9", "E G# B D G"),
        ("D6/9/F#", "D E F# A B"),
        ("Fmaj7", "F A C E"),
        ("G13", "G A B D E F"),
    ],
)
def test_chords_sound_as_known(text: str, notes: str) -> None:
    sharps = ["C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B"]
    assert heard(Chord.from_text(text)) == {sharps.index(note) for note in notes.split()}


def test_church_modes_are_the_major_scale_from_its_degrees() -> None:
    modes = ("dorian", "phrygian", "lydian", "mixolydian", "minor", "locrian")
    for tonic, mode in zip("DEFGAB", modes, strict=True):
        assert heard(Scale.from_text(f"{tonic} {mode}")) == heard(Scale("C", "major"))
    assert heard(Scale("A", "melodic minor")) == heard(Scale("G#", "altered"))
    assert heard(Scale("E", "phrygian dominant")) == heard(Scale("A", "harmonic minor"))
    assert heard(Scale("A", "minor pentatonic")) == heard(Scale("C", "major pentatonic"))


def test_spellings_and_texts() -> None:
    assert Note("A#", 3) != Note("Bb", 3)
    assert Note("A#", 3).midi == Note("Bb", 3).midi == 58
    assert (Note("C", 4).midi, Note("Cb", 4).midi, Note("B#", 3).midi) == (60, 59, 60)
    assert read_log(encode(Note("A", 4))[COMPOSE]) == pytest.approx(440, rel=1e-9)
    assert (Note("Cbb", -1).midi, Note("B##", 9).midi) == (-2, 133)
    assert Note.from_text(" B♭3 ") == Note("Bb", 3)
    assert Chord("C", "maj7", "C") == Chord("C", "maj7")
    assert Chord.from_text("C+/G#") == Chord("C", "aug", "G#")
    assert Scale.from_text("F♯  Harmonic minor") == Scale("F#", "harmonic minor")
    assert PitchClasses((7, 0, 4, 0)) == PitchClasses((0, 4, 7))
    assert PitchClasses((7, 0, 4)).to_text() == "{0, 4, 7} (C E G)"
    assert PitchClasses(()).to_text() == "{}"
    assert Scale("C", "major").to_text() == "C major"


@given(NOTES, st.integers(-150, 150), st.sampled_from(["add", "subtract"]))
def test_notes_move_by_semitones(note: Note, by: int, op: str) -> None:
    number = note.midi + by if op == "add" else note.midi - by
    e, n = encode(note), encode(by)
    assert read_linear(closed_form(op, e, n)) == number
    if not 0 <= number <= 131:
        with pytest.raises(CapacityError, match="octaves -1 to 9"):
            combine(op, e, n)
        return
    moved: Any = decode(combine(op, e, n))
    assert moved.midi == number
    assert "b" not in moved.pitch


def test_examples() -> None:
    assert result("not", Scale("C", "major")) == PitchClasses((1, 3, 6, 8, 10))
    assert result("add", 2, Note("Bb", 3)) == Note("C", 4)
    assert result("add", -3, Chord("C", "m7", "Eb")) == Chord("A", "m7", "C")
    assert result("add", 1, Scale("B", "blues")) == Scale("C", "blues")
    assert result("add", 5, PitchClasses((0, 4, 7))) == PitchClasses((0, 5, 9))


@given(NOTES, NOTES)
def test_intervals(a: Note, b: Note) -> None:
    e, f = encode(a), encode(b)
    assert decode(combine("subtract", e, f)) == a.midi - b.midi
    ratio = read_log(closed_form("divide", e, f))
    assert ratio == pytest.approx(2 ** ((a.midi - b.midi) / 12), rel=1e-9)


@given(st.one_of(CHORDS, SCALES, SETS), st.integers(-(10**30), 10**30))
def test_transposition_moves_every_pitch_class(value: Any, by: int) -> None:
    e, n = encode(value), encode(by)
    moved: Any = decode(total := combine("add", e, n))
    assert type(moved) is type(value)
    assert heard(moved) == {(c + by) % 12 for c in heard(value)}
    assert music.combine("subtract", value, -by) == moved
    if not isinstance(value, PitchClasses) and abs(by) < 10**20:
        assert read_linear(closed_form("add", e, n)) % 12 == read_linear(total[COMPOSE])


PYTHON = {"union": set.union, "intersection": set.intersection, "difference": set.difference}


@given(MUSIC, MUSIC, st.sampled_from(sorted(PYTHON)))
def test_set_algebra(a: Any, b: Any, op: str) -> None:
    assert result(op, a, b) == PitchClasses(tuple(PYTHON[op](heard(a), heard(b))))
    assert heard(music.combine("not", a)) == set(range(12)) - heard(a)


@given(SETS, SETS)
def test_disjoint_sets_add_and_subsets_subtract_in_the_lanes(a: PitchClasses, b: Any) -> None:
    rest, total = heard(b) - heard(a), heard(a) | heard(b)
    e = encode(a)
    lanes = closed_form("add", e, encode(PitchClasses(tuple(rest))))
    assert read_linear(lanes) == sum(2**c for c in total)
    assert read_count(lanes) == len(total)
    lanes = closed_form("subtract", encode(PitchClasses(tuple(total))), e)
    assert read_linear(lanes) == sum(2**c for c in rest)


@given(st.lists(st.integers(0, 131), min_size=3, max_size=3).map(sorted))
def test_notes_are_graded_by_pitch(numbers: list[int]) -> None:
    low, mid, high = (encode(Note.from_midi(n))[FEATURES][MAGNITUDE] for n in numbers)
    assert (low <= mid).all()
    assert (mid <= high).all()
    assert np.linalg.norm(low - mid) <= np.linalg.norm(low - high)


@pytest.mark.parametrize(
    ("op", "values"),
    [
        ("add", (Note("C", 4), Note("C", 4))),
        ("add", (Note("C", 4), 0.5)),
        ("subtract", (Chord("C"), Chord("C"))),
        ("subtract", (1, Note("C", 4))),
        ("union", (PitchClasses(()), 1)),
        ("multiply", (Note("C", 4), 2)),
        ("not", (Chord("C"), Chord("C"))),
    ],
    ids=str,
)
def test_what_the_algebra_does_not_know(op: str, values: tuple[Any, ...]) -> None:
    with pytest.raises(AlgebraError):
        combine(op, *map(encode, values))


@pytest.mark.parametrize(
    ("form", "says"),
    [
        ({"pitch_classes": [12]}, "0 .C. to 11"),
        ({"pitch_classes": [True]}, "0 .C. to 11"),
        ({"pitch_classes": [0] * 13}, "up to 12"),
        ({"pitch_classes": [0], "note": "C4"}, "no other key"),
        ({"note": "H4"}, "letter A to G"),
        ({"note": "C10"}, "octave"),
        ({"note": 60}, "F#4"),
        ({"note": "C4", "octave": 4}, "no other key"),
        ({"chord": "Hm"}, "root A to G"),
        ({"chord": "Cfoo"}, "one of m, dim"),
        ({"chord": "C" * 10**6}, "60 characters"),
        ({"scale": "C"}, "tonic"),
        ({"scale": "C majestic"}, "harmonic minor"),
        ({"scale": None}, "C major"),
        ({"tune": "C"}, "pitch_classes"),
    ],
)
def test_bad_forms_are_refused(form: Any, says: str) -> None:
    with pytest.raises(ValueFormError, match=says):
        from_json(form, "music")


@given(MUSIC, st.integers(0, 111), st.sampled_from([-2.0, -1.0, -0.25, 0.25, 1.0, 2.0]))
def test_a_changed_lane_is_refused_or_means_another_value(value: Any, lane: int, by: float) -> None:
    e = encode(value)
    e[VALUE.start + lane] += by
    try:
        back = decode(e)
    except DecodeError:
        return
    assert np.abs(encode(back)[VALUE] - e[VALUE]).max() < 1e-3


def test_tag_and_value_lanes_are_frozen() -> None:
    values = [
        *(PitchClasses(()), PitchClasses((0, 4, 7)), Note("F#", 4), Note("Cbb", -1)),
        *(Chord("A", "m7"), Chord("G", "maj13", "B##"), Scale("C", "major")),
        Scale("Eb", "hungarian minor"),
    ]
    lanes = [encode(value) for value in values]
    data = b"".join((e[part] + 0.0).astype("<f4").tobytes() for e in lanes for part in (TAG, VALUE))
    assert hashlib.sha256(data).hexdigest()[:16] == "50e5f4aa972bd1d5"
