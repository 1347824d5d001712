"""Linear systems: connections, gains, poles and stability, exact but for what has no exact form.

Nothing is cancelled: a factor that numerator and denominator share is a pole and a zero.
"""

import math
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import chain, zip_longest
from typing import Any, Literal

import gmpy2

from fluxem_encoders.algebra import negate
from fluxem_encoders.domains import control_systems as encoder
from fluxem_encoders.errors import AlgebraError, CapacityError
from fluxem_encoders.forms import clip, exact
from fluxem_encoders.structures.calculus import Polynomial
from fluxem_encoders.structures.control_systems import MAX_SIZE, StateSpace, TransferFunction
from fluxem_encoders.structures.linear_algebra import Matrix
from fluxem_encoders.values import Number, Numbers
from fluxem_toolbox.bounds import check_number, number_bits, refuse_over
from fluxem_toolbox.distributions import square_root
from fluxem_toolbox.errors import ToolError
from fluxem_toolbox.matrices import (
    Rows,
    characteristic_coefficients,
    eliminate,
    in_rows,
    over_one_denominator,
    product,
)
from fluxem_toolbox.polynomials import polynomial, to_sympy
from fluxem_toolbox.rationals import (
    high_precision,
    in_form_of,
    nearest_float,
    over_common_denominator,
    real,
)
from fluxem_toolbox.real_roots import real_roots
from fluxem_toolbox.registry import tool

MAX_ORDER = 64  # degree of a numerator or denominator
MAX_NUMBER_BITS = 1200  # of a coefficient or a frequency; a float may have 1,100
MAX_FACTORED_ORDER = 16  # where all complex roots are asked for
MAX_FACTORED_BITS = 256  # of a coefficient there, once all are whole
MAX_DIGITAL_FREQUENCY = 10**9  # beyond it the angle's digits are lost

DEGREES = {
    (1, 0): 0,
    (1, 1): 45,
    (0, 1): 90,
    (-1, 1): 135,
    (-1, 0): 180,
    (-1, -1): -135,
    (0, -1): -90,
    (1, -1): -45,
}
"""The rational angles whose tangent is rational, by the signs of real and imaginary part."""


def _check(name: str, *systems: TransferFunction) -> None:
    """Refuse what would take too long."""
    for system in systems:
        for coefficients in (system.numerator, system.denominator):
            refuse_over(f"`{name}`", "degrees", len(coefficients) - 1, MAX_ORDER)
            for x in coefficients:
                _check_short(name, x)


def _check_short(name: str, x: Number) -> None:
    check_number(name, x)
    refuse_over(f"`{name}`", "bits of a number", number_bits(x), MAX_NUMBER_BITS)


def _coefficients(system: TransferFunction) -> Numbers:
    return system.numerator + system.denominator


def _root_like(squared: Fraction, inputs: Numbers) -> Number:
    """The square root in the form of the inputs where it is rational, else the nearest float."""
    root = square_root(squared)
    return root if isinstance(root, float) else in_form_of(root, inputs)


def _connected(
    name: str, op: str, first: TransferFunction, second: TransferFunction | Number
) -> TransferFunction:
    systems = [s for s in (first, second) if isinstance(s, TransferFunction)]
    _check(name, *systems)
    if not isinstance(second, TransferFunction):
        _check_short(name, second)
    try:
        return encoder.combine(op, first, second)
    except CapacityError as error:
        raise ToolError(f"`{name}`: {error}", "limit") from None
    except AlgebraError as error:
        mixed = len({s.variable for s in systems}) > 1
        raise ToolError(f"`{name}`: {error}", "invalid" if mixed else "undefined") from None


@tool("control_systems", keywords=("cascade", "series", "multiply", "chain", "one after"))
def series_connection(
    first: TransferFunction, second: TransferFunction | Number
) -> TransferFunction:
    """Transfer function of two systems in series.

    Their product. A number is a constant gain.

    >>> one = TransferFunction((1,), (1, 1))
    >>> series_connection(one, one).to_text()
    '1/(s^2 + 2s + 1)'
    """
    return _connected("series_connection", "multiply", first, second)


