"""Attention over packs of branches, without the work between branches that do not see each other.

All tokens of a batch lie in one row of S tokens. A block is a set of stretches of similar length,
padded to one: N stretches of L query tokens, each of which sees up to K key tokens (its pack's
prefix and itself). H query heads share one or more KV heads; D is a head's width.
"""

from collections.abc import Iterator, Sequence
from typing import Any, NamedTuple

import torch
from torch import Tensor

NAME = "fluxem_branches"  # under which transformers finds this attention

Stretch = tuple[int, int, int, int]
"""(start, end, prefix start, prefix end); the last two are equal where it sees no prefix."""


class Block(NamedTuple):
    """Queries (N, L) and keys (N, K) as token indices, and which key each query sees (N, L, K)."""

    query_NL: Tensor
    key_NK: Tensor
    seen_NLK: Tensor


class Blocks(NamedTuple):
    """All blocks of a batch; `order_S` takes the blocks' queries, one after another, to tokens."""

    blocks: Sequence[Block]
    real: Sequence[Tensor]  # per block, which of its N * L queries are tokens
    order_S: Tensor


def register() -> None:
    """Make the attention known to transformers."""
    from transformers import AttentionInterface

    AttentionInterface.register(NAME, branch_attention)


@torch.compiler.disable  # type: ignore[untyped-decorator]  # blocks have a new shape every time
def branch_attention(
    module: Any,
    query: Tensor,
    key: Tensor,
    value: Tensor,
    attention_mask: Tensor | None,
    *,
    scaling: float,
    flux_blocks: Blocks,
    **_: Any,
) -> tuple[Tensor, None]:
    """`query` (1, H, S, D), `key` and `value` (1, KV, S, D) to (1, S, H, D)."""
    heads, width = query.shape[1], query.shape[3]
    groups = heads // key.shape[1]
    query, key = query.to(value.dtype), key.to(value.dtype)  # autocast left them in float32
    outputs = []
    for block, real in zip(flux_blocks.blocks, flux_blocks.real, strict=True):
        n, length = block.query_NL.shape
        q = query[0, :, block.query_NL]  # (H, N, L, D)
        k, v = (x[0, :, block.key_NK].flatten(0, 1) for x in (key, value))  # (KV * N, K, D)
        # The query heads of one KV head are laid along its queries: KV heads are never copied.
        q = q.reshape(-1, groups, n, length, width).transpose(1, 2).reshape(len(k), -1, width)
        hidden = _hidden(block.seen_NLK, q.dtype).repeat(len(k) // n, groups, 1)
        # Written out: torch's fused attention trains far slower on CPUs in bfloat16.
        scores = torch.baddbmm(hidden, q, k.transpose(1, 2), alpha=scaling)
        o = torch.bmm(scores.softmax(-1), v)
        o = o.reshape(-1, n, groups, length, width).permute(1, 3, 0, 2, 4)
        outputs.append(o.reshape(n * length, heads, width)[real])
    return torch.cat(outputs)[flux_blocks.order_S][None], None


def _hidden(seen_NLK: Tensor, dtype: torch.dtype) -> Tensor:
    """What is added to scores: 0, or so little that nothing of the key is left."""
    nothing = torch.zeros(seen_NLK.shape, dtype=dtype, device=seen_NLK.device)
    return nothing.masked_fill_(~seen_NLK, -1e4)


def make_blocks(stretches: Sequence[Stretch], count: int) -> Blocks:
    """Blocks for stretches `(start, end, prefix start, prefix end)` that cover S tokens.

    Args:
        count: into how many blocks of similar length to sort those that see a prefix, and as many
            those that do not.
    """
    ranked = sorted(stretches, key=lambda s: s[1] - s[0])
    alone = [s for s in ranked if s[2] == s[3]]
    behind = [s for s in ranked if s[2] < s[3]]
    blocks, reals, order = [], [], []
    for members in (*_groups(behind, count), *_groups(alone, count)):
        start, end, prefix_start, prefix_end = (torch.tensor(c) for c in zip(*members, strict=True))
        own, prefix = end - start, prefix_end - prefix_start
        at_L, at_K = torch.arange(int(own.max())), torch.arange(int((own + prefix).max()))
        real_NL = at_L < own[:, None]
        query_NL = torch.where(real_NL, start[:, None] + at_L, start[:, None])
        inside = at_K < prefix[:, None]
        key_NK = torch.where(
            inside, prefix_start[:, None] + at_K, start[:, None] + at_K - prefix[:, None]
        )
        key_NK = torch.where(at_K < (own + prefix)[:, None], key_NK, start[:, None])
        reach_NL = prefix[:, None] + torch.minimum(at_L, own[:, None] - 1)
        blocks.append(Block(query_NL, key_NK, at_K <= reach_NL[:, :, None]))
        reals.append(real_NL.flatten())
        order.append(query_NL.flatten()[reals[-1]])
    return Blocks(blocks, reals, torch.argsort(torch.cat(order)))


def _groups(ranked: Sequence[Stretch], count: int) -> Iterator[Sequence[Stretch]]:
    """At most `count` groups of neighbours."""
    size = -(-len(ranked) // count) or 1
    yield from (ranked[i : i + size] for i in range(0, len(ranked), size))
