"""Composers: one embedding for a sequence of steps.

A sequence is the values' embeddings, for each but the first the operation by which it joins what
is before it, and a mask that is False behind its end.
Axes: B sequences, N values, E the 256 lanes of an embedding, R rank, D hidden width.
"""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, get_args

import numpy as np
import torch
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor, nn
from torch.nn import functional as F

from fluxem_encoders.errors import FluxEMError
from fluxem_encoders.layout import LAYOUT_VERSION, WIDTH
from fluxem_qwen3.config import COMPOSER_FOLDER, Kind, Quantization
from fluxem_qwen3.operations import OPERATIONS, Operation, Step, exact, start
from fluxem_qwen3.quantization import quantize_module

F32 = NDArray[np.float32]

WEIGHTS, SETTINGS = "model.safetensors", "composer.json"
HEADS = 4


class ComposerError(FluxEMError, ValueError):
    """A composer that cannot be, or cannot be read; the text says what is wrong."""


@dataclass(frozen=True, slots=True)
class ComposerConfig:
    """A composer's kind and size: `hidden` is the rank of `bilinear`, the middle of others.

    Raises:
        ComposerError: naming the field and what is allowed.
    """

    kind: Kind = "operation_aware"
    hidden: int = 256
    layers: int = 2  # of `attention`

    def __post_init__(self) -> None:
        if self.kind not in get_args(Kind):
            allowed = " | ".join(map(repr, get_args(Kind)))
            raise ComposerError(f"`kind` must be {allowed}, got {self.kind!r}")
        for name, most in (("hidden", 4096), ("layers", 16)):
            size = getattr(self, name)
            if type(size) is not int or not 1 <= size <= most:
                raise ComposerError(f"`{name}` must be an integer from 1 to {most}, got {size!r}")


class Composer(nn.Module):
    """A sequence to one embedding; each operation is a learned vector on the value that joins.

    `learnt` are the operations that training changes.
    """

    learnt: tuple[Operation, ...] = OPERATIONS
    quantization: Quantization | None = None  # set where its matrices are stored so

    def __init__(self, config: ComposerConfig) -> None:
        super().__init__()
        self.config = config
        self.operation = nn.Embedding(len(OPERATIONS), WIDTH)
        nn.init.normal_(self.operation.weight, std=0.5)

    def forward(self, values_BNE: Tensor, operations_BN: Tensor, mask_BN: Tensor) -> Tensor:
        """The composed embeddings, (B, E).

        Args:
            operations_BN: indices into `OPERATIONS`; those of the first values are not read.
            mask_BN: True for values; each sequence has at least one, and they come first.
        """
        raise NotImplementedError


class BinaryComposer(Composer):
    """Joins two embeddings, so a sequence from its first value on."""

    def forward(self, values_BNE: Tensor, operations_BN: Tensor, mask_BN: Tensor) -> Tensor:
        state_BE = values_BNE[:, 0]
        for k in range(1, values_BNE.shape[1]):
            joined_BE = self.step(state_BE, values_BNE[:, k], operations_BN[:, k])
            state_BE = torch.where(mask_BN[:, k, None], joined_BE, state_BE)
        return state_BE

    def step(self, a_BE: Tensor, b_BE: Tensor, operation_B: Tensor) -> Tensor:
        """`b_BE` joined to `a_BE` by an operation each."""
        return self.join(a_BE, b_BE + self.operation(operation_B))

    def join(self, a_BE: Tensor, b_BE: Tensor) -> Tensor:
        """One embedding for two; all of (B, E)."""
        raise NotImplementedError


class ConcatProject(BinaryComposer):
    """Both side by side through Linear, GELU, Linear."""

    def __init__(self, config: ComposerConfig) -> None:
        super().__init__(config)
        self.up = nn.Linear(2 * WIDTH, config.hidden)
        self.down = nn.Linear(config.hidden, WIDTH)

    def join(self, a_BE: Tensor, b_BE: Tensor) -> Tensor:
        return self.down(F.gelu(self.up(torch.cat((a_BE, b_BE), -1))))


