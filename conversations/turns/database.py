"""The database, from the event loop: bounded threads, and locks."""

import asyncio
import contextvars
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

from django.db import (
    Error,
    InterfaceError,
    OperationalError,
    close_old_connections,
    connection,
    transaction,
)

P = ParamSpec("P")
T = TypeVar("T")

PATIENCE = 20.0
"""Seconds that a writing transaction waits for its turn before it is refused."""
_readers = ThreadPoolExecutor(4, thread_name_prefix="reading")
_long = ThreadPoolExecutor(1, thread_name_prefix="long")
_searchers = ThreadPoolExecutor(2, thread_name_prefix="searching")
_writers = ThreadPoolExecutor(4, thread_name_prefix="writing")
_patient = ThreadPoolExecutor(1, thread_name_prefix="chores")


async def in_database(work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Run database work that only reads in one of a few threads, off the loop.

    Not Channels' database_sync_to_async: that is one thread for everybody, in which a slow page
    holds up each stop. A call that is cancelled still runs to its end and commits, as there.
    """
    return await _run(_readers, work, *args, **kwargs)


async def in_searching(work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Run a search, in threads of its own: a slow one keeps no page from being read."""
    return await _run(_searchers, work, *args, **kwargs)


async def in_writing(work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Run database work that writes, in threads of its own: reading goes on while writes wait."""
    return await _run(_writers, work, *args, **kwargs)


async def in_chores(work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Run database work that takes its time, and rests in between, in one thread apart."""
    return await _run(_patient, work, *args, **kwargs)


async def in_long_work(work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Run what takes seconds of both processor and database, one at a time."""
    return await _run(_long, work, *args, **kwargs)


async def _run(
    threads: ThreadPoolExecutor, work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs
) -> T:

    def call() -> T:
        _tidy()
        try:
            return work(*args, **kwargs)
        finally:
            _tidy()

    # With the caller's context, as asyncio.to_thread has it: the language is kept there.
    inside = contextvars.copy_context().run
    return await asyncio.get_running_loop().run_in_executor(threads, inside, call)


def _tidy() -> None:
    """Give PostgreSQL's connection back to the pool; keep SQLite's file open unless it failed."""
    if connection.vendor != "sqlite" or connection.errors_occurred:
        close_old_connections()


_one_writer = threading.Lock()


@contextmanager
def writing() -> Iterator[None]:
    """A transaction that writes.

    SQLite lets one in at a time and has the others ask again after sleeps of up to 100 ms; within
    the process a lock lets the next one in at once.

    Raises:
        OperationalError: others kept the database to themselves for too long.
    """
    if connection.vendor != "sqlite":
        with transaction.atomic():
            yield
        return
    if not _one_writer.acquire(timeout=PATIENCE):
        raise OperationalError("database is locked")
    try:
        with transaction.atomic():
            yield
    finally:
        _one_writer.release()


def lock_rows() -> str:
    """What makes a SELECT keep its rows from being changed until the commit.

    SQLite has one writer at a time (BEGIN IMMEDIATE), so there the transaction itself is the lock.
    """
    return " FOR NO KEY UPDATE" if connection.vendor == "postgresql" else ""


def is_away(error: Error) -> bool:
    """Whether the same can be stored later: the database is away, full, locked or starting.

    Of PostgreSQL's codes, those that begin with 54 say that something is too large for ever, 25P03
    that it cut the connection of a process that was frozen in a transaction, and 25006 that a
    standby answers, which is soon a primary or soon gone.
    """
    code = getattr(error.__cause__, "sqlstate", None) or ""
    transient = isinstance(error, OperationalError | InterfaceError)
    return (transient and not code.startswith("54")) or code in ("25P03", "25006")
