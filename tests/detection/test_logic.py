import time

import pytest

from fluxem_encoders.detect import detect
from fluxem_encoders.structures.logic import Formula
from fluxem_encoders.values import Value


def found(text: str) -> list[tuple[str, Value]]:
    return [(span.text, span.value) for span in detect(text, domains=["logic"])]


ONE = [
    "p ∧ q", "p∧q", "a ∨ b", "¬p", "¬(p ∨ q)", "p & q", "p -> q", "p → q", "p <-> q", "p ⇒ ¬q",
    "p & q -> r", "(p -> q) <-> (~q -> ~p)", "~(p | q)", "p && !q", "!a && b", "A & B -> C",
    "((p ∧ q) ∨ r)", "(A ∨ B) ∧ ¬C", "p ⊻ q", "p → (q → p)", r"p /\ ~q",
    "¬¬p ∨ q", "(p | q) & r",
]  # fmt: skip


@pytest.mark.parametrize("text", ONE)
@pytest.mark.parametrize(
    "around", ["{}", "Is {} true?", "(see {}).", "`{}`, and", "- {}\n", "x = 5: {}; F = {}"]
)
def test_formulas(around, text):
    spans = [(text, Formula.parse(text))] * around.count("{}")
    assert [span for span in found(around.format(text, text)) if span[1] != 5] == spans


TOLD = [
    ("Is p and q a tautology?", ["p and q"]),
    ("Is p and not p satisfiable?", ["p and not p"]),
    ("(p or q) and r is a contradiction", ["(p or q) and r"]),
    ("Is A -> B satisfiable?", ["A -> B"]),
    ("a | b is a tautology", ["a | b"]),
    ("the formula p and q", ["p and q"]),
    ("the formula a & b", ["a & b"]),
    ("the proposition (p implies q) iff r holds", ["(p implies q) iff r"]),
    ("the negation of A | B", ["A | B"]),
    ("negate not p", ["not p"]),
    ("a truth table for `x xor y`", ["x xor y"]),
    ("Are p ∧ q and q ∧ p logically equivalent?", ["p ∧ q", "q ∧ p"]),
    ("p & q | r is not a tautology", ["p & q | r"]),
]


@pytest.mark.parametrize(("text", "spans"), TOLD)
def test_formulas_with_evidence(text, spans):
    assert found(text) == [(span, Formula.parse(span)) for span in spans]


def test_parentheses_around_are_no_part():
    assert found("(as in p ∧ (q ∨ r))") == [("p ∧ (q ∨ r)", Formula.parse("p ∧ (q ∨ r)"))]
    assert found("(p ∧ q, say)") == [("p ∧ q", Formula.parse("p ∧ q"))]


NONE = [
    "R&B", "S & P 500", "Q & A", "A & B", "P & L", "H&M", "p & p", "mind your p and q",
    "A -> B", "A → B, B → C", "f: A -> B", "S -> A | B", "x & y | z", "T & U | V", "p | q",
    "D(p || q)", "KL(p||q)", "P(A | B)", "| a | b |", "p | q | p ∧ q", "a ^ b", "p ^ q", "V ⊕ W",
    "~a", "!a", "~ p", "a ≡ b (mod 7)", "A ∩ B", "A ∪ B", "x ∈ S", "a — b", "A • B", "a 😀 b",
    "P(x) ∧ Q(x)", "p ∧ q(x)", "p ∧ q_1", "p1 & p2", "foo & bar", "p v q", "Γ ⊢ p", "p ∧ q ⊢ r",
    "p and q", "you and I", "vitamin b and c", "a or b", "not p", "I and a tautology",
    "the formula x ^ y", "the formula of a or b", "p ∧", "∧ q", "p ∧ ∧ q", "p & 5", "x <- y",
    "a < b > c", "p => 3", r"$p \land q$", "https://a.b/?p&q->r", "x >= y", "a && b",
]  # fmt: skip


@pytest.mark.parametrize("text", NONE)
def test_no_formula(text):
    assert not any(isinstance(value, Formula) for _, value in found(text))
    assert not any(isinstance(value, Formula) for _, value in found(f"we see {text}, and"))


def test_numbers_stay():
    assert [value for _, value in found("S&P 500 and p & 5 or (7 & q)")] == [500, 5, 7]


def test_only_when_asked():
    assert detect("p ∧ q") == []
    assert [span.domain for span in detect("p ∧ q", domains=["logic"])] == ["logic"]


UNITS = [
    *(
        "p & ",
        "p ∧ ",
        "(p & ",
        "¬",
        "(",
        "p and ",
        "not ",
        "~(",
        "p -> q, and so on, ",
        "p ∧ q ",
        "p)",
        "a ",
    ),
    *("the formula p and ", "the formula not ", "p ∧ (", "¬p ", "\n- p & ", "p ∧ q is a "),
]


@pytest.mark.parametrize("unit", UNITS, ids=repr)
def test_linear_time(unit):
    text = unit * (100_000 // len(unit))
    begin = time.process_time()
    found("the formula " + text)
    assert time.process_time() - begin < 3
