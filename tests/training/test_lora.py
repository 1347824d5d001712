"""LoRA on a random Qwen3 of the test's own, with a template that shows tools as Qwen3's does."""

import copy
import json
from dataclasses import replace

import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoTokenizer, Qwen3Config, Qwen3ForCausalLM

from fluxem_qwen3.checkpoint import init_checkpoint
from fluxem_qwen3.hf import FluxEMQwen3
from fluxem_vllm.training.config import ConfigError, LoraSettings, RunSettings, TrainingConfig
from fluxem_vllm.training.lora import add_lora, start_of, unwrapped
from fluxem_vllm.training.train import train

pytestmark = pytest.mark.usefixtures("one_thread")

TEMPLATE = """\
{%- if tools %}{{ "<|im_start|>system\n# Tools\n<tools>\n" }}
{%- for tool in tools %}{{ tool | tojson }}{{ "\n" }}{% endfor %}
{{- "</tools><|im_end|>\n" }}{% endif %}
{%- for m in messages %}
{%- if m.role == "tool" %}
{{- "<|im_start|>user\n<tool_response>\n" + m.content + "\n</tool_response><|im_end|>\n" }}
{%- else %}{{ "<|im_start|>" + m.role + "\n" + m.content + "<|im_end|>\n" }}{% endif %}
{%- endfor %}
{%- if add_generation_prompt %}{{ "<|im_start|>assistant\n" }}{% endif %}"""

CONFIG = TrainingConfig(
    lora=LoraSettings(rank=8, alpha=16.0),
    training=RunSettings(pack_length=2048, packs_per_step=1, minutes=10.0, evaluate_every=10,
                         warmup_steps=3, max_steps=20, learning_rate=0.005),
)  # fmt: skip


def with_steps(steps, **lora):
    return replace(
        CONFIG,
        lora=replace(CONFIG.lora, **lora),
        training=replace(CONFIG.training, max_steps=steps),
    )


@pytest.fixture(scope="module")
def start(tmp_path_factory, tokenizer):
    return write_start(tmp_path_factory.mktemp("qwen3"), tokenizer, tied=False)


def write_start(folder, tokenizer, tied=True):
    """What `fluxem-vllm init` makes of a small random Qwen3, with a head of its own or without."""
    config = Qwen3Config(
        vocab_size=max(len(tokenizer), 640), hidden_size=320, intermediate_size=64,
        num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, head_dim=32,
        tie_word_embeddings=tied, eos_token_id=tokenizer.eos_token_id,
    )  # fmt: skip
    torch.manual_seed(0)
    Qwen3ForCausalLM(config).to(torch.bfloat16).save_pretrained(folder / "base")
    tokenizer.save_pretrained(folder / "base")
    (folder / "base" / "chat_template.jinja").write_text(TEMPLATE)
    init_checkpoint(folder / "base", folder / "init")
    return folder / "init"


@pytest.fixture(scope="module")
def run(start, tmp_path_factory):
    folder = tmp_path_factory.mktemp("lora")
    return folder, train(CONFIG, folder, init=start)


def test_the_loss_falls(run, start, tmp_path):
    before = train(with_steps(0), tmp_path, init=start)
    assert run[1]["loss"] < 0.88 * before["loss"]


def test_the_merged_checkpoint_differs_where_it_was_trained(run, start):
    trained = FluxEMQwen3.from_pretrained(run[0]).state_dict()
    untrained = FluxEMQwen3.from_pretrained(start).state_dict()
    changed = {n for n, weight in trained.items() if not torch.equal(weight, untrained[n])}
    assert set(trained) == set(untrained)
    assert "model.layers.1.mlp.up_proj.weight" in changed
    assert "model.flux.gates_LH" in changed
    assert not any("norm" in name and "flux" not in name for name in changed)
    first = json.loads((start / "config.json").read_text())["fluxem"]["first_reference_id"]
    for name in ("model.embed_tokens.weight", "lm_head.weight"):
        rows = (trained[name] != untrained[name]).any(1).nonzero().flatten().tolist()
        assert rows
        assert all(first <= row < first + 128 for row in rows)


def test_the_checkpoint_reads_references(run):
    block = json.loads((run[0] / "config.json").read_text())["fluxem"]
    assert (block["method"], block["render"]) == ("gated", "reference")
    assert AutoTokenizer.from_pretrained(run[0]).chat_template == TEMPLATE


def test_an_interrupted_run_goes_on(run, start):
    folder, scores = run
    on = train(with_steps(22), folder, init=start, resume=True)
    assert on["steps"] == 22
    assert on["loss"] < 1.1 * scores["loss"]


def test_an_adapter_of_its_own_is_what_would_have_been_merged(start, tmp_path):
    model = add_lora(start_of(start, ("sets",), None), CONFIG.lora, seed=1)
    for parameter in model.parameters():
        if parameter.requires_grad:
            torch.nn.init.normal_(parameter, std=0.02)
    merged = unwrapped(copy.deepcopy(model), CONFIG.lora, tmp_path).state_dict()
    assert not list(tmp_path.iterdir())
    apart = unwrapped(model, replace(CONFIG.lora, merge=False), tmp_path).state_dict()
    weights = load_file(tmp_path / "adapter_model.safetensors")
    adapter = json.loads((tmp_path / "adapter_config.json").read_text())
    base = FluxEMQwen3.from_pretrained(start, dtype=torch.float32).state_dict()
    for name in merged:
        key = f"base_model.model.{name.removesuffix('.weight')}.lora_{{}}.weight"
        learnt = any(part in name for part in ("flux", "embed_tokens", "lm_head"))
        assert torch.equal(apart[name], base[name]) == (not learnt)
        delta = torch.zeros(())
        if key.format("A") in weights:
            a, b = (weights.pop(key.format(x)).float() for x in "AB")
            delta = b @ a * adapter["lora_alpha"] / adapter["r"]
            assert delta.abs().max() > 0.001
        torch.testing.assert_close(merged[name], apart[name] + delta, rtol=0.02, atol=1e-4)
    assert not weights


def test_it_needs_a_checkpoint_of_fluxem(start, tmp_path):
    with pytest.raises(ConfigError, match="give --init"):
        train(CONFIG, tmp_path / "a")
    with pytest.raises(ValueError, match="no `fluxem` block; make a checkpoint with"):
        train(CONFIG, tmp_path / "b", init=start.parent / "base")


@pytest.mark.parametrize(
    ("lora", "text"),
    [
        ({"rank": -1}, "`lora.rank` must be at least 0, got -1"),
        ({"alpha": 0.0}, "`lora.alpha` must be above 0, got 0.0"),
        ({"dropout": 1.0}, "`lora.dropout` must be from 0 to below 1"),
        ({"targets": ("q", "v_proj")}, "`lora.targets` must be a list out of q_proj, .* got q"),
    ],
)
def test_wrong_settings_are_refused(lora, text):
    with pytest.raises(ConfigError, match=text):
        with_steps(1, **lora)
