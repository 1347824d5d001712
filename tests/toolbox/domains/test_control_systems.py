"""Linear systems against numpy, scipy and sympy, and against what polynomials' roots tell."""

import time
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from math import comb, sqrt
from typing import Any

import numpy as np
import pytest
import scipy.signal
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from fluxem_encoders.structures.control_systems import StateSpace, TransferFunction
from fluxem_encoders.values import Numbers
from fluxem_toolbox import ToolError
from fluxem_toolbox.domains.control_systems import (
    all_poles,
    all_zeros,
    controllability_rank,
    damping_ratio,
    dc_gain,
    feedback_loop,
    gain_at,
    is_controllable,
    is_observable,
    is_stable,
    natural_frequency,
    observability_rank,
    parallel_connection,
    percent_overshoot,
    phase_at,
    pole_polynomial,
    real_poles,
    real_zeros,
    series_connection,
    state_space_to_transfer,
    step_final_value,
    system_order,
    transfer_to_state_space,
)
from tests.checks import checks

few = settings(max_examples=25)
small = st.integers(-4, 4)
coefficients = st.lists(small, min_size=1, max_size=4).map(tuple)
monic = st.lists(small, min_size=1, max_size=4).map(lambda xs: (1, *xs))
systems = st.builds(TransferFunction, coefficients, monic)
roots = st.lists(st.sampled_from([Fraction(n, 4) for n in range(-8, 9)]), min_size=1, max_size=4)


@st.composite
def state_spaces(draw: st.DrawFn) -> StateSpace:
    n = draw(st.integers(1, 3))
    rows = [draw(st.lists(small, min_size=n, max_size=n).map(tuple)) for _ in range(n + 2)]
    return StateSpace(
        tuple(rows[:n]), tuple((x,) for x in rows[n]), (rows[n + 1],), ((draw(small),),)
    )


def value(system: TransferFunction, s: complex) -> complex:
    top, bottom = (
        complex(np.polyval(list(map(float, p)), s)) for p in (system.numerator, system.denominator)
    )
    assume(abs(bottom) > 1e-6)
    return top / bottom


def expanded(zeros: list[Fraction]) -> Numbers:
    """The polynomial with these roots."""
    p = [Fraction(1)]
    for zero in zeros:
        p = [a - zero * b for a, b in zip([*p, Fraction()], [Fraction(), *p], strict=True)]
    return tuple(p)


@few
@given(systems, systems, st.sampled_from([2 + 1j, -0.3 + 0.7j, 3j]))
@checks(
    series_connection, parallel_connection, feedback_loop, against="numpy, at points of the plane"
)
def test_connections(g: TransferFunction, h: TransferFunction, s: complex) -> None:
    x, y = value(g, s), value(h, s)
    assert value(series_connection(g, h), s) == pytest.approx(x * y)
    assert value(parallel_connection(g, h), s) == pytest.approx(x + y)
    assert value(parallel_connection(g, 3), s) == pytest.approx(x + 3)
    assume(abs(1 + x * y) > 1e-3 < abs(1 - x * y))
    assert value(feedback_loop(g, h), s) == pytest.approx(x / (1 + x * y), rel=1e-6)
    assert value(feedback_loop(g, h, "positive"), s) == pytest.approx(x / (1 - x * y), rel=1e-6)


@few
@given(systems)
def test_unity_feedback(g: TransferFunction) -> None:
    assume(abs(value(g, 2 + 1j)) not in (0, 1))  # 1 and -1 leave no loop to solve
    assert feedback_loop(g) == feedback_loop(g, -1, "positive")
    assert feedback_loop(g, 1, "positive") == feedback_loop(g, -1)
    assert feedback_loop(g).numerator == g.numerator


@few
@given(roots, st.sampled_from(["s", "z"]))
def test_stability_is_where_the_poles_are(poles: list[Fraction], variable: Any) -> None:
    system = TransferFunction((1,), expanded(poles), variable)
    inside = (p < 0 if variable == "s" else abs(p) < 1 for p in poles)
    assert is_stable(system) == all(inside)
    assert is_stable(
        TransferFunction((1,), tuple(-3 * c for c in system.denominator), variable)
    ) == (is_stable(system))


