"""Losses beside language modelling: their targets are the sample's own, and heads learn them."""

import json
import random
import re
from dataclasses import replace
from itertools import islice, pairwise

import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from transformers import AutoTokenizer

from fluxem_qwen3.hf import FluxEMQwen3
from fluxem_qwen3.prompt import REFERENCE
from fluxem_toolbox import TOOLS
from fluxem_vllm.data.generate import MAX_CALLS, Generator
from fluxem_vllm.training.config import ConfigError, InjectionSettings, LossSettings, TrainingConfig
from fluxem_vllm.training.lora import add_lora, start_of
from fluxem_vllm.training.losses import LOSSES, Heads, add_heads, head_targets, line_ends
from fluxem_vllm.training.model import build_model, compile_layers
from fluxem_vllm.training.packing import Pack, Packer, branch_of, flatten, prefix_of
from fluxem_vllm.training.train import logits_of, losses_of, make_batch, optimizers, total_of, train
from tests.training import test_lora, test_train
from tests.training.test_attention import SMALL

pytestmark = pytest.mark.usefixtures("one_thread")

ON = LossSettings(0.2, 0.3, 0.1, 0.4)
CONFIG = TrainingConfig(model=SMALL, fluxem=InjectionSettings(projector_hidden=32), losses=ON)


@pytest.fixture(scope="module")
def packs(tokenizer):
    """What a Packer makes for training: cut, noised, and now and then without tools."""
    stream = Packer(tokenizer, iter(Generator(5)), 900, random.Random(5), training=True)
    return list(islice(stream, 6))


@pytest.fixture(scope="module")
def drawn(tokenizer, samples):
    """Packs whose samples are known, as (packs, [(sample, tools on offer)])."""
    made, known = [], []
    for i in range(0, 60, 6):
        some = samples[i : i + 6]
        offered = sorted({"add", "mean"}.union(*(sample.tools for sample in some)))
        random.Random(i).shuffle(offered)
        branches = [branch_of(tokenizer, sample, ("mean",)) for sample in some]
        tools = [TOOLS[name] for name in offered]
        made.append(Pack(prefix_of(tokenizer, tools), branches, tools))
        known += [(sample, offered) for sample in some]
    return made, known


def by_prompt(prompts, *columns):
    """The rows of some columns, grouped by the prompt that stands before them, in order."""
    groups = {}
    for prompt, *row in zip(prompts.tolist(), *(c.tolist() for c in columns), strict=True):
        groups.setdefault(prompt, []).append(row)
    return groups


def prompts_of(packs):
    """The position of the last token before each branch's plan."""
    at, found = 0, []
    for pack in packs:
        at += len(pack.prefix)
        for branch in pack.branches:
            found.append(at + branch.learnt.index(True) - 1)
            at += len(branch.token_ids)
    return found


def test_every_tools_line_is_found(tokenizer, packs):
    assert any(len(pack.tools) > 8 for pack in packs)
    gcd = [TOOLS["gcd"]]
    for pack in [*packs, Pack(prefix_of(tokenizer, gcd), tools=gcd), Pack([])]:
        ends = line_ends(tokenizer, pack)
        start = tokenizer.decode(pack.prefix[: ends[0] + 1]) if ends else ""
        texts = [start.removeprefix("<|im_start|>system\n")]
        texts += [tokenizer.decode(pack.prefix[a + 1 : b + 1]) for a, b in pairwise(ends)]
        assert [t.split("(")[0] for t in texts if t] == [t.name for t in pack.tools]
        assert all(text.endswith("\n") and text.count("\n") == 1 for text in texts if text)


