"""The words of dates and times: which there are, and a run of them as one letter for each."""

import re
from functools import cache
from typing import Any, NamedTuple

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
PARTS = ("morning", "afternoon", "evening", "night")
ORDINALS = (
    *("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"),
    *("tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth", "sixteenth"),
    *("seventeenth", "eighteenth", "nineteenth", "twentieth"),
)
NUMBERS = (
    *("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"),
    *("eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen"),
    *("eighteen", "nineteen"),
)
TENS = {"twenty": 20, "thirty": 30, "forty": 40, "fifty": 50}
ADVERBS = {
    "hourly": ("hour", 1), "daily": ("day", 1), "everyday": ("day", 1), "weekly": ("week", 1),
    "biweekly": ("week", 2), "fortnightly": ("week", 2), "monthly": ("month", 1),
    "quarterly": ("month", 3), "yearly": ("year", 1), "annually": ("year", 1),
}  # fmt: skip
"""What they recur by."""

HOLIDAYS = (
    r"new year'?s (?:day|eve)|valentine'?s day|(?:st\.? |saint )patrick'?s day"
    r"|april fools'?(?: day)?|earth day|(?:international )?workers'? day|may day|mother'?s day"
    r"|father'?s day|memorial day|juneteenth|independence day|labou?r day|columbus day|halloween"
    r"|veterans'? day|thanksgiving(?: day)?|black friday|christmas(?: day| eve)?|xmas|boxing day"
    r"|(?:martin luther king|mlk) day|easter(?: sunday| monday)?|good friday"
)

_CLASSES: dict[str, tuple[str, ...]] = {
    "MONTH": (
        *("january", "february", "april", "june", "july", "august", "september", "october"),
        *("november", "december", "feb", "apr", "jun", "jul", "aug", "sept", "sep", "oct", "nov"),
        *("dec", "jan"),
    ),
    "MAY": ("may", "march", "mar"),  # with a capital, otherwise VERB
    "WEEKDAY": (
        *("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"),
        *("tue", "tues", "weds", "thu", "thur", "thurs", "fri"),
    ),
    "SUN": ("sun", "sat", "wed", "mon"),  # also other words
    "WEEKDAYS": (
        *("mondays", "tuesdays", "wednesdays", "thursdays", "fridays", "saturdays", "sundays"),
        *("weekdays", "weekends"),
    ),
    "WORKDAY": ("weekday",),
    "ORDINAL": tuple(word for word in ORDINALS if word != "second"),
    "SECOND": ("second",),  # an ordinal or a unit
    "W1": NUMBERS[1:13],
    "W2": (*NUMBERS[13:], *TENS),
    "DAY_UNIT": ("day", "days"),
    "WEEK": ("week", "weeks", "wk", "wks", "fortnight", "fortnights"),
    "MONTH_UNIT": ("month", "months"),
    "QUARTER": ("quarter", "quarters"),
    "YEAR_UNIT": ("year", "years", "yr", "yrs"),
    "DECADE_UNIT": ("decade", "decades"),
    "CLOCK_UNIT": (
        *("hour", "hours", "hr", "hrs", "minute", "minutes", "min", "mins"),
        *("seconds", "sec", "secs"),
    ),
    "WEEKEND": ("weekend",),
    "SEASON": ("summer", "winter", "autumn", "spring", "fall"),
    "PART": PARTS,
    "PARTS": tuple(f"{part}s" for part in PARTS),
    "LUNCH": ("lunchtime", "lunch"),
    "TONIGHT": ("tonight", "tonite"),
    "NOON": ("noon", "midnight", "midday", "noonish"),
    "TODAY": ("today", "tomorrow", "yesterday", "tmr", "tmrw"),
    "NOW": ("now", "asap"),
    "NEXT": ("next", "coming", "upcoming"),
    "FOLLOWING": ("following",),
    "LAST": ("last", "previous", "prior"),
    "PAST": ("past",),
    "THIS": ("this", "current"),
    "THE": ("the",),
    "A": ("a", "an"),
    "OF": ("of",),
    "IN": ("in",),
    "DURING": ("during",),
    # What may follow a year without being what it counts.
    "OR": ("or", "but", "he", "she", "they", "we", "i", "it", "was", "were", "is", "with"),
    "ON": ("on",),
    "AT": ("at", "@"),
    "AROUND": ("around", "about", "approximately"),
    "FROM": ("from",),
    "TO": ("to", "thru", "through"),
    "UNTIL": ("until", "till", "til"),
    "BY": ("by",),
    "FOR": ("for",),
    "AND": ("and",),
    "BETWEEN": ("between",),
    "BEFORE": ("before",),
    "AFTER": ("after",),
    "SINCE": ("since",),
    "STARTING": ("starting", "beginning"),
    "AGO": ("ago",),
    "LATER": ("later",),
    "EARLIER": ("earlier",),
    "EARLY": ("early",),
    "MID": ("mid", "middle"),
    "LATE": ("late",),
    "START": ("start",),
    "END": ("end",),
    "REST": ("rest", "remaining", "remainder"),
    "CALENDAR": ("calendar", "fiscal"),
    "EVERY": ("every", "each"),
    "OTHER": ("other",),
    "ALL": ("all",),
    "HALF": ("half",),
    "ADVERB": tuple(ADVERBS),
    "EOD": ("eod",),
    "RATIO": ("ratio", "ratios", "odds", "scale", "aspect", "mix"),
}
"""Classes of words."""

