"""What must be true of an imported conversation beyond the form of its values.

An import is written by anybody. It can name nothing but what is in the file, and nothing in it can
be shown, asked or counted otherwise than if it had been said here.
"""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from io import BytesIO
from itertools import pairwise
from typing import Any

from msgspec import structs

from conversations.endpoint import choices
from conversations.endpoint.errors import MalformedEventError
from conversations.endpoint.parts import Settings, storable_json, weight_of
from conversations.files import pictures
from conversations.files.kinds import Recognition
from conversations.files.limits import CONVERSATION_LIMIT, FILE_LIMIT
from conversations.files.names import safe_name
from conversations.files.refusals import FileRefused, NothingInIt
from conversations.library.complaints import Broken
from conversations.library.form import About, Document, Enclosed, Run, Said

MOST_MESSAGES = 20_000
"""Messages in one conversation."""
MOST_MEGABYTES = 32
"""Of one message, its pictures included."""
EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
SLACK = timedelta(days=1)
"""How far a clock elsewhere may be ahead of ours."""
PATH = re.compile(r" - at `([^`]+)`")
"""Where msgspec says that it is."""
_TITLE_SPACE = re.compile(r"\s+")


def checked(document: Document, now: datetime) -> Document:
    """The document as it can be stored.

    Raises:
        Broken: something in it cannot be so.
    """
    if len(document.messages) > MOST_MESSAGES:
        raise Broken("too_many", "$.messages", f"{MOST_MESSAGES:,}")
    if not document.messages:
        raise Broken("nothing", "$.messages")
    _dates(document, now)
    _tree(document.messages)
    _turns(document)
    _attachments(document)
    return structs.replace(
        document,
        conversation=_about(document.conversation, len(document.messages), now),
        attachments=[_enclosed(one, at, now) for at, one in enumerate(document.attachments)],
        messages=[_said(message, at, now) for at, message in enumerate(document.messages)],
        turns=[_run(run, at, now) for at, run in enumerate(document.turns)],
    )


def _tree(messages: list[Said]) -> None:
    """Each message comes after its parent, so that there is no circle; answers answer questions.

    Several may have no parent: a first question that was edited is one more beginning.
    """
    for at, message in enumerate(messages):
        if message.id != at + 1:
            raise Broken("number", f"$.messages[{at}].id")
        if message.parent is not None and message.parent > at:
            raise Broken("parent", f"$.messages[{at}].parent")
        asked = message.parent is not None and messages[message.parent - 1].role == "user"
        if message.role == "model" and not asked:
            raise Broken("order", f"$.messages[{at}].role")


def _turns(document: Document) -> None:
    """Each answer has the one turn that gave it: without one it would not be shown."""
    messages = document.messages
    given: set[int] = set()
    for at, run in enumerate(document.turns):
        if run.question > len(messages) or messages[run.question - 1].role != "user":
            raise Broken("question", f"$.turns[{at}].question")
        if run.reply is None:
            continue
        known = run.reply <= len(messages) and run.reply not in given
        reply = messages[run.reply - 1] if known else None
        if reply is None or reply.role != "model" or reply.parent != run.question:
            raise Broken("reply", f"$.turns[{at}].reply")
        given.add(run.reply)
        if any(one > other for one, other in pairwise(run.timeline)):
            raise Broken("timeline", f"$.turns[{at}].timeline")
    for at, message in enumerate(messages):
        if message.role == "model" and message.id not in given:
            raise Broken("unasked", f"$.messages[{at}]")


def _attachments(document: Document) -> None:
    """A message can name no file but those that came with it, and those are files as people send
    them: known by their bytes, whatever is said of them.
    """
    there: set[str] = set()
    room = CONVERSATION_LIMIT
    for at, enclosed in enumerate(document.attachments):
        known_as = storable_json(enclosed.id)
        if known_as in there:
            raise Broken("attachment", f"$.attachments[{at}].id")
        there.add(known_as)
        room -= len(enclosed.data or b"")
        if len(enclosed.data or b"") > FILE_LIMIT or room < 0:
            raise Broken("room", f"$.attachments[{at}]")
    for at, message in enumerate(document.messages):
        for number, part in enumerate(message.parts):
            named = part.get("attachment")
            file = named.get("id") if isinstance(named, dict) else None
            known = isinstance(file, str) and storable_json(file) in there
            if "attachment" in part and not (known and message.role == "user"):
                raise Broken("attachment", f"$.messages[{at}].parts[{number}]")


