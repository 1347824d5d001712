"""Packs: branches that read as the server's prompts, labels on what the model has to write."""

import random
from itertools import cycle, islice, pairwise

import numpy as np
import pytest

from fluxem_encoders.registry import encode
from fluxem_qwen3.prompt import Message, reference, render
from fluxem_toolbox import TOOLS
from fluxem_vllm.data.generate import Generator
from fluxem_vllm.router import GLUE, LIKELY
from fluxem_vllm.shapes import NONE
from fluxem_vllm.training.packing import (
    IGNORED,
    Packer,
    branch_of,
    embedding,
    flatten,
    messages_of,
    noised,
    prefix_of,
)
from fluxem_vllm.training.tokenizer import END, START

OFFERED = [TOOLS[name] for name in ("add", "entropy", "mean")]


@pytest.fixture(scope="module")
def packs(tokenizer):
    return list(islice(Packer(tokenizer, iter(Generator(22)), 1024, random.Random(1)), 4))


def learnt_stretches(branch):
    """The (start, end) of each stretch of learnt tokens."""
    flags = [False, *branch.learnt, False]
    edges = [i for i, (a, b) in enumerate(pairwise(flags)) if a != b]
    return list(zip(edges[::2], edges[1::2], strict=True))


def test_exactly_the_assistants_last_turns_are_learnt(tokenizer, samples):
    for sample in samples:
        branch = branch_of(tokenizer, sample)
        written = [tokenizer.decode(branch.token_ids[a:b]) for a, b in learnt_stretches(branch)]
        turns = [m for m in messages_of(sample)[0][len(sample.history) :] if m.role == "assistant"]
        assert written == [turn.parts[0].text + END for turn in turns]
        assert branch.plan_end == learnt_stretches(branch)[0][1]


def test_every_pass_reads_what_the_server_will_send(tokenizer, samples):
    prefix = prefix_of(tokenizer, OFFERED)
    schemas = [tool.schema() for tool in OFFERED]
    for sample, likely in zip(samples, cycle(((), ("mean", NONE))), strict=False):
        branch = branch_of(tokenizer, sample, likely)
        messages, rows = messages_of(sample)
        turns = [i for i, m in enumerate(messages) if m.role == "assistant"][
            len(sample.history) // 2 :
        ]
        for i, (start, _) in zip(turns, learnt_stretches(branch), strict=True):
            options = {"likely_tools": likely}
            prompt = render(tokenizer, messages[:i], schemas, template_options=options)
            assert prompt.token_ids == prefix + branch.token_ids[:start]
            carried = {at - len(prefix): rows[k] for at, k in prompt.rows.items() if k in rows}
            assert carried.keys() == {at for at in branch.rows if at < start}
            assert all((branch.rows[at] == row).all() for at, row in carried.items())


def test_the_answers_references_carry_no_rows(tokenizer, samples):
    references = set(tokenizer.convert_tokens_to_ids([reference(k) for k in range(128)]))
    for sample in samples:
        branch = branch_of(tokenizer, sample)
        assert all(branch.token_ids[at] in references for at in branch.rows)
        assert not any(branch.learnt[at] for at in branch.rows)


def test_a_prefix_is_one_line_for_each_tool(tokenizer):
    text = tokenizer.decode(prefix_of(tokenizer, OFFERED))
    lines = [tool.line() for tool in OFFERED]
    assert text == f"{START}system\n" + "\n".join(lines) + f"\n{END}\n"
    assert prefix_of(tokenizer, []) == []


def test_the_likely_tools_stand_behind_the_question(tokenizer, packs):
    named = 0
    for pack in packs:
        for branch in pack.branches:
            asked = tokenizer.decode(branch.token_ids).split(f"{START}user\n")[-1].split(END)[0]
            likely = asked.rpartition("\n")[2].split(",")
            assert len(likely) <= LIKELY
            named += set(likely) <= {*TOOLS, NONE}
            offered = tokenizer.decode(pack.prefix)
            assert all(name == NONE or f"\n{name}(" in offered for name in likely if pack.prefix)
    assert named == sum(len(pack.branches) for pack in packs if pack.prefix)


