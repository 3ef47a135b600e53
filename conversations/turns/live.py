"""What runs in this process: turns, their news, and looking around for what others left behind."""

import asyncio
import functools
import logging
import math
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import Error
from django.utils import timezone

from conversations.endpoint.client import Config, Endpoint
from conversations.endpoint.rehearsal import RehearsalTransport
from conversations.files.receiving import in_files
from conversations.files.sweeping import sweep
from conversations.models import Turn, User
from conversations.turns import elsewhere, recovery
from conversations.turns.accept import Accepted, Ask, AskAgain, accept
from conversations.turns.bus import Bus
from conversations.turns.database import in_database, in_writing, is_away
from conversations.turns.hub import Hub
from conversations.turns.news import Changed, Drafted, News, describe_draft, started_news
from conversations.turns.refusals import Draining
from conversations.turns.runner import CLOSING, Runner
from conversations.turns.subscription import Deliver, Subscription
from conversations.turns.writer import Writer, ended_news

logger = logging.getLogger(__name__)

LOOK_EVERY = 1.0
"""Seconds between looks at stop flags and at turns that other processes run."""
LOOK_AT_LISTS_EVERY = 2.0
RENEW_EVERY = 4.0
REAP_EVERY = 5.0
SWEEP_EVERY = 300.0
GRACE = 10.0
"""Seconds in which the owners of turns may renew when the database was away for as long."""
DRAIN_FOR = 25.0
"""Seconds that running turns have to end by themselves when the server is asked to stop."""


