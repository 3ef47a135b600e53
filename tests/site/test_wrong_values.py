"""A wrong value of the environment: one sentence that names it and says what to do, no traceback.

Run as people run it. The sentence must not repeat what may be a secret.
"""

import os
import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import environ
import psycopg
import pytest

from chatsite import environment
from tests.prepared import ROOT, copy_of
from tests.throwaway import free_port

SECRET = "sentinel8f1"
DATABASE_FORM = "DATABASE_URL must be of the form postgres://user:password@host:5432/name"
FOR_SQLITE = "DATABASE_URL must name a file for SQLite"
POSTGRES = f"postgres://someone:{SECRET}@127.0.0.1:1/chat"
REDIS_FORM = "REDIS_URL must be an address such as redis://localhost:6379/0"
EMAIL_FORM = "EMAIL_URL must be of the form smtp+tls://"
ORIGINS = "CSRF_TRUSTED_ORIGINS must hold origins such as https://chat.example.org"
HOSTS = "ALLOWED_HOSTS must hold names such as chat.example.org"
BASE_URL = "GEMINI_BASE_URL must be an address such as https://"
MODELS = "GEMINI_MODELS must hold names of models such as gemini-2.5-pro"
HOST = "HOST must be an address of this machine such as 127.0.0.1"

REFUSED = [  # while the settings are read: whatever the command
    ("GEMINI_BASE_URL", "http://[::1", BASE_URL),
    ("GEMINI_BASE_URL", f"http://someone:{SECRET}@h", BASE_URL),
    ("GEMINI_BASE_URL", f"http://h/?key={SECRET}", BASE_URL),
    ("GEMINI_BASE_URL", "http://a..b", BASE_URL),
    ("GEMINI_BASE_URL", "example.com", BASE_URL),
    ("GEMINI_API_KEY", f"{SECRET} {SECRET}", "GEMINI_API_KEY: The endpoint's key has a space"),
    ("GEMINI_AUTH", "basic", "GEMINI_AUTH must be one of: x-goog-api-key, bearer."),
    ("GEMINI_MODELS", "a//b", f"{MODELS}, separated by commas; 'a//b' is none."),
    ("GEMINI_MODELS", "gemini-2.5-pro,..", MODELS),
    ("GEMINI_MODELS", "gemini 2.5 pro", MODELS),
    ("GEMINI_MODELS", "a" * 201, MODELS),
    ("GEMINI_TITLE_MODEL", "a//b", "GEMINI_TITLE_MODEL must be the name of one model such as"),
    ("GEMINI_TITLE_MODEL", "one,two", "GEMINI_TITLE_MODEL must be the name of one model such as"),
    ("REHEARSAL_PACE", "fast", "REHEARSAL_PACE must be a number from 0.0 to 10.0."),
    ("REDIS_URL", "redis://[x", REDIS_FORM),
    ("REDIS_URL", f"redis://:{SECRET}@localhost:abc/0", REDIS_FORM),
    ("REDIS_URL", f"redis://:{SECRET}@localhost/0?colour=red", REDIS_FORM),
    ("REDIS_URL", "redis://a..b/0", REDIS_FORM),
    ("REDIS_URL", f"redis://{SECRET}?{SECRET}@localhost", REDIS_FORM),
    ("REDIS_URL", "localhost:6379", REDIS_FORM),
    ("CSRF_TRUSTED_ORIGINS", "https://[bad", ORIGINS),
    ("CSRF_TRUSTED_ORIGINS", "https://h:abc", ORIGINS),
    ("CSRF_TRUSTED_ORIGINS", "https://", ORIGINS),
    ("CSRF_TRUSTED_ORIGINS", "https://h,https://h/path", ORIGINS),
    ("CSRF_TRUSTED_ORIGINS", f"https://someone:{SECRET}@h", ORIGINS),
    ("ALLOWED_HOSTS", "http://chat.example.org", HOSTS),
    ("ALLOWED_HOSTS", "chat.example.org:8000", HOSTS),
    ("ALLOWED_HOSTS", "::1", HOSTS),
    ("DATABASE_URL", f"mysql://someone:{SECRET}@h/chat", DATABASE_FORM),
    ("DATABASE_URL", f"//someone:{SECRET}@h/chat", DATABASE_FORM),
    ("DATABASE_URL", f"postgres://someone:{SECRET}@h:abc/chat", DATABASE_FORM),
    ("DATABASE_URL", f"postgres://someone:{SECRET}@h", DATABASE_FORM),
    ("DATABASE_URL", f"postgres://someone:{SECRET}#@h/chat", DATABASE_FORM),
    ("DATABASE_URL", f"postgres://someone:12/{SECRET}@h/chat", DATABASE_FORM),
    ("DATABASE_URL", f"postgres://someone:{SECRET}%00@h/chat", DATABASE_FORM),
    ("DATABASE_URL", f"{POSTGRES}?ssl_mode=require", 'invalid connection option "ssl_mode"'),
    ("DATABASE_URL", f"{POSTGRES}?connect_timeout=long", "DATABASE_URL ends with what"),
    ("DATABASE_URL", f"{POSTGRES}?pool=no", 'invalid connection option "pool"'),
    ("DATABASE_URL", "sqlite://", FOR_SQLITE),
    ("DATABASE_URL", "sqlite://chat.sqlite3", FOR_SQLITE),
    ("DATABASE_URL", "sqlite:////srv/chat.sqlite3?colour=red", FOR_SQLITE),
    ("EMAIL_URL", f"smtp://someone:{SECRET}@h:abc", EMAIL_FORM),
    ("EMAIL_URL", f"smtp://someone:{SECRET}#@h", EMAIL_FORM),
    ("EMAIL_URL", "smtp://", EMAIL_FORM),
    ("EMAIL_URL", "pigeon://h", EMAIL_FORM),
    ("SECRET_KEY", SECRET, "SECRET_KEY must have 50 characters or more."),
    ("SECRET_KEY", f"${SECRET}", "SECRET_KEY must have 50 characters or more."),
    ("DATA_DIR", "/proc/nowhere", "The data folder /proc/nowhere cannot be written"),
    ("DATA_DIR", __file__, "cannot be written (it is a file). Make it writable, or set DATA_DIR"),
    ("HOST", "http://0.0.0.0", HOST),
    ("HOST", "127.0.0.1:8000", HOST),
    ("HOST", "a..b", HOST),
    ("PORT", "abc", "PORT must be a whole number from 1 to 65535."),
    ("PORT", "70000", "PORT must be a whole number from 1 to 65535."),
    ("PORT", "9" * 5000, "PORT must be a whole number from 1 to 65535."),
    ("PORT", "$PORT", "PORT must be a whole number from 1 to 65535."),
    ("LOG_LEVEL", "loud", "LOG_LEVEL must be one of: DEBUG, INFO"),
    ("SIGNUP_OPEN", "perhaps", "SIGNUP_OPEN must be on or off."),
    ("DEBUG", "perhaps", "DEBUG must be on or off."),
    ("DEBUG", "\udcff", "DEBUG is not text in UTF-8. Set it again."),
]
FAILING = [  # when `start` tries what the value names
    ("DATABASE_URL", POSTGRES, "PostgreSQL cannot be reached: connection failed"),
    ("DATABASE_URL", f"{POSTGRES}?sslmode=maybe", 'invalid sslmode value: "maybe"'),
    ("DATABASE_URL", f"sqlite:///{__file__}", "The database cannot be used: file is not a"),
    ("DATABASE_URL", "sqlite:////nowhere/x", "The database cannot be used: unable to open"),
    ("REDIS_URL", f"redis://:{SECRET}@127.0.0.1:1/0", "Redis cannot be reached: Error 111"),
    ("HOST", "192.0.2.1", "HOST is 192.0.2.1, which is no address of this machine"),
]


