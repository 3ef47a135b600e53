"""What a person's page asks of the database. Blocking; each begins at the person's own rows."""

from typing import Any
from uuid import UUID

from conversations.library import drafts
from conversations.models import Turn, User
from conversations.turns.news import describe_conversation, describe_message, describe_turn
from conversations.turns.refusals import Absent


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
        "draft": drafts.described(person, conversation_id),
    }


def own_turn(person: User, turn_id: UUID) -> Turn:
    """A turn in one of the person's conversations.

    Raises:
        Absent: not this person's.
    """
    own = Turn.objects.filter(conversation__owner=person, conversation__deleted_at=None)
    turn = own.filter(pk=turn_id).first()
    if turn is None:
        raise Absent
    return turn
