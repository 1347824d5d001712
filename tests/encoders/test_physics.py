"""Quantities and units: exact conversions, dimensions in the lanes, and their algebra."""

import hashlib
import json
import math
from decimal import Decimal
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import fluxem_encoders.domains.physics  # noqa: F401  # registers it
from fluxem_encoders import compose
from fluxem_encoders.errors import AlgebraError, CapacityError, DecodeError, ValueFormError
from fluxem_encoders.features import MAGNITUDE, UNITS
from fluxem_encoders.forms import from_json, to_json
from fluxem_encoders.layout import COMPOSE, FEATURES, TAG, VALUE
from fluxem_encoders.registry import DOMAINS, combine, decode, encode
from fluxem_encoders.structures.physics import BareUnit, Quantity
from tests.encoders.laws import check_forms, check_roundtrip

PIECES = st.sampled_from(
    ["m", "km", "kg", "s", "A", "mol", "cd", "ft", "lb", "kWh", "kPa", "bit", "°", "rpm", "%", "µm"]
)
UNITS_TEXT = (
    st.sampled_from(["°C", "°F", "K", "meters per second squared", "J/(kg·K)", "V/Hz^(1/2)", "MiB"])
    | PIECES
    | st.builds(lambda u, n: f"{u}^{n}", PIECES, st.integers(-2, 2))
    | st.builds(lambda u, v: f"{u}/{v}", PIECES, PIECES)
    | st.builds(lambda u, v, n: f"{u}·{v}^{n}", PIECES, PIECES, st.integers(1, 2))
)
INTS = st.integers(-(2**424) + 1, 2**424 - 1) | st.integers(-999, 999)
DECIMALS = st.builds(
    lambda sign, n, e: Decimal((sign, tuple(map(int, str(n))), e)),
    st.integers(0, 1),
    st.integers(0, 10**60) | st.integers(0, 9999),
    st.integers(-999, 999) | st.integers(-6, 6),
)
TERMS = st.integers(1, 2**208 - 1) | st.integers(1, 99)
FRACTIONS = st.builds(lambda s, p, q: Fraction(s * p, q), st.sampled_from([-1, 1]), TERMS, TERMS)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
EXACT = st.builds(Quantity, INTS | DECIMALS | FRACTIONS, UNITS_TEXT)
PLAIN = (
    st.integers(-(10**9), 10**9)
    | st.decimals(-(10**6), 10**6, places=3)
    | st.fractions(-99, 99, max_denominator=99)
)


def result(op: str, *values: Any) -> Any:
    return decode(combine(op, *map(encode, values)))


def in_bases(q: Quantity) -> Fraction:
    return Fraction(q.magnitude) * q.parsed.factor


@given(EXACT | st.builds(Quantity, FLOATS, UNITS_TEXT))
def test_every_quantity_comes_back(q: Quantity) -> None:
    e = check_roundtrip(q)
    exponents = q.parsed.exponents
    shown = e[FEATURES][UNITS]
    assert np.allclose(shown * 8, [float(x) for x in exponents[:7]], rtol=0.01)
    assert np.array_equal(shown, e[VALUE][:7])


@given(EXACT)
def test_forms(q: Quantity) -> None:
    check_forms(q)
    assert q.is_exact


@given(UNITS_TEXT)
def test_units_without_a_number_come_back(unit: str) -> None:
    bare = BareUnit(unit)
    e = check_roundtrip(bare)
    check_forms(bare)
    assert np.array_equal(e[VALUE][:9], encode(Quantity(0, unit))[VALUE][:9])


def test_floats_have_forms_of_decimals() -> None:
    q = Quantity(0.1, "m")
    assert not q.is_exact
    assert q.to_text() == "0.1 m"
    assert from_json(json.loads(json.dumps(to_json(q))), "physics") == Quantity(Decimal("0.1"), "m")


