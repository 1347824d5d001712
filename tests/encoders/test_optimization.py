"""Linear programs: come back exactly, have forms, and scale and turn around."""

import hashlib
import json
import math
import operator
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from itertools import cycle, pairwise, product
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import fluxem_encoders.domains.optimization
import fluxem_encoders.structures.optimization  # noqa: F401
from fluxem_encoders.compose import LINEAR_HELD, closed_form, read_linear, read_log
from fluxem_encoders.domains.optimization import FREE, RELATION
from fluxem_encoders.errors import AlgebraError, CapacityError, DecodeError, ValueFormError
from fluxem_encoders.features import MAGNITUDE
from fluxem_encoders.forms import from_json, to_json, to_text
from fluxem_encoders.layout import FEATURES, TAG, VALUE
from fluxem_encoders.registry import combine, decode, encode
from fluxem_encoders.structures.optimization import RELATIONS, SENSES, Constraint, LinearProgram
from fluxem_encoders.values import Number
from tests.encoders.laws import check_forms, check_roundtrip


@st.composite
def programs(
    draw: st.DrawFn,
    side: int,
    entries: st.SearchStrategy[Any],
    bounds: st.SearchStrategy[Any],
) -> LinearProgram:
    """Linear programs of up to `side` variables and constraints that repeat a few drawn numbers."""
    n, m = draw(st.integers(1, side)), draw(st.integers(0, side))
    xs = cycle(draw(st.lists(entries, min_size=1, max_size=9)))
    relations = draw(st.lists(st.sampled_from(RELATIONS), min_size=m, max_size=m))
    rights = cycle(draw(st.lists(bounds, min_size=1, max_size=3)))
    rows = [tuple(next(xs) for _ in range(n)) for _ in range(1 + m)]
    return LinearProgram(
        draw(st.sampled_from(SENSES)),
        rows[0],
        tuple(map(Constraint, rows[1:], relations, rights)),
        tuple(draw(st.lists(st.booleans(), min_size=n, max_size=n))),
    )


SMALL = st.builds(Fraction, st.integers(-12, 12), st.integers(1, 12))
TENTHS = st.integers(-99, 99).map(lambda n: Decimal(n).scaleb(-1))
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
ANY = st.integers(-(10**9), 10**9) | SMALL | TENTHS | FLOATS | st.just(Decimal("2.50"))
PROGRAMS = st.one_of(
    programs(8, st.integers(-127, 127), st.integers(-127, 127)),
    programs(6, st.integers(-127, 127), st.integers(-(10**6), 10**6)),
    programs(6, TENTHS, st.integers(-(8 * 10**6), 8 * 10**6)),
    programs(4, SMALL, SMALL),
    programs(2, ANY, ANY),
)


@given(PROGRAMS)
def test_laws(value: LinearProgram) -> None:
    check_roundtrip(value)
    if value.is_exact:
        check_forms(value)
    else:  # a JSON decimal is taken as written
        back: Any = from_json(json.loads(json.dumps(to_json(value))), "optimization")
        assert list(map(float, back.coefficients)) == list(map(float, value.coefficients))


WYNDOR = LinearProgram(
    "maximize",
    (3, 5),
    (Constraint((1, 0), "<=", 4), Constraint((0, 2), "<=", 12), Constraint((3, 2), "<=", 18)),
)


def test_forms() -> None:
    text = "3 x1 + 5 x2 subject to x1 <= 4, 2 x2 <= 12, 3 x1 + 2 x2 <= 18, x1 >= 0, x2 >= 0"
    assert to_text(WYNDOR) == f"maximize {text}"
    rules = Constraint((0, 0), "=", 0), Constraint((Decimal("-2.50"), 1), ">=", -7)
    other = LinearProgram("minimize", (-1, Fraction(-1, 3)), rules, (False, True))
    text = "-x1 - 1/3 x2 subject to 0 = 0, -2.50 x1 + x2 >= -7, x1 >= 0, x2 free"
    assert to_text(other) == f"minimize {text}"
    assert to_json(other)["free"] == [False, True]
    assert "free" not in to_json(WYNDOR)


def test_flags_and_small_ints_are_read_off_the_lanes() -> None:
    mixed = replace(WYNDOR, free=(True, False))
    lanes = encode(mixed)[VALUE]
    assert lanes[0] == 1
    assert lanes[FREE].tolist() == [1, -1, 0, 0, 0, 0, 0, 0]
    assert lanes[RELATION].tolist() == [-1, -1, -1, 0, 0, 0, 0, 0]
    assert (lanes[32:43] * 128).tolist() == [3, 5, 1, 0, 0, 2, 3, 2, 4, 12, 18]


def result(op: str, *values: Any) -> Any:
    return decode(combine(op, *map(encode, values)))


def solved(lp: LinearProgram) -> tuple[int | None, list[tuple[int, ...]]]:
    """The best value of the objective on a grid of whole points, and where it is taken."""
    sign = 1 if lp.sense == "maximize" else -1
    holds = {"<=": operator.le, "=": operator.eq, ">=": operator.ge}
    found = {}
    for x in product(*(range(-2, 3) if free else range(4) for free in lp.free)):
        if all(holds[c.relation](dot(c.coefficients, x), c.bound) for c in lp.constraints):
            found[x] = sign * dot(lp.objective, x)
    best = max(found.values(), default=None)
    return best and sign * best, [x for x, f in found.items() if f == best]


def dot(xs: Any, ys: Any) -> Any:
    return sum(x * y for x, y in zip(xs, ys, strict=True))


@given(programs(2, st.integers(-9, 9), st.integers(-9, 9)), st.integers(1, 9))
def test_negate_and_scale_keep_the_solutions(lp: LinearProgram, k: int) -> None:
    best, points = solved(lp)
    for other, factor in ((result("negate", lp), -1), (result("scale", lp, k), k)):
        assert solved(other) == (best and factor * best, points)
        assert replace(other, sense=lp.sense, objective=lp.objective) == lp


