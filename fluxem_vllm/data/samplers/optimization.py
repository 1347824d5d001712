"""How people write the values of optimization: linear programs, intervals, points and choices."""

import random
from collections.abc import Sequence

from fluxem_encoders.structures.optimization import LinearProgram
from fluxem_vllm.data.samplers.sampler import Samplers

_INDEXED = ("x1 x2 x3", "x_1 x_2 x_3", "x₁ x₂ x₃")
_NAMES = ("x y z", "x y z", "x y z", "a b c", "u v w", "p q r", *_INDEXED)

_Rule = tuple[list[int], str, int]


def _sum(coefficients: Sequence[int], names: Sequence[str], times: str) -> str:
    """`3x + 5y`, `2*x1 - x2`."""
    text = ""
    for n, name in zip(coefficients, names, strict=True):
        if n:
            sign = (" - " if n < 0 else " + ") if text else "-" * (n < 0)
            text += sign + (f"{abs(n)}{times}{name}" if abs(n) > 1 else name)
    return text


def _rules(rng: random.Random, size: int, least: bool, possible: bool) -> list[_Rule]:
    """Constraints that bound the objective, or that contradict each other."""
    scale = rng.choice((1, 1, 1, 10))
    rules = []
    for _ in range(rng.randint(2, 3)):
        row = [rng.randint(1, 6) for _ in range(size)]
        rules.append((row, ">=" if least else "<=", rng.randint(4, 40) * scale))
    for i in range(size):
        if not least and rng.random() < 0.3:
            row = [int(i == j) for j in range(size)]
            rules.append((row, "<=", rng.randint(5, 20) * scale))
    if rng.random() < 0.25:
        rules.append(([rng.randint(1, 2), -1, 0][:size], "<=", rng.randint(0, 6)))
    if least and rng.random() < 0.2:
        rules.append(([1] * size, "=", 40 * scale))
    if not possible:
        row = [rng.randint(1, 2) for _ in range(size)]
        low = rng.randint(2, 9) * scale
        rules = [(row, "<=", low), (row, ">=", low + rng.randint(1, 9) * scale), *rules[:1]]
    return rules


def _program(rng: random.Random, size: int, possible: bool = True) -> str:
    """A program in one line or several: `maximize 3x + 5y subject to x + 2y <= 14, x, y >= 0`."""
    names = rng.choice(_NAMES).split()[:size]
    least = rng.random() < 0.35
    times = rng.choice(("", "", "", "", " ", "*"))
    signs = {"<=": "≤", ">=": "≥"} if rng.random() < 0.4 else {}
    high = rng.choice((9, 9, 60))
    objective = _sum([rng.randint(2, high) for _ in names], names, times)
    rules = [
        f"{_sum(row, names, times)} {signs.get(relation, relation)} {bound}"
        for row, relation, bound in _rules(rng, size, least, possible)
    ]
    signed = [", ".join(names)] if rng.random() < 0.5 else names
    rules += [f"{name} {signs.get('>=', '>=')} 0" for name in signed]
    return _head(rng, least) + objective + _tail(rng, rules)


def _head(rng: random.Random, least: bool) -> str:
    verb = rng.choice(("minimize", "minimise", "min") if least else ("maximize", "maximise", "max"))
    if rng.random() < 0.3:
        verb = verb.capitalize()
    return verb + rng.choice((" ", " ", " ", " z = ", " C = " if least else " P = ", ": "))


def _tail(rng: random.Random, rules: list[str]) -> str:
    if rng.random() < 0.1:
        return "\nsubject to\n" + "\n".join(rules)
    subject = rng.choice(("subject to", "subject to", "subject to:", "s.t.", "such that"))
    return f" {subject} " + rng.choice((", ", ", ", ", ", "; ", " and ")).join(rules)


def program(rng: random.Random) -> str:
    """A program of two variables or three that has an optimum."""
    return _program(rng, rng.choice((2, 2, 2, 3)))


def _maybe_feasible(rng: random.Random) -> str:
    return _program(rng, rng.choice((2, 2, 3)), possible=rng.random() < 0.5)


def _program_and_point(rng: random.Random) -> dict[str, str]:
    """A program and a number for each of its variables: `(2, 3)`, `[1, 0, 4]`."""
    size = rng.choice((2, 2, 2, 3))
    return {"program": _program(rng, size), "point": _point(rng, size)}


def _point(rng: random.Random, size: int) -> str:
    step = rng.choice((1, 1, 1, 2))
    most = rng.choice((4, 12)) * step
    items = [f"{rng.randint(0, most) / step:g}" for _ in range(size)]
    left, right = rng.choice(("()", "()", "[]"))
    return left + ", ".join(items) + right


