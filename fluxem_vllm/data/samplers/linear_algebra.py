"""How people write matrices and vectors: in Python's, MATLAB's and LaTeX's brackets."""

import random
from collections.abc import Callable, Sequence
from itertools import pairwise

from fluxem_encoders.structures.linear_algebra import Matrix
from fluxem_vllm.data.samplers.sampler import Samplers, decimal, integer, one_of

Rows = Sequence[Sequence[object]]
Style = Callable[[Rows], str]


def _brackets(comma: str, row_end: str) -> Style:
    """`[[1, 2], [3, 4]]`, with or without blanks, commas and line breaks."""
    return lambda rows: f"[{row_end.join(f'[{comma.join(map(str, row))}]' for row in rows)}]"


def _matlab(comma: str, row_end: str) -> Style:
    """`[1 2; 3 4]`, where there is more than one row."""
    return lambda rows: (
        f"[{row_end.join(comma.join(map(str, row)) for row in rows)}]"
        if len(rows) > 1
        else _brackets(", ", ", ")(rows)
    )


def _latex(name: str, blank: str) -> Style:
    r"""`\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}`."""

    def style(rows: Rows) -> str:
        inner = f"{blank}\\\\{blank}".join(f"{blank}&{blank}".join(map(str, row)) for row in rows)
        return f"\\begin{{{name}}}{blank}{inner}{blank}\\end{{{name}}}"

    return style


_PYTHON = (_brackets(", ", ", "), _brackets(",", ","), _brackets(",", ", "))
_NUMPY = (_brackets(" ", "\n "), _brackets(" ", " "))
_MATLAB = (_matlab(" ", "; "), _matlab(", ", "; "), _matlab(" ", ";"), _matlab(",", ";"))
_LATEX = tuple(_latex(name, blank) for name in ("pmatrix", "bmatrix") for blank in (" ", " ", ""))


def _style(rng: random.Random) -> Style:
    kinds = (_PYTHON, _MATLAB, _LATEX, _NUMPY)
    return rng.choice(rng.choices(kinds, (45, 30, 17, 8))[0])


def _shape(rng: random.Random) -> tuple[int, int]:
    """Rows and columns, mostly two or three, and mostly as many."""
    if rng.random() < 0.6:
        return rng.choice(((2, 2), (2, 2), (3, 3)))
    return rng.choice(((2, 3), (3, 2), (2, 4), (3, 4), (4, 2)))


def _size(rng: random.Random) -> int:
    return rng.choice((2, 2, 2, 2, 3, 3, 3, 4))


def _entries(rng: random.Random) -> Callable[[], object]:
    """A source of entries of one kind: mostly small whole numbers."""
    kind = rng.random()
    if kind < 0.4:
        return lambda: rng.randint(0, 9)
    if kind < 0.72:
        return lambda: rng.randint(-6, 9)
    if kind < 0.86:
        return lambda: rng.randint(2, 80)
    if kind < 0.97:
        places = rng.choice((1, 1, 2))
        return lambda: f"{rng.uniform(-2, 9):.{places}f}"
    return lambda: rng.choice((1, 2, 0, -1, "1/2", "1/3", "3/4", "2/5"))


def _wholes(rng: random.Random, rows: int, columns: int) -> list[list[int]]:
    """Small whole entries, as in exercises on elimination."""
    low = rng.choice((0, -3, -5, 1))
    return [[rng.randint(low, rng.choice((5, 9))) for _ in range(columns)] for _ in range(rows)]


def _any(rng: random.Random, shape: tuple[int, int]) -> list[list[object]]:
    entry = _entries(rng)
    return [[entry() for _ in range(shape[1])] for _ in range(shape[0])]


def matrix(rng: random.Random) -> str:
    """A matrix of two to four rows and columns."""
    return _style(rng)(_any(rng, _shape(rng)))


def _square(rng: random.Random) -> str:
    n = _size(rng)
    return _style(rng)(_any(rng, (n, n)))


def _to_invert(rng: random.Random) -> str:
    n = rng.choice((2, 2, 2, 3, 3))
    return _style(rng)(_wholes(rng, n, n))


def _dependent(rng: random.Random) -> list[list[int]]:
    """A matrix whose last row is a combination of the others, so that its rank is low."""
    n = rng.choice((2, 2, 3, 3, 4))
    rows = _wholes(rng, n - 1, rng.choice((n, n, n + 1)))
    factors = [rng.choice((1, 1, 2, -1, 3)) for _ in rows]
    last = [sum(k * x for k, x in zip(factors, c, strict=True)) for c in zip(*rows, strict=True)]
    return [*rows, last]


def _to_reduce(rng: random.Random) -> str:
    rows = _dependent(rng) if rng.random() < 0.4 else _wholes(rng, *_shape(rng))
    return _style(rng)(rows)


