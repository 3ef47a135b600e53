"""The socket itself."""

from typing import TYPE_CHECKING

from conversations.chat.frames import line
from conversations.chat.handlers.base import Handlers
from conversations.models import User

if TYPE_CHECKING:
    from conversations.chat.consumer import PageConsumer


async def pong(page: "PageConsumer", person: User, frame: line.Pong) -> None:
    if page.outbox.answered(frame.mark):
        page.rate.give_back()  # the server sent as many as are answered


HANDLERS: Handlers = {line.Pong: pong}
