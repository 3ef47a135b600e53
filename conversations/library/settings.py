"""How a conversation's turns are asked, and with what settings a turn was made."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Exists, OuterRef

from conversations.endpoint import choices
from conversations.endpoint.capabilities import for_model
from conversations.endpoint.parts import Settings
from conversations.models import Conversation, Turn, User
from conversations.models.conversation import touched
from conversations.turns.database import writing
from conversations.turns.news import describe_conversation, describe_turn
from conversations.turns.refusals import Absent, Refusal


class NotOffered(Refusal):
    """A model that this site does not offer."""

    code = "not_offered"


@dataclass(frozen=True, slots=True)
class Chosen:
    """A conversation's row as it is told, and what was chosen for it."""

    row: dict[str, Any]
    settings: dict[str, Any]


def configure(
    person: User, conversation_id: UUID, change: Mapping[str, Any], model: str | None = None
) -> Chosen:
    """Change a conversation's settings field by field: of two changes to one, the later holds.

    What the model does not have is stored all the same, for when another one is chosen again;
    `Capability.fit` leaves it out of what is sent.

    Raises:
        Refusal: not this person's, or no such model; nothing was changed.
    """
    offered(model)
    with writing():
        conversation = _own(person, conversation_id, lock=True)
        conversation.settings = choices.merged(conversation.settings, change, settings.GENERATION)
        conversation.model = model or conversation.model
        Conversation.objects.filter(pk=conversation.pk).update(
            settings=conversation.settings, model=conversation.model, **touched()
        )
        return _told(person, conversation_id)


def read(person: User, conversation_id: UUID) -> Chosen:
    """What was chosen for a conversation.

    Raises:
        Absent: not this person's.
    """
    return _told(person, conversation_id)


def offered(model: str | None) -> None:
    """Check a choice of model.

    Raises:
        NotOffered: there is no such one here.
    """
    if model is not None and model not in settings.GEMINI_MODELS:
        raise NotOffered


def made(person: User, turn_id: UUID) -> dict[str, Any]:
    """With what a turn was made: its settings as sent, and which differ from the site's of today.

    Raises:
        Absent: not in one of the person's conversations.
    """
    own = Turn.objects.filter(conversation__owner=person, conversation__deleted_at=None)
    turn = own.filter(pk=turn_id).first()
    if turn is None:
        raise Absent
    capability = for_model(turn.model)
    sent = choices.described(Settings.from_json(turn.settings))
    usual = choices.described(capability.fit(choices.settings(settings.GENERATION, {})))
    return {
        "turn": describe_turn(turn),
        "label": capability.label,
        "version": turn.model_version,
        "how": turn.how,
        "settings": sent,
        "differs": [
            name for name in sorted(sent.keys() | usual) if sent.get(name) != usual.get(name)
        ],
    }


def _own(person: User, conversation_id: UUID, *, lock: bool = False) -> Conversation:
    found = person.conversations.filter(pk=conversation_id)
    # SQLite's transaction is the lock, and its SELECT takes no such words.
    conversation = (found.select_for_update(no_key=True) if lock else found).first()
    if conversation is None:
        raise Absent
    return conversation


def _told(person: User, conversation_id: UUID) -> Chosen:
    running = Exists(Turn.objects.filter(conversation=OuterRef("pk"), state__in=Turn.ACTIVE))
    found = person.conversations.filter(pk=conversation_id).annotate(running=running).first()
    if found is None:
        raise Absent
    return Chosen(describe_conversation(found, running=found.running), found.settings)
