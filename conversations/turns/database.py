"""The database, from the event loop: bounded threads, and locks."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, nullcontext
from typing import ParamSpec, TypeVar

from django.db import close_old_connections, connection, transaction

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


_one_writer = threading.Lock()


@contextmanager
def writing() -> Iterator[None]:
    """A transaction that writes.

    SQLite lets one in at a time and has the others ask again after sleeps of up to 100 ms; within
    the process a lock lets the next one in at once.
    """
    with _one_writer if connection.vendor == "sqlite" else nullcontext(), transaction.atomic():
        yield


def lock_rows() -> str:
    """What makes a SELECT keep its rows from being changed until the commit.

    SQLite has one writer at a time (BEGIN IMMEDIATE), so there the transaction itself is the lock.
    """
    return " FOR NO KEY UPDATE" if connection.vendor == "postgresql" else ""
