"""The chain's generator, played with scripted generations and the real tools."""

import json
import math
from fractions import Fraction

import pytest

from fluxem_encoders.values import Factorial
from fluxem_qwen3.calls import write_calls
from fluxem_qwen3.prompt import Markup, Overlay, Ref
from fluxem_vllm.chain.replay import replay
from fluxem_vllm.chain.steps import Generation, Limits
from tests.played import plan, play, ref

SEED = "What's the entropy of a binomial distribution with n=5! trials and p=0.3?"
SEED_PLAN = plan(
    ("factorial", {"n": ref(0)}),
    ("binomial_distribution", {"n": ref(2), "p": ref(1)}),
    ("entropy", {"distribution": ref(3)}),
)


def binomial_entropy(n, p):
    masses = [math.comb(n, k) * p**k * (1 - p) ** (n - k) for k in range(n + 1)]
    return -sum(m * math.log2(m) for m in masses)


def test_a_chain_of_three_steps_is_planned_in_one_pass():
    played = play(SEED, SEED_PLAN, f"The entropy is {ref(4)} bits.")
    trace = played.trace
    assert (trace["passes"], trace["outcome"]) == (2, "answered")
    assert played.ran == [["factorial"], ["binomial_distribution"], ["entropy"]]
    assert trace["value"] == pytest.approx(binomial_entropy(120, 0.3), rel=1e-12)
    assert played.answer.text == f"The entropy is {trace['value']!r} bits."
    assert played.answer.finish == "stop"


def test_references_stand_for_exact_values():
    played = play(
        "Take 1/3 of 0.1", plan(("multiply", {"a": ref(0), "b": ref(1)})), f"It is {ref(2)}."
    )
    assert played.call(2)["bound"] == {"a": "1/3", "b": 0.1}
    assert played.answer.slots[2].value == Fraction(1, 30)
    assert played.call(2)["exact"] is True
    assert played.answer.text == "It is 1/30 (≈ 0.03333333333333333)."


def test_literal_arguments_work_as_well():
    played = play("Compute it", plan(("multiply", {"a": "1/3", "b": 0.1})), ref(0))
    assert played.trace["value"] == "1/30"


def test_the_trace_has_the_form_that_design_md_states():
    trace = play(SEED, SEED_PLAN, f"It is {ref(4)}.").trace
    assert set(trace) >= {"spans", "calls", "passes", "outcome", "value"}
    assert trace["spans"][0] == {
        "slot": 0, "start": SEED.index("5!"), "end": SEED.index("5!") + 2, "text": "5!",
        "domain": "combinatorics", "value": "5!", "confidence": 1.0,
    }  # fmt: skip
    factorial, binomial, _ = trace["calls"]
    assert factorial | {"ms": 0} == {
        "slot": 2, "tool": "factorial", "arguments": {"n": {"ref": 0}}, "bound": {"n": "5!"},
        "value": 120, "text": "120", "exact": True, "error": None, "pass": 1, "ms": 0,
    }  # fmt: skip
    assert binomial["arguments"] == {"n": {"ref": 2}, "p": {"ref": 1}}
    assert binomial["value"] == {"distribution": "binomial", "n": 120, "p": 0.3}
    assert json.loads(json.dumps(trace)) == trace


def test_calls_in_the_wrong_order_run_in_the_right_one():
    played = play(
        SEED,
        plan(
            ("entropy", {"distribution": ref(4)}),
            ("factorial", {"n": ref(0)}),
            ("binomial_distribution", {"n": ref(3), "p": ref(1)}),
        ),
        f"It is {ref(2)}.",
    )
    assert played.ran == [["factorial"], ["binomial_distribution"], ["entropy"]]
    assert played.trace["value"] == pytest.approx(binomial_entropy(120, 0.3), rel=1e-12)


def test_independent_calls_run_side_by_side():
    played = play(
        "6 and 4 and 9",
        plan(
            ("add", {"a": ref(0), "b": ref(1)}),
            ("multiply", {"a": ref(0), "b": ref(1)}),
            ("subtract", {"a": ref(4), "b": ref(3)}),
        ),
        ref(5),
    )
    assert played.ran == [["add", "multiply"], ["subtract"]]
    assert played.trace["value"] == 14


def test_an_answer_without_tools():
    played = play("Hello, 5 of us are here", "Hello to all!")
    assert (played.answer.text, played.trace["value"]) == ("Hello to all!", None)
    assert (played.trace["outcome"], played.trace["passes"]) == ("answered", 1)


