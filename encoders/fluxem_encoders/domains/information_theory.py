"""Probability vectors: the code of lists, with entropy in the composition lanes."""

import math

from fluxem_encoders import algebra
from fluxem_encoders.compose import Parts
from fluxem_encoders.domain import Domain, register
from fluxem_encoders.domains.statistics import LIMITS, decode, encode, holds
from fluxem_encoders.errors import AlgebraError
from fluxem_encoders.features import list_traits
from fluxem_encoders.sizes import near
from fluxem_encoders.values import Numbers


def entropy_bits(ps: Numbers) -> float | None:
    """The entropy of the items over their sum, or None when they are no weights."""
    points = [near(p) for p in ps]
    total = math.fsum(points)
    if not 0 < total < 1e100 or min(points) < 0:
        return None
    return -math.fsum(p / total * math.log2(p / total) for p in points if p / total > 0) + 0.0


def parts(ps: Numbers) -> Parts:
    """Linear: the entropy in bits, which adds for independent sources; count: the outcomes."""
    return Parts(linear=entropy_bits(ps), items=len(ps))


def combine(op: str, ps: object, qs: object) -> Numbers:
    """The joint distribution of two independent sources, row by row."""
    if not (isinstance(ps, tuple) and isinstance(qs, tuple)):
        raise AlgebraError(f"`{op}` takes two probability vectors")
    return tuple(algebra.multiply(p, q) for p in ps for q in qs)


register(
    Domain(
        name="information_theory",
        holds=holds,
        types="a tuple of numbers",
        limits=LIMITS,
        encode=encode,
        decode=decode,
        traits=list_traits,
        parts=parts,
        algebra={"joint": "exact"},
        combine=combine,
    )
)
