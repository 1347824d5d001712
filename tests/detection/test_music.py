import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from fluxem_encoders.detect import detect
from fluxem_encoders.patterns import FURTHER
from fluxem_encoders.structures.music import Chord, Note, PitchClasses, Scale

CHORD = Chord.from_text


def found(text):
    return [(span.text, span.value) for span in detect(text, domains=["music"])]


def chords(*texts):
    return [(text, CHORD(text)) for text in texts]


def notes(*texts):
    return [(text, Note.from_text(text)) for text in texts]


FOUND = [
    ("the chord Am7", chords("Am7")),
    ("G7 chord", chords("G7")),
    ("F♯m chord", chords("F♯m")),
    ("the chord C°?", chords("C°")),
    ("the chord G7/B", chords("G7/B")),
    ("chords G, C and D.", chords("G", "C", "D")),
    ("the chord C, A nice one", chords("C")),
    ("Cmaj7 - Am7 - Dm7 - G7", chords("Cmaj7", "Am7", "Dm7", "G7")),
    ("C-G-Am-F", chords("C", "G", "Am", "F")),
    ("C – G – Am – F", chords("C", "G", "Am", "F")),
    ("| Am | F | C | G |", chords("Am", "F", "C", "G")),
    ("a progression Am F C G", chords("Am", "F", "C", "G")),
    ("progression: C - G - D - F", chords("C", "G", "D", "F")),
    ("the chord B♭", chords("B♭")),
    ("the chord F♯m fits", chords("F♯m")),
    ("the chord E♭min7 in it", chords("E♭min7")),
    ("the chord B♭♭ in it", chords("B♭♭")),
    ("the chord C°7 up", chords("C°7")),
    ("chord D♯Δ7", chords("D♯Δ7")),
    ("the chord “Am7” is", chords("Am7")),
    ("my chart says Am7, with a capo", chords("Am7")),
    ("play Em7.", chords("Em7")),
    ("chords B♭ – F–G♯m", chords("B♭", "F", "G♯m")),
    ("a progression B♭ F C", chords("B♭", "F", "C")),
    ("do Cmaj7 and Am7 share notes", chords("Cmaj7", "Am7")),
    ("Dm7, G7 and Cmaj7.", chords("Dm7", "G7", "Cmaj7")),
    ("is Gsus4 nice", chords("Gsus4")),
    ("Use Cmaj7 and A nice one", chords("Cmaj7")),
    ("C major", [("C major", CHORD("C"))]),
    ("F# minor", [("F# minor", CHORD("F#m"))]),
    ("E-flat major, loud", [("E-flat major", CHORD("Eb"))]),
    ("A minor chord", [("A minor", CHORD("Am"))]),
    ("the chord B diminished", [("B diminished", CHORD("Bdim"))]),
    ("the A minor scale", [("A minor", Scale("A", "natural minor"))]),
    ("the Bb major scale", [("Bb major", Scale("Bb", "major"))]),
    ("a B♭ major scale", [("B♭ major", Scale("Bb", "major"))]),
    ("D dorian", [("D dorian", Scale("D", "dorian"))]),
    ("F sharp harmonic minor.", [("F sharp harmonic minor", Scale("F#", "harmonic minor"))]),
    ("E blues scale", [("E blues", Scale("E", "blues"))]),
    ("the key of C major?", [("C major", Scale("C", "major"))]),
    ("a sonata in A minor", [("A minor", Scale("A", "natural minor"))]),
    ("the B♭ minor scale", [("B♭ minor", Scale("Bb", "natural minor"))]),
    ("A minor scale notes", [("A minor", Scale("A", "natural minor"))]),
    ("a solo in E blues", [("E blues", Scale("E", "blues"))]),
    ("key of E minor blues", [("E minor blues", Scale("E", "blues"))]),
    ("in E pentatonic style", [("E pentatonic", Scale("E", "major pentatonic"))]),
    ("key of D major use a capo", [("D major", Scale("D", "major"))]),
    ("in G dorian draws", [("G dorian", Scale("G", "dorian"))]),
    ("in A major without it", [("A major", Scale("A", "major"))]),
    ("relative minor of C major", [("C major", Scale("C", "major"))]),
    ("parallel minor of C major", [("C major", Scale("C", "major"))]),
    ("relative major of A minor", [("A minor", Scale("A", "natural minor"))]),
    ("the interval from C4 to G4", notes("C4", "G4")),
    ("how many semitones lie between C4 and G4", notes("C4", "G4")),
    ("transpose C4 up a perfect fifth", notes("C4")),
    ("an octave above B♭3.", notes("B♭3")),
    ("is A4 an octave below A5?", notes("A4", "A5")),
    ("MIDI note number of C4", notes("C4")),
    ("Note C4 has a MIDI number", notes("C4")),
    ("middle C", [("middle C", Note("C", 4))]),
    ("half steps from middle C to A4", [("middle C", Note("C", 4)), *notes("A4")]),
    ("Hz of Bb3", notes("Bb3")),
    ("A3 in Hz", notes("A3")),
    ("C#5 frequency", notes("C#5")),
    ("what frequency does Eb4 have", notes("Eb4")),
    ("E2, what frequency is it", notes("E2")),
    ("midi of F#3", notes("F#3")),
    ("MIDI number: G4", notes("G4")),
    ("Bb2 midi number", notes("Bb2")),
    ("take E4, go up a half-step", notes("E4")),
    ("semitones apart are D4 and A4", notes("D4", "A4")),
    ("the interval C4 to Eb4", notes("C4", "Eb4")),
    ("C4 from F#5 in semitones", notes("C4", "F#5")),
    ("is F#4 in G major", [*notes("F#4"), ("G major", Scale("G", "major"))]),
    ("is Dm7 in C major", [*chords("Dm7"), ("C major", Scale("C", "major"))]),
    ("Does G7 fit in C major?", [*chords("G7"), ("C major", Scale("C", "major"))]),
    ("notes in Am7", chords("Am7")),
    ("notes of Bb7", chords("Bb7")),
    ("chord tones of E7#9", chords("E7#9")),
    ("transpose Am7 up", chords("Am7")),
    ("Gm7 transposed", chords("Gm7")),
    ("Dm up a semitone", chords("Dm")),
    ("shift C/E up an octave", chords("C/E")),
    ("what does Em become", chords("Em")),
    ("notes of C major", [("C major", Scale("C", "major"))]),
    ("F lydian notes", [("F lydian", Scale("F", "lydian"))]),
    ("relative minor of G", [("G", Scale("G", "major"))]),
    ("relative major of F#?", [("F#", Scale("F#", "natural minor"))]),
    ("relative key: Bb major", [("Bb major", Scale("Bb", "major"))]),
    ("D major relative minor", [("D major", Scale("D", "major"))]),
    ("G minor's relative major", [("G minor", Scale("G", "natural minor"))]),
    ("same notes as C minor", [("C minor", Scale("C", "natural minor"))]),
    ("does A minor contain it", [("A minor", Scale("A", "natural minor"))]),
    ("the note F sharp 4", [("F sharp 4", Note("F#", 4))]),
    ("the note A4", notes("A4")),
    ("pitch C#5", notes("C#5")),
    ("the note C-1.", notes("C-1")),
    ("notes C4, E4 and G4", notes("C4", "E4", "G4")),
    ("the frequency of A4", notes("A4")),
    ("the C4 note", notes("C4")),
    ("my warm-up begins on F#3.", notes("F#3")),
    ("the tuba holds D♭2 there", notes("D♭2")),
    ("does C# harmonic minor ever", [("C# harmonic minor", Scale("C#", "harmonic minor"))]),
    ("over D mixolydian without it", [("D mixolydian", Scale("D", "mixolydian"))]),
    ("pitch-class set {0, 4, 7}", [("{0, 4, 7}", PitchClasses((0, 4, 7)))]),
    ("pitch class set (0,1,4)", [("(0,1,4)", PitchClasses((0, 1, 4)))]),
    ("pitch classes 0, 4 and 7", [("0, 4 and 7", PitchClasses((0, 4, 7)))]),
    ("pitch classes C, E, G", [("C, E, G", PitchClasses((0, 4, 7)))]),
    ("pc set {0, 4, 7}", [("{0, 4, 7}", PitchClasses((0, 4, 7)))]),
    ("pitch class set 047", [("047", PitchClasses((0, 4, 7)))]),
    ("pitch-class set [02te].", [("[02te]", PitchClasses((0, 2, 10, 11)))]),
    ("pitch classes 0, 4 and t", [("0, 4 and t", PitchClasses((0, 4, 10)))]),
]


