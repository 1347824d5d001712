"""The model that a run trains: made for its configuration, or taken over from a checkpoint."""

import json
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Any

import torch

from fluxem_encoders.layout import LAYOUT_VERSION
from fluxem_qwen3.composer import Composer, compose, load_composer
from fluxem_qwen3.config import FluxEMConfig, quantised
from fluxem_qwen3.hf import FluxEMDecoderLayer, FluxEMQwen3
from fluxem_qwen3.prompt import REFERENCES, reference
from fluxem_vllm.chain.composition import Compose
from fluxem_vllm.training.attention import NAME, register
from fluxem_vllm.training.config import ConfigError, TrainingConfig

MASKS = 128  # of dropout, drawn for each layer's attention and MLP in every step


def build_model(config: TrainingConfig, tokenizer: Any) -> FluxEMQwen3:
    """A randomly initialised model for that tokenizer."""
    from transformers import Qwen3Config

    torch.manual_seed(config.seed)
    composer = composer_in(config)
    flux = FluxEMConfig(
        layout_version=LAYOUT_VERSION,
        method=config.fluxem.method,  # type: ignore[arg-type]  # FluxEMConfig checks it
        layers=config.fluxem.layers,
        projector_hidden=config.fluxem.projector_hidden,
        references=REFERENCES,
        first_reference_id=tokenizer.convert_tokens_to_ids(reference(0)),
        render="reference",
        domains=config.fluxem.domains,
        composer=composer.config.kind if composer else None,
        guided=True,
    )
    qwen = Qwen3Config(
        **asdict(config.model),
        vocab_size=-(-len(tokenizer) // 64) * 64,
        tie_word_embeddings=True,
        eos_token_id=tokenizer.eos_token_id,
        pad_token_id=tokenizer.pad_token_id,
        bos_token_id=None,
        fluxem=flux.to_dict(),
        attn_implementation=NAME,
    )
    register()
    return FluxEMQwen3(qwen)


def composer_in(config: TrainingConfig) -> Composer | None:
    """The trained composer that the configuration names.

    Raises:
        ComposerError: when there is none.
    """
    return load_composer(Path(config.fluxem.composer)) if config.fluxem.composer else None


def compose_in(config: TrainingConfig) -> Compose | None:
    """What makes the row of all results, where the configuration names a composer."""
    composer = composer_in(config)
    return partial(compose, composer) if composer else None


def add_dropout(model: Any, share: float) -> None:
    """Let training forget that share of what each attention and each MLP adds to the residuals.

    Random numbers are slow on CPUs: what is forgotten of MASKS tokens is drawn and serves all.
    """

    def dropped(module: Any, _: Any, output: torch.Tensor) -> torch.Tensor:
        if not module.training:
            return output
        ones = output.new_ones(MASKS, output.shape[-1])
        masks = torch.nn.functional.dropout(ones, share)
        return output * masks[torch.arange(output.shape[-2], device=output.device) % MASKS]

    for layer in model.modules():
        if isinstance(layer, FluxEMDecoderLayer):
            layer.self_attn.o_proj.register_forward_hook(dropped)
            layer.mlp.down_proj.register_forward_hook(dropped)


def compile_layers(model: Any) -> None:
    """Fuse what a layer does to single numbers, so that it reads and writes memory far less."""
    layers = [module for module in model.modules() if isinstance(module, FluxEMDecoderLayer)]
    torch._dynamo.config.recompile_limit = 8 * len(layers)  # they share their code
    for layer in layers:
        layer.compile(dynamic=True)


def check_trainable(checkpoint: Path) -> None:
    """Refuse to start from a quantised checkpoint, whose codes cannot be trained."""
    path = checkpoint / "config.json"
    if path.exists() and quantised(json.loads(path.read_text(encoding="utf-8"))):
        raise ConfigError(
            f"the checkpoint {checkpoint} is quantised: start from the one that it was made of"
        )


def check_shape(config: TrainingConfig, tokenizer: Any, checkpoint: Path) -> None:
    """Refuse a checkpoint whose weights would not fit the model of the configuration."""
    theirs = json.loads((checkpoint / "config.json").read_text(encoding="utf-8"))
    if "fluxem" in theirs:  # one made before a field existed has its default
        theirs["fluxem"] = FluxEMConfig.from_dict(theirs["fluxem"]).to_dict()
    ours = {**asdict(config.model), "fluxem": build_model(config, tokenizer).config.fluxem}
    for form in (ours["fluxem"], theirs.get("fluxem", {})):
        # Nor are these weights' shapes; words may be new.
        for name in ("domains", "composer", "first_reference_id", "guided"):
            form.pop(name, None)
    del ours["rope_theta"], ours["initializer_range"]  # neither is a weight's shape
    for name, value in json.loads(json.dumps(ours)).items():
        if theirs.get(name) != value:
            raise ConfigError(
                f"`{name}` of the checkpoint {checkpoint} is {theirs.get(name)}, but the "
                f"configuration says {value}; give a configuration of the checkpoint's shape"
            )


@torch.no_grad()  # type: ignore[untyped-decorator]
def transplant(start: Any, before: Any, model: Any, tokenizer: Any) -> None:
    """Give `model` the weights of `start`; a token that `before` lacks gets the mean embedding of
    those in which `before` writes it."""
    weights = start.state_dict()
    if before.get_vocab() != tokenizer.get_vocab():
        known = before.get_vocab()
        old_VH = start.get_input_embeddings().weight
        new_VH = model.get_input_embeddings().weight.clone()
        for token, i in tokenizer.get_vocab().items():
            text = tokenizer.convert_tokens_to_string([token])
            parts = [known[token]] if token in known else before(text)["input_ids"]
            new_VH[i] = old_VH[parts].mean(0)
        names = [n for n, weight in weights.items() if weight.shape == old_VH.shape]
        weights |= dict.fromkeys(names, new_VH)  # the head is tied to them
    model.load_state_dict(weights)
