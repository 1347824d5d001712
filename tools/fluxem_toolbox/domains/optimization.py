"""Optimization: linear and integer programs, extrema, fits, choices and assignments; all exact."""

import operator
from collections.abc import Callable
from fractions import Fraction
from typing import Literal

from fluxem_encoders.forms import clip, exact
from fluxem_encoders.structures.calculus import Polynomial
from fluxem_encoders.structures.linear_algebra import Matrix
from fluxem_encoders.structures.optimization import LinearProgram, Relation
from fluxem_encoders.values import Number, Numbers
from fluxem_toolbox import simplex
from fluxem_toolbox.choices import best_items, cheapest_columns
from fluxem_toolbox.errors import ToolError
from fluxem_toolbox.fits import fit
from fluxem_toolbox.polynomials import derivative, evaluate
from fluxem_toolbox.rationals import in_form_of, nearest_float, over_common_denominator
from fluxem_toolbox.real_roots import real_roots
from fluxem_toolbox.registry import tool

Goal = Literal["minimize", "maximize"]
_HOLDS: dict[Relation, Callable[[Fraction, Fraction], bool]] = {
    "<=": operator.le,
    "=": operator.eq,
    ">=": operator.ge,
}
_Solver = Callable[[simplex.Problem, simplex.Budget], simplex.Point]


@tool("optimization", keywords=("maximize", "minimize", "LP", "profit", "cost", "constraints"))
def linear_program_optimum(program: LinearProgram) -> Number:
    """Optimal value of a linear program.

    >>> from fluxem_encoders.structures.optimization import Constraint
    >>> program = LinearProgram("maximize", (3, 2), (Constraint((1, 1), "<=", 4),))
    >>> linear_program_optimum(program)
    12
    """
    return _value(program, _optimal_point("linear_program_optimum", program))


@tool("optimization", keywords=("solution", "maximize", "minimize", "LP", "how many of each"))
def linear_program_solution(program: LinearProgram) -> Numbers:
    """Point where a linear program is optimal.

    One of them where there are several.

    >>> from fluxem_encoders.structures.optimization import Constraint
    >>> program = LinearProgram("maximize", (3, 2), (Constraint((1, 1), "<=", 4),))
    >>> linear_program_solution(program)
    (4, 0)
    """
    return _in_form_of(program, _optimal_point("linear_program_solution", program))


@tool("optimization", keywords=("whole numbers", "ILP", "integers", "units", "indivisible"))
def integer_program_optimum(program: LinearProgram) -> Number:
    """Optimal value of a linear program in whole numbers.

    >>> from fluxem_encoders.structures.optimization import Constraint
    >>> program = LinearProgram("maximize", (3, 2), (Constraint((1, 1), "<=", 4),))
    >>> integer_program_optimum(program)
    12
    """
    point = _optimal_point("integer_program_optimum", program, simplex.minimal_whole_point)
    return _value(program, point)


@tool("optimization", keywords=("whole numbers", "ILP", "integers", "how many of each", "units"))
def integer_program_solution(program: LinearProgram) -> Numbers:
    """Whole-number point where a linear program is optimal.

    One of them where there are several.

    >>> from fluxem_encoders.structures.optimization import Constraint
    >>> program = LinearProgram("maximize", (3, 2), (Constraint((1, 1), "<=", 4),))
    >>> integer_program_solution(program)
    (4, 0)
    """
    point = _optimal_point("integer_program_solution", program, simplex.minimal_whole_point)
    return tuple(map(int, point))


def _optimal_point(
    name: str, program: LinearProgram, solve: _Solver = simplex.minimal_point
) -> simplex.Point:
    try:
        return solve(simplex.problem(name, program), simplex.Budget(name))
    except simplex.Infeasible:
        raise ToolError(f"`{name}`: no point satisfies all constraints", "undefined") from None
    except simplex.Unbounded:
        raise ToolError(
            f"`{name}`: the constraints leave the objective without bound; is one missing?",
            "undefined",
        ) from None


def _value(program: LinearProgram, point: simplex.Point) -> Number:
    value = simplex.dot([Fraction(x) for x in program.objective], point)
    return in_form_of(value, _numbers(program))


def _in_form_of(program: LinearProgram, point: simplex.Point) -> Numbers:
    numbers = _numbers(program)
    return tuple(in_form_of(x, numbers) for x in point)


def _numbers(program: LinearProgram) -> Numbers:
    return (*program.objective, *program.coefficients, *program.bounds)


