"""What each model can be asked, in one table: what a model lacks is neither shown nor sent."""

from dataclasses import dataclass, replace
from typing import TypedDict

from conversations.endpoint.parts import Settings

TOOLS = ("googleSearch", "urlContext", "codeExecution")
DYNAMIC = -1
OFF = 0


class LeastThinking(TypedDict, total=False):
    """Fields of Settings, for `dataclasses.replace`."""

    thinking_budget: int | None
    thinking_level: str | None


@dataclass(frozen=True, slots=True)
class Capability:
    """What one model (family) can be asked.

    `budget` is the range of thinking tokens, None where the model takes no budget or its range is
    not known. `levels` go from least to most; a model has levels or a budget, never both.
    `default_budget` is what an unset budget means to the model: DYNAMIC, OFF, or None where that
    is not said in tokens.
    """

    label: str
    known: bool = True
    thinks: bool = True
    budget: tuple[int, int] | None = None
    levels: tuple[str, ...] = ()
    can_be_off: bool = False
    dynamic: bool = False
    default_budget: int | None = None
    sampling: bool = True
    tools: tuple[str, ...] = TOOLS

    def clamp_budget(self, budget: int) -> int | None:
        """The nearest budget that the model accepts; None when none may be sent."""
        if not self.known:
            return budget
        if self.budget is None:
            return None
        if budget == DYNAMIC and self.dynamic:
            return DYNAMIC
        if budget < 0:
            return self.default_budget
        if budget == OFF and self.can_be_off:
            return OFF
        low, high = self.budget
        return min(max(budget, low), high)

    def level(self, wanted: str | None) -> str | None:
        """The level as the endpoint spells it, or None when the model does not have it."""
        level = (wanted or "").upper()
        return level if level in self.levels or (level and not self.known) else None

    def least_thinking(self) -> LeastThinking:
        """The settings to replace so that the model answers as soon as it can."""
        if self.levels:
            return {"thinking_budget": None, "thinking_level": self.levels[0]}
        if self.budget is None:
            return {"thinking_budget": None, "thinking_level": None}
        return {"thinking_budget": self.clamp_budget(OFF), "thinking_level": None}

    def thinking(self, settings: Settings) -> dict[str, bool | int | str]:
        """The `thinkingConfig` for these settings, empty when there is nothing to send.

        Thoughts are asked for only where the model will think: asking a model that does not think
        for its thoughts is a 400, and so are a budget and a level together.
        """
        if not self.thinks:
            return {}
        budget = None
        level = self.level(settings.thinking_level)
        if level is None and settings.thinking_budget is not None:
            budget = self.clamp_budget(settings.thinking_budget)
        config: dict[str, bool | int | str] = {}
        if OFF not in (budget, self.default_budget if budget is None else None):
            config["includeThoughts"] = settings.include_thoughts
        if budget is not None:
            config["thinkingBudget"] = budget
        if level is not None:
            config["thinkingLevel"] = level
        return config


def _budget(label: str, low: int, high: int, *, off: bool, default: int) -> Capability:
    return Capability(
        label, budget=(low, high), can_be_off=off, dynamic=True, default_budget=default
    )


def _levels(label: str, *levels: str) -> Capability:
    return Capability(label, levels=levels)


_ALL = ("MINIMAL", "LOW", "MEDIUM", "HIGH")
_NEVER_MINIMAL = ("LOW", "MEDIUM", "HIGH")
_SHARED = ("LOW", "HIGH")

# The longest prefix that fits wins, so that a short one takes the versions not yet known here. A
# family of several sizes has no label: each is shown by its name.
_TABLE: dict[str, Capability] = {
    "gemini-1.5": Capability("", thinks=False, tools=("codeExecution",)),
    "gemini-2.0": Capability("", thinks=False),
    "gemini-2.5-pro": _budget("Gemini 2.5 Pro", 128, 32768, off=False, default=DYNAMIC),
    "gemini-2.5-flash": _budget("Gemini 2.5 Flash", 0, 24576, off=True, default=DYNAMIC),
    "gemini-2.5-flash-lite": _budget("Gemini 2.5 Flash-Lite", 512, 24576, off=True, default=OFF),
    "gemini-2.5-flash-image": Capability("Gemini 2.5 Flash Image", thinks=False, tools=()),
    "gemini-3": _levels("Gemini 3", *_SHARED),
    "gemini-3-pro": _levels("Gemini 3 Pro", *_SHARED),
    "gemini-3-flash": _levels("Gemini 3 Flash", *_ALL),
    "gemini-3.1-pro": _levels("Gemini 3.1 Pro", *_NEVER_MINIMAL),
    "gemini-3.1-flash-lite": _levels("Gemini 3.1 Flash-Lite", *_ALL),
    "gemini-3.5-flash": _levels("Gemini 3.5 Flash", *_ALL),
    "gemini-3.5-flash-lite": _levels("Gemini 3.5 Flash-Lite", *_ALL),
    "gemini-3.6-flash": _levels("Gemini 3.6 Flash", *_ALL),
    "gemini-3.7-flash": _levels("Gemini 3.7 Flash", *_NEVER_MINIMAL),
    "gemini-3.8-flash": _levels("Gemini 3.8 Flash", *_NEVER_MINIMAL),
    "gemma": Capability("", thinks=False, tools=()),
    "gemma-4": _levels("", "MINIMAL", "HIGH"),
    "learnlm": Capability("", thinks=False),
}
_PREFIXES = sorted(_TABLE, key=len, reverse=True)


def for_model(name: str) -> Capability:
    """The capability of a model by its name, whatever a relay puts before it (`google/...`).

    To an unknown model everything is passed on as it was set: refusing is the endpoint's business.
    """
    bare = name.rsplit("/", 1)[-1].lower()
    for prefix in _PREFIXES:
        if bare.startswith(prefix):
            found = _TABLE[prefix]
            return found if found.label else replace(found, label=bare)
    return Capability(label=bare or name, known=False)
