"""How arguments of the further domains' types are named and read."""

import json
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any

from fluxem_encoders.errors import FluxEMError, ValueFormError
from fluxem_encoders.forms import clip, parse_number
from fluxem_encoders.structured import Structured
from fluxem_encoders.values import Duration

MAX_TEXT_CHARS = 100_000  # of a structured value written as text

EXAMPLES: dict[str, str] = {
    "matrix": "[[1, 2], [3, 4]]",
    "transfer_function": '{"transfer_function": {"numerator": [1], "denominator": [1, 2]}}',
    "state_space": '{"state_space": {"A": [[0]], "B": [[1]], "C": [[1]], "D": [[0]]}}',
    "residue": '{"residue": 3, "modulus": 7}',
    "factored": '{"factored": [[2, 3], [5, 1]]}',
    "signal": '{"signal": [1, 2, 3], "rate": 8000}',
    "filter": '{"filter": [0.5, 0.5], "denominator": [1, -0.9]}',
    "formula": "p -> q",
    "point": "(1, 2)",
    "circle": '{"circle": {"center": [0, 0], "radius": 2}}',
    "segment": '{"segment": [[0, 0], [3, 4]]}',
    "polygon": '{"polygon": [[0, 0], [4, 0], [4, 3]]}',
    "transform": '{"transform": [[1, 0, 2], [0, 1, 3]]}',
    "linear_program": "maximize 3x + 2y subject to x + y <= 4",
    "money": "$1,200.50",
    "cash_flows": '{"cash_flows": [-100, 60, 60]}',
    "rate": '{"rate": 0.05, "per": "year", "compounding": 12}',
    "polynomial": "x^2 - 3x + 2",
    "pitch_classes": "[0, 4, 7]",
    "note": "C4",
    "chord": "Cmaj7",
    "scale": "D dorian",
    "position": "next to last",
    "word": '{"word": "price"}',
    "table": '{"table": {"columns": ["name", "score"], "rows": [["Ann", 3], ["Bo", null]]}}',
    "sequence": "ATGGCC",
    "quantity": "9.8 m/s^2",
    "bare_unit": "fahrenheit",
    "bare_currency": "euros",
    "set": "{1, 2, 3}",
    "chemical_formula": "C6H12O6",
    "reaction": "H2 + O2 -> H2O",
    "graph": '{"graph": ["A", "B"], "edges": [["A", "B", 2]], "directed": false}',
    "clock": '{"clock": "16:30:00"}',
    "moment": '{"moment": "2024-02-29T16:30:00"}',
    "interval": '{"interval": ["2024-02-01", "2024-03-01"]}',
    "recurrence": '{"recurrence": "week", "every": 2, "weekdays": [4]}',
}
"""One of each, by the key of its JSON form: what people may write for it."""

INTRODUCTIONS = {
    "sequence": ("the DNA sequence ", "the RNA sequence ", "the protein sequence "),
    "pitch_classes": ("the pitch class set ",),
    "point": ("the point ", "the points "),
}
"""Words after which detection knows what a text is, where the value's name is not enough."""


def structured_name(kind: type[Structured]) -> str:
    """`linear program` for LinearProgram, as people call it."""
    return kind.key.replace("_", " ")


def _with_article(name: str) -> str:
    return name if name.endswith("s") else f"a {name}"


def structured_schema(kind: type[Structured]) -> dict[str, Any]:
    """JSON Schema: text, of what detection finds or of the JSON form."""
    name = structured_name(kind)
    return {"type": "string", "description": f"{name}, such as {EXAMPLES[kind.key]}"}


def read_structured(kind: type[Structured], form: Any) -> Structured:
    """Read a value, its JSON form (bare where that is a list), or a text of either.

    Points may stand in a list as values, and a duration of fixed length is a quantity.

    Raises:
        ValueFormError: when it is none of these.
    """
    if isinstance(form, kind):
        return form
    if isinstance(form, Mapping):
        return kind.from_json(form)
    if isinstance(form, Duration):
        return _quantity_of_time(form)
    if isinstance(form, list | tuple):
        return kind.from_json({kind.key: [coordinates_of(item) for item in form]})
    if not isinstance(form, str):
        raise _unfit(kind, form)
    if len(form) > MAX_TEXT_CHARS:
        raise ValueFormError(f"a value's text has at most {MAX_TEXT_CHARS} characters")
    if (written := _json(form)) is not None:
        return read_structured(kind, written)
    return _from_text(kind, form)


def coordinates_of(form: Any) -> Any:
    """A point's coordinates; all else as it is."""
    return form.coordinates if getattr(form, "key", None) == "point" else form


def _quantity_of_time(duration: Duration) -> Structured:
    """The length in its largest unit of which it is a whole number."""
    from fluxem_encoders.structures.physics import Quantity

    if duration.months:
        raise ValueFormError(
            "months and years have no fixed number of seconds; give days or shorter units"
        )
    seconds = duration.days * 86_400 + duration.seconds
    unit, size = next((u, n) for u, n in _LENGTHS if seconds % n == 0 or n == 1)
    return Quantity(seconds // size if size > 1 else seconds, unit)


_LENGTHS = (("day", 86_400), ("h", 3600), ("min", 60), ("s", 1))


def _json(text: str) -> Any:
    """The object or list that a text is the JSON of; None for other texts."""
    if not text.lstrip().startswith(("{", "[")) or text.strip() == "{}":  # the empty set
        return None
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _from_text(kind: type[Structured], text: str) -> Structured:
    """What the class itself reads, or else what detection finds where a text says no more."""
    from fluxem_encoders.detect import detect  # late: it loads a regular expression engine

    text = text.strip()
    reader = (
        _READERS.get(kind.key) or getattr(kind, "from_text", None) or getattr(kind, "parse", None)
    )
    with suppress(FluxEMError):
        if reader is not None:
            value: Structured = reader(text)
            return value
    for words in ("", *INTRODUCTIONS.get(kind.key, (f"the {structured_name(kind)} ",))):
        spans = detect(words + text, domains=(kind.domain,))
        if len(spans) == 1 and spans[0].text == text and isinstance(spans[0].value, kind):
            return spans[0].value
    raise _unfit(kind, text)


def _sequence(letters: str) -> Structured:
    """`AUG` is RNA, `ATG` DNA, although both are letters of proteins too."""
    from fluxem_encoders.structures.biology import ALPHABETS, Sequence

    fitting = [k for k in ("dna", "rna", "protein") if set(letters.upper()) <= set(ALPHABETS[k])]
    return Sequence(letters, fitting[0] if fitting else "protein")


def _quantity(text: str) -> Structured:
    """`0.1 M` and `50 %`: a number, a blank, a unit."""
    from fluxem_encoders.structures.physics import Quantity

    magnitude, _, unit = text.partition(" ")
    return Quantity(parse_number(magnitude), unit.strip())


def _position(text: str) -> Structured:
    """`last`, which detection only knows before what it is the place of."""
    from fluxem_encoders.detect import detect
    from fluxem_encoders.structures.data import Position

    spans = detect(f"the {text} item", domains=("data",))
    if len(spans) == 1 and spans[0].text == text and isinstance(spans[0].value, Position):
        return spans[0].value
    raise _unfit(Position, text)


_READERS: dict[str, Callable[[str], Structured]] = {
    "position": _position,
    "quantity": _quantity,
    "sequence": _sequence,
}


def _unfit(kind: type[Structured], form: Any) -> ValueFormError:
    name, example = structured_name(kind), EXAMPLES[kind.key]
    return ValueFormError(f"expected {_with_article(name)} such as {example}, got {clip(form)}")