PYTHON = {"add": operator.add, "subtract": operator.sub}


@given(programs(3, st.integers(-20, 20) | TENTHS, TENTHS), st.sampled_from(sorted(PYTHON)))
def test_objectives_add_also_in_the_lanes(lp: LinearProgram, op: str) -> None:
    other = replace(lp, objective=(7, -3, 0, 10)[: len(lp.objective)])
    expected = tuple(map(PYTHON[op], lp.objective, other.objective))
    assert result(op, lp, other) == replace(lp, objective=expected)
    lanes = closed_form(op, encode(lp), encode(other))
    assert lanes[LINEAR_HELD] == 1
    assert read_linear(lanes) == Fraction(sum(expected))


@given(programs(2, TENTHS, TENTHS), st.integers(-9, 9) | st.just(Fraction(1, 3)))
def test_objectives_scale_also_in_the_lanes(lp: LinearProgram, k: Number) -> None:
    expected = tuple(Fraction(x) * Fraction(k) for x in lp.objective)
    assert result("scale", k, lp) == replace(lp, objective=expected)
    lanes = closed_form("multiply", encode(lp), encode(k))
    assert math.isclose(read_log(lanes), sum(expected), rel_tol=1e-9)


@given(st.lists(st.tuples(st.integers(1, 8), st.integers(0, 8)), max_size=4))
def test_graded_by_variables_and_constraints(sizes: list[tuple[int, int]]) -> None:
    ordered = [program(n, m, 1) for n, m in sorted(sizes, key=sum)]
    lanes = [encode(lp)[FEATURES][MAGNITUDE] for lp in ordered]
    assert all((a <= b).all() for a, b in pairwise(lanes))


def program(n: int, m: int, x: Number) -> LinearProgram:
    return LinearProgram("minimize", (x,) * n, (Constraint((x,) * n, ">=", x),) * m)


@pytest.mark.parametrize(
    ("value", "limit"),
    [
        (program(9, 1, 1), "8 variables"),
        (program(1, 9, 1), "8 constraints"),
        (program(8, 8, 128), "80 lanes"),
        (program(3, 2, 0.5), "a float 9"),
        (program(1, 1, Fraction(1, 2**55)), "2**55"),
        (program(1, 1, 10**5000), "500 bits"),
    ],
    ids=lambda x: x if isinstance(x, str) else "",
)
def test_what_does_not_fit_is_refused_with_the_limit(value: LinearProgram, limit: str) -> None:
    with pytest.raises(CapacityError) as refusal:
        encode(value)
    assert limit in str(refusal.value)


ROW = {"coefficients": [1, 0], "relation": "<=", "bound": 4}
GOOD = {"linear_program": "maximize", "objective": [3, 5], "constraints": [ROW]}


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"linear_program": "optimise"}, "minimize or maximize"),
        ({"objective": []}, "1 to 100 numbers"),
        ({"objective": [0] * 10**6}, "at most 100 items"),
        ({"objective": [1, 2, 3]}, "needs as many coefficients"),
        ({"constraints": [[1, 0, 4]]}, "a constraint is"),
        ({"constraints": [ROW | {"relation": "<"}]}, "<=, = or >="),
        ({"constraints": [ROW | {"bound": True}]}, "expected a number"),
        ({"free": [True]}, "needs as many entries"),
        ({"free": [0, 1]}, "true or false"),
        ({"bounds": []}, "has the keys"),
    ],
    ids=str,
)
def test_bad_forms_are_refused(change: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueFormError, match=sentence):
        from_json(GOOD | change, "optimization")


@pytest.mark.parametrize(
    ("op", "values"),
    [
        ("add", (WYNDOR, result("negate", WYNDOR))),
        ("subtract", (WYNDOR, replace(WYNDOR, free=(True, False)))),
        ("scale", (WYNDOR, WYNDOR)),
        ("negate", (WYNDOR, WYNDOR)),
    ],
    ids=range(4),
)
def test_what_the_algebra_does_not_know(op: str, values: tuple[Any, ...]) -> None:
    with pytest.raises(AlgebraError):
        combine(op, *map(encode, values))


FIXED = [
    WYNDOR,
    replace(WYNDOR, sense="minimize", free=(True, False)),
    LinearProgram("minimize", (0,), ()),
    program(8, 8, -127),
    program(2, 2, 0.5),
    program(3, 2, Fraction(-1, 3)),
    LinearProgram("maximize", (Decimal("2.50"), Decimal("1.00")), (Constraint((1, 2), "=", 1e9),)),
    LinearProgram("minimize", (10**20, 1), (Constraint((Decimal("0.5"), -1), ">=", 70_000),)),
]


@given(st.sampled_from(FIXED), st.integers(VALUE.start, VALUE.stop - 1), st.data())
def test_a_changed_lane_is_refused_or_means_another_value(
    value: LinearProgram, lane: int, data: st.DataObject
) -> None:
    e = encode(value)
    e[lane] += data.draw(st.sampled_from([-2, -1, -0.25, -1 / 128, 0.004, 1 / 128, 0.25, 1, 1e30]))
    try:
        other = decode(e)
    except DecodeError:
        return
    assert np.abs(encode(other)[VALUE] - e[VALUE]).max() < 1e-3


def test_tag_and_value_lanes_are_those_of_version_1() -> None:
    lanes = map(encode, FIXED)
    data = b"".join((e[part] + 0.0).astype("<f4").tobytes() for e in lanes for part in (TAG, VALUE))
    assert hashlib.sha256(data).hexdigest()[:16] == "35ba3db5aba8b8f2"
