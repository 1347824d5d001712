"""JSON and text forms of values: what tools take as literals and what people read."""

import math
import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

from fluxem_encoders.errors import ValueFormError
from fluxem_encoders.structured import Structured, all_structured, structured_from_json
from fluxem_encoders.values import (
    FAMILIES,
    Combination,
    Distribution,
    Duration,
    Factorial,
    Number,
    Permutation,
    Value,
)

JSON_INT_LIMIT = 2**53  # beyond it, JSON readers that use doubles lose digits
JSON_DECIMAL_DIGITS = 15  # the same limit for decimals
TEXT_DIGITS = 30  # exact decimals are written out up to this many digits after the point
ANSWER_CHARS = 60  # a longer fraction or decimal is no help to a reader
MAX_LITERAL_CHARS = 100_000
MAX_DURATION_CHARS = 200
_STR_BITS = 13_000  # of an int that `str` certainly writes: 3,914 digits

_NUMBER = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,4})?")
_FRACTION = re.compile(r"([+-]?\d+)\s*/\s*(\d+)")
_FACTORIAL = re.compile(r"(\d{1,9})\s*!")
_CHOICE = re.compile(r"([CP])\s*\(\s*(\d{1,9})\s*,\s*(\d{1,9})\s*\)")
_DURATION = re.compile(
    r"(?P<sign>-?)P(?:(?P<y>\d+)Y)?(?:(?P<m>\d+)M)?(?:(?P<w>\d+)W)?(?:(?P<d>\d+)D)?"
    r"(?:T(?:(?P<h>\d+)H)?(?:(?P<min>\d+)M)?(?:(?P<s>\d+(?:\.\d+)?)S)?)?"
)


def int_to_text(n: int) -> str:
    """Write all digits of `n`, however many (`str` stops at 4,300)."""
    return str(Decimal(n)) if n.bit_length() > _STR_BITS else str(n)


def parse_number(text: str) -> Number:
    """Read `12`, `-0.5`, `6.02e23` or `1/3` exactly.

    Raises:
        ValueFormError: when the text is none of these, or longer than 100,000 characters.
    """
    text = text.strip()
    if len(text) > MAX_LITERAL_CHARS:
        raise ValueFormError(f"a number has at most {MAX_LITERAL_CHARS} characters")
    if match := _FRACTION.fullmatch(text):
        if int(Decimal(match[2])) == 0:
            raise ValueFormError(f"the denominator of {clip(text)} is zero")
        return simplest(Fraction(int(Decimal(match[1])), int(Decimal(match[2]))))
    if not _NUMBER.fullmatch(text):
        raise ValueFormError(f"{clip(text)} is no number such as 12, -0.5, 6.02e23 or 1/3")
    value = Decimal(text)
    return int(value) if value.as_tuple().exponent == 0 else value


def simplest(x: Number) -> Number:
    """Turn a whole Fraction into an int; leave everything else as it is."""
    return int(x) if isinstance(x, Fraction) and x.denominator == 1 else x


def exact(x: Number) -> int | Fraction:
    """The exact rational that `x` stands for (a float stands for its binary value)."""
    return x if isinstance(x, int) else Fraction(x)


def to_decimal(x: Fraction, places: int = TEXT_DIGITS) -> Decimal | None:
    """The Decimal equal to `x`, or None when its expansion does not end within `places` places.

    >>> to_decimal(Fraction(3, 8)), to_decimal(Fraction(1, 3))
    (Decimal('0.375'), None)
    """
    twos = (x.denominator & -x.denominator).bit_length() - 1
    rest = x.denominator >> twos
    fives = round(math.log(rest, 5))
    if max(twos, fives) > places or rest != 5**fives:
        return None
    shift = max(twos, fives)
    digits = x.numerator * 2 ** (shift - twos) * 5 ** (shift - fives)
    return Decimal(f"{int_to_text(digits)}E-{shift}")  # from text, so that no context rounds it


def is_exact(value: Value) -> bool:
    """False when the value holds a float anywhere."""
    if isinstance(value, float):
        return False
    if isinstance(value, tuple):
        return all(is_exact(v) for v in value)
    if isinstance(value, Structured):
        return value.is_exact
    return not isinstance(value, Distribution) or is_exact(value.parameters)


def to_json(value: Value) -> Any:
    """The JSON form: a number where JSON holds it exactly, else a string or an object."""
    match value:
        case bool() | str():
            return value
        case int():
            return value if abs(value) <= JSON_INT_LIMIT else int_to_text(value)
        case Fraction():
            return f"{int_to_text(value.numerator)}/{int_to_text(value.denominator)}"
        case Decimal():
            short = len(value.as_tuple().digits) <= JSON_DECIMAL_DIGITS
            return float(value) if short and abs(value.adjusted()) < 300 else str(value)
        case float():
            return value if math.isfinite(value) else str(value)
        case tuple():
            return [to_json(v) for v in value]
        case Factorial(n):
            return f"{n}!"
        case Combination(n, k):
            return f"C({n}, {k})"
        case Permutation(n, k):
            return f"P({n}, {k})"
        case Distribution(family, parameters):
            names = FAMILIES[family]
            return {"distribution": family} | {
                name: to_json(p) for name, p in zip(names, parameters, strict=True)
            }
        case date():
            return value.isoformat()
        case Duration():
            return duration_to_iso(value)
        case Structured():
            return value.to_json()
    raise TypeError(f"no JSON form for {type(value).__name__}")


