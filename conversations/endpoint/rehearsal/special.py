"""Answers that are more than text: an image, executed code, search results, an odd stream."""

from __future__ import annotations

import base64
import struct
import zlib
from collections.abc import Iterator

from conversations.endpoint.rehearsal.asked import Asked
from conversations.endpoint.rehearsal.dials import Dials
from conversations.endpoint.rehearsal.steps import (
    Answer,
    Play,
    Raw,
    Script,
    Special,
    Step,
    Stop,
    thought,
)

_SIDE = 96


def image(asked: Asked, dials: Dials, earlier: int) -> Play:
    data = base64.b64encode(png(_SIDE)).decode()

    def steps() -> Iterator[Step]:
        yield thought("Mixing colours", f"A square of {_SIDE} by {_SIDE} points, red against blue.")
        yield Answer("A rehearsed picture:\n\n")
        yield Special({"inlineData": {"mimeType": "image/png", "data": data}})
        yield Answer(
            "\n\nIt was drawn here, point by point, and sent as the endpoint sends them.\n"
        )

    return Script(steps(), dials.tempo)


def png(side: int) -> bytes:
    """A square picture: red grows to the right, blue downwards."""
    rows = b"".join(
        b"\0" + bytes(v for x in range(side) for v in (x * 255 // side, 90, y * 255 // side))
        for y in range(side)
    )
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(rows, 9)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )


def executed_code(asked: Asked, dials: Dials, earlier: int) -> Play:
    def steps() -> Iterator[Step]:
        yield thought("Deciding to run code", "The sum is quickly had with a line of Python.")
        yield Answer("I will compute it:\n\n")
        code = "total = sum(range(1, 1000))\nprint(total)\n"
        yield Special({"executableCode": {"language": "PYTHON", "code": code}})
        yield Special({"codeExecutionResult": {"outcome": "OUTCOME_OK", "output": "499500\n"}})
        yield Answer("So the sum of 1 to 999 is **499,500**. (Rehearsed: no code was run.)\n")

    return Script(steps(), dials.tempo)


def grounded(asked: Asked, dials: Dials, earlier: int) -> Play:
    said = "Gauss is said to have summed 1 to 100 as a schoolboy."
    length = len(said.encode())

    def steps() -> Iterator[Step]:
        yield thought("Searching", "A rehearsed search, which asks no one.")
        yield Answer(said + " (The sources below are rehearsed.)\n")
        yield Special(
            {"text": ""},
            {
                "groundingMetadata": {
                    "webSearchQueries": ["gauss schoolboy sum 1 to 100"],
                    "searchEntryPoint": {"renderedContent": "<div class='chip'>gauss sum</div>"},
                    "groundingChunks": [
                        {"web": {"uri": "https://example.org/gauss", "title": "example.org"}},
                        {"web": {"uri": "https://example.net/sums", "title": "example.net"}},
                    ],
                    "groundingSupports": [
                        {
                            "segment": {"endIndex": length, "text": said},
                            "groundingChunkIndices": [0, 1],
                        }
                    ],
                }
            },
        )

    return Script(steps(), dials.tempo)


def odd_stream(asked: Asked, dials: Dials, earlier: int) -> Play:
    """What real streams were seen to do, and a client has to take calmly."""

    def steps() -> Iterator[Step]:
        yield thought("Being odd", "Chunks without content, early ends, thoughts in between.")
        yield Answer("This answer ")
        yield Raw({"candidates": [{"content": {}, "index": 0}]})
        yield Raw({"candidates": [{"index": 0, "finishReason": "STOP"}]}, usage=False)
        yield Answer("goes on after an early STOP, ")
        yield thought("Thinking again", "A thought in the middle of an answer.")
        yield Raw({})
        yield Raw(
            {
                "candidates": [
                    {
                        "content": {"parts": [{"text": "and ends "}], "role": "model"},
                        "finishReason": "STOP",
                        "safetyRatings": None,
                        "aFieldOfTheFuture": {"of": ["any", "kind"]},
                    }
                ]
            }
        )
        yield Answer("whole.\n")
        yield Stop()

    return Script(steps(), dials.tempo)
