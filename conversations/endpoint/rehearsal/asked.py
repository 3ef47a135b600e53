"""The request, read as strictly as the endpoint reads it, into what the rehearsal goes by."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from conversations.endpoint.rehearsal import refusals
from conversations.endpoint.rehearsal.files import File, files_of, question_after
from conversations.endpoint.rehearsal.signature import is_spoilt
from conversations.endpoint.rehearsal.steps import RefusedError
from conversations.endpoint.rehearsal.thinking import Thinking, read_thinking
from conversations.endpoint.rehearsal.tokens import count_text


def _words(text: str) -> list[str]:
    return text.split()


_TOP = _words(
    "contents systemInstruction tools toolConfig safetySettings generationConfig cachedContent "
    "model serviceTier store labels"
)
_GENERATION = _words(
    "temperature topP topK candidateCount maxOutputTokens stopSequences seed presencePenalty "
    "frequencyPenalty responseLogprobs logprobs responseMimeType responseSchema "
    "responseJsonSchema responseModalities mediaResolution speechConfig imageConfig "
    "thinkingConfig"
)
_DATA = _words(
    "text inlineData fileData functionCall functionResponse executableCode "
    "codeExecutionResult toolCall toolResponse"
)
_BESIDE = _words("thought thoughtSignature videoMetadata mediaResolution partMetadata")
_THRESHOLDS = _words(
    "BLOCK_LOW_AND_ABOVE BLOCK_MEDIUM_AND_ABOVE BLOCK_ONLY_HIGH BLOCK_NONE OFF "
    "HARM_BLOCK_THRESHOLD_UNSPECIFIED"
)
_MESSAGE = "GenerateContentRequest"
_LARGEST_ROOM = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Asked:
    """One request. `room` and the thinking budget are in tokens, None where none was set.

    `turns` are the roles and texts before the question.
    """

    model: str
    question: str
    turns: tuple[tuple[str, str], ...]
    instruction: str
    thinking: Thinking
    room: int | None
    prompt_tokens: int
    is_signed: bool
    seed: bytes
    generation: Mapping[str, Any]
    safety: Mapping[str, str]
    tools: tuple[str, ...]
    files: tuple[File, ...] = ()
    """Those of the newest message."""

    @property
    def is_first(self) -> bool:
        """Whether nothing was answered before in this conversation."""
        return all(role == "user" for role, _ in self.turns)

    @property
    def earlier(self) -> tuple[str, ...]:
        """The questions before this one."""
        return tuple(text for role, text in self.turns if role == "user")

    @property
    def thinks(self) -> bool:
        return self.thinking.budget != 0

    @property
    def shows_thoughts(self) -> bool:
        return self.thinking.shown

    @property
    def signs_at_end(self) -> bool:
        """Gemini 3 signs its last, empty part; 2.5 signs its first words."""
        generation = re.match(r"(?:.*/)?gemini-(\d+)", self.model)
        return generation is not None and int(generation[1]) >= 3

    def may_think(self, spent: int, insisted: bool) -> bool:
        budget = self.thinking.budget
        return budget is None or (budget > 0 and (insisted or spent < budget))


def read(model: str, body: bytes) -> Asked:
    """The request as values. Raises RefusedError with the endpoint's own complaint."""
    payload = _fields(_json(body), _TOP, "")
    contents = _contents(payload.get("contents"))
    generation = _fields(payload.get("generationConfig") or {}, _GENERATION, "generation_config")
    _check_numbers(generation)
    _check_safety(payload.get("safetySettings") or [])
    instruction = _instruction(payload.get("systemInstruction"))
    turns = [(role, _text(parts)) for role, parts in contents]
    files = [_files(parts, at) for at, (_, parts) in enumerate(contents)]
    everything = "\n".join(text for _, text in turns)
    return Asked(
        model=model,
        question=_newest(contents[-1][1]),
        turns=tuple(turns[:-1]),
        instruction=instruction,
        thinking=read_thinking(model, generation.get("thinkingConfig")),
        room=generation.get("maxOutputTokens"),
        prompt_tokens=max(
            1,
            count_text(everything)
            + count_text(instruction)
            + sum(file.tokens for some in files for file in some),
        ),
        is_signed=any("thoughtSignature" in part for _, parts in contents for part in parts),
        files=files[-1],
        seed=hashlib.sha256(model.encode() + b"\0" + body).digest(),
        generation=generation,
        safety={
            given["category"]: given["threshold"] for given in payload.get("safetySettings") or []
        },
        tools=tuple(
            name for tool in payload.get("tools") or [] if isinstance(tool, dict) for name in tool
        ),
    )


def _json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        raise RefusedError(
            refusals.invalid("Invalid JSON payload received. Unable to parse the body.")
        ) from None


