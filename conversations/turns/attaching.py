"""A question's files: claimed for its conversation, named in its parts, read for its request."""

import base64
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

from django.db.models import Q, Sum

from conversations.endpoint.parts import Part
from conversations.files.limits import CONVERSATION_LIMIT, FILES_A_MESSAGE
from conversations.files.storage import read
from conversations.models import Attachment, Conversation, User
from conversations.turns.refusals import FileGone, FilesTooLarge, TooManyFiles


def attach(person: User, conversation: Conversation, files: Sequence[UUID]) -> list[dict[str, Any]]:
    """Make files the conversation's, and name them as parts, in the order in which they are given.

    They are the person's own, and unsent or in this conversation already: a question that is asked
    anew keeps its files. Called in the transaction that stores the question.

    Raises:
        FileGone: one of them is none of those.
        FilesTooLarge: the conversation would have too much of them.
    """
    if not files:
        return []
    if len(files) > FILES_A_MESSAGE:
        raise TooManyFiles
    wanted = set(files)
    own = person.attachments.filter(Q(conversation=None) | Q(conversation=conversation))
    # Compare and set: of two questions that claim a file at once, one finds it gone.
    if own.filter(pk__in=wanted).update(conversation=conversation) != len(wanted):
        raise FileGone
    if conversation.attachments.aggregate(all=Sum("size"))["all"] > CONVERSATION_LIMIT:
        raise FilesTooLarge
    rows = Attachment.objects.in_bulk(wanted)
    return [{"attachment": rows[file_id].described} for file_id in dict.fromkeys(files)]


def first_name(person: User, files: Sequence[UUID]) -> str:
    """What a conversation is called whose first question is nothing but files."""
    return person.attachments.filter(pk__in=files[:1]).values_list("name", flat=True).first() or ""


def as_sent(raw: dict[str, Any]) -> Iterator[Part]:
    """A stored part as the endpoint takes it: a file as its name and its bytes.

    Blocking. The name goes before, since inline data has none, and a question speaks of "the second
    table" or "report.csv". All texts are plain: it takes no other kind of text from everybody, and
    the name tells the rest. A file that is gone leaves a note, so that the conversation can go on.
    """
    file = raw.get("attachment")
    if file is None:
        yield Part(raw)
        return
    data = read(UUID(file["id"]))
    if data is None:
        yield Part({"text": f"[The file {file['name']} is not available any more.]\n"})
        return
    media_type = "text/plain" if file["mimeType"].startswith("text/") else file["mimeType"]
    yield Part({"text": f"[{file['name']}]\n"})
    yield Part({"inlineData": {"mimeType": media_type, "data": base64.b64encode(data).decode()}})
