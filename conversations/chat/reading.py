"""What a person's page asks of the database. Blocking; each begins at the person's own rows."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from conversations.models import Turn, User
from conversations.models.conversation import touched
from conversations.turns.news import describe_conversation, describe_message, describe_turn
from conversations.turns.refusals import Absent

LIST_PAGE = 50


def list_page(person: User, before: str | None) -> dict[str, Any]:
    """A page of the person's list, newest first, and the cursor of the next one."""
    found = person.conversations.annotate(running=_running())
    if before is not None:
        moment, conversation = read_cursor(before)
        found = found.filter(Q(updated_at__lt=moment) | Q(updated_at=moment, pk__lt=conversation))
    rows = list(found[: LIST_PAGE + 1])
    more = len(rows) > LIST_PAGE
    last = rows[LIST_PAGE - 1] if more else None
    return {
        "items": [describe_conversation(row, running=row.running) for row in rows[:LIST_PAGE]],
        "before": last and f"{last.updated_at.isoformat()}|{last.pk}",
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


def whole(person: User, conversation_id: UUID) -> dict[str, Any]:
    """A conversation as it is shown: its messages up to the leaf on show, and the turn to join.

    While a turn runs its question is the leaf, and its end puts the reply there. Should it end
    between the queries here, the leaf that was read is still the question: so that turn is named
    whether it runs or has ended since, and whoever joins it gets the rest. A turn that begins in
    between follows another leaf, and its own news tell of it.

    Raises:
        Absent: not this person's.
    """
    conversation = person.conversations.filter(pk=conversation_id).first()
    if conversation is None:
        raise Absent
    turns = conversation.turns.filter(question=conversation.leaf_id).order_by("-accepted_at")
    turn = turns.first() if conversation.leaf_id is not None else None
    path = conversation.path_to(conversation.leaf_id)
    running = turn is not None and turn.active
    return {
        "conversation": describe_conversation(conversation, running=running),
        "settings": conversation.settings,
        "messages": [describe_message(message) for message in path],
        "turn": turn and describe_turn(turn),
    }


def own_turn(person: User, turn_id: UUID) -> Turn:
    """A turn in one of the person's conversations.

    Raises:
        Absent: not this person's.
    """
    turn = Turn.objects.filter(pk=turn_id, conversation__owner=person).first()
    if turn is None:
        raise Absent
    return turn


def mark_seen(person: User, conversation_id: UUID) -> dict[str, Any] | None:
    """Take note that the person has seen the end of a conversation; its row, if that is news.

    Raises:
        Absent: not this person's.
    """
    own = person.conversations.filter(pk=conversation_id)
    if own.filter(unread=True).update(unread=False, **touched()):
        conversation = own.annotate(running=_running()).get()
        return describe_conversation(conversation, running=conversation.running)
    if not own.exists():
        raise Absent
    return None


def _running() -> Exists:
    return Exists(Turn.objects.filter(conversation=OuterRef("pk"), state__in=Turn.ACTIVE))
