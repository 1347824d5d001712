"""The operations that composers know, and those that the encoders' algebra does exactly.

Axes: E the 256 lanes of an embedding.
"""

from typing import Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from fluxem_encoders.compose import COUNT, closed_form, mark_source
from fluxem_encoders.errors import AlgebraError, CapacityError, DecodeError, UnknownDomainError
from fluxem_encoders.layout import COMPOSE, WIDTH
from fluxem_encoders.registry import combine, decode, encode

F32 = NDArray[np.float32]

Operation = Literal["add", "subtract", "multiply", "divide", "chain", "nest", "compare"]
"""What a step does with the value so far, a, and its own, b: a + b, a - b, a * b, a / b;
chain: both, as a list; nest: b, which was made of a; compare: -1, 0 or 1 as a <, = or > b."""

OPERATIONS: tuple[Operation, ...] = get_args(Operation)

COUNTED = slice(COMPOSE.start + COUNT.start, COMPOSE.start + COUNT.stop)


class Step(NamedTuple):
    """One step of a sequence; the first one's operation has nothing to join."""

    operation: Operation
    embedding: F32


def exact(operation: Operation, a_E: F32, b_E: F32) -> F32 | None:
    """The embedding of the operation's result, None where the algebra does not know it.

    The count lanes of nested values add up to how many are within each other.
    """
    try:
        match operation:
            case "compare":
                return None
            case "chain":
                return combine("concat", _as_list(a_E), _as_list(b_E))
            case "nest":
                return _nested(a_E, b_E)
        return combine(operation, a_E, b_E)
    except (AlgebraError, CapacityError, DecodeError, UnknownDomainError):
        return None


def start(operation: Operation, a_E: F32, b_E: F32) -> F32:
    """What a network starts from where `exact` knows nothing: the composition lanes at most."""
    e_E = np.zeros(WIDTH, dtype=np.float32)
    if operation in ("add", "subtract", "multiply", "divide"):
        e_E[COMPOSE] = closed_form(operation, a_E, b_E)
    return e_E


def _as_list(e_E: F32) -> F32:
    value = decode(e_E)
    return encode(value if isinstance(value, tuple) else (value,), "statistics")  # type: ignore[arg-type]  # it checks


def _nested(a_E: F32, b_E: F32) -> F32:
    for e_E in (a_E, b_E):
        decode(e_E)  # refuses what is no value's embedding
    e_E = mark_source(b_E, "composed")
    e_E[COUNTED] += a_E[COUNTED]
    return e_E
