"""Exact optima of linear and integer programs: the simplex method in integers, branch and bound."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction

import gmpy2

from fluxem_encoders.forms import exact
from fluxem_encoders.structures.optimization import Constraint, LinearProgram, Relation
from fluxem_toolbox.bounds import number_bits
from fluxem_toolbox.errors import ToolError

MAX_PROGRAM_BITS = 100_000  # of all numbers of a program
MAX_WORK = 2_000_000  # of all pivots together, each its cells times words: about a second
OVERHEAD = 150  # of a pivot, in cells

Point = tuple[Fraction, ...]
_Row = tuple[Sequence[Fraction], Relation, Fraction]

_FLIPPED: dict[Relation, Relation] = {"<=": ">=", ">=": "<=", "=": "="}


class Infeasible(Exception):
    """No point satisfies all constraints."""


class Unbounded(Exception):
    """The objective has no bound in its direction."""


@dataclass
class Budget:
    """Counts the work of a tool and refuses more than the limit."""

    tool: str
    work: int = 0

    def spend(self, work: int) -> None:
        self.work += work
        if self.work > MAX_WORK:
            raise ToolError(
                f"`{self.tool}` takes at most {MAX_WORK} units of work (cells of all tableaux); "
                "this program has too many variables, constraints or digits",
                "limit",
            )


@dataclass(frozen=True)
class Problem:
    """A linear program of Fractions, to be minimized."""

    costs: Sequence[Fraction]
    rows: tuple[_Row, ...]
    free: tuple[bool, ...]


def problem(tool: str, program: LinearProgram) -> Problem:
    """The program with exact numbers, its objective turned round where that is to be maximized.

    Raises:
        ToolError: when its numbers have too many bits together (category `limit`).
    """
    numbers = (*program.objective, *program.coefficients, *program.bounds)
    if (bits := sum(map(number_bits, numbers))) > MAX_PROGRAM_BITS:
        raise ToolError(
            f"`{tool}` takes programs whose numbers have at most {MAX_PROGRAM_BITS} bits together, "
            f"got {bits}",
            "limit",
        )
    sign = 1 if program.sense == "minimize" else -1
    return Problem(
        [sign * Fraction(x) for x in program.objective],
        tuple(map(_row, program.constraints)),
        program.free,
    )


def _row(constraint: Constraint) -> _Row:
    coefficients = [Fraction(x) for x in constraint.coefficients]
    return coefficients, constraint.relation, Fraction(exact(constraint.bound))


def without_costs(given: Problem) -> Problem:
    """The same constraints with nothing to minimize: each point that satisfies them is optimal."""
    return replace(given, costs=[Fraction(0)] * len(given.costs))


def dot(xs: Sequence[Fraction], ys: Sequence[Fraction]) -> Fraction:
    """The sum of products."""
    return sum((x * y for x, y in zip(xs, ys, strict=True)), Fraction(0))


def minimal_point(given: Problem, budget: Budget) -> Point:
    """A point at which the costs are least.

    Raises:
        Infeasible, Unbounded: when there is none.
        ToolError: when that takes too much work (category `limit`).
    """
    tableau = _tableau(given, budget)
    tableau.find_feasible()
    tableau.minimize()
    return _point(given, tableau)


def minimal_whole_point(given: Problem, budget: Budget) -> Point:
    """A point of whole numbers at which the costs are least, by branch and bound.

    Raises:
        Infeasible: when there is none.
        Unbounded: when the costs have no lower bound for numbers that may be broken.
        ToolError: when that takes too much work (category `limit`).
    """
    best: Point | None = None
    waiting = [given]
    while waiting:
        node = waiting.pop()
        try:
            point = minimal_point(node, budget)
        except Infeasible:
            continue
        if best is not None and dot(given.costs, point) >= dot(given.costs, best):
            continue
        broken = next((i for i, x in enumerate(point) if x.denominator != 1), None)
        if broken is None:
            best = point
            continue
        below = math.floor(point[broken])
        waiting += [_cut(node, broken, ">=", below + 1), _cut(node, broken, "<=", below)]
    if best is None:
        raise Infeasible
    return best


def _cut(node: Problem, variable: int, relation: Relation, bound: int) -> Problem:
    unit = [Fraction(i == variable) for i in range(len(node.costs))]
    return replace(node, rows=(*node.rows, (unit, relation, Fraction(bound))))


@dataclass
class _Tableau:
    """Rows of integers over one positive denominator, the right side last.

    The costs' row stands last, before it the sum of the rows whose basic variable is artificial,
    negated; both hold reduced costs. Artificial variables have no columns, as they never come
    back. Pivots keep all entries whole (Edmonds, 1967; also Bareiss).
    """

    rows: list[list[int]]
    basis: list[int | None]  # per constraint; None stands for an artificial variable
    budget: Budget
    denominator: int = 1
    steps: int = field(default=0)

    def find_feasible(self) -> None:
        self._descend(-2)
        if self.rows[-2][-1] != 0:
            raise Infeasible
        for i in reversed(range(len(self.basis))):
            if self.basis[i] is not None:
                continue
            row = self.rows[i]
            column = next((j for j, x in enumerate(row[:-1]) if x), None)
            if column is None:  # what this row says, others say too
                del self.rows[i], self.basis[i]
                continue
            if row[column] < 0:
                self.rows[i] = [-x for x in row]
            self._pivot(i, column)

    def minimize(self) -> None:
        self._descend(-1)

    def _descend(self, which: int) -> None:
        while (column := self._entering(self.rows[which])) is not None:
            leaving = [i for i in range(len(self.basis)) if self.rows[i][column] > 0]
            if not leaving:
                raise Unbounded
            self._pivot(min(leaving, key=lambda i: self._ratio(i, column)), column)

    def _entering(self, costs: list[int]) -> int | None:
        """The column of the least reduced cost; later the first negative one, which ends cycles."""
        negative = [j for j, x in enumerate(costs[:-1]) if x < 0]
        if not negative:
            return None
        patient = self.steps > 5 * len(costs)
        return negative[0] if patient else min(negative, key=lambda j: costs[j])

    def _ratio(self, i: int, column: int) -> tuple[Fraction, int]:
        basic = self.basis[i]
        row = self.rows[i]
        return Fraction(int(row[-1]), int(row[column])), -1 if basic is None else basic

    def _pivot(self, at: int, column: int) -> None:
        pivot_row = self.rows[at]
        pivot, under = pivot_row[column], self.denominator
        words = 1 + max(x.bit_length() for x in pivot_row) // 64
        self.budget.spend(OVERHEAD + len(self.rows) * len(pivot_row) * words)
        for i, row in enumerate(self.rows):
            if i != at:
                factor = row[column]
                self.rows[i] = [
                    gmpy2.divexact(x * pivot - factor * y, under)
                    for x, y in zip(row, pivot_row, strict=True)
                ]
        self.denominator = pivot
        self.basis[at] = column
        self.steps += 1


def _tableau(given: Problem, budget: Budget) -> _Tableau:
    """The first tableau: columns of the variables, of minus the free ones, of slacks."""
    budget.spend(OVERHEAD + 2 * (len(given.rows) + 1) * (len(given.costs) + len(given.rows)))
    upright = [_upright(row) for row in given.rows]
    slacks = [i for i, (_, relation, _) in enumerate(upright) if relation != "="]
    rows: list[list[int]] = []
    basis: list[int | None] = []
    for i, (coefficients, relation, bound) in enumerate(upright):
        slack = [Fraction(0)] * len(slacks)
        basic = None
        if relation != "=":
            place = slacks.index(i)
            slack[place] = Fraction(1 if relation == "<=" else -1)
            basic = len(coefficients) + sum(given.free) + place if relation == "<=" else None
        rows.append(_whole([*_split(coefficients, given.free), *slack, bound]))
        basis.append(basic)
    width = len(given.costs) + sum(given.free) + len(slacks) + 1
    artificial = [row for row, basic in zip(rows, basis, strict=True) if basic is None]
    rows.append([gmpy2.mpz(-sum(column)) for column in zip(*artificial, strict=True)])
    rows[-1] = rows[-1] or [gmpy2.mpz(0)] * width
    costs = _split(given.costs, given.free)
    rows.append(_whole([*costs, *[Fraction(0)] * (width - len(costs))]))
    return _Tableau(rows, basis, budget)


def _upright(row: _Row) -> _Row:
    """The row with a right side that is not negative, and `<=` where that can be."""
    coefficients, relation, bound = row
    if bound < 0 or (bound == 0 and relation == ">="):
        return [-x for x in coefficients], _FLIPPED[relation], -bound
    return row


def _split(xs: Sequence[Fraction], free: tuple[bool, ...]) -> list[Fraction]:
    """The coefficients, then those of what a free variable loses: it is the difference of two."""
    return [*xs, *(-x for x, is_free in zip(xs, free, strict=True) if is_free)]


def _whole(xs: Sequence[Fraction]) -> list[int]:
    """A positive multiple in integers."""
    scale = math.lcm(*(x.denominator for x in xs))
    return [gmpy2.mpz(x.numerator * (scale // x.denominator)) for x in xs]


def _point(given: Problem, tableau: _Tableau) -> Point:
    below = int(tableau.denominator)
    values = {
        basic: Fraction(int(row[-1]), below)
        for row, basic in zip(tableau.rows, tableau.basis, strict=False)  # then the costs' rows
    }
    zero, count = Fraction(0), len(given.costs)
    minus = iter(range(count, count + sum(given.free)))
    return tuple(
        values.get(i, zero) - (values.get(next(minus), zero) if is_free else zero)
        for i, is_free in enumerate(given.free)
    )
