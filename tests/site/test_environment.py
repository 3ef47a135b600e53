"""What becomes of right values, and of those that are not set."""

import threading
from pathlib import Path
from typing import Any

import environ
import pytest

from chatsite import endpoint, folder, hosts, stores
from chatsite.provision import ROOT


def env(**variables: str) -> environ.Env:
    made = environ.Env()
    made.ENVIRON = variables
    return made


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, "127.0.0.1"),
        ("", "127.0.0.1"),
        (" ", "127.0.0.1"),
        ("0.0.0.0", "0.0.0.0"),
        ("Chat.Local", "chat.local"),
        ("[::1]", "::1"),
        ("0:0::1", "::1"),
        ("::", "::"),
    ],
)
def test_host(value: str | None, expected: str) -> None:
    assert hosts.host(env(**({} if value is None else {"HOST": value}))) == expected


LOCAL = ["localhost", "127.0.0.1", "[::1]"]


@pytest.mark.parametrize(
    ("host", "origins", "allowed", "expected"),
    [
        ("127.0.0.1", [], "", LOCAL),
        ("192.168.1.5", [], "", [*LOCAL, "192.168.1.5"]),
        ("fd00::5", [], "", [*LOCAL, "[fd00::5]"]),
        ("0.0.0.0", [], "", LOCAL),
        ("::", [], "", LOCAL),
        ("127.0.0.1", ["https://a.example:8443"], "", [*LOCAL, "a.example"]),
        ("127.0.0.1", ["https://*.a.example"], "", [*LOCAL, ".a.example"]),
        ("127.0.0.1", ["http://[fd00::1]"], "", [*LOCAL, "[fd00::1]"]),
        ("192.168.1.5", ["https://a.example"], "B.example, [fd00::1]", ["b.example", "[fd00::1]"]),
        ("192.168.1.5", [], "*", ["*"]),
    ],
)
def test_allowed_hosts(host: str, origins: list[str], allowed: str, expected: list[str]) -> None:
    assert hosts.allowed_hosts(env(ALLOWED_HOSTS=allowed), host, origins) == expected


def test_a_value_that_begins_with_a_dollar_is_itself() -> None:
    """django-environ would take it for another variable's name."""
    key = "$" + "HOME" * 20
    assert folder.secret_key(env(SECRET_KEY=key, HOME="/"), ROOT) == key
    assert endpoint.config(env(GEMINI_API_KEY="$HOME", HOME="/")).key == "$HOME"


def test_origins_and_models() -> None:
    origins = "https://chat.example.org, http://127.0.0.1:8000,https://*.example.org"
    found = hosts.origins(env(CSRF_TRUSTED_ORIGINS=origins))
    assert found == origins.replace(" ", "").split(",")
    names = "google/gemini-2.5-pro,models/m@1,google/gemini-2.5-pro," + "a" * 200
    config = endpoint.config(env())
    found = endpoint.models(env(GEMINI_MODELS=names), config)
    assert found == ["google/gemini-2.5-pro", "models/m@1", "a" * 200]


def test_endpoint() -> None:
    relay = env(
        GEMINI_BASE_URL="http://[::1]:4000/relay/", GEMINI_API_KEY="k", GEMINI_AUTH="Bearer"
    )
    config = endpoint.config(relay)
    assert (config.base_url, config.key, config.auth) == ("http://[::1]:4000/relay", "k", "bearer")


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("", "DATA/thinkalong.sqlite3"),
        ("sqlite:////shared/x.db", "/shared/x.db"),
        ("sqlite:///data/x.db", f"{ROOT}/data/x.db"),
    ],
)
def test_sqlite(value: str, name: str, tmp_path: Path) -> None:
    found = stores.database(env(DATABASE_URL=value), tmp_path)
    assert found["NAME"] == name.replace("DATA", str(tmp_path))
    options: Any = found["OPTIONS"]
    assert options["transaction_mode"] == "IMMEDIATE"


def test_postgres_options_are_added_to_ours(tmp_path: Path) -> None:
    url = "postgres://u:p%23%40@h/x?sslmode=require&options=-c%20search_path%3Dchat"
    found = stores.database(env(DATABASE_URL=url), tmp_path)
    options: Any = found["OPTIONS"]
    assert found["PASSWORD"] == "p#@"
    assert options["sslmode"] == "require"
    assert options["pool"]
    assert options["options"].startswith("-c idle_in_transaction_session_timeout")
    assert options["options"].endswith(" -c search_path=chat")


@pytest.mark.parametrize(
    "value", ["redis://localhost:6379/0", "rediss://:p%40@h", "unix:///run/redis.sock?db=1", ""]
)
def test_redis(value: str) -> None:
    assert stores.redis_url(env(REDIS_URL=value)) == value


def test_mail() -> None:
    sent = stores.mail(env(EMAIL_URL="smtp+tls://a%40b:p%23@mail.example.org:587"))
    assert (sent["EMAIL_HOST_USER"], sent["EMAIL_HOST_PASSWORD"]) == ("a@b", "p#")
    assert (sent["EMAIL_PORT"], sent["EMAIL_USE_TLS"]) == (587, True)
    assert "console" in str(stores.mail(env(EMAIL_URL=""))["EMAIL_BACKEND"])


def test_the_key_is_made_once(tmp_path: Path) -> None:
    first = folder.secret_key(env(), tmp_path)
    assert (tmp_path / "secret_key").stat().st_mode & 0o777 == 0o600
    assert folder.secret_key(env(), tmp_path) == first


def test_a_key_that_another_process_is_about_to_write_is_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "secret_key"
    path.touch()
    writing = threading.Timer(0.2, path.write_text, ["k" * 86])
    writing.start()
    assert folder.secret_key(env(), tmp_path) == "k" * 86
    writing.join()


@pytest.mark.parametrize(
    ("user", "names", "expected"),
    [
        ("chat%40example.org", "localhost", "chat@example.org"),
        ("relay", "localhost,chat.example.org", "thinkalong@chat.example.org"),
        ("", ".example.org", "thinkalong@example.org"),
        ("", "localhost,127.0.0.1,*", "thinkalong@localhost"),
    ],
)
def test_whom_mail_comes_from(user: str, names: str, expected: str) -> None:
    mail = stores.mail(env(EMAIL_URL=f"smtp://{user}:p@mail.example.org:25"))
    assert stores.sender(mail, names.split(",")) == expected
