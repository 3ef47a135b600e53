"""A stored file as a response: streamed, in parts where a player asks for them, and harmless.

It is always an attachment (a picture shows in the page all the same), it may run nothing, and no
cache keeps it: the next person at the same machine finds none of it.
"""

import re
from collections.abc import AsyncIterator
from typing import BinaryIO

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header

from conversations.files.receiving import in_files
from conversations.files.storage import place_of
from conversations.models import Attachment

BLOCK = 256 * 1024
RANGE = re.compile(r"bytes=(\d{0,15})-(\d{0,15})", re.ASCII)
POLICY = "default-src 'none'; sandbox; frame-ancestors 'none'"


async def file_response(request: HttpRequest, row: Attachment) -> HttpResponseBase | None:
    """The file, or the part of it that is asked for; None if it is not on this disk."""
    file = await in_files(opened, row)
    if file is None:
        return None
    try:
        wanted = wanted_range(request.headers.get("Range", ""), row.size)
    except IndexError:
        file.close()
        return with_headers(HttpResponse(status=416), row, f"bytes */{row.size}")
    start, end = wanted or (0, row.size)
    response = StreamingHttpResponse(
        parts(file, start, end),
        status=206 if wanted else 200,
        content_type=served_as(row.media_type),
    )
    response["Content-Length"] = str(end - start)
    if request.method == "HEAD":
        file.close()
        response.streaming_content = nothing()
    told = f"bytes {start}-{end - 1}/{row.size}" if wanted else ""
    return with_headers(response, row, told)


def opened(row: Attachment) -> BinaryIO | None:
    try:
        return place_of(row.pk).open("rb")
    except FileNotFoundError:
        return None


def with_headers(response: HttpResponseBase, row: Attachment, told: str) -> HttpResponseBase:
    response["Content-Disposition"] = content_disposition_header(True, row.name) or "attachment"
    response["Content-Security-Policy"] = POLICY
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    response["Accept-Ranges"] = "bytes"
    if told:
        response["Content-Range"] = told
    return response


def served_as(media_type: str) -> str:
    """Texts say their encoding, or a browser guesses; and none of them is anything but text."""
    return "text/plain; charset=utf-8" if media_type.startswith("text/") else media_type


def wanted_range(header: str, size: int) -> tuple[int, int] | None:
    """Where to begin and to end; None unless a single good range is asked for.

    Raises:
        IndexError: the range lies outside of the file.
    """
    found = RANGE.fullmatch(header.strip())
    if found is None or not (found[1] or found[2]):
        return None
    start = int(found[1]) if found[1] else max(0, size - int(found[2]))
    end = int(found[2]) + 1 if found[1] and found[2] else size
    if found[1] and found[2] and end <= start:
        return None
    if start >= size:
        raise IndexError
    return start, min(end, size)


async def parts(file: BinaryIO, start: int, end: int) -> AsyncIterator[bytes]:
    """A file's bytes between two places, in pieces that are read when the last one is gone."""
    try:
        await in_files(file.seek, start)
        while start < end:
            data = await in_files(file.read, min(BLOCK, end - start))
            if not data:
                return
            start += len(data)
            yield data
    finally:
        file.close()


async def nothing() -> AsyncIterator[bytes]:
    """Of a HEAD."""
    nothing: tuple[bytes, ...] = ()
    for data in nothing:
        yield data
