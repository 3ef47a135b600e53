"""What is stored. Only turns/ writes turns, chunks and the ledger."""

from conversations.models.attachment import Attachment
from conversations.models.conversation import Conversation, Folder, Message
from conversations.models.ledger import LedgerEntry
from conversations.models.own import Draft, Preset, Share
from conversations.models.person import User
from conversations.models.turn import Chunk, Turn

__all__ = [
    "Attachment",
    "Chunk",
    "Conversation",
    "Draft",
    "Folder",
    "LedgerEntry",
    "Message",
    "Preset",
    "Share",
    "Turn",
    "User",
]
