"""Files in a question: claimed by it, sent with it and what follows, and told by the frames."""

import base64
import os
import time
import uuid
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from pytest_django import Settings

from conversations.files import storage, sweeping
from conversations.files.limits import CONVERSATION_LIMIT, FILES_A_MESSAGE
from conversations.models import Attachment, Conversation, Draft, Turn, User
from conversations.turns.accept import Ask, AskAgain, accept
from conversations.turns.history import request_for
from conversations.turns.news import describe_message
from conversations.turns.refusals import (
    Empty,
    FileGone,
    FilesTooLarge,
    IdReused,
    Refusal,
    TooManyFiles,
)
from tests.files.conftest import Sender
from tests.files.samples import png
from tests.serving import Frame, Process


@pytest.fixture(autouse=True)
def data(settings: Settings, tmp_path: Path) -> Path:
    settings.DATA_DIR = tmp_path
    return tmp_path


@pytest.fixture
def alice(transactional_db: None) -> User:
    return User.objects.create_user("alice", password=None)


@pytest.fixture
def bob(transactional_db: None) -> User:
    return User.objects.create_user("bob", password=None)


def kept(person: User, name: str = "a.txt", content: bytes = b"a text", **more: Any) -> Attachment:
    row = Attachment(owner=person, name=name, media_type="text/plain", size=len(content))
    for field, value in more.items():
        setattr(row, field, value)
    with storage.Arrival(row.pk) as arrival:
        arrival.write(content)
        arrival.keep()
    row.save()
    return row


def ask(text: str, *files: Attachment, **fields: Any) -> Ask:
    return Ask(uuid.uuid4(), text, files=tuple(file.pk for file in files), **fields)


def end(turn: Turn) -> None:
    Turn.objects.filter(pk=turn.pk).update(state=Turn.State.DONE, outcome="complete")


def test_files_come_before_the_text_and_are_claimed(alice: User) -> None:
    first, second = kept(alice, "a.csv", media_type="text/csv"), kept(alice, "b.txt", b"bb")
    turn = accept(alice, ask("What differs?", first, second), "here").turn
    assert turn.question.parts == [
        {"attachment": {"id": str(first.pk), "name": "a.csv", "mimeType": "text/csv", "size": 6}},
        {"attachment": second.described},
        {"text": "What differs?"},
    ]
    assert turn.question.answer_text == "What differs?"
    assert set(turn.conversation.attachments.all()) == {first, second}
    pieces = describe_message(turn.question)["pieces"]
    assert [kind for kind, _content in pieces] == ["p", "p", "a"]
    assert pieces[0][1]["attachment"]["name"] == "a.csv"


def test_files_alone_are_a_question(alice: User) -> None:
    turn = accept(alice, ask("  ", kept(alice, "Report 2026.txt")), "here").turn
    assert turn.conversation.title == "Report 2026.txt"
    assert turn.question.answer_text == ""
    assert [*turn.question.parts[0]] == ["attachment"]
    with pytest.raises(Empty):
        accept(alice, ask("  "), "here")


def test_the_same_sending_is_recognised_by_its_files_too(alice: User) -> None:
    file, other = kept(alice), kept(alice)
    sent = ask("?", file)
    turn = accept(alice, sent, "here").turn
    assert accept(alice, sent, "here").turn == turn
    for different in ((), (other.pk,), (file.pk, other.pk)):
        with pytest.raises(IdReused):
            accept(alice, Ask(sent.client_id, "?", files=different), "here")