@tool("control_systems", keywords=("parallel", "sum", "add", "side by side"))
def parallel_connection(
    first: TransferFunction, second: TransferFunction | Number
) -> TransferFunction:
    """Transfer function of two systems in parallel.

    Their sum. A number is a constant gain.

    >>> parallel_connection(TransferFunction((1,), (1, 1)), 2).to_text()
    '(2s + 3)/(s + 1)'
    """
    return _connected("parallel_connection", "add", first, second)


@tool("control_systems", keywords=("closed loop", "feedback", "unity", "loop", "sensor"))
def feedback_loop(
    forward: TransferFunction,
    back: TransferFunction | Number = 1,
    sign: Literal["negative", "positive"] = "negative",
) -> TransferFunction:
    """Closed-loop transfer function of a feedback loop.

    G / (1 + G H) for negative feedback, G / (1 - G H) for positive; H is 1 where it is not given.

    >>> feedback_loop(TransferFunction((5,), (1, 1))).to_text()
    '5/(s + 6)'
    """
    returned = back if sign == "negative" else _negative(back)
    return _connected("feedback_loop", "feedback", forward, returned)


def _negative(system: TransferFunction | Number) -> TransferFunction | Number:
    if not isinstance(system, TransferFunction):
        return negate(system)
    top = tuple(map(negate, system.numerator))
    return TransferFunction(top, system.denominator, system.variable)


@tool("control_systems", keywords=("degree", "number of poles", "how many"))
def system_order(system: TransferFunction) -> int:
    """Order of a transfer function: its denominator's degree.

    >>> system_order(TransferFunction((1,), (1, 3, 2)))
    2
    """
    return system.order


@tool("control_systems", keywords=("characteristic equation", "denominator", "closed loop"))
def pole_polynomial(system: TransferFunction) -> Polynomial:
    """Characteristic polynomial of a system: its denominator.

    >>> pole_polynomial(TransferFunction((1,), (1, 3, 2))).to_text()
    's^2 + 3s + 2'
    """
    _check("pole_polynomial", system)
    return _polynomial("pole_polynomial", system.denominator, system.variable)


def _polynomial(name: str, coefficients: Numbers, variable: str) -> Polynomial:
    return polynomial(name, map(exact, reversed(coefficients)), variable)


@tool("control_systems", keywords=("poles", "roots", "denominator", "modes", "real axis"))
def real_poles(system: TransferFunction) -> Numbers:
    """Distinct real poles of a system, ascending.

    Exact where rational, else floats. `all_poles` has the complex ones too.

    >>> real_poles(TransferFunction((1,), (1, 3, 2)))
    (-2, -1)
    >>> real_poles(TransferFunction((1,), (1, 0, -2)))
    (-1.4142135623730951, 1.4142135623730951)
    """
    _check("real_poles", system)
    return _real_roots("real_poles", system.denominator)


@tool("control_systems", keywords=("zeros", "zeroes", "roots", "numerator", "real axis"))
def real_zeros(system: TransferFunction) -> Numbers:
    """Distinct real zeros of a system, ascending.

    Exact where rational, else floats. `all_zeros` has the complex ones too.

    >>> real_zeros(TransferFunction((1, -4, 0), (1, 3, 2, 1)))
    (0, 4)
    >>> real_zeros(TransferFunction((1, 0, -2), (1, 3, 2, 1)))
    (-1.4142135623730951, 1.4142135623730951)
    """
    _check("real_zeros", system)
    return _real_roots("real_zeros", system.numerator)


def _real_roots(name: str, coefficients: Numbers) -> Numbers:
    roots = real_roots(name, _polynomial(name, coefficients, "s"))
    return tuple(x if isinstance(x, float) else in_form_of(exact(x), coefficients) for x in roots)


