"""The stand-in model: an httpx transport that answers offline, byte for byte in the protocol.

It says what it is, computes arithmetic in truth, and rehearses on request every shape and every
outcome that the endpoint can give. `vocabulary()` lists what it can be asked.
"""

from conversations.endpoint.rehearsal.entry import Entry
from conversations.endpoint.rehearsal.transport import RehearsalTransport
from conversations.endpoint.rehearsal.vocabulary import TOUR, vocabulary

__all__ = ["TOUR", "Entry", "RehearsalTransport", "vocabulary"]
