"""A seeded campaign: many people's turns at once, and one fault after another, for as long as told.

What it counts at the end must be zero, whatever happened: text that was shown and is gone, text
that is there twice, turns and pages that never came to an end, places that do not agree, questions
that the endpoint was asked twice.
"""

import asyncio
import contextlib
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.faults.page import Page, Refused, View
from tests.faults.proxy import Proxy
from tests.faults.site import LAYOUTS, Ground, Layout, Site
from tests.faults.trouble import TROUBLES, Trouble, put_right
from tests.faults.truth import Plan, is_prefix, reach

PEOPLE = 20
PAGES = 2
SETTLING = 90.0
"""Seconds in which everything must have come to its end once nothing is broken any more."""
THENS = ("finish",) * 12 + ("cut", "reset", "unfinished", "garbage")


LAYOUTS_OF: dict[str, tuple[Layout, ...]] = {
    "sqlite": ("sqlite",),
    "postgres": ("postgres",),
    "busless": ("busless",),
    "both": ("sqlite", "postgres"),
    "all": LAYOUTS,
}
"""What the command's choices mean."""


@dataclass
class Figures:
    """What a campaign comes to."""

    seed: int
    layout: str
    turns: int = 0
    outcomes: Counter[str] = field(default_factory=Counter)
    faults: Counter[str] = field(default_factory=Counter)
    lost: int = 0
    doubled: int = 0
    stuck: int = 0
    differing: int = 0
    asked_twice: int = 0
    notes: list[str] = field(default_factory=list)

    @property
    def sound(self) -> bool:
        return not (self.lost or self.doubled or self.stuck or self.differing or self.asked_twice)

    def __str__(self) -> str:
        faults = ", ".join(f"{name} {count}" for name, count in sorted(self.faults.items()))
        return (
            f"{self.layout}: {self.turns} turns, {sum(self.faults.values())} faults ({faults}): "
            f"lost {self.lost}, doubled {self.doubled}, stuck {self.stuck}, "
            f"differing {self.differing}, asked twice {self.asked_twice}; seed {self.seed}"
        )


@dataclass
class Person:
    """Somebody with a few open pages, each with a line of its own to each server."""

    cookie: str
    pages: list[Page] = field(default_factory=list)
    asked: dict[str, Plan] = field(default_factory=dict)
    accepted: Counter[str] = field(default_factory=Counter)
    """How often each plan was accepted: once, and once more for each time it was asked again."""


