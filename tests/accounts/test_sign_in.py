"""Signing in and out, and what a stranger learns at the door."""

import re
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from pytest_django import Settings

from conversations.models import User
from tests.accounts.conftest import PASSWORD
from tests.accounts.hashing import CountedHasher

LOGIN = "/accounts/login/"


def sign_in(client: Client, name: str, password: str = PASSWORD, **more: str) -> Any:
    return client.post(LOGIN, {"login": name, "password": password, **more})


def signed_in(client: Client) -> bool:
    return "_auth_user_id" in client.session


@pytest.mark.parametrize("name", ["maya", "MAYA", "maya@example.org", "Maya@Example.ORG", " maya "])
def test_by_name_or_address(client: Client, maya: User, name: str) -> None:
    answer = sign_in(client, name)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert client.session["_auth_user_id"] == str(maya.pk)
    assert client.session.get_expiry_age() > 60 * 60 * 24 * 29


def test_an_address_kept_in_capitals_is_found(client: Client, maya: User) -> None:
    User.objects.filter(pk=maya.pk).update(email="Maya@Example.org")
    assert sign_in(client, "maya@example.org").status_code == 302


def test_leads_to_where_one_wanted_to_go(client: Client, maya: User) -> None:
    wanted = "/c/5f0c7b5e-6a8c-4a0e-9a52-8e0b8c1f9c11"
    to_sign_in = client.get(wanted)
    assert to_sign_in["Location"] == f"{LOGIN}?next={wanted}"
    page = client.get(to_sign_in["Location"]).text
    assert f'name="next" value="{wanted}"' in page
    assert sign_in(client, "maya", next=wanted)["Location"] == wanted


@pytest.mark.parametrize(
    "elsewhere",
    [
        "https://evil.example/",
        "//evil.example/",
        "///evil.example/",
        "/\\evil.example/",
        "http://testserver:9999/",
        "http://localhost/",
        "http://127.0.0.1:631/admin",
        "javascript:alert(1)",
        "data:text/html,x",
        "\thttps://evil.example",
        "ht\ntps://evil.example",
    ],
)
def test_never_leads_to_another_site(client: Client, maya: User, elsewhere: str) -> None:
    assert sign_in(client, "maya", next=elsewhere)["Location"] == "/"
    assert client.get(LOGIN, {"next": elsewhere})["Location"] == "/"
    assert client.post("/accounts/logout/", {"next": elsewhere})["Location"] == LOGIN


def test_the_session_is_a_new_one(client: Client, maya: User) -> None:
    client.get(LOGIN)
    client.session["planted"] = "yes"
    client.session.save()
    before = client.session.session_key
    sign_in(client, "maya")
    assert client.session.session_key != before
    cookie = client.cookies["sessionid"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"


NOBODY = [
    ("nobody", "wrong"),
    ("nobody@example.org", "wrong"),
    ("maya", "wrong"),
    ("maya@example.org", "wrong"),
    ("closed", "wrong"),
    ("nopassword", "wrong"),
    ("nopassword@example.org", PASSWORD),
    ("twice@example.org", "wrong"),
    ("", "wrong"),
]


@pytest.fixture
def crowd(maya: User) -> None:
    User.objects.create_user("closed", "closed@example.org", PASSWORD, is_active=False)
    User.objects.create_user("nopassword", "nopassword@example.org", None)
    User.objects.create_user("twice@example.org", "twice@example.org", PASSWORD)


@pytest.mark.parametrize(("name", "password"), NOBODY[:-1])
def test_a_stranger_learns_nothing_about_names(
    client: Client, crowd: None, name: str, password: str
) -> None:
    """Whoever is asked for: the same page, after one hash, which is nearly all of the time."""
    CountedHasher.worked = 0
    answer = sign_in(client, name, password)
    assert CountedHasher.worked == 1
    assert answer.status_code == 200
    unknown = sign_in(Client(), "stranger", "wrong")
    assert neutral(answer, name) == neutral(unknown, "stranger")
    assert "This name and this password do not go together" in answer.text
    assert not signed_in(client)


def neutral(answer: Any, name: str) -> str:
    """A page without its token and the name that was typed."""
    text: str = re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.text)
    return text.replace(f'value="{name}"', "")


def test_a_closed_account_is_told_so_to_its_owner_alone(client: Client, crowd: None) -> None:
    answer = sign_in(client, "closed")
    assert answer["Location"] == "/accounts/inactive/"
    assert "This account is closed" in client.get(answer["Location"]).text
    assert not signed_in(client)


