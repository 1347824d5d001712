"""A learned detector of values, and a hybrid of it with the patterns.

A bidirectional LSTM labels every character: a value of some domain begins here (B), goes on (I), or
there is none (O). No request uses it: docs/training.md has what was measured, and why.

Axes: N texts, T characters, L labels.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field
from heapq import merge
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn

from fluxem_encoders.detect import detect
from fluxem_encoders.errors import FluxEMError
from fluxem_encoders.patterns.plain import plain_text
from fluxem_encoders.span import Span

DOMAINS = (
    *("arithmetic", "combinatorics", "probability"),
    *("statistics", "information_theory", "temporal"),
)
LABELS = ("O", *(f"{side}-{domain}" for domain in DOMAINS for side in "BI"))
ALPHABET = 256  # what `plain_text` leaves
VERSION = 1
WEIGHTS, SETTINGS = "model.safetensors", "tagger.json"

EDGE = "\n"  # stands on both sides of every text
WINDOW, MARGIN = 512, 64  # longer texts are read in windows; their cut edges are not believed
AT_ONCE = 32  # windows

# A pattern's span that is a bare number or a bare number's name: its place decides what it means.
_BARE = re.compile(r"[\d.,]+|[a-z]+(?:[ -][a-z]+)?", re.IGNORECASE)

F32 = NDArray[np.float32]
Read = Callable[[str], Sequence[Span]]


class TaggerError(FluxEMError, ValueError):
    """A tagger that cannot be, or cannot be read; the text says what is wrong."""


@dataclass(frozen=True, slots=True)
class Shape:
    """The network's widths; `hidden` is that of one direction.

    Raises:
        TaggerError: for a size out of range.
    """

    embedding: int = 32
    hidden: int = 96
    layers: int = 2

    def __post_init__(self) -> None:
        for name, size in asdict(self).items():
            if type(size) is not int or not 1 <= size <= 1024:
                raise TaggerError(f"`{name}` must be a whole number from 1 to 1024, got {size!r}")


@dataclass(frozen=True, slots=True)
class Thresholds:
    """How sure the tagger must be to overrule the patterns; at 1 it never does.

    Raises:
        TaggerError: for a threshold outside 0 to 1.
    """

    drop: float = 1.0  # a bare number that is no value
    move: float = 1.0  # a value with other ends
    add: float = 1.0  # a value that the patterns do not have

    def __post_init__(self) -> None:
        for name, t in asdict(self).items():
            if isinstance(t, bool) or not isinstance(t, int | float) or not 0 <= t <= 1:
                raise TaggerError(f"`{name}` must be a number from 0 to 1, got {t!r}")


@dataclass(frozen=True, slots=True)
class Tag:
    """A stretch of the text that the tagger takes for a value; `probability` lies in (0, 1]."""

    start: int
    end: int
    domain: str
    probability: float


@dataclass(frozen=True, slots=True)
class Tagging:
    """The tags of a text, in order, and of each of its characters how likely no value has it."""

    tags: tuple[Tag, ...]
    outside_T: F32


class Network(nn.Module):  # type: ignore[misc]  # torch is untyped here
    """Characters to labels."""

    def __init__(self, shape: Shape) -> None:
        super().__init__()
        self.embedding = nn.Embedding(ALPHABET, shape.embedding)
        self.lstm = nn.LSTM(
            shape.embedding, shape.hidden, shape.layers, batch_first=True, bidirectional=True
        )
        self.labels = nn.Linear(2 * shape.hidden, len(LABELS))

    def forward(self, codes_NT: Tensor, lengths_N: Tensor | None = None) -> Tensor:
        """Logits, shape (N, T, L). With `lengths_N` what stands behind a text changes nothing."""
        x = self.embedding(codes_NT)
        if lengths_N is None:  # five times as fast in training
            return self.labels(self.lstm(x)[0])
        packed = nn.utils.rnn.pack_padded_sequence(
            x, lengths_N, batch_first=True, enforce_sorted=False
        )
        states, _ = nn.utils.rnn.pad_packed_sequence(self.lstm(packed)[0], batch_first=True)
        return self.labels(states)


@dataclass
class Tagger:
    """A network with what it takes to use it; `record` says how it was made."""

    network: Network
    shape: Shape
    thresholds: Thresholds = Thresholds()
    record: dict[str, Any] = field(default_factory=dict)

    def tag(self, texts: Sequence[str]) -> list[Tagging]:
        """The taggings of some texts, of any length, in their order.

        >>> Tagger(Network(Shape()), Shape()).tag([""])[0].tags
        ()
        """
        pieces = [(i, *cut) for i, text in enumerate(texts) for cut in windows(len(text))]
        pieces.sort(key=lambda piece: piece[2] - piece[1])
        likely = [np.zeros((len(text), len(LABELS)), np.float32) for text in texts]
        for first in range(0, len(pieces), AT_ONCE):
            batch = pieces[first : first + AT_ONCE]
            found = self._probabilities([texts[i][start:end] for i, start, end in batch])
            for (i, start, end), likely_TL in zip(batch, found, strict=True):
                skip = MARGIN if start else 0
                stop = end - start - (MARGIN if end < len(texts[i]) else 0)
                likely[i][start + skip : start + stop] = likely_TL[skip:stop]
        return [Tagging(tuple(_tags(p_TL)), p_TL[:, 0]) for p_TL in likely]

    @torch.inference_mode()  # type: ignore[untyped-decorator]
    def _probabilities(self, texts: Sequence[str]) -> list[F32]:
        """Of each text the labels' probabilities, shape (T, L)."""
        codes_NT, lengths_N = codes_of(texts)
        likely_NTL = self.network(codes_NT, lengths_N).softmax(-1).numpy()
        return [p_TL[1 : len(text) + 1] for p_TL, text in zip(likely_NTL, texts, strict=True)]

    def save(self, folder: Path) -> None:
        """Write weights and settings."""
        folder.mkdir(parents=True, exist_ok=True)
        save_file(self.network.state_dict(), folder / WEIGHTS)
        settings = {
            "version": VERSION, "labels": LABELS, "shape": asdict(self.shape),
            "thresholds": asdict(self.thresholds), "record": self.record,
        }  # fmt: skip
        (folder / SETTINGS).write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, folder: Path) -> "Tagger":
        """Read what `save` wrote.

        Raises:
            TaggerError: when a file is missing or is not that of a tagger of this version.
        """
        try:
            settings = json.loads((folder / SETTINGS).read_text(encoding="utf-8"))
            if (settings["version"], tuple(settings["labels"])) != (VERSION, LABELS):
                raise TaggerError(f"the tagger in {folder} has other labels or another version")
            shape, thresholds = Shape(**settings["shape"]), Thresholds(**settings["thresholds"])
            network = Network(shape)
            network.load_state_dict(load_file(folder / WEIGHTS))
        except TaggerError:
            raise
        except (OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError) as error:
            raise TaggerError(f"cannot read a tagger from {folder}: {error}") from None
        return cls(network.eval(), shape, thresholds, settings["record"])

    def read(self, text: str, read: Read = detect) -> list[Span]:
        """What the tagger alone finds: its tags from which the patterns read one value each."""
        return list(readable(text, self.tag([text])[0].tags, read))

    def find(self, text: str, **options: Any) -> list[Span]:
        """The values in a text: those of the patterns where the tagger does not overrule them.

        Args:
            options: those of `fluxem_encoders.detect.detect`, without `limit`.
        """

        def read(cut: str) -> list[Span]:
            return detect(cut, **options)

        return hybrid(text, read(text), self.tag([text])[0], self.thresholds, read)


