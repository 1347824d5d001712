"""Values to embeddings and back: 256 lanes each, every lane exact in bfloat16.

Axes: N values, D the 256 lanes.
"""

import struct
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from fluxem_encoders import domains as domains  # fills DOMAINS
from fluxem_encoders.compose import compose_lanes, mark_source
from fluxem_encoders.domain import DOMAINS, UNARY, Domain, register
from fluxem_encoders.errors import AlgebraError, DecodeError, UnknownDomainError
from fluxem_encoders.features import UNITS, columns, features
from fluxem_encoders.layout import COMPOSE, FEATURES, TAG, VALUE, WIDTH
from fluxem_encoders.structured import Structured
from fluxem_encoders.tags import has_tag, read_tags, tag
from fluxem_encoders.values import (
    Combination,
    Distribution,
    Duration,
    Factorial,
    Permutation,
    Value,
)

__all__ = [
    "DOMAINS",
    "Domain",
    "combine",
    "decode",
    "decode_batch",
    "decode_domain",
    "domain_of",
    "encode",
    "encode_batch",
    "register",
]

F32 = NDArray[np.float32]

TOLERANCE = 1e-3  # of a value lane; neighbouring code points lie 1/128 apart or more
LARGEST = 1.125  # of all value lanes: the digit 9
BLOCK = 3000  # rows at a time: these stay in the cache, where powers of two share few places

_DEFAULT: dict[type, str] = {
    bool: "logic",
    int: "arithmetic",
    Fraction: "arithmetic",
    Decimal: "arithmetic",
    float: "arithmetic",
    Factorial: "combinatorics",
    Combination: "combinatorics",
    Permutation: "combinatorics",
    Distribution: "probability",
    tuple: "statistics",
    date: "temporal",
    Duration: "temporal",
}


def domain_of(value: Value) -> str:
    """The domain that holds such a value when nothing else is said.

    Raises:
        UnknownDomainError: for a value of a type that no domain holds, such as str.
    """
    name: str | None
    if isinstance(value, Structured):
        name = value.domain
    else:
        name = next((_DEFAULT[kind] for kind in type(value).__mro__ if kind in _DEFAULT), None)
    if name is None or not DOMAINS[name].holds(value):
        raise UnknownDomainError(f"no domain holds {_shown(value)}")
    return name


def encode(value: Value, domain: str | None = None) -> F32:
    """The embedding of a value, shape (256,), float32; `domain_of(value)` unless one is named.

    Raises:
        CapacityError: when the value is outside what the domain's lanes hold exactly.
        UnknownDomainError: for an unknown domain, or a value that it does not hold.
    """
    return np.asarray(encode_batch([value], domain_of(value) if domain is None else domain)[0])


def encode_batch(values: Sequence[Value] | NDArray[Any], domain: str) -> F32:
    """The embeddings of many values of one domain, shape (N, 256), float32.

    numpy arrays of ints or floats (shape (N,)) and runs of such numbers are laid out without a
    Python loop per value.

    Raises:
        CapacityError: when a value is outside what the domain's lanes hold exactly.
        UnknownDomainError: for an unknown domain, or a value that it does not hold.
    """
    d = _domain(domain)
    e_ND = np.zeros((len(values), WIDTH), dtype=np.float32)
    if isinstance(values, np.ndarray):
        _encode_array(d, values, e_ND)
        return e_ND
    e_ND[:, TAG] = tag(domain)
    for value in values:
        if not d.holds(value):
            raise UnknownDomainError(f"`{domain}` holds {d.types}, not {_shown(value)}")
    if d.vectors is None:
        _encode_each(d, values, e_ND, np.arange(len(values)))
        return e_ND
    kinds = np.array([_array_kind(value) for value in values], dtype=np.intp)
    for kind, dtype in ((1, np.int64), (2, np.float64)):
        if len(rows := np.flatnonzero(kinds == kind)):
            part = e_ND[rows]
            d.vectors.encode(np.array([values[i] for i in rows], dtype=dtype), part)
            e_ND[rows] = part
    _encode_each(d, values, e_ND, np.flatnonzero(kinds == 0))
    return e_ND


