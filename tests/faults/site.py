"""The product as it runs, in each layout that is promised: real processes on one database."""

import asyncio
import contextlib
import re
import resource
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from signal import SIGKILL, SIGQUIT
from typing import Any, Literal
from uuid import UUID

import httpx
import psutil
from django.db.models import Max

from conversations.models import Chunk, Turn
from tests import prepared, serving
from tests.faults.page import Page
from tests.faults.storage import Cluster, Redis
from tests.faults.upstream import Upstream

Layout = Literal["sqlite", "postgres", "busless"]
LAYOUTS: tuple[Layout, ...] = ("sqlite", "postgres", "busless")
PROCESSES = {"sqlite": 1, "postgres": 2, "busless": 2}
STARTS_AT_ONCE = 2
RECORD = re.compile(r"^(?=\d{4}-\d\d-\d\d )", re.MULTILINE)
FAILURE = re.compile(r"Traceback|^\S+ \S+ (?:ERROR|CRITICAL)")
NUMBER = re.compile(r"0x[0-9a-f]+|[0-9a-f]{8}-[0-9a-f-]{27}|\d+")
FORESEEN = " channels_redis.pubsub: "
"""Its own words for a Redis that is away, each second."""


class Server:
    """One `manage.py serve`, which can be killed and started again at the same port."""

    def __init__(self, place: serving.Site) -> None:
        self._place = place
        self._process: serving.Process | None = None

    @property
    def process(self) -> serving.Process:
        assert self._process is not None
        return self._process

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.alive

    @property
    def port(self) -> int:
        return self.process.port

    @property
    def socket(self) -> str:
        return self.process.socket_address

    async def start(self) -> float:
        """Start, and wait until it serves; the seconds that took."""
        began = time.monotonic()
        again = self._process.again if self._process else self._place.start
        self._process = await asyncio.to_thread(again)
        return time.monotonic() - began

    def status(self, path: str) -> int:
        """The HTTP status of an address; 0 if nobody answers."""
        try:
            return httpx.get(self.process.origin + path, timeout=5, trust_env=False).status_code
        except httpx.HTTPError:
            return 0

    async def kill(self) -> None:
        await asyncio.to_thread(self.process.kill)

    async def end(self) -> int:
        """SIGTERM, and wait until it is gone; its exit code."""
        self.process.terminate()
        return await asyncio.to_thread(self.process.wait, 60)

    def freeze(self) -> None:
        self.process.freeze()

    def thaw(self) -> None:
        self.process.thaw()

    def limit_files(self, size: int | None) -> None:
        """Let no file grow beyond a size, which is to a process as a full disk is."""
        limit = resource.RLIM_INFINITY if size is None else size
        resource.prlimit(self.process.pid, resource.RLIMIT_FSIZE, (limit, resource.RLIM_INFINITY))

    @property
    def memory(self) -> int:
        """Resident bytes."""
        return int(psutil.Process(self.process.pid).memory_info().rss)

    @property
    def connections(self) -> int:
        """How many connections to its port are open."""
        found = psutil.Process(self.process.pid).net_connections("tcp")
        return sum(
            one.laddr[1] == self.port and one.status == psutil.CONN_ESTABLISHED for one in found
        )