def test_an_unknown_reference_fails_the_call_and_its_dependents():
    played = play(
        "2 and 3",
        plan(("add", {"a": ref(0), "b": ref(9)}), ("multiply", {"a": ref(2), "b": ref(1)})),
        f"No: {ref(2)}.",
    )
    assert played.errors() == ["unknown_reference", "dependency"]
    assert played.ran == []
    assert played.answer.text == "No: there is no slot 9; slots go up to 3."
    assert played.trace["outcome"] == "failed:there is no slot 9; slots go up to 3"


@pytest.mark.parametrize(
    "calls",
    [
        [("add", {"a": ref(1), "b": 1})],
        [("add", {"a": ref(2), "b": 1}), ("add", {"a": ref(1), "b": 1})],
    ],
)
def test_a_cycle_is_refused_and_said(calls):
    played = play("Start with 2", plan(*calls), "I cannot.")
    assert set(played.errors()) == {"cycle"}
    assert "wait for each other" in played.trace["outcome"]


def test_a_cycle_beside_good_calls_spares_them():
    played = play(
        "Start with 2",
        plan(
            ("add", {"a": ref(2), "b": 1}), ("add", {"a": ref(1), "b": 1}), ("factorial", {"n": 4})
        ),
        ref(3),
    )
    assert played.errors() == ["cycle", "cycle", None]
    assert (played.trace["value"], played.trace["outcome"]) == (24, "answered")


def test_a_failed_call_is_data_for_the_model_and_for_the_answer():
    played = play(
        "Divide 7 by 0, then add 1",
        plan(("divide", {"a": ref(0), "b": ref(1)}), ("add", {"a": ref(3), "b": ref(2)})),
        f"That cannot be computed: {ref(3)}",
    )
    assert played.errors() == ["undefined", "dependency"]
    assert played.call(3)["bound"] == {"a": 7, "b": 0}
    assert played.answer.text == f"That cannot be computed: {played.call(3)['error']['message']}"
    assert played.trace["outcome"].startswith("failed:")
    tool_turns = [m for m in played.generated[1].messages if m.role == "tool"]
    assert [m.parts for m in tool_turns] == [("error ", Ref(3)), ("error ", Ref(4))]


def test_one_good_call_among_failures_is_an_answer():
    played = play(
        "7 and 0",
        plan(("divide", {"a": ref(0), "b": ref(1)}), ("add", {"a": ref(0), "b": ref(1)})),
        f"The sum is {ref(3)}.",
    )
    assert (played.trace["outcome"], played.trace["value"]) == ("answered", 7)


@pytest.mark.parametrize(
    ("written", "category", "message"),
    [
        ("<tool_call>{not json}</tool_call>", "malformed", "no JSON"),
        ('<tool_call>["add"]</tool_call>', "malformed", "NAME"),
        ('<tool_call>{"name": "add", "arguments": [1]}</tool_call>', "malformed", "an object"),
        ('<tool_call>{"name": "add", "arguments": {"a": 1', "malformed", "no JSON"),
        (plan(("no_such_tool", {})), "unknown_tool", "no_such_tool"),
        (plan(("add", {"a": 1})), "mismatch", "needs `b`"),
        (plan(("add", {"a": 1, "b": {"c": ref(0)}})), "mismatch", "b"),
        (plan(("factorial", {"n": 10**9})), "limit", "factorial"),
    ],
)
def test_what_the_model_gets_wrong_is_told_in_the_trace(written, category, message):
    played = play("Some 5", written, "I could not.")
    assert played.errors() == [category]
    assert message in played.call(1)["error"]["message"]
    assert played.trace["outcome"].startswith("failed:")
    assert played.answer.text == "I could not."


GOOD = plan(("factorial", {"n": ref(0)}))


@pytest.mark.parametrize(
    "faulty",
    [
        "<tool_call>{not json}</tool_call>",
        plan(("no_such_tool", {})),
        plan(("factorial", {"n": ref(7)})),
        plan(("factorial", {"n": ref(1)})),
        plan(("factorial", {})),
        plan(("mean", {"data": ref(0)})),
        plan(("factorial", {"n": 4}), ("day_of_week", {"moment": ref(1)})),
    ],
)
def test_a_faulty_plan_is_drawn_again(faulty):
    played = play("Some 5", faulty, f"It is {ref(1)}.", redraws=[faulty, GOOD])
    assert [step.redraw for step in played.generated] == [0, 1, 2, 0]
    assert [step.planning for step in played.generated] == [True, True, True, False]
    assert played.generated[2].messages == played.generated[0].messages
    assert (played.trace["passes"], played.trace["outcome"]) == (4, "answered")
    assert [call["tool"] for call in played.trace["calls"]] == ["factorial"]
    assert (played.trace["value"], played.answer.text) == (120, "It is 120.")
    assert replay(played.trace)["ok"]


