"""`manage.py start`: everything from a checked-out folder to a served chat."""

import hashlib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import redis
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import BaseCommand
from django.db import connection

from chatsite import first_admin
from chatsite.launch import sentence
from chatsite.listening import listen


class Command(BaseCommand):
    """The launcher has set up what Python and the page need before this runs."""

    help = "Prepare the database and the browser's files, then serve."

    def handle(self, *args: Any, **options: Any) -> None:
        check_address()
        with self.step("Preparing the database"):
            reach_database()
            call_command("migrate", interactive=False, verbosity=0)
        if settings.REDIS_URL:
            with self.step("Reaching Redis"):
                reach_redis()
        with self.step("Collecting the browser's files"):
            collect()
        if settings.REHEARSAL:
            self.stdout.write(
                "GEMINI_API_KEY is not set: the rehearsal model answers, which needs no network."
            )
        if link := first_admin.new_link():
            self.stdout.write(
                "There is no administrator yet. Whoever opens this link becomes the first one; "
                f"it works once:\n  {link}"
            )
        call_command("serve")

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        """One line: what is done, then the seconds it took."""
        began = time.monotonic()
        self.stdout.write(f"{what} ...", ending="")
        self.stdout.flush()
        try:
            yield
        except BaseException:
            self.stdout.write("")
            raise
        self.stdout.write(f" {time.monotonic() - began:.1f} s")


def check_address() -> None:
    """Fail before anything is made, and before a new link makes an earlier one useless, if the
    address is not ours or its port is taken."""
    listen(settings.HOST, settings.PORT).close()


def reach_database() -> None:
    """Fail at once, and with the database's own words: a pool would try on and report a timeout."""
    if connection.vendor == "postgresql":
        import psycopg

        parameters = connection.get_connection_params()
        parameters.pop("pool", None)
        try:
            psycopg.connect(**parameters).close()
        except psycopg.Error as error:
            raise ImproperlyConfigured(
                f"PostgreSQL cannot be reached: {sentence(error)} "
                "See that it runs, and check DATABASE_URL."
            ) from None


def reach_redis() -> None:
    try:
        with redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=5) as client:
            client.ping()
    except redis.RedisError as error:
        raise ImproperlyConfigured(
            f"Redis cannot be reached: {sentence(error)} See that it runs, check REDIS_URL, "
            "or unset it where one process serves everyone."
        ) from None


def collect() -> None:
    """Bring the browser's files to STATIC_ROOT; nothing is to be done if none has changed."""
    stamp = settings.DATA_DIR / "static.stamp"
    now = look_of_files()
    if stamp.exists() and stamp.read_text() == now and settings.STATIC_ROOT.is_dir():
        return
    stamp.unlink(missing_ok=True)
    call_command("collectstatic", interactive=False, verbosity=0)
    stamp.write_text(now)


def look_of_files() -> str:
    """A digest that changes when a file is added, removed or written, or is kept another way."""
    digest = hashlib.sha256(repr((settings.STORAGES, settings.STATIC_ROOT)).encode())
    for finder in get_finders():
        for name, storage in finder.list(None):
            look = Path(storage.path(name)).stat()
            digest.update(f"{storage.path(name)} {look.st_size} {look.st_mtime_ns}\n".encode())
    return digest.hexdigest()