_DIGIT = "|".join(NUMBERS[1:10])
_ALONE = r"(?!\d|[.:]\d|,\d{3}(?!\d))"  # no part of a longer number
_IN_LETTERS = {
    "HOLIDAY": rf"\b(?:{HOLIDAYS})\b",
    "TODAY_PHRASE": r"\b(?:the )?day (?:after tomorrow|before yesterday)\b",
    "RIGHT_NOW": r"\b(?:right now|as soon as possible)\b",
    "MIDNIGHT": r"\bmid[- ]night\b",
    "FROM_NOW": r"\bfrom (?:now|today)\b(?! (?:until|till|to)\b)",
    "NO_LATER": r"\b(?:no later than|as late as|prior to)\b",
    "LATER_THAN": r"\blater than\b",
    "NO_EARLIER": r"\b(?:no earlier than|as early as)\b",
    "TO_DATE": r"\b(?:year|month) to date\b",
    "WEEK_OF": r"\b(?:w/c|week (?:starting|beginning|commencing)(?: on)?)\b",
    "OCLOCK": r"\bo'?clock\b",
    "AMPM": (
        r"(?<![a-z])(?:[ap]m(?:pm)?\b|[ap]\.\s?m\b\.?)|(?<=\d)[ap]\b(?![\x92-\x9c^]| ?[+*/=<>])"
    ),
    "WORD_ORDINAL": rf"\b(?:twenty[- ](?:{'|'.join(ORDINALS[:9])})|thirt(?:y[- ]first|ieth))\b",
    "WORD_YEAR": (
        r"\b(?:(?:eighteen|nineteen)[- ]"
        rf"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[- ](?:{_DIGIT}))?"
        rf"|two thousand(?: and)? (?:{'|'.join(reversed(NUMBERS[1:]))}))\b"
    ),
    "W3": rf"\b(?:{'|'.join(TENS)})[- ](?:{_DIGIT})\b",
    "MONTH": r"\b(?:jan|feb|apr|jun|jul|aug|sept?|oct|nov|dec)(?:\.(?=\s?\d)|(?=\d))",
    "MAY": r"\b(?:mar|may|march)(?=\d)|\bmar\.(?=\s?\d)",
    "ISO_CLOCK": r"(?<=\d)T\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?(?!\w)",
    "Q": r"\bq[1-4]\b",
    "H": r"\bh[12]\b",
    "CODE": r"\b(?!(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\d)[a-z_]+\d\w*",
    "GLUED_UNIT": r"(?<=\d)[hy]\b",
}
_IN_DIGITS = {
    "FULL_DATE": (
        r"\d{4}-\d{1,2}-\d{1,2}(?=T\d|\b)|\d{4}/\d{1,2}/\d{1,2}\b"
        r"|\d{1,2}-\d{1,2}-\d{4}\b|\d{1,2}/\d{1,2}/(?:\d{4}|\d\d)\b|\d{1,2}\.\d{1,2}\.\d{4}\b"
    ),
    "CLOCK": r"(?:[01]?\d|2[0-3]):[0-5]\d(?::[0-5]\d)?(?![:\d])",
    "MONTH_YEAR": r"(?:0[1-9]|1[0-2])[-/](?:19|20)\d\d\b(?![-/])",
    "MONTH_DAY": r"\d{1,2}/\d{1,2}\b(?![/.]\d)",
    "DOT_CLOCK": r"(?:[01]?\d|2[0-3])\.[0-5]\d(?!\d|\.\d)",
    "DECADE": r"(?:1[5-9]|20)\d0'?s\b",
    "DIGIT_ORDINAL": r"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)\b",
    "YEAR": rf"(?:1[5-9]|20)\d\d{_ALONE}",
    "D1": rf"(?:0?[1-9]|1[0-2]){_ALONE}",  # up to 12, 24, 31, 59; others
    "D2": rf"(?:00?|1[3-9]|2[0-4]){_ALONE}",
    "D3": rf"(?:2[5-9]|3[01]){_ALONE}",
    "D4": rf"(?:3[2-9]|[45]\d){_ALONE}",
    "D5": rf"\d{{1,4}}{_ALONE}",
}
_MARKS = {
    "S": r"'s\b",
    "DASH": r"--?|~",
    "SLASH": r"/",
    "COMMA": r",",
    "OPEN": r"\(",
    "CLOSE": r"\)",
}
_SHAPES = _IN_LETTERS | _IN_DIGITS | _MARKS
"""Classes of what a pattern finds, in the order in which they are tried; words come last."""

