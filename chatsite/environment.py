"""What is read from outside before Django is up: the environment and the data folder.

Everything here raises ImproperlyConfigured with one sentence that says what to do; the launcher
prints it as a line and exits.
"""

import logging
import os
import secrets
from pathlib import Path
from typing import Literal, cast
from urllib.parse import urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from conversations.endpoint.client import Config


def data_folder(folder: Path) -> Path:
    """The folder for everything that the product writes, made if absent, checked for writing."""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = folder / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        reason = error.strerror or error
        raise ImproperlyConfigured(
            f"The data folder {folder} cannot be written ({reason}). "
            "Make it writable, or set DATA_DIR to a folder that is."
        ) from None
    return folder


def secret_key(folder: Path) -> str:
    """The secret of this installation: made once, readable by its owner only."""
    path = folder / "secret_key"
    try:
        # O_EXCL: of two processes that start at once only one makes the key, the other reads it.
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        pass
    else:
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(64))
    key = path.read_text().strip()
    if len(key) < 50:
        raise ImproperlyConfigured(
            f"{path} does not hold a whole key. Delete it (everyone must then sign in again) "
            "or set SECRET_KEY."
        )
    return key


def address(env: environ.Env, name: str, default: str) -> str:
    """An http(s) address without user, query or fragment, and without a slash at its end."""
    value = env.str(name, default=default).strip()
    parts = urlsplit(value)
    try:
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        sound = False
    if not sound or parts.username or parts.query or parts.fragment:
        raise ImproperlyConfigured(
            f"{name} must be an address such as {default}, without user, query or fragment."
        )
    return str(value.rstrip("/"))


def whole(env: environ.Env, name: str, default: int, lowest: int, highest: int) -> int:
    """A whole number within bounds, both included."""
    text = env.str(name, default=str(default)).strip()
    if not text.isascii() or not text.isdigit() or not lowest <= int(text) <= highest:
        raise ImproperlyConfigured(f"{name} must be a whole number from {lowest} to {highest}.")
    return int(text)


def endpoint(base_url: str, key: str, auth: str) -> Config:
    """The endpoint, refused here if its address or key cannot be one."""
    try:
        return Config(base_url, key, cast(Literal["x-goog-api-key", "bearer"], auth))
    except ValueError as error:
        raise ImproperlyConfigured(
            f"{error} It comes from GEMINI_BASE_URL, GEMINI_API_KEY and GEMINI_AUTH."
        ) from None


def number(env: environ.Env, name: str, default: float, lowest: float, highest: float) -> float:
    """A number within bounds, both included."""
    try:
        value = float(env.str(name, default=str(default)))
    except ValueError:
        value = float("nan")
    if not lowest <= value <= highest:
        raise ImproperlyConfigured(f"{name} must be a number from {lowest} to {highest}.")
    return value


def choice(env: environ.Env, name: str, default: str, among: tuple[str, ...]) -> str:
    """One word out of several; case does not matter."""
    text = env.str(name, default=default).strip()
    for word in among:
        if text.lower() == word.lower():
            return word
    raise ImproperlyConfigured(f"{name} must be one of: {', '.join(among)}.")


def yes(env: environ.Env, name: str) -> bool:
    """A switch, off unless it is turned on."""
    text = env.str(name, default="").strip().lower()
    if text in ("", "0", "no", "off", "false"):
        return False
    if text in ("1", "yes", "on", "true"):
        return True
    raise ImproperlyConfigured(f"{name} must be on or off.")


def names(env: environ.Env, name: str, default: str) -> list[str]:
    """A comma-separated list without blanks; an empty one counts as unset."""
    for text in (env.str(name, default=default), default):
        words = [word.strip() for word in text.split(",") if word.strip()]
        if words:
            return words
    return []


def database(env: environ.Env, folder: Path) -> dict[str, object]:
    """Django's settings for the one database, with what each kind needs to be safe under load.

    SQLite: a writer waits for its turn instead of failing (IMMEDIATE with WAL: measured, 0 of 1,200
    writes lost where the defaults lost 148). PostgreSQL: Django's own pool (8 connections under
    a load where connections kept open a minute ran to 99 and failed).
    """
    settings: dict[str, object] = {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(folder / "thinkalong.sqlite3"),
    }
    if env.str("DATABASE_URL", default=""):
        try:
            settings = dict(env.db_url("DATABASE_URL"))
        except (ValueError, KeyError, ImproperlyConfigured):
            settings = {}
    engine = str(settings.get("ENGINE", ""))
    if engine.endswith("sqlite3"):
        # Each request of a page has a thread of its own, and must not leave its file open;
        # conversations/turns/database.py keeps that of its threads.
        settings["CONN_MAX_AGE"] = 0
        # A file, as in real life: tests use it from several threads.
        settings["TEST"] = {"NAME": str(folder / "test.sqlite3")}
        settings["OPTIONS"] = {
            **cast(dict[str, object], settings.get("OPTIONS", {})),
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
        }
    elif engine.endswith("postgresql"):
        settings["CONN_MAX_AGE"] = 0
        given = settings.get("OPTIONS")
        settings["OPTIONS"] = {
            **cast(dict[str, object], settings.get("OPTIONS", {})),
            # After an outage the pool tries anew whenever somebody asks, not ever more rarely.
            "pool": {"min_size": 2, "max_size": 12, "timeout": 5, "reconnect_timeout": 3},
            "connect_timeout": 5,
            # A process that was frozen in a transaction must not keep the others from its turns.
            "options": "-c idle_in_transaction_session_timeout=10s -c lock_timeout=5s",
            "tcp_user_timeout": 10_000,
            **(given if isinstance(given, dict) else {}),  # such as ?sslmode=require
        }
    else:
        raise ImproperlyConfigured(
            "DATABASE_URL must begin with postgres:// or sqlite:///, as in "
            "postgres://user:password@host:5432/name."
        )
    return settings


def redis_url(env: environ.Env) -> str:
    """The address of the Redis that carries news between processes, or "" for none."""
    value = env.str("REDIS_URL", default="").strip()
    if value and urlsplit(value).scheme not in ("redis", "rediss", "unix"):
        raise ImproperlyConfigured("REDIS_URL must be an address such as redis://localhost:6379/0.")
    return str(value)


def origins(env: environ.Env) -> list[str]:
    """Origins that people reach the product by: scheme, host and port, nothing behind them."""
    found = [word for word in env.list("CSRF_TRUSTED_ORIGINS", default=[]) if word]
    for origin in found:
        parts = urlsplit(origin)
        if parts.scheme not in ("http", "https") or origin != f"{parts.scheme}://{parts.netloc}":
            raise ImproperlyConfigured(
                "CSRF_TRUSTED_ORIGINS must hold origins such as https://chat.example.org, "
                f"separated by commas and without a path; {origin} is none."
            )
    return found


def severity(level: str) -> int:
    """The number of a log level's name, for comparing."""
    return logging.getLevelNamesMapping()[level]