def number_from_json(form: Any) -> Number:
    """Read a JSON number or a string such as "1/3"; a JSON decimal is taken as written."""
    if isinstance(form, bool) or not isinstance(form, int | float | str | Decimal | Fraction):
        raise ValueFormError(f"expected a number, got {clip(form)}")
    if isinstance(form, str):
        return parse_number(form)
    if isinstance(form, float):
        if not math.isfinite(form):
            raise ValueFormError(f"expected a finite number, got {form}")
        whole = form.is_integer() and abs(form) < JSON_INT_LIMIT
        return int(form) if whole else Decimal(repr(float(form)))  # numpy's floats repr otherwise
    return form


def counting_from_text(text: str) -> Factorial | Combination | Permutation | None:
    """Read `5!`, `C(5, 2)` or `P(5, 2)`; None for any other text."""
    if match := _FACTORIAL.fullmatch(text.strip()):
        return Factorial(int(match[1]))
    if match := _CHOICE.fullmatch(text.strip()):
        kind = Combination if match[1] == "C" else Permutation
        return kind(int(match[2]), int(match[3]))
    return None


def distribution_from_json(form: Any) -> Distribution:
    """Read {"distribution": "binomial", "n": 10, "p": 0.3}."""
    if not isinstance(form, Mapping) or str(form.get("distribution")) not in FAMILIES:
        raise ValueFormError(
            'expected {"distribution": FAMILY, ...} with FAMILY one of '
            f"{', '.join(FAMILIES)}, got {clip(form)}"
        )
    family = str(form["distribution"])
    names = FAMILIES[family]
    if set(form) != {"distribution", *names}:
        raise ValueFormError(f"a {family} distribution has the parameters {', '.join(names)}")
    return Distribution(family, tuple(number_from_json(form[name]) for name in names))


