"""The endpoint's stand-in for measuring: paced chunks, each with the moment it was sent.

CLOCK_MONOTONIC is the same for all processes of a machine, so whoever gets a chunk can tell how
long it was under way. Run as a program it prints its port.
"""

import asyncio
import json
import re
import time

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nConnection: close\r\n\r\n"
WANTED = re.compile(r"(\d+) chunks at ([\d.]+) a second, asked at ([\d.]+)")
FILLING = "and then it goes on, word after word, as an answer does "


def question(chunks: int, rate: float) -> str:
    """What to ask for so many chunks at so many a second."""
    return f"{chunks} chunks at {rate} a second, asked at {time.monotonic():.6f}"


def event(text: str, *, last: bool = False) -> bytes:
    candidate = {"content": {"role": "model", "parts": [{"text": text}]}, "index": 0}
    usage = {"promptTokenCount": 9, "candidatesTokenCount": 40, "totalTokenCount": 49}
    ended = {"finishReason": "STOP"} if last else {}
    chunk = {"candidates": [{**candidate, **ended}], "usageMetadata": usage}
    return f"data: {json.dumps(chunk)}\r\n\r\n".encode()


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """One stream; the first chunk tells how long the request took to get here."""
    head = await reader.readuntil(b"\r\n\r\n")
    length = re.search(rb"(?i)content-length: *(\d+)", head)
    body = await reader.readexactly(int(length[1])) if length else b"{}"
    came = time.monotonic()
    wanted = WANTED.search(body.decode())
    if wanted is not None:
        writer.write(HEAD)
        await stream(writer, int(wanted[1]), 1 / float(wanted[2]), came - float(wanted[3]))
    writer.close()


async def stream(writer: asyncio.StreamWriter, chunks: int, interval: float, taken: float) -> None:
    began = time.monotonic()
    for number in range(chunks):
        await asyncio.sleep(max(0.0, began + number * interval - time.monotonic()))
        mark = f"[{time.monotonic():.6f}]" if number else f"<{taken:.6f}>[{time.monotonic():.6f}]"
        writer.write(event(f"{mark} {FILLING}"))
        await writer.drain()
    writer.write(event("", last=True))
    await writer.drain()


async def main() -> None:
    server = await asyncio.start_server(answer, "127.0.0.1", 0, backlog=1024)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(main())
