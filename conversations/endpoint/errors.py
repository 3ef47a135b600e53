"""What can go wrong between us and the endpoint.

EndpointError
├── Misconfigured        the address or the key cannot be used (also a ValueError)
├── Disconnected         the connection could not be made, or broke
├── Stalled              connected, but not one byte came for the idle timeout
├── ProtocolError        what came is not the protocol
│   ├── MalformedEvent     an event that is not JSON, or not of the expected form
│   └── OversizedEvent     an event or line beyond the cap
└── Refused              the endpoint itself said no: an HTTP status, or an error inside a stream

They travel inside this room only. `client.Endpoint.stream` turns each of them into an outcome.
"""

from dataclasses import dataclass, field


class EndpointError(Exception):
    """Base of everything that can go wrong with the endpoint."""


class Misconfigured(EndpointError, ValueError):
    """The address or the key cannot be used; the message says what to change, never the key."""


class Disconnected(EndpointError):
    """The connection could not be made, or broke."""


class Stalled(EndpointError):
    """Not one byte came for as long as we wait."""


class ProtocolError(EndpointError):
    """What came is not the protocol."""


class MalformedEvent(ProtocolError):
    """An event that is not JSON, or not of the expected form."""


class OversizedEvent(ProtocolError):
    """A line or an event longer than the cap that keeps memory bounded."""


@dataclass(eq=False)
class Refused(EndpointError):
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
