"""The row of all results together: where it stands, what it is made of."""

import numpy as np

from fluxem_encoders.registry import encode
from fluxem_qwen3.prompt import Overlay, Ref
from fluxem_vllm.chain.composition import COMPOSED, steps_of
from fluxem_vllm.chain.replay import replay
from fluxem_vllm.chain.steps import Limits
from tests.played import plan, play, ref

ROW = np.full(256, 0.5, dtype=np.float32)


def recorded():
    """A composer that notes what it is given."""
    seen = []

    def compose(steps):
        seen.append([step.operation for step in steps])
        return ROW

    return seen, compose


def test_a_result_nests_when_it_was_made_of_all_before_it():
    e = encode(1)
    calls = [(2, {}), (3, {"a": ref(2)}), (4, {}), (5, {"data": [ref(3), ref(4)]}), (6, {})]
    found = steps_of(calls, dict.fromkeys(range(7), e))
    assert [step.operation for step in found] == ["chain", "nest", "chain", "nest", "chain"]


def test_failed_results_are_left_out():
    calls = [(1, {}), (2, {}), (3, {"a": ref(2)})]
    found = steps_of(calls, {1: None, 2: encode(4), 3: encode(5)})
    assert [step.operation for step in found] == ["chain", "nest"]
    assert np.array_equal(found[0].embedding, encode(4))


CHAIN = plan(("factorial", {"n": ref(0)}), ("add", {"a": ref(1), "b": 1}))


def test_the_next_pass_receives_the_row_last():
    seen, compose = recorded()
    played = play("Some 5", CHAIN, ref(2), compose=compose)
    first, second = played.generated
    assert first.composed is None
    assert COMPOSED not in first.embeddings()
    assert [m.parts for m in second.messages if m.role == "tool"] == [
        (Ref(1),), (Ref(2),), (Ref(COMPOSED),),
    ]  # fmt: skip
    assert second.embeddings()[COMPOSED] is ROW
    assert seen == [["chain", "nest"]]


def test_a_later_pass_receives_one_row_of_all():
    seen, compose = recorded()
    more = plan(("multiply", {"a": 2, "b": 3}))
    played = play("Some 5", CHAIN, more, ref(3), compose=compose)
    last = played.generated[2].messages
    assert [m.parts for m in last if m.role == "tool"] == [
        (Ref(1),), (Ref(2),), (Ref(3),), (Ref(COMPOSED),),
    ]  # fmt: skip
    assert seen[-1] == ["chain", "nest", "chain"]


def test_without_a_composer_nothing_is_added():
    second = play("Some 5", CHAIN, ref(2)).generated[1]
    assert [m.parts for m in second.messages if m.role == "tool"] == [(Ref(1),), (Ref(2),)]
    assert set(second.embeddings()) == {0, 1, 2}


def test_without_results_there_is_no_row():
    failed = plan(("divide", {"a": 1, "b": 0}))
    played = play("Some 5", failed, "No.", compose=recorded()[1])
    assert played.generated[1].composed is None


def test_a_plan_that_is_drawn_again_leaves_nothing_behind():
    seen, compose = recorded()
    faulty = plan(("factorial", {"n": ref(0)}), ("no_such_tool", {}))
    played = play("Some 5", faulty, ref(1), redraws=[plan(("factorial", {"n": 4}))],
                  compose=compose)  # fmt: skip
    assert [step.composed is None for step in played.generated] == [True, True, False]
    assert seen == [["chain"]]


def test_in_overlay_mode_words_carry_the_row():
    played = play("Some 5", CHAIN, "121.", rendering="overlay", compose=recorded()[1])
    assert played.generated[1].messages[-1].parts == (Overlay(COMPOSED, "all results"),)


def test_no_answer_names_the_row():
    played = play("Some 5", CHAIN, f"It is {ref(COMPOSED)}.", compose=recorded()[1])
    assert played.trace["outcome"] == f"failed:unknown reference to slot {COMPOSED}"


def test_no_call_names_the_row():
    more = plan(("add", {"a": ref(COMPOSED), "b": 1}))
    played = play("Some 5", CHAIN, more, "No.", compose=recorded()[1])
    assert played.errors() == [None, None, "unknown_reference"]


def test_the_trace_is_that_of_a_chain_without():
    with_row, without = (play("Some 5", CHAIN, ref(2), compose=compose).trace
                         for compose in (recorded()[1], None))  # fmt: skip
    assert with_row.keys() == without.keys()
    assert replay(with_row)["ok"]


def test_the_rows_slot_is_kept_free():
    calls = plan(*[("add", {"a": 1, "b": i}) for i in range(127)])
    limits = Limits(calls=1000)
    assert play("Some 5", calls, "Yes.", limits=limits).trace["outcome"] == "answered"
    played = play("Some 5", calls, limits=limits, compose=recorded()[1])
    assert played.trace["outcome"] == "limit:slots"
