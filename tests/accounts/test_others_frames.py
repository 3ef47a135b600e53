"""Someone else's ids answer as absent ones do, in every frame that takes one, for every role."""

import asyncio
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, get_args

import msgspec
import pytest
from django.utils import timezone
from pytest_django import DjangoDbBlocker

from conversations.chat import frames
from conversations.chat.frames.base import Id
from conversations.models import Conversation, Folder, Message, Preset, Turn
from tests.serving import Frame, Person, Process, Site, Socket

REF, AFTER, STOP = 7, 8, 9
KINDS = {struct.__struct_config__.tag: struct for struct in get_args(frames.Incoming)}
# The rest of each frame, beside the ids that it takes.
REST: dict[str, Frame] = {
    "list": {},
    "open": {},
    "earlier": {"before": 1},
    "choose": {"message": 1},
    "join": {"at": 0},
    "leave": {},
    "send": {"text": "1+1?"},
    "again": {"how": "same"},
    "stop": {},
    "replay": {},
    "configure": {"settings": {"temperature": 0.5}},
    "settings": {},
    "made": {},
    "presets": {},
    "keep-preset": {"name": "Mine"},
    "drop-preset": {},
    "seen": {},
    "arrange": {"title": "Mine"},
    "delete": {},
    "undelete": {},
    "folders": {},
    "fold": {"name": "Mine"},
    "unfold": {},
    "draft": {"text": "typed", "revision": 0},
    "drafts": {},
    "search": {"text": "secret"},
    "pong": {"mark": 1},
}
MESSAGES = [
    ("open", "shown"),
    ("earlier", "before"),
    ("choose", "message"),
    ("send", "edits"),
    ("send", "after"),
]
"""Ids of messages, which mean something in their conversation only."""
IDS = [
    (kind, field.name)
    for kind, struct in KINDS.items()
    for field in msgspec.structs.fields(struct)
    if (uuid.UUID in {field.type, *get_args(field.type)} and field.name != "id")
    or (
        Id in {field.type, *get_args(field.type)}
        and field.name != "preset"
        and (kind, field.name) not in MESSAGES
    )
]
NUMBERED = [("keep-preset", "preset"), ("drop-preset", "preset")]
"""Ids that are numbers."""
NUMBERS = {"folder", "id"}
"""Fields whose ids are numbers: of folders."""
SPARE = 2**40
"""A number that is nobody's."""


@dataclass(frozen=True)
class Things:
    """What one person has, by the field that names it."""

    person: Person
    conversation: str
    turn: str
    running: str
    folder: int
    message: int

    def of(self, kind: str, field: str) -> str | int:
        return self.folder if field in NUMBERS else str(getattr(self, field))


def things_of(site: Site, name: str, **fields: Any) -> Things:
    person = site.add_person(name, **fields)

    def made(alias: str) -> list[Any]:
        ids: list[Any] = []
        for state in ("done", "running"):
            conversation = Conversation.objects.using(alias).create(
                owner_id=person.id, title="A secret title", model="gemini-2.5-pro"
            )
            question = Message.objects.using(alias).create(
                conversation=conversation, role="user", parts=[{"text": "1+1?"}], answer_text="1+1?"
            )
            Conversation.objects.using(alias).filter(pk=conversation.pk).update(leaf=question)
            turn = Turn.objects.using(alias).create(
                conversation=conversation,
                person_id=person.id,
                question=question,
                client_id=uuid.uuid4(),
                model="gemini-2.5-pro",
                state=state,
                outcome="complete" if state == "done" else "",
                owner="a process that does not end",
                lease_until=timezone.now() + timedelta(hours=1),
            )
            ids += [str(conversation.pk), str(turn.pk), question.pk]
        return ids

    conversation, turn, message, _other, running, _question = site.ask(made)
    folder = site.ask(
        lambda alias: Folder.objects.using(alias).create(owner_id=person.id, name="Secret").pk
    )
    return Things(person, conversation, turn, running, folder, message)


@pytest.fixture(scope="module")
def process(django_db_blocker: DjangoDbBlocker) -> Iterator[Process]:
    with django_db_blocker.unblock(), Site() as site:
        yield site.start()


@pytest.fixture(scope="module")
def owner(process: Process) -> Things:
    return things_of(process.site, "owner")


