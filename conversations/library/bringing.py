"""Storing what was imported: all of it or nothing, while answers go on being written.

A file may hold more than the one writer of SQLite may be kept from others for. So conversations are
stored as deleted ones, a little at a time, and then appear in one short transaction; what a crash
leaves behind is cleared away as deleted conversations are.
"""

import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any, TypeVar

import msgspec
from django.conf import settings
from django.db import connection
from django.db.models import Count, Max, Model, Sum

from conversations.endpoint import choices
from conversations.endpoint.parts import Part, weight_of
from conversations.files.limits import PERSON_LIMIT as ALL
from conversations.files.storage import Arrival
from conversations.library.complaints import Broken
from conversations.library.form import About, Document, Enclosed, Run, Said
from conversations.models import Attachment, Conversation, Folder, Message, Turn, User, index
from conversations.models.conversation import touched
from conversations.turns.commit import STATES
from conversations.turns.database import writing
from conversations.turns.pieces import length, text_of

ROWS, WEIGHT = 250, 512 * 1024
"""Rows, and about as many characters, of one transaction."""
LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)
HIDDEN_FOR = timedelta(hours=1)
"""What is being stored counts as deleted only then, so that nobody clears it away meanwhile."""
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, slots=True)
class Brought:
    """What came of an import."""

    conversations: list[Conversation]
    known: int
    """Conversations of the file that were there already, as they are in it."""


def bring(
    person: User, documents: Sequence[Document], now: datetime, *, copies: bool = False
) -> Brought:
    """Store what was read and checked. What is there already is passed over, unless copies are
    wanted.

    Raises:
        Broken: there is no room for the files in it.
        django.db.Error, NoRoom: nothing is there that was not before.
    """
    known = set() if copies else _known(person, documents)
    new = [document for document in documents if _print(document) not in known]
    _check_room(person, new)
    staged: list[Conversation] = []
    try:
        for document in new:
            staged.append(_row(person, document.conversation, now))
            _stage(staged[-1], document)
        _appear(person, staged, new)
    except BaseException:
        # Deleted long ago: what is stored of them is cleared away a little at a time.
        Conversation.every.filter(pk__in=[row.pk for row in staged]).update(deleted_at=LONG_AGO)
        raise
    found = Conversation.objects.filter(pk__in=[row.pk for row in staged])
    return Brought(list(found), len(documents) - len(new))


def _print(document: Document) -> tuple[datetime, int, datetime]:
    """By what a conversation is known again: to the microsecond, with as much in it."""
    messages = document.messages
    newest = max(message.created for message in messages)
    return document.conversation.created, len(messages), newest


def _known(person: User, documents: Sequence[Document]) -> set[tuple[datetime, int, datetime]]:
    known: set[tuple[datetime, int, datetime]] = set()
    for some in _batches(documents):
        created = [document.conversation.created for document in some]
        rows = person.conversations.filter(created_at__in=created).order_by()
        counted = rows.annotate(count=Count("messages"), newest=Max("messages__created_at"))
        known.update(counted.values_list("created_at", "count", "newest"))
    return known


def _stage(row: Conversation, document: Document) -> None:
    """Store a conversation with all that belongs to it, still hidden."""
    with writing():
        row.save(force_insert=True)
    files = {one.id: _file(row, one) for one in document.attachments}
    keys = _reserved(len(document.messages))
    messages = (_message(row, message, keys, files) for message in document.messages)
    _insert(Message, messages, lambda message: weight_of(message.parts))
    widths = {message.id: _width(message) for message in document.messages}
    turns = (_turn(row, run, keys, widths) for run in document.turns)
    _insert(Turn, turns, lambda turn: len(turn.timeline))
    leaf = keys[(document.conversation.leaf or len(keys)) - 1]
    with writing():
        Conversation.every.filter(pk=row.pk).update(leaf=leaf)
        index.title(row)


def _row(person: User, about: About, now: datetime) -> Conversation:
    offered = about.model if about.model in settings.GEMINI_MODELS else settings.GEMINI_MODELS[0]
    return Conversation(
        owner=person,
        title=about.title,
        title_from=about.title_from,
        # What is asked next is asked of a model that this site offers; turns keep the one they had.
        model=offered,
        settings=choices.differing(about.settings, settings.GENERATION),
        pinned_at=about.pinned,
        archived_at=about.archived,
        deleted_at=now + HIDDEN_FOR,
        created_at=about.created,
        updated_at=about.updated,
    )


def _check_room(person: User, documents: Sequence[Document]) -> None:
    enclosed = [one for document in documents for one in document.attachments]
    coming = sum(len(one.data or b"") for one in enclosed)
    if coming and coming + person.attachments.aggregate(all=Sum("size", default=0))["all"] > ALL:
        raise Broken("full", line=1)


