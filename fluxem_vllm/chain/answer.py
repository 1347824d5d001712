"""Answer texts: references in, exact values out."""

from collections.abc import Mapping, Sequence

from fluxem_encoders.values import Value
from fluxem_qwen3.calls import OPENING
from fluxem_qwen3.prompt import REFERENCE
from fluxem_vllm.chain.slot import Slot

UNKNOWN = "(unknown value)"
_MARKS = ("<|flux_", OPENING)
_LONGEST = len("<|flux_000|>")


def fill(text: str, slots: Mapping[int, Slot]) -> str:
    """Replace every reference by its slot's text."""

    def value(k: int) -> str:
        return slots[k].text if k in slots else UNKNOWN

    return REFERENCE.sub(lambda match: value(int(match[1])), text)


def unknown_reference(text: str, slots: Mapping[int, Slot]) -> int | None:
    """The first reference in an answer that names no slot."""
    return next((int(m[1]) for m in REFERENCE.finditer(text) if int(m[1]) not in slots), None)


def last_value(text: str, slots: Mapping[int, Slot]) -> Value | None:
    """The value of the last reference in an answer, None without one."""
    named = [int(m[1]) for m in REFERENCE.finditer(text)]
    return slots[named[-1]].value if named and named[-1] in slots else None


class AnswerStream:
    """Fills references in text that arrives bit by bit; ends at the first tool call or stop text.

    What might become a reference, a call or a stop text is held back until it is decided, so the
    pieces put out always concatenate to the filled text, without blank at either end.

    Args:
        stops: texts at which the filled answer ends, without them or, with `keep_stop`, with them.
    """

    def __init__(
        self, slots: Mapping[int, Slot], stops: Sequence[str] = (), *, keep_stop: bool = False
    ) -> None:
        self._slots, self._stops = slots, tuple(s for s in stops if s)
        self._keep_stop = keep_stop
        self._begun = False
        self._raw = ""  # as the model wrote it, not yet filled
        self._filled = ""  # filled, not yet shown
        self.calling = False
        self.stopped: str | None = None

    def feed(self, text: str) -> str:
        """The text that can be shown now."""
        if self.calling or self.stopped is not None:
            return ""
        self._raw += text
        if not self._begun:
            self._raw = self._raw.lstrip()
            self._begun = bool(self._raw)
        before, call, _ = self._raw.partition(OPENING)
        if call:
            self.calling, self._raw = True, ""
            return self._show(fill(before.rstrip(), self._slots), last=True)
        cut = _undecided(self._raw)
        ready, self._raw = self._raw[:cut], self._raw[cut:]
        return self._show(fill(ready, self._slots), last=False)

    def close(self) -> str:
        """The rest, when no more text comes."""
        rest, self._raw = fill(self._raw.rstrip(), self._slots), ""
        return "" if self.calling or self.stopped is not None else self._show(rest, last=True)

    def _show(self, text: str, *, last: bool) -> str:
        self._filled += text
        found = [(at, s) for s in self._stops if (at := self._filled.find(s)) >= 0]
        if found:
            at, self.stopped = min(found)
            return self._filled[: at + len(self.stopped) * self._keep_stop]
        keep = 0 if last else max((_overlap(self._filled, s) for s in self._stops), default=0)
        shown, self._filled = (
            self._filled[: len(self._filled) - keep],
            self._filled[len(self._filled) - keep :],
        )
        return shown


def _overlap(text: str, stop: str) -> int:
    """Length of the longest end of `text` that begins `stop`."""
    longest = min(len(text), len(stop) - 1)
    return next((n for n in range(longest, 0, -1) if stop.startswith(text[-n:])), 0)


def _undecided(text: str) -> int:
    """Where the tail begins that could still grow into a reference or a call, or is blank."""
    at = text.rfind("<")
    if at >= 0 and len(text) - at < _LONGEST:
        tail = text[at:]
        open_reference = tail.startswith("<|flux_") and ">" not in tail
        if open_reference or any(mark.startswith(tail) for mark in _MARKS):
            return len(text[:at].rstrip())
    return len(text.rstrip())
