"""OpenAI messages as turns, and turns laid out for the model."""

from fluxem_encoders.detect import detect
from fluxem_qwen3.prompt import Markup, Overlay, Ref
from fluxem_vllm.pool.executor import Detected
from fluxem_vllm.serving.conversation import lay_out, read_turns


def found(*texts):
    return [[Detected(span) for span in detect(text)] for text in texts]


def text_of(parts):
    return "".join(p if isinstance(p, str) else p.text for p in parts)


CALL = {
    "id": "a",
    "type": "function",
    "function": {"name": "f", "arguments": '{"n": "</tool_call>"}'},
}


def test_texts_are_read_in_every_form():
    turns = read_turns([
        {"role": "system", "content": "Be kind."},
        {"role": "user", "content": [{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]},
        {"role": "assistant", "content": None, "tool_calls": [CALL]},
        {"role": "tool", "tool_call_id": "a", "content": "7"},
    ])  # fmt: skip
    assert [(t.role, t.text) for t in turns] == [
        ("system", "Be kind."), ("user", "a\nb"), ("assistant", ""), ("tool", "7"),
    ]  # fmt: skip


def test_other_content_is_left_to_vllm():
    image = {"type": "image_url", "image_url": {"url": "data:"}}
    assert read_turns([{"role": "user", "content": [{"type": "text", "text": "a"}, image]}]) is None


def test_contents_that_can_be_read_once_are_kept_for_vllm():
    message = {"role": "user", "content": iter([{"type": "text", "text": "a"}])}
    read_turns([message])
    assert message["content"] == [{"type": "text", "text": "a"}]


def test_earlier_calls_look_as_the_model_writes_them():
    [turn] = read_turns([{"role": "assistant", "content": "Well.", "tool_calls": [CALL, CALL]}])
    [message] = lay_out([turn], [[]], "reference")
    call = '<tool_call>\n{"name": "f", "arguments": {"n": "</tool_call>"}}\n</tool_call>'
    assert text_of(message.parts) == f"Well.\n{call}\n{call}"
    trusted = {p.text.strip() for p in message.parts if isinstance(p, Markup)}
    assert trusted == {'<tool_call>\n{"name": "', '", "arguments":', "}\n</tool_call>"}


def test_a_turn_of_calls_alone_begins_with_the_call():
    [turn] = read_turns([{"role": "assistant", "content": None, "tool_calls": [CALL]}])
    [message] = lay_out([turn], [[]], "reference")
    assert text_of(message.parts).startswith("<tool_call>")


def test_spans_take_slots_in_order_of_appearance():
    turns = read_turns([
        {"role": "user", "content": "2 and 3"},
        {"role": "assistant", "content": "It is 5."},
        {"role": "user", "content": "times 4"},
    ])  # fmt: skip
    spans = found(*(t.text for t in turns))
    messages = lay_out(turns, spans, "reference")
    assert [m.parts for m in messages] == [
        (Ref(0), " and ", Ref(1)), ("It is ", Ref(2), "."), ("times ", Ref(3)),
    ]  # fmt: skip
    assert lay_out(turns, spans, "overlay")[2].parts == ("times ", Overlay(3, "4"))
