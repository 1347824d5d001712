"""Counting: orders, choices and arrangements."""

import gmpy2

from fluxem_encoders.forms import clip
from fluxem_encoders.values import Combination, Factorial, Number, Numbers, Permutation
from fluxem_toolbox.bounds import check_bits
from fluxem_toolbox.counting import count_arrangements, count_choices, count_orders
from fluxem_toolbox.errors import ToolError
from fluxem_toolbox.registry import tool


def _not_negative(name: str, **sizes: int) -> None:
    for argument, size in sizes.items():
        if size < 0:
            raise ToolError(f"`{name}` needs {argument} >= 0, got {argument}={clip(size)}")


@tool("combinatorics", keywords=("order", "arrange", "line up", "rank", "sequence", "!"))
def factorial(n: Factorial | int) -> int:
    """n!, the ways to order n things.

    >>> factorial(5)
    120
    """
    number = n.n if isinstance(n, Factorial) else n
    _not_negative("factorial", n=number)
    return count_orders("factorial", number)


@tool("combinatorics", keywords=("arrangements", "ordered", "nPr", "P(n, k)", "positions", "ranks"))
def permutations(n: Permutation | int, k: int | None = None) -> int:
    """Ordered choices of k out of n things, P(n, k).

    Without `k` all n things are ordered. 0 when k > n.

    >>> permutations(5, 2), permutations(Permutation(5, 2)), permutations(4)
    (20, 20, 24)
    """
    size, chosen = _pair("permutations", n, k, all_by_default=True)
    return count_arrangements("permutations", size, chosen)


@tool("combinatorics", keywords=("choose", "select", "pick", "committee", "subset", "nCr", "team"))
def combinations(n: Combination | int, k: int | None = None) -> int:
    """Ways to choose k of n things, C(n, k).

    The order does not count. 0 when k > n.

    >>> combinations(5, 2), combinations(Combination(5, 2))
    (10, 10)
    """
    size, chosen = _pair("combinations", n, k, all_by_default=False)
    return count_choices("combinations", size, chosen)


def _pair(
    name: str, n: Combination | Permutation | int, k: int | None, *, all_by_default: bool
) -> tuple[int, int]:
    """The n and k that a written choice or two arguments stand for."""
    if isinstance(n, int):
        if k is None and not all_by_default:
            raise ToolError(f"`{name}` needs k, the number of things chosen")
        size, chosen = n, n if k is None else k
    elif k is None:
        size, chosen = n.n, n.k
    else:
        raise ToolError(f"`{name}` takes no k beside a written choice, got k={clip(k)}")
    _not_negative(name, n=size, k=chosen)
    return size, chosen


@tool("combinatorics", keywords=("repetition", "repeats", "replacement", "stars and bars", "kinds"))
def multichoose(n: int, k: int) -> int:
    """Ways to take k items from n kinds, repeats allowed.

    >>> multichoose(3, 2)
    6
    """
    _not_negative("multichoose", n=n, k=k)
    if n == 0:
        return 1 if k == 0 else 0
    return count_choices("multichoose", n + k - 1, k)


@tool("combinatorics", keywords=("letters", "anagrams", "rearrange", "groups", "identical", "word"))
def multinomial(counts: Numbers) -> int:
    """Orders of a collection with repeated items, from their counts.

    The factorial of the sum over the product of the factorials.

    >>> multinomial((1, 4, 4, 2))  # the letters of MISSISSIPPI
    34650
    """
    sizes = [_count(c) for c in counts]
    total, result = 0, gmpy2.mpz(1)
    for size in sorted(sizes, reverse=True):
        total += size
        result *= count_choices("multinomial", total, size)
        check_bits("multinomial", result.bit_length())
    return int(result)


def _count(c: Number) -> int:
    if c < 0 or c != int(c):
        raise ToolError(f"`multinomial` needs whole counts >= 0, got {clip(c)}")
    return int(c)


@tool("combinatorics", keywords=("hats", "wrong", "own", "secret santa", "subfactorial", "!n"))
def derangements(n: int) -> int:
    """Orders of n things with none in its own place.

    >>> derangements(4)
    9
    """
    _not_negative("derangements", n=n)
    count_orders("derangements", n)  # the bound: n! is less than three times as many
    count = gmpy2.mpz(1)
    for i in range(1, n + 1):
        count = count * i + (-1 if i % 2 else 1)
    return int(count)
