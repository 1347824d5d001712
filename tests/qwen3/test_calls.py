"""Tool calls in Qwen3's format: what is written reads back, and nothing raises."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluxem_qwen3.calls import MAX_CALL_CHARS, MAX_DEPTH, nests_deeper, parse_calls, write_calls

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda form: (
        st.lists(form, max_size=3) | st.dictionaries(st.text(max_size=4), form, max_size=3)
    ),
    max_leaves=8,
)
CALLS = st.lists(
    st.tuples(
        st.text(min_size=1, max_size=8), st.dictionaries(st.text(max_size=4), JSON, max_size=3)
    ),
    max_size=4,
)
HOSTILE = st.lists(
    st.sampled_from(
        [
            *("<tool_call>", "</tool_call>", '{"name": "add"', ', "arguments": ', "{}}", "}", "["),
            *("\\ud800", '"', " ", "\n", "null", "1e999", "NaN", "[" * 200, '{"a":' * 50, "9" * 50),
        ]
    )
    | st.text(max_size=5),
    max_size=15,
).map("".join)


@given(CALLS)
def test_written_calls_read_back(calls):
    text, read = parse_calls(write_calls(calls))
    assert text == ""
    assert [(c.name, c.arguments, c.error) for c in read] == [(*call, None) for call in calls]


@given(HOSTILE)
def test_hostile_text_never_raises(text):
    before, calls = parse_calls(text)
    assert before == text.partition("<tool_call>")[0].strip()
    assert len(calls) == text.count("<tool_call>")
    for call in calls:
        assert call.error is None or (call.arguments == {} and len(call.error) < 200)
        str(call.arguments).encode()


def test_a_turn_is_text_and_calls():
    written = (
        'Let me see. <tool_call>{"name": "a"}</tool_call> x <tool_call>{"name": "b"}<tool_call>'
    )
    text, calls = parse_calls(written)
    assert text == "Let me see."
    assert [(c.name, c.error is None) for c in calls] == [("a", True), ("b", True), ("", False)]


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ("", "no JSON"),
        ("{", "no JSON"),
        ("[" * 100_000, "no JSON"),
        ('{"name": "a", "arguments": {"x": "\\ud800"}}', "no JSON"),
        ('{"name": "\\udfff"}', "no JSON"),
        (f'{{"name": "a", "arguments": {{"x": {"9" * 5000}}}}}', "no JSON"),
        ("5", "NAME"),
        ('{"arguments": {}}', "NAME"),
        ('{"name": 5}', "NAME"),
        ('{"name": "a", "arguments": "b"}', "an object"),
        ('{"name": "a", "arguments": {"x": ' + "[" * 900 + "]" * 900 + "}}", "levels deep"),
        (" " * MAX_CALL_CHARS + "x", "no JSON"),
        ('"' + "x" * MAX_CALL_CHARS + '"', "at most"),
    ],
)
def test_a_malformed_call_says_why(body, error):
    _, [call] = parse_calls(f"<tool_call>{body}</tool_call>")
    assert error in call.error


def test_long_hostile_text_is_read_in_linear_time():
    text = "<tool_call>" + " " * 200_000 + "x" + ("<tool_call> " * 20_000) + "</tool_call>" * 20_000
    assert len(parse_calls(text)[1]) == 20_001  # backtracking would take minutes


@pytest.mark.parametrize(("form", "levels"), [(5, 0), ([], 1), ({"a": [1, {"b": []}]}, 4)])
def test_nesting_is_counted(form, levels):
    assert not nests_deeper(form, levels)
    assert levels == 0 or nests_deeper(form, levels - 1)


def test_nesting_as_deep_as_allowed_is_read():
    body = '{"name": "a", "arguments": {"x": ' + "[" * 15 + "]" * 15 + "}}"
    [call] = parse_calls(f"<tool_call>{body}</tool_call>")[1]
    assert call.error is None
    assert not nests_deeper(call.arguments, MAX_DEPTH)