def _enclosed(enclosed: Enclosed, at: int, now: datetime) -> Enclosed:
    kind = enclosed.type
    if enclosed.data is not None:
        try:
            kind = recognised(enclosed.name, enclosed.data)
        except FileRefused as refused:
            raise Broken("file", f"$.attachments[{at}]", refused.code) from None
    return structs.replace(
        enclosed,
        id=storable_json(enclosed.id),
        name=safe_name(enclosed.name),
        type=storable_json(kind),
        size=enclosed.size if enclosed.data is None else len(enclosed.data),
        created=min(enclosed.created, now),
    )


def recognised(name: str, data: bytes) -> str:
    """The media type of a file, by its bytes.

    Raises:
        FileRefused: it is none that is taken.
    """
    if not data:
        raise NothingInIt
    seen = Recognition(name)
    seen.feed(data)
    kind = seen.kind()
    if kind.family == "image":
        pictures.check(kind.media_type, BytesIO(data))
    return kind.media_type


def _dates(document: Document, now: datetime) -> None:
    for path, moment in _moments(document):
        if moment is not None and not EARLIEST <= moment <= now + SLACK:
            raise Broken("date", path)


def _moments(document: Document) -> Iterator[tuple[str, datetime | None]]:
    for name in ("created", "updated", "pinned", "archived"):
        yield f"$.conversation.{name}", getattr(document.conversation, name)
    for at, enclosed in enumerate(document.attachments):
        yield f"$.attachments[{at}].created", enclosed.created
    for at, message in enumerate(document.messages):
        yield f"$.messages[{at}].created", message.created
    for at, run in enumerate(document.turns):
        for name in ("accepted", "asked", "thought", "answer", "ended"):
            yield f"$.turns[{at}].{name}", getattr(run, name)


def _about(about: About, count: int, now: datetime) -> About:
    if about.leaf is not None and about.leaf > count:
        raise Broken("leaf", "$.conversation.leaf")
    title = _TITLE_SPACE.sub(" ", storable_json(about.title)).strip()
    if not title:
        raise Broken("form", "$.conversation.title", "empty")
    return structs.replace(
        about,
        title=title,
        leaf=about.leaf or count,
        created=min(about.created, now),
        updated=min(about.updated, now),
        folder=storable_json(about.folder and about.folder.strip()) or None,
        model=storable_json(about.model),
        settings=_choices(about.settings),
    )


def _choices(given: dict[str, Any]) -> dict[str, Any]:
    """What is asked next is asked with what people may choose here, and with nothing else."""
    path = "$.conversation.settings"
    try:
        return choices.read(stored(given, path))
    except ValueError as error:
        said = str(error)
        found = PATH.search(said)
        inner = found[1].removeprefix("$") if found else ""
        raise Broken("settings", path + inner, PATH.sub("", said)[:200]) from None


def _settings(given: dict[str, Any], path: str) -> dict[str, Any]:
    """With what a turn was made: a record, with which nothing is asked again."""
    known = stored(given, path)
    try:
        Settings.from_json(known)
    except (ValueError, TypeError) as error:
        raise Broken("settings", path, str(error)[:200]) from None
    return dict(known)


def _said(message: Said, at: int, now: datetime) -> Said:
    path = f"$.messages[{at}]"
    if weight_of(message.parts) + weight_of(message.metadata) > MOST_MEGABYTES * 2**20:
        raise Broken("too_long", path, str(MOST_MEGABYTES))
    return structs.replace(
        message,
        created=min(message.created, now),
        parts=[_part(part, f"{path}.parts[{n}]") for n, part in enumerate(message.parts)],
        metadata=stored(message.metadata, f"{path}.metadata"),
    )


def _part(part: dict[str, Any], path: str) -> dict[str, Any]:
    known: dict[str, Any] = stored(part, path)
    if not isinstance(known.get("text", ""), str):
        raise Broken("form", f"{path}.text", "Expected `str`")
    return known


def _run(run: Run, at: int, now: datetime) -> Run:
    path = f"$.turns[{at}]"
    return structs.replace(
        run,
        settings=_settings(run.settings, f"{path}.settings"),
        model=storable_json(run.model),
        model_version=storable_json(run.model_version),
        response_id=storable_json(run.response_id),
        reason=storable_json(run.reason),
        detail=storable_json(run.detail),
        accepted=min(run.accepted, now),
        **{
            name: moment and min(moment, now)
            for name in ("asked", "thought", "answer", "ended")
            for moment in [getattr(run, name)]
        },
    )


def stored(value: Any, path: str) -> Any:
    """JSON without what no database holds."""
    try:
        return storable_json(value)
    except (MalformedEventError, RecursionError):
        raise Broken("nested", path) from None
