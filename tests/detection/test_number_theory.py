"""Residues."""

import time

import pytest

from fluxem_encoders.detect import detect
from fluxem_encoders.structures.number_theory import Factored, Residue


def found(text):
    return [(span.text, span.value) for span in detect(text, domains=["number_theory"])]


RESIDUES = [
    ("5 (mod 12)", "5 (mod 12)", Residue(5, 12)),
    ("x ≡ 3 (mod 7)", "3 (mod 7)", Residue(3, 7)),
    ("x ≡ -3 (mod 7).", "-3 (mod 7)", Residue(4, 7)),
    ("x ≡ −3 (mod 7)", "−3 (mod 7)", Residue(4, 7)),
    ("is y = 17 [mod 5]?", "17 [mod 5]", Residue(2, 5)),
    ("x² ≡ 2 (modulo 7)", "2 (modulo 7)", Residue(2, 7)),
    ("x ≡ 3 mod 7, then", "3 mod 7", Residue(3, 7)),
    ("x ≡ 3 modulo 7", "3 modulo 7", Residue(3, 7)),
    ("x is congruent to 3 modulo 7", "3 modulo 7", Residue(3, 7)),
    (r"x \equiv 3 \pmod{7}", r"3 \pmod{7}", Residue(3, 7)),
    (r"x \equiv 3 \bmod 7", r"3 \bmod 7", Residue(3, 7)),
    ("8 (mod 1,000,000,007)", "8 (mod 1,000,000,007)", Residue(8, 1_000_000_007)),
]


@pytest.mark.parametrize(("text", "span", "value"), RESIDUES)
def test_residues(text, span, value):
    assert found(text) == [(span, value)]
    assert [s.domain for s in detect(text, domains=["number_theory"])] == ["number_theory"]


OTHERS = [
    ("2x ≡ 4 (mod 6)", [("2", 2), ("4 (mod 6)", Residue(4, 6))]),
    ("17 mod 5", [("17", 17), ("5", 5)]),
    ("x = 17 mod 5", [("17", 17), ("5", 5)]),
    ("• 17 modulo 5", [("17", 17), ("5", 5)]),
    ("2^10 (mod 7)", [("2", 2), ("10", 10), ("7", 7)]),
    ("3 + 5 (mod 7)", [("3", 3), ("5", 5), ("7", 7)]),
    ("10-3 (mod 7)", [("10", 10), ("3", 3), ("7", 7)]),
    ("3 times 5 (mod 7)", [("3", 3), ("5", 5), ("7", 7)]),
    ("(2)(5) (mod 7)", [("2", 2), ("5", 5), ("7", 7)]),
    ("5 (mod 0)", [("5", 5), ("0", 0)]),
    ("5 (mod p)", [("5", 5)]),
    ("7" * 1001 + " (mod 3)", []),
    ("a 5 mod 3 release", [("5", 5), ("3", 3)]),
    ("Skyrim (modded) has 5 parts", [("5", 5)]),
]


@pytest.mark.parametrize(("text", "spans"), OTHERS, ids=range(len(OTHERS)))
def test_others(text, spans):
    assert found(text) == spans


def test_only_when_asked():
    assert "number_theory" not in [span.domain for span in detect("5 (mod 12)")]
    assert "number_theory" in [
        span.domain for span in detect("5 (mod 12)", domains=["number_theory"])
    ]


HOSTILE = [
    ("", "1 (mod "),
    ("", "1 (mod 1"),
    ("", "x ≡ 1 "),
    ("", "^1 "),
    ("5 (mod ", "1,111"),
    ("x ≡ ", "1"),
    ("", "congruent to "),
    ("number ", "2^3 * "),
    ("", "number 2^3 * 5 "),
    ("", "2*\n"),
    ("", "2 * "),
]


@pytest.mark.parametrize(("start", "unit"), HOSTILE)
def test_linear_time(start, unit):
    text = start + unit * (100_000 // len(unit))
    begin = time.process_time()
    found(text)
    assert time.process_time() - begin < 6


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("3^100 mod 7", ["3", "100", "7"]),
        ("remainder of 7^222 divided by 10", ["7", "222", "10"]),
        ("7^-1 mod 26", ["7", "26"]),
        ("pow(5, 117, 19)", ["5", "117", "19"]),
        ("Legendre symbol (3/7)", ["3", "7"]),
    ],
)
def test_as_people_write(text, spans):
    every = detect(text, domains=["number_theory"])
    assert [span.text for span in every if isinstance(span.value, int)] == spans


def test_residues_in_a_row_and_factors():
    every = detect("x = 2 mod 3, x = 3 mod 5", domains=["number_theory"])
    assert [span.value for span in every] == [Residue(2, 3), Residue(3, 5)]
    every = detect("divisors of 2^3 * 3", domains=["number_theory"])
    assert [span.value for span in every] == [Factored(((2, 3), (3, 1)))]
    assert [span.value for span in detect("17 mod 5", domains=["number_theory"])] == [17, 5]


@pytest.mark.parametrize(
    "text",
    [
        "how many divisors has 2^3 * 3^2 * 5?",
        "How many divisors does the number 2^3 * 3^2 * 5 have?",
        "2^3 * 3^2 * 5 has how many divisors?",
        "the number 2^3 * 3^2 * 5: how many divisors?",
        "expand 2^3 * 3^2 * 5",
        "it factors as 2³ · 3² · 5.",
    ],
)
def test_factored_numbers(text):
    [span] = detect(text, domains=["number_theory"])
    assert span.value == Factored(((2, 3), (3, 2), (5, 1)))


@pytest.mark.parametrize(
    "text", ["what is 2^3 * 3^2 * 5", "4^2 * 5 has how many divisors?", "expand 2 * (3 + 5)"]
)
def test_products_that_are_no_factored_numbers(text):
    assert not any(isinstance(value, Factored) for _, value in found(text))