@pytest.mark.parametrize(("text", "spans"), FOUND)
def test_music(text, spans):
    assert found(text) == spans
    assert {span.domain for span in detect(text, domains=["music"])} == {"music"}


def test_what_are_no_pitch_classes_are_numbers():
    assert found("pitch classes 0, 40") == [("0", 0), ("40", 40)]
    assert found("pitch class set 100") == [("100", 100)]


@pytest.mark.parametrize(
    "text", ["3 C major chords", "play two C major chords", "7 and C4 up an octave"]
)
def test_numbers_before_music_are_found(text):
    assert [span.domain for span in detect(text, domains=FURTHER)] == ["arithmetic", "music"]


@pytest.mark.parametrize(
    "text",
    [
        "the chord B♭",
        "the B♭ minor scale",
        "the C♯ chord",
        "Is F♯ minor",
        "in F♯ minor",
        "a C♯ major scale",
    ],
)
def test_no_formula_hides_signs(text):
    assert [span.domain for span in detect(text, domains=FURTHER)] == ["music"]


PROSE = [
    "A4 paper", "C#4 is out", "F#4.7 is out", "Am9x", "Am7.5",
    "A minor issue", "A major reason", "C# minor version bump", "Plan B minor",
    "vitamin C major", "Hepatitis C major", "Am I", "C7, D7, E7", "A, B, C", "A - B - C", "C-3PO",
    "note that A4 is", "Please note A4 is", "B minor league", "the chord AB", "Series C major",
    "Em, en", "Dim lights", "C major cities", "E.B. White", "grade C minor.", "Bb, C",
    "A Dorian column", "D, E, F#", "A chord is a line", "the chord of a circle", "Am", "C#",
    "the chord C– x", "the chord “B” is", "a knight from C4 to G4", "cells between C4 and G4",
    "Note A4 is the size", "the middle C in ABC", "Middle C++ users", "the note E flat three times",
    "the notes in C7", "B2 frequency band", "B2 in A major city", "fits in A major way",
    "relative to A major problem", "move to B4 up the page", "Am I there", "is Em there",
    "the relative minor of Goethe", "Does A major win",
    "in C major cities", "in E block", "The Key Is A Minor Detail",
    "Dmin7.py", "x.Cmaj7", "Cmaj7(", "A4 and A5 paper",
]  # fmt: skip


