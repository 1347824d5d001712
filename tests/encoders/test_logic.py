"""Propositional formulas: their grammar, lanes, algebra, limits."""

import hashlib
import random
from fractions import Fraction
from itertools import product
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

import fluxem_encoders.domains.logic
import fluxem_encoders.structures.logic
from fluxem_encoders.compose import LINEAR_HELD, closed_form, read_linear, read_log
from fluxem_encoders.domain import DOMAINS
from fluxem_encoders.errors import AlgebraError, CapacityError, DecodeError, ValueFormError
from fluxem_encoders.features import MAGNITUDE
from fluxem_encoders.forms import from_json, to_json, to_text
from fluxem_encoders.layout import COMPOSE, FEATURES, TAG, VALUE
from fluxem_encoders.registry import combine, decode, encode
from fluxem_encoders.structures.logic import Formula
from tests.encoders.laws import check_forms, check_roundtrip

PYTHON = {
    "and": lambda a, b: a and b,
    "or": lambda a, b: a or b,
    "xor": lambda a, b: a != b,
    "implies": lambda a, b: b or not a,
    "iff": lambda a, b: a == b,
}
SPELLINGS = {
    op: (*signs, op, op.upper())
    for op, signs in fluxem_encoders.structures.logic._SIGNS.items()
    if op in (*PYTHON, "not")
}
TIGHT = {"or": 2, "xor": 3, "and": 4, "implies": 1, "iff": 0}
NAMES = st.sampled_from(["p", "q", "r", "x1", "wet_ground", "é", "_", "Q", "Or2"])
VARIABLES = st.lists(NAMES, max_size=6, unique=True).map(sorted).map(tuple)
FORMULAS = VARIABLES.flatmap(
    lambda names: st.integers(0, 2**2 ** len(names) - 1).map(lambda table: Formula(names, table))
)
TREES = st.recursive(
    NAMES | st.booleans(),
    lambda inner: (
        st.tuples(st.just("not"), inner) | st.tuples(st.sampled_from(sorted(PYTHON)), inner, inner)
    ),
    max_leaves=12,
)


def value_of(tree: Any, row: dict[str, bool]) -> bool:
    match tree:
        case str():
            return row[tree]
        case bool():
            return tree
        case _, inner:
            return not value_of(inner, row)
    op, left, right = tree
    return bool(PYTHON[op](value_of(left, row), value_of(right, row)))


def names_of(tree: Any) -> set[str]:
    if isinstance(tree, tuple):
        return set().union(*map(names_of, tree[1:]))
    return {tree} if isinstance(tree, str) else set()


def written(tree: Any, draw: Any) -> str:
    """The tree as text, in any spelling, with parentheses wherever they are needed."""
    if isinstance(tree, str):
        return tree
    if isinstance(tree, bool):
        return str(draw(st.sampled_from(["true", "⊤", "TRUE"] if tree else ["false", "⊥"])))
    sign = draw(st.sampled_from(SPELLINGS[tree[0]]))
    if tree[0] == "not":
        return f"{sign} {_guarded(tree[1], 5, draw)}"
    level = TIGHT[tree[0]]
    to_the_right = tree[0] == "implies"
    left = _guarded(tree[1], level + to_the_right, draw)
    return f"{left} {sign} {_guarded(tree[2], level + 1 - to_the_right, draw)}"


def _guarded(tree: Any, level: int, draw: Any) -> str:
    text = written(tree, draw)
    return f"({text})" if isinstance(tree, tuple) and TIGHT.get(tree[0], 5) < level else text


@given(TREES, st.data())
def test_formulas_mean_what_they_say(tree: Any, data: st.DataObject) -> None:
    names = sorted(names_of(tree))
    rows = [dict(zip(names, row, strict=True)) for row in product((False, True), repeat=len(names))]
    formula = Formula.parse(written(tree, data.draw))
    assert formula.variables == tuple(names)
    assert formula.rows == tuple(value_of(tree, row) for row in rows)


@given(FORMULAS)
@example(Formula(tuple("abcdef"), 0x9669_6996_6996_9669))
@example(Formula.parse("p & ~p"))
@example(Formula.parse("a | ~a & b", ["c"]))
def test_every_formula_comes_back(formula: Formula) -> None:
    check_roundtrip(formula)
    check_forms(formula)
    lanes = encode(formula)[VALUE]
    assert lanes[0] == 0
    rows = lanes[2 : 2 + 2 ** len(formula.variables)]
    assert rows.tolist() == [1 if row else -1 for row in formula.rows]


def test_the_longest_texts_read_back() -> None:
    for seed in range(20):
        table = random.Random(seed).getrandbits(64)
        formula = Formula(tuple(letter * 20 for letter in "abcdef"), table)
        assert from_json(to_json(formula), "logic") == formula


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("p and (q or not r)", "(p & q) | (p & ~r)"),
        ("p -> q", "~p | q"),
        ("p -> q -> r", "~p | ~q | r"),
        ("p xor q xor r", "p ^ q ^ r"),
        ("p <-> q", "~(p ^ q)"),
        ("q /\\ p \\/ q && !p", "q"),
        ("p | ¬p", "true"),
    ],
)
def test_texts(text: str, shown: str) -> None:
    assert to_text(Formula.parse(text)) == shown


def test_variables_that_make_no_difference_stay() -> None:
    assert to_json(Formula.parse("p | q & p")) == {"formula": "p", "variables": ["p", "q"]}
    assert Formula.parse("p | q & p") != Formula.parse("p")
    assert encode(Formula.parse("true")).tolist() != encode(True).tolist()


