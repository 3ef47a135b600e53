"""What a search finds, as its frame tells it. Blocking."""

from typing import Any

from django.db.models import F

from conversations.library.listing import running
from conversations.library.search.found import Hit, find
from conversations.models import Conversation, User
from conversations.turns.news import describe_conversation


def found(person: User, text: str, *, thoughts: bool, cursor: str | None) -> dict[str, Any]:
    """Conversations with hits, and the cursor of the next ones.

    Raises:
        Absent: the cursor is none.
        TooSlow: the database took too long.
    """
    result = find(person, text, thoughts=thoughts, cursor=cursor)
    # The sum keeps a database without statistics from beginning with all that a person has.
    rows = Conversation.objects.filter(pk__in=result.items).annotate(whose=F("owner_id") + 0)
    rows = rows.filter(whose=person.pk).annotate(running=running())
    by_id = {row.pk: describe_conversation(row, running=row.running) for row in rows.order_by()}
    items = [
        {"conversation": by_id[conversation], "hits": [describe_hit(hit) for hit in hits]}
        for conversation, hits in result.items.items()
        if conversation in by_id  # not deleted meanwhile
    ]
    return {"items": items, "more": result.more}


def describe_hit(hit: Hit) -> dict[str, Any]:
    return {
        "message": hit.message,
        "role": hit.role,
        "where": hit.where,
        "snippet": hit.snippet,
    }
