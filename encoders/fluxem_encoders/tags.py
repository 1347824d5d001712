"""The domain tags: one ±1 codeword of 16 lanes per domain.

Axes: N embeddings, T tag lanes (16), K codewords.
"""

import numpy as np
from numpy.typing import NDArray

from fluxem_encoders.errors import DecodeError
from fluxem_encoders.layout import TAG

F32 = NDArray[np.float32]

TAGGED = (
    "arithmetic",
    "number_theory",
    "combinatorics",
    "probability",
    "statistics",
    "information_theory",
    "calculus",
    "linear_algebra",
    "geometry",
    "graphs",
    "sets",
    "logic",
    "data",
    "physics",
    "chemistry",
    "biology",
    "music",
    "temporal",
    "finance",
    "optimization",
    "control_systems",
    "signal_processing",
)
"""Every domain that has a codeword. New ones go to the end: earlier tags never move."""

# Basis of the binary lexicode of length 16 and distance 6; it spans 128 codewords.
_BASIS = (0x003F, 0x01C7, 0x064B, 0x0A95, 0x304D, 0x5096, 0x9257)


def codewords() -> F32:
    """All 127 non-zero codewords as ±1, shape (127, 16); any two differ in 6 lanes or more."""
    words = np.zeros(1, dtype=np.uint16)
    for base in _BASIS:
        words = np.concatenate([words, words ^ np.uint16(base)])
    bits = (words[1:, None] >> np.arange(16, dtype=np.uint16)) & 1
    return (bits.astype(np.float32) * 2 - 1).astype(np.float32)


TAGS_KT: F32 = codewords()[: len(TAGGED)]


def tag(domain: str) -> F32:
    """The codeword of a domain named in `TAGGED`, shape (16,).

    Raises:
        ValueError: for a name that `TAGGED` lacks.
    """
    return np.asarray(TAGS_KT[TAGGED.index(domain)])


def has_tag(e_ND: F32, domain: str) -> NDArray[np.bool_]:
    """Whether `read_tags` would name `domain`, shape (N,)."""
    # Two codewords agree in at most 10 lanes, so a score above 10 belongs to one alone.
    return np.asarray(np.clip(e_ND[:, TAG], -1, 1) @ tag(domain) > 10)


def read_tags(e_ND: F32) -> list[str]:
    """The domain of each embedding; up to two flipped lanes are put right.

    Raises:
        DecodeError: when a tag is nearer to no codeword than that.
    """
    scores_NK = np.clip(e_ND[:, TAG], -1, 1) @ TAGS_KT.T
    best_N = scores_NK.argmax(axis=1)
    if not (scores_NK[np.arange(len(e_ND)), best_N] > 10).all():
        raise DecodeError("lanes 0-15 are no domain's tag")
    return [TAGGED[k] for k in best_N]
