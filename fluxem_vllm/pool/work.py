"""What a worker does with one call or one text, in whatever process it lives."""

import importlib
import time
from collections.abc import Sequence

from fluxem_encoders.errors import CapacityError, UnknownDomainError
from fluxem_encoders.values import Value, type_of_number
from fluxem_toolbox.errors import ToolError
from fluxem_vllm.pool.executor import CallError, Detected, Embedding, ToolCall, ToolOutcome


def load(tool_modules: Sequence[str]) -> None:
    """Import the toolbox and the modules whose import registers further tools."""
    for module in ("fluxem_toolbox", *tool_modules):
        importlib.import_module(module)


def run_call(call: ToolCall) -> ToolOutcome:
    """Run one tool; its refusal becomes data."""
    from fluxem_toolbox.registry import call as run_tool

    start = time.perf_counter()
    value, exact, error = None, False, None
    try:
        value, exact = run_tool(call.name, call.arguments)
    except ToolError as refusal:
        error = CallError(refusal.category, str(refusal))
    ms = (time.perf_counter() - start) * 1000
    return ToolOutcome(value, exact, error, ms, None if value is None else embed(value))


def detect_spans(text: str, limit: int) -> list[Detected]:
    """The spans of a text with the embeddings of their values."""
    from fluxem_encoders.detect import detect

    from fluxem_encoders.registry import encode

    found = []
    for span in detect(text, limit=limit):
        try:
            found.append(Detected(span, encode(span.value, span.domain)))
        except (CapacityError, UnknownDomainError):
            found.append(Detected(span, embed(span.value)))
    return found


def embed(value: Value) -> Embedding | None:
    """The embedding of a value; of a number too long for its domain, that of the nearest float."""
    from fluxem_encoders.registry import encode

    try:
        return encode(value)
    except UnknownDomainError:
        return None
    except CapacityError:
        if isinstance(value, bool | float) or not isinstance(value, type_of_number):
            return None
    try:
        return encode(float(value))
    except (CapacityError, OverflowError):
        return None
