"""Propositional formulas, by their truth tables of up to 6 variables."""

from typing import Any

from fluxem_encoders.forms import clip
from fluxem_encoders.structures.logic import CONNECTIVES, MAX_VARIABLES, Formula
from fluxem_encoders.structures.sets import FiniteSet
from fluxem_encoders.values import Numbers
from fluxem_toolbox.errors import ToolError
from fluxem_toolbox.registry import tool


def _full(variables: tuple[str, ...]) -> int:
    """The table that is true in every row."""
    return (1 << (1 << len(variables))) - 1


def _over_all(name: str, a: Formula, b: Formula) -> tuple[Formula, Formula]:
    """Both formulas over the variables of either, so that their tables have the same rows."""
    variables = tuple({*a.variables, *b.variables})
    if len(variables) > MAX_VARIABLES:
        raise ToolError(
            f"`{name}` takes formulas of at most {MAX_VARIABLES} variables together, "
            f"got {len(variables)}",
            "limit",
        )
    return a.over(variables), b.over(variables)


def _connected(name: str, connective: str, a: Formula, b: Formula) -> Formula:
    left, right = _over_all(name, a, b)
    table = CONNECTIVES[connective](left.table, right.table) & _full(left.variables)
    return Formula(left.variables, table)


@tool("logic", keywords=("not", "negation", "negate", "opposite", "false", "¬", "~", "De Morgan"))
def negate(a: Formula) -> Formula:
    """Negation of a formula, not a.

    >>> negate(Formula.parse("p & q")).to_text()
    '~p | ~q'
    """
    return Formula(a.variables, a.table ^ _full(a.variables))


@tool("logic", keywords=("and", "both", "conjunction", "∧", "&"))
def conjunction(a: Formula, b: Formula) -> Formula:
    """Conjunction of two formulas, a and b.

    >>> conjunction(Formula.parse("p | q"), Formula.parse("~p")).to_text()
    '~p & q'
    """
    return _connected("conjunction", "and", a, b)


@tool("logic", keywords=("or", "either", "disjunction", "inclusive", "∨", "|"))
def disjunction(a: Formula, b: Formula) -> Formula:
    """Disjunction of two formulas, a or b or both.

    >>> disjunction(Formula.parse("p & q"), Formula.parse("p & ~q")).to_text()
    'p'
    """
    return _connected("disjunction", "or", a, b)


@tool("logic", keywords=("xor", "exclusive or", "either but not both", "exactly one", "⊕"))
def exclusive_disjunction(a: Formula, b: Formula) -> Formula:
    """Exclusive disjunction of two formulas, either a or b.

    >>> exclusive_disjunction(Formula.parse("p"), Formula.parse("q")).to_text()
    'p ^ q'
    """
    return _connected("exclusive_disjunction", "xor", a, b)


@tool("logic", keywords=("implies", "if then", "conditional", "only if", "→", "->"))
def implication(a: Formula, b: Formula) -> Formula:
    """Implication between two formulas, if a then b.

    >>> implication(Formula.parse("p"), Formula.parse("q")).to_text()
    '~p | q'
    """
    return _connected("implication", "implies", a, b)


@tool("logic", keywords=("iff", "if and only if", "biconditional", "equivalence", "↔", "<->"))
def biconditional(a: Formula, b: Formula) -> Formula:
    """Biconditional of two formulas, a if and only if b.

    >>> biconditional(Formula.parse("p"), Formula.parse("q")) == Formula.parse("p <-> q")
    True
    """
    return _connected("biconditional", "iff", a, b)


@tool("logic", keywords=("tautology", "always true", "valid", "theorem", "every assignment"))
def is_tautology(a: Formula) -> bool:
    """Whether a formula is always true.

    >>> is_tautology(Formula.parse("p | ~p")), is_tautology(Formula.parse("p -> q"))
    (True, False)
    """
    return a.table == _full(a.variables)


@tool("logic", keywords=("satisfiable", "SAT", "can be true", "possible", "consistent", "model"))
def is_satisfiable(a: Formula) -> bool:
    """Whether a formula is true for some assignment.

    >>> is_satisfiable(Formula.parse("p & ~q")), is_satisfiable(Formula.parse("p & ~p"))
    (True, False)
    """
    return a.table != 0


