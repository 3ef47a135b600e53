"""The message tree: questions edited, answers asked again and gone on with, branches chosen."""

import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from conversations.endpoint.parts import Outcome, Part
from conversations.models import Conversation, Message, Turn, User
from conversations.models.tree import Tree
from conversations.turns import placing
from conversations.turns.accept import GO_ON, Accepted, Ask, AskAgain, accept
from conversations.turns.commit import Ended, Ending, Row, store
from conversations.turns.history import path, request_for
from conversations.turns.news import Changed
from conversations.turns.recovery import take
from conversations.turns.refusals import Absent, Answered, Busy, NotNow
from conversations.turns.runner import claim


def asked(person: User, text: str = "Why?", **fields: object) -> Turn:
    return accept(person, Ask(uuid.uuid4(), text, **fields), "here").turn  # type: ignore[arg-type]  # a test's shorthand


def again(person: User, turn: Turn, how: str = "same") -> Accepted:
    return accept(person, AskAgain(uuid.uuid4(), turn.pk, how), "here")


def answered(turn: Turn, text: str = "So", outcome: Outcome | None = None) -> Turn:
    """The turn, ended with this answer."""
    return ended(turn, text, outcome).turn


def ended(turn: Turn, text: str = "So", outcome: Outcome | None = None) -> Ended:
    claim(turn, "here")
    row = Row(turn.pk, 0, len(text), 5, (Part({"text": text}),))
    ending = Ending(turn.pk, outcome or Outcome("complete"), len(text))
    return store("here", [row] if text else [], [], [ending]).ended[turn.pk]


def leaf(turn: Turn) -> int | None:
    return Conversation.objects.get(pk=turn.conversation_id).leaf_id


def shown(turn: Turn) -> list[str]:
    """The texts on show."""
    conversation = Conversation.objects.get(pk=turn.conversation_id)
    return [message.answer_text for message in conversation.path_to(conversation.leaf_id)]


def test_the_way_to_a_message_and_its_siblings() -> None:
    tree = Tree({1: None, 2: 1, 3: 2, 4: 3, 5: 1, 6: None})
    assert tree.path(4) == [1, 2, 3, 4]
    assert tree.path(None) == tree.path(99) == []
    assert tree.siblings(2) == [2, 5]
    assert tree.siblings(6) == [1, 6]
    assert tree.following(5) == []
    assert 6 in tree
    assert None not in tree


def test_what_was_last_on_show_below_a_message() -> None:
    tree = Tree({1: None, 2: 1, 3: 2, 4: 1, 5: 2, 6: 4})
    assert tree.last_on_show(1, {}) == 6
    assert tree.last_on_show(1, {"1": 2}) == 5
    assert tree.last_on_show(1, {"1": 2, "2": 3}) == 3
    assert tree.last_on_show(1, {"1": 99}) == 6, "a way that is gone is none"
    assert tree.last_on_show(1, {}, asked=1) == 1, "its newest answer is still to come"
    assert tree.last_on_show(1, {"1": 2}, asked=1) == 5


def test_an_edited_question_is_a_sibling_at_any_depth(alice: User) -> None:
    first = answered(asked(alice, "one"))
    here = first.conversation_id
    second = answered(asked(alice, "two", conversation=here))
    other = asked(alice, "two and a half", conversation=here, edits=second.question_id)
    assert other.question.parent_id == second.question.parent_id == first.reply_id
    assert shown(other) == ["one", "So", "two and a half"]
    answered(other)
    root = answered(asked(alice, "ONE", conversation=here, edits=first.question_id))
    assert root.question.parent_id is None
    assert shown(root) == ["ONE", "So"]
    assert Message.objects.count() == 8


def test_what_cannot_be_edited(alice: User, bob: User) -> None:
    turn = asked(alice)
    with pytest.raises(Busy):
        asked(alice, "other", conversation=turn.conversation_id, edits=turn.question_id)
    turn = answered(turn)
    other = answered(asked(bob))
    for conversation, message in (
        (turn.conversation_id, turn.reply_id),
        (turn.conversation_id, other.question_id),
        (other.conversation_id, other.question_id),
        (turn.conversation_id, 2**62),
    ):
        with pytest.raises(Absent):
            asked(alice, "other", conversation=conversation, edits=message)
    assert Message.objects.count() == 4


def test_the_same_edit_is_recognised(alice: User) -> None:
    turn = answered(asked(alice))
    edit = Ask(uuid.uuid4(), "other", turn.conversation_id, edits=turn.question_id)
    first = accept(alice, edit, "here")
    assert accept(alice, edit, "there").duplicate
    assert first.question["siblings"] == [turn.question_id, first.turn.question_id]
    assert first.question["replies"] == []