@pytest.mark.parametrize("text", PROSE)
def test_no_music(text):
    for written in (text, f"I read {text} and 7 more"):
        assert all(span.domain != "music" for span in detect(written, domains=["music"]))


@pytest.mark.parametrize(
    "text",
    ["A chromatic scale has notes", "A major scale consists of tones", "A blues scale pattern"],
)
def test_an_article_is_no_tonic(text):
    assert found(text) == []


UNITS = [
    "C-", "C7-", "Am|", "C, ", "chord C, ", "C major ", "A4 ", "notes C4, ", "progression C ", "C/",
    "pitch class 1, ", "A minor ", "C7-C-",
    "C4 in a ", "Am in ", "Hz of ", "notes of ", "C major its ", "C/E up ", "middle C to ",
    "C7, ", "Cmaj7, ", "C4 up ", "semitones up ", "B♭ ", "in C ", "pc set 0", "octave ",
]  # fmt: skip


@pytest.mark.parametrize("unit", UNITS)
def test_time_is_linear(unit):
    text = (unit * 100_000)[:100_000]
    detect("C", domains=["music"])
    start = time.process_time()
    detect(text, domains=["music"])
    assert time.process_time() - start < 3


PIECES = ["C", "A", "#", "♭", "m", "maj7", " - ", ", ", " and ", " major", "chord ", "notes ", "4"]


@example("AM\x80A\x80A\x80")  # a sign outside ASCII may be a separator, or not
@given(st.one_of(st.text(max_size=60), st.lists(st.sampled_from(PIECES), max_size=24).map("".join)))
@settings(max_examples=500, deadline=None)
def test_any_text(text):
    for span in detect(text, domains=["music"]):
        assert span.text == text[span.start : span.end]
