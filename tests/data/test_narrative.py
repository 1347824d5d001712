"""Word problems told event by event: their plans fit what is told and make sense."""

import random
from collections import Counter

import pytest

from fluxem_vllm.data.bank import Fixed, Plan, load_bank
from fluxem_vllm.data.compose import Composer
from fluxem_vllm.data.narrative import _COUNTED, Narrative, _drawn, _value
from fluxem_vllm.data.tree import Leaf, Node


@pytest.fixture(scope="module")
def bank():
    return load_bank("all")


@pytest.fixture(scope="module")
def told(bank):
    rng = random.Random(8)
    return [Narrative(bank.events, rng).tell() for _ in range(600)]


def names(step):
    if isinstance(step, Plan):
        return {name for argument in step.arguments.values() for name in names(argument)}
    return set() if isinstance(step, Fixed) else {step}


def leaves(source):
    if isinstance(source, Node):
        return {leaf for argument in source.arguments.values() for leaf in leaves(argument)}
    return {source} if isinstance(source, Leaf) else set()


def depth(source):
    if not isinstance(source, Node):
        return 0
    return 1 + max(map(depth, source.arguments.values()))


def test_every_event_tells_the_values_of_its_step(bank):
    words = {*_drawn(bank.events.words, random.Random(0))}
    for event in bank.events.events:
        wanted = names(event.step)
        assert ("it" in wanted) == bool(event.source)
        for text in event.texts:
            assert {*text.names} - words == wanted - {"it"}, text
    for texts in bank.events.questions.values():
        assert all({*text.names} <= words for text in texts)


def test_whatever_is_known_can_be_asked_for(bank):
    targets = {event.target for event in bank.events.events}
    sources = {event.source for event in bank.events.events}
    assert targets == {*bank.events.questions}
    assert sources - {""} <= targets


def test_a_problem_holds_each_value_of_its_plan_once_or_more(told):
    for pieces, plan in filter(None, told):
        shown = {piece for piece in pieces if isinstance(piece, Leaf)}
        assert shown == leaves(plan)
        text = "".join(piece.text if isinstance(piece, Leaf) else piece for piece in pieces)
        assert "{" not in text
        assert text[-1] in "?." or text[-1].isalpha()


def test_problems_are_of_several_lengths_and_leave_more_than_nothing(told):
    found = [plan for _, plan in filter(None, told)]
    assert len(found) > 550
    assert all(_value(plan) > 0 for plan in found)
    assert {*range(1, 6)} <= {*Counter(map(depth, found))}


def test_counts_are_mostly_whole(bank):
    assert {*bank.events.questions} >= _COUNTED
    rng, whole = random.Random(2), []
    for _ in range(400):
        problem = Narrative(bank.events, rng)
        problem.tell()
        if problem._told[-1].target in _COUNTED:
            whole.append(problem._value.denominator == 1)
    assert sum(whole) / len(whole) > 0.75


def test_a_composer_tells_them(bank):
    composer = Composer(bank, random.Random(5))
    for _ in range(20):
        pieces, (plan,) = composer._narrative()
        assert {piece for piece in pieces if isinstance(piece, Leaf)} == leaves(plan)


@pytest.mark.parametrize("split", ["train", "heldout"])
def test_splits_share_events_but_not_their_sentences(split):
    every, part = load_bank("all").events, load_bank(split).events
    assert [e.step for e in part.events] == [e.step for e in every.events]
    assert sum(len(e.texts) for e in part.events) < sum(len(e.texts) for e in every.events)
