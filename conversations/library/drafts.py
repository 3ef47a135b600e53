"""What people have typed and not sent, the same on all their devices. Blocking.

A device writes on the revision that it has seen. Where another one was quicker with a different
text, nothing is overwritten: the device gets that text, joins both, and writes again.
"""

from typing import Any, NamedTuple
from uuid import UUID

from django.db import IntegrityError
from django.db.models import QuerySet
from django.utils import timezone

from conversations.endpoint.parts import storable
from conversations.models import Draft, User
from conversations.turns.accept import MESSAGE_LIMIT
from conversations.turns.database import writing
from conversations.turns.news import describe_draft
from conversations.turns.refusals import Absent, TooLarge

MOST_TOLD = 500
"""Conversations with a draft that a page is told of at once."""


class Kept(NamedTuple):
    """A draft as it is now, and what became of the text: `kept`, and whether that is `news`."""

    draft: dict[str, Any]
    kept: bool
    news: bool


def keep(person: User, conversation_id: UUID | None, text: str, base: int) -> Kept:
    """Store a draft that was written on the revision `base`.

    Raises:
        Absent: the conversation is not this person's.
        TooLarge: it could not be sent either.
    """
    if len(text) > MESSAGE_LIMIT:
        raise TooLarge
    text = storable(text)
    try:
        with writing():
            return _keep(person, conversation_id, text, base)
    except IntegrityError:
        # Another device began the same draft in between; now there is one to be read.
        with writing():
            return _keep(person, conversation_id, text, base)


def _keep(person: User, conversation_id: UUID | None, text: str, base: int) -> Kept:
    if conversation_id is not None and not _there(person, conversation_id):
        raise Absent
    own = of(person, conversation_id)
    held = own.select_for_update(no_key=True).first()
    if held is None:
        made = Draft(person=person, conversation_id=conversation_id, text=text, revision=base + 1)
        if text:
            made.save(force_insert=True)
        else:
            made.revision = 0
        return Kept(describe_draft(made), kept=True, news=bool(text))
    if held.text == text:
        return Kept(describe_draft(held), kept=True, news=False)
    if held.revision != base and held.text.strip():
        return Kept(describe_draft(held), kept=False, news=False)
    held.text, held.updated_at = text, timezone.now()
    held.revision = max(held.revision, base) + 1
    held.save(update_fields=["text", "revision", "updated_at"])
    return Kept(describe_draft(held), kept=True, news=True)


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
    filled = person.drafts.exclude(text="").filter(conversation__deleted_at=None)
    ids = filled.filter(conversation__isnull=False).order_by("-updated_at")
    found = ids.values_list("conversation", flat=True)[:MOST_TOLD]
    return {"draft": described(person, None), "items": [str(pk) for pk in found]}