def _with_kernel(rng: random.Random) -> str:
    wide = rng.choice(((2, 3), (2, 4), (3, 4), (1, 3)))
    return _style(rng)(_dependent(rng) if rng.random() < 0.6 else _wholes(rng, *wide))


def _symmetric(rng: random.Random) -> str:
    n, entry = _size(rng), _entries(rng)
    rows = [[entry() for _ in range(n)] for _ in range(n)]
    return _style(rng)([[rows[max(i, j)][min(i, j)] for j in range(n)] for i in range(n)])


def _to_raise(rng: random.Random) -> str:
    """Square, now and then of zeros and ones, or of chances that sum to 1 in each row."""
    n, kind = rng.choice((2, 2, 3)), rng.random()
    if kind < 0.25:
        cuts = [[0, *sorted(rng.randint(0, 10) for _ in range(n - 1)), 10] for _ in range(n)]
        return _style(rng)([[(b - a) / 10 for a, b in pairwise(cut)] for cut in cuts])
    high = 1 if kind < 0.5 else 5
    return _style(rng)([[rng.randint(-(high > 1), high) for _ in range(n)] for _ in range(n)])


def _same_shape(rng: random.Random) -> dict[str, str]:
    (rows, columns), style = _shape(rng), _style(rng)
    both = _any(rng, (2 * rows, columns))
    return {"a": style(both[:rows]), "b": style(both[rows:])}


def _vector_style(rng: random.Random) -> Style:
    """For rows of one number each: a list in brackets, or a column."""
    kind = rng.random()
    if kind < 0.75:
        comma, (left, right) = rng.choice((", ", ", ", ",")), rng.choice(("()", "[]"))
        return lambda rows: f"{left}{comma.join(str(row[0]) for row in rows)}{right}"
    return rng.choice(_LATEX if kind < 0.87 else _MATLAB)


def _to_multiply(rng: random.Random) -> dict[str, str]:
    """Two matrices that fit each other, or a matrix and a vector."""
    (rows, inner), style = _shape(rng), _style(rng)
    if rng.random() < 0.3:
        right = _vector_style(rng)(_wholes(rng, inner, 1))
    else:
        columns = inner if rows == inner else rng.choice((rows, rows, 2, 3))
        right = style(_wholes(rng, inner, columns))
    return {"a": style(_wholes(rng, rows, inner)), "b": right}


def _system(rng: random.Random) -> dict[str, str]:
    """Coefficients and right-hand sides, mostly of a whole solution."""
    n = rng.choice((2, 2, 3, 3))
    rows, x = _wholes(rng, n, n), [rng.randint(-4, 9) for _ in range(n)]
    right = [[sum(a * b for a, b in zip(row, x, strict=True))] for row in rows]
    if rng.random() < 0.2:
        right = [[rng.randint(0, 20)] for _ in rows]
    return {"a": _style(rng)(rows), "b": _vector_style(rng)(right)}


def _vectors(*sizes: int) -> Callable[[random.Random], dict[str, str]]:
    """Two vectors of one length and notation."""

    def sampler(rng: random.Random) -> dict[str, str]:
        size, style = rng.choice(sizes), _vector_style(rng)
        both = _any(rng, (2 * size, 1))
        return {"a": style(both[:size]), "b": style(both[size:])}

    return sampler


def _arrow(rng: random.Random) -> str:
    """A vector, often of a whole length."""
    if rng.random() < 0.4:
        sides = ((3, 4), (5, 12), (8, 15), (1, 2, 2), (2, 3, 6), (4, 4, 7), (2, 6, 9))
        xs = list(rng.choice(sides))
        rng.shuffle(xs)
        return _vector_style(rng)([[x * rng.choice((1, 1, -1))] for x in xs])
    return _vector_style(rng)(_any(rng, (rng.choice((2, 2, 3, 3, 4)), 1)))


SAMPLERS: Samplers = {
    Matrix: matrix,
    "matrix_add": _same_shape,
    "matrix_subtract": _same_shape,
    "matrix_multiply": _to_multiply,
    ("scale_matrix", "factor"): lambda rng: rng.choice((integer(2, 12), decimal(-3, 9, 1)))(rng),
    ("determinant", "a"): _square,
    ("matrix_inverse", "a"): _to_invert,
    ("matrix_rank", "a"): _to_reduce,
    ("trace", "a"): _square,
    "solve_linear_system": _system,
    ("matrix_power", "a"): _to_raise,
    ("matrix_power", "exponent"): integer(2, 9),
    "dot_product": _vectors(2, 3, 3, 3, 4),
    "cross_product": _vectors(3),
    ("vector_norm", "vector"): _arrow,
    ("null_space", "a"): _with_kernel,
    ("row_echelon", "a"): _to_reduce,
    ("identity_matrix", "size"): one_of(*map(str, range(2, 9)), "two", "three", "four"),
    ("characteristic_polynomial", "a"): _to_invert,
    ("symmetric_eigenvalues", "a"): _symmetric,
}
