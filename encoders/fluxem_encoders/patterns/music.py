"""Chords, notes, scales and sets of pitch classes.

Found are chords beside the word chord (`the chord Am7`, `G7 chord`, `A minor chord`), in a
progression of three or more, one of which has a quality in letters (`Cmaj7 - Am7 - Dm7 - G7`), or
behind the word progression; `C major` and `F# minor` where no noun follows, as chords; scales by
their modes (`D dorian`), and major and minor ones beside scale, mode or key, or behind `in`; notes
with octaves behind note or pitch (`the note A4`); pitch classes behind these words.

Deliberately not found: letters and codes without these words (`A4`, `C7`, `Am`, `A, B, C`); `A
minor` and `A major`, which begin sentences; `C# major version`; `plan B minor`.
"""

import re
from collections.abc import Callable, Iterator

from fluxem_encoders.patterns.plain import plain_text
from fluxem_encoders.patterns.rule import SPACE, Reading, Rule
from fluxem_encoders.structures.music import (
    QUALITIES,
    QUALITY_ALIASES,
    Chord,
    Note,
    PitchClasses,
    Scale,
    pitch_class,
)

_ACCIDENTAL = r"(?:##?|bb?|\x01)"  # 0x01 may be ♯ or ♭
_PITCH = rf"(?-i:\b[A-G]{_ACCIDENTAL}?)"
_A = r"(?-i:\bA)"  # which may be an article
_SIGNED = r"(?-i:\b[A-G])[ -](?:sharp|flat)\b"
_SPOKEN = rf"(?:{_PITCH}|{_SIGNED})"
_NOT_A = rf"(?:(?-i:\b[B-G]{_ACCIDENTAL}?|\bA{_ACCIDENTAL})|{_SIGNED})"


def _qualities(*without: str) -> str:
    known = {plain_text(quality) for quality in (*QUALITIES, *QUALITY_ALIASES)} - {"", *without}
    return "(?-i:" + "|".join(map(re.escape, sorted(known, key=len, reverse=True))) + ")"


_BASS = rf"(?:/{_PITCH})?"
_MARKED_CHORD = (
    rf"(?:{_PITCH}{_qualities()}{_BASS}|(?-i:\b[B-G]{_ACCIDENTAL}?|\bA{_ACCIDENTAL}){_BASS})"
)
_STEP = rf"{_PITCH}{_qualities('-', '-6', '-7')}?{_BASS}"  # where a dash separates
_SEPARATOR = rf"(?:{SPACE}{{0,2}}[-|\x01]{SPACE}{{0,2}}|,{SPACE}{{1,2}})"
_AND = rf"(?:,?{SPACE}(?:and|or|to|then){SPACE})"
_SPLIT = re.compile(
    r"\s{0,2}[-|\x01](?!\d)\s{0,2}|,?\s(?:and|or|to|then)\s|,\s{1,2}", re.IGNORECASE
)
_SPLIT_WORDS = re.compile(r"\s{0,2}[-|\x01]\s{0,2}|,?\s{1,2}")
_IN_LETTERS = re.compile(r"[A-G](?:##?|bb?|\x01)?(?:m|M|dim|aug|sus|add)")

_TRIAD = r"(?:major|minor|diminished|augmented)"
_MODE = (
    rf"(?:ionian|dorian|phrygian(?:{SPACE}dominant)?|lydian(?:{SPACE}dominant)?|mixolydian|"
    rf"aeolian|locrian|(?:harmonic|melodic|natural){SPACE}minor|harmonic{SPACE}major|"
    rf"(?:major|minor){SPACE}pentatonic)"
)
_SCALE_ONLY = (
    rf"(?:major|minor|(?:major{SPACE}|minor{SPACE})?blues|pentatonic|whole[ -]tone|chromatic|"
    rf"diminished|augmented|altered|byzantine|double{SPACE}harmonic|hungarian{SPACE}minor|"
    rf"(?:whole-half|half-whole){SPACE}diminished)"
)
_SCALE_WORD = rf"{SPACE}(?:scales?|modes?|key|key{SPACE}signature)\b"
_CHORD_WORD = rf"{SPACE}(?:chords?|triads?|arpeggios?)\b"
_KEY = (
    rf"\b(?:in|(?:keys?|scales?){SPACE}(?:of|is)|scale|key){SPACE}"
    rf"(?:the{SPACE}key{SPACE}of{SPACE})?"
)
_WITHIN = rf"(?:(?-i:[a-z])[:,]?{SPACE}[\"'`]?)"
_NO_NOUN = (
    rf"(?:[^\w\s-]|{SPACE}{{0,2}}\n|{SPACE}{{1,2}}[^\w\s]"
    rf"|{SPACE}(?:and|or|to|is|are|was|has|have|in|on|with|by|up|down|then|from|into|for)\b)"
)
_CHORDS = rf"\bchords?{SPACE}(?:(?:is|are|of|named|called|symbols?){SPACE})?[\"'`(\x01]?"
_PROGRESSION = rf"\bprogressions?(?:{SPACE}(?:is|of))?:?{SPACE}[\"'`(\x01]?"
_END = r"[^\w#+/-]"

_NOTE = rf"{_PITCH}(?:-1|\d)"
_NOTE_WORDS = (
    rf"\b(?:(?-i:notes?|pitch|pitches|Notes|Pitch)|frequency{SPACE}of|MIDI{SPACE}number{SPACE}"
    rf"(?:of|for))(?:{SPACE}(?:is|are|of|called|the{SPACE}note))?{SPACE}[\"'`(\x01]?"
)
_CLASS = rf"(?:\d{{1,2}}|{_PITCH})"
_CLASSES = rf"{_CLASS}(?:,{SPACE}?{_CLASS}){{1,11}}(?:{_AND}{_CLASS})?|{_CLASS}{_AND}{_CLASS}"
_CLASS_WORDS = rf"\bpitch[ -]class(?:es)?(?:[ -]sets?)?(?:{SPACE}(?:is|are|of))?:?{SPACE}"
_LABELS = (
    r"\b(?:plan|series|vitamin|hepatitis|class|type|grade|category|group|section|part|option|"
    r"team|phase|appendix|schedule|level|tier|language)"
)

