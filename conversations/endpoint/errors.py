"""What can go wrong between us and the endpoint.

EndpointError
├── MisconfiguredError      the address or the key cannot be used (also a ValueError)
├── DisconnectedError       the connection could not be made, or broke
├── StalledError            connected, but not one byte came for the idle timeout
├── ProtocolError           what came is not the protocol
│   ├── MalformedEventError   an event that is not JSON, or not of the expected form
│   └── OversizedEventError   an event or line beyond the cap
└── RefusedError            the endpoint said no: an HTTP status, or an error inside a stream

They travel inside this room only. `client.Endpoint.stream` turns each of them into an outcome.
"""

from dataclasses import dataclass, field


class EndpointError(Exception):
    """Base of everything that can go wrong with the endpoint."""


class MisconfiguredError(EndpointError, ValueError):
    """The address or the key cannot be used; the message says what to change, never the key."""


class DisconnectedError(EndpointError):
    """The connection could not be made, or broke."""


class StalledError(EndpointError):
    """Not one byte came for as long as we wait."""


class ProtocolError(EndpointError):
    """What came is not the protocol."""


class MalformedEventError(ProtocolError):
    """An event that is not JSON, or not of the expected form."""


class OversizedEventError(ProtocolError):
    """A line or an event longer than the cap that keeps memory bounded."""


@dataclass(eq=False)
class RefusedError(EndpointError):
    """The endpoint said no.

    `status` is the HTTP status, or the code inside the error, or None where a relay gave neither.
    `reason` is one word: the endpoint's own (`INVALID_ARGUMENT`, `API_KEY_INVALID`) or `quota`.
    `message` is the endpoint's own, untrusted text. `delay` is the wait in seconds it asked for.
    """

    status: int | None = None
    reason: str = ""
    message: str = ""
    retryable: bool = False
    delay: float | None = field(default=None, compare=False)

    def __str__(self) -> str:
        return f"{self.status or ''} {self.reason} {self.message}".strip()
