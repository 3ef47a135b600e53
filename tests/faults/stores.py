"""Faults of what the servers stand on: Redis, the database, the disk."""

import asyncio
import contextlib
import logging
import signal
import sqlite3
import time
import uuid
from collections.abc import AsyncIterator, Iterator, Mapping

import redis
from django.db import connections

from tests.faults.kills import begun
from tests.faults.page import Page
from tests.faults.scenario import NO_REDIS, fault
from tests.faults.site import Layout, Site
from tests.faults.truth import Plan
from tests.faults.verdict import judge

logger = logging.getLogger(__name__)

BUSLESS_LAG = 2.0
SLACK = 4.0
"""Seconds more than promised that a machine under the load of all scenarios may take."""
NO_BUS: Mapping[Layout, str] = {"sqlite": NO_REDIS, "busless": NO_REDIS}


async def lag(near: Page, far: Page, turn: str) -> float:
    """How long after one page another has all of a turn that the first one had."""
    began, position = time.monotonic(), near.views[turn].position
    await far.until(lambda: far.views[turn].position >= position)
    return time.monotonic() - began


async def played_with(site: Site, trouble: contextlib.AbstractAsyncContextManager[None]) -> None:
    """A turn in one process, watched in the other, while Redis has some trouble and afterwards."""
    me, plan = site.person(), Plan(events=500)
    somebody = site.place.add_person("somebody")
    async with site.page(me, site.first) as near, site.page(me, site.last) as far:
        await asyncio.gather(near.until(near.up.is_set), far.until(far.up.is_set))
        turn = (await near.ask(plan.question))["turn"]["id"]
        await far.until(lambda: turn in far.views and far.views[turn].position > 0)
        lags = []
        async with trouble:
            for _ in range(5):
                await asyncio.sleep(0.8)
                lags.append(await lag(near, far, turn))
            # New things are heard of as well, and what needs no bus needs none.
            other = Plan(events=5)
            new = (await far.ask(other.question))["turn"]["id"]
            await near.until(lambda: new in near.views, BUSLESS_LAG + SLACK)
            await near.ended(new)
            assert site.first.status("/readyz") == 200
            assert await asyncio.to_thread(site.first.process.sign_in, somebody)
        await asyncio.gather(near.ended(turn), far.ended(turn))
        logger.info("without Redis, another process is behind by %.2f s at most", max(lags))
        assert max(lags) < BUSLESS_LAG + SLACK, lags
        assert (await judge(site, me, plan, turn, [near, far])).outcome == "complete"
        assert (await judge(site, me, other, new, [near, far])).outcome == "complete"


@fault(20, own=True, without=NO_BUS)
async def redis_killed(site: Site) -> None:
    assert site.redis is not None
    store = site.redis

    @contextlib.asynccontextmanager
    async def dead() -> AsyncIterator[None]:
        store.end(signal.SIGKILL)
        yield
        await asyncio.to_thread(store.start)

    await played_with(site, dead())
    await asyncio.sleep(3)
    me, plan = site.person(), Plan(events=100)
    async with site.page(me, site.first) as near, site.page(me, site.last) as far:
        await asyncio.gather(near.until(near.up.is_set), far.until(far.up.is_set))
        turn = (await near.ask(plan.question))["turn"]["id"]
        await far.ended(turn)
        # By the look around alone there would be no more than one piece of it each second.
        assert far.views[turn].logs > 10, "the bus was not joined again"


@fault(20, own=True, without=NO_BUS)
async def redis_frozen(site: Site) -> None:
    assert site.redis is not None
    store = site.redis

    @contextlib.asynccontextmanager
    async def frozen() -> AsyncIterator[None]:
        store.freeze()
        yield
        store.thaw()

    await played_with(site, frozen())


@fault(20, own=True, without=NO_BUS)
async def redis_full(site: Site) -> None:
    assert site.redis is not None
    client = redis.Redis.from_url(site.redis.address)

    @contextlib.asynccontextmanager
    async def full() -> AsyncIterator[None]:
        client.config_set("maxmemory", "1")
        yield
        client.config_set("maxmemory", "0")

    with contextlib.closing(client):
        await played_with(site, full())


