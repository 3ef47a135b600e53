import asyncio
import json
import time
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conversations.endpoint.parts import Settings
from conversations.endpoint.rehearsal import RehearsalTransport
from conversations.endpoint.rehearsal.signature import is_spoilt, sign
from tests.endpoint.rehearsing import (
    MODEL,
    THINKING,
    answer_of,
    ask,
    events,
    opened,
    parts,
    payload,
    post,
    replied,
    tell,
    thoughts_of,
)

QUESTION = "1+2+3+4+5+....+999?"
REQUEST = {
    "contents": [{"role": "user", "parts": [{"text": QUESTION}]}],
    "systemInstruction": {"role": "user", "parts": [{"text": "hi"}]},
    "safetySettings": [
        {"category": "HARM_CATEGORY_HATE_SPEECH", "threshold": "OFF"},
        {"category": "HARM_CATEGORY_CIVIC_INTEGRITY", "threshold": "BLOCK_NONE"},
    ],
    "tools": [],
    "generationConfig": {
        "temperature": 1,
        "topP": 1,
        "thinkingConfig": {"includeThoughts": True, "thinkingBudget": 26240},
    },
}


async def test_the_request_this_product_grew_from() -> None:
    response = await post(REQUEST)
    assert response.status_code == 200
    assert response.headers["content-type"] == "text/event-stream"
    body = response.content
    thoughts, answer = thoughts_of(body), answer_of(body)
    assert "**Pairing the ends**\n\n" in thoughts
    assert "499,500" in answer
    assert "499500" in answer
    assert "rehearsal" in answer.splitlines()[0].lower()
    assert "```python" in answer
    assert "$$" in answer


async def test_events_have_the_endpoints_form() -> None:
    body = (await post(REQUEST)).content
    for event in events(body):
        assert list(event) == ["candidates", "usageMetadata", "modelVersion", "responseId"]
        (candidate,) = event["candidates"]
        assert candidate["content"]["role"] == "model"
        assert len(candidate["content"]["parts"]) == 1
        assert candidate["index"] == 0
        assert event["modelVersion"] == MODEL
    assert len({event["responseId"] for event in events(body)}) == 1
    last = events(body)[-1]["candidates"][0]
    assert last["content"]["parts"] == [{"text": ""}]
    assert last["finishReason"] == "STOP"
    assert all("finishReason" not in event["candidates"][0] for event in events(body)[:-1])


async def test_usage_is_cumulative_and_adds_up() -> None:
    usages = [event["usageMetadata"] for event in events((await post(REQUEST)).content)]
    totals = [usage["totalTokenCount"] for usage in usages]
    assert totals == sorted(totals)
    for usage in usages:
        spent = usage.get("candidatesTokenCount", 0) + usage.get("thoughtsTokenCount", 0)
        assert usage["totalTokenCount"] == usage["promptTokenCount"] + spent
    assert usages[-1]["thoughtsTokenCount"] > 0
    assert usages[-1]["candidatesTokenCount"] > 0


async def test_markup_and_line_separators_are_escaped_as_the_endpoint_does() -> None:
    body = (await post(payload("rehearse hostile markdown"))).content
    assert b"<script>" not in body
    assert b"\\u003cscript\\u003e" in body
    assert "\u2028".encode() not in (await post(payload("rehearse unicode"))).content
    assert "\u2028" in await ask("rehearse unicode")


async def test_gemini_2_5_signs_its_first_words_and_gemini_3_its_last() -> None:
    body = (await post(REQUEST)).content
    answers = [part for part in parts(body) if not part.get("thought")]
    assert [at for at, part in enumerate(answers) if "thoughtSignature" in part] == [0]
    level = {"thinkingConfig": {"includeThoughts": True, "thinkingLevel": "HIGH"}}
    third = await post(payload(QUESTION, generation=level), "gemini-3-pro-preview")
    signed = [part for part in parts(third.content) if "thoughtSignature" in part]
    assert signed == [{"text": "", "thoughtSignature": sign("")}]
    assert parts(third.content)[-1] is not None
    assert parts(third.content)[-1] == signed[0]


