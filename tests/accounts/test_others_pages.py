"""Someone else's ids answer as absent ones do, on every page that takes an id, for every role."""

import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client

from conversations.models import (
    Attachment,
    Conversation,
    LedgerEntry,
    Message,
    Share,
    Turn,
    User,
)
from tests.accounts.routes import every_route

ADMIN_PAGES = ("", "change/", "delete/", "history/")
# What each parameter of an address names. An unlisted one fails the build.
TAKES = {
    "c/<uuid:conversation_id>": "conversation",
    "files/<uuid:file_id>": "attachment",
    "c/<uuid:conversation_id>/export.json": "conversation",
    "c/<uuid:conversation_id>/export.md": "conversation",
    "c/<uuid:conversation_id>/print": "conversation",
    "c/<uuid:conversation_id>/links": "conversation",
    "links/<uuid:link_id>/revoke": "link",
    "s/<str:token>": "",
    **{
        f"admin/conversations/{model}/<path:object_id>/{page}": model
        for model in ("conversation", "turn", "ledgerentry", "share", "user")
        for page in ADMIN_PAGES
    },
    "admin/conversations/user/<id>/password/": "user",
    **{
        f"admin/auth/group/<path:object_id>/{p}": "" for p in ("", "change/", "delete/", "history/")
    },
    "admin/r/<path:content_type_id>/<path:object_id>/": "",
    "admin/(?P<app_label>auth|conversations)/$": "",
    "admin/(?P<url>.*)$": "",
    "accounts/first/<str:token>": "",
    "words/<str:language>/<slug:look>.js": "",
    "accounts/password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$": "",
}
PAGES = [(pattern, kind) for pattern, kind in TAKES.items() if kind]
# Of the same length as the real ones, since answers tell their length.
SOMEBODY, ABSENT_NUMBER = 700_100_101, "700100200"
MALFORMED = ["x", "0", "-1", "1e3", "' or 1=1", "00000000-0000-0000-0000-00000000000g", "9" * 30]
UUIDS = ("conversation", "turn", "attachment", "link", "share")
ABSENT = {kind: str(uuid.uuid4()) for kind in UUIDS}
CHANGING = {"Content-Security-Policy", "Expires"}


@dataclass
class Things:
    """What one person has, by kind."""

    ids: dict[str, str]


def things_of(person: User) -> Things:
    conversation = Conversation.objects.create(owner=person, title=f"of {person}", model="m")
    question = Message.objects.create(conversation=conversation, role="user", answer_text="?")
    turn = Turn.objects.create(
        conversation=conversation, person=person, question=question, client_id=uuid.uuid4()
    )
    entry = LedgerEntry.objects.create(
        pk=person.pk + 1000,
        turn_id=turn.pk,
        conversation_id=conversation.pk,
        person=person,
        username=person.username,
    )
    attachment = Attachment.objects.create(
        owner=person, name="secret.txt", media_type="text/plain", size=1
    )
    link = Share.objects.create(
        conversation=conversation, owner=person, leaf=question, title="t", token=f"t{person.pk}"
    )
    made: dict[str, Any] = {
        "attachment": attachment,
        "link": link,
        "share": link,
        "conversation": conversation,
        "turn": turn,
        "ledgerentry": entry,
        "user": person,
    }
    return Things({kind: str(row.pk) for kind, row in made.items()})


@pytest.fixture
def theirs(db: None) -> Things:
    return things_of(User.objects.create(pk=SOMEBODY, username="somebody"))


@pytest.fixture(params=["member", "owner of other things", "staff without rights", "stranger"])
def role(request: pytest.FixtureRequest, client: Client, maya: User) -> Client:
    if request.param == "owner of other things":
        things_of(maya)
    elif request.param == "staff without rights":
        User.objects.filter(pk=maya.pk).update(is_staff=True)
    if request.param != "stranger":
        client.force_login(maya)
    return client


def answer_of(client: Client, pattern: str, key: str, method: str = "get") -> tuple[Any, ...]:
    """An answer without what differs between any two answers: the id, tokens, nonces."""
    address = f"/{re.sub(r'<[^>]*>', key, pattern)}"
    ask: Callable[..., Any] = getattr(client, method)
    answer = ask(address)
    text = re.sub(r'(name="csrfmiddlewaretoken" value|nonce)="[^"]*"', "", answer.text)
    headers = {name: value for name, value in answer.headers.items() if name not in CHANGING}
    return answer.status_code, *(str(part).replace(key, "ID") for part in (headers, text))


def test_every_address_with_a_parameter_is_tried() -> None:
    with_parameter = {route.pattern for route in every_route() if re.search("[<(]", route.pattern)}
    assert with_parameter == set(TAKES)


@pytest.mark.parametrize(("pattern", "kind"), PAGES)
def test_someone_elses_is_as_absent(role: Client, theirs: Things, pattern: str, kind: str) -> None:
    absent = ABSENT.get(kind, ABSENT_NUMBER)
    for method in ("get", "post", "delete"):
        found = answer_of(role, pattern, theirs.ids[kind], method)
        assert found == answer_of(role, pattern, absent, method)
        assert found[0] in {302, 403, 404, 405}


@pytest.mark.parametrize(("pattern", "kind"), PAGES)
def test_what_is_no_id_is_absent(role: Client, pattern: str, kind: str) -> None:
    for key in MALFORMED:
        assert answer_of(role, pattern, key)[0] in {302, 403, 404}


def test_ones_own_is_there(client: Client, maya: User) -> None:
    mine = things_of(maya)
    client.force_login(maya)
    assert answer_of(client, "c/<id>", mine.ids["conversation"])[0] == 200
    assert client.get("/").status_code == 200


def test_an_administrators_chat_is_a_members(client: Client, maya: User, theirs: Things) -> None:
    """What administrators may read they read in the administration, not in someone's chat."""
    User.objects.filter(pk=maya.pk).update(is_staff=True, is_superuser=True)
    client.force_login(maya)
    assert client.get(f"/c/{theirs.ids['conversation']}").status_code == 404
