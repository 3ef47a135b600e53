"""The only writer of the chunk log: group commit, then publish.

One queue in the process carries rows, marks and ends in order. What is in the queue when a commit
begins goes into it; nothing is told to anybody before its commit is done.
"""

import asyncio
import logging
import math
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from uuid import UUID

from django.db import Error, connection

from conversations.models import Turn
from conversations.turns.commit import Ended, Ending, Mark, Row, Stored, store
from conversations.turns.database import is_away
from conversations.turns.news import (
    News,
    Tail,
    TurnState,
    describe_turn,
    end_of,
    row_news,
    started_news,
)
from conversations.turns.pieces import SLICE, joined, pieces_of

logger = logging.getLogger(__name__)

Record = Row | Mark | Ending

QUEUE_LIMIT = 32 * 1024 * 1024
"""Characters that may wait for the database before the endpoint is read more slowly."""
RETRY_FIRST, RETRY_MOST = 0.05, 1.0
"""Seconds between tries while the database does not take a commit."""
LAST_TRIES = 10.0
"""Seconds for which a process that ends still waits for a database that is away."""
ROW_COST = 500
"""What a row weighs in the queue besides what it holds, in characters."""
REST = 6.0
"""How long the writer rests after a commit, as a multiple of what the commit took.

No fixed tick: a lone stream finds the rest over before its next chunk comes, and under load the
commits take at most a seventh of the time and carry more rows each.
"""
REST_MOST = 0.008


class Writer:
    """Takes records from the runners, commits them in groups, publishes what was committed.

    Args:
        owner: this process's name in the turns' rows.
        publish: called in the event loop with the news of each commit, in order.
        lost: called with a turn that turned out to be another process's.
        begin: called with a turn that follows one which has ended.
    """

    def __init__(
        self,
        owner: str,
        publish: Callable[[Sequence[News]], None],
        lost: Callable[[UUID], None],
        begin: Callable[[Turn], None],
    ) -> None:
        self.owner = owner
        self._publish = publish
        self._lost = lost
        self._begin = begin
        self._queue: list[Record] = []
        self._waiting = 0
        self._ends: dict[UUID, asyncio.Future[bool]] = {}
        self._given_up: set[UUID] = set()
        self._deadline = math.inf
        self._wake = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._idle = asyncio.Event()
        self._idle.set()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="writer")
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.get_running_loop().create_task(self._run(), name="writer")

    def put(self, record: Record) -> None:
        """Queue a record; it is committed in order with all others."""
        if record.turn in self._given_up:
            return
        self._queue.append(record)
        if isinstance(record, Row):
            self._waiting += record.weight + ROW_COST
            if self._waiting > QUEUE_LIMIT:
                self._room.clear()
        self._idle.clear()
        self._wake.set()

    async def finish(self, ending: Ending) -> bool:
        """Queue a turn's end and wait until it is committed.

        Returns:
            Whether it was; if not, the turn is another process's, or it could not be stored.
        """
        if ending.turn in self._given_up:
            return False
        done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._ends[ending.turn] = done
        self.put(ending)
        return await done

    @property
    def full(self) -> bool:
        """Whether so much waits for the database that no more should be read."""
        return not self._room.is_set()

    async def room(self) -> None:
        """Wait until the queue has room for more log."""
        await self._room.wait()

    async def flushed(self) -> None:
        """Wait until all that was put has been committed, or given up."""
        await self._idle.wait()

    async def close(self) -> None:
        """Commit what is queued and end; not waiting much longer for a database that is away."""
        self._deadline = time.monotonic() + LAST_TRIES
        await self.flushed()
        if self._task is not None:
            self._task.cancel()
        self._thread.submit(_close_connection).result()
        self._thread.shutdown()

    async def _run(self) -> None:
        while True:
            await self._wake.wait()
            self._wake.clear()
            batch, self._queue, self._waiting = self._queue, [], 0
            if not batch:
                self._idle.set()
                continue
            began = time.monotonic()
            stored = await self._commit(batch)
            self._room.set()
            try:
                self._tell(batch, stored)
            except Exception:
                logger.exception("%d records are stored, but were not told of", len(batch))
            self._settle(batch, stored)
            if not self._queue:
                self._idle.set()
            await asyncio.sleep(min(REST_MOST, REST * (time.monotonic() - began)))

    async def _commit(self, batch: Sequence[Record]) -> Stored:
        """Commit a batch; what one turn brings must not cost the others theirs.

        A batch that the database refuses for what is in it is tried again turn by turn.
        """
        try:
            return await self._persist(batch)
        except DatabaseAwayError:
            logger.error("%d records could not be stored before the end", len(batch))
            for turn_id in {record.turn for record in batch}:
                self._give_up(turn_id)
            return Stored(frozenset(), {})
        except Exception:
            logger.exception("A batch of %d records was refused", len(batch))
        held: set[UUID] = set()
        ended: dict[UUID, Ended] = {}
        for turn_id in {record.turn for record in batch}:
            try:
                stored = await self._persist([r for r in batch if r.turn == turn_id])
            except Exception:
                logger.exception("Turn %s cannot be stored", turn_id)
                self._give_up(turn_id)
                continue
            held |= stored.held
            ended |= stored.ended
        return Stored(frozenset(held), ended)

    async def _persist(self, batch: Sequence[Record]) -> Stored:
        """Commit, trying again for as long as the database is away: what is here is nowhere else.

        Raises:
            DatabaseAwayError: this process is about to end.
        """
        loop = asyncio.get_running_loop()
        pause = RETRY_FIRST
        while True:
            try:
                return await loop.run_in_executor(self._thread, _store, self.owner, batch)
            except Error as error:
                if not is_away(error):
                    raise
                if time.monotonic() > self._deadline:
                    raise DatabaseAwayError from error
                logger.warning(
                    "%d records wait for the database (%s)", len(batch), type(error).__name__
                )
            await asyncio.sleep(pause)
            pause = min(pause * 2, RETRY_MOST)

    def _give_up(self, turn_id: UUID) -> None:
        """Take nothing more of this turn: what followed would leave a hole in its log."""
        self._given_up.add(turn_id)
        self._queue = [record for record in self._queue if record.turn != turn_id]
        self._finished(turn_id, stored=False)

    def _finished(self, turn_id: UUID, *, stored: bool) -> None:
        """Tell whoever waits for a turn's end."""
        done = self._ends.pop(turn_id, None)
        if done is not None and not done.done():
            done.set_result(stored)

    def _tell(self, batch: Sequence[Record], stored: Stored) -> None:
        """Publish a commit: each turn's new log as one tail, then its state, then its end."""
        news: list[News] = []
        by_turn: dict[UUID, list[Row]] = {}
        for record in batch:
            if isinstance(record, Row):
                by_turn.setdefault(record.turn, []).append(record)
        for turn_id, rows in by_turn.items():
            if turn_id in stored.held:
                news += tails_of(turn_id, rows)
        marked = {record.turn: record.subject for record in batch if isinstance(record, Mark)}
        news += [TurnState(describe_turn(marked[turn])) for turn in marked if turn in stored.held]
        for ended in stored.ended.values():
            news += ended_news(ended)
        self._publish(news)

    def _settle(self, batch: Sequence[Record], stored: Stored) -> None:
        """Let go of the turns that are not this process's, and of those that have ended."""
        for turn_id in {record.turn for record in batch}:
            if turn_id not in stored.held and turn_id not in stored.ended:
                self._lost(turn_id)
        for record in batch:
            if isinstance(record, Ending):
                self._finished(record.turn, stored=record.turn in stored.ended)
        for ended in stored.ended.values():
            if ended.follower is not None:
                self._begin(ended.follower.turn)


