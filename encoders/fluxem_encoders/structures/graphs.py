"""Graphs: named nodes, and edges between them with or without weights."""

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, TypeGuard

from fluxem_encoders.errors import ValueFormError
from fluxem_encoders.forms import clip, number_from_json, to_json, to_text
from fluxem_encoders.numbers import is_finite, is_number
from fluxem_encoders.structured import Structured
from fluxem_encoders.values import Number

MAX_NODES = 1000
MAX_EDGES = 10_000
MAX_NAME_CHARS = 30
MAX_NAME_INT = 10**9

Name = int | str
Edge = tuple[Name, Name]

_FORM = '{"graph": [nodes], "edges": [[from, to] or [from, to, weight], ...], "directed": false}'


@dataclass(frozen=True, slots=True)
class Graph(Structured, key="graph", domain="graphs"):
    """A simple graph of up to 1,000 nodes and 10,000 edges, without self-loops.

    Graphs of the same nodes and edges are equal, in whatever order they are given: nodes are
    kept sorted (ints, then strings), edges sorted by their ends, and an undirected edge begins
    with its lower end.

    Attributes:
        nodes: distinct names: ints within ±10**9, or strings of 1 to 30 printable characters.
        edges: distinct pairs of nodes.
        weights: a finite number for each edge, in the order of `edges`; None for an unweighted
            graph and for one without edges.
        directed: whether (a, b) leads from a to b alone.
    """

    nodes: tuple[Name, ...]
    edges: tuple[Edge, ...] = ()
    weights: tuple[Number, ...] | None = None
    directed: bool = False

    def __post_init__(self) -> None:
        nodes = _sorted_nodes(self.nodes)
        if len(self.edges) > MAX_EDGES:
            raise ValueFormError(
                f"a graph has {MAX_EDGES:,} edges at most, got {len(self.edges):,}"
            )
        if self.weights is not None and len(self.weights) != len(self.edges):
            raise ValueFormError(
                f"weights are one per edge, got {len(self.weights)} for {len(self.edges)} edges"
            )
        for weight in self.weights or ():
            if not (is_number(weight) and is_finite(weight)):
                raise ValueFormError(f"a weight is a finite number, got {clip(weight)}")
        place = {name: i for i, name in enumerate(nodes)}
        spots = [_spot(edge, place, self.directed) for edge in self.edges]
        order = sorted(range(len(spots)), key=spots.__getitem__)
        edges = tuple((nodes[spots[i][0]], nodes[spots[i][1]]) for i in order)
        for edge, following in pairwise(edges):
            if edge == following:
                raise ValueFormError(f"the edge {_shown(edge, self.directed)} is given twice")
        object.__setattr__(self, "nodes", nodes)
        object.__setattr__(self, "edges", edges)
        weights = tuple(self.weights[i] for i in order) if self.weights else None
        object.__setattr__(self, "weights", weights)

    @property
    def is_exact(self) -> bool:
        """Whether no weight is a float."""
        return not any(isinstance(weight, float) for weight in self.weights or ())

    def to_json(self) -> dict[str, Any]:
        """{"graph": ["A", "B"], "edges": [["A", "B", 2]], "directed": false}."""
        edges: list[list[Any]] = [list(edge) for edge in self.edges]
        for edge, weight in zip(edges, self.weights or (), strict=False):
            edge.append(to_json(weight))
        return {"graph": list(self.nodes), "edges": edges, "directed": self.directed}

    @classmethod
    def from_json(cls, form: Mapping[str, Any]) -> "Graph":
        """Read what `to_json` wrote; a count in place of the nodes stands for 1 to that count.

        "edges" and "directed" may be left out.

        Raises:
            ValueFormError: for anything else.
        """
        if "graph" not in form or not set(form) <= {"graph", "edges", "directed"}:
            raise ValueFormError(f"a graph is written {_FORM}")
        directed = form.get("directed", False)
        if not isinstance(directed, bool):
            raise ValueFormError(f'"directed" is true or false, got {clip(directed)}')
        rows = _rows(form.get("edges", []))
        weighted = bool(rows) and len(rows[0]) == 3
        return Graph(
            nodes=_nodes_from_json(form["graph"]),
            edges=tuple((row[0], row[1]) for row in rows),
            weights=tuple(number_from_json(row[2]) for row in rows) if weighted else None,
            directed=directed,
        )

    def to_text(self) -> str:
        """Such as `graph on A, B, C with the edges A-B (2), B-C (0.5)`."""
        kind = "directed graph" if self.directed else "graph"
        if not self.nodes:
            return f"{kind} without nodes"
        edges = [_shown(edge, self.directed) for edge in self.edges]
        if self.weights is not None:
            edges = [f"{e} ({to_text(w)})" for e, w in zip(edges, self.weights, strict=True)]
        names = ", ".join(map(str, self.nodes))
        return f"{kind} on {names} " + (
            f"with the edges {', '.join(edges)}" if edges else "without edges"
        )


def _sorted_nodes(nodes: tuple[Name, ...]) -> tuple[Name, ...]:
    if len(nodes) > MAX_NODES:
        raise ValueFormError(f"a graph has {MAX_NODES:,} nodes at most, got {len(nodes):,}")
    for name in nodes:
        if not _is_name(name):
            raise ValueFormError(
                f"a node is an int within ±10**9 or a string of 1 to {MAX_NAME_CHARS} printable "
                f"characters without space around, got {clip(name)}"
            )
    if len(set(nodes)) < len(nodes):
        raise ValueFormError("the nodes of a graph have distinct names")
    ints = sorted(name for name in nodes if isinstance(name, int))
    return (*ints, *sorted(name for name in nodes if isinstance(name, str)))


def _is_name(name: object) -> TypeGuard[Name]:
    if isinstance(name, str):
        return 0 < len(name) <= MAX_NAME_CHARS and name.isprintable() and name == name.strip()
    # True would pass for the node 1.
    return isinstance(name, int) and not isinstance(name, bool) and abs(name) <= MAX_NAME_INT


def _spot(edge: Edge, place: Mapping[Name, int], directed: bool) -> tuple[int, int]:
    """The places of an edge's ends among the nodes."""
    a, b = edge
    for end in edge:
        if not _is_name(end) or end not in place:
            raise ValueFormError(f"an edge joins nodes of its graph; {clip(end)} is none")
    if a == b:
        raise ValueFormError(f"a graph has no self-loops here, got one at {clip(a)}")
    i, j = place[a], place[b]
    return (i, j) if directed or i < j else (j, i)


def _shown(edge: Edge, directed: bool) -> str:
    return f"{edge[0]}{'->' if directed else '-'}{edge[1]}"


def _nodes_from_json(form: Any) -> tuple[Name, ...]:
    if isinstance(form, list):
        return tuple(form)
    if isinstance(form, int) and not isinstance(form, bool) and 0 <= form <= MAX_NODES:
        return tuple(range(1, form + 1))
    raise ValueFormError(
        f"the nodes are a list of names, or their number up to {MAX_NODES:,}, got {clip(form)}"
    )


def _rows(form: Any) -> list[list[Any]]:
    if not isinstance(form, list):
        raise ValueFormError(f'"edges" is a list, got {clip(form)}')
    if len(form) > MAX_EDGES:
        raise ValueFormError(f"a graph has {MAX_EDGES:,} edges at most, got {len(form):,}")
    for row in form:
        if not isinstance(row, list) or len(row) not in (2, 3):
            raise ValueFormError(f"an edge is [from, to] or [from, to, weight], got {clip(row)}")
        if len(row) != len(form[0]):
            raise ValueFormError("either every edge of a graph has a weight or none has")
    return form