class Campaign:
    """One campaign in one layout."""

    def __init__(self, site: Site, seed: int) -> None:
        self.site = site
        self.figures = Figures(seed, site.layout)
        self.proxies: list[Proxy] = []
        self._chance = random.Random(seed)
        self._people: list[Person] = []
        self._over = False

    @property
    def pages(self) -> list[Page]:
        return [page for person in self._people for page in person.pages]

    async def run(self, seconds: float) -> Figures:
        async with contextlib.AsyncExitStack() as stack:
            for _ in range(PEOPLE):
                await self._enter(stack)
            until = time.monotonic() + seconds
            living = [asyncio.create_task(self._live(person)) for person in self._people]
            async with asyncio.TaskGroup() as troubles:
                troubles.create_task(self._trouble(until, TROUBLES[self.site.layout], 1.0, 5.0))
                troubles.create_task(self._trouble(until, TROUBLES["lines"], 0.05, 0.6))
            self._over = True
            await put_right(self)
            await self._settle(living)
            await self._judge()
        return self.figures

    async def _enter(self, stack: contextlib.AsyncExitStack) -> None:
        person = Person(self.site.person())
        for _ in range(PAGES):
            proxies = [
                await stack.enter_async_context(Proxy(server.port)) for server in self.site.servers
            ]
            self.proxies += proxies
            page = Page(self._way(proxies), person.cookie, silence=20)
            person.pages.append(await stack.enter_async_context(page))
        self._people.append(person)

    def _way(self, proxies: list[Proxy]) -> Callable[[], str]:
        return lambda: f"ws://127.0.0.1:{self._chance.choice(proxies).port}/ws/"

    # What people do

    async def _live(self, person: Person) -> None:
        """Ask one thing after another, in new conversations and old ones."""
        conversation: str | None = None
        while not self._over:
            plan, page = self._plan(), self._chance.choice(person.pages)
            try:
                accepted = await page.ask(plan.question, conversation)
            except Refused as refused:
                self.figures.outcomes[refused.code] += 1
                await asyncio.sleep(1)
                continue
            turn = accepted["turn"]["id"]
            await self._watch(person, turn, plan)
            if self._chance.random() < 0.3 and not self._over:
                again = {"type": "again", "id": new_id(self._chance), "turn": turn}
                with contextlib.suppress(Refused):
                    accepted = await page.wish(again)
                    await self._watch(person, accepted["turn"]["id"], plan)
            chosen = self._chance.random() < 0.6
            conversation = accepted["conversation"]["id"] if chosen else None

    async def _watch(self, person: Person, turn: str, plan: Plan) -> None:
        person.asked[turn] = plan
        person.accepted[plan.key] += 1
        self.figures.turns += 1
        if self._chance.random() < 0.15:
            await asyncio.sleep(self._chance.uniform(0, 1))
            stopping = person.pages[: self._chance.randint(1, PAGES)]
            await asyncio.gather(*(page.stop(turn) for page in stopping))
            self.figures.faults["stop"] += 1
        await asyncio.gather(*(page.ended(turn, 600) for page in person.pages))

    def _plan(self) -> Plan:
        chance = self._chance
        return Plan(
            events=chance.randint(1, 80),
            every=chance.choice((0.01, 0.02, 0.05)),
            size=chance.choice((0, 4, 40)),
            then=chance.choice(THENS),
            refusals=chance.choice(((), (), (), (), (429,), (503, 503))),
            key=f"{chance.getrandbits(64):x}",
        )

    # What happens to them

    async def _trouble(
        self, until: float, troubles: dict[str, Trouble], shortest: float, longest: float
    ) -> None:
        names = sorted(troubles)
        while time.monotonic() < until:
            await asyncio.sleep(self._chance.uniform(shortest, longest))
            name = self._chance.choice(names)
            if await troubles[name](self, self._chance):
                self.figures.faults[name] += 1

    # What must be true in the end

    async def _settle(self, living: list[asyncio.Task[None]]) -> None:
        _, pending = await asyncio.wait(living, timeout=SETTLING)
        for task in living:
            task.cancel()
        for failed in await asyncio.gather(*living, return_exceptions=True):
            if isinstance(failed, Exception):
                self._count("stuck", f"a person gave up: {failed!r}")
        for person in self._people:
            for page in person.pages:
                open_ = [turn for turn, view in page.views.items() if view.end is None]
                if open_:
                    self._count("stuck", f"{len(open_)} never ended on a page: {page.describe()}")
        if pending:
            self.figures.notes.append(f"{len(pending)} people were still waiting")
        for turn, state in self.site.states().items():
            if state in ("queued", "running"):
                self._count("stuck", f"{turn} is {state}")

    async def _judge(self) -> None:
        stored = set(self.site.states())
        known = {turn for person in self._people for turn in person.asked}
        for turn in stored - known:
            self._count("doubled", f"{turn} was stored, and no page was told that it was accepted")
        for turn in known - stored:
            self._count("lost", f"{turn} was accepted and is not stored")
        await asyncio.gather(*(self._judge_person(person) for person in self._people))
        if failures := self.site.failures():
            self.figures.notes.append(failures)

    async def _judge_person(self, person: Person) -> None:
        asked: Counter[str] = Counter()
        async with self.site.page(person.cookie, follow=False) as reader:
            for turn, plan in person.asked.items():
                asked[plan.key] += plan.asked_at_most
                await asyncio.sleep(0.06)  # within the rate that a page may have
                try:
                    kept = await reader.ended(turn, 30)
                except TimeoutError:
                    self._count("lost", f"{turn} was accepted and cannot be read")
                    continue
                self._judge_turn(turn, plan, kept)
                for page in person.pages:
                    self._compare(turn, page, kept)
        for page in person.pages:
            for fault in page.faults:
                self._count("differing", fault)
        for key, most in asked.items():
            if self.site.upstream.counts[key] > most:
                self._count("asked_twice", f"{key}: {self.site.upstream.counts[key]} of {most}")

    def _judge_turn(self, turn: str, plan: Plan, kept: View) -> None:
        self.figures.outcomes[kept.outcome] += 1
        if is_prefix(kept.shown, plan.pieces):
            if kept.outcome == "complete" and kept.shown != plan.pieces:
                self._count("lost", f"{turn} is complete without all of its text")
        elif reach(kept.shown) > reach(plan.pieces):
            self._count("doubled", f"{turn} has more than was said")
        else:
            self._count("differing", f"{turn} has something else than was said")

    def _compare(self, turn: str, page: Page, kept: View) -> None:
        view = page.views.get(turn)
        if view is None:
            return
        if not is_prefix(view.shown, kept.shown):
            more = reach(view.shown) > reach(kept.shown)
            self._count("lost" if more else "differing", f"{turn} was shown otherwise")
        elif view.end is not None and (view.shown, view.outcome) != (kept.shown, kept.outcome):
            self._count("differing", f"{turn} was shown with another end")

    def _count(self, what: str, note: str) -> None:
        setattr(self.figures, what, getattr(self.figures, what) + 1)
        self.figures.notes.append(f"{what}: {note}")


def new_id(chance: random.Random) -> str:
    return f"{chance.getrandbits(128):032x}"


async def campaign(ground: Ground, layout: Layout, seconds: float, seed: int) -> Figures:
    """A site, a campaign on it, its figures."""
    own = layout != "sqlite"
    async with ground.site(layout, own_cluster=own) as site:
        return await Campaign(site, seed).run(seconds)
