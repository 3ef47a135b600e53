"""The product as people run it: real processes of `manage.py serve`, each site in a folder of its
own, with real sign-in and real sockets. For tests, `manage.py faults` and `manage.py bench`.

    with Site(endpoint=("http://127.0.0.1:4000", "key")) as site:
        maya = site.add_person("maya")
        process = site.start()
        async with process.socket(process.sign_in(maya)) as socket: ...
        process.kill()
        process = process.again()   # on the same port

In pytest, a fixture must unblock the database around it (pytest-django's django_db_blocker).
"""

import functools
import itertools
import os
import re
import secrets
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

import environ
import httpx
import msgspec
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
from django.contrib.auth.hashers import make_password
from django.contrib.sessions.backends.db import SessionStore
from django.contrib.sessions.models import Session
from django.db import connections
from django.utils import timezone
from websockets.asyncio.client import ClientConnection, connect

from chatsite import stores
from conversations.models import User
from tests.prepared import ROOT, template

PATIENCE = 30.0
PASSWORD = "correct horse battery staple"
Frame = dict[str, Any]
Found = TypeVar("Found")
_numbers = itertools.count(1)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with an account on a site; everybody has the same password."""

    id: int
    name: str
    password: str = PASSWORD


class Site:
    """A data folder, a database, and the processes that serve from them.

    Args:
        database_url: an empty or copied PostgreSQL (see tests.prepared); else SQLite in the folder.
        redis_url: the bus between several processes.
        endpoint: base address and key of the endpoint; without it the rehearsal model answers.
        env: more of the environment; over everything else.
    """

    def __init__(
        self,
        *,
        database_url: str = "",
        redis_url: str = "",
        endpoint: tuple[str, str] = ("http://127.0.0.1:1", ""),
        env: Mapping[str, str] | None = None,
    ) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="thinkalong-site-"))
        self.processes: list[Process] = []
        self.alias = f"site-{next(_numbers)}"
        if not database_url:
            shutil.copy(template() / "thinkalong.sqlite3", self.folder)
            database_url = f"sqlite:///{self.folder / 'thinkalong.sqlite3'}"
        (self.folder / "static").symlink_to(template() / "static")
        self.env = {
            **os.environ,
            "DATA_DIR": str(self.folder),
            "DATABASE_URL": database_url,
            "REDIS_URL": redis_url,
            "SECRET_KEY": settings.SECRET_KEY,  # so that sessions can be made from here too
            "GEMINI_BASE_URL": endpoint[0],
            "GEMINI_API_KEY": endpoint[1],
            **(env or {}),
        }
        connections.settings[self.alias] = _connection(database_url, self.folder)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End what still runs, and leave nothing behind."""
        for process in self.processes:
            process.kill()
        del connections.settings[self.alias]
        shutil.rmtree(self.folder, ignore_errors=True)

    def start(self, port: int = 0, env: Mapping[str, str] | None = None) -> "Process":
        """One more process; returns when people can come in."""
        process = Process(self, port, env or {})
        self.processes.append(process)
        process.wait_until_open()
        return process

    def ask(self, question: Callable[[str], Found]) -> Found:
        """Ask the site's database: the question is given the alias for `.using()`.

        In a thread of its own, since a coroutine may not wait for a database, and since the
        connection must be closed in the thread that opened it.
        """

        def asked() -> Found:
            try:
                return question(self.alias)
            finally:
                connections[self.alias].close()

        with ThreadPoolExecutor(1) as pool:
            return pool.submit(asked).result()

    def add_person(self, name: str, **fields: Any) -> Person:
        """Somebody new; further fields are those of User."""
        fields = {"password": _hashed(), **fields}
        made = self.ask(lambda alias: User.objects.using(alias).create(username=name, **fields))
        return Person(made.pk, name)

    def session(self, person: Person) -> str:
        """A Cookie header that is signed in, without asking a server: for many at once."""

        def made(alias: str) -> str:
            user = User.objects.using(alias).get(pk=person.id)
            values = {
                SESSION_KEY: str(user.pk),
                BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
                HASH_SESSION_KEY: user.get_session_auth_hash(),
            }
            key = secrets.token_hex(16)
            until = timezone.now() + timedelta(days=1)
            row = Session(
                session_key=key, session_data=SessionStore().encode(values), expire_date=until
            )
            row.save(using=alias, force_insert=True)
            return f"{settings.SESSION_COOKIE_NAME}={key}"

        return self.ask(made)


