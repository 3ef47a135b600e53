"""The faults of PROMISES.md as scenarios: what is played, in which layouts, on what site."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field

from tests.faults.site import LAYOUTS, Ground, Layout, Site

Play = Callable[[Site], Awaitable[None]]
ONE_PROCESS = "one process: there is no other"
NO_REDIS = "there is no Redis"
LONGEST = 300.0
"""Seconds after which a scenario has failed: nothing that is promised takes so long."""
AT_ONCE = 5
"""Sites of their own that scenarios may have at one time."""


@dataclass(frozen=True)
class Scenario:
    """One promise put to the test.

    Attributes:
        number: of the fault.
        without: layouts in which it makes no sense, each with the reason.
        own: whether it needs a site of its own: what kills servers does.
        alone: whether nothing else may run meanwhile: what measures does.
    """

    number: int
    name: str
    play: Play
    without: Mapping[Layout, str] = field(default_factory=dict)
    own: bool = False
    own_cluster: bool = False
    alone: bool = False

    @property
    def layouts(self) -> list[Layout]:
        return [layout for layout in LAYOUTS if layout not in self.without]


SCENARIOS: list[Scenario] = []


def fault(
    number: int,
    *,
    without: Mapping[Layout, str] | None = None,
    own: bool = False,
    own_cluster: bool = False,
    alone: bool = False,
) -> Callable[[Play], Play]:
    """Enter a scenario for a fault of PROMISES.md's table."""

    def enter(play: Play) -> Play:
        name = play.__name__
        scenario = Scenario(
            number, name, play, without or {}, own or own_cluster, own_cluster, alone
        )
        SCENARIOS.append(scenario)
        return play

    return enter


class Stage:
    """Plays scenarios side by side, so that their waits (leases, drains, stalls) are shared.

    Args:
        ground: where sites come from.
        wanted: what will be asked for; all of it is begun with the first request.
    """

    def __init__(self, ground: Ground, wanted: list[tuple[Scenario, Layout]]) -> None:
        self._ground = ground
        self._wanted = wanted
        self._tasks: dict[tuple[str, Layout], asyncio.Task[None]] = {}
        self._places = asyncio.Semaphore(AT_ONCE)
        self._shared: dict[Layout, asyncio.Task[Site]] = {}
        self._stack = contextlib.AsyncExitStack()
        self._others = asyncio.Event()
        self._turn = asyncio.Lock()

    async def result(self, scenario: Scenario, layout: Layout) -> None:
        """Wait for a scenario's end; its failure is raised here."""
        if not self._tasks:
            self._begin()
        await self._tasks[scenario.name, layout]

    async def close(self) -> None:
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)
        await self._stack.aclose()

    def _begin(self) -> None:
        for scenario, layout in self._wanted:
            play = self._play_alone if scenario.alone else self._play
            self._tasks[scenario.name, layout] = asyncio.create_task(play(scenario, layout))

    async def _play(self, scenario: Scenario, layout: Layout) -> None:
        if not scenario.own:
            site = await self._common(layout)
            async with asyncio.timeout(LONGEST):
                await scenario.play(site)
            return
        async with self._places, self._site(scenario, layout) as site, asyncio.timeout(LONGEST):
            await scenario.play(site)

    async def _play_alone(self, scenario: Scenario, layout: Layout) -> None:
        others = [
            self._tasks[other.name, where] for other, where in self._wanted if not other.alone
        ]
        await asyncio.gather(*others, return_exceptions=True)
        async with self._turn:
            await self._play(scenario, layout)

    @contextlib.asynccontextmanager
    async def _site(self, scenario: Scenario, layout: Layout) -> AsyncIterator[Site]:
        async with self._ground.site(layout, own_cluster=scenario.own_cluster) as site:
            yield site

    async def _common(self, layout: Layout) -> Site:
        """The site of all scenarios that leave the servers alone."""
        if layout not in self._shared:
            opening = self._stack.enter_async_context(self._ground.site(layout))
            self._shared[layout] = asyncio.create_task(opening)
        return await asyncio.shield(self._shared[layout])
