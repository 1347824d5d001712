import base64
import pickle

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from fluxem_qwen3.config import ConfigError
from fluxem_qwen3.rows import (
    MARKER,
    MARKER_VALUES,
    MAX_TOKEN_ID,
    TOKEN,
    RowError,
    check_row,
    from_base64,
    pack,
    unpack,
)

HIDDEN = 320
lanes = st.integers(-256, 256).map(lambda n: n / 128)  # exact in bfloat16, as the layout promises
embeddings = arrays(np.float32, 256, elements=lanes)


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16])
@given(
    token_ids=st.lists(st.integers(0, MAX_TOKEN_ID), min_size=1, max_size=12),
    row=embeddings,
    data=st.data(),
)
def test_what_is_packed_is_unpacked(dtype, token_ids, row, data):
    positions = data.draw(st.sets(st.integers(0, len(token_ids) - 1)))
    rows = {at: row + np.float32(0) for at in positions}
    embeds_TH, is_token_ids = pack(token_ids, rows, HIDDEN, dtype)
    assert embeds_TH.shape == (len(token_ids), HIDDEN)
    assert embeds_TH.dtype == dtype
    mask_T, token_ids_T, row_TE = unpack(embeds_TH, MAX_TOKEN_ID + 1)
    for at, token_id in enumerate(token_ids):
        carries = at in positions
        assert bool(mask_T[at]) == carries == (not is_token_ids[at])
        assert int(token_ids_T[at]) == (token_id if carries else 0)
        expected = row if carries else np.zeros(256, np.float32)
        np.testing.assert_array_equal(row_TE[at].float().numpy(), expected)
        if not carries:  # vLLM's prefix cache tells rows from tokens by this
            assert not embeds_TH[at].any()


def test_a_row_of_zeros_is_still_a_row():
    embeds_TH, _ = pack([0, 0], {1: np.zeros(256, np.float32)}, HIDDEN, torch.bfloat16)
    assert unpack(embeds_TH, 600).mask_T.tolist() == [False, True]
    assert embeds_TH[1].any()


@given(token_id=st.integers(0, MAX_TOKEN_ID))
def test_token_ids_are_clamped_to_the_vocabulary(token_id):
    embeds_TH, _ = pack([token_id], {0: np.zeros(256, np.float32)}, HIDDEN, torch.bfloat16)
    assert unpack(embeds_TH, 600).token_ids_T.item() == min(token_id, 599)


@pytest.mark.parametrize("digit", [-1.0, -1e30, 1e30, float("inf"), float("-inf"), float("nan")])
def test_no_digit_leads_outside_the_vocabulary(digit):
    embeds_TH = torch.zeros(1, HIDDEN)
    embeds_TH[0, MARKER] = torch.tensor(MARKER_VALUES)
    embeds_TH[0, TOKEN] = digit
    assert 0 <= unpack(embeds_TH, 600).token_ids_T.item() < 600


def test_lanes_that_are_not_finite_count_as_zero():
    embeds_TH, _ = pack([5], {0: np.ones(256, np.float32)}, HIDDEN, torch.float32)
    embeds_TH[0, 3] = float("nan")
    embeds_TH[0, 4] = float("inf")
    row = unpack(embeds_TH, 600).row_TE[0]
    assert row[3] == row[4] == 0
    assert row.sum() == 254


def test_half_a_marker_is_no_row():
    embeds_TH = torch.zeros(2, HIDDEN)
    embeds_TH[0, MARKER.start] = MARKER_VALUES[0]
    embeds_TH[1, MARKER.start + 1] = MARKER_VALUES[1]
    assert not unpack(embeds_TH, 600).mask_T.any()


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ([0.0] * 256, "numpy array, got list"),
        (np.zeros(255, np.float32), r"shape \(256,\), got \(255,\)"),
        (np.zeros((1, 256), np.float32), r"got \(1, 256\)"),
        (np.zeros(256), "float32, got float64"),
        (np.zeros(256, np.int32), "float32, got int32"),
        (np.full(256, np.nan, np.float32), "finite, got nan in lane 0"),
        (np.float32([0] * 255 + [np.inf]), "finite, got inf in lane 255"),
    ],
)
def test_a_wrong_row_is_refused(row, rule):
    with pytest.raises(RowError, match=rule) as caught:
        check_row(row)
    assert isinstance(caught.value, ValueError)
    assert str(pickle.loads(pickle.dumps(caught.value))) == str(caught.value)
    with pytest.raises(RowError, match=rule):
        pack([1], {0: row}, HIDDEN, torch.float32)


def test_pack_refuses_what_vllm_would_die_of(rng):
    row = rng.standard_normal(256, dtype=np.float32)
    with pytest.raises(RowError, match=r"in \[0, 3\), got 3"):
        pack([1, 2, 3], {3: row}, HIDDEN, torch.float32)
    with pytest.raises(RowError, match=r"in \[0, 3\), got -1"):
        pack([1, 2, 3], {-1: row, 2: row}, HIDDEN, torch.float32)
    with pytest.raises(RowError, match="got 16777216"):
        pack([MAX_TOKEN_ID + 1], {0: row}, HIDDEN, torch.float32)
    with pytest.raises(ConfigError, match="`hidden_size` must be >= 264"):
        pack([1], {0: row}, 256, torch.float32)


finite = st.floats(width=32, allow_nan=False, allow_infinity=False, allow_subnormal=False)


@given(row=arrays(np.float32, 256, elements=finite))
def test_base64_carries_every_bit(row):
    text = base64.b64encode(row.astype("<f4").tobytes()).decode()
    assert from_base64(text).tobytes() == row.tobytes()


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("", "1024 bytes"),
        ("AAAA", "1024 bytes.*got 3"),
        ("not base64!", "base64"),
        ("é", "base64"),
        (base64.b64encode(bytes(1024)).decode() + "\n", "base64"),
        (base64.b64encode(bytes(1028)).decode(), "got 1028"),
        (base64.b64encode(np.full(256, np.inf, "<f4").tobytes()).decode(), "finite"),
    ],
)
def test_base64_is_strict(text, rule):
    with pytest.raises(RowError, match=rule):
        from_base64(text)