@tool("control_systems", keywords=("poles", "complex", "imaginary", "roots", "conjugate"))
def all_poles(system: TransferFunction) -> Matrix:
    """Poles of a system as rows of real and imaginary part.

    As often as they occur, by real part, then by imaginary part. Exact where a pole's parts are
    rational, else floats, to 15 digits or so. For orders up to 16.

    >>> all_poles(TransferFunction((1,), (1, 2, 5))).to_text()
    '[[-1, -2], [-1, 2]]'
    >>> all_poles(TransferFunction((1,), (1, 2, 3))).to_text()
    '[[-1, -1.4142135623730951], [-1, 1.4142135623730951]]'
    """
    _check("all_poles", system)
    return _all_roots("all_poles", system.denominator)


@tool("control_systems", keywords=("zeros", "zeroes", "complex", "imaginary", "roots"))
def all_zeros(system: TransferFunction) -> Matrix:
    """Zeros of a system as rows of real and imaginary part.

    In the same form and within the same limits as `all_poles`.

    >>> all_zeros(TransferFunction((1, 0, 4), (1, 2, 5, 1))).to_text()
    '[[0, -2], [0, 2]]'
    >>> all_zeros(TransferFunction((1, 0, 2), (1, 2, 5, 1))).to_text()
    '[[0, -1.4142135623730951], [0, 1.4142135623730951]]'
    """
    _check("all_zeros", system)
    return _all_roots("all_zeros", system.numerator)


def _all_roots(name: str, coefficients: Numbers) -> Matrix:
    refuse_over(f"`{name}`", "degrees", len(coefficients) - 1, MAX_FACTORED_ORDER)
    whole, _ = over_common_denominator(name, coefficients)
    bits = max(map(int.bit_length, whole))
    refuse_over(f"`{name}`", "bits of a coefficient", bits, MAX_FACTORED_BITS)
    if len(coefficients) == 1:
        raise ToolError(f"`{name}` is undefined: there are none", "undefined")
    poly, _ = to_sympy(whole[::-1])
    rows = [
        row
        for factor, times in poly.factor_list()[1]
        for row in _factor_roots(name, factor, coefficients)
        for _ in range(times)
    ]
    return Matrix(tuple(sorted(rows, key=lambda row: tuple(map(exact, row)))))


def _factor_roots(name: str, factor: Any, like: Numbers) -> Iterator[tuple[Number, Number]]:
    """Real and imaginary parts of the roots of a polynomial that is irreducible over Q."""
    leading, *rest = (int(c) for c in factor.all_coeffs())
    if len(rest) == 1:
        yield in_form_of(Fraction(-rest[0], leading), like), 0
    elif len(rest) == 2 and 4 * leading * rest[1] > rest[0] ** 2:
        middle = in_form_of(Fraction(-rest[0], 2 * leading), like)
        squared = Fraction(4 * leading * rest[1] - rest[0] ** 2, 4 * leading**2)
        aside = _root_like(squared, like)
        yield from ((middle, negate(aside)), (middle, aside))
    else:
        for root in _float_roots(name, factor):
            yield root.real, root.imag


def _float_roots(name: str, factor: Any) -> list[complex]:
    from mpmath.libmp import NoConvergence  # type: ignore[import-untyped]  # heavy, no stubs

    try:
        return [complex(root) for root in factor.nroots(n=20, maxsteps=200)]
    except NoConvergence:
        raise ToolError(
            f"`{name}` finds roots in 200 steps, and these are not found by then: they are too "
            "close together or too unlike in size",
            "limit",
        ) from None


@tool("control_systems", keywords=("DC gain", "steady state", "static gain", "zero frequency"))
def dc_gain(system: TransferFunction) -> Number:
    """Gain of a system for a constant input.

    Its value at s = 0, or at z = 1.

    >>> dc_gain(TransferFunction((6,), (1, 3, 2)))
    3
    """
    _check("dc_gain", system)
    gain = encoder.dc_gain(system)
    if gain is None:
        raise ToolError(
            f"`dc_gain` is undefined: the denominator is 0 at {_at_rest(system)}", "undefined"
        )
    return in_form_of(gain, _coefficients(system))