@tool("logic", keywords=("contradiction", "always false", "never true", "unsatisfiable", "absurd"))
def is_contradiction(a: Formula) -> bool:
    """Whether a formula is never true.

    >>> is_contradiction(Formula.parse("p & ~p"))
    True
    """
    return a.table == 0


@tool("logic", keywords=("equivalent", "same truth table", "logically equal", "identical", "≡"))
def are_equivalent(a: Formula, b: Formula) -> bool:
    """Whether two formulas have the same truth value everywhere.

    >>> are_equivalent(Formula.parse("p -> q"), Formula.parse("~q -> ~p"))
    True
    """
    left, right = _over_all("are_equivalent", a, b)
    return left.table == right.table


@tool("logic", keywords=("entails", "follows", "consequence", "therefore", "valid argument", "⊨"))
def entails(a: Formula, b: Formula) -> bool:
    """Whether b is true wherever a is true.

    >>> entails(Formula.parse("p & (p -> q)"), Formula.parse("p & q"))
    True
    """
    left, right = _over_all("entails", a, b)
    return left.table & ~right.table == 0


@tool("logic", keywords=("how many assignments", "models", "solutions", "#SAT", "true rows"))
def count_models(a: Formula) -> int:
    """Number of assignments that make a formula true.

    Out of 2^n for its n variables, which count also where they make no difference.

    >>> count_models(Formula.parse("p -> q"))
    3
    """
    return a.table.bit_count()


@tool("logic", keywords=("truth table", "rows", "column", "values", "table"))
def truth_table(a: Formula) -> Numbers:
    """Truth table of a formula, a list of 0 and 1.

    From the row with all variables false; the last in alphabetical order changes fastest.

    >>> truth_table(Formula.parse("p -> q"))
    (1, 1, 0, 1)
    """
    return tuple(map(int, a.rows))


@tool("logic", keywords=("evaluate", "assignment", "when", "given", "true or false", "interpret"))
def evaluate_formula(formula: Formula, true_variables: FiniteSet) -> bool:
    """Truth value of a formula when the named variables are true.

    All other variables are false.

    >>> evaluate_formula(Formula.parse("p -> q"), FiniteSet(frozenset({"p"})))
    False
    """
    if true_variables.ints():
        raise ToolError(
            "`evaluate_formula` needs a set of variables' names, "
            f"got {clip(true_variables.ints()[0])}"
        )
    if strangers := [n for n in true_variables.names() if n not in formula.variables]:
        raise ToolError(f"`evaluate_formula`: the formula has no variable {strangers[0]}")
    row = 0
    for variable in formula.variables:
        row = row << 1 | (variable in true_variables.members)
    return formula.rows[row]


@tool("logic", keywords=("CNF", "and of ors", "clauses", "product of sums", "normal form"))
def conjunctive_normal_form(a: Formula) -> str:
    """Conjunctive normal form of a formula, written as clauses.

    A short one, by Quine and McCluskey's method.

    >>> conjunctive_normal_form(Formula.parse("p -> q & r"))
    '(q | ~p) & (r | ~p)'
    """
    from sympy.logic.boolalg import POSform

    return _written(POSform, a)


@tool("logic", keywords=("DNF", "or of ands", "sum of products", "minterms", "normal form"))
def disjunctive_normal_form(a: Formula) -> str:
    """Disjunctive normal form of a formula, written as terms.

    A short one, by Quine and McCluskey's method.

    >>> disjunctive_normal_form(Formula.parse("p & (q | r)"))
    '(p & q) | (p & r)'
    """
    from sympy.logic.boolalg import SOPform

    return _written(SOPform, a)


def _written(form: Any, a: Formula) -> str:
    """What sympy's `form` makes of the true rows, in the syntax that formulas are read in."""
    from sympy import Symbol  # heavy

    if a.table in (0, _full(a.variables)):
        return "true" if a.table else "false"
    rows = [row for row, value in enumerate(a.rows) if value]
    return str(form([Symbol(name) for name in a.variables], rows))