PHRASES = ("AMOUNT", "DAY", "TIME", "PERIOD", "PART_OF_PERIOD", "DAY_PART", "MOMENT", "RANGE")
"""Classes that `temporal_grammar` adds, of phrases."""

_NAMES = tuple(dict.fromkeys((*_CLASSES, *_SHAPES, "VERB", "WORD", "STOP", *PHRASES)))
LETTERS = {name: chr(0x100 + place) for place, name in enumerate(_NAMES)}
"""The letter that stands for each class in `Run.kinds`. WORD is any other word; STOP any other
character or number, a blank line, and what lies before and behind a run."""

_KINDS = {word: LETTERS[name] for name, words in _CLASSES.items() for word in words}


def _one_of(shapes: dict[str, str]) -> str:
    return "|".join(f"(?P<{name}>{shape})" for name, shape in shapes.items())


_OF_LETTERS = re.compile(_one_of(_IN_LETTERS), re.IGNORECASE)
_OF_DIGITS = re.compile(_one_of(_IN_DIGITS | {"STOP": r"\d[\d.,:/]*"}), re.IGNORECASE)

_FIRST_WORDS = {
    "HOLIDAY": (
        *("new", "valentine", "valentines", "st", "saint", "april", "earth", "international"),
        *("worker", "workers", "may", "mother", "mothers", "father", "fathers", "memorial"),
        *("juneteenth", "independence", "labor", "labour", "columbus", "halloween", "veteran"),
        *("veterans", "thanksgiving", "black", "christmas", "xmas", "boxing", "martin", "mlk"),
        *("easter", "good"),
    ),
    "TODAY_PHRASE": ("the", "day"),
    "RIGHT_NOW": ("right", "as"),
    "MIDNIGHT": ("mid",),
    "FROM_NOW": ("from",),
    "NO_LATER": ("no", "as", "prior"),
    "LATER_THAN": ("later",),
    "NO_EARLIER": ("no", "as"),
    "TO_DATE": ("year", "month"),
    "WEEK_OF": ("w", "week"),
    "OCLOCK": ("o", "oclock"),
    "AMPM": ("am", "pm", "ampm", "pmpm", "a", "p"),
    "WORD_ORDINAL": ("twenty", "thirty", "thirtieth"),
    "WORD_YEAR": ("eighteen", "nineteen", "two"),
    "W3": tuple(TENS),
    "MONTH": ("jan", "feb", "apr", "jun", "jul", "aug", "sept", "sep", "oct", "nov", "dec"),
    "MAY": ("mar",),
    "GLUED_UNIT": ("h", "y"),
}
"""What the shapes in letters may begin with, unless digits follow those letters."""


def _beginning(word: str) -> re.Pattern[str]:
    names = [name for name, first in _FIRST_WORDS.items() if word in first]
    return re.compile(_one_of({name: _IN_LETTERS[name] for name in names}), re.IGNORECASE)


