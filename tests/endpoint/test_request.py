"""What is sent: the request of WIRE.md section 1 to the letter, and what each model is asked."""

import json
from typing import Any

import pytest

from conversations.endpoint.capabilities import TOOLS, for_model
from conversations.endpoint.client import Config, Endpoint
from conversations.endpoint.errors import MisconfiguredError
from conversations.endpoint.parts import Content, Part, Request, Settings
from conversations.endpoint.wire import encode_request
from tests.endpoint.scripted import Script, Scripted
from tests.endpoint.vectors import F

SAFETY = (
    ("HARM_CATEGORY_HATE_SPEECH", "OFF"),
    ("HARM_CATEGORY_SEXUALLY_EXPLICIT", "OFF"),
    ("HARM_CATEGORY_DANGEROUS_CONTENT", "OFF"),
    ("HARM_CATEGORY_HARASSMENT", "OFF"),
    ("HARM_CATEGORY_CIVIC_INTEGRITY", "BLOCK_NONE"),
)
QUESTION = Content("user", (Part({"text": "1+2+3+4+5+....+999?"}),))
ORIGINAL = Request(
    "gemini-2.5-pro",
    (QUESTION,),
    Settings(system_instruction="hi", temperature=1, top_p=1, thinking_budget=26240, safety=SAFETY),
)
TO_THE_LETTER = """
{"contents":[{"role":"user","parts":[{"text":"1+2+3+4+5+....+999?"}]}],
 "systemInstruction":{"role":"user","parts":[{"text":"hi"}]},
 "safetySettings":[{"category":"HARM_CATEGORY_HATE_SPEECH","threshold":"OFF"},
   {"category":"HARM_CATEGORY_SEXUALLY_EXPLICIT","threshold":"OFF"},
   {"category":"HARM_CATEGORY_DANGEROUS_CONTENT","threshold":"OFF"},
   {"category":"HARM_CATEGORY_HARASSMENT","threshold":"OFF"},
   {"category":"HARM_CATEGORY_CIVIC_INTEGRITY","threshold":"BLOCK_NONE"}],
 "tools":[],
 "generationConfig":{"temperature":1,"topP":1,
   "thinkingConfig":{"includeThoughts":true,"thinkingBudget":26240}}}
"""


def model(*parts: dict[str, Any]) -> Content:
    return Content("model", tuple(Part(part) for part in parts))


def user(*texts: str) -> Content:
    return Content("user", tuple(Part({"text": text}) for text in texts))


def sent(*contents: Content, **options: Any) -> list[Any]:
    return list(encode_request(Request("gemini-2.5-pro", contents), **options)["contents"])


def generation(name: str, **settings: Any) -> Any:
    return encode_request(Request(name, (QUESTION,), Settings(**settings)))["generationConfig"]


async def test_to_the_letter() -> None:
    async with Scripted(Script([F])) as server:
        endpoint = Endpoint(Config(server.url, "token", "bearer"))
        async for _ in endpoint.stream(ORIGINAL):
            pass
        await endpoint.aclose()
    (request,) = server.requests
    assert request.method == "POST"
    assert request.target == "/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse"
    assert request.header("Authorization") == "Bearer token"
    assert request.header("Content-Type") == "application/json"
    expected = json.loads(TO_THE_LETTER)
    assert request.json() == expected
    assert list(request.json()) == list(expected)
    names = {name.lower() for name, _ in request.headers}
    assert names == {
        "host", "authorization", "content-type", "content-length", "user-agent", "accept",
        "accept-encoding", "connection",
    }  # fmt: skip


async def test_every_script_of_the_world_arrives() -> None:
    text = '日本 \u2028 \U0001f600 "\\ \x07'
    async with Scripted(Script([F])) as server:
        endpoint = Endpoint(Config(server.url, "k"))
        async for _ in endpoint.stream(Request("m", (user(text + "\ud800\0"),))):
            pass
        await endpoint.aclose()
    (content,) = server.requests[0].json()["contents"]
    assert content["parts"] == [{"text": text + "\ufffd\ufffd"}]


