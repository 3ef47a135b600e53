"""Where an answer is from, out of what the endpoint tells of it."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.endpoint.grounding import MARKS, SOURCES, SUGGESTIONS, grounding_of
from conversations.endpoint.parts import Chunk
from tests.endpoint.rehearsing import tell

ANSWER = "Gauß sagte: „schön“. Und 你好, zweimal: schön. Ende."


def web(name: str) -> dict[str, Any]:
    return {"web": {"uri": f"https://{name}.example/", "title": name}}


def support(text: str | None, *indices: int, at: int | None = None) -> dict[str, Any]:
    """A support of a text by its bytes, from the first place where it is."""
    start = len(ANSWER[: ANSWER.index(text or "")].encode()) if at is None else at
    segment: dict[str, Any] = {"startIndex": start, "endIndex": start + len((text or "").encode())}
    if text is not None:
        segment["text"] = text
    return {"segment": segment, "groundingChunkIndices": list(indices)}


def found(*metadata: dict[str, Any]) -> Any:
    return grounding_of([{"groundingMetadata": one} for one in metadata], ANSWER)


def test_nothing_is_known() -> None:
    assert grounding_of([], ANSWER) is None
    assert found({}) is None
    assert found({"webSearchQueries": []}) is None


def test_places_are_bytes() -> None:
    told = found({"groundingChunks": [web("a")], "groundingSupports": [support("你好", 0)]})
    assert told["marks"] == [{"at": ANSWER.index("你好") + 2, "text": "你好", "sources": [0]}]


def test_a_place_that_says_something_else_is_found_by_its_words() -> None:
    second = ANSWER.rindex("schön")
    told = found(
        {
            "groundingChunks": [web("a")],
            "groundingSupports": [support("schön", 0, at=second), support("nirgends", 0, at=0)],
        }
    )
    assert [mark["at"] for mark in told["marks"]] == [second + 5]


def test_chunks_accumulate_over_the_stream() -> None:
    told = found(
        {"groundingChunks": [web("a"), web("b")]},
        {"groundingChunks": [web("c"), web("a")], "groundingSupports": [support("Ende", 2, 3)]},
    )
    assert [source["title"] for source in told["sources"]] == ["a", "b", "c"]
    assert told["marks"][0]["sources"] == [0, 2]


def test_chunks_that_are_told_again_do_not_count_twice() -> None:
    told = found(
        {"groundingChunks": [web("a")]},
        {
            "groundingChunks": [web("a"), web("b")],
            "groundingSupports": [support("Ende", 1), support("Ende", 0)],
        },
    )
    assert [source["title"] for source in told["sources"]] == ["a", "b"]
    assert told["marks"][0]["sources"] == [0, 1]


@pytest.mark.parametrize(
    "uri",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//host/x",
        "http:relative",
        "https://x.example/\u202e",
        "https://x.example/\n",
        "ftp://x.example",
        "https://[::1",
        "x" * 3000,
        7,
        None,
    ],
)
def test_no_other_address_is_kept(uri: object) -> None:
    told = grounding_of(
        [
            {
                "groundingMetadata": {"groundingChunks": [{"web": {"uri": uri, "title": "t"}}]},
                "urlContextMetadata": {"urlMetadata": [{"retrievedUrl": uri}]},
                "citationMetadata": {"citationSources": [{"uri": uri, "title": "t"}]},
            }
        ],
        ANSWER,
    )
    assert told is not None
    assert told["sources"] == [{"uri": "", "title": "t"}]
    assert told["pages"] == []
    assert told["citations"] == [{"uri": "", "title": "t", "license": "", "text": ""}]


def test_all_has_a_limit() -> None:
    told = found(
        {
            "groundingChunks": [web(f"a{at}") for at in range(500)],
            "groundingSupports": [support("Ende", at) for at in range(500)],
            "searchEntryPoint": {"renderedContent": "x" * (SUGGESTIONS + 1)},
            "webSearchQueries": ["q" * 1000] * 50,
        }
    )
    assert len(told["sources"]) == SOURCES
    assert len(told["marks"]) <= MARKS
    assert told["suggestions"] == ""
    assert [len(query) for query in told["queries"]] == [300]


async def test_the_rehearsed_search_is_understood() -> None:
    told = await tell("rehearse search grounding")
    answer = told.text(thought=False)
    grounding = grounding_of(extras_of(told.values), answer)
    assert grounding is not None
    assert [len(mark["sources"]) for mark in grounding["marks"]] == [2, 1, 3]
    for mark in grounding["marks"]:
        assert answer[: mark["at"]].endswith(mark["text"])
    assert grounding["suggestions"].startswith("<style>")


async def test_rehearsed_pages_and_citations_are_understood() -> None:
    pages = grounding_of(extras_of((await tell("rehearse pages read")).values), "")
    assert pages is not None
    assert [page["status"] for page in pages["pages"]] == ["success"] * 2 + ["paywall", "error"]
    told = await tell("rehearse citations")
    cited = grounding_of(extras_of(told.values), told.text(thought=False))
    assert cited is not None
    assert cited["citations"][1] == {
        "uri": "https://example.net/zen/this.py",
        "title": "",
        "license": "mit",
        "text": "import this",
    }


def extras_of(values: list[Any]) -> list[Any]:
    return [value.extras for value in values if isinstance(value, Chunk) and value.extras]


json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "groundingMetadata",
                    "groundingChunks",
                    "groundingSupports",
                    "segment",
                    "text",
                    "startIndex",
                    "endIndex",
                    "groundingChunkIndices",
                    "web",
                    "uri",
                    "title",
                    "searchEntryPoint",
                    "renderedContent",
                    "urlMetadata",
                    "urlContextMetadata",
                    "citationMetadata",
                    "citationSources",
                    "webSearchQueries",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(st.lists(json, max_size=3), st.text(max_size=20))
def test_whatever_comes_is_borne(metadata: list[Any], answer: str) -> None:
    grounding_of(metadata, answer)
