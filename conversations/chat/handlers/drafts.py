"""What is typed and not sent."""

from typing import TYPE_CHECKING

from conversations.chat.frames import drafts as frames
from conversations.chat.handlers.base import Handlers
from conversations.library import drafts
from conversations.models import User
from conversations.turns.database import in_database, in_writing
from conversations.turns.news import Drafted

if TYPE_CHECKING:
    from conversations.chat.consumer import PageConsumer


async def draft(page: "PageConsumer", person: User, frame: frames.Draft) -> None:
    typed = drafts.Typed(frame.text, frame.attachments)
    place, base = frame.conversation, frame.revision
    draft, kept, news = await in_writing(drafts.keep, person, place, typed, base)
    page.put({"type": "draft", "ref": frame.ref, **draft, "kept": kept})
    if news:
        page.live.tell([Drafted(person.pk, draft)])


async def drafts_(page: "PageConsumer", person: User, frame: frames.Drafts) -> None:
    found = await in_database(drafts.overview, person)
    page.put({"type": "drafts", "ref": frame.ref, **found})


HANDLERS: Handlers = {frames.Draft: draft, frames.Drafts: drafts_}
