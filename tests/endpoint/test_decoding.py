"""Each row of WIRE.md section 6 from its bytes, cut at every place where a network could cut it."""

import tracemalloc
from collections.abc import Iterable, Iterator

import pytest

from conversations.endpoint.errors import DisconnectedError
from conversations.endpoint.parts import Chunk, Outcome
from conversations.endpoint.reading import Reading
from tests.endpoint.vectors import VECTORS, A, T, Vector, check, chunk, seen

SMALL = [vector for vector in VECTORS if len(vector.body) < 10_000]
LARGE = [vector for vector in VECTORS if len(vector.body) >= 10_000]
KIB = 1024


def read(pieces: Iterable[bytes], *, cut: bool = False) -> tuple[list[Chunk], Outcome]:
    reading = Reading()
    chunks: list[Chunk] = []
    for piece in pieces:
        chunks += reading.feed(piece)
        if reading.over:
            break
    chunks += reading.close()
    return chunks, reading.outcome(DisconnectedError() if cut else None)


def slices(body: bytes, size: int) -> Iterator[bytes]:
    return (body[start : start + size] for start in range(0, len(body), size))


@pytest.mark.parametrize("vector", VECTORS, ids=str)
def test_row_whole(vector: Vector) -> None:
    check(vector, *read([vector.body], cut=vector.cut))


@pytest.mark.parametrize("vector", SMALL, ids=str)
def test_row_split_at_every_byte(vector: Vector) -> None:
    for at in range(1, len(vector.body)):
        check(vector, *read([vector.body[:at], vector.body[at:]], cut=vector.cut))


@pytest.mark.parametrize("vector", SMALL, ids=str)
def test_row_byte_by_byte(vector: Vector) -> None:
    check(vector, *read(slices(vector.body, 1), cut=vector.cut))


