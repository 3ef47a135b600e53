"""A site with people, and files on their way to it as a browser sends them."""

import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import pytest
from pytest_django import DjangoDbBlocker

from conversations.models import Attachment
from tests.serving import Person, Process, Site

TOKEN = "x" * 32


@dataclass
class Sender:
    """Somebody signed in, who sends and fetches files."""

    process: Process
    person: Person
    client: httpx.Client

    def send(self, name: str, content: Any, **headers: str) -> httpx.Response:
        """Send a file. Given as an iterator, its length has to be declared by hand."""
        given = {"X-File-Name": quote(name), "X-CSRFToken": TOKEN, **headers}
        return self.client.post("/files/", content=content, headers=given)

    def sent(self, name: str, content: bytes) -> dict[str, Any]:
        """Send one that is taken."""
        answer = self.send(name, content)
        assert answer.status_code == 201, answer.text
        described: dict[str, Any] = answer.json()["file"]
        return described

    def fetch(self, file_id: str, **headers: str) -> httpx.Response:
        return self.client.get(f"/files/{file_id}", headers=headers)

    def take_back(self, file_id: str) -> httpx.Response:
        return self.client.delete(f"/files/{file_id}", headers={"X-CSRFToken": TOKEN})

    def rows(self) -> list[Attachment]:
        person = self.person.id
        return self.process.site.ask(
            lambda alias: list(Attachment.objects.using(alias).filter(owner_id=person))
        )


def sender_of(process: Process, name: str) -> Sender:
    person = process.site.add_person(f"{name}-{uuid.uuid4().hex[:8]}")
    client = process.client(f"{process.site.session(person)}; csrftoken={TOKEN}")
    return Sender(process, person, client)


def kept(site: Site) -> list[Path]:
    """Every file of the store, whole or not."""
    return [path for path in (site.folder / "files").rglob("*") if path.is_file()]


@pytest.fixture(scope="module")
def process(django_db_blocker: DjangoDbBlocker) -> Iterator[Process]:
    with django_db_blocker.unblock(), Site(env={"REHEARSAL_PACE": "0"}) as site:
        yield site.start()


@pytest.fixture
def maya(process: Process) -> Iterator[Sender]:
    sender = sender_of(process, "maya")
    yield sender
    sender.client.close()


@pytest.fixture
def otto(process: Process) -> Iterator[Sender]:
    sender = sender_of(process, "otto")
    yield sender
    sender.client.close()
