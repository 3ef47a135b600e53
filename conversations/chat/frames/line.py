"""A page and the socket itself."""

from conversations.chat.frames.base import Frame, Position


class Pong(Frame, frozen=True, tag="pong", kw_only=True):
    mark: Position


Incoming = Pong
