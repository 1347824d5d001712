"""The settings of one training run, read from TOML and checked before any work."""

import dataclasses
import math
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from fluxem_encoders.errors import FluxEMError
from fluxem_encoders.tags import TAGGED

TARGETS = ("q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj")


class ConfigError(FluxEMError, ValueError):
    """A setting that cannot be; the text names the field and what it may be."""


@dataclass(frozen=True)
class ModelSettings:
    """The Qwen3 architecture to build."""

    hidden_size: int = 320
    intermediate_size: int = 832
    num_hidden_layers: int = 6
    num_attention_heads: int = 5
    num_key_value_heads: int = 1
    head_dim: int = 64
    max_position_embeddings: int = 4096
    rope_theta: float = 10000.0
    initializer_range: float = 0.02


@dataclass(frozen=True)
class InjectionSettings:
    """How rows enter the model; `composer` is the directory of one that `train-composer` wrote."""

    method: str = "additive"
    layers: tuple[int, ...] = (0,)
    projector_hidden: int = 320
    domains: tuple[str, ...] = ()  # further ones, whose values and tools are learnt as well
    composer: str = ""


@dataclass(frozen=True)
class LoraSettings:
    """Low-rank matrices to train beside those of a checkpoint; with rank 0 all its weights are.

    In the end they are merged into the checkpoint; without `merge` its folder `lora` has them, as
    an adapter for vLLM's `--lora-modules`.
    """

    rank: int = 0
    alpha: float = 32.0
    dropout: float = 0.0
    targets: tuple[str, ...] = TARGETS
    merge: bool = True


@dataclass(frozen=True)
class RunSettings:
    """Batches, schedule and optimizers."""

    pack_length: int = 1024
    packs_per_step: int = 6  # of each process
    processes: int = 1
    minutes: float = 70.0
    max_steps: int = 1_000_000
    warmup_steps: int = 60
    learning_rate: float = 0.003
    muon_learning_rate: float = 0.02
    weight_decay: float = 0.05
    dropout: float = 0.0
    invented: float = 0.0  # share of questions for tools that nobody has written
    evaluate_every: int = 250
    threads: int = 0
    compile: bool = False  # needs a C++ compiler


@dataclass(frozen=True)
class LossSettings:
    """Weights of the losses beside language modelling, which `training/losses.py` defines.

    A loss of weight 0 is not computed.
    """

    tool_selection: float = 0.0
    span_detection: float = 0.0
    embedding_alignment: float = 0.0
    chain_completion: float = 0.0

    @property
    def active(self) -> bool:
        return any(dataclasses.astuple(self))


@dataclass(frozen=True)
class TrainingConfig:
    seed: int = 1
    vocabulary: int = 4096
    tokenizer_samples: int = 12000
    model: ModelSettings = field(default_factory=ModelSettings)
    fluxem: InjectionSettings = field(default_factory=InjectionSettings)
    lora: LoraSettings = field(default_factory=LoraSettings)
    training: RunSettings = field(default_factory=RunSettings)
    losses: LossSettings = field(default_factory=LossSettings)

    def __post_init__(self) -> None:
        _check(self.vocabulary >= 512, "vocabulary", "at least 512", self.vocabulary)
        _check(
            self.model.hidden_size >= 264,
            "model.hidden_size",
            "at least 264",
            self.model.hidden_size,
        )
        layers = self.model.num_hidden_layers
        bad = [i for i in self.fluxem.layers if not 0 <= i < layers]
        _check(not bad, "fluxem.layers", f"layers from 0 to {layers - 1}", self.fluxem.layers)
        unknown = [d for d in self.fluxem.domains if d not in TAGGED]
        _check(not unknown, "fluxem.domains", f"a list out of {', '.join(sorted(TAGGED))}",
               ", ".join(unknown))  # fmt: skip
        _check(self.lora.rank >= 0, "lora.rank", "at least 0", self.lora.rank)
        _check(self.lora.alpha > 0, "lora.alpha", "above 0", self.lora.alpha)
        _check(0 <= self.lora.dropout < 1, "lora.dropout", "from 0 to below 1", self.lora.dropout)
        other = [t for t in self.lora.targets if t not in TARGETS]
        _check(bool(self.lora.targets) and not other, "lora.targets",
               f"a list out of {', '.join(TARGETS)}", ", ".join(other) or "none")  # fmt: skip
        _check(self.training.minutes > 0, "training.minutes", "above 0", self.training.minutes)
        _check(0 <= self.training.dropout < 1, "training.dropout", "from 0 to below 1",
               self.training.dropout)  # fmt: skip
        _check(0 <= self.training.invented <= 1, "training.invented", "from 0 to 1",
               self.training.invented)  # fmt: skip
        _check(self.training.processes >= 1, "training.processes", "at least 1",
               self.training.processes)  # fmt: skip
        length = self.training.pack_length
        _check(256 <= length <= self.model.max_position_embeddings, "training.pack_length",
               "from 256 to model.max_position_embeddings", length)  # fmt: skip
        for name, weight in dataclasses.asdict(self.losses).items():
            _check(0 <= weight < math.inf, f"losses.{name}", "at least 0 and finite", weight)


def _check(holds: bool, name: str, rule: str, value: object) -> None:
    if not holds:
        raise ConfigError(f"`{name}` must be {rule}, got {value}")


def read_config(path: Path) -> TrainingConfig:
    """Read a TOML file.

    Raises:
        ConfigError: for an unknown field, a wrong type or a value out of range.
    """
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"cannot read the configuration {path}: {error}") from None
    built: TrainingConfig = _build(TrainingConfig, data, "")
    return built


def _build(kind: Any, data: dict[str, Any], where: str) -> Any:
    fields = {f.name: f for f in dataclasses.fields(kind)}
    arguments: dict[str, Any] = {}
    for name, value in data.items():
        if name not in fields:
            raise ConfigError(f"unknown field `{where}{name}`; known are {', '.join(fields)}")
        default = getattr(kind(), name)
        if dataclasses.is_dataclass(default):
            _check(isinstance(value, dict), where + name, "a table", value)
            arguments[name] = _build(type(default), value, f"{where}{name}.")
            continue
        if isinstance(default, tuple) and isinstance(value, list):
            value = tuple(value)
        if isinstance(default, float) and isinstance(value, int) and not isinstance(value, bool):
            value = float(value)
        _check(type(value) is type(default), where + name, f"a {type(default).__name__}", value)
        arguments[name] = value
    return kind(**arguments)


DEFAULT_CONFIG = Path(__file__).with_name("tiny.toml")
