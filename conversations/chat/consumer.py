"""The socket of one page: it authorises, parses, delegates and forwards. Nothing here waits for a
turn: a handler that did would hold up the stop behind it."""

import asyncio
import contextlib
import logging
import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

from channels.consumer import AsyncConsumer
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.db import Error
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from conversations.chat import door, frames, language, sockets
from conversations.chat.frames import Incoming, Malformed
from conversations.chat.handlers import HANDLERS
from conversations.chat.outbox import Outbox, Overflow
from conversations.chat.rate import Rate
from conversations.chat.sentences import sentence
from conversations.endpoint import choices
from conversations.endpoint.capabilities import for_model
from conversations.endpoint.choices import INSTRUCTION_LIMIT
from conversations.files.limits import CONVERSATION_LIMIT, FILE_LIMIT, FILES_A_MESSAGE
from conversations.models import User
from conversations.turns.accept import MESSAGE_LIMIT
from conversations.turns.database import in_database
from conversations.turns.live import Live, get_live
from conversations.turns.news import (
    Changed,
    Gone,
    News,
    Snapshot,
    Started,
    TurnEnd,
    milliseconds,
)
from conversations.turns.refusals import Refusal
from conversations.turns.subscription import Subscription

logger = logging.getLogger(__name__)

SIGNED_OUT, ABUSE, NOT_READING = 4401, 4400, 4408
CHECK_EVERY = 30.0
"""Seconds between looks at the session of a socket that says nothing."""
MARK_EVERY = 15.0
"""Seconds after which a silent page is asked whether it is there."""
GONE_AFTER, STUCK_AFTER = 40.0, 30.0
"""Seconds without an answer: from a page that took all that was sent, and from one that did not."""
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
        self.language = settings.LANGUAGE_CODE
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
        self.language = language.of_socket(person, self.scope["headers"])
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
        with translation.override(self.language):
            await self._receive(text_data or "")

    async def _receive(self, text: str) -> None:
        self.outbox.heard_at = time.monotonic()
        if not self.rate.take(len(text)):
            if self.rate.abused:
                await self.close(ABUSE)
            else:
                ref = frames.ref_of(text)
                self.put(frames.error("slow_down", sentence("slow_down"), ref))
            return
        try:
            await self._handle(frames.parse(text))
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
        except Error as error:
            logger.warning("%s not done (%s)", type(frame).__name__, type(error).__name__)
            self.put(frames.error("unavailable", sentence("unavailable"), frame.ref))

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
        elif isinstance(news, Started | Gone):
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

    def join(self, turn_id: UUID, position: int) -> None:
        """Hear of a turn from a position on; of too many, the oldest is not heard of any more."""
        self.leave(turn_id)
        while len(self.subscriptions) >= JOINED_LIMIT:
            self.leave(next(iter(self.subscriptions)))
        self.subscriptions[turn_id] = self.live.join(turn_id, position, self.deliver)

    def leave(self, turn_id: UUID) -> None:
        """Hear of a turn no more."""
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
        "settings": settings.GENERATION,
        "limits": {
            "message": MESSAGE_LIMIT,
            "frame": frames.SEND_LIMIT,
            "instruction": INSTRUCTION_LIMIT,
            "files": FILES_A_MESSAGE,
            "file": FILE_LIMIT,
            "all_files": CONVERSATION_LIMIT,
        },
        "now": milliseconds(timezone.now()),
    }


def describe_model(name: str) -> dict[str, Any]:
    """A model as the page offers it."""
    capability = for_model(name)
    usual = capability.fit(choices.settings(settings.GENERATION, {}))
    return {
        "name": name,
        "label": capability.label,
        "budget": usual.thinking_budget,
        "can": capability.described(),
    }
