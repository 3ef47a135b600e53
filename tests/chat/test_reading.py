"""What a page is told of a conversation while its turn ends under the reader's hands."""

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.db import connection

from conversations.chat import reading
from conversations.endpoint.parts import Outcome, Part
from conversations.models import Turn, User
from conversations.turns.accept import Ask, accept
from conversations.turns.commit import Ending, Row, store
from conversations.turns.runner import claim


@pytest.fixture
def alice(transactional_db: None) -> User:
    return User.objects.create_user("alice", password=None)


@pytest.fixture
def turn(alice: User) -> Turn:
    turn = accept(alice, Ask(uuid.uuid4(), "Why?"), "here").turn
    claim(turn, "here")
    store("here", [Row(turn.pk, 0, 2, 5, (Part({"text": "So"}),))], [], [])
    return turn


def end(turn: Turn) -> None:
    store("here", [], [], [Ending(turn.pk, Outcome("complete"), 2)])


def before_query(number: int, do: Callable[[], None]) -> AbstractContextManager[None]:
    """Do something right before the query of this number is sent."""
    sent = 0

    def watch(execute: Any, *query: Any) -> Any:
        nonlocal sent
        sent += 1
        if sent == number:
            do()
        return execute(*query)

    return connection.execute_wrapper(watch)


def test_a_running_turn_is_named(alice: User, turn: Turn) -> None:
    found = reading.whole(alice, turn.conversation_id)
    assert found["conversation"]["running"]
    assert [message["role"] for message in found["messages"]] == ["user"]
    assert found["turn"]["id"] == str(turn.pk)


def test_an_ended_turn_is_in_the_messages(alice: User, turn: Turn) -> None:
    end(turn)
    found = reading.whole(alice, turn.conversation_id)
    assert not found["conversation"]["running"]
    assert [message["role"] for message in found["messages"]] == ["user", "model"]
    assert found["messages"][-1]["turn"]["id"] == str(turn.pk)
    assert found["turn"] is None


@pytest.mark.parametrize("number", [1, 2, 3])
def test_a_turn_that_ends_meanwhile_is_not_missed(alice: User, turn: Turn, number: int) -> None:
    """Between any two of the queries: it is among the messages, or named for the page to join."""
    with before_query(number, lambda: end(turn)):
        found = reading.whole(alice, turn.conversation_id)
    turn.refresh_from_db()
    assert not turn.active
    named = {found["turn"] and found["turn"]["id"]}
    named |= {message["turn"]["id"] for message in found["messages"] if "turn" in message}
    assert str(turn.pk) in named
