"""Training of a composer, on drawn sequences of steps whose results are known.

Axes: B sequences, N values, E the 256 lanes of an embedding.
"""

import operator
import random
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import torch
from torch import Tensor

from fluxem_encoders.compose import mark_source
from fluxem_encoders.forms import simplest
from fluxem_encoders.layout import WIDTH
from fluxem_encoders.registry import encode, encode_batch
from fluxem_encoders.values import Number, Value
from fluxem_qwen3.composer import Composer, ComposerConfig, build_composer, save_composer
from fluxem_qwen3.operations import COUNTED, OPERATIONS, Operation
from fluxem_vllm.training.config import ConfigError

LARGEST = 100  # of the numbers that are drawn
LIMB = 1 / 128  # of the count lanes

NUMERIC: dict[Operation, Callable[[Any, Any], Number]] = {
    "add": operator.add,
    "subtract": operator.sub,
    "multiply": operator.mul,
    "divide": lambda a, b: simplest(Fraction(a) / Fraction(b)),
    "compare": lambda a, b: (a > b) - (a < b),
}


@dataclass(frozen=True, slots=True)
class ComposerSettings:
    """The settings of one run.

    Raises:
        ConfigError: for a setting out of range.
    """

    composer: ComposerConfig = field(default_factory=ComposerConfig)
    updates: int = 1000
    seed: int = 1
    sequences: int = 64  # of each update
    longest: int = 8  # steps of a sequence
    learning_rate: float = 0.002
    warmup: int = 50

    def __post_init__(self) -> None:
        for name, least in (("updates", 0), ("sequences", 1), ("longest", 1), ("warmup", 1)):
            if (value := getattr(self, name)) < least:
                raise ConfigError(f"`{name}` must be at least {least}, got {value}")
        if not 0 < self.learning_rate < float("inf"):
            raise ConfigError(f"`learning_rate` must be above 0, got {self.learning_rate}")


class Sequences(NamedTuple):
    """Drawn sequences as composers take them, (B, N, E), (B, N), (B, N), with what they come to:
    the values and their embeddings, (B, E)."""

    values_BNE: Tensor
    operations_BN: Tensor
    mask_BN: Tensor
    results: list[Value]
    targets_BE: Tensor


def result_of(operation: Operation, numbers: Sequence[int]) -> Value:
    """What a sequence of steps of one operation comes to, by Python's own arithmetic.

    >>> [result_of(name, [6, 3, 2]) for name in ("divide", "chain", "nest", "compare")]
    [1, (6, 3, 2), 2, -1]
    """
    match operation:
        case "chain":
            return tuple(numbers)
        case "nest":
            return numbers[-1]
    result: Number = numbers[0]
    for number in numbers[1:]:
        result = NUMERIC[operation](result, number)
    return result


def draw(rng: random.Random, kinds: Sequence[tuple[Operation, int]]) -> Sequences:
    """One sequence for each (operation, number of steps), all of whole numbers within ±100, small
    ones as often as large ones, never 0."""
    numbers = [[_number(rng) for _ in range(steps + 1)] for _, steps in kinds]
    mask_BN = np.arange(max(map(len, numbers))) < np.array([[len(each)] for each in numbers])
    values_BNE = np.zeros((*mask_BN.shape, WIDTH), dtype=np.float32)
    values_BNE[mask_BN] = encode_batch(np.concatenate(numbers), "arithmetic")
    operations_BN = np.zeros(mask_BN.shape, dtype=np.int64)
    operations_BN[:] = [[OPERATIONS.index(operation)] for operation, _ in kinds]
    results = [result_of(op, each) for (op, _), each in zip(kinds, numbers, strict=True)]
    targets_BE = mark_source(np.stack([encode(result) for result in results]), "composed")
    for target_E, (operation, steps) in zip(targets_BE, kinds, strict=True):
        if operation == "nest":
            target_E[COUNTED.start] = LIMB * (steps + 1)
    return Sequences(
        torch.from_numpy(values_BNE),
        torch.from_numpy(operations_BN),
        torch.from_numpy(mask_BN),
        results,
        torch.from_numpy(targets_BE),
    )


def _number(rng: random.Random) -> int:
    sign = rng.choice((-1, 1))
    size: int = round(LARGEST ** rng.random())
    return sign * size


def fit(settings: ComposerSettings, *, quiet: bool = False) -> tuple[Composer, list[float]]:
    """A trained composer, the same for the same settings on one thread, and each update's loss:
    the mean square over the lanes of what its embeddings lack of the results'. Operations that it
    does exactly are not drawn."""
    from tqdm import trange

    from fluxem_vllm.training.train import schedule

    composer = build_composer(settings.composer, settings.seed)
    optimizer = torch.optim.AdamW(composer.parameters(), lr=settings.learning_rate)
    rng = random.Random(f"fluxem-composer-{settings.seed}")
    losses: list[float] = []
    for update in (bar := trange(settings.updates, disable=quiet, mininterval=5)):
        kinds = [
            (rng.choice(composer.learnt), rng.randint(1, settings.longest))
            for _ in range(settings.sequences)
        ]
        drawn = draw(rng, kinds)
        composed_BE = composer(drawn.values_BNE, drawn.operations_BN, drawn.mask_BN)
        loss = torch.nn.functional.mse_loss(composed_BE, drawn.targets_BE)
        for group in optimizer.param_groups:
            factor = schedule(update, update / settings.updates, settings.warmup)
            group["lr"] = settings.learning_rate * factor
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(composer.parameters(), 1.0)
        optimizer.step()
        losses.append(loss.item())
        bar.set_postfix_str(f"loss {losses[-1]:.5f}", refresh=False)
    return composer.eval(), losses


def train_composer(settings: ComposerSettings, out: Path) -> dict[str, float]:
    """Train a composer and write it to `out`; return its last losses' mean."""
    out.mkdir(parents=True, exist_ok=True)  # fails before the work, not after
    composer, losses = fit(settings)
    scores = {"updates": len(losses), "loss": sum(losses[-50:]) / max(1, len(losses[-50:]))}
    record = {"command": "fluxem-vllm train-composer", "settings": asdict(settings), **scores}
    save_composer(composer, out, record)
    return scores
