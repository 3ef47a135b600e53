"""Links by which anybody may read a conversation up to one message, as it was then.

A link is unguessable (256 bits), ends by itself unless its owner wants it otherwise, and can be
revoked at any time. Its page has what was said, and of uploaded files only the names: who shares a
talk may have forgotten what all is in them. Nothing is counted of its readers, and its owner is
not named.
"""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone

from conversations.models import Share, User
from conversations.turns.database import writing
from conversations.turns.refusals import Absent, Busy, Empty, OverQuota

DAYS = (1, 7, 30)
"""How long a link can be made to last; None is for ever."""
USUAL_DAYS = 30
MOST_LINKS = 50
"""Links of one conversation that work at the same time."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What a new link shall be like."""

    days: int | None = USUAL_DAYS
    with_thoughts: bool = False


def share(person: User, conversation_id: UUID, wish: Wish) -> Share:
    """A new link to what the conversation shows now.

    Raises:
        Absent: not this person's.
        Busy: an answer is still coming, which the link would be without.
        Empty: nothing was said in it yet.
        OverQuota: too many links work already.
    """
    with writing():
        row = person.conversations.filter(pk=conversation_id).first()
        if row is None:
            raise Absent
        if row.leaf_id is None:
            raise Empty
        if row.turns.filter(state__in=row.turns.model.ACTIVE).exists():
            raise Busy
        if working().filter(conversation=row).count() >= MOST_LINKS:
            raise OverQuota
        now = timezone.now()
        return Share.objects.create(
            conversation=row,
            owner=person,
            leaf_id=row.leaf_id,
            title=row.title,
            token=secrets.token_urlsafe(32),
            with_thoughts=wish.with_thoughts,
            created_at=now,
            expires_at=None if wish.days is None else now + timedelta(days=wish.days),
        )


def links(person: User, conversation_id: UUID) -> list[Share]:
    """The conversation's links that work, the newest first.

    Raises:
        Absent: not this person's.
    """
    if not person.conversations.filter(pk=conversation_id).exists():
        raise Absent
    return list(working().filter(conversation=conversation_id, owner=person))


def revoke(person: User, share_id: UUID) -> None:
    """End a link. One that has ended already stays so.

    Raises:
        Absent: not this person's.
    """
    own = person.shares.filter(pk=share_id).first()
    if own is None:
        raise Absent
    end(own)


def end(link: Share) -> bool:
    """Revoke it, whoever asks for that; whether it had not been revoked before."""
    lasting = Share.objects.filter(pk=link.pk, revoked_at=None)
    return bool(lasting.update(revoked_at=timezone.now()))


def shared(token: str) -> Share | None:
    """What a link shows, if it works. The database compares: by the token's unique index."""
    return working().select_related("conversation").filter(token=token).first()


def working() -> QuerySet[Share]:
    """The links that work: neither ended nor revoked, of what is there, of whom may sign in."""
    lasting = Q(expires_at=None) | Q(expires_at__gt=timezone.now())
    return Share.objects.filter(
        lasting, revoked_at=None, conversation__deleted_at=None, owner__is_active=True
    )


def describe(link: Share, address: str) -> dict[str, Any]:
    """A link as its owner's page takes it."""
    return {
        "id": str(link.pk),
        "address": address,
        "thoughts": link.with_thoughts,
        "created": _milliseconds(link.created_at),
        "expires": _milliseconds(link.expires_at),
    }


def _milliseconds(moment: datetime | None) -> int | None:
    return None if moment is None else round(moment.timestamp() * 1000)
