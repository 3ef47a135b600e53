"""What is read from outside before Django is up: the environment and the data folder.

Everything here raises ImproperlyConfigured with one sentence that says what to do; the launcher
prints it as a line and exits. No sentence repeats a value that may hold a secret.
"""

import io
import ipaddress
import logging
import os
import re
import secrets
import time
from dataclasses import replace
from pathlib import Path
from typing import Literal, cast
from urllib.parse import unquote, urlsplit

import environ
from django.core.exceptions import ImproperlyConfigured

from chatsite.provision import ROOT
from conversations.endpoint.client import Config

# NAME=value, and perhaps a comment behind it; a # inside of a value is part of it.
LINE = re.compile(r"""((?:export )?[A-Za-z_0-9]+=(?:'.*'|".*"|.*?))(?:\s+#.*)?""")
HOST = re.compile(r"(?!-)[a-z0-9-]{1,63}(\.(?!-)[a-z0-9-]{1,63})*", re.IGNORECASE)
SQLITE = "django.db.backends.sqlite3"
LONGEST_MODEL = 200
"""Characters that the database has for a model's name."""
SHORTEST_KEY = 50
DATABASE_FORM = (
    "DATABASE_URL must be of the form postgres://user:password@host:5432/name or "
    "sqlite:////path/of/a/file; characters such as # / ? @ in a password are written as %23 %2F "
    "%3F %40."
)
EMAIL_FORM = (
    "EMAIL_URL must be of the form smtp+tls://user:password@mail.example.org:587; characters such "
    "as # / ? @ in the user or password are written as %23 %2F %3F %40."
)


