"""Graphs: their forms, lanes, algebra, limits."""

import hashlib
from decimal import Decimal
from fractions import Fraction
from itertools import combinations, permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

import fluxem_encoders.domains.graphs
import fluxem_encoders.structures.graphs
from fluxem_encoders.compose import SECOND, closed_form, read_count, read_linear, read_log
from fluxem_encoders.domain import DOMAINS
from fluxem_encoders.errors import AlgebraError, CapacityError, DecodeError, ValueFormError
from fluxem_encoders.features import LIST, MAGNITUDE
from fluxem_encoders.forms import from_json, to_text
from fluxem_encoders.layout import COMPOSE, FEATURES, TAG, VALUE
from fluxem_encoders.registry import combine, decode, encode
from fluxem_encoders.structures.graphs import Graph
from tests.encoders.laws import check_forms, check_roundtrip

graphs = fluxem_encoders.domains.graphs

EXACT = (
    st.integers(-(10**9), 10**9)
    | st.fractions(-99, 99, max_denominator=99)
    | st.decimals(-99, 99, places=2).map(lambda x: x + 0)  # no -0.00
)
FLOATS = st.floats(allow_nan=False, allow_infinity=False)
CUSTOM = st.lists(
    st.integers(-(10**9), 10**9) | st.text("abcXYZ01_", min_size=1, max_size=5),
    max_size=12,
    unique=True,
).map(tuple)


@st.composite
def series(draw: st.DrawFn, most: int) -> tuple[Any, ...]:
    names = draw(st.sampled_from(graphs.SERIES))
    return tuple(names[: draw(st.integers(0, min(most, len(names))))])


@st.composite
def on(draw: st.DrawFn, nodes: tuple[Any, ...], directed: bool, most: int = 1000) -> Graph:
    """Any unweighted graph on these nodes, with up to `most` edges."""
    pairs = list((permutations if directed else combinations)(nodes, 2))
    mask = draw(st.integers(0, 2 ** len(pairs) - 1) | st.just(2 ** len(pairs) - 1))
    edges = [pair for i, pair in enumerate(pairs) if mask >> i & 1]
    return Graph(nodes, tuple(edges[:most]), None, directed)


@st.composite
def weighted(draw: st.DrawFn, graph: Graph, weights: st.SearchStrategy[Any]) -> Graph:
    few = draw(st.lists(weights, min_size=1, max_size=6))
    drawn = [few[i % len(few)] for i in range(len(graph.edges))]
    return Graph(graph.nodes, graph.edges, tuple(drawn), graph.directed)


UNWEIGHTED = (
    series(39).flatmap(lambda nodes: on(nodes, directed=False))
    | series(28).flatmap(lambda nodes: on(nodes, directed=True))
    | st.tuples(CUSTOM, st.booleans()).flatmap(lambda drawn: on(*drawn))
)
SMALL = st.tuples(series(10), st.booleans())
WEIGHTED = SMALL.flatmap(lambda drawn: on(*drawn, most=45)).flatmap(
    lambda graph: weighted(graph, st.integers(-127, 127))
) | SMALL.flatmap(lambda drawn: on(*drawn, most=6)).flatmap(lambda graph: weighted(graph, EXACT))


@given(UNWEIGHTED | WEIGHTED)
def test_every_graph_comes_back(graph: Graph) -> None:
    check_roundtrip(graph)
    check_forms(graph)
    assert graph.is_exact


@given(series(10).flatmap(lambda n: on(n, True, most=8)).flatmap(lambda g: weighted(g, FLOATS)))
def test_float_weights_come_back(graph: Graph) -> None:
    check_roundtrip(graph)
    assert graph.is_exact is not bool(graph.edges)


@given(st.integers(0, 14).flatmap(lambda n: on(tuple(range(1, n + 1)), directed=False)))
def test_adjacency_is_readable_from_the_lanes(graph: Graph) -> None:
    lanes = encode(graph)[VALUE][graphs.BODY]
    pairs = list(combinations(graph.nodes, 2))
    assert {pair for pair, lane in zip(pairs, lanes, strict=False) if lane > 0} == set(graph.edges)
    assert (np.abs(lanes[: len(pairs)]) == 0.5).all()