def test_conversion() -> None:
    assert Quantity(100, "°C").in_unit("°F") == Quantity(212, "°F")
    assert Quantity(Decimal("98.6"), "°F").in_unit("K") == Quantity(Decimal("310.15"), "K")
    assert repr(Quantity(5, "ft").in_unit("m").magnitude) == "Decimal('1.524')"
    assert Quantity(Fraction(1, 3), "h").in_unit("min").magnitude == 20
    with pytest.raises(ValueFormError, match=r"'m' \(m\) does not measure what 's' \(s\)"):
        Quantity(1, "m").in_unit("s")
    with pytest.raises(ValueFormError, match="π"):
        Quantity(1, "rad").in_unit("deg")


SIGNS = {"add": 1, "subtract": -1}
POWERS = {"multiply": 1, "divide": -1}
LIKE = st.sampled_from([("km", "ft"), ("h", "s"), ("J", "kWh"), ("°", "rpm·min")])


@given(PLAIN, PLAIN, LIKE, st.sampled_from(sorted(SIGNS)))
def test_sums(x: Any, y: Any, units: tuple[str, str], op: str) -> None:
    a, b = Quantity(x, units[0]), Quantity(y, units[1])
    got = result(op, a, b)
    assert got.unit == units[0]
    assert in_bases(got) == in_bases(a) + SIGNS[op] * in_bases(b)
    lanes = compose.closed_form(op, encode(a), encode(b))
    difference = compose.read_linear(lanes) - in_bases(got)
    assert abs(difference) <= Fraction(1, 10**12)
    if lanes[compose.LINEAR_HELD] == 1:
        assert difference == 0


@given(PLAIN, PLAIN, PIECES, PIECES, st.sampled_from(sorted(POWERS)))
def test_products(x: Any, y: Any, u: str, v: str, op: str) -> None:
    assume(op == "multiply" or y != 0)
    a, b, power = Quantity(x, u), Quantity(y, v), POWERS[op]
    got = result(op, a, b)
    pairs = zip(a.parsed.exponents, b.parsed.exponents, strict=True)
    exponents = tuple(p + power * q for p, q in pairs)
    expected = in_bases(a) * in_bases(b) ** power
    if isinstance(got, Quantity):
        assert got.parsed.exponents == exponents
        assert in_bases(got) == expected
    else:
        assert not any(exponents)
        assert got == expected
    if x and y:
        lanes = compose.closed_form(op, encode(a), encode(b))
        held = compose.read_log(encode(got)[COMPOSE])
        assert math.isclose(compose.read_log(lanes), held, rel_tol=1e-9)


@given(PLAIN, PLAIN, PIECES)
def test_multiples(x: Any, n: Any, unit: str) -> None:
    of_values = DOMAINS["physics"].combine
    q = Quantity(x, unit)
    product = Quantity(Fraction(x) * Fraction(n), unit)
    assert result("scale", q, n) == product
    assert of_values("multiply", n, q) == of_values("multiply", q, n) == product
    assert of_values("negate", q) == Quantity(-x, unit)
    if n:
        assert of_values("divide", q, n).magnitude == Fraction(x) / Fraction(n)
    if x and any(q.parsed.exponents):
        assert of_values("multiply", of_values("divide", n, q), q) == n


def test_sums_and_ratios_of_floats_are_floats() -> None:
    assert repr(result("add", Quantity(0.5, "m"), Quantity(50, "cm"))) == repr(Quantity(1.0, "m"))
    assert result("divide", Quantity(1.5, "km"), Quantity(60, "s")) == Quantity(25.0, "m/s")


@pytest.mark.parametrize(
    ("op", "values", "sentence"),
    [
        ("add", (Quantity(1, "km/h"), Quantity(1, "kg")), r"'kg' \(kg\).*'km/h' \(m/s\)"),
        ("subtract", (Quantity(1, "rad"), Quantity(1, "deg")), r"'deg' \(π\).*\(a number\)"),
        ("add", (Quantity(1, "°C"), Quantity(1, "K")), "in K: °C counts from a zero of its own"),
        ("scale", (Quantity(1, "°F"), 2), "in K: °F"),
        ("divide", (Quantity(1, "m"), Quantity(0, "s")), "other than 0"),
        ("add", (Quantity(1, "m"), 1), "takes quantities, or a quantity and a number"),
        ("power", (Quantity(1, "m"), 2), "no `power`"),
        ("add", (BareUnit("m"), BareUnit("m")), "takes quantities"),
        ("multiply", (BareUnit("m"), 2), "takes quantities"),
    ],
)
def test_what_the_algebra_does_not_know(op: str, values: Any, sentence: str) -> None:
    with pytest.raises(AlgebraError, match=sentence):
        result(op, *values)


