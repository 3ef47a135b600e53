"""Files go up, come down, and are taken back. Whoever may not have one is told there is none."""

from collections.abc import AsyncIterator
from typing import cast
from urllib.parse import unquote
from uuid import UUID

from asgiref.sync import sync_to_async
from django.db import Error, close_old_connections
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from conversations.chat.downloads import file_response
from conversations.chat.sentences import file_sentence, sentence
from conversations.chat.streams import BODY
from conversations.files.receiving import receive
from conversations.files.refusals import FileRefused
from conversations.files.storage import remove
from conversations.models import Attachment, User

BLOCK = 64 * 1024


@require_POST
async def upload(request: HttpRequest) -> HttpResponse:
    """Take a file in: its bytes are the body, its name is in a header, percent-encoded."""
    person = cast(User, await request.auser())
    name = unquote(request.headers.get("X-File-Name", ""), errors="replace")
    # The connection that knew the person would be held for as long as the file takes.
    await release()
    try:
        row = await receive(person, name, declared(request), body_of(request))
    except FileRefused as refusal:
        return refused(refusal.code, file_sentence(refusal), refusal.status)
    except Error:
        return refused("unavailable", sentence("unavailable"), 503)
    return JsonResponse({"file": row.described}, status=201)


@require_http_methods(["GET", "HEAD", "DELETE"])
async def file(request: HttpRequest, file_id: UUID) -> HttpResponseBase:
    """A file for whoever may see it; or, taken back before it was sent, the end of it."""
    person = cast(User, await request.auser())
    if request.method == "DELETE":
        if not await sync_to_async(take_back)(person, file_id):
            raise Http404(_("There is no such file."))
        return HttpResponse(status=204)
    row = await sync_to_async(visible)(person, file_id)
    response = None if row is None else await file_response(request, row)
    if response is None:
        raise Http404(_("There is no such file."))
    return response


def visible(person: User, file_id: UUID) -> Attachment | None:
    """A file of a conversation of the person's, or one of the person's own that was not sent."""
    unsent = Q(conversation=None, owner=person)
    mine = Q(conversation__owner=person, conversation__deleted_at=None)
    return Attachment.objects.filter(unsent | mine, pk=file_id).first()


def take_back(person: User, file_id: UUID) -> bool:
    """Forget a file that was not sent."""
    gone, _rows = person.attachments.filter(pk=file_id, conversation=None).delete()
    if gone:
        remove([file_id])
    return bool(gone)


def refused(code: str, message: str, status: int) -> JsonResponse:
    return JsonResponse({"code": code, "message": message}, status=status)


def declared(request: HttpRequest) -> int | None:
    length = request.headers.get("Content-Length", "")
    return int(length) if length.isascii() and length.isdigit() and len(length) < 16 else None


def body_of(request: HttpRequest) -> AsyncIterator[bytes]:
    """The body as it comes (`streams.py`), or, where somebody has read it before us, as it is."""
    streamed = getattr(request, "scope", {}).get(BODY)
    return aiter(streamed) if streamed is not None else buffered(request)


async def buffered(request: HttpRequest) -> AsyncIterator[bytes]:
    while data := request.read(BLOCK):
        yield data


async def release() -> None:
    """Give back the database connection of this request's thread."""
    await sync_to_async(close_old_connections)()
