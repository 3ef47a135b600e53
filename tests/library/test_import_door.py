"""The door of the import page, over HTTP and on either database: what is not let in is answered
with a status and a sentence and changes nothing, and a good file is taken in right after it."""

import asyncio
import contextlib
import itertools
import json
import socket
import time
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from django.apps import apps
from django.test import AsyncRequestFactory
from pytest_django import DjangoDbBlocker

from conversations.chat import importing
from conversations.chat.streams import BODY
from conversations.library.complaints import Broken
from conversations.models import Attachment, Conversation, Message
from tests.files.conftest import TOKEN, kept, sender_of
from tests.library.search.conftest import KINDS
from tests.prepared import copy_of
from tests.serving import Person, Process, Site

WHEN = "2026-01-01T00:00:00Z"
PATIENCE = 20
Json = Any


@pytest.fixture(scope="module", params=KINDS)
def process(
    request: pytest.FixtureRequest, django_db_blocker: DjangoDbBlocker
) -> Iterator[Process]:
    there = request.param == "postgresql"
    address = copy_of(request.getfixturevalue("postgres_url")) if there else ""
    with django_db_blocker.unblock(), Site(database_url=address) as site:
        yield site.start()


@dataclass
class Visitor:
    """Somebody signed in, who brings files."""

    process: Process
    person: Person
    client: httpx.Client

    def bring(self, content: bytes | Json, **headers: str) -> httpx.Response:
        data = content if isinstance(content, bytes) else written(content)
        return self.client.post(
            "/import", content=data, headers={"X-CSRFToken": TOKEN, "X-File-Name": "a", **headers}
        )

    def conversations(self) -> list[Conversation]:
        person = self.person.id
        return self.process.site.ask(
            lambda alias: list(Conversation.objects.using(alias).filter(owner_id=person))
        )


@pytest.fixture
def visitor(process: Process) -> Iterator[Callable[[], Visitor]]:
    """Somebody new: a person may not come often in a minute."""
    with contextlib.ExitStack() as clients:

        def new() -> Visitor:
            sender = sender_of(process, "visitor")
            return Visitor(process, sender.person, clients.enter_context(sender.client))

        yield new


@pytest.fixture
def otto(visitor: Callable[[], Visitor]) -> Visitor:
    return visitor()


@dataclass
class Ids:
    """Of what somebody else has here."""

    person: int
    conversation: str
    file: str
    message: int


@pytest.fixture
def theirs(visitor: Callable[[], Visitor]) -> Ids:
    maya = visitor()
    assert maya.bring(talk()).status_code == 200
    (row,) = maya.conversations()
    file, message = maya.process.site.ask(
        lambda alias: (
            Attachment.objects.using(alias).get(conversation=row.pk).pk,
            Message.objects.using(alias).filter(conversation=row.pk).latest("pk").pk,
        )
    )
    return Ids(maya.person.id, str(row.pk), str(file), message)


def talk() -> Json:
    """A good export: a question with a file, and its answer."""
    asked = [{"text": "How long is it?"}, {"attachment": {"id": "f"}}]
    return {
        "format": "thinkalong-conversation",
        "version": 1,
        "exported": WHEN,
        "conversation": {"title": "A river", "model": "m", "created": WHEN, "updated": WHEN},
        "attachments": [
            {"id": "f", "name": "a.txt", "type": "text/plain", "size": 2, "created": WHEN}
            | {"data": "aGk="}
        ],
        "messages": [
            {"id": 1, "role": "user", "created": WHEN, "parts": asked},
            {"id": 2, "parent": 1, "role": "model", "created": WHEN, "parts": [{"text": "Long."}]},
        ],
        "turns": [
            {"question": 1, "reply": 2, "model": "m", "outcome": "complete", "accepted": WHEN}
        ],
    }


def written(document: Json) -> bytes:
    """With a value a line, so that a line says where."""
    return json.dumps(document, indent=1).encode()


def everything(site: Site) -> Any:
    """All that the product stores, of anybody, and the files beside it."""
    models = list(apps.get_app_config("conversations").get_models())

    def rows(alias: str) -> dict[str, list[str]]:
        return {
            model.__name__: sorted(map(repr, model._base_manager.using(alias).values_list()))
            for model in models
        }

    return site.ask(rows), sorted(kept(site))


