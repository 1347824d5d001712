"""How values stand in the turns that the model reads."""

from fluxem_encoders.detect import detect
from fluxem_qwen3.prompt import Overlay, Ref
from fluxem_vllm.chain.turns import result_messages, value_parts


def parts(text, first=0, rendering="reference"):
    return value_parts(text, detect(text), first, rendering)


def test_a_span_is_its_reference():
    assert parts("12 and 3%.", first=4) == (Ref(4), " and ", Ref(5), ".")


def test_a_span_to_be_evaluated_keeps_its_operator():
    assert parts("5! of C(5, 2) or P(5, 2)") == (
        Ref(0), "!", " of ", "C", Ref(1), " or ", "P", Ref(2),
    )  # fmt: skip


def test_in_overlay_mode_the_text_stays():
    assert parts("12 and 5!", rendering="overlay") == (Overlay(0, "12"), " and ", Overlay(1, "5!"))


def test_results_are_references_or_texts():
    results = [(3, "120", None), (4, "no such day", "no such day")]
    assert [m.parts for m in result_messages(results)] == [(Ref(3),), ("error ", Ref(4))]
    assert [m.parts for m in result_messages(results, "overlay")] == [
        (Overlay(3, "120"),), ("error: no such day",),
    ]  # fmt: skip