def _file(row: Conversation, enclosed: Enclosed) -> Attachment:
    """An attachment's bytes in their place, and its row. Without a row, they are swept away."""
    file = Attachment(
        owner_id=row.owner_id,
        conversation=row,
        name=enclosed.name,
        media_type=enclosed.type,
        size=enclosed.size,
        created_at=enclosed.created,
    )
    if enclosed.data is not None:
        with Arrival(file.pk) as arrival:
            arrival.write(enclosed.data)
            file.sha256 = arrival.sha256
            arrival.keep()
    with writing():
        file.save(force_insert=True)
    return file


def _named(part: dict[str, Any], files: dict[str, Attachment]) -> dict[str, Any]:
    """A part that names the file as it is here, whatever it said of it."""
    if "attachment" not in part:
        return part
    return {"attachment": files[part["attachment"]["id"]].described}


def _message(
    row: Conversation, message: Said, keys: Sequence[int], files: dict[str, Attachment]
) -> Message:
    parts = [Part(part) for part in message.parts]
    return Message(
        pk=keys[message.id - 1],
        conversation=row,
        parent_id=message.parent and keys[message.parent - 1],
        role=message.role,
        kind=message.kind,
        parts=[_named(part, files) for part in message.parts],
        metadata=message.metadata,
        answer_text=text_of(parts, "answer"),
        thought_text=text_of(parts, "thought"),
        created_at=message.created,
    )


def _width(message: Said) -> int:
    return length(Part(part) for part in message.parts)


def _turn(row: Conversation, run: Run, keys: Sequence[int], widths: dict[int, int]) -> Turn:
    """A turn that has ended. Nothing is charged for it: it was, where it ran."""
    return Turn(
        conversation=row,
        person_id=row.owner_id,
        question_id=keys[run.question - 1],
        reply_id=run.reply and keys[run.reply - 1],
        client_id=uuid.uuid4(),
        digest="imported",
        how=run.how,
        model=run.model,
        settings=run.settings,
        budget=run.budget,
        model_version=run.model_version,
        response_id=run.response_id,
        state=STATES.get(run.outcome, Turn.State.FAILED),
        outcome=run.outcome,
        reason=run.reason,
        retryable=run.retryable,
        status=run.status,
        detail=run.detail,
        accepted_at=run.accepted,
        asked_at=run.asked,
        thought_at=run.thought,
        answer_at=run.answer,
        ended_at=run.ended,
        # Whoever shows the reply waits for as much of it as is said here.
        position=widths.get(run.reply or 0, 0),
        timeline=msgspec.json.encode(run.timeline).decode() if run.timeline else "",
        **{f"{name}_tokens": getattr(run.usage, name) for name in run.usage.__struct_fields__},
    )


def _appear(person: User, staged: Sequence[Conversation], documents: Sequence[Document]) -> None:
    """All at once, each in its folder."""
    folders: dict[str | None, list[uuid.UUID]] = {}
    for row, document in zip(staged, documents, strict=True):
        folders.setdefault(document.conversation.folder, []).append(row.pk)
    with writing():
        for name, keys in folders.items():
            folder = name and Folder.objects.get_or_create(owner=person, name=name)[0]
            for some in _batches(keys):
                hidden = Conversation.every.filter(pk__in=some)
                hidden.update(deleted_at=None, folder=folder or None, **touched())


def _insert(model: type[Row], rows: Iterable[Row], weigh: Callable[[Row], int]) -> None:
    """Rows, a little at a time."""
    some: list[Row] = []
    weight = 0
    for row in rows:
        some.append(row)
        weight += weigh(row)
        if len(some) >= ROWS or weight >= WEIGHT:
            _write(model, some)
            some, weight = [], 0
    if some:
        _write(model, some)


def _write(model: type[Row], rows: list[Row]) -> None:
    with writing():
        model._default_manager.bulk_create(rows)
        index.messages(row for row in rows if isinstance(row, Message))


Item = TypeVar("Item")


def _batches(items: Iterable[Item]) -> Iterator[list[Item]]:
    rest = iter(items)
    while some := list(islice(rest, ROWS)):
        yield some


def _reserved(count: int) -> Sequence[int]:
    """Keys for messages, in order, so that each can name its parent before either is stored."""
    table = Message._meta.db_table
    with writing(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "SELECT nextval(pg_get_serial_sequence(%s, 'id')) FROM generate_series(1, %s)",
                [table, count],
            )
            return sorted(key for (key,) in cursor.fetchall())
        cursor.execute("SELECT seq FROM sqlite_sequence WHERE name = %s", [table])
        found = cursor.fetchone()
        last = found[0] if found else 0
        if found:
            cursor.execute(
                "UPDATE sqlite_sequence SET seq = %s WHERE name = %s", [last + count, table]
            )
        else:
            cursor.execute("INSERT INTO sqlite_sequence VALUES (%s, %s)", [table, count])
        return range(last + 1, last + count + 1)