class Live:
    """This process's part in the life of turns. Everything here runs in one event loop."""

    def __init__(self, endpoint: Endpoint) -> None:
        self.owner = recovery.new_owner()
        self.hub = Hub()
        self.draining = False
        self.endpoint = endpoint
        self._runners: dict[UUID, Runner] = {}
        self._tasks: dict[UUID, asyncio.Task[None]] = {}
        self._accepting: set[asyncio.Task[Accepted]] = set()
        self._chores: list[asyncio.Task[None]] = []
        self._more_chores: list[tuple[float, Callable[[], Awaitable[None]]]] = []
        self._after_turns: list[Callable[[UUID], None]] = []
        self._background: set[asyncio.Task[None]] = set()
        self._presence = recovery.Presence(str(settings.DATABASES["default"]["NAME"]))
        self._reaped_at = self._steady_since = -math.inf
        self._looked_at = timezone.now()
        self._told: dict[str, tuple[int, datetime]] = {}
        """The revisions of rows that this process told of lately, and when."""
        self.bus = Bus(self.owner, self.hub.publish, self._stop_asked)
        self.writer = Writer(self.owner, self._publish, self._lost, self._follow)

    async def start(self) -> None:
        """Begin: end or take up what earlier processes left, and keep looking around."""
        alone = await in_writing(self._presence.enter)
        self.writer.start()
        self.bus.start()
        try:
            await self._reap(alone=alone)
        except Error as error:
            logger.warning("No database at the start (%s), looking again", type(error).__name__)
        self._chores = [
            asyncio.create_task(self._every(seconds, chore), name=chore.__name__)
            for seconds, chore in (
                (LOOK_EVERY, self._look),
                (LOOK_AT_LISTS_EVERY, self._look_at_lists),
                (RENEW_EVERY, self._renew),
                (REAP_EVERY, self._reap),
                (SWEEP_EVERY, self._sweep),
                *self._more_chores,
            )
        ]

    def also(self, seconds: float, chore: Callable[[], Awaitable[None]]) -> None:
        """Have a chore of another room done every so often, from the start on."""
        self._more_chores.append((seconds, chore))

    def after_turns(self, hear: Callable[[UUID], None]) -> None:
        """Call back with each turn that ended in this process, once its end is stored."""
        self._after_turns.append(hear)

    def in_background(self, work: Coroutine[Any, Any, None]) -> None:
        """Do something that nobody waits for, and that is broken off when the process ends."""
        if self.draining:
            work.close()
            return
        task = asyncio.create_task(work)
        self._background.add(task)
        task.add_done_callback(self._left)

    def _left(self, task: "asyncio.Task[None]") -> None:
        self._background.discard(task)
        if not task.cancelled() and task.exception() is not None:
            logger.error("Something in the background failed", exc_info=task.exception())

    async def accept(self, person: User, ask: Ask | AskAgain) -> Accepted:
        """Store a turn and run it here.

        Raises:
            Refusal: see conversations.turns.refusals.
        """
        if self.draining:
            raise Draining
        # Shielded: were the caller cancelled, the turn would be stored and run by nobody.
        accepting = asyncio.create_task(self._accept(person, ask))
        self._accepting.add(accepting)
        accepting.add_done_callback(self._accepting.discard)
        return await asyncio.shield(accepting)

    async def _accept(self, person: User, ask: Ask | AskAgain) -> Accepted:
        accepted = await in_writing(accept, person, ask, self.owner)
        turn = accepted.turn
        if accepted.wished:
            self._stop_asked(str(turn.pk))
            self.bus.request_stop(str(turn.pk))
        elif not accepted.duplicate:
            self._run(turn)
            news = started_news(turn, accepted.question)
            if accepted.emptied is not None:
                news.append(Drafted(person.pk, describe_draft(accepted.emptied)))
            self._publish(news)
        elif turn.state == Turn.State.QUEUED and turn.owner == self.owner:
            # The commit may have reached the database and its answer not us: then nobody runs it.
            self._run(turn)
        return accepted

    def tell(self, news: Sequence[News]) -> None:
        """Tell what has been stored already, here and in the other processes."""
        self._publish(news)

    def join(self, turn_id: UUID, position: int, deliver: Deliver) -> Subscription:
        """Subscribe to a turn from a position on, wherever it runs, also when it has ended."""
        subscription = Subscription(self.hub, turn_id, position, deliver)
        subscription.open()
        return subscription

    async def stop(self, turn_id: UUID) -> None:
        """Ask for a turn's end. Whoever else runs it finds the flag, 1 s later at most."""
        self._stop_asked(str(turn_id))
        await in_writing(request_stop, turn_id)
        self.bus.request_stop(str(turn_id))

    async def recover(self, turn: Turn) -> None:
        """Take or end this turn now, if whoever reads it finds its lease over."""
        if turn.pk not in self._tasks and turn.abandoned and self._steady:
            await self._take(turn.pk, alone=False)

    async def drain(self, seconds: float = DRAIN_FOR) -> None:
        """Let the running turns end, interrupt those that do not in time, store everything."""
        self.draining = True
        deadline = time.monotonic() + seconds
        if self._accepting:
            await asyncio.wait(self._accepting, timeout=seconds)
        if self._tasks:
            left = max(0.0, deadline - time.monotonic())
            await asyncio.wait(set(self._tasks.values()), timeout=left)
        for runner in tuple(self._runners.values()):
            runner.stop(recovery.RESTARTED)
        if self._tasks:
            await asyncio.wait(set(self._tasks.values()), timeout=CLOSING + 3)
        await self.close()

    async def close(self) -> None:
        """End the chores, and store what is queued."""
        for task in (*self._chores, *self._background):
            task.cancel()
        await self.writer.close()
        self.bus.close()
        self._presence.leave()
        await self.endpoint.aclose()

    @property
    def running(self) -> frozenset[UUID]:
        """The turns that this process runs."""
        return frozenset(self._tasks)

    def _publish(self, news: Sequence[News]) -> None:
        for item in news:
            if isinstance(item, Changed):
                row = item.conversation
                self._told[row["id"]] = (row["revision"], timezone.now())
        self.hub.publish(news)
        self.bus.publish(news)

    def _run(self, turn: Turn) -> None:
        turn_id = turn.pk
        if turn_id in self._tasks:
            return
        runner = self._runners[turn_id] = Runner(turn, self.endpoint, self.writer)
        task = self._tasks[turn_id] = asyncio.create_task(runner.run(), name=f"turn {turn_id}")
        task.add_done_callback(lambda done: self._forget(turn_id, done))

    def _follow(self, turn: Turn) -> None:
        """Run what follows a turn; one that cannot be run any more is left to its lease."""
        if not self.draining:
            self._run(turn)

    def _forget(self, turn_id: UUID, task: "asyncio.Task[None]") -> None:
        del self._runners[turn_id], self._tasks[turn_id]
        if not task.cancelled() and task.exception() is not None:
            # Its lease runs out, and whoever reaps it then stores its end.
            logger.error("Turn %s failed", turn_id, exc_info=task.exception())
            return
        for hear in self._after_turns:
            hear(turn_id)

    def _stop_asked(self, turn_id: str) -> None:
        runner = self._runners.get(UUID(turn_id))
        if runner is not None:
            runner.stop(recovery.STOPPED)

    def _lost(self, turn_id: UUID) -> None:
        runner = self._runners.get(turn_id)
        if runner is not None:
            logger.warning("Turn %s is another process's now", turn_id)
            runner.stop(None)

    async def _every(self, seconds: float, chore: Callable[[], Awaitable[None]]) -> None:
        while True:
            await asyncio.sleep(seconds)
            try:
                await chore()
            except Error as error:
                logger.warning("%s: no database (%s)", chore.__name__, type(error).__name__)
            except Exception:
                logger.exception("%s failed and will be tried again", chore.__name__)

    async def _renew(self) -> None:
        if self._tasks:
            for turn_id in await in_writing(recovery.renew, self.owner, self.running):
                # A turn may have ended while the question was under way.
                runner = self._runners.get(turn_id)
                if runner is not None and not runner.ending:
                    self._lost(turn_id)

    async def _reap(self, *, alone: bool = False) -> None:
        """Take or end what nobody runs."""
        found = await in_database(recovery.abandoned, self.owner, self.running, alone=alone)
        now = time.monotonic()
        if now - self._reaped_at > GRACE:
            self._steady_since = now
        self._reaped_at = now
        if alone or self._steady:
            for turn_id in found:
                try:
                    await self._take(turn_id, alone=alone)
                except Exception as error:
                    if isinstance(error, Error) and is_away(error):
                        raise
                    # One that cannot be ended must not keep the others from being ended.
                    logger.exception("Turn %s cannot be taken", turn_id)

    @property
    def _steady(self) -> bool:
        """Whether the database has been there for a while, as seen from here.

        If it was away, or if this process was frozen with all the others, leases have run out that
        their owners could not renew; they must have their chance first.
        """
        return time.monotonic() - self._steady_since >= GRACE

    async def _take(self, turn_id: UUID, *, alone: bool) -> None:
        if self.draining:
            return
        taken = await in_writing(recovery.take, turn_id, self.owner, alone=alone)
        if taken is None:
            return
        if taken.turn.active:
            self._run(taken.turn)
        else:
            logger.warning("Turn %s was interrupted; its text is kept", turn_id)
            self._publish(ended_news(taken))
            if taken.follower is not None:
                self._follow(taken.follower.turn)

    async def _sweep(self) -> None:
        await in_files(sweep)

    async def _look(self) -> None:
        """Look at stop flags, and at what other processes did: all of it may have come by the bus,
        and what came twice is dropped by whoever hears it."""
        if self._tasks:
            for turn_id in await in_database(recovery.stops_requested, self.running):
                self._stop_asked(str(turn_id))
        turns = [UUID(turn) for turn in self.hub.heard("turn:")]
        remote = [turn for turn in turns if turn not in self._tasks]
        if remote:
            self.hub.publish(await in_database(elsewhere.of_turns, remote))

    async def _look_at_lists(self) -> None:
        """The same for people's lists."""
        people = [int(person) for person in self.hub.heard("person:")]
        # A little overlap, for rows that were committed after they were dated.
        since, now = self._looked_at - timedelta(seconds=2), timezone.now()
        if people:
            found = await in_database(elsewhere.of_people, people, since, self.owner)
            self.hub.publish([item for item in found if not self._has_told(item)])
        self._told = {row: told for row, told in self._told.items() if told[1] > since}
        self._looked_at = now

    def _has_told(self, item: News) -> bool:
        """Whether it is a row of which this process has told as much already."""
        if not isinstance(item, Changed):
            return False
        told, _when = self._told.get(item.conversation["id"], (-1, None))
        return told >= int(item.conversation["revision"])


def request_stop(turn_id: UUID) -> None:
    """Raise a turn's stop flag."""
    Turn.objects.filter(pk=turn_id, state__in=Turn.ACTIVE).update(stop_requested=True)


def endpoint_from_settings() -> Endpoint:
    """The endpoint that the environment names; without a key, the rehearsal model."""
    config: Config = settings.GEMINI_CONFIG
    if settings.REHEARSAL:
        return Endpoint(config, transport=RehearsalTransport(pace=settings.REHEARSAL_PACE))
    return Endpoint(config)


@functools.cache
def get_live() -> Live:
    """The one of this process, made when first asked for, in its event loop."""
    return Live(endpoint_from_settings())
