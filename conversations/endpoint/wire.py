"""JSON of the endpoint to values, and values to its JSON."""

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NoReturn

import msgspec

from conversations.endpoint.capabilities import Capability, for_model
from conversations.endpoint.errors import MalformedEventError
from conversations.endpoint.parts import (
    Chunk,
    Content,
    Part,
    Request,
    Settings,
    Usage,
    storable,
    storable_json,
)

_EXTRAS = frozenset({"groundingMetadata", "citationMetadata", "urlContextMetadata"})
_EMPTY = frozenset({"text", "thought"})
_ENDING = _EXTRAS | {"finishReason", "finishMessage"}
_USAGE = (
    "promptTokenCount",
    "cachedContentTokenCount",
    "thoughtsTokenCount",
    "candidatesTokenCount",
    "toolUsePromptTokenCount",
    "totalTokenCount",
)
_MOST_TOKENS = 2**31 - 1


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is not JSON")


_fast_json = msgspec.json.Decoder()
_json = json.JSONDecoder(parse_constant=_refuse_constant)


def parse(data: bytes) -> Any:
    """One event's JSON; MalformedEventError where it is none.

    Encoded surrogates pass, as they do when they are escaped: `Seam` and `Part` see to them. They
    are among the few things that msgspec refuses and the standard library, which is slower, takes.
    """
    try:
        return _fast_json.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return _parse_slowly(data)


def _parse_slowly(data: bytes) -> Any:
    try:
        return _json.decode(data.decode("utf-8", "surrogatepass"))
    except (ValueError, RecursionError) as error:
        raise MalformedEventError(f"an event of {len(data)} bytes is not JSON") from error


# --- from the endpoint -------------------------------------------------------------------------


class Seam:
    """Rejoins a surrogate pair that the endpoint split over two texts of the same kind."""

    def __init__(self) -> None:
        self._half = ""
        self._thought = False

    def mend(self, part: dict[str, Any]) -> Sequence[dict[str, Any]]:
        """The part, with a half moved to the text it belongs to, or given up as U+FFFD."""
        if not self._half and not _ends_in_half(part):
            return (part,)
        text = part.get("text")
        is_thought = part.get("thought") is True
        given_up: list[dict[str, Any]] = []
        if self._half and text != "":
            if isinstance(text, str) and is_thought is self._thought:
                part = {**part, "text": _joined(self._half + text)}
                self._half = ""
            else:
                given_up = self.flush()
        if _ends_in_half(part):
            self._half, self._thought = part["text"][-1], is_thought
            part = {**part, "text": part["text"][:-1]}
        return [*given_up, part]

    def flush(self) -> list[dict[str, Any]]:
        """The half that never found its other half, as a part."""
        if not self._half:
            return []
        self._half = ""
        return [{"text": "\ufffd", "thought": True} if self._thought else {"text": "\ufffd"}]


def _joined(text: str) -> str:
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "surrogatepass")


def _ends_in_half(part: dict[str, Any]) -> bool:
    """Whether the text breaks off inside a pair. A signed text is not touched."""
    text = part.get("text")
    return isinstance(text, str) and "\ud800" <= text[-1:] <= "\udbff" and _EMPTY.issuperset(part)


def decode_chunk(event: Mapping[str, Any], seam: Seam | None = None) -> Chunk:
    """One event as a value. What is unknown or of the wrong form is passed over, text is kept."""
    candidates = event.get("candidates")
    candidate = _dict(candidates[0]) if isinstance(candidates, list) and candidates else {}
    raw_parts = _dict(candidate.get("content")).get("parts")
    chunk = Chunk(
        parts=_parts(raw_parts, seam or Seam()) if isinstance(raw_parts, list) else (),
        usage=_usage(event.get("usageMetadata")),
        model_version=_text(event.get("modelVersion")),
        response_id=_text(event.get("responseId")),
    )
    # Nearly every event ends here: one of a stream has an end to tell.
    if _ENDING.isdisjoint(candidate) and "promptFeedback" not in event:
        return chunk
    feedback = _dict(event.get("promptFeedback"))
    return chunk._replace(
        finish_reason=_word(candidate.get("finishReason")),
        finish_message=_text(candidate.get("finishMessage") or feedback.get("blockReasonMessage")),
        block_reason=_word(feedback.get("blockReason")),
        extras=_extras(candidate),
    )


def flushed(seam: Seam) -> Chunk | None:
    """What a seam still held when the stream ended."""
    rest = seam.flush()
    return Chunk(parts=tuple(Part(part) for part in rest)) if rest else None


