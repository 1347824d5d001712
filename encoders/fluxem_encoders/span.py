"""A stretch of text with the value found in it."""

from dataclasses import dataclass

from fluxem_encoders.values import Value


@dataclass(frozen=True, slots=True)
class Span:
    """`text == source[start:end]`, offsets in characters; `confidence` lies in (0, 1]."""

    start: int
    end: int
    text: str
    domain: str
    value: Value
    confidence: float = 1.0
