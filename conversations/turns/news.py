"""What there is to tell of turns: frozen values, and the words in which they are told.

The descriptions are those of conversations/chat/FRAMES.md, made here because every process must
be able to make them from the database alone.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, Q
from django.utils import timezone

from conversations.endpoint import choices
from conversations.endpoint.capabilities import for_model
from conversations.endpoint.grounding import grounding_of
from conversations.endpoint.parts import Part
from conversations.models import Conversation, Draft, Message, Turn, User
from conversations.turns.pieces import Piece, since


@dataclass(frozen=True, slots=True)
class Tail:
    """New log of a turn, committed."""

    turn: str
    start: int
    end: int
    pieces: list[Piece]
    usage: dict[str, int] | None = None

    @property
    def topic(self) -> str:
        return f"turn:{self.turn}"


@dataclass(frozen=True, slots=True)
class TurnState:
    """A turn's state or its coming retry changed."""

    turn: dict[str, Any]

    @property
    def topic(self) -> str:
        return f"turn:{self.turn['id']}"


@dataclass(frozen=True, slots=True)
class TurnEnd:
    """A turn has ended; its log is `at` long."""

    turn: dict[str, Any]
    at: int
    message: dict[str, Any] | None

    @property
    def topic(self) -> str:
        return f"turn:{self.turn['id']}"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The log of a turn between two positions, for one subscriber."""

    turn: dict[str, Any]
    start: int
    end: int
    pieces: list[Piece]


@dataclass(frozen=True, slots=True)
class Changed:
    """A row of somebody's list is new or different."""

    person: int
    conversation: dict[str, Any]

    @property
    def topic(self) -> str:
        return f"person:{self.person}"


@dataclass(frozen=True, slots=True)
class Started:
    """Somebody started a turn.

    Args:
        asked: the id under which the page asked for it.
    """

    person: int
    conversation: str
    message: dict[str, Any]
    turn: dict[str, Any]
    asked: str

    @property
    def topic(self) -> str:
        return f"person:{self.person}"


@dataclass(frozen=True, slots=True)
class PresetsChanged:
    """Somebody's presets, all of them."""

    person: int
    presets: list[dict[str, Any]]

    @property
    def topic(self) -> str:
        return f"person:{self.person}"


@dataclass(frozen=True, slots=True)
class Gone:
    """A conversation was deleted; a row with a higher revision says that it is back."""

    person: int
    conversation: str
    revision: int

    @property
    def topic(self) -> str:
        return f"person:{self.person}"


@dataclass(frozen=True, slots=True)
class Folders:
    """All folders of somebody, as they are since a moment (milliseconds)."""

    person: int
    at: float
    items: list[dict[str, Any]]

    @property
    def topic(self) -> str:
        return f"person:{self.person}"


@dataclass(frozen=True, slots=True)
class Drafted:
    """What somebody has typed and attached and not sent is different now."""

    person: int
    draft: dict[str, Any]

    @property
    def topic(self) -> str:
        return f"person:{self.person}"


News = Tail | TurnState | TurnEnd | Changed | Started | PresetsChanged | Gone | Folders | Drafted


def milliseconds(moment: datetime | None) -> int | None:
    """A moment as the page takes it."""
    return None if moment is None else round(moment.timestamp() * 1000)


def describe_outcome(turn: Turn) -> dict[str, Any] | None:
    """The named end of a turn."""
    if not turn.outcome:
        return None
    outcome = turn.ended_as
    return {
        "name": outcome.name,
        "reason": outcome.reason,
        "status": outcome.status,
        "message": outcome.message,
        "action": outcome.action,
    }


def describe_usage(turn: Turn) -> dict[str, int]:
    """The tokens of a turn, as far as they are known."""
    return {
        "prompt": turn.prompt_tokens,
        "cached": turn.cached_tokens,
        "thought": turn.thought_tokens,
        "answer": turn.answer_tokens,
        "tool": turn.tool_tokens,
        "total": turn.total_tokens,
    }


def describe_turn(turn: Turn) -> dict[str, Any]:
    """A turn, whole, without its log."""
    return {
        "id": str(turn.pk),
        "conversation": str(turn.conversation_id),
        "question": turn.question_id,
        "reply": turn.reply_id,
        "state": turn.state,
        "outcome": describe_outcome(turn),
        "waiting": turn.waiting,
        "how": turn.how,
        "model": turn.model,
        "budget": turn.budget,
        "level": for_model(turn.model).level(turn.settings.get("thinking_level")),
        "usage": describe_usage(turn),
        "times": {
            "accepted": milliseconds(turn.accepted_at),
            "asked": milliseconds(turn.asked_at),
            "thought": milliseconds(turn.thought_at),
            "answer": milliseconds(turn.answer_at),
            "end": milliseconds(turn.ended_at),
        },
        "now": milliseconds(timezone.now()),
        "position": turn.position,
    }


