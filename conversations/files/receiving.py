"""Takes a file in: judged by its size before it comes, streamed, recognised, stored, listed."""

import asyncio
import contextlib
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import ParamSpec, TypeVar

from django.db import close_old_connections
from django.db.models import Count, Q, Sum
from django.utils import timezone

from conversations.files import pictures
from conversations.files.kinds import Recognition
from conversations.files.limits import (
    DAY_LIMIT,
    FILE_LIMIT,
    PERSON_LIMIT,
    UNSENT_FILES,
    UPLOADS_AT_ONCE,
)
from conversations.files.names import safe_name
from conversations.files.refusals import (
    CutShort,
    NoLength,
    NothingInIt,
    TooLarge,
    TooManyAtOnce,
    TooManyUnsent,
    TooMuch,
)
from conversations.files.storage import Arrival, remove
from conversations.models import Attachment, User

P = ParamSpec("P")
T = TypeVar("T")
BLOCK = 256 * 1024
"""Bytes that are gathered before they are written."""
# Of their own: a slow disk holds up no turn.
_threads = ThreadPoolExecutor(4, thread_name_prefix="files")
_arriving: Counter[int] = Counter()


async def in_files(work: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
    """Run work on files and their rows, off the loop; no connection is kept meanwhile."""

    def call() -> T:
        try:
            return work(*args, **kwargs)
        finally:
            close_old_connections()

    return await asyncio.get_running_loop().run_in_executor(_threads, call)


async def receive(
    person: User, name: str, declared: int | None, body: AsyncIterator[bytes]
) -> Attachment:
    """Take a file in.

    Args:
        person: whose it is.
        name: as the browser calls it.
        declared: its size as the request tells it.
        body: its bytes, as they come.

    Raises:
        FileRefused: in one of its forms; nothing is left of it.
        django.db.Error: the database could not be reached; nothing is left of it either.
    """
    file_id, name = uuid.uuid4(), safe_name(name)
    seen = Recognition(name)
    with one_more(person):
        size = await in_files(judge, person, declared)
        arrival = await in_files(Arrival(file_id).__enter__)
        try:
            async for block in blocks(body):
                if arrival.size + len(block) > size:
                    raise TooLarge
                await in_files(take, arrival, seen, block)
            if arrival.size < size:
                raise CutShort
            media_type = await in_files(finish, arrival, seen)
            row = Attachment(
                pk=file_id, owner=person, name=name, media_type=media_type,
                size=size, sha256=arrival.sha256,
            )  # fmt: skip
            try:
                await in_files(row.save, force_insert=True)
            except BaseException:
                await in_files(remove, [file_id])
                raise
            return row
        finally:
            await asyncio.shield(in_files(arrival.__exit__, None, None, None))


def judge(person: User, size: int | None) -> int:
    """A declared size that may come. Asks the database.

    Raises:
        FileRefused: it may not.
    """
    if size is None:
        raise NoLength
    if size <= 0:
        raise NothingInIt
    if size > FILE_LIMIT:
        raise TooLarge
    since = timezone.now() - timedelta(days=1)
    used = person.attachments.aggregate(
        unsent=Count("pk", filter=Q(conversation=None)),
        day=Sum("size", filter=Q(created_at__gt=since), default=0),
        all=Sum("size", default=0),
    )
    if used["unsent"] >= UNSENT_FILES:
        raise TooManyUnsent
    if used["day"] + size > DAY_LIMIT or used["all"] + size > PERSON_LIMIT:
        raise TooMuch
    return size


@contextlib.contextmanager
def one_more(person: User) -> Iterator[None]:
    """Count a file that is on its way.

    Raises:
        TooManyAtOnce: the person sends as many as may be.
    """
    if _arriving[person.pk] >= UPLOADS_AT_ONCE:
        raise TooManyAtOnce
    _arriving[person.pk] += 1
    try:
        yield
    finally:
        _arriving[person.pk] -= 1
        if not _arriving[person.pk]:
            del _arriving[person.pk]


async def blocks(body: AsyncIterator[bytes]) -> AsyncIterator[bytes]:
    """What comes, in pieces that are worth a write."""
    held = bytearray()
    async for data in body:
        held += data
        if len(held) >= BLOCK:
            yield bytes(held)
            held.clear()
    if held:
        yield bytes(held)


def take(arrival: Arrival, seen: Recognition, block: bytes) -> None:
    arrival.write(block)
    seen.feed(block)


def finish(arrival: Arrival, seen: Recognition) -> str:
    """The media type of a file that is whole; it lies in its place then."""
    kind = seen.kind()
    if kind.family == "image":
        pictures.check(kind.media_type, arrival.file)
    arrival.keep()
    return kind.media_type
