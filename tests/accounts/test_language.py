"""The language that a person is spoken to in: chosen, kept, and the same on every way."""

import re
import uuid
from collections.abc import Iterator

import pytest
from django.conf import settings
from django.core import mail
from django.test import Client
from pytest_django import DjangoDbBlocker, Settings

from conversations.models import User
from tests.serving import Process, Site

CHINESE = {"Accept-Language": "zh-CN,zh;q=0.9,en;q=0.5"}


def language_of(text: str) -> str:
    found = re.search(r'<html lang="([^"]*)"', text)
    return found[1] if found else ""


def choose(client: Client, language: str, after: str = "/accounts/login/") -> str:
    answer = client.post("/language", {"language": language, "next": after})
    assert answer.status_code == 302
    return str(answer["Location"])


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("", "en"),
        ("en-GB,en;q=0.9", "en"),
        ("zh-CN,zh;q=0.9,en;q=0.8", "zh-hans"),
        ("zh", "zh-hans"),
        ("zh-Hans-SG", "zh-hans"),
        ("fr,de;q=0.8", "en"),
        ("fr, zh;q=0.5", "zh-hans"),
    ],
)
def test_a_stranger_is_spoken_to_as_the_browser_asks(
    client: Client, db: None, asked: str, given: str
) -> None:
    answer = client.get("/accounts/login/", headers={"Accept-Language": asked})
    assert language_of(answer.text) == given
    assert ("登录" in answer.text) == (given == "zh-hans")
    assert answer["Content-Language"] == given


def test_a_choice_before_sign_in_is_kept_by_the_browser(client: Client, db: None) -> None:
    assert choose(client, "zh-hans") == "/accounts/login/"
    cookie = client.cookies[settings.LANGUAGE_COOKIE_NAME]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert language_of(client.get("/accounts/login/").text) == "zh-hans"
    choose(client, "en")
    assert language_of(client.get("/accounts/login/", headers=CHINESE).text) == "en"


def test_a_persons_choice_holds_in_every_browser(client: Client, maya: User) -> None:
    client.force_login(maya)
    choose(client, "zh-hans", "/")
    maya.refresh_from_db()
    assert maya.language == "zh-hans"
    other = Client(headers={"Accept-Language": "en"})
    other.force_login(maya)
    page = other.get("/")
    assert language_of(page.text) == "zh-hans"
    assert "新对话" in page.text
    assert "/words/zh-hans/" in page.text


@pytest.mark.parametrize("wrong", ["", "fr", "zh", "../../etc", "en\x00", "x" * 5000])
def test_a_language_that_is_none_changes_nothing(client: Client, maya: User, wrong: str) -> None:
    client.force_login(maya)
    choose(client, "zh-hans", "/")
    choose(client, wrong, "/")
    maya.refresh_from_db()
    assert maya.language == "zh-hans"
    assert language_of(client.get("/").text) == "zh-hans"


def test_a_language_that_is_no_longer_offered_is_passed_over(client: Client, maya: User) -> None:
    User.objects.filter(pk=maya.pk).update(language="eo")
    client.force_login(maya)
    assert language_of(client.get("/").text) == "en"


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example/", "//evil.example", "/\\evil.example", "javascript:1"]
)
def test_a_choice_leads_nowhere_else(client: Client, db: None, elsewhere: str) -> None:
    assert choose(client, "en", elsewhere) == "/"


def test_a_choice_needs_a_form_of_ours(db: None) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/language", {"language": "zh-hans"}).status_code == 403
    assert strict.get("/language").status_code == 405


def test_the_pages_words_have_an_address_for_each_text(client: Client, maya: User) -> None:
    client.force_login(maya)
    for language, words in (("en", None), ("zh-hans", "更早")):
        choose(client, language, "/")
        found = re.search(r'src="(/words/[^"]+)"', client.get("/").text)
        assert found
        answer = Client(headers={"Accept-Language": "en"}).get(found[1])
        assert "immutable" in answer["Cache-Control"]
        assert answer["Content-Type"].startswith("text/javascript")
        assert words is None or words.encode("unicode_escape").decode() in answer.text
    stale = client.get("/words/zh-hans/0123456789ab.js")
    assert stale.status_code == 200
    assert stale["Cache-Control"] == "no-store"
    assert client.get("/words/fr/0123456789ab.js").status_code == 404


def test_mail_and_administration_speak_it_too(
    settings: Settings, client: Client, maya: User
) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    choose(client, "zh-hans")
    client.post("/accounts/password/reset/", {"email": maya.email})
    (sent,) = mail.outbox
    assert "新密码" in sent.subject
    assert "请在这里设置" in sent.body
    User.objects.filter(pk=maya.pk).update(is_staff=True, is_superuser=True, language="zh-hans")
    client.force_login(maya)
    page = client.get("/admin/")
    assert language_of(page.text) == "zh-hans"
    assert "管理后台" in page.text
    assert "轮次" in page.text


@pytest.fixture(scope="module")
def process(django_db_blocker: DjangoDbBlocker) -> Iterator[Process]:
    with django_db_blocker.unblock(), Site() as site:
        yield site.start()


async def test_the_socket_speaks_as_its_page_does(process: Process) -> None:
    """By the account's choice, else by the cookie, else by what the browser asks for."""
    site = process.site
    chinese = site.add_person("wei", language="zh-hans")
    english = site.add_person("ann", language="en")
    open_ = site.add_person("kim")
    asks = [("Accept-Language", "zh-CN")]
    cookie = f"; {settings.LANGUAGE_COOKIE_NAME}=zh-hans"
    cases = [
        (site.session(chinese), [], True),
        (site.session(english) + cookie, asks, False),
        (site.session(open_), [], False),
        (site.session(open_), asks, True),
        (site.session(open_) + cookie, [], True),
    ]
    for session, headers, expected in cases:
        more = [("Cookie", session), *headers]
        async with process.socket(additional_headers=more) as socket:
            await socket.send({"type": "send", "ref": 1, "id": str(uuid.uuid4()), "text": " "})
            error = (await socket.until(ref=1))[-1]
            assert error["code"] == "empty"
            assert ("消息是空的" in error["message"]) == expected
            await socket.send({"type": "what", "ref": 2})
            malformed = (await socket.until(ref=2))[-1]
            assert ("服务器无法理解" in malformed["message"]) == expected