def test_lines_are_found_in_a_template_that_shows_schemas(tokenizer, tmp_path):
    tokenizer.save_pretrained(tmp_path)
    (tmp_path / "chat_template.jinja").write_text(test_lora.TEMPLATE)
    other = AutoTokenizer.from_pretrained(tmp_path)
    names = ["mean", "add", "entropy"]
    tools = [TOOLS[name] for name in names]
    prefix = prefix_of(other, tools)
    ends = line_ends(other, Pack(prefix, tools=tools))
    shown = [other.decode(prefix[: end + 1]).strip().splitlines()[-1] for end in ends]
    assert [line.split('"name": "')[1].split('"')[0] for line in shown] == names
    assert all(line.startswith('{"type"') and line.endswith("}}}") for line in shown)


def test_the_tools_to_select_are_those_of_the_plan(tokenizer, drawn):
    packs, known = drawn
    tools = head_targets(tokenizer, packs).tools
    groups = by_prompt(tools.prompt_P, tools.choice_P, tools.used_P)
    ids = flatten(packs).token_ids_S
    assert list(groups) == prompts_of(packs)
    for (sample, offered), rows in zip(known, groups.values(), strict=True):
        assert {t for t, (_, used) in zip(offered, rows, strict=True) if used} == sample.tools
        for tool, (line, _) in zip(offered, rows, strict=True):
            assert tokenizer.decode(ids[: line + 1]).splitlines()[-1].startswith(f"{tool}(")


def test_the_spans_to_detect_are_those_that_the_plan_names(tokenizer, drawn):
    packs, known = drawn
    flat, targets = flatten(packs), head_targets(tokenizer, packs)
    spans = targets.spans
    groups = by_prompt(spans.prompt_P, spans.choice_P, spans.used_P)
    unused = 0
    for (sample, _), prompt in zip(known, prompts_of(packs), strict=True):
        named = {int(k) for c in sample.turn.calls
                 for k in REFERENCE.findall(json.dumps(c.arguments))}  # fmt: skip
        own = set(range(sample.turn.first_slot + len(sample.turn.spans)))
        used = set()
        for place, flag in groups.get(prompt, []):
            assert flat.flux_mask_S[place]
            slot = int(REFERENCE.fullmatch(tokenizer.decode([flat.token_ids_S[place]]))[1])
            assert slot in own
            used |= {slot} if flag else set()
            unused += not flag
        assert used == named & own
    assert unused > 10


def test_the_embeddings_to_align_are_those_of_the_values_named_next(tokenizer, drawn):
    packs, known = drawn
    flat, targets = flatten(packs), head_targets(tokenizer, packs)
    after = flat.token_ids_S[targets.before_R.numpy() + 1]
    np.testing.assert_array_equal(after, flat.token_ids_S[targets.carrier_R.numpy()])
    assert flat.flux_mask_S[targets.carrier_R.numpy()].all()
    same = flat.branch_S[targets.before_R.numpy()] == flat.branch_S[targets.carrier_R.numpy()]
    assert same.all()
    count = sum(
        int(k) < sample.turn.first_slot + len(sample.turn.spans)
        for sample, _ in known
        for call in sample.turn.calls
        for k in REFERENCE.findall(json.dumps(call.arguments))
    )
    assert len(after) == count > 40


def test_the_calls_to_come_are_counted(tokenizer, drawn):
    packs, known = drawn
    targets = head_targets(tokenizer, packs)
    ids = flatten(packs).token_ids_S
    coming = [
        [*range(len(sample.turn.calls), -1, -1)] if sample.turn.calls else [0]
        for sample, _ in known
    ]
    assert targets.coming_C.tolist() == [count for each in coming for count in each]
    assert max(map(len, coming)) > 2
    starts = set(prompts_of(packs))
    for place in targets.before_C.tolist():
        after = tokenizer.decode([ids[place + 1]])
        assert (place in starts) != ("</tool_call>" in after)


