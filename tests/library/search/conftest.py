"""Both databases, each empty and migrated, one after the other in the place of the default one."""

import itertools
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

import environ
import pytest
from django.db import connections
from pytest_django import DjangoDbBlocker

from chatsite import stores
from tests.prepared import copy_of, template

Found = TypeVar("Found")
KINDS = ("sqlite", "postgresql")
_numbers = itertools.count(1)


@contextmanager
def standing_in(address: str, folder: Path) -> Iterator[None]:
    """This database is the default one of this thread."""
    env = environ.Env()
    env.ENVIRON = {"DATABASE_URL": address}
    given = stores.database(env, folder)
    options = {k: v for k, v in dict(given["OPTIONS"]).items() if k != "pool"}  # type: ignore[call-overload]
    alias, usual = f"stand-in-{next(_numbers)}", connections["default"]
    connections.settings[alias] = {
        **connections.settings["default"],
        **given,
        "OPTIONS": options,
    }
    connections["default"] = connections.create_connection(alias)
    connections["default"].alias = "default"  # by which it is asked for within transactions
    try:
        yield
    finally:
        connections["default"].close()
        connections["default"] = usual
        del connections.settings[alias]


def address_of(kind: str, request: pytest.FixtureRequest, folder: Path) -> str:
    if kind == "postgresql":
        return copy_of(request.getfixturevalue("postgres_url"))
    shutil.copy(template() / "thinkalong.sqlite3", folder / "library.sqlite3")
    return f"sqlite:///{folder / 'library.sqlite3'}"


@pytest.fixture(params=KINDS)
def database(
    request: pytest.FixtureRequest, tmp_path: Path, django_db_blocker: DjangoDbBlocker
) -> Iterator[str]:
    """A database of this kind is the default one."""
    address = address_of(request.param, request, tmp_path)
    with django_db_blocker.unblock(), standing_in(address, tmp_path):
        yield request.param


@pytest.fixture(scope="module")
def on_both(
    request: pytest.FixtureRequest,
    tmp_path_factory: pytest.TempPathFactory,
    django_db_blocker: DjangoDbBlocker,
) -> Callable[[Callable[[], Found]], list[Found]]:
    """Does something on SQLite and on PostgreSQL, and gives both results."""
    folder = tmp_path_factory.mktemp("both")
    addresses = [address_of(kind, request, folder) for kind in KINDS]

    def do(work: Callable[[], Found]) -> list[Found]:
        found = []
        for address in addresses:
            with django_db_blocker.unblock(), standing_in(address, folder):
                found.append(work())
        return found

    return do
