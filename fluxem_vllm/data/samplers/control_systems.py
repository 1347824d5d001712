"""How people write the values of control systems: transfer functions in s, state spaces."""

import random
from collections.abc import Callable, Sequence

from fluxem_encoders.structures.control_systems import StateSpace, TransferFunction
from fluxem_vllm.data.samplers.sampler import Samplers, one_of

_GAINS = ("1", "1", "1", "2", "3", "4", "5", "6", "8", "10", "10", "12", "20", "25", "50", "100")
_FREQUENCIES = ("0.1", "0.2", "0.5", "1", "2", "3", "4", "5", "8", "10", "15", "20", "50", "100")
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")

_SMALL = ("0", "1", "-1", "2", "-2", "3", "-3", "4", "-4", "5", "-5", "6", "10", "0.5", "-0.5")

Polynomial = Callable[[Sequence[int | str]], str]
"""Writes coefficients, highest power first, in one person's notation."""
Rows = list[list[str]]


def _notation(rng: random.Random) -> Polynomial:
    """A way of writing sums: `s^2 + 3s + 2`, `s**2+3*s+2`, `s² + 3s + 2`."""
    power, star = rng.choice((("s^{}", ""), ("s^{}", ""), ("s**{}", "*"), ("s{}", "")))
    space = rng.choice((" ", " ", ""))

    def term(n: int, size: str) -> str:
        digits = str(n) if power != "s{}" else str(n).translate(_SUPERSCRIPTS)
        letter = power.format(digits) if n > 1 else "s" * n
        if not letter:
            return size
        return letter if size == "1" else size + star + letter

    def write(coefficients: Sequence[int | str]) -> str:
        text = ""
        for n, c in zip(reversed(range(len(coefficients))), map(str, coefficients), strict=True):
            if c != "0":
                sign = "-" if c.startswith("-") else "+"
                text += f"{space}{sign}{space}" if text else sign.strip("+")
                text += term(n, c.removeprefix("-"))
        return text

    return write


def _ratio(rng: random.Random, top: str, bottom: str) -> str:
    """The quotient with a slash, or now and then as LaTeX's fraction."""
    written = top + bottom
    if rng.random() < 0.2 and "*" not in written and written.isascii():
        return rf"\frac{{{top}}}{{{bottom}}}"
    is_sum = "(" not in top and any(sign in top[1:] for sign in "+-")
    single = bottom.startswith("(") and bottom.count("(") == 1 and not bottom.endswith("s")
    return (f"({top})" if is_sum else top) + "/" + (bottom if single else f"({bottom})")


def _roots(rng: random.Random, size: int, negative: float) -> list[int]:
    """Different numbers for brackets `(s + number)`, now and then negative."""
    sizes = rng.sample((1, 2, 3, 4, 5, 6, 8, 10), size)
    return [-r if rng.random() < negative else r for r in sizes]


def _brackets(rng: random.Random, roots: Sequence[int]) -> str:
    """`s(s + 1)(s + 4)`; a root of 0 is a bare s. At times the last one is squared."""
    space = rng.choice((" ", ""))
    parts = ["s" if r == 0 else f"(s{space}{'+-'[r < 0]}{space}{abs(r)})" for r in roots]
    squared = "^2" if len(roots) > 2 and roots[-1] and rng.random() < 0.12 else ""
    return rng.choice(("", "", "", "*")).join(parts) + squared


def factored(rng: random.Random, unstable: float = 0.1) -> str:
    """Two or three real poles as brackets: `10/(s(s + 2)(s + 5))`, with a zero now and then."""
    roots = _roots(rng, rng.choice((2, 2, 3)), unstable)
    if unstable and rng.random() < 0.35:
        roots[0] = 0
    top = rng.choice(_GAINS)
    if rng.random() < 0.3:
        top = top.replace("1", "", int(top == "1")) + _brackets(rng, _roots(rng, 1, unstable))
    return _ratio(rng, top, _brackets(rng, roots))


def _quadratic(rng: random.Random) -> tuple[int, str, int]:
    """Coefficients of an oscillator's denominator, mostly of a well known damping."""
    w, a = rng.choice((1, 2, 3, 4, 5, 6, 8, 10, 12, 20)), rng.choice((1, 1, 1, 1, 2, 4))
    zeta = rng.choice((0.1, 0.2, 0.25, 0.3, 0.4, 0.5, 0.5, 0.6, 0.7, 0.8, 1, 1.25))
    if rng.random() < 0.25:
        return a, str(rng.randint(1, 12)), rng.randint(1, 60)
    return a, f"{round(2 * zeta * w * a, 2):g}", a * w * w