def _at_rest(system: TransferFunction) -> str:
    return "s = 0" if system.variable == "s" else "z = 1"


@tool("control_systems", keywords=("final value", "steady state", "settles", "step", "end value"))
def step_final_value(system: TransferFunction, step: Number = 1) -> Number:
    """Value that a stable system's step response settles to.

    >>> step_final_value(TransferFunction((6,), (1, 3, 2)), 2)
    6
    """
    _check_short("step_final_value", step)
    if not is_stable(system):
        raise ToolError(
            "`step_final_value` is undefined: the system is not stable, so that its step response "
            "may not settle",
            "undefined",
        )
    return in_form_of(exact(dc_gain(system)) * Fraction(step), (*_coefficients(system), step))


@tool("control_systems", keywords=("stable", "unstable", "Routh", "Hurwitz", "BIBO", "left half"))
def is_stable(system: TransferFunction) -> bool:
    """Whether all poles of a system lie in the stable region.

    Left of the imaginary axis for s, inside the unit circle for z; poles on the border are not
    stable. By the Routh-Hurwitz criterion, in whole numbers.

    >>> is_stable(TransferFunction((1,), (1, 2, 3))), is_stable(TransferFunction((1,), (1, 0)))
    (True, False)
    """
    _check("is_stable", system)
    whole, _ = over_common_denominator("is_stable", system.denominator)
    return _all_left(whole if system.variable == "s" else _unit_disk_to_left(whole))


