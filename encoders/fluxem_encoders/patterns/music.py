"""Chords, notes, scales and sets of pitch classes.

Found are chords beside the word chord (`the chord Am7`, `G7 chord`, `A minor chord`), in a
progression of three or more, one of which has a quality in letters (`Cmaj7 - Am7 - Dm7 - G7`), or
behind the word progression, and beside symbols that are nothing else (`Cmaj7 and Am7`); `C major`
and `F# minor` where no noun follows, as chords; scales by their modes (`D dorian`), and major and
minor ones beside scale, mode or key, or behind `in` or `relative minor of`; notes with octaves
and signs (`F#3`), without signs behind note or pitch (`the note A4`) and beside intervals (`C4 up 5
semitones`, `the interval from
C4 to G4`), and `middle C`; pitch classes behind these words.

Deliberately not found: letters and codes without these words (`A4`, `C7`, `Am`, `A, B, C`, `from
C4 to G4`); `A minor` and `A major`, which begin sentences; `C# major version`; `plan B minor`.
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

_ACCIDENTAL = r"(?:##?|bb?|\x01{1,2})"  # 0x01 may be ♯ or ♭, and a dash, bullet or quote
_PITCH = rf"(?-i:\b[A-G]{_ACCIDENTAL}?)"
_A = r"(?-i:\bA)"  # which may be an article
_SIGNED = r"(?-i:\b[A-G])[ -](?:sharp|flat)\b"
_SPOKEN = rf"(?:{_PITCH}|{_SIGNED})"
_NOT_A = rf"(?:(?-i:\b[B-G]{_ACCIDENTAL}?|\bA{_ACCIDENTAL})|{_SIGNED})"


def _qualities(*without: str) -> str:
    known = {plain_text(quality) for quality in (*QUALITIES, *QUALITY_ALIASES)} - {"", *without}
    return "(?-i:" + "|".join(map(re.escape, sorted(known, key=len, reverse=True))) + ")"


_BASS = rf"(?:/{_PITCH})?"
_SPELLED_OUT = sorted(
    (q for q in (*QUALITIES, *QUALITY_ALIASES) if q.isascii() and q[:1].isalpha() and q != "o"),
    key=len,
    reverse=True,
)
_MARKED_CHORD = (
    rf"(?:{_PITCH}{_qualities()}{_BASS}|(?-i:\b[B-G]{_ACCIDENTAL}?|\bA{_ACCIDENTAL}){_BASS})"
)
_STEP = rf"{_PITCH}{_qualities('-', '-6', '-7')}?{_BASS}"  # where a dash separates
_QUALIFIED = rf"{_PITCH}{_qualities('-', '-6', '-7')}{_BASS}"
_CERTAIN = (
    rf"(?-i:\b[A-G]{_ACCIDENTAL}?(?:m?(?:maj|Maj)(?:6|7|9|13)|min(?:6|7|9|11|7b5)|m(?:7|9|11|7b5)"
    rf"|7?sus[24]|(?:dim|aug)7|m?add9|maj7#(?:5|11))){_BASS}"
)
_LETTERED = rf"{_PITCH}(?-i:{'|'.join(map(re.escape, _SPELLED_OUT))}){_BASS}"
_SEVENTH = rf"{_PITCH}(?-i:7|9|7[b#]9){_BASS}"
_SLASHED = rf"{_PITCH}/{_PITCH}"
_SEPARATOR = rf"(?:{SPACE}{{0,2}}[-|\x01]{SPACE}{{0,2}}|,{SPACE}{{1,2}})"
_AND = rf"(?:,?{SPACE}(?:and|or|to|then){SPACE})"
_NEXT = rf"(?:{_SEPARATOR}|{_AND})"
_BAR = r"\s{0,2}[-|]\s{0,2}|\s{1,2}\x01\s{1,2}|\x01(?=[A-G])"  # a sign before a letter is a dash
_SPLIT = re.compile(rf"{_BAR}|,?\s(?:(?i:and|or|to|then))\s|,\s{{1,2}}")
_SPLIT_WORDS = re.compile(rf"{_BAR}|,?\s{{1,2}}")
_IN_LETTERS = re.compile(rf"[A-G]{_ACCIDENTAL}?(?:m|M|dim|aug|sus|add)")

_TRIAD = r"(?:major|minor|diminished|augmented)"
_MODE = (
    rf"(?:ionian|dorian|phrygian(?:{SPACE}dominant)?|lydian(?:{SPACE}dominant)?|mixolydian|"
    rf"aeolian|locrian|(?:harmonic|melodic|natural){SPACE}minor|harmonic{SPACE}major|"
    rf"(?:major|minor){SPACE}pentatonic)"
)
_SCALE_ONLY = (
    rf"(?:(?:major{SPACE}|minor{SPACE})?blues|major|minor|pentatonic|whole[ -]tone|chromatic|"
    rf"diminished|augmented|altered|byzantine|double{SPACE}harmonic|hungarian{SPACE}minor|"
    rf"(?:whole-half|half-whole){SPACE}diminished)"
)
_SCALE_WORD = rf"{SPACE}(?:scales?|modes?|key|key{SPACE}signature)\b"
_CHORD_WORD = rf"{SPACE}(?:chords?|triads?|arpeggios?)\b"
_IN = rf"\Win{SPACE}"  # wider than the context of formulas, see `_AWAY`
_KEY_OF = (
    rf"\b(?:(?:keys?|scales?){SPACE}(?:of|is)|(?:relative|parallel)(?:{SPACE}(?:major|minor))?"
    rf"(?:{SPACE}(?:key|scale))?(?:{SPACE}(?:of|to|for)|:)|same{SPACE}notes{SPACE}as"
    rf"|(?:notes|tones|degrees){SPACE}(?:of|does)|belongs?{SPACE}to|fits?(?:{SPACE}in(?:to)?)?"
    rf"|diatonic{SPACE}(?:in|to)){SPACE}(?:the{SPACE})?"
)
_RELATIVE = (
    rf"(?:(?:'s)?,?{SPACE}(?:(?:what|whats|what's|which|is|its|the|find|give|me|s){SPACE}){{0,4}}"
    rf"(?:relative|parallel){SPACE}(?:major|minor|key)\b)"
)
_OF_TONIC = (
    rf"\b(?:relative|parallel){SPACE}{{}}(?:{SPACE}(?:key|scale))?{SPACE}(?:of|to|for){SPACE}"
)
_KEY = rf"(?:{_IN}|{_KEY_OF}|\b(?:scale|key){SPACE})"
_WITHIN = rf"(?:(?-i:[a-z])[:,]?{SPACE}[\"'`]?)"
_NO_NOUN = (
    rf"(?:[^\w\s-]|{SPACE}{{0,2}}\n|{SPACE}{{1,2}}[^\w\s]"
    rf"|{SPACE}(?:and|or|to|is|are|was|has|have|in|on|with|by|up|down|then|from|into|for)\b)"
)
_NO_NOUN_IN_KEY = (
    rf"(?:{_NO_NOUN}|{SPACE}(?:a|an|the|this|that|these|which|at|as|of|but|so|if|than|without|within"
    r"|while|when|where|through|until|before|after|over|under|using|uses?|can|could|will|would"
    r"|should|may|might|must|do|does|did|were|contains?|sounds?|starts?|begins?|ends?|please|only"
    r"|also|too|not|instead|what|whats|which|we|you|i|they|it|he|she|my|your|our|transposed)\b)"
)
# `B♭` looks like a formula with a low digit: to come first, a match begins before the context that
# formulas ask for. No number may stand in it, such as `ten` and `two`.
_AWAY = rf"(?:(?:\s[a-z]{{2}}|[a-z]{{2}}[a-df-mp-wyz]|the|[a-z][,;:]|[a-z]){SPACE})"
_CHORDS = rf"\bchords?{SPACE}(?:(?:is|are|of|named|called|symbols?){SPACE})?[\"'`(\x01]?"
_NOTES_OF = (
    rf"\b(?:(?:which|what){SPACE}notes{SPACE}are{SPACE}in|chord{SPACE}tones{SPACE}(?:of|in)"
    rf"|notes{SPACE}(?:of|make{SPACE}up)){SPACE}(?:an?{SPACE}|the{SPACE})?"
)
_NOTES_IN = rf"(?:\bnotes{SPACE}in{SPACE}(?:an?{SPACE}|the{SPACE})?|\btranspos(?:e|ed|ing){SPACE})"
_BECOMES = rf"(?:{SPACE}(?:transposed|becomes?)\b)"
_PROGRESSION = rf"\bprogressions?(?:{SPACE}(?:is|of))?:?{SPACE}[\"'`(\x01]?"
_MORE = r"#+/\x01\xb0\xf8-"  # what a chord may go on with
_END = rf"(?:[^\w{_MORE}]|\x01[^\w{_MORE}])"

_END_ALONE = rf"(?:[^\w.(={_MORE}]|[.\x01][^\w{_MORE}])"  # no end of a name in code

_MIDDLE_C = rf"\bmiddle{SPACE}(?-i:C)"
_SUNG = rf"{_SIGNED}{SPACE}(?:-1|\d)"
_WRITTEN = rf"{_PITCH}(?:-1|\d)"
_NOTE = rf"(?:{_WRITTEN}|{_SUNG})"
_ALTERED = r"(?-i:\b(?:[ADFG]#|[ABDEG]b))[1-6]"  # C# is a language, 7 and 9 are chords
_NEXT_NOTE = rf"(?:,{SPACE}|,?{SPACE}(?:and|or|then|from|(?:up{SPACE}|down{SPACE})?to){SPACE})"
_NOTES = rf"{_NOTE}(?:{_NEXT_NOTE}{_NOTE})*"
_WITH_MIDDLE = rf"(?:{_MIDDLE_C}|{_NOTE})(?:{_NEXT_NOTE}(?:{_MIDDLE_C}|{_NOTE}))*"
_EACH_NOTE = re.compile(f"{_MIDDLE_C}|{_NOTE}", re.IGNORECASE)
_NOTE_WORDS = (
    rf"\b(?:(?-i:notes?|pitch|pitches|Notes|Pitch)|freq(?:uency|\.)?{SPACE}(?:of|for|is|does)"
    rf"|(?:Hz|hertz){SPACE}(?:of|for|is|does)|MIDI(?:{SPACE}(?:note|key|pitch|number|value)){{0,3}}"
    rf"(?:{SPACE}(?:of|for|is|does)|:))"
    rf"(?:{SPACE}(?:is|are|of|called|the{SPACE}note))?{SPACE}[\"'`(\x01]?"
)
_STEPS = (
    rf"(?:semi-?tones?|(?:half|whole)[ -](?:steps?|tones?)|octaves?|tritones?"
    rf"|(?:perfect|major|minor|augmented|diminished){SPACE}"
    r"(?:second|third|fourth|fifth|sixth|seventh)s?)\b"
)
_FROM = (
    rf"\b(?:interval:?{SPACE}|{_STEPS}{SPACE}(?:apart|away){SPACE}(?:are|is){SPACE}"
    rf"|(?:interval|{_STEPS})(?:{SPACE}(?:is|are|it|there|lies?|do|you|we|get|go|going|up|down"
    rf"|higher|lower|the|notes?|distance|exactly)){{0,4}}{SPACE}"
    rf"(?:from|between|above|below|over|under|than){SPACE})"
)
_MOVED = (
    rf",?{SPACE}(?:(?:is|are|was|a|an|the|one|two|three|up|down|by|plus|minus|goes|go|moved?|raised?|"
    rf"lowered|shifted|transposed|in|of|[+-]?{SPACE}?\d{{1,2}}|[+-]){SPACE}){{1,5}}{_STEPS}"
)
_AFTER_NOTE = r"(?:[^\w.#-]|\.\D)"
_AFTER_MIDDLE_C = (
    rf"(?:[^\w\s+#/-]|{SPACE}{{0,2}}\n|{SPACE}(?:and|or|to|is|has|on|with|up|down|from|into|then|by|"
    r"key|note)\b)"
)
_IN_MIDI = (
    rf"(?:(?:{SPACE}(?:has|is|as|to|in|=){SPACE}(?:(?:the|a){SPACE})?|{SPACE})MIDI\b"
    rf"|{SPACE}(?:in|to){SPACE}(?:Hz|hertz|semi-?tones|half[ -]steps)\b"
    rf"|{SPACE}(?:Hz|hertz)(?:[^\w]|\n)|{SPACE}(?:has|is){SPACE}how{SPACE}many{SPACE}(?:Hz|hertz)\b"
    rf"|{SPACE}frequency(?:[^\w\s]|{SPACE}{{0,2}}\n|{SPACE}(?:in|at|is|with)\b)"
    rf"|,{SPACE}(?:what|which)(?:{SPACE}(?:is|its|the)){{0,2}}{SPACE}frequency\b)"
)
_IN_SCALE = (
    rf"{SPACE}(?:(?:in|to|of|belongs?|part|fits?|diatonic|a|note|chord|the|key|scale){SPACE}){{1,5}}"
    rf"{_SPOKEN}[ -](?:major|minor|{_MODE})\b{_NO_NOUN_IN_KEY}"
)
_CLASS = rf"(?:\d{{1,2}}|(?-i:[te]\b)|{_PITCH})"
_CLASSES = rf"{_CLASS}(?:,{SPACE}?{_CLASS}){{1,11}}(?:{_AND}{_CLASS})?|{_CLASS}{_AND}{_CLASS}"
_SET_WORDS = rf"\b(?:pitch[ -]class|(?-i:pc))[ -]?sets?(?:{SPACE}(?:is|are|of))?:?{SPACE}"
_CLASS_WORDS = rf"(?:{_SET_WORDS}|\bpitch[ -]class(?:es)?(?:{SPACE}(?:is|are|of))?:?{SPACE})"
_JOINED = r"\d[\dte]{2,11}"
_LABELS = (
    r"\b(?:plan|series|vitamin|hepatitis|class|type|grade|category|group|section|part|option|"
    r"team|phase|appendix|schedule|level|tier|language)"
)

_LETTER_CLASSES = {"t": 10, "e": 11}
_TRIADS = {"major": "", "minor": "m", "diminished": "dim", "augmented": "aug"}


def _spelled(text: str) -> str:
    """`F sharp minor` and `E-flat major` with signs."""
    text = re.sub("[ -]sharp", "#", text, flags=re.IGNORECASE)
    return re.sub("[ -]flat", "b", text, flags=re.IGNORECASE)


def _named_chord(text: str) -> Reading:
    root, quality = _spelled(text).split()
    return Chord.from_text(root + _TRIADS.get(quality.lower(), quality))


def _tonic(mode: str) -> Callable[[str], Reading]:
    return lambda text: Scale.from_text(f"{_spelled(text)} {mode}")


def _scale(text: str) -> Reading:
    return Scale.from_text(_spelled(text))


def _chord(text: str) -> Reading:
    return Chord.from_text(text)


def _note(text: str) -> Reading:
    if text[0] in "mM":  # `middle C`
        return Note("C", 4)
    return Note.from_text(re.sub(r"\s", "", _spelled(text)))


def _pitch_classes(text: str) -> Reading:
    items = re.findall(r"\d+|\b[te]\b|\b[A-G](?:##?|bb?|[♯♭])?", text)
    return PitchClasses(tuple(map(_pitch_class, items)))


def _joined_classes(text: str) -> Reading:
    """`047` and `02469e`.

    Raises:
        ValueError: when a class stands twice.
    """
    items = text.strip("()[]{} ").lower()
    if len(set(items)) < len(items):
        raise ValueError(f"{text} is a number")
    return PitchClasses(tuple(map(_pitch_class, items)))


def _pitch_class(item: str) -> int:
    if item.isdigit():
        return int(item)
    if item in _LETTER_CLASSES:
        return _LETTER_CLASSES[item]
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
    if start < len(text):
        yield start, len(text)


def _each_note(text: str) -> Iterator[tuple[int, int]]:
    return (match.span() for match in _EACH_NOTE.finditer(text))


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


_SCALED = rf"{_SPOKEN}{SPACE}(?:major|minor)\b"
_NAMED = rf"{_SPOKEN}{SPACE}{_TRIAD}\b"
_NAMED_SCALE = rf"[ -](?:{_MODE}|{_SCALE_ONLY})\b"
_MODAL = rf"[ -]{_MODE}\b"
_IMPROVISED = rf"[ -](?:{_MODE}|(?:(?:major|minor){SPACE})?blues|pentatonic)\b"
_LIST = rf"{_STEP}(?:{_NEXT}{_STEP})*"

FIRST = (_rule(r"(?-i:\bAm(?:7|9|11))", _chord, before=r"[^\w.@#/-]", after=_END_ALONE),)
"""Before formulas, where Am is americium."""

RULES = (
    # no music
    _rule(rf"{_LABELS}{SPACE}{_PITCH}{SPACE}{_TRIAD}\b", lambda text: None),
    _rule(rf"\b(?:please|kindly|also|should|must|to){SPACE}note{SPACE}{_NOTE}", lambda text: None),
    # by names
    _rule(_SCALED, _scale, before=rf"(?:{_AWAY}|[^\w#/-])", after=_RELATIVE),
    _rule(_SCALED, _scale, before=rf"\bdoes{SPACE}", after=rf"{SPACE}(?:contain|have|include)\b"),
    _rule(_NAMED, _named_chord, before=_CHORDS),
    _rule(_NAMED, _named_chord, before=rf"{_AWAY}?", after=_CHORD_WORD),
    _rule(rf"{_NOT_A}{_NAMED_SCALE}", _scale, before=rf"{_AWAY}?", after=_SCALE_WORD),
    _rule(rf"{_A}{_NAMED_SCALE}", _scale, before=_WITHIN, after=_SCALE_WORD),
    _rule(rf"{_A}{_NAMED_SCALE}", _scale, after=rf"{SPACE}scale{SPACE}(?:notes|degrees|chords)\b"),
    _rule(rf"{_NOT_A}{_NAMED_SCALE}", _scale, before=_KEY_OF, after=r"[^\w-]"),
    _rule(rf"{_NOT_A}{_IMPROVISED}", _scale, before=_IN, after=r"[^\w-]"),
    _rule(rf"{_SPOKEN}{_IMPROVISED}", _scale, before=_KEY, after=_NO_NOUN_IN_KEY),
    _rule(rf"{_NOT_A}{_MODAL}", _scale, before=rf"{_AWAY}?", after=r"[^\w-]"),
    _rule(rf"{_A}{_MODAL}", _scale, before=_WITHIN, after=_NO_NOUN),
    _rule(rf"{_SPOKEN}{_MODAL}", _scale, before=r"[^\w#/-]", after=rf"{SPACE}notes\b"),
    _rule(rf"{_SPOKEN} (?:major|minor)\b", _scale, before=_KEY, after=_NO_NOUN_IN_KEY),
    *(
        _rule(_SPOKEN, _tonic(mode), before=_OF_TONIC.format(other), after=_NO_NOUN)
        for mode, other in (("major", "minor"), ("minor", "major"))
    ),
    _rule(rf"{_NOT_A}{SPACE}{_TRIAD}\b", _named_chord, before=rf"{_AWAY}?", after=_NO_NOUN),
    # by symbols; an A before a word may be an article
    _rule(
        _LIST,
        _chord,
        before=_CHORDS,
        after=rf"[^\w\s{_MORE}]|{SPACE}{{0,2}}\n",
        split=_each,
    ),
    _rule(
        rf"(?:{_STEP}{_NEXT})*{_MARKED_CHORD}",
        _chord,
        before=_CHORDS,
        after=_END,
        split=_each,
    ),
    _rule(_MARKED_CHORD, _chord, before=rf"{_AWAY}?", after=_CHORD_WORD),
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
    _rule(
        rf"(?:{_QUALIFIED}{_NEXT}){{0,5}}{_CERTAIN}(?:{_NEXT}{_QUALIFIED})*",
        _chord,
        before=r"[^\w.@#/-]",
        after=_END_ALONE,
        split=_each,
    ),
    _rule(f"{_LETTERED}|{_SEVENTH}", _chord, before=_NOTES_OF, after=_END_ALONE),
    _rule(_LETTERED, _chord, before=f"(?:{_NOTES_IN}|{_FROM})", after=_END_ALONE),
    _rule(
        f"{_LETTERED}|{_SLASHED}",
        _chord,
        before=r"[^\w#/-]",
        after=f"(?:{_MOVED}|{_BECOMES})",
    ),
    _rule(
        f"{_LETTERED}|{_SEVENTH}",
        _chord,
        before=rf"(?:{_AWAY}|[^\w#/-])",
        after=_IN_SCALE,
    ),
    # notes
    _rule(
        rf"{_WRITTEN}(?:{_NEXT_NOTE}{_WRITTEN})*",
        _note,
        before=_NOTE_WORDS,
        after=_AFTER_NOTE,
        split=_each_note,
    ),
    _rule(_NOTES, _note, before=_NOTE_WORDS, after=_NO_NOUN_IN_KEY, split=_each_note),
    _rule(_WITH_MIDDLE, _note, before=_FROM, after=_AFTER_NOTE, split=_each_note),
    _rule(_NOTES, _note, before=rf"(?:{_AWAY}|[^\w#/-])", after=_IN_SCALE, split=_each_note),
    _rule(
        _NOTES,
        _note,
        before=rf"(?:{_AWAY}|[^\w#/-])",
        after=rf"(?:{_MOVED}|{_IN_MIDI})",
        split=_each_note,
    ),
    _rule(rf"{_NOT_A}\d", _note, after=rf"{SPACE}(?:note|pitch){_NO_NOUN}"),
    _rule(_MIDDLE_C, _note, after=_AFTER_MIDDLE_C),
    _rule(_ALTERED, _note, before=rf"(?:{_AWAY}|[^\w#/.-])", after=_AFTER_NOTE),
    _rule(
        rf"[\[{{(]{SPACE}?(?:{_CLASSES}){SPACE}?[\]}})]|{_CLASSES}",
        _pitch_classes,
        before=_CLASS_WORDS,
        after=r"[^\w#]",
    ),
    _rule(
        rf"[\[{{(]{_JOINED}[\]}})]|{_JOINED}",
        _joined_classes,
        before=_SET_WORDS,
        after=r"[^\w.]|\.\D",
    ),
)