def oscillator(rng: random.Random) -> str:
    """A constant over a quadratic: `25/(s^2 + 4s + 25)`."""
    quadratic = _quadratic(rng)
    top = str(quadratic[-1]) if rng.random() < 0.5 else rng.choice(_GAINS)
    return _ratio(rng, top, _notation(rng)(quadratic))


def lag(rng: random.Random) -> str:
    """A first-order system: `3/(s + 2)`, `2/(0.5s + 1)`."""
    slow = rng.choice(("1", "1", "2", "0.1", "0.2", "0.5", "4", "5", "10"))
    bottom = (slow, rng.randint(1, 10) if slow == "1" else 1)
    return _ratio(rng, rng.choice(_GAINS), _notation(rng)(bottom))


def expanded(rng: random.Random, degree: int, zeros: int, unstable: float = 0.1) -> str:
    """A quotient of sums: `(2s + 3)/(s^3 + 4s^2 + 5s + 2)`."""
    bottom = [1]
    for _ in range(degree):
        sign = -1 if rng.random() < unstable else 1
        bottom.append(sign * rng.choice((1, 2, 3, 4, 5, 6, 7, 8, 10, 12)))
    if degree > 1 and rng.random() < unstable:
        bottom[-1] = 0
    low = -4 if unstable else 1
    top = [rng.choice((1, 1, 2, 3)), *(rng.randint(low, 9) for _ in range(zeros))]
    write = _notation(rng)
    return _ratio(rng, write(top), write(bottom))


def system(rng: random.Random) -> str:
    """Any system of first to third order."""
    kind = rng.random()
    if kind < 0.45:
        return lag(rng) if kind < 0.2 else factored(rng)
    if kind < 0.65:
        return oscillator(rng)
    return expanded(rng, rng.choice((2, 2, 3)), rng.choice((0, 1, 1, 2)))


def stable(rng: random.Random) -> str:
    """A system that settles."""
    kind = rng.random()
    if kind < 0.6:
        return lag(rng) if kind < 0.35 else oscillator(rng)
    return factored(rng, 0) if kind < 0.8 else expanded(rng, 2, rng.choice((0, 1)), 0)


def with_real_zeros(rng: random.Random) -> str:
    """A system whose numerator is linear or of brackets: `(s - 2)/(s^2 + 3s + 1)`."""
    roots, write = _roots(rng, rng.choice((1, 1, 2)), 0.35), _notation(rng)
    top = write((1, roots[0])) if len(roots) == 1 else _brackets(rng, roots)
    return _ratio(rng, top, write(_quadratic(rng)))


def with_zeros(rng: random.Random) -> str:
    """A system whose numerator has roots, complex ones at times: `(s^2 + 9)/(s^2 + 6s + 9)`."""
    kind = rng.random()
    if kind < 0.4:
        return with_real_zeros(rng)
    if kind < 0.7:
        quadratic, write = _quadratic(rng), _notation(rng)
        return _ratio(rng, write((1, 0, quadratic[-1])), write(quadratic))
    return expanded(rng, rng.choice((2, 3)), rng.choice((1, 2, 2)))


def with_real_poles(rng: random.Random) -> str:
    """A system with one real pole at least."""
    return factored(rng) if rng.random() < 0.7 else lag(rng)


def block(rng: random.Random) -> str:
    """A small system that is connected to another one."""
    kind = rng.random()
    if kind < 0.75:
        return lag(rng) if kind < 0.55 else factored(rng)
    return expanded(rng, rng.choice((1, 2)), rng.choice((0, 1)))


def loop(rng: random.Random) -> str:
    """What a feedback loop is closed around, a servo mostly: `10/(s(s + 2))`."""
    kind = rng.random()
    if kind < 0.7:
        a, b = _roots(rng, 2, 0)
        return _ratio(rng, rng.choice(_GAINS), _brackets(rng, (0, a) if kind < 0.5 else (a, b)))
    if kind < 0.9:
        return oscillator(rng) if kind < 0.82 else lag(rng)
    return system(rng)


def _block_or_gain(rng: random.Random) -> str:
    return block(rng) if rng.random() < 0.9 else rng.choice((*_GAINS[3:], "0.5", "0.1"))


