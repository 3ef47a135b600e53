"""What a handler is."""

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

from conversations.chat.frames.base import Frame
from conversations.models import User

if TYPE_CHECKING:
    from conversations.chat.consumer import PageConsumer

Handlers = dict[type[Frame], Callable[["PageConsumer", User, Any], Awaitable[None]]]
"""Who handles which type of frame."""
