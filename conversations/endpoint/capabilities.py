"""What each model can be asked, in one table: what a model lacks is neither shown nor sent."""

from dataclasses import dataclass, replace
from typing import Any, TypedDict

from conversations.endpoint.parts import Settings

TOOLS = ("googleSearch", "urlContext", "codeExecution")
LEVELS = ("MINIMAL", "LOW", "MEDIUM", "HIGH", "XHIGH")
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
    is not said in tokens. `default_level` is an unset level's meaning, empty where not known.

    `sampling` is temperature, topP and topK together; `hottest` the highest temperature; `top_k`
    what an unset topK means; `output` the most tokens of thoughts and answer together. None: not
    known, and then not clamped.
    """

    label: str
    known: bool = True
    thinks: bool = True
    budget: tuple[int, int] | None = None
    levels: tuple[str, ...] = ()
    can_be_off: bool = False
    dynamic: bool = False
    default_budget: int | None = None
    default_level: str = ""
    sampling: bool = True
    hottest: float = 2
    top_k: int | None = None
    output: int | None = None
    tools: tuple[str, ...] = TOOLS
    safety: bool = True
    instruction: bool = True

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

    def fit(self, settings: Settings) -> Settings:
        """The settings with what the model has, within its ranges: the ones that are sent."""
        if not self.known:
            return settings
        level = self.level(settings.thinking_level)
        budget = None
        if level is None and settings.thinking_budget is not None:
            budget = self.clamp_budget(settings.thinking_budget)
        sampled = settings if self.sampling else _UNSAMPLED
        return replace(
            settings,
            system_instruction=settings.system_instruction if self.instruction else "",
            temperature=_at_most(sampled.temperature, self.hottest),
            top_p=sampled.top_p,
            top_k=sampled.top_k,
            max_output_tokens=_at_most(settings.max_output_tokens, self.output),
            thinking_budget=budget,
            thinking_level=level,
            safety=settings.safety if self.safety else (),
            tools=tuple(tool for tool in settings.tools if tool in self.tools),
        )

    def described(self) -> dict[str, Any]:
        """What a page offers of this model (FRAMES.md)."""
        return {
            "known": self.known,
            "thinks": self.thinks,
            "budget": self.budget and list(self.budget),
            "off": self.can_be_off,
            "dynamic": self.dynamic,
            "unset": self.default_budget,
            "levels": list(self.levels if self.known else LEVELS),
            "level": self.default_level or None,
            "sampling": self.sampling,
            "hottest": self.hottest,
            "top_k": self.top_k,
            "output": self.output,
            "tools": list(self.tools),
            "safety": self.safety,
            "instruction": self.instruction,
        }


_UNSAMPLED = Settings()


def _at_most(value: Any, limit: float | None) -> Any:
    return value if value is None or limit is None else min(value, limit)


_OUTPUT, _OLD_OUTPUT, _IMAGE_OUTPUT = 65_536, 8_192, 32_768


def _plain(*tools: str) -> Capability:
    """A model without thoughts, of the generations before 2.5."""
    return Capability("", thinks=False, output=_OLD_OUTPUT, top_k=40, tools=tools)


def _budget(label: str, low: int, high: int, *, off: bool, default: int) -> Capability:
    return Capability(
        label,
        budget=(low, high),
        can_be_off=off,
        dynamic=True,
        default_budget=default,
        top_k=64,
        output=_OUTPUT,
    )


def _levels(label: str, default: str, *levels: str, sampling: bool = True) -> Capability:
    return Capability(
        label, levels=levels, default_level=default, sampling=sampling, output=_OUTPUT
    )


_ALL = ("MINIMAL", "LOW", "MEDIUM", "HIGH")
_NEVER_MINIMAL = ("LOW", "MEDIUM", "HIGH")
_SHARED = ("LOW", "HIGH")

# Where this is from: budgets, levels and their defaults, ai.google.dev/gemini-api/docs/thinking and
# docs.cloud.google.com/vertex-ai/generative-ai/docs/thinking; output limits, temperature and topK,
# the endpoint's own answers to models.list; no sampling, ai.google.dev/gemini-api/docs/
# whats-new-gemini-3.6 ("deprecated", ignored, to be refused later; 3.5 Flash-Lite and 3.6 onwards);
# tools, ai.google.dev/gemini-api/docs/url-context, /code-execution and /google-search; Gemma up to
# 3 answers an instruction with a 400, "Developer instruction is not enabled".
#
# The longest prefix that fits wins, so that a short one takes the versions not yet known here. A
# family of several sizes has no label: each is shown by its name.
_TABLE: dict[str, Capability] = {
    "gemini-1.5": _plain("codeExecution"),
    "gemini-2.0": _plain("googleSearch", "codeExecution"),
    "gemini-2.0-flash-lite": _plain(),
    "gemini-2.5-pro": _budget("Gemini 2.5 Pro", 128, 32768, off=False, default=DYNAMIC),
    "gemini-2.5-flash": _budget("Gemini 2.5 Flash", 0, 24576, off=True, default=DYNAMIC),
    "gemini-2.5-flash-lite": _budget("Gemini 2.5 Flash-Lite", 512, 24576, off=True, default=OFF),
    "gemini-2.5-flash-image": Capability(
        "Gemini 2.5 Flash Image", thinks=False, output=_IMAGE_OUTPUT, top_k=64, tools=()
    ),
    "gemini-3": _levels("Gemini 3", "", *_SHARED, sampling=False),
    "gemini-3-pro": _levels("Gemini 3 Pro", "HIGH", *_SHARED),
    "gemini-3-flash": _levels("Gemini 3 Flash", "HIGH", *_ALL),
    "gemini-3.1-pro": _levels("Gemini 3.1 Pro", "HIGH", *_NEVER_MINIMAL),
    "gemini-3.1-flash-lite": _levels("Gemini 3.1 Flash-Lite", "MINIMAL", *_ALL),
    "gemini-3.5-flash": _levels("Gemini 3.5 Flash", "MEDIUM", *_ALL),
    "gemini-3.5-flash-lite": _levels("Gemini 3.5 Flash-Lite", "MINIMAL", *_ALL, sampling=False),
    "gemini-3.6-flash": _levels("Gemini 3.6 Flash", "MEDIUM", *_ALL, sampling=False),
    "gemini-3.7-flash": _levels("Gemini 3.7 Flash", "MEDIUM", *_NEVER_MINIMAL, sampling=False),
    "gemini-3.8-flash": _levels("Gemini 3.8 Flash", "MEDIUM", *_NEVER_MINIMAL, sampling=False),
    "gemma": Capability("", thinks=False, output=_OLD_OUTPUT, tools=(), instruction=False),
    "gemma-4": Capability("", levels=("MINIMAL", "HIGH")),
    "learnlm": _plain(*TOOLS),
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
    return Capability(bare or name, known=False)