def test_values_in_each_others_place_are_put_right():
    swapped = plan(("add_duration", {"moment": ref(0), "duration": ref(1)}))
    played = play("3 days after 2024-02-01?", swapped, f"It is {ref(2)}.")
    assert played.answer.text == "It is 2024-02-04."
    assert played.call(2)["arguments"] == {"moment": {"ref": 1}, "duration": {"ref": 0}}
    assert played.call(2)["error"] is None
    assert played.ran == [["add_duration"], ["add_duration"]]
    assert replay(played.trace)["ok"]


def test_values_that_fit_in_no_order_are_told():
    plans = plan(("percentile", {"data": ref(0), "percent": ref(1)}))
    played = play("The 5 and the 50", plans, "No.", redraws=[plans, plans])
    assert played.errors() == ["mismatch"]
    assert played.call(2)["arguments"] == {"data": {"ref": 0}, "percent": {"ref": 1}}


def test_a_plan_is_drawn_again_only_while_passes_are_left_for_it_and_the_answer():
    played = play("Some 5", plan(("nope", {})), "No.", limits=Limits(passes=2))
    assert [step.redraw for step in played.generated] == [0, 0]
    assert played.errors() == ["unknown_tool"]


@pytest.mark.parametrize(
    "call",
    [("divide", {"a": ref(0), "b": 0}), ("factorial", {"n": -1}), ("factorial", {"n": 10**9})],
)
def test_what_the_values_forbid_is_told_not_drawn_again(call):
    played = play("Some 5", plan(call), "No.")
    assert len(played.generated) == 2


def test_a_malformed_call_keeps_the_slots_of_the_others():
    played = play("Some 5", "<tool_call>{</tool_call>" + plan(("factorial", {"n": ref(0)})), ref(2))
    assert played.errors() == ["malformed", None]
    assert (played.trace["value"], played.trace["outcome"]) == (120, "answered")


def test_deeply_nested_arguments_are_refused_not_followed():
    deep = '{"name": "add", "arguments": {"a": ' + "[" * 900 + "]" * 900 + "}}"
    played = play("Some 5", f"<tool_call>{deep}</tool_call>", "No.")
    assert played.errors() == ["malformed"]
    assert "levels deep" in played.call(1)["error"]["message"]


def test_too_many_calls_end_the_chain():
    calls = plan(*[("add", {"a": 1, "b": i}) for i in range(5)])
    played = play("Some 5", calls, limits=Limits(calls=4))
    assert played.trace["outcome"] == "limit:calls"
    assert played.answer.text == "The chain was stopped (limit:calls)."


def test_too_many_slots_end_the_chain():
    calls = plan(*[("add", {"a": 1, "b": i}) for i in range(128)])
    played = play("Some 5", calls, limits=Limits(calls=1000))
    assert played.trace["outcome"] == "limit:slots"


def test_too_many_passes_end_the_chain_with_the_best_answer_so_far():
    first, second = plan(("factorial", {"n": 4})), plan(("factorial", {"n": 5}))
    played = play("Go", first, second, limits=Limits(passes=2))
    assert (played.trace["outcome"], played.trace["passes"]) == ("limit:passes", 2)
    assert (played.answer.text, played.trace["value"]) == ("120", 120)


def test_a_later_pass_goes_on_with_the_results_of_an_earlier_one():
    played = play(
        "Some 5",
        plan(("factorial", {"n": ref(0)})),
        plan(("add", {"a": ref(1), "b": ref(0)})),
        f"It is {ref(2)}.",
    )
    assert (played.trace["passes"], played.trace["value"]) == (3, 125)
    assert [c["pass"] for c in played.trace["calls"]] == [1, 2]
    turns = played.generated[2].messages
    assert [m.role for m in turns] == ["user", "assistant", "tool", "assistant", "tool"]
    assert turns[1].parts == (Markup(write_calls([("factorial", {"n": ref(0)})])),)
    assert turns[2].parts == (Ref(1),)
    assert played.generated[1].slots[1].value == 120


def test_a_call_repeated_in_a_later_pass_ends_the_chain():
    again = plan(("factorial", {"n": ref(0)}))
    played = play("Some 5", again, again)
    assert played.trace["outcome"] == "limit:repeated_call"
    assert (played.answer.text, played.trace["value"]) == ("120", 120)


def test_the_same_call_twice_in_one_plan_is_no_repetition():
    call = ("factorial", {"n": ref(0)})
    played = play("Some 5", plan(call, call), f"{ref(1)} and {ref(2)}")
    assert (played.trace["outcome"], played.answer.text) == ("answered", "120 and 120")


