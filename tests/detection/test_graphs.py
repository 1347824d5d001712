"""Edge lists."""

import time
from decimal import Decimal

import pytest

from fluxem_encoders.detect import detect
from fluxem_encoders.patterns import FURTHER
from fluxem_encoders.structures.graphs import Graph


def found(text):
    return [(span.text, span.value) for span in detect(text, domains=["graphs"])]


PATH = (("A", "B"), ("B", "C"))
NAMES = ("A", "B", "C")
AMONG_THREE = (("A", "B"), ("A", "C"), ("B", "C"))

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
    ("edges A-B 4, B-C 2", "A-B 4, B-C 2", Graph(NAMES, PATH, (4, 2))),
    ("edges A --> B, B --> C", "A --> B, B --> C", Graph(NAMES, PATH, directed=True)),
    ("edges s -> a 4, a -> t 3", "s -> a 4, a -> t 3",
     Graph(("s", "a", "t"), (("s", "a"), ("a", "t")), (4, 3), True)),
    ("edges mix -> bake: 1, bake -> cool: 2", "mix -> bake: 1, bake -> cool: 2",
     Graph(("mix", "bake", "cool"), (("mix", "bake"), ("bake", "cool")), (1, 2), True)),
    ("dependencies A->B, B->C", "A->B, B->C", Graph(NAMES, PATH, directed=True)),
    ("roads: (A, B, 5), (B, C, 3)", "(A, B, 5), (B, C, 3)", Graph(NAMES, PATH, (5, 3))),
    ("a directed network A-B, B-C", "A-B, B-C", Graph(NAMES, PATH, directed=True)),
    ("roads between A and B (5), between B and C (7)", "A and B (5), between B and C (7)",
     Graph(NAMES, PATH, (5, 7))),
    ("E = \\{\\{1,2\\},\\{2,3\\}\\}", "\\{\\{1,2\\},\\{2,3\\}\\}",
     Graph((1, 2, 3), ((1, 2), (2, 3)))),
    ("E = [(1,2),(2,3)]", "[(1,2),(2,3)]", Graph((1, 2, 3), ((1, 2), (2, 3)))),
    ("G = ({1,2,3,4}, {(1,2),(2,3)})", "({1,2,3,4}, {(1,2),(2,3)})",
     Graph((1, 2, 3, 4), ((1, 2), (2, 3)))),
    ("the directed graph G = ({1,2}, {(2,1)})", "({1,2}, {(2,1)})",
     Graph((1, 2), ((2, 1),), directed=True)),
    ("graph A: B, C; B: C", "A: B, C; B: C", Graph(NAMES, AMONG_THREE, directed=True)),
    ("adjacency list:\n1: 2\n2: 1, 3\n3: 2", "1: 2\n2: 1, 3\n3: 2",
     Graph((1, 2, 3), ((1, 2), (2, 3)))),
    ("graph {1: [2, 3], 2: [3], 4: []}", "{1: [2, 3], 2: [3], 4: []}",
     Graph((1, 2, 3, 4), ((1, 2), (1, 3), (2, 3)), directed=True)),
    ("an undirected graph {A: [B, C], B: [C]}", "{A: [B, C], B: [C]}", Graph(NAMES, AMONG_THREE)),
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
    ("edges are well–worn, well–known", []),
    ("edges A->B->C, C->D", []),
    ("edges A-B 5, B-C", [("5", 5)]),
    ("E = [[1,2],[2,3]]", [("[1,2]", (1, 2)), ("[2,3]", (2, 3))]),
    ("roads 1-2, 2-3", [("1", 1), ("2", 2), ("2", 2), ("3", 3)]),
    ("tasks A-C, C-F", []),
    ("roads A and B (5), C and D (7)", [("5", 5), ("7", 7)]),
    ("G = ({1,2}, {(1,3)})", [("1", 1), ("2", 2), ("1", 1), ("3", 3)]),
    ("See graph A: red, blue; B: green", []),
    ("graph ’A’: B, B: A", []),
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
    ("graph {", "A: [1, B], "),
    ("{", "{A: {B: 1}, "),
    ("graph ", "A: B, C; "),
    ("G = ({", "(1, 2), {"),
    ("roads ", "A and B 5, "),
    ("", "A to B 5, "),
    ("", "A->B 5, "),
]


