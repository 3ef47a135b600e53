"""What dead processes leave: taken up if it was never asked, ended with all its text if it was."""

import uuid
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from conversations.endpoint.parts import Outcome, Part, Usage
from conversations.models import Chunk, Turn, User
from conversations.turns import recovery
from conversations.turns.accept import Ask, accept
from conversations.turns.commit import Ending, Mark, Row, store
from conversations.turns.live import request_stop
from conversations.turns.runner import claim


def row(turn: Turn, start: int, text: str) -> Row:
    return Row(turn.pk, start, start + len(text), 5, (Part({"text": text}),), Usage(total=start))


def expire(turn: Turn) -> None:
    Turn.objects.filter(pk=turn.pk).update(lease_until=timezone.now() - timedelta(seconds=1))


def test_a_lease_holds_and_is_renewed(turn: Turn) -> None:
    assert recovery.abandoned("there", []) == []
    assert recovery.renew("here", [turn.pk]) == set()
    assert recovery.renew("there", [turn.pk]) == {turn.pk}


def test_what_was_never_asked_is_taken_up_by_one_alone(turn: Turn) -> None:
    expire(turn)
    assert recovery.abandoned("there", []) == [turn.pk]
    found = recovery.take(turn.pk, "there")
    assert found is not None
    taken = found.turn
    assert (taken.state, taken.owner) == ("queued", "there")
    assert recovery.take(turn.pk, "elsewhere") is None
    assert claim(turn, "here") is None
    assert claim(turn, "there") is not None


def test_what_was_stopped_before_it_was_asked_is_not_asked(turn: Turn) -> None:
    request_stop(turn.pk)
    expire(turn)
    found = recovery.take(turn.pk, "there")
    assert found is not None
    ended = found.turn
    assert (ended.state, ended.outcome, ended.asked_at) == ("stopped", "stopped", None)


def test_a_claim_whose_answer_was_lost_may_be_repeated(turn: Turn) -> None:
    asked_at = timezone.now()
    assert claim(turn, "here", asked_at) is not None
    assert claim(turn, "here", asked_at) is not None
    assert claim(turn, "here") is None
    assert claim(turn, "there", asked_at) is None


def test_what_was_asked_is_ended_with_its_text(turn: Turn) -> None:
    claim(turn, "here")
    store("here", [row(turn, 0, "one "), row(turn, 4, "two")], [], [])
    expire(turn)
    found = recovery.take(turn.pk, "there")
    assert found is not None
    ended = found.turn
    assert (ended.state, ended.outcome, ended.reason) == ("interrupted", "interrupted", "restart")
    assert ended.reply is not None
    assert ended.reply.answer_text == "one two"
    assert ended.total_tokens == 4
    assert not Chunk.objects.exists()


def test_a_late_writer_is_fenced(turn: Turn) -> None:
    claim(turn, "here")
    store("here", [row(turn, 0, "seen")], [], [])
    expire(turn)
    recovery.take(turn.pk, "there")
    late = store("here", [row(turn, 4, " late")], [Mark(turn.pk, {"budget": 1}, turn)], [])
    assert turn.pk not in late.held
    turn.refresh_from_db()
    assert turn.reply is not None
    assert turn.reply.answer_text == "seen"
    assert turn.budget != 1
    assert not Chunk.objects.exists()


def test_a_late_end_changes_nothing(turn: Turn) -> None:
    claim(turn, "here")
    expire(turn)
    recovery.take(turn.pk, "there")
    # The turn keeps the name of the process that last had it, which hears how it ended.
    late = store("here", [], [], [Ending(turn.pk, Outcome("complete"), 0)])
    assert late.ended[turn.pk].turn.outcome == "interrupted"


def test_a_commit_whose_answer_was_lost_may_be_repeated(turn: Turn) -> None:
    claim(turn, "here")
    batch = [row(turn, 0, "one "), row(turn, 4, "two")]
    ending = Ending(turn.pk, Outcome("complete"), 7)
    for _ in range(2):
        store("here", batch, [], [])
    assert Chunk.objects.count() == 2
    for _ in range(2):
        ended = store("here", batch, [], [ending]).ended[turn.pk].turn
        assert ended.outcome == "complete"
    turn.refresh_from_db()
    assert turn.reply is not None
    assert turn.reply.answer_text == "one two"


@pytest.mark.parametrize(("rows", "length"), [([(0, "one")], 7), ([(0, "one"), (5, "two")], 8)])
def test_a_log_with_a_hole_is_never_called_complete(
    turn: Turn, rows: list[tuple[int, str]], length: int
) -> None:
    claim(turn, "here")
    store("here", [row(turn, start, text) for start, text in rows], [], [])
    stored = store("here", [], [], [Ending(turn.pk, Outcome("complete"), length)])
    ended = stored.ended[turn.pk].turn
    assert (ended.state, ended.reason) == ("interrupted", "storage")


def test_a_process_that_is_alone_need_not_wait_for_leases(turn: Turn) -> None:
    claim(turn, "here")
    assert recovery.abandoned("there", [], alone=True) == [turn.pk]
    found = recovery.take(turn.pk, "there", alone=True)
    assert found is not None
    ended = found.turn
    assert ended.state == "interrupted"


def test_presence_tells_whether_somebody_else_is_there(tmp_path: Path) -> None:
    database = str(tmp_path / "chat.sqlite3")
    first, second, third, last = (recovery.Presence(database) for _ in range(4))
    assert first.enter()
    assert not second.enter()
    first.leave()
    assert not third.enter()
    second.leave()
    third.leave()
    assert last.enter()
    last.leave()


def test_presence_is_that_at_a_database_however_it_is_named(tmp_path: Path) -> None:
    (tmp_path / "chat.sqlite3").touch()
    (tmp_path / "elsewhere").symlink_to(tmp_path)
    (tmp_path / "link.sqlite3").symlink_to("chat.sqlite3")
    names = ("chat.sqlite3", "elsewhere/chat.sqlite3", "link.sqlite3", "other.sqlite3")
    presences = [recovery.Presence(str(tmp_path / name)) for name in names]
    assert [presence.enter() for presence in presences] == [True, False, False, True]
    for presence in presences:
        presence.leave()


def test_a_turn_of_nobody_is_found(alice: User) -> None:
    turn = accept(alice, Ask(uuid.uuid4(), "?"), "here").turn
    Turn.objects.filter(pk=turn.pk).update(lease_until=None)
    assert recovery.abandoned("there", []) == [turn.pk]