@contextlib.contextmanager
def unchanged(visitor: Visitor) -> Iterator[None]:
    """Nothing is changed; the server has not stumbled; a good file is taken in afterwards."""
    site = visitor.process.site
    before = everything(site)
    yield
    assert everything(site) == before
    assert "Traceback" not in visitor.process.output(), visitor.process.output()[-3000:]
    good = visitor.bring(talk())
    assert (good.status_code, good.json()["imported"]) == (200, 1), good.text
    assert [row.title for row in visitor.conversations()] == ["A river"]


def told(answer: httpx.Response) -> tuple[int, int | None]:
    """The status, and the line that is complained of; what is said can be read at a glance."""
    said = answer.json()
    assert said["message"].endswith(" Nothing was imported.")
    assert "\n" not in said["message"]
    assert len(said["message"]) < 400
    return answer.status_code, said["line"]


# --- who comes, and with what in hand ---


def test_somebody_without_a_session_is_led_to_the_page_for_it(otto: Visitor) -> None:
    with unchanged(otto), otto.process.client(f"csrftoken={TOKEN}") as client:
        answer = client.post("/import", content=written(talk()), headers={"X-CSRFToken": TOKEN})
        assert answer.status_code == 302
        assert answer.headers["Location"] == "/accounts/login/?next=/import"


def test_another_site_s_form_is_refused(otto: Visitor) -> None:
    with unchanged(otto):
        for headers in (
            {"X-CSRFToken": ""},
            {"X-CSRFToken": "y" * 32},
            {"Origin": "http://evil.example"},
            {"Origin": "null"},
        ):
            answer = otto.bring(talk(), **headers)
            assert answer.status_code == 403, headers


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "DELETE"])
def test_it_only_takes_what_is_posted(otto: Visitor, method: str) -> None:
    with unchanged(otto):
        answer = otto.client.request(method, "/import", headers={"X-CSRFToken": TOKEN})
        assert answer.status_code == 405


def test_who_comes_too_often_is_told_to_wait(otto: Visitor, visitor: Callable[[], Visitor]) -> None:
    with unchanged(visitor()):
        statuses = set()
        for _time in range(2 * importing.MOST_A_MINUTE + 1):  # the minute may end in between
            answer = otto.bring(b"{}")
            statuses.add(answer.status_code)
        assert statuses == {422, 429}
        assert answer.json()["message"]


# --- how much ---


def begun(visitor: Visitor, head: str) -> socket.socket:
    """A line on which an import is begun by hand."""
    line = socket.create_connection(("127.0.0.1", visitor.process.port), timeout=PATIENCE)
    cookie, origin = visitor.client.headers["Cookie"], visitor.process.origin
    line.sendall(
        (
            f"POST /import HTTP/1.1\r\nHost: {origin.removeprefix('http://')}\r\n"
            f"Cookie: {cookie}\r\nOrigin: {origin}\r\nX-CSRFToken: {TOKEN}\r\n{head}\r\n"
        ).encode()
    )
    return line


def test_too_large_a_file_is_refused_before_a_byte_of_it_came(otto: Visitor) -> None:
    with unchanged(otto), begun(otto, f"Content-Length: {importing.LARGEST + 1}\r\n") as line:
        answer = line.recv(65536).decode()
        assert answer.startswith("HTTP/1.1 413 ")
        assert "The file is larger than 100 MB. Nothing was imported." in answer


def test_an_endless_file_is_refused(otto: Visitor) -> None:
    with unchanged(otto), begun(otto, "Transfer-Encoding: chunked\r\n") as line:
        with contextlib.suppress(OSError):
            for _ in range(300):
                line.sendall(b"10000\r\n" + b" " * 0x10000 + b"\r\n")
        with contextlib.suppress(OSError):
            assert line.recv(65536).startswith(b"HTTP/1.1 413 ")