def _fields(value: Any, known: list[str], where: str) -> dict[str, Any]:
    """The object with its names in camel case; both spellings are taken, others refused."""
    if not isinstance(value, Mapping):
        at = f" at '{where}'" if where else ""
        raise RefusedError(refusals.invalid(f"Invalid value{at}: an object is expected.", where))
    named = {re.sub(r"_([a-z])", lambda found: found[1].upper(), key): key for key in value}
    for camel, given in named.items():
        if camel not in known:
            place = f" at '{where}'" if where else ""
            raise RefusedError(
                refusals.invalid(
                    f'Invalid JSON payload received. Unknown name "{_short(given)}"{place}: '
                    "Cannot find field.",
                    where,
                )
            )
    return {camel: value[given] for camel, given in named.items()}


def _contents(value: Any) -> list[tuple[str, list[dict[str, Any]]]]:
    if not isinstance(value, list) or not value:
        _complain("contents", "contents is not specified")
    contents = []
    for index, given in enumerate(value):
        where = f"contents[{index}]"
        content = _fields(given, ["role", "parts"], where)
        role = content.get("role") or "user"
        if role not in ("user", "model", "function"):
            raise RefusedError(refusals.invalid("Please use a valid role: user, model."))
        contents.append((role, list(_parts(content.get("parts"), where))))
    if contents[-1][0] == "model":
        raise RefusedError(
            refusals.invalid(
                "Please ensure that multiturn requests end with a user role or a function response."
            )
        )
    return contents


def _parts(value: Any, where: str) -> Iterator[dict[str, Any]]:
    if not isinstance(value, list) or not value:
        _complain(f"{where}.parts", "contents.parts must not be empty.")
    for index, given in enumerate(value):
        at = f"{where}.parts[{index}]"
        part = _fields(given, _DATA + _BESIDE, at)
        filled = [name for name in _DATA if name in part]
        if len(filled) != 1 or (part == {"text": ""}):
            _complain(f"{at}.data", "required oneof field 'data' must have one initialized field")
        if not isinstance(part.get("text", ""), str):
            raise RefusedError(refusals.invalid(f"Invalid value at '{at}.text' (TYPE_STRING).", at))
        if "thoughtSignature" in part and is_spoilt(part["thoughtSignature"], part.get("text")):
            raise RefusedError(refusals.invalid("Corrupted thought signature."))
        yield part


def _instruction(value: Any) -> str:
    if value is None:
        return ""
    content = _fields(value, ["role", "parts"], "system_instruction")
    return _text(list(_parts(content.get("parts"), "system_instruction")))


def _files(parts: list[dict[str, Any]], index: int) -> tuple[File, ...]:
    try:
        return files_of(parts)
    except ValueError as error:
        raise RefusedError(
            refusals.invalid(f"Invalid value at 'contents[{index}].parts': {error}.")
        ) from None


def _newest(parts: list[dict[str, Any]]) -> str:
    """The question: what follows the last blank line that stands as a part of its own, if any does.

    That is how messages come which had no answer between them.
    """
    breaks = [at for at, part in enumerate(parts) if part.get("text") == "\n\n"]
    return _text(question_after(parts[breaks[-1] + 1 :] if breaks else parts))


def _text(parts: Sequence[Mapping[str, Any]]) -> str:
    """The parts' text, without what a reply could not carry back unchanged."""
    text = "".join(part.get("text", "") for part in parts if not part.get("thought"))
    return text.encode(errors="replace").decode().replace("\0", "\N{REPLACEMENT CHARACTER}")


def _check_numbers(generation: Mapping[str, Any]) -> None:
    ranges = {
        "temperature": (0, 2, (int, float)),
        "topP": (0, 1, (int, float)),
        "topK": (1, _LARGEST_ROOM, (int,)),
        "maxOutputTokens": (1, _LARGEST_ROOM, (int,)),
    }
    for name, (least, most, kinds) in ranges.items():
        value = generation.get(name)
        if value is None:
            continue
        snake = re.sub(r"([A-Z])", lambda found: "_" + found[1].lower(), name)
        if isinstance(value, bool) or not isinstance(value, kinds):
            raise RefusedError(refusals.invalid(f"Invalid value at 'generation_config.{snake}'."))
        if not least <= value <= most:
            _complain(f"generation_config.{snake}", f"must be in the range [{least}, {most}]")


def _check_safety(value: Any) -> None:
    if not isinstance(value, list):
        raise RefusedError(
            refusals.invalid("Invalid value at 'safety_settings': a list is expected.")
        )
    for index, given in enumerate(value):
        where = f"safety_settings[{index}]"
        setting = _fields(given, ["category", "threshold", "method"], where)
        category = setting.get("category")
        if not isinstance(category, str) or not category.startswith("HARM_CATEGORY_"):
            _complain(f"{where}.category", "element predicate failed: not a harm category")
        if setting.get("threshold") not in _THRESHOLDS:
            _complain(f"{where}.threshold", "element predicate failed: not a threshold")


def _complain(field: str, message: str) -> None:
    raise RefusedError(refusals.invalid(f"* {_MESSAGE}.{field}: {message}\n"))


def _short(name: str) -> str:
    return name if len(name) <= 60 else name[:60] + "..."
