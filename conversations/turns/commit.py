"""The writer's transactions: rows of the log, and the ends of turns. Blocking; run in its thread.

Each may be run again after a failure whose outcome is unknown: a row of the log that is there
already is left as it is, and an end finds its own mark.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from django.db import connection
from django.db.models import Q
from django.utils import timezone

from conversations.endpoint.parts import Outcome, Part, Usage
from conversations.models import Chunk, Conversation, LedgerEntry, Message, Turn, index
from conversations.models.conversation import touched
from conversations.turns.accept import Accepted, follow
from conversations.turns.database import lock_rows, writing
from conversations.turns.news import describe_question
from conversations.turns.pieces import dump, folded, length, load, text_of

STATES = {
    "complete": Turn.State.DONE,
    "stopped": Turn.State.STOPPED,
    "interrupted": Turn.State.INTERRUPTED,
}
"""The state that an outcome leaves a turn in; every other outcome is a failure."""

FOLLOWED = ("stopped", "interrupted")
"""The ends after which comes what was wished for; any other has come before the stop."""
TIMELINE_STEPS = 500


class Row(NamedTuple):
    """One event of a running turn, ready to be stored."""

    turn: UUID
    start: int
    end: int
    at_ms: int
    parts: tuple[Part, ...]
    usage: Usage | None = None
    weight: int = 0
    """About how many characters the parts take."""


@dataclass(frozen=True, slots=True)
class Mark:
    """New values of a running turn's columns: when it first thought or answered, a coming retry.

    The subject is the runner's own copy, which has them already and is told of after the commit.
    """

    turn: UUID
    changes: Mapping[str, Any]
    subject: Turn


@dataclass(frozen=True, slots=True)
class Ending:
    """How a turn ends: its outcome, the length its log must have, and what came beside the log.

    A position of None takes the log as long as it is: recovery does not know better.
    """

    turn: UUID
    outcome: Outcome
    position: int | None = None
    usage: Usage | None = None
    metadata: tuple[Mapping[str, Any], ...] = ()
    model_version: str = ""
    response_id: str = ""


@dataclass(frozen=True, slots=True)
class Ended:
    """A turn that has ended, and the one that follows it, where that was wished for."""

    turn: Turn
    follower: Accepted | None = None


@dataclass(frozen=True, slots=True)
class Stored:
    """What a commit found: the turns that are still the owner's, and those that have ended.

    A turn that is in neither is another process's now, and nothing of it was written.
    """

    held: frozenset[UUID]
    ended: Mapping[UUID, Ended]


def store(
    owner: str, rows: Sequence[Row], marks: Sequence[Mark], endings: Sequence[Ending]
) -> Stored:
    """Commit rows of the log, marks, and then ends, for the turns that are still the owner's."""
    with writing():
        records: list[Row | Mark | Ending] = [*rows, *marks, *endings]
        held = _fence(owner, {record.turn for record in records})
        _insert([row for row in rows if row.turn in held])
        for mark in marks:
            if mark.turn in held:
                Turn.objects.filter(pk=mark.turn).update(**mark.changes)
        ended: dict[UUID, Ended] = {}
        for ending in endings:
            found = (
                end(ending, Q(owner=owner), owner)
                if ending.turn in held
                else _ended_here(owner, ending.turn)
            )
            if found is not None:
                ended[ending.turn] = found
    return Stored(frozenset(held), ended)


def _fence(owner: str, turns: Iterable[UUID]) -> set[UUID]:
    """Those of the turns that this process still has; they stay so until the commit."""
    field = Turn._meta.pk
    keys = [field.get_db_prep_value(turn, connection) for turn in turns]
    marks = ", ".join(["%s"] * len(keys))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT id FROM {Turn._meta.db_table} WHERE owner = %s AND state IN "
            f"('queued', 'running') AND id IN ({marks}) ORDER BY id{lock_rows()}",
            [owner, *keys],
        )
        return {field.to_python(key) for (key,) in cursor.fetchall()}


def _insert(rows: Sequence[Row]) -> None:
    """The rows by plain SQL: at 1,000 a second the ORM's objects would cost more than the rows."""
    if not rows:
        return
    key = Turn._meta.pk.get_db_prep_value
    keys = {turn: key(turn, connection) for turn in {row.turn for row in rows}}
    with connection.cursor() as cursor:
        cursor.executemany(
            f"INSERT INTO {Chunk._meta.db_table}"
            f" (turn_id, start, {connection.ops.quote_name('end')}, at_ms, parts, usage)"
            " VALUES (%s, %s, %s, %s, %s, %s)"
            " ON CONFLICT (turn_id, start) DO NOTHING",
            [
                (
                    keys[row.turn],
                    row.start,
                    row.end,
                    row.at_ms,
                    dump(row.parts),
                    "" if row.usage is None else msgspec.json.encode(row.usage).decode(),
                )
                for row in rows
            ],
        )


