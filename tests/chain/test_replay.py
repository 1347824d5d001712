"""Traces replayed without the model: the same answer, and every tampering found."""

import copy
import json

import pytest

from fluxem_vllm.chain.replay import TraceError, replay, replaying
from fluxem_vllm.chain.steps import Generation, Limits
from tests.chain.test_solve import SEED, SEED_PLAN
from tests.played import plan, play, ref


@pytest.fixture
def trace():
    return json.loads(json.dumps(play(SEED, SEED_PLAN, f"It is {ref(4)} bits.").trace))


def tampered(trace, path, value):
    form = copy.deepcopy(trace)
    *most, last = path
    node = form
    for key in most:
        node = node[key]
    assert node[last] != value
    node[last] = value
    return form


def test_an_honest_trace_gives_the_same_answer(trace):
    result = replay(trace)
    assert result["ok"] is True
    assert result["answer"] == f"It is {trace['value']!r} bits."
    assert result["value"] == trace["value"]
    assert [(c["slot"], c["tool"], c["ok"]) for c in result["calls"]] == [
        (2, "factorial", True), (3, "binomial_distribution", True), (4, "entropy", True),
    ]  # fmt: skip


def test_a_whole_reply_will_do(trace):
    assert replay({"id": "x", "choices": [], "fluxem": trace})["ok"] is True


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("value",), 4.2),
        (("value",), None),
        (("answer",), f"It is {ref(2)}."),
        (("calls", 0, "value"), 121),
        (("calls", 2, "value"), 4.3),
        (("calls", 0, "bound"), {"n": "6!"}),
        (("calls", 1, "bound", "p"), 0.31),
        (("calls", 1, "arguments", "p"), 0.31),
        (("calls", 1, "arguments", "n"), {"ref": 0}),
        (("calls", 2, "tool"), "mean"),
        (("calls", 2, "error"), {"category": "undefined", "message": "no"}),
        (("calls", 0, "value"), None),
        (("spans", 0, "value"), "6!"),
        (("spans", 1, "value"), 0.4),
    ],
)
def test_every_tampering_is_found(trace, path, value):
    assert replay(tampered(trace, path, value))["ok"] is False


def test_a_tampered_call_is_named(trace):
    result = replay(tampered(trace, ("calls", 0, "value"), 121))
    row = result["calls"][0]
    assert (row["ok"], row["expected"], row["got"]) == (False, 121, 120)


def test_true_and_1_are_different_values():
    trace = play("Go", plan(("subtract", {"a": 3, "b": 2})), ref(0)).trace
    assert replay(trace)["ok"]
    assert not replay(tampered(trace, ("calls", 0, "text"), "x") | {"value": True})["ok"]


def test_a_json_writer_that_knows_only_floats_changes_nothing(trace):
    form = copy.deepcopy(trace)
    form["calls"][0]["value"] = 120.0
    assert replay(form)["ok"]


@pytest.mark.parametrize(
    ("question", "written"),
    [
        ("Divide 7 by 0", [plan(("divide", {"a": ref(0), "b": ref(1)})), f"No: {ref(2)}"]),
        ("Some 5", ["<tool_call>{</tool_call>" + plan(("factorial", {"n": ref(0)})), ref(2)]),
        ("Some 5", [plan(("add", {"a": ref(1), "b": 1})), "I cannot."]),
        ("Some 5", [plan(("add", {"a": ref(8), "b": 1}), ("add", {"a": ref(1), "b": 1})), "No."]),
        ("Some 5", [plan(("no_such_tool", {})), "No."]),
        ("5.0 and 2.50", [plan(("multiply", {"a": ref(0), "b": ref(1)})), ref(2)]),
        ("1/3", [plan(("factorial", {"n": 200}), ("divide", {"a": 1, "b": ref(1)})), ref(2)]),
        ("March 5, 2024", [plan(("day_of_week", {"date": ref(0)})), ref(1)]),
        ("3, 4 and 5", [plan(("mean", {"data": ref(0)})), f"{ref(1)} of {ref(0)}"]),
        ("Some 5", [Generation("It is", "length")]),
        ("Nothing here", ["Hello."]),
    ],
)
def test_traces_of_all_outcomes_replay(question, written):
    played = play(question, *written)
    result = replay(json.loads(json.dumps(played.trace)))
    assert result["ok"], result
    assert result["answer"] == played.answer.text


def test_a_chain_that_a_limit_ended_replays():
    played = play("Go", plan(("factorial", {"n": 4})), limits=Limits(passes=1))
    assert replay(played.trace)["answer"] == "24"
    assert replay(played.trace)["ok"]


def test_a_chain_that_ended_with_the_clients_tools_replays():
    played = play(
        "Order 3", plan(("add", {"a": ref(0), "b": 1}), ("order", {"n": ref(1)})), client=["order"]
    )
    result = replay(played.trace)
    assert result["ok"]
    assert [c["got"] for c in result["calls"]] == [4, None]


def test_replaying_asks_for_what_can_run_side_by_side(trace):
    steps = replaying(trace)
    assert [call.tool for call in next(steps).calls] == ["factorial"]


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ([], "an object"),
        ({}, "an object"),
        ({"calls": []}, "`spans`"),
        ({"calls": [], "spans": [5]}, "`spans`"),
        ({"calls": [], "spans": [{"value": [], "domain": "temporal"}]}, "span 0"),
        ({"calls": [{}], "spans": []}, "`slot`, `tool`, `arguments`"),
        ({"calls": [{"slot": 7, "tool": "add", "arguments": {}}], "spans": []}, "expected slot 0"),
        ({"calls": [{"slot": 0, "tool": 5, "arguments": {}}], "spans": []}, "string `tool`"),
        ({"calls": [{}] * 1001, "spans": []}, "at most 1000 calls"),
    ],
)
def test_what_is_no_trace_is_refused(form, message):
    with pytest.raises(TraceError, match=message):
        replay(form)


def test_deep_arguments_are_refused():
    deep: list = []
    for _ in range(500):
        deep = [deep]
    call = {"slot": 0, "tool": "add", "arguments": {"a": deep}, "value": 1}
    with pytest.raises(TraceError, match="levels deep"):
        replay({"calls": [call], "spans": []})
