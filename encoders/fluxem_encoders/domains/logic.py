"""True and False, and propositional formulas: lanes of a truth table and of its variables' names.

A formula's table lies at ±1 for each row, row 0 (all variables false) first, the first variable
changing slowest; rows beyond 2**n stay 0.
"""

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from fluxem_encoders.compose import Parts
from fluxem_encoders.digits import byte_lanes, read_bytes
from fluxem_encoders.domain import Domain, register
from fluxem_encoders.errors import AlgebraError, CapacityError
from fluxem_encoders.features import Traits
from fluxem_encoders.sizes import log2_of
from fluxem_encoders.structures.logic import CONNECTIVES, MAX_VARIABLES, Formula

F32 = NDArray[np.float32]

TRUTH = 0  # ±1 for True and False, 0 for a formula
IS_FORMULA = 1  # 1 for a formula, else 0
TABLE = slice(2, 66)
LENGTHS = slice(66, 72)  # bytes of each variable's name, /128
NAMES = slice(72, 112)
ROOM = NAMES.stop - NAMES.start

LIMITS = (
    f"True and False, and formulas over up to {MAX_VARIABLES} variables whose names have up to "
    f"{ROOM} bytes of UTF-8 together"
)


def encode(value: bool | Formula) -> F32:
    """One lane of truth, or the truth table and the names."""
    lanes = np.zeros(112, dtype=np.float32)
    if not isinstance(value, Formula):
        lanes[TRUTH] = 1 if value else -1
        return lanes
    names = [name.encode() for name in value.variables]
    data = b"".join(names)
    if len(data) > ROOM:
        raise CapacityError(f"names of {len(data)} bytes are too long; `logic` holds {LIMITS}")
    lanes[IS_FORMULA] = 1
    table = np.array(value.rows, dtype=np.float32)
    lanes[TABLE.start : TABLE.start + len(table)] = 2 * table - 1
    lanes[LENGTHS.start : LENGTHS.start + len(names)] = np.array([len(n) for n in names]) / 128
    lanes[NAMES.start : NAMES.start + len(data)] = byte_lanes(data)
    return lanes


def decode(lanes: F32) -> bool | Formula:
    """The sign of the lane of truth, or the formula."""
    if lanes[IS_FORMULA] < 0.5:
        return bool(lanes[TRUTH] > 0)
    data, names = read_bytes(lanes[NAMES]), []
    for length in np.rint(lanes[LENGTHS] * 128).astype(np.int64):
        if length:
            names.append(data[:length].decode())
            data = data[length:]
    rows = lanes[TABLE][: 2 ** len(names)] > 0
    return Formula(tuple(names), sum(1 << i for i, row in enumerate(rows) if row))


def share(value: bool | Formula) -> Fraction:
    """The part of the truth table's rows that are true: 0 or 1 for False and True."""
    if isinstance(value, Formula):
        return Fraction(value.table.bit_count(), 2 ** len(value.variables))
    return Fraction(int(value))


def traits(value: bool | Formula) -> Traits:
    """Size: the share of true rows, so 0 and 1 for False and True.

    Of a formula also: length, the variables; list lanes: false rows, true rows and the share.
    """
    if not isinstance(value, Formula):
        return Traits(x=float(value), zero=not value, one=value, unit=1)
    part, true = share(value), value.table.bit_count()
    return Traits(
        x=float(part),
        zero=part == 0,
        one=part == 1,
        unit=1,
        length=len(value.variables),
        lowest=2 ** len(value.variables) - true,
        highest=true,
        mean=float(part),
        bounded=1,
    )


def parts(value: bool | Formula) -> Parts:
    """Linear: the share of true rows; of a formula also log: that share; second: the true rows.

    Linear lanes of `and` and `or` of two values add up to those of the two; log lanes of formulas
    without common variables add up to that of their `and`.
    """
    if not isinstance(value, Formula):
        return Parts(linear=int(value))
    part = share(value)
    return Parts(
        linear=part, second=value.table.bit_count(), log2=log2_of(part), sign=int(part > 0)
    )


def combine(op: str, *values: bool | Formula) -> bool | Formula:
    """The connective of truth values, or of formulas over the variables of both."""
    if not all(isinstance(value, bool | Formula) for value in values):
        raise AlgebraError(f"`{op}` takes truth values and formulas only")
    formulas = [v if isinstance(v, Formula) else Formula((), int(v)) for v in values]
    variables = {name for formula in formulas for name in formula.variables}
    if len(variables) > MAX_VARIABLES:
        raise CapacityError(
            f"`{op}` of formulas over {len(variables)} variables; `logic` holds {LIMITS}"
        )
    match op, *(formula.over(tuple(variables)) for formula in formulas):
        case "not", Formula(names, table):
            result = ~table
        case _, Formula(names, table), Formula(_, other) if op in CONNECTIVES:
            result = CONNECTIVES[op](table, other)
        case _:
            raise AlgebraError(f"`logic` has `not` of one value, {', '.join(CONNECTIVES)} of two")
    result &= (1 << 2 ** len(names)) - 1
    if all(isinstance(value, bool) for value in values):
        return bool(result)
    return Formula(names, result)


register(
    Domain(
        name="logic",
        holds=lambda value: isinstance(value, bool | Formula),
        types="True, False or a Formula",
        limits=LIMITS,
        encode=encode,
        decode=decode,
        traits=traits,
        parts=parts,
        algebra=dict.fromkeys(("and", "or", "xor", "implies", "iff", "not"), "exact"),
        combine=combine,
    )
)
