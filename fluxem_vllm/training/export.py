"""From a training run's directory to a checkpoint that can be served and published."""

import json
import shutil
from collections.abc import Iterable
from pathlib import Path

from fluxem_encoders.errors import FluxEMError
from fluxem_qwen3.adapter import write_adapter
from fluxem_qwen3.config import COMPOSER_FOLDER, INDEX, LORA_FOLDER, quantised
from fluxem_vllm.training.card import write_card

WEIGHTS = "model.safetensors"
TOKENIZER = ("tokenizer.json", "tokenizer_config.json")
NEEDED = ("config.json", *TOKENIZER)
OF_ADAPTERS = (*TOKENIZER, "chat_template.jinja", "training.json")
FILES = ("config.json", INDEX, *OF_ADAPTERS, "README.md")
FOLDERS = (COMPOSER_FOLDER, LORA_FOLDER)

# A plan is not a matter of taste: unless a request says otherwise, decode greedily.
GENERATION = {"temperature": 0.0, "do_sample": False}


def export(run: Path, out: Path, average: tuple[Path, float] | None = None) -> None:
    """Copy what serving needs, without the optimizer's state.

    Args:
        average: another checkpoint of the same shape and its share, from 0 to 1: the mean of the
            weights of both is written. With the one that `run` went on from, that is often better
            than either: Wortsman et al., "Model soups", 2022.

    Raises:
        FluxEMError: when `run` holds no finished checkpoint, or `average` one of another shape.
    """
    weights = weights_of(run)
    copy_files(run, out, (*FILES, *weights))
    if average:
        _average(run, *average, out)
    write_generation_config(run, out)
    write_card(out)


def export_adapter(run: Path, out: Path) -> None:
    """Write what a run of LoRA added to its base, which itself is left out: a directory for
    `fluxem-vllm serve BASE --adapter OUT`.

    Raises:
        FluxEMError: when `run` holds no finished checkpoint, or one whose other weights are no
            longer those of the base.
    """
    weights_of(run)
    record = run / "training.json"
    if record.exists():  # a checkpoint that `init` made has none
        lora = json.loads(record.read_text(encoding="utf-8"))["config"].get("lora", {})
        if not lora.get("rank") or lora.get("merge"):
            raise FluxEMError(
                f"{run} changed the weights of its base: an adapter can be made of a run of LoRA "
                "with `merge = false`; leave out --adapter to export the whole checkpoint"
            )
    copy_files(run, out, OF_ADAPTERS)
    write_adapter(run, out)
    write_generation_config(run, out)
    write_card(out)


def weights_of(run: Path) -> list[str]:
    """The names of the files with a run's weights.

    Raises:
        FluxEMError: when `run` holds no finished checkpoint.
    """
    weights = sorted(path.name for path in run.glob("model*.safetensors"))
    missing = [name for name in NEEDED if not (run / name).exists()]
    if missing or not weights:
        lacking = missing[0] if missing else WEIGHTS
        raise FluxEMError(f"{run} holds no checkpoint of a training run: {lacking} is missing")
    return weights


def copy_files(run: Path, out: Path, names: Iterable[str]) -> None:
    """Copy those of the named files that there are, and the folders of a checkpoint."""
    out.mkdir(parents=True, exist_ok=True)
    for name in names:
        if (run / name).exists():
            shutil.copyfile(run / name, out / name)
    for name in FOLDERS:
        if (run / name).exists():
            shutil.copytree(run / name, out / name, dirs_exist_ok=True)


def _average(run: Path, other: Path, share: float, out: Path) -> None:
    """Write the mean of both checkpoints' weights, and to `training.json` that it is one."""
    import torch
    from safetensors.torch import load_file, save_file

    for path in (run, other):
        if not (path / WEIGHTS).exists():
            raise FluxEMError(f"weights can be averaged that lie in one {WEIGHTS}; {path} has none")
        if quantised(json.loads((path / "config.json").read_text(encoding="utf-8"))):
            raise FluxEMError(f"{path} is quantised: average first, and quantise the mean")
    ours, theirs = load_file(run / WEIGHTS), load_file(other / WEIGHTS)
    shapes, others = ({n: w.shape for n, w in weights.items()} for weights in (ours, theirs))
    if shapes != others:
        name = next(n for n in {**shapes, **others} if shapes.get(n) != others.get(n))
        raise FluxEMError(
            f"{other} is no checkpoint of the same shape: `{name}` is {others.get(name)}, "
            f"in {run} {shapes.get(name)}"
        )
    mean = {
        name: torch.lerp(weight.float(), theirs[name].float(), share).to(weight.dtype)
        for name, weight in ours.items()
    }
    save_file(mean, out / WEIGHTS, metadata={"format": "pt"})
    record = out / "training.json"
    made = json.loads(record.read_text(encoding="utf-8")) if record.exists() else {}
    made["averaged"] = {"share_of_the_checkpoint_before": share}
    record.write_text(json.dumps(made, indent=1) + "\n", encoding="utf-8")


def write_generation_config(checkpoint: Path, out: Path) -> None:
    """Make greedy decoding what the checkpoint's requests get unless they say otherwise."""
    config = json.loads((checkpoint / "config.json").read_text(encoding="utf-8"))
    generation = {"eos_token_id": config["eos_token_id"], **GENERATION}
    (out / "generation_config.json").write_text(
        json.dumps(generation, indent=1) + "\n", encoding="utf-8"
    )
