"""Replaying a trace: the same calls, run again by the tools, without the model."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from fluxem_encoders.detect import detect
from fluxem_encoders.errors import FluxEMError, ValueFormError
from fluxem_encoders.forms import clip, from_json, to_json
from fluxem_encoders.values import Value
from fluxem_qwen3.calls import MAX_DEPTH, nests_deeper
from fluxem_vllm.chain.answer import fill, last_value
from fluxem_vllm.chain.plan import from_trace, ready
from fluxem_vllm.chain.slot import CallRecord, Slot
from fluxem_vllm.chain.steps import Run
from fluxem_vllm.chain.trace import bound_json
from fluxem_vllm.pool.executor import ToolCall, ToolOutcome
from fluxem_vllm.pool.work import run_call

MAX_CALLS = 1000
OF_THE_TOOL = ("invalid", "mismatch", "undefined", "unknown_tool")
"""Errors that a call meets every time; others came from the plan or the clock, and stand."""

Replaying = Generator[Run, Sequence[ToolOutcome], dict[str, Any]]


class TraceError(FluxEMError, ValueError):
    """Something that is no trace; the text says what is missing."""


def replay(form: Any) -> dict[str, Any]:
    """Run `replaying` with the tools in this process, without bounds on time."""
    steps = replaying(form)
    outcomes: Sequence[ToolOutcome] | None = None
    while True:
        try:
            step = next(steps) if outcomes is None else steps.send(outcomes)
        except StopIteration as stop:
            result: dict[str, Any] = stop.value
            return result
        outcomes = [run_call(ToolCall(call.tool, call.bound or {})) for call in step.calls]


def replaying(form: Any) -> Replaying:
    """Run a trace's calls again and compare every value, and the answer's.

    A generator like `solve`: yields `Run` steps and is sent the outcomes.

    Args:
        form: the JSON form of a trace, or a whole reply that carries one as `fluxem`.

    Returns:
        {"ok": bool, "calls": [{"slot", "tool", "ok", "expected", "got"}], "value", "answer"}.
        The results of the client's own tools are not in the trace and count as good.

    Raises:
        TraceError: when `form` is no trace.
    """
    if isinstance(form, Mapping) and isinstance(form.get("fluxem"), Mapping):
        form = form["fluxem"]
    slots = _span_slots(form)
    traced = _calls(form, len(slots))
    waiting: list[CallRecord] = []
    rows = {}
    for call in traced.values():
        if call.reruns:
            waiting.append(call.record)
        else:
            slots[call.record.slot] = Slot(call.record.slot, "call", error=call.message)
            rows[call.record.slot] = call.row(True, None)
    while waiting:
        batch = ready(waiting, slots)
        outcomes = (yield Run(tuple(batch))) if batch else ()
        for record, outcome in zip(batch, outcomes, strict=True):
            error = outcome.error.message if outcome.error else None
            slots[record.slot] = Slot(record.slot, "call", outcome.value, error=error)
            rows[record.slot] = traced[record.slot].compare(outcome)
        for record in waiting:
            if record.slot not in slots and (record.error or not batch):
                slots[record.slot] = Slot(record.slot, "call", error="failed")
                rows[record.slot] = traced[record.slot].row(False, None)
        waiting = [r for r in waiting if r.slot not in slots]
    template = str(form.get("answer", ""))
    value = last_value(template, slots)
    got = None if value is None else to_json(value)
    calls = [rows[slot] for slot in sorted(rows)]
    ok = all(row["ok"] for row in calls) and _same(got, form.get("value"))
    return {"ok": ok, "calls": calls, "value": got, "answer": fill(template, slots)}


@dataclass(frozen=True, slots=True)
class _Traced:
    """A call of the trace, and what the trace says became of it."""

    record: CallRecord
    form: Mapping[str, Any]

    @property
    def error(self) -> Mapping[str, Any] | None:
        error = self.form.get("error")
        return error if isinstance(error, Mapping) else None

    @property
    def message(self) -> str:
        return str((self.error or {}).get("message", ""))

    @property
    def reruns(self) -> bool:
        """Whether the tools decide what becomes of this call."""
        if self.error is not None:
            return self.error.get("category") in OF_THE_TOOL
        return self.form.get("value") is not None  # else it was left to the client

    def compare(self, outcome: ToolOutcome) -> dict[str, Any]:
        if outcome.error is not None or outcome.value is None:
            category = outcome.error.category if outcome.error else None
            return self.row(bool(self.error) and self.error.get("category") == category, None)  # type: ignore[union-attr]
        got = to_json(outcome.value)
        bound = {name: bound_json(value) for name, value in (self.record.bound or {}).items()}
        same = self.error is None and all(
            name not in self.form or _same(self.form[name], form)
            for name, form in (("value", got), ("bound", bound))
        )
        return self.row(same, got)

    def row(self, ok: bool, got: Any) -> dict[str, Any]:
        expected = self.form.get("value")
        tool = self.record.tool
        return {"slot": self.record.slot, "tool": tool, "ok": ok, "expected": expected, "got": got}


def _span_slots(form: Any) -> dict[int, Slot]:
    if not isinstance(form, Mapping) or not isinstance(form.get("calls"), list):
        raise TraceError("a trace is an object with `spans`, `calls` and `value`")
    spans = form.get("spans")
    if not isinstance(spans, list) or not all(isinstance(s, Mapping) for s in spans):
        raise TraceError("`spans` of a trace must be a list of objects")
    slots = {}
    for k, span in enumerate(spans):
        try:
            slots[k] = Slot(k, "span", _span_value(span))
        except ValueFormError as error:
            raise TraceError(f"span {k}: {error}") from None
    return slots


def _span_value(span: Mapping[str, Any]) -> Value:
    """The span's value; as its text has it where that says the same, since JSON turns 5.0 to 5."""
    text, domain = str(span.get("text")), str(span.get("domain"))
    for found in detect(text, limit=1):
        whole = found.text == text and found.domain == domain
        if whole and _same(to_json(found.value), span.get("value")):
            return found.value
    return from_json(span.get("value"), domain)


def _calls(form: Mapping[str, Any], first: int) -> dict[int, _Traced]:
    calls = form["calls"]
    if len(calls) > MAX_CALLS:
        raise TraceError(f"a trace has at most {MAX_CALLS} calls, got {len(calls)}")
    traced = {}
    for slot, call in enumerate(calls, first):
        if not isinstance(call, Mapping) or not isinstance(call.get("arguments"), Mapping):
            raise TraceError("every call of a trace is an object with `slot`, `tool`, `arguments`")
        if call.get("slot") != slot or not isinstance(call.get("tool"), str):
            raise TraceError(
                f"the calls' slots follow the spans': expected slot {slot} with a string `tool`, "
                f"got {clip(call.get('slot'))}"
            )
        if nests_deeper(call["arguments"], MAX_DEPTH + 1):
            raise TraceError(f"slot {slot}: arguments nest at most {MAX_DEPTH} levels deep")
        record = CallRecord(slot, call["tool"], from_trace(call["arguments"]), 0)
        traced[slot] = _Traced(record, call)
    return traced


def _same(a: Any, b: Any) -> bool:
    """Equality of JSON forms; 5 and 5.0 are the same number, true and 1 are not."""
    if isinstance(a, Mapping) and isinstance(b, Mapping):
        return a.keys() == b.keys() and all(_same(a[name], b[name]) for name in a)
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(_same, a, b))
    return isinstance(a, bool) == isinstance(b, bool) and bool(a == b)
