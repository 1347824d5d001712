"""The `fluxem` object of a request: what it may say, and errors that name the field."""

import base64
from decimal import Decimal

import numpy as np
import pytest

from fluxem_encoders.detect import detect
from fluxem_encoders.registry import encode
from fluxem_vllm.chain.steps import Limits
from fluxem_vllm.pool.executor import Detected
from fluxem_vllm.serving.options import OptionError, Options, given_spans, merge, read_options

DEFAULTS = Limits()


def packed(row) -> str:
    return base64.b64encode(np.asarray(row, "<f4").tobytes()).decode()


def given(start, end, embedding):
    return {"embeddings": [{"start": start, "end": end, "embedding": embedding}]}


FIVE = packed(encode(5))
NAN = encode(5).copy()
NAN[30] = np.nan


def test_nothing_means_the_defaults():
    limits = Limits(passes=2)
    assert read_options(None, limits) == read_options({}, limits) == Options(limits=limits)


def test_every_field_is_read():
    form = {
        "mode": "off", "tools": ["add", "mean", "add"], "trace": False,
        "limits": {"passes": 2, "deadline_s": 0.5, "drafts": 0}, **given(0, 1, FIVE),
    }  # fmt: skip
    options = read_options(form, DEFAULTS)
    assert (options.mode, options.tools, options.trace) == ("off", ("add", "mean"), False)
    assert options.limits == Limits(passes=2, deadline_s=0.5, drafts=0)
    [embedding] = options.embeddings
    assert (embedding.start, embedding.end) == (0, 1)
    np.testing.assert_array_equal(embedding.row, encode(5))


@pytest.mark.parametrize(
    ("form", "message"),
    [
        ("auto", "`fluxem` must be an object, got str"),
        ({"mod": "off"}, "`fluxem` has no field `mod`; it has mode, tools"),
        ({"mode": "on"}, "`fluxem.mode` must be auto or off, got 'on'"),
        ({"mode": ["off"]}, "`fluxem.mode` must be auto or off"),
        ({"trace": 1}, "`fluxem.trace` must be true or false, got 1"),
        ({"tools": "add"}, "`fluxem.tools` must be a list"),
        ({"tools": ["add", "no_such_tool"]}, "`fluxem.tools`: there is no tool 'no_such_tool'"),
        ({"tools": [["add"]]}, "`fluxem.tools`: there is no tool"),
        ({"limits": 5}, "`fluxem.limits` must be an object"),
        ({"limits": {"pases": 2}}, "`fluxem.limits` has no field `pases`; it has passes, calls"),
        ({"limits": {"__class__": 2}}, "`fluxem.limits` has no field `__class__`"),
        ({"limits": {"passes": 0}}, "`fluxem.limits.passes` must be a whole number above 0"),
        ({"limits": {"passes": 17}}, "up to 16, got 17"),
        ({"limits": {"passes": 1.5}}, "a whole number above 0"),
        ({"limits": {"passes": True}}, "a whole number above 0 and up to 16, got True"),
        ({"limits": {"slots": 65}}, "up to 64, got 65"),
        ({"limits": {"drafts": -1}}, "`fluxem.limits.drafts` must be a whole number from 0 up to"),
        ({"limits": {"drafts": 17}}, "up to 16, got 17"),
        ({"limits": {"deadline_s": float("nan")}}, "a number above 0 and up to 600.0, got nan"),
        ({"limits": {"deadline_s": "5"}}, "a number above 0"),
        ({"embeddings": {}}, "`fluxem.embeddings` must be a list of at most 64"),
        ({"embeddings": [{}] * 65}, "a list of at most 64"),
        ({"embeddings": [{"start": 0}]}, r"`fluxem.embeddings[0]` must have exactly `start`"),
        (given(3, 3, FIVE), "needs whole numbers 0 <= start < end, got 3 and 3"),
        (given(-1, 3, FIVE), "0 <= start < end"),
        (given(False, True, FIVE), "whole numbers 0 <= start < end"),
        (given(0, 1, 5), "`fluxem.embeddings[0].embedding`"),
        (given(0, 1, "é" * 4), "must be base64"),
        (given(0, 1, packed(np.zeros(255))), "must be 1024 bytes (256 float32), got 1020"),
        (given(0, 1, packed(NAN)), "must be finite, got nan in lane 30"),
    ],
)  # fmt: skip
def test_an_error_names_the_field_the_rule_and_the_value(form, message):
    with pytest.raises(OptionError) as caught:
        read_options(form, DEFAULTS)
    assert message in str(caught.value)


def test_a_given_embedding_is_a_span_with_its_exact_value():
    row = encode(Decimal("0.30"))
    options = read_options(given(8, 13, packed(row)), DEFAULTS)
    [detected] = given_spans("Chance: three tenths", options.embeddings)
    assert (detected.span.start, detected.span.text) == (8, "three")
    assert detected.span.value == Decimal("0.3")
    np.testing.assert_array_equal(detected.embedding, row)


@pytest.mark.parametrize(
    ("form", "message"),
    [
        (given(0, 9, FIVE), "end 9 lies beyond the 4 characters of the last user message"),
        (given(0, 1, packed(np.zeros(256))), "`fluxem.embeddings`: "),
        (given(0, 1, packed(np.full(256, 3.0))), "`fluxem.embeddings`: "),
        ({"embeddings": given(0, 2, FIVE)["embeddings"] + given(1, 3, FIVE)["embeddings"]},
         "the spans overlap at 1"),
    ],
)  # fmt: skip
def test_an_embedding_that_stands_for_nothing_is_refused(form, message):
    options = read_options(form, DEFAULTS)
    with pytest.raises(OptionError) as caught:
        given_spans("text", options.embeddings)
    assert message in str(caught.value)


def test_detected_spans_give_way_to_given_ones():
    text = "12 and 34 and 56"
    detected = [Detected(span) for span in detect(text)]
    options = read_options(given(7, 9, FIVE), DEFAULTS)
    merged = merge(detected, given_spans(text, options.embeddings))
    assert [d.span.value for d in merged] == [12, 5, 56]
