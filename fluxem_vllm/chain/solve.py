"""The chain's logic: a generator that asks for generations and tool runs, without any I/O.

    plan ─ parse ─ bind ─ run what is ready ─ results become slots ─ next pass, or the answer

The server, the batch command and the tests drive this one generator.
"""

from collections.abc import Generator, Sequence
from typing import Literal, cast

from fluxem_qwen3.calls import WrittenCall
from fluxem_qwen3.prompt import REFERENCES, Markup, Message, reference
from fluxem_vllm.chain.answer import fill, last_value, unknown_reference
from fluxem_vllm.chain.composition import COMPOSED, Compose, composed_message, steps_of
from fluxem_vllm.chain.plan import check, key, ready, rearranged, stuck
from fluxem_vllm.chain.slot import CallRecord, Slot
from fluxem_vllm.chain.steps import (
    Answer,
    Generate,
    Generation,
    Limits,
    Reply,
    Run,
    Step,
)
from fluxem_vllm.chain.toolset import Toolset
from fluxem_vllm.chain.trace import Trace
from fluxem_vllm.chain.turns import Rendering, result_messages
from fluxem_vllm.pool.executor import Detected, Embedding, ToolOutcome

Chain = Generator[Step, Reply, Answer]

FAULTS = ("malformed", "unknown_tool", "unknown_reference", "cycle", "mismatch")
"""Errors of a plan itself, whatever the values; all others may be what the question deserves."""


def solve(
    messages: Sequence[Message],
    found: Sequence[Detected],
    tools: Toolset,
    limits: Limits,
    rendering: Rendering = "reference",
    compose: Compose | None = None,
) -> Chain:
    """Answer the conversation `messages`, in which `found[k]` is slot k.

    Yields `Generate` and `Run` steps and is sent a `Generation` or the `ToolOutcome`s. With
    `compose` the row of all results together stands last in the passes after a plan.
    """
    chain = _Chain(found, tools, limits, rendering, compose)
    conversation = list(messages)
    planning, redraw = True, 0
    while True:
        chain.trace.passes += 1
        composed = chain.composed()
        last = () if composed is None else (composed_message(rendering),)
        step = Generate(
            (*conversation, *last), dict(chain.slots), tools.schemas, planning, redraw, composed
        )
        written = cast(Generation, (yield step))
        text, calls = tools.read(written.text)
        if written.finish in ("deadline", "context"):
            return chain.stop(f"limit:{written.finish}")
        if not calls:
            return chain.answer(text, "length" if written.finish == "length" else "stop")
        chain.say(text)
        if reason := chain.refuse(calls, written):
            return chain.stop(reason)
        records = chain.read(calls)
        yield from chain.run(records)
        if planning and not text and chain.faulty(records):
            chain.start_over()
            redraw += 1
            continue
        planning, redraw = False, 0
        if client_calls := chain.client_calls(calls, records):
            return chain.answer("", "tool_calls", client_calls)
        if chain.repeated:
            return chain.stop("limit:repeated_call")
        if chain.trace.passes >= limits.passes:
            return chain.stop("limit:passes")
        conversation.append(Message("assistant", (Markup(written.text.strip()),)))
        conversation += result_messages(
            ((r.slot, chain.slots[r.slot].text, r.error[1] if r.error else None) for r in records),
            rendering,
        )


