"""How many plans checkpoints write exactly, of questions in phrasings that training never draws.

    python -m benchmarks.phrasings CHECKPOINT [CHECKPOINT ...] [--packs 60]

The same measure as a training run prints, on more questions and without a server: to choose among
runs, and among the means of their weights. All checkpoints must share their tokenizer.
"""

import argparse
from dataclasses import replace
from pathlib import Path

import torch
from transformers import AutoTokenizer

from fluxem_qwen3.config import FluxEMConfig
from fluxem_qwen3.hf import FluxEMQwen3
from fluxem_vllm.training.attention import NAME, register
from fluxem_vllm.training.config import InjectionSettings, TrainingConfig
from fluxem_vllm.training.train import evaluate, evaluation_batches


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoints", nargs="+", type=Path, metavar="CHECKPOINT")
    parser.add_argument("--packs", type=int, default=60, help="of 2,048 tokens (60)")
    given = parser.parse_args()
    register()
    batches = []
    for path in given.checkpoints:
        model = FluxEMQwen3.from_pretrained(path, dtype=torch.float32, attn_implementation=NAME)
        if not batches:
            domains = FluxEMConfig.of(model.config).domains
            config = TrainingConfig(fluxem=InjectionSettings(domains=domains))
            config = replace(config, training=replace(config.training, pack_length=2048))
            tokenizer = AutoTokenizer.from_pretrained(path)
            batches = evaluation_batches(config, tokenizer, packs=given.packs)
        scores = evaluate(model, batches)
        print(
            f"{scores['plan']:6.1%} of {scores['n']} plans, {scores['whole']:6.1%} of whole "
            f"conversations exact, loss {scores['loss']:.3f}: {path}"
        )


if __name__ == "__main__":
    main()
