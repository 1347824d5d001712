"""From a training run's directory to a checkpoint that can be served and published."""

import json
import shutil
from pathlib import Path

from fluxem_encoders.errors import FluxEMError
from fluxem_qwen3.config import COMPOSER_FOLDER

INDEX = "model.safetensors.index.json"  # of weights in several files
LORA_FOLDER = "lora"  # of a checkpoint, with the adapter that belongs to it

NEEDED = ("config.json", "tokenizer.json", "tokenizer_config.json")
FILES = (*NEEDED, INDEX, "chat_template.jinja", "training.json", "README.md")
FOLDERS = (COMPOSER_FOLDER, LORA_FOLDER)

# A plan is not a matter of taste: unless a request says otherwise, decode greedily.
GENERATION = {"temperature": 0.0, "do_sample": False}


def export(run: Path, out: Path) -> None:
    """Copy what serving needs, without the optimizer's state.

    Raises:
        FluxEMError: when `run` holds no finished checkpoint.
    """
    weights = sorted(path.name for path in run.glob("model*.safetensors"))
    missing = [name for name in NEEDED if not (run / name).exists()]
    if missing or not weights:
        lacking = missing[0] if missing else "model.safetensors"
        raise FluxEMError(f"{run} holds no checkpoint of a training run: {lacking} is missing")
    out.mkdir(parents=True, exist_ok=True)
    for name in (*FILES, *weights):
        if (run / name).exists():
            shutil.copyfile(run / name, out / name)
    for name in FOLDERS:
        if (run / name).exists():
            shutil.copytree(run / name, out / name, dirs_exist_ok=True)
    write_generation_config(out)


def write_generation_config(checkpoint: Path) -> None:
    """Make greedy decoding what the checkpoint's requests get unless they say otherwise."""
    config = json.loads((checkpoint / "config.json").read_text(encoding="utf-8"))
    generation = {"eos_token_id": config["eos_token_id"], **GENERATION}
    (checkpoint / "generation_config.json").write_text(
        json.dumps(generation, indent=1) + "\n", encoding="utf-8"
    )