class DatabaseAwayError(Exception):
    """The database did not come back in time."""


def _store(owner: str, batch: Sequence[Record]) -> Stored:
    try:
        return store(
            owner,
            [record for record in batch if isinstance(record, Row)],
            [record for record in batch if isinstance(record, Mark)],
            [record for record in batch if isinstance(record, Ending)],
        )
    except Exception:
        # The connection may be dead or in a broken transaction; the next try opens a new one.
        connection.close()
        raise


def _close_connection() -> None:
    """Close the calling thread's own: the name `connection` means another one in each thread."""
    connection.close()


def tails_of(turn_id: UUID, rows: Sequence[Row]) -> Iterator[Tail]:
    """The rows of one turn, which follow one another: one piece of news, or several if long."""
    begun = weight = 0
    for number, row in enumerate(rows):
        weight += row.weight
        if weight >= SLICE:
            yield tail_of(turn_id, rows[begun : number + 1])
            begun, weight = number + 1, 0
    if begun < len(rows):
        yield tail_of(turn_id, rows[begun:])


def tail_of(turn_id: UUID, rows: Sequence[Row]) -> Tail:
    """Rows of one turn as one piece of news."""
    # Most often it is one row of one part.
    parts = rows[0].parts if len(rows) == 1 else [part for row in rows for part in row.parts]
    pieces = [piece for piece, _width in pieces_of(parts)]
    usage = None
    for row in rows:
        usage = row.usage or usage
    return Tail(
        turn=str(turn_id),
        start=rows[0].start,
        end=rows[-1].end,
        pieces=pieces if len(pieces) == 1 else joined(pieces),
        usage=None if usage is None else usage._asdict(),
    )


def ended_news(ended: Ended) -> list[News]:
    """What is told of a turn that has ended (its conversation and reply already loaded)."""
    turn, follower = ended.turn, ended.follower
    if follower is not None:
        return [end_of(turn), *started_news(follower.turn, follower.question)]
    return [
        end_of(turn),
        row_news(turn.conversation, running=False),
    ]
