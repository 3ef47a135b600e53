"""A page and how turns are asked: a conversation's settings, and a person's presets."""

from typing import Annotated
from uuid import UUID

from msgspec import Meta

from conversations.chat.frames.base import Frame, Id, Short
from conversations.endpoint.choices import Choices

Name = Annotated[str, Meta(max_length=80)]


class Configure(Frame, frozen=True, tag="configure", kw_only=True):
    conversation: UUID
    settings: Choices = Choices()
    model: Short | None = None


class ReadSettings(Frame, frozen=True, tag="settings", kw_only=True):
    conversation: UUID


class Made(Frame, frozen=True, tag="made", kw_only=True):
    turn: UUID


class Presets(Frame, frozen=True, tag="presets"):
    pass


class KeepPreset(Frame, frozen=True, tag="keep-preset", kw_only=True):
    preset: Id | None = None
    name: Name | None = None
    model: Short | None = None
    settings: Choices | None = None
    default: bool | None = None


class DropPreset(Frame, frozen=True, tag="drop-preset", kw_only=True):
    preset: Id


Incoming = Configure | ReadSettings | Made | Presets | KeepPreset | DropPreset
