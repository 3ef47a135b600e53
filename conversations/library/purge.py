"""What was deleted for good: conversations that cannot be brought back any more. Blocking.

A few rows at a time, since SQLite has one writer: whoever streams an answer waits for each.
"""

import logging
import time
from uuid import UUID

from django.utils import timezone

from conversations.files.storage import remove_of
from conversations.library.listing import UNDO_FOR
from conversations.models import Conversation, Message, Turn
from conversations.turns.database import writing

logger = logging.getLogger(__name__)

AFTER = UNDO_FOR * 1.1
"""A little later than the last moment for bringing it back, by whatever process's clock."""
BATCH = 50
"""Messages in one transaction."""
AT_MOST = 5.0
"""Seconds of one run; the next one goes on."""
REST = 0.02
"""Seconds between transactions, in which others write."""


def purge(seconds: float = AT_MOST) -> int:
    """Remove what was deleted long enough ago; how many conversations are gone now."""
    until = time.monotonic() + seconds
    removed = 0
    for conversation_id in _due():
        while time.monotonic() < until:
            if not _remove_some(conversation_id):
                removed += _remove(conversation_id)
                break
            time.sleep(REST)
    return removed


def _due() -> list[UUID]:
    gone = Conversation.every.filter(deleted_at__lt=timezone.now() - AFTER)
    # One whose turn still ends is left for the next run.
    ended = gone.exclude(turns__state__in=Turn.ACTIVE)
    return list(ended.order_by("deleted_at").values_list("pk", flat=True)[:20])


def _remove_some(conversation_id: UUID) -> int:
    """Remove the newest messages, with their turns: what hangs on a message is newer than it."""
    with writing():
        newest = Message.objects.filter(conversation=conversation_id).order_by("-pk")
        batch = list(newest.values_list("pk", flat=True)[:BATCH])
        if batch:
            Message.objects.filter(pk__in=batch).delete()
    return len(batch)


def _remove(conversation_id: UUID) -> int:
    """Remove what is left: the row, drafts, links and files. The usage ledger stays."""
    with writing():
        gone = Conversation.every.filter(pk=conversation_id, deleted_at__isnull=False)
        for conversation in gone:
            remove_of(conversation)
        number, _each = gone.delete()
    return min(number, 1)
