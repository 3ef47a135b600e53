"""What a model may be asked about its thinking, enforced as the endpoint enforces it.

Kept apart from the product's own capability table on purpose: a mistake there is to be refused
here, as it would be refused by the endpoint.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from conversations.endpoint.rehearsal import refusals
from conversations.endpoint.rehearsal.steps import RefusedError

_LEVELS: dict[str, int | None] = {
    "MINIMAL": 64,
    "LOW": 1024,
    "MEDIUM": 8192,
    "HIGH": None,
    "XHIGH": None,
}


@dataclass(frozen=True, slots=True)
class Thinking:
    """`budget` in tokens: None for the model's own choice, 0 for none at all."""

    budget: int | None
    shown: bool


@dataclass(frozen=True, slots=True)
class _Range:
    least: int
    most: int
    off: bool
    unset: int | None = None


# The first name that begins the model's name counts.
_RANGES = (
    ("gemini-2.5-pro", _Range(128, 32768, off=False)),
    ("gemini-2.5-flash-lite", _Range(512, 24576, off=True, unset=0)),
    ("gemini-2.5-flash", _Range(0, 24576, off=True)),
)


def read_thinking(model: str, config: Any) -> Thinking:
    """Raises RefusedError for what this model cannot be asked."""
    bounds = next((bounds for name, bounds in _RANGES if model.startswith(name)), None)
    if config is None:
        return Thinking(bounds.unset if bounds else None, shown=False)
    if not isinstance(config, Mapping):
        raise RefusedError(
            refusals.invalid("Invalid value at 'generation_config.thinking_config'.")
        )
    known = {_snake(name): value for name, value in config.items()}
    unknown = known.keys() - {"include_thoughts", "thinking_budget", "thinking_level"}
    if unknown:
        raise RefusedError(
            refusals.invalid(
                f'Invalid JSON payload received. Unknown name "{min(unknown)[:60]}" at '
                "'generation_config.thinking_config': Cannot find field."
            )
        )
    budget, level = known.get("thinking_budget"), known.get("thinking_level")
    shown = known.get("include_thoughts") is True
    if level is not None:
        return Thinking(_level(model, level, budget), shown)
    return Thinking(_budget(budget, bounds), shown)


def _budget(budget: Any, bounds: _Range | None) -> int | None:
    if budget is None:
        return bounds.unset if bounds else None
    if isinstance(budget, bool) or not isinstance(budget, int) or budget < -1:
        raise RefusedError(refusals.invalid("Invalid value at 'thinking_config.thinking_budget'."))
    if budget == -1:
        return None
    if bounds is None or bounds.least <= budget <= bounds.most or (budget == 0 and bounds.off):
        return budget
    if budget == 0:
        raise RefusedError(
            refusals.invalid("Budget 0 is invalid. This model only works in thinking mode.")
        )
    raise RefusedError(
        refusals.invalid(
            f"The thinking budget {budget} is invalid. Please choose a value between "
            f"{bounds.least} and {bounds.most}."
        )
    )


def _level(model: str, level: Any, budget: Any) -> int | None:
    if budget is not None:
        raise RefusedError(
            refusals.invalid("You can only set one of thinking budget and thinking level.")
        )
    if re.match(r"gemini-[12](\.|-|$)", model):
        raise RefusedError(refusals.invalid("Thinking level is not supported for this model."))
    name = level.upper() if isinstance(level, str) else ""
    if name not in _LEVELS:
        raise RefusedError(refusals.invalid("Invalid value at 'thinking_config.thinking_level'."))
    return _LEVELS[name]


def _snake(name: str) -> str:
    return re.sub(r"([A-Z])", lambda found: "_" + found[1].lower(), name)
