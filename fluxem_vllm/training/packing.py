"""Samples as token ids, and packs of samples that share one list of tools.

A pack is a prefix (the tools on offer) with many branches (conversations). Every branch sees the
prefix and itself, so the prefix is computed once. B batch, T tokens, E = 256 lanes.
"""

import random
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from fluxem_encoders.errors import CapacityError, UnknownDomainError
from fluxem_encoders.layout import WIDTH
from fluxem_encoders.registry import encode
from fluxem_encoders.values import Value
from fluxem_qwen3.calls import write_calls
from fluxem_qwen3.prompt import Markup, Message, Prompt, render
from fluxem_toolbox import TOOLS, tools_of
from fluxem_toolbox.registry import Tool
from fluxem_vllm.chain.composition import COMPOSED, Compose, composed_message, steps_of
from fluxem_vllm.chain.turns import result_messages, value_parts
from fluxem_vllm.data.sample import Sample
from fluxem_vllm.router import GLUE, LIKELY
from fluxem_vllm.shapes import NONE
from fluxem_vllm.training.alias import Alias, Aliases, renamed, shown_name
from fluxem_vllm.training.tokenizer import END, START

IGNORED = -100  # label of a position that is not learnt


@dataclass(frozen=True, slots=True)
class Branch:
    """One conversation behind a prefix; `learnt` marks the tokens that the model has to write."""

    token_ids: list[int]
    rows: dict[int, NDArray[np.float32]]
    learnt: list[bool]
    plan_end: int  # learnt tokens before it belong to the plan
    ranked: bool  # the last line of the question is the router's ranking


@dataclass(slots=True)
class Pack:
    prefix: list[int]
    branches: list[Branch] = field(default_factory=list)
    tools: Sequence[Tool] = ()  # on offer, in the prefix's order

    def __len__(self) -> int:
        return len(self.prefix) + sum(len(b.token_ids) for b in self.branches)


def embedding(value: Value, domain: str | None = None) -> NDArray[np.float32] | None:
    """The row of a value, or None where no domain holds it."""
    try:
        return encode(value, domain)
    except CapacityError:
        return embedding(float(value)) if _is_number(value) else None  # type: ignore[arg-type]
    except UnknownDomainError:
        return None


def _is_number(value: Value) -> bool:
    if isinstance(value, bool | str | tuple) or not hasattr(value, "__float__"):
        return False
    return abs(value) < 1e300  # type: ignore[operator, arg-type]


def messages_of(
    sample: Sample, compose: Compose | None = None
) -> tuple[list[Message], dict[int, NDArray[np.float32]]]:
    """The conversation as the server shows it, up to the answer, and every slot's row."""
    rows: dict[int, NDArray[np.float32] | None] = {}
    messages: list[Message] = []
    turn = sample.turn
    slot = 0
    for said in (*sample.history, None):
        text, spans = (said.text, said.spans) if said else (turn.text, turn.spans)
        messages.append(Message(said.role if said else "user", value_parts(text, spans, slot)))
        rows |= {slot + i: embedding(s.value, s.domain) for i, s in enumerate(spans)}
        slot += len(spans)
    if turn.calls:
        plan = write_calls((c.tool, c.arguments) for c in turn.calls)
        messages.append(Message("assistant", (Markup(plan),)))
        messages += result_messages((c.slot, "", c.error) for c in turn.calls)
        rows |= {c.slot: None if c.value is None else embedding(c.value) for c in turn.calls}
        steps = steps_of(((c.slot, c.arguments) for c in turn.calls), rows)
        if compose and steps:
            messages.append(composed_message())
            rows[COMPOSED] = compose(steps)
    messages.append(Message("assistant", (Markup(turn.answer),)))
    return messages, {k: v for k, v in rows.items() if v is not None}


def prefix_of(tokenizer: Any, tools: Sequence[Tool]) -> list[int]:
    """The tokens with which every prompt that offers these tools begins."""
    if not tools:
        return []
    some = [Message("user", ("?",))]  # a template wants a message
    bare = render(tokenizer, some, add_generation_prompt=False).token_ids
    full = render(
        tokenizer, some, [tool.schema() for tool in tools], add_generation_prompt=False
    ).token_ids
    return full[: len(full) - len(bare)]