def test_two_edits_at_once_have_one_winner(alice: User) -> None:
    turn = answered(asked(alice))

    def edit(number: int) -> bool:
        try:
            asked(alice, f"{number}", conversation=turn.conversation_id, edits=turn.question_id)
        except Busy:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(6) as threads:
        assert sum(threads.map(edit, range(6))) == 1
    assert Message.objects.count() == 3


def test_a_question_follows_the_branch_that_its_writer_saw(alice: User) -> None:
    first = answered(asked(alice, "one"))
    here = first.conversation_id
    second = answered(again(alice, first).turn, "Thus")
    placing.choose(alice, here, first.reply_id or 0)
    late = asked(alice, "two", conversation=here, after=second.reply_id)
    assert shown(late) == ["one", "Thus", "two"]
    answered(late, "Well")
    later = asked(alice, "three", conversation=here, after=second.reply_id)
    assert shown(later) == ["one", "Thus", "two", "Well", "three"], "nothing said is put aside"


def test_any_answer_can_be_asked_again(alice: User) -> None:
    first = answered(asked(alice, "one"))
    second = answered(asked(alice, "two", conversation=first.conversation_id))
    accepted = again(alice, first)
    assert accepted.question["replies"] == [first.reply_id]
    assert shown(first) == ["one"]
    third = answered(accepted.turn, "Thus")
    assert shown(first) == ["one", "Thus"]
    placing.choose(alice, first.conversation_id, first.reply_id or 0)
    assert leaf(first) == second.reply_id
    placing.choose(alice, first.conversation_id, third.reply_id or 0)
    assert leaf(first) == third.reply_id


def test_a_choice_brings_back_what_was_last_on_show_there(alice: User) -> None:
    first = answered(asked(alice, "one"))
    here = first.conversation_id
    second = answered(asked(alice, "two", conversation=here))
    newer = answered(again(alice, second).turn, "Thus")
    chosen = placing.choose(alice, here, second.reply_id or 0)
    assert isinstance(chosen, Changed)
    assert chosen.conversation["leaf"] == second.reply_id
    other = answered(asked(alice, "ONE", conversation=here, edits=first.question_id))
    assert leaf(first) == other.reply_id
    placing.choose(alice, here, first.question_id)
    assert leaf(first) == second.reply_id, "and not the newest"
    assert placing.choose(alice, here, first.question_id) is None, "that is no news"
    placing.choose(alice, here, newer.reply_id or 0)
    placing.choose(alice, here, other.question_id)
    placing.choose(alice, here, first.question_id)
    assert leaf(first) == newer.reply_id


def test_a_new_question_takes_back_the_choices_on_its_way(alice: User) -> None:
    first = answered(asked(alice, "one"))
    here = first.conversation_id
    answered(asked(alice, "ONE", conversation=here, edits=first.question_id))
    placing.choose(alice, here, first.question_id)
    assert Conversation.objects.get().choices == {"": first.question_id}
    third = answered(asked(alice, "1", conversation=here, edits=first.question_id))
    assert Conversation.objects.get().choices == {}
    assert leaf(first) == third.reply_id


def test_someone_else_s_branch_is_absent(alice: User, bob: User) -> None:
    turn = answered(asked(alice))
    other = answered(asked(bob))
    for conversation, message in (
        (turn.conversation_id, turn.question_id),
        (other.conversation_id, turn.question_id),
        (uuid.uuid4(), turn.question_id),
    ):
        with pytest.raises(Absent):
            placing.choose(bob, conversation, message)


def test_a_choice_while_a_turn_runs_is_kept_at_its_end(alice: User) -> None:
    first = answered(asked(alice, "one"))
    running = again(alice, first).turn
    placing.choose(alice, first.conversation_id, first.reply_id or 0)
    assert leaf(first) == first.reply_id
    answered(running)
    assert leaf(first) == first.reply_id


def test_the_answer_that_is_coming_can_be_chosen(alice: User) -> None:
    first = answered(asked(alice, "one"))
    running = again(alice, first).turn
    placing.choose(alice, first.conversation_id, first.reply_id or 0)
    placing.choose(alice, first.conversation_id, first.question_id)
    assert leaf(first) == first.question_id
    running = answered(running)
    assert leaf(first) == running.reply_id


def test_choices_at_once_end_in_one_of_them(alice: User) -> None:
    first = answered(asked(alice, "one"))
    replies = [first.reply_id or 0]
    replies += [answered(again(alice, first).turn).reply_id or 0 for _ in range(5)]

    def choose(message: int) -> None:
        placing.choose(alice, first.conversation_id, message)
        connection.close()

    with ThreadPoolExecutor(6) as threads:
        list(threads.map(choose, replies))
    found = Conversation.objects.get()
    assert found.leaf_id in replies
    assert found.choices == {str(first.question_id): found.leaf_id}


