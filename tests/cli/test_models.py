"""init, data, train and export, as far as they go without a long training."""

import json

import pytest
import torch
from safetensors.torch import load_file, save_file

from fluxem_qwen3.composer import ComposerConfig, build_composer, composer_of, save_composer
from tests.qwen3.test_checkpoint import write_base

RECORD = {
    "command": "fluxem-vllm train", "data_version": 3, "config": {"seed": 7},
    "scores_on_heldout_phrasings": {
        "plan": 0.615, "whole": 0.5, "loss": 0.2, "n": 200, "tokens": 1000, "steps": 40,
    },
}  # fmt: skip


def samples(out):
    return [json.loads(line) for line in out.splitlines()]


def test_data_writes_samples_that_the_seed_decides(run, tmp_path):
    code, out, err = run("data", "--count", "5", "--seed", "3")
    assert (code, err, len(samples(out))) == (0, "", 5)
    path = tmp_path / "data.jsonl"
    assert run("data", "--count", "5", "--seed", "3", "--out", str(path)) == (0, "", "")
    assert path.read_text(encoding="utf-8") == out
    assert run("data", "--count", "5", "--seed", "4")[1] != out
    assert run("data", "--count", "5", "--seed", "3", "--split", "heldout")[1] != out


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["data", "--out", "/nonexistent/data.jsonl"], "No such file"),
        (["init", "--base", "/nonexistent", "--out", "{out}"], "checkpoint directory"),
        (["train", "--config", "/nonexistent.toml", "--out", "{out}"], "cannot read the config"),
        (["train", "--config", "{config}", "--out", "{out}"], "unknown field `sed`"),
        (["export", "--run", "/nonexistent", "--out", "{out}"], "config.json is missing"),
        (["quantise", "--checkpoint", "/nonexistent", "--out", "{out}"], "config.json is missing"),
        (
            ["quantise", "--checkpoint", "/nonexistent", "--out", "{out}", "--group", "5"],
            "`fluxem.quantization.group` must be an even integer, got 5",
        ),
    ],
)
def test_work_that_cannot_begin_says_why(run, tmp_path, arguments, message):
    config = tmp_path / "config.toml"
    config.write_text("sed = 1")
    names = {"out": tmp_path / "out", "config": config}
    code, out, err = run(*(a.format_map(names) for a in arguments))
    assert (code, out) == (1, "")
    assert err.startswith(f"fluxem-vllm {arguments[0]}: ")
    assert message in err
    assert not (tmp_path / "out").exists()


def test_init_takes_how_embeddings_enter(run, tmp_path):
    write_base(tmp_path / "base")
    where = ("init", "--base", str(tmp_path / "base"), "--out", str(tmp_path / "out"))
    for layers in ("0,x", "1,0"):
        code, _, err = run(*where, "--layers", layers)
        assert code == 2
        assert "argument --layers: must" in err
    assert run(*where, "--layers", "2")[0] == 1
    options = ("--method", "replace", "--layers", "0,1", "--projector-shared", "--seed", "4")
    assert run(*where, *options) == (0, "", f"wrote {tmp_path / 'out'}\n")
    block = json.loads((tmp_path / "out" / "config.json").read_text())["fluxem"]
    assert (block["method"], block["layers"]) == ("replace", [0, 1])
    assert block["projector_shared"] is True


def test_export_averages_two_checkpoints(run, tmp_path):
    for name, value, width in (("a", 1.0, 4), ("b", 3.0, 4), ("c", 0.0, 5)):
        folder = tmp_path / name
        folder.mkdir()
        for file in ("tokenizer.json", "tokenizer_config.json"):
            (folder / file).write_text("{}")
        (folder / "config.json").write_text('{"eos_token_id": 5}')
        weights = {"w": torch.full((2, width), value, dtype=torch.bfloat16)}
        save_file(weights, folder / "model.safetensors")
    a, b, c, out = (str(tmp_path / name) for name in ("a", "b", "c", "out"))
    where = ("export", "--run", a, "--out", out, "--average")
    assert run(*where, b, "--share", "1.5")[0] == 2
    code, _, err = run("export", "--run", a, "--out", out, "--share", "0.5")
    assert (code, "give --average" in err) == (1, True)
    code, _, err = run(*where, c)
    assert (code, "no checkpoint of the same shape: `w` is" in err) == (1, True)
    (tmp_path / "c" / "config.json").write_text('{"quantization_config": {}}')
    code, _, err = run(*where, c)
    assert (code, "average first, and quantise the mean" in err) == (1, True)
    assert run(*where, b, "--share", "0.25")[0] == 0
    mean = load_file(tmp_path / "out" / "model.safetensors")["w"]
    assert mean.dtype == torch.bfloat16
    assert (mean == 1.5).all()
    record = json.loads((tmp_path / "out" / "training.json").read_text())
    assert record["averaged"] == {"share_of_the_checkpoint_before": 0.25}