def test_only_so_many_are_read_at_a_time(otto: Visitor, visitor: Callable[[], Visitor]) -> None:
    slow, quick = [[visitor() for _ in range(importing.MOST_AT_ONCE)] for _ in "ab"]
    with unchanged(otto):
        with contextlib.ExitStack() as lines:
            for each in slow:
                line = lines.enter_context(begun(each, "Content-Length: 900\r\n"))
                line.sendall(b"a little")
            until(503, quick)
        until(422, quick)


def until(status: int, people: list[Visitor]) -> None:
    """Bring what is none until it is answered so: lines are taken up, and left, in their time."""
    deadline = time.monotonic() + PATIENCE
    for each in itertools.cycle(people):
        answer = each.bring(b"{}")
        if answer.status_code == status:
            told(answer)
            return
        assert time.monotonic() < deadline, answer.text
        time.sleep(0.1)


def test_half_of_a_file_is_none() -> None:
    """The line broke where a conversation of many had ended: the others are missed."""
    lines = json.dumps(talk()).encode() + b"\n"

    async def pieces() -> AsyncIterator[bytes]:
        yield lines

    def request(length: int) -> Any:
        made = AsyncRequestFactory().post("/import", bytes(length), "application/octet-stream")
        made.scope = {**made.scope, BODY: pieces()}
        return made

    assert asyncio.run(importing._body(request(len(lines)))) == lines
    with pytest.raises(Broken) as broken:
        asyncio.run(importing._body(request(2 * len(lines))))
    assert importing.complaint(broken.value)["message"] == (
        "The line broke before the file was here. Try again. Nothing was imported."
    )


# --- what is in it ---

