"""Conversations go out: as JSON, as markdown, on paper. Each only to its owner."""

import re
from collections.abc import AsyncIterator
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from conversations.library import exports
from conversations.library.markdown import as_markdown
from conversations.library.snapshots import snapshot
from conversations.models import Conversation, User
from conversations.turns.refusals import Absent

# Of no file system, or not at every place of a name; and what hides a name's true end.
_UNSAFE = re.compile(r'[\x00-\x1f\x7f-\x9f/\\:*?"<>|\u200e\u200f\u202a-\u202e\u2066-\u2069]+')
NAME_LENGTH = 80


@require_safe
def as_json(request: HttpRequest, conversation_id: UUID) -> StreamingHttpResponse:
    """All of a conversation, to be imported again."""
    try:
        found = exports.subject(_person(request), conversation_id)
    except Absent:
        raise Http404(_("There is no such conversation.")) from None
    name = file_name(found.row.title, "json")
    return _streamed(exports.document(found), "application/json", name)


@require_safe
def everything(request: HttpRequest) -> StreamingHttpResponse:
    """All of a person's conversations, a line each."""
    name = f"thinkalong-{timezone.now():%Y-%m-%d}.jsonl"
    return _streamed(exports.everything(_person(request)), "application/jsonl", name)


@require_safe
def markdown(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """The branch on show, as one markdown text."""
    row = _own(request, conversation_id)
    said = snapshot(row, row.leaf_id, thoughts=_thoughts(request))
    text = as_markdown(row.title, row.model, said)
    answer = HttpResponse(text, content_type="text/markdown; charset=utf-8")
    answer["Content-Disposition"] = content_disposition_header(True, file_name(row.title, "md"))
    return answer


@require_safe
def on_paper(request: HttpRequest, conversation_id: UUID) -> HttpResponse:
    """The branch on show, as a page to be printed."""
    row = _own(request, conversation_id)
    said = snapshot(row, row.leaf_id, thoughts=_thoughts(request))
    with_thoughts = _thoughts(request)
    context = {"row": row, "said": said, "thoughts": with_thoughts, "open_thoughts": with_thoughts}
    return render(request, "reading/print.html", context)


def file_name(title: str, suffix: str) -> str:
    """A file's name made of a title: safe on every system, and never hidden or empty."""
    name = " ".join(_UNSAFE.sub(" ", title).split()).strip(". ")[:NAME_LENGTH].rstrip(". ")
    return f"{name or 'conversation'}.{suffix}"


def _streamed(pieces: AsyncIterator[bytes], kind: str, name: str) -> StreamingHttpResponse:
    answer = StreamingHttpResponse(pieces, content_type=kind)
    answer["Content-Disposition"] = content_disposition_header(True, name)
    return answer


def _own(request: HttpRequest, conversation_id: UUID) -> Conversation:
    row = _person(request).conversations.filter(pk=conversation_id).first()
    if row is None:
        raise Http404(_("There is no such conversation."))
    return row


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user


def _thoughts(request: HttpRequest) -> bool:
    return request.GET.get("thoughts") == "1"
