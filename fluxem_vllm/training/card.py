"""The model card of a checkpoint: what it is, how it was made, how good it is, how to serve it."""

import json
from pathlib import Path
from typing import Any

from fluxem_qwen3.config import ADAPTER_CONFIG

CARD = "README.md"

TEXT = """\
---
library_name: vllm
tags: [qwen3, tool-calling, fluxem]
---

# {name}

{what} that plans chains of exact tools by reference: it reads the
values of a question as embeddings, and no digit of a result is typed by it. Made with fluxem-vllm.

```
{serve}
```

## How it was made

{made}

## How good it is

{scores}
"""


def write_card(out: Path) -> None:
    """Write the model card of a checkpoint or adapter, unless there is one already."""
    if (out / CARD).exists():
        return
    adapter = out / ADAPTER_CONFIG
    block = _read(adapter if adapter.exists() else out / "config.json").get("fluxem", {})
    record = _read(out / "training.json")
    how = f"{block.get('method')}, before {_listed(block.get('layers', ()))}"
    if adapter.exists():
        what, serve = f"An adapter for a Qwen3 (embeddings: {how})", "BASE --adapter "
    else:
        what, serve = f"A Qwen3 (embeddings: {how})", ""
    name = out.resolve().name
    text = TEXT.format(
        name=name, what=what, serve=f"fluxem-vllm serve {serve}{name}",
        made=_made(record), scores=_scores(record.get("scores_on_heldout_phrasings")),
    )  # fmt: skip
    (out / CARD).write_text(text, encoding="utf-8")


def _read(path: Path) -> dict[str, Any]:
    form: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return form


def _listed(layers: list[int]) -> str:
    return f"layer{'s'[: len(layers) > 1]} {', '.join(map(str, layers))}"


def _made(record: dict[str, Any]) -> str:
    if "config" not in record:
        return "Its projector is untrained: `fluxem-vllm init` made it."
    lora = record["config"].get("lora", {})
    way = f"With LoRA of rank {lora['rank']}" if lora.get("rank") else "In all its weights"
    scores = record.get("scores_on_heldout_phrasings", {})
    length = (
        f", {scores['steps']:,} steps, {scores['tokens']:,} tokens" if "steps" in scores else ""
    )
    mean = ""
    if averaged := record.get("averaged"):
        share = averaged["share_of_the_checkpoint_before"]
        mean = (
            f" The weights are {1 - share:g} times this run's and {share:g} times those before it."
        )
    return (
        f"{way}, by `{record['command']}`, on data of version {record['data_version']}, seed "
        f"{record['config']['seed']}{length}; `training.json` has the whole configuration.{mean}"
    )


def _scores(scores: dict[str, Any] | None) -> str:
    if not scores or "plan" not in scores:
        return "It was not measured."
    return (
        f"Of {scores['n']} generated questions in phrasings that its training does not draw it "
        f"plans {scores['plan']:.1%} exactly as they were meant, and writes {scores['whole']:.1%} "
        f"of the conversations to the letter (loss {scores['loss']:.3f}). `fluxem-vllm eval` "
        "measures the answers through a server."
    )
