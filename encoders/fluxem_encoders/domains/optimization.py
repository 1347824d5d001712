"""Linear programs: 32 lanes of flags and heads, then three blocks of numbers in 80 lanes.

The blocks are the objective, the constraints' coefficients row by row, and their right sides;
see `linear_algebra` for the code of a block.
"""

import numpy as np
from numpy.typing import NDArray

from fluxem_encoders import algebra
from fluxem_encoders.compose import Parts, number_parts
from fluxem_encoders.digits import sign_lane
from fluxem_encoders.domain import Domain, register
from fluxem_encoders.domains.linear_algebra import HEAD, read_block, write_block
from fluxem_encoders.errors import AlgebraError, CapacityError
from fluxem_encoders.features import Traits, list_traits
from fluxem_encoders.forms import exact, simplest
from fluxem_encoders.numbers import is_number
from fluxem_encoders.structures.optimization import (
    RELATIONS,
    Constraint,
    LinearProgram,
    Sense,
)
from fluxem_encoders.values import Number, Numbers

F32 = NDArray[np.float32]

SIDE = 8  # the most variables, and the most constraints
SENSE = 0  # 1: maximize, -1: minimize
FREE = slice(1, 1 + SIDE)  # per variable 1: free, -1: from 0; 0.0 for no variable
RELATION = slice(9, 9 + SIDE)  # per constraint; 0.0 for no constraint
RELATION_LANES: F32 = np.array([-1, 0.5, 1], dtype=np.float32)  # of RELATIONS
HEADS = tuple(slice(17 + HEAD * i, 17 + HEAD * (i + 1)) for i in range(3))
BODY = slice(32, 112)
ROOM = BODY.stop - BODY.start

LIMITS = (
    f"up to {SIDE} variables and {SIDE} constraints whose objective, coefficients and right sides "
    f"take {ROOM} lanes: per number 1 up to 127 units, 2 up to 32,639, 3 up to 8.3e6, 4 up to "
    "2.1e9, the same for all of a kind, units of one denominator below 8.3e6 for each kind (8x8 "
    "of small ints; 6x6 of them with right sides up to 8.3e6); or packed, a float 9 and a "
    "Fraction 1 + its bytes"
)


def encode(value: LinearProgram) -> F32:
    """Flags and the three blocks."""
    variables, constraints = len(value.objective), len(value.constraints)
    if max(variables, constraints) > SIDE:
        raise CapacityError(
            f"a linear program of {variables} variables and {constraints} constraints is too "
            f"large; there is room for {LIMITS}"
        )
    lanes = np.zeros(112, dtype=np.float32)
    lanes[SENSE] = sign_lane(value.sense == "minimize")
    lanes[FREE.start : FREE.start + variables] = [sign_lane(not free) for free in value.free]
    for i, constraint in enumerate(value.constraints):
        lanes[RELATION.start + i] = RELATION_LANES[RELATIONS.index(constraint.relation)]
    bodies = []
    try:
        blocks = [write_block(xs) for xs in (value.objective, value.coefficients, value.bounds)]
    except CapacityError as error:
        raise CapacityError(f"{error}; there is room for {LIMITS}") from None
    for place, (head, part) in zip(HEADS, blocks, strict=True):
        lanes[place] = head
        bodies.append(part)
    body = np.concatenate(bodies)
    if len(body) > ROOM:
        raise CapacityError(
            f"this linear program takes {len(body)} of {ROOM} lanes; there is room for {LIMITS}"
        )
    lanes[BODY.start : BODY.start + len(body)] = body
    return lanes


def decode(lanes: F32) -> LinearProgram:
    """The linear program of as many variables and constraints as have flags."""
    free = [bool(lane > 0) for lane in lanes[FREE] if abs(lane) > 0.25]
    relations = [
        RELATIONS[np.abs(RELATION_LANES - lane).argmin()]
        for lane in lanes[RELATION]
        if abs(lane) > 0.25
    ]
    counts = (len(free), len(free) * len(relations), len(relations))
    blocks: list[Numbers] = []
    start = BODY.start
    for place, count in zip(HEADS, counts, strict=True):
        xs, used = read_block(lanes[place], lanes[start:], count)
        blocks.append(xs)
        start += used
    objective, coefficients, bounds = blocks
    constraints = tuple(
        Constraint(coefficients[i * len(free) : (i + 1) * len(free)], relation, bound)
        for i, (relation, bound) in enumerate(zip(relations, bounds, strict=True))
    )
    sense: Sense = "maximize" if lanes[SENSE] > 0 else "minimize"
    return LinearProgram(sense, objective, constraints, tuple(free))


def traits(value: LinearProgram) -> Traits:
    """Size: variables plus constraints. Length: variables. List lanes: the objective."""
    return list_traits(value.objective)._replace(
        x=float(len(value.objective) + len(value.constraints)), exact=value.is_exact
    )


def parts(value: LinearProgram) -> Parts:
    """Linear and log: the sum of the objective's coefficients.

    It adds when objectives over the same constraints add, and is multiplied when they scale.
    """
    total: Number = sum(map(exact, value.objective))
    return number_parts(simplest(total))


def combine(op: str, a: object, b: object = None) -> LinearProgram:
    """`negate` turns minimize f into maximize -f and back: the same solutions.

    `scale` multiplies the objective by a number, and `add` and `subtract` join the objectives of
    two programs that are otherwise the same; the sense stays.
    """
    match op, a, b:
        case "negate", LinearProgram(), None:
            return _negated(a)
        case "scale", LinearProgram(), _ if is_number(b):
            return _with_objective(a, tuple(algebra.multiply(x, b) for x in a.objective))
        case "scale", _, LinearProgram() if is_number(a):
            return combine("scale", b, a)
        case "add" | "subtract", LinearProgram(), LinearProgram():
            if (a.sense, a.constraints, a.free) != (b.sense, b.constraints, b.free):
                raise AlgebraError(f"`{op}` needs the same sense, constraints and free variables")
            f = algebra.add if op == "add" else algebra.subtract
            return _with_objective(a, tuple(map(f, a.objective, b.objective)))
    raise AlgebraError(
        "`scale` takes a linear program and a number, `add` and `subtract` two linear programs"
    )


def _negated(a: LinearProgram) -> LinearProgram:
    sense: Sense = "maximize" if a.sense == "minimize" else "minimize"
    return LinearProgram(sense, tuple(map(algebra.negate, a.objective)), a.constraints, a.free)


def _with_objective(a: LinearProgram, objective: Numbers) -> LinearProgram:
    return LinearProgram(a.sense, objective, a.constraints, a.free)


register(
    Domain(
        name="optimization",
        holds=lambda value: isinstance(value, LinearProgram),
        types="a LinearProgram",
        limits=LIMITS,
        encode=encode,
        decode=decode,
        traits=traits,
        parts=parts,
        algebra=dict.fromkeys(("scale", "negate", "add", "subtract"), "exact"),
        combine=combine,
    )
)
