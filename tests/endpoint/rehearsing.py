"""Asking the rehearsal, as bytes over httpx and through the product's own client."""

import json
from collections.abc import AsyncIterator, Iterable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx

from conversations.endpoint.client import Config, Endpoint, Value
from conversations.endpoint.parts import Chunk, Content, End, Part, Request, Settings, Waiting
from conversations.endpoint.rehearsal import RehearsalTransport

MODEL = "gemini-2.5-pro"
BASE = "https://endpoint.invalid"
THINKING = {"thinkingConfig": {"includeThoughts": True, "thinkingBudget": 26240}}
SETTINGS = Settings(temperature=1, top_p=1, thinking_budget=26240)


def payload(*texts: str, generation: dict[str, Any] | None = None) -> dict[str, Any]:
    """A request whose turns alternate, a person's first and last."""
    contents = [
        {"role": "model" if at % 2 else "user", "parts": [{"text": text}]}
        for at, text in enumerate(texts)
    ]
    return {
        "contents": contents,
        "generationConfig": THINKING if generation is None else generation,
    }


async def post(
    content: dict[str, Any] | bytes,
    model: str = MODEL,
    transport: RehearsalTransport | None = None,
    query: str = "?key=&alt=sse",
) -> httpx.Response:
    """The whole answer."""
    body = content if isinstance(content, bytes) else json.dumps(content).encode()
    url = f"{BASE}/v1beta/models/{model}:streamGenerateContent{query}"
    async with httpx.AsyncClient(transport=transport or RehearsalTransport(0)) as client:
        return await client.post(url, content=body)


@asynccontextmanager
async def opened(
    content: dict[str, Any], transport: RehearsalTransport, read: float | None = None
) -> AsyncIterator[httpx.Response]:
    """The answer as it comes."""
    url = f"{BASE}/v1beta/models/{MODEL}:streamGenerateContent?alt=sse"
    timeout = httpx.Timeout(None, read=read)
    async with (
        httpx.AsyncClient(transport=transport, timeout=timeout) as client,
        client.stream("POST", url, json=content) as response,
    ):
        yield response


def events(body: bytes) -> list[dict[str, Any]]:
    """The events of a body that keeps to the protocol; an assertion where it does not."""
    assert body.endswith(b"\r\n")
    found = []
    for block in body.removesuffix(b"\r\n").removesuffix(b"\r\n").split(b"\r\n\r\n"):
        assert block.startswith(b"data: {"), block[:80]
        assert b"\n" not in block
        assert b"\r" not in block
        found.append(json.loads(block.removeprefix(b"data: ").decode("utf-8", "strict")))
    return found


def parts(body: bytes) -> list[dict[str, Any]]:
    return [
        part
        for event in events(body)
        for candidate in event.get("candidates", [])
        for part in candidate.get("content", {}).get("parts", [])
    ]


def thoughts_of(body: bytes) -> str:
    return "".join(part["text"] for part in parts(body) if part.get("thought"))


def answer_of(body: bytes) -> str:
    return "".join(part.get("text", "") for part in parts(body) if not part.get("thought"))


async def ask(*texts: str, generation: dict[str, Any] | None = None, model: str = MODEL) -> str:
    """The answer's text."""
    response = await post(payload(*texts, generation=generation), model)
    assert response.status_code == 200, response.text
    return answer_of(response.content)


@dataclass
class Told:
    """What the product's client made of a rehearsal."""

    values: list[Value] = field(default_factory=list)

    @property
    def end(self) -> End:
        ends = [value for value in self.values if isinstance(value, End)]
        assert ends == self.values[-1:]
        return ends[0]

    @property
    def waits(self) -> list[Waiting]:
        return [value for value in self.values if isinstance(value, Waiting)]

    @property
    def parts(self) -> list[Part]:
        return [part for value in self.values if isinstance(value, Chunk) for part in value.parts]

    def text(self, *, thought: bool) -> str:
        return "".join(part.text or "" for part in self.parts if part.is_thought is thought)


async def tell(
    *contents: Content | str,
    settings: Settings = SETTINGS,
    model: str = MODEL,
    transport: RehearsalTransport | None = None,
    idle: float = 5.0,
) -> Told:
    """A request through Endpoint.stream; waits between its attempts take no time."""

    async def no_wait(_: float) -> None:
        pass

    config = Config(BASE, "", idle_timeout=idle)
    endpoint = Endpoint(config, transport or RehearsalTransport(0), sleep=no_wait)
    request = Request(model, tuple(_content(item) for item in contents), settings)
    told = Told()
    async for value in endpoint.stream(request):
        told.values.append(value)
    await endpoint.aclose()
    return told


def _content(item: Content | str) -> Content:
    return item if isinstance(item, Content) else Content("user", (Part({"text": item}),))


def replied(given: Iterable[Part]) -> Content:
    """What goes back as the model's turn."""
    return Content("model", tuple(part for part in given if not part.is_thought))
