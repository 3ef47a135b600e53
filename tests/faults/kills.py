"""Faults of the server's processes: killed, frozen, told to end."""

import asyncio
import logging
import random
import time

from tests.faults.page import Page
from tests.faults.scenario import ONE_PROCESS, fault
from tests.faults.site import Site
from tests.faults.truth import Plan
from tests.faults.verdict import judge

logger = logging.getLogger(__name__)

LEASE, LOOK = 15.0, 5.0
"""Seconds until a dead process's turns are anybody's, and until somebody looks for such."""
SLACK = 15.0
"""Seconds more than promised that a machine under the load of all scenarios may take."""
STARTED = 2.0


async def replace(site: Site) -> None:
    """After a kill: a process comes up again where there was only one."""
    if len(site.servers) == 1:
        await site.first.start()


def queued(site: Site) -> list[str]:
    """Turns that are stored and not asked for yet."""
    return [turn for turn, state in site.states().items() if state == "queued"]


async def begun(page: Page, plans: list[Plan]) -> dict[str, Plan]:
    """Ask for all of these at once; the turns."""
    accepted = await asyncio.gather(*(page.ask(plan.question) for plan in plans))
    return {frame["turn"]["id"]: plan for frame, plan in zip(accepted, plans, strict=True)}


@fault(10, own=True)
async def killed_in_mid_stream(site: Site) -> None:
    me, plans = site.person(), [Plan(events=3_000) for _ in range(4)]
    async with site.page(me) as page:
        turns = await begun(page, plans)
        await page.until(lambda: all(page.views[turn].position > 300 for turn in turns))
        await site.first.kill()
        await replace(site)
        await asyncio.gather(*(page.ended(turn, LEASE + LOOK + SLACK) for turn in turns))
        for turn, plan in turns.items():
            kept = await judge(site, me, plan, turn, [page])
            assert kept.outcome == "interrupted"
            assert site.upstream.counts[plan.key] == 1
        again = Plan()  # and the conversation goes on
        conversation = page.views[turn].end["turn"]["conversation"]  # type: ignore[index]  # ended
        new = (await page.ask(again.question, conversation))["turn"]["id"]
        await page.ended(new)
    assert (await judge(site, me, again, new, [page])).outcome == "complete"


@fault(10, own=True, alone=True, without={"postgres": "another one serves", "busless": "the same"})
async def serving_again_soon_after_a_kill(site: Site) -> None:
    me, plan = site.person(), Plan(events=3_000)
    async with site.page(me, backoff=0.05, most=0.1) as page:
        turn = (await page.ask(plan.question))["turn"]["id"]
        await page.until(lambda: page.views[turn].position > 300)
        await site.first.kill()
        began = time.monotonic()
        await site.first.start()
        await page.ended(turn)
        took = time.monotonic() - began
    logger.info("%s: serving and told of the interruption after %.1f s", site.layout, took)
    assert took < STARTED + SLACK, f"{took:.1f} s"


@fault(11, own=True)
async def killed_between_commit_and_publish(site: Site) -> None:
    """Frozen again and again, until something is committed that no page was shown; then killed."""
    me, chance = site.person(), random.Random(11)
    async with site.page(me, site.first) as page, site.page(me) as other:
        turns = await begun(page, [Plan(events=6_000, every=0.01) for _ in range(6)])
        await page.until(lambda: all(page.views[turn].position for turn in turns))
        ahead: dict[str, int] = {}
        for _ in range(400):
            site.first.freeze()
            await asyncio.sleep(0.03)  # for what is in the sockets' buffers
            reached = site.reach(list(turns))
            ahead = {turn: at for turn, at in reached.items() if at > page.views[turn].position}
            if ahead:
                break
            site.first.thaw()
            await asyncio.sleep(chance.uniform(0.005, 0.03))
        assert ahead, "no moment was found between a commit and its news"
        await site.first.kill()
        await replace(site)
        await asyncio.gather(*(other.ended(turn, LEASE + LOOK + SLACK) for turn in turns))
        if len(site.servers) == 1:
            await asyncio.gather(*(page.ended(turn, SLACK) for turn in turns))
        for turn, plan in turns.items():
            kept = await judge(site, me, plan, turn, [page, other])
            assert kept.position >= reached[turn]


