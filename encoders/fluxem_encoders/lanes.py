"""What the lanes of an embedding mean, for people."""

from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from fluxem_encoders import compose
from fluxem_encoders import features as f
from fluxem_encoders.compose import read_count, read_linear, read_log
from fluxem_encoders.forms import to_text
from fluxem_encoders.layout import COMPOSE, FEATURES, TAG, VALUE
from fluxem_encoders.registry import decode, decode_domain

F32 = NDArray[np.float32]


class Lane(NamedTuple):
    """Lanes `start` to `stop - 1` of an embedding, their name, and what they hold."""

    start: int
    stop: int
    name: str
    value: str


def describe(e: F32) -> list[Lane]:
    """Each named stretch of an embedding, shape (256,), in order of the lanes.

    Raises:
        DecodeError: when `e` is no embedding of a value.
    """
    return [
        Lane(TAG.start, TAG.stop, "domain", decode_domain(e)),
        Lane(VALUE.start, VALUE.stop, "value", to_text(decode(e))),
        *_features(e[FEATURES]),
        *_composition(e[COMPOSE]),
    ]


def _features(lanes: F32) -> list[Lane]:
    linear = tuple(f"x / {scale:g}, clipped" for scale in f.LINEAR_SCALES)
    decades = tuple(f"from 1e{low:g} to 1e{high:g}" for low, high in pairwise(f.DECADES))
    named = (
        (f.FLAGS, f.FLAG_NAMES),
        (f.COUNTS, f.COUNT_NAMES),
        (f.MAGNITUDE, ("log1p, squashed", *linear, *decades)),
        (f.PHASE, f.PHASE_NAMES),
        (f.SMALL, tuple(f"near {n}" for n in range(10))),
        (f.LIST, f.LIST_NAMES),
        (f.UNITS, ("m", "kg", "s", "A", "K", "mol", "cd")),
    )
    return [
        Lane(FEATURES.start + i, FEATURES.start + i + 1, name, f"{lanes[i] + 0.0:.4g}")
        for place, names in named
        for i, name in enumerate(names, start=place.start)
    ]


def _composition(lanes: F32) -> list[Lane]:
    held = {1: "exactly", -1: "rounded", 0: "not held"}
    source = lanes[compose.SOURCE]
    shown = [
        (compose.LINEAR, "linear", _number(lanes, compose.LINEAR)),
        (compose.SECOND, "second", _number(lanes, compose.SECOND)),
        (compose.LOG, "log", f"{read_log(lanes):.9g}" if lanes[compose.LOG_HELD] else "not held"),
        (compose.COUNT, "count", str(read_count(lanes))),
        (_one(compose.SIGN), "sign", f"{lanes[compose.SIGN]:g}"),
        (_one(compose.LINEAR_HELD), "linear held", held[int(lanes[compose.LINEAR_HELD])]),
        (_one(compose.SECOND_HELD), "second held", held[int(lanes[compose.SECOND_HELD])]),
        (_one(compose.LOG_HELD), "log held", "yes" if lanes[compose.LOG_HELD] else "no"),
        (
            compose.SOURCE,
            "source",
            compose.SOURCES[int(source.argmax())] if source.any() else "unmarked",
        ),
    ]
    return [
        Lane(COMPOSE.start + place.start, COMPOSE.start + place.stop, name, text)
        for place, name, text in shown
    ]


def _one(lane: int) -> slice:
    return slice(lane, lane + 1)


def _number(lanes: F32, place: slice) -> str:
    return to_text(read_linear(lanes, place))
