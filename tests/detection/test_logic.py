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
    "¬¬p ∨ q", "(p | q) & r", "A ∧ B → C", "P ∧ Q", "P → Q", "(P -> Q) & P", "p ⊕ q",
    r"p \land q \to r", r"p \lor q", r"p \wedge q", r"\neg p \vee q", r"\lnot p",
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
    ("the formula p", ["p"]),
    ("¬(p ∧ q) = ¬p ∨ ¬q", ["¬(p ∧ q)", "¬p ∨ ¬q"]),
    ("(p -> q) & p ⊢ q", ["(p -> q) & p", "q"]),
    ("p -> q, (p) |- q.", ["p -> q", "(p)", "q"]),
    ("P → Q, P ∴ Q", ["P → Q", "P", "Q"]),
    (r"p \to q \vdash \neg q \to \neg p", [r"p \to q", r"\neg q \to \neg p"]),
    ("p -> q ⊨ ~q -> ~p", ["p -> q", "~q -> ~p"]),
    ("p ∧ q ⊢ r", ["p ∧ q", "r"]),
    ("M ⊨ p ∧ q", ["p ∧ q"]),
    ("what's p ∧ q", ["p ∧ q"]),
    ("(x ∨ y) ∧ ¬x — satisfiable?", ["(x ∨ y) ∧ ¬x"]),
]


@pytest.mark.parametrize(("text", "spans"), TOLD)
def test_formulas_with_evidence(text, spans):
    assert found(text) == [(span, Formula.parse(span)) for span in spans]


@pytest.mark.parametrize(
    ("text", "span", "formula"),
    [
        ("the formula p v q", "p v q", "p | q"),
        ("Is p v not p a tautology?", "p v not p", "p | ~p"),
        ("so (p v q) -> r holds", "(p v q) -> r", "(p | q) -> r"),
        ("u & v -> w", "u & v -> w", "(u & v) -> w"),
    ],
)
def test_v_is_or_between_operands(text, span, formula):
    assert found(text) == [(span, Formula.parse(formula))]


def test_parentheses_around_are_no_part():
    assert found("(as in p ∧ (q ∨ r))") == [("p ∧ (q ∨ r)", Formula.parse("p ∧ (q ∨ r)"))]
    assert found("(p ∧ q, say)") == [("p ∧ q", Formula.parse("p ∧ q"))]


NONE = [
    "R&B", "S & P 500", "Q & A", "A & B", "P & L", "H&M", "p & p", "mind your p and q",
    "A -> B", "A → B, B → C", "f: A -> B", "S -> A | B", "x & y | z", "T & U | V", "p | q",
    "D(p || q)", "KL(p||q)", "P(A | B)", "| a | b |", "p | q | p ∧ q", "a ^ b", "p ^ q", "V ⊕ W",
    "~a", "!a", "~ p", "a ≡ b (mod 7)", "A ∩ B", "A ∪ B", "x ∈ S", "a — b", "A • B", "a 😀 b",
    "P(x) ∧ Q(x)", "p ∧ q(x)", "p ∧ q_1", "p1 & p2", "foo & bar", "p v q", "Γ ⊢ p", "M ⊨ x = y",
    "p and q", "you and I", "vitamin b and c", "a or b", "not p", "I and a tautology",
    "the formula x ^ y", "the formula of a or b", "p ∧", "∧ q", "p ∧ ∧ q", "p & 5", "x <- y",
    "a < b > c", "p => 3", r"u \wedge v", r"x \to a", "p || q", "P & Q",
    "the formula s = ut", "the formula a", "p & q == r", "a |= b", "x v y", "https://a.b/?p&q->r",
    "x >= y", "a && b",
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
    *("p, ", "p -> q, p ", "p ⊢ ", "p v ", "p ∧ q = ", "\\neg ", "P → Q, ", "p \\to "),
    *("rules p, ", "rules a | b and ", "p -> q. so p holds, p or q ", "p -> q. not p "),
    *("the formula p and ", "the formula not ", "p ∧ (", "¬p ", "\n- p & ", "p ∧ q is a "),
]