@pytest.mark.parametrize(("start", "unit"), HOSTILE)
def test_linear_time(start, unit):
    text = start + unit * (100_000 // len(unit))
    begin = time.process_time()
    found(text)
    assert time.process_time() - begin < 6


STAR = (("Ana", "Bo"), ("Ana", "Cy"), ("Ana", "Di"))
DRESSED = Graph(
    ("socks", "shoes", "trousers"), (("socks", "shoes"), ("trousers", "shoes")), directed=True
)


EVERYWHERE = [
    ("Friends: A-B, A-C, B-C.", Graph(NAMES, AMONG_THREE)),
    ("friends A-B, A-C, B-C", Graph(NAMES, AMONG_THREE)),
    ("A-B, A-C, B-C", Graph(NAMES, AMONG_THREE)),
    ("km: A-B (4), A-C (7), B-C (2).", Graph(NAMES, AMONG_THREE, (4, 7, 2))),
    ("A-B 4, A-C 6, B-C 5", Graph(NAMES, AMONG_THREE, (4, 6, 5))),
    ("A to B 4, A to C 6, B to C 5", Graph(NAMES, AMONG_THREE, (4, 6, 5))),
    ("Ana-Bo, Ana-Cy, Ana-Di", Graph(("Ana", "Bo", "Cy", "Di"), STAR)),
    ("network A->B 5, A->C 2, B->C 4", Graph(NAMES, AMONG_THREE, (5, 2, 4), True)),
    ("A->B 5, A->C 2, B->C 4", Graph(NAMES, AMONG_THREE, (5, 2, 4), True)),
    ("flow p -> q 5, q -> r 2", Graph(("p", "q", "r"), (("p", "q"), ("q", "r")), (5, 2), True)),
    ("edges A -> B, B -> C", Graph(NAMES, PATH, directed=True)),
    ("socks -> shoes, trousers -> shoes", DRESSED),
    ("in socks → shoes, trousers → shoes", DRESSED),
    ("{A: [B, C], B: [C]}", Graph(NAMES, AMONG_THREE, directed=True)),
    ('{"A": ["B"], "B": ["A", "C"], "C": ["B"]}', Graph(NAMES, PATH)),
    ("{A: {B: 5}, B: {C: 2.5}}", Graph(NAMES, PATH, (5, Decimal("2.5")), True)),
]  # fmt: skip


@pytest.mark.parametrize(("text", "graph"), EVERYWHERE)
@pytest.mark.parametrize("domains", [["graphs"], FURTHER], ids=["graphs", "all"])
def test_lists_that_are_edges_without_a_word(text, graph, domains):
    assert [span.value for span in detect(text, domains=domains)] == [graph]


@pytest.mark.parametrize(
    "text",
    [
        *("Anglo-Saxon, Franco-German, Sino-Thai", "state-owned, well-worn", "A-B, B-C", "p -> q"),
        *("C-F-G", "C-F, F-G, C-Am", "the progression C-F, F-G, C-G", "Cm-Gm, Cm-Fm, Gm-Fm"),
        *("p -> q, q -> r", "NaCl -> NaOH, NaOH -> NaF", "2H2 + O2 -> 2H2O, C + O2 -> CO2"),
        *("A->B->C 5, C->D 4", "A->B 5, B->C 2, A->C", "A-B, B-C 4, C-D 5, D-E 6"),
        *("mix – bake, bake – cool", "Mon to Fri 9, Sat to Sun 10, Sun to Mon 4"),
        *("a to b 5, b to c 7", "{1: [2, 3], 2: [3]}", '{"tags": ["x"], "names": ["y", "z"]}'),
        *("E = [[1,2],[3,4]]", "{name: [x], {name}: 5}", "A ∪ B, B ∪ C"),
    ],
)
def test_lists_that_may_be_anything(text):
    assert not [span for span in detect(text, domains=FURTHER) if isinstance(span.value, Graph)]


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("edges AB, BC, CD", ["AB, BC, CD"]),
        ("edges AB 4, BC 8, AC 5", ["AB 4, BC 8, AC 5"]),
        ("the graph 1-2, 2-3, 3-1", ["1-2, 2-3, 3-1"]),
        ("topological order of A->B, A->C", ["A->B, A->C"]),
        ("arrows A->B, A->C, B->D", ["A->B, A->C, B->D"]),
        ("the arrows are A → B, B → C and A → C", ["A → B, B → C and A → C"]),
        ("arcs from a -> b 3, b -> c 2", ["a -> b 3, b -> c 2"]),
        ("one-way streets: A->B, B->C", ["A->B, B->C"]),
    ],
)
def test_as_people_write(text, spans):
    every = detect(text, domains=["graphs"])
    assert [span.text for span in every if isinstance(span.value, Graph)] == spans


@pytest.mark.parametrize(
    "text",
    [
        "edges AB and CD",
        "pages 1-2, 2-3",
        "states NY, CA",
        "graph 1-2, 3-4",
        "arrows A-B, B-C",
        "arrows hit A, B",
    ],
)
def test_near_texts(text):
    every = detect(text, domains=["graphs"])
    assert not any(isinstance(span.value, Graph) for span in every)
