"""What Google AI Studio saves to Drive, taken in as a conversation of ours.

Its form is not documented; this is what its files hold. Chunks stand in a row, thoughts and answers
of one reply each in their own; newer files repeat a chunk's text in `parts`, with signatures. What
lies in Drive or on YouTube is only named there: a note in the message says so.
"""

from base64 import b64decode
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from mimetypes import guess_extension
from typing import Any

import msgspec
from django.utils import timezone

from conversations.endpoint import choices
from conversations.endpoint.errors import MalformedEventError
from conversations.endpoint.parts import Part
from conversations.endpoint.wire import parse
from conversations.files.refusals import FileRefused
from conversations.library.checks import EARLIEST, recognised
from conversations.library.complaints import Broken
from conversations.library.form import FORMAT, VERSION, About, Document, Enclosed, Run, Said, Used
from conversations.models.conversation import TITLE_LENGTH, title_from
from conversations.turns.pieces import text_of

LINKED = {
    "driveDocument": "a document in Google Drive",
    "driveImage": "a picture in Google Drive",
    "driveVideo": "a video in Google Drive",
    "driveAudio": "a recording in Google Drive",
    "youtubeVideo": "a video on YouTube",
}
"""Notes in a message's own text, which is data and not the page's words: so in English."""
PLAIN = str.maketrans("-_", "+/")
INLINE = ("inlineData", "inlineFile", "inlineImage", "inlineAudio", "inlineVideo")
KEPT = ("executableCode", "codeExecutionResult", "functionCall", "functionResponse")
TOOLS = {
    "enableSearchAsATool": "googleSearch",
    "enableBrowseAsATool": "urlContext",
    "enableCodeExecution": "codeExecution",
}
SETTINGS = {
    "temperature": "temperature",
    "topP": "top_p",
    "topK": "top_k",
    "maxOutputTokens": "max_output_tokens",
    "thinkingBudget": "thinking_budget",
}
OUTCOMES = {"": "complete", "STOP": "complete", "MAX_TOKENS": "out_of_tokens"}
"""What a finish reason was; every other one is the endpoint's filter."""
Json = dict[str, Any]


@dataclass
class Message:
    """Chunks of one side that follow each other."""

    role: str
    created: datetime
    chunk: int
    """The number of its first chunk in the file."""
    parts: list[Json] = field(default_factory=list)
    metadata: list[Json] = field(default_factory=list)
    tokens: dict[str, int] = field(default_factory=dict)
    finish: str = ""
    failure: str = ""
    model: str = ""


def from_studio(text: bytes, name: str, now: datetime) -> tuple[Document, list[int]]:
    """A conversation as AI Studio saved it; it has no title but its file's name.

    Returns it with the chunk that each message begins with, for complaints about it.

    Raises:
        Broken: it is not in AI Studio's form after all.
    """
    try:
        found = parse(text)
    except MalformedEventError:
        raise Broken("nested") from None
    run = _fields(found.get("runSettings"))
    created = _created(found["chunkedPrompt"]["chunks"], now)
    messages = list(_alternating(_messages(found["chunkedPrompt"]["chunks"], created)))
    if not messages:
        raise Broken("nothing", "$.chunkedPrompt.chunks")
    files = list(_files(messages))
    model = _model(run.get("model"))
    chosen = _choices(run, found.get("systemInstruction"))
    sent = choices.settings({}, chosen).to_json()
    document = Document(
        format=FORMAT,
        version=VERSION,
        exported=now,
        conversation=About(
            title=_title(found, name, messages),
            title_from="person" if _named(found, name) else "question",
            model=model,
            settings=chosen,
            created=messages[0].created,
            updated=messages[-1].created,
        ),
        attachments=files,
        messages=[
            Said(
                id=at,
                parent=at - 1 or None,
                role=message.role,  # type: ignore[arg-type]  # _messages makes no other
                created=message.created,
                parts=message.parts,
                metadata=message.metadata,
            )
            for at, message in enumerate(messages, 1)
        ],
        turns=[
            _turn(at, message, message.model or model, sent)
            for at, message in enumerate(messages, 1)
            if message.role == "model"
        ],
    )
    return document, [message.chunk for message in messages]


