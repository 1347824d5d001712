"""Losses beside language modelling: heads on the model's last hidden states, in training alone.

Four questions whose answers a plan shows only in pieces are asked of the hidden states (after the
final norm) directly: which tools the plan calls, which values it uses, which value is written next,
and how many calls are still to come. The heads are no part of a checkpoint.

Axes: S the tokens of a batch in one row (see `Flat`), H hidden size, E = 256 lanes; P pairs of a
conversation and what it may use, R references that plans write, C places where calls are counted.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import lru_cache
from itertools import takewhile
from pathlib import Path
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional

from fluxem_encoders.layout import WIDTH
from fluxem_qwen3.calls import CLOSING, parse_calls
from fluxem_qwen3.hf import FluxEMQwen3
from fluxem_toolbox.registry import Tool
from fluxem_vllm.data.generate import MAX_CALLS
from fluxem_vllm.training.config import ConfigError, LossSettings
from fluxem_vllm.training.packing import Branch, Pack, prefix_of

POINTER_WIDTH = 64  # rank of a pointer's bilinear form
HEADS = "heads"  # the model's submodule that holds them


class Pairs(NamedTuple):
    """Positions (P,) of prompts' ends and of what plans may use; and whether they do, 0 or 1."""

    prompt_P: Tensor
    choice_P: Tensor
    used_P: Tensor


class HeadTargets(NamedTuple):
    """What the heads are to say, with the positions in the batch at which they say it.

    `before_R` is the position before a reference, `carrier_R` the one in the question that carries
    the row of the value it names; `before_C` the position before a plan or the end of one of its
    calls, `coming_C` the number of calls that come after it, up to `MAX_CALLS`.
    """

    tools: Pairs
    spans: Pairs
    before_R: Tensor
    carrier_R: Tensor
    before_C: Tensor
    coming_C: Tensor


def head_targets(tokenizer: Any, packs: Sequence[Pack]) -> HeadTargets:
    """The targets for packs that lie one after another, as `flatten` lays them out."""
    closing = {i for token, i in tokenizer.get_added_vocab().items() if CLOSING in token}
    tools: list[tuple[int, int, float]] = []
    spans: list[tuple[int, int, float]] = []
    named: list[tuple[int, int]] = []
    counts: list[tuple[int, int]] = []
    at = 0
    for pack in packs:
        lines = [at + end for end in line_ends(tokenizer, pack)]
        at += len(pack.prefix)
        for branch in pack.branches:
            first = branch.learnt.index(True)
            prompt, plan = at + first - 1, branch.token_ids[first : branch.plan_end]
            called = [call.name for call in parse_calls(tokenizer.decode(plan))[1]]
            tools += [
                (prompt, line, float(tool.name in called))
                for tool, line in zip(pack.tools, lines, strict=True)
            ]
            spans += [(prompt, at + i, float(branch.token_ids[i] in plan)) for i in _rows(branch)]
            carriers = {branch.token_ids[i]: at + i for i in _rows(branch)}
            named += [(prompt + i, carriers[t]) for i, t in enumerate(plan) if t in carriers]
            ends = [prompt + i for i, token in enumerate(plan) if token in closing]
            counts.append((prompt, min(len(called), MAX_CALLS)))
            counts += [(end, len(ends) - i) for i, end in enumerate(ends, 1)]
            at += len(branch.token_ids)
    before_R, carrier_R = _columns(named, 2)
    before_C, coming_C = _columns(counts, 2)
    return HeadTargets(_pairs(tools), _pairs(spans), before_R, carrier_R, before_C, coming_C)


def line_ends(tokenizer: Any, pack: Pack) -> list[int]:
    """The position in the prefix of the last token of each tool's line.

    Lines are measured, not searched for, so that it does not matter what the chat template makes of
    a tool; their tokens do not depend on the lines around them.
    """
    ends: list[int] = []
    for tool in pack.tools:
        first, length = _line(tokenizer, tool)
        ends.append(ends[-1] + length if ends else first)
    return ends


@lru_cache(maxsize=4096)
def _line(tokenizer: Any, tool: Tool) -> tuple[int, int]:
    """Where the tool's line ends in a prefix that begins with it, and how many tokens it has."""
    once, twice = prefix_of(tokenizer, [tool]), prefix_of(tokenizer, [tool, tool])
    shared = takewhile(lambda pair: pair[0] == pair[1], zip(once, twice, strict=False))
    return len([*shared]) - 1, len(twice) - len(once)


def _rows(branch: Branch) -> list[int]:
    """The positions before the plan that carry the row of a value."""
    return [i for i in sorted(branch.rows) if i < branch.learnt.index(True)]


def _columns(rows: Sequence[tuple[int, ...]], count: int) -> list[Tensor]:
    return list(torch.tensor(rows, dtype=torch.int64).reshape(-1, count).T)


def _pairs(rows: Sequence[tuple[int, int, float]]) -> Pairs:
    prompt_P, choice_P = _columns([row[:2] for row in rows], 2)
    return Pairs(prompt_P, choice_P, torch.tensor([row[2] for row in rows], dtype=torch.float32))


class Pointer(nn.Module):  # type: ignore[misc]  # torch is untyped here
    """Bilinear scores of low rank, `q(query) . k(choice) / sqrt(rank) + bias`."""

    def __init__(self, hidden_size: int) -> None:
        super().__init__()
        self.query = nn.Linear(hidden_size, POINTER_WIDTH, bias=False)
        self.key = nn.Linear(hidden_size, POINTER_WIDTH, bias=False)
        self.bias = nn.Parameter(torch.zeros(1))  # few of all choices are used

    def forward(self, query_PH: Tensor, choice_PH: Tensor) -> Tensor:
        """Scores (P,)."""
        products_PK = self.query(query_PH).float() * self.key(choice_PH).float()
        return products_PK.sum(-1) / math.sqrt(POINTER_WIDTH) + self.bias