def test_order_does_not_matter_and_forms_read_well() -> None:
    graph = Graph(("B", 2, "A"), (("B", "A"), ("A", 2)), (3, Decimal("2.50")))
    assert graph == Graph((2, "A", "B"), ((2, "A"), ("A", "B")), (Decimal("2.50"), 3))
    assert to_text(graph) == "graph on 2, A, B with the edges 2-A (2.50), A-B (3)"
    form = {"graph": 3, "edges": [[3, 1], [1, 2]], "directed": True}
    text = to_text(from_json(form, "graphs"))
    assert text == "directed graph on 1, 2, 3 with the edges 1->2, 3->1"
    assert to_text(Graph(())) == "graph without nodes"
    assert to_text(from_json({"graph": ["x"]}, "graphs")) == "graph on x without edges"


@given(SMALL, st.data())
def test_edge_sets_combine_as_sets(drawn: tuple[Any, bool], data: st.DataObject) -> None:
    nodes, directed = drawn
    a, b = data.draw(on(nodes, directed)), data.draw(on(nodes, directed))
    e, f, x, y, results = encode(a), encode(b), set(a.edges), set(b.edges), {}
    for op, edges in {"union": x | y, "intersection": x & y, "difference": x - y}.items():
        results[op] = combine(op, e, f)
        got: Any = decode(results[op])
        assert (got.nodes, got.directed, got.weights) == (a.nodes, directed, None)
        assert set(got.edges) == edges
    lanes = closed_form("add", e, f)
    total = closed_form("add", results["union"], results["intersection"])
    assert read_linear(lanes) == read_linear(lanes, SECOND) == len(x) + len(y)
    assert read_linear(total) == read_count(lanes) == len(x) + len(y)
    every = set((permutations if directed else combinations)(a.nodes, 2))
    assert set(graphs.combine("complement", a).edges) == every - x
    assert graphs.combine("complement", graphs.combine("complement", a)) == a


@given(SMALL.flatmap(lambda drawn: on(*drawn, most=6)).flatmap(lambda g: weighted(g, EXACT)))
def test_weights_scale_and_add(graph: Graph) -> None:
    assume(graph.weights is not None)
    assert graph.weights is not None  # for mypy
    e, total = encode(graph), sum(map(Fraction, graph.weights))
    third = graphs.combine("scale", graph, Fraction(1, 3))
    assert third.edges == graph.edges
    assert [Fraction(w) * 3 for w in third.weights] == [Fraction(w) for w in graph.weights]
    assert abs(read_linear(e[COMPOSE]) - total) < Fraction(1, 10**12)
    if total:
        lanes = closed_form("multiply", e, encode(Fraction(1, 3)))
        assert read_log(lanes) == pytest.approx(float(total / 3), rel=1e-9)
    half = Graph(graph.nodes, graph.edges[::2], graph.weights[::2], graph.directed)
    rest = graphs.combine("difference", graph, half)
    assert rest.edges == graph.edges[1::2]
    assert graphs.combine("union", rest, half) == graph
    assert graphs.combine("intersection", graph, half) == half


def test_graphs_of_near_size_lie_near() -> None:
    def lanes(edges: int) -> np.ndarray:
        pairs = tuple(combinations(range(1, 11), 2))[:edges]
        return encode(Graph(tuple(range(1, 11)), pairs))[FEATURES]

    magnitudes = np.array([lanes(edges)[MAGNITUDE] for edges in range(46)])
    assert (np.diff(magnitudes, axis=0) >= 0).all()
    assert (np.diff(np.linalg.norm(magnitudes - magnitudes[0], axis=1)) > 0).all()
    assert (lanes(45)[LIST][:3] == lanes(45)[LIST][0]).all()  # all degrees are 9


PATH = Graph((1, 2, 3), ((1, 2), (2, 3)))
ROAD = Graph((1, 2, 3), ((1, 2), (2, 3)), (4, 5))


@pytest.mark.parametrize(
    ("op", "values"),
    [
        ("union", (PATH, Graph((1, 2, 3), (), None, True))),
        ("union", (PATH, ROAD)),
        ("intersection", (ROAD, Graph((1, 2, 3), ((1, 2),), (6,)))),
        ("complement", (ROAD,)),
        ("complement", (PATH, PATH)),
        ("scale", (PATH, 2)),
        ("scale", (ROAD, True)),
        ("join", (PATH, PATH)),
    ],
    ids=str,
)
def test_what_the_algebra_does_not_know(op: str, values: tuple[Any, ...]) -> None:
    with pytest.raises(AlgebraError):
        graphs.combine(op, *values)
    assert DOMAINS["graphs"].algebra["union"] == "exact"