def read_file(path: Path) -> None:
    """Take over what a file of NAME=value lines sets, where the environment does not."""
    try:
        content = path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        return
    except OSError as error:
        raise ImproperlyConfigured(
            f"{path} cannot be read ({error.strerror}). Make it readable, or remove it."
        ) from None
    except UnicodeDecodeError:
        content = "\0"
    if "\0" in content:
        raise ImproperlyConfigured(f"{path} is not text in UTF-8. Save it as such.")
    lines = []
    for number, line in enumerate(content.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        found = LINE.fullmatch(line.strip())
        if not found:
            raise ImproperlyConfigured(
                f"Line {number} of {path} is not of the form NAME=value. Correct it, or put a # "
                "before it."
            )
        lines.append(found[1])
    environ.Env.read_env(io.StringIO("\n".join(lines)))


def text(env: environ.Env, name: str, default: str = "") -> str:
    """What a variable holds, without blanks around it; an empty one counts as unset.

    As it stands: `env.str` takes a value that begins with $, as a key or a password may, for the
    name of another variable.
    """
    value = str(env.ENVIRON.get(name, "")).strip()
    try:
        value.encode()
    except UnicodeEncodeError:
        raise ImproperlyConfigured(f"{name} is not text in UTF-8. Set it again.") from None
    return value or default


def data_folder(env: environ.Env) -> Path:
    """The folder for everything that the product writes, made if absent, checked for writing.

    A relative one is in the checkout, from wherever the product is started.
    """
    folder = ROOT / text(env, "DATA_DIR", "var")
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        probe = folder / f".probe-{os.getpid()}"
        probe.touch()
        probe.unlink()
    except OSError as error:
        reason = "it is a file" if folder.is_file() else error.strerror or error
        raise ImproperlyConfigured(
            f"The data folder {folder} cannot be written ({reason}). "
            "Make it writable, or set DATA_DIR to a folder that is."
        ) from None
    return folder


def secret_key(env: environ.Env, folder: Path) -> str:
    """The secret of this installation: made once, readable by its owner only."""
    if given := text(env, "SECRET_KEY"):
        if len(given) < SHORTEST_KEY:
            raise ImproperlyConfigured(
                f"SECRET_KEY must have {SHORTEST_KEY} characters or more. Take as many random "
                "ones, or unset it: one is then made and kept in DATA_DIR."
            )
        return given
    path = folder / "secret_key"
    try:
        key = kept_key(path)
    except (OSError, UnicodeDecodeError):
        key = ""
    if len(key) < SHORTEST_KEY:
        raise ImproperlyConfigured(
            f"{path} cannot be read or does not hold a whole key. Make it readable, or delete it "
            "(everyone must then sign in again), or set SECRET_KEY."
        )
    return key


def kept_key(path: Path) -> str:
    """The key in the file, made if it is absent."""
    try:
        # O_EXCL: of two processes that start at once only one makes the key, the other reads it.
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        # The other may just have made it, and be about to write.
        for _ in range(20):
            if path.stat().st_size:
                break
            time.sleep(0.05)
    else:
        with os.fdopen(handle, "w") as file:
            file.write(secrets.token_urlsafe(64))
    return path.read_text().strip()


def host(env: environ.Env) -> str:
    """The address to listen on, an IPv6 one without its brackets."""
    value = text(env, "HOST", "127.0.0.1").lower().removeprefix("[").removesuffix("]")
    if is_ipv6(value):
        return str(ipaddress.IPv6Address(value))  # as browsers write it
    if not HOST.fullmatch(value):
        raise ImproperlyConfigured(
            "HOST must be an address of this machine such as 127.0.0.1, or 0.0.0.0 for all of "
            "them, without http:// and without a port."
        )
    return value


def is_ipv6(address: str) -> bool:
    try:
        ipaddress.IPv6Address(address)
    except ValueError:
        return False
    return True


def is_everywhere(host: str) -> bool:
    """Whether HOST stands for all addresses of the machine, and so is none to go to."""
    return not host.strip("0.:")


def bracketed(host: str) -> str:
    """A host as it stands in an address."""
    return f"[{host}]" if ":" in host else host


def allowed_hosts(env: environ.Env, host: str, origins: list[str]) -> list[str]:
    """The names that people may reach the product by. Unset: those that the rest speaks of."""
    found = [name.lower() for name in names(env, "ALLOWED_HOSTS", "")]
    for name in found:
        plain = name.removeprefix(".")
        ipv6 = name.startswith("[") and name.endswith("]") and is_ipv6(name[1:-1])
        if name != "*" and not ipv6 and not HOST.fullmatch(plain):
            raise ImproperlyConfigured(
                "ALLOWED_HOSTS must hold names such as chat.example.org, separated by commas, "
                "without http:// and without a port (an IPv6 address in brackets)."
            )
    if found:
        return found
    own = [] if is_everywhere(host) else [bracketed(host)]
    named = [str(urlsplit(origin).hostname).removeprefix("*") for origin in origins]
    return list(dict.fromkeys(["localhost", "127.0.0.1", "[::1]", *own, *map(bracketed, named)]))


def whole(env: environ.Env, name: str, default: int, lowest: int, highest: int) -> int:
    """A whole number within bounds, both included."""
    value = text(env, name, str(default))
    # Not more digits than Python is willing to read.
    if not re.fullmatch(r"[0-9]{1,18}", value) or not lowest <= int(value) <= highest:
        raise ImproperlyConfigured(f"{name} must be a whole number from {lowest} to {highest}.")
    return int(value)


def endpoint(env: environ.Env) -> Config:
    """The endpoint, refused here if its address or key cannot be one."""
    auths = ("x-goog-api-key", "bearer")
    auth = cast(Literal["x-goog-api-key", "bearer"], choice(env, "GEMINI_AUTH", auths[0], auths))
    default = "https://generativelanguage.googleapis.com"
    address = text(env, "GEMINI_BASE_URL", default).rstrip("/")
    try:
        config = Config(address, "", auth)
        check_host(address)
    except ValueError:
        # Without Config's own words: they repeat the address, and it may hold a password.
        raise ImproperlyConfigured(
            f"GEMINI_BASE_URL must be an address such as {default}, without user, query or "
            "fragment."
        ) from None
    try:
        return replace(config, key=text(env, "GEMINI_API_KEY"))
    except ValueError as error:
        raise ImproperlyConfigured(f"GEMINI_API_KEY: {error}") from None


def check_host(address: str) -> None:
    """Raises ValueError if there is no host, or none that a resolver would even look up.

    An @ behind it comes from a password that was cut at one of its own characters: what counts as
    the host then is a piece of it.
    """
    parts = urlsplit(address)
    if not parts.hostname or "@" in parts.path + parts.query + parts.fragment:
        raise ValueError("no host")
    if not is_ipv6(parts.hostname):
        parts.hostname.encode("idna")


def models(env: environ.Env, config: Config) -> list[str]:
    """The models that people can choose from; the first is the default."""
    found = names(env, "GEMINI_MODELS", "gemini-2.5-pro")
    for name in found:
        try:
            config.url(name)
            usable = len(name) <= LONGEST_MODEL and name.isprintable() and " " not in name
        except ValueError:
            usable = False
        if not usable:
            raise ImproperlyConfigured(
                "GEMINI_MODELS must hold names of models such as gemini-2.5-pro, separated by "
                f"commas; {name[:40]!r} is none."
            )
    return list(dict.fromkeys(found))


def number(env: environ.Env, name: str, default: float, lowest: float, highest: float) -> float:
    """A number within bounds, both included."""
    try:
        value = float(text(env, name, str(default)))
    except ValueError:
        value = float("nan")
    if not lowest <= value <= highest:
        raise ImproperlyConfigured(f"{name} must be a number from {lowest} to {highest}.")
    return value


def choice(env: environ.Env, name: str, default: str, among: tuple[str, ...]) -> str:
    """One word out of several; case does not matter."""
    value = text(env, name, default)
    for word in among:
        if value.lower() == word.lower():
            return word
    raise ImproperlyConfigured(f"{name} must be one of: {', '.join(among)}.")


def yes(env: environ.Env, name: str) -> bool:
    """A switch, off unless it is turned on."""
    value = text(env, name).lower()
    if value in ("", "0", "no", "off", "false"):
        return False
    if value in ("1", "yes", "on", "true"):
        return True
    raise ImproperlyConfigured(f"{name} must be on or off.")


def names(env: environ.Env, name: str, default: str) -> list[str]:
    """A comma-separated list without blanks; an empty one counts as unset."""
    for value in (text(env, name), default):
        words = [word.strip() for word in value.split(",") if word.strip()]
        if words:
            return words
    return []


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


def origins(env: environ.Env) -> list[str]:
    """Origins that people reach the product by: scheme, host and port, nothing behind them."""
    found = names(env, "CSRF_TRUSTED_ORIGINS", "")
    for origin in found:
        try:
            parts = urlsplit(origin)
            hostname = parts.hostname or ""
            usable = (
                parts.scheme in ("http", "https")
                and parts.port != 0
                and origin == f"{parts.scheme}://{parts.netloc}"
                and "@" not in parts.netloc
                and bool(HOST.fullmatch(hostname.removeprefix("*.")) or is_ipv6(hostname))
            )
        except ValueError:
            usable = False
        if not usable:
            raise ImproperlyConfigured(
                "CSRF_TRUSTED_ORIGINS must hold origins such as https://chat.example.org, "
                "separated by commas and without a path."
            )
    return found


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


def severity(level: str) -> int:
    """The number of a log level's name, for comparing."""
    return logging.getLevelNamesMapping()[level]
