"""Finite sets."""

import time
from decimal import Decimal

import pytest

from fluxem_encoders.detect import detect
from fluxem_encoders.structures.sets import FiniteSet


def found(text):
    return [(span.text, span.value) for span in detect(text, domains=["sets"])]


def finite(*members):
    return FiniteSet(frozenset(members))


SETS = [
    ("{1, 2} ∪ {2, 3}", [("{1, 2}", finite(1, 2)), ("{2, 3}", finite(2, 3))]),
    ("{1,2}∩{3}", [("{1,2}", finite(1, 2)), ("{3}", finite(3))]),
    ("Is 3 ∈ {1, 2, 3}?", [("3", 3), ("{1, 2, 3}", finite(1, 2, 3))]),
    ("x ∉ {-1, 0}", [("{-1, 0}", finite(-1, 0))]),
    ("{1, 2} ⊆ A", [("{1, 2}", finite(1, 2))]),
    ("B ⊂ {1, 2}", [("{1, 2}", finite(1, 2))]),
    (r"{1, 2} \ {2}", [("{1, 2}", finite(1, 2)), ("{2}", finite(2))]),
    ("{1, 2} - {2}", [("{1, 2}", finite(1, 2)), ("{2}", finite(2))]),
    ("{1, 2} × {2}", [("{1, 2}", finite(1, 2)), ("{2}", finite(2))]),
    ("{1, 2} union {2}", [("{1, 2}", finite(1, 2)), ("{2}", finite(2))]),
    (r"A \cup \{1, 2\}", [(r"\{1, 2\}", finite(1, 2))]),
    (r"x \in \{a, b\}", [(r"\{a, b\}", finite("a", "b"))]),
    ("A = {1,2,3}, B = {4}", [("{1,2,3}", finite(1, 2, 3)), ("{4}", finite(4))]),
    ("S = {red, green}", [("{red, green}", finite("red", "green"))]),
    ("A = {}", [("{}", finite())]),
    ("the set {a, b, c}", [("{a, b, c}", finite("a", "b", "c"))]),
    ("the set {1, 2}", [("{1, 2}", finite(1, 2))]),
    ("sets {1} and {2, 3}", [("{1}", finite(1)), ("{2, 3}", finite(2, 3))]),
    ("union of {1}, {2} and {3}", [(f"{{{n}}}", finite(n)) for n in (1, 2, 3)]),
    ("subsets of {1, 2, 3}", [("{1, 2, 3}", finite(1, 2, 3))]),
    ("What is |{1, 2}|?", [("{1, 2}", finite(1, 2))]),
    ('the set {"a", "b"}', [('{"a", "b"}', finite("a", "b"))]),
    ("{1, ..., 4}", [("{1, ..., 4}", finite(1, 2, 3, 4))]),
    ("{2, 4, …, 8} ∪ {1}", [("{2, 4, …, 8}", finite(2, 4, 6, 8)), ("{1}", finite(1))]),
    (r"A = \{-1, 0, \ldots, 2\}", [(r"\{-1, 0, \ldots, 2\}", finite(-1, 0, 1, 2))]),
    ("{1, 2, 4, ..., 64}", [(n, int(n)) for n in ("1", "2", "4", "64")]),
    ("{1, ..., 9999}", [("1", 1), ("9999", 9999)]),
    ("when {p} is true", [("{p}", finite("p"))]),
    ("the assignment {p, q}", [("{p, q}", finite("p", "q"))]),
    ("false under {p, q}.", [("{p, q}", finite("p", "q"))]),
    ("A ∩ B = ∅.", [("∅", finite())]),
    (r"A \cap B = \emptyset", [(r"\emptyset", finite())]),
]


@pytest.mark.parametrize(("text", "spans"), SETS)
def test_sets(text, spans):
    assert found(text) == spans


LISTS = [
    ("{1, 2, 3}", [("{1, 2, 3}", (1, 2, 3))]),
    ("data = {1, 2, 3}", [("{1, 2, 3}", (1, 2, 3))]),
    ("my data — {1, 2, 3}", [("{1, 2, 3}", (1, 2, 3))]),
    ("“{1, 2, 3}” • {4, 5}", [("{1, 2, 3}", (1, 2, 3)), ("{4, 5}", (4, 5))]),
    ("• {1, 2, 3}", [("{1, 2, 3}", (1, 2, 3))]),
    ("{1, 2} — A list", [("{1, 2}", (1, 2))]),
    ("mean of the data set {1, 2, 3}", [("{1, 2, 3}", (1, 2, 3))]),
    ("the median of the set {1, 2, 3}", [("{1, 2, 3}", (1, 2, 3))]),
    ("the set {1, 1, 2}", [("{1, 1, 2}", (1, 1, 2))]),
    ("the set {0.5, 2}", [("{0.5, 2}", (Decimal("0.5"), 2))]),
    (r"A_{1} \cap A_{2}", [("1", 1), ("2", 2)]),
    (r"2^{3} \cup x", [("2", 2), ("3", 3)]),
]


