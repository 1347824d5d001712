"""Signals and filters: forms, lanes that bring them back, and their algebra."""

import hashlib
import math
import operator
import re
from decimal import Decimal
from fractions import Fraction
from functools import partial
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from fluxem_encoders.compose import LINEAR_HELD, SECOND, closed_form, read_linear, read_log
from fluxem_encoders.domains.signal_processing import combine as apply
from fluxem_encoders.errors import AlgebraError, CapacityError, DecodeError, ValueFormError
from fluxem_encoders.features import MAGNITUDE
from fluxem_encoders.forms import from_json, to_json, to_text
from fluxem_encoders.layout import COMPOSE, FEATURES, TAG, VALUE
from fluxem_encoders.registry import combine, decode, encode
from fluxem_encoders.structures.signal_processing import DigitalFilter, Signal
from tests.encoders.laws import check_forms, check_roundtrip

TERMS = st.builds(Fraction, st.integers(-127, 127), st.integers(1, 127))
STEPS = st.sampled_from([-1, -0.25, 1 / 128, 0.004, 0.25, 1, 1e30])
some = partial(st.lists, min_size=1)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)


def decimals(digits: int, exponents: st.SearchStrategy[int]) -> st.SearchStrategy[Decimal]:
    whole = st.integers(-(10**digits) + 1, 10**digits - 1)
    return st.builds(lambda n, e: Decimal(f"{n}e{e}"), whole, exponents)


