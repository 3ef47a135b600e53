"""A page and the turns of one conversation."""

from typing import Literal
from uuid import UUID

from conversations.chat.frames.base import Files, Frame, Id, Position, Short
from conversations.endpoint.choices import Choices


class Open(Frame, frozen=True, tag="open", kw_only=True):
    conversation: UUID
    shown: Id | None = None


class Earlier(Frame, frozen=True, tag="earlier", kw_only=True):
    conversation: UUID
    before: Id


class Choose(Frame, frozen=True, tag="choose", kw_only=True):
    conversation: UUID
    message: Id


class Join(Frame, frozen=True, tag="join", kw_only=True):
    turn: UUID
    at: Position


class Leave(Frame, frozen=True, tag="leave", kw_only=True):
    turn: UUID


class Send(Frame, frozen=True, tag="send", kw_only=True):
    id: UUID
    text: str
    conversation: UUID | None = None
    model: Short | None = None
    settings: Choices | None = None
    draft: Position | None = None
    attachments: Files = ()
    edits: Id | None = None
    after: Id | None = None

    def __post_init__(self) -> None:
        if self.conversation is not None and self.settings is not None:
            raise ValueError("Only what begins has settings: field `settings`")


class Again(Frame, frozen=True, tag="again", kw_only=True):
    id: UUID
    turn: UUID
    how: Literal["same", "more_room", "answer_now", "continue"] = "same"


class Stop(Frame, frozen=True, tag="stop", kw_only=True):
    turn: UUID


class Replay(Frame, frozen=True, tag="replay", kw_only=True):
    turn: UUID


Incoming = Open | Earlier | Choose | Join | Leave | Send | Again | Stop | Replay
