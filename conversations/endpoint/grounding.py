"""Where an answer is from: the endpoint's metadata of a turn as one small, checked value.

The endpoint tells it in pieces over a stream: sources accumulate over all of them, and the places
that sources support are counted in bytes of UTF-8. All of it is somebody else's text: only web
addresses are kept as addresses, and everything has a limit.
"""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

SOURCES, MARKS, QUERIES, PAGES, CITATIONS = 60, 200, 20, 60, 60
"""The most of each that is kept."""
ADDRESS, TITLE, WORDS = 2048, 300, 400
SUGGESTIONS = 64 * 1024

Found = dict[str, Any]


def grounding_of(metadata: Iterable[Mapping[str, Any]], answer: str) -> Found | None:
    """What is known of where an answer is from, or None where nothing is.

    Args:
        metadata: the `extras` of the turn's chunks, in order.
        answer: its whole text, in which the places are.
    """
    told = list(metadata)
    places = _Places(answer)
    grounding = [_mapping(extras, "groundingMetadata") for extras in told]
    chunks = _accumulated(_list(one, "groundingChunks") for one in grounding)
    sources, numbers = _sources(chunks)
    found = {
        "sources": sources,
        "marks": _marks(grounding, numbers, places),
        "queries": _queries(grounding),
        "suggestions": _suggestions(grounding),
        "pages": _pages(told),
        "citations": _citations(told, places),
    }
    return found if any(found.values()) else None


class _Places:
    """Places in the answer, from bytes to characters."""

    def __init__(self, answer: str) -> None:
        self.answer = answer
        self._bytes = answer.encode(errors="replace")

    def find(self, segment: Mapping[str, Any]) -> tuple[int, str] | None:
        """The character at which a segment ends, and its text.

        A segment that does not say what is at its place is looked for by its words: some relays
        count characters, and an answer with parts of other kinds is counted in more than one way.
        """
        start, end = _index(segment, "startIndex"), _index(segment, "endIndex")
        said = self._bytes[start:end].decode(errors="ignore") if end > start else ""
        text = segment.get("text")
        if not isinstance(text, str) or not text or said == text:
            return (self._characters(end), said) if said else None
        expected = self._characters(start)
        after = self.answer.find(text, expected)
        before = self.answer.rfind(text, 0, expected + len(text))
        near = [place for place in (before, after) if place >= 0]
        if not near:
            return None
        place = min(near, key=lambda at: abs(at - expected))
        return place + len(text), text

    def _characters(self, place: int) -> int:
        return len(self._bytes[:place].decode(errors="ignore"))


def _accumulated(lists: Iterable[list[Any]]) -> list[Any]:
    """All chunks in order; a list that repeats what came before takes its place."""
    chunks: list[Any] = []
    for more in lists:
        chunks = more if more[: len(chunks)] == chunks else chunks + more
    return chunks


def _sources(chunks: list[Any]) -> tuple[list[Found], list[int | None]]:
    """Each source once, and for each chunk the index of its source."""
    sources: list[Found] = []
    numbers: list[int | None] = []
    for chunk in chunks:
        source = _source(chunk)
        if source is not None and source not in sources and len(sources) < SOURCES:
            sources.append(source)
        numbers.append(sources.index(source) if source in sources else None)
    return sources, numbers


def _source(chunk: Any) -> Found | None:
    for kind in ("web", "maps", "retrievedContext"):
        told = _mapping(chunk, kind)
        if told:
            uri, title = _address(told.get("uri")), _line(told.get("title"), TITLE)
            return {"uri": uri, "title": title} if uri or title else None
    return None


def _marks(
    grounding: Iterable[Mapping[str, Any]], numbers: list[int | None], places: _Places
) -> list[Found]:
    """Where which sources support the answer, in order of place."""
    found: dict[tuple[int, str], set[int]] = {}
    for support in [one for told in grounding for one in _list(told, "groundingSupports")][:MARKS]:
        indices = _list(support, "groundingChunkIndices")
        sources = {
            number
            for index in indices
            if type(index) is int and 0 <= index < len(numbers)
            if (number := numbers[index]) is not None
        }
        place = places.find(_mapping(support, "segment"))
        if sources and place is not None:
            found.setdefault(place, set()).update(sources)
    return [
        {"at": at, "text": text[-WORDS:], "sources": sorted(sources)}
        for (at, text), sources in sorted(found.items())
    ]


def _queries(grounding: Iterable[Mapping[str, Any]]) -> list[str]:
    queries = [
        _line(query, TITLE)
        for told in grounding
        for name in ("webSearchQueries", "retrievalQueries")
        for query in _list(told, name)
    ]
    return [query for query in dict.fromkeys(queries) if query][:QUERIES]


def _suggestions(grounding: Iterable[Mapping[str, Any]]) -> str:
    """The HTML that the endpoint asks to be displayed; the last one counts."""
    rendered = ""
    for told in grounding:
        content = _mapping(told, "searchEntryPoint").get("renderedContent")
        if isinstance(content, str) and content.strip():
            rendered = content
    return rendered if len(rendered) <= SUGGESTIONS else ""


def _pages(told: Iterable[Mapping[str, Any]]) -> list[Found]:
    """Addresses that were read, or could not be; of one that is told twice the last word counts."""
    pages: dict[str, str] = {}
    for extras in told:
        for page in _list(_mapping(extras, "urlContextMetadata"), "urlMetadata"):
            uri = _address(page.get("retrievedUrl")) if isinstance(page, Mapping) else ""
            if uri:
                status = _line(page.get("urlRetrievalStatus"), 60)
                pages[uri] = status.removeprefix("URL_RETRIEVAL_STATUS_").lower()
    return [{"uri": uri, "status": status} for uri, status in pages.items()][:PAGES]


def _citations(told: Iterable[Mapping[str, Any]], places: _Places) -> list[Found]:
    citations: list[Found] = []
    for extras in told:
        metadata = _mapping(extras, "citationMetadata")
        for source in [*_list(metadata, "citationSources"), *_list(metadata, "citations")]:
            citation = _citation(source, places) if isinstance(source, Mapping) else None
            if citation is not None and citation not in citations:
                citations.append(citation)
    return citations[:CITATIONS]


def _citation(source: Mapping[str, Any], places: _Places) -> Found | None:
    place = places.find({name: source.get(name) for name in ("startIndex", "endIndex")})
    citation = {
        "uri": _address(source.get("uri")),
        "title": _line(source.get("title"), TITLE),
        "license": _line(source.get("license"), 100),
        "text": _line(place[1], WORDS) if place else "",
    }
    return citation if citation["uri"] or citation["title"] or citation["license"] else None


def _address(value: Any) -> str:
    """A web address, or nothing: no other kind of address is ever made a link."""
    if not isinstance(value, str) or not value.isprintable() or len(value) > ADDRESS:
        return ""
    try:
        parts = urlsplit(value)
        return value if parts.scheme in ("http", "https") and parts.hostname else ""
    except ValueError:
        return ""


def _line(value: Any, limit: int) -> str:
    return " ".join(value[: 4 * limit].split())[:limit] if isinstance(value, str) else ""


def _index(segment: Mapping[str, Any], name: str) -> int:
    value = segment.get(name)
    return value if type(value) is int and value > 0 else 0


def _mapping(value: Any, name: str) -> Mapping[str, Any]:
    found = value.get(name) if isinstance(value, Mapping) else None
    return found if isinstance(found, Mapping) else {}


def _list(value: Any, name: str) -> list[Any]:
    found = value.get(name) if isinstance(value, Mapping) else None
    return found if isinstance(found, list) else []