_BEGINNING = {word: _beginning(word) for first in _FIRST_WORDS.values() for word in first}
_AMBIGUOUS = frozenset({*_BEGINNING, *_CLASSES["MAY"]})
# Almost all words and numbers are told by themselves; only the others cost a search in shapes.
_TOKEN = re.compile(
    r"(?P<word>[a-z_\xc0-\xff]++(?!\d))|(?P<before_digit>[a-z_\xc0-\xff]+)"
    r"|(?P<few>\d{1,4}(?=[ \n]))|(?P<digits>\d+)|"
    + _one_of(_MARKS | {"STOP": r"[$#]\d[\d.,:/]*|\n\s*\n|[^\s\xa0]"}),
    re.IGNORECASE,
)


class Run(NamedTuple):
    """Consecutive words of a text, or phrases that were read.

    Attributes:
        kinds: the letter of each one's class.
        words: each in lower case.
        spans: where they stand in the text.
        values: what phrases were read as; None of words.
    """

    kinds: str
    words: list[str]
    spans: list[tuple[int, int]]
    values: list[Any]

    def part(self, start: int, end: int) -> "Run":
        """The words from one place to another."""
        place = slice(start, end)
        return Run(self.kinds[place], self.words[place], self.spans[place], self.values[place])


def read_run(plain: str, start: int, end: int) -> Run:
    """The words of `plain[start:end]`, between two of STOP."""
    kinds, words, spans = [LETTERS["STOP"]], [""], [(start, start)]
    last = start
    for match in _TOKEN.finditer(plain, start, end):
        if match.start() < last:  # within a shape of several words
            continue
        word, extent = match[0].lower(), match.span()
        if match.lastgroup == "word" and word not in _AMBIGUOUS:
            kind = _KINDS.get(word, LETTERS["WORD"])
        else:
            kind, extent = _kind(plain, match, end)
            word = plain[extent[0] : extent[1]].lower()
        last = extent[1]
        kinds.append(kind)
        words.append(word)
        spans.append(extent)
    kinds.append(LETTERS["STOP"])
    return Run("".join(kinds), [*words, ""], [*spans, (end, end)], [None] * len(kinds))


def _kind(plain: str, match: re.Match[str], end: int) -> tuple[str, tuple[int, int]]:
    """The letter of the word or shape that begins where a token does, and its extent."""
    name, word = match.lastgroup or "STOP", match[0]
    match name:
        case "word":
            shapes = _BEGINNING.get(word.lower())
        case "before_digit":
            shapes = _OF_LETTERS
        case "few":
            return _number_kind(word), match.span()
        case "digits":
            shapes = _OF_DIGITS
        case _:
            return LETTERS[name], match.span()
    if shapes and (shape := shapes.match(plain, match.start(), end)):
        return LETTERS[shape.lastgroup or "STOP"], shape.span()
    kind = _KINDS.get(word.lower(), LETTERS["WORD"])
    verb = kind == LETTERS["MAY"] and word.islower()
    return LETTERS["VERB"] if verb else kind, match.span()


@cache
def _number_kind(digits: str) -> str:
    """The letter of a number of at most four digits that stands alone."""
    shape = _OF_DIGITS.match(digits)
    return LETTERS[(shape and shape.lastgroup) or "STOP"]


def number(word: str) -> int:
    """What digits or words up to 59 say, also as an ordinal: `5`, `21st`, `twenty-two`, `third`.

    Raises:
        ValueError: for other words.
    """
    digits = word.rstrip("stndrh")
    if digits.isdecimal():
        return int(digits)
    tens, _, ones = word.replace("-", " ").partition(" ")
    if ones:
        return TENS[tens] + number(ones)
    if word in TENS:
        return TENS[word]
    if word == "thirtieth":
        return 30
    return NUMBERS.index(word) if word in NUMBERS else ORDINALS.index(word) + 1


def year(word: str) -> int:
    """The year `2019`, `nineteen ninety six` or `two thousand and fifteen`."""
    if word.isdecimal():
        return int(word)
    first, *rest = word.replace("-", " ").replace(" and ", " ").split()
    if first == "two":
        return 2000 + number(rest[-1])
    tens = (*NUMBERS[:2], "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty",
            "ninety").index(rest[0])  # fmt: skip
    return 100 * number(first) + 10 * tens + (number(rest[1]) if len(rest) > 1 else 0)


