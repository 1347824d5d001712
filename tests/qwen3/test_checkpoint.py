import json
import shutil

import pytest
import torch
from tokenizers import Tokenizer, models, pre_tokenizers
from transformers import AutoTokenizer, PreTrainedTokenizerFast, Qwen3Config, Qwen3ForCausalLM

from fluxem_qwen3.checkpoint import CheckpointError, init_checkpoint
from fluxem_qwen3.config import ConfigError
from fluxem_qwen3.hf import FluxEMQwen3

VOCAB, WORDS = 400, 200


def write_base(directory, shard_size="5GB", **sizes):
    fields = {
        "vocab_size": VOCAB,
        "hidden_size": 320,
        "intermediate_size": 128,
        "num_hidden_layers": 2,
        **sizes,
    }
    config = Qwen3Config(
        num_attention_heads=2,
        num_key_value_heads=1,
        head_dim=32,
        tie_word_embeddings=True,
        **fields,
    )
    torch.manual_seed(0)
    Qwen3ForCausalLM(config).to(torch.bfloat16).save_pretrained(
        directory, max_shard_size=shard_size
    )
    tokenizer = Tokenizer(models.WordLevel({f"w{i}": i for i in range(WORDS)}, unk_token="w0"))
    tokenizer.pre_tokenizer = pre_tokenizers.Whitespace()
    fast = PreTrainedTokenizerFast(tokenizer_object=tokenizer, eos_token="w1")
    fast.chat_template = "{{ messages[0].content }}"
    fast.save_pretrained(directory)


@pytest.mark.parametrize("shard_size", ["5GB", "200KB"])
def test_a_fresh_checkpoint_answers_as_its_base(tmp_path, shard_size):
    write_base(tmp_path / "base", shard_size)
    config = init_checkpoint(tmp_path / "base", tmp_path / "out", layers=(0, 1))
    assert (config.first_reference_id, config.render) == (WORDS, "overlay")
    twin, report = FluxEMQwen3.from_pretrained(tmp_path / "out", output_loading_info=True)
    assert not any(report.values()), report
    assert twin.dtype == torch.bfloat16
    base = Qwen3ForCausalLM.from_pretrained(tmp_path / "base")
    ids = torch.arange(12)[None]
    rows, mask = torch.ones(1, 12, 256), torch.ones(1, 12, dtype=torch.bool)
    with torch.no_grad():
        assert torch.equal(twin(ids, flux_rows=rows, flux_mask=mask).logits, base(ids).logits)


def test_references_take_spare_ids_and_stay_in_the_text(tmp_path):
    write_base(tmp_path / "base")
    init_checkpoint(tmp_path / "base", tmp_path / "out")
    tokenizer = AutoTokenizer.from_pretrained(tmp_path / "out")
    ids = tokenizer("w7 <|flux_0|> w8 <|flux_127|>")["input_ids"]
    assert ids == [7, WORDS, 8, WORDS + 127]
    assert tokenizer.decode(ids, skip_special_tokens=True).split()[-1] == "<|flux_127|>"
    assert tokenizer.chat_template == "{{ messages[0].content }}"
    assert tokenizer.eos_token == "w1"


def test_the_seed_makes_the_projector(tmp_path):
    write_base(tmp_path / "base")
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        init_checkpoint(tmp_path / "base", tmp_path / name, seed=seed)
    a, b, c = ((tmp_path / d / "model-fluxem.safetensors").read_bytes() for d in "abc")
    assert a == b != c


def edit_config(base, **fields):
    path = base / "config.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | fields))


@pytest.mark.parametrize(
    ("spoil", "error", "text"),
    [
        (lambda b: edit_config(b, model_type="llama"), CheckpointError, "got 'llama'"),
        (
            lambda b: edit_config(b, architectures=["FluxEMQwen3ForCausalLM"]),
            CheckpointError,
            r"got 'qwen3' and \['FluxEMQwen3ForCausalLM'\]",
        ),
        (lambda b: edit_config(b, hidden_size=256), ConfigError, ">= 264.*got 256"),
        (lambda b: (b / "config.json").unlink(), CheckpointError, "with config.json"),
        (lambda b: (b / "tokenizer.json").unlink(), CheckpointError, "tokenizer.json"),
        (lambda b: (b / "model.safetensors").unlink(), CheckpointError, "safetensors"),
        (
            lambda b: edit_config(b, vocab_size=300),
            CheckpointError,
            r"128 spare rows .* got 100 \(200 tokens, `vocab_size` 300\)",
        ),
    ],
)
def test_a_wrong_base_is_refused_before_anything_is_written(tmp_path, spoil, error, text):
    write_base(tmp_path / "base")
    spoil(tmp_path / "base")
    with pytest.raises(error, match=text):
        init_checkpoint(tmp_path / "base", tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_layers_past_the_last_are_refused(tmp_path):
    write_base(tmp_path / "base")
    with pytest.raises(ConfigError, match="layers below 2, got"):
        init_checkpoint(tmp_path / "base", tmp_path / "out", layers=(0, 2))
    assert not (tmp_path / "out").exists()


def test_a_missing_shard_is_named(tmp_path):
    write_base(tmp_path / "base", "200KB")
    shard = max((tmp_path / "base").glob("model-*.safetensors"))
    shard.unlink()
    with pytest.raises(CheckpointError, match=shard.name):
        init_checkpoint(tmp_path / "base", tmp_path / "out")


def test_nothing_is_overwritten(tmp_path):
    write_base(tmp_path / "base")
    with pytest.raises(CheckpointError, match="new or empty directory"):
        init_checkpoint(tmp_path / "base", tmp_path / "base")
    shutil.copytree(tmp_path / "base", tmp_path / "other")
    with pytest.raises(CheckpointError, match="new or empty directory"):
        init_checkpoint(tmp_path / "base", tmp_path / "other")