@given(monic, st.sampled_from(["s", "z"]))
@checks(is_stable, against="numpy")
def test_stability_against_numpy(denominator: Numbers, variable: Any) -> None:
    found = np.roots(list(map(float, denominator)))
    margins = -found.real if variable == "s" else 1 - abs(found)
    assume(all(abs(margins) > 1e-4))
    assert is_stable(TransferFunction((1,), denominator, variable)) == all(margins > 0)


@few
@given(roots, roots)
@checks(
    real_poles,
    real_zeros,
    all_poles,
    all_zeros,
    system_order,
    pole_polynomial,
    against="systems made from their poles and zeros",
)
def test_rational_poles_and_zeros(poles: list[Fraction], zeros: list[Fraction]) -> None:
    system = TransferFunction(expanded(zeros), expanded(poles))
    assert real_poles(system) == tuple(sorted(set(poles)))
    assert real_zeros(system) == tuple(sorted(set(zeros)))
    assert all_poles(system).rows == tuple((p, 0) for p in sorted(poles))
    assert all_zeros(system).rows == tuple((z, 0) for z in sorted(zeros))
    assert system_order(system) == pole_polynomial(system).degree == len(poles)


def test_complex_poles() -> None:
    assert all_poles(TransferFunction((1,), (1, 2, 5))).rows == ((-1, -2), (-1, 2))
    assert all_poles(TransferFunction((1,), (4, 4, 17))).to_text() == "[[-0.5, -2], [-0.5, 2]]"
    irrational = all_poles(TransferFunction((1,), (1, 0, -2))).entries
    assert irrational == pytest.approx((-sqrt(2), 0, sqrt(2), 0), rel=1e-15)
    sevenths = [
        complex(*map(float, row))
        for row in all_poles(TransferFunction((1,), (1, *[0] * 6, -1))).rows
    ]
    assert [z**7 for z in sevenths] == pytest.approx([1] * 7)
    assert real_poles(TransferFunction((1,), (1, 2, 5))) == ()


@few
@given(systems, st.fractions(-5, 5, max_denominator=4), st.sampled_from(["s", "z"]))
@checks(gain_at, phase_at, against="numpy")
def test_frequency_response_against_numpy(
    system: TransferFunction, frequency: Fraction, variable: Any
) -> None:
    system = TransferFunction(system.numerator, system.denominator, variable)
    w = float(frequency)
    expected = value(system, 1j * w if variable == "s" else np.exp(1j * w))
    assume(abs(expected) > 1e-6)
    assert float(gain_at(system, frequency)) == pytest.approx(abs(expected), rel=1e-6)
    turns = (float(phase_at(system, frequency)) - np.angle(expected, deg=True)) / 360
    assert turns == pytest.approx(round(turns), abs=1e-7)


@pytest.mark.parametrize(
    ("numerator", "denominator", "degrees"),
    [
        ((1,), (1, 1), -45),
        ((1,), (1, 0), -90),
        ((1,), (1, 0, 0), 180),
        ((1, 0), (1,), 90),
        ((1, 1), (1,), 45),
        ((1, -1), (1,), 135),
        ((1,), (1, -1), -135),
        ((3,), (2,), 0),
    ],
)
def test_phases_of_whole_eighths(numerator: Numbers, denominator: Numbers, degrees: int) -> None:
    assert repr(phase_at(TransferFunction(numerator, denominator), 1)) == repr(degrees)


@few
@given(systems)
@checks(dc_gain, against="law: the quotient of the constant terms")
@checks(step_final_value, against="law: the step times the gain at rest")
def test_gain_at_rest(system: TransferFunction) -> None:
    assume(system.denominator[-1] != 0)
    gain = dc_gain(system)
    assert Fraction(gain) == Fraction(system.numerator[-1]) / Fraction(system.denominator[-1])
    assert gain_at(system, 0) == abs(gain)
    if is_stable(system):
        assert Fraction(step_final_value(system, 3)) == 3 * Fraction(gain)


def test_a_discrete_system_at_rest() -> None:
    halving = TransferFunction((1,), (1, Decimal("-0.5")), "z")
    assert (dc_gain(halving), gain_at(halving, 0), step_final_value(halving)) == (2, 2, 2)


