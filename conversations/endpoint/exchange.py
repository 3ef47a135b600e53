"""One POST and the bytes of its answer; every failure of the network gets one of our names."""

import asyncio
import contextlib
import os
import ssl
from collections.abc import AsyncIterator, Awaitable, Mapping
from types import TracebackType
from typing import Self, TypeVar

import aiohttp
import httpx

from conversations.endpoint import refusal
from conversations.endpoint.errors import (
    DisconnectedError,
    EndpointError,
    ProtocolError,
)
from conversations.endpoint.patience import Patience

_T = TypeVar("_T")
# RuntimeError is what aiohttp and httpx say of a connection that our own shutdown has closed.
_NETWORK_ERRORS = (httpx.HTTPError, httpx.StreamError, aiohttp.ClientError, OSError, RuntimeError)
_LARGEST_REFUSAL = 256 * 1024
_REFUSAL_TIME = 10.0


class Exchange:
    """Open it, read until it gives no bytes; leaving the `async with` closes it.

    The client's transport may have no timeouts of its own: this waits `idle` seconds for the answer
    to begin, and then for each further byte.
    """

    def __init__(self, client: httpx.AsyncClient, idle: float) -> None:
        self._client = client
        self._patience = Patience(idle)
        self._response: httpx.Response | None = None
        self._body: AsyncIterator[bytes] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._patience.end()
        if self._response is not None:
            with contextlib.suppress(*_NETWORK_ERRORS):
                await self._response.aclose()

    async def open(self, url: str, headers: Mapping[str, str], body: bytes) -> None:
        """Sends the request and waits for the head of the answer. RefusedError if it says no."""
        request = self._client.build_request("POST", url, headers=dict(headers), content=body)
        self._response = response = await self._await(self._client.send(request, stream=True))
        encoding = response.headers.get("content-encoding", "identity").strip().lower()
        # Decoding what needs none costs about as much as reading it.
        plain = encoding in ("", "identity")
        self._body = response.aiter_raw() if plain else response.aiter_bytes()
        if not response.is_success:
            content = await self._refusal_body()
            raise refusal.from_response(response.status_code, response.headers, content)

    async def read(self) -> bytes:
        """What has come since, at least one byte; none at the body's end."""
        if self._body is None:
            raise RuntimeError("An exchange is opened before it is read.")
        try:
            return await self._await(self._body.__anext__())
        except StopAsyncIteration:
            return b""

    async def _await(self, step: Awaitable[_T]) -> _T:
        try:
            return await self._patience.wait(step)
        except httpx.DecodingError as error:
            raise ProtocolError("the answer is compressed in a way that cannot be read") from error
        except _NETWORK_ERRORS as error:
            raise DisconnectedError(_why(error)) from error

    async def _refusal_body(self) -> bytes:
        """As much of it as comes soon: whatever happens to it, the status has said no already."""
        content = bytearray()
        with contextlib.suppress(EndpointError, TimeoutError):
            async with asyncio.timeout(_REFUSAL_TIME):
                while len(content) < _LARGEST_REFUSAL and (data := await self.read()):
                    content += data
        return bytes(content[:_LARGEST_REFUSAL])


def _why(error: BaseException) -> str:
    """What broke the connection, without the addresses that the errors themselves carry."""
    if isinstance(error, httpx.TimeoutException) and not isinstance(error.__cause__, OSError):
        return "no connection in time"
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, aiohttp.ClientConnectorError):
            cause = cause.os_error
        if isinstance(cause, ssl.SSLError):
            return f"TLS: {cause.reason or 'failed'}"
        if isinstance(cause, OSError) and cause.errno and cause.errno > 0:
            return os.strerror(cause.errno)
        cause = cause.__cause__ or cause.__context__
    return "the connection was closed"
