"""The one-time link: whoever has it makes the first administrator, and nobody else does."""

import hashlib
import stat
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import httpx
import pytest
from django.conf import settings as configured
from django.test import Client
from pytest_django import DjangoDbBlocker, Settings

from chatsite import first_admin
from conversations.models import User
from tests.prepared import copy_of
from tests.serving import Process, Site

GOOD = {"username": "boss", "email": "Boss@Example.org"}
PASSWORDS = {"password1": "a rather long one", "password2": "a rather long one"}
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def kept(settings: Settings, tmp_path: Path) -> Path:
    """Where the digest is, in a data folder of this test's own."""
    settings.DATA_DIR = tmp_path
    return tmp_path / "first_admin"


def path_of(link: str | None) -> str:
    assert link is not None
    return link.removeprefix("http://127.0.0.1:8000")


def test_makes_one_administrator_who_is_signed_in(client: Client, kept: Path) -> None:
    path = path_of(first_admin.new_link())
    assert client.get(path).status_code == 200
    answer = client.post(path, GOOD | PASSWORDS)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    boss = User.objects.get()
    assert (boss.username, boss.email) == ("boss", "boss@example.org")
    assert boss.is_superuser
    assert boss.is_staff
    assert boss.check_password("a rather long one")
    assert client.session["_auth_user_id"] == str(boss.pk)
    assert not kept.exists()


def test_is_absent_once_used(client: Client) -> None:
    path = path_of(first_admin.new_link())
    client.post(path, GOOD | PASSWORDS)
    client.logout()
    assert client.get(path).status_code == 404
    assert client.post(path, {**GOOD, "username": "second"} | PASSWORDS).status_code == 404
    assert first_admin.new_link() is None
    assert User.objects.count() == 1


def test_is_absent_when_the_administrator_came_another_way(client: Client, kept: Path) -> None:
    path = path_of(first_admin.new_link())
    User.objects.create_superuser("from-the-terminal", password=None)
    assert client.get(path).status_code == 404
    assert client.post(path, GOOD | PASSWORDS).status_code == 404
    assert first_admin.new_link() is None
    assert not kept.exists()


def test_a_new_start_replaces_the_link(client: Client) -> None:
    before, after = path_of(first_admin.new_link()), path_of(first_admin.new_link())
    assert before != after
    assert client.get(before).status_code == 404
    assert client.get(after).status_code == 200


@pytest.mark.parametrize("token", ["x", "0" * 43, "%00", "a" * 3000, "ü"])
def test_no_other_token_is_good(client: Client, kept: Path, token: str) -> None:
    assert client.get(f"/accounts/first/{token}").status_code == 404
    path = path_of(first_admin.new_link())
    assert client.get(f"/accounts/first/{token}").status_code == 404
    assert client.get(path[:-1]).status_code == 404
    assert client.get(f"/accounts/first/{kept.read_text()}").status_code == 404
    kept.write_text("")
    assert client.get(f"/accounts/first/{token}").status_code == 404


def test_only_a_digest_is_kept_and_only_for_its_owner(kept: Path) -> None:
    token = path_of(first_admin.new_link()).rpartition("/")[2]
    assert len(token) == 43  # 256 bits
    assert kept.read_text() == hashlib.sha256(token.encode()).hexdigest()
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"password1": "12345678", "password2": "12345678"}, "entirely numeric"),
        ({"password2": "another long one"}, "match"),
        ({"username": ""}, "required"),
        ({"username": "boss@example.org"}, "A username has no @"),
        ({"username": "MAYA"}, "This name is taken"),
        ({"email": "maya@EXAMPLE.org"}, "There is an account with this address"),
        ({"email": "nowhere"}, "valid email"),
    ],
)
def test_what_is_wrong_is_told_and_the_link_stays_good(
    client: Client, maya: User, wrong: dict[str, str], told: str
) -> None:
    path = path_of(first_admin.new_link())
    answer = client.post(path, GOOD | PASSWORDS | wrong)
    assert answer.status_code == 200
    assert told in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert not User.objects.filter(is_superuser=True).exists()
    assert client.post(path, GOOD | PASSWORDS).status_code == 302


@pytest.mark.parametrize(
    ("host", "origins", "shown"),
    [
        ("127.0.0.1", [], "http://127.0.0.1:8000/accounts/first/"),
        ("0.0.0.0", [], "http://127.0.0.1:8000/accounts/first/"),
        ("::", [], "http://127.0.0.1:8000/accounts/first/"),
        ("::1", [], "http://[::1]:8000/accounts/first/"),
        ("localhost", [], "http://localhost:8000/accounts/first/"),
        ("127.0.0.1", ["https://chat.example.org"], "https://chat.example.org/accounts/first/"),
    ],
)
def test_the_link_can_be_opened(
    settings: Settings, host: str, origins: list[str], shown: str
) -> None:
    settings.HOST, settings.CSRF_TRUSTED_ORIGINS = host, origins
    assert str(first_admin.new_link()).startswith(shown)


@pytest.fixture(params=["sqlite", "postgres"])
def fresh(
    request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker
) -> Iterator[tuple[Site, Process]]:
    """A real server without anybody."""
    url = copy_of(request.getfixturevalue("postgres_url")) if request.param == "postgres" else ""
    with django_db_blocker.unblock(), Site(database_url=url) as site:
        yield site, site.start()


def test_of_many_at_once_one_becomes_administrator(fresh: tuple[Site, Process]) -> None:
    site, process = fresh
    (site.folder / "first_admin").write_text(hashlib.sha256(b"token").hexdigest())

    def rush(number: int) -> int:
        with process.client() as client:
            client.get("/accounts/first/token")
            form = {"username": f"boss{number}", "csrfmiddlewaretoken": client.cookies["csrftoken"]}
            answer: httpx.Response = client.post("/accounts/first/token", data=form | PASSWORDS)
            return answer.status_code

    with ThreadPoolExecutor(6) as crowd:
        answers = Counter(crowd.map(rush, range(6)))
    made = site.ask(lambda alias: list(User.objects.using(alias).values_list("is_superuser")))
    assert made == [(True,)]
    assert answers == {302: 1, 404: 5}
    assert configured.SECRET_KEY not in process.output()