@few
@given(st.integers(1, 20), st.integers(1, 40))
@checks(natural_frequency, damping_ratio, against="systems made from them")
def test_second_order(w: int, tenths: int) -> None:
    z = Fraction(tenths, 10)
    system = TransferFunction((w * w,), (1, 2 * z * w, w * w))
    assert (natural_frequency(system), Fraction(damping_ratio(system))) == (w, z)
    if z >= 1:
        assert percent_overshoot(system) == 0
    assert natural_frequency(TransferFunction((1,), (1, 1, 2))) == pytest.approx(sqrt(2), rel=1e-15)
    assert damping_ratio(TransferFunction((1,), (1, -2, 4))) == Decimal("-0.5")


@checks(percent_overshoot, against="scipy's step response")
def test_overshoot_against_a_simulated_step() -> None:
    _, response = scipy.signal.step(((1,), (1, 0.6, 1)), T=np.linspace(0, 10, 20_001))
    system = TransferFunction((1,), (1, Decimal("0.6"), 1))
    assert percent_overshoot(system) == pytest.approx(100 * (response.max() - 1), abs=1e-5)


@few
@given(state_spaces())
@checks(controllability_rank, observability_rank, is_controllable, is_observable, against="numpy")
@checks(state_space_to_transfer, against="scipy")
def test_state_spaces(system: StateSpace) -> None:
    matrices = [np.array(m, dtype=float) for m in system.matrices().values()]
    a, b, c, _ = matrices
    n = system.order
    reach = np.hstack([np.linalg.matrix_power(a, k) @ b for k in range(n)])
    tell = np.vstack([c @ np.linalg.matrix_power(a, k) for k in range(n)])
    assert controllability_rank(system) == np.linalg.matrix_rank(reach)
    assert observability_rank(system) == np.linalg.matrix_rank(tell)
    assert is_controllable(system) == (controllability_rank(system) == n)
    assert is_observable(system) == (observability_rank(system) == n)
    found = state_space_to_transfer(system)
    top, bottom = scipy.signal.ss2tf(*matrices)
    padded = [0] * (n + 1 - len(found.numerator)) + list(found.numerator)
    assert padded == pytest.approx(top[0], abs=1e-8)
    assert found.denominator == pytest.approx(bottom, abs=1e-8)


@few
@given(coefficients, monic, st.sampled_from([1, -2, 3]))
@checks(transfer_to_state_space, against="law: state_space_to_transfer undoes it")
def test_there_and_back(numerator: Numbers, denominator: Numbers, leading: int) -> None:
    assume(len(numerator) <= len(denominator))
    system = TransferFunction(numerator, (leading, *denominator[1:]))
    back = state_space_to_transfer(transfer_to_state_space(system))
    shared = [Fraction(x) / leading for x in system.denominator]
    assert [Fraction(x) for x in back.denominator] == shared
    assert [Fraction(x) for x in back.numerator] == [
        Fraction(x) / leading for x in system.numerator
    ]


def test_fractions_and_floats_in_a_state_space() -> None:
    system = StateSpace(((Fraction(1, 3),),), ((Fraction(1, 2),),), ((4,),), ((5,),))
    assert state_space_to_transfer(system).to_text() == "(5s + 1/3)/(s - 1/3)"
    floats = StateSpace(((0.5,),), ((1,),), ((1,),), ((0,),))
    assert state_space_to_transfer(floats, "z") == TransferFunction((1.0,), (1.0, -0.5), "z")


HUGE = TransferFunction(
    tuple(2**1190 + k for k in range(65)), tuple(comb(64, k) * 2**1000 for k in range(65))
)
LONG = TransferFunction(HUGE.numerator[:33], HUGE.numerator[:33])
DENSE = StateSpace(
    tuple(tuple((7 * i * j + 3 * i + j * j) % 11 for j in range(16)) for i in range(16)),
    tuple((i % 5,) for i in range(16)),
    (tuple(range(16)),),
    ((0,),),
)


