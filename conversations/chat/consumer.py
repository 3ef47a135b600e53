"""The socket of one page: it authorises, parses, delegates and forwards. Nothing here waits for a
turn: a handler that did would hold up the stop behind it."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

from channels.consumer import AsyncConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.db import Error
from django.utils import timezone
from django.utils.translation import gettext as _

from conversations.chat import door, frames, reading, sockets
from conversations.chat.frames import Incoming, Malformed
from conversations.chat.outbox import Outbox, Overflow
from conversations.chat.rate import Rate
from conversations.endpoint.capabilities import for_model
from conversations.models import User
from conversations.turns.accept import MESSAGE_LIMIT, Ask, AskAgain, Refusal
from conversations.turns.database import in_database, in_writing
from conversations.turns.live import Live, get_live
from conversations.turns.news import (
    Changed,
    News,
    Snapshot,
    Started,
    TurnEnd,
    describe_conversation,
    describe_message,
    describe_turn,
    milliseconds,
)
from conversations.turns.subscription import Subscription

logger = logging.getLogger(__name__)

SIGNED_OUT, ABUSE, NOT_READING = 4401, 4400, 4408
CHECK_EVERY = 30.0
"""Seconds between looks at the session of a socket that says nothing."""
MARK_EVERY = 15.0
"""Seconds after which a silent page is asked whether it is there."""
GONE_AFTER, STUCK_AFTER = 40.0, 30.0
"""Seconds without an answer: from a page that took all that was sent, and from one that did not."""
READINGS = 3
"""Times that a conversation is read for one `open`, if news of it come in between."""
JOINED_LIMIT = 20
"""Turns that one page may watch at once."""


class PageConsumer(AsyncWebsocketConsumer):
    """One page of one person."""

    # News come straight from the process (turns/hub.py): a channel for each socket would cost
    # a task, a Redis subscription and a thread hop for each message.
    channel_layer_alias = "none"

    def __init__(self) -> None:
        super().__init__()
        self.live: Live = get_live()
        self.rate = Rate()
        self.outbox = Outbox(self._send, self._resume)
        self.subscriptions: dict[UUID, Subscription] = {}
        self.tasks: list[asyncio.Task[None]] = []
        self.closing: asyncio.Task[None] | None = None
        self.entry: door.Pass | None = None
        self.stirred: set[str] = set()
        """Conversations that news were told of since one was last read."""
        self.leave_person: Callable[[], None] | None = None

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        # daphne cancels a handler that is still busy 10 s after its socket is gone, and then no
        # `disconnect` comes.
        try:
            await super().__call__(scope, receive, send)
        finally:
            self._forget()

    async def connect(self) -> None:
        if not door.origin_allowed(self.scope):
            await self.close()
            return
        await self.accept()
        try:
            entry = await in_database(door.let_in, self.scope)
        except Error as error:
            logger.warning("A socket is sent away (%s)", type(error).__name__)
            await self.close(sockets.RESTART)
            return
        if entry is None:
            await self.close(SIGNED_OUT)
            return
        self.entry, person = entry, entry.person
        loop = asyncio.get_running_loop()
        self.tasks = [loop.create_task(self._pump()), loop.create_task(self._watch())]
        self.leave_person = self.live.hub.subscribe(f"person:{person.pk}", self.deliver)
        sockets.opened(self)
        self.put(welcome(person))

    def _forget(self) -> None:
        """Leave nothing of this socket behind."""
        sockets.closed(self)
        if self.leave_person is not None:
            self.leave_person()
        for subscription in self.subscriptions.values():
            subscription.close()
        for task in self.tasks:
            task.cancel()

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        if self.entry is None:
            return  # turned away: what was sent before that was heard comes here all the same
        self.outbox.heard_at = time.monotonic()
        if not self.rate.take(len(text_data or "")):
            if self.rate.abused:
                await self.close(ABUSE)
            else:
                ref = frames.ref_of(text_data or "")
                self.put(frames.error("slow_down", sentence("slow_down"), ref))
            return
        try:
            await self._handle(frames.parse(text_data or ""))
        except Malformed as error:
            reason = _("The server did not understand this page: {reason}").format(reason=error)
            self.put(frames.error(error.code, reason, error.ref, error.field))

    async def _handle(self, frame: Incoming) -> None:
        """Check the person, run the frame's handler, answer what it refuses."""
        try:
            person = await self._check()
            if person is not None:
                await HANDLERS[type(frame)](self, person, frame)
        except Refusal as refusal:
            self.put(frames.error(refusal.code, sentence(refusal.code), frame.ref))
        except reading.Absent:
            self.put(frames.error("not_found", sentence("not_found"), frame.ref))
        except Error as error:
            logger.warning("%s not done (%s)", type(frame).__name__, type(error).__name__)
            self.put(frames.error("unavailable", sentence("unavailable"), frame.ref))

    # The handlers, one for each type of frame

    async def on_list(self, person: User, frame: frames.List) -> None:
        page = await in_database(reading.list_page, person, frame.before)
        self.put({"type": "conversations", "ref": frame.ref, **page})

    async def on_open(self, person: User, frame: frames.Open) -> None:
        # News that came while it was read would be undone on the page by what was read before.
        for _once_more in range(READINGS):
            self.stirred.clear()
            found = await in_database(reading.whole, person, frame.conversation)
            if str(frame.conversation) not in self.stirred:
                break
        self.put({"type": "conversation", "ref": frame.ref, **found})

    async def on_join(self, person: User, frame: frames.Join) -> None:
        turn = await in_database(reading.own_turn, person, frame.turn)
        await self.live.recover(turn)
        self._leave(frame.turn)
        while len(self.subscriptions) >= JOINED_LIMIT:
            self._leave(next(iter(self.subscriptions)))
        self.subscriptions[frame.turn] = self.live.join(frame.turn, frame.at, self.deliver)

    async def on_leave(self, person: User, frame: frames.Leave) -> None:
        self._leave(frame.turn)

    async def on_send(self, person: User, frame: frames.Send) -> None:
        ask = Ask(frame.id, frame.text, frame.conversation, frame.model)
        await self._start(person, ask, frame.ref)

    async def on_again(self, person: User, frame: frames.Again) -> None:
        await self._start(person, AskAgain(frame.id, frame.turn, frame.how), frame.ref)

    async def on_stop(self, person: User, frame: frames.Stop) -> None:
        await in_database(reading.own_turn, person, frame.turn)
        await self.live.stop(frame.turn)
        self.put({"type": "ok", "ref": frame.ref})

    async def on_seen(self, person: User, frame: frames.Seen) -> None:
        row = await in_writing(reading.mark_seen, person, frame.conversation)
        if row is not None:
            self.live.tell([Changed(person.pk, row)])

    async def on_pong(self, person: User, frame: frames.Pong) -> None:
        if self.outbox.answered(frame.mark):
            self.rate.give_back()  # the server sent as many as are answered

    async def _start(self, person: User, ask: Ask | AskAgain, ref: int | None) -> None:
        accepted = await self.live.accept(person, ask)
        turn = accepted.turn
        self.put(
            {
                "type": "accepted",
                "ref": ref,
                "id": str(ask.client_id),
                "duplicate": accepted.duplicate,
                "conversation": describe_conversation(turn.conversation, running=turn.active),
                "message": describe_message(turn.question),
                "turn": describe_turn(turn),
            }
        )

    # What goes out

    def put(self, frame: dict[str, Any]) -> None:
        """Queue a frame; a page that lets too many wait is closed."""
        self._queue(frame)

    def deliver(self, news: News | Snapshot) -> None:
        """Queue news; called by the hub and by this page's subscriptions."""
        self._queue(news)
        if isinstance(news, TurnEnd):
            self.subscriptions.pop(UUID(news.turn["id"]), None)
        elif isinstance(news, Changed):
            self.stirred.add(news.conversation["id"])
        elif isinstance(news, Started):
            self.stirred.add(news.conversation)

    def _queue(self, frame: dict[str, Any] | News | Snapshot) -> None:
        try:
            self.outbox.put(frame)
        except Overflow:
            if self.closing is None:
                self.closing = asyncio.get_running_loop().create_task(self.close(NOT_READING))
            return
        if self.outbox.full:
            for subscription in self.subscriptions.values():
                subscription.pause()

    def _resume(self) -> None:
        for subscription in self.subscriptions.values():
            subscription.resume()

    def _leave(self, turn_id: UUID) -> None:
        subscription = self.subscriptions.pop(turn_id, None)
        if subscription is not None:
            subscription.close()

    async def _send(self, text: str) -> None:
        await AsyncConsumer.send(self, {"type": "websocket.send", "text": text})

    async def _pump(self) -> None:
        try:
            await self.outbox.run()
        except Exception as error:
            # Most often daphne refuses, since the socket is closing already.
            logger.debug("A socket is gone (%s)", type(error).__name__)
            await self.close(NOT_READING)

    async def _watch(self) -> None:
        """Look after a silent socket: its session, and whether anybody is there."""
        checked_at = time.monotonic()
        while True:
            await asyncio.sleep(5)
            now = time.monotonic()
            gone = now - self.outbox.heard_at > GONE_AFTER
            if gone or self.outbox.stuck_for(now) > STUCK_AFTER:
                await self.close(NOT_READING)
                return
            if now - self.outbox.marked_at >= MARK_EVERY - 2.5:
                self.outbox.mark()
            if now - checked_at >= CHECK_EVERY - 2.5:
                checked_at = now
                with contextlib.suppress(Error):
                    if await self._check() is None:
                        return

    async def _check(self) -> User | None:
        """The person, who may still use this socket; None if not, and then it is closed."""
        if self.entry is None:
            return None
        self.entry = await in_database(door.still_in, self.entry, self.scope)
        if self.entry is None:
            await self.close(SIGNED_OUT)
            return None
        return self.entry.person