def _all_left(p: list[int]) -> bool:
    """Whether all roots have a negative real part: the first column of the Routh array is of one
    sign. Rows are divided by their common factor, which keeps them short."""
    p = [-c for c in p] if p[0] < 0 else p
    upper, lower = p[0::2], p[1::2]
    for _ in p[1:]:
        if not lower or lower[0] <= 0:
            return False
        pairs = zip_longest(upper[1:], lower[1:], fillvalue=0)
        following = [lower[0] * a - upper[0] * b for a, b in pairs]
        common = math.gcd(*following) or 1
        upper, lower = lower, [c // common for c in following]
    return p[0] > 0


def _unit_disk_to_left(p: list[int]) -> list[int]:
    """p((w + 1)/(w - 1)) (w - 1)^degree, whose roots lie left where those of p lie in the disk."""
    found, power = [p[0]], [1]
    for c in p[1:]:
        power = _times_linear(power, -1)
        found = [a + c * b for a, b in zip(_times_linear(found, 1), power, strict=True)]
    return found


def _times_linear(p: list[int], constant: int) -> list[int]:
    """p times (w + constant), highest power first."""
    return [a + constant * b for a, b in zip([*p, 0], [0, *p], strict=True)]


@tool("control_systems", keywords=("magnitude", "amplitude", "frequency response", "bode", "gain"))
def gain_at(system: TransferFunction, frequency: Number) -> Number:
    """Gain of a system at a frequency.

    The magnitude at s = j w, w in radians per second, or at z = e^(j w), w in radians per sample.
    Exact where it is rational, else a float, to 15 digits or so.

    >>> gain_at(TransferFunction((5,), (1, 3)), 4)
    1
    >>> gain_at(TransferFunction((1,), (1, 1)), 1)
    0.7071067811865476
    """
    inputs = (*_coefficients(system), frequency)
    with high_precision():
        (a, b), (c, d) = _response("gain_at", system, frequency)
        squared = (a * a + b * b) / (c * c + d * d)
        if not isinstance(squared, Fraction):
            return nearest_float(gmpy2.sqrt(squared))
    return _root_like(squared, inputs)


@tool("control_systems", keywords=("phase", "angle", "frequency response", "bode", "lag", "lead"))
def phase_at(system: TransferFunction, frequency: Number) -> Number:
    """Phase of a system at a frequency, in degrees.

    From -180 (excluded) to 180; frequencies as in `gain_at`. Exact for multiples of 45 degrees,
    else a float, to 15 digits or so.

    >>> phase_at(TransferFunction((1,), (1, 1)), 1)
    -45
    >>> phase_at(TransferFunction((1,), (1, 1)), 2)
    -63.43494882292201
    """
    with high_precision():
        (a, b), (c, d) = _response("phase_at", system, frequency)
        x, y = a * c + b * d, b * c - a * d
        if x == y == 0:
            raise ToolError("`phase_at` is undefined: the gain is 0 at this frequency", "undefined")
        if isinstance(x, Fraction) and (x == 0 or y == 0 or abs(x) == abs(y)):
            degrees = DEGREES[(x > 0) - (x < 0), (y > 0) - (y < 0)]
            return in_form_of(degrees, (*_coefficients(system), frequency))
        return nearest_float(gmpy2.degrees(gmpy2.atan2(_real(y), _real(x))))


def _response(name: str, system: TransferFunction, frequency: Number) -> tuple[Any, Any]:
    """Real and imaginary parts of numerator and denominator: Fractions where they are rational."""
    _check(name, system)
    _check_short(name, frequency)
    point: tuple[Any, Any] = (Fraction(0), Fraction(frequency))
    if system.variable == "z":
        refuse_over(f"`{name}`", "frequencies", abs(Fraction(frequency)), MAX_DIGITAL_FREQUENCY)
        angle = real(Fraction(frequency))
        point = (gmpy2.cos(angle), gmpy2.sin(angle)) if frequency else (Fraction(1), Fraction(0))
    top, bottom = (_at(p, *point) for p in (system.numerator, system.denominator))
    if bottom == (0, 0):
        raise ToolError(f"`{name}` is undefined: the system has a pole there", "undefined")
    return top, bottom


def _at(p: Numbers, x: Any, y: Any) -> tuple[Any, Any]:
    """The polynomial at x + jy, by Horner's rule."""
    u, v = 0 * x, 0 * x
    for c in p:
        given = Fraction(c) if isinstance(x, Fraction) else real(Fraction(c))
        u, v = u * x - v * y + given, u * y + v * x
    return u, v


def _real(x: Any) -> Any:
    return real(x) if isinstance(x, Fraction) else x


def _second_order(name: str, system: TransferFunction) -> tuple[Fraction, Fraction]:
    """The b and c of a denominator s^2 + b s + c, c > 0."""
    _check(name, system)
    if system.order != 2 or system.variable != "s":
        raise ToolError(
            f"`{name}` needs a system of order 2 in s, got one of order {system.order} in "
            f"{system.variable}"
        )
    leading, b, c = (Fraction(x) for x in system.denominator)
    if c / leading <= 0:
        raise ToolError(
            f"`{name}` needs a denominator s^2 + b s + c with c > 0, got c = {clip(c / leading)}",
            "undefined",
        )
    return b / leading, c / leading


@tool("control_systems", keywords=("natural frequency", "undamped", "omega n", "wn", "oscillation"))
def natural_frequency(system: TransferFunction) -> Number:
    """Undamped natural frequency of a second-order system.

    The w of the denominator s^2 + 2 z w s + w^2, in radians per second. Exact where it is
    rational, else a float.

    >>> natural_frequency(TransferFunction((1,), (1, 2, 25)))
    5
    >>> natural_frequency(TransferFunction((1,), (1, 2, 3)))
    1.7320508075688772
    """
    _, c = _second_order("natural_frequency", system)
    return _root_like(c, system.denominator)


@tool("control_systems", keywords=("damping", "zeta", "underdamped", "overdamped", "oscillation"))
def damping_ratio(system: TransferFunction) -> Number:
    """Damping ratio of a second-order system.

    The z of the denominator s^2 + 2 z w s + w^2. Exact where it is rational, else a float.

    >>> damping_ratio(TransferFunction((1,), (1, 2, 25)))
    Decimal('0.2')
    >>> damping_ratio(TransferFunction((1,), (1, 2, 3)))
    0.5773502691896257
    """
    b, c = _second_order("damping_ratio", system)
    size = _root_like(b * b / (4 * c), system.denominator)
    return negate(size) if b < 0 else size


@tool("control_systems", keywords=("overshoot", "peak", "step response", "percent", "exceeds"))
def percent_overshoot(system: TransferFunction) -> Number:
    """Overshoot of a second-order system's step response, in percent.

    100 e^(-pi z / sqrt(1 - z^2)) for a numerator without s and a damping ratio z below 1, a
    float; 0 from 1 on.

    >>> round(percent_overshoot(TransferFunction((1,), (1, 1, 1))), 2)
    16.3
    """
    b, c = _second_order("percent_overshoot", system)
    if len(system.numerator) > 1 or system.numerator == (0,) or b <= 0:
        raise ToolError(
            "`percent_overshoot` needs a constant numerator other than 0 and a stable denominator "
            "s^2 + b s + c with b > 0",
            "undefined",
        )
    squared = b * b / (4 * c)
    if squared >= 1:
        return 0
    with high_precision():
        return nearest_float(
            100 * gmpy2.exp(-gmpy2.const_pi() * gmpy2.sqrt(real(squared / (1 - squared))))
        )


def _rows(name: str, matrix: Sequence[Numbers]) -> tuple[Rows, int]:
    """A matrix as whole numbers and their denominator."""
    parts, scale = over_one_denominator(name, tuple(chain(*matrix)))
    return in_rows(parts, len(matrix[0])), scale


def _krylov_rank(name: str, a: Sequence[Numbers], b: Sequence[Numbers]) -> int:
    """The rank of [B AB A^2 B ...], which denominators do not change."""
    states, _ = _rows(name, a)
    block, _ = _rows(name, b)
    blocks = [block]
    for _ in a[1:]:
        blocks.append(product(name, states, blocks[-1]))
    joined = [list(chain(*row)) for row in zip(*blocks, strict=True)]
    return len(eliminate(name, joined).columns)


def _transposed(matrix: Sequence[Numbers]) -> tuple[Numbers, ...]:
    return tuple(zip(*matrix, strict=True))


@tool("control_systems", keywords=("controllability matrix", "rank", "reachable", "controllable"))
def controllability_rank(system: StateSpace) -> int:
    """Rank of a state space's controllability matrix.

    Of [B AB ... A^(n-1) B], exactly.

    >>> controllability_rank(StateSpace(((1, 0), (0, 1)), ((1,), (1,)), ((1, 0),), ((0,),)))
    1
    """
    return _krylov_rank("controllability_rank", system.a, system.b)


@tool("control_systems", keywords=("observability matrix", "rank", "observable"))
def observability_rank(system: StateSpace) -> int:
    """Rank of a state space's observability matrix.

    Of C, CA, ..., C A^(n-1) below one another, exactly.

    >>> observability_rank(StateSpace(((0, 1), (0, 0)), ((0,), (1,)), ((1, 0),), ((0,),)))
    2
    """
    return _krylov_rank("observability_rank", _transposed(system.a), _transposed(system.c))


@tool("control_systems", keywords=("controllable", "reachable", "steer", "kalman"))
def is_controllable(system: StateSpace) -> bool:
    """Whether inputs can steer a state space to any state.

    >>> is_controllable(StateSpace(((1, 0), (0, 1)), ((1,), (1,)), ((1, 0),), ((0,),)))
    False
    """
    return _krylov_rank("is_controllable", system.a, system.b) == system.order


@tool("control_systems", keywords=("observable", "reconstruct", "kalman", "outputs"))
def is_observable(system: StateSpace) -> bool:
    """Whether outputs tell all states of a state space.

    >>> is_observable(StateSpace(((0, 1), (0, 0)), ((0,), (1,)), ((1, 0),), ((0,),)))
    True
    """
    found = _krylov_rank("is_observable", _transposed(system.a), _transposed(system.c))
    return found == system.order


@tool("control_systems", keywords=("convert", "ss2tf", "realisation", "C(sI - A)^-1 B + D"))
def state_space_to_transfer(
    system: StateSpace, variable: Literal["s", "z"] = "s"
) -> TransferFunction:
    """Transfer function of a state space with one input and output.

    C (sI - A)^-1 B + D, nothing cancelled, over the characteristic polynomial of A.

    >>> system = StateSpace(((0, 1), (-2, -3)), ((0,), (1,)), ((1, 0),), ((0,),))
    >>> state_space_to_transfer(system).to_text()
    '1/(s^2 + 3s + 2)'
    """
    name = "state_space_to_transfer"
    if len(system.b[0]) != 1 or len(system.c) != 1:
        raise ToolError(
            f"`{name}` needs one input and one output, got {len(system.b[0])} and {len(system.c)}"
        )
    n, inputs = system.order, encoder.numbers_of(system)
    parts, scale = over_one_denominator(name, inputs)
    square, b, c, (d,) = parts[: n * n], parts[-2 * n - 1 : -n - 1], parts[-n - 1 : -1], parts[-1:]
    rows = in_rows(square, n)
    looped = [
        [scale * x - y * z for x, z in zip(row, c, strict=True)]
        for row, y in zip(rows, b, strict=True)
    ]
    # det(sI - A + BC) = det(sI - A) (1 + C (sI - A)^-1 B), by the matrix determinant lemma.
    bottom = _unscaled(characteristic_coefficients(name, rows), scale)
    top = _unscaled(characteristic_coefficients(name, looped), scale * scale)
    direct = Fraction(int(d), scale) - 1
    return TransferFunction(
        tuple(in_form_of(x + direct * y, inputs) for x, y in zip(top, bottom, strict=True)),
        tuple(in_form_of(y, inputs) for y in bottom),
        variable,
    )


def _unscaled(coefficients: list[Any], scale: int) -> list[Fraction]:
    """Of det(sI - M), highest power first, those of det(sI - M/scale)."""
    return [Fraction(int(c), scale**k) for k, c in enumerate(coefficients)]


@tool("control_systems", keywords=("convert", "tf2ss", "realisation", "controllable canonical"))
def transfer_to_state_space(system: TransferFunction) -> StateSpace:
    """State space of a transfer function, in controllable canonical form.

    The function has order 1 to 32 and a numerator of no higher degree; the last row of A holds
    the denominator's coefficients, and B is 0 but for a 1 in its last row.

    >>> transfer_to_state_space(TransferFunction((1,), (1, 3, 2))).to_text()
    'A = [[0, 1], [-2, -3]], B = [[0], [1]], C = [[1, 0]], D = [[0]]'
    """
    name, n = "transfer_to_state_space", system.order
    _check(name, system)
    if n < 1 or len(system.numerator) > n + 1:
        raise ToolError(
            f"`{name}` needs a denominator with {system.variable} in it and a numerator of no "
            f"higher degree, got degrees {len(system.numerator) - 1} over {n}"
        )
    refuse_over(f"`{name}`", "orders", n, MAX_SIZE)
    inputs = _coefficients(system)
    a = [Fraction(x) / Fraction(system.denominator[0]) for x in system.denominator]
    padding = [Fraction()] * (n + 1 - len(system.numerator))
    b = padding + [Fraction(x) / Fraction(system.denominator[0]) for x in system.numerator]
    last = tuple(in_form_of(-x, inputs) for x in reversed(a[1:]))
    shift = tuple(tuple(int(j == i + 1) for j in range(n)) for i in range(n - 1))
    out = (in_form_of(y - b[0] * x, inputs) for x, y in zip(a[:0:-1], b[:0:-1], strict=True))
    return StateSpace(
        (*shift, last),
        tuple((int(i == n - 1),) for i in range(n)),
        (tuple(out),),
        ((in_form_of(b[0], inputs),),),
    )
