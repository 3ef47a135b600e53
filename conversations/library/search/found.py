"""A search from what was typed to what is shown. Blocking; a reader's thread runs it."""

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import F
from django.db.models.functions import Substr

from conversations.library.search.asked import Question, read
from conversations.library.search.lookup import PATIENCE, TOP, Lookup, bounded
from conversations.library.search.passages import Piece, Text
from conversations.models import Message, User, index
from conversations.models.index import SAID, THOUGHT, TITLE, place
from conversations.turns.refusals import Absent

PAGE = 20
"""Conversations in one answer."""
HITS = 3
"""Hits of one conversation that are shown."""
BATCH = 60
LOOKED = 1_200
"""Documents that are looked at for one answer, at most."""
FEW = 10
"""A hasty lookup goes on while at least one in so many of what it finds is right."""
READ = 200_000
"""Characters of a text that are looked through for the passage."""


WHERE = {"user": "question", "model": "answer"}
FIELDS = {SAID: "answer_text", THOUGHT: "thought_text", TITLE: "conversation__title"}


@dataclass(frozen=True, slots=True)
class Hit:
    """A document that was found."""

    message: int
    role: str
    where: str
    snippet: list[Piece]


@dataclass(frozen=True, slots=True)
class Found:
    """Conversations with the hits in them, the one with the newest hit first, and the cursor of
    what is left."""

    items: Mapping[UUID, Sequence[Hit]]
    more: str | None


def find(person: User, text: str, *, thoughts: bool = False, cursor: str | None = None) -> Found:
    """What of a person's own has all that was typed: titles first, then messages, newest first.

    Raises:
        Absent: the cursor is none.
        TooSlow: the database took too long.
    """
    question = read(text)
    phase, below = read_cursor(cursor)
    search = _Search(person, question)
    if not question.wanted:
        return Found({}, None)
    said = (SAID, THOUGHT) if thoughts else (SAID,)
    with bounded():
        for name, kinds in (("t", (TITLE,)), ("m", said)):
            if phase == "m" and name == "t":
                continue
            left = search.run(kinds, below)
            if left is not None:
                return Found(search.items, f"{name}{left}")
            below = TOP
    return Found(search.items, None)


def read_cursor(cursor: str | None) -> tuple[str, int]:
    """Which documents are gone through, and the number below which to go on.

    Raises:
        Absent: the cursor is none.
    """
    if cursor is None:
        return "t", TOP
    phase, number = cursor[:1], cursor[1:]
    if phase not in ("t", "m") or not (number.isascii() and number.isdigit()) or len(number) > 19:
        raise Absent
    return phase, min(int(number), TOP)


class _Search:
    """One answer in the making."""

    def __init__(self, person: User, question: Question) -> None:
        self.person, self.question = person, question
        self.items: dict[UUID, list[Hit]] = {}
        self.looked = 0
        self.until = time.monotonic() + PATIENCE / 2

    def run(self, kinds: Sequence[int], below: int) -> int | None:
        """Go through the documents below a number; where to go on, or None if none are left."""
        hasty = self.question.begins_long
        lookup = Lookup(self.person.pk, kinds, self.question, hasty=hasty)
        while True:
            numbers = lookup.below(below, BATCH)
            fitting, full = self._take(numbers, lookup.hasty)
            if full is not None:
                return full
            if len(numbers) < BATCH:
                return None
            below = numbers[-1]
            self.looked += len(numbers)
            if self.looked >= LOOKED or time.monotonic() > self.until:
                return below
            lookup.hasty = lookup.hasty and fitting >= BATCH / FEW

    def _take(self, numbers: Sequence[int], hasty: bool) -> tuple[int, int | None]:
        """Make hits of documents; how many fitted of those that were read, and where to go on once
        there are enough conversations."""
        owned = self._owned({place(number)[0] for number in numbers})
        wanted = [number for number in numbers if place(number)[0] in owned]
        sure = self.question.sure and not hasty
        texts = self._texts(self._first_of_each(wanted, owned) if sure else wanted)
        fitting = 0
        for number in wanted:
            if number not in texts:
                continue
            role, text = texts[number][0], Text(texts[number][1])
            if not sure and not text.fits(self.question, hasty=hasty):
                continue
            fitting += 1
            conversation = owned[place(number)[0]]
            hits = self.items.get(conversation, [])
            if not hits and len(self.items) >= PAGE:
                return fitting, number + 1
            if len(hits) < HITS:
                self.items[conversation] = [*hits, self._hit(number, role, text)]
        return fitting, None

    def _owned(self, messages: Iterable[int]) -> dict[int, UUID]:
        """The conversation of each message, of those that are the person's and not deleted."""
        found = Message.objects.filter(pk__in=messages, conversation__deleted_at=None)
        # The sum keeps a database without statistics from beginning with all that a person has.
        found = found.annotate(whose=F("conversation__owner_id") + 0).filter(whose=self.person.pk)
        return dict(found.order_by().values_list("pk", "conversation_id"))

    def _first_of_each(self, numbers: Sequence[int], owned: Mapping[int, UUID]) -> list[int]:
        """Of each conversation the documents that are still to be shown."""
        taken = Counter({held: len(hits) for held, hits in self.items.items()})
        chosen = []
        for number in numbers:
            conversation = owned[place(number)[0]]
            taken[conversation] += 1
            if taken[conversation] <= HITS:
                chosen.append(number)
        return chosen

    def _texts(self, numbers: Iterable[int]) -> dict[int, tuple[str, str]]:
        """The role and the text of each document."""
        kinds = defaultdict(list)
        for message, kind in map(place, numbers):
            kinds[kind].append(message)
        found = {}
        for kind, messages in kinds.items():
            rows = Message.objects.filter(pk__in=messages).order_by()
            for pk, role, text in rows.values_list("pk", "role", Substr(FIELDS[kind], 1, READ)):
                found[index.number(pk, kind)] = (role, text)
        return found

    def _hit(self, number: int, role: str, text: Text) -> Hit:
        message, kind = place(number)
        where = {TITLE: "title", THOUGHT: "thought"}.get(kind) or WHERE[role]
        return Hit(message, role, where, text.passage(self.question, whole=kind == TITLE))
