"""Conversations with everything in them that one can have, and what comes out of them."""

import asyncio
import uuid
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

from conversations.library import exports
from conversations.models import Conversation, Message, Turn, User

THEN = datetime(2026, 3, 1, 9, 30, 15, 123456, UTC)


class Talk:
    """A conversation under construction."""

    def __init__(self, owner: User, **fields: Any) -> None:
        fields = {"title": "Rivers", "model": "gemini-2.5-pro", "created_at": THEN, **fields}
        self.owner = owner
        self.row = Conversation.objects.create(owner=owner, updated_at=THEN, **fields)
        self._at = THEN

    def ask(self, text: str, parent: Message | None = None, **fields: Any) -> Message:
        return self._message("user", [{"text": text}], parent, answer_text=text, **fields)

    def answer(self, question: Message, parts: list[Any], **fields: Any) -> Turn:
        """A reply with its turn."""
        metadata = fields.pop("metadata", [])
        answer = "".join(part.get("text", "") for part in parts if not part.get("thought"))
        thought = "".join(part.get("text", "") for part in parts if part.get("thought"))
        texts = {"answer_text": answer, "thought_text": thought, "metadata": metadata}
        reply = self._message("model", parts, question, **texts)
        width = sum(
            len(part.get("text", "")) + (not {*part} <= {"text", "thought"}) for part in parts
        )
        given = {
            "model": "gemini-2.5-pro",
            "settings": {"temperature": 1, "system_instruction": "Be brief."},
            "state": "done",
            "outcome": "complete",
            "accepted_at": self._at,
            "asked_at": self._at + timedelta(milliseconds=20),
            "ended_at": self._at + timedelta(seconds=9),
            "position": width,
            "timeline": f"[[0,1],[900,{width}]]",
            "prompt_tokens": 12,
            "total_tokens": 99,
            **fields,
        }
        turn = Turn.objects.create(
            conversation=self.row,
            person=self.owner,
            question=question,
            reply=reply,
            client_id=uuid.uuid4(),
            **given,
        )
        self.show(reply)
        return turn

    def show(self, leaf: Message) -> None:
        Conversation.every.filter(pk=self.row.pk).update(leaf=leaf)
        self.row.refresh_from_db()

    def _message(self, role: str, parts: list[Any], parent: Message | None, **more: Any) -> Message:
        self._at += timedelta(seconds=61)
        return Message.objects.create(
            conversation=self.row,
            role=role,
            parts=parts,
            parent=parent,
            created_at=self._at,
            **more,
        )


def gathered(pieces: AsyncIterator[bytes]) -> bytes:
    """All that streams."""

    async def all_of() -> bytes:
        return b"".join([piece async for piece in pieces])

    return asyncio.run(all_of())


def exported(row: Conversation) -> bytes:
    """A conversation's export, with an item a line."""
    return gathered(exports.document(exports.subject(row.owner, row.pk)))
