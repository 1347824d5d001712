"""Training of the tagger of values, on generated questions and the values meant in them.

Axes: N texts, T characters, L labels.
"""

import ctypes
import random
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass, field, replace
from fractions import Fraction
from itertools import islice
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from fluxem_encoders.detect import detect
from fluxem_encoders.patterns.information_theory import sums_to_one
from fluxem_encoders.registry import domain_of
from fluxem_encoders.span import Span
from fluxem_encoders.values import Combination, Distribution, Duration, Permutation
from fluxem_vllm.data.bank import FOLDS, Split
from fluxem_vllm.data.generate import DATA_VERSION, Generator
from fluxem_vllm.data.tree import Leaf
from fluxem_vllm.tagger import (
    LABELS,
    WINDOW,
    Network,
    Shape,
    Tagger,
    Tagging,
    Thresholds,
    codes_of,
    hybrid,
)
from fluxem_vllm.training.config import ConfigError

IGNORED = -100
CURRENCIES = "$€£"  # a price's sign is no part of its number
# What a text may write out of values: `Bin(10, 0.3)`, `23 minutes`, `3/4` where 3 and 4 are meant.
WHOLES = (Duration, Distribution, Combination, Permutation, Fraction)
LEARNT = frozenset(range(FOLDS - 1))  # thresholds are chosen on the phrasings of the last fold
CHOICES = (0.5, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999, 1.0)


@dataclass(frozen=True, slots=True)
class TaggerSettings:
    """The settings of one run.

    Raises:
        ConfigError: for a setting out of range.
    """

    shape: Shape = field(default_factory=Shape)
    minutes: float = 12.0
    max_steps: int = 1_000_000
    seed: int = 1
    characters: int = 1600  # of each step, about
    pool: int = 2048  # texts that are sorted by length into batches
    learning_rate: float = 0.004
    warmup_steps: int = 20
    checked: int = 2000  # texts for choosing thresholds

    def __post_init__(self) -> None:
        for name, least in (("max_steps", 0), ("characters", 1), ("pool", 1), ("checked", 1)):
            if (value := getattr(self, name)) < least:
                raise ConfigError(f"`{name}` must be at least {least}, got {value}")
        for name in ("minutes", "learning_rate"):
            if not 0 < (value := getattr(self, name)) < float("inf"):
                raise ConfigError(f"`{name}` must be above 0, got {value}")


@dataclass(frozen=True, slots=True)
class Mark:
    """A value meant by a text: its offsets and its domain."""

    start: int
    end: int
    domain: str


@dataclass(frozen=True, slots=True)
class Marked:
    """A text and the values meant in it, in order."""

    text: str
    marks: tuple[Mark, ...]


def marked(text: str, leaves: Iterable[tuple[Leaf, int]]) -> Marked:
    """The text with its leaves as marks; what it writes out of several, or with a unit, is one.

    >>> marked("in 3 hours, $5", [(Leaf(3, "3"), 3), (Leaf(5, "$5"), 12)]).marks[0]
    Mark(start=3, end=10, domain='temporal')
    """
    marks = [_mark(leaf, start) for leaf, start in leaves]
    for span in detect(text):
        inside = [mark for mark in marks if span.start <= mark.start and mark.end <= span.end]
        if inside and isinstance(span.value, WHOLES):
            marks = [mark for mark in marks if mark not in inside]
            marks.append(Mark(span.start, span.end, span.domain))
    marks.sort(key=lambda mark: mark.start)
    return Marked(text, tuple(mark for mark in marks if mark.end <= len(text)))


def _mark(leaf: Leaf, start: int) -> Mark:
    number = leaf.text.lstrip(CURRENCIES)
    start += len(leaf.text) - len(number)
    value = leaf.value
    whole = isinstance(value, tuple) and sums_to_one(value)
    if value is None:
        raise ValueError(f"the tagger learns core domains alone, whose values are known: {leaf}")
    domain = "information_theory" if whole else domain_of(value)
    return Mark(start, start + len(number), domain)


def marked_texts(
    seed: int, split: Split = "train", folds: Iterable[int] = range(FOLDS)
) -> Iterator[Marked]:
    """An endless stream of generated questions, the same for the same arguments."""
    for text, leaves in Generator(seed, split, folds).annotated():
        yield marked(text, leaves)


def targets_of(texts: Sequence[Marked], length: int) -> Tensor:
    """Indices of labels, shape (N, T) with T = `length`; edges are O, what is behind is ignored."""
    targets_NT = np.full((len(texts), length), IGNORED, np.int64)
    for row, each in zip(targets_NT, texts, strict=True):
        row[: len(each.text) + 2] = 0
        for mark in each.marks:
            row[mark.start + 1 : mark.end + 1] = LABELS.index(f"I-{mark.domain}")
            row[mark.start + 1] = LABELS.index(f"B-{mark.domain}")
    return torch.from_numpy(targets_NT)


def batches(
    texts: Iterable[Marked], rng: random.Random, characters: int, pool: int
) -> Iterator[tuple[Tensor, Tensor]]:
    """Codes and targets, both (N, T), of texts of about one length; long texts are left out."""
    short = (each for each in texts if 0 < len(each.text) <= WINDOW)
    while some := sorted(islice(short, pool), key=lambda each: len(each.text)):
        cuts, size = [0], 0
        for i, each in enumerate(some):
            size += len(each.text)
            if size >= characters:
                cuts.append(i + 1)
                size = 0
        ends = [*cuts[1:], len(some)]
        stretches = [some[a:b] for a, b in zip(cuts, ends, strict=True) if a < b]
        rng.shuffle(stretches)
        for stretch in stretches:
            codes_NT, _ = codes_of([each.text for each in stretch])
            yield codes_NT, targets_of(stretch, codes_NT.shape[1])