class Process:
    """One running `manage.py serve`."""

    def __init__(self, site: Site, port: int, env: Mapping[str, str]) -> None:
        self.site, self.env = site, env
        self.log = site.folder / f"serve-{len(site.processes) + 1}.log"
        with self.log.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "manage.py", "serve", "--port", str(port)],
                cwd=ROOT,
                env={**site.env, **env},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
            )
        self.pid = self._process.pid
        self.origin = ""

    @property
    def port(self) -> int:
        return urlsplit(self.origin).port or 0

    def wait_until_open(self) -> None:
        """Wait for the line that says where people can come in.

        Raises:
            RuntimeError: it ended instead, or took too long; with what it wrote.
        """
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if found := re.search(r"^Thinkalong is at (http://\S+)/$", self.output(), re.MULTILINE):
                self.origin = found[1]
                return
            if self._process.poll() is not None:
                break
            time.sleep(0.02)
        self.kill()
        raise RuntimeError(f"The server did not start:\n{self.output()}")

    def output(self) -> str:
        """All that it has written."""
        return self.log.read_text(errors="replace")

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    def wait(self, seconds: float = PATIENCE) -> int:
        """Wait for its end; its exit code."""
        return self._process.wait(seconds)

    def kill(self) -> None:
        """End it as a power cut would (SIGKILL)."""
        if self.alive:
            self._process.kill()
            self._process.wait()

    def terminate(self) -> None:
        """Ask it to drain and end (SIGTERM); returns at once."""
        self._process.terminate()

    def freeze(self) -> None:
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def again(self) -> "Process":
        """Another process in its place, on the same port. This one must have ended."""
        return self.site.start(self.port, self.env)

    def client(self, cookie: str = "") -> httpx.Client:
        """For plain requests; it follows no redirects."""
        headers = {"Origin": self.origin, **({"Cookie": cookie} if cookie else {})}
        return httpx.Client(base_url=self.origin, headers=headers, timeout=PATIENCE)

    def sign_in(self, person: Person) -> str:
        """Sign in as a browser does; the Cookie header."""
        with self.client() as client:
            client.get("/accounts/login/")
            form = {
                "login": person.name,
                "password": person.password,
                "csrfmiddlewaretoken": client.cookies["csrftoken"],
            }
            answer = client.post("/accounts/login/", data=form)
            if answer.status_code != 302:
                raise RuntimeError(f"{person.name} could not sign in: {answer.status_code}")
            return "; ".join(f"{name}={value}" for name, value in client.cookies.items())

    @property
    def socket_address(self) -> str:
        return f"{self.origin.replace('http', 'ws', 1)}/ws/"

    @asynccontextmanager
    async def socket(self, cookie: str = "", **options: Any) -> AsyncIterator["Socket"]:
        """A page's socket. Options are those of websockets' connect; origin=None sends none."""
        options = {"origin": self.origin, "max_size": None, "proxy": None, **options}
        options.setdefault("additional_headers", {"Cookie": cookie} if cookie else {})
        async with connect(self.socket_address, **options) as connection:
            yield Socket(connection)


class Socket:
    """The frames of one socket, as values."""

    def __init__(self, connection: ClientConnection) -> None:
        self.connection = connection

    async def send(self, frame: Frame | str) -> None:
        """Send a frame, or a text that is none."""
        text = frame if isinstance(frame, str) else msgspec.json.encode(frame).decode()
        await self.connection.send(text)

    async def receive(self) -> Frame:
        """The next frame; pings are answered on the way.

        Raises:
            websockets.ConnectionClosed: the server closed; `.rcvd.code` tells why.
        """
        while True:
            frame: Frame = msgspec.json.decode(await self.connection.recv())
            if frame["type"] != "ping":
                return frame
            await self.send({"type": "pong", "mark": frame["mark"]})

    async def until(self, **wanted: Any) -> list[Frame]:
        """The frames up to the first that has these values, that one included."""
        frames = [await self.receive()]
        while not wanted.items() <= frames[-1].items():
            frames.append(await self.receive())
        return frames


def _connection(database_url: str, folder: Path) -> dict[str, Any]:
    """Django's settings for a connection of this process to the site's database."""
    env = environ.Env()
    env.ENVIRON = {"DATABASE_URL": database_url}
    found = stores.database(env, folder)
    options = dict(found["OPTIONS"])  # type: ignore[call-overload]  # a mapping, told as object
    options.pop("pool", None)
    return {**connections.settings["default"], **found, "OPTIONS": options, "CONN_MAX_AGE": 0}


@functools.cache
def _hashed() -> str:
    return make_password(PASSWORD)
