"""What the detector finds, in a form that tables can state."""

from datetime import date

from fluxem_encoders.detect import detect
from fluxem_encoders.values import Value

REFERENCE = date(2024, 2, 29)


def found(text: str) -> list[tuple[str, Value]]:
    """Text and value of every span."""
    return [(span.text, span.value) for span in detect(text, reference=REFERENCE)]


def texts(text: str) -> list[str]:
    return [span.text for span in detect(text, reference=REFERENCE)]
