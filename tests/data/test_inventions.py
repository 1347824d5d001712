"""Tools that nobody has written: what asks for them tells which one, and the plan calls it."""

import random
import re
from itertools import islice

import pytest

from fluxem_toolbox import TOOLS
from fluxem_vllm.data.generate import Generator
from fluxem_vllm.data.inventions import DOMAIN, Inventor, _read
from fluxem_vllm.data.tree import Leaf, Node

WORDS, KINDS, FRAMES = _read()


@pytest.fixture(scope="module")
def samples():
    return list(islice(Generator(3, invented=1.0), 300))


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.names[0])
def test_a_kinds_texts_have_words_and_values_for_what_they_name(kind):
    assert {name for name, _ in kind.placeholders} <= {*WORDS}
    assert kind.telling
    for text in (*kind.orders, *kind.asks):
        assert {*re.findall("<(.*?)>", text)} == {*kind.arguments}
    assert all(takes in ("number", "id") or takes in WORDS for takes in kind.arguments.values())
    assert kind.gives in ("number", "text")


def test_frames_name_what_their_steps_take():
    for frame in FRAMES["then"]:
        for text in frame["texts"]:
            assert ("{k}" in text) == ("k" in re.findall(r"\w+", frame["step"]))
    for frame in FRAMES["both"]:
        assert all("{np}" in text and "{other}" in text for text in frame["texts"])


def test_a_tool_like_another_is_told_from_it_by_words_of_the_question():
    inventor = Inventor(random.Random(1))
    shared = 0
    for _ in range(300):
        one = inventor.invent()
        other = inventor.invent(like=one)
        assert one.tool.name != other.tool.name
        assert any(one.words[word] != other.words[word] for word in one.kind.telling)
        shared += any(one.words[word] == other.words[word] for word in one.words)
    assert shared > 150


def test_every_value_of_a_question_is_an_argument():
    inventor = Inventor(random.Random(2))

    def leaves(node):
        for argument in node.arguments.values():
            if isinstance(argument, Node):
                yield from leaves(argument)
            elif isinstance(argument, Leaf):
                yield argument

    for _ in range(300):
        pieces, plan = inventor.question(inventor.invent())
        assert {p for p in pieces if isinstance(p, Leaf)} == {*leaves(plan)}
        assert not any("{" in p or "<" in p for p in pieces if isinstance(p, str))


def test_samples_call_a_tool_that_is_on_offer_with_them(samples):
    for sample in samples:
        invented = {tool.name: tool for tool in sample.invented}
        assert sample.tools & {*invented}
        assert sample.tools <= {*invented, *TOOLS}
        for tool in sample.invented:
            assert tool.domain == DOMAIN
            assert tool.name in sample.ranked
        for call in sample.turn.calls:
            takes = {p.name for p in (invented | TOOLS)[call.tool].parameters if p.required}
            assert takes <= {*call.arguments}
            assert call.value is not None
    first = sum(sample.ranked[0] in sample.tools for sample in samples)
    assert 0.5 < first / len(samples) < 0.95
    chained = sum(len(sample.turn.calls) > 1 for sample in samples)
    assert 0.1 < chained / len(samples) < 0.4


def test_a_tool_gives_the_same_for_the_same_arguments():
    inventor = Inventor(random.Random(5))
    for _ in range(50):
        tool = inventor.invent().tool
        arguments = {p.name: 7 if p.annotation is not str else "Oslo" for p in tool.parameters}
        assert tool.call(arguments) == tool.call(arguments)


def test_the_stream_is_the_same_for_the_same_seed():
    def texts():
        return [s.turn.text for s in islice(Generator(4, invented=0.5), 20)]

    assert texts() == texts()


def test_none_are_drawn_where_none_are_wanted():
    assert not any(sample.invented for sample in islice(Generator(4), 60))