@pytest.mark.parametrize("unit", UNITS, ids=repr)
def test_linear_time(unit):
    text = unit * (100_000 // len(unit))
    begin = time.process_time()
    found("the formula " + text)
    assert time.process_time() - begin < 6


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("conjunction of p and q", ["p", "q"]),
        ("xor of a & b and c", ["a & b", "c"]),
        ("the conjunction of P ∨ Q and R?", ["P ∨ Q", "R"]),
        ("does p ∧ q entail p", ["p ∧ q", "p"]),
        ("is (p and q) -> p a tautology", ["(p and q) -> p"]),
        ("p iff q", ["p iff q"]),
        ("not p or not q", ["not p or not q"]),
        ("p -> q and r -> s joined", ["p -> q", "r -> s"]),
        ("cnf of a | b", ["a | b"]),
        ("put (p and q) or r in CNF", ["(p and q) or r"]),
        ("p | q under {q}", ["p | q"]),
        ("is q and (not q) ever true", ["q and (not q)"]),
        ("assignments satisfy a | b", ["a | b"]),
    ],
)
def test_as_people_write(text, spans):
    every = detect(text, domains=["logic"])
    assert [span.text for span in every if isinstance(span.value, Formula)] == spans


@pytest.mark.parametrize(
    "text",
    [
        "p and q",
        "p with q",
        "from p to q",
        "conjunction of a noun and a verb",
        "p or q",
        "P and Q are points",
    ],
)
def test_near_texts(text):
    every = detect(text, domains=["logic"])
    assert not any(isinstance(span.value, Formula) for span in every)


def formulas(text):
    every = detect(text, domains=["logic"])
    return [span.text for span in every if isinstance(span.value, Formula)]


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("the formulas a | b and ~a | c", ["a | b", "~a | c"]),
        ("Are the formulas a -> b, b -> c and ~c consistent?", ["a -> b", "b -> c", "~c"]),
        ("clauses (a | b), (~a | c) and (~b)", ["(a | b)", "(~a | c)", "(~b)"]),
        ("The premises are a & b -> c and ~c.", ["a & b -> c", "~c"]),
        ("rules a -> b", ["a -> b"]),
        ("from the rules a | b and ~a, what follows?", ["a | b", "~a"]),
        ("rules a or b, b -> c", ["a or b", "b -> c"]),
        ("premises: p or q, not p", ["p or q", "not p"]),
        ("the rule x -> y, please", ["x -> y"]),
    ],
)
def test_lists_of_formulas(text, spans):
    assert formulas(text) == spans


@pytest.mark.parametrize(
    "text",
    [
        "is {} satisfied with a true",
        "does {} hold?",
        "{} always holds",
        "check whether {} is valid",
        "{} follows from it",
    ],
)
@pytest.mark.parametrize("formula", ["(a & b) | c", "~a | b", "p | r", "p ^ q"])
def test_formulas_that_hold(text, formula):
    assert formulas(text.format(formula)) == [formula]


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("If p -> q and q -> r, do they always give you p | r?", ["p -> q", "q -> r", "p | r"]),
        ("rules p -> q and q -> s: can I get p or s?", ["p -> q", "q -> s", "p or s"]),
        ("rules a -> b and b -> c. Do they give a -> c?", ["a -> b", "b -> c", "a -> c"]),
        ("rules a | b and not a; must b hold?", ["a | b", "not a", "b"]),
        ("rules p -> q, p: do they entail q?", ["p -> q", "p", "q"]),
        ("rules p -> q, p: is q true?", ["p -> q", "p", "q"]),
        ("p -> q is so. What of a | b, and p and q?", ["p -> q"]),
        ("p -> q. Is p a tautology, or not a word?", ["p -> q"]),
    ],
)
def test_formulas_beside_others_of_the_same_variables(text, spans):
    assert formulas(text) == spans


@pytest.mark.parametrize(
    "text",
    [
        *("S & P holds above 4000", "Company A & B holds a party", "R&B follows, and it holds"),
        *("if a | b and b | c then a | c holds", "x -> y holds", "the formulas in s and t"),
        *("formulas s, t and u", "the formulas of chemistry", "the expressions a and b"),
        *("Do rules a or b apply here?", "house rules: no smoking or drinking", "rules and a map"),
        *("do they always give you p | r", "the formula: s = vt", "give me p or q", "x ^ y holds"),
    ],
)
def test_no_formulas_in_rules_and_claims(text):
    assert formulas(text) == []