CUT = Outcome("cut_off", "partial", retryable=True)


def test_an_answer_is_gone_on_with(alice: User) -> None:
    turn = answered(asked(alice, "one"), "Once upon", CUT)
    on = again(alice, turn, "continue").turn
    assert on.how == "continue"
    assert (on.question.kind, on.question.parent_id) == ("continue", turn.reply_id)
    assert on.question.answer_text == "", "a search does not find what nobody wrote"
    assert accept(alice, AskAgain(on.client_id, turn.pk, "continue"), "here").duplicate
    contents = request_for(on).contents
    assert [content.role for content in contents] == ["user", "model", "user"]
    assert contents[-1].parts[0].text == GO_ON
    answered(on, " a time")
    assert Message.objects.filter(kind="continue").count() == 1


@pytest.mark.parametrize("outcome", [Outcome("complete"), Outcome("stopped"), Outcome("empty")])
def test_what_has_nothing_to_go_on_with(alice: User, outcome: Outcome) -> None:
    turn = answered(asked(alice), "", outcome)
    with pytest.raises(NotNow):
        again(alice, turn, "continue")
    assert Message.objects.count() == 2


def test_what_goes_on_is_not_edited(alice: User) -> None:
    turn = answered(asked(alice, "one"), "Once upon", CUT)
    on = answered(again(alice, turn, "continue").turn)
    with pytest.raises(Absent):
        asked(alice, "no", conversation=turn.conversation_id, edits=on.question_id)


def test_an_answer_at_once_follows_the_stop_in_one_commit(alice: User) -> None:
    turn = asked(alice)
    wish = AskAgain(uuid.uuid4(), turn.pk, "answer_now")
    for _twice in range(2):
        accepted = accept(alice, wish, "here")
        assert accepted.wished
        assert accepted.turn == turn
    turn.refresh_from_db()
    assert turn.stop_requested
    again(alice, turn, "answer_now")
    found = ended(turn, "", Outcome("stopped"))
    assert found.follower is not None
    next_ = found.follower.turn
    assert (next_.how, next_.state, next_.owner) == ("answer_now", "queued", "here")
    assert (next_.client_id, next_.budget) == (wish.client_id, 128)
    assert leaf(turn) == next_.question_id == turn.question_id
    assert found.follower.question["replies"] == [found.turn.reply_id]
    assert accept(alice, wish, "here").duplicate
    assert Turn.objects.count() == 2


def test_an_answer_that_came_first_is_not_asked_for_again(alice: User) -> None:
    turn = asked(alice)
    wish = AskAgain(uuid.uuid4(), turn.pk, "answer_now")
    accept(alice, wish, "here")
    assert ended(turn).follower is None
    with pytest.raises(Answered):
        accept(alice, wish, "here")
    assert Turn.objects.count() == 1


def test_a_wish_outlives_its_process(alice: User) -> None:
    turn = asked(alice)
    claim(turn, "here")
    again(alice, turn, "answer_now")
    Turn.objects.update(lease_until=None)
    taken = take(turn.pk, "there")
    assert taken is not None
    assert taken.turn.outcome == "interrupted"
    assert taken.follower is not None
    assert taken.follower.turn.owner == "there"


def test_a_wish_whose_id_was_used_does_not_keep_a_turn_from_its_end(alice: User) -> None:
    turn = asked(alice)
    wish = AskAgain(uuid.uuid4(), turn.pk, "answer_now")
    accept(alice, wish, "here")
    accept(alice, Ask(wish.client_id, "something else"), "here")
    found = ended(turn, "", Outcome("stopped"))
    assert found.turn.state == "stopped"
    assert found.follower is None


def test_a_follow_up_is_only_of_one_s_own(alice: User, bob: User) -> None:
    turn = asked(alice)
    with pytest.raises(Absent):
        again(bob, turn, "answer_now")
    turn.refresh_from_db()
    assert (turn.stop_requested, turn.follow_up) == (False, None)


def test_only_the_branch_is_read(alice: User) -> None:
    first = answered(asked(alice, "one"))
    answered(again(alice, first).turn, "never read")
    second = asked(alice, "two", conversation=first.conversation_id, after=first.reply_id)
    assert path(first.conversation_id, second.question_id)[-1][0] == "user"
    placing.choose(alice, first.conversation_id, first.reply_id or 0)
    found = path(first.conversation_id, first.reply_id or 0)
    assert found == [("user", [{"text": "one"}]), ("model", [{"text": "So"}])]
