from decimal import Decimal
from fractions import Fraction

import pytest

from fluxem_toolbox import Approximate
from fluxem_vllm.pool.cache import Lru
from fluxem_vllm.pool.wire import dump


def test_keys_tell_equal_values_of_unlike_types_apart():
    ones = [1, 1.0, True, Decimal(1), Decimal("1.0"), Fraction(1), "1", (1,), [1], Approximate(1)]
    assert len({dump("add", {"x": one}) for one in ones}) == len(ones)
    assert dump("add", {"x": 0.0}) != dump("add", {"x": -0.0})
    assert dump("add", {"x": 10**30}) == dump("add", {"x": 10**29 * 10})


def test_the_least_recently_used_entry_goes_first():
    cache = Lru[str](2, 1000)
    for key in (b"a", b"b"):
        cache.put(key, key.decode(), 1)
    assert cache.get(b"a") == "a"
    cache.put(b"c", "c", 1)
    assert cache.get(b"b") is None
    assert cache.get(b"a") == "a"


def test_bytes_are_bounded_and_counted():
    cache = Lru[int](1000, 640)
    for i in range(50):
        cache.put(b"%02d" % i, i, 30)
    assert (len(cache), cache.bytes) == (20, 640)
    cache.put(b"49", 49, 8)
    assert (len(cache), cache.bytes) == (20, 618)


def test_a_result_that_would_fill_the_cache_is_not_kept():
    cache = Lru[int](100, 640)
    cache.put(b"a", 1, 10)
    cache.put(b"b", 2, 40)
    assert (cache.get(b"a"), cache.get(b"b")) == (1, None)


async def test_long_jobs_are_known_by_their_digest():
    async def compute(jobs):
        return [(len(job), 8, True) for job in jobs]

    cache = Lru[int](100, 10**6)
    await cache.complete([b"x" * 10**5], compute)
    assert cache.bytes < 100
    assert await cache.complete([b"x" * 10**5, b"x" * (10**5 - 1)], compute) == [10**5, 10**5 - 1]
    assert cache.hits == 1


async def test_only_what_misses_is_computed_and_only_what_may_be_kept_stays():
    asked = []

    async def compute(keys):
        asked.append(keys)
        return [(key.decode(), 1, key != b"secret") for key in keys]

    cache = Lru[str](10, 1000)
    assert await cache.complete([b"a", b"secret"], compute) == ["a", "secret"]
    assert await cache.complete([b"b", b"a", b"secret"], compute) == ["b", "a", "secret"]
    assert asked == [[b"a", b"secret"], [b"b", b"secret"]]


async def test_a_failed_computation_leaves_no_trace():
    async def compute(keys):
        raise OSError("no worker")

    cache = Lru[str](10, 1000)
    with pytest.raises(OSError, match="no worker"):
        await cache.complete([b"a"], compute)
    assert len(cache) == 0
