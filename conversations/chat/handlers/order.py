"""The list of conversations."""

from typing import TYPE_CHECKING

from conversations.chat import reading
from conversations.chat.frames import order
from conversations.chat.handlers.base import Handlers
from conversations.models import User
from conversations.turns.database import in_database, in_writing
from conversations.turns.news import Changed

if TYPE_CHECKING:
    from conversations.chat.consumer import PageConsumer


async def list_(page: "PageConsumer", person: User, frame: order.List) -> None:
    found = await in_database(reading.list_page, person, frame.before)
    page.put({"type": "conversations", "ref": frame.ref, **found})


async def seen(page: "PageConsumer", person: User, frame: order.Seen) -> None:
    row = await in_writing(reading.mark_seen, person, frame.conversation)
    if row is not None:
        page.live.tell([Changed(person.pk, row)])


HANDLERS: Handlers = {order.List: list_, order.Seen: seen}
