"""What the product keeps things in and sends them with: the database, Redis, mail."""

from pathlib import Path
from typing import cast
from urllib.parse import unquote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from chatsite.environment import text
from chatsite.hosts import check_host
from chatsite.provision import ROOT

SQLITE = "django.db.backends.sqlite3"
DATABASE_FORM = (
    "DATABASE_URL must be of the form postgres://user:password@host:5432/name or "
    "sqlite:////path/of/a/file; characters such as # / ? @ in a password are written as %23 %2F "
    "%3F %40."
)
EMAIL_FORM = (
    "EMAIL_URL must be of the form smtp+tls://user:password@mail.example.org:587; characters such "
    "as # / ? @ in the user or password are written as %23 %2F %3F %40."
)


def database(env: environ.Env, folder: Path) -> dict[str, object]:
    """Django's settings for the one database, with what each kind needs to be safe under load.

    SQLite: a writer waits for its turn instead of failing (IMMEDIATE with WAL: measured, 0 of 1,200
    writes lost where the defaults lost 148). PostgreSQL: Django's own pool (8 connections under
    a load where connections kept open a minute ran to 99 and failed).
    """
    settings = database_named(env) or {
        "ENGINE": SQLITE,
        "NAME": str(folder / "thinkalong.sqlite3"),
    }
    given = cast(dict[str, object], settings.get("OPTIONS", {}))
    settings["CONN_MAX_AGE"] = 0
    if settings["ENGINE"] == SQLITE:
        # Each request of a page has a thread of its own, and must not leave its file open;
        # conversations/turns/database.py keeps that of its threads.
        # A file, as in real life: tests use it from several threads.
        settings["TEST"] = {"NAME": str(folder / "test.sqlite3")}
        settings["OPTIONS"] = {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        }
    else:
        check_postgres_options(given)
        # A process that was frozen in a transaction must not keep the others from its turns.
        patience = "-c idle_in_transaction_session_timeout=10s -c lock_timeout=5s"
        settings["OPTIONS"] = {
            # After an outage the pool tries anew whenever somebody asks, not ever more rarely.
            "pool": {"min_size": 2, "max_size": 12, "timeout": 5, "reconnect_timeout": 3},
            "connect_timeout": 5,
            "tcp_user_timeout": 10_000,
            **given,  # such as ?sslmode=require
            "options": f"{patience} {given.get('options', '')}".strip(),
        }
    return settings


def database_named(env: environ.Env) -> dict[str, object]:
    """The settings that DATABASE_URL names; empty if it is unset."""
    value = text(env, "DATABASE_URL")
    if not value:
        return {}
    kind = value.partition("://")[0]
    if kind == "sqlite":
        path = unquote(value.removeprefix("sqlite:///"))
        # In memory, each thread would have a database of its own.
        if path in (value, "", ":memory:") or "?" in path:
            raise ImproperlyConfigured(
                "DATABASE_URL must name a file for SQLite, as in sqlite:////path/of/a/file, "
                "without anything behind it."
            )
        return {"ENGINE": SQLITE, "NAME": str(ROOT / path)}
    try:
        # Nothing else is given to django-environ: it prints what it does not know, password too.
        if kind not in ("postgres", "postgresql"):
            raise ValueError("another database")
        # Where a password was cut at one of its own characters, its rest is behind the host.
        parts = urlsplit(value)
        if "@" in parts.path + parts.fragment or "%00" in value:
            raise ValueError("a password that is not written as in an address")
        settings: dict[str, object] = dict(env.db_url_config(value))
    except ValueError:
        settings = {}
    if not settings.get("NAME"):
        raise ImproperlyConfigured(DATABASE_FORM)
    return settings


def check_postgres_options(options: dict[str, object]) -> None:
    """Refuse what stands behind the ? of DATABASE_URL and is none of PostgreSQL's options."""
    import psycopg.conninfo

    theirs = {name: str(value) for name, value in options.items() if name != "assume_role"}
    try:
        whole = psycopg.conninfo.make_conninfo(**theirs)
        psycopg.conninfo.timeout_from_conninfo(psycopg.conninfo.conninfo_to_dict(whole))
    except psycopg.Error as error:
        raise ImproperlyConfigured(
            f"DATABASE_URL ends with what PostgreSQL does not take: {str(error).strip()}. Correct "
            "it, as in ?sslmode=require, or leave it out."
        ) from None


def redis_url(env: environ.Env) -> str:
    """The address of the Redis that carries news between processes, or "" for none."""
    value = text(env, "REDIS_URL")
    if value:
        import redis

        try:
            if not value.startswith("unix://"):
                check_host(value)
            redis.ConnectionPool.from_url(value).make_connection()  # which does not connect yet
        except (ValueError, TypeError, redis.RedisError):
            raise ImproperlyConfigured(
                "REDIS_URL must be an address such as redis://localhost:6379/0; characters such "
                "as # / ? @ in a password are written as %23 %2F %3F %40."
            ) from None
    return value


def mail(env: environ.Env) -> dict[str, object]:
    """Django's settings for sending mail; the terminal's, which nothing uses, if unset."""
    value = text(env, "EMAIL_URL")
    if not value:
        return {"EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}
    try:
        settings: dict[str, object] = dict(env.email_url_config(value))
        if value.startswith("smtp"):
            check_host(value)
    except (ValueError, ImproperlyConfigured):
        raise ImproperlyConfigured(EMAIL_FORM) from None
    return settings


def sender(mail: dict[str, object], hosts: list[str]) -> str:
    """Whom mail comes from: the mailbox that it is sent with, or one at the site's own name.

    Relays refuse Django's webmaster@localhost.
    """
    user = str(mail.get("EMAIL_HOST_USER") or "")
    plain = [name.removeprefix(".") for name in hosts]
    named = [name for name in plain if name[:1].isalpha() and "." in name]
    return user if "@" in user else f"thinkalong@{next(iter(named), 'localhost')}"