GOOD = written(talk())
LINES = GOOD.count(b"\n") + 1
BROKEN = {
    "nothing": (b"", 1),
    "half a file": (GOOD[:-2], LINES - 1),
    "a word too many": (GOOD.replace(b'"turns"', b'oops, "turns"'), 49),
    "a comma too many": (GOOD.replace(b'"A river",', b'"A river",,'), 6),
    "a byte that is none": (GOOD.replace(b"A river", b"A \0river"), 6),
    "bytes that are no text": (GOOD.replace(b"A river", b"A r\xefver"), 6),
    "a number without end": (b'{"a":\n' + b"9" * 100_000 + b",\n oops}", 3),
    "a form of the browser's": (b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n{}', 1),
    "a page": (b"<!doctype html><script>alert(1)</script>", 1),
    "two, the second broken": (json.dumps(talk()).encode() + b"\n" + b'{"format":', 2),
    "lists in lists": (b"[" * 1_000_000, 1),
    "objects in objects": (b'{"messages":' * 100_000 + b"1" + b"}" * 100_000, 1),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_file_is_refused_with_its_line(otto: Visitor, name: str) -> None:
    data, line = BROKEN[name]
    with unchanged(otto):
        assert told(otto.bring(data)) == (422, line)


def nested(depth: int) -> bytes:
    return GOOD.replace(b'"How long is it?"', b"[" * depth + b"]" * depth)


def circle(document: Json, length: int) -> None:
    """Each message is said to answer the next, and the last the first."""
    document["messages"] = [
        {"id": at, "parent": at % length + 1, "role": "user", "created": WHEN, "parts": []}
        for at in range(1, length + 1)
    ]
    document["turns"] = []


def keys(count: int) -> Json:
    return {f"key {number}": number for number in range(count)}


def named(document: Json, file: Json) -> None:
    document["messages"][0]["parts"][1]["attachment"]["id"] = file


HOSTILE: dict[str, Callable[[Json, Ids], Any]] = {
    "nested a little too deep": lambda _d, _ids: nested(200),
    "nested without end": lambda _d, _ids: nested(200_000),
    "a circle of thousands": lambda d, _ids: circle(d, 5000),
    "a circle of two": lambda d, _ids: circle(d, 2),
    "under somebody else's message": lambda d, ids: d["messages"][0].update(parent=ids.message),
    "somebody else's message on show": lambda d, ids: d["conversation"].update(
        leaf=ids.message + 2
    ),
    "in place of somebody else's message": lambda d, ids: d["messages"][1].update(
        id=ids.message + 2
    ),
    "a turn of somebody else's": lambda d, ids: d["turns"][0].update(reply=ids.message + 2),
    "in somebody else's conversation": lambda d, ids: d["conversation"].update(id=ids.conversation),
    "as somebody else": lambda d, ids: d["conversation"].update(owner=ids.person),
    "with somebody else's file": lambda d, ids: named(d, ids.file),
    "a file under a name that is none": lambda d, _ids: named(d, ["f"]),
    "thousands of unknown keys": lambda d, _ids: d.update(keys(50_000)),
    "thousands of keys in a message": lambda d, _ids: d["messages"][0].update(keys(50_000)),
    "thousands of settings": lambda d, _ids: d["conversation"].update(settings=keys(50_000)),
    "a key of a million characters": lambda d, _ids: d.update({"k" * 10**6: 1}),
    "a key that breaks the line": lambda d, _ids: d["turns"][0].update({"a\0\r\n\u2028`b[1].c": 1}),
    "a million characters for a title": lambda d, _ids: d["conversation"].update(title="x" * 10**6),
    "a million characters for a role": lambda d, _ids: d["messages"][0].update(role="x" * 10**6),
    "a number beyond all": lambda d, _ids: d["messages"][0].update(id=10**300),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_export_is_refused(otto: Visitor, theirs: Ids, name: str) -> None:
    document = talk()
    data = HOSTILE[name](document, theirs) or written(document)
    with unchanged(otto):
        status, line = told(otto.bring(data))
        assert status == 422
        assert line is not None
        assert 1 <= line <= data.count(b"\n") + 1


@pytest.mark.parametrize("where", [*talk()])
def test_a_value_of_another_type_is_refused(otto: Visitor, where: str) -> None:
    with unchanged(otto):
        values: list[Json] = [None, True, 7, -1.5, "x", [], {}, [None], [[]], {"x": []}]
        for value in values:
            status, line = told(otto.bring({**talk(), where: value}))
            assert status == 422, value
            assert line is not None


# --- what is let in, and does no harm ---


def test_what_no_database_holds_is_replaced(otto: Visitor, theirs: Ids) -> None:
    """PostgreSQL takes no NUL in a text, and none in JSON."""
    document = talk()
    document["conversation"].update(
        title="A\0river", model="\0", folder="\0", settings={"system_instruction": "\0"}
    )
    document["attachments"][0].update(id="f\0", name="\0a.txt", type="\0")
    named(document, "f\0")
    document["messages"][1]["parts"][0].update(text="L\0ng", **{"k\0": "\0"})
    document["messages"][1]["metadata"] = [{"\0": ["\0"]}]
    document["turns"][0].update(model="\0", detail="\0", reason="\0", response_id="\0")
    answer = otto.bring(document, **{"X-File-Name": "a%00%ff.json"})
    assert answer.status_code == 200, answer.text
    (row,) = otto.conversations()
    assert row.title == "A\ufffdriver"
    page = otto.client.get(f"/c/{row.pk}/export.json")
    assert page.status_code == 200
    assert "L\ufffdng" in page.text
    assert "\\u0000" not in page.text


def test_a_file_is_not_had_by_its_name(otto: Visitor, theirs: Ids) -> None:
    """Whoever says that somebody else's file was lost has a file that is lost."""
    document = talk()
    document["attachments"][0].update(id=theirs.file, data=None)
    named(document, theirs.file)
    assert otto.bring(document).status_code == 200
    (row,) = otto.conversations()
    file = otto.process.site.ask(
        lambda alias: Attachment.objects.using(alias).get(conversation=row.pk)
    )
    assert (str(file.pk) == theirs.file, file.owner_id) == (False, otto.person.id)
    for each in (file.pk, uuid.UUID(theirs.file)):
        assert otto.client.get(f"/files/{each}").status_code == 404
    assert "aGk=" not in otto.client.get(f"/c/{row.pk}/export.json").text


def test_it_is_only_the_person_s_own_that_is_known_again(otto: Visitor, theirs: Ids) -> None:
    """That somebody else has the same is not told."""
    assert otto.bring(talk()).json()["imported"] == 1
    again = otto.bring(talk())
    assert (again.json()["imported"], again.json()["known"]) == (0, 1)
    assert otto.client.get(f"/c/{theirs.conversation}/export.json").status_code == 404
