"""A turn's log, read from the one truth: the database."""

from dataclasses import dataclass
from uuid import UUID

from conversations.endpoint.parts import Part
from conversations.models import Turn
from conversations.turns.commit import last_usage, read_log, usage_columns
from conversations.turns.news import Snapshot, Tail, TurnEnd, describe_turn, end_of
from conversations.turns.pieces import SLICE, Piece, length, load, slices


@dataclass(frozen=True, slots=True)
class Reading:
    """What the database says of a turn: the log from a position on, and the end if it has ended.

    The log comes as news that fit into frames: a snapshot, and tails that follow it.
    """

    snapshot: Snapshot
    tails: list[Tail]
    end: TurnEnd | None


def read(turn_id: UUID, at: int) -> Reading | None:
    """The log from a position on; None if there is no such turn.

    A position beyond the log of an ended turn is answered from 0: whoever asked has something
    else in mind.

    The turn is read before its chunks. Should it end in between, the chunks are gone and less is
    found than there was; the end that follows names the whole length, and one more read heals it.
    """
    turn = Turn.objects.filter(pk=turn_id).order_by().first()
    if turn is None:
        return None
    if turn.active:
        chunks = read_log(turn, at)
        first = chunks[0].start if chunks else at
        parts = [part for chunk in chunks for part in load(chunk.parts)]
        for name, tokens in usage_columns(last_usage(chunks)).items():
            setattr(turn, name, tokens)
        return _reading(
            turn, at, [(first + to, cut) for to, cut in slices(parts, at - first, SLICE)]
        )
    parts = [] if turn.reply is None else [Part(raw) for raw in turn.reply.parts]
    at = at if at <= length(parts) else 0
    return _reading(turn, at, list(slices(parts, at, SLICE)))


def _reading(turn: Turn, at: int, cuts: list[tuple[int, list[Piece]]]) -> Reading:
    (first, pieces), *more = cuts or [(at, [])]
    snapshot, tails, start = Snapshot(describe_turn(turn), at, first, pieces), [], first
    for end, pieces in more:
        tails.append(Tail(str(turn.pk), start, end, pieces))
        start = end
    return Reading(snapshot, tails, None if turn.active else end_of(turn))
