"""A page and what is typed and not sent."""

from uuid import UUID

from conversations.chat.frames.base import Files, Frame, Position


class Draft(Frame, frozen=True, tag="draft", kw_only=True):
    text: str
    revision: Position
    conversation: UUID | None = None
    attachments: Files | None = None


class Drafts(Frame, frozen=True, tag="drafts"):
    pass


Incoming = Draft | Drafts