def test_all_fields() -> None:
    functions = ({"name": "look", "parameters": {"type": "OBJECT"}},)
    settings = Settings(
        top_k=40, max_output_tokens=100, tools=("googleSearch", "codeExecution"),
        functions=functions, extra={"seed": 7, "stopSequences": ["."], "candidateCount": 3},
        more={"toolConfig": {"functionCallingConfig": {"mode": "ANY"}}, "labels": {"a": "b"}},
    )  # fmt: skip
    body = encode_request(Request("gemini-2.5-pro", (QUESTION,), settings))
    assert body["tools"] == [
        {"googleSearch": {}},
        {"codeExecution": {}},
        {"functionDeclarations": list(functions)},
    ]
    assert body["toolConfig"] == {"functionCallingConfig": {"mode": "ANY"}}
    assert body["labels"] == {"a": "b"}
    assert body["generationConfig"] == {
        "seed": 7, "stopSequences": ["."], "topK": 40, "maxOutputTokens": 100,
        "thinkingConfig": {"includeThoughts": True},
    }  # fmt: skip
    assert "systemInstruction" not in body
    assert "safetySettings" not in body


# --- contents -------------------------------------------------------------------------------------


def test_pieces_of_a_reply_go_back_as_one() -> None:
    reply = model({"text": "th", "thought": True}, {"text": "a"}, {"text": "b"}, {"text": "c"})
    assert sent(user("x"), reply, user("y"))[1] == {"role": "model", "parts": [{"text": "abc"}]}


def test_signatures_go_back_on_their_own_part() -> None:
    signed = {"text": "b", "thoughtSignature": "_-8"}
    last = {"text": "", "thoughtSignature": "EsAB+/=="}
    call = {"functionCall": {"name": "f", "args": {}}, "thoughtSignature": "%%%"}
    reply = model({"text": "a"}, {"text": "a"}, signed, {"text": "c"}, call, {"text": ""}, last)
    assert sent(user("x"), reply, user("y"))[1]["parts"] == [
        {"text": "aa"}, signed, {"text": "c"}, call, last,
    ]  # fmt: skip
    assert sent(user("x"), reply, user("y"), signatures=False)[1]["parts"] == [
        {"text": "aabc"}, {"functionCall": {"name": "f", "args": {}}},
    ]  # fmt: skip


def test_thoughts_stay_behind() -> None:
    only = model({"text": "th", "thought": True})
    signed = model({"text": "th", "thought": True, "thoughtSignature": "x"}, {"text": "a"})
    assert [content["parts"] for content in sent(user("x"), only, signed, user("y"))] == [
        [{"text": "x"}], [{"text": "a"}], [{"text": "y"}],
    ]  # fmt: skip


def test_roles_alternate_and_nothing_is_empty() -> None:
    contents = (user("a"), model({"text": ""}), user("b", ""), Content("model", ()), user("c"))
    assert sent(*contents) == [
        {"role": "user", "parts": [{"text": text} for text in ("a", "\n\n", "b", "\n\n", "c")]}
    ]
    twice = sent(user("a"), model({"text": "b"}), model({"text": "c"}), user("d"))
    assert [content["role"] for content in twice] == ["user", "model", "user"]
    assert twice[1]["parts"] == [{"text": "b"}, {"text": "c"}]


def test_what_the_person_sent_is_not_joined() -> None:
    image = {"inlineData": {"mimeType": "image/png", "data": "AA=="}}
    content = Content("user", (Part({"text": "a"}), Part(image), Part({"text": "b"})))
    assert sent(content)[0]["parts"] == [{"text": "a"}, image, {"text": "b"}]


@pytest.mark.parametrize("contents", [(), (user(),), (user(""),), (model({"thought": True}),)])
def test_nothing_to_say_is_not_sent(contents: tuple[Content, ...]) -> None:
    with pytest.raises(ValueError, match="not empty"):
        sent(*contents)


