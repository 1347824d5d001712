"""Samples: decided by their seed, and true."""

import json
from decimal import Decimal
from itertools import islice

import pytest
from sympy import sympify

from fluxem_encoders.detect import detect
from fluxem_encoders.forms import from_json, to_answer
from fluxem_encoders.structures.finance import Money
from fluxem_encoders.structures.physics import Quantity
from fluxem_qwen3.prompt import REFERENCE
from fluxem_toolbox import TOOLS, ToolError, tools_of
from fluxem_vllm.chain.plan import bind, references
from fluxem_vllm.chain.slot import Slot
from fluxem_vllm.data.bank import Fixed
from fluxem_vllm.data.generate import MAX_CALLS, Generator
from fluxem_vllm.data.reading import (
    by_reference,
    measured,
    name_of,
    plainly,
    with_plain_tools,
)
from fluxem_vllm.data.tree import Leaf, Node
from fluxem_vllm.router import PLAIN_TOOLS


@pytest.fixture(scope="module", params=["train", "heldout"])
def samples(request):
    return list(islice(Generator(11, request.param), 400))


def test_the_seed_decides():
    def drawn(seed, split):
        return [json.dumps(s.to_json()) for s in islice(Generator(seed, split), 60)]

    assert drawn(1, "train") == drawn(1, "train")
    assert drawn(1, "train") != drawn(2, "train") != drawn(1, "heldout")


def test_spans_are_what_detection_finds(samples):
    for sample in samples:
        assert tuple(detect(sample.turn.text)) == sample.turn.spans
        for said in sample.history:
            assert tuple(detect(said.text)) == said.spans


def test_calls_run_again_give_the_same_values(samples):
    for sample in samples:
        turn = sample.turn
        spans = [span for said in sample.history for span in said.spans] + [*turn.spans]
        slots = {k: Slot(k, "span", span.value) for k, span in enumerate(spans)}
        assert turn.first_slot == len(spans) - len(turn.spans)
        for slot, call in enumerate(turn.calls, len(spans)):
            assert call.slot == slot
            assert all(k in slots for k in references(call.arguments)), "a call before its argument"
            value, error = run(call.tool, bind(call.arguments, slots))
            assert (value, error) == (call.value, call.error)
            slots[slot] = Slot(slot, "call", value, error=error)
        answered = [int(match[1]) for match in REFERENCE.finditer(turn.answer)]
        assert all(k in slots for k in answered)
        assert bool(answered) == bool(turn.calls)


def run(tool, arguments):
    try:
        return TOOLS[tool].call(arguments), None
    except ToolError as error:
        return None, str(error)


def test_the_last_result_is_in_the_answer(samples):
    for sample in samples:
        calls = sample.turn.calls
        if calls and calls[-1].value is not None:
            assert to_answer(calls[-1].value) in sample.turn.answer_text()
        assert "<|flux_" not in sample.turn.answer_text()
        assert "{" not in sample.turn.answer


def test_the_json_form_is_whole(samples):
    for sample in samples[:100]:
        form = json.loads(json.dumps(sample.to_json()))
        assert form["question"] == sample.turn.text
        for span, read in zip(sample.turn.spans, form["spans"], strict=True):
            assert form["question"][read["start"] : read["end"]] == read["text"]
            assert from_json(read["value"], read["domain"]) == span.value
        assert [c["tool"] for c in form["calls"]] == [c.tool for c in sample.turn.calls]
        assert set(form) == {"history", "question", "spans", "calls", "answer", "answer_text"}


def test_there_is_something_of_everything():
    drawn = list(islice(Generator(12), 2500))
    lengths = {len(s.turn.calls) for s in drawn}
    assert {0, 1, 2, 3, 4} <= lengths
    assert max(lengths) <= MAX_CALLS
    assert {tool for s in drawn for tool in s.tools} == set(tools_of())
    assert 50 < sum(bool(s.history) for s in drawn) < 700
    assert 50 < sum(not s.turn.calls for s in drawn) < 500
    assert any(c.error for s in drawn for c in s.turn.calls)


