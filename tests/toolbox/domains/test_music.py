"""Music against set theory by brute force and against published tables."""

from collections.abc import Callable
from fractions import Fraction
from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluxem_encoders.structures.music import MODES, QUALITIES, SHARPS, Chord, Note, PitchClasses
from fluxem_encoders.structures.music import Scale as S
from fluxem_toolbox import ToolError
from fluxem_toolbox.domains.music import (
    cents_between,
    chord_pitch_classes,
    common_tones,
    interval_between,
    interval_vector,
    invert_pitch_classes,
    is_chord_in_scale,
    is_note_in_scale,
    midi_number,
    nearest_note,
    normal_order,
    note_frequency,
    note_from_midi,
    parallel_key,
    pitch_class_complement,
    prime_form,
    relative_key,
    scale_pitch_classes,
    transpose_chord,
    transpose_note,
    transpose_pitch_classes,
    transpose_scale,
)
from tests.checks import checks

semitones = st.integers(-40, 40)
sets = st.sets(st.integers(0, 11)).map(lambda s: PitchClasses(tuple(s)))
notes = st.integers(40, 90).map(Note.from_midi)
chords = st.builds(Chord, st.sampled_from(SHARPS), st.sampled_from(list(QUALITIES)))
scales = st.builds(S, st.sampled_from(SHARPS), st.sampled_from(list(MODES)))

# The circle of fifths, up and down: major keys and their relative minors.
MAJORS = ["C", "G", "D", "A", "E", "B", "F#", "C#", "F", "Bb", "Eb", "Ab", "Db", "Gb", "Cb"]
MINORS = ["A", "E", "B", "F#", "C#", "G#", "D#", "A#", "D", "G", "C", "F", "Bb", "Eb", "Ab"]
PRIME_FORMS = {  # of Rahn's table; the last four differ from Forte's
    (0, 4, 7): (0, 3, 7),
    (0, 4, 7, 10): (0, 2, 5, 8),
    (0, 4, 7, 11): (0, 1, 5, 8),
    (0, 2, 4, 5, 7, 9, 11): (0, 1, 3, 5, 6, 8, 10),
    (0, 2, 4, 7, 9): (0, 2, 4, 7, 9),
    (0, 1, 3, 7, 8): (0, 1, 5, 6, 8),
    (0, 1, 3, 6, 8, 9): (0, 2, 3, 6, 7, 9),
    (0, 1, 3, 5, 8, 9): (0, 1, 4, 5, 7, 9),
    (0, 1, 2, 4, 7, 8, 9): (0, 1, 2, 5, 6, 7, 9),
}


def orbit(classes: tuple[int, ...]) -> frozenset[frozenset[int]]:
    return frozenset(
        frozenset((sign * c + by) % 12 for c in classes) for sign in (1, -1) for by in range(12)
    )


@checks(prime_form, against="brute force over all sets")
def test_prime_forms_name_the_orbits() -> None:
    subsets = [s for size in range(13) for s in combinations(range(12), size)]
    forms = {prime_form(PitchClasses(s)).classes: orbit(s) for s in subsets}
    assert len(forms) == len(set(forms.values())) == 224  # bracelets of 12 beads in two colours
    for form, sets_like_it in forms.items():
        assert frozenset(form) in sets_like_it
        assert not form or form[0] == 0


@pytest.mark.parametrize("classes", PRIME_FORMS)
@checks(prime_form, against="Rahn's table")
def test_prime_forms_of_the_tables(classes: tuple[int, ...]) -> None:
    assert prime_form(PitchClasses(classes)).classes == PRIME_FORMS[classes]


@given(sets)
@checks(normal_order, against="law: no rotation is more compact")
def test_normal_order_is_the_most_compact_rotation(s: PitchClasses) -> None:
    order = [int(c) for c in normal_order(s)]
    assert sorted(order) == list(s.classes)
    if order:
        spans = [
            (b - a) % 12 for a, b in zip(s.classes, (*s.classes[-1:], *s.classes), strict=False)
        ]
        assert (order[-1] - order[0]) % 12 == min(spans)


@given(sets)
@checks(interval_vector, against="brute force over all pairs")
def test_interval_vectors_count_pairs(s: PitchClasses) -> None:
    pairs = [min((a - b) % 12, (b - a) % 12) for a, b in combinations(s.classes, 2)]
    assert interval_vector(s) == tuple(pairs.count(i) for i in range(1, 7))


def test_interval_vector_of_the_diatonic_scale() -> None:
    assert interval_vector(scale_pitch_classes(S("C", "major"))) == (2, 5, 4, 3, 6, 1)


@given(sets, sets, semitones)
@checks(transpose_pitch_classes, common_tones, pitch_class_complement, against="Python's sets")
@checks(invert_pitch_classes, against="law: undoes itself")
def test_sets(s: PitchClasses, t: PitchClasses, n: int) -> None:
    moved = transpose_pitch_classes(s, n)
    assert set(moved.classes) == {(c + n) % 12 for c in s.classes}
    assert invert_pitch_classes(invert_pitch_classes(s, n), n) == s
    assert invert_pitch_classes(s, n) == transpose_pitch_classes(invert_pitch_classes(s), n)
    assert set(common_tones(s, t).classes) == set(s.classes) & set(t.classes)
    assert common_tones(s, pitch_class_complement(s)) == PitchClasses(())
    assert len(pitch_class_complement(s).classes) == 12 - len(s.classes)