@pytest.fixture(scope="module", params=["member", "staff without rights", "administrator"])
def reader(request: pytest.FixtureRequest, process: Process) -> Things:
    rights = {
        "member": {},
        "staff without rights": {"is_staff": True},
        "administrator": {"is_staff": True, "is_superuser": True},
    }[request.param]
    return things_of(process.site, f"reader-{request.param.partition(' ')[0]}", **rights)


async def answers(socket: Socket, frame: Frame) -> list[Frame]:
    """All that comes before the answer to a frame sent right after this one.

    Without the news of conversations in the person's own list, which come when they come.
    """
    await socket.send({**frame, "ref": REF})
    await socket.send({"type": "list", "ref": AFTER})
    *found, listed = await socket.until(ref=AFTER)
    own = [item["id"] for item in listed["items"]]
    return [frame for frame in found if news_of(frame) not in own]


def news_of(frame: Frame) -> str | None:
    """The conversation that news are about; None for a frame that is an answer."""
    if frame["type"] == "changed":
        return str(frame["conversation"]["id"])
    return str(frame["conversation"]) if frame["type"] == "started" else None


def frame_of(kind: str, mine: Things | None = None, **ids: str | int) -> Frame:
    client_id = {"id": str(uuid.uuid4())} if kind in {"send", "again"} else {}
    own = {"conversation": mine.conversation} if mine and ids.keys() == {"folder"} else {}
    own = own if kind == "arrange" else {}
    return {"type": kind, **client_id, **REST[kind], **own, **ids}


def test_every_frame_is_tried() -> None:
    assert set(KINDS) == set(REST)
    named = {kind for kind, _field in [*IDS, *NUMBERED]}
    assert named == set(KINDS) - {"pong", "presets", "folders", "drafts", "search"}


@pytest.mark.parametrize(("kind", "field"), IDS)
async def test_someone_elses_is_as_absent(
    process: Process, owner: Things, reader: Things, kind: str, field: str
) -> None:
    theirs = owner.of(kind, field)
    absent = SPARE if isinstance(theirs, int) else str(uuid.uuid4())
    async with process.socket(process.site.session(reader.person)) as socket:
        await socket.receive()
        found = await answers(socket, frame_of(kind, reader, **{field: theirs}))
        assert msgspec.json.encode(found) == msgspec.json.encode(
            await answers(socket, frame_of(kind, reader, **{field: absent}))
        )
        if kind == "leave":
            assert found == []
        else:
            assert [frame["code"] for frame in found] == ["not_found"]
        if isinstance(theirs, str):
            running = await answers(socket, frame_of(kind, reader, **{field: owner.running}))
            assert running == found


@pytest.mark.parametrize(("kind", "field"), MESSAGES)
async def test_someone_elses_message_is_as_absent(
    process: Process, owner: Things, kind: str, field: str
) -> None:
    """Also where the conversation that is named is one's own."""
    mine = things_of(process.site, f"own-{uuid.uuid4().hex[:6]}")
    async with process.socket(process.site.session(mine.person)) as socket:
        await socket.receive()
        for message in (owner.message, 2**62):
            frame = frame_of(kind, conversation=mine.conversation) | {field: message}
            (told,) = await answers(socket, frame)
            if kind == "open":  # it only says what the page has
                assert [one["id"] for one in told["messages"]] == [mine.message]
            else:
                assert told["code"] == "not_found"


@pytest.mark.parametrize(("kind", "field"), IDS)
async def test_what_is_no_id_is_named_and_the_socket_stays(
    process: Process, owner: Things, kind: str, field: str
) -> None:
    async with process.socket(process.site.session(owner.person)) as socket:
        await socket.receive()
        number = isinstance(owner.of(kind, field), int)
        wrongs: list[object] = ["x", "", 0 if number else 1, [], "0" * 37, f"{owner.turn}0"]
        for wrong in wrongs:
            (told,) = await answers(socket, frame_of(kind, owner, **{field: 1}) | {field: wrong})
            assert (told["code"], told["field"]) == ("bad_frame", field)


