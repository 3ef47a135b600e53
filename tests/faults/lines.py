"""Faults of the line between a page and the server."""

import asyncio
import random
import time

from tests.faults.page import Page
from tests.faults.proxy import Proxy
from tests.faults.scenario import ONE_PROCESS, fault
from tests.faults.site import Site
from tests.faults.truth import Plan
from tests.faults.verdict import judge


@fault(2)
async def wifi_gone_silently(site: Site) -> None:
    """Both ends notice within 45 s: the server lets go, the page comes back another way."""
    me, plan = site.person(), Plan(events=300, every=0.2)
    async with Proxy(site.first.port) as wifi, Proxy(site.first.port) as cable:
        way = wifi
        async with Page(lambda: f"ws://127.0.0.1:{way.port}/ws/", me) as page:
            turn = (await page.ask(plan.question))["turn"]["id"]
            await page.until(lambda: page.views[turn].position > 20)
            (line,) = wifi.lines
            way, wifi.dark, began = cable, True, time.monotonic()
            async with asyncio.timeout(60):
                await line.ended.wait()
            assert time.monotonic() - began < 50
            await page.ended(turn, 90)
            assert page.welcomes == 2
    assert (await judge(site, me, plan, turn, [page])).outcome == "complete"


@fault(2)
async def the_server_notices_a_silent_page(site: Site) -> None:
    me = site.person()
    async with (
        Proxy(site.first.port) as wifi,
        Page(lambda: f"ws://127.0.0.1:{wifi.port}/ws/", me, silence=300) as page,
    ):
        await page.until(page.up.is_set)
        (line,) = wifi.lines
        wifi.dark, began = True, time.monotonic()
        async with asyncio.timeout(60):
            await line.ended.wait()
        assert line.ended_by == "the server"
        assert time.monotonic() - began < 50


@fault(2)
async def wifi_back_after_a_while(site: Site) -> None:
    """A line that was only slow goes on as if nothing had been."""
    me, plan = site.person(), Plan(events=100, every=0.1)
    async with (
        Proxy(site.first.port) as wifi,
        Page(lambda: f"ws://127.0.0.1:{wifi.port}/ws/", me) as page,
    ):
        turn = (await page.ask(plan.question))["turn"]["id"]
        await page.until(lambda: page.views[turn].position > 20)
        wifi.dark = True
        await asyncio.sleep(6)
        wifi.dark = False
        await page.ended(turn)
        assert page.welcomes == 1
    assert (await judge(site, me, plan, turn, [page])).outcome == "complete"


@fault(3)
async def reset_in_the_middle_of_frames(site: Site) -> None:
    me, plan = site.person(), Plan(events=400, every=0.02)
    chance = random.Random(3)
    async with Proxy(site.first.port) as proxy:
        proxy.slices, proxy.delay = 11, 0.0005
        async with Page(lambda: f"ws://127.0.0.1:{proxy.port}/ws/", me, backoff=0.02) as page:
            turn = (await page.ask(plan.question))["turn"]["id"]
            while page.views[turn].end is None:
                await asyncio.sleep(chance.uniform(0.2, 0.6))
                proxy.reset()
                if page.welcomes > 12:
                    proxy.slices, proxy.delay = 65_536, 0
                    await page.ended(turn)
    kept = await judge(site, me, plan, turn, [page])
    assert kept.outcome == "complete"
    assert page.welcomes > 5


@fault(4, without={"sqlite": ONE_PROCESS})
async def reconnected_to_another_process(site: Site) -> None:
    me, plan = site.person(), Plan(events=200, every=0.03)
    places = [site.first, site.last] * 50
    async with Page(lambda: places.pop().socket, me, backoff=0.05) as page:
        turn = (await page.ask(plan.question))["turn"]["id"]
        while page.views[turn].end is None:
            await asyncio.sleep(0.5)
            page.drop()
            await page.until(page.up.is_set)
    kept = await judge(site, me, plan, turn, [page])
    assert kept.outcome == "complete"
    assert page.welcomes > 4