def numbers(room: int) -> st.SearchStrategy[tuple[Any, ...]]:
    """Lists that fit into so many lanes, by every way and up to its edges."""
    return (
        some(st.integers(-128, 127), max_size=room)
        | some(st.integers(-32_639, 32_639), max_size=room // 2)
        | some(st.integers(-(10**18), 10**18), max_size=room // 8)
        | st.integers(-126, 126).flatmap(lambda e: some(decimals(2, st.just(e)), max_size=room))
        | some(st.integers(-12, 12) | decimals(1, st.integers(-1, 0)), max_size=room // 2)
        | some(decimals(12, st.integers(-127, 127)) | FLOATS, max_size=room // 9)
        | some(TERMS | st.integers(-9, 9), max_size=room // 4)
    ).map(tuple)


RATES = (
    st.none()
    | st.integers(1, 2**88 - 1)
    | st.builds(Fraction, st.integers(1, 2**40 - 1), st.integers(1, 2**40 - 1))
    | (decimals(26, st.integers(-99, 99)) | FLOATS).filter(lambda x: x > 0)
)
SIGNALS = st.builds(Signal, numbers(83), RATES)
# One list that fits, split in two: sides of unlike ways may need more lanes together.
FILTERS = (
    numbers(102)
    .filter(lambda xs: len(xs) > 1 and xs[len(xs) // 2] != 0)
    .map(lambda xs: DigitalFilter(xs[: len(xs) // 2], xs[len(xs) // 2 :]))
)


@given(SIGNALS | FILTERS)
def test_every_signal_and_filter_comes_back(value: Signal | DigitalFilter) -> None:
    check_roundtrip(value)
    if value.is_exact:  # JSON has decimals only: a float comes back as one
        check_forms(value)


BIQUAD = DigitalFilter((0.2, 0.4, 0.2, 0.1, 0.3), (1.0, -0.37, 0.2, 0.1, 0.05))


def test_floats_read_as_decimals_from_json_and_zeros_are_alike() -> None:
    check_roundtrip(BIQUAD)
    assert not BIQUAD.is_exact
    b, a = (tuple(Decimal(repr(x)) for x in side) for side in (BIQUAD.b, BIQUAD.a))
    assert from_json(to_json(BIQUAD), "signal_processing") == DigitalFilter(b, a)
    assert repr(Signal((Decimal("-0.0"),))) == repr(Signal((Decimal("0.0"),)))
    assert DigitalFilter((1, 0, Decimal(0)), (2, 0.0)) == DigitalFilter((1,), (2,))


def test_samples_are_read_lane_by_lane() -> None:
    assert list(encode(Signal((1, -2, 127)))[VALUE][29:33] * 128) == [1, -2, 127, 0]
    assert list(encode(Signal((1, Decimal("-0.5"))))[VALUE][29:33] * 128) == [10, -5, 0, 1]


def test_texts() -> None:
    assert to_text(Signal((0, Decimal("0.5"), 1), 8000)) == "[0, 0.5, 1] at 8000 Hz"
    h = DigitalFilter((Decimal("-0.5"), -1, 0), (1, 0, Decimal("-0.9")))
    assert to_text(h) == "H(z) = (-0.5 - z^-1) / (1 - 0.9 z^-2)"
    assert to_text(DigitalFilter((0, 0))) == "H(z) = (0) / (1)"


SAMPLE = st.integers(-99, 99) | decimals(3, st.just(-2)) | TERMS
LISTS = st.lists(SAMPLE, min_size=1, max_size=3).map(tuple)
FINITE = st.lists(st.floats(-100, 100), min_size=1, max_size=4).map(tuple)


def fractions(xs: Any) -> list[Fraction]:
    return [Fraction(x) for x in xs]


def convolved(xs: Any, ys: Any) -> list[Fraction]:
    return list(np.convolve(np.array(fractions(xs)), np.array(fractions(ys))))


@given(st.lists(st.tuples(SAMPLE, SAMPLE), min_size=1, max_size=4), SAMPLE)
def test_signals_add_and_scale(pairs: list[tuple[Any, Any]], by: Any) -> None:
    a, b = (Signal(side, 100) for side in zip(*pairs, strict=True))
    xs, ys = fractions(a.samples), fractions(b.samples)
    total = decode(combine("add", encode(a), encode(b)))
    assert (fractions(total.samples), total.rate) == (list(map(operator.add, xs, ys)), 100)
    assert fractions(apply("subtract", a, b).samples) == list(map(operator.sub, xs, ys))
    assert fractions(apply("scale", a, by).samples) == [x * Fraction(by) for x in xs]


@given(LISTS, LISTS, FINITE)
def test_convolution_and_cascades_multiply_polynomials(xs: Any, ys: Any, zs: Any) -> None:
    result = decode(combine("convolve", encode(Signal(xs)), encode(Signal(ys))))
    assert fractions(result.samples) == convolved(xs, ys)
    cascade = apply("multiply", DigitalFilter((*xs, 1), (1, *ys, 1)), DigitalFilter((3,), (2, 5)))
    assert fractions(cascade.b) == convolved((*xs, 1), (3,))
    assert fractions(cascade.a) == convolved((1, *ys, 1), (2, 5))
    floats = apply("convolve", Signal(zs), Signal(xs)).samples
    assert all(isinstance(x, float) for x in floats)
    assert np.allclose(floats, np.convolve(zs, np.array(xs, dtype=float)), atol=1e-9)


def test_filters_scale_cascade_and_have_gains() -> None:
    f = DigitalFilter((1, Decimal("0.5")), (1, 2))
    scaled = decode(combine("scale", encode(f), encode(Decimal("0.1"))))
    assert scaled == DigitalFilter((Decimal("0.1"), Decimal("0.05")), (1, 2))
    cascade = decode(combine("multiply", encode(f), encode(f)))
    assert cascade == DigitalFilter((1, 1, Decimal("0.25")), (1, 4, 4))
    lanes = encode(DigitalFilter((1,), (1, -1)))[COMPOSE]
    assert not lanes[LINEAR_HELD]  # a pole at z = 1
    assert read_linear(lanes, SECOND) == Fraction(1, 2)


TENTHS = st.lists(decimals(2, st.just(-1)), min_size=4, max_size=4).map(tuple)


@given(TENTHS, TENTHS)
def test_composition_lanes_add_and_multiply(xs: Any, ys: Any) -> None:
    a, b = encode(Signal(xs)), encode(Signal(ys))
    lanes = closed_form("add", a, b)
    assert read_linear(lanes) == sum(fractions(xs + ys))
    turning = [x * (-1) ** n for side in (xs, ys) for n, x in enumerate(fractions(side))]
    assert read_linear(lanes, SECOND) == sum(turning)
    gains = [sum(fractions(side)) for side in (xs, ys)]
    assume(all(gains) and gains[1] != -4)
    product = read_log(closed_form("multiply", a, b))
    assert math.isclose(product, sum(convolved(xs, ys)), rel_tol=1e-9)
    f, g = DigitalFilter(xs, (3, 1)), DigitalFilter((1,), (4, *ys))
    cascade = read_log(closed_form("multiply", encode(f), encode(g)))
    assert math.isclose(cascade, gains[0] / 4 / (4 + gains[1]), rel_tol=1e-9)


def test_louder_signals_lie_farther() -> None:
    rows = [encode(Signal((n, -n)))[FEATURES][MAGNITUDE] for n in (0, 1, 2, 5, 20, 100)]
    for i, row in enumerate(rows):
        distances = [float(np.abs(row - other).sum()) for other in rows[i:]]
        assert distances == sorted(set(distances))


TOO_LARGE = {
    "83 ints": Signal((1,) * 84),
    "41 mixed": Signal((1, Decimal("0.1")) * 21),
    "2**55": Signal((Fraction(1, 2**55),)),
    "10**±127": Signal((Decimal("1e-300"),)),
    "2**88": Signal((1,), 2**88),
    "102, 51": DigitalFilter((1,) * 102),
    "11 floats": DigitalFilter((0.5,) * 12),
}


@pytest.mark.parametrize("limit", TOO_LARGE)
def test_what_does_not_fit_is_refused_with_the_limit(limit: str) -> None:
    with pytest.raises(CapacityError, match=re.escape(limit)):
        encode(TOO_LARGE[limit])


NO_FORMS: dict[str, list[dict[str, Any]]] = {
    "in Hz or null": [{"signal": [1]}, {"signal": [1], "rate": None, "unit": "V"}],
    "1 to 256 numbers": [{"signal": x, "rate": None} for x in ([], [1] * 257, {"a": 1}, "1")],
    "expected a (finite )?number": [{"signal": [x], "rate": 1} for x in ([1], False, math.nan)],
    "within ±400": [{"signal": ["1e9999"], "rate": None}],
    "at most 8192 bits": [{"signal": [x], "rate": None} for x in ("9" * 9999, "1" * 2100 + ".5")],
    "positive": [{"signal": [1], "rate": 0}, {"signal": [1], "rate": -8000}],
    "its numerator and": [{"filter": [1]}, {"filter": [1], "denominator": [1], "rate": 1}],
    "not 0": [{"filter": [1], "denominator": [0, 1]}],
    "is a list": [{"filter": [1], "denominator": []}, {"filter": 1, "denominator": [1]}],
}


@pytest.mark.parametrize("sentence", NO_FORMS)
def test_forms_of_no_signal_and_no_filter(sentence: str) -> None:
    for form in NO_FORMS[sentence]:
        with pytest.raises(ValueFormError, match=sentence):
            from_json(form, "signal_processing")


ONE, AT_RATE, FIR = Signal((1, 2)), Signal((1, 2), 8000), DigitalFilter((1, 2))
UNKNOWN: list[tuple[str, Any, Any]] = [
    *(("add", ONE, Signal((1,))), ("add", ONE, AT_RATE), ("convolve", ONE, AT_RATE)),
    *(("add", ONE, 1), ("add", FIR, FIR), ("multiply", ONE, ONE), ("multiply", FIR, ONE)),
    *(("scale", 2, ONE), ("scale", ONE, True), ("scale", FIR, FIR)),
]


@pytest.mark.parametrize(("op", "a", "b"), UNKNOWN, ids=str)
def test_what_the_algebra_does_not_know(op: str, a: Any, b: Any) -> None:
    with pytest.raises(AlgebraError):
        apply(op, a, b)


def test_results_that_nothing_holds() -> None:
    long, tiny = Signal((1,) * 150), DigitalFilter((1,), (1e-200,))
    with pytest.raises(CapacityError, match="1 to 256"):
        apply("convolve", long, long)
    with pytest.raises(CapacityError, match="not 0"):
        apply("multiply", tiny, tiny)


SHOWN = [
    *(Signal((0,)), Signal((1, -2, 300), 44_100), Signal((Decimal("0.10"), Decimal("-0.25")))),
    *(Signal((0, Decimal("0.5"), 1), Decimal("22.05")), Signal((0.1, Fraction(1, 3)), 0.5)),
    *(DigitalFilter((1, 2, 1)), DigitalFilter((Decimal("0.5"),), (1, Decimal("-0.9"))), BIQUAD),
]


@given(st.sampled_from(SHOWN), st.integers(VALUE.start, VALUE.stop - 1), STEPS)
def test_a_changed_lane_is_refused_or_means_another_value(value: Any, lane: int, by: float) -> None:
    e = encode(value)
    e[lane] += by
    try:
        back = decode(e)
    except DecodeError:
        return
    assert np.abs(encode(back)[VALUE] - e[VALUE]).max() < 1e-3


def test_tag_and_value_lanes_are_those_of_version_1() -> None:
    lanes = [encode(value) for value in SHOWN]
    data = b"".join((e[part] + 0.0).astype("<f4").tobytes() for e in lanes for part in (TAG, VALUE))
    assert hashlib.sha256(data).hexdigest()[:16] == "8fec309f3435aa3a"
