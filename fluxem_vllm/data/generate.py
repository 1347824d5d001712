"""Samples for training: a conversation with its spans, plans, results and answers.

Questions are drawn as text and then read by the real detector, so that a model is trained on
exactly what the server will show it. Answers are computed by the real tools.
"""

import random
from collections import ChainMap
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from fluxem_encoders.detect import detect
from fluxem_encoders.forms import to_answer
from fluxem_encoders.span import Span
from fluxem_encoders.values import Value
from fluxem_qwen3.prompt import reference
from fluxem_toolbox import TOOLS, ToolError, tools_of
from fluxem_toolbox.registry import CORE, Tool
from fluxem_vllm.data.bank import FOLDS, Bank, Fixed, Split, load_bank
from fluxem_vllm.data.further import FurtherComposer
from fluxem_vllm.data.inventions import DISTRACTORS, Inventor
from fluxem_vllm.data.reading import (
    by_reference,
    in_text_order,
    is_text,
    measured,
    name_of,
    notations,
    plainly,
    replaced,
    with_plain_tools,
)
from fluxem_vllm.data.reword import Rewording
from fluxem_vllm.data.sample import Call, Said, Sample, Turn
from fluxem_vllm.data.tree import Leaf, Node, Pieces
from fluxem_vllm.router import Router, default_router
from fluxem_vllm.shapes import NONE

DATA_VERSION = 21
MAX_CALLS = 8
CHAT = 0.12  # share of questions that need no tool
SURROUNDED = 0.55  # share of the others that stand among words and values of no use to them
FURTHER_SHARE = 0.4  # of the others, where further domains are asked for, those of their tools
MAX_RESULT_CHARS = 60  # a longer result is rarely what anybody asks for
MAX_STRUCTURE_CHARS = 400  # the same where the result may be a matrix


