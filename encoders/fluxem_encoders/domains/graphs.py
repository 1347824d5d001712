"""Graphs: 16 lanes of header, then 96 lanes of adjacency, weights and names, in this order.

Adjacency is one bit per pair of nodes, by rows of the matrix (above the diagonal alone where the
graph is undirected), 1, 2, 4 or 8 of them in a lane: v in 0 .. L-1 lies at (2v - L + 1)/L, so one
bit at ±1/2. The fewest bits per lane that leave room for the rest are taken. Weights follow in
the order of the edges: ints as k balanced base-256 limbs each (k = 1: w/128), all others as a
byte stream. Names of the four usual series take no lanes; others are a byte stream.
"""

import math
from collections.abc import Sequence
from itertools import combinations, permutations

import numpy as np
from numpy.typing import NDArray

from fluxem_encoders import algebra
from fluxem_encoders.compose import Parts
from fluxem_encoders.digits import (
    byte_lanes,
    limb_lanes,
    limbs_needed,
    one_hot,
    read_bytes,
    read_limbs,
    read_one_hot,
)
from fluxem_encoders.domain import Domain, register
from fluxem_encoders.errors import AlgebraError, CapacityError
from fluxem_encoders.features import Traits
from fluxem_encoders.forms import exact
from fluxem_encoders.numbers import is_number
from fluxem_encoders.sizes import log2_of, near
from fluxem_encoders.streams import pack_number, signed_bytes, signed_int, take_number
from fluxem_encoders.structures.graphs import Edge, Graph, Name
from fluxem_encoders.values import Number

F32 = NDArray[np.float32]

DIRECTED = 0  # ±1
WEIGHTS = slice(1, 4)  # one-hot: none, limbs, packed
NAMES = slice(4, 9)  # one-hot over SERIES, then other names
BITS = slice(9, 13)  # one-hot over WIDTHS
NODES, LIMBS = 13, 14  # /64, /128
BODY = slice(16, 112)
ROOM = BODY.stop - BODY.start

WIDTHS = (1, 2, 4, 8)
UNWEIGHTED, LIMBED, PACKED = range(3)
SERIES: tuple[tuple[Name, ...], ...] = (
    tuple(range(1, 41)),
    tuple(range(40)),
    tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ"),
    tuple("abcdefghijklmnopqrstuvwxyz"),
)
"""Names that need no lanes: the first n of one of these."""
MAX_HELD = 39

LIMITS = (
    f"graphs whose adjacency, weights and names fit {ROOM} lanes: up to 39 nodes undirected or 28 "
    "directed (14 or 10 with one bit per lane, 20 or 14 with two) named 1..n, 0..n-1, A.. or a..; "
    "a weight takes a lane up to ±127, two up to ±32,639, or its packed bytes: a Decimal 3 or "
    "more, a Fraction 3 or more, a float 9; another name takes 1 lane and its bytes. E.g. all 45 "
    "edges of 10 nodes with weights, or 16 nodes named by 3 letters"
)


def encode(graph: Graph) -> F32:
    """Header and body; raises CapacityError for what does not fit."""
    if len(graph.nodes) > MAX_HELD:
        raise CapacityError(f"{len(graph.nodes)} nodes are too many; there is room for {LIMITS}")
    names, name_lanes = _write_names(graph.nodes)
    bits = _adjacency(graph)
    for way, limbs, weight_lanes in _write_weights(graph.weights):
        for width in WIDTHS:
            body = [_pack_bits(bits, width), weight_lanes, name_lanes]
            if sum(map(len, body)) <= ROOM:
                lanes = np.zeros(112, dtype=np.float32)
                lanes[DIRECTED] = 1 if graph.directed else -1
                lanes[WEIGHTS] = one_hot(way, 3)
                lanes[NAMES] = one_hot(names, 5)
                lanes[BITS] = one_hot(WIDTHS.index(width), 4)
                lanes[NODES], lanes[LIMBS] = len(graph.nodes) / 64, limbs / 128
                filled = np.concatenate(body)
                lanes[BODY.start : BODY.start + len(filled)] = filled
                return lanes
    raise CapacityError(
        f"{len(graph.nodes)} nodes with {len(graph.edges)} edges do not fit; "
        f"there is room for {LIMITS}"
    )