def test_what_cannot_be_claimed_leaves_nothing(alice: User, bob: User) -> None:
    elsewhere = accept(alice, ask("?", kept(alice)), "here").turn
    taken = elsewhere.conversation.attachments.get()
    mine = kept(alice)
    refused: list[tuple[Ask, type[Refusal]]] = [
        (Ask(uuid.uuid4(), "?", files=(mine.pk, uuid.uuid4())), FileGone),
        (ask("?", mine, kept(bob)), FileGone),
        (ask("?", mine, taken), FileGone),
        (Ask(uuid.uuid4(), "?", files=(mine.pk,) * (FILES_A_MESSAGE + 1)), TooManyFiles),
        (ask("?", mine, kept(alice, size=CONVERSATION_LIMIT)), FilesTooLarge),
    ]
    for sent, refusal in refused:
        with pytest.raises(refusal):
            accept(alice, sent, "here")
    mine.refresh_from_db()
    assert mine.conversation is None
    assert Conversation.objects.count() == 1


def test_a_conversation_s_own_files_can_be_sent_in_it_again(alice: User) -> None:
    file = kept(alice)
    turn = accept(alice, ask("?", file), "here").turn
    end(turn)
    again = accept(alice, ask("!", file, conversation=turn.conversation_id), "here").turn
    assert again.question.parts[0]["attachment"]["id"] == str(file.pk)


def test_they_are_sent_with_each_turn(alice: User) -> None:
    picture = kept(alice, "dot.png", png(), media_type="image/png")
    table = kept(alice, "t.csv", b"1,2", media_type="text/csv")
    turn = accept(alice, ask("What is it?", picture, table), "here").turn
    (content,) = request_for(turn).contents
    assert [dict(part.raw) for part in content.parts] == [
        {"text": "[dot.png]\n"},
        {"inlineData": {"mimeType": "image/png", "data": base64.b64encode(png()).decode()}},
        {"text": "[t.csv]\n"},
        {"inlineData": {"mimeType": "text/plain", "data": base64.b64encode(b"1,2").decode()}},
        {"text": "What is it?"},
    ]
    end(turn)
    again = accept(alice, AskAgain(uuid.uuid4(), turn.pk), "here").turn
    assert request_for(again).contents == (content,)
    end(again)
    later = accept(alice, ask("And?", conversation=turn.conversation_id), "here").turn
    assert request_for(later).contents[0] == content


def test_a_file_that_is_gone_leaves_a_note(alice: User) -> None:
    file = kept(alice, "lost.txt")
    turn = accept(alice, ask("?", file), "here").turn
    storage.remove([file.pk])
    first, _question = request_for(turn).contents[0].parts
    assert first.text == "[The file lost.txt is not available any more.]\n"


def aged(row: Attachment, days: float) -> Attachment:
    created = timezone.now() - timedelta(days=days)
    Attachment.objects.filter(pk=row.pk).update(created_at=created)
    return row