@pytest.mark.parametrize(
    "largest",
    [
        lambda: is_stable(HUGE),
        lambda: is_stable(TransferFunction((1,), HUGE.denominator, "z")),
        lambda: gain_at(HUGE, Fraction(2**590 + 1, 3**370)),
        lambda: feedback_loop(LONG, LONG),
        lambda: all_poles(TransferFunction((1,), tuple(2**255 - 3 * k for k in range(17)))),
        lambda: real_poles(TransferFunction((1,), tuple(comb(64, k) for k in range(65)))),
        lambda: controllability_rank(DENSE),
        lambda: state_space_to_transfer(DENSE),
    ],
)
def test_the_largest_take_less_than_two_seconds(largest: Callable[[], Any]) -> None:
    started = time.process_time()
    largest()
    assert time.process_time() - started < 4  # twice the bound, for slow machines


ONE, Z = TransferFunction((1,), (1, 1)), TransferFunction((1,), (1, 1), "z")
INTEGRATOR = TransferFunction((1,), (1, 0))
TWO_INPUTS = StateSpace(((0,),), ((1, 2),), ((1,),), ((0, 0),))


@pytest.mark.parametrize(
    ("refused", "category", "text"),
    [
        (lambda: series_connection(ONE, Z), "invalid", "one system is in s and the other in z"),
        (
            lambda: feedback_loop(ONE, TransferFunction((-1, -1), (1,))),
            "undefined",
            "1 \\+ GH is 0",
        ),
        (lambda: feedback_loop(TransferFunction((1,), (1,)), -1), "undefined", "no solution"),
        (lambda: is_stable(TransferFunction((1,), (1,) * 66)), "limit", "degrees up to 64, got 65"),
        (lambda: parallel_connection(ONE, 2**1200), "limit", "bits of a number up to 1200"),
        (lambda: gain_at(ONE, Decimal("1e-99999")), "limit", "decimal places"),
        (lambda: gain_at(Z, 10**10), "limit", "frequencies up to 1000000000"),
        (lambda: gain_at(INTEGRATOR, 0), "undefined", "has a pole there"),
        (lambda: phase_at(TransferFunction((1, 0), (1, 1)), 0), "undefined", "the gain is 0"),
        (lambda: dc_gain(INTEGRATOR), "undefined", "0 at s = 0"),
        (lambda: dc_gain(TransferFunction((1,), (1, -1), "z")), "undefined", "0 at z = 1"),
        (lambda: step_final_value(INTEGRATOR), "undefined", "not stable"),
        (lambda: all_poles(TransferFunction((1,), (1,) * 18)), "limit", "degrees up to 16"),
        (lambda: all_poles(TransferFunction((1,), (1, 2**256))), "limit", "up to 256, got 257"),
        (lambda: all_zeros(ONE), "undefined", "there are none"),
        (lambda: real_zeros(TransferFunction((0,), (1,))), "undefined", "polynomial 0"),
        (lambda: pole_polynomial(HUGE), "limit", "8192 bits"),
        (lambda: natural_frequency(ONE), "invalid", "order 2 in s, got one of order 1"),
        (lambda: damping_ratio(TransferFunction((1,), (1, 1, -4))), "undefined", "got c = -4"),
        (lambda: percent_overshoot(TransferFunction((1, 0), (1, 1, 4))), "undefined", "constant"),
        (lambda: percent_overshoot(TransferFunction((1,), (1, 0, 4))), "undefined", "b > 0"),
        (lambda: state_space_to_transfer(TWO_INPUTS), "invalid", "got 2 and 1"),
        (lambda: transfer_to_state_space(TransferFunction((1, 0), (2,))), "invalid", "1 over 0"),
        (lambda: transfer_to_state_space(HUGE), "limit", "orders up to 32, got 64"),
        (
            lambda: controllability_rank(
                StateSpace(((10**99,) * 16,) * 16, ((1,),) * 16, ((1,) * 16,), ((0,),))
            ),
            "limit",
            "the limit is",
        ),
    ],
)
def test_refusals(refused: Callable[[], Any], category: str, text: str) -> None:
    started = time.process_time()
    with pytest.raises(ToolError, match=text) as caught:
        refused()
    assert caught.value.category == category
    assert time.process_time() - started < 4  # twice the bound, for slow machines
