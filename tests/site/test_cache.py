"""Counts of attempts stay where they are however many others come, with Redis and without."""

from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core.cache import caches
from django.core.cache.backends.locmem import LocMemCache

from chatsite.cache import ForgivingRedisCache, MemoryCache

REDIS = {"OPTIONS": {"socket_connect_timeout": 1}}


@pytest.fixture(params=["in memory", "while Redis is away"])
def cache(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MemoryCache | ForgivingRedisCache]:
    made: MemoryCache | ForgivingRedisCache
    if request.param == "in memory":
        made = MemoryCache("test", {})
    else:
        monkeypatch.setattr(ForgivingRedisCache, "away_until", 0.0)
        made = ForgivingRedisCache("redis://127.0.0.1:1/0", REDIS)
    yield made
    made.clear()


def test_a_count_is_not_pushed_out(cache: MemoryCache | ForgivingRedisCache) -> None:
    cache.set("failures-of-maya", 5)
    for number in range(5_000):
        cache.set(f"failures-of-{number}", 1)
    assert cache.get("failures-of-maya") == 5


def test_it_does_have_an_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chatsite.cache.ENTRIES", 10)
    cache = MemoryCache("small", {})
    for number in range(100):
        cache.set(str(number), number)
    assert sum(cache.has_key(str(number)) for number in range(100)) <= 10
    assert cache.get("99") == 99


def test_it_is_the_sites_own() -> None:
    assert settings.CACHES["default"] == {"BACKEND": "chatsite.cache.MemoryCache"}
    assert isinstance(caches["default"], LocMemCache)