def describe_message(message: Message, *, with_pieces: bool = True) -> dict[str, Any]:
    """A message; a reply brings its turn along."""
    described: dict[str, Any] = {
        "id": message.pk,
        "parent": message.parent_id,
        "role": message.role,
        "created": milliseconds(message.created_at),
    }
    if message.kind:
        described["kind"] = message.kind
    if with_pieces:
        described["pieces"] = since((Part(raw) for raw in message.parts), 0)
    turn = getattr(message, "turn", None) if message.role == Message.Role.MODEL else None
    if turn is not None:
        described["turn"] = describe_turn(turn)
        # Its text, which may be a deferred one, is asked for only where something refers to it.
        told = message.metadata
        described["grounding"] = grounding_of(told, message.answer_text) if told else None
    return described


def describe_question(question: Message) -> dict[str, Any]:
    """The question of a turn that begins, and its place in the tree. Asks the database."""
    around = Message.objects.filter(conversation=question.conversation_id).order_by("pk")
    siblings = list(around.filter(parent=question.parent_id).values_list("pk", flat=True))
    replies = list(around.filter(parent=question.pk).values_list("pk", flat=True))
    return describe_message(question) | among(siblings) | {"replies": replies}


def among(siblings: list[int]) -> dict[str, list[int]]:
    """What a message says of those that follow the same one: nothing where it is alone."""
    return {"siblings": siblings} if len(siblings) > 1 else {}


def started_news(turn: Turn, question: dict[str, Any]) -> list[News]:
    """What is told of a turn that begins: itself before the row that names its question."""
    row = describe_conversation(turn.conversation, running=True)
    return [started(turn, question), Changed(turn.conversation.owner_id, row)]


def started(turn: Turn, question: dict[str, Any]) -> Started:
    """The news of a turn that began, with its question as described."""
    conversation, asked = str(turn.conversation_id), str(turn.client_id)
    return Started(turn.person_id, conversation, question, describe_turn(turn), asked)


def end_of(turn: Turn) -> TurnEnd:
    """The news of a turn that has ended; its reply must be loaded."""
    reply = turn.reply
    message = None if reply is None else describe_message(reply, with_pieces=False)
    return TurnEnd(describe_turn(turn), turn.position, message)


def row_news(conversation: Conversation, *, running: bool) -> Changed | Gone:
    """What is told of a row as it is now: one that was deleted stays gone, whatever changes it."""
    if conversation.deleted_at is not None:
        return Gone(conversation.owner_id, str(conversation.pk), conversation.revision)
    return Changed(conversation.owner_id, describe_conversation(conversation, running=running))


def folders_of(person: User) -> Folders:
    """A person's folders by name, each with how many conversations are in it."""
    there = Q(conversations__deleted_at=None, conversations__archived_at=None)
    counted = person.folders.annotate(count=Count("conversations", filter=there))
    rows = counted.values_list("pk", "name", "count")
    items = [{"id": pk, "name": name, "count": count} for pk, name, count in rows]
    at = person.folders_at.timestamp() * 1000 if person.folders_at else 0
    return Folders(person.pk, at, items)


def describe_draft(draft: Draft) -> dict[str, Any]:
    """What was typed and attached and not sent in a conversation, or (null) for a new one."""
    conversation = draft.conversation_id
    return {
        "conversation": None if conversation is None else str(conversation),
        "text": draft.text,
        "attachments": draft.attachments,
        "revision": draft.revision,
    }


def describe_conversation(conversation: Conversation, *, running: bool) -> dict[str, Any]:
    """A conversation as the list shows it."""
    return {
        "id": str(conversation.pk),
        "title": conversation.title,
        "updated": milliseconds(conversation.updated_at),
        "leaf": conversation.leaf_id,
        "running": running,
        "unread": conversation.unread,
        "model": conversation.model,
        "chosen": choices.mark(conversation.settings),
        "revision": conversation.revision,
        "pinned": milliseconds(conversation.pinned_at),
        "archived": milliseconds(conversation.archived_at),
        "folder": conversation.folder_id,
    }
