"""The real roots of polynomials: rational ones exactly, others as the nearest floats.

Roots are isolated by Descartes' rule of signs on halves of an interval (Collins and Akritas,
1976) and then narrowed by bisection, all in integers.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from itertools import accumulate, pairwise

import gmpy2

from fluxem_encoders.structures.calculus import Polynomial
from fluxem_encoders.values import Number, Numbers
from fluxem_toolbox.errors import ToolError
from fluxem_toolbox.polynomials import from_sympy, homogeneous, to_sympy
from fluxem_toolbox.rationals import in_form_of, nearest_float

MAX_WORK = 600_000_000  # of all steps together, each squared degree times words: about a second


def real_roots(tool: str, p: Polynomial) -> Numbers:
    """The distinct real roots, in ascending order; the zero polynomial is refused.

    A root is exact where it is rational, else the float nearest to it.

    Raises:
        ToolError: for zero (category `undefined`), and when the roots are too close together, or
            too unlike in size, to part them in about a second (category `limit`).
    """
    if p.degree < 0:
        raise ToolError(f"`{tool}`: every number is a root of the polynomial 0", "undefined")
    numerators = from_sympy(to_sympy(p.coefficients)[0].sqf_part())
    budget = _Budget(tool)
    roots: list[Number] = []
    if numerators[0] == 0:
        roots.append(0)
        numerators = numerators[1:]
    for sign in (1, -1):
        turned = [gmpy2.mpz(c * sign**power) for power, c in enumerate(numerators)]
        for root in _positive_roots(turned, budget):
            roots.append(
                sign * root if isinstance(root, float) else in_form_of(sign * root, p.coefficients)
            )
    return tuple(sorted(roots))


@dataclass
class _Budget:
    tool: str
    work: int = 0

    def spend(self, p: Sequence[int]) -> None:
        """Count one step on a polynomial with these coefficients."""
        bits = max(c.bit_length() for c in p)
        self.work += len(p) ** 2 * (16 + bits // 64)
        if self.work > MAX_WORK:
            raise ToolError(
                f"`{self.tool}` takes at most {MAX_WORK} units of work to part the roots: they are "
                "too many, too close together or too unlike in size",
                "limit",
            )


@dataclass(frozen=True)
class _Cell:
    """The interval from `start` to `start + 1` of those of width 2**`power`.

    `p` is the polynomial with this interval moved to that from 0 to 1; p(0) is not 0.
    """

    p: list[int]
    start: int
    power: int

    def at(self, over: int, power: int) -> Fraction:
        """The point over/2**power of the interval from 0 to 1, where it comes from."""
        return (self.start + Fraction(over, 2**power)) * Fraction(2) ** self.power


def _positive_roots(p: list[int], budget: _Budget) -> Iterator[Fraction | float]:
    """The positive roots of a squarefree polynomial with p(0) != 0."""
    power = _bound(p)
    degree = len(p) - 1
    shift = min(0, power * degree)  # so that all coefficients stay integers
    stack = [_Cell([c << (power * i - shift) for i, c in enumerate(p)], 0, power)]
    while stack:
        cell = stack.pop()
        budget.spend(cell.p)
        if cell.p[0] == 0:
            yield cell.at(0, 0)
            cell = _Cell(cell.p[1:], cell.start, cell.power)
        changes = _sign_changes(_shifted(cell.p[::-1]))
        if changes == 1:
            yield _narrowed(cell, p, budget)
        elif changes > 1:
            degree = len(cell.p) - 1
            left = [c << (degree - i) for i, c in enumerate(cell.p)]
            stack.append(_Cell(_shifted(left), 2 * cell.start + 1, cell.power - 1))
            stack.append(_Cell(left, 2 * cell.start, cell.power - 1))


def _bound(p: list[int]) -> int:
    """A power of two that all roots lie below, after Fujiwara: 2 max |c_(n-i) / c_n|^(1/i)."""
    *lower, leading = (c.bit_length() for c in p)
    powers = [
        -((leading - bits - 1) // i)  # rounded up
        for i, bits in enumerate(reversed(lower), 1)
        if bits
    ]
    return max(powers, default=0) + 1


def _shifted(p: list[int]) -> list[int]:
    """The coefficients of p(x + 1), by repeated division by x - 1."""
    rest, found = p[::-1], []
    while rest:
        *rest, value = accumulate(rest)
        found.append(value)
    return found


def _sign_changes(p: list[int]) -> int:
    signs = [c > 0 for c in p if c]
    return sum(a != b for a, b in pairwise(signs))


def _narrowed(cell: _Cell, p: list[int], budget: _Budget) -> Fraction | float:
    """The one root of `p` inside the cell: exact, or the nearest float.

    A rational root is a multiple of 1/c with the leading coefficient c, so that an interval that
    is narrower than 1/c leaves one candidate.
    """
    leading = abs(int(p[-1]))
    rising = cell.p[0] < 0
    left, power, tried = 0, 0, False
    while True:
        if power - cell.power >= leading.bit_length():
            low, high = cell.at(left, power), cell.at(left + 1, power)
            candidate = Fraction(math.floor(low * leading) + 1, leading)
            if not tried and low < candidate < high and _is_root(p, candidate):
                return candidate
            tried = True
            if (near := nearest_float(low)) == nearest_float(high):
                return near
        budget.spend(cell.p)
        power, left = power + 1, 2 * left
        middle = homogeneous(cell.p, left + 1, 1 << power)
        if middle == 0:
            return cell.at(left + 1, power)
        left += (middle < 0) == rising


def _is_root(p: list[int], x: Fraction) -> bool:
    return homogeneous(p, x.numerator, x.denominator) == 0
