"""The stand-in for the endpoint: an httpx transport that answers offline, in its protocol."""

from __future__ import annotations

import asyncio
import re
from collections import OrderedDict

import httpx

from conversations.endpoint.rehearsal import refusals
from conversations.endpoint.rehearsal.asked import Asked, read
from conversations.endpoint.rehearsal.encode import Encoder
from conversations.endpoint.rehearsal.mind import respond
from conversations.endpoint.rehearsal.steps import Play, Refusal, RefusedError, Script, Unreachable
from conversations.endpoint.rehearsal.stream import RehearsalStream, read_limit

_PATH = re.compile(
    r"(?:/.*)?/(?P<version>v1beta|v1alpha|v1)/models/(?P<model>[^:]{1,200}):(?P<method>\w+)"
)
_REMEMBERED = 1000
_TO_HEADERS = 0.15
_LARGE = 1024 * 1024


class RehearsalTransport(httpx.AsyncBaseTransport):
    """Answers `POST {base}/v1beta/models/{model}:streamGenerateContent?alt=sse`.

    `pace` stretches every rehearsed wait: 1 is a model's own pace, 0 is as fast as it goes.
    A silence that never ends (`rehearse stall`) lasts at any pace, until the request's read
    timeout, or until the stream is closed.
    """

    def __init__(self, pace: float = 1.0) -> None:
        if pace < 0:
            raise ValueError("pace is a factor of 0 or more")
        self._pace = pace
        # How often each request was turned away, so that a fault that passes does pass. The
        # body stays the same over a client's retries; the oldest are forgotten first.
        self._turned_away: OrderedDict[bytes, int] = OrderedDict()

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        body = await request.aread()
        found = _PATH.fullmatch(request.url.path)
        if found is None or found["method"] != "streamGenerateContent":
            return _refuse(refusals.of_status(404))
        if request.method != "POST" or request.url.params.get("alt") != "sse":
            return _refuse(refusals.invalid("The rehearsal answers POST with alt=sse alone."))
        try:
            # Megabytes of files are read beside the loop.
            slow = len(body) > _LARGE
            asked = (
                await asyncio.to_thread(read, found["model"], body)
                if slow
                else read(found["model"], body)
            )
        except RefusedError as refused:
            return _refuse(refused.refusal)
        play = self._play(asked)
        if isinstance(play, Unreachable):
            raise httpx.ConnectError("All connection attempts failed", request=request)
        await asyncio.sleep(_TO_HEADERS * self._pace)
        if isinstance(play, Refusal):
            return _refuse(play)
        beats = Encoder(asked, play).beats()
        return httpx.Response(
            200,
            headers={"content-type": "text/event-stream"},
            stream=RehearsalStream(beats, self._pace, read_limit(request)),
        )

    def _play(self, asked: Asked) -> Play:
        earlier = self._turned_away.pop(asked.seed, 0)
        play = respond(asked, earlier)
        if not isinstance(play, Script):
            self._turned_away[asked.seed] = earlier + 1
            if len(self._turned_away) > _REMEMBERED:
                self._turned_away.popitem(last=False)
        return play


def _refuse(refusal: Refusal) -> httpx.Response:
    kind, content = refusals.body(refusal)
    # As a stream: a response made with its content counts as read, and none from a network does.
    stream = httpx.ByteStream(content)
    return httpx.Response(refusal.code, headers={"content-type": kind}, stream=stream)
