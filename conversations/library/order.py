"""A person's conversations in order: named, pinned, archived, in folders, deleted and brought back.

Blocking. Each function writes one thing and gives the news of it, for the caller to tell. Of what
two devices write, the last one holds, field by field.
"""

from datetime import timedelta
from typing import Any
from uuid import UUID

import msgspec
from django.db import IntegrityError
from django.utils import timezone

from conversations.endpoint.parts import storable
from conversations.library.listing import UNDO_FOR, running
from conversations.library.refusals import NameTaken, TooManyFolders, TooManyPins, Untitled
from conversations.models import Conversation, Folder, Turn, User, index
from conversations.models.conversation import touched
from conversations.turns.database import writing
from conversations.turns.news import Folders, News, folders_of, row_news
from conversations.turns.refusals import Absent

PINS = 100
"""Conversations that a person may pin: all of them come with each first page of the list."""
FOLDERS = 200
MOMENT = timedelta(milliseconds=1)


class Arrangement(msgspec.Struct, frozen=True):
    """What is to be changed of a row; UNSET is left as it is, whatever others make of it."""

    title: str | msgspec.UnsetType = msgspec.UNSET
    pinned: bool | msgspec.UnsetType = msgspec.UNSET
    archived: bool | msgspec.UnsetType = msgspec.UNSET
    folder: int | msgspec.UnsetType | None = msgspec.UNSET


def arrange(person: User, conversation_id: UUID, wanted: Arrangement) -> list[News]:
    """Change a row.

    Raises:
        Absent: the conversation or the folder is not this person's.
        Untitled, TooManyPins: see there.
    """
    own = person.conversations.filter(pk=conversation_id)
    changes = {**_title(wanted), **_folder(person, wanted)}
    with writing():
        changes |= _place(person, conversation_id, wanted)
        if not own.update(**changes, **touched()):
            raise Absent
        row = own.annotate(running=running()).get()
        if "title" in changes:
            index.title(row)
        news: list[News] = [row_news(row, running=row.running)]
        if {"folder", "archived_at"} & changes.keys():
            news.append(_folders_changed(person))
    return news


def _title(wanted: Arrangement) -> dict[str, Any]:
    if wanted.title is msgspec.UNSET:
        return {}
    return {"title": named(wanted.title), "title_from": Conversation.TitleFrom.PERSON}


def _folder(person: User, wanted: Arrangement) -> dict[str, Any]:
    if wanted.folder is msgspec.UNSET:
        return {}
    if wanted.folder is not None and not person.folders.filter(pk=wanted.folder).exists():
        raise Absent
    return {"folder": wanted.folder}


def _place(person: User, conversation_id: UUID, wanted: Arrangement) -> dict[str, Any]:
    """Pinned and archived exclude each other: the one that is asked for ends the other."""
    changes: dict[str, Any] = {}
    if wanted.archived is not msgspec.UNSET:
        changes["archived_at"] = timezone.now() if wanted.archived else None
        if wanted.archived:
            changes["pinned_at"] = None
    if wanted.pinned is not msgspec.UNSET:
        others = person.conversations.exclude(pk=conversation_id)
        if wanted.pinned and others.filter(pinned_at__isnull=False).count() >= PINS:
            raise TooManyPins
        changes["pinned_at"] = timezone.now() if wanted.pinned else None
        if wanted.pinned:
            changes["archived_at"] = None
    return changes


def named(text: str) -> str:
    """A title or name on one line.

    Raises:
        Untitled: there is nothing in it.
    """
    line = " ".join(storable(text).split())
    if not line:
        raise Untitled
    return line


def delete(person: User, conversation_id: UUID) -> tuple[list[News], list[UUID]]:
    """Take a conversation from the lists; it can be brought back for UNDO_FOR.

    Returns:
        The news, and the turns that run in it: they are asked to stop, and whoever runs one here
        can be told at once.

    Raises:
        Absent: not this person's.
    """
    own = Conversation.every.filter(owner=person, pk=conversation_id)
    with writing():
        deleted = own.filter(deleted_at=None).update(deleted_at=timezone.now(), **touched())
        turns = Turn.objects.filter(conversation__in=own, state__in=Turn.ACTIVE)
        turns.update(stop_requested=True)
        stopping = list(turns.values_list("pk", flat=True))
        return _told(person, own.first(), news_too=bool(deleted)), stopping


def undelete(person: User, conversation_id: UUID) -> list[News]:
    """Bring back what was deleted.

    Raises:
        Absent: not this person's, or deleted for too long.
    """
    own = Conversation.every.filter(owner=person, pk=conversation_id)
    with writing():
        lately = own.filter(deleted_at__gt=timezone.now() - UNDO_FOR)
        restored = lately.update(deleted_at=None, **touched())
        row = own.filter(deleted_at=None).annotate(running=running()).first()
        return _told(person, row, news_too=bool(restored))


def _told(person: User, row: Any, *, news_too: bool) -> list[News]:
    """The row's news, also where another device did the same before: it may not have heard."""
    if row is None:
        raise Absent
    news: list[News] = [row_news(row, running=getattr(row, "running", False))]
    return [*news, _folders_changed(person)] if news_too and row.folder_id is not None else news


def fold(person: User, folder_id: int | None, name: str) -> tuple[int, Folders]:
    """Make a folder, or rename one; its id and the news.

    Raises:
        Absent, Untitled, NameTaken, TooManyFolders: see there.
    """
    line = named(name)[: Folder._meta.get_field("name").max_length]
    try:
        with writing():
            if folder_id is None:
                if person.folders.count() >= FOLDERS:
                    raise TooManyFolders
                folder_id = person.folders.create(name=line).pk
            elif not person.folders.filter(pk=folder_id).update(name=line):
                raise Absent
            return folder_id, _folders_changed(person)
    except IntegrityError:
        raise NameTaken from None


def unfold(person: User, folder_id: int) -> Folders:
    """Remove a folder. What was in it goes back to the list."""
    with writing():
        if not person.folders.filter(pk=folder_id).exists():
            raise Absent
        person.folders.filter(pk=folder_id).delete()
        return _folders_changed(person)


def folders(person: User) -> Folders:
    """The person's folders."""
    person.refresh_from_db(fields=["folders_at"])
    return folders_of(person)


def _folders_changed(person: User) -> Folders:
    """Date the folders anew, within the caller's transaction: later than ever before, by whatever
    process's clock, since pages keep what is dated last."""
    own = User.objects.filter(pk=person.pk)
    held = own.select_for_update(no_key=True).values_list("folders_at", flat=True).get()
    now = timezone.now()
    person.folders_at = max(now, held + MOMENT) if held else now
    own.update(folders_at=person.folders_at)
    return folders_of(person)
