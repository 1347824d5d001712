"""Replaying a trace: the same calls, run again by the tools, without the model."""

from collections.abc import Mapping
from typing import Any

from fluxem_encoders.errors import FluxEMError, ValueFormError
from fluxem_encoders.forms import from_json, to_json
from fluxem_toolbox import ToolError, get_tool
from fluxem_vllm.chain.answer import fill, last_value
from fluxem_vllm.chain.plan import from_trace, ready
from fluxem_vllm.chain.slot import CallRecord, Slot

MAX_CALLS = 1000


class TraceError(FluxEMError, ValueError):
    """Something that is no trace; the text says what is missing."""


def replay(form: Any) -> dict[str, Any]:
    """Run a trace's calls again and compare every value, and the answer's.

    Args:
        form: the JSON form of a trace, or a whole reply that carries one as `fluxem`.

    Returns:
        {"ok": bool, "calls": [{"slot", "tool", "ok", "expected", "got"}], "value", "answer"}.

    Raises:
        TraceError: when `form` is no trace.
    """
    if isinstance(form, Mapping) and isinstance(form.get("fluxem"), Mapping):
        form = form["fluxem"]
    slots = _span_slots(form)
    waiting = _calls(form)
    expected = {call["slot"]: call for call in form["calls"]}
    rows = []
    while waiting:
        batch = ready(waiting, slots)
        failed = [r for r in waiting if r not in batch and (r.error or not batch)]
        for record in batch:
            rows.append(_run(record, expected[record.slot], slots))
        for record in failed:
            slots[record.slot] = Slot(record.slot, "call", error="failed")
            was = expected[record.slot].get("error")
            rows.append({"slot": record.slot, "tool": record.tool, "ok": bool(was),
                         "expected": None, "got": None})  # fmt: skip
        waiting = [r for r in waiting if r.slot not in slots]
    template = str(form.get("answer", ""))
    value = last_value(template, slots)
    got = None if value is None else to_json(value)
    rows.sort(key=lambda row: row["slot"])
    ok = all(row["ok"] for row in rows) and got == form.get("value")
    return {"ok": ok, "calls": rows, "value": got, "answer": fill(template, slots)}


def _span_slots(form: Any) -> dict[int, Slot]:
    if not isinstance(form, Mapping) or not isinstance(form.get("calls"), list):
        raise TraceError("a trace is an object with `spans`, `calls` and `value`")
    spans = form.get("spans")
    if not isinstance(spans, list) or not all(isinstance(s, Mapping) for s in spans):
        raise TraceError("`spans` of a trace must be a list of objects")
    slots = {}
    for k, span in enumerate(spans):
        try:
            value = from_json(span.get("value"), str(span.get("domain")))
        except ValueFormError as error:
            raise TraceError(f"span {k}: {error}") from None
        slots[k] = Slot(k, "span", value)
    return slots


def _calls(form: Mapping[str, Any]) -> list[CallRecord]:
    calls = form["calls"]
    if len(calls) > MAX_CALLS:
        raise TraceError(f"a trace has at most {MAX_CALLS} calls, got {len(calls)}")
    records = []
    for call in calls:
        if not isinstance(call, Mapping) or not isinstance(call.get("arguments"), Mapping):
            raise TraceError("every call of a trace is an object with `slot`, `tool`, `arguments`")
        if not isinstance(call.get("slot"), int) or not isinstance(call.get("tool"), str):
            raise TraceError("every call of a trace has a number `slot` and a string `tool`")
        records.append(CallRecord(call["slot"], call["tool"], from_trace(call["arguments"]), 0))
    return records


def _run(record: CallRecord, expected: Mapping[str, Any], slots: dict[int, Slot]) -> dict[str, Any]:
    try:
        value = get_tool(record.tool).call(record.bound or {})
        slots[record.slot] = Slot(record.slot, "call", value)
        got: Any = to_json(value)
        ok = got == expected.get("value") and not expected.get("error")
    except ToolError as error:
        slots[record.slot] = Slot(record.slot, "call", error=str(error))
        got, ok = None, bool(expected.get("error"))
    return {"slot": record.slot, "tool": record.tool, "ok": ok,
            "expected": expected.get("value"), "got": got}  # fmt: skip
