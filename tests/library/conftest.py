"""People and conversations for the tests of what is kept and put in order."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from conversations.models import Conversation, Message, Turn, User
from conversations.turns.accept import Ask, accept

Make = Callable[..., Conversation]


@pytest.fixture
def alice(transactional_db: None) -> User:
    return User.objects.create_user("alice", password=None)


@pytest.fixture
def bob(transactional_db: None) -> User:
    return User.objects.create_user("bob", password=None)


@pytest.fixture
def make(alice: User) -> Make:
    """Conversations of Alice's, each a minute older than the one before."""
    now = timezone.now()
    made = 0

    def one(**fields: Any) -> Conversation:
        nonlocal made
        made += 1
        fields = {"owner": alice, "title": f"talk {made}", "model": "gemini-2.5-pro", **fields}
        fields.setdefault("updated_at", now - timedelta(minutes=made))
        return Conversation.objects.create(**fields)

    return one


@pytest.fixture
def talk(make: Make) -> Conversation:
    return make()


@pytest.fixture
def turn(alice: User) -> Turn:
    """A turn of Alice's that the process "here" has, not asked upstream yet."""
    return accept(alice, Ask(uuid.uuid4(), "1+2+3+4+5+....+999?"), "here").turn


def filled(conversation: Conversation, number: int) -> None:
    """So many messages, each a reply to the one before, and a turn for every other one."""
    parent: Message | None = None
    for at in range(number):
        role = "model" if at % 2 else "user"
        message = Message.objects.create(
            conversation=conversation, parent=parent, role=role, answer_text=f"said {at}"
        )
        if parent is not None and role == "model":
            Turn.objects.create(
                conversation=conversation,
                person=conversation.owner,
                question=parent,
                reply=message,
                client_id=uuid.uuid4(),
                model="gemini-2.5-pro",
                state="done",
                outcome="complete",
            )
        parent = message
    Conversation.every.filter(pk=conversation.pk).update(leaf=parent)
