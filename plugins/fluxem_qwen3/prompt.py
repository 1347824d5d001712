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

from fluxem_encoders.errors import FluxEMError

REFERENCES = 128  # reference tokens <|flux_0|> .. <|flux_127|> that a checkpoint has
REFERENCE = re.compile(r"<\|flux_([0-9]{1,3})\|>")

# Sentinels stand in the rendered text for what must not be tokenized as it reads. They use private
# use characters; the same characters in a text are carried as `_Char` pieces.
_OPEN, _CLOSE = "\ue000", "\ue001"
_SENTINEL = re.compile(f"{_OPEN}(\\d+){_CLOSE}")
_PLAIN = re.compile(r'[^"\\\x00-\x1f]')  # a character that JSON does not escape
_PRIVATE = re.compile(f"[{_OPEN}{_CLOSE}]")


class PromptTooLongError(FluxEMError, ValueError):
    """A conversation that leaves no room for an answer in the model's context."""


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
class _Char:
    """A character that is tokenized by itself, so that what it begins stays text."""

    text: str


_Thing = Ref | Overlay | _Char


@lru_cache(maxsize=8)
def _special(tokenizer: Any) -> re.Pattern[str]:
    """Everything in a text that the tokenizer would turn into an added token, or our sentinels."""
    added = sorted(tokenizer.get_added_vocab(), key=len, reverse=True)
    return re.compile("|".join([*map(re.escape, added), _OPEN, _CLOSE]))


@lru_cache(maxsize=8)
def _longest_token(tokenizer: Any) -> int:
    return max(map(len, tokenizer.get_vocab()))


class _Sentinels:
    """The table of what the sentinels of one prompt stand for."""

    def __init__(self, tokenizer: Any) -> None:
        self._special = _special(tokenizer)
        self.table: list[_Thing] = []

    def put(self, thing: _Thing) -> str:
        self.table.append(thing)
        return f"{_OPEN}{len(self.table) - 1}{_CLOSE}"

    def escape(self, text: str) -> str:
        """Cut every added token in `text` at one of its characters, overlapping ones too.

        At the first that JSON leaves as it is, where there is one: a template may write a text as
        JSON, which cannot escape what a sentinel stands for.
        """
        done: list[str] = []
        at = 0
        while match := self._special.search(text, at):
            start = match.start()
            plain = _PLAIN.search(match[0])
            cut = start + (plain.start() if plain else 0)
            done += text[at:start], self.escape(text[start:cut]), self.put(_Char(text[cut]))
            at = cut + 1
        return "".join(done) + text[at:]

    def content(self, parts: Sequence[Part]) -> str:
        return "".join(self._part(part) for part in parts)

    def _part(self, part: Part) -> str:
        match part:
            case str():
                return self.escape(part)
            case Markup(text):
                return _PRIVATE.sub(lambda m: self.put(_Char(m[0])), text)
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
    context: int | None = None,
) -> Prompt:
    """Lay out a conversation with the checkpoint's chat template and tokenize it.

    Args:
        tools: tools in OpenAI's form; their texts count as untrusted, like roles and options.
        context: tokens that the model can hold; the prompt must have fewer.

    Raises:
        PromptTooLongError: when it has not; of a huge prompt before it is tokenized.
    """
    sentinels = _Sentinels(tokenizer)
    text = tokenizer.apply_chat_template(
        [
            {"role": sentinels.escape(m.role), "content": sentinels.content(m.parts)}
            for m in messages
        ],
        tools=sentinels.tree(list(tools)) or None,
        chat_template=chat_template,
        add_generation_prompt=add_generation_prompt,
        tokenize=False,
        **sentinels.tree(template_options or {}),
    )
    if context is not None and len(text) >= context * _longest_token(tokenizer):
        raise _too_long(context, f"{len(text)} characters")
    prompt = _tokenize(tokenizer, text, sentinels.table)
    if context is not None and len(prompt.token_ids) >= context:
        raise _too_long(context, f"{len(prompt.token_ids)} tokens")
    return prompt


def _too_long(context: int, size: str) -> PromptTooLongError:
    return PromptTooLongError(
        f"This model's context holds {context} tokens, but the prompt with its tools has {size}. "
        "Shorten the messages, or offer fewer tools."
    )


def _tokenize(tokenizer: Any, text: str, table: Sequence[_Thing]) -> Prompt:
    stretches = list(_stretches(text, table))
    texts = list(dict.fromkeys(stretch for stretch, _, _ in stretches if stretch))
    offsets = any(overlays for _, overlays, _ in stretches)
    encoded = tokenizer(texts or [""], add_special_tokens=False, return_offsets_mapping=offsets)
    ids = dict(zip(texts, encoded["input_ids"], strict=False)) | {"": []}
    ends = dict(zip(texts, encoded["offset_mapping"], strict=False)) | {"": []} if offsets else {}
    token_ids: list[int] = []
    rows: dict[int, int] = {}
    for stretch, overlays, ref in stretches:
        for end, slot in overlays:
            # The last token that begins before the span's end, be it in an earlier stretch.
            inside = sum(start < end for start, _ in ends[stretch])
            rows[max(0, len(token_ids) + inside - 1)] = slot
        token_ids += ids[stretch]
        if ref is not None:
            rows[len(token_ids)] = ref.slot
            token_ids.append(tokenizer.convert_tokens_to_ids(reference(ref.slot)))
    return Prompt(token_ids, rows)


def _stretches(
    text: str, table: Sequence[_Thing]
) -> Iterator[tuple[str, list[tuple[int, int]], Ref | None]]:
    """Stretches to tokenize in one go: text, [(end offset, slot) of overlays], what follows it."""
    stretch, overlays = "", []
    at = 0
    for match in _SENTINEL.finditer(text):
        stretch += text[at : match.start()]
        at = match.end()
        match table[int(match[1])]:
            case Overlay(slot, _):
                overlays.append((len(stretch), slot))
            case Ref() as ref:
                yield stretch, overlays, ref
                stretch, overlays = "", []
            case _Char(char):
                yield stretch, overlays, None
                yield char, [], None
                stretch, overlays = "", []
    yield stretch + text[at:], overlays, None


def has_markup(tokenizer: Any, text: str) -> bool:
    """Whether the tokenizer, left alone, would turn a stretch of `text` into an added token."""
    return _special(tokenizer).search(text) is not None