async def through(
    site: Site, away: contextlib.AbstractAsyncContextManager[None], seconds: float
) -> None:
    """Turns that stream on while the database is away, and a message sent meanwhile."""
    me, later = site.person(), Plan()
    plans = [Plan(events=int(seconds * 10), every=0.1) for _ in range(3)]
    async with site.page(me, site.first) as page, site.page(me, site.last) as other:
        turns = await begun(page, plans)
        await page.until(lambda: all(page.views[turn].position for turn in turns))
        async with away:
            frame = {"type": "send", "id": str(uuid.uuid4()), "text": later.question}
            wish = page.begin(frame)
        new = (await page.granted(wish))["turn"]["id"]
        assert set(wish.refusals) <= {"unavailable"}
        for turn, plan in {**turns, new: later}.items():
            await asyncio.gather(page.ended(turn, 150), other.ended(turn, 150))
            assert (await judge(site, me, plan, turn, [page, other])).outcome == "complete"


async def locked(site: Site, seconds: float) -> None:
    """Hold SQLite's lock of the one who writes."""
    path = site.place.folder / "thinkalong.sqlite3"
    connection = sqlite3.connect(path, isolation_level=None, timeout=20)
    try:
        connection.execute("BEGIN IMMEDIATE")
        await asyncio.sleep(seconds)
    finally:
        connection.close()


@fault(21, own=True, without={"postgres": "SQLite's lock", "busless": "SQLite's lock"})
async def database_locked(site: Site) -> None:
    me, before = site.person(), Plan(events=3)
    async with site.page(me) as reader:
        accepted = await reader.ask(before.question)
        await reader.ended(accepted["turn"]["id"])

        @contextlib.asynccontextmanager
        async def away() -> AsyncIterator[None]:
            lock = asyncio.create_task(locked(site, 30))
            yield
            await asyncio.sleep(2)
            async with asyncio.timeout(5):  # reading goes on
                await reader.open(accepted["conversation"]["id"])
            await lock

        await through(site, away(), 40)


def restart(seconds: float, site: Site) -> contextlib.AbstractAsyncContextManager[None]:
    """PostgreSQL, killed without a word and away for a time."""

    @contextlib.asynccontextmanager
    async def away() -> AsyncIterator[None]:
        assert site.cluster is not None
        await asyncio.to_thread(site.cluster.end, signal.SIGQUIT)
        yield
        await asyncio.sleep(seconds)
        await asyncio.to_thread(site.cluster.start)

    return away()


@fault(21, own_cluster=True, without={"sqlite": "it has no server"})
async def database_restarted(site: Site) -> None:
    await through(site, restart(1, site), 10)


@fault(21, own_cluster=True, without={"sqlite": "it has no server"})
async def database_away(site: Site) -> None:
    await through(site, restart(30, site), 40)


FULL = """
CREATE OR REPLACE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'could not extend file: No space left' USING ERRCODE = '53100'; END $$
"""
TABLES = ("conversations_chunk", "conversations_message", "conversations_turn")


def execute(site: Site, *statements: str) -> None:
    def done(alias: str) -> None:
        with connections[alias].cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)

    site.place.ask(done)


@contextlib.contextmanager
def full_disk(site: Site) -> Iterator[None]:
    """No row can be added. PostgreSQL says so in the words, and with the code, of a full disk."""
    if site.layout != "sqlite":
        trigger = "FOR EACH ROW EXECUTE FUNCTION full_disk()"
        execute(
            site,
            FULL,
            *(f"CREATE TRIGGER full_disk BEFORE INSERT ON {t} {trigger}" for t in TABLES),
        )
        yield
        execute(site, *(f"DROP TRIGGER full_disk ON {table}" for table in TABLES))
    else:
        site.first.limit_files(4096)
        yield
        site.first.limit_files(None)


@fault(22, own=True)
async def disk_full_for_a_while(site: Site) -> None:
    me, old, plan, later = site.person(), Plan(events=3), Plan(events=300), Plan()
    async with site.page(me, site.first) as page, site.page(me, site.last) as reader:
        accepted = await page.ask(old.question)
        await page.ended(accepted["turn"]["id"])
        turn = (await page.ask(plan.question))["turn"]["id"]
        await page.until(lambda: page.views[turn].position > 50)
        with full_disk(site):
            frame = {"type": "send", "id": str(uuid.uuid4()), "text": later.question}
            wish = page.begin(frame)
            await page.until(lambda: wish.refusals)
            assert set(wish.refusals) == {"unavailable"}
            async with asyncio.timeout(5):  # reading goes on
                opened = await reader.open(accepted["conversation"]["id"])
            assert len(opened["messages"]) == 2
            await asyncio.sleep(8)
        new = (await page.granted(wish))["turn"]["id"]
        for id_, said in ((turn, plan), (new, later)):
            await asyncio.gather(page.ended(id_), reader.ended(id_))
            assert (await judge(site, me, said, id_, [page, reader])).outcome == "complete"