def codes_of(texts: Sequence[str]) -> tuple[Tensor, Tensor]:
    """Characters with an edge on both sides, shape (N, T), and the lengths with them, (N,)."""
    lengths = [len(text) + 2 for text in texts]
    codes_NT = np.full((len(texts), max(lengths)), ord(EDGE), np.int64)
    for row, text in zip(codes_NT, texts, strict=True):
        row[1 : len(text) + 1] = np.frombuffer(plain_text(text).encode("latin-1"), np.uint8)
    return torch.from_numpy(codes_NT), torch.tensor(lengths)


def windows(length: int) -> Iterator[tuple[int, int]]:
    """Stretches that cover a text of that length, each character once outside of cut margins.

    >>> list(windows(600)), list(windows(0))
    ([(0, 512), (384, 600)], [])
    """
    start = 0
    while length:
        yield start, min(start + WINDOW, length)
        if start + WINDOW >= length:
            return
        start += WINDOW - 2 * MARGIN


def _tags(likely_TL: F32) -> Iterator[Tag]:
    """The runs of labels B I I ... of one domain; their least likely label is how sure they are."""
    label_T = likely_TL.argmax(1).tolist()
    sure_T = likely_TL.max(1).tolist()
    start, here = 0, ""
    for i, label in enumerate([*label_T, 0]):
        side, _, domain = LABELS[label].partition("-")
        if here and (side != "I" or domain != here):
            yield Tag(start, i, here, min(sure_T[start : i + 1]))  # the next one ends it
        if side == "B" or domain != here:
            start = i
        here = domain