@pytest.mark.parametrize("field", ["login", "password"])
def test_an_empty_field_is_named(client: Client, maya: User, field: str) -> None:
    answer = client.post(LOGIN, {"login": "maya", "password": PASSWORD} | {field: ""})
    assert 'aria-invalid="true"' in answer.text
    assert f'id="id_{field}-error"' in answer.text


def test_a_password_is_never_sent_back(client: Client, maya: User) -> None:
    assert "wrongpassword" not in sign_in(client, "maya", "wrongpassword").text


def test_a_names_attempts_are_limited_from_wherever_they_come(
    client: Client, maya: User, otto: User
) -> None:
    hosts = ["localhost", "127.0.0.1:1", "testserver:2", "[::1]", "localhost:5"]
    for number, host in enumerate(hosts):
        name = "maya" if number % 2 else "Maya@example.org"
        form = {"login": name, "password": "wrong"}
        client.post(LOGIN, form, HTTP_HOST=host, REMOTE_ADDR=f"192.0.2.{number}")
    refused = client.post(LOGIN, {"login": "maya", "password": PASSWORD}, REMOTE_ADDR="192.0.2.99")
    assert "Too many attempts" in refused.text
    assert not signed_in(client)
    assert sign_in(client, "otto").status_code == 302


def test_an_addresss_attempts_are_limited_whatever_the_name(client: Client, maya: User) -> None:
    for number in range(10):
        sign_in(client, f"name{number}", "wrong")
    assert "Too many attempts" in sign_in(client, "maya").text
    elsewhere = client.post(LOGIN, {"login": "maya", "password": PASSWORD}, REMOTE_ADDR="192.0.2.1")
    assert elsewhere.status_code == 302


def test_an_unknown_names_attempts_are_limited_alike(client: Client, maya: User) -> None:
    for _ in range(5):
        sign_in(client, "stranger", "wrong")
    assert "Too many attempts" in sign_in(client, "stranger", "wrong").text


def test_success_does_not_use_up_attempts_nor_give_new_ones(client: Client, maya: User) -> None:
    for _ in range(4):
        sign_in(client, "maya", "wrong")
    for _ in range(3):
        assert sign_in(client, "maya").status_code == 302
        client.logout()
    sign_in(client, "maya", "wrong")
    assert "Too many attempts" in sign_in(client, "maya").text


def test_a_flood_at_the_door_is_answered_429(client: Client, maya: User) -> None:
    for _ in range(30):
        answer = client.post(LOGIN, {"login": "", "password": ""})
        assert answer.status_code == 200
    answer = client.post(LOGIN, {"login": "maya", "password": PASSWORD})
    assert answer.status_code == 429
    assert "Too many tries" in answer.text
    cache.clear()
    assert sign_in(client, "maya").status_code == 302


def test_signing_out_takes_a_post(client: Client, maya: User) -> None:
    client.force_login(maya)
    question = client.get("/accounts/logout/")
    assert question.status_code == 200
    assert signed_in(client)
    assert client.post("/accounts/logout/")["Location"] == LOGIN
    assert not signed_in(client)
    assert "You are signed out" in client.get(LOGIN).text


def test_posts_need_a_token(maya: User) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(LOGIN, {"login": "maya", "password": PASSWORD})
    assert answer.status_code == 403
    assert "This was not sent" in answer.text


def test_the_fields_help_password_managers(client: Client, settings: Settings, db: None) -> None:
    page = client.get(LOGIN).text
    assert re.search(r'name="login"[^>]*autocomplete="username"[^>]*autofocus', page)
    assert re.search(r'name="password"[^>]*autocomplete="current-password"', page)
    settings.SIGNUP_OPEN = True
    page = client.get("/accounts/signup/").text
    assert re.search(r'name="username"[^>]*autocomplete="username"[^>]*autofocus', page)
    assert re.search(r'type="email"\s+name="email"[^>]*autocomplete="email"', page)
    assert len(re.findall(r'autocomplete="new-password"', page)) == 2


def test_pages_are_not_kept_by_anybody(client: Client, maya: User) -> None:
    assert "no-store" in client.get(LOGIN)["Cache-Control"]
    client.force_login(maya)
    assert "no-store" in client.get("/accounts/password/change/")["Cache-Control"]
