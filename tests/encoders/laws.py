"""The laws that every domain's code keeps, for tests to call on a value."""

import json
from typing import Any

import numpy as np

from fluxem_encoders.forms import from_json, to_json, to_text
from fluxem_encoders.registry import decode, decode_domain, domain_of, encode
from fluxem_encoders.structured import Structured


def through_bfloat16(e: np.ndarray) -> np.ndarray:
    """Round to bfloat16, nearest even, and come back."""
    bits = e.view(np.uint32).astype(np.uint64)
    bits = (bits + 0x7FFF + ((bits >> np.uint64(16)) & np.uint64(1))) & np.uint64(0xFFFF0000)
    return bits.astype(np.uint32).view(np.float32)


def check_roundtrip(value: Structured) -> np.ndarray:
    """The value comes back from its embedding, equal and with all parts' types; the embedding."""
    e = encode(value)
    assert e.shape == (256,)
    assert e.dtype == np.float32
    assert np.abs(e).max() <= 1.125
    assert np.array_equal(e, through_bfloat16(e))
    assert decode_domain(e) == domain_of(value) == value.domain
    back = decode(through_bfloat16(e))
    assert back == value
    assert repr(back) == repr(value)  # types of parts, and Decimals as written
    return e


def check_forms(value: Structured) -> None:
    """The JSON form, through JSON text, gives the value again; the text form is one line."""
    form: Any = json.loads(json.dumps(to_json(value)))
    assert next(iter(form)) == value.key
    assert from_json(form, value.domain) == value
    text = to_text(value)
    assert text
    assert "\n" not in text
    assert hash(value) == hash(from_json(form, value.domain))