_SURE = (
    *("MONTH", "WEEKDAY", "WEEKDAYS", "TODAY", "NOW", "TONIGHT", "NOON", "LUNCH", "ADVERB", "EOD"),
    *("WEEKEND", "PART", "PARTS", "WORKDAY"),
)
_UNIT_CLASSES = (
    *("DAY_UNIT", "WEEK", "MONTH_UNIT", "QUARTER", "YEAR_UNIT", "DECADE_UNIT", "CLOCK_UNIT"),
    "SECOND",
)
_UNITS = "|".join(word for name in _UNIT_CLASSES for word in _CLASSES[name])
# Before units, with up to two words between; the lengths of `3 days a week` are found without.
_BEFORE_UNITS = (
    "this|next|last|past|previous|prior|coming|upcoming|following|current|every|each|other|all|in"
    "|during|of|rest|mid|early|late|end|start|beginning|calendar|fiscal|on|since|until|by|after"
)
_BEHIND_UNITS = "ago|later|earlier|from|before|after|since|starting|beginning|commencing"
_NUMERIC = (
    r"\d{4}-\d\d?-\d\d?T[\d:.]+(?:Z|[+-]\d\d:\d\d)?"
    r"|\b\d\d[-/](?:19|20)\d\d\b|\d{1,2}:\d\d?|\d{4}[-/]\d|\d[-.]\d\d?[-.]\d{4}"
    r"|\d(?:st|nd|rd|th)\b"
)
# `5/12` is a day only behind these, beside a number or a second day, and with a weekday.
_BEFORE_DAYS = "on|by|for|from|to|thru|through|until|till|til|since|before|after|between"
_SLASHED = (
    rf"\b(?:{_BEFORE_DAYS})\s+\d{{1,2}}/\d|-\s*\d{{1,2}}/\d|\d/\d\d?/\d"
    r"|\d/\d\d?(?:\s*(?:[,@-]|to\b|at\b|through\b|thru\b)){0,2}\s*\d"
)
_PREPOSITION = "in|since|before|after|during|until|till|from|to|than|by|of|year|and"
ANCHOR = (
    rf"\b(?:{'|'.join(word for name in _SURE for word in _CLASSES[name])})\b"
    rf"|\b(?:{_BEFORE_UNITS})[ -](?:\w{{1,12}}[ -]){{0,2}}(?:{_UNITS})\b"
    rf"|\b(?:{_UNITS})[ -](?:{_BEHIND_UNITS})\b|\b(?:year|month) to date\b"
    r"|\b(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)\.?\d"
    r"|\b(?:on|in|by|of|this|next|last|until|since|after|before|early|late|mid|every)[ -]"
    r"(?:may|march|mar|sun|sat|mon|wed|summer|winter|autumn|spring|fall)\b"
    r"|\b(?:may|march|mar)[ -]\d|\d(?:st|nd|rd|th)?[ -](?:of )?(?:may|march|mar)\b"
    rf"|{_NUMERIC}|{_SLASHED}|\d\s?[ap]\.?\s?m\b|\d[ap]\b|\b(?:{HOLIDAYS})\b"
    r"|o'?clock\b|\bmid[- ]night\b"
    rf"|\b(?:q[1-4]|h[12]|(?:1[5-9]|20)\d0'?s)\b|\b\d[hy]\b"
    rf"|\b(?:{_PREPOSITION}) (?:the )?(?:year )?(?:1[5-9]|20)\d\d\b"
    rf"|\b(?:18|19|20)\d\d ?[-/] ?[a-z0-9]|\b(?:{_SHAPES['WORD_YEAR']})"
    rf"|\b(?:{'|'.join((*NUMBERS[1:13], *TENS, 'fifteen'))}) [ap]\.?\s?m\b"
    rf"|\b(?:at|from|between) (?:{'|'.join(NUMBERS[1:13])})[ -](?:{'|'.join(TENS)}|fifteen|ten)\b"
    r"|\b(?:half|quarter|minutes?|five|ten|twenty|twenty-five) (?:past|to) "
    rf"(?:\d|(?:{'|'.join(NUMBERS[1:13])})\b)"
)
"""A word without which there is no date or time; in the syntax of RE2."""

REACH = 48
"""How many characters from an anchor its expression may begin or end."""