def _dynamics(rng: random.Random, n: int) -> Rows:
    """A of n states: a chain of derivatives, separate modes with equal ones at times, or any."""
    kind = rng.random()
    if kind < 0.45:
        chain = [["1" if j == i + 1 else "0" for j in range(n)] for i in range(n - 1)]
        return [*chain, [rng.choice(("0", "-1", "-2", "-3", "-4", "-6", "-0.5")) for _ in range(n)]]
    if kind < 0.75:
        modes = [
            rng.choice(("-1", "-1", "-2", "-2", "-3", "-5", "0", "1", "-0.5")) for _ in range(n)
        ]
        return [[modes[i] if i == j else "0" for j in range(n)] for i in range(n)]
    return [[rng.choice(_SMALL) for _ in range(n)] for _ in range(n)]


def _ports(rng: random.Random, n: int) -> list[str]:
    """What an input moves, or an output shows: one state mostly, or several."""
    if rng.random() < 0.6:
        at = rng.randrange(n)
        return [rng.choice("1112") if i == at else "0" for i in range(n)]
    return [rng.choice(("0", "1", "1", "-1", "2", "3")) for _ in range(n)]


def _matrix_notation(rng: random.Random) -> Callable[[Rows], str]:
    """Python's `[[0, 1], [-2, -3]]` or MATLAB's `[0 1; -2 -3]`."""
    if rng.random() < 0.6:
        comma = rng.choice((", ", ", ", ","))
        return lambda rows: f"[{comma.join(f'[{comma.join(row)}]' for row in rows)}]"
    space, end = rng.choice((" ", " ", ", ")), rng.choice(("; ", "; ", ";"))
    return lambda rows: f"[{end.join(space.join(row) for row in rows)}]"


def state_space(rng: random.Random, single: bool = False) -> str:
    """`A = [[0, 1], [-2, -3]], B = [[0], [1]], C = [[1, 0]], D = [[0]]` or `ss(..)` of the same.

    Of two inputs or outputs now and then, as the arguments of `ss`, unless a `single` one of each
    is wanted.
    """
    n, write = rng.choice((1, 2, 2, 2, 2, 2, 2, 3, 3)), _matrix_notation(rng)
    called = rng.random() < 0.25
    inputs, outputs = (rng.choice((1, 1, 2)) if called and not single else 1 for _ in range(2))
    into = [_ports(rng, n) for _ in range(inputs)]
    direct = [["0"] * inputs for _ in range(outputs)]
    if rng.random() < 0.1:
        direct[0][0] = rng.choice(("1", "2", "0.5"))
    a, b = _dynamics(rng, n), [list(row) for row in zip(*into, strict=True)]
    matrices = [write(m) for m in (a, b, [_ports(rng, n) for _ in range(outputs)], direct)]
    if n == 1 and not called and ";" not in matrices[0]:
        matrices[0] = f"[[{a[0][0]}]]"
    if inputs == outputs == 1 and rng.random() < 0.4:
        matrices[-1] = direct[0][0]
    if called:
        return f"ss({rng.choice((', ', ', ', ',')).join(matrices)})"
    equals = rng.choice((" = ", " = ", "="))
    texts = [name + equals + m for name, m in zip("ABCD", matrices, strict=True)]
    between = rng.choice((", ", ", ", ", ", "; "))
    return between.join(texts[:3]) + rng.choice((between, between, " and ")) + texts[3]


SAMPLERS: Samplers = {
    TransferFunction: system,
    StateSpace: state_space,
    ("state_space_to_transfer", "system"): lambda rng: state_space(rng, single=True),
    ("series_connection", "first"): block,
    ("series_connection", "second"): _block_or_gain,
    ("parallel_connection", "first"): block,
    ("parallel_connection", "second"): _block_or_gain,
    ("feedback_loop", "forward"): loop,
    ("feedback_loop", "back"): _block_or_gain,
    ("real_poles", "system"): with_real_poles,
    ("real_zeros", "system"): with_real_zeros,
    ("all_zeros", "system"): with_zeros,
    ("dc_gain", "system"): stable,
    ("step_final_value", "system"): stable,
    ("step_final_value", "step"): one_of("2", "3", "4", "5", "10", "12", "20", "0.5", "1.5", "2.5"),
    ("gain_at", "frequency"): one_of(*_FREQUENCIES),
    ("phase_at", "frequency"): one_of(*_FREQUENCIES),
    ("natural_frequency", "system"): oscillator,
    ("damping_ratio", "system"): oscillator,
    ("percent_overshoot", "system"): oscillator,
}