def _messages(chunks: list[Any], created: datetime) -> Iterator[Message]:
    """A side's chunks joined, until the other side speaks or a reply is over and another begins."""
    last: Message | None = None
    at = created
    for number, chunk in enumerate(chunks):
        path = f"$.chunkedPrompt.chunks[{number}]"
        if not isinstance(chunk, dict):
            raise Broken("form", path, "Expected `object`")
        role = chunk.get("role", "user")
        if role not in ("user", "model"):
            raise Broken("form", f"{path}.role", "Expected `user` or `model`")
        at = _moment(chunk.get("createTime")) or at
        if last is None or last.role != role or (role == "model" and last.finish):
            if last is not None:
                yield last
            last = Message(role, at, number)
        _take(last, chunk)
    if last is not None:
        yield last


def _take(message: Message, chunk: Json) -> None:
    is_thought = chunk.get("isThought") is True
    message.parts += _parts(chunk, is_thought, message.role)
    grounding = _grounding(_fields(chunk.get("grounding")))
    if grounding:
        message.metadata.append(grounding)
    tokens = chunk.get("tokenCount")
    if type(tokens) is int and 0 <= tokens < 2**31:
        kind = "thought" if is_thought else "answer"
        message.tokens[kind] = min(message.tokens.get(kind, 0) + tokens, 2**31 - 1)
    message.finish = _text(chunk.get("finishReason")) or message.finish
    message.failure = _text(chunk.get("errorMessage")) or message.failure
    message.model = _model(chunk.get("model")) or message.model


def _files(messages: Iterable[Message]) -> Iterator[Enclosed]:
    """What the person gave inline is an attachment here. A file that is none here leaves a note."""
    number = 0
    for message in messages:
        for at, part in enumerate(message.parts):
            inline = part.get("inlineData")
            if message.role != "user" or inline is None:
                continue
            name = f"file-{number + 1}{guess_extension(inline['mimeType']) or ''}"
            try:
                data = b64decode(inline["data"].translate(PLAIN), validate=True)
                kind = recognised(name, data)
            except (ValueError, FileRefused):
                message.parts[at] = _note(f"a file of the type {inline['mimeType']}", {})
                continue
            number += 1
            message.parts[at] = {"attachment": {"id": str(number)}}
            yield Enclosed(
                id=str(number),
                name=name,
                type=kind,
                size=len(data),
                created=message.created,
                data=data,
            )


def _parts(chunk: Json, is_thought: bool, role: str) -> list[Json]:
    """A chunk's parts; its text counts where `parts` does not say the same, with signatures."""
    text = _text(chunk.get("text"))
    given = [part for part in _list(chunk.get("parts")) if isinstance(part, dict)]
    inner = [kept for part in given if (kept := _part(part, is_thought))]
    said = "".join(_text(part.get("text")) for part in inner)
    parts = inner if said.strip() or not text else [*_own_text(text, is_thought), *inner]
    parts += [{name: chunk[name]} for name in KEPT if isinstance(chunk.get(name), dict)]
    for name in INLINE:
        inline = _inline(chunk.get(name))
        if inline and not any("inlineData" in part for part in inner):
            parts.append({"inlineData": inline})
    notes = [_note(what, chunk[name]) for name, what in LINKED.items() if chunk.get(name)]
    if role == "user" and notes and any(part.get("text") for part in parts):
        notes[0]["text"] = "\n\n" + notes[0]["text"]
    return [*parts, *notes]


def _own_text(text: str, is_thought: bool) -> list[Json]:
    return [{"text": text, "thought": True} if is_thought else {"text": text}]


def _part(part: Json, is_thought: bool) -> Json | None:
    """One of `parts`: what the endpoint itself sends, and nothing else."""
    kept: Json = {}
    if isinstance(part.get("text"), str):
        kept["text"] = part["text"]
        if is_thought or part.get("thought") is True:
            kept["thought"] = True
    for name in KEPT:
        if isinstance(part.get(name), dict):
            kept[name] = part[name]
    inline = _inline(part.get("inlineData"))
    if inline:
        kept["inlineData"] = inline
    if not kept:
        return None
    if _text(part.get("thoughtSignature")):
        kept["thoughtSignature"] = part["thoughtSignature"]
    return kept


def _inline(given: Any) -> Json | None:
    given = _fields(given)
    kind, data = _text(given.get("mimeType")), _text(given.get("data"))
    return {"mimeType": kind, "data": data} if kind and data else None


def _note(what: str, link: Any) -> Json:
    fields = _fields(link)
    name = _text(fields.get("name")) or _text(fields.get("id"))
    return {"text": f"[Not imported: {what}{f', {name}' if name else ''}]"}