def test_what_training_does_to_packs_leaves_the_targets_right(tokenizer, packs):
    flat, targets = flatten(packs), head_targets(tokenizer, packs)
    assert set(targets.tools.prompt_P.tolist()) <= set(prompts_of(packs))
    after = flat.token_ids_S[targets.before_R.numpy() + 1]
    np.testing.assert_array_equal(after, flat.token_ids_S[targets.carrier_R.numpy()])
    plans = [
        tokenizer.decode(branch.token_ids[branch.learnt.index(True) : branch.plan_end])
        for pack in packs for branch in pack.branches
    ]  # fmt: skip
    calls = [len(re.findall(r'\{"name": "', plan)) for plan in plans]
    starts = {p: i for i, p in enumerate(prompts_of(packs))}
    first = {
        starts[p]: n
        for p, n in zip(targets.before_C.tolist(), targets.coming_C.tolist(), strict=True)
        if p in starts
    }
    assert [first[i] for i in range(len(plans))] == calls
    assert max(calls) <= MAX_CALLS


@pytest.mark.parametrize("name", LOSSES)
def test_each_loss_falls(name, tokenizer, packs):
    config = replace(CONFIG, losses=replace(LossSettings(), **{name: 1.0}))
    model = build_model(config, tokenizer)
    add_heads(model, config.losses, 1)
    batch = make_batch(packs[:2], head_targets(tokenizer, packs[:2]))
    opts = optimizers(model, config)
    history = []
    for _ in range(30):
        losses, _ = losses_of(model, batch)
        assert set(losses) == {"loss", name}
        losses[name].backward()  # alone, so that nothing else makes it fall
        history.append(losses[name].item())
        for opt in opts:
            opt.step()
            opt.zero_grad()
    assert history[-1] < 0.6 * history[0]


def test_without_weights_the_gradients_are_those_of_language_modelling(tokenizer, packs):
    model = build_model(CONFIG, tokenizer)
    add_heads(model, LossSettings(), 1)
    batch = make_batch(packs[:1])
    losses, _ = losses_of(model, batch)
    total_of(model, losses).backward()
    ours = {name: p.grad.clone() for name, p in model.named_parameters()}
    model.zero_grad()
    out = model(
        input_ids=batch.token_ids_S[None], position_ids=batch.position_S[None],
        attention_mask={"full_attention": None}, flux_rows=batch.flux_rows_SE[None],
        flux_mask=batch.flux_mask_S[None], flux_blocks=batch.blocks,
        logits_to_keep=batch.before_M, use_cache=False,
    )  # fmt: skip
    torch.nn.functional.cross_entropy(out.logits[0].float(), batch.targets_M).backward()
    assert all(torch.equal(ours[name], p.grad) for name, p in model.named_parameters())


def test_the_total_weighs_each_loss(tokenizer, packs):
    model = build_model(CONFIG, tokenizer)
    add_heads(model, ON, 1)
    losses, _ = losses_of(model, make_batch(packs[:1], head_targets(tokenizer, packs[:1])))
    sums = [losses["loss"], *(getattr(ON, name) * losses[name] for name in LOSSES)]
    torch.testing.assert_close(total_of(model, losses), sum(sums))


def test_a_batch_without_any_target_has_losses_of_zero(tokenizer):
    targets = head_targets(tokenizer, [])
    losses = Heads(ON, 16)(torch.randn(3, 16), torch.zeros(3, 256), targets)
    assert {name: loss.item() for name, loss in losses.items()} == dict.fromkeys(LOSSES, 0.0)


@pytest.mark.filterwarnings("ignore:The .grad attribute:UserWarning")  # torch's own, in compiling
def test_compiled_layers_give_the_heads_the_same(tokenizer, packs):
    model = build_model(CONFIG, tokenizer)
    add_heads(model, ON, 1)
    batch = make_batch(packs[:1], head_targets(tokenizer, packs[:1]))
    before, _ = losses_of(model, batch)
    compile_layers(model)
    after, _ = losses_of(model, batch)
    torch.testing.assert_close(after, before, rtol=1e-4, atol=1e-4)