def opening_of(tokenizer: Any) -> list[int]:
    """The tokens with which an assistant's turn begins."""
    some = [Message("user", ("?",))]
    bare = render(tokenizer, some, add_generation_prompt=False).token_ids
    return render(tokenizer, some).token_ids[len(bare) :]


def branch_of(
    tokenizer: Any, sample: Sample, likely: Sequence[str] = (), compose: Compose | None = None
) -> Branch:
    """The sample's conversation without the tools' descriptions."""
    messages, rows = messages_of(sample, compose)
    turns = 2 if sample.turn.calls else 1
    return branch_from(tokenizer, messages, rows, turns, likely)


def branch_from(
    tokenizer: Any,
    messages: Sequence[Message],
    rows: Mapping[int, NDArray[np.float32]],
    turns: int,
    likely: Sequence[str] = (),
    planned: int = 1,
) -> Branch:
    """A conversation whose last `turns` turns of the assistant are learnt.

    Args:
        rows: each slot's row; a slot without one is its token alone.
        planned: how many of these turns, from the first on, are the plan.
    """
    prompt: Prompt = render(
        tokenizer,
        messages,
        add_generation_prompt=False,
        template_options={"likely_tools": list(likely)},
    )
    ids = prompt.token_ids
    learnt = [False] * len(ids)
    start_id, end_id = tokenizer.convert_tokens_to_ids([START, END])
    opening = opening_of(tokenizer)
    starts = [
        i + len(opening)
        for i, token in enumerate(ids)
        if token == start_id and ids[i : i + len(opening)] == opening
    ][-turns:]
    ends = [ids.index(end_id, start) + 1 for start in starts]
    for start, end in zip(starts, ends, strict=True):
        learnt[start:end] = [True] * (end - start)
    return Branch(ids, prompt.embeddings(rows), learnt, ends[planned - 1], bool(likely))


PLAN_ONLY = 0.6  # share of conversations with calls that training ends with the plan, the hard part
MOST_NOISE = 0.6  # share of a question's tokens that are replaced by random ones in training
MOST_PREFIX = 0.6  # of a pack's tokens are the list of tools
WAITING = 1200  # samples among which those are looked for that share a list of tools
SIZES = (7, 8, 10, 11, 12, 12, 12, 14)  # of the lists of tools, about as long as the router's
ALIASED = 0.2  # of the lists, those where some tools have names that are not theirs
ALIASED_TOOLS = 0.35  # of the tools on them, steps such as `divide` left aside
INVENTED = 0.1  # of the rankings, those that a tool is in which a question does not ask for
FEW = 4  # a list of at most so many tools is one that a request names itself


def noised(branch: Branch, tokenizer: Any, rng: random.Random, share: float) -> Branch:
    """The branch with that share of what people wrote made unreadable.

    A model that has to do without words here and there learns to weigh all of them and the router's
    ranking, which stays as it is, and takes words that it has never seen more calmly.
    """
    start_id, end_id = tokenizer.convert_tokens_to_ids([START, END])
    (line_end,) = tokenizer("\n", add_special_tokens=False)["input_ids"]
    words = min(tokenizer.added_tokens_decoder)  # added tokens follow the learnt ones
    ids = list(branch.token_ids)
    ranking = _ranking(ids[: branch.learnt.index(True)], end_id, line_end) if branch.ranked else ()
    for i, token in enumerate(branch.token_ids):
        markup = token >= words or token == line_end or start_id in ids[max(0, i - 3) : i]
        if not markup and not branch.learnt[i] and i not in ranking and rng.random() < share:
            ids[i] = rng.randrange(words)
    return replace(branch, token_ids=ids)


def _ranking(ids: list[int], end_id: int, line_end: int) -> range:
    """Where the last line of the question stands in the tokens before the plan."""
    end = len(ids) - 1 - ids[::-1].index(end_id)
    start = end - ids[:end][::-1].index(line_end)
    return range(start, end)


def cut(branch: Branch) -> Branch:
    """The branch up to the end of its plan."""
    end = branch.plan_end
    rows = {i: row for i, row in branch.rows.items() if i < end}
    return replace(branch, token_ids=branch.token_ids[:end], rows=rows, learnt=branch.learnt[:end])


