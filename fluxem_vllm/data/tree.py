"""Questions as trees of tool calls, and as pieces of text with their values."""

from dataclasses import dataclass

from fluxem_encoders.values import Value
from fluxem_vllm.data.bank import Fixed, Template


@dataclass(frozen=True, slots=True, eq=False)
class Leaf:
    """A value with the text that stands for it in the question; None for what the detector reads
    there, or the text itself where a tool takes text."""

    value: Value | None
    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """A call; its arguments are calls, values of the question, or literals."""

    tool: str
    arguments: "dict[str, Node | Leaf | Fixed]"


Pieces = list[str | Leaf]
Given = dict[str, tuple[Pieces, Node | Leaf]]
"""By argument: the words that stand for it, and the plan."""


def fill(template: Template, filled: dict[str, Pieces]) -> Pieces:
    pieces: Pieces = []
    for i, piece in enumerate(template.pieces):
        pieces += filled[piece] if i % 2 else [piece]
    return pieces


def replace(text: str, filled: dict[str, Pieces]) -> Pieces:
    """Fill a join's `{np}`, `{clause}` ... with pieces."""
    pieces: Pieces = [text]
    for name, insert in filled.items():
        out: Pieces = []
        for piece in pieces:
            if isinstance(piece, Leaf):
                out.append(piece)
                continue
            stretches = piece.split("{" + name + "}")
            for i, stretch in enumerate(stretches):
                out += [*insert, stretch] if i else [stretch]
        pieces = out
    return pieces
