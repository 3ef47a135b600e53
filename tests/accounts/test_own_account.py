"""Making an account, changing a password, getting a new one by mail."""

import re

import pytest
from django.core import mail
from django.test import Client
from pytest_django import Settings

from chatsite.accounts import NO_MAIL
from conversations.models import User
from tests.accounts.conftest import PASSWORD

SIGNUP, CHANGE = "/accounts/signup/", "/accounts/password/change/"
RESET = "/accounts/password/reset/"
NEW = {"password1": "another long one", "password2": "another long one"}


@pytest.fixture
def opened(settings: Settings) -> None:
    settings.SIGNUP_OPEN = True


@pytest.fixture
def no_mail(settings: Settings) -> None:
    """As it is where EMAIL_URL is not set; the tests' own mail is on otherwise."""
    settings.EMAIL_BACKEND = NO_MAIL


def test_nobody_makes_their_own_account_unless_told_so(client: Client, db: None) -> None:
    for answer in (client.get(SIGNUP), client.post(SIGNUP, {"username": "new"} | NEW)):
        assert "Ask the administrator" in answer.text
        assert "password1" not in answer.text
    assert not User.objects.exists()
    assert SIGNUP not in client.get("/accounts/login/").text


def test_an_own_account_is_a_members(client: Client, opened: None, db: None) -> None:
    assert SIGNUP in client.get("/accounts/login/").text
    form = {"username": "new", "email": "New@Example.org", "is_staff": "on", "is_superuser": "on"}
    answer = client.post(SIGNUP, form | NEW)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    made = User.objects.get()
    assert (made.username, made.email) == ("new", "new@example.org")
    assert not made.is_staff
    assert not made.is_superuser
    assert client.session["_auth_user_id"] == str(made.pk)


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"username": "maya"}, "taken"),
        ({"username": "Maya"}, "taken"),
        ({"username": "otto@example.org"}, "A username has no @"),
        ({"email": "MAYA@example.org"}, "There is an account with this address"),
        ({"password1": "short", "password2": "short"}, "too short"),
        ({"password2": "different"}, "same password"),
        ({"username": "a b"}, "valid username"),
        ({"username": ""}, "required"),
    ],
)
def test_what_is_wrong_with_an_own_account_is_told(
    client: Client, opened: None, maya: User, wrong: dict[str, str], told: str
) -> None:
    answer = client.post(SIGNUP, {"username": "new", "email": "new@example.org"} | NEW | wrong)
    assert answer.status_code == 200
    assert told in answer.text
    assert 'aria-invalid="true"' in answer.text
    assert User.objects.count() == 1


def test_changing_the_password_ends_the_other_sessions(client: Client, maya: User) -> None:
    elsewhere = Client()
    elsewhere.force_login(maya)
    client.force_login(maya)
    answer = client.post(CHANGE, {"oldpassword": PASSWORD} | NEW)
    assert answer.status_code == 302
    assert "Your password is changed" in client.get(answer["Location"]).text
    assert client.get(CHANGE).status_code == 200
    assert elsewhere.get(CHANGE).status_code == 302
    maya.refresh_from_db()
    assert maya.check_password("another long one")


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"oldpassword": "wrong"}, "This is not your current password"),
        ({"oldpassword": ""}, "required"),
        ({"password2": "different"}, "same password"),
        ({"password1": "maya@example", "password2": "maya@example"}, "too similar"),
    ],
)
def test_a_password_that_cannot_be_changed(
    client: Client, maya: User, form: dict[str, str], told: str
) -> None:
    client.force_login(maya)
    answer = client.post(CHANGE, {"oldpassword": PASSWORD} | NEW | form)
    assert answer.status_code == 200
    assert told in answer.text
    assert PASSWORD not in answer.text
    maya.refresh_from_db()
    assert maya.check_password(PASSWORD)


def test_guessing_the_current_password_is_limited(client: Client, maya: User) -> None:
    client.force_login(maya)
    answers = [client.post(CHANGE, {"oldpassword": f"guess {n}"} | NEW) for n in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]


@pytest.mark.parametrize("path", ["", "done/", "key/1-abc/", "key/done/"])
def test_there_is_no_reset_where_no_mail_is_sent(
    client: Client, no_mail: None, maya: User, path: str
) -> None:
    assert client.get(RESET + path).status_code == 404
    assert client.post(RESET + path, {"email": maya.email}).status_code == 404
    assert RESET not in client.get("/accounts/login/").text
    client.force_login(maya)
    assert RESET not in client.get(CHANGE).text


def test_a_new_password_by_mail(client: Client, maya: User) -> None:
    assert RESET in client.get("/accounts/login/").text
    assert client.post(RESET, {"email": "Maya@example.org"}).status_code == 302
    (letter,) = mail.outbox
    assert letter.to == ["maya@example.org"]
    assert "maya" in letter.body
    link = re.search(r"http://testserver(\S+)", str(letter.body))
    assert link is not None
    chosen = client.get(link[1])
    page = client.get(chosen["Location"])
    assert "Choose a new password" in page.text
    assert client.post(chosen["Location"], NEW)["Location"] == f"{RESET}key/done/"
    maya.refresh_from_db()
    assert maya.check_password("another long one")
    assert "This link is no longer good" in Client().get(link[1]).text


def test_a_reset_tells_a_stranger_nothing(client: Client, maya: User) -> None:
    known = client.post(RESET, {"email": "maya@example.org"})
    unknown = Client().post(RESET, {"email": "nobody@example.org"})
    assert (known.status_code, known["Location"]) == (unknown.status_code, unknown["Location"])
    letters = {letter.to[0]: letter.body for letter in mail.outbox}
    assert "http" not in letters["nobody@example.org"]


@pytest.mark.parametrize(
    "path", ["", "email/", "confirm-email/", "reauthenticate/", "3rdparty/", "login/code/confirm/"]
)
def test_allauths_other_pages_are_absent(client: Client, maya: User, path: str) -> None:
    assert client.get(f"/accounts/{path}").status_code == 404
    client.force_login(maya)
    assert client.get(f"/accounts/{path}").status_code == 404
