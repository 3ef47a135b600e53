"""Removes what nobody will ask for again: unsent files, and files and pieces without a row.

Blocking, and a little at a time: called every few minutes by each process.
"""

import contextlib
import itertools
import time
from collections.abc import Iterable, Iterator
from datetime import timedelta
from pathlib import Path
from uuid import UUID

from django.utils import timezone

from conversations.files.storage import INCOMING, remove, root
from conversations.models import Attachment, Draft

UNSENT_FOR = timedelta(days=1)
DRAFTED_FOR = timedelta(days=30)
"""How long after their upload a draft on the server keeps its files."""
ROWS = 200
"""Unsent files that are removed in one sweep."""
FOLDERS = 32
"""Of the 256 folders, so many are looked through in one sweep."""
STRAY_FOR = 3600.0
"""Seconds until a file without a row is one that a crash has left: its row may be on its way."""
_turn = itertools.cycle(range(0, 256, FOLDERS))


def sweep() -> None:
    """One round."""
    sweep_unsent()
    first = next(_turn)
    sweep_strays(f"{number:02x}" for number in range(first, first + FOLDERS))


def sweep_unsent() -> None:
    """Forget what was uploaded and not sent for a day, unless a draft still has it."""
    now = timezone.now()
    unsent = Attachment.objects.filter(conversation=None)
    old = unsent.filter(created_at__lt=now - UNSENT_FOR).order_by("created_at")
    drafted = in_drafts()
    gone = (
        pk
        for pk, created in old.values_list("pk", "created_at").iterator()
        if str(pk) not in drafted or created < now - DRAFTED_FOR
    )
    # Sent in this very moment, it is not unsent any more.
    remove(pk for pk in list(itertools.islice(gone, ROWS)) if unsent.filter(pk=pk).delete()[0])


def in_drafts() -> set[str]:
    """The ids of the files that stand in people's drafts."""
    drafts = Draft.objects.exclude(attachments=[]).values_list("attachments", flat=True)
    return {file["id"] for file in itertools.chain.from_iterable(drafts)}


def sweep_strays(folders: Iterable[str]) -> None:
    """Remove files that no row names, and pieces of files that never became whole."""
    before = time.time() - STRAY_FOR
    for path in older(root() / INCOMING, before):
        path.unlink(missing_ok=True)
    for name in folders:
        found = [UUID(path.name) for path in older(root() / name, before) if is_id(path.name)]
        for some in batches(found, 500):
            known = Attachment.objects.filter(pk__in=some).values_list("pk", flat=True)
            remove(set(some) - set(known))


def batches(found: list[UUID], size: int) -> Iterator[list[UUID]]:
    for start in range(0, len(found), size):
        yield found[start : start + size]


def older(folder: Path, moment: float) -> Iterator[Path]:
    """The files of a folder that were last written before a moment."""
    if not folder.is_dir():
        return
    for path in folder.iterdir():
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_mtime < moment:
                yield path


def is_id(name: str) -> bool:
    try:
        return str(UUID(name)) == name
    except ValueError:
        return False
