"""A FluxEM checkpoint from any Qwen3: the same weights, a fresh projector, gates that are shut."""

import json
import shutil
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import torch
from safetensors import safe_open
from safetensors.torch import save_file
from transformers import AddedToken, AutoTokenizer

from fluxem_encoders.errors import FluxEMError
from fluxem_qwen3.config import ARCHITECTURE, INDEX, FluxEMConfig, Method, check_hidden_size
from fluxem_qwen3.injection import Injector
from fluxem_qwen3.prompt import REFERENCES, reference

FLUX_WEIGHTS = "model-fluxem.safetensors"


class CheckpointError(FluxEMError, ValueError):
    """A base from which no FluxEM checkpoint can be made; the text says what is wrong with it."""


def init_checkpoint(
    base_dir: str | Path,
    out_dir: str | Path,
    *,
    method: Method = "gated",
    layers: tuple[int, ...] = (0,),
    projector_hidden: int = 512,
    projector_shared: bool = False,
    gain: float = 1.0,
    seed: int = 0,
) -> FluxEMConfig:
    """Write a checkpoint that serves `base_dir`'s weights with a projector yet to be trained.

    With the method `gated` it answers as the base does, token by token. The reference tokens take
    spare ids of the base's embedding matrix; spans stay text and are overlaid.

    Args:
        base_dir: a Qwen3 checkpoint directory with a fast tokenizer and safetensors.
        out_dir: a directory that does not exist yet or is empty.
        seed: of the projector's initial weights.

    Raises:
        CheckpointError, ConfigError: before anything is written.
    """
    base, out = Path(base_dir), Path(out_dir)
    config = base_config(base)
    weights = _weight_map(base)
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise CheckpointError(f"the output must be a new or empty directory, got {out}")
    tokenizer = AutoTokenizer.from_pretrained(base, local_files_only=True)
    flux = FluxEMConfig(
        first_reference_id=_add_references(tokenizer, config["vocab_size"]),
        references=REFERENCES,
        method=method,
        layers=tuple(layers),
        projector_hidden=projector_hidden,
        projector_shared=projector_shared,
        gain=gain,
        render="overlay",
    )
    config |= {"architectures": [ARCHITECTURE], "fluxem": flux.to_dict()}
    FluxEMConfig.of(SimpleNamespace(**config))

    out.mkdir(parents=True, exist_ok=True)
    tokenizer.save_pretrained(out)
    for name in ("generation_config.json", "LICENSE"):
        if (base / name).is_file():
            shutil.copyfile(base / name, out / name)
    for name in sorted(set(weights.values())):
        shutil.copyfile(base / name, out / _renamed(name))
    fresh = _flux_weights(flux, config, seed)
    save_file(fresh, out / FLUX_WEIGHTS, metadata={"format": "pt"})
    names = {key: _renamed(name) for key, name in weights.items()}
    names |= dict.fromkeys(fresh, FLUX_WEIGHTS)
    _write_json(out / INDEX, {"metadata": {}, "weight_map": names})
    _write_json(out / "config.json", config)  # last: a directory without it is no checkpoint
    return flux


def base_config(base: Path) -> dict[str, Any]:
    """The config.json of a Qwen3 that a projector can be put on.

    Raises:
        CheckpointError, ConfigError: when `base` is no such directory.
    """
    path = base / "config.json"
    if not path.is_file():
        raise CheckpointError(
            f"the base must be a checkpoint directory with config.json, got {base}"
        )
    config: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    architectures = config.get("architectures")
    if config.get("model_type") != "qwen3" or architectures != ["Qwen3ForCausalLM"]:
        raise CheckpointError(
            'the base must have model_type "qwen3" and architectures ["Qwen3ForCausalLM"], '
            f"got {config.get('model_type')!r} and {architectures!r}"
        )
    check_hidden_size(config["hidden_size"])
    if not (base / "tokenizer.json").is_file():
        raise CheckpointError(f"the base must have a fast tokenizer, tokenizer.json, in {base}")
    return config


def _weight_map(base: Path) -> dict[str, str]:
    """Tensor name -> file name."""
    if (base / INDEX).is_file():
        index = json.loads((base / INDEX).read_text(encoding="utf-8"))
        weights: dict[str, str] = index["weight_map"]
        missing = [name for name in sorted(set(weights.values())) if not (base / name).is_file()]
        if missing:
            raise CheckpointError(f"the base lacks the weight file {missing[0]} that {INDEX} names")
        return weights
    single = base / "model.safetensors"
    if not single.is_file():
        raise CheckpointError(f"the base must have its weights as safetensors in {base}")
    with safe_open(single, "pt") as file:
        return dict.fromkeys(file.keys(), single.name)


def _renamed(name: str) -> str:
    # transformers reads a file of this name alone and does not look for an index.
    return "model-base.safetensors" if name == "model.safetensors" else name


def _add_references(tokenizer: Any, vocab_size: int) -> int:
    """Add the reference tokens and return the first one's id."""
    tokens = [reference(slot) for slot in range(REFERENCES)]
    # Not special: vLLM must leave them in the text that it decodes.
    tokenizer.add_tokens([AddedToken(t, special=False, normalized=False) for t in tokens])
    ids: list[int] = tokenizer.convert_tokens_to_ids(tokens)
    if ids != list(range(ids[0], ids[0] + REFERENCES)):
        raise CheckpointError(f"the base's tokenizer has `{tokens[0]}` etc. at scattered ids")
    if ids[-1] >= vocab_size:
        raise CheckpointError(
            f"the base needs {REFERENCES} spare rows in its embedding matrix, got "
            f"{max(0, vocab_size - ids[0])} ({ids[0]} tokens, `vocab_size` {vocab_size}); "
            "resize it first: model.resize_token_embeddings"
        )
    return ids[0]


def _flux_weights(flux: FluxEMConfig, config: dict[str, Any], seed: int) -> dict[str, torch.Tensor]:
    dtype = getattr(torch, config.get("dtype") or config.get("torch_dtype") or "float32")
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        injector = Injector(flux, config["hidden_size"]).to(dtype)
    return {f"model.flux.{name}": weight for name, weight in injector.state_dict().items()}


def _write_json(path: Path, form: dict[str, Any]) -> None:
    path.write_text(json.dumps(form, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
