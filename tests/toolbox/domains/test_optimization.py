"""Optimization against scipy, brute force and the conditions that an optimum meets."""

import math
import random
import time
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction
from itertools import chain, combinations, permutations, product
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment, linprog

from fluxem_encoders.structures.calculus import Polynomial
from fluxem_encoders.structures.linear_algebra import Matrix
from fluxem_encoders.structures.optimization import Constraint, LinearProgram
from fluxem_toolbox import ToolError
from fluxem_toolbox.domains.optimization import (
    assignment_cost,
    fit_polynomial,
    integer_program_optimum,
    integer_program_solution,
    is_feasible,
    knapsack_items,
    knapsack_value,
    least_squares_line,
    linear_program_optimum,
    linear_program_solution,
    maximum_location,
    minimum_location,
    objective_value,
    optimal_assignment,
    polynomial_maximum,
    polynomial_minimum,
    satisfies_constraints,
)
from tests.checks import checks

MOST_SECONDS = 2  # of CPU time
few = settings(max_examples=20, deadline=None)

small = st.integers(-5, 5)


@st.composite
def programs(draw: st.DrawFn) -> LinearProgram:
    count = draw(st.integers(1, 4))
    row = st.lists(small, min_size=count, max_size=count).map(tuple)
    constraint = st.builds(Constraint, row, st.sampled_from(["<=", "=", ">="]), small)
    return LinearProgram(
        draw(st.sampled_from(["minimize", "maximize"])),
        draw(row),
        tuple(draw(st.lists(constraint, max_size=5))),
        tuple(draw(st.lists(st.booleans(), min_size=count, max_size=count))),
    )


def solved_by_highs(program: LinearProgram) -> Any:
    sign = 1 if program.sense == "minimize" else -1
    upper: list[tuple[list[float], float]] = []
    equal: list[tuple[list[float], float]] = []
    for c in program.constraints:
        turn = -1 if c.relation == ">=" else 1
        row = ([turn * float(x) for x in c.coefficients], turn * float(c.bound))
        (equal if c.relation == "=" else upper).append(row)
    return linprog(
        [sign * float(x) for x in program.objective],
        [row for row, _ in upper] or None,
        [bound for _, bound in upper] or None,
        [row for row, _ in equal] or None,
        [bound for _, bound in equal] or None,
        [(None if free else 0, None) for free in program.free],
        options={"presolve": False},  # which calls some programmes without a bound infeasible
    )


@given(programs())
@settings(max_examples=50, deadline=None)
@checks(is_feasible, linear_program_optimum, linear_program_solution, against="HiGHS, in scipy")
def test_linear_programs_against_highs(program: LinearProgram) -> None:
    oracle = solved_by_highs(program)
    infeasible, unbounded = 2, 3
    assert is_feasible(program) == (oracle.status != infeasible)
    if oracle.status in (infeasible, unbounded):
        text = "no point" if oracle.status == infeasible else "without bound"
        with pytest.raises(ToolError, match=text) as caught:
            linear_program_optimum(program)
        assert caught.value.category == "undefined"
        return
    optimum = linear_program_optimum(program)
    sign = 1 if program.sense == "minimize" else -1
    assert sign * float(optimum) == pytest.approx(oracle.fun, abs=1e-6)
    point = linear_program_solution(program)
    assert satisfies_constraints(program, point)
    assert objective_value(program, point) == optimum


@given(programs(), st.data())
@few
@checks(integer_program_optimum, integer_program_solution, against="brute force")
def test_integer_programs_against_brute_force(program: LinearProgram, data: st.DataObject) -> None:
    count = len(program.objective)
    units = np.eye(count, dtype=int).tolist()
    box = tuple(Constraint(tuple(row), "<=", 3) for row in units)
    bounded = LinearProgram(program.sense, program.objective, program.constraints + box)
    points = [p for p in product(range(4), repeat=count) if satisfies_constraints(bounded, p)]
    best = max if program.sense == "maximize" else min
    if not points:
        with pytest.raises(ToolError, match="no point"):
            integer_program_optimum(bounded)
        return
    optimum = integer_program_optimum(bounded)
    assert optimum == best(objective_value(bounded, p) for p in points)
    solution = integer_program_solution(bounded)
    assert solution in points
    assert objective_value(bounded, solution) == optimum