def _ended_here(owner: str, turn_id: UUID) -> Ended | None:
    """The turn, if an earlier try of this same end has committed without our hearing of it."""
    mine = Turn.objects.select_related("conversation", "question", "reply").filter(owner=owner)
    turn = mine.filter(pk=turn_id).exclude(state__in=Turn.ACTIVE).first()
    if turn is None:
        return None
    if not turn.follow_up:
        return Ended(turn)
    queued = mine.filter(person=turn.person_id, state=Turn.State.QUEUED)
    next_ = queued.filter(client_id=turn.follow_up["id"]).first()
    if next_ is None:
        return Ended(turn)
    question = describe_question(next_.question)
    return Ended(turn, Accepted(next_, duplicate=False, question=question))


class Logged(NamedTuple):
    """A row of the log as it is read: without the cost of a model's instance for each."""

    start: int
    end: int
    at_ms: int
    parts: str
    usage: str


def read_log(turn: Turn, at: int = 0) -> list[Logged]:
    """The rows of a running turn's log that reach beyond a position, in order."""
    rows = Chunk.objects.filter(turn=turn, end__gt=at).order_by("start")
    return [Logged(*row) for row in rows.values_list(*Logged._fields)]


class NotHeldError(Exception):
    """The turn is not the caller's to end, or has ended; its transaction must be given up."""


def end(ending: Ending, held: Q, owner: str) -> Ended:
    """End a turn within the caller's transaction, which has its row locked: fold its log into the
    reply, and store what is to follow where it was stopped for that.

    Args:
        ending: the outcome and what goes with it.
        held: what must be true of the turn for the caller to have it.
        owner: the process that runs what follows.

    Raises:
        NotHeldError: it was not true any more.
    """
    related = Turn.objects.select_related("conversation", "person", "question")
    turn = related.get(pk=ending.turn)
    log = read_log(turn)
    parts = folded([part for chunk in log for part in load(chunk.parts)])
    turn.reply = Message.objects.create(
        conversation=turn.conversation,
        parent_id=turn.question_id,
        role=Message.Role.MODEL,
        parts=[dict(part.raw) for part in parts],
        metadata=[dict(found) for found in ending.metadata],
        answer_text=text_of(parts, "answer"),
        thought_text=text_of(parts, "thought"),
    )
    index.messages([turn.reply])
    outcome = _checked(ending, log, length(parts))
    changes: dict[str, Any] = {
        "state": STATES.get(outcome.name, Turn.State.FAILED),
        "outcome": outcome.name,
        "reason": outcome.reason[:100],
        "retryable": outcome.retryable,
        "status": outcome.status,
        "detail": outcome.message,
        "waiting": None,
        "ended_at": timezone.now(),
        "position": length(parts),
        "timeline": _timeline(log),
        "model_version": ending.model_version[:200],
        "response_id": ending.response_id[:200],
        **usage_columns(ending.usage or last_usage(log)),
    }
    # Compare and set: were another process quicker, no row would fit.
    own = Turn.objects.filter(held, pk=ending.turn, state__in=Turn.ACTIVE)
    if not own.update(reply=turn.reply, **changes):
        raise NotHeldError
    for name, value in changes.items():
        setattr(turn, name, value)
    turn.chunks.all().delete()
    _show(turn)
    _account(turn)
    follows = turn.follow_up and outcome.name in FOLLOWED
    return Ended(turn, follow(turn, owner) if follows else None)


def _checked(ending: Ending, log: Sequence[Logged], position: int) -> Outcome:
    """The outcome, unless the log has a hole or is not as long as it was written."""
    whole = all(after.start == before.end for before, after in pairwise(log))
    begun = not log or log[0].start == 0
    if whole and begun and ending.position in (None, position):
        return ending.outcome
    return Outcome("interrupted", reason="storage", message="")


def _timeline(log: Sequence[Logged]) -> str:
    """Pairs of milliseconds and position as JSON, at most about TIMELINE_STEPS, for a replay."""
    step = max(1, len(log) // TIMELINE_STEPS)
    shown = list(log[step - 1 :: step])
    if log and shown[-1] is not log[-1]:
        shown.append(log[-1])
    return msgspec.json.encode([[chunk.at_ms, chunk.end] for chunk in shown]).decode()


def last_usage(log: Sequence[Logged]) -> Usage | None:
    """The newest usage that the log carries: it is cumulative, and never summed (WIRE.md 2)."""
    for chunk in reversed(log):
        if chunk.usage:
            return msgspec.json.decode(chunk.usage, type=Usage)
    return None


def usage_columns(usage: Usage | None) -> dict[str, int]:
    """Usage as a turn and the ledger store it; nothing where none is known."""
    return {} if usage is None else {f"{name}_tokens": n for name, n in usage._asdict().items()}


def _show(turn: Turn) -> None:
    """Mark the end in the list; the reply goes on show unless the person went elsewhere."""
    now = timezone.now()
    own = Conversation.every.filter(pk=turn.conversation_id)
    own.update(updated_at=now, unread=True, **touched())
    own.filter(leaf_id=turn.question_id).update(leaf_id=turn.reply_id)
    turn.conversation.refresh_from_db()


def _account(turn: Turn) -> None:
    LedgerEntry.objects.create(
        turn_id=turn.pk,
        conversation_id=turn.conversation_id,
        person=turn.person,
        username=turn.person.username,
        model=turn.model,
        **{f"{name}_tokens": getattr(turn, f"{name}_tokens") for name in Usage._fields},
    )
