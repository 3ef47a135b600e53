"""Answers with where they are from: a search, pages that were read, texts that were quoted."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any
from urllib.parse import quote_plus

from conversations.endpoint.rehearsal.asked import Asked
from conversations.endpoint.rehearsal.dials import Dials
from conversations.endpoint.rehearsal.steps import Answer, Play, Script, Special, Step, thought

_SAMPLES = Path(__file__).parent / "samples"
_QUERIES = ("gauss schoolboy sum 1 to 100", "carl friedrich gauß büttner anekdote")
_PAGES = (
    ("https://example.org/history/gauss-schoolboy", "example.org"),
    ("https://example.net/sums?series=arithmetic", "How to sum a series in your head"),
    ("https://example.com/sartorius-1856", "Gauss zum Gedächtniss (1856)"),
)
_TOLD = (
    "**Carl Friedrich Gauß** is said to have summed 1 to 100 as a schoolboy, to the surprise of "
    "his teacher *Büttner*."
)
_SAID = (
    (_TOLD, (0, 2)),
    ("The trick is to pair the first number with the last: each pair makes 101.", (1,)),
    ("The story was first told in 1856, by Sartorius von Waltershausen.", (0, 1, 2)),
)
_ANSWER = f"""\
{_TOLD}

- {_SAID[1][0]}
- Fifty such pairs make 5,050.

{_SAID[2][0]} (The search is rehearsed: nobody was asked.)
"""


def grounded(asked: Asked, dials: Dials, earlier: int) -> Play:
    """A search, whose sources and supports come in two chunks, as they do in a stream."""

    def steps() -> Iterator[Step]:
        yield thought("Searching", "A rehearsed search, which asks no one.")
        yield Answer(_ANSWER)
        yield Special({"text": ""}, lambda said: _grounding(said, first=True))
        yield Special({"text": ""}, lambda said: _grounding(said, first=False))

    return Script(steps(), dials.tempo)


def _grounding(said: str, *, first: bool) -> Mapping[str, Any]:
    chunks = [{"web": {"uri": uri, "title": title}} for uri, title in _PAGES]
    supports = [_support(said, text, found) for text, found in _SAID]
    if not first:
        return {"groundingMetadata": {"groundingChunks": chunks[2:], "groundingSupports": supports}}
    return {
        "groundingMetadata": {
            "searchEntryPoint": {"renderedContent": _suggestions()},
            "groundingChunks": chunks[:2],
            "webSearchQueries": list(_QUERIES),
        }
    }


def _support(said: str, text: str, found: tuple[int, ...]) -> Mapping[str, Any]:
    segment = {**_place(said, text), "text": text}
    return {"segment": segment, "groundingChunkIndices": list(found)}


def _suggestions() -> str:
    """A search's suggestions in the form in which the endpoint gives them: HTML with its style."""
    chips = "".join(
        f'<a class="chip" href="https://www.google.com/search?q={quote_plus(query)}">{query}</a>\n'
        for query in _QUERIES
    )
    template = (_SAMPLES / "suggestions.html").read_text(encoding="utf-8")
    return template.replace("{chips}", chips)


def read_pages(asked: Asked, dials: Dials, earlier: int) -> Play:
    def steps() -> Iterator[Step]:
        yield thought("Reading the pages", "Four addresses, of which two can be read.")
        yield Answer(
            "Two of the four pages could be read, and both say that 1 + 2 + … + 999 is 499,500. "
            "(Rehearsed: no page was fetched.)\n"
        )
        pages = (
            ("https://example.org/sums", "SUCCESS"),
            ("https://example.net/series", "SUCCESS"),
            ("https://example.com/members/only", "PAYWALL"),
            ("https://example.org/absent", "ERROR"),
        )
        told = [
            {"retrievedUrl": uri, "urlRetrievalStatus": f"URL_RETRIEVAL_STATUS_{status}"}
            for uri, status in pages
        ]
        yield Special({"text": ""}, {"urlContextMetadata": {"urlMetadata": told}})

    return Script(steps(), dials.tempo)


_QUOTED = "We hold these truths to be self-evident, that all men are created equal"
_CODE = "import this"


def citing(asked: Asked, dials: Dials, earlier: int) -> Play:
    def steps() -> Iterator[Step]:
        yield thought("Quoting", "A sentence of 1776, and a line of code under a licence.")
        yield Answer(f"> {_QUOTED}\n\nAnd a line of code that is somebody’s:\n\n")
        yield Answer(f"```python\n{_CODE}\n```\n\n(Both citations are rehearsed.)\n")
        yield Special({"text": ""}, _citations)

    return Script(steps(), dials.tempo)


def _citations(said: str) -> Mapping[str, Any]:
    declared = {"uri": "https://example.org/declaration", "title": "A declaration, 1776"}
    code = {"uri": "https://example.net/zen/this.py", "license": "mit"}
    return {
        "citationMetadata": {
            "citationSources": [
                {**_place(said, _QUOTED), **declared},
                {**_place(said, _CODE), **code},
            ]
        }
    }


def _place(said: str, text: str) -> Mapping[str, int]:
    """Where it was said, in bytes of UTF-8; a place of 0 is left out."""
    start = len(said[: said.index(text)].encode())
    place = {"endIndex": start + len(text.encode())}
    return {"startIndex": start, **place} if start else place
