"""One response body, read as it comes: bytes in, chunks out, and at the end an outcome."""

from collections.abc import Iterator
from typing import Any

from conversations.endpoint import refusal
from conversations.endpoint.errors import (
    EndpointError,
    MalformedEventError,
    ProtocolError,
    RefusedError,
)
from conversations.endpoint.outcomes import Facts, outcome_of
from conversations.endpoint.parts import Chunk, Outcome
from conversations.endpoint.sse import MAX_EVENT, Event, EventDecoder
from conversations.endpoint.wire import Seam, decode_chunk, flushed, parse

_KNOWN = frozenset({"candidates", "promptFeedback", "usageMetadata", "modelVersion", "responseId"})


class Reading:
    """Reads one body. Nothing that comes can make it raise; what is wrong becomes the outcome.

    Feed each piece of the body and use up the chunks it gives, until `over` or the body's end; call
    `close` at the end however it came; then ask for the outcome.
    """

    def __init__(self, cap: int = MAX_EVENT) -> None:
        self.facts = Facts()
        self._decoder = EventDecoder(cap)
        self._seam = Seam()
        self._error: EndpointError | None = None

    @property
    def over(self) -> bool:
        """Nothing further is of use: the endpoint said no, or does not speak the protocol."""
        return self._error is not None

    def feed(self, data: bytes) -> Iterator[Chunk]:
        self.facts.began = self.facts.began or bool(data)
        try:
            for event in self._decoder.feed(data):
                for item in self._items(event):
                    yield self._chunk(item)
        except (ProtocolError, RefusedError) as error:
            self._error = error

    def close(self) -> Iterator[Chunk]:
        """What the body's end left over, unless the reading was over before."""
        if not self.over:
            try:
                for event in self._decoder.close():
                    for item in self._last_items(event):
                        yield self._chunk(item)
            except (ProtocolError, RefusedError) as error:
                self._error = error
            self.facts.truncated = self.facts.truncated or self._decoder.truncated
        self.facts.foreign = self.facts.foreign or self._decoder.foreign
        rest = flushed(self._seam)
        if rest is not None:
            yield rest

    def outcome(self, error: EndpointError | None = None) -> Outcome:
        """How it ended; `error` is what ended it from outside, if something did."""
        return outcome_of(self.facts, self._error or error)

    def _last_items(self, event: Event) -> list[Any]:
        """An event without its end: whole all the same if it is JSON, else cut short."""
        try:
            return self._items(event)
        except MalformedEventError:
            self.facts.truncated = True
            return []

    def _items(self, event: Event) -> list[Any]:
        if event.name == "error":
            raise _error_event(event)
        payload = parse(event.data)
        return payload if isinstance(payload, list) else [payload]

    def _chunk(self, item: Any) -> Chunk:
        if not isinstance(item, dict):
            raise MalformedEventError("an event that is not a JSON object")
        if item.get("error"):
            raise refusal.from_json(item)
        if "candidates" not in item and _KNOWN.isdisjoint(item):
            self.facts.foreign = True
            return Chunk()
        chunk = decode_chunk(item, self._seam)
        self.facts.note(chunk)
        return chunk


def _error_event(event: Event) -> RefusedError:
    try:
        return refusal.from_json(parse(event.data))
    except MalformedEventError:
        return refusal.from_json(event.data.decode("utf-8", "replace"))
