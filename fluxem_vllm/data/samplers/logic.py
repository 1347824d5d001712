"""How people write propositional formulas, and which of their variables are true."""

import random
import re

from fluxem_encoders.structures.logic import Formula
from fluxem_vllm.data.samplers.sampler import Sampler, Samplers

Texts = dict[str, str]

SHORT = (
    *("p -> q", "p & q", "p <-> q", "~p | q", "p & ~q", "~p & ~q", "p -> ~q", "~p -> q", "p | q"),
    *("~(p & q)", "~(p | q)", "q -> p", "p & q & r", "p <-> ~q", "~(p ^ q)", "~(p -> q)"),
    *("p -> r", "q & ~r", "~p | r", "q -> r", "p | q | r"),
)
LONG = (
    *("(p | q) & ~r", "(p & q) | r", "p & (q | r)", "(p -> q) & (q -> r)", "p -> (q -> r)"),
    *("(p | q) -> r", "p & q -> r", "(p & q) -> ~r", "(p ^ q) & r", "(p <-> q) & r", "~p | ~q | r"),
    *("p | (q & ~r)", "(p | q) & (~p | r)", "(p -> q) | (r -> s)", "(p & q) | (r & s)"),
    *("(p | q) & (r | s)", "p -> (q & r)", "(~p & q) | (p & ~q)", "~p & (q -> r)", "~(p & q) | r"),
    *("(p & ~q) | (q & ~r)", "(p -> ~q) & (q | r)", "(p <-> q) -> ~r", "~(p -> q) & r"),
    *("(p -> q) -> r", "p & (q -> ~r)", "(p | ~q) & (q | ~r) & (r | ~p)"),
)
TAUTOLOGIES = (
    *(
        "p | ~p",
        "~(p & ~p)",
        "p -> (q -> p)",
        "(p & q) -> p",
        "p -> (p | q)",
        "(p -> q) | (q -> p)",
    ),
    *("((p -> q) & p) -> q", "((p -> q) & ~q) -> ~p", "((p -> q) -> p) -> p", "p & q -> p | q"),
    *("(p -> q) <-> (~q -> ~p)", "((p -> q) & (q -> r)) -> (p -> r)", "((p | q) & ~p) -> q"),
    *("~(p & q) <-> (~p | ~q)", "(p | q) | (~p & ~q)", "(p -> (q -> r)) <-> (p & q -> r)"),
)
CONTRADICTIONS = (
    *("p & ~p", "~(p | ~p)", "(p & q) & ~p", "(p -> q) & (p & ~q)", "(p <-> q) & (p <-> ~q)"),
    *("(p | q) & ~p & ~q", "~(p -> p)", "p <-> ~p", "~(p -> (q -> p))", "(p ^ q) & (p <-> q)"),
    *("(p -> q) & (q -> r) & p & ~r", "(p | q) & (~p | q) & ~q", "~((p & q) -> p)"),
)
EQUIVALENT = (
    *(("p -> q", "~q -> ~p"), ("p -> q", "~p | q"), ("~(p & q)", "~p | ~q")),
    *(("~(p | q)", "~p & ~q"), ("p & (q | r)", "(p & q) | (p & r)"), ("~(p -> q)", "p & ~q")),
    *(("p -> (q -> r)", "p & q -> r"), ("p <-> q", "(p -> q) & (q -> p)"), ("p & q", "~(p -> ~q)")),
    *(("~(p <-> q)", "p <-> ~q"), ("p | (q & r)", "(p | q) & (p | r)"), ("~p -> q", "p | q")),
    *((("(p -> r) & (q -> r)"), "(p | q) -> r"), ("(p -> q) & (p -> r)", "p -> (q & r)")),
)
DIFFERENT = (
    *(("p -> q", "q -> p"), ("~(p & q)", "~p & ~q"), ("p -> (q -> r)", "(p -> q) -> r")),
    *(("p & (q | r)", "(p & q) | r"), ("p -> q", "~p -> ~q"), ("p <-> q", "p -> q")),
    *(("~(p | q)", "~p | ~q"), ("(p -> r) & (q -> r)", "p & q -> r"), ("~p & q", "~(p & q)")),
)
FOLLOWING = (
    *(("(p -> q) & p", "p & q"), ("(p -> q) & (q -> r)", "p -> r"), ("p & q", "p -> q")),
    *(("~p & (p | q)", "~p & q"), ("p <-> q", "q -> p"), ("p -> (q & r)", "p -> q")),
    *(("p & ~q", "~(p -> q)"), ("(p | q) -> r", "p -> r"), ("p & q & r", "p & r")),
    *(("(p -> q) & ~q", "~p & ~q"), ("p & q", "p | q"), ("(p <-> q) & (q <-> r)", "p <-> r")),
)
NOT_FOLLOWING = (
    *(("p -> q", "q -> p"), ("(p -> q) & q", "p & q"), ("p -> q", "p & q"), ("p -> q", "p <-> q")),
    *(("(p -> q) & ~p", "~p & ~q"), ("p -> r", "(p | q) -> r"), ("~(p & q)", "~p & ~q")),
    *(("(p | q) & (p -> r)", "q -> r"), ("p | q", "p & q"), ("p & q -> r", "p -> r")),
)
UNICODE = {"~": "¬", "&": "∧", "|": "∨", "->": "→", "<->": "↔", "^": "⊕"}
SIGNS: tuple[dict[str, str], ...] = (
    *(UNICODE, UNICODE, {}, {}),
    {"~": "!", "&": "&&", "|": "||", "->": "=>", "<->": "<=>"},
    {"->": "=>", "<->": "<=>"},
)
WORDS = {"~": "not ", "&": "and", "|": "or", "->": "implies", "<->": "iff", "^": "xor"}
_TOKEN = re.compile(r"<->|->|[~&|^]|\b[p-s]\b")


