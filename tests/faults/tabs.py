"""Faults of people: closed tabs, several devices, the same thing done twice."""

import asyncio
import logging
import time
import uuid

import pytest

from tests.faults.page import Page, Refused
from tests.faults.proxy import Proxy
from tests.faults.scenario import ONE_PROCESS, fault
from tests.faults.site import Site
from tests.faults.truth import Plan
from tests.faults.verdict import judge

logger = logging.getLogger(__name__)

BUSLESS_LAG = 2.0
SLACK = 3.0
"""Seconds more than promised that a machine under the load of all scenarios may take."""


@fault(1)
async def tab_closed(site: Site) -> None:
    me, plan = site.person(), Plan(events=40)
    async with site.page(me) as page:
        turn = (await page.ask(plan.question))["turn"]["id"]
        await page.until(lambda: page.views[turn].position > 0)
    assert (await judge(site, me, plan, turn, [page])).outcome == "complete"


@fault(5)
async def two_tabs_and_another_device(site: Site) -> None:
    me, plan = site.person(), Plan(events=60)
    async with (
        site.page(me, site.first) as tab,
        site.page(me, site.first) as second,
        site.page(me, site.last) as device,
    ):
        await asyncio.gather(*(page.until(page.up.is_set) for page in (tab, second, device)))
        turn = (await tab.ask(plan.question))["turn"]["id"]
        pages = [tab, second, device]
        # The others are told of it by themselves, not by the test.
        for page in pages:
            await page.until(lambda page=page: turn in page.views)  # type: ignore[misc]  # bound now
        await asyncio.gather(*(page.ended(turn) for page in pages))
    assert (await judge(site, me, plan, turn, pages)).outcome == "complete"


@fault(6)
async def both_tabs_send(site: Site) -> None:
    me, opening = site.person(), Plan(events=2)
    plans = [Plan(events=30), Plan(events=30)]
    async with site.page(me, site.first) as one, site.page(me, site.last) as other:
        accepted = await one.ask(opening.question)
        conversation = accepted["conversation"]["id"]
        await one.ended(accepted["turn"]["id"])
        answers = await asyncio.gather(
            one.ask(plans[0].question, conversation),
            other.ask(plans[1].question, conversation),
            return_exceptions=True,
        )
        busy = [answer for answer in answers if isinstance(answer, BaseException)]
        assert [getattr(refusal, "code", refusal) for refusal in busy] == ["busy"]
        chosen = next(n for n, answer in enumerate(answers) if isinstance(answer, dict))
        turn = answers[chosen]["turn"]["id"]  # type: ignore[index]  # the one that is a dict
        await asyncio.gather(one.ended(turn), other.ended(turn))
        kept = await judge(site, me, plans[chosen], turn, [one, other])
    assert kept.outcome == "complete"
    assert site.upstream.counts[plans[1 - chosen].key] == 0


@fault(6)
async def the_same_send_twice(site: Site) -> None:
    me, plan = site.person(), Plan(events=30)
    frame = {"type": "send", "id": str(uuid.uuid4()), "text": plan.question}
    async with site.page(me, site.first) as one, site.page(me, site.last) as other:
        await asyncio.gather(one.until(one.up.is_set), other.until(other.up.is_set))
        answers = await asyncio.gather(*(page.wish(dict(frame)) for page in (one, other, one)))
        assert sorted(answer["duplicate"] for answer in answers) == [False, True, True]
        (turn,) = {answer["turn"]["id"] for answer in answers}
        await asyncio.gather(one.ended(turn), other.ended(turn))
        with pytest.raises(Refused, match="id_reused"):
            await one.wish({**frame, "text": "Something else"})
    assert (await judge(site, me, plan, turn, [one, other])).outcome == "complete"
    assert site.upstream.counts[plan.key] == 1


@fault(7)
async def acknowledgement_lost(site: Site) -> None:
    me, plan = site.person(), Plan(events=40)
    async with Proxy(site.first.port) as proxy, site.page(me, site.last) as witness:
        address = f"ws://127.0.0.1:{proxy.port}/ws/"
        async with Page(lambda: address, me) as page:
            await page.until(page.up.is_set)
            proxy.mute = True
            wish = page.begin({"type": "send", "id": str(uuid.uuid4()), "text": plan.question})
            # The message has arrived when another device is told of it.
            await witness.until(lambda: witness.views)
            proxy.reset()
            proxy.mute = False
            accepted = await page.granted(wish)
            assert accepted["duplicate"]
            assert wish.tries > 1
            turn = accepted["turn"]["id"]
            await page.ended(turn)
    assert (await judge(site, me, plan, turn, [page, witness])).outcome == "complete"
    assert site.upstream.counts[plan.key] == 1


@fault(8)
async def stopped_twice(site: Site) -> None:
    me, plan = site.person(), Plan(events=2_000)
    async with site.page(me, site.first) as one, site.page(me, site.last) as other:
        turn = (await one.ask(plan.question))["turn"]["id"]
        other.join(turn)
        await asyncio.gather(
            *(page.until(lambda page=page: page.views[turn].position) for page in (one, other))  # type: ignore[misc]  # bound now
        )
        await asyncio.gather(one.stop(turn), other.stop(turn), one.stop(turn), other.stop(turn))
        await asyncio.gather(one.ended(turn), other.ended(turn))
        await one.stop(turn)  # one that has ended
        kept = await judge(site, me, plan, turn, [one, other])
    assert kept.outcome == "stopped"
    assert kept.position > 0


@fault(9, alone=True, without={"sqlite": ONE_PROCESS})
async def stopped_through_another_process(site: Site) -> None:
    me, plan = site.person(), Plan(events=5_000)
    async with site.page(me, site.first) as one, site.page(me, site.last) as other:
        turn = (await one.ask(plan.question))["turn"]["id"]
        await one.until(lambda: one.views[turn].position)
        began = time.monotonic()
        await other.stop(turn)
        await one.ended(turn)
        took = time.monotonic() - began
        kept = await judge(site, me, plan, turn, [one, other])
    assert kept.outcome == "stopped"
    logger.info("%s: stopped through another process after %.2f s", site.layout, took)
    assert took < BUSLESS_LAG + SLACK, f"{took:.1f} s"
