"""What people may choose: typed and within ranges, merged field by field, stored as it differs."""

import dataclasses
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.endpoint import choices
from conversations.endpoint.capabilities import LEVELS, TOOLS, for_model
from conversations.endpoint.choices import CATEGORIES, INSTRUCTION_LIMIT, merged
from conversations.endpoint.parts import Settings

HATE, CIVIC = CATEGORIES[0], CATEGORIES[-1]
DEFAULTS: dict[str, Any] = {"temperature": 1, "top_p": 1, "safety": {HATE: "OFF", CIVIC: "OFF"}}


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"colour": "red"}, "colour"),
        ({"temperature": "hot"}, "temperature"),
        ({"temperature": True}, "temperature"),
        ({"temperature": -0.1}, "temperature"),
        ({"temperature": 2.1}, "temperature"),
        ({"temperature": 3}, "temperature"),
        ({"temperature": float("nan")}, "temperature"),
        ({"top_p": 1.1}, "top_p"),
        ({"top_k": 0}, "top_k"),
        ({"top_k": 1.5}, "top_k"),
        ({"max_output_tokens": 0}, "max_output_tokens"),
        ({"max_output_tokens": 2**31}, "max_output_tokens"),
        ({"thinking_budget": -2}, "thinking_budget"),
        ({"thinking_level": "low"}, "low"),
        ({"system_instruction": 1}, "system_instruction"),
        ({"system_instruction": "x" * (INSTRUCTION_LIMIT + 1)}, "system_instruction"),
        ({"safety": [[HATE, "OFF"]]}, "safety"),
        ({"safety": {HATE: "NEVER"}}, HATE),
        ({"safety": {"HARM_CATEGORY_RUDE": "OFF"}}, "HARM_CATEGORY_RUDE"),
        ({"tools": ["googleSearch"]}, "tools"),
        ({"tools": {"googleSearch": 1}}, "googleSearch"),
        ({"tools": {"teleport": True}}, "teleport"),
        ([], "array"),
        (None, "null"),
    ],
)
def test_what_is_none_is_named(given: Any, field: str) -> None:
    with pytest.raises(ValueError, match=field):
        choices.read(given)


def test_what_is_one_is_taken_as_it_is() -> None:
    everything: dict[str, Any] = {
        "system_instruction": "😀" * INSTRUCTION_LIMIT,
        "temperature": 0.35,
        "top_p": 0,
        "top_k": 64,
        "max_output_tokens": 65_536,
        "thinking_budget": -1,
        "thinking_level": "XHIGH",
        "safety": dict.fromkeys(CATEGORIES, "BLOCK_LOW_AND_ABOVE"),
        "tools": dict.fromkeys(TOOLS, True),
    }
    assert choices.read(everything) == everything
    assert choices.read({"temperature": None, "safety": {HATE: None}}) == {
        "temperature": None, "safety": {HATE: None},
    }  # fmt: skip
    assert choices.read({"system_instruction": "a\0b\ud800"}) == {
        "system_instruction": "a\ufffdb\ufffd"
    }


@pytest.mark.parametrize(
    ("chosen", "change", "expected"),
    [
        ({}, {"temperature": 0.2}, {"temperature": 0.2}),
        ({"temperature": 0.2}, {"temperature": None}, {}),
        ({"temperature": 0.2}, {"temperature": 1.0}, {}),
        ({"temperature": 0.2}, {"top_p": 0.5}, {"temperature": 0.2, "top_p": 0.5}),
        ({}, {"system_instruction": ""}, {}),
        ({}, {"tools": {"urlContext": False}}, {}),
        ({}, {"safety": {HATE: "BLOCK_NONE", CIVIC: "OFF"}}, {"safety": {HATE: "BLOCK_NONE"}}),
        (
            {"safety": {HATE: "BLOCK_NONE"}},
            {"safety": {CIVIC: "BLOCK_NONE"}},
            {"safety": {HATE: "BLOCK_NONE", CIVIC: "BLOCK_NONE"}},
        ),
        ({"safety": {HATE: "BLOCK_NONE"}}, {"safety": {HATE: None}}, {}),
        ({"safety": {HATE: "BLOCK_NONE"}, "top_k": 3}, {"safety": None}, {"top_k": 3}),
        ({"tools": {"urlContext": True}}, {"tools": {"urlContext": False}}, {}),
    ],
)
def test_a_change_says_what_differs(
    chosen: dict[str, Any], change: dict[str, Any], expected: dict[str, Any]
) -> None:
    assert merged(chosen, change, DEFAULTS) == expected


