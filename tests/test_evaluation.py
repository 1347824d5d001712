"""Scores of generated questions: a right plan gets all, a wrong one loses what is wrong."""

import copy
from itertools import islice

import pytest

from fluxem_encoders.forms import to_json
from fluxem_qwen3.prompt import reference
from fluxem_vllm.data.generate import Generator
from fluxem_vllm.evaluation import Score, _wanted, figures, interval, report, same, score


@pytest.fixture(scope="module")
def samples():
    return list(islice(Generator(31, "heldout"), 120))


def played(sample):
    """The trace of a model that does what the sample wants."""
    calls = [
        {
            "tool": call.tool,
            "bound": bound,
            "error": {"category": "invalid", "message": call.error} if call.error else None,
        }
        for call, (_, bound) in zip(sample.turn.calls, _wanted(sample), strict=True)
    ]
    last = sample.turn.calls[-1].value if calls else None
    value = None if last is None else to_json(last)
    return {"calls": calls, "value": value, "outcome": "answered"}


def test_a_perfect_model_gets_everything(samples):
    scores = [score(sample, played(sample)) for sample in samples]
    wanted = {"tool_selection": 1.0, "argument_f1": 1.0, "value_right": 1.0}
    assert figures(scores) == {"questions": 120, **wanted, "chains_completed": 1.0}
    assert {s.calls for s in scores} >= {0, 1, 2}


def planned(samples):
    """A sample whose second and last call takes the result of the first."""
    for sample in samples:
        calls = sample.turn.calls
        if len(calls) == 2 and reference(calls[0].slot) in calls[1].arguments.values():
            return sample
    raise AssertionError("no such sample")


def test_a_model_that_calls_nothing_is_right_only_where_nothing_is_needed(samples):
    for sample in samples:
        got = score(sample, None)
        assert got.tools == got.value == (not sample.turn.calls)
        assert got.given == 0


def test_what_is_wrong_is_counted_once(samples):
    sample = planned(samples)
    trace = played(sample)
    other_tool, other_value, failed = (copy.deepcopy(trace) for _ in range(3))
    other_tool["calls"][0]["tool"] = "gcd" if trace["calls"][0]["tool"] != "gcd" else "lcm"
    other_value["value"] = 0.123456
    failed["calls"][0]["error"] = {"category": "invalid", "message": "no"}
    assert not score(sample, other_tool).tools
    assert score(sample, other_tool).shared < score(sample, trace).shared
    assert not score(sample, other_value).value
    assert score(sample, other_value).tools
    assert not score(sample, failed).completed
    assert not score(sample, trace | {"outcome": "limit"}).completed


def test_the_report_has_intervals():
    lines = list(
        report([Score(1, True, 2, 2, 2, True, True), Score(0, False, 0, 0, 1, False, False)])
    )
    assert lines[0] == "questions            2"
    assert "value right        50.0 % [9-91]  (1/2)" in lines[3]
    assert interval(0, 0) == "-"


@pytest.mark.parametrize(
    ("a", "b", "equal"),
    [(1, 1.0, True), ("1/3", "1/3", True), (0.1, "0.1", True), (2, 3, False), ([1], 1, False),
     (True, 1, False), ("0.30000000001", "0.3", True), ("0.3001", "0.3", False)],
)  # fmt: skip
def test_same_values(a, b, equal):
    assert same(a, b) is equal