# --- capabilities ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "budget", "expected"),
    [
        ("gemini-2.5-pro", 26240, 26240),
        ("gemini-2.5-pro", 0, 128),
        ("gemini-2.5-pro", 1, 128),
        ("gemini-2.5-pro", -1, -1),
        ("gemini-2.5-pro", -7, -1),
        ("gemini-2.5-pro", 99999, 32768),
        ("gemini-2.5-pro-preview-06-05", 99999, 32768),
        ("google/gemini-2.5-pro", 99999, 32768),
        ("models/Gemini-2.5-Pro", 99999, 32768),
        ("gemini-2.5-flash", 0, 0),
        ("gemini-2.5-flash", 1, 1),
        ("gemini-2.5-flash", 99999, 24576),
        ("gemini-2.5-flash-lite", 1, 512),
        ("gemini-2.5-flash-lite", 0, 0),
        ("gemini-2.5-flash-lite", -1, -1),
        ("unheard-of", 99999, 99999),
        ("unheard-of", -5, -5),
        ("gemini-3-pro-preview", 1000, None),
        ("gemini-2.0-flash", 1000, None),
    ],
)
def test_budget(name: str, budget: int, expected: int | None) -> None:
    assert for_model(name).clamp_budget(budget) == expected
    config = generation(name, thinking_budget=budget).get("thinkingConfig", {})
    assert config.get("thinkingBudget") == expected


@pytest.mark.parametrize(
    ("name", "level", "expected"),
    [
        ("gemini-3-pro-preview", "high", "HIGH"),
        ("gemini-3-pro-preview", "MEDIUM", None),
        ("gemini-3.1-pro-preview", "MEDIUM", "MEDIUM"),
        ("gemini-3-flash-preview", "minimal", "MINIMAL"),
        ("gemini-3.8-flash", "minimal", None),
        ("gemini-3.9-ultra", "LOW", "LOW"),
        ("gemini-2.5-pro", "LOW", None),
        ("gemini-2.0-flash", "LOW", None),
        ("gemma-3-27b-it", "HIGH", None),
        ("gemma-4-31b-it", "high", "HIGH"),
        ("gemma-4-31b-it", "LOW", None),
        ("unheard-of", "XHIGH", "XHIGH"),
    ],
)
def test_level(name: str, level: str, expected: str | None) -> None:
    config = generation(name, thinking_level=level).get("thinkingConfig", {})
    assert config.get("thinkingLevel") == expected


@pytest.mark.parametrize("name", ["gemini-2.5-pro", "gemini-3-pro", "gemini-3-flash", "unheard-of"])
def test_level_and_budget_never_go_together(name: str) -> None:
    config = generation(name, thinking_budget=1000, thinking_level="LOW")["thinkingConfig"]
    assert len(config.keys() & {"thinkingBudget", "thinkingLevel"}) == 1


@pytest.mark.parametrize(
    ("name", "settings", "expected"),
    [
        ("gemini-2.5-pro", {}, {"includeThoughts": True}),
        ("gemini-2.5-pro", {"include_thoughts": False}, {"includeThoughts": False}),
        ("gemini-2.5-flash", {"thinking_budget": 0}, {"thinkingBudget": 0}),
        ("gemini-2.5-flash-lite", {}, None),
        ("gemini-2.0-flash", {"thinking_budget": 600}, None),
        ("gemini-1.5-pro", {"thinking_budget": 26240}, None),
        ("google/gemma-3-27b-it", {"thinking_budget": 26240}, None),
        ("gemma-4-31b-it", {"thinking_budget": 26240}, {"includeThoughts": True}),
        ("learnlm-2.0-flash", {"thinking_budget": 26240}, None),
        ("unheard-of", {}, {"includeThoughts": True}),
    ],
)  # fmt: skip
def test_thoughts_are_asked_of_models_that_think(
    name: str, settings: dict[str, Any], expected: Any
) -> None:
    assert generation(name, **settings).get("thinkingConfig") == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("gemini-2.5-pro", {"includeThoughts": True, "thinkingBudget": 128}),
        ("gemini-2.5-flash", {"thinkingBudget": 0}),
        ("gemini-2.5-flash-lite", {"thinkingBudget": 0}),
        ("gemini-3-pro", {"includeThoughts": True, "thinkingLevel": "LOW"}),
        ("gemini-3-flash", {"includeThoughts": True, "thinkingLevel": "MINIMAL"}),
        ("unheard-of", {"includeThoughts": True}),
    ],
)
def test_least_thinking(name: str, expected: Any) -> None:
    settings = {
        "thinking_budget": 9999,
        "thinking_level": "HIGH",
        **for_model(name).least_thinking(),
    }
    assert generation(name, **settings)["thinkingConfig"] == expected


