"""An endpoint that thinks and answers at length, in a thread, as much and as fast as asked."""

import asyncio
import contextlib
import json
import re
import threading
import time
from collections.abc import Iterator
from typing import Self

from conversations.endpoint.rehearsal.numbers_told import notes, sections, sized
from conversations.endpoint.rehearsal.steps import thought

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
WANTED = re.compile(r"(\d+) of thoughts and (\d+) of an answer in pieces of (\d+), (\d+) a second")


def question(thoughts: int, answer: int, piece: int = 40, rate: int = 100) -> str:
    """What to ask for so many characters of each."""
    return f"{thoughts} of thoughts and {answer} of an answer in pieces of {piece}, {rate} a second"


def pieces(thoughts: int, answer: int, piece: int) -> Iterator[tuple[str, bool]]:
    """The text in pieces, each with whether it is a thought."""
    told = "".join(sized((thought(*note).text for note in notes()), thoughts))
    said = "".join(sized(sections(), answer))
    for text, thinking in ((told, True), (said, False)):
        for at in range(0, len(text), piece):
            yield text[at : at + piece], thinking


def event(text: str, thinking: bool, tokens: int, *, last: bool = False) -> bytes:
    part = {"text": text, **({"thought": True} if thinking else {})}
    candidate = {"content": {"role": "model", "parts": [part]}, "index": 0}
    ended = {"finishReason": "STOP"} if last else {}
    usage = {"promptTokenCount": 9, "thoughtsTokenCount": tokens, "totalTokenCount": 9 + tokens}
    chunk = {"candidates": [{**candidate, **ended}], "usageMetadata": usage}
    return f"data: {json.dumps(chunk)}\r\n\r\n".encode()


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: *(\d+)", head)
    body = await reader.readexactly(int(length[1])) if length else b"{}"
    *_, wanted = WANTED.findall(body.decode())
    thoughts, said, piece, rate = map(int, wanted)
    with contextlib.suppress(ConnectionError):  # whoever stops an answer leaves
        await talk(writer, thoughts, said, piece, rate)
    writer.close()


async def talk(
    writer: asyncio.StreamWriter, thoughts: int, said: int, piece: int, rate: int
) -> None:
    writer.write(HEAD)
    began, tokens = time.monotonic(), 0
    for number, (text, thinking) in enumerate(pieces(thoughts, said, piece)):
        await asyncio.sleep(max(0.0, began + number / rate - time.monotonic()))
        tokens += len(text) // 4 if thinking else 0
        writer.write(event(text, thinking, tokens))
        await writer.drain()
    writer.write(event("", False, tokens, last=True))
    await writer.drain()


class Talker:
    """The server, for as long as a `with` lasts."""

    def __enter__(self) -> Self:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        serving = asyncio.start_server(answer, "127.0.0.1", 0)
        server = asyncio.run_coroutine_threadsafe(serving, self._loop).result(10)
        self.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
