"""Faults of the endpoint: stalls, refusals, cuts, nonsense."""

import asyncio

from tests.faults.kills import begun
from tests.faults.page import View
from tests.faults.scenario import fault
from tests.faults.site import Site
from tests.faults.truth import Plan
from tests.faults.verdict import judge

STALL = 60.0
MOST_MEMORY = 128 * 1024 * 1024


async def played(site: Site, *plans: Plan, seconds: float = 60.0) -> list[View]:
    """Turns by these plans, each judged."""
    me = site.person()
    async with site.page(me) as page:
        turns = await begun(page, list(plans))
        await asyncio.gather(*(page.ended(turn, seconds) for turn in turns))
        for turn, plan in turns.items():
            await judge(site, me, plan, turn, [page])
        return [page.views[turn] for turn in turns]


def told(view: View) -> dict[str, object]:
    assert view.end is not None
    found: dict[str, object] = view.end["turn"]["outcome"]
    return found


@fault(16)
async def upstream_stalls(site: Site) -> None:
    silent, stalled = await played(
        site, Plan(then="silent"), Plan(events=5, then="hang"), seconds=STALL + 30
    )
    assert silent.outcome == stalled.outcome == "stalled"
    assert stalled.position > 0
    assert silent.end is not None
    times = silent.end["turn"]["times"]
    assert STALL * 1000 - 1000 < times["end"] - times["asked"] < STALL * 1000 + 10_000


@fault(17)
async def upstream_is_busy(site: Site) -> None:
    busy, down, worn = await played(
        site,
        # So long that a page is there to be told, under the load of all scenarios.
        Plan(refusals=(429,), again_after=5.0),
        Plan(refusals=(503, 503), again_after=5.0),
        Plan(refusals=(429,) * 4),
    )
    for view, attempts in ((busy, [2]), (down, [2, 3])):
        assert view.outcome == "complete"
        waited = [state["waiting"] for state in view.states if state["waiting"]]
        # One that follows another at once may not have been told by itself.
        assert waited
        assert {wait["attempt"] for wait in waited} <= set(attempts)
        assert view.end is not None
        assert view.end["turn"]["waiting"] is None
    assert worn.outcome in ("over_quota", "refused")
    assert told(worn)["status"] == 429
    assert told(worn)["message"] == "Come again later."


@fault(18)
async def upstream_breaks_off(site: Site) -> None:
    plans = [Plan(events=30, then=then) for then in ("cut", "reset", "unfinished")]
    for plan, view in zip(plans, await played(site, *plans), strict=True):
        assert view.outcome == "cut_off", plan.then
        if plan.then != "reset":  # which may overtake what was sent before
            assert view.shown == plan.pieces


@fault(19, own=True)
async def upstream_talks_nonsense(site: Site) -> None:
    me = site.person()
    async with site.page(me) as page:
        await page.ended((await page.ask(Plan().question))["turn"]["id"])
        before = max(server.memory for server in site.servers)
        plans = [
            Plan(events=5, then="garbage"),
            *(Plan(events=5, then="endless") for _ in range(3)),
        ]
        turns = await begun(page, plans)
        for turn, plan in turns.items():
            await page.ended(turn)
            kept = await judge(site, me, plan, turn, [page])
            assert kept.outcome == "refused", plan.then
            assert told(kept)["reason"] == "protocol"
            assert kept.shown == plan.pieces
    grown = max(server.memory for server in site.servers) - before
    assert grown < MOST_MEMORY, f"{grown / 2**20:.0f} MiB more"
