"""The description of lanes covers them all, and says what they hold."""

from decimal import Decimal
from itertools import pairwise

import numpy as np
import pytest

from fluxem_encoders.compose import mark_source
from fluxem_encoders.errors import DecodeError
from fluxem_encoders.lanes import describe
from fluxem_encoders.registry import encode
from fluxem_encoders.values import Distribution


def test_describe() -> None:
    lanes = describe(mark_source(encode(Decimal("-12.5")), "result"))
    shown = {lane.name: lane.value for lane in lanes}
    assert shown["domain"] == "arithmetic"
    assert shown["value"] == "-12.5"
    assert shown["sign"] == "-1"
    assert shown["integer"] == "0"
    assert shown["linear"] == "-12.5"
    assert shown["linear held"] == "exactly"
    assert shown["second held"] == "not held"
    assert shown["source"] == "result"


def test_stretches_follow_each_other() -> None:
    lanes = describe(encode(Distribution("poisson", (3,))))
    assert lanes[0].start == 0
    assert lanes[-1].stop <= 256
    assert all(a.stop == b.start for a, b in pairwise(lanes))


def test_garbage_has_no_description() -> None:
    with pytest.raises(DecodeError):
        describe(np.zeros(256, dtype=np.float32))
