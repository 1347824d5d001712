"""From a training run's directory to a checkpoint that can be served and published."""

import json
import shutil
from pathlib import Path

from fluxem_encoders.errors import FluxEMError
from fluxem_qwen3.config import COMPOSER_FOLDER

NEEDED = ("config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json")
FILES = (*NEEDED, "chat_template.jinja", "training.json", "README.md")

# A plan is not a matter of taste: unless a request says otherwise, decode greedily.
GENERATION = {"temperature": 0.0, "do_sample": False}


def export(run: Path, out: Path) -> None:
    """Copy what serving needs, without the optimizer's state.

    Raises:
        FluxEMError: when `run` holds no finished checkpoint.
    """
    if missing := [name for name in NEEDED if not (run / name).exists()]:
        raise FluxEMError(f"{run} holds no checkpoint of a training run: {missing[0]} is missing")
    out.mkdir(parents=True, exist_ok=True)
    for name in FILES:
        if (run / name).exists():
            shutil.copyfile(run / name, out / name)
    if (run / COMPOSER_FOLDER).exists():
        shutil.copytree(run / COMPOSER_FOLDER, out / COMPOSER_FOLDER, dirs_exist_ok=True)
    write_generation_config(out)


def write_generation_config(checkpoint: Path) -> None:
    """Make greedy decoding what the checkpoint's requests get unless they say otherwise."""
    config = json.loads((checkpoint / "config.json").read_text(encoding="utf-8"))
    generation = {"eos_token_id": config["eos_token_id"], **GENERATION}
    (checkpoint / "generation_config.json").write_text(
        json.dumps(generation, indent=1) + "\n", encoding="utf-8"
    )
