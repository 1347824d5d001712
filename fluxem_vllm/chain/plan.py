"""From the calls that a model wrote to a graph of calls with bound arguments."""

import pickle
import re
from collections.abc import Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import replace
from itertools import islice, permutations
from operator import itemgetter
from typing import Any

from fluxem_qwen3.prompt import REFERENCE, reference
from fluxem_vllm.chain.slot import CallRecord, Slot

_WHOLE = re.compile(f"\\s*{REFERENCE.pattern}\\s*")
MOST_REARRANGED = 4  # references of a call; the orders of more are too many


def references(form: Any) -> Iterator[int]:
    """Every slot that an argument names.

    >>> list(references({"a": "<|flux_2|>", "b": ["<|flux_0|>", 7]}))
    [2, 0]
    """
    if isinstance(form, str):
        if match := _WHOLE.fullmatch(form):
            yield int(match[1])
    elif isinstance(form, Mapping):
        for value in form.values():
            yield from references(value)
    elif isinstance(form, list | tuple):
        for value in form:
            yield from references(value)


def bind(form: Any, slots: Mapping[int, Slot]) -> Any:
    """The argument with every reference replaced by its slot's exact value."""
    if isinstance(form, str):
        match = _WHOLE.fullmatch(form)
        return slots[int(match[1])].value if match else form
    if isinstance(form, Mapping):
        return {name: bind(value, slots) for name, value in form.items()}
    if isinstance(form, list | tuple):
        return [bind(value, slots) for value in form]
    return form


def as_trace(form: Any) -> Any:
    """The argument as the trace shows it: `{"ref": k}` for a reference."""
    if isinstance(form, str):
        match = _WHOLE.fullmatch(form)
        return {"ref": int(match[1])} if match else form
    if isinstance(form, Mapping):
        return {name: as_trace(value) for name, value in form.items()}
    return [as_trace(v) for v in form] if isinstance(form, list | tuple) else form


def from_trace(form: Any) -> Any:
    """The inverse of `as_trace`."""
    if isinstance(form, Mapping):
        if set(form) == {"ref"} and isinstance(form["ref"], int):
            return reference(form["ref"])
        return {name: from_trace(value) for name, value in form.items()}
    return [from_trace(v) for v in form] if isinstance(form, list | tuple) else form


def ready(waiting: Iterable[CallRecord], slots: Mapping[int, Slot]) -> list[CallRecord]:
    """Those calls whose every reference stands for a value; their arguments are bound.

    A call that refers to a failed slot fails itself, with the reason.
    """
    found = []
    for call in waiting:
        named = list(references(call.arguments))
        if any(k in slots and slots[k].value is None for k in named):
            call.fail("dependency", f"`{call.tool}` needs the result of a step that failed")
        elif all(k in slots for k in named):
            call.bound = bind(call.arguments, slots)
            found.append(call)
    return found


def rearranged(call: CallRecord) -> Iterator[CallRecord]:
    """The call with the values that it refers to in every other order, in place of one another."""
    arguments, bound = call.arguments, call.bound or {}
    names = [name for name in bound if _is_reference(arguments[name])]
    if not 2 <= len(names) <= MOST_REARRANGED:
        return
    for order in islice(permutations(names), 1, None):
        swapped = dict(zip(names, order, strict=True))
        taken = {name: swapped.get(name, name) for name in bound}
        yield replace(
            call,
            arguments={name: arguments[other] for name, other in taken.items()},
            bound={name: bound[other] for name, other in taken.items()},
        )


def _is_reference(form: Any) -> bool:
    return isinstance(form, str) and _WHOLE.fullmatch(form) is not None


def stuck(call: CallRecord, outside: AbstractSet[int]) -> None:
    """Fail a call that no result will ever make ready; `outside` are slots the client fills."""
    if any(k in outside for k in references(call.arguments)):
        call.fail("dependency", f"`{call.tool}` needs the result of a tool that the client runs")
    else:
        call.fail("cycle", "this call and another wait for each other's results")


def check(call: CallRecord, known: range) -> None:
    """Fail a call that names no slot in `known`, all ids up to its plan's end."""
    for k in references(call.arguments):
        if k not in known:
            call.fail("unknown_reference", f"there is no slot {k}; slots go up to {known.stop - 1}")
            return


def key(call: CallRecord) -> bytes:
    """Equal for calls that ask for the same thing; 1, 1.0 and True differ."""
    return pickle.dumps((call.tool, sorted((call.bound or {}).items(), key=itemgetter(0))))