def test_a_default_that_a_person_does_not_want_can_be_taken_away() -> None:
    defaults = {"system_instruction": "Be brief.", "tools": {"googleSearch": True}}
    chosen = merged({}, {"system_instruction": "", "tools": {"googleSearch": False}}, defaults)
    assert choices.settings(defaults, chosen) == Settings()
    assert choices.settings(defaults, {}) == Settings("Be brief.", tools=("googleSearch",))


changes = st.fixed_dictionaries(
    {},
    optional={
        "temperature": st.sampled_from([None, 0, 0.5, 1]),
        "top_k": st.sampled_from([None, 1, 40]),
        "safety": st.none()
        | st.dictionaries(
            st.sampled_from(CATEGORIES), st.sampled_from([None, "OFF", "BLOCK_NONE"])
        ),
        "tools": st.none()
        | st.dictionaries(st.sampled_from(TOOLS), st.sampled_from([None, True, False])),
    },
)


@given(st.lists(changes, max_size=6), st.integers())
def test_what_is_stored_is_what_the_last_change_of_each_says(
    made: list[dict[str, Any]], seed: int
) -> None:
    chosen: dict[str, Any] = {}
    last: dict[str, Any] = {}
    for change in made:
        chosen = merged(chosen, change, DEFAULTS)
        for name, value in change.items():
            if name in choices.NESTED:
                last[name] = {} if value is None else {**last.get(name, {}), **value}
            else:
                last[name] = value
    asked = choices.settings(DEFAULTS, chosen)
    assert asked.temperature == (1 if last.get("temperature") is None else last["temperature"])
    assert asked.top_k == last.get("top_k")
    for tool in TOOLS:
        assert (tool in asked.tools) == bool(last.get("tools", {}).get(tool))
    for category in (HATE, CIVIC):
        wanted = last.get("safety", {}).get(category) or "OFF"
        assert dict(asked.safety)[category] == wanted
    assert merged(chosen, {}, DEFAULTS) == chosen
    shuffled = list(chosen.items())
    random.Random(seed).shuffle(shuffled)
    assert choices.mark(dict(shuffled)) == choices.mark(chosen)
    assert bool(choices.mark(chosen)) == bool(chosen)


def test_what_was_sent_is_told_as_it_is_chosen() -> None:
    chosen = {"temperature": 0.5, "safety": {HATE: "BLOCK_NONE"}, "tools": {"urlContext": True}}
    assert choices.described(choices.settings({}, chosen)) == chosen
    assert choices.described(Settings()) == {}


# --- what a model has -----------------------------------------------------------------------------

ALL = Settings(
    "be kind", 1.5, 0.9, 40, 100_000, 26_240, "HIGH", True, ((HATE, "OFF"),), TOOLS
)  # fmt: skip


@pytest.mark.parametrize(
    ("model", "expected"),
    [
        (
            "gemini-2.5-pro",
            {"max_output_tokens": 65_536, "thinking_budget": 26_240, "thinking_level": None},
        ),
        (
            "gemini-2.0-flash",
            {
                "max_output_tokens": 8_192,
                "thinking_budget": None,
                "thinking_level": None,
                "tools": ("googleSearch", "codeExecution"),
            },
        ),
        ("gemini-3-pro-preview", {"max_output_tokens": 65_536, "thinking_budget": None}),
        (
            "gemini-3.6-flash",
            {
                "max_output_tokens": 65_536,
                "thinking_budget": None,
                "temperature": None,
                "top_p": None,
                "top_k": None,
            },
        ),
        (
            "gemma-3-27b-it",
            {
                "system_instruction": "",
                "max_output_tokens": 8_192,
                "thinking_budget": None,
                "thinking_level": None,
                "tools": (),
            },
        ),
        ("unheard-of", {}),
    ],
)
def test_settings_are_fitted_to_the_model(model: str, expected: dict[str, Any]) -> None:
    fitted = for_model(model).fit(ALL)
    assert fitted == dataclasses.replace(ALL, **expected)
    assert for_model(model).fit(fitted) == fitted


def test_a_page_is_told_what_a_model_has() -> None:
    pro = for_model("gemini-2.5-pro").described()
    assert (pro["budget"], pro["off"], pro["dynamic"], pro["levels"]) == (
        [128, 32768],
        False,
        True,
        [],
    )
    assert (pro["output"], pro["top_k"], pro["hottest"], pro["tools"]) == (
        65_536,
        64,
        2,
        list(TOOLS),
    )
    newest = for_model("gemini-3.8-flash").described()
    assert (newest["sampling"], newest["levels"], newest["level"]) == (
        False, ["LOW", "MEDIUM", "HIGH"], "MEDIUM",
    )  # fmt: skip
    unknown = for_model("unheard-of").described()
    assert (unknown["known"], unknown["levels"], unknown["output"]) == (False, list(LEVELS), None)