@tool("optimization", keywords=("feasible", "possible", "can all constraints", "contradiction"))
def is_feasible(program: LinearProgram) -> bool:
    """Whether any point satisfies a linear program's constraints.

    >>> from fluxem_encoders.structures.optimization import Constraint
    >>> program = LinearProgram("maximize", (3, 2), (Constraint((1, 1), "<=", 4),))
    >>> is_feasible(program)
    True
    """
    name = "is_feasible"
    given = simplex.problem(name, program)
    try:
        simplex.minimal_point(simplex.without_costs(given), simplex.Budget(name))
    except simplex.Infeasible:
        return False
    return True


@tool("optimization", keywords=("objective", "evaluate", "plug in", "profit of", "cost of"))
def objective_value(program: LinearProgram, point: Numbers) -> Number:
    """Value of a linear program's objective at a point.

    >>> from fluxem_encoders.structures.optimization import Constraint
    >>> program = LinearProgram("maximize", (3, 2), (Constraint((1, 1), "<=", 4),))
    >>> objective_value(program, (1, 3))
    9
    """
    at = _coordinates("objective_value", program, point)
    value = simplex.dot([Fraction(x) for x in program.objective], at)
    return in_form_of(value, (*program.objective, *point))


@tool("optimization", keywords=("feasible", "allowed", "satisfies", "violates", "within"))
def satisfies_constraints(program: LinearProgram, point: Numbers) -> bool:
    """Whether a point satisfies a linear program's constraints.

    >>> from fluxem_encoders.structures.optimization import Constraint
    >>> program = LinearProgram("maximize", (3, 2), (Constraint((1, 1), "<=", 4),))
    >>> satisfies_constraints(program, (1, 3)), satisfies_constraints(program, (3, 2))
    (True, False)
    """
    name = "satisfies_constraints"
    at = _coordinates(name, program, point)
    given = simplex.problem(name, program)
    if any(x < 0 and not free for x, free in zip(at, given.free, strict=True)):
        return False
    return all(
        _HOLDS[relation](simplex.dot(coefficients, at), bound)
        for coefficients, relation, bound in given.rows
    )


def _coordinates(name: str, program: LinearProgram, point: Numbers) -> simplex.Point:
    if len(point) != len(program.objective):
        raise ToolError(
            f"`{name}` needs a number for each of the program's {len(program.objective)} "
            f"variables, got {len(point)}"
        )
    return tuple(Fraction(x) for x in point)


@tool("optimization", keywords=("lowest value", "least", "between", "interval", "cheapest"))
def polynomial_minimum(p: Polynomial, lower: Number, upper: Number) -> Number:
    """Least value of a polynomial on an interval.

    A float, to 15 digits or so, where it is taken at an irrational point.

    >>> polynomial_minimum(Polynomial((0, -4, 1)), 0, 5)
    -4
    >>> polynomial_minimum(Polynomial((0, -2, 0, 1)), 0, 2)
    -1.0886621079036347
    """
    return _extremum("polynomial_minimum", p, lower, upper, 1)[1]


@tool("optimization", keywords=("highest value", "greatest", "between", "interval", "peak"))
def polynomial_maximum(p: Polynomial, lower: Number, upper: Number) -> Number:
    """Greatest value of a polynomial on an interval.

    A float, to 15 digits or so, where it is taken at an irrational point.

    >>> polynomial_maximum(Polynomial((0, -4, 1)), 0, 5)
    5
    >>> polynomial_maximum(Polynomial((0, 2, 0, -1)), 0, 2)
    1.0886621079036347
    """
    return _extremum("polynomial_maximum", p, lower, upper, -1)[1]


@tool("optimization", keywords=("argmin", "which x", "lowest", "at what price", "cheapest"))
def minimum_location(p: Polynomial, lower: Number, upper: Number) -> Number:
    """Where a polynomial is least on an interval.

    The smallest such point; a float, to 15 digits or so, where it is irrational.

    >>> minimum_location(Polynomial((0, -4, 1)), 0, 5)
    2
    >>> minimum_location(Polynomial((0, -2, 0, 1)), 0, 2)
    0.816496580927726
    """
    return _extremum("minimum_location", p, lower, upper, 1)[0]


@tool("optimization", keywords=("argmax", "which x", "highest", "at what price", "peak"))
def maximum_location(p: Polynomial, lower: Number, upper: Number) -> Number:
    """Where a polynomial is greatest on an interval.

    The smallest such point; a float, to 15 digits or so, where it is irrational.

    >>> maximum_location(Polynomial((0, 6, -1)), 0, 5)
    3
    >>> maximum_location(Polynomial((0, 2, 0, -1)), 0, 2)
    0.816496580927726
    """
    return _extremum("maximum_location", p, lower, upper, -1)[0]