async def test_a_signature_has_to_come_back_on_its_own_part() -> None:
    answers = [part for part in parts((await post(REQUEST)).content) if not part.get("thought")]

    async def sent_back(given: list[dict[str, Any]]) -> httpx.Response:
        turns = [
            {"role": "user", "parts": [{"text": QUESTION}]},
            {"role": "model", "parts": given},
            {"role": "user", "parts": [{"text": "times 2"}]},
        ]
        return await post({"contents": turns, "generationConfig": THINKING})

    kept = [part for part in answers if part["text"]]
    assert (await sent_back(kept)).status_code == 200
    joined = [{**kept[0], "text": kept[0]["text"] + kept[1]["text"]}, *kept[2:]]
    refused = await sent_back(joined)
    assert refused.status_code == 400
    assert "thought signature" in refused.json()["error"]["message"]
    foreign = [{"text": "hello", "thoughtSignature": "c29tZXRoaW5nIGVsc2U="}]
    assert (await sent_back(foreign)).status_code == 200


def test_signatures_in_either_alphabet_are_known() -> None:
    signature = sign("text")
    assert not is_spoilt(signature, "text")
    assert not is_spoilt(signature.replace("+", "-").replace("/", "_").rstrip("="), "text")
    assert is_spoilt(signature, "other")
    assert is_spoilt("not base64!", "text")


async def test_the_same_request_is_answered_byte_for_byte_alike() -> None:
    first, second = [await post(REQUEST), await post(REQUEST)]
    assert first.content == second.content
    other = await post({**REQUEST, "tools": [{"googleSearch": {}}]})
    assert other.content != first.content


@pytest.mark.parametrize(
    ("change", "word"),
    [
        (b"{", "JSON"),
        (b"[]", "object"),
        (b"[" * 100_000, "JSON"),
        ({"contents": []}, "contents is not specified"),
        ({"contents": "hi"}, "contents is not specified"),
        ({"contents": [{"parts": []}]}, "must not be empty"),
        ({"contents": [{"parts": [{}]}]}, "required oneof field 'data'"),
        ({"contents": [{"parts": [{"text": ""}]}]}, "required oneof field 'data'"),
        ({"contents": [{"parts": [{"text": 7}]}]}, "text"),
        ({"contents": [{"parts": [{"words": "hi"}]}]}, 'Unknown name "words"'),
        ({"contents": [{"role": "assistant", "parts": [{"text": "hi"}]}]}, "valid role"),
        ({"contents": [{"role": "model", "parts": [{"text": "hi"}]}]}, "end with a user role"),
        ({"messages": []}, 'Unknown name "messages"'),
        ({"safetySettings": [{"category": "X", "threshold": "OFF"}]}, "category"),
        ({"safetySettings": [{"category": "HARM_CATEGORY_X", "threshold": "LOW"}]}, "threshold"),
        ({"generationConfig": {"temperature": 3}}, "temperature"),
        ({"generationConfig": {"topP": "1"}}, "top_p"),
        ({"generationConfig": {"maxOutputTokens": 0}}, "max_output_tokens"),
        ({"generationConfig": {"budget": 1}}, 'Unknown name "budget"'),
        ({"generationConfig": {"thinkingConfig": {"thinkingBudget": 0}}}, "Budget 0"),
        ({"generationConfig": {"thinkingConfig": {"thinkingBudget": 40000}}}, "32768"),
        ({"generationConfig": {"thinkingConfig": {"thinkingBudget": "1"}}}, "budget"),
        ({"generationConfig": {"thinkingConfig": {"thinkingLevel": "LOW"}}}, "not supported"),
        ({"generationConfig": {"thinkingConfig": {"depth": 1}}}, 'Unknown name "depth"'),
        ({"systemInstruction": {"parts": []}}, "must not be empty"),
    ],
)
async def test_a_request_of_the_wrong_shape_is_refused_as_the_endpoint_does(
    change: dict[str, Any] | bytes, word: str
) -> None:
    response = await post(change if isinstance(change, bytes) else {**REQUEST, **change})
    assert response.status_code == 400
    error = response.json()["error"]
    assert error["code"] == 400
    assert error["status"] == "INVALID_ARGUMENT"
    assert word in error["message"]


async def test_budget_and_level_together_are_refused() -> None:
    both = {"thinkingConfig": {"thinkingBudget": 128, "thinkingLevel": "LOW"}}
    response = await post(payload("hi", generation=both), "gemini-3-pro")
    assert response.status_code == 400


async def test_snake_case_is_read_too() -> None:
    body = {
        "contents": [{"parts": [{"text": "2+2"}]}],
        "system_instruction": {"parts": [{"text": "hi"}]},
        "generation_config": {"thinking_config": {"include_thoughts": True}},
    }
    assert thoughts_of((await post(body)).content)