def _polynomial(rng: random.Random) -> str:
    """`x^2 - 4x + 3`, `-2t^2 + 16t + 5`, `x³ - 6x² + 9x`, `0.5*x**2 - 30*x + 700`."""
    name = rng.choice("xxxxxxxt")
    kind = rng.random()
    if kind < 0.25:
        last = (rng.randint(-30, 30), rng.randint(-12, 12), rng.choice((1, 1, 2, 4, -1, -2)))
        coefficients = [rng.choice((0, rng.randint(-9, 20))), *last]
    elif kind < 0.35:
        coefficients = [rng.randint(-5, 9), 0, rng.randint(-12, -2), 0, 1]
    else:
        a, large = rng.choice((1, 1, 2, 3, -1, -1, -2, -5)), rng.choice((12, 12, 80))
        coefficients = [rng.randint(-20, 60), rng.randint(1, large) * (-1 if a > 0 else 1), a]
    sign = rng.choice(("^", "^", "^", "**", ""))
    powers = [name + (f"{sign}{n}" if sign else "²³⁴"[n - 2]) for n in (4, 3, 2)]
    terms = [*powers, name][4 - (len(coefficients) - 1) :]
    *high, constant = reversed(coefficients)
    text = _sum(high, terms, "*" if sign == "**" else "")
    return text + (f" {'-' if constant < 0 else '+'} {abs(constant)}" if constant else "")


def _on_interval(rng: random.Random) -> dict[str, str]:
    """A polynomial and the ends of an interval."""
    low = rng.choice((0, 0, 0, 1, 2, -1, -2, -3, -5))
    high = low + rng.randint(2, 12)
    upper = f"{high}.5" if rng.random() < 0.1 else str(high)
    return {"p": _polynomial(rng), "lower": str(low), "upper": upper}


def _list(rng: random.Random, items: Sequence[object], brackets: float = 0.65) -> str:
    texts = [str(item) for item in items]
    if rng.random() < brackets:
        left, right = rng.choice(("[]", "[]", "()"))
        return left + rng.choice((", ", ", ", ",")).join(texts) + right
    return ", ".join(texts[:-1]) + rng.choice((" and ", ", and ", ", ")) + texts[-1]


def _data(rng: random.Random, size: int) -> dict[str, str]:
    """Measurements that rise or fall with some scatter."""
    start, step = rng.choice((0, 1, 1, 2, 5, 10)), rng.choice((1, 1, 1, 2, 5, 10))
    slope, offset, scatter = rng.randint(-4, 9), rng.randint(0, 40), rng.choice((0, 1, 3))
    xs = [start + step * i for i in range(size)]
    ys: list[object] = [offset + slope * x + rng.randint(-scatter, scatter) for x in xs]
    if rng.random() < 0.4:
        ys = [f"{offset + slope * x / 2 + rng.randint(-9, 9) / 10:.1f}" for x in xs]
    brackets = float(rng.random() < 0.7)
    return {"xs": _list(rng, xs, brackets), "ys": _list(rng, ys, brackets)}


def _line_data(rng: random.Random) -> dict[str, str]:
    return _data(rng, rng.randint(3, 7))


def _curve_data(rng: random.Random) -> dict[str, str]:
    return _data(rng, rng.randint(4, 7)) | {"degree": rng.choice(("2", "2", "3"))}


def _items(rng: random.Random) -> dict[str, str]:
    """Weights, values and a capacity for some of the items, not all."""
    size, scale = rng.randint(3, 6), rng.choice((1, 1, 5, 10))
    weights = [rng.randint(1, 12) * scale for _ in range(size)]
    values = [rng.randint(2, 30) * rng.choice((1, 5, 10)) for _ in range(size)]
    capacity = max(min(weights), int(sum(weights) * rng.uniform(0.35, 0.75)))
    brackets = float(rng.random() < 0.7)
    return {
        "weights": _list(rng, weights, brackets),
        "values": _list(rng, values, brackets),
        "capacity": str(capacity),
    }


def _costs(rng: random.Random) -> str:
    """A square of costs, or one with more columns: `[[4, 1, 3], [2, 0, 5], [3, 2, 2]]`."""
    height = rng.choice((2, 3, 3, 3, 4))
    width = height + (rng.random() < 0.15)
    top = rng.choice((9, 20, 99))
    rows = [[str(rng.randint(1, top)) for _ in range(width)] for _ in range(height)]
    kind = rng.random()
    if kind < 0.65:
        return "[" + ", ".join(f"[{', '.join(row)}]" for row in rows) + "]"
    if kind < 0.85:
        return "[" + "; ".join(" ".join(row) for row in rows) + "]"
    inside = r" \\ ".join(" & ".join(row) for row in rows)
    return rf"\begin{{pmatrix}} {inside} \end{{pmatrix}}"


SAMPLERS: Samplers = {
    LinearProgram: program,
    ("is_feasible", "program"): _maybe_feasible,
    "objective_value": _program_and_point,
    "satisfies_constraints": _program_and_point,
    "polynomial_minimum": _on_interval,
    "polynomial_maximum": _on_interval,
    "minimum_location": _on_interval,
    "maximum_location": _on_interval,
    "least_squares_line": _line_data,
    "fit_polynomial": _curve_data,
    "knapsack_value": _items,
    "knapsack_items": _items,
    ("assignment_cost", "costs"): _costs,
    ("optimal_assignment", "costs"): _costs,
}
