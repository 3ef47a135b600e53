"""Counts of attempts: in Redis, without which everything must go on all the same, or in memory."""

import logging
import time
from collections.abc import Callable
from typing import Any

import redis
from django.core.cache.backends.locmem import LocMemCache
from django.core.cache.backends.redis import RedisCache

logger = logging.getLogger(__name__)

AWAY_FOR = 5.0
"""Seconds until a Redis that did not answer is asked again: each time may take its timeout."""

ENTRIES = 100_000
"""What a process's own memory keeps: a count that is pushed out lets its attempts begin anew.

Django's 300 are pushed out by as many sign-ins under made-up names. Hashing allows some thousands
in the minutes that a count matters; this many take about 35 MB.
"""


class MemoryCache(LocMemCache):
    """This process's own memory, with room for every count that matters."""

    def __init__(self, name: str, params: dict[str, Any]) -> None:
        super().__init__(name, {"max_entries": ENTRIES, **params})


def forgiving(name: str) -> Any:
    """A method of the cache that turns to the process's own memory while Redis is away."""
    method: Callable[..., Any] = getattr(RedisCache, name)

    def tried(self: "ForgivingRedisCache", *words: Any, **options: Any) -> Any:
        if time.monotonic() >= ForgivingRedisCache.away_until:
            try:
                return method(self, *words, **options)
            except redis.RedisError as error:
                ForgivingRedisCache.away_until = time.monotonic() + AWAY_FOR
                logger.warning("The cache is this process's own (%s)", type(error).__name__)
        return getattr(self.own, name)(*words, **options)

    return tried


class ForgivingRedisCache(RedisCache):
    """What is kept here are counts of attempts; without Redis each process counts its own."""

    away_until = 0.0

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self.own = MemoryCache("while Redis is away", {})

    add = forgiving("add")
    get = forgiving("get")
    set = forgiving("set")
    touch = forgiving("touch")
    delete = forgiving("delete")
    incr = forgiving("incr")
    has_key = forgiving("has_key")
    get_many = forgiving("get_many")
    set_many = forgiving("set_many")
    delete_many = forgiving("delete_many")
    clear = forgiving("clear")
