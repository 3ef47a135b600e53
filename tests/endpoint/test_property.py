"""Streams cut and corrupted at random: always a named outcome, the same however they are cut.

The seed is fixed, so that a failure comes again; ENDPOINT_SEED takes another. A failure prints
what reproduces it.
"""

import json
import os
import random
from collections.abc import Iterator

import pytest

from conversations.endpoint.errors import DisconnectedError, EndpointError, StalledError
from conversations.endpoint.parts import Chunk, Outcome
from conversations.endpoint.reading import Reading
from tests.endpoint.vectors import VECTORS, Seen, event, seen

SEED = int(os.environ.get("ENDPOINT_SEED", "20261123"))
BATCHES, BATCH = 100, 1000
OUTCOMES = {
    "complete", "empty", "blocked", "filtered", "out_of_tokens", "cut_off", "stalled", "refused",
}  # fmt: skip
ACTIONS = {None, "again", "continue", "more_room", "answer_now"}
SMALL = [vector.body for vector in VECTORS if 0 < len(vector.body) < 10_000]
TEXTS = ("a", "wörld", "你好", "😀", "\u2028", " \n", "", "\\", '"}', "data: {}\r\n\r\n", "[{")
PIECES = (
    b"\r", b"\n", b"\r\n\r\n", b"data: ", b"data:", b": x\n", b"event: error\n",
    b"{", b"}", b"[", b"]", b'"', b"\\", b"\\ud83d", b"\\u0000", b"\x00", b"\xff", b"\xef\xbb\xbf",
    b"[DONE]", b"null", b"NaN", b"1e999", b'{"error":', b"[" * 2000, b'"finishReason":"STOP"',
)  # fmt: skip


def some_stream(dice: random.Random) -> tuple[bytes, list[str]]:
    """A stream as an endpoint would send it, and its answer's texts."""
    texts = ["".join(dice.choices(TEXTS, k=dice.randint(0, 3))) for _ in range(dice.randint(1, 5))]
    events = []
    for index, text in enumerate(texts):
        candidate = {"content": {"parts": [{"text": text}], "role": "model"}}
        last = {"finishReason": "STOP"} if index == len(texts) - 1 else {}
        events.append(event({"candidates": [{**candidate, **last}]}))
    return b"".join(events), texts


def corrupted(body: bytes, dice: random.Random) -> bytes:
    data = bytearray(body)
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(len(data) + 1)
        to = min(len(data), at + int(dice.expovariate(0.1)))
        match dice.randrange(6):
            case 0:
                del data[at:to]
            case 1:
                data[at:at] = dice.choice(PIECES)
            case 2:
                data[at:to] = dice.randbytes(to - at)
            case 3:
                data[at:at] = data[at : at + dice.randint(1, 200)]
            case 4:
                del data[at:]
            case _:
                data[at:to] = dice.choice(SMALL)[: dice.randint(1, 400)]
    return bytes(data)


def cuts(body: bytes, dice: random.Random) -> Iterator[bytes]:
    """The body in pieces: some streams byte by byte, most in a few."""
    size = dice.choice((1, 3, 20, 100, 1000))
    at = 0
    while at < len(body):
        to = at + dice.randint(1, size)
        yield body[at:to]
        at = to


def read(pieces: Iterator[bytes], error: EndpointError | None) -> tuple[list[Chunk], Outcome]:
    reading = Reading()
    chunks: list[Chunk] = []
    for piece in pieces:
        chunks += reading.feed(piece)
        if reading.over:
            break
    chunks += reading.close()
    return chunks, reading.outcome(error)


def check_sane(chunks: list[Chunk], outcome: Outcome) -> None:
    assert outcome.name in OUTCOMES
    assert outcome.action in ACTIONS
    (outcome.reason + outcome.message).encode()
    assert "\0" not in outcome.reason + outcome.message
    for chunk in chunks:
        for part in chunk.parts:
            assert part.width > 0
            stored = json.dumps(dict(part.raw), ensure_ascii=False, allow_nan=False)
            assert "\\u0000" not in stored.replace("\\\\", "")
            stored.encode()


def check_one(dice: random.Random) -> None:
    kind = dice.random()
    if kind < 0.7:
        check_corrupted(dice)
    elif kind < 0.9:
        check_truncated(dice)
    else:
        check_clean(dice)


def check_corrupted(dice: random.Random) -> None:
    body = dice.choice(SMALL) if dice.random() < 0.3 else some_stream(dice)[0]
    body = corrupted(body, dice)
    error = dice.choice((None, None, DisconnectedError("x"), StalledError("y")))
    whole, outcome = read(iter([body]), error)
    check_sane(whole, outcome)
    pieces, again = read(cuts(body, dice), error)
    assert (seen(pieces), again) == (seen(whole), outcome)


def check_truncated(dice: random.Random) -> None:
    """Half a stream gives a beginning of its text, and is complete only with all of it."""
    body, texts = some_stream(dice)
    text = "".join(texts)
    half, outcome = read(cuts(body[: dice.randrange(1, len(body) + 1)], dice), None)
    check_sane(half, outcome)
    begun = "".join(part.text or "" for chunk in half for part in chunk.parts)
    assert text.startswith(begun)
    assert outcome.name in ("complete", "empty", "cut_off")
    assert outcome.name != "complete" or begun == text


def check_clean(dice: random.Random) -> None:
    body, texts = some_stream(dice)
    text = "".join(texts)
    whole, outcome = read(cuts(body, dice), None)
    check_sane(whole, outcome)
    assert seen(whole) == Seen((("answer", text),) if text else (), None)
    assert outcome.name == ("complete" if text.strip() else "empty")


def run(seed: int, count: int) -> None:
    for index in range(count):
        try:
            check_one(random.Random(f"{seed}/{index}"))
        except Exception as error:
            pytest.fail(f"ENDPOINT_SEED={SEED}: check_one(Random('{seed}/{index}')): {error!r}")


def test_some_streams() -> None:
    run(SEED, 500)


@pytest.mark.slow
@pytest.mark.parametrize("batch", range(BATCHES))
def test_many_streams(batch: int) -> None:
    run(SEED + 1 + batch, BATCH)
