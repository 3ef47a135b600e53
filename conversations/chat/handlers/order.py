"""The list of conversations: read, and put in order."""

from typing import TYPE_CHECKING

from conversations.chat.frames import frame_of
from conversations.chat.frames import order as frames
from conversations.chat.handlers.base import Handlers
from conversations.library import listing, order
from conversations.models import User
from conversations.turns.database import in_database, in_writing
from conversations.turns.news import Changed

if TYPE_CHECKING:
    from conversations.chat.consumer import PageConsumer


async def list_(page: "PageConsumer", person: User, frame: frames.List) -> None:
    if frame.since is not None:
        found = await in_database(listing.changes, person, frame.since)
    elif frame.view == "deleted":
        found = await in_database(listing.deleted, person)
    else:
        where = frame.view, frame.folder, frame.before
        found = await in_database(listing.list_page, person, *where)
    page.put({"type": "conversations", "ref": frame.ref, **found})


async def seen(page: "PageConsumer", person: User, frame: frames.Seen) -> None:
    row = await in_writing(listing.mark_seen, person, frame.conversation)
    if row is not None:
        page.live.tell([Changed(person.pk, row)])


async def arrange(page: "PageConsumer", person: User, frame: frames.Arrange) -> None:
    wanted = order.Arrangement(frame.title, frame.pinned, frame.archived, frame.folder)
    page.live.tell(await in_writing(order.arrange, person, frame.conversation, wanted))
    page.put({"type": "ok", "ref": frame.ref})


async def delete(page: "PageConsumer", person: User, frame: frames.Delete) -> None:
    news, turns = await in_writing(order.delete, person, frame.conversation)
    for turn in turns:
        await page.live.stop(turn)
    page.live.tell(news)
    page.put({"type": "ok", "ref": frame.ref})


async def undelete(page: "PageConsumer", person: User, frame: frames.Undelete) -> None:
    page.live.tell(await in_writing(order.undelete, person, frame.conversation))
    page.put({"type": "ok", "ref": frame.ref})


async def folders(page: "PageConsumer", person: User, frame: frames.Folders) -> None:
    found = await in_database(order.folders, person)
    page.put({"ref": frame.ref, **frame_of(found)})


async def fold(page: "PageConsumer", person: User, frame: frames.Fold) -> None:
    folder, news = await in_writing(order.fold, person, frame.id, frame.name)
    page.live.tell([news])
    page.put({"type": "ok", "ref": frame.ref, "folder": folder})


async def unfold(page: "PageConsumer", person: User, frame: frames.Unfold) -> None:
    page.live.tell([await in_writing(order.unfold, person, frame.id)])
    page.put({"type": "ok", "ref": frame.ref})


HANDLERS: Handlers = {
    frames.List: list_,
    frames.Seen: seen,
    frames.Arrange: arrange,
    frames.Delete: delete,
    frames.Undelete: undelete,
    frames.Folders: folders,
    frames.Fold: fold,
    frames.Unfold: unfold,
}
