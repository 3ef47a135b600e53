"""An answer that says with what settings it was asked for."""

from __future__ import annotations

from collections.abc import Iterator

from conversations.endpoint.rehearsal.asked import Asked
from conversations.endpoint.rehearsal.dials import Dials
from conversations.endpoint.rehearsal.steps import Answer, Play, Script, Step, thought

_DIALS = ("temperature", "topP", "topK", "maxOutputTokens")
_UNSET = "not set"


def settings(asked: Asked, dials: Dials, earlier: int) -> Play:
    def steps() -> Iterator[Step]:
        yield thought("Looking at the request", "It says how it wants to be answered.")
        rows = "".join(f"| {name} | {value} |\n" for name, value in _rows(asked))
        yield Answer(f"I was asked with:\n\n| setting | value |\n| --- | --- |\n{rows}")

    return Script(steps(), dials.tempo)


def _rows(asked: Asked) -> Iterator[tuple[str, str]]:
    yield "model", _code(asked.model)
    yield "systemInstruction", _code(asked.instruction) if asked.instruction else _UNSET
    for name in _DIALS:
        value = asked.generation.get(name)
        yield name, _UNSET if value is None else str(value)
    thinking = asked.generation.get("thinkingConfig") or {}
    for name in ("thinkingBudget", "thinkingLevel"):
        yield name, str(thinking.get(name, _UNSET))
    yield "tools", ", ".join(asked.tools) or "none"
    for category, threshold in asked.safety.items():
        yield category.removeprefix("HARM_CATEGORY_").lower(), threshold


def _code(text: str) -> str:
    """On one line of a table, whatever it holds."""
    plain = " ".join(text.replace("`", "'").replace("|", "¦").split())
    return f"`{plain[:200]}`"
