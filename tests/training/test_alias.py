"""Tools under other names: they do the same, and conversations keep to the names that are shown."""

import random
from itertools import islice

import pytest

from fluxem_qwen3.calls import parse_calls
from fluxem_toolbox import TOOLS
from fluxem_vllm.data.generate import Generator
from fluxem_vllm.shapes import NONE
from fluxem_vllm.training import packing
from fluxem_vllm.training.alias import Aliases, renamed
from fluxem_vllm.training.packing import Packer
from fluxem_vllm.training.tokenizer import END, START


@pytest.fixture(scope="module")
def drawn():
    """An alias of every tool, by the tool's name."""
    aliases, found = Aliases(random.Random(4)), {}
    for name, tool in TOOLS.items():
        found[name] = aliases.draw(tool, [alias.tool.name for alias in found.values()])
    return found


def test_names_are_new_and_fit_openais_rule(drawn):
    names = [alias.tool.name for alias in drawn.values()]
    assert len({*names}) == len(TOOLS)
    assert not {*names} & {*TOOLS}
    assert all(
        name.replace("_", "").replace("-", "").isalnum() and len(name) < 64 for name in names
    )


def test_an_alias_takes_and_does_the_same(drawn):
    kept = 0
    for name, alias in drawn.items():
        own, shown = TOOLS[name], alias.tool
        assert (shown.summary, shown.function) == (own.summary, own.function)
        assert [p.annotation for p in shown.parameters] == [p.annotation for p in own.parameters]
        assert [p.default for p in shown.parameters] == [p.default for p in own.parameters]
        assert [alias.arguments[p.name] for p in own.parameters] == [
            p.name for p in shown.parameters
        ]
        kept += all(a == b for a, b in alias.arguments.items())
    assert 0.3 < kept / len(drawn) < 0.5


def test_calls_are_written_with_the_shown_names(drawn, samples):
    for sample in samples:
        shown = renamed(sample, drawn)
        for call, other in zip(sample.turn.calls, shown.turn.calls, strict=True):
            alias = drawn[call.tool]
            assert other.tool == alias.tool.name
            assert [*other.arguments.values()] == [*call.arguments.values()]
            assert {*other.arguments} <= {p.name for p in alias.tool.parameters}
        assert renamed(sample, {}) == sample


def test_packs_keep_to_the_names_on_their_lists(tokenizer, monkeypatch):
    monkeypatch.setattr(packing, "ALIASED", 1.0)
    monkeypatch.setattr(packing, "ALIASED_TOOLS", 1.0)
    stream = Packer(tokenizer, iter(Generator(9)), 1024, random.Random(1), training=True)
    called, others = 0, 0
    for pack in islice(stream, 8):
        names = {tool.name for tool in pack.tools}
        others += len(names - {*TOOLS})
        for branch in pack.branches:
            text = tokenizer.decode(branch.token_ids)
            calls = parse_calls(text.rpartition(f"{START}user\n")[2])[1]
            assert {call.name for call in calls} <= names
            called += sum(call.name not in TOOLS for call in calls)
            asked = text.split(f"{START}user\n")[-1].split(END)[0]
            if branch.ranked:
                assert {*asked.rpartition("\n")[2].split(",")} <= {*names, NONE}
    assert others > 8
    assert called > 8


def test_what_nobody_has_written_is_shown_and_called_by_its_name(tokenizer):
    stream = Packer(tokenizer, iter(Generator(9, invented=0.5)), 1024, random.Random(1))
    packs = list(islice(stream, 8))
    shown = {tool.name: tool for pack in packs for tool in pack.tools}
    invented = {*shown} - {*TOOLS}
    assert invented
    assert all(shown[name].domain == "invented" for name in invented)
    texts = [tokenizer.decode(branch.token_ids) for pack in packs for branch in pack.branches]
    called = {call.name for text in texts for call in parse_calls(text)[1]}
    assert called & invented
    assert called <= {*shown}


def test_what_measures_shows_no_aliases(tokenizer, monkeypatch):
    monkeypatch.setattr(packing, "ALIASED", 1.0)
    pack = next(iter(Packer(tokenizer, iter(Generator(9)), 1024, random.Random(1))))
    assert {tool.name for tool in pack.tools} <= {*TOOLS}
