"""The phrase bank: it loads, and there is enough of it."""

import pytest

from fluxem_toolbox import TOOLS, tools_of
from fluxem_vllm.data.bank import (
    FOLDS,
    Fixed,
    Plan,
    load_bank,
    parse_plans,
    template,
)
from fluxem_vllm.data.values import ASIDES, aside_kind

BANK = load_bank("all")
CONSTRUCTORS = [name for name in TOOLS if name.endswith("_distribution")]


@pytest.mark.parametrize("name", tools_of())
def test_every_tool_has_phrasings_and_answers(name):
    phrases = BANK.tools[name]
    told = sum(any(name in used(plan) for plan in story.plans) for story in BANK.stories)
    assert len(phrases.noun) >= 10
    assert len(phrases.noun) + len(phrases.ask) + len(phrases.then) + told >= 25
    assert phrases.answer or name in CONSTRUCTORS


def used(plan):
    nested = [a for a in plan.arguments.values() if isinstance(a, Plan)]
    return {plan.tool}.union(*map(used, nested))


@pytest.mark.parametrize("name", TOOLS)
def test_every_phrasing_names_arguments_of_its_tool(name):
    known = {p.name for p in TOOLS[name].parameters}
    required = {p.name for p in TOOLS[name].parameters if p.required}
    phrases = (BANK.tools | BANK.steps)[name]
    for kind in (phrases.noun, phrases.ask, phrases.then):
        for phrase in kind:
            named = {*phrase.names, *phrase.fixed}
            assert named <= known, phrase
            assert required <= named, phrase
    assert all(phrase.carried for phrase in phrases.then)


def test_every_story_names_each_value_of_its_plan():
    for story in BANK.stories:
        values = set().union(*map(leaves, story.plans))
        for text in story.texts:
            needed = {name for name in text.names if not aside_kind(name)}
            assert needed == values, text


def test_asides_are_of_known_kinds():
    asides = [t for texts in BANK.asides.values() for t in texts]
    told = [t for story in BANK.stories for t in story.texts]
    kinds = [kind for t in (*asides, *told) for name in t.names if (kind := aside_kind(name))]
    assert set(kinds) == set(ASIDES)
    assert set(BANK.asides) == {"sentence", "lead", "tail"}


def leaves(plan):
    found = set()
    for argument in plan.arguments.values():
        if isinstance(argument, Plan):
            found |= leaves(argument)
        elif isinstance(argument, str):
            found.add(argument)
    return found


def test_the_splits_share_no_phrasing():
    train, held_out = load_bank("train"), load_bank("heldout")
    texts = {t.pieces for s in train.stories for t in s.texts}
    assert texts.isdisjoint(t.pieces for s in held_out.stories for t in s.texts)
    assert len(texts) > 10 * sum(len(s.texts) for s in held_out.stories) > 0
    assert not {*train.chat} & {*held_out.chat}


def test_templates_are_read():
    read = template("round {x=it} to {digits} places | mode=1, up=true")
    assert read.pieces == ("round ", "x", " to ", "digits", " places")
    assert (read.names, read.carried) == (("x", "digits"), "x")
    assert read.fixed == {"mode": 1, "up": True}


def test_plans_are_read():
    plans = parse_plans("multiply(price, subtract(1, discount)), gcd(price, 5)")
    inner = Plan("subtract", {"a": Fixed(1), "b": "discount"})
    first = Plan("multiply", {"a": "price", "b": inner})
    assert plans == (first, Plan("gcd", {"a": "price", "b": Fixed(5)}))


@pytest.mark.parametrize(
    "text", ["price", "5", "no_such_tool(1)", "add(x.y(1), 2)", "gcd(4, 6), 5"]
)
def test_what_is_no_plan_is_refused(text):
    with pytest.raises(ValueError, match="plan"):
        parse_plans(text)


def test_the_texts_of_a_story_are_in_one_fold():
    folds = [
        {
            text.pieces
            for story in load_bank("train", frozenset([i])).stories
            for text in story.texts
        }
        for i in range(FOLDS)
    ]
    assert all(len(fold) > 1000 for fold in folds)
    for story in load_bank("train").stories:
        texts = {text.pieces for text in story.texts}
        assert sum(texts <= fold for fold in folds) >= 1
