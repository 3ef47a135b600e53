"""A turn's log, read from the one truth: the database."""

from dataclasses import dataclass
from uuid import UUID

from conversations.endpoint.parts import Part
from conversations.models import Turn
from conversations.turns.commit import last_usage, set_usage
from conversations.turns.news import Snapshot, TurnEnd, describe_turn, end_of
from conversations.turns.pieces import length, load, since


@dataclass(frozen=True, slots=True)
class Reading:
    """What the database says of a turn: the log from a position on, and the end if it has ended."""

    snapshot: Snapshot
    end: TurnEnd | None


def read(turn_id: UUID, at: int) -> Reading | None:
    """The log from a position on; None if there is no such turn.

    A position beyond the log is answered from 0: whoever asked has something else in mind.

    The turn is read before its chunks. Should it end in between, the chunks are gone and less is
    found than there was; the end that follows names the whole length, and one more read heals it.
    """
    turn = Turn.objects.filter(pk=turn_id).order_by().first()
    if turn is None:
        return None
    if turn.active:
        chunks = list(turn.chunks.order_by("start").filter(end__gt=at))
        if at and not chunks and not turn.chunks.filter(end=at).exists():
            at, chunks = 0, list(turn.chunks.order_by("start"))
        first = chunks[0].start if chunks else at
        parts = [part for chunk in chunks for part in load(chunk.parts)]
        end = chunks[-1].end if chunks else at
        set_usage(turn, last_usage(chunks))
        snapshot = Snapshot(describe_turn(turn), at, end, since(parts, at - first))
        return Reading(snapshot, None)
    parts = [] if turn.reply is None else [Part(raw) for raw in turn.reply.parts]
    at = at if at <= length(parts) else 0
    snapshot = Snapshot(describe_turn(turn), at, turn.position, since(parts, at))
    return Reading(snapshot, end_of(turn))
