"""LoRA on any Qwen3: its weights stay, and low-rank matrices, the projector and the reference
tokens' embeddings are trained beside them."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save_file

from fluxem_qwen3.config import FluxEMConfig, Kind
from fluxem_qwen3.hf import FluxEMQwen3
from fluxem_vllm.training.attention import NAME, register
from fluxem_vllm.training.config import ConfigError, LoraSettings


def start_of(checkpoint: Path, domains: Sequence[str], composer: Kind | None) -> FluxEMQwen3:
    """The model of a FluxEM checkpoint, such as `fluxem-vllm init` makes, ready to be trained.

    How rows enter it, and its tokens, are the checkpoint's own; values will stand in its prompts as
    reference tokens, which it learns here.

    Args:
        domains: further ones whose values it will read.
        composer: the kind of the composer that makes the row of all results.

    Raises:
        FluxEMError: when there is no checkpoint, or one without a `fluxem` block.
    """
    register()
    dtype = torch.bfloat16 if torch.cuda.is_available() else torch.float32
    try:
        model = FluxEMQwen3.from_pretrained(checkpoint, dtype=dtype, attn_implementation=NAME)
    except OSError as error:
        raise ConfigError(f"cannot read the checkpoint {checkpoint}: {error}") from None
    block = FluxEMConfig.of(model.config).to_dict()
    model.config.fluxem = {
        **block, "render": "reference", "domains": list(domains), "composer": composer,
    }  # fmt: skip
    return model  # type: ignore[no-any-return]  # transformers is not followed


def add_lora(model: FluxEMQwen3, settings: LoraSettings, seed: int) -> Any:
    """The model inside peft's wrapper, everything else in it frozen."""
    from peft import LoraConfig, get_peft_model

    torch.manual_seed(seed)
    flux = FluxEMConfig.of(model.config)
    references = list(range(flux.first_reference_id, flux.first_reference_id + flux.references))
    matrices = ["embed_tokens"] if model.config.tie_word_embeddings else ["embed_tokens", "lm_head"]
    return get_peft_model(
        model,
        LoraConfig(
            r=settings.rank,
            lora_alpha=settings.alpha,
            lora_dropout=settings.dropout,
            target_modules=list(settings.targets),
            modules_to_save=["flux"],
            trainable_token_indices=dict.fromkeys(matrices, references),
        ),
    )


def unwrapped(model: Any, settings: LoraSettings, adapter: Path) -> FluxEMQwen3:
    """The model without peft's wrapper, which ends its training.

    It has the trained projector and embeddings, and the low-rank matrices merged into its weights
    or, without `merge`, written to the directory `adapter`.
    """
    if not settings.merge:
        _write_adapter(model, settings, adapter)
        for name, parameter in model.named_parameters():
            if ".lora_B." in name:
                torch.nn.init.zeros_(parameter)
    return model.merge_and_unload()  # type: ignore[no-any-return]  # peft is not followed


def _write_adapter(model: Any, settings: LoraSettings, out: Path) -> None:
    """The low-rank matrices alone, as vLLM loads them: it refuses adapters that hold more."""
    weights = {
        name.replace(".default.", "."): weight.to(torch.bfloat16).cpu().contiguous()
        for name, weight in model.state_dict().items()
        if ".lora_" in name
    }
    config = {
        "peft_type": "LORA", "r": settings.rank, "lora_alpha": settings.alpha,
        "target_modules": list(settings.targets),
    }  # fmt: skip
    out.mkdir(exist_ok=True)
    save_file(weights, out / "adapter_model.safetensors", metadata={"format": "pt"})
    (out / "adapter_config.json").write_text(json.dumps(config, indent=1) + "\n", encoding="utf-8")
