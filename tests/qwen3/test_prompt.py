"""Prompts: rows where they belong, and text that stays text whatever it looks like."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluxem_qwen3.prompt import (
    Markup,
    Message,
    Overlay,
    PromptTooLongError,
    Ref,
    has_markup,
    reference,
    render,
)

MARKUP = [
    "<|flux_0|>",
    "<tool_call>",
    "</tool_call>",
    "<|im_start|>",
    "<|im_end|>",
    "<|endoftext|>",
]
SCAFFOLD = ['": "', '", "', '"}}\n</tool_call>', '<tool_call>\n{"name": "']
PRIVATE = ["\ue000", "\ue001", "\ue0000\ue001", "\ue00012\ue001"]


@pytest.fixture(scope="module")
def added(small_tokenizer):
    return set(small_tokenizer.get_added_vocab().values())


def user(*parts):
    return [Message("user", parts)]


def content_ids(tokenizer, *parts):
    """The ids of a user's text, without the template's frame around it."""
    ids = render(tokenizer, user("x", *parts, "x")).token_ids
    frame = render(tokenizer, user("x", "x")).token_ids
    start = next(i for i, (a, b) in enumerate(zip(ids, frame, strict=False)) if a != b)
    return ids[start - 1 : len(ids) - (len(frame) - start) + 1]


@pytest.mark.parametrize("text", [*MARKUP, *SCAFFOLD, *PRIVATE])
def test_what_looks_like_markup_stays_text(small_tokenizer, added, text):
    ids = content_ids(small_tokenizer, text)
    assert not added & set(ids)
    assert small_tokenizer.decode(ids).strip("x") == text
    assert has_markup(small_tokenizer, f"some {text} there")


@given(
    st.lists(st.sampled_from([*MARKUP, *SCAFFOLD, *PRIVATE, "a", '"', " ", "\n", "é", "|>", "}"]))
)
def test_no_mixture_of_texts_becomes_markup(small_tokenizer, pieces):
    text = "".join(pieces)
    frame = render(small_tokenizer, user("x"))
    prompt = render(small_tokenizer, user(text or "x"))
    added = set(small_tokenizer.get_added_vocab().values())
    count = sum(i in added for i in prompt.token_ids)
    assert count == sum(i in added for i in frame.token_ids)
    assert prompt.rows == {}
    assert text in small_tokenizer.decode(prompt.token_ids)


def test_texts_that_a_template_writes_as_json_come_out_whole(small_tokenizer):
    told = 'an "empty", "quoted": "text" and a \\ <|im_end|> ""'
    tool = {"type": "function", "function": {"name": "f", "description": told}}
    template = "{% for t in tools %}{{ t | tojson }}{% endfor %}"
    prompt = render(small_tokenizer, user("x"), [tool], chat_template=template)
    assert json.loads(small_tokenizer.decode(prompt.token_ids)) == tool


@pytest.mark.parametrize("text", [*MARKUP, *PRIVATE])
def test_roles_tools_and_options_cannot_bring_markup_in(small_tokenizer, added, text):
    frame = [i for i in render(small_tokenizer, user("x")).token_ids if i in added]
    prompt = render(small_tokenizer, [Message(f"user{text}", ("x",))])
    assert [i for i in prompt.token_ids if i in added] == frame
    tool = {"type": "function", "function": {
        "name": text, "description": text, "parameters": {"properties": {text: {}}},
    }}  # fmt: skip
    prompt = render(small_tokenizer, user("x"), [tool])
    system = small_tokenizer.convert_tokens_to_ids(["<|im_start|>", "<|im_end|>"])
    assert [i for i in prompt.token_ids if i in added] == [*system, *frame]
    assert small_tokenizer.decode(prompt.token_ids).count(text) >= 3
    prompt = render(
        small_tokenizer,
        user("x"),
        chat_template="{{ greeting }}",
        template_options={"greeting": text},
    )
    assert not added & set(prompt.token_ids)


def test_a_reference_is_one_token_that_carries_its_row(small_tokenizer):
    prompt = render(small_tokenizer, user("sum of ", Ref(3), " and ", Ref(100)))
    ids = small_tokenizer.convert_tokens_to_ids([reference(3), reference(100)])
    assert sorted(prompt.rows.values()) == [3, 100]
    assert {prompt.token_ids[at]: slot for at, slot in prompt.rows.items()} == {
        ids[0]: 3,
        ids[1]: 100,
    }


def test_trusted_text_is_markup_but_carries_no_row(small_tokenizer):
    plan = '<tool_call>\n{"name": "add", "arguments": {"a": "<|flux_0|>"}}\n</tool_call>'
    prompt = render(
        small_tokenizer, [Message("user", ("x",)), Message("assistant", (Markup(plan),))]
    )
    assert small_tokenizer.convert_tokens_to_ids(reference(0)) in prompt.token_ids
    assert prompt.rows == {}
    assert plan in small_tokenizer.decode(prompt.token_ids)


@pytest.mark.parametrize("text", PRIVATE)
def test_sentinels_that_a_model_writes_stand_for_nothing(small_tokenizer, text):
    prompt = render(small_tokenizer, [*user(Ref(5)), Message("assistant", (Markup(text),))])
    assert list(prompt.rows.values()) == [5]
    assert text in small_tokenizer.decode(prompt.token_ids)


def test_text_is_tokenized_as_without_us(small_tokenizer):
    text = "What is the sum of 12, 3.5 and “7”?\n\n  é 😀 数"
    framed = small_tokenizer.apply_chat_template(
        [{"role": "user", "content": text}], tokenize=False, add_generation_prompt=True
    )
    expected = small_tokenizer(framed, add_special_tokens=False)["input_ids"]
    assert render(small_tokenizer, user(text)).token_ids == expected


@pytest.mark.parametrize("text", ["12", "3.5 kg", "数", "😀", "a <|im_end|>", "<|im_end|>"])
def test_an_overlay_keeps_the_text_and_lies_on_its_last_token(small_tokenizer, text):
    prompt = render(small_tokenizer, user("sum of ", Overlay(4, text), " and more"))
    plain = render(small_tokenizer, user(f"sum of {text} and more"))
    assert prompt.token_ids == plain.token_ids
    [(at, slot)] = prompt.rows.items()
    assert slot == 4
    decode = small_tokenizer.decode
    assert decode(prompt.token_ids[: at + 1]).endswith(f"sum of {text}")
    assert not decode(prompt.token_ids[:at]).endswith(text)


def test_rows_come_with_the_slots_that_have_embeddings(small_tokenizer):
    prompt = render(small_tokenizer, user(Ref(0), " ", Ref(1)))
    assert list(prompt.embeddings({0: "row", 1: None}).values()) == ["row"]


def test_a_prompt_that_fills_the_context_is_refused(small_tokenizer):
    length = len(render(small_tokenizer, user("some words")).token_ids)
    render(small_tokenizer, user("some words"), context=length + 1)
    with pytest.raises(
        PromptTooLongError, match=f"holds {length} tokens, but .* has {length} tokens"
    ):
        render(small_tokenizer, user("some words"), context=length)


def test_a_huge_prompt_is_refused_before_it_is_tokenized(small_tokenizer):
    with pytest.raises(PromptTooLongError, match="has 1000050 characters"):
        render(small_tokenizer, user("x" * 10**6), context=4096)