@pytest.mark.parametrize(
    ("name", "label"),
    [
        ("google/gemini-2.5-pro-preview-06-05", "Gemini 2.5 Pro"),
        ("gemini-2.0-flash-lite", "gemini-2.0-flash-lite"),
        ("google/gemma-3-4b-it", "gemma-3-4b-it"),
        ("unheard-of", "unheard-of"),
    ],
)
def test_models_can_be_told_apart(name: str, label: str) -> None:
    assert for_model(name).label == label


def test_tools_a_model_lacks_are_not_sent() -> None:
    def tools(name: str) -> Any:
        settings = Settings(tools=(*TOOLS, "teleport"))
        return encode_request(Request(name, (QUESTION,), settings))["tools"]

    assert tools("gemini-2.5-pro") == [{name: {}} for name in TOOLS]
    assert tools("gemini-2.5-flash-image") == []
    assert tools("gemini-1.5-flash") == [{"codeExecution": {}}]
    assert tools("gemma-3-27b-it") == []
    assert tools("unheard-of") == [{name: {}} for name in (*TOOLS, "teleport")]


# --- settings, configuration ----------------------------------------------------------------------


def test_settings_survive_storage() -> None:
    settings = Settings(
        "be kind", 0.5, 0.9, 40, 100, -1, None, False, SAFETY, ("googleSearch",),
        ({"name": "f"},), {"seed": 1}, {"labels": {}},
    )  # fmt: skip
    for one in (settings, Settings()):
        assert Settings.from_json(json.loads(json.dumps(one.to_json()))) == one
    assert Settings.from_json({}) == Settings()


@pytest.mark.parametrize(
    "stored",
    [
        {"colour": "red"},
        {"temperature": "hot"},
        {"top_k": 1.5},
        {"thinking_budget": True},
        {"include_thoughts": 1},
        {"safety": [["a"]]},
        {"safety": ["ab"]},
        {"tools": "googleSearch"},
        {"tools": [1]},
        {"functions": ["f"]},
        {"extra": []},
        {"system_instruction": None},
    ],
)
def test_settings_that_are_none(stored: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=next(iter(stored))):
        Settings.from_json(stored)


@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({"base_url": ""}, "address"),
        ({"base_url": "example.com"}, "address"),
        ({"base_url": "ftp://example.com"}, "address"),
        ({"base_url": "https://"}, "address"),
        ({"base_url": "https://[::1"}, "address"),
        ({"base_url": "https://h:99999"}, "address"),
        ({"base_url": "https://h/?key=1"}, "address"),
        ({"base_url": "https://a:b@h"}, "address"),
        ({"base_url": "https://h h"}, "address"),
        ({"key": "sentinel 8f1"}, "key"),
        ({"key": "sentinel8f1\n"}, "key"),
        ({"key": "sentinel8f1é"}, "key"),
        ({"auth": "basic"}, "basic"),
        ({"attempts": 0}, "above zero"),
        ({"idle_timeout": 0}, "above zero"),
    ],
)
def test_a_wrong_configuration_is_told(config: dict[str, Any], said: str) -> None:
    with pytest.raises(MisconfiguredError, match=said) as told:
        Config(**{"base_url": "https://h", "key": "k", **config})
    assert "sentinel" not in str(told.value)


@pytest.mark.parametrize("name", ["", "a//b", "../x", "a/..", ".", "models/"])
def test_a_name_that_leads_elsewhere_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="model"):
        Config("https://h", "k").url(name)