@given(notes, semitones, chords, scales)
@checks(interval_between, transpose_note, against="law: a note moves by its interval")
@checks(transpose_chord, transpose_scale, against="law: their pitch classes move")
def test_transposition_moves_what_sounds(note: Note, n: int, chord: Chord, scale: S) -> None:
    assert interval_between(note, transpose_note(note, n)) == n
    assert note_from_midi(midi_number(note)) == note
    for moved, old in (
        (chord_pitch_classes(transpose_chord(chord, n)), chord_pitch_classes(chord)),
        (scale_pitch_classes(transpose_scale(scale, n)), scale_pitch_classes(scale)),
    ):
        assert moved == transpose_pitch_classes(old, n)


@pytest.mark.parametrize(
    ("name", "number"), [("C4", 60), ("A4", 69), ("C-1", 0), ("G9", 127), ("A0", 21), ("C8", 108)]
)
@checks(midi_number, note_from_midi, against="the MIDI standard")
def test_numbers_of_notes(name: str, number: int) -> None:
    assert midi_number(Note.from_text(name)) == number
    assert note_from_midi(number) == Note.from_text(name)


@checks(chord_pitch_classes, scale_pitch_classes, against="chords and scales of textbooks")
def test_chords_and_scales_of_textbooks() -> None:
    chords = {"C": (0, 4, 7), "Am": (0, 4, 9), "G7": (2, 5, 7, 11), "Bdim": (2, 5, 11)}
    for text, classes in chords.items():
        assert chord_pitch_classes(Chord.from_text(text)).classes == classes
    assert scale_pitch_classes(S("D", "major")).classes == (1, 2, 4, 6, 7, 9, 11)
    assert scale_pitch_classes(S("A", "harmonic minor")).classes == (0, 2, 4, 5, 8, 9, 11)


@given(notes, chords, scales)
@checks(is_note_in_scale, is_chord_in_scale, against="Python's sets")
def test_what_belongs_to_a_scale(note: Note, chord: Chord, scale: S) -> None:
    tones = set(scale_pitch_classes(scale).classes)
    assert is_note_in_scale(note, scale) == (midi_number(note) % 12 in tones)
    assert is_chord_in_scale(chord, scale) == (set(chord_pitch_classes(chord).classes) <= tones)


@pytest.mark.parametrize(("major", "tonic"), [*zip(MAJORS, MINORS, strict=True)])
@checks(relative_key, parallel_key, against="the circle of fifths")
def test_relative_keys(major: str, tonic: str) -> None:
    minor = S(tonic, "natural minor")
    assert relative_key(S(major, "major")) == minor
    assert relative_key(minor) == S(major, "major")
    assert minor.classes == S(major, "major").classes
    assert parallel_key(S(major, "major")) == S(major, "natural minor")
    assert parallel_key(parallel_key(minor)) == minor


@pytest.mark.parametrize(
    ("name", "hertz"),
    [
        ("C4", 261.6255653),
        ("A0", 27.5),
        ("C8", 4186.009045),
        ("E4", 329.6275569),
        ("Bb3", 233.0818808),
    ],
)
@checks(note_frequency, nearest_note, against="published frequencies of a piano")
def test_the_frequencies_of_a_piano(name: str, hertz: float) -> None:
    note = Note.from_text(name)
    assert float(note_frequency(note)) == pytest.approx(hertz, rel=1e-9)
    assert midi_number(nearest_note(Fraction(hertz))) == midi_number(note)


@given(notes)
def test_a_frequency_names_its_note(note: Note) -> None:
    assert nearest_note(note_frequency(note, 442), 442) == note
    octave = cents_between(note_frequency(note), note_frequency(transpose_note(note, 12)))
    assert octave == pytest.approx(1200, abs=1e-9)
    exact = note_frequency(Note("A", note.octave), Fraction(440, 3))
    assert exact * 3 * 2**5 == 440 * 2 ** (note.octave + 1)


@pytest.mark.parametrize(
    ("ratio", "cents"),
    [((2, 3), 701.9550009), ((4, 5), 386.3137139), ((3, 1), -1901.9550009), ((80, 81), 21.5062896)],
)
@checks(cents_between, against="published cents of just intervals")
def test_cents_of_just_intervals(ratio: tuple[int, int], cents: float) -> None:
    assert cents_between(*ratio) == pytest.approx(cents, abs=1e-7)
    assert cents_between(Fraction(1, 3), Fraction(4, 3)) == 2400


@pytest.mark.parametrize(
    ("refused", "category", "text"),
    [
        (lambda: transpose_note(Note("B", 9), 1), "limit", "from C-1 to B9"),
        (lambda: transpose_note(Note("C", 4), 10**400), "limit", "about 400 digits"),
        (lambda: note_from_midi(-1), "limit", "0 to 131"),
        (lambda: nearest_note(1), "limit", "0 to 131"),
        (lambda: nearest_note(0), "invalid", "needs frequency > 0"),
        (lambda: cents_between(-1, 3), "invalid", "needs low > 0"),
        (lambda: cents_between(1, 0), "invalid", "needs high > 0"),
        (lambda: note_frequency(Note("A", 4), 0), "invalid", "needs a4 > 0"),
        (lambda: relative_key(S("D", "dorian")), "invalid", "major or natural minor"),
        (lambda: parallel_key(S("D", "dorian")), "invalid", "major or natural minor"),
        (lambda: relative_key(S("E##", "major")), "limit", "three accidentals"),
    ],
)
def test_refusals(refused: Callable[[], Any], category: str, text: str) -> None:
    with pytest.raises(ToolError, match=text) as caught:
        refused()
    assert caught.value.category == category