def example(**changes: Any) -> LinearProgram:
    """Hillier and Lieberman's Wyndor Glass: optimum 36 at (2, 6)."""
    form = {
        "linear_program": "maximize",
        "objective": [3, 5],
        "constraints": [
            {"coefficients": [1, 0], "relation": "<=", "bound": 4},
            {"coefficients": [0, 2], "relation": "<=", "bound": 12},
            {"coefficients": [3, 2], "relation": "<=", "bound": 18},
        ],
    }
    return LinearProgram.from_json(form | changes)


@checks(
    linear_program_optimum,
    linear_program_solution,
    satisfies_constraints,
    objective_value,
    against="a programme of textbooks",
)
def test_a_published_program() -> None:
    assert linear_program_optimum(example()) == 36
    assert linear_program_solution(example()) == (2, 6)
    assert satisfies_constraints(example(), (2, 6))
    assert not satisfies_constraints(example(), (-1, 6))
    assert objective_value(example(), (Decimal("0.5"), 1)) == Decimal("6.5")


def test_beales_program_does_not_cycle() -> None:
    """Beale's (1955), on which the largest-coefficient rule alone cycles: optimum -1/20."""
    rows = ((Fraction(1, 4), -60, Fraction(-1, 25), 9), (Fraction(1, 2), -90, Fraction(-1, 50), 3))
    constraints = [Constraint(row, "<=", 0) for row in rows]
    constraints.append(Constraint((0, 0, 1, 0), "<=", 1))
    objective = (Fraction(-3, 4), 150, Fraction(-1, 50), 6)
    program = LinearProgram("minimize", objective, tuple(constraints))
    assert linear_program_optimum(program) == Fraction(-1, 20)


def test_numbers_keep_their_form() -> None:
    third = LinearProgram("maximize", (1,), (Constraint((3,), "<=", 1),))
    assert linear_program_optimum(third) == Fraction(1, 3)
    tenth = LinearProgram("maximize", (Decimal("0.1"),), (Constraint((1,), "<=", 3),))
    assert str(linear_program_optimum(tenth)) == "0.3"
    inexact = LinearProgram("maximize", (0.5,), (Constraint((1,), "<=", 3),))
    assert isinstance(linear_program_optimum(inexact), float)


polynomials = st.lists(st.integers(-9, 9), min_size=1, max_size=6).map(
    lambda cs: Polynomial(tuple(cs))
)


@given(polynomials, st.integers(-4, 4), st.integers(0, 6))
@few
@checks(
    polynomial_minimum,
    polynomial_maximum,
    minimum_location,
    maximum_location,
    against="numpy, on a fine grid",
)
def test_extrema_against_a_fine_grid(p: Polynomial, lower: int, width: int) -> None:
    upper = lower + width
    xs = np.linspace(lower, upper, 2001)
    ys = np.polynomial.Polynomial(p.coefficients or (0,))(xs)
    least, greatest = polynomial_minimum(p, lower, upper), polynomial_maximum(p, lower, upper)
    scale = max(1.0, float(np.abs(ys).max()))
    assert float(least) <= ys.min() + 1e-9 * scale
    assert float(greatest) >= ys.max() - 1e-9 * scale
    assert float(least) == pytest.approx(ys.min(), abs=1e-2 * scale)
    assert float(greatest) == pytest.approx(ys.max(), abs=1e-2 * scale)
    for where, value in ((minimum_location, least), (maximum_location, greatest)):
        x = where(p, lower, upper)
        assert lower <= x <= upper
        y = sum(Fraction(c) * Fraction(x) ** i for i, c in enumerate(p.coefficients))
        assert float(y) == pytest.approx(float(value), rel=1e-12, abs=1e-12)


def test_extrema() -> None:
    cubic = Polynomial((0, -3, 0, 1))
    assert (polynomial_minimum(cubic, -2, 2), minimum_location(cubic, -2, 2)) == (-2, -2)
    assert (polynomial_maximum(cubic, -2, 2), maximum_location(cubic, -2, 2)) == (2, -1)
    quartic = Polynomial((0, -4, 0, 0, 1))
    assert minimum_location(Polynomial((0, -2, 0, 1)), 0, 5) == pytest.approx(math.sqrt(2 / 3))
    assert polynomial_minimum(quartic, Fraction(1, 2), 5) == -3
    assert polynomial_minimum(Polynomial((7,)), 1, 1) == 7


