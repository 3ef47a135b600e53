"""Faults of number and size: readers that do not keep up, a thousand that come at once."""

import asyncio
import contextlib
import logging
import time

from tests.faults.kills import begun
from tests.faults.page import Page
from tests.faults.scenario import fault
from tests.faults.site import Site
from tests.faults.truth import Plan, reach
from tests.faults.verdict import judge

logger = logging.getLogger(__name__)

READERS, CROWD = 24, 1_000
MOST_MEMORY = 60 * 1024 * 1024
PROMISED, SLACK = 30.0, 30.0


@fault(23, own=True)
async def slow_readers(site: Site) -> None:
    """They cost a bounded amount of memory, and are closed; a short rest costs them nothing."""
    me, plan = site.person(), Plan(events=400, size=5_000, every=0.08)
    async with contextlib.AsyncExitStack() as stack:
        page = await stack.enter_async_context(site.page(me, site.first))
        await page.ended((await page.ask(Plan().question))["turn"]["id"])
        before = site.first.memory
        pages = [await stack.enter_async_context(site.page(me, site.first)) for _ in range(READERS)]
        await asyncio.gather(*(one.until(one.up.is_set) for one in pages))
        turn = (await page.ask(plan.question))["turn"]["id"]
        await asyncio.gather(*(one.until(lambda one=one: turn in one.views) for one in pages))  # type: ignore[misc]  # bound now
        for one in pages:
            one.reading.clear()
        rested, *stuck = pages
        most, whole = 0, reach(plan.pieces)
        began = time.monotonic()
        while time.monotonic() - began < 45:
            await asyncio.sleep(0.25)
            if page.views[turn].position < whole * 0.9:  # at its end it is folded, all at once
                most = max(most, site.first.memory)
            if time.monotonic() - began > 8:
                rested.reading.set()
        assert site.first.connections == 2, "who does not read is closed"
        stuck[0].reading.set()
        read = [page, rested, stuck[0]]
        await asyncio.gather(*(one.ended(turn, 120) for one in read))
        assert rested.welcomes == 1
        assert rested.views[turn].logs < page.views[turn].logs, "nothing was merged"
        kept = await judge(site, me, plan, turn, read)
    assert kept.outcome == "complete"
    logger.info("%d slow readers: %.0f MiB more", READERS, (most - before) / 2**20)
    assert most - before < MOST_MEMORY, f"{(most - before) / 2**20:.0f} MiB more"


@fault(24, own=True, alone=True)
async def a_thousand_come_back_at_once(site: Site) -> None:
    people = [site.person() for _ in range(20)]
    plans = {person: Plan(events=3_000, every=0.1) for person in people}
    async with contextlib.AsyncExitStack() as stack:
        turns = {}
        for person, plan in plans.items():
            first = await stack.enter_async_context(site.page(person))
            turns[person] = next(iter(await begun(first, [plan])))
        pages: list[tuple[str, Page]] = []
        for number in range(CROWD):
            person = people[number % len(people)]
            page = site.page(person, follow=False, backoff=0.25, most=10)
            pages.append((person, await stack.enter_async_context(page)))
            if number % 20 == 0:
                await asyncio.sleep(0.1)
        everybody = [page for _, page in pages]
        await everybody[0].until(lambda: all(page.up.is_set() for page in everybody), 120)
        for person, page in pages:
            page.join(turns[person])
        await site.first.kill()
        began = time.monotonic()
        if len(site.servers) == 1:
            await site.first.start()
        await everybody[0].until(lambda: all(page.welcomes == 2 for page in everybody), 120)
        took = time.monotonic() - began
        for person, page in pages:
            await page.ended(turns[person], 60)
        for person, plan in plans.items():
            mine = [page for owner, page in pages if owner == person]
            await judge(site, person, plan, turns[person], mine)
    logger.info("%s: %d pages back after %.1f s", site.layout, CROWD, took)
    assert took < PROMISED + SLACK, f"{took:.0f} s"
