"""What other processes did, read from the database: for when the bus is off, slow or deaf."""

from collections.abc import Collection, Iterator
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, F, Max, OuterRef, Q

from conversations.models import Conversation, Turn
from conversations.turns.news import (
    Changed,
    News,
    Started,
    Tail,
    TurnState,
    describe_conversation,
    describe_message,
    describe_turn,
    end_of,
)


def news(
    turns: Collection[UUID], people: Collection[int], since: datetime, owner: str
) -> list[News]:
    """The newest log of these turns, their ends, and what these people's lists should show.

    Subscribers drop what they have; where it leaves a gap they read from their own position.
    """
    return [*_of_turns(turns), *_of_people(people, since, owner)]


def _of_turns(turns: Collection[UUID]) -> Iterator[News]:
    """A tail without text says only how far the log goes: whoever has less reads it."""
    found = Turn.objects.select_related("reply").filter(pk__in=turns)
    for turn in found.annotate(reach=Max("chunks__end")):
        if turn.active:
            yield Tail(str(turn.pk), start=-1, end=turn.reach or 0, pieces=[])
            yield TurnState(describe_turn(turn))
        else:
            yield end_of(turn)


def _of_people(people: Collection[int], since: datetime, owner: str) -> Iterator[News]:
    running = Turn.objects.filter(conversation=OuterRef("pk"), state__in=Turn.ACTIVE)
    foreign = Turn.objects.filter(
        Q(accepted_at__gt=since) | Q(ended_at__gt=since), person__in=people
    ).exclude(owner=owner)
    changed = Conversation.objects.filter(
        pk__in=foreign.values("conversation"), owner__in=people
    ).annotate(running=Exists(running))
    for conversation in changed:
        yield Changed(
            conversation.owner_id,
            describe_conversation(conversation, running=conversation.running),
        )
    started = foreign.filter(
        accepted_at__gt=since, state__in=Turn.ACTIVE, person=F("conversation__owner")
    )
    for turn in started.select_related("question"):
        yield Started(
            turn.person_id,
            str(turn.conversation_id),
            describe_message(turn.question),
            describe_turn(turn),
        )