def start(folder: Path, command: str = "start", **settings: str) -> str:
    """Run it with these settings alone; what it said as it failed, with all that was in order."""
    done = subprocess.run(
        [sys.executable, "manage.py", command],
        cwd=ROOT,
        env=os.environ | {"DATA_DIR": str(folder), "PORT": str(free_port())} | settings,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    said = done.stdout + done.stderr
    assert done.returncode == 1, said
    assert "Traceback" not in said
    assert SECRET not in said
    return last(said)


def last(said: str) -> str:
    """The one line behind those of the steps."""
    line = said.strip().splitlines()[-1]
    assert all(re.fullmatch(r"\w.* \.\.\.( [\d.]+ s)?", each) for each in said.splitlines()[:-1])
    return line


def short(value: str) -> str:
    return value[:40].encode("ascii", "backslashreplace").decode()


@pytest.mark.parametrize(("name", "value", "said"), REFUSED, ids=short)
def test_is_refused(name: str, value: str, said: str, tmp_path: Path) -> None:
    line = start(tmp_path, **{name: value})
    assert said in line
    assert name in line
    assert len(line) < 250


@pytest.mark.parametrize("command", ["check", "migrate", "serve"])
def test_is_refused_whatever_the_command(command: str, tmp_path: Path) -> None:
    assert BASE_URL in start(tmp_path, command, GEMINI_BASE_URL="http://[::1")


@pytest.mark.parametrize(("name", "value", "said"), FAILING, ids=short)
def test_fails_at_start(name: str, value: str, said: str, tmp_path: Path) -> None:
    line = start(tmp_path, **{name: value})
    assert said in line
    assert name in line


@pytest.mark.parametrize("command", ["serve", "start"])
def test_a_taken_port(command: str, tmp_path: Path) -> None:
    """Told before a new link makes the one of an earlier start useless."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = subprocess.run(
            [sys.executable, "manage.py", command],
            cwd=ROOT, env=os.environ | {"DATA_DIR": str(tmp_path), "PORT": str(port)},
            capture_output=True, text=True, timeout=60, check=False,
        )  # fmt: skip
    assert done.returncode == 1
    assert "Traceback" not in done.stderr
    assert done.stderr.startswith(
        f"Cannot listen on 127.0.0.1 port {port} (Address already in use)."
    )
    assert not (tmp_path / "first_admin").exists()


@pytest.mark.parametrize(
    ("granted", "said"),
    [("USAGE", "permission denied for schema public."), ("CREATE", "no schema has been selected")],
)
def test_a_user_who_may_make_no_tables(
    postgres_url: str, tmp_path: Path, granted: str, said: str
) -> None:
    url = copy_of(postgres_url)
    with psycopg.connect(url) as owner:
        owner.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public")
        owner.execute(f"CREATE ROLE poor LOGIN PASSWORD '{SECRET}'")
        owner.execute(f"GRANT {granted} ON SCHEMA public TO poor")
    try:
        address = url.replace("://thinkalong@", f"://poor:{SECRET}@")
        line = start(tmp_path, DATABASE_URL=address)
    finally:
        with psycopg.connect(url) as owner:
            owner.execute("DROP OWNED BY poor; DROP ROLE poor")
    assert line.startswith(f"The user of DATABASE_URL may not do what is needed: {said}")


def test_a_kept_key_that_was_cut(tmp_path: Path) -> None:
    (tmp_path / "secret_key").write_text(SECRET)
    assert "does not hold a whole key" in start(tmp_path, "check", SECRET_KEY="")


def test_a_kept_key_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "secret_key").mkdir()
    assert "secret_key cannot be read" in start(tmp_path, "check", SECRET_KEY="")


def test_something_else_in_the_data_folder(tmp_path: Path) -> None:
    stamp = tmp_path / "static.stamp"
    stamp.mkdir()
    assert start(tmp_path) == f"The system refused: {stamp}: Is a directory."


# --- the file .env --------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what is needed to read the settings."""
    folder = tmp_path_factory.mktemp("env") / "a checkout"
    for room in ("chatsite", "conversations"):
        leave = shutil.ignore_patterns("__pycache__")
        shutil.copytree(ROOT / room, folder / room, ignore=leave)
    (folder / "tests").mkdir()
    for name in ("manage.py", "requirements.txt", "tests/requirements.txt"):
        shutil.copy(ROOT / name, folder / name)
    return folder


@pytest.fixture
def dotenv(checkout: Path) -> Iterator[Path]:
    """Where its .env belongs."""
    path = checkout / ".env"
    yield path
    if path.is_dir():
        path.rmdir()
    else:
        path.unlink(missing_ok=True)


def checked(checkout: Path, *, cwd: Path | None = None, **settings: str) -> tuple[int, str]:
    """Run `check` there with nothing but this environment; its exit code, and what it said."""
    done = subprocess.run(
        [sys.executable, str(checkout / "manage.py"), "check"],
        cwd=cwd or checkout, env={"PATH": os.environ["PATH"], **settings},
        capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"PORT=8000\nGEMINI_API_KEY: " + SECRET.encode(), "Line 2 of "),
        (b"GEMINI_API_KEY = " + SECRET.encode(), "Line 1 of "),
        (b"GEMINI_API_KEY=\xff" + SECRET.encode(), "is not text in UTF-8. Save it as such."),
        (b"GEMINI_API_KEY=\0" + SECRET.encode(), "is not text in UTF-8. Save it as such."),
        (b"PORT=many", "PORT must be a whole number from 1 to 65535."),
    ],
)
def test_a_wrong_file(checkout: Path, dotenv: Path, content: bytes, said: str) -> None:
    dotenv.write_bytes(content)
    code, output = checked(checkout)
    assert code == 1
    assert said in output
    assert len(output.splitlines()) == 1
    assert SECRET not in output


