"""Tags: far apart, fixed for ever, right after two flipped lanes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from fluxem_encoders.errors import DecodeError
from fluxem_encoders.registry import DOMAINS, decode, decode_domain, encode
from fluxem_encoders.tags import TAGGED, codewords, has_tag, read_tags, tag


def test_enough_codewords_at_distance_six() -> None:
    words = codewords()
    assert len(words) >= 64
    assert set(np.unique(words)) == {-1, 1}
    distance = (words[:, None] != words).sum(axis=2)
    assert distance[~np.eye(len(words), dtype=bool)].min() >= 6


def test_tags_stay_where_they_are() -> None:
    assert len(TAGGED) == len(set(TAGGED)) == 22
    assert set(DOMAINS) <= set(TAGGED)
    bits = ["".join("1" if lane > 0 else "0" for lane in tag(name)) for name in TAGGED[:3]]
    assert bits == ["1111110000000000", "1110001110000000", "0001111110000000"]
    with pytest.raises(ValueError, match="not in tuple"):
        tag("astrology")


@given(st.sampled_from(TAGGED), st.sets(st.integers(0, 15), max_size=2))
def test_two_flipped_lanes_are_put_right(name: str, flipped: set[int]) -> None:
    e = np.zeros((1, 256), dtype=np.float32)
    e[0, :16] = tag(name)
    e[0, list(flipped)] *= -1
    assert read_tags(e) == [name]
    assert [other for other in TAGGED if has_tag(e, other)[0]] == [name]


@given(st.sampled_from(TAGGED), st.sets(st.integers(0, 15), min_size=3, max_size=3))
def test_three_flipped_lanes_are_refused(name: str, flipped: set[int]) -> None:
    e = np.zeros((1, 256), dtype=np.float32)
    e[0, :16] = tag(name)
    e[0, list(flipped)] *= -1
    with pytest.raises(DecodeError):
        read_tags(e)


def test_a_noisy_tag_still_finds_its_value() -> None:
    e = encode(42)
    e[:16] += np.random.default_rng(0).normal(0, 0.2, 16).astype(np.float32)
    assert decode_domain(e) == "arithmetic"
    assert decode(e) == 42
