"""The `fluxem` block of a checkpoint's config.json."""

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import Any, Literal, get_args

from fluxem_encoders.errors import FluxEMError
from fluxem_encoders.layout import LAYOUT_VERSION
from fluxem_encoders.tags import TAGGED
from fluxem_qwen3.prompt import REFERENCES

ARCHITECTURE = "FluxEMQwen3ForCausalLM"
# Of a checkpoint; vLLM looks for the model's weights beside the folders only.
COMPOSER_FOLDER = "composer"
LORA_FOLDER = "lora"
ADAPTER_CONFIG = "adapter.json"  # of a directory that `fluxem-vllm export --adapter` writes
INDEX = "model.safetensors.index.json"  # of weights in several files
MIN_HIDDEN_SIZE = 264  # an embedding, a token id and a marker must fit into one row

Method = Literal["additive", "replace", "gated"]
Render = Literal["reference", "overlay"]
Kind = Literal["concat_project", "gated", "bilinear", "attention", "operation_aware"]
"""Composers, see `composer.py`."""


class ConfigError(FluxEMError, ValueError):
    """A `fluxem` block that cannot be served; the text names the field and what is allowed."""


@dataclass(frozen=True, kw_only=True)
class Quantization:
    """How the matrices of projectors and composers are stored; see `quantization.py`.

    Attributes:
        bits: 8, or 4 with two weights to a byte.
        group: weights of a row that share a scale.

    Raises:
        ConfigError: naming the field and what is allowed.
    """

    bits: int = 8
    group: int = 32

    def __post_init__(self) -> None:
        if type(self.bits) is not int or self.bits not in (4, 8):
            raise ConfigError(_not_allowed("quantization.bits", self.bits, "4 | 8"))
        _whole("quantization.group", self.group, 2)
        if self.group % 2:
            raise ConfigError(_not_allowed("quantization.group", self.group, "an even integer"))

    @classmethod
    def from_dict(cls, block: Mapping[str, Any]) -> "Quantization":
        """Read a block, which names both fields and no other."""
        known = {field.name for field in fields(cls)}
        if block.keys() != known:
            raise ConfigError(
                _not_allowed("quantization", dict(block), f"an object with {sorted(known)}")
            )
        return cls(**block)


