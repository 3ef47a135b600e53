"""A page and the list of conversations."""

from uuid import UUID

from conversations.chat.frames.base import Frame, Short


class List(Frame, frozen=True, tag="list"):
    before: Short | None = None


class Seen(Frame, frozen=True, tag="seen", kw_only=True):
    conversation: UUID


Incoming = List | Seen
