"""The client against a real server on loopback, by both ways to the network."""

import asyncio
import json
import time
import zlib
from collections.abc import AsyncGenerator, Callable
from typing import Any

import httpx
import pytest

from conversations.endpoint.client import Config, Endpoint, Value
from conversations.endpoint.parts import Chunk, Content, End, Outcome, Part, Request, Waiting
from conversations.endpoint.transport import default_transport
from tests.endpoint.scripted import CUT, HANG, RESET, Recorded, Script, Scripted, Step
from tests.endpoint.vectors import ANSWER, THOUGHT, VECTORS, WHOLE, A, F, T, Vector, check, seen

REQUEST = Request("gemini-2.5-pro", (Content("user", (Part({"text": "Hi"}),)),))
KEY = "sentinel-key-8f1"
SCRIPT = Script([T, A, F])
Transport = Callable[[], httpx.AsyncBaseTransport]
UNREACHABLE = "http://127.0.0.1:1"


def plain_transport() -> httpx.AsyncBaseTransport:
    """httpx's own way, so that the client leans on nothing of the other's."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=100)
    return httpx.AsyncHTTPTransport(limits=limits, trust_env=False)


@pytest.fixture(params=[default_transport, plain_transport], ids=["aiohttp", "httpx"])
def transport(request: pytest.FixtureRequest) -> Transport:
    made: Transport = request.param
    return made


class Asked:
    """One request through a client of its own, and what it gave."""

    def __init__(self, url: str, transport: Transport = default_transport, **config: Any) -> None:
        self.slept: list[float] = []
        self.values: list[Value] = []
        self.endpoint = Endpoint(
            Config(url, **{"key": KEY, **config}), transport(), sleep=self._sleep
        )

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    async def ask(self, request: Request = REQUEST) -> Outcome:
        try:
            async for value in self.endpoint.stream(request):
                self.values.append(value)
        finally:
            await self.endpoint.aclose()
        return self.outcome

    @property
    def chunks(self) -> list[Chunk]:
        return [value for value in self.values if isinstance(value, Chunk)]

    @property
    def waits(self) -> list[Waiting]:
        return [value for value in self.values if isinstance(value, Waiting)]

    @property
    def outcome(self) -> Outcome:
        (end,) = (value for value in self.values if isinstance(value, End))
        assert self.values[-1] is end
        return end.outcome


def refusal(status: int, body: Any, *headers: tuple[str, str]) -> Script:
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Script([content], status, (("Content-Type", "application/json"), *headers))


def envelope(code: int, status: str, message: str = "no", *details: dict[str, Any]) -> Any:
    return {"error": {"code": code, "status": status, "message": message, "details": list(details)}}


def detail(kind: str, **fields: Any) -> dict[str, Any]:
    return {"@type": f"type.googleapis.com/google.rpc.{kind}", **fields}


# --- the rows of WIRE.md section 6 ---------------------------------------------------------------


@pytest.mark.parametrize("vector", VECTORS, ids=str)
async def test_row(vector: Vector, transport: Transport) -> None:
    steps: list[Step] = [vector.body] if vector.body else []
    if vector.cut:
        steps.append(CUT)
    async with Scripted(Script(steps)) as server:
        asked = Asked(server.url, transport)
        outcome = await asked.ask()
    check(vector, asked.chunks, outcome)
    assert len(server.requests) == 1


async def test_row_1_one_byte_a_write(transport: Transport) -> None:
    body = T + A + F
    async with Scripted(Script([body[at : at + 1] for at in range(len(body))])) as server:
        asked = Asked(server.url, transport)
        assert (await asked.ask()).name == "complete"
    assert seen(asked.chunks).pieces == WHOLE


async def test_row_18_comments_keep_it_alive(transport: Transport) -> None:
    pings: list[bytes | float] = [b": PING\r\n\r\n", 0.1] * 6
    async with Scripted(Script([T, *pings, A, *pings, F])) as server:
        asked = Asked(server.url, transport, idle_timeout=0.5)
        assert (await asked.ask()).name == "complete"
    assert seen(asked.chunks).pieces == WHOLE


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
async def test_row_28_gzip_streams(transport: Transport, encoding: str) -> None:
    """The next event is sent only when the one before has come out of the client."""
    packer = zlib.compressobj(wbits=31 if encoding == "gzip" else 15)
    packed = [packer.compress(body) + packer.flush(zlib.Z_SYNC_FLUSH) for body in (T, A, F)]
    gates = [asyncio.Event(), asyncio.Event()]
    headers = (("Content-Type", "text/event-stream"), ("Content-Encoding", encoding))
    steps: list[Step] = [packed[0], gates[0], packed[1], gates[1], packed[2], packer.flush()]
    async with Scripted(Script(steps, headers=headers)) as server, asyncio.timeout(5):
        asked = Asked(server.url, transport)
        async for value in asked.endpoint.stream(REQUEST):
            asked.values.append(value)
            if len(asked.values) <= len(gates):
                gates[len(asked.values) - 1].set()
        await asked.endpoint.aclose()
    assert asked.outcome.name == "complete"
    assert seen(asked.chunks).pieces == WHOLE


async def test_broken_compression_is_a_protocol_error(transport: Transport) -> None:
    headers = (("Content-Encoding", "gzip"),)
    async with Scripted(Script([b"not gzip at all" * 9], headers=headers)) as server:
        outcome = await Asked(server.url, transport).ask()
    assert (outcome.name, outcome.reason) == ("refused", "protocol")


async def test_row_30_retry_info(transport: Transport) -> None:
    busy = envelope(429, "RESOURCE_EXHAUSTED", "slow", detail("RetryInfo", retryDelay="2s"))
    async with Scripted(refusal(429, busy), SCRIPT) as server:
        asked = Asked(server.url, transport)
        outcome = await asked.ask()
    assert asked.values[0] == Waiting(2, 4, 2.0, 429, "slow")
    assert asked.slept == [2.0]
    assert outcome.name == "complete"
    assert seen(asked.chunks).pieces == WHOLE
    assert server.requests[0].body == server.requests[1].body


@pytest.mark.parametrize(
    ("message", "details"),
    [
        ("no", [detail("QuotaFailure", violations=[{"quotaId": "RequestsPerDayPerProject"}])]),
        ("no", [detail("QuotaFailure", violations=[{"quotaId": "daily-tokens"}])]),
        ("Quota exceeded, limit: 0, model: m", []),
        ("no", [detail("RetryInfo", retryDelay="301s")]),
        ("Please retry in 1h2m3.5s.", []),
    ],
    ids=["per-day", "daily", "limit-0", "delay", "message"],
)
async def test_row_30_terminal_429(message: str, details: list[Any], transport: Transport) -> None:
    body = envelope(429, "RESOURCE_EXHAUSTED", message, *details)
    async with Scripted(refusal(429, body)) as server:
        asked = Asked(server.url, transport)
        outcome = await asked.ask()
    assert outcome == Outcome("refused", "quota", 429, message, retryable=False)
    assert outcome.action is None
    assert not asked.waits


async def test_row_30_502_with_html(transport: Transport) -> None:
    page = Script([b"<html><h1>nginx</h1>"], 502, (("Content-Type", "text/html"),))
    async with Scripted(default=page) as server:
        asked = Asked(server.url, transport)
        outcome = await asked.ask()
    assert outcome == Outcome("refused", "", 502, "Bad Gateway", retryable=True)
    assert [wait.attempt for wait in asked.waits] == [2, 3, 4]
    assert len(server.requests) == 4
    assert all(0.5 * 2**n <= wait <= 2**n for n, wait in enumerate(asked.slept))


async def test_row_30_error_in_an_array(transport: Transport) -> None:
    async with Scripted(refusal(400, [envelope(400, "INVALID_ARGUMENT", "bad")])) as server:
        outcome = await Asked(server.url, transport).ask()
    assert outcome == Outcome("refused", "INVALID_ARGUMENT", 400, "bad", retryable=False)


# --- what arrives at the endpoint -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("auth", "name", "value"),
    [
        ("x-goog-api-key", "x-goog-api-key", KEY),
        ("bearer", "authorization", f"Bearer {KEY}"),
    ],
)
async def test_key_goes_in_one_header_only(
    auth: str, name: str, value: str, transport: Transport
) -> None:
    async with Scripted(SCRIPT) as server:
        await Asked(server.url, transport, auth=auth).ask()
    (request,) = server.requests
    assert request.header(name) == value
    assert [key for key, held in request.headers if KEY in held] == [request_name(request, name)]
    assert KEY not in request.target
    assert KEY.encode() not in request.body


def request_name(request: Recorded, name: str) -> str:
    return next(key for key, _ in request.headers if key.lower() == name)


@pytest.mark.parametrize(
    ("base", "model", "target"),
    [
        ("", "gemini-2.5-pro", "/v1beta/models/gemini-2.5-pro"),
        ("/", "models/m", "/v1beta/models/m"),
        ("/relay/", "google/m", "/relay/v1beta/models/google/m"),
        ("/relay/v1beta", "m:x?y#z", "/relay/v1beta/models/m:x%3Fy%23z"),
    ],
)
async def test_address(base: str, model: str, target: str, transport: Transport) -> None:
    async with Scripted(SCRIPT) as server:
        outcome = await Asked(server.url + base, transport).ask(Request(model, REQUEST.contents))
    assert outcome.name == "complete"
    assert server.requests[0].target == f"{target}:streamGenerateContent?alt=sse"


async def test_cookies_are_not_kept(transport: Transport) -> None:
    cookie = Script([F], headers=(("Set-Cookie", "session=1; Path=/"),))
    async with Scripted(default=cookie) as server:
        asked = Asked(server.url, transport)
        for _ in range(2):
            async for _value in asked.endpoint.stream(REQUEST):
                pass
        await asked.endpoint.aclose()
    assert [request.header("cookie") for request in server.requests] == [None, None]


async def test_proxies_of_the_environment_are_not_used(
    transport: Transport, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, UNREACHABLE)
    async with Scripted(SCRIPT) as server:
        assert (await Asked(server.url, transport).ask()).name == "complete"


async def test_redirects_are_not_followed(transport: Transport) -> None:
    async with Scripted() as other:
        aside = refusal(307, b"", ("Location", f"{other.url}/elsewhere"))
        async with Scripted(aside) as server:
            outcome = await Asked(server.url, transport).ask()
    assert (outcome.name, outcome.status, outcome.retryable) == ("refused", 307, False)
    assert "GEMINI_BASE_URL" in outcome.message
    assert not other.requests


# --- retries --------------------------------------------------------------------------------------


@pytest.mark.parametrize("status", [408, 429, 500, 502, 503, 504])
async def test_passing_faults_are_tried_again(status: int, transport: Transport) -> None:
    async with Scripted(refusal(status, envelope(status, "BUSY")), SCRIPT) as server:
        asked = Asked(server.url, transport)
        assert (await asked.ask()).name == "complete"
    assert [(wait.attempt, wait.of, wait.status) for wait in asked.waits] == [(2, 4, status)]


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 413, 501])
async def test_other_refusals_are_final(status: int, transport: Transport) -> None:
    async with Scripted(refusal(status, envelope(status, "NO", "Because."))) as server:
        asked = Asked(server.url, transport)
        outcome = await asked.ask()
    assert outcome == Outcome("refused", "NO", status, "Because.", retryable=False)
    assert not asked.waits


@pytest.mark.parametrize(
    ("header", "message", "seconds"),
    [
        ("7", "no", 7.0),
        ("0", "no", 0.0),
        ("", "Please retry in 3.25s.", 3.25),
        ("", "Please retry in 250ms.", 0.25),
        ("", "Please retry in 2m3s.", 123.0),
    ],
)
async def test_the_endpoint_says_how_long(
    header: str, message: str, seconds: float, transport: Transport
) -> None:
    headers = [("Retry-After", header)] if header else []
    busy = refusal(503, envelope(503, "UNAVAILABLE", message), *headers)
    async with Scripted(busy, SCRIPT) as server:
        asked = Asked(server.url, transport)
        assert (await asked.ask()).name == "complete"
    assert asked.slept == [seconds]


async def test_a_wait_too_long_is_not_begun(transport: Transport) -> None:
    async with Scripted(refusal(503, envelope(503, "X"), ("Retry-After", "301"))) as server:
        asked = Asked(server.url, transport)
        outcome = await asked.ask()
    assert (outcome.name, outcome.status, outcome.retryable) == ("refused", 503, True)
    assert not asked.waits


async def test_nobody_there(transport: Transport) -> None:
    asked = Asked(UNREACHABLE, transport)
    outcome = await asked.ask()
    assert (outcome.name, outcome.reason) == ("refused", "unreachable")
    assert outcome.message == "Connection refused"
    assert outcome.action == "again"
    assert [wait.attempt for wait in asked.waits] == [2, 3, 4]


async def test_no_such_host(transport: Transport) -> None:
    outcome = await Asked("http://no-such-host.invalid", transport, attempts=1).ask()
    assert (outcome.name, outcome.reason) == ("refused", "unreachable")
    assert outcome.message


async def test_not_tls(transport: Transport) -> None:
    async def greet(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"220 mail.example ready\r\n")
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(greet, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        outcome = await Asked(f"https://127.0.0.1:{port}", transport, attempts=1).ask()
    assert (outcome.name, outcome.reason) == ("refused", "unreachable")
    assert outcome.message.startswith("TLS")


@pytest.mark.parametrize(
    "script",
    [
        Script([CUT], None),
        Script([RESET], None),
        Script([b"HTTP/1.1 2", CUT], None),
        Script([b"SSH-2.0-nothing\r\n\r\n", CUT], None),
        Script([CUT]),
        Script([RESET]),
    ],
    ids=["cut", "reset", "half-a-head", "not-http", "head-cut", "head-reset"],
)
async def test_a_connection_lost_before_the_first_byte(
    script: Script, transport: Transport
) -> None:
    async with Scripted(script, SCRIPT) as server:
        asked = Asked(server.url, transport)
        assert (await asked.ask()).name == "complete"
    assert [wait.status for wait in asked.waits] == [None]
    async with Scripted(default=script) as server:
        outcome = await Asked(server.url, transport).ask()
    assert (outcome.name, outcome.reason) == ("refused", "unreachable")


@pytest.mark.parametrize("act", [CUT, RESET])
async def test_nothing_is_tried_again_after_the_first_byte(act: Any, transport: Transport) -> None:
    for steps, partial in ([b":", 0.05, act], ""), ([T, A, 0.05, act], "partial"):
        async with Scripted(Script(steps)) as server:
            asked = Asked(server.url, transport)
            outcome = await asked.ask()
        assert (outcome.name, outcome.reason) == ("cut_off", partial)
        assert len(server.requests) == 1
    assert seen(asked.chunks).pieces == WHOLE


async def test_a_body_ended_by_closing(transport: Transport) -> None:
    async with Scripted(Script([T, A, F], framing="close")) as server:
        assert (await Asked(server.url, transport).ask()).name == "complete"


@pytest.mark.parametrize("steps", [[HANG], [T, HANG], [T, A, HANG]], ids=["nothing", "T", "TA"])
async def test_silence_is_stalled_and_not_tried_again(steps: Any, transport: Transport) -> None:
    async with Scripted(Script(steps)) as server:
        asked = Asked(server.url, transport, idle_timeout=0.2)
        outcome = await asked.ask()
        await asyncio.wait_for(server.requests[0].left.wait(), 2)
    assert outcome.name == "stalled"
    assert outcome.reason == ("partial" if A in steps else "")
    assert seen(asked.chunks).pieces == WHOLE[: len(steps) - 1]
    assert len(server.requests) == 1


async def test_silence_before_the_head(transport: Transport) -> None:
    async with Scripted(Script([HANG], None)) as server:
        outcome = await Asked(server.url, transport, idle_timeout=0.2).ask()
    assert outcome.name == "stalled"


async def test_a_slow_reader_is_not_a_silent_endpoint(transport: Transport) -> None:
    async with Scripted(Script([T, A, F])) as server:
        asked = Asked(server.url, transport, idle_timeout=0.5)
        async for value in asked.endpoint.stream(REQUEST):
            if not asked.values:
                await asyncio.sleep(0.7)
            asked.values.append(value)
        await asked.endpoint.aclose()
    assert asked.outcome.name == "complete"


# --- signatures -----------------------------------------------------------------------------------

SIGNED = Request(
    "gemini-2.5-pro",
    (
        Content("user", (Part({"text": "a"}),)),
        Content("model", (Part({"text": "b", "thoughtSignature": "_-8"}), Part({"text": "c"}))),
        Content("user", (Part({"text": "d"}),)),
    ),
)


@pytest.mark.parametrize(
    "message", ["Corrupted thought signature.", "Invalid `thought_signature` in part 1"]
)
async def test_signatures_not_accepted_are_left_out_once(
    message: str, transport: Transport
) -> None:
    refused = refusal(400, envelope(400, "INVALID_ARGUMENT", message))
    async with Scripted(refused, SCRIPT) as server:
        asked = Asked(server.url, transport)
        assert (await asked.ask(SIGNED)).name == "complete"
    assert not asked.waits
    first, second = (request.json()["contents"][1]["parts"] for request in server.requests)
    assert first == [{"text": "b", "thoughtSignature": "_-8"}, {"text": "c"}]
    assert second == [{"text": "bc"}]
    async with Scripted(refused, refused) as server:
        outcome = await Asked(server.url, transport).ask(SIGNED)
    assert (outcome.name, outcome.status, len(server.requests)) == ("refused", 400, 2)


# --- closing --------------------------------------------------------------------------------------


async def test_closing_the_stream_closes_the_connection(transport: Transport) -> None:
    async with Scripted(Script([T, HANG])) as server:
        asked = Asked(server.url, transport)
        stream = asked.endpoint.stream(REQUEST)
        assert isinstance(await anext(stream), Chunk)
        await stream.aclose()
        await asyncio.wait_for(server.requests[0].left.wait(), 2)
        await asked.endpoint.aclose()


@pytest.mark.parametrize("steps", [[HANG], [T, HANG]], ids=["before-the-body", "in-the-body"])
async def test_cancelling_closes_the_connection(steps: Any, transport: Transport) -> None:
    async with Scripted(Script(steps)) as server:
        asked = Asked(server.url, transport)
        task = asyncio.create_task(asked.ask())
        await server.asked.wait()
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await asyncio.wait_for(server.requests[0].left.wait(), 2)


async def test_an_error_in_the_stream_closes_the_connection(transport: Transport) -> None:
    async with Scripted(Script([T, b'data: {"error":503}\n\n', HANG])) as server:
        asked = Asked(server.url, transport)
        outcome = await asked.ask()
        await asyncio.wait_for(server.requests[0].left.wait(), 2)
    assert (outcome.name, outcome.status) == ("refused", 503)
    assert seen(asked.chunks).pieces == (THOUGHT,)


async def test_closing_the_endpoint_ends_its_streams() -> None:
    async with Scripted(Script([A, HANG])) as server:
        asked = Asked(server.url)
        stream = asked.endpoint.stream(REQUEST)
        asked.values.append(await anext(stream))
        await asked.endpoint.aclose()
        asked.values += [value async for value in stream]
    assert (asked.outcome.name, asked.outcome.reason) == ("cut_off", "partial")
    assert seen(asked.chunks).pieces == (ANSWER,)


async def test_hundreds_at_once_share_nothing(transport: Transport) -> None:
    """None waits for another's connection, and each gets its own answer."""
    count = 200
    gate = asyncio.Event()

    def own(recorded: Any) -> Script:
        if len(server.requests) == count:
            gate.set()
        text = recorded.json()["contents"][0]["parts"][0]["text"]
        return Script([A.replace("wörld 你好".encode(), text.encode()), gate, F])

    async def one(number: int) -> str:
        request = Request("m", (Content("user", (Part({"text": f"n{number}"}),)),))
        pieces = [value async for value in endpoint.stream(request)]
        end = pieces[-1]
        assert isinstance(end, End)
        assert end.outcome.name == "complete"
        ((_, text),) = seen(value for value in pieces if isinstance(value, Chunk)).pieces
        return str(text)

    async with Scripted(default=own) as server, asyncio.timeout(30):
        endpoint = Endpoint(Config(server.url, KEY), transport())
        texts = await asyncio.gather(*(one(number) for number in range(count)))
        await endpoint.aclose()
    assert texts == [f"n{number}" for number in range(count)]