_TRIADS = {"major": "", "minor": "m", "diminished": "dim", "augmented": "aug"}


def _spelled(text: str) -> str:
    """`F sharp minor` and `E-flat major` with signs."""
    text = re.sub("[ -]sharp", "#", text, flags=re.IGNORECASE)
    return re.sub("[ -]flat", "b", text, flags=re.IGNORECASE)


def _named_chord(text: str) -> Reading:
    root, quality = _spelled(text).split()
    return Chord.from_text(root + _TRIADS.get(quality.lower(), quality))


def _scale(text: str) -> Reading:
    return Scale.from_text(_spelled(text))


def _chord(text: str) -> Reading:
    return Chord.from_text(text)


def _pitch_classes(text: str) -> Reading:
    items = re.findall(r"\d+|\b[A-G](?:##?|bb?|[♯♭])?", text)
    return PitchClasses(tuple(map(_pitch_class, items)))


def _pitch_class(item: str) -> int:
    if item.isdigit():
        return int(item)
    return pitch_class(item.replace("♯", "#").replace("♭", "b"))


def _each(text: str) -> Iterator[tuple[int, int]]:
    """The extents of what stands between separators."""
    return _between(_SPLIT, text)


def _each_word(text: str) -> Iterator[tuple[int, int]]:
    """The extents of what stands between separators or blanks."""
    return _between(_SPLIT_WORDS, text)


def _between(separator: re.Pattern[str], text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in separator.finditer(text):
        if start < match.start():
            yield start, match.start()
        start = match.end()
    if start < len(text):  # not so when a sign outside ASCII ends it, which looks like a separator
        yield start, len(text)


def _steps(text: str) -> Iterator[tuple[int, int]]:
    """The chords of a progression; none when they may be other letters."""
    if _IN_LETTERS.search(text):
        yield from _each(text)


def _rule(
    pattern: str,
    read: Callable[[str], Reading],
    before: str = "",
    after: str = "",
    split: Callable[[str], Iterator[tuple[int, int]]] | None = None,
) -> Rule:
    return Rule(pattern, read, before, after, split, "music", True)


_NAMED = rf"{_SPOKEN}{SPACE}{_TRIAD}\b"
_NAMED_SCALE = rf"[ -](?:{_MODE}|{_SCALE_ONLY})\b"
_MODAL = rf"[ -]{_MODE}\b"
_LIST = rf"{_STEP}(?:(?:{_SEPARATOR}|{_AND}){_STEP})*"

RULES = (
    # no music
    _rule(rf"{_LABELS}{SPACE}{_PITCH}{SPACE}{_TRIAD}\b", lambda text: None),
    _rule(rf"\b(?:please|kindly|also|should|must|to){SPACE}note{SPACE}{_NOTE}", lambda text: None),
    # by names
    _rule(_NAMED, _named_chord, before=_CHORDS),
    _rule(_NAMED, _named_chord, after=_CHORD_WORD),
    _rule(rf"{_NOT_A}{_NAMED_SCALE}", _scale, after=_SCALE_WORD),
    _rule(rf"{_A}{_NAMED_SCALE}", _scale, before=_WITHIN, after=_SCALE_WORD),
    _rule(rf"{_NOT_A}{_MODAL}", _scale, after=_NO_NOUN),
    _rule(rf"{_A}{_MODAL}", _scale, before=_WITHIN, after=_NO_NOUN),
    _rule(rf"{_SPOKEN} (?:major|minor)\b", _scale, before=_KEY, after=_NO_NOUN),
    _rule(rf"{_NOT_A}{SPACE}{_TRIAD}\b", _named_chord, after=_NO_NOUN),
    # by symbols; an A before a word may be an article
    _rule(_LIST, _chord, before=_CHORDS, after=rf"[^\w\s#+/-]|{SPACE}{{0,2}}\n", split=_each),
    _rule(
        rf"(?:{_STEP}(?:{_SEPARATOR}|{_AND}))*{_MARKED_CHORD}",
        _chord,
        before=_CHORDS,
        after=_END,
        split=_each,
    ),
    _rule(_MARKED_CHORD, _chord, after=_CHORD_WORD),
    _rule(
        rf"{_STEP}(?:(?:{_SEPARATOR}|{SPACE}){_STEP})+",
        _chord,
        before=_PROGRESSION,
        after=_END,
        split=_each_word,
    ),
    _rule(
        rf"{_STEP}(?:{_SEPARATOR}{_STEP}){{2,}}",
        _chord,
        before=r"[^\w#/-]",
        after=_END,
        split=_steps,
    ),
    # notes
    _rule(
        rf"{_NOTE}(?:(?:,{SPACE}|{_AND}){_NOTE})*",
        Note.from_text,
        before=_NOTE_WORDS,
        after=r"[^\w.#-]|\.\D",
        split=_each,
    ),
    _rule(rf"{_NOT_A}\d", Note.from_text, after=rf"{SPACE}(?:note|pitch){_NO_NOUN}"),
    _rule(
        rf"[\[{{(]{SPACE}?(?:{_CLASSES}){SPACE}?[\]}})]|{_CLASSES}",
        _pitch_classes,
        before=_CLASS_WORDS,
        after=r"[^\w#]",
    ),
)
