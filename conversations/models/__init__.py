"""What is stored. Only turns/ writes turns, chunks and the ledger."""

from conversations.models.conversation import Conversation, Message
from conversations.models.ledger import LedgerEntry
from conversations.models.person import User
from conversations.models.turn import Chunk, Turn

__all__ = ["Chunk", "Conversation", "LedgerEntry", "Message", "Turn", "User"]
