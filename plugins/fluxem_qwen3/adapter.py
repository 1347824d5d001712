"""What was trained beside a Qwen3 whose own weights did not change: a projector with its gates, and
the embeddings of the reference tokens. vLLM loads both from their own directories."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import SimpleNamespace

from safetensors import SafetensorError, safe_open
from safetensors.torch import load_file, save_file
from torch import Tensor

from fluxem_qwen3.config import ADAPTER_CONFIG, ConfigError, FluxEMConfig

WEIGHTS = "adapter.safetensors"
_FLUX = "model.flux."
_ROWS = "references."  # of the matrices whose rows are the reference tokens'
_MATRICES = ("model.embed_tokens.weight", "lm_head.weight")

Weights = Iterable[tuple[str, Tensor]]


def write_adapter(checkpoint: Path, out: Path) -> None:
    """Write what a checkpoint adds to its base to the directory `out`.

    Raises:
        ConfigError: when its config.json has no `fluxem` block.
    """
    config = json.loads((checkpoint / "config.json").read_text(encoding="utf-8"))
    flux = FluxEMConfig.of(SimpleNamespace(**config))
    references = slice(flux.first_reference_id, flux.first_reference_id + flux.references)
    weights: dict[str, Tensor] = {}
    for path in sorted(checkpoint.glob("model*.safetensors")):
        with safe_open(path, "pt") as file:
            for name in file.keys():  # noqa: SIM118  # it is no dictionary
                if name.startswith(_FLUX):
                    weights[name] = file.get_tensor(name)
                elif name in _MATRICES:
                    weights[_ROWS + name] = file.get_slice(name)[references].contiguous()
    save_file(weights, out / WEIGHTS, metadata={"format": "pt"})
    form = {"hidden_size": config["hidden_size"], "fluxem": flux.to_dict()}
    (out / ADAPTER_CONFIG).write_text(json.dumps(form, indent=1) + "\n", encoding="utf-8")


def adapted(
    weights: Iterable[tuple[str, Tensor]], flux: FluxEMConfig
) -> Iterator[tuple[str, Tensor]]:
    """The base's weights by name, with the adapter's rows in them and its projector behind them.

    Raises:
        ConfigError: when the adapter's weights cannot be read.
    """
    path = Path(flux.adapter or "") / WEIGHTS
    try:
        added = load_file(path)
    except (OSError, SafetensorError) as error:
        raise ConfigError(f"cannot read the adapter's weights {path}: {error}") from None
    first, last = flux.first_reference_id, flux.first_reference_id + flux.references
    for name, weight in weights:
        if (rows := added.pop(_ROWS + name, None)) is not None:
            weight = weight.clone()
            weight[first:last] = rows
        yield name, weight
    yield from ((name, weight) for name, weight in added.items() if name.startswith(_FLUX))
