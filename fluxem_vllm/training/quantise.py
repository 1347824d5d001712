"""A checkpoint with its weights in 8 or 4 bits: what embeddings go through, and its base's too."""

import json
import re
from dataclasses import asdict, replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import torch
from safetensors.torch import load_file, save_file
from torch import Tensor

from fluxem_encoders.errors import FluxEMError
from fluxem_qwen3.composer import SETTINGS, load_composer, quantize_composer, save_composer
from fluxem_qwen3.config import (
    COMPOSER_FOLDER,
    INDEX,
    ConfigError,
    FluxEMConfig,
    Quantization,
    quantised,
)
from fluxem_qwen3.quantization import CODES, SCALES, quantize
from fluxem_vllm.training.card import CARD
from fluxem_vllm.training.export import FILES, copy_files, weights_of

PROJECTORS = re.compile(r"model\.flux\.projectors\.\d+\.(up|down)\.weight")
BASE = re.compile(r"model\.layers\.\d+\.(self_attn\.[qkvo]|mlp\.(gate|up|down))_proj\.weight")
GENERATION = "generation_config.json"


def quantise(
    checkpoint: Path, out: Path, quantization: Quantization, base_bits: int | None = None
) -> None:
    """Write a checkpoint's copy whose projectors and composer are stored as `quantization` says.

    Args:
        base_bits: those of the layers' matrices, in a scheme of vLLM's own; None leaves them. 8:
            one scale a row, and activations become 8 bits while it runs (W8A8). 4: groups as in
            `quantization`, and activations stay (W4A16). Embedding, head and norms stay as well.

    Raises:
        FluxEMError: when there is no checkpoint, when it is quantised already, when `out` is not
            empty, or when groups do not divide the matrices; before anything is written.
    """
    files = weights_of(checkpoint)
    config = json.loads((checkpoint / "config.json").read_text(encoding="utf-8"))
    flux = FluxEMConfig.of(SimpleNamespace(**config))
    if quantised(config):
        raise FluxEMError(f"{checkpoint} is quantised already; give the one that it was made of")
    flux = replace(flux, quantization=quantization)
    if base_bits == 4:
        _check_widths(config, quantization.group)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise FluxEMError(f"the output must be a new or empty directory, got {out}")
    composer = None
    if flux.composer:
        composer = load_composer(checkpoint / COMPOSER_FOLDER)
        quantize_composer(composer, quantization)

    copy_files(checkpoint, out, (*FILES, GENERATION))
    if composer:
        folder = out / COMPOSER_FOLDER
        record = json.loads((folder / SETTINGS).read_text(encoding="utf-8")).get("record", {})
        save_composer(composer, folder, record)
    names: dict[str, str] = {}
    for file in files:
        weights: dict[str, Tensor] = {}
        for name, weight in load_file(checkpoint / file).items():
            weights |= _stored(name, weight, quantization, base_bits)
        save_file(weights, out / file, metadata={"format": "pt"})
        names |= dict.fromkeys(weights, file)
    config["fluxem"] = flux.to_dict()
    if base_bits:
        config["quantization_config"] = scheme(base_bits, quantization.group)
    if (out / INDEX).exists():
        _write(out / INDEX, {"metadata": {}, "weight_map": names})
    _write(out / "config.json", config)
    _note(out, quantization, base_bits)


def _check_widths(config: dict[str, Any], group: int) -> None:
    heads, size = config["num_attention_heads"], config["hidden_size"]
    for width in (size, config["intermediate_size"], heads * config.get("head_dim", size // heads)):
        if width % group or width % 8:
            raise ConfigError(
                f"--group must divide the inputs of all of the base's matrices, and 8 as well, "
                f"got {group} for {width} inputs; choose another --group, or --base 8"
            )


def _stored(
    name: str, weight: Tensor, quantization: Quantization, base_bits: int | None
) -> dict[str, Tensor]:
    """A weight's tensors in the quantised checkpoint, with their names."""
    if PROJECTORS.fullmatch(name):
        codes, scales = quantize(weight, quantization)
        return {name + CODES: codes, name + SCALES: scales}
    if not base_bits or not BASE.fullmatch(name):
        return {name: weight}
    group = weight.shape[-1] if base_bits == 8 else quantization.group
    codes, scales = quantize(weight, Quantization(bits=base_bits, group=group))
    if base_bits == 8:
        return {name: codes, name + "_scale": scales}
    return {
        name + "_packed": codes.view(torch.int32),  # eight to one, the first in the lowest bits
        name + "_scale": scales,
        name + "_shape": torch.tensor(weight.shape),
    }


def scheme(bits: int, group: int) -> dict[str, Any]:
    """The `quantization_config` by which vLLM and transformers read the base's matrices: the
    format of the library compressed-tensors."""
    weights = {"num_bits": bits, "type": "int", "symmetric": True, "dynamic": False}
    if bits == 8:
        weights |= {"strategy": "channel"}
        inputs = {"num_bits": 8, "type": "int", "symmetric": True, "dynamic": True,
                  "strategy": "token"}  # fmt: skip
    else:
        weights |= {"strategy": "group", "group_size": group}
        inputs = None
    return {
        "quant_method": "compressed-tensors",
        "format": "int-quantized" if bits == 8 else "pack-quantized",
        "quantization_status": "compressed",
        "config_groups": {
            "group_0": {"targets": ["Linear"], "weights": weights, "input_activations": inputs}
        },
        "ignore": ["lm_head", "re:.*flux.*"],
    }


def _note(out: Path, quantization: Quantization, base_bits: int | None) -> None:
    """Say in `training.json` and in the model card what was done."""
    record = out / "training.json"
    if record.exists():
        made = json.loads(record.read_text(encoding="utf-8"))
        _write(record, made | {"quantised": {**asdict(quantization), "base_bits": base_bits}})
    if (card := out / CARD).exists():
        base = f"; the base's matrices in {base_bits} bits" if base_bits else ""
        card.write_text(
            card.read_text(encoding="utf-8").rstrip() + "\n\n## Quantised\n\n"
            f"By `fluxem-vllm quantise`: the projector, and the composer where there is one, in "
            f"{quantization.bits} bits, with a scale for every {quantization.group} "
            f"weights{base}. Scores and sizes above are those from before.\n",
            encoding="utf-8",
        )


def _write(path: Path, form: dict[str, Any]) -> None:
    path.write_text(json.dumps(form, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
