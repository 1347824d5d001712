"""From messages with references to token ids and the rows that lie on them.

A message's content is a tuple of parts. Plain `str` parts come from people and can never become
special tokens; `Markup` parts were written by the model or by this project and may.
The checkpoint's own chat template lays the messages out.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

REFERENCES = 128  # reference tokens <|flux_0|> .. <|flux_127|> that a checkpoint has
REFERENCE = re.compile(r"<\|flux_(\d{1,3})\|>")

# Sentinels stand in the rendered text for what must not be tokenized as it reads. They use private
# use characters; the same characters in a user's text are carried as `_Literal` pieces.
_OPEN, _CLOSE = "\ue000", "\ue001"
_SENTINEL = re.compile(f"{_OPEN}(\\d+){_CLOSE}")


def reference(slot: int) -> str:
    """The text of the reference token that names slot `slot`."""
    return f"<|flux_{slot}|>"


@dataclass(frozen=True, slots=True)
class Ref:
    """A reference token that carries the slot's row."""

    slot: int


@dataclass(frozen=True, slots=True)
class Overlay:
    """Text of a span that stays as it is; the slot's row lies on its last token."""

    slot: int
    text: str


@dataclass(frozen=True, slots=True)
class Markup:
    """Trusted text: reference tokens, tool calls and chat markup in it are what they look like."""

    text: str


Part = str | Ref | Overlay | Markup


@dataclass(frozen=True, slots=True)
class Message:
    """One turn of the conversation as the model will see it."""

    role: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Prompt:
    """Token ids, and the slot whose row each position in `rows` carries."""

    token_ids: list[int]
    rows: dict[int, int]

    def embeddings(
        self, slots: Mapping[int, NDArray[np.float32] | None]
    ) -> dict[int, NDArray[np.float32]]:
        """Position -> (256,) row, for the slots that have an embedding."""
        found = ((at, slots.get(slot)) for at, slot in self.rows.items())
        return {at: row for at, row in found if row is not None}


@dataclass(frozen=True, slots=True)
class _Literal:
    text: str


@lru_cache(maxsize=8)
def _special(tokenizer: Any) -> re.Pattern[str]:
    """Everything in a text that the tokenizer would turn into an added token, or our sentinels."""
    added = sorted(tokenizer.get_added_vocab(), key=len, reverse=True)
    return re.compile("|".join([*map(re.escape, added), _OPEN, _CLOSE]))


class _Sentinels:
    """The table of what the sentinels of one prompt stand for."""

    def __init__(self, tokenizer: Any) -> None:
        self._special = _special(tokenizer)
        self.table: list[Ref | Overlay | _Literal] = []

    def put(self, thing: Ref | Overlay | _Literal) -> str:
        self.table.append(thing)
        return f"{_OPEN}{len(self.table) - 1}{_CLOSE}"

    def escape(self, text: str) -> str:
        return self._special.sub(lambda m: self.put(_Literal(m[0])), text)

    def content(self, parts: Sequence[Part]) -> str:
        return "".join(self._part(part) for part in parts)

    def _part(self, part: Part) -> str:
        match part:
            case str():
                return self.escape(part)
            case Markup(text):
                return text
            case Overlay(_, text):
                return self.escape(text) + self.put(part)
            case Ref():
                return self.put(part)

    def tree(self, node: Any) -> Any:
        """Escape every string inside a JSON tree (a client's tool descriptions, say)."""
        if isinstance(node, str):
            return self.escape(node)
        if isinstance(node, Mapping):
            return {self.escape(str(k)): self.tree(v) for k, v in node.items()}
        return [self.tree(v) for v in node] if isinstance(node, list | tuple) else node


def render(
    tokenizer: Any,
    messages: Sequence[Message],
    tools: Sequence[Mapping[str, Any]] = (),
    *,
    chat_template: str | None = None,
    add_generation_prompt: bool = True,
    template_options: Mapping[str, Any] | None = None,
) -> Prompt:
    """Lay out a conversation with the checkpoint's chat template and tokenize it.

    Args:
        tools: tools in OpenAI's form; their texts count as untrusted.
    """
    sentinels = _Sentinels(tokenizer)
    text = tokenizer.apply_chat_template(
        [{"role": m.role, "content": sentinels.content(m.parts)} for m in messages],
        tools=sentinels.tree(list(tools)) or None,
        chat_template=chat_template,
        add_generation_prompt=add_generation_prompt,
        tokenize=False,
        **dict(template_options or {}),
    )
    return _tokenize(tokenizer, text, sentinels.table)


def _tokenize(
    tokenizer: Any, text: str, table: Sequence[Ref | Overlay | _Literal]
) -> Prompt:
    token_ids: list[int] = []
    rows: dict[int, int] = {}
    for stretch, overlays, thing in _stretches(text, table):
        encoded = tokenizer(stretch, add_special_tokens=False, return_offsets_mapping=bool(overlays))
        for end, slot in overlays:
            offsets = encoded["offset_mapping"]
            token = next(i for i, (a, b) in enumerate(offsets) if a < end <= b)
            rows[len(token_ids) + token] = slot
        token_ids += encoded["input_ids"]
        if isinstance(thing, Ref):
            rows[len(token_ids)] = thing.slot
            token_ids.append(tokenizer.convert_tokens_to_ids(reference(thing.slot)))
        elif isinstance(thing, _Literal):
            # An added token is found whole or not at all, so its two halves are ordinary text.
            for half in (thing.text[:1], thing.text[1:]):
                token_ids += tokenizer(half, add_special_tokens=False)["input_ids"] if half else []
    return Prompt(token_ids, rows)


def _stretches(
    text: str, table: Sequence[Ref | Overlay | _Literal]
) -> Iterator[tuple[str, list[tuple[int, int]], Ref | _Literal | None]]:
    """Stretches to tokenize in one go: text, [(end offset, slot) of overlays], what follows it."""
    stretch, overlays = "", []
    at = 0
    for match in _SENTINEL.finditer(text):
        stretch += text[at : match.start()]
        at = match.end()
        thing = table[int(match[1])]
        if isinstance(thing, Overlay):
            overlays.append((len(stretch), thing.slot))
            continue
        yield stretch, overlays, thing
        stretch, overlays = "", []
    yield stretch + text[at:], overlays, None


def has_markup(tokenizer: Any, text: str) -> bool:
    """Whether the tokenizer, left alone, would turn a stretch of `text` into an added token."""
    return _special(tokenizer).search(text) is not None