@pytest.mark.parametrize(
    ("value", "limit"),
    [
        (Graph(tuple(range(1, 41))), "39 nodes"),
        (Graph(tuple(range(1, 30)), (), None, True), "28 directed"),
        (Graph(tuple(f"a name of node {i:04}" for i in range(6))), "96 lanes"),
        (Graph((1, 2), ((1, 2),), (2**800,)), "500 bits|96 lanes"),
        (Graph((1, 2), ((1, 2),), (Decimal("1e200"),)), "digits"),
        (Graph((1, 2), ((1, 2),), (Fraction(1, 2**60),)), "2\\*\\*55"),
        (Graph(tuple(range(12)), tuple(combinations(range(12), 2)), (0.5,) * 66), "a float 9"),
    ],
    ids=lambda x: to_text(x)[:40] if isinstance(x, Graph) else x,
)
def test_what_does_not_fit_is_refused_with_the_limit(value: Graph, limit: str) -> None:
    with pytest.raises(CapacityError, match=limit):
        encode(value)


BAD_FORMS: list[tuple[dict[str, Any], str]] = [
    ({"graph": [1], "vertices": 2}, "is written"),
    ({"graph": -1}, "their number up to 1,000"),
    ({"graph": [1, 1]}, "distinct"),
    ({"graph": list(range(1001))}, "1,000 nodes"),
    ({"graph": [True]}, "a node is an int"),
    ({"graph": ["a\nb"]}, "printable"),
    ({"graph": ["a" * 31]}, "30 printable"),
    ({"graph": [10**10]}, "10\\*\\*9"),
    ({"graph": 2, "directed": 1}, "true or false"),
    ({"graph": 2, "edges": ["12"]}, "\\[from, to\\]"),
    ({"graph": 2, "edges": [[1, 3]]}, "joins nodes"),
    ({"graph": 2, "edges": [[1, [2]]]}, "joins nodes"),
    ({"graph": 2, "edges": [[True, 2]]}, "joins nodes"),
    ({"graph": 2, "edges": [[1, 1]]}, "self-loops"),
    ({"graph": 2, "edges": [[1, 2], [2, 1]]}, "given twice"),
    ({"graph": 3, "edges": [[1, 2, 5], [2, 3]]}, "every edge"),
    ({"graph": 2, "edges": [[1, 2, "x"]]}, "no number"),
    ({"graph": 2, "edges": [[1, 2]] * 10_001}, "10,000 edges"),
]


@pytest.mark.parametrize(("form", "sentence"), BAD_FORMS, ids=[s for _, s in BAD_FORMS])
def test_bad_forms_are_refused(form: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueFormError, match=sentence):
        from_json(form, "graphs")


FIXED = [
    *(Graph(()), PATH, ROAD, Graph(("A", "B", "C"), (("A", "C"),))),
    Graph(tuple(range(16)), tuple((i, 15) for i in range(15))),
    Graph((1, 2, 3), ((1, 2), (2, 1), (3, 1)), (Decimal("2.50"), Fraction(1, 3), 0.1), True),
    Graph(("Bern", "Genf", -7), (("Bern", "Genf"), (-7, "Bern")), (159, -12)),
    Graph(tuple(range(1, 40)), ((1, 39), (2, 3))),
]


@given(st.sampled_from(FIXED), st.integers(16, 127), st.sampled_from([-1, -0.25, 0.0079, 0.5, 2]))
def test_a_changed_lane_is_refused_or_means_another_graph(
    graph: Graph, lane: int, change: float
) -> None:
    e = encode(graph)
    e[lane] += change
    try:
        value = decode(e)
    except DecodeError:
        return
    assert np.abs(encode(value)[VALUE] - e[VALUE]).max() < 1e-3


def test_tag_and_value_lanes_are_those_of_version_1() -> None:
    lanes = [encode(graph) for graph in FIXED]
    data = b"".join((e[part] + 0.0).astype("<f4").tobytes() for e in lanes for part in (TAG, VALUE))
    assert hashlib.sha256(data).hexdigest()[:16] == "804e7cb12b6516d7"
