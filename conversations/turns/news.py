"""What there is to tell of turns: frozen values, and the words in which they are told.

The descriptions are those of conversations/chat/FRAMES.md, made here because every process must
be able to make them from the database alone.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from conversations.endpoint import choices
from conversations.endpoint.parts import Outcome, Part
from conversations.models import Conversation, Message, Turn
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
    """Somebody started a turn."""

    person: int
    conversation: str
    message: dict[str, Any]
    turn: dict[str, Any]

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


News = Tail | TurnState | TurnEnd | Changed | Started | PresetsChanged


def milliseconds(moment: datetime | None) -> int | None:
    """A moment as the page takes it."""
    return None if moment is None else round(moment.timestamp() * 1000)


def describe_outcome(turn: Turn) -> dict[str, Any] | None:
    """The named end of a turn."""
    if not turn.outcome:
        return None
    outcome = Outcome(turn.outcome, turn.reason, turn.status, turn.detail, turn.retryable)
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
        "model": turn.model,
        "budget": turn.budget,
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
    if with_pieces:
        described["pieces"] = since((Part(raw) for raw in message.parts), 0)
    turn = getattr(message, "turn", None) if message.role == Message.Role.MODEL else None
    if turn is not None:
        described["turn"] = describe_turn(turn)
    return described


def end_of(turn: Turn) -> TurnEnd:
    """The news of a turn that has ended; its reply must be loaded."""
    reply = turn.reply
    message = None if reply is None else describe_message(reply, with_pieces=False)
    return TurnEnd(describe_turn(turn), turn.position, message)


def describe_conversation(conversation: Conversation, *, running: bool) -> dict[str, Any]:
    """A conversation as the list shows it."""
    return {
        "id": str(conversation.pk),
        "title": conversation.title,
        "updated": milliseconds(conversation.updated_at),
        "running": running,
        "unread": conversation.unread,
        "model": conversation.model,
        "chosen": choices.mark(conversation.settings),
        "revision": conversation.revision,
        "pinned": milliseconds(conversation.pinned_at),
        "archived": milliseconds(conversation.archived_at),
        "folder": conversation.folder_id,
    }
