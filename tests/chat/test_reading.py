"""What a page is told of a conversation while its turn ends under the reader's hands."""

import uuid
from collections.abc import Callable
from contextlib import AbstractContextManager
from itertools import chain
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from conversations.chat import reading
from conversations.endpoint.parts import Outcome, Part
from conversations.models import Conversation, Message, Turn, User
from conversations.turns import placing
from conversations.turns.accept import Ask, AskAgain, accept
from conversations.turns.commit import Ending, Row, store
from conversations.turns.refusals import Absent, Refusal
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


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5])
def test_a_turn_that_ends_meanwhile_is_not_missed(alice: User, turn: Turn, number: int) -> None:
    """Between any two of the queries: it is among the messages, or named for the page to join."""
    with before_query(number, lambda: end(turn)):
        found = reading.whole(alice, turn.conversation_id)
    turn.refresh_from_db()
    assert not turn.active
    named = {found["turn"] and found["turn"]["id"]}
    named |= {message["turn"]["id"] for message in found["messages"] if "turn" in message}
    assert str(turn.pk) in named


def said(alice: User, turns: int, length: int = 10) -> Conversation:
    """A conversation of so many questions and answers."""
    conversation = Conversation.objects.create(owner=alice, title="Long", model="gemini-2.5-pro")
    before = None
    for number in range(turns):
        for role in (Message.Role.USER, Message.Role.MODEL):
            before = Message.objects.create(
                conversation=conversation,
                parent=before,
                role=role,
                parts=[{"text": f"{role} {number} ".ljust(length, "x")}],
            )
    conversation.leaf = before
    conversation.save()
    return conversation


def pages(alice: User, conversation: Conversation) -> list[list[int]]:
    """The ids of what is read at once, the last part first."""
    found = reading.whole(alice, conversation.pk)
    parts = [[message["id"] for message in found["messages"]]]
    while found["earlier"] is not None:
        found = reading.earlier(alice, conversation.pk, parts[-1][0])
        parts.append([message["id"] for message in found["messages"]])
        assert parts[-1][-1] + 1 == parts[-2][0]
    return parts


def test_the_last_part_comes_first_and_the_others_on_asking(alice: User) -> None:
    conversation = said(alice, 50)
    parts = pages(alice, conversation)
    assert [len(part) for part in parts] == [40, 40, 20]
    assert sorted(chain(*parts)) == list(conversation.messages.values_list("pk", flat=True))


def test_of_long_texts_fewer_are_read_but_whole_turns(alice: User) -> None:
    parts = pages(alice, said(alice, 5, 60_000))
    assert [len(part) for part in parts] == [4, 4, 2]
    assert [len(part) for part in pages(alice, said(alice, 2, 400_000))] == [2, 2]


def test_an_empty_conversation(alice: User) -> None:
    found = reading.whole(alice, said(alice, 0).pk)
    assert (found["messages"], found["earlier"], found["turn"]) == ([], None, None)


def test_a_page_gets_all_that_it_does_not_have(alice: User) -> None:
    conversation = said(alice, 50)
    first, *_, last = conversation.messages.values_list("pk", flat=True)
    has = first + 9
    found = reading.whole(alice, conversation.pk, has)
    assert (found["messages"][0]["id"], found["messages"][-1]["id"]) == (has, last)
    assert found["earlier"] == has - 1
    other = Message.objects.create(conversation=conversation, parent_id=has, role="user")
    found = reading.whole(alice, conversation.pk, other.pk)
    assert found["messages"][0]["id"] == has, "from where its branch parts from this one"
    assert found["messages"][1]["siblings"] == [has + 1, other.pk]


def test_of_very_much_it_gets_the_last_part(alice: User) -> None:
    conversation = said(alice, 210)
    first = conversation.messages.earliest("pk").pk
    assert len(reading.whole(alice, conversation.pk, first)["messages"]) == 40


@pytest.mark.parametrize("metadata", [[], [{"groundingMetadata": {"webSearchQueries": ["x"]}}]])
def test_what_is_read_does_not_grow_with_the_conversation(
    alice: User, metadata: list[dict[str, Any]]
) -> None:
    """Every reply with its turn; the texts that sources refer to are one query more."""
    for turns in (3, 60):
        conversation = said(alice, turns)
        replies = conversation.messages.filter(role=Message.Role.MODEL)
        replies.update(metadata=metadata)
        Turn.objects.bulk_create(
            Turn(
                conversation=conversation,
                person=alice,
                question=reply.parent,
                reply=reply,
                client_id=uuid.uuid4(),
                model="gemini-2.5-pro",
                state="done",
                outcome="complete",
            )
            for reply in replies.select_related("parent")
        )
        with CaptureQueriesContext(connection) as queries:
            found = reading.whole(alice, conversation.pk)
        assert len(queries) == 6 + bool(metadata)
        assert bool(found["messages"][-1]["grounding"]) == bool(metadata)


def test_siblings_are_told_where_there_are_any(alice: User, turn: Turn) -> None:
    end(turn)
    found = reading.whole(alice, turn.conversation_id)["messages"]
    assert not any("siblings" in message for message in found)
    again = accept(alice, AskAgain(uuid.uuid4(), turn.pk), "here").turn
    running = reading.whole(alice, turn.conversation_id)
    turn.refresh_from_db()
    assert running["messages"][-1]["replies"] == [turn.reply_id]
    assert running["turn"]["id"] == str(again.pk)
    claim(again, "here")
    store("here", [], [], [Ending(again.pk, Outcome("empty"), 0)])
    again.refresh_from_db()
    last = reading.whole(alice, turn.conversation_id)["messages"][-1]
    assert last["siblings"] == [turn.reply_id, again.reply_id]


def test_a_turn_that_runs_in_another_branch_is_named(alice: User, turn: Turn) -> None:
    end(turn)
    turn.refresh_from_db()
    again = accept(alice, AskAgain(uuid.uuid4(), turn.pk), "here").turn
    placing.choose(alice, turn.conversation_id, turn.reply_id or 0)
    found = reading.whole(alice, turn.conversation_id)
    assert found["messages"][-1]["id"] == turn.reply_id
    assert found["turn"]["id"] == str(again.pk)
    assert found["conversation"]["running"]


def test_earlier_messages_are_a_person_s_own(alice: User, turn: Turn) -> None:
    bob = User.objects.create_user("bob", password=None)
    other = said(bob, 1)
    for person, conversation, message in (
        (bob, turn.conversation_id, turn.question_id),
        (bob, other.pk, turn.question_id),
        (alice, turn.conversation_id, other.leaf_id),
    ):
        with pytest.raises(Absent):
            reading.earlier(person, conversation, message or 0)


def test_a_timeline_is_there_once_the_turn_has_ended(alice: User, turn: Turn) -> None:
    with pytest.raises(Refusal, match="not_now"):
        reading.timeline(alice, turn.pk)
    end(turn)
    assert reading.timeline(alice, turn.pk) == [[5, 2]]
    bob = User.objects.create_user("bob", password=None)
    with pytest.raises(Absent):
        reading.timeline(bob, turn.pk)