class Generator:
    """An endless stream of samples, the same for the same seed and split.

    Training samples are worded from one fold of the phrase bank each, and ranked by a router that
    has read only the other folds: so its ranking is as good, and as wrong, as it will be for
    people's own words.

    Args:
        folds: of the training phrasings, to draw from these only; numbered from 0 to `FOLDS` - 1.
        domains: further ones that questions are about as well.
        invented: share of questions for tools that nobody has written; these tools are on offer
            with the sample, as those of another server are.
    """

    def __init__(
        self,
        seed: int,
        split: Split = "train",
        folds: Iterable[int] = range(FOLDS),
        domains: Collection[str] = (),
        invented: float = 0.0,
    ) -> None:
        self.domains = tuple(sorted(domains))
        self.rng = random.Random(f"fluxem-data-{DATA_VERSION}-{split}-{seed}")
        parts = [frozenset([i]) for i in folds] if split == "train" else [None]
        self._parts = [
            (FurtherComposer(load_bank(split, part), self.rng, self.domains), part)
            for part in parts
        ]
        self.composer, self._part = self._parts[0]
        self.invented, self.inventor = invented, Inventor(self.rng)
        self.reworded = 0.6 if split == "train" else 0.0  # held-out phrasings stay as written
        self.rejected: dict[str, int] = {}

    @property
    def bank(self) -> Bank:
        return self.composer.bank

    def annotated(self) -> Iterator[tuple[str, list[tuple[Leaf, int]]]]:
        """Questions with the values meant in them and their offsets, be they detected or not."""
        while True:
            self.composer, self._part = self.rng.choice(self._parts)
            chat = self.rng.random() < CHAT
            yield self._styled((self._chat_pieces() if chat else self._question_pieces())[0])

    def __iter__(self) -> Iterator[Sample]:
        while True:
            self.composer, self._part = self.rng.choice(self._parts)
            sample = self._draw()
            if isinstance(sample, str):
                self.rejected[sample] = self.rejected.get(sample, 0) + 1
            else:
                yield replace(sample, ranked=self._ranked(sample))

    def _ranked(self, sample: Sample) -> tuple[str, ...]:
        asked = [past.text for past in sample.history if past.role == "user"]
        said: tuple[Said | Turn, ...] = (*sample.history, sample.turn)
        spans = [span for each in said for span in each.spans]
        text = "\n".join((*asked, sample.turn.text))
        ranked = self._router().rank(text, spans, (*tools_of(self.domains), NONE))
        names = [tool.name for tool in sample.invented]
        self.rng.shuffle(names)
        for name in names:  # a router that reads lines only puts the one that is meant first mostly
            meant = name in sample.tools
            place = self.rng.choices((0, 1, 2, 6), (7, 2, 1, 0.5) if meant else (1, 3, 4, 4))[0]
            ranked.insert(place, name)
        return tuple(ranked)

    def _router(self) -> Router:
        """One that has not read the phrasings that questions are drawn from."""
        return default_router(frozenset(range(FOLDS)) - self._part if self._part else None)

    def _read(self, text: str) -> tuple[Span, ...]:
        """The values that the server would show for the question."""
        if not self.domains:
            return tuple(detect(text))  # without the router, which takes seconds to build
        return tuple(self._router().read(text, self.domains))

    def _draw(self) -> Sample | str:
        if self.invented and self.rng.random() < self.invented:
            return self._for_an_invention()
        kind = self.rng.random()
        if kind < CHAT:
            return self._chat()
        drawn = self._question((), 0)
        if isinstance(drawn, str) or kind > 0.2:
            return drawn
        return self._second_turn(drawn)

    def _chat(self) -> Sample | str:
        pieces, answer = self._chat_pieces()
        text, _ = self._styled(pieces)
        return Sample((), Turn(text, self._read(text), 0, (), answer))

    def _chat_pieces(self) -> tuple[Pieces, str]:
        """A question that needs no tool, and its answer."""
        question, answer = self.rng.choice(self.bank.chat)
        pieces: Pieces = []
        for part, stretch in enumerate(question.split("{")):
            name, _, rest = stretch.partition("}") if part else ("", "", stretch)
            if name:
                value = self.rng.randint(2, 90)
                pieces.append(Leaf(value, str(value)))
            pieces.append(rest)
        return pieces, answer

    def _second_turn(self, first: Sample) -> Sample | str:
        """Go on from a finished turn: about its result, or about something else."""
        turn = first.turn
        answer = turn.answer_text()
        history = (
            Said("user", turn.text, turn.spans),
            Said("assistant", answer, self._read(answer)),
        )
        slots = sum(len(said.spans) for said in history)
        if self.rng.random() < 0.35 or not turn.calls:
            return self._question(history, slots)
        value = turn.calls[-1].value
        same = [i for i, span in enumerate(history[1].spans) if span.value == value]
        if not same:
            return "result not readable"
        carried = Leaf(history[1].spans[same[-1]].value, "")
        step = self.composer.follow_up(carried)
        if step is None:
            return "nothing fits"
        known = {id(carried): len(turn.spans) + same[-1]}
        return self._question(history, slots, (*step, known))

    def _for_an_invention(self) -> Sample | str:
        """A question for a tool that nobody has written."""
        invention = self.inventor.invent()
        tool = invention.tool
        others = [self.inventor.invent(like=invention) for _ in range(self.rng.choice(DISTRACTORS))]
        pieces, root = self.inventor.question(invention)
        text, leaves = self._styled(pieces)
        spans = self._read(text)
        places = {(span.start, span.end): i for i, span in enumerate(spans)}
        slots: dict[int, int] = {}
        for leaf, start in leaves:
            i = places.get((start, start + len(leaf.text)))
            if leaf.value is None:
                if any(s.start < start + len(leaf.text) and start < s.end for s in spans):
                    return "text read as a value"
            elif i is None or spans[i].value != leaf.value:
                return "value not detected"
            else:
                slots[id(leaf)] = i
        calls = self._calls([root], slots, len(spans), ChainMap({tool.name: tool}, TOOLS))
        if isinstance(calls, str):
            return calls
        answer = self._answer([slots[id(root)]], calls)
        offered = (tool, *(other.tool for other in others))
        return Sample((), Turn(text, spans, 0, tuple(calls), answer), invented=offered)

    def _question(
        self,
        history: tuple[Said, ...],
        first_slot: int,
        drawn: tuple[Pieces, list[Node], dict[int, int]] | None = None,
    ) -> Sample | str:
        if drawn is None:
            pieces, roots = self._question_pieces()
            known: dict[int, int] = {}
        else:
            pieces, roots, known = drawn
        text, leaves = self._styled(pieces)
        spans = self._read(text)
        places = {(s.start, s.end): first_slot + i for i, s in enumerate(spans)}
        slots = dict(known)
        instead: dict[Node | Leaf, Node | Leaf] = {}
        inside: dict[Leaf, int] = {}
        for leaf, start in leaves:
            slot = places.get((start, start + len(leaf.text)))
            if slot is None and (number := plainly(leaf, start, spans)) is not None:
                slot = first_slot + number
            value = None if slot is None else spans[slot - first_slot].value
            if slot is not None and leaf.value is None:
                read = instead.setdefault(leaf, Leaf(value, leaf.text))
                slots[id(read)] = slot
            elif slot is not None and value == leaf.value:
                slots[id(leaf)] = slot
            elif length_there := measured(leaf, start, spans):
                unit, span = length_there
                length = Leaf(spans[span].value, spans[span].text)
                slots[id(length)] = first_slot + span
                instead[leaf] = Node("convert_duration", {"duration": length, "unit": Fixed(unit)})
            else:
                around = [i for i, s in enumerate(spans) if s.start < start < s.end]
                if around:
                    inside[leaf] = around[0]
        for node, i in notations(roots, inside, spans):
            instead[node] = Leaf(spans[i].value, spans[i].text)
            slots[id(instead[node])] = first_slot + i
        roots = [with_plain_tools(replaced(root, instead)) for root in roots]
        names = {name_of(s.value): i for i, s in reversed([*enumerate(spans)])}
        named = {name: Leaf(spans[i].value, spans[i].text) for name, i in names.items() if name}
        slots |= {id(leaf): first_slot + names[name] for name, leaf in named.items()}
        roots = [by_reference(root, named) for root in roots]
        calls = self._calls(roots, slots, first_slot + len(spans))
        if isinstance(calls, str):
            return calls
        answer = self._answer([slots[id(root)] for root in roots], calls)
        return Sample(history, Turn(text, spans, first_slot, tuple(calls), answer))

    def _question_pieces(self) -> tuple[Pieces, list[Node]]:
        if self.domains and self.rng.random() < FURTHER_SHARE:
            pieces, roots = self.composer.further()
        else:
            depth = self.rng.choices((0, 1, 2, 3), (0.58, 0.27, 0.11, 0.04))[0]
            pieces, roots = self.composer.question(depth)
        return (self._surrounded(pieces) if self.rng.random() < SURROUNDED else pieces), roots

    def _surrounded(self, pieces: Pieces) -> Pieces:
        """The question among other words, mostly with values that it does not need."""
        kind = self.rng.random()
        if kind < 0.12:
            return [self.rng.choice(self.bank.joins["greeting"]), *pieces]
        if kind < 0.2:
            return [*pieces, self.rng.choice(self.bank.joins["closer"])]
        if kind < 0.45:
            return [*self.composer.aside("sentence"), " ", *pieces]
        if kind < 0.58:
            return [*pieces, " ", *self.composer.aside("sentence")]
        if kind < 0.7:
            return [*pieces, *self.composer.aside("tail")]
        lead, first = self.composer.aside("lead"), pieces[0]
        goes_on = not str(lead[-1]).endswith((". ", ": ", ") "))
        if goes_on and isinstance(first, str) and not first.startswith(("I ", "I'")):
            first = first[:1].lower() + first[1:]
        return [*lead, first, *pieces[1:]]

    def _styled(self, pieces: Pieces) -> tuple[str, list[tuple[Leaf, int]]]:
        """The text with its leaves' offsets; capitals, typos and stops as people put them."""
        style = self.rng.random()
        if self.rng.random() < self.reworded:
            pieces = Rewording(self.bank.synonyms, self.rng)(pieces)
        text, leaves = "", []
        for piece in pieces:
            if isinstance(piece, Leaf):
                leaves.append((piece, len(text)))
                text += piece.text
            else:
                text += (
                    piece.lower() if style < 0.12 else self._typo(piece) if style > 0.94 else piece
                )
        if style < 0.06:
            text = text.rstrip("?.!")
        elif style > 0.2 and text and not (leaves and leaves[0][1] == 0):
            text = text[:1].upper() + text[1:]
        return text, leaves

    def _typo(self, text: str) -> str:
        letters = [i for i in range(1, len(text) - 1) if text[i - 1 : i + 2].isalpha()]
        if not letters:
            return text
        i = self.rng.choice(letters)
        swapped = text[:i] + text[i + 1] + text[i] + text[i + 2 :]
        return self.rng.choice((swapped, text[:i] + text[i + 1 :], text[:i] + text[i] + text[i:]))

    def _calls(
        self,
        roots: list[Node],
        slots: dict[int, int],
        next_slot: int,
        tools: Mapping[str, Tool] = TOOLS,
    ) -> list[Call] | str:
        """The plan in writing order: a call stands after the calls whose results it takes."""
        calls: list[Call] = []
        values: dict[int, Value | None] = {}

        def visit(node: Node) -> str | None:
            tool = tools[node.tool]
            written: dict[str, Any] = {}
            bound: dict[str, Any] = {}
            for name, argument in in_text_order(node, slots):
                if isinstance(argument, Fixed):
                    written[name] = bound[name] = argument.value
                    continue
                if isinstance(argument, Node) and id(argument) not in slots:
                    problem = visit(argument)
                    if problem:
                        return problem
                if id(argument) not in slots:
                    if isinstance(argument, Node) or not is_text(tool, name, argument):
                        return "value not detected"
                    written[name] = bound[name] = argument.text
                    continue
                written[name] = reference(slots[id(argument)])
                bound[name] = argument.value if isinstance(argument, Leaf) else values[id(argument)]
            order = [p.name for p in tool.parameters]
            written = {name: written[name] for name in order if name in written}
            if same := next(
                (c for c in calls if (c.tool, c.arguments) == (node.tool, written)), None
            ):
                slots[id(node)], values[id(node)] = same.slot, same.value
                return None
            value, error = self._run(tool, bound)
            further = tool.domain not in CORE
            if error and (further or calls or roots != [node] or self.rng.random() > 0.3):
                return "call fails"
            longest = MAX_STRUCTURE_CHARS if further else MAX_RESULT_CHARS
            if value is not None and len(to_answer(value)) > longest:
                return "result too long"
            slots[id(node)] = next_slot + len(calls)
            values[id(node)] = value
            calls.append(Call(slots[id(node)], node.tool, written, value, error))
            return None

        for root in roots:
            if problem := visit(root):
                return problem
        return calls if len(calls) <= MAX_CALLS else "too many calls"

    def _run(self, tool: Tool, bound: dict[str, Any]) -> tuple[Value | None, str | None]:
        try:
            return tool.call(bound), None
        except ToolError as error:
            return None, str(error)

    def _answer(self, ends: list[int], calls: list[Call]) -> str:
        """A sentence for each of the slots `ends`."""
        if failed := next((c for c in calls if c.error), None):
            text = self.rng.choice(ERROR_ANSWERS)
            return text.replace("{result}", reference(failed.slot))
        return " ".join(
            self._answer_sentence(call.tool).replace("{result}", reference(call.slot))
            for call in calls
            if call.slot in ends
        )

    def _answer_sentence(self, tool: str) -> str:
        answers = self.bank.tools[tool].answer if tool in self.bank.tools else ()
        if not answers:
            return "The result is {result}."
        return "{result}".join(self.rng.choice(answers).pieces[::2])


ERROR_ANSWERS = (
    "That cannot be computed: {result}.",
    "There is no answer: {result}.",
)
