"""What a turn sends: the conversation up to its question, as the endpoint takes it."""

from typing import Any
from uuid import UUID

from conversations.endpoint.parts import Content, Request, Settings
from conversations.models import Message, Turn
from conversations.models.tree import Tree
from conversations.turns.attaching import as_sent


def request_for(turn: Turn) -> Request:
    """The request of a turn, from the database alone, so that any process can run it.

    Signatures go back unchanged on the part they came with; thoughts need not go back, and wire.py
    leaves them out.
    """
    contents = tuple(
        Content(role, tuple(part for raw in parts for part in as_sent(raw)))
        for role, parts in path(turn.conversation_id, turn.question_id)
    )
    return Request(turn.model, contents, Settings.from_json(turn.settings))


def path(conversation_id: UUID, leaf_id: int) -> list[tuple[str, list[dict[str, Any]]]]:
    """Role and parts of each message from the first to the given one, and no other's."""
    messages = Message.objects.filter(conversation=conversation_id)
    way = Tree.of(messages).path(leaf_id)
    found = messages.only("role", "parts").in_bulk(way)
    return [(found[message].role, found[message].parts) for message in way]
