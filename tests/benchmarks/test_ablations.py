"""Ablations: what each variant sees, and a run of a few steps from samples to table."""

import json
import re
from dataclasses import replace
from itertools import islice

import numpy as np
import pytest

from benchmarks.ablations import (
    MAX_CALLS,
    TOOLS,
    VARIANTS,
    Chains,
    Settings,
    config_of,
    main,
    make_tokenizer,
    markdown,
    plan_of,
    run,
    text_messages,
)
from benchmarks.decisions import Decisions, load_decisions
from fluxem_qwen3.calls import parse_calls
from fluxem_qwen3.prompt import REFERENCES, Markup, reference
from fluxem_toolbox import TOOLS as ALL
from fluxem_vllm.training.config import ModelSettings
from fluxem_vllm.training.model import build_model

TINY = Settings(
    steps=3, samples_per_step=8, tests=4, vocabulary=900,
    model=ModelSettings(hidden_size=264, intermediate_size=64, num_hidden_layers=4,
                        num_attention_heads=1, num_key_value_heads=1, head_dim=32),
)  # fmt: skip


@pytest.fixture(scope="module")
def samples():
    return [*islice(Decisions(5), 60), *islice(Chains(5), 60)]


@pytest.fixture(scope="module")
def tokenizer(samples):
    return make_tokenizer(TINY, samples)


def test_chains_are_short_and_of_few_tools():
    for sample in islice(Chains(7), 100):
        assert 1 <= len(sample.turn.calls) <= MAX_CALLS
        assert sample.tools <= TOOLS


def test_the_text_variant_knows_no_reference(samples, tokenizer):
    ids = {tokenizer.convert_tokens_to_ids(reference(k)) for k in range(REFERENCES)}
    for sample in samples:
        branch = plan_of(tokenizer, sample, VARIANTS["text"])
        assert not ids & {*branch.token_ids}
        assert not branch.rows
        assert sample.turn.text in tokenizer.decode(branch.token_ids)


def test_literal_plans_compute_what_the_others_do(samples):
    for sample in samples:
        written = [m.parts[0].text for m in text_messages(sample) if isinstance(m.parts[0], Markup)]
        assert len(written) == len(sample.turn.calls)
        for text, call in zip(written, sample.turn.calls, strict=True):
            (read,) = parse_calls(text)[1]
            assert read.name == call.tool
            value = ALL[call.tool].call(read.arguments)
            if isinstance(call.value, float):  # of a float, which reads as a decimal in a literal
                value, call = float(value), replace(call, value=pytest.approx(call.value))
            assert value == call.value


def test_every_variant_can_be_built(tokenizer):
    sizes = {
        name: sum(p.numel() for p in build_model(config_of(v, Settings()), tokenizer).parameters())
        for name, v in VARIANTS.items()
    }
    assert sizes["additive-small"] < sizes["additive"] / 2 < sizes["additive-large"] / 4


def test_references_differ_from_additive_in_the_rows_alone(samples, tokenizer):
    for sample in samples[:20]:
        bare = plan_of(tokenizer, sample, VARIANTS["references"])
        full = plan_of(tokenizer, sample, VARIANTS["additive"])
        assert not bare.rows
        assert len(full.rows) >= 1
        assert all(np.any(row) for row in full.rows.values())
        assert replace(full, rows={}) == bare


@pytest.mark.parametrize("name", VARIANTS)
def test_the_plan_alone_is_learnt(name, samples, tokenizer):
    for sample in samples[:20]:
        branch = plan_of(tokenizer, sample, VARIANTS[name])
        learnt = [i for i, is_learnt in enumerate(branch.learnt) if is_learnt]
        assert learnt[-1] + 1 == len(branch.token_ids) == branch.plan_end
        text = tokenizer.decode([branch.token_ids[i] for i in learnt])
        assert re.findall(r'"name": "(\w+)"', text) == [call.tool for call in sample.turn.calls]


def test_a_run_writes_results_and_goes_on(tmp_path, capsys):
    out = tmp_path / "results.jsonl"
    run(TINY, ["references"], 1, out)
    (first,) = out.read_text().splitlines()
    run(TINY, ["references", "multi-layer"], 1, out)
    assert out.read_text().splitlines()[0] == first
    results = [json.loads(line) for line in out.read_text().splitlines()]
    assert [r["variant"] for r in results] == ["references", "multi-layer"]
    tasks = results[0]["tasks"]
    assert len(tasks) == 2 * len(load_decisions()) + 1
    for result in results:
        assert {n for _, n in result["tasks"].values()} == {4, 8}
        assert result["tokens"] == results[0]["tokens"] > 3 * 8
    capsys.readouterr()
    main(["--out", str(out), "--markdown"])
    table = capsys.readouterr().out
    assert table.startswith("| task | n | luck | references | multi-layer |\n")
    assert len(table.splitlines()) == 2 + len(tasks)
    with pytest.raises(ValueError, match="holds results of others"):
        run(replace(TINY, seed=2), ["text"], 1, out)


def test_a_cell_has_its_interval():
    results = {"text": {"tasks": {"even, near": [9, 10], "chains": [0, 20]}}}
    assert markdown(results).splitlines()[2:] == [
        "| even, near | 10 | 50 | 90.0 [60-98] |",
        "| chains | 20 | - | 0.0 [0-16] |",
    ]
