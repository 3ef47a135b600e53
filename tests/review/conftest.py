"""An administration with people and what they have."""

import uuid
from collections.abc import Callable

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from conversations.models import Conversation, LedgerEntry, Message, Turn, User

TITLE, QUESTION, ANSWER = "a secret title", "a secret question", "a secret answer"
Fill = Callable[..., Turn]


@pytest.fixture(autouse=True)
def quick_pages(settings: Settings) -> None:
    """No manifest of collected files, and the least hashing."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.PASSWORD_HASHERS = ["tests.accounts.hashing.CountedHasher"]


@pytest.fixture
def boss(db: None) -> User:
    return User.objects.create_superuser("boss", "boss@example.org", "boss's long password")


@pytest.fixture
def staff(db: None) -> User:
    return User.objects.create_user("staff", "staff@example.org", "a long one", is_staff=True)


@pytest.fixture
def maya(db: None) -> User:
    return User.objects.create_user("maya", "maya@example.org", "a long one")


@pytest.fixture
def office(client: Client, boss: User) -> Client:
    """A browser of the administrator."""
    client.force_login(boss)
    return client


@pytest.fixture
def fill() -> Fill:
    """Makes a finished turn, with all that belongs to it."""

    def made(person: User, *, model: str = "gemini-2.5-pro", outcome: str = "complete") -> Turn:
        conversation = Conversation.objects.create(
            owner=person, title=TITLE, model=model, settings={"system_instruction": QUESTION}
        )
        question = Message.objects.create(
            conversation=conversation, role="user", answer_text=QUESTION
        )
        reply = Message.objects.create(
            conversation=conversation, parent=question, role="model", answer_text=ANSWER
        )
        turn = Turn.objects.create(
            conversation=conversation,
            person=person,
            question=question,
            reply=reply,
            client_id=uuid.uuid4(),
            model=model,
            settings={"system_instruction": QUESTION},
            state=Turn.State.DONE if outcome == "complete" else Turn.State.FAILED,
            outcome=outcome,
            ended_at=timezone.now(),
        )
        LedgerEntry.objects.create(
            turn_id=turn.pk,
            conversation_id=conversation.pk,
            person=person,
            username=person.username,
            model=model,
        )
        return turn

    return made