class Site:
    """Servers on one database, with one endpoint."""

    def __init__(
        self,
        layout: Layout,
        place: serving.Site,
        upstream: Upstream,
        cluster: Cluster | None,
        redis: Redis | None,
    ) -> None:
        self.layout, self.place, self.upstream = layout, place, upstream
        self.cluster, self.redis = cluster, redis
        self.servers = [Server(place) for _ in range(PROCESSES[layout])]
        self._people = 0

    @property
    def first(self) -> Server:
        return self.servers[0]

    @property
    def last(self) -> Server:
        """Another process than the first, where there is one."""
        return self.servers[-1]

    @property
    def living(self) -> Server:
        return next((server for server in self.servers if server.alive), self.first)

    def person(self) -> str:
        """The cookie of somebody who has not been here yet."""
        self._people += 1
        return self.place.session(self.place.add_person(f"person{self._people}"))

    def page(self, cookie: str, server: Server | None = None, **more: Any) -> Page:
        """A page of a person at one server, or wherever one is alive."""
        return Page(lambda: (server or self.living).socket, cookie, **more)

    # What the database says, behind the servers' backs

    def reach(self, turns: list[str]) -> dict[str, int]:
        """How far the committed logs of running turns go."""

        def asked(alias: str) -> dict[str, int]:
            rows = (
                Chunk.objects.using(alias)
                .filter(turn__in=[UUID(turn) for turn in turns])
                .order_by()
            )
            found = rows.values_list("turn").annotate(Max("end"))
            return {str(turn): end for turn, end in found}

        return self.place.ask(asked)

    def states(self) -> dict[str, str]:
        """The state of every turn there is."""

        def asked(alias: str) -> dict[str, str]:
            found = Turn.objects.using(alias).values_list("pk", "state")
            return {str(turn): state for turn, state in found}

        return self.place.ask(asked)

    def failures(self) -> str:
        """What the logs have of errors that nobody foresaw: how often, the first one in full."""
        text = "".join(process.output() for process in self.place.processes)
        found: dict[str, list[str]] = {}
        for record in RECORD.split(text):
            if FAILURE.search(record) and FORESEEN not in record:
                first, *_, last = [*record.splitlines(), ""][:-1] * 2
                found.setdefault(f"{NUMBER.sub('N', first[24:])} ... {last}", []).append(record)
        return "\n".join(f"{len(all_)} x {name}\n{all_[0]}" for name, all_ in found.items())


class Ground:
    """What the sites of a test run share: a folder and a cluster."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._cluster: Cluster | None = None
        self._sites = 0
        self._making = asyncio.Lock()
        self._starting = asyncio.Semaphore(STARTS_AT_ONCE)

    def close(self) -> None:
        if self._cluster is not None:
            self._cluster.end(SIGQUIT)

    @contextlib.asynccontextmanager
    async def site(self, layout: Layout, *, own_cluster: bool = False) -> AsyncIterator[Site]:
        """A site that serves while the block lasts.

        Args:
            layout: which.
            own_cluster: give it a PostgreSQL of its own, to be killed.
        """
        self._sites += 1
        folder = self.folder / f"site{self._sites}"
        async with contextlib.AsyncExitStack() as stack:
            async with self._making:
                cluster, address = await asyncio.to_thread(
                    self._database, layout, folder, own_cluster
                )
            if cluster is not None and own_cluster:
                stack.callback(cluster.end, SIGQUIT)
            redis = Redis(folder / "redis") if layout == "postgres" else None
            if redis is not None:
                await asyncio.to_thread(redis.start)
                stack.callback(redis.end, SIGKILL)
            upstream = await stack.enter_async_context(Upstream())
            place = stack.enter_context(
                serving.Site(
                    database_url=address,
                    redis_url=redis.address if redis else "",
                    endpoint=(upstream.url, "the-key-of-the-fault-tests"),
                )
            )
            site = Site(layout, place, upstream, cluster, redis)
            async with self._starting:
                for server in site.servers:
                    await server.start()
            with telling(site):
                yield site

    def _database(self, layout: Layout, folder: Path, own: bool) -> tuple[Cluster | None, str]:
        """The cluster of a site, if it has one, and the address of a database in it."""
        if layout == "sqlite":
            prepared.template()
            return None, ""
        cluster = None if own else self._cluster
        if cluster is None:
            cluster = Cluster((folder if own else self.folder) / "postgres")
            cluster.start()
        if not own:
            self._cluster = cluster
        return cluster, prepared.copy_of(cluster.address)


@contextlib.contextmanager
def telling(site: Site) -> Iterator[None]:
    """Show what the servers wrote, if what is done to them fails."""
    try:
        yield
    except BaseException:
        for process in site.place.processes:
            lines = process.output().splitlines()[-60:]
            sys.stderr.write("\n".join([f"--- {site.layout}, {process.log}", *lines, ""]))
        raise


def folder() -> "tempfile.TemporaryDirectory[str]":
    return tempfile.TemporaryDirectory(prefix="thinkalong-faults-")
