"""The database, from the event loop: bounded threads, and locks."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import ParamSpec, TypeVar

from django.db import close_old_connections, connection

P = ParamSpec("P")
T = TypeVar("T")

READERS = 4
_readers = ThreadPoolExecutor(READERS, thread_name_prefix="database")


async def in_database(work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Run blocking database work in one of a few threads, off the loop.

    Not Channels' database_sync_to_async: that is one thread for everybody, in which a slow page
    holds up each stop. A call that is cancelled still runs to its end and commits, as there.
    """

    def call() -> T:
        close_old_connections()
        try:
            return work(*args, **kwargs)
        finally:
            close_old_connections()

    return await asyncio.get_running_loop().run_in_executor(_readers, call)


def lock_rows() -> str:
    """What makes a SELECT keep its rows from being changed until the commit.

    SQLite has one writer at a time (BEGIN IMMEDIATE), so there the transaction itself is the lock.
    """
    return " FOR NO KEY UPDATE" if connection.vendor == "postgresql" else ""