numbers = st.one_of(small, st.fractions(-5, 5, max_denominator=7))
points = st.lists(st.tuples(numbers, numbers), min_size=2, max_size=8)


@given(points.filter(lambda ps: len({x for x, _ in ps}) > 3), st.integers(0, 3))
@few
@checks(fit_polynomial, against="law: the residuals are orthogonal to the powers")
def test_residuals_of_a_fit_are_orthogonal_to_powers(ps: list[Any], degree: int) -> None:
    xs, ys = zip(*ps, strict=True)
    fit = fit_polynomial(xs, ys, degree)
    assert fit.degree <= degree
    rest = [y - sum(c * x**k for k, c in enumerate(fit.coefficients)) for x, y in ps]
    for power in range(degree + 1):
        assert sum(r * x**power for r, x in zip(rest, xs, strict=True)) == 0
    if degree == 1:
        assert least_squares_line(xs, ys) == fit


@checks(least_squares_line, against="Anscombe's quartet")
def test_fits() -> None:
    # Anscombe's first quartet: y = 3.00 + 0.500x to that many digits
    xs = (10, 8, 13, 9, 11, 14, 6, 4, 12, 7, 5)
    ys = tuple(
        map(
            Decimal,
            [
                "8.04",
                "6.95",
                "7.58",
                "8.81",
                "8.33",
                "9.96",
                "7.24",
                "4.26",
                "10.84",
                "4.82",
                "5.68",
            ],
        )
    )
    intercept, slope = least_squares_line(xs, ys).coefficients
    assert float(slope) == pytest.approx(0.500, abs=5e-4)
    assert float(intercept) == pytest.approx(3.00, abs=5e-3)
    cubes = tuple(x**3 for x in range(21))
    assert fit_polynomial(tuple(range(21)), cubes, 20) == Polynomial((0, 0, 0, 1))


items = st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=8)


@given(items, st.integers(0, 30))
@few
@checks(knapsack_value, knapsack_items, against="brute force")
def test_knapsack_against_brute_force(pairs: list[tuple[int, int]], capacity: int) -> None:
    weights, values = tuple(w for w, _ in pairs), tuple(v for _, v in pairs)
    every = range(len(pairs))
    choices = chain.from_iterable(combinations(every, k) for k in range(len(pairs) + 1))
    fitting = [c for c in choices if sum(weights[i] for i in c) <= capacity]
    best = max(sum(values[i] for i in c) for c in fitting)
    assert knapsack_value(weights, values, capacity) == best
    chosen = [int(i) - 1 for i in knapsack_items(weights, values, capacity)]
    assert tuple(chosen) in fitting
    assert sum(values[i] for i in chosen) == best
    halves = tuple(Fraction(w, 2) for w in weights)
    assert knapsack_value(halves, values, Fraction(capacity, 2)) == best


@st.composite
def cost_matrices(draw: st.DrawFn) -> Matrix:
    height = draw(st.integers(1, 4))
    width = draw(st.integers(height, 5))
    row = st.lists(small, min_size=width, max_size=width).map(tuple)
    return Matrix(tuple(draw(st.lists(row, min_size=height, max_size=height))))


@given(cost_matrices(), st.sampled_from(["minimize", "maximize"]))
@few
@checks(assignment_cost, optimal_assignment, against="brute force")
def test_assignments_against_brute_force(costs: Matrix, goal: Any) -> None:
    height, width = costs.shape
    totals = [
        sum(costs.rows[i][j] for i, j in enumerate(columns))
        for columns in permutations(range(width), height)
    ]
    best = (min if goal == "minimize" else max)(totals)
    assert assignment_cost(costs, goal) == best
    columns = [int(j) - 1 for j in optimal_assignment(costs, goal)]
    assert len(set(columns)) == height
    assert sum(costs.rows[i][j] for i, j in enumerate(columns)) == best


@checks(assignment_cost, against="scipy")
def test_the_largest_assignment_against_scipy() -> None:
    chance = random.Random(1)
    rows = tuple(tuple(chance.randrange(10**6) for _ in range(100)) for _ in range(100))
    started = time.process_time()
    cost = assignment_cost(Matrix(rows))
    assert time.process_time() - started < MOST_SECONDS
    i, j = linear_sum_assignment(np.array(rows))
    assert cost == int(np.array(rows)[i, j].sum())