def test_a_lora_model_has_heads_and_its_own_logits(tokenizer, packs, tmp_path):
    start = test_lora.write_start(tmp_path, tokenizer)
    model = add_lora(start_of(start, (), None), test_lora.CONFIG.lora, seed=1)
    add_heads(model, ON, 1)
    batch = make_batch(packs[:1], head_targets(tokenizer, packs[:1]))
    losses, logits = losses_of(model, batch)
    through = model(
        input_ids=batch.token_ids_S[None], position_ids=batch.position_S[None],
        attention_mask={"full_attention": None}, flux_rows=batch.flux_rows_SE[None],
        flux_mask=batch.flux_mask_S[None], flux_blocks=batch.blocks,
        logits_to_keep=batch.before_M, use_cache=False,
    )  # fmt: skip
    torch.testing.assert_close(logits, through.logits[0], rtol=0, atol=0)
    torch.testing.assert_close(logits, logits_of(model, batch), rtol=0, atol=0)
    total_of(model, losses).backward()
    trained = {name for name, p in model.named_parameters() if p.grad is not None}
    assert {f"heads.{name}" for name in LOSSES} <= {".".join(n.split(".")[:2]) for n in trained}
    assert any("lora_A" in name for name in trained)


def test_a_lora_run_leaves_the_heads_out_as_well(tokenizer, tmp_path):
    start = test_lora.write_start(
        tmp_path, tokenizer, tied=False
    )  # so that all weights are written
    config = replace(test_lora.with_steps(1), losses=ON)
    assert set(LOSSES) < set(train(config, tmp_path / "run", init=start))
    weights = load_file(tmp_path / "run/model.safetensors")
    assert weights.keys() == FluxEMQwen3.from_pretrained(start).state_dict().keys()


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """A short run with all losses."""
    settings = replace(test_train.CONFIG.training, max_steps=4, evaluate_every=4)
    config = replace(test_train.CONFIG, training=settings, losses=ON)
    folder = tmp_path_factory.mktemp("losses")
    return config, folder, train(config, folder)


def test_a_run_reports_every_loss_and_keeps_the_heads_out_of_the_checkpoint(run):
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    config, folder, scores = run
    assert set(LOSSES) < set(scores)
    assert not any("heads" in name for name in load_file(folder / "model.safetensors"))
    state = torch.load(folder / "state.pt", weights_only=True)["model"]
    assert {n.split(".")[1] for n in state if n.startswith("heads.")} == set(LOSSES)
    drawn = build_model(config, AutoTokenizer.from_pretrained(folder))
    add_heads(drawn, ON, config.seed)
    assert all(
        not torch.equal(state[name], p) for name, p in drawn.named_parameters() if "heads" in name
    )
    logged = EventAccumulator(str(folder / "logs"))
    logged.Reload()
    assert {f"{part}/{n}" for n in LOSSES for part in ("train", "heldout")} < set(
        logged.Tags()["scalars"]
    )


def test_a_run_goes_on_with_its_heads(run):
    config, folder, _ = run
    longer = replace(config, training=replace(config.training, max_steps=5, evaluate_every=5))
    before = torch.load(folder / "state.pt", weights_only=True)["model"]
    assert train(longer, folder, resume=True)["steps"] == 5
    after = torch.load(folder / "state.pt", weights_only=True)["model"]
    moved = [(after[n] - before[n]).abs().max() for n in before if n.startswith("heads.")]
    assert 0 < max(moved) < 0.02  # one step from where they were, not from a new draw
    fewer = replace(longer, losses=LossSettings(span_detection=0.3))
    with pytest.raises(ConfigError, match=r"`losses` .* but are span_detection now; give the same"):
        train(fewer, folder, resume=True)


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("weight", [-0.1, float("inf"), float("nan")])
def test_wrong_weights_are_refused(name, weight):
    message = f"`losses.{name}` must be at least 0 and finite, got {weight}"
    with pytest.raises(ConfigError, match=message):
        TrainingConfig(losses=LossSettings(**{name: weight}))