@pytest.mark.parametrize("base", [None, 8, 4])
def test_a_quantised_checkpoint_is_whole_and_says_so(run, tmp_path, base):
    """Its base has several files of weights; no name is lost, and what is no matrix stays."""
    write_base(tmp_path / "base", "200KB", intermediate_size=256)
    start, out = tmp_path / "start", tmp_path / "out"
    run("init", "--base", str(tmp_path / "base"), "--out", str(start))
    (start / "training.json").write_text(json.dumps(RECORD))
    (start / "README.md").write_text("# A model\n")
    command = ("quantise", "--checkpoint", str(start), "--out", str(out), "--bits", "4")
    options = ("--base", str(base)) if base else ()
    assert run(*command, *options) == (0, "", f"wrote {out}\n")
    config = json.loads((out / "config.json").read_text())
    assert config["fluxem"]["quantization"] == {"bits": 4, "group": 32}
    assert ("quantization_config" in config) is (base is not None)
    before, after = weights_in(start), weights_in(out)
    kept = {"model.norm.weight", "model.embed_tokens.weight", "model.flux.projectors.0.norm.weight"}
    for name in kept:
        assert torch.equal(before[name], after[name])
    names = json.loads((out / "model.safetensors.index.json").read_text())["weight_map"]
    assert names.keys() == after.keys()
    up = after["model.flux.projectors.0.up.weight_codes"]
    assert (up.dtype, up.shape) == (torch.uint8, (512, 128))
    layer = "model.layers.1.mlp.down_proj.weight"
    width = {None: (layer, 256), 8: (layer, 256), 4: (layer + "_packed", 32)}
    name, inputs = width[base]
    assert after[name].shape == (320, inputs)
    assert (layer + "_scale" in after) is (base is not None)
    record = json.loads((out / "training.json").read_text())
    assert record["quantised"] == {"bits": 4, "group": 32, "base_bits": base}
    assert "in 4 bits, with a scale for every 32 weights" in (out / "README.md").read_text()
    for words, message in (
        (("quantise", "--checkpoint", str(out), "--out", str(tmp_path / "x")), "quantised already"),
        (command, "must be a new or empty directory"),
        ((*command[:-2], "--group", "48"), "must be a divisor of `projector_hidden`, 512"),
    ):
        code, _, err = run(*words)
        assert (code, message in err) == (1, True), err


def test_a_quantised_checkpoint_is_no_start_of_a_training(tmp_path):
    from fluxem_vllm.training.config import ConfigError
    from fluxem_vllm.training.model import check_trainable

    for form in ({"fluxem": {"quantization": {"bits": 8}}}, {"quantization_config": {}}):
        (tmp_path / "config.json").write_text(json.dumps(form))
        with pytest.raises(ConfigError, match="start from the one that it was made of"):
            check_trainable(tmp_path)


def test_a_base_whose_groups_do_not_fit_is_refused_before_anything_is_written(run, tmp_path):
    write_base(tmp_path / "base", intermediate_size=200)
    start, out = tmp_path / "start", tmp_path / "out"
    run("init", "--base", str(tmp_path / "base"), "--out", str(start))
    code, _, err = run("quantise", "--checkpoint", str(start), "--out", str(out), "--base", "4")
    assert (code, "got 32 for 200 inputs; choose another --group, or --base 8" in err) == (1, True)
    assert not out.exists()


