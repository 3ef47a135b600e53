"""Titles made by a small model, where the operator names one: in the background, once for each
conversation, after its first turn has ended well. Whatever goes wrong, the title made of the
question stays.
"""

import asyncio
import logging
import uuid
from contextlib import aclosing
from dataclasses import dataclass
from uuid import UUID

from django.conf import settings
from django.db import IntegrityError

from conversations.endpoint import naming
from conversations.endpoint.parts import Chunk, End, Usage, storable
from conversations.library.listing import running
from conversations.models import Conversation, LedgerEntry, Turn, index
from conversations.models.conversation import TITLE_LENGTH, touched
from conversations.turns.commit import usage_columns
from conversations.turns.database import in_database, in_writing, writing
from conversations.turns.live import Live
from conversations.turns.news import News, row_news

logger = logging.getLogger(__name__)

IDLE = 5.0
"""Seconds without a word after which no title is waited for."""
LONGEST = 20.0
"""Seconds that one may take in all."""


@dataclass(frozen=True, slots=True)
class Untitled:
    """A conversation to be named, and who pays."""

    turn: Turn
    question: str
    answer: str

    @property
    def entry(self) -> UUID:
        """The ledger's id for this title: the same each time, so that there is one at most."""
        return uuid.uuid5(self.turn.conversation_id, "title")


class Titler:
    """Names conversations whose first turn ends in this process.

    Args:
        live: what runs the turns, and tells of a new title.
        model: the small model; it is asked once for each title, and never again.
    """

    def __init__(self, live: Live, model: str) -> None:
        self._live, self._model = live, model
        self._endpoint = live.endpoint.otherwise(attempts=1, idle_timeout=IDLE)

    def hear(self, turn_id: UUID) -> None:
        """A turn has ended here."""
        self._live.in_background(self._name(turn_id))

    async def _name(self, turn_id: UUID) -> None:
        untitled = await in_database(untitled_after, turn_id)
        if untitled is None:
            return
        text, usage = await self._ask(untitled)
        title = naming.title_in(storable(text))[:TITLE_LENGTH]
        self._live.tell(await in_writing(name, untitled, title, usage, self._model))

    async def _ask(self, untitled: Untitled) -> tuple[str, Usage | None]:
        """The model's words, empty unless they are whole, and what they took."""
        safety = tuple(settings.GENERATION["safety"].items())
        wanted = naming.request(self._model, untitled.question, untitled.answer, safety)
        text, usage, outcome = "", None, "cut_off"
        try:
            async with asyncio.timeout(LONGEST), aclosing(self._endpoint.stream(wanted)) as stream:
                async for value in stream:
                    if isinstance(value, Chunk):
                        usage = value.usage or usage
                        text += "".join(
                            part.text or "" for part in value.parts if not part.is_thought
                        )
                    elif isinstance(value, End):
                        outcome = value.outcome.name
        except TimeoutError:
            logger.info("No title for turn %s in time", untitled.turn.pk)
        if outcome != "complete":
            logger.info("No title for turn %s (%s)", untitled.turn.pk, outcome)
        return (text if outcome == "complete" else ""), usage


def untitled_after(turn_id: UUID) -> Untitled | None:
    """What is to be named after this turn; None where it was no first one, or did not end well."""
    first = Turn.objects.filter(
        pk=turn_id,
        outcome=Turn.Outcome.COMPLETE,
        question__parent=None,
        conversation__deleted_at=None,
        conversation__title_from=Conversation.TitleFrom.QUESTION,
    )
    turn = first.select_related("question", "reply", "person").first()
    if turn is None or turn.reply is None:
        return None
    untitled = Untitled(turn, turn.question.answer_text, turn.reply.answer_text)
    asked_before = LedgerEntry.objects.filter(turn_id=untitled.entry).exists()
    return None if asked_before else untitled


def name(untitled: Untitled, title: str, usage: Usage | None, model: str) -> list[News]:
    """Store a title, unless the person has given one meanwhile, and account for it. Blocking."""
    turn = untitled.turn
    own = Conversation.objects.filter(pk=turn.conversation_id)
    try:
        with writing():
            LedgerEntry.objects.create(
                turn_id=untitled.entry,
                purpose=LedgerEntry.Purpose.TITLE,
                conversation_id=turn.conversation_id,
                person=turn.person,
                username=turn.person.username,
                model=model,
                **usage_columns(usage),
            )
            # Compare and set: the person's own word stands.
            unnamed = own.filter(title_from=Conversation.TitleFrom.QUESTION)
            made = {"title": title, "title_from": Conversation.TitleFrom.MODEL}
            if not title or not unnamed.update(**made, **touched()):
                return []
            row = own.annotate(running=running()).get()
            index.title(row)
            return [row_news(row, running=row.running)]
    except IntegrityError:
        return []  # accounted for before
