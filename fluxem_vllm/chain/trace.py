"""The record of a chain, as JSON, and its replay without the model."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from fluxem_encoders.forms import to_json, to_text
from fluxem_encoders.span import Span
from fluxem_encoders.values import Value
from fluxem_vllm.chain.plan import as_trace
from fluxem_vllm.chain.slot import CallRecord


@dataclass(slots=True)
class Trace:
    """Spans, calls, passes and the outcome of one chain; `drafts` counts the different plans that
    the one which ran was chosen from."""

    spans: Sequence[Span] = ()
    calls: list[CallRecord] = field(default_factory=list)
    passes: int = 0
    drafts: int = 1
    outcome: str = "answered"
    value: Value | None = None
    template: str = ""  # the answer with its references
    ms: dict[str, float] = field(default_factory=dict)

    def to_json(self) -> dict[str, Any]:
        """The form that replies carry."""
        return {
            "spans": [span_to_json(span, slot) for slot, span in enumerate(self.spans)],
            "calls": [call_to_json(call) for call in self.calls],
            "passes": self.passes,
            "drafts": self.drafts,
            "outcome": self.outcome,
            "value": None if self.value is None else to_json(self.value),
            "answer": self.template,
            "ms": {name: round(ms, 2) for name, ms in self.ms.items()},
        }


def span_to_json(span: Span, slot: int | None = None) -> dict[str, Any]:
    """A span for traces and for `detect`."""
    form = {
        "start": span.start,
        "end": span.end,
        "text": span.text,
        "domain": span.domain,
        "value": to_json(span.value),
        "confidence": span.confidence,
    }
    return form if slot is None else {"slot": slot} | form


def call_to_json(call: CallRecord) -> dict[str, Any]:
    """A call for traces."""
    known = call.value is not None
    return {
        "slot": call.slot,
        "tool": call.tool,
        "arguments": {name: as_trace(form) for name, form in call.arguments.items()},
        "bound": {name: bound_json(value) for name, value in (call.bound or {}).items()},
        "value": to_json(call.value) if call.value is not None else None,
        "text": to_text(call.value) if call.value is not None else None,
        "exact": known and call.exact,
        "error": {"category": call.error[0], "message": call.error[1]} if call.error else None,
        "pass": call.number,
        "ms": round(call.ms, 3),
    }


def bound_json(value: Any) -> Any:
    """JSON of bound arguments, which may mix literals and exact values."""
    if isinstance(value, Mapping):
        return {name: bound_json(v) for name, v in value.items()}
    if isinstance(value, list):
        return [bound_json(v) for v in value]
    return None if value is None else to_json(value)
