"""A conversation as JSON that can be imported again without loss, in pieces as they are read.

Each item stands on a line of its own, so that a complaint about a file can name the line; in the
export of all conversations each of them is one line.
"""

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from django.db.models import F, Q
from django.utils import timezone

from conversations.files.storage import read
from conversations.library.form import FORMAT, VERSION, About, Enclosed, Run, Said, Used
from conversations.models import Attachment, Conversation, Message, Turn, User
from conversations.turns.database import in_database
from conversations.turns.refusals import Absent

BATCH = 100
Row = TypeVar("Row", Message, Turn, Attachment)
# The keys of what is stored in order: PostgreSQL does not keep theirs.
_encode = msgspec.json.Encoder(order="deterministic").encode


@dataclass(frozen=True, slots=True)
class Subject:
    """A conversation to be exported, as it was when the export began.

    What is said later is left out: messages are only ever added. A turn that runs is left out too,
    since it has no end yet; its question is in.
    """

    row: Conversation
    numbers: dict[int, int]
    """Each message's key, and its number in the file."""
    files: dict[str, str]
    """The same of each attachment."""
    turns: list[UUID]
    """Those that have ended, in the order of their replies."""


def subject(person: User, conversation_id: UUID) -> Subject:
    """One of the person's own.

    Raises:
        Absent: not this person's.
    """
    row = person.conversations.select_related("folder").filter(pk=conversation_id).first()
    if row is None:
        raise Absent
    keys = row.messages.order_by("pk").values_list("pk", flat=True)
    numbers = {key: number for number, key in enumerate(keys, 1)}
    files = row.attachments.values_list("pk", flat=True)
    return Subject(
        row, numbers, {str(key): str(at) for at, key in enumerate(files, 1)}, _ended(row, numbers)
    )


def _ended(row: Conversation, numbers: Mapping[int, int]) -> list[UUID]:
    last = max(numbers, default=0)
    ended = row.turns.exclude(state__in=Turn.ACTIVE).filter(question__lte=last)
    there = ended.filter(Q(reply=None) | Q(reply__lte=last))
    in_order = there.order_by(F("reply").asc(nulls_first=True), "accepted_at", "pk")
    return list(in_order.values_list("pk", flat=True))


def all_of(person: User) -> list[UUID]:
    """The person's conversations, the oldest first, so that an import keeps their order."""
    return list(person.conversations.order_by("created_at", "pk").values_list("pk", flat=True))


async def everything(person: User) -> AsyncIterator[bytes]:
    """JSON Lines: a conversation a line."""
    for conversation_id in await in_database(all_of, person):
        try:
            found = await in_database(subject, person, conversation_id)
        except Absent:
            continue  # deleted since the export began
        async for piece in document(found, gap=b""):
            yield piece


async def document(of: Subject, gap: bytes = b"\n") -> AsyncIterator[bytes]:
    """One conversation; `gap` stands between items."""
    head = {"format": FORMAT, "version": VERSION, "exported": timezone.now()}
    yield msgspec.json.encode(head)[:-1] + b"," + gap + b'"conversation":' + _encode(about(of))
    yield b"," + gap + b'"attachments":[' + gap
    async for piece in _items(of, attachments, enclosed, gap):
        yield piece
    yield b"]," + gap + b'"messages":[' + gap
    async for piece in _items(of, messages, said, gap):
        yield piece
    yield b"]," + gap + b'"turns":[' + gap
    async for piece in _items(of, turns, run, gap):
        yield piece
    yield b"]}\n"


async def _items(
    of: Subject,
    read: Callable[[Subject, int], Sequence[Row]],
    tell: Callable[[Subject, Row], Any],
    gap: bytes,
) -> AsyncIterator[bytes]:
    """The items of a list, a batch at a time: no conversation is in memory as a whole."""
    start = 0
    while rows := await in_database(read, of, start):
        comma = b"," + gap if start else b""
        yield comma + (b"," + gap).join(_encode(tell(of, row)) for row in rows)
        start += len(rows)
    if start:
        yield gap


def attachments(of: Subject, start: int) -> list[Attachment]:
    """One attachment at a time: each may have megabytes."""
    keys = list(of.files)[start : start + 1]
    return list(Attachment.objects.filter(pk__in=keys))


def messages(of: Subject, start: int) -> list[Message]:
    """A batch of the messages, from the given one on."""
    keys = list(of.numbers)[start : start + BATCH]
    return list(Message.objects.filter(pk__in=keys).order_by("pk"))


def turns(of: Subject, start: int) -> list[Turn]:
    """A batch of the turns."""
    keys = of.turns[start : start + BATCH]
    found = Turn.objects.in_bulk(keys)
    return [found[key] for key in keys if key in found]


def about(of: Subject) -> About:
    """The conversation's own row."""
    row = of.row
    return About(
        title=row.title,
        title_from=row.title_from,  # type: ignore[arg-type]  # one of the model's choices
        model=row.model,
        settings=row.settings,
        leaf=of.numbers.get(row.leaf_id or 0),
        created=row.created_at,
        updated=row.updated_at,
        pinned=row.pinned_at,
        archived=row.archived_at,
        folder=None if row.folder is None else row.folder.name,
    )


def enclosed(of: Subject, file: Attachment) -> Enclosed:
    """One attachment, with its bytes."""
    return Enclosed(
        id=of.files[str(file.pk)],
        name=file.name,
        type=file.media_type,
        size=file.size,
        created=file.created_at,
        data=read(file.pk),
    )


def said(of: Subject, message: Message) -> Said:
    """One message."""
    return Said(
        id=of.numbers[message.pk],
        parent=of.numbers.get(message.parent_id or 0),
        role=message.role,  # type: ignore[arg-type]  # one of the model's choices
        kind=message.kind,  # type: ignore[arg-type]  # the same
        created=message.created_at,
        parts=[_part(of, part) for part in message.parts],
        metadata=message.metadata,
    )


def _part(of: Subject, part: dict[str, Any]) -> dict[str, Any]:
    """A part verbatim, but for the id of an attachment."""
    if "attachment" not in part:
        return part
    file = part["attachment"]
    return {**part, "attachment": {**file, "id": of.files.get(file["id"], "")}}


def run(of: Subject, turn: Turn) -> Run:
    """One turn."""
    return Run(
        question=of.numbers[turn.question_id],
        reply=of.numbers.get(turn.reply_id or 0),
        how=turn.how,  # type: ignore[arg-type]  # one of the model's choices
        model=turn.model,
        settings=turn.settings,
        budget=turn.budget,
        model_version=turn.model_version,
        response_id=turn.response_id,
        outcome=turn.outcome,  # type: ignore[arg-type]  # the same
        reason=turn.reason,
        retryable=turn.retryable,
        status=turn.status,
        detail=turn.detail,
        accepted=turn.accepted_at,
        asked=turn.asked_at,
        thought=turn.thought_at,
        answer=turn.answer_at,
        ended=turn.ended_at,
        timeline=msgspec.json.decode(turn.timeline) if turn.timeline else [],
        usage=Used(**{name: getattr(turn, f"{name}_tokens") for name in Used.__struct_fields__}),
    )
