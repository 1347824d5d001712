"""Chains of the further domains' tools: drawn by types, and most of them can be computed."""

import random
from collections import Counter

import pytest

from fluxem_encoders.patterns import FURTHER
from fluxem_encoders.structures.linear_algebra import Matrix
from fluxem_encoders.values import Number, Numbers
from fluxem_toolbox import CORE, TOOLS
from fluxem_toolbox.arguments import argument_types
from fluxem_vllm.data.bank import Plan, Story, load_bank, parse_plans, template
from fluxem_vllm.data.further import FurtherComposer
from fluxem_vllm.data.generate import Generator
from fluxem_vllm.data.tree import Leaf, Node

BANK = load_bank("all")


@pytest.fixture(scope="module")
def drawn():
    """Questions of chains, and the reasons why others were not accepted."""
    generator = Generator(5, "all", domains=FURTHER)
    tries = [generator._question((), 0, (*generator.composer.chain(), {})) for _ in range(600)]
    return [t for t in tries if not isinstance(t, str)], [t for t in tries if isinstance(t, str)]


@pytest.mark.parametrize("name", [n for n, tool in TOOLS.items() if tool.domain not in CORE])
def test_every_tool_has_noun_phrases(name):
    assert len(BANK.steps[name].noun) >= 5


def test_most_chains_can_be_computed(drawn):
    accepted, reasons = drawn
    assert len(accepted) >= 0.55 * (len(accepted) + len(reasons)), Counter(reasons)
    assert sum(len(sample.turn.calls) > 1 for sample in accepted) > 0.95 * len(accepted)
    assert sum(len(sample.turn.calls) > 2 for sample in accepted) > 0.1 * len(accepted)


def test_results_are_arguments_of_other_domains_tools(drawn):
    accepted, _ = drawn
    pairs = {
        (tool_of(sample, argument), call.tool)
        for sample in accepted
        for call in sample.turn.calls
        for argument in call.arguments.values()
        if tool_of(sample, argument)
    }
    across = {(a, b) for a, b in pairs if TOOLS[a].domain != TOOLS[b].domain}
    assert len(across) > 50
    told = {pair for story in BANK.stories for plan in story.plans for pair in pairs_of(plan)}
    assert len(pairs - told) > 100  # pairs that nobody wrote a question for


def tool_of(sample, argument):
    """The tool whose result an argument is."""
    tools = {f"<|flux_{call.slot}|>": call.tool for call in sample.turn.calls}
    return tools.get(argument) if isinstance(argument, str) else None


def pairs_of(plan):
    for argument in plan.arguments.values():
        if isinstance(argument, Plan):
            yield argument.tool, plan.tool
            yield from pairs_of(argument)


@pytest.mark.parametrize(
    ("plan", "text"),
    [
        (
            'column_total(filter_rows(table, column, "=", value), wanted)',
            "{table}\nHow much {wanted} have the rows whose {column} is {value}?",
        ),
        (
            'select_columns(sort_rows(table, column, "ascending"), columns)',
            "{table}\nOnly {columns}, by {column} from low to high",
        ),
    ],
)
def test_the_calls_of_a_story_name_columns_of_one_table(plan, text):
    story = Story(parse_plans(plan), (template(text),))
    generator = Generator(5, "all", domains=["data"])
    tries = [generator._question((), 0, (*generator.composer.story(story), {})) for _ in range(40)]
    assert sum(not isinstance(sample, str) for sample in tries) > 25


def composer(domains=FURTHER):
    return FurtherComposer(BANK, random.Random(2), domains)


@pytest.mark.parametrize(
    ("value", "kind"), [(Matrix(((1, 2), (3, 4))), Matrix), ((2, 3, 5), Numbers), (7, Number)]
)
def test_a_clause_takes_values_of_its_type_on(value, kind):
    carried = Leaf(value, "")
    own = composer()
    steps = [own.then_clause(carried, 0.0) for _ in range(5)]
    for step in steps:
        assert step is not None
        _, node = step
        [name] = [n for n, argument in node.arguments.items() if argument is carried]
        [annotation] = [p.annotation for p in TOOLS[node.tool].parameters if p.name == name]
        kinds = argument_types(annotation)
        assert kind in kinds or (kind == Number and int in kinds)


def test_without_further_domains_clauses_are_of_the_core():
    step = composer(()).then_clause(Node("add", {}))
    assert step is not None
    assert TOOLS[step[1].tool].domain in CORE