def tool_selection(head: Any, hidden_SH: Tensor, _: Tensor, targets: HeadTargets) -> Tensor:
    """Binary cross entropy of a pointer from the prompt's last token to the last token of each tool
    on offer: does the plan call it?"""
    return _pointed(head, hidden_SH, targets.tools)


def span_detection(head: Any, hidden_SH: Tensor, _: Tensor, targets: HeadTargets) -> Tensor:
    """Binary cross entropy of a pointer from the prompt's last token to each value of the
    conversation that carries a row: does the plan use it?

    Tags that say where spans begin and end would be trivial here: the server finds the spans, and
    each is one reference token in the prompt. What a model has to detect is which of them matter.
    """
    return _pointed(head, hidden_SH, targets.spans)


def embedding_alignment(
    head: Any, hidden_SH: Tensor, rows_SE: Tensor, targets: HeadTargets
) -> Tensor:
    """Mean of 1 - cosine between a linear map of the hidden state before each reference that a plan
    writes and the embedding of the value of the question that it names."""
    made_RE = head(hidden_SH[targets.before_R]).float()
    cosine_R = functional.cosine_similarity(made_RE, rows_SE[targets.carrier_R], dim=-1)
    return _mean(1 - cosine_R)


def chain_completion(head: Any, hidden_SH: Tensor, _: Tensor, targets: HeadTargets) -> Tensor:
    """Cross entropy of the number of calls to come, 0 to `MAX_CALLS`, at the prompt's last token
    and at the one before each token that closes a call.

    Not at that token itself: with the embedded checkpoint's tokenizer one token closes a call and
    opens the next, and so gives half of the answer away.
    """
    logits = head(hidden_SH[targets.before_C]).float()
    return _mean(functional.cross_entropy(logits, targets.coming_C, reduction="none"))


def _pointed(head: Any, hidden_SH: Tensor, pairs: Pairs) -> Tensor:
    scores_P = head(hidden_SH[pairs.prompt_P], hidden_SH[pairs.choice_P])
    return _mean(
        functional.binary_cross_entropy_with_logits(scores_P, pairs.used_P, reduction="none")
    )


def _mean(losses: Tensor) -> Tensor:
    """Their mean, 0 where a batch has none."""
    return losses.sum() / max(1, len(losses))


LOSSES: dict[str, tuple[Callable[[int], nn.Module], Callable[..., Tensor]]] = {
    "tool_selection": (Pointer, tool_selection),
    "span_detection": (Pointer, span_detection),
    "embedding_alignment": (lambda hidden: nn.Linear(hidden, WIDTH), embedding_alignment),
    "chain_completion": (lambda hidden: nn.Linear(hidden, MAX_CALLS + 1), chain_completion),
}
"""For each weight of `LossSettings`: what makes its head, and its loss."""


class Heads(nn.Module):  # type: ignore[misc]  # torch is untyped here
    """The heads of all losses whose weight is above 0."""

    def __init__(self, settings: LossSettings, hidden_size: int) -> None:
        super().__init__()
        self.weights = {name: weight for name, weight in asdict(settings).items() if weight}
        for name in self.weights:
            self.add_module(name, LOSSES[name][0](hidden_size))

    def forward(
        self, hidden_SH: Tensor, rows_SE: Tensor, targets: HeadTargets
    ) -> dict[str, Tensor]:
        """Each loss by its name, not yet weighted."""
        return {
            name: LOSSES[name][1](self.get_submodule(name), hidden_SH, rows_SE, targets)
            for name in self.weights
        }

    def weighted(self, losses: dict[str, Tensor]) -> Tensor | float:
        """The sum that is added to the loss of language modelling."""
        return sum(weight * losses[name] for name, weight in self.weights.items())


def core_of(model: Any) -> FluxEMQwen3:
    """The model itself, in peft's wrapper or without one."""
    return next(module for module in model.modules() if isinstance(module, FluxEMQwen3))


def add_heads(model: Any, settings: LossSettings, seed: int) -> None:
    """Give the model the heads that the settings ask for, if any, so that they are trained,
    averaged and saved in a run's state with it."""
    if settings.active:
        torch.manual_seed(seed)
        model.add_module(HEADS, Heads(settings, core_of(model).config.hidden_size))


def check_heads(settings: LossSettings, state: Path) -> None:
    """Refuse to go on from a run's state that has other heads than the settings ask for."""
    saved = torch.load(state, weights_only=True, map_location="cpu", mmap=True)["model"]
    theirs = {name.split(".")[1] for name in saved if name.startswith(f"{HEADS}.")}
    ours = {name for name, weight in asdict(settings).items() if weight}
    if ours != theirs:
        raise ConfigError(
            f"`losses` with a weight above 0 were {', '.join(sorted(theirs)) or 'none'} in the run "
            f"to resume, but are {', '.join(sorted(ours)) or 'none'} now; give the same ones"
        )


def heads_of(model: Any) -> Heads | None:
    """The model's heads."""
    heads: Heads | None = getattr(model, HEADS, None)
    return heads


def without_heads(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """What a checkpoint has of a model's weights."""
    return {name: w for name, w in weights.items() if not name.startswith(f"{HEADS}.")}
