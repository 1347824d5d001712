"""Formulas against Python's `and`, `or` and `not` in every row, and against sympy."""

import time
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sympy import Symbol
from sympy.logic.boolalg import is_cnf, is_dnf
from sympy.parsing.sympy_parser import parse_expr

from fluxem_encoders.structures.logic import MAX_VARIABLES, Formula
from fluxem_encoders.structures.sets import FiniteSet
from fluxem_toolbox import ToolError, call
from fluxem_toolbox.domains.logic import (
    are_equivalent,
    biconditional,
    conjunction,
    conjunctive_normal_form,
    count_models,
    disjunction,
    disjunctive_normal_form,
    entails,
    evaluate_formula,
    exclusive_disjunction,
    implication,
    is_contradiction,
    is_satisfiable,
    is_tautology,
    negate,
    truth_table,
)
from tests.checks import checks

ALL = tuple("pqrstu")
fewer = settings(max_examples=40)  # of what takes milliseconds
PARITY = Formula.parse(" ^ ".join(ALL))


@st.composite
def formulas(draw: st.DrawFn, names: str = "pqr") -> Formula:
    variables = tuple(sorted(draw(st.sets(st.sampled_from(names), max_size=3))))
    return Formula(variables, draw(st.integers(0, 2**2 ** len(variables) - 1)))


def value(formula: Formula, row: dict[str, bool]) -> bool:
    """The formula's value where `row` says which of p, q and r are true."""
    true = frozenset(name for name in formula.variables if row[name])
    return evaluate_formula(formula, FiniteSet(true))


ROWS = [dict(zip("pqr", bits, strict=True)) for bits in product((False, True), repeat=3)]


@given(formulas(), formulas())
@fewer
@checks(
    negate,
    conjunction,
    disjunction,
    exclusive_disjunction,
    implication,
    biconditional,
    evaluate_formula,
    against="Python's and, or and not",
)
def test_connectives_in_every_row(a: Formula, b: Formula) -> None:
    for row in ROWS:
        x, y = value(a, row), value(b, row)
        assert value(negate(a), row) == (not x)
        assert value(conjunction(a, b), row) == (x and y)
        assert value(disjunction(a, b), row) == (x or y)
        assert value(exclusive_disjunction(a, b), row) == (x != y)
        assert value(implication(a, b), row) == (y if x else True)
        assert value(biconditional(a, b), row) == (x == y)


@given(formulas(), formulas())
@fewer
@checks(
    is_tautology,
    is_satisfiable,
    is_contradiction,
    are_equivalent,
    entails,
    count_models,
    against="brute force over all rows",
)
def test_judgements_in_every_row(a: Formula, b: Formula) -> None:
    here, there = [value(a, row) for row in ROWS], [value(b, row) for row in ROWS]
    assert is_tautology(a) == all(here)
    assert is_satisfiable(a) == any(here)
    assert is_contradiction(a) == (not any(here))
    assert are_equivalent(a, b) == (here == there)
    assert entails(a, b) == all(y for x, y in zip(here, there, strict=True) if x)
    assert count_models(a) == sum(here) / 2 ** (3 - len(a.variables))


@pytest.mark.parametrize("text", ["p -> q", "~(p & q)", "(p | q) & ~r", "p & q | ~p & r"])
@checks(truth_table, against="sympy")
def test_the_truth_table_is_in_the_order_of_textbooks(text: str) -> None:
    formula = Formula.parse(text)
    names, plain = formula.variables, text.replace("->", ">>")
    symbolic = parse_expr(plain, {name: Symbol(name) for name in names})
    rows = product((False, True), repeat=len(names))
    assert truth_table(formula) == tuple(
        int(bool(symbolic.subs(dict(zip(names, row, strict=True))))) for row in rows
    )


@given(formulas())
@fewer
@checks(conjunctive_normal_form, disjunctive_normal_form, against="sympy")
def test_normal_forms_are_normal_and_equivalent(a: Formula) -> None:
    for tool, is_normal in ((conjunctive_normal_form, is_cnf), (disjunctive_normal_form, is_dnf)):
        text = tool(a)
        assert are_equivalent(Formula.parse(text), a)
        assert text in ("true", "false") or is_normal(
            parse_expr(text, {name: Symbol(name) for name in "pqr"})
        )


def test_normal_forms_are_formulas_again_also_with_names_that_sympy_knows() -> None:
    formula = Formula.parse("(S & I | ~N) & (E ^ Q)")
    for name in ("conjunctive_normal_form", "disjunctive_normal_form"):
        written, _ = call(name, {"a": formula})
        assert call("are_equivalent", {"a": written, "b": formula}) == (True, True)


@pytest.mark.parametrize(
    ("premises", "conclusion", "valid"),
    [
        ("p & (p -> q)", "q", True),  # modus ponens
        ("~q & (p -> q)", "~p", True),  # modus tollens
        ("(p -> q) & (q -> r)", "p -> r", True),  # hypothetical syllogism
        ("q & (p -> q)", "p", False),  # affirming the consequent
        ("~p & (p -> q)", "~q", False),  # denying the antecedent
    ],
)
@checks(entails, against="arguments of textbooks")
def test_the_arguments_of_textbooks(premises: str, conclusion: str, valid: bool) -> None:
    assert entails(Formula.parse(premises), Formula.parse(conclusion)) == valid


def test_refusals_name_the_rule() -> None:
    formula = Formula.parse("p -> q")
    with pytest.raises(ToolError, match="has no variable x") as stranger:
        evaluate_formula(formula, FiniteSet(frozenset({"p", "x"})))
    with pytest.raises(ToolError, match="a set of variables' names, got 1") as number:
        evaluate_formula(formula, FiniteSet(frozenset({1})))
    assert stranger.value.category == number.value.category == "invalid"


@pytest.mark.parametrize("tool", [conjunction, are_equivalent, entails])
def test_two_formulas_have_six_variables_together(tool: object) -> None:
    assert callable(tool)
    tool(PARITY, PARITY)
    with pytest.raises(ToolError, match=f"at most {MAX_VARIABLES} variables together, got 7") as e:
        tool(PARITY, Formula.parse("z"))
    assert e.value.category == "limit"


@pytest.mark.parametrize("table", [PARITY.table, 0x6A5F_13C9_E07B_284D, 2**64 - 2, 1])
def test_the_longest_normal_forms_come_soon(table: int) -> None:
    formula = Formula(ALL, table)
    started = time.process_time()
    forms = conjunctive_normal_form(formula), disjunctive_normal_form(formula)
    assert time.process_time() - started < 4  # twice the bound, for slow machines
    assert all(Formula.parse(form, ALL) == formula for form in forms)
