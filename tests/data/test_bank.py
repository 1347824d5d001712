"""The phrase bank: it loads, and there is enough of it."""

import pytest

from fluxem_toolbox import TOOLS
from fluxem_vllm.data.bank import Fixed, Plan, load_bank, parse_plan, template

BANK = load_bank("all")
CONSTRUCTORS = [name for name in TOOLS if name.endswith("_distribution")]


@pytest.mark.parametrize("name", TOOLS)
def test_every_tool_has_phrasings_and_answers(name):
    phrases = BANK.tools[name]
    told = sum(name in used(story.plan) for story in BANK.stories)
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
    phrases = BANK.tools[name]
    for kind in (phrases.noun, phrases.ask, phrases.then):
        for phrase in kind:
            named = {*phrase.names, *phrase.fixed}
            assert named <= known, phrase
            assert required <= named, phrase
    assert all(phrase.carried for phrase in phrases.then)


def test_every_story_names_each_value_of_its_plan():
    for story in BANK.stories:
        values = leaves(story.plan)
        for text in story.texts:
            assert set(text.names) == values, text


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
    plan = parse_plan("multiply(price, subtract(1, discount))")
    inner = Plan("subtract", {"a": Fixed(1), "b": "discount"})
    assert plan == Plan("multiply", {"a": "price", "b": inner})


@pytest.mark.parametrize("text", ["price", "5", "no_such_tool(1)", "add(x.y(1), 2)"])
def test_what_is_no_plan_is_refused(text):
    with pytest.raises(ValueError, match="plan"):
        parse_plan(text)