def loss_of(network: Network, codes_NT: Tensor, targets_NT: Tensor) -> Tensor:
    """Mean cross entropy over the characters."""
    logits_NTL = network(codes_NT)
    return torch.nn.functional.cross_entropy(
        logits_NTL.flatten(0, 1), targets_NT.flatten(), ignore_index=IGNORED
    )


def fit(
    settings: TaggerSettings, texts: Iterable[Marked], *, quiet: bool = False
) -> tuple[Tagger, list[float]]:
    """A tagger trained on the texts until they, the steps or the time end; each step's loss."""
    from tqdm import tqdm

    from fluxem_vllm.training.train import TRIM_EVERY, Clock, schedule

    torch.manual_seed(settings.seed)
    network = Network(settings.shape)
    optimizer = torch.optim.AdamW(network.parameters(), lr=settings.learning_rate)
    rng = random.Random(settings.seed)
    stream = batches(texts, rng, settings.characters, settings.pool)
    clock, losses, seen = Clock(settings.minutes, 0.0), list[float](), 0
    form = "{desc} {percentage:3.0f}% {postfix}"
    bar = tqdm(total=100.0, bar_format=form, mininterval=5, disable=quiet)
    for step, (codes_NT, targets_NT) in enumerate(islice(stream, settings.max_steps)):
        progress = max(clock.progress(), step / settings.max_steps)
        if progress >= 1:
            break
        for group in optimizer.param_groups:
            group["lr"] = settings.learning_rate * schedule(step, progress, settings.warmup_steps)
        loss = loss_of(network, codes_NT, targets_NT)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimizer.step()
        losses.append(loss.item())
        if step % TRIM_EVERY == 0:
            ctypes.CDLL(None).malloc_trim(0)
        seen += len(codes_NT)
        bar.set_postfix_str(f"step {step + 1} loss {losses[-1]:.4f} {seen} texts", refresh=False)
        bar.update(min(100.0, 100 * progress) - bar.n)
    bar.close()
    record = {
        "command": "fluxem-vllm train-tagger", "data_version": DATA_VERSION,
        "settings": asdict(settings), "steps": len(losses), "texts": seen,
        "loss": sum(losses[-50:]) / max(1, len(losses[-50:])),
    }  # fmt: skip
    return Tagger(network.eval(), settings.shape, record=record), losses


@dataclass(slots=True)
class Counts:
    """Spans that are exactly those meant, all that were found, all that were meant."""

    right: int = 0
    found: int = 0
    meant: int = 0

    def add(self, found: Iterable[Span], marks: Iterable[Mark]) -> None:
        ours = {(span.start, span.end) for span in found}
        theirs = {(mark.start, mark.end) for mark in marks}
        self.right += len(ours & theirs)
        self.found += len(ours)
        self.meant += len(theirs)

    @property
    def precision(self) -> float:
        return self.right / max(1, self.found)

    @property
    def recall(self) -> float:
        return self.right / max(1, self.meant)

    @property
    def f1(self) -> float:
        return 2 * self.right / max(1, self.found + self.meant)


def choose_thresholds(tagger: Tagger, texts: Sequence[Marked]) -> dict[str, float]:
    """Give the tagger the thresholds with the best F1 on those texts, one after the other.

    Returns:
        F1 of the patterns and of the hybrid.
    """
    taggings = tagger.tag([each.text for each in texts])
    patterns = [detect(each.text) for each in texts]
    best = Thresholds()
    alone = most = _counts(texts, patterns, taggings, best)
    for name in ("drop", "move", "add"):
        for choice in reversed(CHOICES[:-1]):  # a higher one where it is as good
            tried = replace(best, **{name: choice})
            counts = _counts(texts, patterns, taggings, tried)
            if counts.f1 > most.f1:
                best, most = tried, counts
    tagger.thresholds = best
    return {"patterns": alone.f1, "hybrid": most.f1}


def _counts(
    texts: Sequence[Marked],
    patterns: Sequence[Sequence[Span]],
    taggings: Sequence[Tagging],
    thresholds: Thresholds,
) -> Counts:
    counts = Counts()
    for each, ours, tagging in zip(texts, patterns, taggings, strict=True):
        counts.add(hybrid(each.text, ours, tagging, thresholds), each.marks)
    return counts


def train_tagger(settings: TaggerSettings, out: Path) -> Tagger:
    """Train a tagger, choose its thresholds and write it to `out`.

    It learns three folds of the training phrasings; the thresholds are chosen on the fourth.
    """
    out.mkdir(parents=True, exist_ok=True)  # fails before the work, not after
    tagger, _ = fit(settings, marked_texts(settings.seed, folds=LEARNT))
    others = frozenset(range(FOLDS)) - LEARNT
    tagger.save(out)  # as it is, for the case that the rest is interrupted
    texts = list(islice(marked_texts(settings.seed, folds=others), settings.checked))
    tagger.record["f1_on_other_phrasings"] = choose_thresholds(tagger, texts)
    tagger.save(out)
    return tagger