def date_from_text(text: str) -> date:
    """Read an ISO date such as 2024-02-29."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise ValueFormError(f"expected a date such as 2024-02-29, got {clip(text)}") from None


def duration_from_iso(text: str) -> Duration:
    """Read an ISO 8601 duration such as P1Y2M10DT2H30M; a leading `-` turns all of it around."""
    match = _DURATION.fullmatch(text.strip()) if len(text) <= MAX_DURATION_CHARS else None
    if match is None or not any(match[g] for g in ("y", "m", "w", "d", "h", "min", "s")):
        raise ValueFormError(f"expected a duration such as P3DT4H30M, got {clip(text)}")
    part = {
        k: Fraction(v) if v else Fraction(0) for k, v in match.groupdict().items() if k != "sign"
    }
    sign = -1 if match["sign"] else 1
    seconds = sign * (part["h"] * 3600 + part["min"] * 60 + part["s"])
    return Duration(
        months=sign * int(part["y"] * 12 + part["m"]),
        days=sign * int(part["w"] * 7 + part["d"]),
        seconds=int(seconds) if seconds.denominator == 1 else seconds,
    )


def duration_to_iso(value: Duration) -> str:
    """The ISO 8601 form, such as P1Y2M10DT2H30M; parts of unlike sign keep their own signs."""
    parts = (value.months, value.days, value.seconds)
    if all(p <= 0 for p in parts) and any(parts):
        return "-" + duration_to_iso(Duration(-value.months, -value.days, -value.seconds))
    text = "P"
    years, months = divmod(value.months, 12) if value.months >= 0 else (0, value.months)
    text += f"{years}Y" if years else ""
    text += f"{months}M" if months else ""
    text += f"{value.days}D" if value.days else ""
    if value.seconds:
        hours, rest = divmod(value.seconds, 3600) if value.seconds >= 0 else (0, value.seconds)
        minutes, seconds = divmod(rest, 60) if rest >= 0 else (0, rest)
        text += "T" + (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
        text += f"{to_text(seconds)}S" if seconds else ""
    return text if text != "P" else "P0D"


def to_text(value: Value) -> str:
    """The form that people read: exact digits wherever they are finite.

    >>> to_text(Fraction(1, 3)), to_text(Fraction(3, 8)), to_text((1, Decimal("0.5")))
    ('1/3', '0.375', '[1, 0.5]')
    """
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return value
        case int():
            return int_to_text(value)
        case Decimal():
            return (
                format(value, "f")
                if -TEXT_DIGITS <= value.adjusted() <= TEXT_DIGITS
                else str(value)
            )
        case Fraction():
            decimal = to_decimal(value)
            if decimal is not None:
                return to_text(decimal)
            return f"{int_to_text(value.numerator)}/{int_to_text(value.denominator)}"
        case float():
            return repr(value)  # the shortest digits that give the same float again
        case tuple():
            return "[" + ", ".join(to_text(v) for v in value) + "]"
        case Factorial() | Combination() | Permutation():
            return str(to_json(value))
        case Distribution(family, parameters):
            names = FAMILIES[family]
            inner = ", ".join(f"{n}={to_text(p)}" for n, p in zip(names, parameters, strict=True))
            return f"{family.capitalize()}({inner})"
        case date():
            return value.isoformat()
        case Duration():
            return _duration_to_text(value)
        case Structured():
            return value.to_text()
    raise TypeError(f"no text form for {type(value).__name__}")


def to_answer(value: Value) -> str:
    """The form for an answer's text: `to_text`, with a decimal beside or in place of a fraction.

    A fraction is followed by its nearest float; an exact number of more than 60 characters that
    is no integer is given as its nearest float alone, marked as such.

    >>> to_answer(Fraction(1, 3)), to_answer(Fraction(3, 8))
    ('1/3 (≈ 0.3333333333333333)', '0.375')
    """
    if isinstance(value, Structured):
        return value.to_answer()
    text = to_text(value)
    if not isinstance(value, Fraction | Decimal) or not (near := _nearest_float(value)):
        return text
    if len(text) > ANSWER_CHARS:
        return f"≈ {near}"
    return f"{text} (≈ {near})" if "/" in text else text


def _nearest_float(value: Fraction | Decimal) -> str:
    try:
        return repr(float(value))
    except OverflowError:
        return ""


def _duration_to_text(value: Duration) -> str:
    years, months = divmod(abs(value.months), 12)
    sign = -1 if value.months < 0 else 1
    hours, rest = divmod(abs(Fraction(value.seconds)), 3600)
    minutes, seconds = divmod(rest, 60)
    clock = -1 if value.seconds < 0 else 1
    parts: list[tuple[int | Fraction, str]] = [
        (sign * years, "year"),
        (sign * months, "month"),
        (value.days, "day"),
        (clock * hours, "hour"),
        (clock * minutes, "minute"),
        (clock * seconds, "second"),
    ]
    words = [f"{to_text(n)} {unit}{'' if abs(n) == 1 else 's'}" for n, unit in parts if n]
    return " ".join(words) or "0 days"


def clip(form: Any) -> str:
    """Show any object in an error text: short, and safe for huge or deeply nested ones."""
    if isinstance(form, int) and abs(form) >= 10**60:
        return f"an integer of about {round(form.bit_length() * math.log10(2))} digits"
    if isinstance(form, Fraction):
        return f"{clip(form.numerator)}/{clip(form.denominator)}"
    if isinstance(form, list | tuple | dict):
        return f"{'an object' if isinstance(form, dict) else 'a list'} of {len(form)} items"
    if isinstance(form, str):
        form = repr(form[:60])
    text = to_text(form) if isinstance(form, Duration) else str(form)
    return text if len(text) <= 60 else text[:57] + "..."


def value_from_json(form: Mapping[str, Any]) -> Value:
    """Read the JSON form of a value that is an object; its keys say of which domain it is.

    Raises:
        ValueFormError: when it is none.
    """
    if "distribution" in form:
        return distribution_from_json(form)
    known = all_structured()
    domains = {kind.domain for key, kind in known.items() if key in form}
    if len(domains) > 1 and "rate" in form:  # also a field of others
        domains.discard("finance")
    if len(domains) != 1:
        keys = ", ".join(("distribution", *known))
        raise ValueFormError(f"an object that stands for a value has one of the keys {keys}")
    return structured_from_json(form, domains.pop())


def from_json(form: Any, domain: str) -> Value:
    """Read the JSON form of a value of that domain; the inverse of `to_json`.

    Raises:
        ValueFormError: when the form is none of a value of that domain.
    """
    if domain == "arithmetic":
        return number_from_json(form)
    if domain in ("statistics", "information_theory") and isinstance(form, list):
        return tuple(number_from_json(item) for item in form)
    if domain == "probability":
        return distribution_from_json(form)
    if domain == "logic" and isinstance(form, bool):
        return form
    if isinstance(form, str):
        if domain == "combinatorics" and (counting := counting_from_text(form)):
            return counting
        if domain == "temporal":
            is_duration = form.lstrip("-").startswith("P")
            return duration_from_iso(form) if is_duration else date_from_text(form)
    if isinstance(form, Mapping):
        return structured_from_json(form, domain)
    raise ValueFormError(f"{clip(form)} is no JSON form of a value of {domain[:40]}")
