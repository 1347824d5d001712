"""Edge lists."""

import time
from decimal import Decimal

import pytest

from fluxem_encoders.detect import detect
from fluxem_encoders.structures.graphs import Graph


def found(text):
    return [(span.text, span.value) for span in detect(text, domains=["graphs"])]


PATH = (("A", "B"), ("B", "C"))
NAMES = ("A", "B", "C")

GRAPHS = [
    ("edges A-B, B-C, C-A.", "A-B, B-C, C-A", Graph(NAMES, (*PATH, ("C", "A")))),
    ("edges (1,2), (2,3)", "(1,2), (2,3)", Graph((1, 2, 3), ((1, 2), (2, 3)))),
    ("edges: 1-2 and 2-3", "1-2 and 2-3", Graph((1, 2, 3), ((1, 2), (2, 3)))),
    ("graph with edges {(1,2), (2,3)}", "{(1,2), (2,3)}", Graph((1, 2, 3), ((1, 2), (2, 3)))),
    ("E = {{1,2},{2,3}}", "{{1,2},{2,3}}", Graph((1, 2, 3), ((1, 2), (2, 3)))),
    ("edges [[0,1],[1,2]]", "[[0,1],[1,2]]", Graph((0, 1, 2), ((0, 1), (1, 2)))),
    ("edges {A-B}", "{A-B}", Graph(("A", "B"), (("A", "B"),))),
    ("edges A–B, B–C", "A–B, B–C", Graph(NAMES, PATH)),
    ("edges A - B, B - C", "A - B, B - C", Graph(NAMES, PATH)),
    ("graph: A--B, B--C", "A--B, B--C", Graph(NAMES, PATH)),
    ("edges A-B:5, B-C:2.5", "A-B:5, B-C:2.5", Graph(NAMES, PATH, (5, Decimal("2.5")))),
    ("edges A-B (5), B-C (2)", "A-B (5), B-C (2)", Graph(NAMES, PATH, (5, 2))),
    ("edges A-B=-3, B-C=2", "A-B=-3, B-C=2", Graph(NAMES, PATH, (-3, 2))),
    ("edges (A, B, 5), (B, C, 3)", "(A, B, 5), (B, C, 3)", Graph(NAMES, PATH, (5, 3))),
    ("edges A-B weight 5, B-C weight 7", "A-B weight 5, B-C weight 7", Graph(NAMES, PATH, (5, 7))),
    ("edges A->B, B->C", "A->B, B->C", Graph(NAMES, PATH, directed=True)),
    ("edges A → B, B → C", "A → B, B → C", Graph(NAMES, PATH, directed=True)),
    ("a directed graph with edges A-B, B-C", "A-B, B-C", Graph(NAMES, PATH, directed=True)),
    (
        "a directed graph on 1, 2, 3 with edges (1,2), (2,3)",
        "(1,2), (2,3)",
        Graph((1, 2, 3), ((1, 2), (2, 3)), directed=True),
    ),
    ("undirected graph, edges A-B, B-C", "A-B, B-C", Graph(NAMES, PATH)),
    ("edges node1-node2, node2-n3", "node1-node2, node2-n3",
     Graph(("node1", "node2", "n3"), (("node1", "node2"), ("node2", "n3")))),
]  # fmt: skip


@pytest.mark.parametrize(("text", "span", "graph"), GRAPHS)
def test_graphs(text, span, graph):
    assert found(text) == [(span, graph)]


OTHERS = [
    ("(1,2), (2,3)", [("(1,2)", (1, 2)), ("(2,3)", (2, 3))]),
    ("edge A-B", []),
    ("edges A-B, A-B", []),
    ("edges A-A, B-C", []),
    ("edges A-B (5), B-C", [("5", 5)]),
    ("edges A-B, B•C", []),
    ("edges are well-worn, razor-thin", []),
    ("the edges, X-ray, A-B", []),
    ("on edges, e-mail and T-shirts", []),
    ("a cube has 12 edges (see 3)", [("12", 12), ("3", 3)]),
    ("a graph with 3 edges", [("3", 3)]),
]


@pytest.mark.parametrize(("text", "spans"), OTHERS)
def test_others(text, spans):
    assert found(text) == spans


def test_only_when_asked():
    assert "graphs" not in [span.domain for span in detect("edges A-B, B-C")]
    assert "graphs" in [span.domain for span in detect("edges A-B, B-C", domains=["graphs"])]


HOSTILE = [
    ("edges ", "A-B, "),
    ("edges {", "(1,2), "),
    ("", "edges "),
    ("", "directed edges "),
    ("", "A-"),
    ("E = {", "A-B:1, "),
    ("edges ", "Edges-Edges, "),
    ("", "A → B, "),
]


@pytest.mark.parametrize(("start", "unit"), HOSTILE)
def test_linear_time(start, unit):
    text = start + unit * (100_000 // len(unit))
    begin = time.process_time()
    found(text)
    assert time.process_time() - begin < 3


AMONG_THREE = (("A", "B"), ("A", "C"), ("B", "C"))
STAR = (("Ana", "Bo"), ("Ana", "Cy"), ("Ana", "Di"))
DRESSED = (("socks", "shoes"), ("trousers", "shoes"))


@pytest.mark.parametrize(
    ("text", "graph"),
    [
        ("Friends: A-B, A-C, B-C.", Graph(NAMES, AMONG_THREE)),
        ("km: A-B (4), A-C (7), B-C (2).", Graph(NAMES, AMONG_THREE, (4, 7, 2))),
        ("A-B 4, A-C 6, B-C 5", Graph(NAMES, AMONG_THREE, (4, 6, 5))),
        ("Ana-Bo, Ana-Cy, Ana-Di", Graph(("Ana", "Bo", "Cy", "Di"), STAR)),
        (
            "socks -> shoes, trousers -> shoes",
            Graph(("socks", "shoes", "trousers"), DRESSED, None, True),
        ),
    ],
)
def test_lists_that_are_edges_without_a_word(text, graph):
    assert [value for _, value in found(text)] == [graph]


@pytest.mark.parametrize(
    "text",
    ["Anglo-Saxon, Franco-German, Sino-Thai", "state-owned, well-worn", "A-B, B-C", "p -> q"],
)
def test_lists_that_may_be_anything(text):
    assert not [value for _, value in found(text) if isinstance(value, Graph)]