def test_a_file_that_cannot_be_read(checkout: Path, dotenv: Path) -> None:
    dotenv.mkdir()  # which not even root can read as a file
    code, output = checked(checkout)
    assert code == 1
    assert output.strip() == (
        f"{dotenv} cannot be read (Is a directory). Make it readable, or remove it."
    )


def test_what_a_file_says(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    found = {"HOST": "127.0.0.2"}
    monkeypatch.setattr(environ.Env, "ENVIRON", found)
    path = tmp_path / ".env"
    environment.read_file(path)
    lines = (
        "\ufeffPORT=8001",
        "  # all of it is optional",
        "",
        "HOST=127.0.0.9",
        "GEMINI_MODELS=one,two    # the first is the default",
        "GEMINI_API_KEY=ab#cd",
        "export LOG_LEVEL='DEBUG'  # it's for a day",
        'EMAIL_URL="smtp://a # b"',
        "REDIS_URL=",
    )
    path.write_text("\n".join(lines), encoding="utf-8")
    environment.read_file(path)
    assert found == {
        "PORT": "8001",
        "HOST": "127.0.0.2",  # the environment goes before the file
        "GEMINI_MODELS": "one,two",
        "GEMINI_API_KEY": "ab#cd",
        "LOG_LEVEL": "DEBUG",
        "EMAIL_URL": "smtp://a # b",
        "REDIS_URL": "",
    }


def test_every_example_is_good(checkout: Path, dotenv: Path) -> None:
    example = (ROOT / ".env.example").read_text()
    dotenv.write_text(re.sub(r"^#(?=[A-Z_]+=)", "", example, flags=re.MULTILINE))
    code, output = checked(checkout)
    assert code == 0, output


def test_a_relative_data_folder_is_in_the_checkout(checkout: Path, tmp_path: Path) -> None:
    code, output = checked(checkout, cwd=tmp_path, DATA_DIR="data/here")
    assert code == 0, output
    assert (checkout / "data" / "here" / "secret_key").is_file()
    assert not list(tmp_path.iterdir())


def test_an_empty_data_folder_is_the_usual_one(checkout: Path, tmp_path: Path) -> None:
    code, output = checked(checkout, cwd=tmp_path, DATA_DIR="")
    assert code == 0, output
    assert (checkout / "var" / "secret_key").is_file()
    assert not list(tmp_path.iterdir())