def _encode_array(d: Domain, values: NDArray[Any], e_ND: F32) -> None:
    if d.vectors is None or values.ndim != 1 or values.dtype.kind not in "iuf":
        raise UnknownDomainError(f"`{d.name}` holds {d.types}, not {values.dtype} arrays")
    if values.dtype == np.uint64 and values.size and values.max() > np.iinfo(np.int64).max:
        e_ND[:, TAG] = tag(d.name)
        _encode_each(d, values.tolist(), e_ND, np.arange(len(values)))
        return
    dtype = np.float64 if values.dtype.kind == "f" else np.int64
    for start in range(0, len(values), BLOCK):
        block = slice(start, start + BLOCK)
        e_ND[block, TAG] = tag(d.name)
        d.vectors.encode(values[block].astype(dtype), e_ND[block])


def _encode_each(d: Domain, values: Sequence[Any], e_ND: F32, rows: NDArray[np.intp]) -> None:
    if not len(rows):
        return
    chosen = [values[i] for i in rows]
    for row, value in zip(rows, chosen, strict=True):
        e_ND[row, VALUE] = d.encode(value)
        e_ND[row, COMPOSE] = compose_lanes(d.parts(value))
    e_ND[rows, FEATURES] = features(columns([d.traits(value) for value in chosen]))
    if d.dimensions is not None:
        units = slice(FEATURES.start + UNITS.start, FEATURES.start + UNITS.stop)
        e_ND[rows, units] = [d.dimensions(value) for value in chosen]


def _array_kind(value: Any) -> int:
    """1 for an int that int64 holds, 2 for a float, else 0."""
    if isinstance(value, float):
        return 2
    return 1 if isinstance(value, int) and -(2**63) <= value < 2**63 else 0


def decode(e: ArrayLike) -> Value:
    """The value of an embedding, shape (256,), exactly; its tag says the domain.

    Reads the tag (up to two flipped lanes are put right) and the value lanes alone.

    Raises:
        DecodeError: when `e` is no finite float array of that shape, or no embedding of a value.
    """
    e_ND = _finite(_shaped(e, ndim=1))[None]
    return _decode_row(e_ND[0], read_tags(e_ND)[0])


def decode_domain(e: ArrayLike) -> str:
    """The domain that an embedding's tag names, shape (256,).

    Raises:
        DecodeError: when `e` is no finite float array of that shape, or has no domain's tag.
    """
    return read_tags(_finite(_shaped(e, ndim=1))[None])[0]


def decode_batch(
    e_ND: ArrayLike, dtype: type[np.int64] | type[np.float64] | None = None
) -> list[Value] | NDArray[Any]:
    """The values of embeddings, shape (N, 256): a list, or with `dtype` an array of shape (N,).

    With `dtype` every row must hold an int within int64, or a float; no Python loop then.

    Raises:
        DecodeError: when a row is no embedding of a value, or not of that dtype.
    """
    shaped = _shaped(e_ND, ndim=2)
    blocks = [slice(start, start + BLOCK) for start in range(0, len(shaped), BLOCK)]
    if dtype is None:
        return [value for rows in blocks for value in _decode_rows(_finite(shaped[rows]))]
    x_N, good_N = np.empty(len(shaped), dtype=dtype), np.empty(len(shaped), dtype=np.bool_)
    for rows in blocks:
        x_N[rows], good_N[rows] = _decode_numbers(_finite(shaped[rows]), dtype)
    if not good_N.all():
        raise DecodeError(f"not every row holds an arithmetic value of {dtype.__name__}")
    return x_N


