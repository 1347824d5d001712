"""What a domain brings along, and the dict of all of them."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from fluxem_encoders.compose import Parts
from fluxem_encoders.features import Traits
from fluxem_encoders.tags import TAGGED
from fluxem_encoders.values import Value

F32 = NDArray[np.float32]


class Vectors(Protocol):
    """A domain's way for whole numpy arrays of numbers (N values, 256 lanes less the tag)."""

    def encode(self, x_N: NDArray[Any], e_ND: F32) -> None:
        """Fill lanes 16-255 of `e_ND`, zeros before, for an int64 or float64 array."""

    def decode(
        self, e_ND: F32, dtype: type[np.int64] | type[np.float64]
    ) -> tuple[NDArray[Any], NDArray[np.bool_]]:
        """The numbers as that dtype, and which rows hold such a number; both of shape (N,)."""
        ...


@dataclass(frozen=True)
class Domain:
    """One domain's code of lanes 16-127 and what it puts into the shared lanes.

    Attributes:
        holds: whether a value is of the domain's types, of any size.
        types: those types in words, for errors.
        limits: the capacity in words, for errors and people.
        encode: the value lanes, shape (112,); raises CapacityError.
        decode: the value in such lanes; free to raise ArithmeticError, LookupError, TypeError,
            ValueError or struct.error for others, and to misread them: the registry checks.
        traits: what the feature lanes are made of.
        parts: what the composition lanes are made of.
        algebra: operation -> "exact" or the bound of its relative error.
        combine: one of these operations and its operands, one for `UNARY` ones and else two, to
            the result; raises AlgebraError, CapacityError.
        vectors: where the domain has one, its way for arrays.
        dimensions: where values have units, the feature lanes of the seven SI base units, each
            in [-1, 1].
    """

    name: str
    holds: Callable[[Any], bool]
    types: str
    limits: str
    encode: Callable[[Any], F32]
    decode: Callable[[F32], Value]
    traits: Callable[[Any], Traits]
    parts: Callable[[Any], Parts]
    algebra: Mapping[str, str]
    combine: Callable[..., Value]
    vectors: Vectors | None = None
    dimensions: Callable[[Any], Sequence[float]] | None = None


UNARY = ("negate", "not", "complement", "reverse", "differentiate")

DOMAINS: dict[str, Domain] = {}


def register(domain: Domain) -> Domain:
    """Add a domain to `DOMAINS`.

    Raises:
        ValueError: for a name that is taken or has no tag.
    """
    if domain.name in DOMAINS:
        raise ValueError(f"two domains named `{domain.name}`")
    if domain.name not in TAGGED:
        raise ValueError(f"`{domain.name}` has no tag; add it at the end of `tags.TAGGED`")
    DOMAINS[domain.name] = domain
    return domain