class Gated(BinaryComposer):
    """Lane by lane a learned mixture of the first, the second and a candidate made of both."""

    def __init__(self, config: ComposerConfig) -> None:
        super().__init__(config)
        self.gates = nn.Linear(2 * WIDTH, 3 * WIDTH)
        self.up = nn.Linear(2 * WIDTH, config.hidden)
        self.down = nn.Linear(config.hidden, WIDTH)

    def join(self, a_BE: Tensor, b_BE: Tensor) -> Tensor:
        both = torch.cat((a_BE, b_BE), -1)
        candidate_BE = self.down(F.gelu(self.up(both)))
        gates = self.gates(both).unflatten(-1, (3, WIDTH)).softmax(-2)
        return (gates * torch.stack((a_BE, b_BE, candidate_BE), -2)).sum(-2)


class Bilinear(BinaryComposer):
    """Products of R directions of the first with R of the second, beside a linear part."""

    def __init__(self, config: ComposerConfig) -> None:
        super().__init__(config)
        self.first = nn.Linear(WIDTH, config.hidden)
        self.second = nn.Linear(WIDTH, config.hidden)
        self.product = nn.Linear(config.hidden, WIDTH, bias=False)
        self.linear = nn.Linear(2 * WIDTH, WIDTH)

    def join(self, a_BE: Tensor, b_BE: Tensor) -> Tensor:
        product_BR = self.first(a_BE) * self.second(b_BE) / math.sqrt(self.config.hidden)
        return self.product(product_BR) + self.linear(torch.cat((a_BE, b_BE), -1))


class ChainComposer(Composer):
    """Attention over the whole sequence, read at its first value, for sequences of any length."""

    def __init__(self, config: ComposerConfig) -> None:
        super().__init__(config)
        layer = nn.TransformerEncoderLayer(
            WIDTH, HEADS, config.hidden, dropout=0.0, activation="gelu", batch_first=True,
            norm_first=True,
        )  # fmt: skip
        self.encoder = nn.TransformerEncoder(layer, config.layers, enable_nested_tensor=False)
        self.out = nn.Linear(WIDTH, WIDTH)

    def forward(self, values_BNE: Tensor, operations_BN: Tensor, mask_BN: Tensor) -> Tensor:
        joins_BNE = self.operation(operations_BN)
        joins_BNE = torch.cat((torch.zeros_like(joins_BNE[:, :1]), joins_BNE[:, 1:]), 1)
        x_BNE = values_BNE + joins_BNE + positions(values_BNE.shape[1])
        return self.out(self.encoder(x_BNE, src_key_padding_mask=~mask_BN)[:, 0])


def positions(count: int) -> Tensor:
    """Sines and cosines of wavelengths from 2 pi to 10,000 times that, (N, E)."""
    rate = torch.exp(torch.arange(0, WIDTH, 2) * (-math.log(10_000.0) / WIDTH))
    angle = torch.arange(count)[:, None] * rate
    return torch.cat((angle.sin(), angle.cos()), -1)


class OperationAware(ConcatProject):
    """The algebra's own embedding wherever it knows the operation, bit by bit, trained or not.

    Elsewhere what the closed form knows of the composition lanes, plus a learned residual.
    """

    learnt = ("compare",)

    def step(self, a_BE: Tensor, b_BE: Tensor, operation_B: Tensor) -> Tensor:
        known_B, known_BE = self._known(a_BE, b_BE, operation_B)
        if bool(known_B.all()):
            return known_BE
        learned_BE = super().step(a_BE, b_BE, operation_B)
        return torch.where(known_B[:, None], known_BE, known_BE + learned_BE)

    @torch.no_grad()
    def _known(self, a_BE: Tensor, b_BE: Tensor, operation_B: Tensor) -> tuple[Tensor, Tensor]:
        """Where the algebra knows the result, (B,), and what it knows, (B, E)."""
        names = [OPERATIONS[i] for i in operation_B.tolist()]
        rows = list(zip(names, a_BE.float().numpy(), b_BE.float().numpy(), strict=True))
        found = [exact(*row) for row in rows]
        known = [start(*row) if e is None else e for row, e in zip(rows, found, strict=True)]
        return torch.tensor([e is not None for e in found]), torch.from_numpy(np.stack(known))


