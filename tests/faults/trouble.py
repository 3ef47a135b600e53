"""What a campaign does to a site. Each trouble is over when it returns, or mends itself."""

import asyncio
import random
import signal
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING

from tests.faults.site import Server
from tests.faults.stores import locked

if TYPE_CHECKING:
    from tests.faults.campaign import Campaign

Trouble = Callable[["Campaign", random.Random], Awaitable[bool]]
"""Returns whether it could be made."""

FREEZE = 22.0
"""Seconds: longer than the lease, and than it takes others to look."""


def steady(campaign: "Campaign") -> list[Server]:
    """Servers of which one may be broken: all, if all are whole."""
    servers = campaign.site.servers
    return servers if all(server.alive for server in servers) else []


async def kill(campaign: "Campaign", chance: random.Random) -> bool:
    if not (servers := steady(campaign)):
        return False
    server = chance.choice(servers)
    await server.kill()
    await asyncio.sleep(chance.uniform(0, 2))
    await server.start()
    return True


async def end(campaign: "Campaign", chance: random.Random) -> bool:
    if not (servers := steady(campaign)):
        return False
    server = chance.choice(servers)
    await server.end()
    await server.start()
    return True


async def freeze(campaign: "Campaign", chance: random.Random) -> bool:
    """Longer than the lease or not; in the background, while other things go wrong."""
    if not (servers := steady(campaign)):
        return False
    server = chance.choice(servers)
    server.freeze()
    try:
        await asyncio.sleep(chance.choice((0.1, 1.0, 5.0, FREEZE)))
    finally:
        server.thaw()
    return True


async def lock(campaign: "Campaign", chance: random.Random) -> bool:
    await locked(campaign.site, chance.choice((0.5, 2.0, 6.0, 25.0)))
    return True


async def restart_database(campaign: "Campaign", chance: random.Random) -> bool:
    cluster = campaign.site.cluster
    assert cluster is not None
    how = chance.choice((signal.SIGQUIT, signal.SIGINT))
    await asyncio.to_thread(cluster.end, how)
    await asyncio.sleep(chance.choice((0.0, 1.0, 6.0)))
    await asyncio.to_thread(cluster.start)
    return True


async def freeze_database(campaign: "Campaign", chance: random.Random) -> bool:
    cluster = campaign.site.cluster
    assert cluster is not None
    cluster.freeze()
    await asyncio.sleep(chance.choice((0.5, 3.0, FREEZE)))
    cluster.thaw()
    return True


async def kill_redis(campaign: "Campaign", chance: random.Random) -> bool:
    redis = campaign.site.redis
    assert redis is not None
    redis.end(signal.SIGKILL)
    await asyncio.sleep(chance.uniform(0, 4))
    await asyncio.to_thread(redis.start)
    return True


async def freeze_redis(campaign: "Campaign", chance: random.Random) -> bool:
    redis = campaign.site.redis
    assert redis is not None
    redis.freeze()
    await asyncio.sleep(chance.uniform(0, 8))
    redis.thaw()
    return True


async def cut(campaign: "Campaign", chance: random.Random) -> bool:
    proxy = chance.choice(campaign.proxies)
    lines = len(proxy.lines)
    proxy.cut()
    return bool(lines)


async def reset(campaign: "Campaign", chance: random.Random) -> bool:
    proxy = chance.choice(campaign.proxies)
    lines = len(proxy.lines)
    proxy.reset()
    return bool(lines)


async def slices(campaign: "Campaign", chance: random.Random) -> bool:
    """Small pieces, late, and then a reset in the middle of one."""
    proxy = chance.choice(campaign.proxies)
    lines = len(proxy.lines)
    proxy.slices, proxy.delay = 7, 0.001
    await asyncio.sleep(chance.uniform(0.05, 0.4))
    proxy.reset()
    proxy.slices, proxy.delay = 65_536, 0.0
    return bool(lines)


async def mute(campaign: "Campaign", chance: random.Random) -> bool:
    """Answers are lost."""
    proxy = chance.choice(campaign.proxies)
    lines = len(proxy.lines)
    proxy.mute = True
    await asyncio.sleep(chance.uniform(0.05, 0.5))
    proxy.reset()
    proxy.mute = False
    return bool(lines)


async def slow(campaign: "Campaign", chance: random.Random) -> bool:
    """A page that does not read for a moment."""
    page = chance.choice(campaign.pages)
    page.reading.clear()
    await asyncio.sleep(chance.uniform(0.2, 2.0))
    page.reading.set()
    return page.up.is_set()


async def dark(campaign: "Campaign", chance: random.Random) -> bool:
    proxy = chance.choice(campaign.proxies)
    lines = len(proxy.lines)
    proxy.dark = True
    await asyncio.sleep(chance.uniform(0.05, 1.5))
    proxy.dark = False
    return bool(lines)


PROCESSES: dict[str, Trouble] = {"SIGKILL": kill, "SIGTERM": end, "SIGSTOP": freeze}
POSTGRES: dict[str, Trouble] = {
    "database restart": restart_database,
    "database freeze": freeze_database,
}
TROUBLES: dict[str, dict[str, Trouble]] = {
    "sqlite": {**PROCESSES, "lock": lock},
    "busless": {**PROCESSES, **POSTGRES},
    "postgres": {
        **PROCESSES,
        **POSTGRES,
        "Redis kill": kill_redis,
        "Redis freeze": freeze_redis,
    },
    "lines": {
        "cut": cut,
        "reset": reset,
        "slices": slices,
        "mute": mute,
        "dark": dark,
        "slow reader": slow,
    },
}
"""By layout; `lines` in every one of them."""


async def put_right(campaign: "Campaign") -> None:
    """Nothing is broken from now on."""
    for proxy in campaign.proxies:
        proxy.dark = proxy.mute = False
        proxy.slices, proxy.delay = 65_536, 0.0
    for page in campaign.pages:
        page.reading.set()
    for server in campaign.site.servers:
        if not server.alive:
            await server.start()