@pytest.mark.parametrize(("kind", "field"), NUMBERED)
async def test_someone_elses_number_is_as_absent(
    process: Process, owner: Things, reader: Things, kind: str, field: str
) -> None:
    theirs = process.site.ask(
        lambda alias: (
            Preset.objects.using(alias)
            .get_or_create(owner_id=owner.person.id, name="Hers", model="gemini-2.5-pro")[0]
            .pk
        )
    )
    async with process.socket(process.site.session(reader.person)) as socket:
        await socket.receive()
        for number in (theirs, 2**62):
            (told,) = await answers(socket, frame_of(kind) | {field: number})
            assert told["code"] == "not_found"
        for wrong in ("x", 0, -1, 1.5, 2**63, True):
            (told,) = await answers(socket, frame_of(kind) | {field: wrong})
            assert (told["code"], told["field"]) == ("bad_frame", field)
    assert process.site.ask(lambda alias: Preset.objects.using(alias).get(pk=theirs).name) == "Hers"


async def test_ones_own_is_there(process: Process) -> None:
    mine = things_of(process.site, f"own-{uuid.uuid4().hex[:6]}")
    expected: dict[tuple[str, str], str | None] = {
        ("open", "conversation"): "conversation",
        ("earlier", "conversation"): "earlier",
        ("choose", "conversation"): "conversation",
        ("join", "turn"): "snapshot",
        ("replay", "turn"): "timeline",
        ("leave", "turn"): None,
        ("seen", "conversation"): None,
        ("again", "turn"): "accepted",
        ("stop", "turn"): "ok",
        ("configure", "conversation"): "settings",
        ("settings", "conversation"): "settings",
        ("made", "turn"): "made",
        ("send", "conversation"): "accepted",
        ("list", "folder"): "conversations",
        ("arrange", "conversation"): "ok",
        ("arrange", "folder"): "ok",
        ("draft", "conversation"): "draft",
        ("delete", "conversation"): "ok",
        ("undelete", "conversation"): "ok",
        ("fold", "id"): "ok",
        ("unfold", "id"): "ok",
    }
    assert set(expected) == set(IDS)
    async with process.socket(process.site.session(mine.person)) as socket:
        await socket.receive()
        for (kind, field), wanted in expected.items():
            asked = frame_of(kind, mine, **{field: mine.of(kind, field)})
            asked |= {name: mine.message for name in ("before", "message") if name in asked}
            if wanted == "snapshot":  # read from the log while what comes later is answered
                await socket.send(asked)
                found = await socket.until(type=wanted)
            else:
                found = await answers(socket, asked)
            told = [frame for frame in found if frame.get("ref") == REF]
            told = found[-1:] if wanted == "snapshot" else told  # it has no ref
            assert [frame["type"] for frame in told] == ([wanted] if wanted else [])
            if kind == "again":
                again = told[0]["turn"]["id"]
                await socket.send({"type": "join", "turn": again, "at": 0})
                await socket.send({"type": "stop", "turn": again, "ref": STOP})
                # The end and the answer to the stop come in either order.
                found = await socket.until(type="end")
                if all(frame.get("ref") != STOP for frame in found):
                    await socket.until(ref=STOP)


async def test_nothing_of_others_is_told_by_itself(process: Process, owner: Things) -> None:
    """Another person's turn runs from start to end while a page only listens."""
    listener = process.site.add_person(f"listener-{uuid.uuid4().hex[:6]}")
    async with (
        process.socket(process.site.session(listener)) as ear,
        process.socket(process.site.session(owner.person)) as mouth,
    ):
        await asyncio.gather(ear.receive(), mouth.receive())
        await mouth.send({"type": "send", "id": str(uuid.uuid4()), "text": "1+1?"})
        accepted = (await mouth.until(type="accepted"))[-1]["turn"]
        await mouth.send({"type": "join", "turn": accepted["id"], "at": 0})
        await mouth.until(type="end")
        assert await answers(ear, {"type": "pong", "mark": 1}) == []
        (found,) = await answers(ear, {"type": "search", "text": "1+1?", "thoughts": True})
        assert found["items"] == []
        (found,) = await answers(mouth, {"type": "search", "text": "1+1?", "thoughts": True})
        assert [item["conversation"]["id"] for item in found["items"]] == [accepted["conversation"]]
        await ear.send({"type": "list", "ref": 1})
        assert (await ear.receive())["items"] == []
