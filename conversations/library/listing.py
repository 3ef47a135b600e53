"""The list of a person's conversations, in pages, and what changed in it. Blocking.

What is pinned comes whole with the first page. The others come newest first: those that are in no
folder, those of one folder, or those in the archive.
"""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from conversations.models import Conversation, Turn, User
from conversations.models.conversation import touched
from conversations.turns.news import Changed, Gone, describe_conversation, milliseconds, row_news
from conversations.turns.refusals import Absent

LIST_PAGE = 50
PINS_SHOWN = 200
"""More than may be pinned: two devices that pin at once may go a little beyond that."""
UNDO_FOR = timedelta(minutes=10)
"""How long what was deleted can be brought back."""
OVERLAP = timedelta(seconds=30)
"""A row may be committed as long after it was dated, and the clocks of processes differ."""
MEMORY = UNDO_FOR - 2 * OVERLAP
"""How far back changes are told: what was deleted earlier may have left no trace."""
MOST_CHANGES = 200


def list_page(person: User, view: str, folder: int | None, before: str | None) -> dict[str, Any]:
    """A page of the list, newest first, the cursor of the next one, and when it was read.

    Raises:
        Absent: the cursor is none, or the folder is not this person's.
    """
    at = timezone.now()
    found = _in_view(person, view, folder)
    if before is not None:
        moment, conversation = read_cursor(before)
        found = found.filter(Q(updated_at__lt=moment) | Q(updated_at=moment, pk__lt=conversation))
    rows = list(found[: LIST_PAGE + 1])
    more = len(rows) > LIST_PAGE
    last = rows[LIST_PAGE - 1] if more else None
    page = {
        "items": _described(rows[:LIST_PAGE]),
        "before": last and f"{last.updated_at.isoformat()}|{last.pk}",
        "at": milliseconds(at),
    }
    if before is None and view == "active" and folder is None:
        page["pinned"] = _described(_pinned(person))
    return page


def deleted(person: User) -> dict[str, Any]:
    """What was deleted lately and can be brought back, the newest first."""
    lately = timezone.now() - UNDO_FOR
    found = Conversation.every.filter(owner=person, deleted_at__gt=lately)
    rows = found.annotate(running=running()).order_by("-deleted_at")[:LIST_PAGE]
    return {"items": _described(list(rows)), "before": None, "at": milliseconds(timezone.now())}


def changes(person: User, since: int) -> dict[str, Any]:
    """What changed in the person's rows since a moment; `stale` if that cannot be told any more."""
    at = timezone.now()
    stale = {"items": [], "gone": [], "stale": True, "at": milliseconds(at)}
    try:
        moment = datetime.fromtimestamp(since / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return stale
    if at - moment > MEMORY:
        return stale
    found = Conversation.every.filter(owner=person, changed_at__gt=moment - OVERLAP)
    rows = list(found.annotate(running=running())[: MOST_CHANGES + 1])
    if len(rows) > MOST_CHANGES:
        return stale
    news = [row_news(row, running=row.running) for row in rows]
    return {
        "items": [item.conversation for item in news if isinstance(item, Changed)],
        "gone": [
            {"conversation": item.conversation, "revision": item.revision}
            for item in news
            if isinstance(item, Gone)
        ],
        "stale": False,
        "at": milliseconds(at),
    }


def read_cursor(cursor: str) -> tuple[datetime, UUID]:
    """The two halves of a cursor that `list_page` made.

    Raises:
        Absent: it is none.
    """
    moment, _bar, conversation = cursor.partition("|")
    try:
        found = datetime.fromisoformat(moment)
        if timezone.is_naive(found):
            raise Absent
        return found.astimezone(UTC), UUID(conversation)
    except (ValueError, OverflowError):
        raise Absent from None


def mark_seen(person: User, conversation_id: UUID) -> dict[str, Any] | None:
    """Take note that the person has seen the end of a conversation; its row, if that is news.

    Raises:
        Absent: not this person's.
    """
    own = person.conversations.filter(pk=conversation_id)
    if own.filter(unread=True).update(unread=False, **touched()):
        conversation = own.annotate(running=running()).get()
        return describe_conversation(conversation, running=conversation.running)
    if not own.exists():
        raise Absent
    return None


def running() -> Exists:
    """Whether a turn runs in the conversation of the query."""
    return Exists(Turn.objects.filter(conversation=OuterRef("pk"), state__in=Turn.ACTIVE))


def _in_view(person: User, view: str, folder: int | None) -> QuerySet[Any]:
    found = person.conversations.annotate(running=running())
    if view == "archived":
        return found.filter(archived_at__isnull=False)
    if folder is None:
        return found.filter(archived_at=None, folder=None, pinned_at=None)
    if not person.folders.filter(pk=folder).exists():
        raise Absent
    return found.filter(archived_at=None, folder=folder)


def _pinned(person: User) -> list[Any]:
    found = person.conversations.filter(pinned_at__isnull=False, archived_at=None)
    return list(found.annotate(running=running()).order_by("-pinned_at")[:PINS_SHOWN])


def _described(rows: list[Any]) -> list[dict[str, Any]]:
    return [describe_conversation(row, running=row.running) for row in rows]
