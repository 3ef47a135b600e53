"""Conversations come in: a file is the body of a request, and its name is in a header."""

from typing import cast
from urllib.parse import unquote

from django.db import Error
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from conversations.chat.pace import too_often
from conversations.chat.sentences import file_sentence, sentence
from conversations.chat.uploads import body_of, declared
from conversations.files.refusals import NoRoom
from conversations.library.bringing import Brought, bring
from conversations.library.complaints import Broken, told
from conversations.library.imports import MOST_MEGABYTES, read
from conversations.models import User
from conversations.turns.database import in_long_work
from conversations.turns.live import get_live
from conversations.turns.news import Changed, describe_conversation

MOST_A_MINUTE = 30
LARGEST = MOST_MEGABYTES * 2**20
MOST_AT_ONCE = 3
"""Files that are on their way into this process's memory."""
_reading: set[int] = set()
STATUS = {"too_large": 413, "busy": 503, "cut_short": 400}
"""Of complaints that are not about what is in a file."""
MOST_TOLD = 50
"""Rows that pages are told of at once; they read on in their lists for more."""


@require_POST
async def import_(request: HttpRequest) -> JsonResponse:
    """Take in a file, or say what is wrong with it and where."""
    person = cast(User, await request.auser())
    if too_often("import", person.pk, MOST_A_MINUTE):
        return JsonResponse({"code": "slow_down", "message": sentence("slow_down")}, status=429)
    name = unquote(request.headers.get("X-File-Name", ""), errors="replace")
    copies = request.headers.get("X-Copies") == "1"
    try:
        data = await _body(request)
        brought = await in_long_work(_take_in, person, data, name, copies)
    except Broken as broken:
        return JsonResponse(complaint(broken), status=STATUS.get(broken.what, 422))
    except NoRoom as full:
        return JsonResponse({"code": full.code, "message": file_sentence(full)}, status=507)
    except Error:
        return JsonResponse({"code": "unavailable", "message": _unavailable()}, status=503)
    rows = [describe_conversation(row, running=False) for row in brought.conversations]
    get_live().tell([Changed(person.pk, row) for row in rows[:MOST_TOLD]])
    first = rows[0] if len(rows) == 1 else None
    return JsonResponse(
        {
            "imported": len(rows),
            "known": brought.known,
            "message": summary(len(rows), brought.known),
            "conversation": first and {"id": first["id"], "title": first["title"]},
        }
    )


async def _body(request: HttpRequest) -> bytes:
    """What is sent, up to what is taken. Only so many hold as much in memory at a time.

    Raises:
        Broken: it is too large, or not all of it came, or others are being read.
    """
    if len(_reading) >= MOST_AT_ONCE:
        raise Broken("busy")
    length = declared(request) or 0
    if length > LARGEST:
        raise Broken("too_large", line=1, detail=str(MOST_MEGABYTES))
    data = bytearray()
    _reading.add(id(data))
    try:
        async for piece in body_of(request):
            data += piece
            if len(data) > LARGEST:
                raise Broken("too_large", line=1, detail=str(MOST_MEGABYTES))
    finally:
        _reading.discard(id(data))
    if len(data) < length:
        # The first lines of many could be whole conversations, and would be taken for all.
        raise Broken("cut_short")
    return bytes(data)


def _take_in(person: User, data: bytes, name: str, copies: bool) -> Brought:
    now = timezone.now()
    return bring(person, read(data, name, now), now, copies=copies)


def complaint(broken: Broken) -> dict[str, str | int | None]:
    """What is wrong, with the line and the place in it."""
    what, line, place = told(broken), broken.line, broken.place
    where = _("Line {line}, {place}:") if place else _("Line {line}:") if line else ""
    sentences = (where.format(line=line, place=place), what, _("Nothing was imported."))
    return {
        "code": broken.code,
        "message": " ".join(filter(None, sentences)),
        "line": line,
        "place": place,
    }


def summary(imported: int, known: int) -> str:
    """What came of it, in one or two sentences."""
    said = []
    if imported or not known:
        said.append(
            ngettext(
                "Imported {count} conversation.", "Imported {count} conversations.", imported
            ).format(count=imported)
        )
    if known:
        said.append(
            ngettext(
                "{count} conversation was here already and was left as it is.",
                "{count} conversations were here already and were left as they are.",
                known,
            ).format(count=known)
        )
    return " ".join(said)


def _unavailable() -> str:
    return _("The database cannot be reached just now. Nothing was imported; try again.")
