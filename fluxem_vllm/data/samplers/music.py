"""How people write notes, chords, scales and pitch classes, and the numbers beside them."""

import random

from fluxem_encoders.structures.music import SHARPS, Chord, Note, PitchClasses, Scale
from fluxem_vllm.data.samplers.sampler import Sampler, Samplers, integer, one_of

_PITCHES: tuple[str, ...] = (
    *"CCDDEEFFGGAABB",
    "C#",
    "D#",
    "F#",
    "F#",
    "G#",
    "Db",
    "Eb",
    "Eb",
    "Ab",
    "Bb",
    "Bb",
)
_TONICS = tuple(pitch for pitch in _PITCHES if pitch not in ("D#", "G#"))
_QUALITIES: tuple[str, ...] = (
    *("m", "m", "m", "7", "7", "7", "maj7", "maj7", "m7", "m7", "m7", "dim", "aug", "sus4"),
    *("sus2", "6", "m6", "9", "m9", "maj9", "add9", "dim7", "m7b5", "7b9", "7sus4", "13", "5"),
    *("min7", "M7", "Δ7", "ø7", "+", "mMaj7", "min", "69"),
)
_MODES: tuple[str, ...] = (
    *("harmonic minor", "harmonic minor", "melodic minor", "natural minor", "dorian", "dorian"),
    *("phrygian", "lydian", "mixolydian", "mixolydian", "aeolian", "locrian", "ionian"),
    *("phrygian dominant", "lydian dominant", "Dorian", "Lydian", "Mixolydian"),
)
_SCALES = ("major pentatonic", "minor pentatonic", "blues", "whole tone", "hungarian minor")


def _signed(rng: random.Random, pitch: str) -> str:
    """The pitch, now and then with the signs of printed music."""
    if rng.random() < 0.12:
        return pitch.replace("#", "♯").replace("b", "♭")
    return pitch


def _spoken(rng: random.Random, pitch: str) -> str:
    """The pitch, now and then in words: `E-flat`, `F sharp`."""
    if rng.random() < 0.3:
        return pitch.replace("#", " sharp").replace("b", rng.choice("- ") + "flat")
    return _signed(rng, pitch)


def note(rng: random.Random) -> str:
    """A note with its octave: A4, F#3, E♭5."""
    return _signed(rng, rng.choice(_PITCHES)) + rng.choice("122333444445556678")


def _two_notes(rng: random.Random) -> dict[str, str]:
    """Two notes up to two octaves apart, mostly the lower one first."""
    low = rng.randint(36, 76)
    numbers = [low, low + rng.randint(1, 24)]
    if rng.random() < 0.15:
        numbers.reverse()
    texts = [Note.from_midi(number).to_text() for number in numbers]
    return dict(zip(("low", "high"), texts, strict=True))


def chord(rng: random.Random) -> str:
    """A chord by its symbol, such as Am7 or G7/B, or by name, such as E-flat minor."""
    pitch = rng.choice(_PITCHES)
    if rng.random() < 0.12:
        quality = rng.choice(("major", "minor", "minor", "diminished", "augmented"))
        return f"{_spoken(rng, pitch)} {quality}"
    if rng.random() < 0.15 and pitch != "A":  # which may be an article
        return pitch
    bass = f"/{rng.choice('CDEFGAB')}" if rng.random() < 0.08 else ""
    return pitch + rng.choice(_QUALITIES[:27] if bass else _QUALITIES) + bass


def key(rng: random.Random) -> str:
    """A major or minor key."""
    return f"{_spoken(rng, rng.choice(_TONICS))} {rng.choice(('major', 'minor'))}"


def scale(rng: random.Random) -> str:
    """A major or minor key, a church mode or another scale."""
    way = rng.random()
    if way < 0.55:
        return key(rng)
    return f"{_signed(rng, rng.choice(_TONICS))} {rng.choice(_MODES if way < 0.9 else _SCALES)}"


def _joined(rng: random.Random, items: list[str]) -> str:
    """In braces or brackets, or as a list in words."""
    way = rng.random()
    if way < 0.65:
        left, right = rng.choice(("{}", "{}", "[]", "()"))
        return left + rng.choice((", ", ", ", ",")).join(items) + right
    if way < 0.85:
        return ", ".join(items[:-1]) + " and " + items[-1]
    return ", ".join(items)


def classes(rng: random.Random) -> str:
    """A set of three to seven pitch classes, by numbers or by names."""
    chosen = rng.sample(range(12), rng.choice((3, 3, 3, 4, 4, 5, 6, 7)))
    if rng.random() < 0.6:
        chosen.sort()
    names = rng.random() < 0.25
    return _joined(rng, [SHARPS[c] if names else str(c) for c in chosen])


def _two_sets(rng: random.Random) -> dict[str, str]:
    """Two sets, each in brackets of its own or in words."""
    return {"a": classes(rng), "b": classes(rng)}


def _hertz(low: int, high: int) -> Sampler:
    """A frequency, with up to two places, without its unit."""

    def sampler(rng: random.Random) -> str:
        frequency = low * (high / low) ** rng.random()
        return f"{frequency:.{rng.choice((0, 0, 1, 2))}f}"

    return sampler


def _two_frequencies(rng: random.Random) -> dict[str, str]:
    """Two frequencies: nearly the same, or an interval apart."""
    low = rng.choice((440, 220, 100, 261.63, 330, rng.randint(80, 900)))
    ratio = rng.choice((1.5, 1.25, 1.2, 4 / 3, 2, 1 + rng.randint(1, 40) / 1000))
    high = round(low * ratio, rng.choice((0, 1, 2)))
    return {"low": f"{low:g}", "high": f"{max(high, low + 1):g}"}


_STEPS: Sampler = one_of(*map(str, range(1, 12)), "2", "3", "5", "7", "two", "three", "five")

SAMPLERS: Samplers = {
    Note: note,
    Chord: chord,
    Scale: scale,
    PitchClasses: classes,
    ("transpose_note", "semitones"): _STEPS,
    ("transpose_chord", "semitones"): _STEPS,
    ("transpose_scale", "semitones"): _STEPS,
    ("transpose_pitch_classes", "semitones"): integer(1, 11),
    ("invert_pitch_classes", "index"): integer(0, 11),
    ("relative_key", "scale"): key,
    ("parallel_key", "scale"): key,
    ("note_from_midi", "number"): lambda rng: str(rng.randint(21, 108)),
    ("note_frequency", "a4"): one_of("432", "442", "443", "415", "430", "444", "441", "438", "466"),
    ("nearest_note", "frequency"): _hertz(50, 3000),
    ("nearest_note", "a4"): one_of("432", "442", "443", "415", "444", "441"),
    "common_tones": _two_sets,
    "interval_between": _two_notes,
    "cents_between": _two_frequencies,
}