def test_formulas_mean_what_they_say():
    composer = Generator(4).composer
    signs = str.maketrans({"−": "-", "×": "*", "·": "*", "÷": "/", "√": "sqrt"})
    compared = 0
    for _ in range(300):
        pieces, [node] = composer._formula()
        text = "".join(p.text if isinstance(p, Leaf) else p for p in pieces)
        value = computed(node)
        if value is None or any(c.isalpha() for c in text.replace("sqrt", "")):
            continue
        expected = sympify(text.translate(signs).replace("^", "**").strip("?= "), rational=True)
        assert float(value) == pytest.approx(float(expected), rel=1e-9), text
        compared += 1
    assert compared > 30


def computed(node):
    """The node's value by the real tools, None where one refuses."""
    bound = {}
    for name, argument in node.arguments.items():
        bound[name] = computed(argument) if isinstance(argument, Node) else argument.value
    return None if None in bound.values() else run(node.tool, bound)[0]


def test_a_constant_that_the_question_names_is_taken_from_there() -> None:
    spans = detect("the speed of light in km/h", domains=["physics"])
    named = {name_of(s.value): Leaf(s.value, s.text) for s in spans}
    looked_up = Node("physical_constant", {"name": Fixed("speed_of_light")})
    light = named["speed_of_light"]
    assert by_reference(looked_up, named).arguments == {"name": light}
    converted = by_reference(Node("convert_units", {"quantity": looked_up}), named)
    assert converted.arguments == {"quantity": light}
    unnamed = by_reference(Node("convert_units", {"quantity": looked_up}), {})
    assert unnamed.arguments["quantity"].arguments == {"name": Fixed("speed_of_light")}


def test_an_amount_that_is_read_as_its_number_is_that_number() -> None:
    read = tuple(detect("pay $830 or 45 cents, 12 apples"))
    assert [span.text for span in read] == ["830", "45", "12"]
    assert plainly(Leaf(None, "$830"), 4, read) == 0
    assert plainly(Leaf(None, "45 cents"), 12, read) is None
    assert plainly(Leaf(12, "12 apples"), 22, read) is None


def test_calls_with_amounts_that_were_read_as_numbers_are_plain() -> None:
    leaves = [Leaf(7, "7"), Leaf(3, "3")]
    scaled = Node("multiply_quantities", {"a": leaves[0], "b": leaves[1]})
    rent = Node("add_money", {"a": Leaf(Money(Decimal(5), "USD"), "$5"), "b": Leaf(5, "5")})
    whole = with_plain_tools(Node("split_money", {"shares": Fixed(2), "money": scaled}))
    assert (whole.tool, whole.arguments["b"]) == ("divide", Fixed(2))
    assert whole.arguments["a"].tool == "multiply"
    assert whole.arguments["a"].arguments == dict(zip("ab", leaves, strict=True))
    assert with_plain_tools(rent).tool == "add_money"


@pytest.mark.parametrize("name", PLAIN_TOOLS)
def test_a_plain_tool_gives_what_the_other_gives_of_numbers(name) -> None:
    names = [p.name for p in TOOLS[name].parameters]
    leaves = {n: Leaf(v, str(v)) for n, v in zip(reversed(names), (4, 20), strict=True)}
    plain = with_plain_tools(Node(name, leaves))
    assert plain.tool == PLAIN_TOOLS[name]
    amounts = {n: leaf.value for n, leaf in leaves.items()}
    if name in ("add_quantities", "subtract_quantities"):
        amounts = {n: Quantity(v, "m") for n, v in amounts.items()}
    value = run(name, amounts)[0]
    assert computed(plain) == getattr(value, "magnitude", value)


def test_what_the_generator_draws_of_finance_is_kept() -> None:
    generator = Generator(4, domains=["finance"])
    drawn = [generator._question((), 0, (*generator.composer.further(), {})) for _ in range(60)]
    assert sum(isinstance(sample, str) for sample in drawn) < 10
    in_dollars = [s for s in drawn if not isinstance(s, str) and "$" in s.turn.text]
    assert len(in_dollars) > 10


def test_a_length_of_months_and_hours_is_no_number_of_a_unit() -> None:
    text = "1 year 3 months 9 hours 22 minutes"
    assert measured(Leaf(1, "1"), 0, tuple(detect(text))) is None
    assert measured(Leaf(3, "3"), 0, tuple(detect("3 hours"))) == ("hours", 0)
