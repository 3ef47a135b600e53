"""The site's defaults: the original request's, and what a file of the data folder changes."""

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from chatsite.generation import BUILT_IN, FILE, defaults


def written(folder: Path, content: Any) -> dict[str, Any]:
    text = content if isinstance(content, str) else json.dumps(content)
    (folder / FILE).write_text(text, encoding="utf-8")
    return defaults(folder)


def test_without_a_file_they_are_the_original_request_s(tmp_path: Path) -> None:
    assert defaults(tmp_path) == BUILT_IN
    assert (BUILT_IN["temperature"], BUILT_IN["thinking_budget"]) == (1, 26240)


def test_a_file_says_what_is_different(tmp_path: Path) -> None:
    found = written(
        tmp_path,
        {
            "temperature": None,
            "thinking_budget": -1,
            "system_instruction": "Answer in\nshort sentences.",
            "safety": {"HARM_CATEGORY_HARASSMENT": "BLOCK_ONLY_HIGH"},
            "tools": {"googleSearch": True},
        },
    )
    assert "temperature" not in found
    assert (found["top_p"], found["thinking_budget"]) == (1, -1)
    assert found["safety"] == {
        **BUILT_IN["safety"], "HARM_CATEGORY_HARASSMENT": "BLOCK_ONLY_HIGH",
    }  # fmt: skip
    assert found["tools"] == {"googleSearch": True}
    assert written(tmp_path, "\ufeff{}") == {**BUILT_IN, "tools": {}}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("{", "is not JSON"),
        ("", "is not JSON"),
        ("[" * 100_000, "is not JSON"),
        ([], "holds no settings: Expected `object`"),
        ({"temprature": 1}, "unknown field `temprature`"),
        ({"temperature": 3}, r"at `\$\.temperature`"),
        ({"safety": {"HARM_CATEGORY_HARASSMENT": "NEVER"}}, "HARM_CATEGORY_HARASSMENT"),
    ],
)
def test_a_file_that_is_none_is_refused_with_a_sentence(
    tmp_path: Path, content: Any, said: str
) -> None:
    with pytest.raises(ImproperlyConfigured, match=said) as caught:
        written(tmp_path, content)
    assert str(tmp_path / FILE) in str(caught.value)
    assert str(caught.value).endswith("Correct it, or remove it.")


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / FILE).mkdir()
    with pytest.raises(ImproperlyConfigured, match="cannot be read"):
        defaults(tmp_path)
    (tmp_path / FILE).rmdir()
    (tmp_path / FILE).write_bytes(b"\xff{}")
    with pytest.raises(ImproperlyConfigured, match="UTF-8"):
        defaults(tmp_path)