@fault(12, own=True)
async def killed_before_the_request_went_out(site: Site) -> None:
    """Frozen again and again, until a turn is stored and not asked for yet; then killed."""
    for _ in range(35):
        me, plans = site.person(), [Plan(events=5, every=0.01) for _ in range(8)]
        async with site.page(me) as page:
            await page.until(page.up.is_set)
            asking = asyncio.create_task(begun(page, plans))
            for _ in range(1_000):
                if queued(site) or asking.done():
                    break
                await asyncio.sleep(0.001)
            site.first.freeze()
            await asyncio.sleep(0.02)
            waiting = queued(site)
            if waiting:
                await site.first.kill()
                await replace(site)
            else:
                site.first.thaw()
            turns = await asking
            await asyncio.gather(*(page.ended(turn, LEASE + LOOK + SLACK) for turn in turns))
            for turn, plan in turns.items():
                kept = await judge(site, me, plan, turn, [page])
                if turn in waiting:
                    assert kept.outcome == "complete"
                    assert site.upstream.counts[plan.key] == 1
            if waiting:
                return
    raise AssertionError("no moment was found before a request")


@fault(13, own=True)
async def killed_after_the_request_went_out(site: Site) -> None:
    me, plans = site.person(), [Plan(then="silent"), Plan(events=3, then="hang")]
    async with site.page(me) as page:
        turns = await begun(page, plans)
        await page.until(lambda: all(site.upstream.counts[plan.key] for plan in plans))
        await asyncio.sleep(0.5)
        await site.first.kill()
        await replace(site)
        await asyncio.gather(*(page.ended(turn, LEASE + LOOK + SLACK) for turn in turns))
        await asyncio.sleep(LOOK + 1)
        for turn, plan in turns.items():
            assert (await judge(site, me, plan, turn, [page])).outcome == "interrupted"
            assert site.upstream.counts[plan.key] == 1


@fault(14, own=True)
async def told_to_end(site: Site) -> None:
    me, short, long = site.person(), Plan(events=80, every=0.1), Plan(events=900, every=0.1)
    later = Plan(events=5)
    async with site.page(me, site.first) as page, site.page(me) as mover:
        turns = await begun(page, [short, long])
        await mover.until(lambda: all(turn in mover.views for turn in turns))
        ending = asyncio.create_task(site.first.end())
        await page.until(lambda: site.first.status("/readyz") == 503)
        assert site.first.status("/healthz") == 200
        wish = page.begin({"type": "send", "id": "6" * 32, "text": later.question})
        await page.until(lambda: wish.refusals == ["draining"])
        await page.ended(next(turn for turn, plan in turns.items() if plan is short))
        assert await ending == 0
        await page.until(lambda: page.closes)
        assert page.closes[0][0] == 1012
        assert any(frame["type"] == "bye" for frame in page.frames)
        assert site.states() == {
            turn: "done" if plan is short else "interrupted" for turn, plan in turns.items()
        }
        await site.first.start()
        new = (await page.granted(wish))["turn"]["id"]
        await asyncio.gather(*(page.ended(turn) for turn in (*turns, new)))
        for turn, plan in {**turns, new: later}.items():
            kept = await judge(site, me, plan, turn, [page, mover])
            assert kept.outcome == ("interrupted" if plan is long else "complete")


@fault(15, own=True, alone=True, without={"sqlite": ONE_PROCESS})
async def frozen_longer_than_the_lease(site: Site) -> None:
    me, plans = site.person(), [Plan(events=4_000, every=0.01) for _ in range(6)]
    async with site.page(me, site.first) as page, site.page(me, site.last) as other:
        turns = await begun(page, plans)
        await other.until(lambda: all(turn in other.views for turn in turns))
        await page.until(lambda: all(page.views[turn].position > 300 for turn in turns))
        site.first.freeze()
        try:
            await asyncio.gather(*(other.ended(turn, LEASE + LOOK + SLACK) for turn in turns))
            before = {turn: other.views[turn].shown for turn in turns}
        finally:
            site.first.thaw()
        await asyncio.gather(*(page.ended(turn) for turn in turns))
        await asyncio.sleep(3)
        for turn, plan in turns.items():
            kept = await judge(site, me, plan, turn, [page, other])
            assert kept.outcome == "interrupted"
            assert kept.shown == before[turn], "written after it was fenced"


@fault(15, own=True)
async def frozen_for_a_while(site: Site) -> None:
    """Shorter than the lease, or with nobody else to take the turn: it goes on."""
    me, plan = site.person(), Plan(events=300)
    async with site.page(me, site.first) as page:
        turn = (await page.ask(plan.question))["turn"]["id"]
        await page.until(lambda: page.views[turn].position > 100)
        site.first.freeze()
        await asyncio.sleep(LEASE + LOOK + 1 if len(site.servers) == 1 else 6)
        site.first.thaw()
        await page.ended(turn)
    assert (await judge(site, me, plan, turn, [page])).outcome == "complete"
