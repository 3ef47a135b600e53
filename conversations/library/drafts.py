"""What people have typed and attached and not sent, the same on all their devices. Blocking.

A device writes on the revision that it has seen. Where another one was quicker with something
different, nothing is overwritten: the device gets that, joins both, and writes again.
"""

from typing import Any, NamedTuple
from uuid import UUID

from django.db import IntegrityError
from django.db.models import Q, QuerySet
from django.utils import timezone

from conversations.endpoint.parts import storable
from conversations.models import Draft, User
from conversations.turns.accept import MESSAGE_LIMIT
from conversations.turns.database import writing
from conversations.turns.news import describe_draft
from conversations.turns.refusals import Absent, TooLarge

MOST_TOLD = 500
"""Conversations with a draft that a page is told of at once."""


class Typed(NamedTuple):
    """What a device has for a draft: the text, and the ids of the files.

    Files of None are left as they are: a page of an earlier version knows nothing of them.
    """

    text: str
    files: tuple[UUID, ...] | None = None


class Kept(NamedTuple):
    """A draft as it is now, and what became of what was typed: `kept`, and if that is `news`."""

    draft: dict[str, Any]
    kept: bool
    news: bool


def keep(person: User, conversation_id: UUID | None, typed: Typed, base: int) -> Kept:
    """Store a draft that was written on the revision `base`. Files that are gone are left out.

    Raises:
        Absent: the conversation is not this person's.
        TooLarge: it could not be sent either.
    """
    if len(typed.text) > MESSAGE_LIMIT:
        raise TooLarge
    typed = typed._replace(text=storable(typed.text))
    try:
        with writing():
            return _keep(person, conversation_id, typed, base)
    except IntegrityError:
        # Another device began the same draft in between; now there is one to be read.
        with writing():
            return _keep(person, conversation_id, typed, base)


def _keep(person: User, conversation_id: UUID | None, typed: Typed, base: int) -> Kept:
    if conversation_id is not None and not _there(person, conversation_id):
        raise Absent
    held = of(person, conversation_id).select_for_update(no_key=True).first()
    text, files = typed.text, held.attachments if held else []
    if typed.files is not None:
        files = _described(person, conversation_id, typed.files)
    if held is None:
        made = Draft(person=person, conversation_id=conversation_id, text=text, attachments=files)
        filled = bool(text or files)
        if filled:
            made.revision = base + 1
            made.save(force_insert=True)
        return Kept(describe_draft(made), kept=True, news=filled)
    if (held.text, held.attachments) == (text, files):
        return Kept(describe_draft(held), kept=True, news=False)
    # On an empty one no text is lost, but a file that was sent with it would be back.
    filled = bool(held.text.strip() or held.attachments or (base and typed.files))
    if held.revision != base and filled:
        return Kept(describe_draft(held), kept=False, news=False)
    held.text, held.attachments, held.updated_at = text, files, timezone.now()
    held.revision = max(held.revision, base) + 1
    held.save(update_fields=["text", "attachments", "revision", "updated_at"])
    return Kept(describe_draft(held), kept=True, news=True)


def _described(
    person: User, conversation_id: UUID | None, files: tuple[UUID, ...]
) -> list[dict[str, Any]]:
    """Those of the files that the person could send there, in their order."""
    if not files:
        return []
    there = Q(conversation=None) | Q(conversation=conversation_id)
    rows = person.attachments.filter(there, pk__in=files).in_bulk()
    return [rows[pk].described for pk in dict.fromkeys(files) if pk in rows]


def _there(person: User, conversation_id: UUID) -> bool:
    return person.conversations.filter(pk=conversation_id).exists()


def of(person: User, conversation_id: UUID | None) -> QuerySet[Draft]:
    """The person's draft in a conversation, or (None) for a new one: one row at most."""
    return Draft.objects.filter(person=person, conversation=conversation_id)


def described(person: User, conversation_id: UUID | None) -> dict[str, Any]:
    """A draft as a page takes it, also where nothing was ever typed."""
    held = of(person, conversation_id).first()
    return describe_draft(held or Draft(person=person, conversation_id=conversation_id))


def overview(person: User) -> dict[str, Any]:
    """The draft for a new conversation, and which conversations have one."""
    filled = person.drafts.exclude(text="", attachments=[]).filter(conversation__deleted_at=None)
    ids = filled.filter(conversation__isnull=False).order_by("-updated_at")
    found = ids.values_list("conversation", flat=True)[:MOST_TOLD]
    return {"draft": described(person, None), "items": [str(pk) for pk in found]}
