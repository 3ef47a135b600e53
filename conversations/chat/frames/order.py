"""A page and the list of conversations: read, and put in order."""

from typing import Annotated, Literal
from uuid import UUID

from msgspec import UNSET, Meta, UnsetType

from conversations.chat.frames.base import Frame, Id, Position, Short


class List(Frame, frozen=True, tag="list"):
    before: Short | None = None
    view: Literal["active", "archived", "deleted"] = "active"
    folder: Id | None = None
    since: Position | None = None


class Seen(Frame, frozen=True, tag="seen", kw_only=True):
    conversation: UUID


class Arrange(Frame, frozen=True, tag="arrange", kw_only=True):
    conversation: UUID
    title: Short | UnsetType = UNSET
    pinned: bool | UnsetType = UNSET
    archived: bool | UnsetType = UNSET
    folder: Id | UnsetType | None = UNSET


class Delete(Frame, frozen=True, tag="delete", kw_only=True):
    conversation: UUID


class Undelete(Frame, frozen=True, tag="undelete", kw_only=True):
    conversation: UUID


class Folders(Frame, frozen=True, tag="folders"):
    pass


class Fold(Frame, frozen=True, tag="fold", kw_only=True):
    name: Annotated[str, Meta(max_length=80)]
    id: Id | None = None


class Unfold(Frame, frozen=True, tag="unfold", kw_only=True):
    id: Id


Incoming = List | Seen | Arrange | Delete | Undelete | Folders | Fold | Unfold
