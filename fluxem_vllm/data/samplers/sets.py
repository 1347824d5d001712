"""How people write finite sets: in braces, mostly; of whole numbers, of letters or of words."""

import random
from collections.abc import Callable, Sequence

from fluxem_encoders.structures.sets import FiniteSet
from fluxem_vllm.data.samplers.sampler import Samplers

_POOLS = (
    "abcdefghij",
    ("red", "green", "blue", "yellow", "black", "white", "pink", "orange"),
    ("apple", "pear", "plum", "fig", "kiwi", "lemon", "cherry", "grape"),
    ("ann", "bob", "cy", "dana", "eve", "finn", "gus", "hana"),
    ("Anna", "Ben", "Carla", "Dev", "Emil", "Fatima", "Goran"),
    ("milk", "eggs", "flour", "butter", "salt", "sugar", "rice"),
    ("python", "sql", "rust", "java", "go", "css", "html"),
    ("mon", "tue", "wed", "thu", "fri", "sat", "sun"),
)
_NUMBERS = 0.8  # share of sets whose members are numbers

Style = Callable[[Sequence[object]], str]


def _style(rng: random.Random, lists: float = 0.12) -> Style:
    """How one person writes sets: `{1, 2}`, `{1,2}` or `{ 1, 2 }`, numbers also as `[1, 2]`."""
    opening, comma, closing = rng.choice(
        (("{", ", ", "}"), ("{", ", ", "}"), ("{", ",", "}"), ("{ ", ", ", " }"))
    )
    as_lists = rng.random() < lists

    def write(members: Sequence[object]) -> str:
        inside = comma.join(map(str, members))
        if as_lists and all(isinstance(member, int) for member in members):
            return f"[{inside}]"
        return opening + inside + closing

    return write


def _ints(rng: random.Random) -> Sequence[int]:
    """The numbers to choose from: small ones, multiples, or some around zero."""
    step = rng.choice((1, 1, 1, 1, 2, 3, 5))
    low = rng.choice((0, 1, 1, 1, 1, 2, -4, 10, 20, 100))
    return range(low, low + step * rng.choice((10, 10, 12, 16)), step)


def _pool(rng: random.Random) -> Sequence[object]:
    return _ints(rng) if rng.random() < _NUMBERS else rng.choice(_POOLS)


def _some(rng: random.Random, pool: Sequence[object], least: int, most: int) -> list[object]:
    """Members in the pool's order, as people mostly write them, now and then in another."""
    places = rng.sample(range(len(pool)), min(len(pool), rng.randint(least, most)))
    return [pool[i] for i in (places if rng.random() < 0.2 else sorted(places))]


def finite_set(rng: random.Random) -> str:
    """One set of three to seven members."""
    return _style(rng)(_some(rng, _pool(rng), 3, 7))


def numbers(rng: random.Random) -> str:
    """One set of whole numbers in any order, in braces."""
    pool = _ints(rng)
    return _style(rng, lists=0)(rng.sample(pool, rng.randint(3, min(8, len(pool)))))


def two_sets(rng: random.Random) -> dict[str, str]:
    """Two sets of the same things, which mostly overlap."""
    pool, style = _pool(rng), _style(rng)
    return {name: style(_some(rng, pool, 3, 6)) for name in ("a", "b")}


def _two_kinds(rng: random.Random) -> dict[str, str]:
    """Two sets of different things, to pair their members."""
    style = _style(rng)
    return {name: style(_some(rng, _pool(rng), 3, 5)) for name in ("a", "b")}


def _part_and_whole(rng: random.Random) -> tuple[str, str]:
    """A subset of three or more members, and the set around it."""
    pool, style = _pool(rng), _style(rng)
    whole = _some(rng, pool, 6, 10)
    part = _some(rng, whole, 3, 5)
    return style(part), style(whole)


def _universe(rng: random.Random) -> dict[str, str]:
    part, whole = _part_and_whole(rng)
    return {"universe": whole, "a": part}


def _subset(rng: random.Random) -> dict[str, str]:
    """A subset in half of the draws."""
    if rng.random() < 0.5:
        return two_sets(rng)
    part, whole = _part_and_whole(rng)
    return {"a": part, "b": whole}


def _disjoint(rng: random.Random) -> dict[str, str]:
    """Two sets without a common member in half of the draws."""
    if rng.random() < 0.5:
        return two_sets(rng)
    pool, style = _pool(rng), _style(rng)
    mixed = rng.sample(pool, len(pool))
    half = len(mixed) // 2
    return {"a": style(mixed[: min(half, 5)]), "b": style(mixed[half:][:5])}


def _element(rng: random.Random) -> dict[str, str]:
    """A whole number and a set that holds it in half of the draws."""
    pool, style = _ints(rng), _style(rng)
    members = _some(rng, pool, 3, 7)
    n = rng.choice(members) if rng.random() < 0.5 else rng.choice(pool)
    return {"n": str(n), "a": style(members)}


SAMPLERS: Samplers = {
    FiniteSet: finite_set,
    "union": two_sets,
    "intersection": two_sets,
    "set_difference": two_sets,
    "symmetric_difference": two_sets,
    "jaccard_similarity": two_sets,
    "cartesian_product_size": _two_kinds,
    "complement_in": _universe,
    "is_subset": _subset,
    "are_disjoint": _disjoint,
    "is_element": _element,
    ("members_of", "a"): numbers,
}
