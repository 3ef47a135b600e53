"""Turns whose process has died or lost them: found by their leases, taken up or ended.

Blocking; called in database threads.
"""

import contextlib
import os
import socket
import uuid
from collections.abc import Collection
from pathlib import Path
from typing import IO
from uuid import UUID

from django.db import connection
from django.db.models import Q
from django.db.models.functions import Now

from conversations.endpoint.parts import Outcome
from conversations.models import Turn
from conversations.turns.accept import LEASE
from conversations.turns.commit import Ended, Ending, NotHeldError, end
from conversations.turns.database import writing

RESTARTED = Outcome("interrupted", reason="restart", retryable=True)
STOPPED = Outcome("stopped")


def new_owner() -> str:
    """A name for this process in the turns' rows: never the same twice."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{uuid.uuid4().hex[:12]}"


def renew(owner: str, running: Collection[UUID]) -> set[UUID]:
    """Renew the leases of turns that this process runs.

    Returns:
        Those of them that are no longer this process's.
    """
    own = Turn.objects.filter(owner=owner, pk__in=running, state__in=Turn.ACTIVE)
    if own.update(lease_until=Now() + LEASE) == len(running):
        return set()
    return set(running) - set(own.values_list("pk", flat=True))


def stops_requested(running: Collection[UUID]) -> list[UUID]:
    """Those of the turns that somebody, in whatever process, asked to be stopped."""
    return list(
        Turn.objects.filter(pk__in=running, stop_requested=True).values_list("pk", flat=True)
    )


def abandoned(owner: str, running: Collection[UUID], *, alone: bool = False) -> list[UUID]:
    """Turns that nobody runs any more: their lease is over, or this process is the only one."""
    found = Turn.objects.filter(state__in=Turn.ACTIVE).exclude(pk__in=running)
    if alone:
        found = found.exclude(owner=owner)
    else:
        found = found.filter(Q(lease_until__lt=Now()) | Q(lease_until=None))
    return list(found.order_by("accepted_at").values_list("pk", flat=True)[:200])


def take(turn_id: UUID, owner: str, *, alone: bool = False) -> Ended | None:
    """Take over one abandoned turn.

    One that was never asked upstream is this process's from here on, still queued: run it, unless
    somebody has stopped it meanwhile. One that was asked is ended, with all of its log, for it must
    not be asked twice.

    Returns:
        The turn as it is now, and what follows its end; None if somebody else was first.
    """
    held = Q() if alone else Q(lease_until__lt=Now()) | Q(lease_until=None)
    with contextlib.suppress(NotHeldError), writing():
        found = Turn.objects.filter(held, pk=turn_id)
        unasked = found.filter(state=Turn.State.QUEUED, stop_requested=False)
        if unasked.update(owner=owner, lease_until=Now() + LEASE):
            return Ended(Turn.objects.get(pk=turn_id))
        # Locked before its log is read: an owner who is not dead but slow may be adding to it, and
        # what was committed and shown must not be missing in the end.
        own = found.filter(state__in=Turn.ACTIVE).select_for_update(no_key=True)
        state = own.values_list("state", flat=True).first()
        if state is not None:
            outcome = STOPPED if state == Turn.State.QUEUED else RESTARTED
            return end(Ending(turn_id, outcome), held, owner)
    return None


class Presence:
    """A lock beside SQLite's file that says whether a process is the only one that serves from it.

    Every process holds it shared while it runs; one that can have it alone at its start knows that
    whatever turns are still running belonged to processes that are gone. It means something for
    SQLite only, where the database and the lock are on the same machine.
    """

    def __init__(self, database: str) -> None:
        self._database = database
        self._file: IO[bytes] | None = None

    def enter(self) -> bool:
        """Take the lock; True if no other process had it."""
        if connection.vendor != "sqlite":
            return False
        try:
            import fcntl
        except ImportError:
            # No such locks on Windows: leases alone then decide, 15 s later.
            return False
        # By whatever name, and from whatever data folder, a process comes to this database.
        path = Path(f"{Path(self._database).resolve()}.serving")
        self._file = path.open("ab")
        try:
            fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            alone = True
        except BlockingIOError:
            alone = False
        fcntl.flock(self._file, fcntl.LOCK_SH)
        return alone

    def leave(self) -> None:
        """Give the lock back."""
        if self._file is not None:
            self._file.close()
            self._file = None