def _extremum(
    name: str, p: Polynomial, lower: Number, upper: Number, sign: int
) -> tuple[Number, Number]:
    """Where `sign` times the polynomial is least, and the polynomial's value there."""
    if lower > upper:
        raise ToolError(f"`{name}` needs lower <= upper, got {clip(lower)} and {clip(upper)}")
    slope = Polynomial(tuple(derivative(p.coefficients)), p.variable)
    stationary = real_roots(name, slope) if slope.degree >= 1 else ()
    points = (lower, *(x for x in stationary if lower < x < upper), upper)
    values = [evaluate(name, p.coefficients, exact(x)) for x in points]
    value = sign * min(sign * v for v in values)
    at = points[values.index(value)]
    if isinstance(at, float):
        return at, nearest_float(value)
    return at, in_form_of(value, (*p.coefficients, lower, upper))


@tool("optimization", keywords=("regression", "best fit", "trend line", "linear fit", "slope"))
def least_squares_line(xs: Numbers, ys: Numbers) -> Polynomial:
    """Line that fits points best, by least squares.

    The slope is its coefficient of x. Exact; a float counts as its binary value.

    >>> least_squares_line((1, 2, 3), (2, 4, 6)).to_text()
    '2x'
    """
    return fit("least_squares_line", xs, ys, 1)


@tool("optimization", keywords=("regression", "curve", "quadratic fit", "interpolate", "through"))
def fit_polynomial(xs: Numbers, ys: Numbers, degree: int) -> Polynomial:
    """Polynomial of a degree that fits points best.

    By least squares; through all points where the degree is one less than their number. Exact; a
    float counts as its binary value.

    >>> fit_polynomial((0, 1, 2, 3), (1, 2, 5, 10), 2).to_text()
    'x^2 + 1'
    """
    if degree < 0:
        raise ToolError(f"`fit_polynomial` needs degree >= 0, got degree={clip(degree)}")
    return fit("fit_polynomial", xs, ys, degree)


@tool("optimization", keywords=("backpack", "budget", "capacity", "weight limit", "best value"))
def knapsack_value(weights: Numbers, values: Numbers, capacity: Number) -> Number:
    """Greatest value of items that fit a capacity together.

    Each item once or not at all.

    >>> knapsack_value((1, 3, 4), (15, 20, 30), 4)
    35
    """
    chosen = best_items("knapsack_value", weights, values, capacity)
    total = sum((Fraction(values[i]) for i in chosen), Fraction(0))
    return in_form_of(total, values)


@tool("optimization", keywords=("backpack", "which items", "budget", "capacity", "pack", "choose"))
def knapsack_items(weights: Numbers, values: Numbers, capacity: Number) -> Numbers:
    """Positions of the most valuable items that fit a capacity.

    Counted from 1, in ascending order; each item once or not at all.

    >>> knapsack_items((1, 3, 4), (15, 20, 30), 4)
    (1, 2)
    """
    return tuple(i + 1 for i in best_items("knapsack_items", weights, values, capacity))


@tool("optimization", keywords=("workers", "jobs", "tasks", "matching", "Hungarian", "cheapest"))
def assignment_cost(costs: Matrix, goal: Goal = "minimize") -> Number:
    """Least total cost of giving each row its own column.

    The greatest with the goal `maximize`.

    >>> assignment_cost(Matrix(((4, 1), (2, 3))))
    3
    """
    columns = _assigned("assignment_cost", costs, goal)
    total = sum(Fraction(row[j]) for row, j in zip(costs.rows, columns, strict=True))
    return in_form_of(total, costs.entries)


@tool("optimization", keywords=("workers", "jobs", "tasks", "who does what", "Hungarian"))
def optimal_assignment(costs: Matrix, goal: Goal = "minimize") -> Numbers:
    """Column for each row such that the total cost is least.

    Counted from 1; no column twice. The greatest total with the goal `maximize`.

    >>> optimal_assignment(Matrix(((4, 1), (2, 3))))
    (2, 1)
    """
    return tuple(j + 1 for j in _assigned("optimal_assignment", costs, goal))


def _assigned(name: str, costs: Matrix, goal: Goal) -> list[int]:
    height, width = costs.shape
    if height > width:
        raise ToolError(
            f"`{name}` gives each row its own column, so that it needs as many columns, got "
            f"{height} rows of {width}; turn the matrix round to give each column a row"
        )
    sign = 1 if goal == "minimize" else -1
    scaled = over_common_denominator(name, costs.entries)[0]
    rows = [[sign * x for x in scaled[i : i + width]] for i in range(0, len(scaled), width)]
    return cheapest_columns(rows)
