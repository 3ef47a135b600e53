"""The start of a turn: stored once, or refused with nothing stored."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from conversations.models import Conversation, Message, Turn, User
from conversations.turns.accept import (
    MESSAGE_LIMIT,
    MORE_ROOM,
    TURNS_AT_ONCE,
    Accepted,
    Ask,
    AskAgain,
    accept,
)
from conversations.turns.refusals import (
    Absent,
    Answered,
    Busy,
    Empty,
    IdReused,
    NotNow,
    OverQuota,
    Refusal,
    TooLarge,
)


def ask(text: str = "Why?", **fields: object) -> Ask:
    return Ask(uuid.uuid4(), text, **fields)  # type: ignore[arg-type]  # a test's shorthand


def end(turn: Turn) -> None:
    Turn.objects.filter(pk=turn.pk).update(state=Turn.State.DONE, outcome="complete")


def stored() -> tuple[int, int, int]:
    return Conversation.objects.count(), Message.objects.count(), Turn.objects.count()


def test_a_first_question_makes_a_conversation_named_after_it(alice: User) -> None:
    accepted = accept(alice, ask("  What is\n a monad?  And why"), "here")
    turn = Turn.objects.get()
    assert not accepted.duplicate
    assert turn.conversation.owner == alice
    assert turn.conversation.title == "What is"
    assert turn.conversation.leaf == turn.question
    assert turn.question.parts == [{"text": "  What is\n a monad?  And why"}]
    assert (turn.state, turn.owner, turn.asked_at) == ("queued", "here", None)
    assert turn.lease_until is not None


def test_the_site_s_settings_go_with_it(alice: User) -> None:
    turn = accept(alice, ask(), "here").turn
    assert turn.budget == 26240
    assert turn.settings["temperature"] == 1
    assert ["HARM_CATEGORY_CIVIC_INTEGRITY", "BLOCK_NONE"] in turn.settings["safety"]


def test_a_second_question_follows_the_leaf(alice: User) -> None:
    first = accept(alice, ask(), "here").turn
    end(first)
    second = accept(alice, ask("And then?", conversation=first.conversation_id), "here").turn
    assert second.question.parent == first.question
    assert second.conversation == first.conversation


def test_the_same_sending_is_recognised(alice: User) -> None:
    sent = ask()
    first = accept(alice, sent, "here")
    before = stored()
    again = accept(alice, sent, "there")
    assert again.duplicate
    assert again.turn == first.turn
    assert again.turn.owner == "here"
    assert stored() == before


def test_an_id_is_not_used_for_two_things(alice: User) -> None:
    sent = ask("one")
    accept(alice, sent, "here")
    with pytest.raises(IdReused):
        accept(alice, Ask(sent.client_id, "two"), "here")


def test_two_people_may_use_the_same_id(alice: User, bob: User) -> None:
    sent = ask()
    assert accept(alice, sent, "here").turn != accept(bob, sent, "here").turn


def test_one_turn_at_a_time(alice: User) -> None:
    turn = accept(alice, ask(), "here").turn
    before = stored()
    with pytest.raises(Busy):
        accept(alice, ask(conversation=turn.conversation_id), "here")
    assert stored() == before


def test_a_race_has_one_winner(alice: User) -> None:
    turn = accept(alice, ask(), "here").turn
    end(turn)

    def send(number: int) -> Accepted | Refusal:
        try:
            return accept(alice, ask(f"{number}", conversation=turn.conversation_id), "here")
        except Refusal as refusal:
            return refusal
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as threads:
        results = list(threads.map(send, range(6)))
    assert sum(isinstance(result, Accepted) for result in results) == 1
    assert sum(isinstance(result, Busy) for result in results) == 5
    assert Message.objects.count() == 2


def test_the_same_sending_from_two_sockets_at_once(alice: User) -> None:
    sent = ask()

    def send(_number: int) -> Accepted:
        try:
            return accept(alice, sent, "here")
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as threads:
        results = list(threads.map(send, range(6)))
    assert len({result.turn.pk for result in results}) == 1
    assert sum(not result.duplicate for result in results) == 1
    assert stored() == (1, 1, 1)


@pytest.mark.parametrize(
    ("text", "refusal"),
    [("", Empty), (" \n\t　", Empty), ("x" * (MESSAGE_LIMIT + 1), TooLarge)],
)
def test_what_is_refused_leaves_nothing(alice: User, text: str, refusal: type[Refusal]) -> None:
    with pytest.raises(refusal):
        accept(alice, ask(text), "here")
    assert stored() == (0, 0, 0)


def test_a_full_message_is_taken(alice: User) -> None:
    turn = accept(alice, ask("😀" * MESSAGE_LIMIT), "here").turn
    assert len(Turn.objects.get(pk=turn.pk).question.answer_text) == MESSAGE_LIMIT


def test_what_a_database_cannot_hold_is_replaced(alice: User) -> None:
    turn = accept(alice, ask("a\0b\ud83d"), "here").turn
    turn.question.refresh_from_db()
    assert turn.question.answer_text == "a\ufffdb\ufffd"


def test_someone_else_s_things_are_absent(alice: User, bob: User) -> None:
    turn = accept(alice, ask(), "here").turn
    end(turn)
    for theirs in (
        ask(conversation=turn.conversation_id),
        ask(conversation=uuid.uuid4()),
        AskAgain(uuid.uuid4(), turn.pk),
        AskAgain(uuid.uuid4(), uuid.uuid4()),
    ):
        with pytest.raises(Absent):
            accept(bob, theirs, "here")
    assert stored() == (1, 1, 1)


def test_too_many_at_once(alice: User) -> None:
    for _ in range(TURNS_AT_ONCE):
        accept(alice, ask(), "here")
    with pytest.raises(OverQuota):
        accept(alice, ask(), "here")


def test_asking_again(alice: User) -> None:
    turn = accept(alice, ask(), "here").turn
    with pytest.raises(NotNow):
        accept(alice, AskAgain(uuid.uuid4(), turn.pk), "here")
    end(turn)
    again = accept(alice, AskAgain(uuid.uuid4(), turn.pk), "here").turn
    assert again.question == turn.question
    assert again.settings == turn.settings
    end(again)
    roomier = accept(alice, AskAgain(uuid.uuid4(), turn.pk, "more_room"), "here").turn
    assert roomier.settings["max_output_tokens"] == MORE_ROOM
    end(roomier)
    with pytest.raises(Answered):
        accept(alice, AskAgain(uuid.uuid4(), turn.pk, "answer_now"), "here")
    Turn.objects.filter(pk=turn.pk).update(state=Turn.State.FAILED, outcome="out_of_tokens")
    quick = accept(alice, AskAgain(uuid.uuid4(), turn.pk, "answer_now"), "here").turn
    assert quick.budget == 128
    hows = [found.how for found in (turn, again, roomier, quick)]
    assert hows == ["ask", "same", "more_room", "answer_now"]
    assert Message.objects.count() == 1