def test_what_was_not_sent_for_a_day_is_swept(alice: User) -> None:
    old, new = aged(kept(alice), 1.1), kept(alice)
    sent = accept(alice, ask("?", aged(kept(alice), 90)), "here").turn
    drafted, forgotten = aged(kept(alice), 2), aged(kept(alice), 31)
    Draft.objects.create(person=alice, attachments=[drafted.described, forgotten.described])
    for _ in range(256 // sweeping.FOLDERS):
        sweeping.sweep()
    left = {new.pk, drafted.pk, sent.conversation.attachments.get().pk}
    assert set(Attachment.objects.values_list("pk", flat=True)) == left
    for row in (old, new, drafted, forgotten):
        assert storage.place_of(row.pk).exists() is (row.pk in left)


def test_files_in_drafts_hold_up_no_others(alice: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sweeping, "ROWS", 1)
    drafted, first, second = (aged(kept(alice), days) for days in (9, 8, 7))
    Draft.objects.create(person=alice, attachments=[drafted.described])
    for left in ({drafted.pk, second.pk}, {drafted.pk}):
        sweeping.sweep_unsent()
        assert set(Attachment.objects.values_list("pk", flat=True)) == left
    assert not storage.place_of(first.pk).exists()


def test_what_a_crash_has_left_is_swept(alice: User, data: Path) -> None:
    known, stray, late = kept(alice), uuid.uuid4(), uuid.uuid4()
    places = [storage.place_of(file_id) for file_id in (known.pk, stray, late)]
    half = data / "files" / storage.INCOMING / str(uuid.uuid4())
    other = places[1].with_name("not ours")
    for place in (*places[1:], half, other):
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(b"x")
    before = time.time() - sweeping.STRAY_FOR - 10
    for place in (places[0], places[1], half, other):
        os.utime(place, (before, before))
    for _ in range(256 // sweeping.FOLDERS):
        sweeping.sweep()
    assert [place.exists() for place in places] == [True, False, True]
    assert not half.exists()
    assert other.exists()


def test_a_purged_conversation_s_files_go_with_it(alice: User) -> None:
    file, other = kept(alice), kept(alice)
    conversation = accept(alice, ask("?", file), "here").turn.conversation
    with transaction.atomic():
        storage.remove_of(conversation)
        transaction.set_rollback(True)
    assert storage.place_of(file.pk).exists()
    assert Attachment.objects.filter(pk=file.pk).exists()
    with transaction.atomic():
        storage.remove_of(conversation)
        conversation.delete()
    assert not storage.place_of(file.pk).exists()
    assert storage.place_of(other.pk).exists()


async def answer(process: Process, sender: Sender, **fields: Any) -> Frame:
    """The answer to a `send`."""
    async with process.socket(process.site.session(sender.person)) as socket:
        await socket.receive()
        await socket.send({"type": "send", "ref": 5, "id": str(uuid.uuid4()), **fields})
        return (await socket.until(ref=5))[-1]


async def test_someone_else_s_files_are_as_absent(
    process: Process, maya: Sender, otto: Sender
) -> None:
    theirs = maya.sent("a.txt", b"a secret")
    refused = await answer(process, otto, text="?", attachments=[theirs["id"]])
    absent = await answer(process, otto, text="?", attachments=[str(uuid.uuid4())])
    assert refused == absent
    assert refused["code"] == "file_gone"
    taken = await answer(process, maya, text="?", attachments=[theirs["id"]])
    assert taken["type"] == "accepted"
    refused = await answer(process, otto, text="?", attachments=[theirs["id"]])
    assert refused == absent
    assert otto.fetch(theirs["id"]).status_code == 404
    assert maya.fetch(theirs["id"]).content == b"a secret"
    assert maya.take_back(theirs["id"]).status_code == 404


async def test_what_is_no_list_of_files_is_named(process: Process, maya: Sender) -> None:
    wrongs: tuple[object, ...] = ("x", [1], ["x"], {}, None, [str(uuid.uuid4())] * 101)
    for wrong in wrongs:
        told = await answer(process, maya, text="?", attachments=wrong)
        assert told["code"] == "bad_frame"
        assert told["field"].startswith("attachments")
    many = [str(uuid.uuid4()) for _ in range(FILES_A_MESSAGE + 1)]
    assert (await answer(process, maya, text="?", attachments=many))["code"] == "too_many_files"


async def test_the_rehearsal_sees_that_they_arrived(process: Process, maya: Sender) -> None:
    sent = [
        maya.sent("dot.png", png(640, 480))["id"],
        maya.sent("poem.txt", b"Erste Zeile\nzweite *Zeile*\n")["id"],
    ]
    async with process.socket(process.site.session(maya.person)) as socket:
        await socket.receive()
        frame = {"type": "send", "id": str(uuid.uuid4()), "text": "What are they?"}
        await socket.send({**frame, "attachments": sent})
        turn = (await socket.until(type="accepted"))[-1]["turn"]["id"]
        await socket.send({"type": "join", "turn": turn, "at": 0})
        frames = await socket.until(type="end")
    pieces = [piece for told in frames for piece in told.get("pieces", [])]
    said = "".join(text for kind, text in pieces if kind == "a")
    assert "**dot.png**: image/png" in said
    assert "640 × 480 points" in said
    assert "**poem.txt**: text/plain, 27 bytes, 2 lines, beginning with “Erste Zeile”" in said
    assert "You ask “What are they?”" in said
