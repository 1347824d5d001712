"""The exact values of one conversation."""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from fluxem_encoders.forms import to_answer
from fluxem_encoders.values import Value


@dataclass(frozen=True, slots=True)
class Slot:
    """A value that the model names by reference, or the error that stands in its place."""

    id: int
    source: Literal["span", "call"]
    value: Value | None = None
    embedding: NDArray[np.float32] | None = None
    error: str | None = None

    @property
    def text(self) -> str:
        """What a reference to this slot reads as in the answer."""
        return self.error or "" if self.value is None else to_answer(self.value)


@dataclass(slots=True)
class CallRecord:
    """One call from the moment it was read to its outcome; what the trace shows of it."""

    slot: int
    tool: str
    arguments: dict[str, Any]
    number: int  # of the pass that wrote it
    bound: dict[str, Any] | None = None
    value: Value | None = None
    exact: bool = False
    error: tuple[str, str] | None = None  # category, message
    ms: float = 0.0

    def fail(self, category: str, message: str) -> None:
        self.error = category, message