def decode(lanes: F32) -> Graph:
    """The graph that header and body describe."""
    directed, body = bool(lanes[DIRECTED] > 0), lanes[BODY]
    count, limbs = round(float(lanes[NODES]) * 64), round(float(lanes[LIMBS]) * 128)
    width = WIDTHS[read_one_hot(lanes[BITS])]
    if not (0 <= count <= MAX_HELD and 0 <= limbs <= ROOM):
        raise ValueError("no such graph")
    pairs = _pairs(count, directed)
    end = -(-len(pairs) // width)
    bits = _unpack_bits(body[:end], width)
    spots = [pair for pair, bit in zip(pairs, bits, strict=False) if bit]
    weights, rest = _read_weights(body[end:], read_one_hot(lanes[WEIGHTS]), limbs, edges=len(spots))
    nodes = _read_names(rest, read_one_hot(lanes[NAMES]), count)
    return Graph(nodes, tuple((nodes[i], nodes[j]) for i, j in spots), weights, directed)


def _pairs(count: int, directed: bool) -> list[tuple[int, int]]:
    return list((permutations if directed else combinations)(range(count), 2))


def _adjacency(graph: Graph) -> list[int]:
    """One bit per pair of nodes."""
    edges = set(graph.edges)
    pairs = _pairs(len(graph.nodes), graph.directed)
    return [int((graph.nodes[i], graph.nodes[j]) in edges) for i, j in pairs]


def _pack_bits(bits: list[int], width: int) -> F32:
    """`width` bits per lane, the first one highest; the last lane is filled up with zeros."""
    padded = np.array(bits + [0] * (-len(bits) % width), dtype=np.int64).reshape(-1, width)
    levels = padded @ (1 << np.arange(width)[::-1])
    return np.asarray((2 * levels - 2**width + 1) / 2**width, dtype=np.float32)


def _unpack_bits(lanes: F32, width: int) -> list[int]:
    levels = np.clip(np.rint((lanes * 2**width + 2**width - 1) / 2), 0, 2**width - 1)
    bits = levels.astype(np.int64)[:, None] >> np.arange(width)[::-1] & 1
    return [int(bit) for bit in bits.ravel()]


def _write_weights(weights: tuple[Number, ...] | None) -> list[tuple[int, int, F32]]:
    """The ways to write weights that there are, the most readable first: way, limbs, lanes."""
    if weights is None:
        return [(UNWEIGHTED, 0, np.zeros(0, dtype=np.float32))]
    ways = []
    if all(isinstance(w, int) and w.bit_length() < 8 * ROOM for w in weights):
        limbs = max(limbs_needed(int(w)) for w in weights)
        lanes = np.concatenate([limb_lanes(int(w), limbs) for w in weights])
        ways.append((LIMBED, limbs, lanes))
    try:
        ways.append((PACKED, 0, byte_lanes(b"".join(map(pack_number, weights)))))
    except CapacityError as error:
        if not ways:
            raise CapacityError(f"{error}; there is room for {LIMITS}") from None
    return ways


def _read_weights(
    body: F32, way: int, limbs: int, edges: int
) -> tuple[tuple[Number, ...] | None, F32]:
    """The weights, and the lanes after them."""
    if way == UNWEIGHTED:
        return None, body
    if way == LIMBED:
        rows = body[: edges * limbs].reshape(edges, limbs)
        return tuple(map(read_limbs, rows)), body[edges * limbs :]
    weights = []
    stream = read_bytes(body)
    for _ in range(edges):
        weight, stream = take_number(stream)
        weights.append(weight)
    return tuple(weights), byte_lanes(stream)


def _write_names(nodes: Sequence[Name]) -> tuple[int, F32]:
    """Which series the names are, and their lanes: none for a series."""
    for i, series in enumerate(SERIES):
        if tuple(nodes) == series[: len(nodes)]:
            return i, np.zeros(0, dtype=np.float32)
    return len(SERIES), byte_lanes(b"".join(map(_pack_name, nodes)))


def _pack_name(name: Name) -> bytes:
    """A byte of type (upper bit: a string) and length, then UTF-8 or two's complement."""
    data = name.encode() if isinstance(name, str) else signed_bytes(name)
    return bytes([isinstance(name, str) << 7 | len(data)]) + data


def _read_names(body: F32, names: int, count: int) -> tuple[Name, ...]:
    if names < len(SERIES):
        return SERIES[names][:count]
    stream = read_bytes(body)
    nodes: list[Name] = []
    for _ in range(count):
        size, data = stream[0] & 127, stream[1:]
        nodes.append(data[:size].decode() if stream[0] >> 7 else signed_int(data[:size]))
        stream = data[size:]
    return tuple(nodes)


def traits(graph: Graph) -> Traits:
    """Size: the number of edges; length: of nodes. List lanes: the nodes' degrees.

    A degree counts edges of either direction; flags of the list lanes are about the weights.
    """
    degree = dict.fromkeys(graph.nodes, 0)
    for edge in graph.edges:
        for end in edge:
            degree[end] += 1
    degrees, weights = list(degree.values()) or [0], graph.weights or ()
    mean = sum(degrees) / len(degrees)
    return Traits(
        x=float(len(graph.edges)),
        zero=not graph.edges,
        one=len(graph.edges) == 1,
        integer=1,
        exact=graph.is_exact,
        last_digit=len(graph.edges) % 10,
        length=min(len(graph.nodes), 255),
        lowest=min(degrees),
        highest=max(degrees),
        mean=mean,
        spread=math.sqrt(sum((d - mean) ** 2 for d in degrees) / len(degrees)),
        bounded=all(0 <= near(w) <= 1 for w in weights),
        whole=all(w == int(near(w)) for w in weights),
    )


def parts(graph: Graph) -> Parts:
    """Linear: the sum of weights, each 1 where there are none; second: of their squares; log: the
    sum; count: the edges.

    All but log add in a union of edge sets without common edges; of any two graphs with the same
    nodes, the lanes of union and intersection add up to theirs. Scaling multiplies log.
    """
    weights = [exact(w) for w in graph.weights or [1] * len(graph.edges)]
    total = sum(weights)
    return Parts(
        linear=total,
        second=sum(w * w for w in weights),
        items=len(graph.edges),
        log2=log2_of(total),
        sign=(total > 0) - (total < 0),
    )


def combine(op: str, *values: object) -> Graph:
    """`union`, `intersection`, `difference` of the edges of two graphs with the same nodes;
    `complement` of an unweighted graph; `scale` of a graph's weights by a number.

    A common edge must have the same weight in both graphs, but `difference` takes it away
    whatever its weights.
    """
    match op, *values:
        case "complement", Graph(weights=None) as a:
            pairs = _pairs(len(a.nodes), a.directed)
            edges = {(a.nodes[i], a.nodes[j]) for i, j in pairs} - set(a.edges)
            return Graph(a.nodes, tuple(edges), None, a.directed)
        case "scale", Graph(weights=tuple(weights)) as a, by if is_number(by):
            return Graph(
                a.nodes, a.edges, tuple(algebra.multiply(w, by) for w in weights), a.directed
            )
        case "union" | "intersection" | "difference", Graph() as a, Graph() as b:
            return _merge(op, a, b)
    raise AlgebraError(
        "`union`, `intersection` and `difference` take two graphs, `complement` an unweighted "
        "graph, `scale` a weighted graph and a number"
    )


def _merge(op: str, a: Graph, b: Graph) -> Graph:
    if (a.nodes, a.directed) != (b.nodes, b.directed):
        raise AlgebraError(f"`{op}` takes graphs with the same nodes, both directed or neither")
    x, y = _weighted(a), _weighted(b)
    if op == "difference":
        return _graph(a, {edge: weight for edge, weight in x.items() if edge not in y})
    if a.edges and b.edges and (a.weights is None) != (b.weights is None):
        raise AlgebraError(f"`{op}` takes two graphs with weights or two without")
    if any(edge in x and x[edge] != weight for edge, weight in y.items()):
        raise AlgebraError(f"`{op}` takes graphs whose common edges have the same weights")
    if op == "union":
        return _graph(a, y | x)
    return _graph(a, {edge: weight for edge, weight in x.items() if edge in y})


def _weighted(graph: Graph) -> dict[Edge, Number | None]:
    return dict(zip(graph.edges, graph.weights or [None] * len(graph.edges), strict=True))


def _graph(like: Graph, edges: dict[Edge, Number | None]) -> Graph:
    weights = tuple(weight for weight in edges.values() if weight is not None)
    return Graph(like.nodes, tuple(edges), weights or None, like.directed)


register(
    Domain(
        name="graphs",
        holds=lambda value: isinstance(value, Graph),
        types="a Graph",
        limits=LIMITS,
        encode=encode,
        decode=decode,
        traits=traits,
        parts=parts,
        algebra=dict.fromkeys(
            ("union", "intersection", "difference", "complement", "scale"), "exact"
        ),
        combine=combine,
    )
)
