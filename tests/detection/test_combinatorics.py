import pytest

from fluxem_encoders.detect import detect
from fluxem_encoders.values import Combination, Factorial, Permutation
from tests.detection.spans import found

ONE = [
    ("n=5!", "5!", Factorial(5)),
    ("5! ways", "5!", Factorial(5)),
    ("What is 5!?", "5!", Factorial(5)),
    ("ffs whats 7!", "7!", Factorial(7)),
    ("-5!", "5!", Factorial(5)),
    ("0!", "0!", Factorial(0)),
    ("C(10,3)", "C(10,3)", Combination(10, 3)),
    ("c( 10 , 3 )", "c( 10 , 3 )", Combination(10, 3)),
    ("10C3", "10C3", Combination(10, 3)),
    ("nCr(10, 3)", "nCr(10, 3)", Combination(10, 3)),
    ("10 nCr 3", "10 nCr 3", Combination(10, 3)),
    ("10 choose 3", "10 choose 3", Combination(10, 3)),
    (r"\binom{10}{3}", r"\binom{10}{3}", Combination(10, 3)),
    (r"{10 \choose 3}", r"{10 \choose 3}", Combination(10, 3)),
    ("binomial(10, 3)", "binomial(10, 3)", Combination(10, 3)),
    ("P(10,3)", "P(10,3)", Permutation(10, 3)),
    ("10P3", "10P3", Permutation(10, 3)),
    ("nPr(10, 3)", "nPr(10, 3)", Permutation(10, 3)),
]


@pytest.mark.parametrize(("text", "span", "value"), ONE)
def test_counting(text, span, value):
    assert found(text) == [(span, value)]
    assert detect(text)[0].domain == "combinatorics"


OTHERS = [
    ("5!!", [("5", 5)]),
    ("wow, 5!", [("5", 5)]),
    ("Wow you got 5!", [("5", 5)]),
    ("only $5!", [("5", 5)]),
    ("My son turned 5! Hooray", [("5", 5)]),
    ("7!-5!", [("7!", Factorial(7)), ("5!", Factorial(5))]),
    ("10 - 5!", [("10", 10), ("5!", Factorial(5))]),
    ("Hello!", []),
    ("P(X=3)", [("3", 3)]),
    ("P(X > 2)", [("2", 2)]),
    ("P(3)", [("3", 3)]),
    ("at 20 C 5 times", [("20", 20), ("5", 5)]),
]


@pytest.mark.parametrize(("text", "spans"), OTHERS)
def test_not_counting(text, spans):
    assert found(text) == spans


def test_a_permutation_has_whole_numbers():
    assert [span.domain for span in detect("P(0.3, 2)")] == ["statistics"]