@given(st.lists(st.tuples(PLAIN, st.sampled_from(["mm", "km", "ft"])), min_size=3, max_size=3))
def test_nearer_lengths_have_nearer_lanes(rows: list[tuple[Any, str]]) -> None:
    a, b, c = sorted((Quantity(x, unit) for x, unit in rows), key=in_bases)
    lanes = [encode(q)[FEATURES][MAGNITUDE].astype(np.float64) for q in (a, b, c)]
    near, far = (np.abs(lanes[0] - other).sum() for other in lanes[1:])
    assert near <= far


@pytest.mark.parametrize(
    ("q", "limit"),
    [
        (Quantity(2**424, "m"), "2\\*\\*424"),
        (Quantity(Fraction(1, 2**208), "m"), "2\\*\\*208"),
        (Quantity(Decimal("1e1000"), "m"), "10\\*\\*3"),
        (Quantity(1, "m^9"), "within ±8"),
        (Quantity(1, "meters per second per second per second per second"), "40 bytes"),
    ],
    ids=lambda x: str(x)[-20:],
)
def test_what_does_not_fit_is_refused(q: Quantity, limit: str) -> None:
    with pytest.raises(CapacityError, match=limit):
        encode(q)


def test_products_that_do_not_fit_are_refused() -> None:
    with pytest.raises(CapacityError, match="within ±8"):
        result("multiply", Quantity(1, "m^5"), Quantity(1, "m^4"))


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"quantity": 1}, "expected"),
        ({"quantity": 1, "unit": "m", "error": 0}, "expected"),
        ({"quantity": True, "unit": "m"}, "expected a number"),
        ({"quantity": "NaN", "unit": "m"}, "is no number"),
        ({"quantity": Decimal("NaN"), "unit": "m"}, "a finite number"),
        ({"quantity": 1, "unit": 5}, "a unit is a text"),
        ({"bare_unit": "m", "unit": "m"}, "expected"),
        ({"bare_unit": "fortnight"}, "no unit is named"),
        ({"quantity": 1, "unit": "furlongs per fortnight"}, "no unit is named 'fortnight'"),
    ],
)
def test_bad_forms(form: Any, sentence: str) -> None:
    with pytest.raises(ValueFormError, match=sentence):
        from_json(form, "physics")


@given(st.integers(0, 111), st.sampled_from([-1, -0.25, 1 / 128, 0.25, 1]), st.booleans())
def test_garbage_is_refused_or_means_what_it_says(lane: int, by: float, flip: bool) -> None:
    e = encode(Quantity(Decimal("9.81"), "m/s^2"))
    at = VALUE.start + lane
    e[at] = -e[at] if flip else e[at] + by
    try:
        value = decode(e)
    except DecodeError:
        return
    assert np.abs(encode(value)[VALUE] - e[VALUE]).max() < 1e-3


FROZEN = [
    *(Quantity(0, "m"), Quantity(Decimal("9.81"), "m/s^2"), Quantity(-20, "°C")),
    *(Quantity(0.1, "kWh"), Quantity(Fraction(1, 3), "µm²"), Quantity(2**200, "MiB")),
    *(Quantity(Decimal("1e-30"), "kg·m^2/(s^3·A)"), Quantity(90, "°")),
]
FROZEN_UNITS = [BareUnit("°F"), BareUnit("kg·m^2/(s^3·A)")]


@pytest.mark.parametrize(
    ("values", "digest"), [(FROZEN, "98c426bf36e2e1cd"), (FROZEN_UNITS, "6092391330eec140")]
)
def test_value_lanes_are_those_of_version_1(values: list[Any], digest: str) -> None:
    parts = [encode(q)[part] for q in values for part in (TAG, VALUE)]
    data = b"".join((lanes + 0.0).astype("<f4").tobytes() for lanes in parts)
    assert hashlib.sha256(data).hexdigest()[:16] == digest
    assert set(DOMAINS["physics"].algebra.values()) == {"exact"}