def test_packs_are_full_but_not_too_full(packs):
    for pack in packs:
        assert 700 < len(pack) <= 1024
        assert len(pack.branches) > 3


def test_a_pack_offers_the_tools_of_its_branches(tokenizer, packs):
    for pack in packs:
        offered = tokenizer.decode(pack.prefix)
        for branch in pack.branches:
            plan = tokenizer.decode(branch.token_ids)
            called = [part.split('"')[0] for part in plan.split('{"name": "')[1:]]
            assert all(f"\n{name}(" in offered for name in called)


def test_most_packs_offer_the_steps_that_the_router_always_shows(tokenizer):
    stream = iter(Packer(tokenizer, iter(Generator(23)), 1024, random.Random(2)))
    texts = [tokenizer.decode(next(stream).prefix) for _ in range(12)]
    assert sum(all(f"\n{name}(" in text for name in GLUE) for text in texts) >= 5


def test_noise_spares_markup_rows_and_what_is_learnt(tokenizer, samples):
    rng = random.Random(3)
    changed = total = 0
    for sample in samples:
        branch = branch_of(tokenizer, sample, ("mean", NONE, "add"))
        loud = noised(branch, tokenizer, rng, 0.2)
        asked = tokenizer.decode(loud.token_ids).split(f"{START}user\n")[-1].split(END)[0]
        assert asked.endswith("\nmean,none,add")
        assert (loud.rows, loud.learnt, loud.plan_end) == (
            branch.rows,
            branch.learnt,
            branch.plan_end,
        )
        different = [
            i
            for i, (a, b) in enumerate(zip(branch.token_ids, loud.token_ids, strict=True))
            if a != b
        ]
        markup = set(tokenizer.get_added_vocab().values())
        for i in different:
            assert not branch.learnt[i]
            assert branch.token_ids[i] not in markup
            assert loud.token_ids[i] not in markup
        changed += len(different)
        total += branch.learnt.count(False)
    assert 0.02 < changed / total < 0.15


def test_a_batch_lies_in_one_row(packs):
    flat = flatten(packs)
    assert len(flat.token_ids_S) == sum(map(len, packs))
    branches = [branch for pack in packs for branch in pack.branches]
    assert flat.branch_S.max() + 1 == len(branches)
    stretches = iter(flat.stretches)
    b = 0
    for pack in packs:
        start = end = b
        if pack.prefix:  # no stretch where no tool is on offer
            start, end, *own = next(stretches)
            assert own == [start, start]
        assert flat.token_ids_S[start:end].tolist() == pack.prefix
        assert set(flat.branch_S[start:end]) == ({-1} if pack.prefix else set())
        for branch in pack.branches:
            a, b, *prefix = next(stretches)
            assert prefix == [start, end]
            assert flat.token_ids_S[a:b].tolist() == branch.token_ids
            positions = flat.position_S[a:b]
            assert positions.tolist() == list(range(len(pack.prefix), len(pack.prefix) + b - a))
            learnt = flat.labels_S[a:b] != IGNORED
            assert learnt.tolist() == branch.learnt
            assert (flat.labels_S[a:b][learnt] == flat.token_ids_S[a:b][learnt]).all()
            assert np.flatnonzero(flat.flux_mask_S[a:b]).tolist() == sorted(branch.rows)
            for at, row in branch.rows.items():
                np.testing.assert_array_equal(flat.flux_rows_SE[a + at], row)
            assert flat.plan_S[a:b].sum() == branch.plan_end
    assert list(stretches) == []


def test_a_value_beyond_its_domain_is_learnt_as_the_server_embeds_it():
    from fluxem_vllm.pool.work import embed

    for value in (12, 7**300, "text", True, 10**400):
        [served] = embed([(value, None)])
        np.testing.assert_array_equal(embedding(value), served)
    np.testing.assert_array_equal(embedding(12), encode(12))


def test_history_is_not_learnt(tokenizer, samples):
    later = next(s for s in samples if s.history)
    branch = branch_of(tokenizer, later)
    assert len([m for m in messages_of(later)[0] if m.role == "assistant"]) > len(
        learnt_stretches(branch)
    )
    assert isinstance(messages_of(later)[0][1], Message)