@pytest.mark.parametrize("vector", LARGE, ids=str)
def test_large_row_split(vector: Vector) -> None:
    """At the first and last bytes of its line, around a character of two bytes in the middle, and
    in the sizes that networks use: every byte of 5 MB would take a day.
    """
    body = vector.body
    line = body.index(b"\r\n")
    middle = body.index("ö".encode(), len(body) // 2)
    cuts = [*range(1, 60, 7), *range(line - 3, line + 6), *range(middle - 1, middle + 3)]
    for at in cuts:
        check(vector, *read([body[:at], body[at:]]))
    for size in (16 * KIB, 64 * KIB - 1, 1460):
        check(vector, *read(slices(body, size)))


def test_every_row_is_here_or_over_a_socket() -> None:
    """28 (gzip) and the HTTP answers of 30 are in test_stream.py."""
    assert {vector.row for vector in VECTORS} | {28} == set(range(1, 34))


def test_chunks_come_as_soon_as_their_event_is_whole() -> None:
    reading = Reading()
    assert seen(reading.feed(T)).pieces
    assert not list(reading.feed(A[:-2]))
    assert seen(reading.feed(A[-2:])).pieces


@pytest.mark.parametrize(
    "opening", [b"data: x", b"", b": ", b"[{", b'[{"a":"', b"data: x\n", b"data:\n"]
)
def test_what_never_ends_is_stopped_and_takes_no_memory(opening: bytes) -> None:
    cap = 256 * KIB
    reading = Reading(cap)
    filling = opening * 500 if opening.endswith(b"\n") else b"x" * 4 * KIB
    list(reading.feed(opening))
    tracemalloc.start()
    for _ in range(10 * cap // len(filling)):
        list(reading.feed(filling))
        if reading.over:
            break
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    list(reading.close())
    assert reading.over
    assert (reading.outcome().name, reading.outcome().reason) == ("refused", "protocol")
    assert peak < 4 * cap


def test_an_event_may_be_large_but_not_larger_than_the_cap() -> None:
    body = chunk({"text": "x" * 1000})
    for cap, outcome in ((len(body), "cut_off"), (len(body) - 20, "refused")):
        for pieces in ([body], [body[:500], body[500:]], list(slices(body, 1))):
            reading = Reading(cap)
            for piece in pieces:
                list(reading.feed(piece))
            list(reading.close())
            assert reading.outcome().name == outcome


@pytest.mark.parametrize(
    "data",
    [
        b'{"candidates":' + b"[" * 100_000,
        b'{"candidates":' + b"[" * 500 + b"]" * 500 + b"}",
        b'{"candidates":[{"content":{"parts":[{"x":' + b"[" * 300 + b"]" * 300 + b"}]}}]}",
        b'{"usageMetadata":{"totalTokenCount":' + b"9" * 5000 + b"}}",
        b'{"candidates":[{"content":{"parts":[{"text":"\xff"}]}}]}',
        b'{"usageMetadata":{"totalTokenCount":NaN}}',
        b'"text"',
        b"null",
        b"[1]",
    ],
    ids=["deep", "nested", "nested-part", "digits", "utf8", "nan", "string", "null", "list"],
)
def test_an_event_that_cannot_be_one_is_a_named_outcome(data: bytes) -> None:
    chunks, outcome = read([T, b"data: ", data, b"\r\n\r\n"])
    assert seen(chunks).pieces == (("thought", "Let me see. "),)
    assert outcome.name in ("refused", "cut_off")


def test_halves_of_a_pair_are_joined_across_chunks() -> None:
    halves = b"".join(chunk({"text": text}) for text in ("", "b"))
    high = halves.replace(b'"text":""', rb'"text":"a\ud83d"').replace(b'"b"', rb'"\ude00b"')
    for at in range(len(high)):
        chunks, _ = read([high[:at], high[at:]])
        assert seen(chunks).pieces == (("answer", "a😀b"),)


@pytest.mark.parametrize(
    ("after", "pieces"),
    [
        (b"", (("answer", "a\ufffd"),)),
        (chunk({"text": "b"}), (("answer", "a\ufffdb"),)),
        (chunk({"text": ""}), (("answer", "a\ufffd"),)),
        (T, (("answer", "a\ufffd"), ("thought", "Let me see. "))),
        (chunk({"x": 1}), (("answer", "a\ufffd"), ("other", {"x": 1}))),
        (b"data: {oops}\n\n", (("answer", "a\ufffd"),)),
    ],
    ids=["end", "text", "empty", "other-kind", "other-part", "broken"],
)
def test_half_a_pair_without_the_other_is_replaced(
    after: bytes, pieces: tuple[object, ...]
) -> None:
    first = chunk({"text": "?"}).replace(b"?", rb"a\ud83d")
    chunks, _ = read([first, after])
    assert seen(chunks).pieces == pieces


def test_a_signed_part_is_never_split() -> None:
    signed = chunk({"text": "?", "thoughtSignature": "s"}).replace(b"?", rb"a\ud83d")
    chunks, _ = read([signed, chunk({"text": "?"}).replace(b"?", rb"\ude00")])
    assert seen(chunks).pieces == (
        ("answer", {"text": "a\ufffd", "thoughtSignature": "s"}),
        ("answer", "\ufffd"),
    )


def test_metadata_is_kept_where_it_says_something() -> None:
    grounding = {"webSearchQueries": ["x\0"]}
    body = chunk(groundingMetadata={}) + chunk(groundingMetadata=grounding, citationMetadata=[])
    extras = [dict(one.extras) for one in read([body])[0]]
    assert extras == [{}, {"groundingMetadata": {"webSearchQueries": ["x\ufffd"]}}]


def test_version_and_id_are_kept() -> None:
    (one,) = read([chunk({"text": "a"})[:-5] + b',"modelVersion":"m-1","responseId":"r"}\n\n'])[0]
    assert (one.model_version, one.response_id) == ("m-1", "r")