def _grounding(given: Json) -> Json:
    """AI Studio's own form of sources, in the endpoint's."""
    sources = [_fields(one) for one in _list(given.get("groundingSources"))]
    chunks = [
        {"web": {"uri": _text(one.get("uri")), "title": _text(one.get("title"))}}
        for one in sources
        if _text(one.get("uri"))
    ]
    queries = [one for one in _list(given.get("webSearchQueries")) if isinstance(one, str)]
    if not chunks:
        return {}
    return {"groundingMetadata": {"groundingChunks": chunks, "webSearchQueries": queries}}


def _alternating(messages: Iterable[Message]) -> Iterator[Message]:
    """With a question for each answer: one may have been deleted there, or asked again."""
    before = ""
    for message in messages:
        if message.role == "model" and before != "user":
            yield Message(
                "user", message.created, message.chunk, [{"text": "[A question that was not kept]"}]
            )
        before = message.role
        yield message


def _turn(at: int, message: Message, model: str, settings: Json) -> Run:
    answered = text_of([Part(part) for part in message.parts], "answer")
    outcome = OUTCOMES.get(message.finish, "filtered")
    if message.failure:
        outcome = "refused"
    elif outcome == "complete" and not answered and all("text" in part for part in message.parts):
        outcome = "empty"
    reason = "MAX_TOKENS" if outcome == "out_of_tokens" else message.finish
    return Run(
        question=at - 1,
        reply=at,
        model=model,
        settings=settings,
        outcome=outcome,  # type: ignore[arg-type]  # of the form's own words
        reason="" if outcome in ("complete", "empty") else reason[:100],
        detail=message.failure,
        accepted=message.created,
        ended=message.created,
        usage=Used(**message.tokens, total=min(sum(message.tokens.values()), 2**31 - 1)),
    )


def _choices(run: Mapping[str, Any], instruction: Any) -> Json:
    """What was chosen there, as far as it can be chosen here."""
    found: Json = {ours: run.get(theirs) for theirs, ours in SETTINGS.items()}
    level = _text(run.get("thinkingLevel")).removeprefix("THINKING_").upper()
    if level:
        found.update(thinking_level=level, thinking_budget=None)
    for one in map(_fields, _list(run.get("safetySettings"))):
        pair = {_text(one.get("category")): _text(one.get("threshold"))}
        if _can_be_chosen({"safety": pair}):
            found["safety"] = {**found.get("safety", {}), **pair}
    if tools := {ours: True for theirs, ours in TOOLS.items() if run.get(theirs) is True}:
        found["tools"] = tools
    known = {name: value for name, value in found.items() if value is not None}
    kept = {name: value for name, value in known.items() if _can_be_chosen({name: value})}
    return {**kept, **_instruction(instruction)}


def _can_be_chosen(choice: Json) -> bool:
    try:
        choices.read(choice)
    except ValueError:
        return False
    return True


def _instruction(given: Any) -> Json:
    fields = _fields(given)
    parts = [_fields(part) for part in _list(fields.get("parts"))]
    text = _text(fields.get("text")) or "\n".join(_text(part.get("text")) for part in parts)
    if len(text) > choices.INSTRUCTION_LIMIT:
        limit = f"{choices.INSTRUCTION_LIMIT:,}"
        raise Broken("settings", "$.systemInstruction", f"more than {limit} characters")
    return {"system_instruction": text} if text.strip() else {}


def _title(found: Json, name: str, messages: list[Message]) -> str:
    asked = next((_text(part.get("text")) for part in messages[0].parts if part.get("text")), "")
    named = _named(found, name) or title_from(asked) or "AI Studio"
    return named[:TITLE_LENGTH]


def _named(found: Json, name: str) -> str:
    """The name that the person gave it: in the file, or the file's own."""
    title = _text(found.get("title")) or name.removesuffix(".json")
    return " ".join(title.split())


def _model(given: Any) -> str:
    return _text(given).removeprefix("models/")[:200]


def _created(chunks: list[Any], now: datetime) -> datetime:
    times = (_moment(chunk.get("createTime")) for chunk in chunks if isinstance(chunk, dict))
    return next((moment for moment in times if moment), now)


def _moment(given: Any) -> datetime | None:
    try:
        found = msgspec.convert(given, datetime)
    except msgspec.ValidationError:
        return None
    return found if found.tzinfo and EARLIEST <= found <= timezone.now() else None


def _fields(value: Any) -> Json:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