def readable(text: str, tags: Iterable[Tag], read: Read = detect) -> Iterator[Span]:
    """A span for every tag whose text, cut out, is one value of the tag's domain."""
    for tag in tags:
        cut = text[tag.start : tag.end]
        match read(cut):
            case [Span(start=0, end=end, domain=tag.domain, value=value)] if end == len(cut):
                yield Span(tag.start, tag.end, cut, tag.domain, value, tag.probability)


def hybrid(
    text: str,
    patterns: Sequence[Span],
    tagging: Tagging,
    thresholds: Thresholds,
    read: Read = detect,
) -> list[Span]:
    """The patterns' spans, corrected where the tagger is sure; in order, without overlaps.

    A bare number that the tagger takes for none is dropped. Where tags overlap spans of the
    patterns with other ends, they replace them; where there is none, they are added. Either needs
    each tag's text to be one value of the tag's domain when the patterns read it alone. Spans of
    further domains than the tagger's stay.

    >>> sure = Tagging((Tag(0, 2, "arithmetic", 0.9),), np.zeros(5, np.float32))
    >>> [span.text for span in hybrid("12/16", detect("12/16"), sure, Thresholds(move=0.8))]
    ['12']
    """
    spans: list[Span] = []
    for ours, tags in clusters(patterns, tagging.tags):
        if not tags:
            spans += [s for s in ours if not _dropped(s, tagging.outside_T, thresholds.drop)]
            continue
        t = thresholds.move if ours else thresholds.add
        same = [(s.start, s.end) for s in ours] == [(tag.start, tag.end) for tag in tags]
        movable = all(span.domain in DOMAINS for span in ours)
        theirs: list[Span] = []
        if movable and not same and min(tag.probability for tag in tags) > t:
            theirs = list(readable(text, tags, read))
        spans += theirs if len(theirs) == len(tags) else ours
    return spans


def _dropped(span: Span, outside_T: F32, threshold: float) -> bool:
    """Whether it is a bare number, and none as the tagger sees it."""
    bare = span.domain == "arithmetic" and _BARE.fullmatch(span.text)
    return bool(bare and outside_T[span.start : span.end].min() > threshold)


def clusters(spans: Sequence[Span], tags: Sequence[Tag]) -> Iterator[tuple[list[Span], list[Tag]]]:
    """Both, each in order and free of overlaps, cut into the smallest groups that do not overlap.

    >>> [(len(a), len(b)) for a, b in clusters(detect("1 and 2/3"), [Tag(6, 7, "temporal", 0.5)])]
    [(1, 0), (1, 1)]
    """
    group: tuple[list[Span], list[Tag]] = ([], [])
    reached = 0
    both: list[Iterable[Span | Tag]] = [spans, tags]
    for each in merge(*both, key=lambda each: each.start):
        if each.start >= reached and any(group):
            yield group
            group = ([], [])
        if isinstance(each, Span):
            group[0].append(each)
        else:
            group[1].append(each)
        reached = max(reached, each.end)
    if any(group):
        yield group