def welcome(person: User) -> dict[str, Any]:
    """What the page must know before anything else."""
    return {
        "type": "welcome",
        "person": {"name": person.shown_name, "staff": person.is_staff},
        "rehearsal": settings.REHEARSAL,
        "models": [describe_model(name) for name in settings.GEMINI_MODELS],
        "limits": {"message": MESSAGE_LIMIT, "frame": frames.SEND_LIMIT},
        "now": milliseconds(timezone.now()),
    }


def describe_model(name: str) -> dict[str, Any]:
    """A model as the page offers it."""
    budget = for_model(name).clamp_budget(settings.GENERATION["thinking_budget"])
    return {"name": name, "label": for_model(name).label, "budget": budget}


def sentence(code: str) -> str:
    """What happened and what to do, for each code that is not about the frame's form."""
    return {
        "slow_down": _("Too many messages at once. Wait a second, then try again."),
        "empty": _("There is nothing in this message. Write something first."),
        "too_large": _("This message is longer than {limit} characters. Shorten it.").format(
            limit=f"{MESSAGE_LIMIT:,}"
        ),
        "not_found": _("This is not there (any more)."),
        "busy": _("An answer is still coming in this conversation. Wait for it, or stop it."),
        "id_reused": _("This message was sent before with another text. Send it again."),
        "not_now": _("This answer is still coming. Stop it first."),
        "over_quota": _("You have too many answers under way. Wait a minute, then try again."),
        "draining": _("The server is about to restart. Your message is kept and sent again."),
        "unavailable": _(
            "The database cannot be reached just now. Your message is kept; try again."
        ),
    }[code]


HANDLERS: dict[type[Incoming], Callable[[PageConsumer, User, Any], Awaitable[None]]] = {
    frames.List: PageConsumer.on_list,
    frames.Open: PageConsumer.on_open,
    frames.Join: PageConsumer.on_join,
    frames.Leave: PageConsumer.on_leave,
    frames.Send: PageConsumer.on_send,
    frames.Again: PageConsumer.on_again,
    frames.Stop: PageConsumer.on_stop,
    frames.Seen: PageConsumer.on_seen,
    frames.Pong: PageConsumer.on_pong,
}
