"""Tools under letters: they do the same, and conversations keep to the names that are shown."""

import random
from itertools import islice

import pytest

from fluxem_qwen3.calls import parse_calls
from fluxem_qwen3.config import STAND_INS
from fluxem_toolbox import TOOLS
from fluxem_vllm.data.generate import Generator
from fluxem_vllm.shapes import NONE
from fluxem_vllm.training import packing
from fluxem_vllm.training.alias import KEPT_ARGUMENTS, Aliases, renamed
from fluxem_vllm.training.packing import Packer
from fluxem_vllm.training.tokenizer import END, START


@pytest.fixture(scope="module")
def drawn():
    """Aliases of all tools, some at a time."""
    aliases, tools = Aliases(random.Random(4)), list(TOOLS.values())
    return [aliases.draw(tools[i : i + 12]) for i in range(0, len(tools), 12)]


def test_every_tool_of_a_list_gets_a_letter_of_its_own(drawn):
    for aliases in drawn:
        letters = [alias.tool.name for alias in aliases.values()]
        assert len({*letters}) == len(letters)
        assert {*letters} <= {*STAND_INS}
    assert sum(map(len, drawn)) == len(TOOLS)
    assert len(Aliases(random.Random(0)).draw(list(TOOLS.values()))) == len(STAND_INS)


def test_an_alias_takes_and_does_the_same(drawn):
    kept = several = 0
    for name, alias in (pair for aliases in drawn for pair in aliases.items()):
        own, shown = TOOLS[name], alias.tool
        assert (shown.summary, shown.function) == (own.summary, own.function)
        assert [p.annotation for p in shown.parameters] == [p.annotation for p in own.parameters]
        assert [p.default for p in shown.parameters] == [p.default for p in own.parameters]
        assert [alias.arguments[p.name] for p in own.parameters] == [
            p.name for p in shown.parameters
        ]
        if own.parameters:
            several += 1
            kept += all(a == b for a, b in alias.arguments.items())
    assert abs(kept / several - KEPT_ARGUMENTS) < 0.08


def test_calls_are_written_with_the_shown_names(samples):
    aliases = Aliases(random.Random(4))
    for sample in samples:
        drawn = aliases.draw([TOOLS[name] for name in sorted(sample.tools)])
        shown = renamed(sample, drawn)
        for call, other in zip(sample.turn.calls, shown.turn.calls, strict=True):
            alias = drawn[call.tool]
            assert other.tool == alias.tool.name
            assert [*other.arguments.values()] == [*call.arguments.values()]
            assert {*other.arguments} <= {p.name for p in alias.tool.parameters}
        assert renamed(sample, {}) == sample


def asked_of(text):
    """The last question of a conversation, its ranking with it."""
    return text.split(f"{START}user\n")[-1].split(END)[0]


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
            if branch.ranked:
                assert {*asked_of(text).rpartition("\n")[2].split(",")} <= {*names, NONE}
    assert others > 8
    assert called > 8


def test_what_measures_shows_letters_for_what_nobody_has_written_alone(tokenizer, monkeypatch):
    monkeypatch.setattr(packing, "ALIASED", 1.0)
    generator = Generator(9, invented=0.5)
    packs = list(islice(Packer(tokenizer, iter(generator), 1024, random.Random(1)), 8))
    shown = {tool.name: tool for pack in packs for tool in pack.tools}
    letters = {*shown} - {*TOOLS}
    assert letters
    assert letters <= {*STAND_INS}
    assert all(shown[letter].domain == "invented" for letter in letters)
    texts = [tokenizer.decode(branch.token_ids) for pack in packs for branch in pack.branches]
    calls = [call for text in texts for call in parse_calls(text)[1]]
    assert {call.name for call in calls} & letters
    assert {call.name for call in calls} <= {*shown}
