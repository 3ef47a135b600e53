"""Where the bytes lie: DATA_DIR/files/ab/<uuid>, under names of the server's own making.

A file is written beside its place and moved there when it is whole, so that nothing half is ever
seen; its row comes after it, so that no row is without its file. What a crash leaves between the
two is found by its age (conversations/files/sweeping.py).
"""

import contextlib
import errno
import hashlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self
from uuid import UUID

from django.conf import settings
from django.db import transaction

from conversations.files.refusals import NoRoom
from conversations.models import Attachment, Conversation

FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
INCOMING = "incoming"


def root() -> Path:
    return Path(settings.DATA_DIR) / "files"


def place_of(file_id: UUID) -> Path:
    """Where a file lies, or would."""
    return root() / file_id.hex[:2] / str(file_id)


@contextlib.contextmanager
def named_if_full() -> Iterator[None]:
    """A full disk has a name of its own."""
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise NoRoom from None
        raise


class Arrival:
    """A file while it comes in. Unless it is `keep`t, nothing of it is left in the end. Blocking.

    Raises:
        NoRoom: from any of its methods; the disk is full.
    """

    def __init__(self, file_id: UUID) -> None:
        self._place = place_of(file_id)
        self._path = root() / INCOMING / str(file_id)
        self._digest = hashlib.sha256()
        self.size = 0

    def __enter__(self) -> Self:
        with named_if_full():
            self._path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            handle = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
            self.file: BinaryIO = os.fdopen(handle, "w+b")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        # Closing writes what is buffered, which a full disk refuses a second time.
        with contextlib.suppress(OSError):
            self.file.close()
        self._path.unlink(missing_ok=True)

    def write(self, data: bytes) -> None:
        with named_if_full():
            self.file.write(data)
        self._digest.update(data)
        self.size += len(data)

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()

    def keep(self) -> None:
        """Move it to its place, safe from a power cut."""
        with named_if_full():
            self.file.flush()
            os.fsync(self.file.fileno())
            self._place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._path.replace(self._place)
            sync_folder(self._place.parent)


def sync_folder(folder: Path) -> None:
    """Make sure that a move is on the disk. Windows cannot, and need not, open a folder."""
    with contextlib.suppress(PermissionError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def read(file_id: UUID) -> bytes | None:
    """A file's bytes; None if it is not there."""
    try:
        return place_of(file_id).read_bytes()
    except FileNotFoundError:
        return None


def remove(files: Iterable[UUID]) -> None:
    """Remove files that no row names any more."""
    for file_id in files:
        place_of(file_id).unlink(missing_ok=True)


def remove_of(conversation: Conversation) -> None:
    """Remove the files of a conversation that is about to be deleted for good.

    Called before, in the same transaction: the files go when the rows have gone, and stay if those
    stay.
    """
    files = list(conversation.attachments.values_list("pk", flat=True))
    Attachment.objects.filter(pk__in=files).delete()
    transaction.on_commit(lambda: remove(files))