@given(FORMULAS | st.booleans(), FORMULAS | st.booleans(), st.sampled_from(sorted(PYTHON)))
def test_connectives(a: Any, b: Any, op: str) -> None:
    both = [v.variables if isinstance(v, Formula) else () for v in (a, b)]
    names = sorted({*both[0], *both[1]})
    assume(len(names) <= 6 and len("".join(names)) <= 35)
    got: Any = decode(combine(op, encode(a), encode(b)))
    if not names and isinstance(a, bool) and isinstance(b, bool):
        assert got is PYTHON[op](a, b)
        return
    assert got.variables == tuple(names)
    for place, row in enumerate(product((False, True), repeat=len(names))):
        x, y = (_row(v, dict(zip(names, row, strict=True))) for v in (a, b))
        assert got.rows[place] == PYTHON[op](x, y)


def _row(value: bool | Formula, row: dict[str, bool]) -> bool:
    if isinstance(value, bool):
        return value
    return value.rows[int("".join(str(int(row[n])) for n in value.variables) or "0", 2)]


@given(FORMULAS, st.integers(0, 2**64 - 1))
def test_shares_of_true_rows_add_and_multiply(a: Formula, table: int) -> None:
    b = Formula(a.variables, table % 2**2 ** len(a.variables))
    lanes = closed_form("add", encode(a), encode(b))
    total = closed_form("add", *(combine(op, encode(a), encode(b)) for op in ("and", "or")))
    assert lanes[LINEAR_HELD] == 1
    assert read_linear(lanes) == read_linear(total)
    assert read_linear(encode(a)[COMPOSE]) == Fraction(sum(a.rows), len(a.rows))
    negated: Any = decode(combine("not", encode(a)))
    assert negated.rows == tuple(not row for row in a.rows)


def test_shares_multiply_without_common_variables() -> None:
    x, y = Formula.parse("p -> q"), Formula.parse("r & s")
    assert read_log(closed_form("multiply", encode(x), encode(y))) == pytest.approx(3 / 16)
    assert read_linear(combine("and", encode(x), encode(y))[COMPOSE]) == Fraction(3, 16)


def test_formulas_with_near_shares_lie_near() -> None:
    names = tuple("abcdef")
    lanes = [encode(Formula(names, 2**rows - 1))[FEATURES][MAGNITUDE] for rows in range(65)]
    assert (np.diff(lanes, axis=0) >= 0).all()
    assert (np.diff(np.linalg.norm(np.array(lanes[::4]) - lanes[0], axis=1)) > 0).all()


def test_what_does_not_fit_is_refused_with_the_limit() -> None:
    with pytest.raises(CapacityError, match="40 bytes"):
        encode(Formula(("a" * 20, "b" * 20, "c"), 0))
    with pytest.raises(CapacityError, match="6 variables"):
        combine("or", encode(Formula.parse("a|b|c|d")), encode(Formula.parse("e|f|g")))
    for op, values in (("not", (Formula.parse("p"), True)), ("and", (True, 1)), ("nand", (True,))):
        with pytest.raises(AlgebraError):
            DOMAINS["logic"].combine(op, *values)


@pytest.mark.parametrize(
    ("form", "sentence"),
    [
        ({"formula": "p", "table": 1}, "is written"),
        ({"formula": "p &"}, "got the end"),
        ({"formula": "p q"}, "expected a connective, got 'q'"),
        ({"formula": "p & | q"}, "expected a variable, `not` or `\\(`, got 'or'"),
        ({"formula": "(p"}, "closes each"),
        ({"formula": "p + q"}, "no sign '\\+'"),
        ({"formula": "a|b|c|d|e|f|g"}, "6 variables at most, got 7"),
        ({"formula": "a" * 21}, "20 characters"),
        ({"formula": "p " * 5000}, "8,000 characters"),
        ({"formula": "~" * 31 + "p"}, "30 deep"),
        ({"formula": "p -> " * 31 + "p"}, "30 deep"),
        ({"formula": "p", "variables": "q"}, "a list of 6 names"),
        ({"formula": "p", "variables": ["q"] * 7}, "a list of 6 names"),
        ({"formula": "p", "variables": [[]]}, "a variable is"),
        ({"formula": "p", "variables": ["Not"]}, "a variable is"),
    ],
    ids=lambda x: str(x)[:40],
)
def test_bad_forms_are_refused(form: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueFormError, match=sentence):
        from_json(form, "logic")


def test_nonsense_is_refused() -> None:
    for bad in ((("q", "p"), 0), (("p", "p"), 0), (("p",), 4), (("p",), True)):
        with pytest.raises(ValueFormError):
            Formula(*bad)


TEXTS = ("true", "false", "p", "p & q", "p -> q", "a ^ b ^ c ^ d ^ e ^ f", "rain -> wet", "φ ∧ ¬ψ")
FIXED = [Formula.parse(text) for text in TEXTS]


@given(st.sampled_from(FIXED), st.integers(16, 127), st.sampled_from([-1, -0.25, 0.0079, 0.5, 2]))
def test_a_changed_lane_is_refused_or_means_another_value(
    formula: Formula, lane: int, change: float
) -> None:
    e = encode(formula)
    e[lane] += change
    try:
        value = decode(e)
    except DecodeError:
        return
    assert np.abs(encode(value)[VALUE] - e[VALUE]).max() < 1e-3


def test_tag_and_value_lanes_are_those_of_version_1() -> None:
    lanes = [encode(formula) for formula in FIXED]
    data = b"".join((e[part] + 0.0).astype("<f4").tobytes() for e in lanes for part in (TAG, VALUE))
    assert hashlib.sha256(data).hexdigest()[:16] == "f1def6ce6c9c883c"
