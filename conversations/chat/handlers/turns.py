"""The turns of a conversation: shown, started, joined, stopped."""

from typing import TYPE_CHECKING

from conversations.chat import reading
from conversations.chat.frames import turns
from conversations.chat.handlers.base import Handlers
from conversations.models import User
from conversations.turns import placing
from conversations.turns.accept import Ask, AskAgain
from conversations.turns.database import in_database, in_writing
from conversations.turns.news import describe_conversation, describe_turn

if TYPE_CHECKING:
    from conversations.chat.consumer import PageConsumer

READINGS = 3
"""Times that a conversation is read for one `open`, if news of it come in between."""


async def open_(page: "PageConsumer", person: User, frame: turns.Open) -> None:
    await _show(page, person, frame, frame.shown)


async def earlier(page: "PageConsumer", person: User, frame: turns.Earlier) -> None:
    found = await in_database(reading.earlier, person, frame.conversation, frame.before)
    page.put({"type": "earlier", "ref": frame.ref, **found})


async def choose(page: "PageConsumer", person: User, frame: turns.Choose) -> None:
    chosen = await in_writing(placing.choose, person, frame.conversation, frame.message)
    if chosen is not None:
        page.live.tell([chosen])
    await _show(page, person, frame, frame.message)


async def join(page: "PageConsumer", person: User, frame: turns.Join) -> None:
    turn = await in_database(reading.own_turn, person, frame.turn)
    await page.live.recover(turn)
    page.join(frame.turn, frame.at)


async def leave(page: "PageConsumer", person: User, frame: turns.Leave) -> None:
    page.leave(frame.turn)


async def send(page: "PageConsumer", person: User, frame: turns.Send) -> None:
    chosen = None if frame.settings is None else frame.settings.to_json()
    ask = Ask(
        frame.id,
        frame.text,
        frame.conversation,
        frame.model,
        settings=chosen,
        draft=frame.draft,
        files=frame.attachments,
        edits=frame.edits,
        after=frame.after,
    )
    await _start(page, person, ask, frame.ref)


async def again(page: "PageConsumer", person: User, frame: turns.Again) -> None:
    await _start(page, person, AskAgain(frame.id, frame.turn, frame.how), frame.ref)


async def stop(page: "PageConsumer", person: User, frame: turns.Stop) -> None:
    await in_database(reading.own_turn, person, frame.turn)
    await page.live.stop(frame.turn)
    page.put({"type": "ok", "ref": frame.ref})


async def _show(
    page: "PageConsumer", person: User, frame: turns.Open | turns.Choose, from_: int | None
) -> None:
    # News that came while it was read would be undone on the page by what was read before.
    for _once_more in range(READINGS):
        page.stirred.clear()
        found = await in_database(reading.whole, person, frame.conversation, from_)
        if str(frame.conversation) not in page.stirred:
            break
    page.put({"type": "conversation", "ref": frame.ref, **found})


async def replay(page: "PageConsumer", person: User, frame: turns.Replay) -> None:
    steps = await in_database(reading.timeline, person, frame.turn)
    page.put({"type": "timeline", "ref": frame.ref, "turn": str(frame.turn), "steps": steps})


async def _start(page: "PageConsumer", person: User, ask: Ask | AskAgain, ref: int | None) -> None:
    accepted = await page.live.accept(person, ask)
    turn = accepted.turn
    if accepted.wished:
        page.put({"type": "ok", "ref": ref})
        return
    page.put(
        {
            "type": "accepted",
            "ref": ref,
            "id": str(ask.client_id),
            "duplicate": accepted.duplicate,
            "conversation": describe_conversation(turn.conversation, running=turn.active),
            "message": accepted.question,
            "turn": describe_turn(turn),
        }
    )


HANDLERS: Handlers = {
    turns.Open: open_,
    turns.Earlier: earlier,
    turns.Choose: choose,
    turns.Join: join,
    turns.Leave: leave,
    turns.Send: send,
    turns.Again: again,
    turns.Stop: stop,
    turns.Replay: replay,
}
