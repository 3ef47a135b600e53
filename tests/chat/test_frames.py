"""What comes from a page is taken apart here: every malformed frame is named, none gets through."""

import json
import uuid
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.chat import frames
from conversations.chat.frames import SEND_LIMIT, SMALL_LIMIT, Malformed, parse, settings, turns
from conversations.endpoint.choices import INSTRUCTION_LIMIT
from conversations.turns.accept import MESSAGE_LIMIT
from conversations.turns.news import Tail

ID = str(uuid.uuid4())


def refused(frame: Any) -> Malformed:
    with pytest.raises(Malformed) as caught:
        parse(frame if isinstance(frame, str) else json.dumps(frame))
    return caught.value


def test_a_frame_is_a_typed_value() -> None:
    frame = parse(json.dumps({"type": "join", "ref": 7, "turn": ID, "at": 12}))
    assert frame == turns.Join(ref=7, turn=uuid.UUID(ID), at=12)


@pytest.mark.parametrize(
    ("frame", "field"),
    [
        ("", ""),
        ("nothing", ""),
        ("[]", ""),
        ("null", ""),
        ('{"type":"list"', ""),
        ("[" * 100_000, ""),
        ({}, "type"),
        ({"type": "fly"}, "type"),
        ({"type": 1}, "type"),
        ({"type": "list", "colour": "red"}, "colour"),
        ({"type": "open"}, "conversation"),
        ({"type": "open", "conversation": "x"}, "conversation"),
        ({"type": "open", "conversation": None}, "conversation"),
        ({"type": "join", "turn": ID, "at": -1}, "at"),
        ({"type": "join", "turn": ID, "at": 1.5}, "at"),
        ({"type": "join", "turn": ID, "at": True}, "at"),
        ({"type": "join", "turn": ID, "at": 10**30}, "at"),
        ({"type": "send", "id": "me", "text": "?"}, "id"),
        ({"type": "send", "id": ID, "text": ["?"]}, "text"),
        ({"type": "send", "id": ID, "text": "?", "model": "m" * 201}, "model"),
        ({"type": "send", "id": ID, "text": "?", "edits": 0}, "edits"),
        ({"type": "send", "id": ID, "text": "?", "after": "1"}, "after"),
        ({"type": "open", "conversation": ID, "shown": 2**63}, "shown"),
        ({"type": "earlier", "conversation": ID}, "before"),
        ({"type": "choose", "conversation": ID, "message": None}, "message"),
        ({"type": "again", "id": ID, "turn": ID, "how": "louder"}, "how"),
        ({"type": "send", "id": ID, "text": "?", "settings": {"top_k": 0}}, "settings.top_k"),
        (
            {"type": "send", "id": ID, "text": "?", "conversation": ID, "settings": {}},
            "settings",
        ),
        ({"type": "configure", "settings": {}}, "conversation"),
        ({"type": "configure", "conversation": ID, "settings": None}, "settings"),
        ({"type": "configure", "conversation": ID, "settings": {"heat": 1}}, "heat"),
        (
            {"type": "configure", "conversation": ID, "settings": {"temperature": "1"}},
            "settings.temperature",
        ),
        (
            {"type": "configure", "conversation": ID, "settings": {"tools": {"urlContext": 1}}},
            "settings.tools.urlContext",
        ),
        ({"type": "configure", "conversation": ID, "model": 3}, "model"),
        ({"type": "made", "turn": 3}, "turn"),
        ({"type": "keep-preset", "name": "n" * 81}, "name"),
        ({"type": "keep-preset", "preset": "1"}, "preset"),
        ({"type": "drop-preset"}, "preset"),
        ({"type": "arrange", "conversation": ID, "pinned": None}, "pinned"),
        ({"type": "arrange", "conversation": ID, "title": "t" * 201}, "title"),
        ({"type": "arrange", "conversation": ID, "folder": 0}, "folder"),
        ({"type": "arrange", "title": "t"}, "conversation"),
        ({"type": "list", "view": "secret"}, "view"),
        ({"type": "fold", "name": "n" * 81}, "name"),
        ({"type": "draft", "text": "t", "revision": -1}, "revision"),
        ({"type": "pong", "mark": "1"}, "mark"),
    ],
)
def test_what_is_wrong_is_named(frame: Any, field: str) -> None:
    error = refused(frame)
    assert error.code == "bad_frame"
    assert error.field == field


def test_the_answer_to_a_malformed_frame_finds_its_way_back() -> None:
    assert refused({"type": "open", "ref": 31, "conversation": 1}).ref == 31
    assert refused({"type": "open", "ref": "31", "conversation": 1}).ref is None


@pytest.mark.parametrize(
    "text",
    [
        "\ud83c",  # half of a pair: JavaScript sends it, and it is no text
        "\x01" * (SEND_LIMIT // 6),  # six bytes each
        "x" * SEND_LIMIT,
    ],
)
def test_so_does_the_answer_to_a_message_that_is_none(text: str) -> None:
    error = refused({"type": "send", "id": ID, "text": f'"ref": 5, {text}', "ref": 31})
    assert error.ref == 31


def test_the_longest_message_fits_into_a_frame() -> None:
    frame = {
        "type": "send",
        "id": ID,
        "conversation": ID,
        "text": "😀" * MESSAGE_LIMIT,
        "ref": 2**53,
    }
    assert isinstance(parse(json.dumps(frame, ensure_ascii=False)), turns.Send)


def test_so_does_the_longest_message_with_the_longest_instruction() -> None:
    chosen = {"system_instruction": "😀" * INSTRUCTION_LIMIT}
    first = {"type": "send", "id": ID, "text": "😀" * MESSAGE_LIMIT, "settings": chosen}
    assert isinstance(parse(json.dumps(first, ensure_ascii=False)), turns.Send)
    change = {"type": "configure", "conversation": ID, "settings": chosen}
    assert isinstance(parse(json.dumps(change, ensure_ascii=False)), settings.Configure)


def test_large_frames_are_refused() -> None:
    text = "x" * SEND_LIMIT
    assert refused({"type": "send", "id": ID, "text": text}).code == "too_large"
    cursor = "x" * SMALL_LIMIT
    assert refused({"type": "list", "before": cursor}).code == "bad_frame"
    padded = json.dumps({"type": "list"}) + " " * SMALL_LIMIT
    assert refused(padded).code == "too_large"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)
types = st.sampled_from(
    [
        "configure",
        "keep-preset",
        "list",
        "open",
        "earlier",
        "choose",
        "join",
        "leave",
        "send",
        "again",
        "stop",
        "replay",
        "seen",
        "pong",
    ]
)


@given(types, st.dictionaries(st.sampled_from(["ref", "id", "turn", "at", "text"]), json_values))
def test_anything_is_a_frame_or_malformed(kind: str, fields: dict[str, Any]) -> None:
    try:
        frame = parse(json.dumps({"type": kind, **fields}))
    except Malformed:
        return
    assert msgspec.to_builtins(frame)["type"] == kind


@given(st.text(max_size=200))
def test_any_text_is_a_frame_or_malformed(text: str) -> None:
    with pytest.raises(Malformed):
        parse(text)


def test_news_are_encoded_once_for_all_who_hear_it() -> None:
    news = Tail("t", 0, 3, [["a", "you"]])
    assert frames.encode_news(news) is frames.encode_news(news)
    assert json.loads(frames.encode_news(news)) == {
        "type": "tail", "turn": "t", "from": 0, "to": 3, "pieces": [["a", "you"]],
    }  # fmt: skip
