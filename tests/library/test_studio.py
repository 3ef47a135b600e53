"""Google AI Studio's files: recognised by what is in them, and taken in as far as they go."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as some
from pytest_django import Settings

from conversations.library import imports
from conversations.library.bringing import bring
from conversations.library.complaints import Broken
from conversations.library.form import Document
from conversations.models import Conversation, LedgerEntry, Turn, User

CREATED = "2026-08-20T10:00:00.250Z"
RUN = {
    "temperature": 0.7,
    "model": "models/gemini-2.5-pro",
    "topP": 0.95,
    "topK": 64,
    "maxOutputTokens": 65536,
    "safetySettings": [
        {"category": "HARM_CATEGORY_HARASSMENT", "threshold": "OFF"},
        {"category": "HARM_CATEGORY_HATE_SPEECH", "threshold": "BLOCK_NONE"},
    ],
    "responseMimeType": "text/plain",
    "enableCodeExecution": True,
    "enableSearchAsATool": True,
    "enableBrowseAsATool": False,
    "enableAutoFunctionResponse": False,
    "thinkingBudget": -1,
    "googleSearch": {},
}
SIGNED = {"text": "It is blue.", "thoughtSignature": "c2ln"}
CHUNKS: list[dict[str, Any]] = [
    {"driveImage": {"id": "1aBcD"}, "role": "user", "tokenCount": 259},
    {"text": "What colour is it?", "role": "user", "tokenCount": 5, "createTime": CREATED},
    {
        "text": "**Looking closely**\n\n",
        "role": "model",
        "tokenCount": 300,
        "isThought": True,
        "thinkingBudget": -1,
        "thoughtSignatures": [""],
        "parts": [{"text": "**Looking closely**\n\n", "thought": True}],
    },
    {
        "text": "It is blue.",
        "role": "model",
        "tokenCount": 4,
        "finishReason": "STOP",
        "parts": [SIGNED],
        "grounding": {
            "corroborationSegments": [{"index": 5, "uri": "https://x/", "footnoteNumber": 1}],
            "webSearchQueries": ["colour"],
            "groundingSources": [
                {"referenceNumber": 1, "uri": "https://example.org/", "title": "Colours"}
            ],
        },
    },
    {"text": "Draw it", "role": "user"},
    {
        "inlineImage": {"mimeType": "image/png", "data": "iVBORw0KGgo="},
        "executableCode": {"language": "PYTHON", "code": "print(1)"},
        "codeExecutionResult": {"outcome": "OUTCOME_OK", "output": "1"},
        "role": "model",
        "finishReason": "MAX_TOKENS",
    },
]


@pytest.fixture(autouse=True)
def plain_files(settings: Settings) -> None:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }


def file(**changes: Any) -> bytes:
    whole = {
        "runSettings": RUN,
        "systemInstruction": {"text": "Answer in one sentence."},
        "chunkedPrompt": {"chunks": CHUNKS, "pendingInputs": [{"text": "", "role": "user"}]},
    }
    return json.dumps({**whole, **changes}, indent=2).encode()


def read(data: bytes, name: str = "Blue things") -> Document:
    (document,) = imports.read(data, name, timezone.now())
    return document


def chunks(*given: Any) -> bytes:
    return file(chunkedPrompt={"chunks": list(given)})


def test_a_whole_file(alice: User) -> None:
    document = read(file())
    (row,) = bring(alice, [document], timezone.now()).conversations
    assert row.title == "Blue things"
    assert row.title_from == "person"
    assert row.model == "gemini-2.5-pro"
    assert row.settings == {
        "temperature": 0.7,
        "top_p": 0.95,
        "top_k": 64,
        "max_output_tokens": 65536,
        "thinking_budget": -1,
        # What is as the site has it is not held.
        "safety": {"HARM_CATEGORY_HATE_SPEECH": "BLOCK_NONE"},
        "tools": {"googleSearch": True, "codeExecution": True},
        "system_instruction": "Answer in one sentence.",
    }
    path = row.path_to(row.leaf_id)
    assert [message.role for message in path] == ["user", "model", "user", "model"]
    question, answer, _more, drawn = path
    assert question.answer_text == (
        "[Not imported: a picture in Google Drive, 1aBcD]What colour is it?"
    )
    assert answer.answer_text == "It is blue."
    assert answer.thought_text == "**Looking closely**\n\n"
    assert SIGNED in answer.parts
    assert answer.metadata[0]["groundingMetadata"]["groundingChunks"] == [
        {"web": {"uri": "https://example.org/", "title": "Colours"}}
    ]
    assert [next(iter(part)) for part in drawn.parts] == [
        "executableCode",
        "codeExecutionResult",
        "inlineData",
    ]
    turns = list(row.turns.order_by("reply"))
    assert [turn.outcome for turn in turns] == ["complete", "out_of_tokens"]
    assert (turns[0].thought_tokens, turns[0].answer_tokens) == (300, 4)
    assert turns[1].reason == "MAX_TOKENS"
    assert LedgerEntry.objects.count() == 0
    assert row.created_at == datetime(2026, 8, 20, 10, 0, 0, 250_000, UTC)


def test_it_can_be_asked_on(alice: User) -> None:
    """Its settings and messages make a request as ours do."""
    from conversations.endpoint.wire import encode_request
    from conversations.turns.history import request_for

    (row,) = bring(alice, [read(file())], timezone.now()).conversations
    turn = row.turns.order_by("-reply")[0]
    body = encode_request(request_for(turn))
    assert [content["role"] for content in body["contents"]] == ["user", "model", "user"]
    assert body["generationConfig"]["topK"] == 64
    assert body["contents"][1]["parts"] == [SIGNED]


def test_its_name_is_the_file_s_or_the_first_question_s() -> None:
    assert read(file(), "My talk.json").conversation.title == "My talk"
    assert read(file(title="In the file"), "x").conversation.title == "In the file"
    unnamed = read(chunks({"text": "Why?\nSo", "role": "user"}), "").conversation
    assert (unnamed.title, unnamed.title_from) == ("Why?", "question")
    assert read(chunks({"role": "user", "text": " "}), "").conversation.title == "AI Studio"


@pytest.mark.parametrize(
    "name", ["driveDocument", "driveImage", "driveVideo", "driveAudio", "youtubeVideo"]
)
def test_what_lies_elsewhere_is_told_in_the_message(name: str) -> None:
    (message,) = read(chunks({name: {"id": "abc"}, "role": "user"})).messages
    assert message.parts[0]["text"].startswith("[Not imported: a ")
    assert "abc" in message.parts[0]["text"]


def test_what_the_person_gave_inline_is_an_attachment(alice: User) -> None:
    gif = "R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"
    inline = {"mimeType": "image/gif", "data": gif}
    odd = {"mimeType": "application/x-dosexec", "data": "TVqQAAMAAAAEAAAA//8AALgAAAA="}
    document = read(
        chunks(
            {"inlineImage": inline, "role": "user"},
            {"inlineFile": odd, "role": "user"},
            {"inlineData": {"mimeType": "image/png", "data": "?"}, "role": "user"},
            {"text": "What is it?", "role": "user"},
        )
    )
    (row,) = bring(alice, [document], timezone.now()).conversations
    (file,) = row.attachments.all()
    assert file.media_type == "image/gif"
    message = row.messages.get()
    assert message.parts[0] == {"attachment": file.described}
    assert "application/x-dosexec" in message.parts[1]["text"]
    assert "image/png" in message.parts[2]["text"]


def test_two_answers_in_a_row_are_two() -> None:
    """One was asked again there; what was asked stands before each."""
    document = read(
        chunks(
            {"text": "Why?", "role": "user"},
            {"text": "So.", "role": "model", "finishReason": "STOP"},
            {"text": "Or so.", "role": "model", "finishReason": "STOP"},
        )
    )
    assert [message.role for message in document.messages] == ["user", "model", "user", "model"]
    assert document.messages[2].parts == [{"text": "[A question that was not kept]"}]


def test_an_answer_without_a_question() -> None:
    document = read(chunks({"text": "Hello", "role": "model"}))
    assert [message.role for message in document.messages] == ["user", "model"]


def test_ends_that_are_not_regular() -> None:
    ends = {
        "SAFETY": ("filtered", "SAFETY"),
        "MAX_TOKENS": ("out_of_tokens", "MAX_TOKENS"),
        "STOP": ("complete", ""),
    }
    for reason, expected in ends.items():
        answer = {"text": "So", "role": "model", "finishReason": reason}
        (turn,) = read(chunks({"text": "?", "role": "user"}, answer)).turns
        assert (turn.outcome, turn.reason) == expected
    failed = {"role": "model", "errorMessage": "Internal error"}
    (turn,) = read(chunks({"text": "?", "role": "user"}, failed)).turns
    assert (turn.outcome, turn.detail) == ("refused", "Internal error")
    (turn,) = read(chunks({"text": "?", "role": "user"}, {"role": "model"})).turns
    assert turn.outcome == "empty"


def test_a_level_of_thinking() -> None:
    run = {**RUN, "thinkingLevel": "THINKING_HIGH", "model": "models/gemini-3-pro-preview"}
    document = read(file(runSettings=run))
    assert document.conversation.settings["thinking_level"] == "HIGH"
    assert "thinking_budget" not in document.conversation.settings
    assert document.turns[0].model == "gemini-3-pro-preview"


def test_values_of_other_types_are_left_out() -> None:
    run = {"temperature": "hot", "topK": 1.5, "topP": True, "safetySettings": [1], "model": 7}
    document = read(file(runSettings=run, systemInstruction=[1]))
    assert document.conversation.settings == {}
    assert document.conversation.model == ""


def test_half_a_character_is_given_up_and_nothing_else() -> None:
    data = file().replace(b'"It is blue."', b'"It is \\ud83d blue \\ud83d\\ude00 \\\\ud83d."')
    assert read(data).messages[1].parts[1]["text"] == "It is \ufffd blue 😀 \\ud83d."


def test_a_message_that_is_too_large_is_named_by_its_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("conversations.library.checks.MOST_MEGABYTES", 1)
    data = chunks({"text": "?", "role": "user"}, {"text": "x" * 2**21, "role": "model"})
    with pytest.raises(Broken) as caught:
        read(data)
    assert caught.value.place == "chunkedPrompt.chunks[1]"
    assert b"xxx" in data.splitlines()[(caught.value.line or 0) + 0]


json_values = some.recursive(
    some.none() | some.booleans() | some.integers() | some.text(max_size=8),
    lambda inner: (
        some.lists(inner, max_size=3)
        | some.dictionaries(
            some.sampled_from(
                ["text", "parts", "role", "mimeType", "data", "id", "thought", "uri"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=10,
)
names = [
    *("text", "parts", "role", "isThought", "tokenCount", "createTime", "inlineData", "grounding"),
    *("driveDocument", "executableCode", "finishReason", "errorMessage", "model"),
]


@limits(max_examples=200, deadline=None)
@given(
    some.lists(some.dictionaries(some.sampled_from(names), json_values, max_size=5), max_size=4),
    json_values,
)
def test_any_file_is_taken_or_named(given_chunks: list[Any], run: Any) -> None:
    data = json.dumps({"chunkedPrompt": {"chunks": given_chunks}, "runSettings": run}).encode()
    try:
        document = read(data)
    except Broken as broken:
        line = broken.line
    else:
        assert document.messages[0].role == "user"
        return
    assert line is not None


def test_through_the_door(client: Client, alice: User) -> None:
    client.force_login(alice)
    headers = {"X-File-Name": "Bl%C3%BCtenfarben"}
    answer = client.post("/import", file(), content_type="application/json", headers=headers)
    assert answer.status_code == 200
    told = answer.json()
    assert told["message"] == "Imported 1 conversation."
    assert told["conversation"]["title"] == "Blütenfarben"
    again = client.post("/import", file(), content_type="application/json").json()
    assert (again["imported"], again["known"]) == (0, 1)
    assert again["message"] == "1 conversation was here already and was left as it is."
    wanted = {"X-Copies": "1"}
    copied = client.post("/import", file(), content_type="application/json", headers=wanted)
    assert copied.json()["imported"] == 1
    assert Conversation.objects.count() == 2
    broken = client.post("/import", file()[:-4], content_type="application/json")
    assert broken.status_code == 422
    assert broken.json()["line"] == file().count(b"\n") + 1 - 1
    assert broken.json()["message"].startswith("Line ")
    assert broken.json()["message"].endswith("Nothing was imported.")
    assert Turn.objects.count() == 4


def test_the_door_wants_the_token_of_the_form(alice: User) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(alice)
    assert client.post("/import", file(), content_type="application/json").status_code == 403
    assert Conversation.objects.count() == 0
