"""What people may choose of how turns are asked: typed, within ranges, and stored as it differs.

A choice is stored in the form in which a page sends it:

    {"temperature": 0.3, "safety": {"HARM_CATEGORY_HARASSMENT": "OFF"},
     "tools": {"urlContext": true}}

What is absent is as the site has it. Safety and tools are named one by one, so that two devices
that change two of them at once both get what they wanted. The site's defaults have the same form.
"""

import hashlib
import json
from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec
from msgspec import UNSET, Meta, Struct, UnsetType

from conversations.endpoint.capabilities import TOOLS
from conversations.endpoint.parts import Settings, storable

INSTRUCTION_LIMIT = 32_000
"""Code points of a system instruction."""
MOST_TOKENS = 2**31 - 1
CATEGORIES = (
    "HARM_CATEGORY_HATE_SPEECH",
    "HARM_CATEGORY_SEXUALLY_EXPLICIT",
    "HARM_CATEGORY_DANGEROUS_CONTENT",
    "HARM_CATEGORY_HARASSMENT",
    "HARM_CATEGORY_CIVIC_INTEGRITY",
)
NESTED = ("safety", "tools")
"""The fields that hold several choices by name."""
UNSAID: dict[str, Any] = {"system_instruction": "", "tools": dict.fromkeys(TOOLS, False)}
"""What defaults mean that do not name these."""

Instruction = Annotated[str, Meta(max_length=INSTRUCTION_LIMIT)]
Temperature = Annotated[int, Meta(ge=0, le=2)] | Annotated[float, Meta(ge=0, le=2)]
Share = Annotated[int, Meta(ge=0, le=1)] | Annotated[float, Meta(ge=0, le=1)]
Count = Annotated[int, Meta(ge=1, le=MOST_TOKENS)]
Budget = Annotated[int, Meta(ge=-1, le=MOST_TOKENS)]
Level = Literal["MINIMAL", "LOW", "MEDIUM", "HIGH", "XHIGH"]
Threshold = Literal[
    "OFF", "BLOCK_NONE", "BLOCK_ONLY_HIGH", "BLOCK_MEDIUM_AND_ABOVE", "BLOCK_LOW_AND_ABOVE"
]
Unchanged = UnsetType | None


class Safety(Struct, frozen=True, forbid_unknown_fields=True):
    """The threshold of each category."""

    HARM_CATEGORY_HATE_SPEECH: Threshold | Unchanged = UNSET
    HARM_CATEGORY_SEXUALLY_EXPLICIT: Threshold | Unchanged = UNSET
    HARM_CATEGORY_DANGEROUS_CONTENT: Threshold | Unchanged = UNSET
    HARM_CATEGORY_HARASSMENT: Threshold | Unchanged = UNSET
    HARM_CATEGORY_CIVIC_INTEGRITY: Threshold | Unchanged = UNSET


class Tools(Struct, frozen=True, forbid_unknown_fields=True, rename="camel"):
    """Which built-in tools the model may use."""

    google_search: bool | Unchanged = UNSET
    url_context: bool | Unchanged = UNSET
    code_execution: bool | Unchanged = UNSET


class Choices(Struct, frozen=True, forbid_unknown_fields=True):
    """A change: what is unset stays as it is, and None goes back to the site's default."""

    system_instruction: Instruction | Unchanged = UNSET
    temperature: Temperature | Unchanged = UNSET
    top_p: Share | Unchanged = UNSET
    top_k: Count | Unchanged = UNSET
    max_output_tokens: Count | Unchanged = UNSET
    thinking_budget: Budget | Unchanged = UNSET
    thinking_level: Level | Unchanged = UNSET
    safety: Safety | Unchanged = UNSET
    tools: Tools | Unchanged = UNSET

    def to_json(self) -> dict[str, Any]:
        """What is set, in the form that is stored."""
        found: dict[str, Any] = msgspec.to_builtins(self)
        if found.get("system_instruction") is not None:
            found["system_instruction"] = storable(found["system_instruction"])
        return found


def read(value: Any) -> dict[str, Any]:
    """Choices out of plain JSON.

    Raises:
        ValueError: they are none; its text names the field.
    """
    try:
        return msgspec.convert(value, Choices).to_json()
    except msgspec.ValidationError as error:
        raise ValueError(str(error)) from None


def merged(
    chosen: Mapping[str, Any], change: Mapping[str, Any], defaults: Mapping[str, Any]
) -> dict[str, Any]:
    """What was chosen, with a change; what is as the defaults have it is not held."""
    found = {**chosen, **change}
    for name in NESTED:
        # None for all of them goes back for each.
        new = change.get(name, {})
        held = {**(chosen.get(name) or {}), **new} if new is not None else {}
        found[name] = _differing(held, {**UNSAID.get(name, {}), **(defaults.get(name) or {})})
    return {
        name: value
        for name, value in _differing(found, {**UNSAID, **defaults}).items()
        if value != {}
    }


def differing(values: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    """The choices that make these values out of the defaults."""
    return merged({}, values, defaults)


def _differing(values: Mapping[str, Any], defaults: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value
        for name, value in values.items()
        if value is not None and (name not in defaults or value != defaults[name])
    }


def over(defaults: Mapping[str, Any], change: Mapping[str, Any]) -> dict[str, Any]:
    """Defaults with a change, where None stands for what is not sent."""
    found = {**defaults, **change}
    for name in NESTED:
        found[name] = {**(defaults.get(name) or {}), **(change.get(name) or {})}
    return {name: value for name, value in found.items() if value is not None}


def settings(defaults: Mapping[str, Any], chosen: Mapping[str, Any]) -> Settings:
    """How to ask: the site's defaults, and over them what was chosen."""
    values = over(defaults, chosen)
    safety: Mapping[str, str] = values.pop("safety")
    tools: Mapping[str, bool] = values.pop("tools")
    return Settings(
        **values,
        safety=tuple((name, safety[name]) for name in CATEGORIES if safety.get(name)),
        tools=tuple(name for name in TOOLS if tools.get(name)),
    )


def mark(chosen: Mapping[str, Any]) -> str:
    """A short word for what was chosen, another one after each change; empty for nothing."""
    if not chosen:
        return ""
    text = json.dumps(chosen, sort_keys=True)
    return hashlib.blake2b(text.encode(), digest_size=6).hexdigest()


def described(asked: Settings) -> dict[str, Any]:
    """Settings in the form of choices: all that was sent of what people may choose."""
    found = {
        "system_instruction": asked.system_instruction or None,
        "temperature": asked.temperature,
        "top_p": asked.top_p,
        "top_k": asked.top_k,
        "max_output_tokens": asked.max_output_tokens,
        "thinking_budget": asked.thinking_budget,
        "thinking_level": asked.thinking_level,
        "safety": dict(asked.safety) or None,
        "tools": dict.fromkeys(asked.tools, True) or None,
    }
    return {name: value for name, value in found.items() if value is not None}
