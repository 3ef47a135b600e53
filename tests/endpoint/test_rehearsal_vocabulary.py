import base64
import re
import struct
import zlib
from typing import Any

import httpx
import pytest

from conversations.endpoint.parts import Settings
from conversations.endpoint.rehearsal import TOUR, Entry, RehearsalTransport, vocabulary
from conversations.endpoint.rehearsal.dials import Dials
from conversations.endpoint.rehearsal.dials import read as read_dials
from conversations.endpoint.rehearsal.talk import INTRODUCTION
from tests.endpoint.rehearsing import (
    SETTINGS,
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


def prompts() -> list[tuple[str, Entry]]:
    return [(name, entry) for entry in vocabulary() for name in (entry.prompt, *entry.aliases)]


@pytest.mark.parametrize(("prompt", "entry"), prompts(), ids=[name for name, _ in prompts()])
async def test_every_word_of_the_vocabulary_ends_as_it_says(prompt: str, entry: Entry) -> None:
    told = await tell(prompt, idle=0.2)
    assert told.end.outcome.name == entry.outcome
    if entry.outcome == "complete":
        assert told.text(thought=False).strip()


@pytest.mark.parametrize("entry", vocabulary(), ids=lambda entry: entry.prompt)
async def test_every_body_keeps_to_the_protocol(entry: Entry) -> None:
    breaks = entry.prompt in (
        "rehearse broken connection",
        "rehearse stall",
        "rehearse stall at once",
        "rehearse unreachable",
        "rehearse error mid answer",
    )
    if breaks:
        return
    response = await post(payload(entry.prompt))
    if response.status_code == 200:
        assert events(response.content)
    elif response.status_code != 502:
        assert response.json()["error"]["code"] == response.status_code


@pytest.mark.parametrize(("title", "prompt"), TOUR)
async def test_the_tour_works_and_says_what_it_is(title: str, prompt: str) -> None:
    told = await tell(prompt)
    assert told.end.outcome.name == "complete"
    assert "rehears" in (prompt + told.text(thought=False)).lower()
    assert title


async def test_ordinary_sentences_are_no_commands() -> None:
    for text in ("I have to rehearse a speech", "show me a table of contents", "rehearse", "table"):
        answer = await ask(text)
        assert answer.startswith(INTRODUCTION), text
        assert "rehearse silence" in answer, text
    assert "cannot rehearse `my wedding speech`" in await ask("Rehearse my wedding speech")


@pytest.mark.parametrize(
    "prompt",
    ["Rehearse a table.", "please rehearse table", "REHEARSE TABLE", "rehearse: table, quickly"],
)
async def test_a_command_may_be_worded_freely(prompt: str) -> None:
    assert "| Series | Terms | Sum |" in await ask(prompt)


@pytest.mark.parametrize(
    ("text", "dials", "rest"),
    [
        ("long answer 20000 characters", Dials(size=20000), "long answer"),
        ("long answer of 20,000 characters slowly", Dials(size=20000, slowness=3.0), "long answer"),
        (
            "long thoughts 300000 characters at 100 chunks a second",
            Dials(size=300000, rate=100),
            "long thoughts",
        ),
        ("x 5 chunks/s in chunks of 40 characters", Dials(rate=5, piece=40), "x"),
        ("silence for 5 seconds", Dials(seconds=5), "silence"),
        ("silence 0.5s", Dials(seconds=0.5), "silence"),
        ("error 503 5 times", Dials(times=5), "error 503"),
        ("error 503 once", Dials(times=1), "error 503"),
        ("error 503 always", Dials(always=True), "error 503"),
        ("blocked SAFETY", Dials(reason="SAFETY"), "blocked"),
        ("error mid answer framed", Dials(framed=True), "error mid answer"),
        ("table very quickly please", Dials(slowness=0.05), "table"),
        ("silence 99999 seconds", Dials(seconds=3600), "silence"),
        ("long answer 999999999 characters", Dials(size=5_000_000), "long answer"),
        ("x 0 chunks a second", Dials(rate=0.1), "x"),
    ],
)
def test_dials(text: str, dials: Dials, rest: str) -> None:
    assert read_dials(text) == (dials, rest)


@pytest.mark.parametrize("size", [1, 777, 20_000])
async def test_lengths_are_exact(size: int) -> None:
    assert len(await ask(f"rehearse long answer {size} characters")) == size
    body = (await post(payload(f"rehearse long thoughts {size} characters"))).content
    assert len(thoughts_of(body)) == size


async def test_long_thoughts_of_a_set_length_outrun_the_budget() -> None:
    told = await tell("rehearse long thoughts 300000 characters")
    assert len(told.text(thought=True)) == 300_000
    assert told.end.outcome.name == "complete"


@pytest.mark.parametrize("reason", ["RECITATION", "OTHER", "SPII", "MALFORMED_FUNCTION_CALL"])
async def test_reasons_can_be_named(reason: str) -> None:
    filtered = await tell(f"rehearse filtered {reason}")
    assert (filtered.end.outcome.name, filtered.end.outcome.reason) == ("filtered", reason)
    blocked = await tell(f"rehearse blocked {reason}")
    assert (blocked.end.outcome.name, blocked.end.outcome.reason) == ("blocked", reason)
    assert not blocked.parts


async def test_a_continuation_is_never_asked_for() -> None:
    body = (await post(payload("rehearse filtered CONTINUATION"))).content
    assert b"CONTINUATION" not in body


async def test_a_block_is_one_event_with_a_single_line_end() -> None:
    body = (await post(payload("rehearse blocked"))).content
    assert body.endswith(b"}\r\n")
    assert body.count(b"\r\n") == 1
    (event,) = events(body)
    assert "candidates" not in event


async def test_an_error_within_an_answer_is_bare_or_framed() -> None:
    for prompt, framed in (
        ("rehearse error mid answer", False),
        ("rehearse error mid answer framed", True),
    ):
        body = (await post(payload(prompt))).content
        assert (b'data: {"error"' in body) is framed
        assert b"503" in body
        told = await tell(prompt)
        assert told.end.outcome.status == 503
        assert told.text(thought=False).startswith("This is the beginning")


async def test_thoughts_alone_use_up_the_room() -> None:
    told = await tell("rehearse thoughts out of tokens")
    assert told.text(thought=True)
    assert not told.text(thought=False)
    assert told.end.outcome.reason == "thoughts"
    last = events((await post(payload("rehearse thoughts out of tokens"))).content)[-1]
    assert last["candidates"][0]["content"] == {"role": "model"}


@pytest.mark.parametrize("prompt", ["rehearse thoughts out of tokens", "rehearse out of tokens"])
async def test_more_room_helps(prompt: str) -> None:
    told = await tell(prompt, settings=Settings(thinking_budget=26240, max_output_tokens=65_536))
    assert told.end.outcome.name == "complete"


async def test_less_thinking_helps_where_thoughts_took_the_room() -> None:
    told = await tell("rehearse thoughts out of tokens", settings=Settings(thinking_budget=128))
    assert told.end.outcome.name == "complete"


@pytest.mark.parametrize("code", [408, 429, 500, 502, 503, 504])
async def test_a_passing_error_passes_at_the_third_attempt(code: int) -> None:
    told = await tell(f"rehearse error {code}")
    assert [(wait.attempt, wait.status) for wait in told.waits] == [(2, code), (3, code)]
    assert told.end.outcome.name == "complete"
    assert "failed 2 times" in told.text(thought=False)


@pytest.mark.parametrize(("words", "waits"), [("once", 1), ("3 times", 3)])
async def test_how_often_an_error_comes_can_be_said(words: str, waits: int) -> None:
    told = await tell(f"rehearse error 503 {words}")
    assert len(told.waits) == waits
    assert told.end.outcome.name == "complete"


async def test_an_error_that_always_comes_is_refused_at_last() -> None:
    told = await tell("rehearse error 503 always")
    assert len(told.waits) == 3
    assert (told.end.outcome.name, told.end.outcome.status) == ("refused", 503)


async def test_the_wait_that_a_429_asks_for() -> None:
    told = await tell("rehearse error 429")
    assert [wait.seconds for wait in told.waits] == [2.0, 2.0]
    told = await tell("rehearse error 429 in 7 seconds")
    assert [wait.seconds for wait in told.waits] == [7.0, 7.0]


@pytest.mark.parametrize(
    ("prompt", "status", "reason"),
    [
        ("rehearse quota", 429, "quota"),
        ("rehearse error key", 400, "API_KEY_INVALID"),
        ("rehearse error 400", 400, "INVALID_ARGUMENT"),
        ("rehearse error 403", 403, "PERMISSION_DENIED"),
    ],
)
async def test_what_no_second_try_helps(prompt: str, status: int, reason: str) -> None:
    told = await tell(prompt)
    outcome = told.end.outcome
    assert not told.waits
    assert (outcome.name, outcome.status, outcome.reason) == ("refused", status, reason)


async def test_the_same_fault_can_be_had_again_after_it_passed() -> None:
    transport = RehearsalTransport(0)
    for _ in range(2):
        told = await tell("rehearse error 503", transport=transport)
        assert len(told.waits) == 2


async def test_faults_of_different_requests_are_counted_apart() -> None:
    transport = RehearsalTransport(0)
    for text in ("rehearse error 503", "rehearse error 503!", "rehearse error 503."):
        assert (await post(payload(text), transport=transport)).status_code == 503
    for _ in range(1200):
        await post(payload(f"rehearse error 503 {_ + 1} times"), transport=transport)
    assert len(transport._turned_away) == 1000


async def test_no_connection() -> None:
    told = await tell("rehearse unreachable")
    assert [wait.status for wait in told.waits] == [None, None]
    assert told.end.outcome.name == "complete"
    told = await tell("rehearse unreachable always")
    assert (told.end.outcome.name, told.end.outcome.reason) == ("refused", "unreachable")


async def test_a_stall_keeps_what_was_said() -> None:
    told = await tell("rehearse stall", idle=0.1)
    assert told.text(thought=False).endswith("it falls ")
    assert told.end.outcome.name == "stalled"


async def test_a_broken_connection_breaks_inside_an_event() -> None:
    received = bytearray()

    async def read(response: httpx.Response) -> None:
        async for data in response.aiter_bytes():
            received.extend(data)

    async with opened(payload("rehearse broken connection"), RehearsalTransport(0)) as response:
        with pytest.raises(httpx.ReadError):
            await read(response)
    assert received.startswith(b"data: ")
    assert not received.endswith(b"\r\n\r\n")


async def test_signatures_can_be_refused_and_the_client_sends_without() -> None:
    first = await tell("2+2")
    told = await tell("2+2", replied(first.parts), "rehearse error signature")
    assert told.end.outcome.name == "complete"
    assert "no thought signature" in told.text(thought=False)


async def test_the_picture_is_one() -> None:
    (data,) = [
        part["inlineData"]
        for part in parts((await post(payload("rehearse image"))).content)
        if "inlineData" in part
    ]
    raw = base64.b64decode(data["data"])
    assert data["mimeType"] == "image/png"
    assert raw.startswith(b"\x89PNG\r\n\x1a\n")
    width, height = struct.unpack(">II", raw[16:24])
    start = raw.index(b"IDAT")
    (length,) = struct.unpack(">I", raw[start - 4 : start])
    rows = zlib.decompress(raw[start + 4 : start + 4 + length])
    assert len(rows) == height * (1 + 3 * width)


async def test_code_is_run_in_appearance() -> None:
    told = await tell("rehearse executed code")
    kinds = [key for part in told.parts for key in part.raw if key not in ("text", "thought")]
    assert kinds == ["thoughtSignature", "executableCode", "codeExecutionResult"]


@pytest.mark.parametrize(
    ("command", "outcomes"),
    [("failed code", ["OUTCOME_FAILED", "OUTCOME_OK"]), ("endless code", ["DEADLINE_EXCEEDED"])],
)
async def test_code_can_fail_and_be_cut_short(command: str, outcomes: list[str]) -> None:
    told = await tell(f"rehearse {command}")
    results = [part.raw.get("codeExecutionResult") for part in told.parts]
    found = [result["outcome"] for result in results if result]
    assert [name.removeprefix("OUTCOME_") for name in found] == [
        name.removeprefix("OUTCOME_") for name in outcomes
    ]


async def test_the_sound_is_bare_samples() -> None:
    told = await tell("rehearse sound")
    (data,) = [part.raw["inlineData"] for part in told.parts if "inlineData" in part.raw]
    assert data["mimeType"] == "audio/L16;codec=pcm;rate=24000"
    samples = struct.iter_unpack("<h", base64.b64decode(data["data"]))
    assert max(sample for (sample,) in samples) > 8_000


def _beside(body: bytes, name: str) -> list[dict[str, Any]]:
    """What stands beside the contents under this name, chunk by chunk."""
    candidates = [event["candidates"][0] for event in events(body)]
    return [candidate[name] for candidate in candidates if name in candidate]


@pytest.mark.parametrize("question", ["rehearse search grounding", "Show me sources."])
async def test_sources_come_with_the_answer(question: str) -> None:
    """In two chunks; places are in bytes of the whole answer, the line in front of it included."""
    response = await post(payload(question))
    first, last = _beside(response.content, "groundingMetadata")
    chunks = first["groundingChunks"] + last["groundingChunks"]
    assert "<style>" in first["searchEntryPoint"]["renderedContent"]
    answer = answer_of(response.content).encode()
    for support in last["groundingSupports"]:
        segment = support["segment"]
        said = answer[segment.get("startIndex", 0) : segment["endIndex"]]
        assert said.decode() == segment["text"]
        assert all(index < len(chunks) for index in support["groundingChunkIndices"])


async def test_pages_are_read_and_texts_are_cited() -> None:
    read = await post(payload("rehearse pages read"))
    (pages,) = _beside(read.content, "urlContextMetadata")
    assert {page["urlRetrievalStatus"].rpartition("_")[2] for page in pages["urlMetadata"]} == {
        "SUCCESS",
        "PAYWALL",
        "ERROR",
    }
    cited = await post(payload("rehearse citations"))
    (citations,) = _beside(cited.content, "citationMetadata")
    answer = answer_of(cited.content).encode()
    places = [
        answer[source.get("startIndex", 0) : source["endIndex"]]
        for source in citations["citationSources"]
    ]
    assert [place.partition(b" ")[0] for place in places] == [b"We", b"import"]


async def test_the_odd_stream_comes_out_whole() -> None:
    told = await tell("rehearse odd stream")
    assert told.text(thought=False) == (
        "This answer goes on after an early STOP, and ends whole.\n"
    )


async def test_hostile_markdown_names_no_host_but_the_reserved() -> None:
    answer = await ask("rehearse hostile markdown")
    hosts = set(re.findall(r"https?://([a-z.]+)", answer))
    assert hosts
    assert all(host.endswith("example.org") for host in hosts)
    assert "<script>" in answer


async def test_the_first_answer_says_what_it_is_and_later_ones_do_not_repeat_it() -> None:
    assert (await ask("2+2")).startswith(INTRODUCTION)
    assert INTRODUCTION not in await ask("2+2", "4", "3+3")


@pytest.mark.parametrize(
    "text", ["who are you?", "Are you a real model?", "What is your name", "你是谁"]
)
async def test_whoever_asks_is_told(text: str) -> None:
    answer = await ask("2+2", "4", text)
    assert "I am the **rehearsal**" in answer
    assert "not a language model" in answer


async def test_other_text_gets_an_honest_reply_with_the_tour() -> None:
    answer = await ask("Write a <b>poem</b> about *rain* & $x$")
    assert "\\<b\\>poem\\</b\\>" in answer
    assert "will not make an answer up" in answer
    for entry in vocabulary():
        assert f"`{entry.prompt}`" in answer


@pytest.mark.parametrize("text", ["\ud800 lone", "nul \0 here", "x" * 200_000, "\u202e", "  "])
async def test_strange_text_is_answered(text: str) -> None:
    told = await tell(text)
    assert told.end.outcome.name == "complete"
    again = await tell(text, replied(told.parts), "2+2")
    assert again.end.outcome.name == "complete"


async def test_the_instruction_is_acknowledged() -> None:
    told = await tell("hello", settings=Settings(system_instruction="Answer in one word."))
    assert "Answer in one word." in told.text(thought=True)


GO_ON = "Go on from where you stopped."


async def test_going_on_after_the_room_ran_out_gives_the_rest() -> None:
    prompt = "rehearse long answer 5000 characters"
    whole = await ask(prompt)
    generation = {"thinkingConfig": {"thinkingBudget": 128}, "maxOutputTokens": 500}
    turns = [prompt]
    for _ in range(8):
        response = await post(payload(*turns, generation=generation))
        turns += [answer_of(response.content), GO_ON]
        if events(response.content)[-1]["candidates"][0]["finishReason"] == "STOP":
            break
    assert "".join(turns[1::2]) == whole
    assert len(turns) > 5


async def test_going_on_after_a_rehearsed_cut_says_that_there_was_no_more() -> None:
    first = answer_of((await post(payload("rehearse cut off"))).content)
    assert "there was no more" in await ask("rehearse cut off", first, GO_ON)
    assert "there was no more" in await ask("rehearse cut off", "something else", GO_ON)
    assert "there was no more" in await ask("rehearse quota", "...", GO_ON)


async def test_going_on_with_nothing_before_is_ordinary_talk() -> None:
    assert "A model would answer that" in await ask(GO_ON)


async def test_settings_of_the_product_are_accepted() -> None:
    assert (await tell("2+2", settings=SETTINGS)).end.outcome.name == "complete"