NAMES = st.sampled_from(
    [
        "contents",
        "parts",
        "text",
        "role",
        "thought",
        "thoughtSignature",
        "inlineData",
        "generationConfig",
        "model",
        "user",
        "thinkingConfig",
        "thinkingBudget",
        "thinkingLevel",
        "maxOutputTokens",
        "safetySettings",
        "category",
        "threshold",
        "systemInstruction",
        "HIGH",
        "HARM_CATEGORY_X",
        "OFF",
        "rehearse",
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | NAMES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)
BODIES = st.one_of(
    JSON.map(lambda value: json.dumps(value).encode()),
    st.binary(max_size=40),
    st.tuples(NAMES, JSON).map(lambda pair: json.dumps({**REQUEST, pair[0]: pair[1]}).encode()),
    st.tuples(NAMES, JSON).map(
        lambda pair: json.dumps(
            {"contents": [{"parts": [{"text": "hi", pair[0]: pair[1]}]}]}
        ).encode()
    ),
    st.dictionaries(NAMES, JSON, max_size=3).map(
        lambda config: json.dumps(
            {**REQUEST, "generationConfig": {"thinkingConfig": config}}
        ).encode()
    ),
)


@given(BODIES)
@settings(max_examples=150, deadline=None)
def test_no_body_breaks_it(body: bytes) -> None:
    response = asyncio.run(post(body))
    assert response.status_code in (200, 400)
    if response.status_code == 200:
        assert events(response.content)[-1]["candidates"][0]["finishReason"]


async def test_an_unknown_path_is_not_found_and_other_ways_are_refused() -> None:
    async with httpx.AsyncClient(transport=RehearsalTransport(0)) as client:
        for path in ("/", "/v1beta/models", "/v2/models/x:streamGenerateContent"):
            response = await client.post("https://endpoint.invalid" + path, json=REQUEST)
            assert response.status_code == 404
            assert response.json()["error"]["status"] == "NOT_FOUND"
    assert (await post(REQUEST, query="")).status_code == 400


@pytest.mark.parametrize("prefix", ["", "/relay", "/relay/deep"])
async def test_the_base_may_have_a_path_and_the_model_slashes(prefix: str) -> None:
    url = f"https://endpoint.invalid{prefix}/v1beta/models/team/gemini-2.5-pro"
    async with httpx.AsyncClient(transport=RehearsalTransport(0)) as client:
        response = await client.post(f"{url}:streamGenerateContent?alt=sse", json=REQUEST)
    assert events(response.content)[0]["modelVersion"] == "team/gemini-2.5-pro"


@pytest.mark.parametrize(
    ("model", "thinking"),
    [
        ("gemini-2.5-flash", {"includeThoughts": True, "thinkingBudget": 0}),
        ("gemini-2.5-flash-lite", {"includeThoughts": True}),
        ("gemini-2.5-pro", {"includeThoughts": False, "thinkingBudget": 1024}),
        ("gemini-2.5-pro", {}),
    ],
)
async def test_no_thoughts_where_none_are_asked_for(model: str, thinking: dict[str, Any]) -> None:
    response = await post(payload(QUESTION, generation={"thinkingConfig": thinking}), model)
    assert not thoughts_of(response.content)
    assert "499,500" in answer_of(response.content)


async def test_hidden_thoughts_are_counted_and_absent_ones_are_not() -> None:
    hidden = {"thinkingConfig": {"thinkingBudget": 1024}}
    off = {"thinkingConfig": {"thinkingBudget": 0}}
    spent = []
    for thinking in (hidden, off):
        body = (await post(payload(QUESTION, generation=thinking), "gemini-2.5-flash")).content
        spent.append(events(body)[-1]["usageMetadata"].get("thoughtsTokenCount", 0))
        signed = any("thoughtSignature" in part for part in parts(body))
        assert signed is (thinking is hidden)
    assert spent[0] > 0
    assert spent[1] == 0


async def test_the_budget_limits_the_thoughts() -> None:
    long = payload("rehearse long thoughts", generation=THINKING)
    short_config = {"thinkingConfig": {"includeThoughts": True, "thinkingBudget": 128}}
    short = payload("rehearse long thoughts", generation=short_config)
    assert len(thoughts_of((await post(long)).content)) == 9000
    assert 128 * 4 <= len(thoughts_of((await post(short)).content)) < 1500


@pytest.mark.parametrize("room", [1, 2, 50, 90, 100, 150, 151, 152, 153])
async def test_output_ends_exactly_where_the_room_ends(room: int) -> None:
    response = await post(payload(QUESTION, generation={**THINKING, "maxOutputTokens": room}))
    last = events(response.content)[-1]
    usage = last["usageMetadata"]
    spent = usage.get("candidatesTokenCount", 0) + usage.get("thoughtsTokenCount", 0)
    assert spent == room
    assert last["candidates"][0]["finishReason"] == "MAX_TOKENS"
    if not answer_of(response.content):
        assert "parts" not in last["candidates"][0]["content"]


async def test_a_room_that_suffices_changes_nothing() -> None:
    roomy = payload(QUESTION, generation={**THINKING, "maxOutputTokens": 65_536})
    assert answer_of((await post(roomy)).content) == await ask(QUESTION)


async def test_a_clipped_text_is_whole_characters() -> None:
    for room in range(60, 75):
        generation = {"thinkingConfig": {"thinkingBudget": 128}, "maxOutputTokens": room}
        body = (await post(payload("rehearse unicode", generation=generation))).content
        assert "\N{REPLACEMENT CHARACTER}" not in answer_of(body)


async def test_at_full_pace_the_first_words_take_their_time_and_the_rest_flows() -> None:
    async with opened(payload("2+2"), RehearsalTransport(0.05)) as response:
        began = time.monotonic()
        arrivals = [time.monotonic() - began async for _ in response.aiter_bytes()]
    assert len(arrivals) > 5
    assert arrivals[0] < arrivals[-1]
    assert arrivals[-1] > 0.05


async def test_a_rate_is_kept() -> None:
    wish = "rehearse long answer 2000 characters in chunks of 20 at 400 chunks a second"
    began = time.monotonic()
    async with opened(payload(wish), RehearsalTransport(1)) as response:
        await response.aread()
    took = time.monotonic() - began
    assert took > 0.25
    sizes = {len(part["text"]) for part in parts(response.content) if not part.get("thought")}
    assert sizes <= set(range(21))


async def test_pace_nought_yields_to_others() -> None:
    turns = 0

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    task = asyncio.create_task(others())
    await ask("rehearse long answer 100000 characters")
    task.cancel()
    assert turns > 1000


async def test_closing_the_answer_ends_it_at_once() -> None:
    transport = RehearsalTransport(1)
    began = time.monotonic()
    async with opened(payload("rehearse silence 600 seconds"), transport) as response:
        chunks = response.aiter_raw()
        await anext(chunks)
        waiting = asyncio.ensure_future(anext(chunks))
        await asyncio.sleep(0.05)
        assert not waiting.done()
        await response.aclose()
        with pytest.raises(httpx.ReadError):
            await asyncio.wait_for(waiting, 1)
    assert time.monotonic() - began < 5


async def test_a_cancelled_reader_leaves_nothing_behind() -> None:
    async def read() -> None:
        async with opened(payload("rehearse stall"), RehearsalTransport(0)) as response:
            await response.aread()

    task = asyncio.create_task(read())
    await asyncio.sleep(0.05)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert asyncio.all_tasks() == {asyncio.current_task()}


async def test_the_read_timeout_of_the_request_is_kept() -> None:
    async with opened(payload("rehearse stall"), RehearsalTransport(0), read=0.1) as response:
        with pytest.raises(httpx.ReadTimeout):
            await response.aread()


async def test_many_streams_at_once_do_not_mix() -> None:
    transport = RehearsalTransport(0)
    answers = await asyncio.gather(
        *(post(payload(f"{number} + 1000000"), transport=transport) for number in range(60))
    )
    for number, response in enumerate(answers):
        assert f"**{number + 1000000:,}**" in answer_of(response.content)


def test_a_pace_below_nought_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="pace"):
        RehearsalTransport(-1)


async def test_through_the_products_client() -> None:
    told = await tell(QUESTION)
    assert told.end.outcome.name == "complete"
    assert "**499,500**" in told.text(thought=False)
    assert "**Pairing the ends**" in told.text(thought=True)
    assert not told.waits


@pytest.mark.parametrize("model", ["gemini-2.5-pro", "gemini-2.5-flash", "gemini-3-pro-preview"])
async def test_several_turns_through_the_products_client(model: str) -> None:
    settings = Settings(thinking_budget=2048, system_instruction="Be brief.")
    first = await tell(QUESTION, model=model, settings=settings)
    assert any(part.signature for part in first.parts)
    follow_up = "And if I leave out every number that is divisible by 7?"
    second = await tell(QUESTION, replied(first.parts), follow_up, model=model, settings=settings)
    assert second.end.outcome.name == "complete"
    assert "**428,429**" in second.text(thought=False)
    assert "rehearsal" not in second.text(thought=False)