@dataclass(frozen=True, kw_only=True)
class FluxEMConfig:
    """How a checkpoint injects embeddings, and which tokens are its references.

    Attributes:
        layout_version: the layout of the 256 lanes that the projector was trained on.
        method: `additive` adds the projected row to the state, `replace` puts it in the state's
            place, `gated` adds it times tanh of a learned gate.
        layers: the layers before which rows are injected, ascending; 0 is the token embedding.
        projector_hidden: width of the projector's middle.
        projector_shared: one projector for all layers, or one for each.
        gain: what the projector's learned gain starts at.
        references: number of reference tokens `<|flux_k|>`.
        first_reference_id: token id of `<|flux_0|>`; the others follow.
        domains: further domains whose values the checkpoint was trained to read, such as physics;
            elsewhere `5 km` is the number 5 to it.
        render: whether a span is written as its reference token, or stays and is overlaid.
        composer: the kind of the composer in the checkpoint's folder `composer`, whose row of all
            results stands behind them in the next pass; without one there is no such row.
        guided: whether tools that the checkpoint was not trained with are shown with one line each,
            on a list that is no longer than those of training, and begin a plan where the router
            takes a question to be about them.
        adapter: the directory that the projector and the reference tokens' embeddings are read
            from, where the other weights are those of an unchanged Qwen3. A block may name it
            alone; the other fields are then the adapter's own.
        quantization: how the projectors' matrices are stored; None: as they are.
    """

    first_reference_id: int
    references: int = REFERENCES
    layout_version: int = LAYOUT_VERSION
    method: Method = "gated"
    layers: tuple[int, ...] = (0,)
    projector_hidden: int = 512
    projector_shared: bool = False
    gain: float = 1.0
    render: Render = "reference"
    domains: tuple[str, ...] = ()
    composer: Kind | None = None
    guided: bool = False
    adapter: str | None = None
    quantization: Quantization | None = None

    def __post_init__(self) -> None:
        _whole("layout_version", self.layout_version, LAYOUT_VERSION, LAYOUT_VERSION)
        _whole("first_reference_id", self.first_reference_id, 0)
        _whole("references", self.references, 1, 1000)  # the slot in `<|flux_k|>` has 1-3 digits
        _whole("projector_hidden", self.projector_hidden, 1)
        _word("method", self.method, get_args(Method))
        _word("render", self.render, get_args(Render))
        _word("composer", self.composer, (None, *get_args(Kind)))
        if not isinstance(self.adapter, str | None):
            raise ConfigError(_not_allowed("adapter", self.adapter, "a directory"))
        if not isinstance(self.quantization, Quantization | None):
            allowed = "an object with `bits` and `group`, or null"
            raise ConfigError(_not_allowed("quantization", self.quantization, allowed))
        if self.quantization and self.projector_hidden % self.quantization.group:
            allowed = f"a divisor of `projector_hidden`, {self.projector_hidden}"
            raise ConfigError(_not_allowed("quantization.group", self.quantization.group, allowed))
        if not isinstance(self.projector_shared, bool):
            raise ConfigError(_not_allowed("projector_shared", self.projector_shared, "a bool"))
        if type(self.gain) not in (int, float) or not 0 < self.gain < math.inf:
            raise ConfigError(_not_allowed("gain", self.gain, "a finite number > 0"))
        if not isinstance(self.layers, tuple) or not self.layers:
            raise ConfigError(_not_allowed("layers", self.layers, "a list of layer numbers"))
        for layer in self.layers:
            _whole("layers", layer, 0)
        if not isinstance(self.domains, tuple):
            raise ConfigError(_not_allowed("domains", self.domains, "a list of domains"))
        for domain in self.domains:
            _word("domains", domain, sorted(TAGGED))
        if not isinstance(self.guided, bool):
            raise ConfigError(_not_allowed("guided", self.guided, "a bool"))
        if list(self.layers) != sorted(set(self.layers)):
            raise ConfigError(_not_allowed("layers", self.layers, "ascending, without repeats"))

    @classmethod
    def from_dict(cls, block: Mapping[str, Any]) -> "FluxEMConfig":
        """Read a block; fields that it does not name have their defaults."""
        known = {field.name for field in fields(cls)}
        if unknown := sorted(block.keys() - known):
            raise ConfigError(f"`fluxem` has no field {unknown[0]!r}; fields: {sorted(known)}")
        if "first_reference_id" not in block:
            raise ConfigError("`fluxem` needs `first_reference_id`, the token id of `<|flux_0|>`")
        values = dict(block)
        for name in ("layers", "domains"):
            if isinstance(values.get(name), list):
                values[name] = tuple(values[name])
        if isinstance(values.get("quantization"), Mapping):
            values["quantization"] = Quantization.from_dict(values["quantization"])
        return cls(**values)

    @classmethod
    def of(cls, hf_config: Any) -> "FluxEMConfig":
        """Read the block of a Qwen3 config and check it against the model's sizes."""
        block = getattr(hf_config, "fluxem", None)
        if not isinstance(block, Mapping):
            raise ConfigError(
                "config.json has no `fluxem` block; make a checkpoint with `fluxem-vllm init`"
            )
        if isinstance(path := block.get("adapter"), str):
            block = {**_adapter_block(Path(path), hf_config.hidden_size), **block}
        config = cls.from_dict(block)
        check_hidden_size(hf_config.hidden_size)
        if config.layers[-1] >= hf_config.num_hidden_layers:
            allowed = f"layers below {hf_config.num_hidden_layers}"
            raise ConfigError(_not_allowed("layers", config.layers, allowed))
        if config.first_reference_id + config.references > hf_config.vocab_size:
            allowed = f"at most {hf_config.vocab_size - config.references}"
            raise ConfigError(
                _not_allowed("first_reference_id", config.first_reference_id, allowed)
            )
        return config

    def to_dict(self) -> dict[str, Any]:
        """The block as JSON has it."""
        return {**asdict(self), "layers": list(self.layers), "domains": list(self.domains)}


def _adapter_block(adapter: Path, hidden_size: int) -> dict[str, Any]:
    """The `fluxem` block of an adapter for a base of that size."""
    try:
        form = json.loads((adapter / ADAPTER_CONFIG).read_text(encoding="utf-8"))
        block, size = dict(form["fluxem"]), form["hidden_size"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise ConfigError(
            f"`fluxem.adapter` must be a directory that `fluxem-vllm export --adapter` wrote, "
            f"got {adapter}: {error!r}"
        ) from None
    if size != hidden_size:
        raise ConfigError(
            f"the adapter {adapter} is for a base of `hidden_size` {size}, got one of {hidden_size}"
        )
    return block


def quantised(config: Mapping[str, Any]) -> bool:
    """Whether a config.json is that of a checkpoint whose weights are codes, in part or all."""
    block = config.get("fluxem") or {}
    return "quantization_config" in config or block.get("quantization") is not None


def check_hidden_size(hidden_size: int) -> None:
    """Raise ConfigError when a row of this width cannot carry an embedding."""
    if hidden_size < MIN_HIDDEN_SIZE:
        raise ConfigError(
            f"`hidden_size` must be >= {MIN_HIDDEN_SIZE} to carry an embedding, got {hidden_size}"
        )


def _whole(field: str, value: object, least: int, most: int | None = None) -> None:
    whole = isinstance(value, int) and not isinstance(value, bool)
    if not whole or value < least or (most is not None and value > most):  # type: ignore[operator]
        allowed = f"{least}" if least == most else f"an integer >= {least}"
        if most is not None and most != least:
            allowed += f" and <= {most}"
        raise ConfigError(_not_allowed(field, value, allowed))


def _word(field: str, value: object, allowed: Sequence[str | None]) -> None:
    if value not in allowed:
        raise ConfigError(_not_allowed(field, value, " | ".join(map(repr, allowed))))


def _not_allowed(field: str, value: object, allowed: str) -> str:
    return f"`fluxem.{field}` must be {allowed}, got {value!r}"
