"""Databases and buses that tests may kill: throwaway ones, each in a folder of its own."""

import asyncio
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import uuid
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import psycopg
import redis

from tests import throwaway

SECRET = "a secret of the fault tests, which is long enough to be taken for one"
PEOPLE = 40

Rows = list[tuple[Any, ...]]


class Program:
    """A program on a free port that is started, killed and started again in the same place."""

    def __init__(self, command: Sequence[str | Path], folder: Path, user: str | None) -> None:
        self._command, self._folder, self._user = command, folder, user
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        with (self._folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                self._command,
                cwd=self._folder,
                user=self._user,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def send(self, number: signal.Signals) -> None:
        assert self._process is not None
        self._process.send_signal(number)

    def end(self, number: signal.Signals) -> None:
        """Send a signal that ends it, and wait."""
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGCONT)
            self._process.send_signal(number)
            self._process.wait(20)


class Cluster(Program):
    """A PostgreSQL cluster, and in it a database of people from which the others are copied."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        user = throwaway.unprivileged()
        if user:
            let_through(folder)
        programs = throwaway.postgres_programs(folder, user)
        if user:
            shutil.chown(folder, user)
        data, self.port = folder / "data", throwaway.free_port()
        options = ["-U", throwaway.NAME, "--auth=trust", "--no-sync", "--encoding=UTF8"]
        making: list[str | Path] = [programs / "initdb", "-D", data, *options, "--locale=C"]
        subprocess.run(making, cwd=folder, user=user, check=True, capture_output=True)
        options = ["-p", str(self.port), "-h", "127.0.0.1", "-k", "", "-c", "fsync=off"]
        options += ["-c", "max_connections=200"]
        super().__init__([programs / "postgres", "-D", data, *options], folder, user)
        self._template = ""

    def address(self, name: str) -> str:
        return f"postgres://{throwaway.NAME}@127.0.0.1:{self.port}/{name}"

    def start(self) -> None:
        """Start, and wait until it takes connections."""
        super().start()
        address = self.address("postgres")
        throwaway.wait_until(lambda: psycopg.connect(address, connect_timeout=2).close())

    def database(self) -> tuple["Postgres", list[str]]:
        """A new database with people in it, and their cookies."""
        with psycopg.connect(self.address("postgres"), autocommit=True) as connection:
            if not self._template:
                self._template = "people"
                connection.execute("CREATE DATABASE people")
                self._cookies = people(self.address("people"))
            name = f"thinkalong_{uuid.uuid4().hex[:8]}"
            connection.execute(f"CREATE DATABASE {name} TEMPLATE people")
        return Postgres(self.address(name)), self._cookies


def let_through(folder: Path) -> None:
    """Open the way to a folder for somebody who is not its owner."""
    for parent in folder.parents:
        if not parent.stat().st_mode & 0o001:
            parent.chmod(parent.stat().st_mode | 0o011)


class Redis(Program):
    """A Redis that keeps nothing."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        self.port = throwaway.free_port()
        self.address = f"redis://127.0.0.1:{self.port}/0"
        options = ["--bind", "127.0.0.1", "--port", str(self.port), "--save", ""]
        super().__init__([throwaway.redis_program(), *options], folder, None)

    def start(self) -> None:
        super().start()
        with redis.Redis.from_url(self.address) as client:
            throwaway.wait_until(client.ping)


class Database:
    """What tests ask of a server's database behind its back. %s stands for each value."""

    url: str

    def rows(self, sql: str, *values: Any) -> Rows:
        raise NotImplementedError

    def close(self) -> None:
        """Nothing more is asked."""

    def key(self, turn: str) -> Any:
        """A turn's id as this database has it."""
        raise NotImplementedError

    def reach(self, turn: str) -> int:
        """How far a running turn's committed log goes."""
        sql = 'SELECT max("end") FROM conversations_chunk WHERE turn_id = %s'
        return int(self.rows(sql, self.key(turn))[0][0] or 0)

    def state(self, turn: str) -> str:
        sql = "SELECT state FROM conversations_turn WHERE id = %s"
        return str(self.rows(sql, self.key(turn))[0][0])

    def states(self) -> dict[str, str]:
        """The state of every turn there is."""
        found = self.rows("SELECT id, state FROM conversations_turn")
        return {str(uuid.UUID(str(turn))): state for turn, state in found}


class Sqlite(Database):
    def __init__(self, path: Path) -> None:
        self.path, self.url = path, f"sqlite:///{path}"

    def rows(self, sql: str, *values: Any) -> Rows:
        connection = self.connect()
        try:
            return connection.execute(sql.replace("%s", "?"), values).fetchall()
        finally:
            connection.close()

    def key(self, turn: str) -> Any:
        return uuid.UUID(turn).hex

    def connect(self) -> sqlite3.Connection:
        return sqlite3.connect(self.path, isolation_level=None, timeout=20)

    async def locked(self, seconds: float) -> None:
        """Hold the lock of the one who writes."""
        connection = self.connect()
        try:
            connection.execute("BEGIN IMMEDIATE")
            await asyncio.sleep(seconds)
        finally:
            connection.close()


class Postgres(Database):
    def __init__(self, url: str) -> None:
        self.url = url
        self._connection: psycopg.Connection | None = None

    def rows(self, sql: str, *values: Any) -> Rows:
        if self._connection is None or self._connection.closed:
            self._connection = psycopg.connect(self.url, autocommit=True, connect_timeout=5)
        try:
            cursor = self._connection.execute(sql, values)
            return cursor.fetchall() if cursor.description else []
        except psycopg.OperationalError:
            self._connection.close()
            raise

    def close(self) -> None:
        if self._connection is not None:
            self._connection.close()

    def key(self, turn: str) -> Any:
        return uuid.UUID(turn)


class Template:
    """An SQLite database with people in it, made once and copied for each site."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "people.sqlite3"
        self._cookies: list[str] = []

    def database(self, folder: Path) -> tuple[Sqlite, list[str]]:
        if not self._cookies:
            self._cookies = people(f"sqlite:///{self._path}")
        path = folder / "thinkalong.sqlite3"
        shutil.copyfile(self._path, path)
        return Sqlite(path), self._cookies


def people(url: str) -> list[str]:
    """Migrate a database and put people into it; the cookies of their sessions."""
    command = [sys.executable, "-m", "tests.bench.people", str(PEOPLE)]
    environment = {**os.environ, "DATABASE_URL": url, "SECRET_KEY": SECRET}
    done = subprocess.run(
        command, cwd=ROOT, env=environment, check=True, capture_output=True, text=True
    )
    return done.stdout.split()


ROOT = Path(__file__).resolve().parents[2]
