"""How values appear in the turns that the model reads; training and serving share it."""

from collections.abc import Iterable, Sequence
from typing import Literal

from fluxem_encoders.span import Span
from fluxem_encoders.values import Combination, Factorial, Permutation
from fluxem_qwen3.prompt import Message, Overlay, Part, Ref

Rendering = Literal["reference", "overlay"]
"""reference: a span's text is replaced by its reference token, which carries the row.
overlay: the text stays and its last token carries the row, for models that know no references."""


def value_parts(
    text: str, spans: Sequence[Span], first_slot: int, rendering: Rendering = "reference"
) -> tuple[Part, ...]:
    """The parts of a text whose spans take the slots `first_slot`, `first_slot + 1`, ..."""
    parts: list[Part] = []
    at = 0
    for slot, span in enumerate(spans, first_slot):
        parts.append(text[at : span.start])
        parts += _span_parts(slot, span) if rendering == "reference" else [Overlay(slot, span.text)]
        at = span.end
    parts.append(text[at:])
    return tuple(part for part in parts if part)


def _span_parts(slot: int, span: Span) -> list[Part]:
    """The reference, and the operator of a span that is still to be evaluated: `5!` is `<ref>!`.

    What to do with such a span is written in it, so the model reads that as it reads other words.
    """
    match span.value:
        case Factorial():
            return [Ref(slot), "!"]
        case Combination():
            return ["C", Ref(slot)]
        case Permutation():
            return ["P", Ref(slot)]
    return [Ref(slot)]


def result_messages(
    results: Iterable[tuple[int, str, str | None]], rendering: Rendering = "reference"
) -> list[Message]:
    """One tool message per result `(slot, text, error)`; the text is shown only in `overlay`."""
    return [Message("tool", _result_parts(*result, rendering)) for result in results]


def _result_parts(
    slot: int, text: str, error: str | None, rendering: Rendering
) -> tuple[Part, ...]:
    if rendering == "overlay":
        return (f"error: {error}",) if error is not None else (Overlay(slot, text),)
    return ("error ", Ref(slot)) if error is not None else (Ref(slot),)
