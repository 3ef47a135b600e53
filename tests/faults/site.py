"""The product as it runs: real processes on one database, in each layout that is promised."""

import asyncio
import contextlib
import os
import re
import resource
import signal
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Literal

import psutil

from tests import throwaway
from tests.faults.page import Page
from tests.faults.storage import ROOT, SECRET, Cluster, Database, Redis, Template
from tests.faults.upstream import Upstream

Layout = Literal["sqlite", "postgres", "busless"]
LAYOUTS: tuple[Layout, ...] = ("sqlite", "postgres", "busless")
PROCESSES = {"sqlite": 1, "postgres": 2, "busless": 2}
STARTING = 90.0
FAILURES = re.compile(r"Traceback|^\S+ \S+ (?:ERROR|CRITICAL)", re.MULTILINE)


class Server:
    """One `manage.py serve`, which can be killed and started again at the same port."""

    def __init__(self, environment: dict[str, str], log: Path) -> None:
        self.port = throwaway.free_port()
        self.log = log
        self._environment = environment
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def socket(self) -> str:
        return f"ws://127.0.0.1:{self.port}/ws/"

    @property
    def process(self) -> subprocess.Popen[bytes]:
        assert self._process is not None
        return self._process

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    async def start(self) -> float:
        """Start, and wait until it serves; the seconds that took."""
        began = time.monotonic()
        self._process = await asyncio.to_thread(self._begin)
        while await asyncio.to_thread(self.status, "/healthz") != 200:
            if not self.alive or time.monotonic() - began > STARTING:
                raise AssertionError(f"no start: {self.log.read_text()[-3000:]}")
            await asyncio.sleep(0.02)
        return time.monotonic() - began

    def _begin(self) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "manage.py", "serve", "--port", str(self.port)],
                cwd=ROOT,
                env=self._environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def status(self, path: str) -> int:
        """The HTTP status of an address; 0 if nobody answers."""
        try:
            with urllib.request.urlopen(self.url + path, timeout=5) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code
        except OSError:
            return 0

    async def kill(self) -> None:
        self.process.kill()
        await asyncio.to_thread(self.process.wait)

    async def end(self) -> int:
        """SIGTERM, and wait until it is gone; its exit code."""
        self.process.terminate()
        return await asyncio.to_thread(self.process.wait, 60)

    def freeze(self) -> None:
        self.process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self.process.send_signal(signal.SIGCONT)

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

    def failures(self) -> str:
        """What the log has of errors that nobody foresaw, from the first on."""
        text = self.log.read_text(errors="replace")
        found = FAILURES.search(text)
        return text[max(found.start() - 500, 0) :][:4000] if found else ""


class Site:
    """Servers on one database, with one endpoint.

    Attributes:
        cookies: sessions of people, one each.
    """

    def __init__(
        self,
        layout: Layout,
        servers: list[Server],
        database: Database,
        cookies: list[str],
        upstream: Upstream,
        redis: Redis | None,
    ) -> None:
        self.layout, self.servers, self.database = layout, servers, database
        self.cookies, self.upstream, self.redis = cookies, upstream, redis
        self.cluster: Cluster | None = None
        self._spent = 0

    @property
    def first(self) -> Server:
        return self.servers[0]

    @property
    def last(self) -> Server:
        """Another process than the first, where there is one."""
        return self.servers[-1]

    def person(self) -> str:
        """The cookie of somebody who has not been here yet."""
        self._spent += 1
        return self.cookies[self._spent - 1]

    def page(self, cookie: str, server: Server | None = None, **more: Any) -> Page:
        """A page of a person at one server, or wherever one is alive."""
        return Page(lambda: (server or self.living()).socket, cookie, **more)

    def living(self) -> Server:
        return next((server for server in self.servers if server.alive), self.first)


class Ground:
    """What the sites of a test run share: a folder, a cluster, databases to copy."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._template = Template(folder)
        self._cluster: Cluster | None = None
        self._sites = 0
        self._making = asyncio.Lock()
        self._starting = asyncio.Semaphore(2)

    def close(self) -> None:
        if self._cluster is not None:
            self._cluster.end(signal.SIGQUIT)

    @contextlib.asynccontextmanager
    async def site(
        self, layout: Layout, *, own_cluster: bool = False, **environment: str
    ) -> AsyncIterator[Site]:
        """A site that serves while the block lasts; afterwards its logs must be without failures.

        Args:
            layout: which.
            own_cluster: give it a PostgreSQL of its own, to be killed.
            environment: over what is set for every site.
        """
        self._sites += 1
        folder = self.folder / f"site{self._sites}"
        folder.mkdir()
        async with contextlib.AsyncExitStack() as stack:
            async with self._making:
                database, cookies, cluster = await asyncio.to_thread(
                    self._database, layout, folder, own_cluster
                )
            if own_cluster and cluster is not None:
                stack.callback(cluster.end, signal.SIGQUIT)
            stack.callback(database.close)
            redis = Redis(folder / "redis") if layout == "postgres" else None
            if redis is not None:
                await asyncio.to_thread(redis.start)
                stack.callback(redis.end, signal.SIGKILL)
            upstream = await stack.enter_async_context(Upstream())
            values = surroundings(folder, database, redis, upstream) | environment
            servers = [
                Server(values, folder / f"server{number}.log")
                for number in range(PROCESSES[layout])
            ]
            stack.push_async_callback(gone, servers)
            async with self._starting:
                await asyncio.gather(*(server.start() for server in servers))
            site = Site(layout, servers, database, cookies, upstream, redis)
            site.cluster = cluster
            try:
                yield site
            except BaseException:
                self.keep(site)
                raise

    def keep(self, site: Site) -> None:
        """What the servers of a site wrote that went wrong."""
        for server in site.servers:
            lines = server.log.read_text(errors="replace").splitlines()
            sys.stderr.write(f"--- {site.layout}, {server.log}\n" + "\n".join(lines[-60:]) + "\n")

    def _database(
        self, layout: Layout, folder: Path, own: bool
    ) -> tuple[Database, list[str], Cluster | None]:
        if layout == "sqlite":
            return *self._template.database(folder), None
        if own:
            cluster = Cluster(folder / "postgres")
            cluster.start()
        else:
            if self._cluster is None:
                self._cluster = Cluster(self.folder / "postgres")
                self._cluster.start()
            cluster = self._cluster
        return *cluster.database(), cluster


async def gone(servers: list[Server]) -> None:
    for server in servers:
        if server.alive:
            await server.kill()


def surroundings(
    folder: Path, database: Database, redis: Redis | None, upstream: Upstream
) -> dict[str, str]:
    """The environment of a site's servers."""
    return {
        **os.environ,
        "ALLOWED_HOSTS": "127.0.0.1",
        "CSRF_TRUSTED_ORIGINS": "",
        "DATABASE_URL": database.url,
        "DATA_DIR": str(folder),
        "DEBUG": "",
        "GEMINI_API_KEY": "the-key-of-the-fault-tests",
        "GEMINI_BASE_URL": upstream.url,
        "LOG_LEVEL": "WARNING",
        "REDIS_URL": redis.address if redis else "",
        "SECRET_KEY": SECRET,
    }


def folder() -> "tempfile.TemporaryDirectory[str]":
    return tempfile.TemporaryDirectory(prefix="thinkalong-faults-")