@pytest.mark.parametrize(
    ("call", "category", "text"),
    [
        (lambda: objective_value(example(), (1,)), "invalid", "2 variables, got 1"),
        (lambda: satisfies_constraints(example(), (1, 2, 3)), "invalid", "2 variables, got 3"),
        (lambda: linear_program_optimum(example(constraints=[])), "undefined", "without bound"),
        (lambda: integer_program_solution(example(constraints=[])), "undefined", "without bound"),
        (lambda: polynomial_minimum(Polynomial((0, 1)), 2, 1), "invalid", "got 2 and 1"),
        (lambda: maximum_location(Polynomial((0, 1)), 2, 1), "invalid", "lower <= upper"),
        (lambda: least_squares_line((1, 2), (1,)), "invalid", "got 2 and 1"),
        (lambda: least_squares_line((1, 1), (1, 2)), "undefined", "needs 2 different x"),
        (lambda: fit_polynomial((1, 2), (1, 2), -1), "invalid", "got degree=-1"),
        (lambda: fit_polynomial((), (), 0), "undefined", "needs 1 different x"),
        (lambda: fit_polynomial((1, 2), (1, 2), 21), "limit", "degrees up to 20, got 21"),
        (lambda: fit_polynomial((1, 10**400, 3), (1, 2, 5), 8), "undefined", "got 3"),
        (lambda: least_squares_line((1, 10**9000), (1, 2)), "limit", "at most 20000 bits"),
        (lambda: knapsack_value((1, 2), (1,), 3), "invalid", "got 2 and 1"),
        (lambda: knapsack_items((1, -2), (1, 1), 3), "invalid", "numbers >= 0, got -2"),
        (lambda: knapsack_items((1, 2), (1, 1), -3), "invalid", "numbers >= 0, got -3"),
        (lambda: assignment_cost(Matrix(((1,), (2,)))), "invalid", "2 rows of 1"),
        (
            lambda: linear_program_optimum(example(objective=["9" * 35_000, 1])),
            "limit",
            "at most 100000 bits",
        ),
    ],
)
def test_refusals(call: Callable[[], Any], category: str, text: str) -> None:
    with pytest.raises(ToolError) as caught:
        call()
    assert caught.value.category == category
    assert text in str(caught.value)


def packing(size: int, largest: int) -> LinearProgram:
    """Maximize a positive sum under as many positive constraints."""
    chance = random.Random(size)
    rows = [tuple(chance.randint(1, largest) for _ in range(size)) for _ in range(size + 1)]
    bounds = [chance.randint(largest, 9 * largest) for _ in range(size)]
    constraints = (Constraint(r, "<=", b) for r, b in zip(rows, bounds, strict=False))
    return LinearProgram("maximize", rows[-1], tuple(constraints))


def test_a_large_program() -> None:
    program = packing(50, 100)
    started = time.process_time()
    optimum = linear_program_optimum(program)
    assert time.process_time() - started < MOST_SECONDS
    assert float(optimum) == pytest.approx(-solved_by_highs(program).fun)


POWERS = tuple(2**i for i in range(60))


@pytest.mark.parametrize(
    "call",
    [
        lambda: integer_program_optimum(packing(60, 100)),
        lambda: knapsack_value(POWERS, POWERS, 2**59),
    ],
    ids=["branches", "choices"],
)
def test_too_much_work_is_refused_soon(call: Callable[[], Any]) -> None:
    started = time.process_time()
    with pytest.raises(ToolError) as caught:
        call()
    assert time.process_time() - started < MOST_SECONDS
    assert caught.value.category == "limit"


def test_an_integer_program_without_solution_that_branches_for_ever() -> None:
    parity = LinearProgram("minimize", (1, 0), (Constraint((2, -2), "=", 1),))
    started = time.process_time()
    with pytest.raises(ToolError, match="units of work") as caught:
        integer_program_optimum(parity)
    assert time.process_time() - started < MOST_SECONDS
    assert caught.value.category == "limit"


@pytest.mark.parametrize(("count", "bits", "degree"), [(20_000, 10, 20), (21, 49, 20)])
def test_the_largest_fits(count: int, bits: int, degree: int) -> None:
    chance = random.Random(2)
    xs, ys = (tuple(chance.getrandbits(bits) for _ in range(count)) for _ in range(2))
    started = time.process_time()
    with pytest.raises(ToolError, match="at most 8192 bits"):
        fit_polynomial(xs, ys, degree)
    assert time.process_time() - started < MOST_SECONDS
