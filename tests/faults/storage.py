"""A PostgreSQL and a Redis that tests may kill, and start again in the same place."""

import contextlib
import shutil
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

import psutil
import psycopg
import redis

from tests import throwaway


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

    def freeze(self) -> None:
        """Stop it with all that it has started, as a paused machine is stopped."""
        assert self._process is not None
        process = psutil.Process(self._process.pid)
        for one in (process, *process.children(recursive=True)):
            with contextlib.suppress(psutil.NoSuchProcess):
                one.suspend()

    def thaw(self) -> None:
        assert self._process is not None
        process = psutil.Process(self._process.pid)
        for one in (*process.children(recursive=True), process):
            with contextlib.suppress(psutil.NoSuchProcess):
                one.resume()

    def end(self, number: signal.Signals) -> None:
        """Send a signal that ends it, and wait."""
        if self._process is not None and self._process.poll() is None:
            self.thaw()
            self._process.send_signal(number)
            self._process.wait(20)


class Cluster(Program):
    """A PostgreSQL."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        user = throwaway.unprivileged()
        if user:
            let_through(folder)
        programs = throwaway.postgres_programs(folder, user)
        if user:
            shutil.chown(folder, user)
        data, port = folder / "data", throwaway.free_port()
        options = ["-U", throwaway.NAME, "--auth=trust", "--no-sync", "--encoding=UTF8"]
        making: list[str | Path] = [programs / "initdb", "-D", data, *options, "--locale=C"]
        subprocess.run(making, cwd=folder, user=user, check=True, capture_output=True)
        options = ["-p", str(port), "-h", "127.0.0.1", "-k", "", "-c", "fsync=off"]
        options += ["-c", "max_connections=200"]
        super().__init__([programs / "postgres", "-D", data, *options], folder, user)
        self.address = f"postgres://{throwaway.NAME}@127.0.0.1:{port}/postgres"

    def start(self) -> None:
        """Start, and wait until it takes connections."""
        super().start()
        throwaway.wait_until(lambda: psycopg.connect(self.address, connect_timeout=2).close())


class Redis(Program):
    """A Redis that keeps nothing."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir(parents=True)
        port = throwaway.free_port()
        self.address = f"redis://127.0.0.1:{port}/0"
        options = ["--bind", "127.0.0.1", "--port", str(port), "--save", ""]
        super().__init__([throwaway.redis_program(), *options], folder, None)

    def start(self) -> None:
        super().start()
        with redis.Redis.from_url(self.address) as client:
            throwaway.wait_until(client.ping)


def let_through(folder: Path) -> None:
    """Open the way to a folder for somebody who is not its owner."""
    for parent in folder.parents:
        if not parent.stat().st_mode & 0o001:
            parent.chmod(parent.stat().st_mode | 0o011)
