import time
from decimal import Decimal
from fractions import Fraction

import pytest

from fluxem_encoders.detect import detect
from fluxem_encoders.structures.linear_algebra import Matrix
from fluxem_encoders.values import Value

SQUARE = Matrix(((1, 2), (3, 4)))
COLUMN = Matrix(((1,), (2,), (3,)))


def found(text: str) -> list[tuple[str, Value]]:
    return [(span.text, span.value) for span in detect(text, domains=["linear_algebra"])]


ONE = [
    ("det of [[1, 2], [3, 4]]?", "[[1, 2], [3, 4]]", SQUARE),
    ("np.array([[1,2],[3,4]])", "[[1,2],[3,4]]", SQUARE),
    ("A = [\n  [1, 2],\n  [3, 4],\n]", "[\n  [1, 2],\n  [3, 4],\n]", SQUARE),
    ("[[1. 2.]\n [3. 4.]]", "[[1. 2.]\n [3. 4.]]", SQUARE),
    ("[[1, 2, 3]]", "[[1, 2, 3]]", Matrix(((1, 2, 3),))),
    ("[[1], [2], [3]]", "[[1], [2], [3]]", COLUMN),
    (
        "[[1/2, -0.50], [1e3, −7]]",
        "[[1/2, -0.50], [1e3, −7]]",
        Matrix(((Fraction(1, 2), Decimal("-0.50")), (Decimal("1e3"), -7))),
    ),
    ("A = [1 2; 3 4]", "[1 2; 3 4]", SQUARE),
    ("[1, 2; 3, 4]", "[1, 2; 3, 4]", SQUARE),
    ("[1,2;3,4;]", "[1,2;3,4;]", SQUARE),
    ("[ 1 -2 ; 1/3 .5 ]", "[ 1 -2 ; 1/3 .5 ]", Matrix(((1, -2), (Fraction(1, 3), Decimal(".5"))))),
    ("times [1; 2; 3]", "[1; 2; 3]", COLUMN),
    (
        r"$\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}$",
        r"\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}",
        SQUARE,
    ),
    (
        "\\begin{bmatrix}\n1&2\\\\\n3&4\\\\\n\\end{bmatrix}",
        "\\begin{bmatrix}\n1&2\\\\\n3&4\\\\\n\\end{bmatrix}",
        SQUARE,
    ),
    (
        r"\begin{pmatrix}1\\2\\3\end{pmatrix}",
        r"\begin{pmatrix}1\\2\\3\end{pmatrix}",
        COLUMN,
    ),
    (
        r"\begin{bmatrix} \frac{1}{2} & -\dfrac{2}{3} \end{bmatrix}",
        r"\begin{bmatrix} \frac{1}{2} & -\dfrac{2}{3} \end{bmatrix}",
        Matrix(((Fraction(1, 2), Fraction(-2, 3)),)),
    ),
]


@pytest.mark.parametrize(("text", "span", "value"), ONE)
def test_matrices(text, span, value):
    assert found(text) == [(span, value)]
    assert found(f"Let 5 be, {text}, and 7")[1:-1] == [(span, value)]


def test_entries_keep_their_types():
    ((_, matrix),) = found("[[1.50, 2/4], [3, 2.0]]")
    assert matrix.to_text() == "[[1.50, 0.5], [3, 2.0]]"


def test_several():
    assert found("[[1,2],[3,4]] * [[1,2],[3,4]] + [1 2; 3 4]") == [
        ("[[1,2],[3,4]]", SQUARE),
        ("[[1,2],[3,4]]", SQUARE),
        ("[1 2; 3 4]", SQUARE),
    ]


OTHERS = [
    ("[1, 2, 3]", [("[1, 2, 3]", (1, 2, 3))]),
    ("the vector [1, 2]", [("[1, 2]", (1, 2))]),
    ("[1 2 3]", [("[1 2 3]", (1, 2, 3))]),
    ("the mean of [1; 2; 3]", [("[1; 2; 3]", (1, 2, 3))]),
    ("df[[1, 2]]", [("[1, 2]", (1, 2))]),
    ("[[1]]", [("1", 1)]),
    ("[[1, 2], [3]]", [("1", 1), ("2", 2), ("3", 3)]),
    ("[1 2; 3]", [("1", 1), ("2", 2), ("3", 3)]),
    ("[[1/0, 2]]", [("1", 1), ("0", 0), ("2", 2)]),
    (r"\begin{vmatrix} 1 & 2 \end{vmatrix}", [("1", 1), ("2", 2)]),
    (r"\begin{pmatrix} x & 2 \end{pmatrix}", [("2", 2)]),
    (r"\begin{pmatrix} 1 & 2 \end{bmatrix}", [("1", 1), ("2", 2)]),
    ("[[a, b], [c, d]]", []),
    ("see [[Matrix]] and [x; y]", []),
    ("[" + "[1, 2], " * 20 + "[1, 2]]", []),
    ("[" + "1 " * 21 + "; 2]", []),
]


@pytest.mark.parametrize(("text", "spans"), OTHERS)
def test_no_matrices(text, spans):
    assert found(text) == spans


def test_only_when_asked():
    assert [span.domain for span in detect("[[1, 2], [3, 4]]")] == ["statistics", "statistics"]


def test_the_largest():
    text = "[" + ", ".join(["[" + ", ".join("7" * 20) + "]"] * 20) + "]"
    ((span, matrix),) = found(text)
    assert (span, matrix.shape) == (text, (20, 20))


UNITS = [
    *("[[1,2],", "[1 2;", "[", "1; ", "[[", "[1],[[", "\\begin{pmatrix}1&", "1&2\\\\", "[[1 "),
    *("mean of [1;", "\n[1,2],"),
]


@pytest.mark.parametrize("unit", UNITS, ids=repr)
@pytest.mark.parametrize("start", ["", "[[1,2],"])
def test_linear_time(start, unit):
    text = start + unit * (100_000 // len(unit))
    begin = time.process_time()
    found(text)
    assert time.process_time() - begin < 6


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("rank of {{1, 1}, {2, 2}}", ["{{1, 1}, {2, 2}}"]),
        ("sum of the matrices ((1,2),(3,4)) and ((5,6),(7,8))", ["((1,2),(3,4))", "((5,6),(7,8))"]),
    ],
)
def test_as_people_write(text, spans):
    every = detect(text, domains=["linear_algebra"])
    assert [span.text for span in every if isinstance(span.value, Matrix)] == spans


@pytest.mark.parametrize("text", ["{{1, 2}, {3, 4}}", "((1,2),(3,4))", "the matrix {{1}, {2, 3}}"])
def test_near_texts(text):
    every = detect(text, domains=["linear_algebra"])
    assert not any(isinstance(span.value, Matrix) for span in every)
