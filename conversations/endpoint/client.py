"""One request to the endpoint, and a stream of values back."""

import asyncio
import json
import random
from collections.abc import AsyncGenerator, Awaitable, Callable
from copy import copy
from dataclasses import dataclass, field, replace
from typing import Any, Literal
from urllib.parse import quote, urlsplit

import httpx

from conversations.endpoint.errors import (
    DisconnectedError,
    EndpointError,
    MisconfiguredError,
    RefusedError,
)
from conversations.endpoint.exchange import Exchange
from conversations.endpoint.parts import Chunk, End, Outcome, Request, Waiting
from conversations.endpoint.reading import Reading
from conversations.endpoint.refusal import LONGEST_WAIT, is_about_signatures
from conversations.endpoint.transport import default_transport, without_cookies
from conversations.endpoint.wire import encode_request

_FIRST_DELAY = 1.0
_LONGEST_DELAY = 30.0
_random = random.SystemRandom()

Value = Chunk | Waiting | End


@dataclass(frozen=True, slots=True)
class Config:
    """Where the endpoint is and how it is asked. `attempts` counts the first one too."""

    base_url: str
    key: str = field(repr=False)
    auth: Literal["x-goog-api-key", "bearer"] = "x-goog-api-key"
    connect_timeout: float = 10.0
    idle_timeout: float = 60.0
    attempts: int = 4

    def __post_init__(self) -> None:
        try:
            address = urlsplit(self.base_url)
            usable = (
                address.scheme in ("http", "https")
                and bool(address.hostname)
                and address.port != 0
                and not (address.query or address.fragment or address.username)
                and not any(character.isspace() for character in self.base_url)
            )
        except ValueError:
            usable = False
        if not usable:
            raise MisconfiguredError(
                f"The endpoint's address {self.base_url!r} cannot be used: it must be of the form "
                "https://host or https://host/path."
            )
        if not all("!" <= character <= "~" for character in self.key):
            raise MisconfiguredError(
                "The endpoint's key has a space, a line break or a character that no key has: "
                "copy it again."
            )
        if self.auth not in ("x-goog-api-key", "bearer"):
            raise MisconfiguredError(
                f"The endpoint's kind of key {self.auth!r} is not known: "
                "it is x-goog-api-key or bearer."
            )
        if self.attempts < 1 or self.connect_timeout <= 0 or self.idle_timeout <= 0:
            raise MisconfiguredError("Attempts and timeouts of the endpoint must be above zero.")

    def url(self, model: str) -> str:
        """The address of a model's stream. Its name may hold slashes, but leads nowhere else."""
        steps = model.removeprefix("models/").split("/")
        if any(step in ("", ".", "..") for step in steps):
            raise ValueError(f"{model!r} is not the name of a model.")
        base = self.base_url.rstrip("/").removesuffix("/v1beta")
        name = "/".join(quote(step, safe="@:") for step in steps)
        return f"{base}/v1beta/models/{name}:streamGenerateContent?alt=sse"

    def headers(self) -> dict[str, str]:
        """What proves who asks, and that no compression delays an event."""
        headers = {"Content-Type": "application/json", "Accept-Encoding": "identity"}
        if not self.key:
            return headers
        if self.auth == "bearer":
            return {**headers, "Authorization": f"Bearer {self.key}"}
        return {**headers, "x-goog-api-key": self.key}

    def redacted(self, outcome: Outcome) -> Outcome:
        """Some relays repeat the key in what they say about it."""
        if self.key and self.key in outcome.message + outcome.reason:
            return replace(
                outcome,
                message=outcome.message.replace(self.key, "[key]"),
                reason=outcome.reason.replace(self.key, "[key]"),
            )
        return outcome


class Endpoint:
    """The endpoint, with the connections to it: one for the whole process, closed at its end."""

    def __init__(
        self,
        config: Config,
        transport: httpx.AsyncBaseTransport | None = None,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self.config = config
        self._sleep = sleep
        self._client = httpx.AsyncClient(
            transport=transport or default_transport(),
            # "pool" bounds the look-up of the name too, which "connect" does not (httpx-aiohttp).
            timeout=httpx.Timeout(
                None, connect=config.connect_timeout, pool=config.connect_timeout
            ),
            follow_redirects=False,
            trust_env=False,
            cookies=without_cookies(),
            headers={"User-Agent": "thinkalong"},
        )

    def otherwise(self, **changes: Any) -> "Endpoint":
        """The same connections, with other values of Config; closed with this one."""
        other = copy(self)
        other.config = replace(self.config, **changes)
        return other

    async def aclose(self) -> None:
        """Closes every connection; streams that still run end as cut off."""
        await self._client.aclose()

    async def stream(self, request: Request) -> AsyncGenerator[Value, None]:
        """Asks, and gives what comes: chunks, waits before another attempt, and one End, last.

        Another attempt is made only while nothing of an answer has come, since what has come was
        charged. Raises nothing for whatever the endpoint does; a request that cannot be one is a
        ValueError. Closing the generator closes the connection.
        """
        url = self.config.url(request.model)
        # Beside the loop: with files it is megabytes, and others are being told their answers.
        body = await asyncio.to_thread(_json, request, signatures=True)
        signed, attempt = True, 1
        while True:
            reading = Reading()
            error = None
            async with Exchange(self._client, self.config.idle_timeout) as exchange:
                try:
                    await exchange.open(url, self.config.headers(), body)
                    while not reading.over and (data := await exchange.read()):
                        for chunk in reading.feed(data):
                            yield chunk
                except EndpointError as raised:
                    error = raised
            for chunk in reading.close():
                yield chunk
            if reading.facts.began or error is None:
                break
            if signed and isinstance(error, RefusedError) and is_about_signatures(error):
                signed = False
                body = await asyncio.to_thread(_json, request, signatures=False)
                continue
            waiting = self._waiting(error, attempt)
            if waiting is None:
                break
            yield waiting
            await self._sleep(waiting.seconds)
            attempt = waiting.attempt
        yield End(self.config.redacted(reading.outcome(error)))

    def _waiting(self, error: EndpointError, attempt: int) -> Waiting | None:
        """The wait before the next attempt, or None when none is to be made."""
        status, message, delay = None, str(error), None
        if isinstance(error, RefusedError):
            if not error.retryable:
                return None
            status, message, delay = error.status, error.message, error.delay
        elif not isinstance(error, DisconnectedError):
            return None
        if attempt >= self.config.attempts or (delay or 0) > LONGEST_WAIT:
            return None
        if delay is None:
            delay = _backoff(attempt)
        if self.config.key:
            message = message.replace(self.config.key, "[key]")
        return Waiting(attempt + 1, self.config.attempts, delay, status, message)


def _backoff(attempt: int) -> float:
    """Twice as long each time, and never quite as long as everyone else waits."""
    longest: float = min(_FIRST_DELAY * 2 ** (attempt - 1), _LONGEST_DELAY)
    return longest * _random.uniform(0.5, 1.0)


def _json(request: Request, *, signatures: bool) -> bytes:
    body = encode_request(request, signatures=signatures)
    text = json.dumps(body, ensure_ascii=False, separators=(",", ":"), allow_nan=False)
    return text.encode("utf-8", "replace")
