"""Joining a turn at any time, without a race: subscribe, read the snapshot, then the tail."""

import asyncio
import logging
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import Error

from conversations.turns.database import in_database
from conversations.turns.hub import Hub
from conversations.turns.log import Reading, read
from conversations.turns.news import News, Snapshot, Tail, TurnEnd, TurnState

logger = logging.getLogger(__name__)

Deliver = Callable[[Snapshot | News], None]

READ_AGAIN = 1.0
"""Seconds until the log is read once more when the database did not answer."""


class Subscription:
    """One subscriber's view of one turn: every position once, in order, up to the end.

    News that come while the log is being read are kept; those that it already covers are dropped
    then. News that leave a gap are not delivered: the log is read from the position that the
    subscriber has. So nothing depends on the news being complete; the database is.

    Args:
        hub: where the news come from.
        turn_id: the turn.
        position: how much of the log the subscriber has.
        deliver: called in the event loop; it must not block.
    """

    def __init__(self, hub: Hub, turn_id: UUID, position: int, deliver: Deliver) -> None:
        self.turn_id = turn_id
        self.position = position
        self._hub = hub
        self._deliver = deliver
        self._kept: list[News] = []
        self._reading: asyncio.Task[None] | None = None
        self._leave: Callable[[], None] | None = None
        self._told: dict[str, Any] = {}
        self.ended = False
        self.paused = False

    def open(self) -> None:
        """Begin: from now on the subscriber hears of the turn."""
        self._leave = self._hub.subscribe(f"turn:{self.turn_id}", self.hear)
        self.catch_up()

    def close(self) -> None:
        """Hear no more."""
        self._hear_no_more()
        if self._reading is not None:
            self._reading.cancel()

    def _hear_no_more(self) -> None:
        if self._leave is not None:
            self._leave()
            self._leave = None

    def catch_up(self) -> None:
        """Read the log from the subscriber's position on."""
        if self._reading is None or self._reading.done():
            self._reading = asyncio.get_running_loop().create_task(self._read())

    def pause(self) -> None:
        """Deliver nothing for now: the subscriber does not keep up. Nothing is kept for it."""
        self.paused = True
        self._kept.clear()
        if self._reading is not None:
            self._reading.cancel()
            # Forgotten at once: its end comes a moment later, and `resume` may come before that.
            self._reading = None

    def resume(self) -> None:
        """Go on from the subscriber's position, with all that came since in one piece."""
        if self.paused:
            self.paused = False
            self.catch_up()

    def hear(self, news: News) -> None:
        """Take news of the turn, from this process or another."""
        if self.ended or self.paused:
            return
        if self._reading is not None and not self._reading.done():
            self._kept.append(news)
        elif not self._pass_on(news):
            self.catch_up()

    def _pass_on(self, news: News) -> bool:
        """Deliver news that fit; False where they leave a gap."""
        if isinstance(news, Tail):
            if news.end <= self.position:
                return True
            if news.start != self.position:
                return False
            self.position = news.end
        elif isinstance(news, TurnEnd):
            if news.at != self.position:
                return False
            self.ended = True
            self._hear_no_more()
        elif not isinstance(news, TurnState) or not self._is_new(news.turn):
            return True
        self._deliver(news)
        return True

    def _pass_all(self, kept: list[News]) -> bool:
        """Deliver what was kept, up to a pause; False where it leaves a gap."""
        return all(self.paused or self._pass_on(news) for news in kept)

    def _is_new(self, turn: dict[str, Any]) -> bool:
        """Whether a description says something else than the last one did."""
        told = {key: turn[key] for key in ("state", "waiting", "times")}
        told, self._told = self._told, told
        return told != self._told

    def _hand_out(self, reading: Reading) -> bool:
        """Deliver the log as far as the subscriber takes it; False if it was paused meanwhile."""
        log: list[Snapshot | Tail] = [reading.snapshot, *reading.tails]
        for news in log:
            self.position = news.end
            self._deliver(news)
            if self.paused:
                return False
        return True

    async def _read(self) -> None:
        while self._leave is not None and not self.ended and not self.paused:
            try:
                reading = await in_database(read, self.turn_id, self.position)
            except Error as error:
                logger.warning("Turn %s not read (%s)", self.turn_id, type(error).__name__)
                await asyncio.sleep(READ_AGAIN)
                continue
            if reading is None:
                self.close()
                return
            self._is_new(reading.snapshot.turn)
            if not self._hand_out(reading):
                return
            if reading.end is not None:
                self.ended = True
                self._hear_no_more()
                self._deliver(reading.end)
                return
            kept, self._kept = self._kept, []
            if self._pass_all(kept):
                return