async def test_connections_are_used_again(transport: Transport) -> None:
    async with Scripted(default=SCRIPT) as server:
        asked = Asked(server.url, transport)
        for _ in range(3):
            async for _value in asked.endpoint.stream(REQUEST):
                pass
        await asked.endpoint.aclose()
    assert (len(server.requests), server.connections) == (3, 1)


# --- what is told ---------------------------------------------------------------------------------


async def test_the_key_is_never_repeated(
    transport: Transport, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    said = f"no such token: {KEY}"
    busy, final = refusal(503, envelope(503, "X", said)), refusal(401, envelope(401, "X", said))
    async with Scripted(busy, final) as server:
        asked = Asked(server.url, transport)
        await asked.ask()
    assert asked.waits
    assert asked.outcome.message == "no such token: [key]"
    assert KEY not in repr(asked.values) + repr(asked.endpoint.config) + caplog.text


async def test_a_bad_key_is_named(transport: Transport) -> None:
    bad = detail("ErrorInfo", reason="API_KEY_INVALID")
    body = envelope(400, "INVALID_ARGUMENT", "API key not valid.", bad)
    async with Scripted(refusal(400, body)) as server:
        outcome = await Asked(server.url, transport).ask()
    assert outcome == Outcome("refused", "API_KEY_INVALID", 400, "API key not valid.")


async def test_a_refusal_without_end_is_cut(transport: Transport) -> None:
    started = time.monotonic()
    endless = Script([b"x" * 65536] * 1000 + [HANG], 400, (("Content-Type", "text/plain"),))
    async with Scripted(endless) as server:
        outcome = await Asked(server.url, transport).ask()
        await asyncio.wait_for(server.requests[0].left.wait(), 2)
    assert outcome.status == 400
    assert len(outcome.message) <= 2000
    assert time.monotonic() - started < 10


async def test_a_request_that_cannot_be_one_is_the_callers_error() -> None:
    for request in (Request("m", ()), Request("../m", REQUEST.contents)):
        asked = Asked(UNREACHABLE)
        with pytest.raises(ValueError, match=r"part|model"):
            await asked.ask(request)


async def test_stream_is_a_generator_that_can_be_closed_before_it_starts() -> None:
    asked = Asked(UNREACHABLE)
    stream: AsyncGenerator[Value, None] = asked.endpoint.stream(REQUEST)
    await stream.aclose()
    await asked.endpoint.aclose()