def spelled(rng: random.Random, *formulas: str, words: float = 0) -> list[str]:
    """The formulas in one notation, over the same letters; in words with that probability.

    What the detector would not take for a formula otherwise has the letters p, q and r, or
    signs of logic.
    """
    signs = rng.choice(SIGNS)
    letters = "pqrs"
    if rng.random() < words:
        signs = WORDS
    elif not all(re.search("[&>]|~.*[|^]", formula) for formula in formulas):
        signs = UNICODE
    elif all("~" in formula for formula in formulas) and rng.random() < 0.5:
        letters = rng.choice(("abcd", "xyzw", "ABCD", "uvwz"))
    named = signs | dict(zip("pqrs", letters, strict=True))
    texts = [_TOKEN.sub(lambda token: named.get(token[0], token[0]), f) for f in formulas]
    tight = signs is not WORDS and rng.random() < 0.15
    return [text.replace(" ", "") for text in texts] if tight else texts


def _one(*kinds: tuple[str, ...], words: float = 0) -> Sampler:
    """A formula of one of the kinds."""
    return lambda rng: spelled(rng, rng.choice(rng.choice(kinds)), words=words)[0]


def _two(rng: random.Random) -> Texts:
    """Two formulas to be joined, at most one of them long."""
    pair = [rng.choice(SHORT), rng.choice((*SHORT, *LONG))]
    rng.shuffle(pair)
    return dict(zip("ab", spelled(rng, *pair), strict=True))


def _compared(rng: random.Random) -> Texts:
    """Two formulas, equivalent half of the time."""
    pair = list(rng.choice(rng.choice((EQUIVALENT, DIFFERENT))))
    rng.shuffle(pair)
    return dict(zip("ab", spelled(rng, *pair), strict=True))


def _argument(rng: random.Random) -> Texts:
    """A premise and a conclusion, which follows half of the time."""
    pair = rng.choice(rng.choice((FOLLOWING, NOT_FOLLOWING)))
    return dict(zip("ab", spelled(rng, *pair), strict=True))


def _interpreted(rng: random.Random) -> Texts:
    """A formula and the set of the variables that are true in it."""
    (formula,) = spelled(rng, rng.choice((*SHORT, *LONG, *LONG)))
    names = sorted(Formula.parse(formula).variables)
    true = [name for name in names if rng.random() < 0.55]
    members = rng.choice((", ", ", ", ",")).join(true)
    return {"formula": formula, "true_variables": f"{{{members}}}" if true else "∅"}


SAMPLERS: Samplers = {
    Formula: _one(SHORT, LONG, LONG),
    "conjunction": _two,
    "disjunction": _two,
    "exclusive_disjunction": _two,
    "implication": _two,
    "biconditional": _two,
    "are_equivalent": _compared,
    "entails": _argument,
    "evaluate_formula": _interpreted,
    ("negate", "a"): _one(SHORT, LONG, words=0.1),
    ("truth_table", "a"): _one(SHORT, LONG, LONG, words=0.2),
    ("is_tautology", "a"): _one(TAUTOLOGIES, TAUTOLOGIES, SHORT, LONG, words=0.1),
    ("is_satisfiable", "a"): _one(CONTRADICTIONS, LONG, LONG, SHORT, words=0.1),
    ("is_contradiction", "a"): _one(CONTRADICTIONS, CONTRADICTIONS, SHORT, LONG, words=0.1),
}