def test_calls_that_differ_only_in_type_are_different():
    played = play(
        "Go", plan(("add", {"a": 1, "b": 1})), plan(("add", {"a": "1", "b": 1})), "2, as before."
    )
    assert played.trace["outcome"] == "answered"


def test_an_integer_of_many_digits_travels_through_a_chain():
    played = play(
        "Go",
        plan(("factorial", {"n": 3000}), ("remainder", {"a": ref(0), "b": 10**9 + 7})),
        ref(1),
    )
    assert played.errors() == [None, None]
    assert played.trace["value"] == math.factorial(3000) % (10**9 + 7)
    assert replay(played.trace)["ok"]


def test_a_plan_cut_off_by_its_token_limit():
    cut = plan(("factorial", {"n": ref(0)})) + '\n<tool_call>\n{"name": "ad'
    played = play("Some 5", Generation(cut, "length"))
    assert (played.trace["outcome"], played.answer.finish) == ("limit:tokens", "length")
    assert played.ran == []


def test_an_answer_cut_off_by_its_token_limit():
    played = play("Some 5", Generation("It is a lo", "length"))
    assert (played.answer.text, played.answer.finish) == ("It is a lo", "length")
    assert played.trace["outcome"] == "limit:tokens"


@pytest.mark.parametrize(("finish", "ends"), [("deadline", "stop"), ("context", "length")])
def test_a_chain_whose_time_or_room_is_over_gives_what_it_has(finish, ends):
    played = play("Some 5", plan(("factorial", {"n": ref(0)})), Generation("It", finish))
    assert played.trace["outcome"] == f"limit:{finish}"
    assert (played.answer.text, played.answer.finish) == ("120", ends)


def test_text_before_calls_belongs_to_the_answer():
    played = play(
        "Some 5",
        f"Of {ref(0)}, let me see. " + plan(("factorial", {"n": ref(0)})) + " dropped",
        f"It is {ref(1)}.",
    )
    assert played.answer.text == "Of 5, let me see.\n\nIt is 120."
    assert played.trace["answer"] == f"Of {ref(0)}, let me see.\n\nIt is {ref(1)}."


def test_an_answer_with_an_unknown_reference():
    played = play("Some 5", plan(("factorial", {"n": ref(0)})), f"It is {ref(77)}.")
    assert played.answer.text == "It is (unknown value)."
    assert played.trace["outcome"] == "failed:unknown reference to slot 77"
    assert played.trace["value"] is None


def test_slots_are_values_before_evaluation():
    played = play("Some 5! here", f"You wrote {ref(0)}.")
    assert played.answer.slots[0].value == Factorial(5)
    assert played.answer.text == "You wrote 5!."


def test_the_clients_tools_are_called_with_exact_values():
    played = play(
        "Order 1/3 of 360",
        plan(
            ("multiply", {"a": ref(0), "b": ref(1)}),
            ("order", {"n": ref(2), "of": [ref(0), "text"]}),
        ),
        client=["order"],
    )
    answer = played.answer
    assert answer.finish == "tool_calls"
    [call] = answer.client_calls
    assert (call.name, call.arguments) == ("order", {"n": 120, "of": [Fraction(1, 3), "text"]})
    assert played.trace["calls"][1]["bound"] == {"n": 120, "of": ["1/3", "text"]}
    assert (answer.text, played.trace["outcome"]) == ("", "answered")


def test_a_call_that_waits_for_the_client_says_so():
    played = play(
        "Order 3",
        plan(("order", {"n": ref(0)}), ("add", {"a": ref(1), "b": 1}), ("order", {"n": ref(1)})),
        client=["order"],
    )
    assert [c.arguments for c in played.answer.client_calls] == [{"n": 3}]
    assert played.errors() == [None, "dependency", "dependency"]
    assert "the client runs" in played.call(2)["error"]["message"]
    assert "the client runs" in played.call(3)["error"]["message"]


def test_a_clients_call_on_a_failed_result_is_not_made():
    played = play(
        "Order 3",
        plan(("divide", {"a": ref(0), "b": 0}), ("order", {"n": ref(1)})),
        "Nothing ordered.",
        client=["order"],
    )
    assert played.answer.client_calls == ()
    assert played.errors() == ["undefined", "dependency"]
    assert played.answer.text == "Nothing ordered."


def test_in_overlay_mode_texts_stay_and_results_are_written_out():
    played = play(
        "Some 5", plan(("factorial", {"n": "5"}), ("divide", {"a": 1, "b": 0})), "It is 120.",
        rendering="overlay",
    )  # fmt: skip
    user, _, result, error = played.generated[1].messages
    assert user.parts == ("Some ", Overlay(0, "5"))
    assert result.parts == (Overlay(1, "120"),)
    assert error.parts[0].startswith("error: ")