class _Chain:
    """The state of one chain between its steps."""

    def __init__(
        self,
        found: Sequence[Detected],
        tools: Toolset,
        limits: Limits,
        rendering: Rendering,
        compose: Compose | None,
    ) -> None:
        self.tools, self.limits, self.rendering = tools, limits, rendering
        self.compose = compose
        self.trace = Trace(spans=[f.span for f in found])
        self.slots: dict[int, Slot] = {
            k: Slot(k, "span", f.span.value, f.embedding) for k, f in enumerate(found)
        }
        self.repeated = False
        self._said: list[str] = []  # what the model wrote before its calls
        self._seen: set[bytes] = set()
        self._first = 1  # the pass of the plan that counts as the first

    def say(self, text: str) -> None:
        """Keep text that stands before calls; it belongs to the answer."""
        if text:
            self._said.append(text)

    def refuse(self, calls: Sequence[WrittenCall], written: Generation) -> str | None:
        """Why this plan is not run at all, if so."""
        if len(self.trace.calls) + len(calls) > self.limits.calls:
            return "limit:calls"
        if len(self.slots) + len(calls) > (COMPOSED if self.compose else REFERENCES):
            return "limit:slots"
        return "limit:tokens" if written.finish == "length" else None

    def read(self, calls: Sequence[WrittenCall]) -> list[CallRecord]:
        """Give every call its slot and find what is wrong with it before it runs."""
        first = len(self.slots)
        records = []
        for slot, call in enumerate(calls, first):
            record = CallRecord(slot, call.name, call.arguments, self.trace.passes)
            if call.error is not None:
                record.fail("malformed", call.error)
            elif call.name not in self.tools.server | self.tools.client:
                record.fail("unknown_tool", f"there is no tool `{call.name[:80]}` on offer")
            else:
                check(record, range(first + len(calls)))
            records.append(record)
        self.trace.calls += records
        return records

    def run(self, records: Sequence[CallRecord]) -> Generator[Step, Reply, None]:
        """Run the graph: all calls that are ready side by side, until none is left."""
        good = [r for r in records if r.error is None]
        waiting = [r for r in good if r.tool in self.tools.server]
        outside = {r.slot for r in good if r.tool in self.tools.client}
        self._settle([r for r in records if r.error is not None])
        while waiting:
            batch = ready(waiting, self.slots)
            failed = [r for r in waiting if r.error is not None]
            if not batch and not failed:
                for record in waiting:
                    stuck(record, outside)
                failed = waiting
            if batch:
                outcomes = cast(Sequence[ToolOutcome], (yield Run(tuple(batch))))
                for record, outcome in zip(batch, outcomes, strict=True):
                    self._record(record, outcome)
                    if outcome.error is not None and outcome.error.category == "mismatch":
                        yield from self._rearrange(record)
            self._settle(failed)
            waiting = [r for r in waiting if r.slot not in self.slots]

    def _rearrange(self, record: CallRecord) -> Generator[Step, Reply, None]:
        """Put the values of a call that do not fit their arguments in the one order that does, such
        as a resistance and a voltage that stand in each other's place."""
        others = list(rearranged(record))
        if not others:
            return
        outcomes = cast(Sequence[ToolOutcome], (yield Run(tuple(others))))
        fitting = [pair for pair in zip(others, outcomes, strict=True) if pair[1].error is None]
        if len(fitting) == 1:
            (other, outcome), record.error = fitting[0], None
            record.arguments, record.bound = other.arguments, other.bound
            self._record(record, outcome)

    def _record(self, record: CallRecord, outcome: ToolOutcome) -> None:
        record.value, record.exact, record.ms = outcome.value, outcome.exact, outcome.ms
        if outcome.error is not None:
            record.fail(outcome.error.category, outcome.error.message)
        message = outcome.error.message if outcome.error else None
        self.slots[record.slot] = Slot(
            record.slot, "call", outcome.value, outcome.embedding, message
        )
        identity = key(record)
        self.repeated |= record.number > self._first and identity in self._seen
        self._seen.add(identity)

    def composed(self) -> Embedding | None:
        """The row of all results so far, where there are any and a composer."""
        if self.compose is None:
            return None
        embeddings = {k: slot.embedding for k, slot in self.slots.items()}
        steps = steps_of(((c.slot, c.arguments) for c in self.trace.calls), embeddings)
        return self.compose(steps) if steps else None

    def faulty(self, records: Sequence[CallRecord]) -> bool:
        """Whether calls are none that the tools could run for any values, so that another plan for
        the same question is better; two passes are left for that plan and the answer."""
        wrong = any(record.error and record.error[0] in FAULTS for record in records)
        return wrong and self.trace.passes + 2 <= self.limits.passes

    def start_over(self) -> None:
        """Take back the first plan; tools are pure, so nothing of it remains."""
        self.slots = {k: slot for k, slot in self.slots.items() if slot.source == "span"}
        self.trace.calls.clear()
        self._seen.clear()
        self._first += 1

    def _settle(self, failed: Sequence[CallRecord]) -> None:
        for record in failed:
            message = record.error[1] if record.error else ""
            self.slots[record.slot] = Slot(record.slot, "call", error=message)

    def client_calls(
        self, calls: Sequence[WrittenCall], records: Sequence[CallRecord]
    ) -> tuple[WrittenCall, ...]:
        """Calls of the client's own tools, with the exact values in their arguments."""
        filled = []
        outside = {r.slot for r in records if r.tool in self.tools.client}
        for call, record in zip(calls, records, strict=True):
            if record.tool not in self.tools.client or record.error is not None:
                continue
            if ready([record], self.slots):
                filled.append(
                    WrittenCall(call.name, self.tools.plain(call.name, record.bound or {}))
                )
                continue
            if record.error is None:
                stuck(record, outside - {record.slot})
            self._settle([record])
        return tuple(filled)

    def answer(
        self,
        text: str,
        finish: Literal["stop", "length", "tool_calls"],
        client_calls: tuple[WrittenCall, ...] = (),
    ) -> Answer:
        """The answer that the model gave."""
        text = self._whole(text)
        self.trace.value = last_value(text, self.slots)
        if (k := unknown_reference(text, self.slots)) is not None:
            self.trace.outcome = f"failed:unknown reference to slot {k}"
        elif finish == "length":
            self.trace.outcome = "limit:tokens"
        elif not client_calls and (reason := self._all_failed()):
            self.trace.outcome = f"failed:{reason}"
        return Answer(fill(text, self.slots), self.trace, finish, client_calls, self.slots)

    def _all_failed(self) -> str | None:
        """Why the first call failed, if none succeeded."""
        errors = [call.error for call in self.trace.calls]
        return errors[0][1] if errors and errors[0] and all(errors) else None

    def stop(self, outcome: str) -> Answer:
        """The best answer so far, the last result, when a limit ends the chain."""
        self.trace.outcome = outcome
        done = [c for c in self.trace.calls if c.value is not None]
        text = self._whole(reference(done[-1].slot) if done else "")
        self.trace.value = last_value(text, self.slots)
        shown = fill(text, self.slots) or f"The chain was stopped ({outcome})."
        cut = outcome in ("limit:tokens", "limit:context")
        return Answer(shown, self.trace, "length" if cut else "stop", (), self.slots)

    def _whole(self, text: str) -> str:
        """The answer with what was said before calls."""
        self.trace.template = "\n\n".join([*self._said, text] if text else self._said)
        return self.trace.template
