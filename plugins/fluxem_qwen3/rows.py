"""Rows: how embeddings travel to the model inside vLLM's `prompt_embeds`.

A row is as wide as the model's hidden state. Lanes 0-255 hold the embedding; 256-258 the id of
the token at this position in base-256 digits, lowest first; 259 is spare; 260-261 a marker that no
token embedding has; the rest is zero. All of it is exact in bfloat16 and float16.

Axes: T tokens, H hidden size, E the 256 lanes of an embedding. Leading axes may be added.
"""

import base64
import binascii
from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from fluxem_encoders.errors import FluxEMError
from fluxem_encoders.layout import WIDTH
from fluxem_qwen3.config import check_hidden_size

Row = NDArray[np.float32]

TOKEN = slice(256, 259)
MARKER = slice(260, 262)
MARKER_VALUES = (12352.0, -7.0)
MAX_TOKEN_ID = 256**3 - 1


class RowError(FluxEMError, ValueError):
    """Something that cannot travel as a row; the text states the rule and the value."""


class Unpacked(NamedTuple):
    """What `inputs_embeds` carries; where `mask_T` is False the rest is zero."""

    mask_T: Tensor
    token_ids_T: Tensor
    row_TE: Tensor


def check_row(row: object) -> Row:
    """Return `row` if it is a finite (256,) float32 array, else raise RowError.

    vLLM checks none of this for callers in its own process, and dies of it.
    """
    if not isinstance(row, np.ndarray):
        raise RowError(f"an embedding must be a numpy array, got {type(row).__name__}")
    if row.shape != (WIDTH,):
        raise RowError(f"an embedding must have shape ({WIDTH},), got {row.shape}")
    if row.dtype != np.float32:
        raise RowError(f"an embedding must be float32, got {row.dtype}")
    if not np.isfinite(row).all():
        lane = int(np.flatnonzero(~np.isfinite(row))[0])
        raise RowError(f"an embedding must be finite, got {row[lane]} in lane {lane}")
    return row


def from_base64(text: str) -> Row:
    """Read base64 of exactly 256 little-endian float32; raises RowError."""
    try:
        data = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as error:
        raise RowError(f"an embedding must be base64: {error}") from None
    if len(data) != 4 * WIDTH:
        raise RowError(f"an embedding must be {4 * WIDTH} bytes ({WIDTH} float32), got {len(data)}")
    return check_row(np.frombuffer(data, dtype="<f4").astype(np.float32))


def pack(
    token_ids: Sequence[int], rows: Mapping[int, Row], hidden_size: int, dtype: torch.dtype
) -> tuple[Tensor, list[bool]]:
    """Lay rows out for vLLM's mixed prompt form.

    Args:
        rows: position -> (256,) embedding.

    Returns:
        `prompt_embeds` (T, H) and `prompt_is_token_ids`; token positions are zero rows, so that
        vLLM's prefix cache cannot take one for the other.
    """
    check_hidden_size(hidden_size)
    at = sorted(rows)
    if at and not 0 <= at[0] <= at[-1] < len(token_ids):
        wrong = at[0] if at[0] < 0 else at[-1]
        raise RowError(f"a row's position must be in [0, {len(token_ids)}), got {wrong}")
    lanes = np.zeros((len(at), hidden_size), dtype=np.float32)
    for lane, position in zip(lanes, at, strict=True):
        lane[:WIDTH] = check_row(rows[position])
        lane[TOKEN] = _digits(token_ids[position])
    lanes[:, MARKER] = MARKER_VALUES
    embeds_TH = torch.zeros(len(token_ids), hidden_size, dtype=dtype)
    embeds_TH[at] = torch.from_numpy(lanes).to(dtype)
    return embeds_TH, [position not in rows for position in range(len(token_ids))]


def _digits(token_id: int) -> tuple[int, int, int]:
    if not 0 <= token_id <= MAX_TOKEN_ID:
        raise RowError(f"a token id must be in [0, {MAX_TOKEN_ID}], got {token_id}")
    return token_id & 255, token_id >> 8 & 255, token_id >> 16


def unpack(inputs_embeds_TH: Tensor, vocab_size: int) -> Unpacked:
    """Find the rows among a batch's input embeddings; static shapes only, for CUDA graphs.

    A client may send any numbers: token ids are clamped to the vocabulary, since the lookup of an
    id past its end reads foreign memory, and lanes that are not finite count as zero.
    """
    marker = inputs_embeds_TH[..., MARKER]
    mask_T = (marker[..., 0] == MARKER_VALUES[0]) & (marker[..., 1] == MARKER_VALUES[1])
    digits = torch.nan_to_num(inputs_embeds_TH[..., TOKEN].float()).clamp(0, 255).long()
    token_ids_T = digits[..., 0] + 256 * digits[..., 1] + 65536 * digits[..., 2]
    row_TE = inputs_embeds_TH[..., :WIDTH]
    return Unpacked(
        mask_T,
        torch.where(mask_T, token_ids_T.clamp(max=vocab_size - 1), 0),
        torch.where(mask_T.unsqueeze(-1) & row_TE.isfinite(), row_TE, 0),
    )
