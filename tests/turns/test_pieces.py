"""The log as pieces: whatever is folded, joined or cut, positions lead to the same text."""

import random
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from conversations.endpoint.parts import Part
from conversations.turns.pieces import (
    dump,
    folded,
    joined,
    length,
    load,
    pieces_of,
    since,
    slices,
    weight,
)

text = st.text(alphabet="aé你😀\n ", min_size=1, max_size=6)
parts = st.lists(
    st.one_of(
        text.map(lambda value: Part({"text": value})),
        text.map(lambda value: Part({"text": value, "thought": True})),
        text.map(lambda value: Part({"text": value, "thoughtSignature": "c2ln"})),
        st.just(Part({"text": "", "thoughtSignature": "_-8"})),
        st.just(Part({"executableCode": {"language": "PYTHON", "code": "1+1"}})),
        st.just(Part({"inlineData": {"mimeType": "image/png", "data": "A" * 500}})),
    ),
    max_size=12,
)


def flat(pieces: list[list[Any]]) -> list[Any]:
    """Pieces as single code points and parts, so that only their concatenation counts."""
    return [
        (kind, item)
        for kind, content in pieces
        for item in (content if isinstance(content, str) else [content])
    ]


@given(parts)
def test_folding_keeps_every_position(log: list[Part]) -> None:
    whole = [piece for piece, _width in pieces_of(log)]
    assert length(folded(log)) == length(log)
    assert flat(since(folded(log), 0)) == flat(whole)


@given(parts, st.integers(0, 40))
def test_a_log_and_its_fold_say_the_same_from_any_position(log: list[Part], at: int) -> None:
    assert flat(since(log, at)) == flat(since(folded(log), at))


@given(parts, st.data())
def test_what_is_read_in_two_steps_is_what_is_read_in_one(log: list[Part], data: Any) -> None:
    cut = data.draw(st.integers(0, len(log)))
    first = [piece for piece, _width in pieces_of(log[:cut])]
    rest = since(log, length(log[:cut]))
    assert flat(joined([*first, *rest])) == flat(since(log, 0))


@given(parts)
def test_signed_parts_are_never_joined(log: list[Part]) -> None:
    signatures = [part.raw for part in log if part.signature]
    assert [part.raw for part in folded(log) if part.signature] == signatures


@given(parts)
def test_a_row_of_the_log_gives_its_parts_back(log: list[Part]) -> None:
    assert load(dump(log)) == log


def test_no_signature_is_shown() -> None:
    log = [Part({"functionCall": {"name": "f", "args": {}}, "thoughtSignature": "x"})]
    assert since(log, 0) == [["p", {"functionCall": {"name": "f", "args": {}}}]]


def test_joining_is_linear() -> None:
    """A log of one code point a row, as long as a long answer, in far less than a second."""
    log = [Part({"text": random.choice("ab")}) for _ in range(100_000)]
    assert len(since(log, 0)) == 1


@given(parts, st.integers(0, 40), st.integers(1, 9))
def test_slices_follow_one_another_and_are_together_the_log(
    log: list[Part], at: int, size: int
) -> None:
    cut = list(slices(log, at, size))
    reached = at
    for end, pieces in cut:
        assert reached < end
        assert weight(pieces[:-1]) < size
        assert weight(pieces) <= size or pieces[-1][0] == "p"
        reached = end
    assert reached == max(at, length(log))
    assert flat([piece for _end, pieces in cut for piece in pieces]) == flat(since(log, at))


def test_each_of_several_images_goes_out_by_itself() -> None:
    image = Part({"inlineData": {"mimeType": "image/png", "data": "A" * 200_000}})
    cut = list(slices([image, Part({"text": "a"}), image, image], 0, 65_536))
    assert [end for end, _pieces in cut] == [1, 3, 4]
