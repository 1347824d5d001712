from decimal import Decimal
from fractions import Fraction

import pytest

from fluxem_encoders.detect import detect
from fluxem_encoders.values import Distribution
from tests.detection.spans import found

P = Decimal("0.3")
NOTATIONS = [
    ("Bin(10, 0.3)", "binomial", (10, P)),
    ("B(10, .3)", "binomial", (10, P)),
    ("Binomial(n=10, p=0.3)", "binomial", (10, P)),
    ("Binomial(p = 0.3, n = 10)", "binomial", (10, P)),
    ("Bin(10, 30%)", "binomial", (10, P)),
    ("Binomial(10, 1/6)", "binomial", (10, Fraction(1, 6))),
    ("Poisson(λ=4)", "poisson", (4,)),
    ("Pois(2.5)", "poisson", (Decimal("2.5"),)),
    ("Geometric(0.3)", "geometric", (P,)),
    ("N(0,1)", "normal", (0, 1)),
    ("N(99,460,710, 30)", "normal", (99_460_710, 30)),
    ("N(1,200)", "normal", (1, 200)),
    ("N(1,200; 30)", "normal", (1200, 30)),
    ("Poisson(1,200)", "poisson", (1200,)),
    ("norm(loc=7, scale=2)", "normal", (7, 2)),
    ("Unif(a=0, b=75)", "uniform", (0, 75)),
    ("N(-1, 2)", "normal", (-1, 2)),
    ("Normal(mean=5, sd=2)", "normal", (5, 2)),
    ("N(μ=0, σ=2)", "normal", (0, 2)),
    ("N(0, σ²=4)", "normal", (0, 2)),
    ("N(0, σ^2 = 2.25)", "normal", (0, Fraction(3, 2))),
    ("N(mu=0, var=9)", "normal", (0, 3)),
    ("𝒩(0,1)", "normal", (0, 1)),
    ("Uniform(0, 10)", "uniform", (0, 10)),
    ("U[0, 1]", "uniform", (0, 1)),
    ("Exp(2)", "exponential", (2,)),
    ("Exponential(rate=0.3)", "exponential", (P,)),
]


@pytest.mark.parametrize(("text", "family", "parameters"), NOTATIONS)
def test_distribution(text, family, parameters):
    question = f"Let X ~ {text}. What is its mean?"
    assert found(question) == [(text, Distribution(family, parameters))]
    assert detect(question)[0].domain == "probability"


OTHERS = [
    ("N(0, σ²=5)", [("0", 0), ("5", 5)]),  # no rational standard deviation
    ("N(0, rate=5)", [("0", 0), ("5", 5)]),
    ("exp(2)", [("2", 2)]),
    ("X ~ exp(2)", [("exp(2)", Distribution("exponential", (2,)))]),
    ("f(2)", [("2", 2)]),
]


@pytest.mark.parametrize(("text", "spans"), OTHERS)
def test_other_readings(text, spans):
    assert found(text) == spans