def test_the_composer_of_a_checkpoint_is_quantised_with_it(run, tmp_path):
    write_base(tmp_path / "base")
    start, out = tmp_path / "start", tmp_path / "out"
    run("init", "--base", str(tmp_path / "base"), "--out", str(start))
    composer = build_composer(ComposerConfig(hidden=64))
    save_composer(composer, start / "composer", {"seed": 3})
    config = json.loads((start / "config.json").read_text())
    config["fluxem"]["composer"] = "operation_aware"
    (start / "config.json").write_text(json.dumps(config))
    assert run("quantise", "--checkpoint", str(start), "--out", str(out))[0] == 0
    assert composer_of(out, "operation_aware").quantization.bits == 8
    assert json.loads((out / "composer" / "composer.json").read_text())["record"] == {"seed": 3}


def weights_in(folder):
    files = folder.glob("model*.safetensors")
    return {name: weight for file in files for name, weight in load_file(file).items()}


def test_an_adapter_is_of_a_base_whose_weights_did_not_change(run, tmp_path):
    write_base(tmp_path / "base")
    start, out = tmp_path / "start", tmp_path / "out"
    assert run("init", "--base", str(tmp_path / "base"), "--out", str(start))[0] == 0
    where = ("export", "--run", str(start), "--adapter", "--out", str(out))
    code, _, err = run(*where)
    assert (code, err) == (0, f"wrote {out}: fluxem-vllm serve BASE --adapter {out}\n")
    files = {"adapter.json", "adapter.safetensors", "generation_config.json", "tokenizer.json"}
    assert files <= {path.name for path in out.iterdir()}
    assert not list(out.glob("model*"))
    card = (out / "README.md").read_text()
    assert "fluxem-vllm serve BASE --adapter out" in card
    assert "(embeddings: gated, before layer 0)" in card
    assert "untrained" in card
    code, _, err = run(*where, "--average", str(start))
    assert (code, "leave it or --adapter out" in err) == (1, True)
    for lora, fits in (({"rank": 8, "merge": False}, True), ({"rank": 8, "merge": True}, False),
                       ({"rank": 0, "merge": False}, False)):  # fmt: skip
        (start / "training.json").write_text(
            json.dumps(RECORD | {"config": {"lora": lora, "seed": 1}})
        )
        code, _, err = run(*where)
        assert code == (0 if fits else 1)
        assert fits or "changed the weights of its base" in err


def test_serving_an_adapter_needs_the_base_that_fits(run, tmp_path):
    write_base(tmp_path / "base")
    adapter = tmp_path / "adapter"
    for arguments, message in (
        (["--adapter", str(adapter)], "--adapter needs the Qwen3 that it was trained on"),
        ([str(tmp_path / "none"), "--adapter", str(adapter)], "must be a checkpoint directory"),
        ([str(tmp_path / "base"), "--adapter", str(adapter)], "`fluxem-vllm export --adapter`"),
    ):
        code, _, err = run("serve", *arguments)
        assert (code, message in err) == (1, True), err


def test_export_copies_what_serving_needs(run, tmp_path):
    folder = tmp_path / "run"
    folder.mkdir()
    for name in ("model.safetensors", "tokenizer.json", "tokenizer_config.json", "state.pt"):
        (folder / name).write_text(name)
    (folder / "config.json").write_text('{"eos_token_id": 5}')
    (folder / "training.json").write_text(json.dumps(RECORD))
    out = tmp_path / "out"
    code, _, err = run("export", "--run", str(folder), "--out", str(out))
    assert (code, err) == (0, f"wrote {out}\n")
    assert (out / "model.safetensors").read_text() == "model.safetensors"
    card = (out / "README.md").read_text()
    assert "by `fluxem-vllm train`, on data of version 3, seed 7, 40 steps, 1,000 tokens" in card
    assert "Of 200 generated questions" in card
    assert "plans 61.5% exactly" in card
    (out / "README.md").write_text("by hand")
    assert run("export", "--run", str(folder), "--out", str(out))[0] == 0
    assert (out / "README.md").read_text() == "by hand"
    assert not (out / "state.pt").exists()
    generation = json.loads((out / "generation_config.json").read_text())
    assert generation == {"eos_token_id": 5, "temperature": 0.0, "do_sample": False}
