"""One turn, from the endpoint to the writer. It knows nothing of sockets."""

import asyncio
import logging
import time
from collections.abc import Mapping
from contextlib import aclosing
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import Error
from django.utils import timezone

from conversations.endpoint.client import Endpoint
from conversations.endpoint.parts import Chunk, Outcome, Request, Usage, Waiting, weight_of
from conversations.models import Turn
from conversations.turns.commit import Ending, Mark, Row, usage_columns
from conversations.turns.database import in_writing, is_away, writing
from conversations.turns.history import request_for
from conversations.turns.news import milliseconds
from conversations.turns.pieces import length
from conversations.turns.writer import Writer

logger = logging.getLogger(__name__)

TURN_LIMIT = 32 * 1024 * 1024
"""Characters that are kept of one turn: tens of times what models can say. An endpoint that says
more repeats itself for ever."""
THOUGHT, ANSWER = True, False
MOMENTS = {THOUGHT: "thought_at", ANSWER: "answer_at"}
CLAIM_AGAIN = 1.0
"""Seconds until a turn is claimed again when the database did not answer."""
CLOSING = 5.0
"""Seconds to wait for the endpoint's connection to close before the end is stored all the same."""


class Runner:
    """Runs one turn that this process has, and ends it exactly once.

    A turn that could not be claimed before the process ends is left to its lease.

    `stop` asks it to end early. The reading task is cancelled at most once: a second cancellation
    would break the clean-up of the first and leave the turn without an end.
    """

    def __init__(self, turn: Turn, endpoint: Endpoint, writer: Writer) -> None:
        self.turn_id = turn.pk
        self._turn = turn
        self._endpoint = endpoint
        self._writer = writer
        self._stopping: asyncio.Future[Outcome | None] = asyncio.get_running_loop().create_future()
        self._began = time.monotonic()
        self._position = self._weight = 0
        self._usage: Usage | None = None
        self._usage_told: Usage | None = None
        self._seen: set[bool] = set()
        self._metadata: list[Any] = []
        self._model_version = self._response_id = ""
        self._waiting = False
        self.ending = False

    def stop(self, outcome: Outcome | None) -> None:
        """End the turn with this outcome; None ends the run without a word (it is not ours)."""
        if not self._stopping.done():
            self._stopping.set_result(outcome)

    async def run(self) -> None:
        """Take the turn from "queued" to its end, and wait until the end is stored."""
        try:
            outcome = await self._outcome()
        except Exception:
            logger.exception("Turn %s ended by a mistake of ours", self.turn_id)
            outcome = Outcome("interrupted", reason="fault", retryable=True)
        if outcome is None:
            return
        if outcome.name == "stopped" and ANSWER in self._seen:
            outcome = replace(outcome, reason="partial")
        self.ending = True
        await self._writer.finish(
            Ending(
                self.turn_id,
                outcome,
                self._position,
                self._usage,
                tuple(self._metadata),
                self._model_version,
                self._response_id,
            )
        )

    async def _outcome(self) -> Outcome | None:
        """How it ends; None where that is another process's to say.

        A stop that comes before the request has gone out keeps it from going out. A process that
        ends before then leaves the turn queued, for the next one to ask.
        """
        request = await self._claim()
        if self._stopping.done():
            outcome = self._stopping.result()
            is_left = request is None and outcome is not None and outcome.name != "stopped"
            return None if is_left else outcome
        if request is None:
            return None
        reading = asyncio.create_task(self._read(request), name=f"read {self.turn_id}")
        either: set[asyncio.Future[Any]] = {reading, self._stopping}
        await asyncio.wait(either, return_when=asyncio.FIRST_COMPLETED)
        if not self._stopping.done():
            return reading.result()
        reading.cancel()
        await asyncio.wait({reading}, timeout=CLOSING)
        return self._stopping.result()

    async def _claim(self) -> Request | None:
        """Claim the turn; try again while the database is away, unless it is to end."""
        asked_at = timezone.now()
        while not self._stopping.done():
            try:
                return await in_writing(claim, self._turn, self._writer.owner, asked_at)
            except Error as error:
                if not is_away(error):
                    raise
                logger.warning("Turn %s waits for the database", self.turn_id)
            await asyncio.wait({self._stopping}, timeout=CLAIM_AGAIN)
        return None

    async def _read(self, request: Request) -> Outcome:
        async with aclosing(self._endpoint.stream(request)) as stream:
            async for value in stream:
                if isinstance(value, Chunk):
                    self._take(value)
                    if self._weight > TURN_LIMIT:
                        return Outcome("cut_off", reason="too_long", retryable=True)
                    if self._writer.full:
                        await self._writer.room()
                elif isinstance(value, Waiting):
                    self._wait(value)
                else:
                    return value.outcome
        return Outcome("cut_off")

    def _take(self, chunk: Chunk) -> None:
        """Queue what a chunk brings for the log."""
        if chunk.usage is not None:
            self._usage = chunk.usage
        if chunk.extras:
            self._metadata.append(dict(chunk.extras))
            self._weight += weight_of(chunk.extras)
        self._model_version = chunk.model_version or self._model_version
        self._response_id = chunk.response_id or self._response_id
        if self._waiting or any(part.is_thought not in self._seen for part in chunk.parts):
            self._mark_firsts(chunk)
        width = length(chunk.parts)
        if not width:
            return
        usage = self._usage if self._usage != self._usage_told else None
        self._usage_told = self._usage
        start, self._position = self._position, self._position + width
        at_ms = round((time.monotonic() - self._began) * 1000)
        weight = sum([part.weight for part in chunk.parts])
        self._weight += weight
        self._writer.put(
            Row(self.turn_id, start, self._position, at_ms, chunk.parts, usage, weight)
        )

    def _mark_firsts(self, chunk: Chunk) -> None:
        """The moments when the turn first thought and first answered; the end of a wait."""
        kinds = {part.is_thought for part in chunk.parts if part.width}
        changes: dict[str, Any] = {MOMENTS[kind]: timezone.now() for kind in kinds - self._seen}
        self._seen |= kinds
        if self._waiting:
            changes["waiting"], self._waiting = None, False
        if changes:
            self._mark(changes)

    def _wait(self, waiting: Waiting) -> None:
        self._waiting = True
        until = timezone.now() + timedelta(seconds=waiting.seconds)
        described = {
            "attempt": waiting.attempt,
            "of": waiting.of,
            "until": milliseconds(until),
            "status": waiting.status,
            "message": waiting.message,
        }
        self._mark({"waiting": described})

    def _mark(self, changes: Mapping[str, Any]) -> None:
        for name, value in {**changes, **usage_columns(self._usage)}.items():
            setattr(self._turn, name, value)
        self._writer.put(Mark(self.turn_id, changes, self._turn))


def claim(turn: Turn, owner: str, asked_at: datetime | None = None) -> Request | None:
    """Commit "asked upstream" before the request goes out, and give the request.

    After this commit the turn is never asked again by itself: were the process killed now, nobody
    could know whether the endpoint was asked. None: the turn is not this process's to ask.

    Args:
        turn: the turn, queued.
        owner: this process.
        asked_at: the moment that is stored. A caller that repeats itself, since the database did
            not say whether it had committed, gives the same one, by which it knows its own.
    """
    request = request_for(turn)
    asked_at = asked_at or timezone.now()
    mine = Turn.objects.filter(owner=owner, pk=turn.pk)
    with writing():
        queued = mine.filter(state=Turn.State.QUEUED)
        asked = queued.update(state=Turn.State.RUNNING, asked_at=asked_at)
    if not asked and not mine.filter(state=Turn.State.RUNNING, asked_at=asked_at).exists():
        return None
    turn.state, turn.asked_at = Turn.State.RUNNING, asked_at
    return request