def _decode_rows(e_ND: F32) -> list[Value]:
    ints, whole_N = _decode_numbers(e_ND, np.int64)
    values: list[Value] = ints.tolist()
    rest = np.flatnonzero(~whole_N)
    floats, float_N = _decode_numbers(e_ND[rest], np.float64)
    for i, x in zip(rest[float_N].tolist(), floats[float_N].tolist(), strict=True):
        values[i] = x
    rest = rest[~float_N]
    for i, name in zip(rest, read_tags(e_ND[rest]), strict=True):
        values[i] = _decode_row(e_ND[i], name)
    return values


def _decode_numbers(
    e_ND: F32, dtype: type[np.int64] | type[np.float64]
) -> tuple[NDArray[Any], NDArray[np.bool_]]:
    """Rows read as arithmetic numbers of that dtype, and which of them hold one."""
    vectors = DOMAINS["arithmetic"].vectors
    assert vectors is not None
    x_N, good_N = vectors.decode(e_ND, dtype)
    return x_N, good_N & has_tag(e_ND, "arithmetic")


def _decode_row(e: F32, name: str) -> Value:
    domain = DOMAINS[name]
    lanes = e[VALUE]
    if np.abs(lanes).max() > LARGEST + TOLERANCE:  # also keeps the work on garbage small
        raise DecodeError(f"no value of `{name}` has a lane beyond ±{LARGEST}")
    try:
        value = domain.decode(lanes)
        again = domain.encode(value)
    except (ArithmeticError, LookupError, TypeError, ValueError, struct.error):
        raise DecodeError(f"lanes 16-127 hold no value of `{name}`") from None
    if np.abs(again - lanes).max() > TOLERANCE:
        raise DecodeError(f"lanes 16-127 hold no value of `{name}`")
    return value


def _shaped(e: ArrayLike, ndim: int) -> F32:
    try:
        array = np.asarray(e)
    except ValueError:
        raise DecodeError("an embedding is an array of 256 floats") from None
    if array.dtype.kind != "f" or array.ndim != ndim or array.shape[-1] != WIDTH:
        raise DecodeError(
            f"expected {'(256,)' if ndim == 1 else '(N, 256)'} floats, "
            f"got {array.shape} of {array.dtype}"
        )
    return array.astype(np.float32, copy=False)


def _finite(e: F32) -> F32:
    if not np.isfinite(e).all():
        raise DecodeError("an embedding holds finite numbers only")
    return e


def combine(op: str, *embeddings: ArrayLike) -> F32:
    """The embedding of `op` applied to the values of embeddings of shape (256,) each.

    The value lanes carry exact values, so the result is exact wherever the domain's `algebra`
    says so. It stays in its domain where that holds it, else it moves to `domain_of` it (5! * 2
    is a number). `compose.closed_form` is the same algebra on the composition lanes alone.

    Raises:
        AlgebraError: when the domain's algebra does not know `op` for these operands.
        CapacityError: when the result is outside what the lanes hold.
        DecodeError: when an operand is no embedding of a value.
    """
    values = [decode(e) for e in embeddings]
    names = [decode_domain(e) for e in embeddings]
    # A number may stand beside any other value: the other one's domain decides.
    domain = DOMAINS[next((name for name in names if name != "arithmetic"), "arithmetic")]
    if op not in domain.algebra:
        raise AlgebraError(f"`{domain.name}` has no `{op}`; it has {', '.join(domain.algebra)}")
    if len(values) != (1 if op in UNARY else 2):
        raise AlgebraError(f"`{op}` takes {'one' if op in UNARY else 'two'}, got {len(values)}")
    result = domain.combine(op, *values)
    name = domain.name if domain.holds(result) else domain_of(result)
    return mark_source(encode(result, name), "composed")


def _domain(name: str) -> Domain:
    if name not in DOMAINS:
        raise UnknownDomainError(f"no domain `{name}`; there are {', '.join(DOMAINS)}")
    return DOMAINS[name]


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 60 else f"{text[:57]}..."
