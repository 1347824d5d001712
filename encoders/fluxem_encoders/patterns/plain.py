"""Text in an alphabet of 256 characters, so that offsets in characters are offsets in bytes."""

import unicodedata

FRACTIONS = "¼½¾⅓⅔⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞⅐⅑⅒"
SUPERSCRIPTS = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻"
# 0x80-0x9f are control characters that nobody types: they carry what latin-1 lacks.
FIRST_FRACTION, FIRST_SUPERSCRIPT, OTHER = 0x80, 0x92, 0x01
HIDDEN = 0x05  # what has been read already; no rule knows it
CONNECTIVE, TURNSTILE = 0x02, 0x03  # of logic, which no arrow, dash or bullet resembles
VULGAR = r"[\x80-\x91]"
SUPER_INTEGER = r"(?:\x9c?[\x92-\x9b]+)"

_ALIKE = {
    "−": "-",
    "‐": "-",
    "‑": "-",
    "♯": "#",
    "♭": "b",
    "⁄": "/",
    "∕": "/",
    "’": "'",
    "λ": "l",
    "μ": "m",
    "µ": "m",
    "σ": "s",  # parameters of distributions
    **dict.fromkeys("∧∨⊻", chr(CONNECTIVE)),
    **dict.fromkeys("⊢⊨∴", chr(TURNSTILE)),
}


def plain_text(text: str) -> str:
    """`text` with one character below U+0100 for each of its characters.

    Digits of every script become ASCII digits, signs of currencies `$`, typographic signs their
    ASCII kin, letters of scripts with capitals `_`. Others take no part in any value.
    """
    return text if text.isascii() else text.translate(_TABLE)


def fraction_of(character: str) -> str:
    """The character that `plain_text` replaced, such as `½`."""
    return FRACTIONS[ord(character) - FIRST_FRACTION]


def superscript(text: str) -> str:
    """The ASCII integer written in characters of `SUPER_INTEGER`."""
    return "".join("0123456789-"[ord(c) - FIRST_SUPERSCRIPT] for c in text)


def _plain(code: int) -> int:
    if code < 0x80:
        return code
    c = chr(code)
    if c in FRACTIONS:
        return FIRST_FRACTION + FRACTIONS.index(c)
    if c in SUPERSCRIPTS:
        return FIRST_SUPERSCRIPT + SUPERSCRIPTS.index(c)
    if c in _ALIKE:
        return ord(_ALIKE[c])
    if c.isdecimal():
        return ord("0") + unicodedata.decimal(c)
    if c in "\u00a0\u2009\u202f":
        return 0xA0
    if unicodedata.category(c) == "Sc":
        return ord("$")
    if c.isspace():
        return ord(" ")
    same = unicodedata.normalize("NFKC", c)
    if len(same) == 1 and same.isascii() and not same.isdigit():
        return ord(same)
    if c.lower() != c.upper():
        return ord("_")
    return code if 0xA0 < code < 0x100 else OTHER


class _Table(dict[int, int]):
    def __missing__(self, code: int) -> int:
        return _plain(code)


_TABLE = _Table({code: _plain(code) for code in range(0x250)})
