"""True and False."""

import numpy as np
from numpy.typing import NDArray

from fluxem_encoders.compose import Parts
from fluxem_encoders.domain import Domain, register
from fluxem_encoders.errors import AlgebraError
from fluxem_encoders.features import Traits

F32 = NDArray[np.float32]


def encode(value: bool) -> F32:
    """One lane, 1 or -1."""
    lanes = np.zeros(112, dtype=np.float32)
    lanes[0] = 1 if value else -1
    return lanes


def decode(lanes: F32) -> bool:
    """The sign of the lane."""
    return bool(lanes[0] > 0)


def traits(value: bool) -> Traits:
    """Those of 0 and 1."""
    return Traits(x=float(value), zero=not value, one=value, unit=1)


def parts(value: bool) -> Parts:
    """Linear: 0 or 1."""
    return Parts(linear=int(value))


def combine(op: str, *values: bool) -> bool:
    """The connective, by minimum, maximum and sum of 0 and 1."""
    if not all(isinstance(value, bool) for value in values):
        raise AlgebraError(f"`{op}` takes truth values only")
    if op == "not":
        return not values[0]
    return {"and": min(values), "or": max(values), "xor": sum(values) == 1}[op]


register(
    Domain(
        name="logic",
        holds=lambda value: isinstance(value, bool),
        types="True or False",
        limits="True and False",
        encode=encode,
        decode=decode,
        traits=traits,
        parts=parts,
        algebra=dict.fromkeys(("and", "or", "xor", "not"), "exact"),
        combine=combine,
    )
)