KINDS: Mapping[str, type[Composer]] = {
    "concat_project": ConcatProject,
    "gated": Gated,
    "bilinear": Bilinear,
    "attention": ChainComposer,
    "operation_aware": OperationAware,
}


def build_composer(config: ComposerConfig, seed: int = 0) -> Composer:
    """A composer with random weights that the seed decides."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return KINDS[config.kind](config)


@torch.inference_mode()
def compose(composer: Composer, steps: Sequence[Step]) -> F32:
    """The composed embedding of a sequence of at least one step, (E,)."""
    values_NE = torch.from_numpy(np.stack([step.embedding for step in steps]))
    operations_N = torch.tensor([OPERATIONS.index(step.operation) for step in steps])
    mask_N = torch.ones(len(steps), dtype=torch.bool)
    composed_BE = composer(values_NE[None], operations_N[None], mask_N[None])
    return np.asarray(composed_BE[0].numpy())


def quantize_composer(composer: Composer, quantization: Quantization) -> None:
    """Store its matrices so from now on. What the algebra knows stays exact: no weight is in it.

    Raises:
        ConfigError: when groups do not divide a matrix.
    """
    quantize_module(composer, quantization)
    composer.quantization = quantization


def save_composer(composer: Composer, folder: Path, record: Mapping[str, Any]) -> None:
    """Write weights and settings; `record` says how the composer was made."""
    folder.mkdir(parents=True, exist_ok=True)
    save_file(composer.state_dict(), folder / WEIGHTS)
    settings = {
        "layout_version": LAYOUT_VERSION, "operations": OPERATIONS,
        "config": asdict(composer.config), "record": record,
    }  # fmt: skip
    if composer.quantization:
        settings["quantization"] = asdict(composer.quantization)
    (folder / SETTINGS).write_text(json.dumps(settings, indent=1) + "\n", encoding="utf-8")


def load_composer(folder: Path) -> Composer:
    """Read what `save_composer` wrote.

    Raises:
        ComposerError: when a file is missing, or is not that of a composer of this layout.
    """
    try:
        settings = json.loads((folder / SETTINGS).read_text(encoding="utf-8"))
        if settings["layout_version"] != LAYOUT_VERSION:
            raise ComposerError(f"`layout_version` must be {LAYOUT_VERSION}")
        if tuple(settings["operations"]) != OPERATIONS:
            raise ComposerError(f"`operations` must be {', '.join(OPERATIONS)}")
        composer = build_composer(ComposerConfig(**settings["config"]))
        if "quantization" in settings:
            quantize_composer(composer, Quantization.from_dict(settings["quantization"]))
        composer.load_state_dict(load_file(folder / WEIGHTS))
    except (OSError, ValueError, KeyError, TypeError, RuntimeError, SafetensorError) as error:
        raise ComposerError(f"cannot read a composer from {folder}: {error}") from None
    composer.eval()
    return composer


def composer_of(checkpoint: Path, kind: Kind | None) -> Composer | None:
    """The composer of a checkpoint whose `fluxem` block names that kind.

    Raises:
        ComposerError: when it cannot be read, or is of another kind.
    """
    if kind is None:
        return None
    folder = checkpoint / COMPOSER_FOLDER
    composer = load_composer(folder)
    if (found := composer.config.kind) != kind:
        raise ComposerError(f"`fluxem.composer` is {kind!r}, but {folder} holds {found!r}")
    return composer
