"""The search through a person's conversations."""

from typing import TYPE_CHECKING

from conversations.chat import searching
from conversations.chat.frames import search
from conversations.chat.handlers.base import Handlers
from conversations.models import User
from conversations.turns.database import in_searching

if TYPE_CHECKING:
    from conversations.chat.consumer import PageConsumer


async def search_(page: "PageConsumer", person: User, frame: search.Search) -> None:
    found = await in_searching(
        searching.found, person, frame.text, thoughts=frame.thoughts, cursor=frame.more
    )
    page.put({"type": "found", "ref": frame.ref, **found})


HANDLERS: Handlers = {search.Search: search_}