def _parts(raw_parts: list[Any], seam: Seam) -> tuple[Part, ...]:
    return tuple(
        [
            Part(whole)
            for raw in raw_parts
            if isinstance(raw, dict)
            for whole in seam.mend(_with_text(raw))
            if whole.get("text") or not _EMPTY.issuperset(whole)
        ]
    )


def _with_text(raw: dict[str, Any]) -> dict[str, Any]:
    """Without a `text` that is no text, which could be neither shown nor sent back."""
    if not isinstance(raw.get("text", ""), str):
        return {key: value for key, value in raw.items() if key != "text"}
    return raw


def _extras(candidate: Mapping[str, Any]) -> dict[str, Any]:
    """Metadata that says something: in the middle of a stream it can be empty."""
    return {
        name: storable_json(candidate[name])
        for name in sorted(_EXTRAS)
        if isinstance(candidate.get(name), dict) and candidate[name]
    }


def _usage(raw: Any) -> Usage | None:
    if not isinstance(raw, dict) or not raw:
        return None
    return Usage(
        *[
            count if type(count) is int and 0 <= count <= _MOST_TOKENS else 0
            for count in map(raw.get, _USAGE)
        ]
    )


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _text(value: Any) -> str:
    return storable(value) if isinstance(value, str) else ""


def _word(value: Any) -> str | None:
    """A reason as a word; an integer becomes its digits, and so an unknown reason."""
    if type(value) is int:
        return str(value)
    return _text(value) or None


# --- to the endpoint ---------------------------------------------------------------------------


def encode_request(request: Request, *, signatures: bool = True) -> dict[str, Any]:
    """The request's JSON, with the controls that its model has and no others."""
    capability = for_model(request.model)
    settings = capability.fit(request.settings)
    contents = _contents(request.contents, signatures)
    if not contents:
        raise ValueError("A request needs at least one part that is not empty.")
    body: dict[str, Any] = {**settings.more, "contents": contents}
    if settings.system_instruction:
        body["systemInstruction"] = {
            "role": "user",
            "parts": [{"text": settings.system_instruction}],
        }
    if settings.safety:
        body["safetySettings"] = [
            {"category": category, "threshold": threshold}
            for category, threshold in settings.safety
        ]
    body["tools"] = _tools(settings)
    body["generationConfig"] = _generation(settings, capability)
    return body


def _generation(settings: Settings, capability: Capability) -> dict[str, Any]:
    config: dict[str, Any] = {
        **settings.extra,
        "temperature": settings.temperature,
        "topP": settings.top_p,
        "topK": settings.top_k,
        "maxOutputTokens": settings.max_output_tokens,
        "thinkingConfig": capability.thinking(settings) or None,
    }
    # One candidate is all that a conversation has room for.
    config.pop("candidateCount", None)
    return {name: value for name, value in config.items() if value is not None}


def _tools(settings: Settings) -> list[dict[str, Any]]:
    tools: list[dict[str, Any]] = [{name: {}} for name in settings.tools]
    if settings.functions:
        tools.append({"functionDeclarations": [dict(function) for function in settings.functions]})
    return tools


def _contents(contents: Iterable[Content], signatures: bool) -> list[dict[str, Any]]:
    """Roles alternate, and nothing is sent that says nothing.

    Two messages of a person, with no answer between them, come in one content; a blank line keeps
    the second from being read as the end of the first.
    """
    sent: list[dict[str, Any]] = []
    for content in contents:
        parts = _sent_parts(content, signatures)
        if not parts:
            continue
        if sent and sent[-1]["role"] == content.role:
            blank = [{"text": "\n\n"}] if content.role == "user" else []
            sent[-1]["parts"] += [*blank, *parts]
        else:
            sent.append({"role": content.role, "parts": parts})
    return sent


def _sent_parts(content: Content, signatures: bool) -> list[dict[str, Any]]:
    """Thoughts stay behind. A reply's text came in pieces, which go back as one: but never a signed
    piece, whose signature is for exactly that part.
    """
    sent: list[dict[str, Any]] = []
    pieces: list[str] = []
    for given in content.parts:
        part = given if signatures else given.without_signature()
        if part.is_thought or not part.width:
            continue
        if content.role == "model" and part.is_plain:
            pieces.append(part.text or "")
            continue
        _settle(pieces, sent)
        sent.append(dict(part.raw))
    _settle(pieces, sent)
    return sent


def _settle(pieces: list[str], sent: list[dict[str, Any]]) -> None:
    if pieces:
        sent.append({"text": "".join(pieces)})
        pieces.clear()
