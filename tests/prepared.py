"""What sites for tests begin with: a migrated database and the collected files, made once a run."""

import atexit
import functools
import itertools
import os
import secrets
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg

ROOT = Path(__file__).resolve().parent.parent
_numbers = itertools.count(1)


@functools.cache
def template() -> Path:
    """A folder with a migrated SQLite and the collected files, made once: sites copy it."""
    folder = Path(tempfile.mkdtemp(prefix="thinkalong-template-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    env = {"DATA_DIR": str(folder), "DATABASE_URL": f"sqlite:///{folder / 'thinkalong.sqlite3'}"}
    _manage(env, "migrate", "--verbosity=0")
    _manage(env, "collectstatic", "--noinput", "--verbosity=0")
    return folder


def copy_of(postgres_url: str) -> str:
    """A migrated database of its own in this PostgreSQL."""
    return _new_database(postgres_url, _migrated(postgres_url))


@functools.cache
def _migrated(postgres_url: str) -> str:
    address = _new_database(postgres_url, "template1")
    _manage({"DATABASE_URL": address}, "migrate", "--verbosity=0")
    return urlsplit(address).path.removeprefix("/")


def _new_database(postgres_url: str, model: str) -> str:
    name = f"thinkalong_{next(_numbers)}_{secrets.token_hex(4)}"
    parts = urlsplit(postgres_url)
    with psycopg.connect(urlunsplit(parts._replace(path="/postgres")), autocommit=True) as server:
        server.execute(f'CREATE DATABASE "{name}" TEMPLATE "{model}"'.encode())
    return urlunsplit(parts._replace(path=f"/{name}"))


def _manage(env: Mapping[str, str], *words: str) -> None:
    command = [sys.executable, "manage.py", *words]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, **env}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise RuntimeError(f"manage.py {' '.join(words)} failed:\n{done.stdout}{done.stderr}")
