"""What other processes did, read from the database: for when the bus is off, slow or deaf."""

from collections.abc import Collection, Iterator
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, Max, OuterRef, QuerySet

from conversations.models import Conversation, Draft, Turn, User
from conversations.turns.news import (
    Drafted,
    News,
    Tail,
    TurnState,
    describe_draft,
    describe_question,
    describe_turn,
    end_of,
    folders_of,
    row_news,
    started,
)


def of_turns(turns: Collection[UUID]) -> list[News]:
    """How far these turns are. Subscribers drop what they know already.

    A tail without text says only how far the log goes: whoever has less reads it.
    """
    return list(_of_turns(turns))


def of_people(people: Collection[int], since: datetime, owner: str) -> list[News]:
    """What changed in these people's lists since a moment, by whichever process."""
    return [
        *_started(people, since, owner),
        *_changed(people, since),
        *_folders(people, since),
        *_drafted(people, since),
    ]


def _of_turns(turns: Collection[UUID]) -> Iterator[News]:
    found = Turn.objects.select_related("reply").filter(pk__in=turns)
    for turn in found.annotate(reach=Max("chunks__end")):
        if turn.active:
            yield Tail(str(turn.pk), start=-1, end=turn.reach or 0, pieces=[])
            yield TurnState(describe_turn(turn))
        else:
            yield end_of(turn)


def _changed(people: Collection[int], since: datetime) -> Iterator[News]:
    running = Turn.objects.filter(conversation=OuterRef("pk"), state__in=Turn.ACTIVE)
    changed = Conversation.every.filter(owner__in=people, changed_at__gt=since)
    for row in changed.annotate(running=Exists(running)):
        yield row_news(row, running=row.running)


def _folders(people: Collection[int], since: datetime) -> Iterator[News]:
    for person in User.objects.filter(pk__in=people, folders_at__gt=since):
        yield folders_of(person)


def _drafted(people: Collection[int], since: datetime) -> Iterator[News]:
    for draft in Draft.objects.filter(person__in=people, updated_at__gt=since):
        yield Drafted(draft.person_id, describe_draft(draft))


def _started(people: Collection[int], since: datetime, owner: str) -> Iterator[News]:
    # Those that have ended already as well: without a bus a short one would never be heard of.
    begun = _foreign(people, owner).filter(accepted_at__gt=since)
    for turn in begun.select_related("question"):
        yield started(turn, describe_question(turn.question))


def _foreign(people: Collection[int], owner: str) -> QuerySet[Turn]:
    return Turn.objects.filter(person__in=people, conversation__owner__in=people).exclude(
        owner=owner
    )
