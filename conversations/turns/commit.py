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
from conversations.models import Chunk, Conversation, LedgerEntry, Message, Turn
from conversations.turns.database import lock_rows, writing
from conversations.turns.pieces import dump, folded, length, load, text_of

STATES = {
    "complete": Turn.State.DONE,
    "stopped": Turn.State.STOPPED,
    "interrupted": Turn.State.INTERRUPTED,
}
"""The state that an outcome leaves a turn in; every other outcome is a failure."""

TIMELINE_STEPS = 500


class Row(NamedTuple):
    """One event of a running turn, ready to be stored."""

    turn: UUID
    start: int
    end: int
    at_ms: int
    parts: tuple[Part, ...]
    usage: Usage | None = None


@dataclass(frozen=True, slots=True)
class Mark:
    """New values of a running turn's columns: when it first thought or answered, a coming retry."""

    turn: UUID
    changes: Mapping[str, Any]


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
class Stored:
    """What a commit found: the turns that are still the owner's, the marked and the ended ones.

    A turn that is in none of them is another process's now, and nothing of it was written.
    """

    held: frozenset[UUID]
    marked: Mapping[UUID, Turn]
    ended: Mapping[UUID, Turn]


def store(
    owner: str, rows: Sequence[Row], marks: Sequence[Mark], endings: Sequence[Ending]
) -> Stored:
    """Commit rows of the log, marks, and then ends, for the turns that are still the owner's."""
    with writing():
        records: list[Row | Mark | Ending] = [*rows, *marks, *endings]
        held = _fence(owner, {record.turn for record in records})
        _insert([row for row in rows if row.turn in held])
        marked = _mark([mark for mark in marks if mark.turn in held])
        ended: dict[UUID, Turn] = {}
        for ending in endings:
            turn = (
                end(ending, Q(owner=owner))
                if ending.turn in held
                else _ended_here(owner, ending.turn)
            )
            if turn is not None:
                ended[ending.turn] = turn
    return Stored(frozenset(held), marked, ended)


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


def _mark(marks: Sequence[Mark]) -> dict[UUID, Turn]:
    changes: dict[UUID, dict[str, Any]] = {}
    for mark in marks:
        changes.setdefault(mark.turn, {}).update(mark.changes)
    for turn, values in changes.items():
        Turn.objects.filter(pk=turn).update(**values)
    return {turn.pk: turn for turn in Turn.objects.filter(pk__in=changes)} if changes else {}


def _ended_here(owner: str, turn_id: UUID) -> Turn | None:
    """The turn, if an earlier try of this same end has committed without our hearing of it."""
    return (
        Turn.objects.select_related("conversation", "reply")
        .filter(pk=turn_id, owner=owner)
        .exclude(state__in=Turn.ACTIVE)
        .first()
    )


def end(ending: Ending, held: Q) -> Turn | None:
    """End a turn within the caller's transaction: fold its log into the reply.

    Args:
        ending: the outcome and what goes with it.
        held: what must be true of the turn for the caller to have it.

    Returns:
        The ended turn, or None where the condition no longer held and nothing was changed.
    """
    if not Turn.objects.filter(held, pk=ending.turn, state__in=Turn.ACTIVE).update(
        state=STATES.get(ending.outcome.name, Turn.State.FAILED), ended_at=timezone.now()
    ):
        return None
    turn = Turn.objects.select_related("conversation", "person").get(pk=ending.turn)
    log = list(turn.chunks.order_by("start"))
    parts = folded([part for chunk in log for part in load(chunk.parts)])
    outcome = _checked(ending, log, length(parts))
    if outcome is not ending.outcome:
        turn.state = Turn.State.FAILED
    turn.reply = Message.objects.create(
        conversation=turn.conversation,
        parent_id=turn.question_id,
        role=Message.Role.MODEL,
        parts=[dict(part.raw) for part in parts],
        metadata=[dict(found) for found in ending.metadata],
        answer_text=text_of(parts, "answer"),
        thought_text=text_of(parts, "thought"),
    )
    turn.outcome, turn.reason = outcome.name, outcome.reason[:100]
    turn.status, turn.detail, turn.waiting = outcome.status, outcome.message, None
    turn.position, turn.timeline = length(parts), _timeline(log)
    turn.model_version, turn.response_id = ending.model_version[:200], ending.response_id[:200]
    set_usage(turn, ending.usage or last_usage(log))
    turn.save()
    turn.chunks.all().delete()
    _show(turn)
    _account(turn)
    return turn


def _checked(ending: Ending, log: Sequence[Chunk], position: int) -> Outcome:
    """The outcome, unless the log has a hole or is not as long as it was written."""
    whole = all(after.start == before.end for before, after in pairwise(log))
    begun = not log or log[0].start == 0
    if whole and begun and ending.position in (None, position):
        return ending.outcome
    return Outcome("interrupted", reason="storage", message="")


def _timeline(log: Sequence[Chunk]) -> list[list[int]]:
    """Pairs of milliseconds and position, at most about TIMELINE_STEPS, for a replay."""
    step = max(1, len(log) // TIMELINE_STEPS)
    shown = list(log[step - 1 :: step])
    if log and shown[-1] is not log[-1]:
        shown.append(log[-1])
    return [[chunk.at_ms, chunk.end] for chunk in shown]


def last_usage(log: Sequence[Chunk]) -> Usage | None:
    """The newest usage that the log carries: it is cumulative, and never summed (WIRE.md 2)."""
    for chunk in reversed(log):
        if chunk.usage:
            return msgspec.json.decode(chunk.usage, type=Usage)
    return None


def set_usage(turn: Turn, usage: Usage | None) -> None:
    if usage is not None:
        turn.prompt_tokens, turn.cached_tokens = usage.prompt, usage.cached
        turn.thought_tokens, turn.answer_tokens = usage.thought, usage.answer
        turn.tool_tokens, turn.total_tokens = usage.tool, usage.total


def _show(turn: Turn) -> None:
    """Mark the end in the list; the reply goes on show unless the person went elsewhere."""
    now = timezone.now()
    own = Conversation.objects.filter(pk=turn.conversation_id)
    own.update(updated_at=now, unread=True)
    own.filter(leaf_id=turn.question_id).update(leaf_id=turn.reply_id)
    turn.conversation.updated_at, turn.conversation.unread = now, True


def _account(turn: Turn) -> None:
    LedgerEntry.objects.create(
        turn_id=turn.pk,
        conversation_id=turn.conversation_id,
        person=turn.person,
        username=turn.person.username,
        model=turn.model,
        prompt_tokens=turn.prompt_tokens,
        cached_tokens=turn.cached_tokens,
        thought_tokens=turn.thought_tokens,
        answer_tokens=turn.answer_tokens,
        tool_tokens=turn.tool_tokens,
        total_tokens=turn.total_tokens,
    )