@pytest.mark.parametrize(("text", "spans"), LISTS)
def test_no_sets(text, spans):
    assert found(text) == spans


PROSE = [
    "Hello {name}, set {value} now",
    "use {first, last} here",
    "function f() {}",
    "say “{a, b}”",
    r"\frac{a}{b} and \mathbb{R} \cup \mathbb{Q}",
    "the set {a; b}",
    "我喜欢 → you 😀 me",
    "A - B — C",
]


@pytest.mark.parametrize("text", PROSE)
def test_prose(text):
    assert found(text) == []


def test_only_when_asked():
    assert "sets" not in [span.domain for span in detect("A = {1, 2}")]
    assert "sets" in [span.domain for span in detect("A = {1, 2}", domains=["sets"])]


HOSTILE = [
    ("", "{1,"),
    ("A = {", "1,"),
    ("the set {", "a,"),
    ("", "{1} ∪ "),
    ("", "∪"),
    ("", "A = {"),
    ("sets {1}", "{1}, "),
    ("", "|{1} and "),
    ("{1} ", "\\{"),
    ("", "{a, b}, "),
    ("", "{a, b} & "),
    ("", "{1, ..., "),
    ("under {", "p, "),
    ("", "{'a', "),
]


@pytest.mark.parametrize(("start", "unit"), HOSTILE)
def test_linear_time(start, unit):
    text = start + unit * (100_000 // len(unit))
    begin = time.process_time()
    found(text)
    assert time.process_time() - begin < 6


DISH = finite("nuts", "milk", "egg")


@pytest.mark.parametrize(
    ("text", "sets"),
    [
        ("dish A: {nuts, milk, egg}; B: {soy, egg, rye}.", [DISH, finite("soy", "egg", "rye")]),
        ("I have {nuts, milk, egg} at home", [DISH]),
        ("import {useState, useEffect} from 'react'", []),
        ("const {a, b} = props", []),
        ("{nuts, milk, egg}: who has it?", [DISH]),
        ("what is {nuts, milk, egg}' here", [DISH]),
        ("{nuts, milk, egg} & {egg}", [DISH, finite("egg")]),
        ("{nuts, milk, egg} - {egg}", [DISH, finite("egg")]),
        ("{ann, bob} - {bob}", [finite("ann", "bob"), finite("bob")]),
        ("{ann, bob}, {bob, cy}", [finite("ann", "bob"), finite("bob", "cy")]),
        ("share {ann, bob} and {bob, cy} a name?", [finite("ann", "bob"), finite("bob", "cy")]),
        ("{p, q} and {p} hold", [finite("p", "q"), finite("p")]),
        ("dear {first, last} and {name},", []),
        ("f({a, b}, {c, d})", []),
        ("({a, b, c}: Props) => x", []),
        ("when {user} is true", []),
        ('String[] s = {"a", "b"};', []),
        ("under {dir, file}", []),
        ("Hello {name}, welcome to {city}.", []),
    ],
)  # fmt: skip
def test_names_in_braces(text, sets):
    assert [value for _, value in found(text)] == sets


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("are {1,2} and {3,4} disjoint", ["{1,2}", "{3,4}"]),
        ("jaccard of {1,2} and {2}", ["{1,2}", "{2}"]),
        ("is {1,2} a subset of {1,2,3}", ["{1,2}", "{1,2,3}"]),
        ("complement of {1,3} in {1,2,3}", ["{1,3}", "{1,2,3}"]),
        ("{1,2} U {3}", ["{1,2}", "{3}"]),
        ("{1,2} Δ {2,3}", ["{1,2}", "{2,3}"]),
        ("is 3 in {1,2,3}?", ["{1,2,3}"]),
        ("does {2,4,6} contain 5?", ["{2,4,6}"]),
        ("how many subsets has {1,2,3}", ["{1,2,3}"]),
        ("A = {red, blue} and B = {green}", ["{red, blue}", "{green}"]),
        ("evaluate it with {p, q} true", ["{p, q}"]),
        ("when p is true and q is false", ["p is true and q is false"]),
        ("p = true, q = false", ["p = true, q = false"]),
    ],
)
def test_as_people_write(text, spans):
    every = detect(text, domains=["sets"])
    assert [span.text for span in every if isinstance(span.value, FiniteSet)] == spans


@pytest.mark.parametrize(
    "text",
    [
        "the mean of {1, 2} and {3, 4}",
        "it is true, and that is false",
        "ok = true, verbose = false",
        "What is 3 in {1,2,3} times",
    ],
)
def test_near_texts(text):
    every = detect(text, domains=["sets"])
    assert not any(isinstance(span.value, FiniteSet) for span in every)