class Packer:
    """Packs samples from a stream, many packs open at a time so that the tools' lists vary.

    Args:
        domains: further ones whose tools are on offer as well.
        training: cut some conversations short, make some words unreadable and leave some rankings
            out; else show every conversation as the server would.
        compose: makes the row of all results, as that of the server does.
    """

    def __init__(
        self,
        tokenizer: Any,
        samples: Iterator[Sample],
        length: int,
        rng: random.Random,
        *,
        domains: Collection[str] = (),
        training: bool = False,
        compose: Compose | None = None,
    ) -> None:
        self.tokenizer, self.samples, self.length, self.rng = tokenizer, samples, length, rng
        self.training, self.compose = training, compose
        self.tools = tools_of(domains)
        self.aliases = Aliases(rng)
        self.waiting = WAITING if domains else WAITING // 3

    def __iter__(self) -> Iterator[Pack]:
        """Packs of at most `length` tokens."""
        waiting: list[Sample] = []
        while True:
            waiting += [next(self.samples) for _ in range(max(0, self.waiting - len(waiting)))]
            self.known = {**TOOLS, **{t.name: t for s in waiting for t in s.invented}}
            offered = self._offer(waiting)
            aliases = self._drawn_aliases(offered)
            pack = self._begun(offered, aliases)
            while len(pack) > MOST_PREFIX * self.length:  # where a template shows whole schemas
                offered = offered[: 3 * len(offered) // 4]
                pack = self._begun(offered, aliases)
            names = set(offered)
            kept: list[Sample] = []
            for sample in waiting:
                if len(pack) < 0.93 * self.length and self._fits(sample, names):
                    likely = [shown_name(t, aliases) for t in self._likely(sample, names)]
                    shown = renamed(sample, aliases)
                    branch = branch_of(self.tokenizer, shown, likely, self.compose)
                    if self.training:
                        branch = self._varied(branch)
                    if len(pack) + len(branch.token_ids) <= self.length:
                        pack.branches.append(branch)
                        continue
                kept.append(sample)
            waiting = kept
            if pack.branches:
                yield pack

    def _begun(self, offered: Sequence[str], aliases: Mapping[str, Alias]) -> Pack:
        tools = [aliases[t].tool if t in aliases else self.known[t] for t in offered]
        return Pack(prefix_of(self.tokenizer, tools), tools=tools)

    def _drawn_aliases(self, offered: Sequence[str]) -> dict[str, Alias]:
        """Other names for some of the tools that there are, as another server would have."""
        if not self.training or self.rng.random() > ALIASED:
            return {}
        drawn: dict[str, Alias] = {}
        for name in offered:
            if name in TOOLS and name not in GLUE and self.rng.random() < ALIASED_TOOLS:
                taken = (*offered, *(alias.tool.name for alias in drawn.values()))
                drawn[name] = self.aliases.draw(TOOLS[name], taken)
        return drawn

    def _fits(self, sample: Sample, names: set[str]) -> bool:
        """Whether the conversation may stand behind that list; a list of a few tools fits all that
        need none, of which it takes few, so that it is not learnt as a sign of them."""
        few = bool(names) and len(names) <= FEW and not sample.tools
        return sample.tools <= names and (not few or self.rng.random() < 0.05)

    def _varied(self, branch: Branch) -> Branch:
        if self.rng.random() < 0.4:
            share = MOST_NOISE * self.rng.random() ** 2  # mostly few
            branch = noised(branch, self.tokenizer, self.rng, share)
        return cut(branch) if self.rng.random() < PLAN_ONLY else branch

    def _likely(self, sample: Sample, names: set[str]) -> list[str]:
        """What stands behind the question: mostly the router's ranking, now and then nothing."""
        if not names or (self.training and self.rng.random() < 0.06):
            return []
        ranked = [name for name in sample.ranked if name in names or name == NONE]
        for name in sorted(names - TOOLS.keys() - {tool.name for tool in sample.invented}):
            if self.rng.random() < INVENTED:
                ranked.insert(self.rng.choice((1, 2, 2, 3)), name)
        return ranked[:LIKELY]

    def _offer(self, waiting: Sequence[Sample]) -> list[str]:
        """A list of tools such as the router shows: the steps that it always shows, those of some
        waiting samples with those that it takes them for, and others of the same domains."""
        kind = self.rng.random()
        if kind < 0.03:
            return []
        if kind < 0.11:
            return self._offer_few(waiting)
        size = self.rng.choice(SIZES)
        chosen = dict.fromkeys(GLUE if self.rng.random() < 0.8 else ())
        for sample in self.rng.sample(waiting, min(12, len(waiting))):
            mistakable = [t for t in sample.ranked if t not in (NONE, *sample.tools)][:3]
            invented = (tool.name for tool in sample.invented)
            wanted = dict.fromkeys((*sorted(sample.tools), *invented, *mistakable))
            if len(chosen) + len(wanted.keys() - chosen.keys()) <= size:
                chosen |= wanted
        domains = {self.known[t].domain for t in chosen}
        near = [n for n, t in self.tools.items() if t.domain in domains and n not in chosen]
        self.rng.shuffle(near)
        rest = [n for n in self.tools if n not in chosen and n not in near]
        self.rng.shuffle(rest)
        offered = [*chosen, *near[: self.rng.randint(0, 6)], *rest][:size]
        self.rng.shuffle(offered)
        return offered

    def _offer_few(self, waiting: Sequence[Sample]) -> list[str]:
        """Hardly more than some questions need, as a request names that wants certain tools."""
        size = self.rng.randint(1, FEW)
        chosen: dict[str, None] = {}
        for sample in self.rng.sample(waiting, len(waiting)):
            if len(chosen | dict.fromkeys(sample.tools)) <= size:
                chosen |= dict.fromkeys(sorted(sample.tools))
        offered = list(chosen)
        self.rng.shuffle(offered)
        return offered


@dataclass(frozen=True, slots=True)
class Flat:
    """A batch of packs with all S tokens in one row.

    `token_ids_S`, `labels_S` and `position_S` int64; `plan_S` bool, True where a label belongs to a
    plan; `branch_S` numbers the branches of the batch from 0, -1 for prefixes; `flux_mask_S` bool,
    `flux_rows_SE` float32; `stretches` are (start, end, prefix start, prefix end).
    """

    token_ids_S: NDArray[np.int64]
    labels_S: NDArray[np.int64]
    position_S: NDArray[np.int64]
    branch_S: NDArray[np.int64]
    plan_S: NDArray[np.bool_]
    flux_mask_S: NDArray[np.bool_]
    flux_rows_SE: NDArray[np.float32]
    stretches: list[tuple[int, int, int, int]]


def flatten(packs: Sequence[Pack]) -> Flat:
    """Lay packs out one after another."""
    size = sum(len(pack) for pack in packs)
    flat = Flat(
        np.zeros(size, np.int64),
        np.full(size, IGNORED, np.int64),
        np.zeros(size, np.int64),
        np.full(size, -1, np.int64),
        np.zeros(size, bool),
        np.zeros(size, bool),
        np.zeros((size, WIDTH), np.float32),
        [],
    )
    at = number = 0
    for pack in packs:
        prefix = at, at + len(pack.prefix)
        flat.token_ids_S[slice(*prefix)] = pack.prefix
        flat.position_S[slice(*prefix)] = np.arange(len(pack.prefix))
        if pack.prefix:
            flat.stretches.append((*prefix, at, at))
        at = prefix[1]
        for branch in pack.branches:
            here = slice(at, at + len(branch.token_ids))
            flat.token_ids_S[here] = branch.token_ids
            flat.labels_S[here] = np.where(branch.learnt, branch.token_ids, IGNORED)
            flat.position_S[here] = len(pack.prefix) + np.arange(len(branch.token_ids))
            flat.branch_S[here] = number
            flat.plan_S[at : at + branch.plan_end] = True
            for position, row in branch.rows.items():
                flat.flux_mask_S[at + position] = True
                flat.flux_rows_SE[at + position] = row
            flat.stretches.append((here.start, here.stop, *prefix))
            at, number = here.stop, number + 1
    return flat
