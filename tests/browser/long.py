"""A long conversation, as one that was talked in for weeks: texts, code, tables, some thoughts."""

import uuid
from datetime import timedelta

from django.utils import timezone

from conversations.models import Conversation, Message, Turn, index
from tests.serving import Site

MODEL = "gemini-2.5-pro"
SENTENCE = "The series grows by what was added before, and comes to rest where nothing is left. "
CODE = """
```python
def series(last: int) -> int:
    total = 0
    for number in range(1, last + 1):
        total += number
    return total
```
"""
TABLE = """
| n | sum | square |
|---|---|---|
| 9 | 45 | 81 |
| 99 | 4,950 | 9,801 |
| 999 | 499,500 | 998,001 |
"""


def long_conversation(site: Site, person: int, turns: int) -> uuid.UUID:
    """Put a conversation of so many turns into the site's database.

    Questions have 100 to 400 characters and begin with "Question N"; answers have 500 to 3,000, a
    third of them with code and a fifth with a table; every other one was thought about first.
    Question N has the word "marker" and N in four digits.
    """

    def made(alias: str) -> uuid.UUID:
        conversation = Conversation.objects.using(alias).create(
            owner_id=person, title=f"Talked about {turns} times", model=MODEL
        )
        newest = Message.objects.using(alias).order_by("-pk").first()
        first = newest.pk + 1 if newest else 1
        stored = [
            message
            for number in range(turns)
            for message in _pair(conversation, first + 2 * number, number + 1)
        ]
        stored[0].parent_id = None
        begun = timezone.now() - timedelta(minutes=2 * turns + 10)
        for at, message in enumerate(stored):
            message.created_at = begun + timedelta(minutes=at)
        Message.objects.using(alias).bulk_create(stored, batch_size=500)
        Turn.objects.using(alias).bulk_create(
            [
                _turn(conversation, person, question, reply)
                for question, reply in zip(stored[::2], stored[1::2], strict=True)
            ],
            batch_size=200,
        )
        index.messages(stored, using=alias)
        index.title(conversation, using=alias)
        Conversation.objects.using(alias).filter(pk=conversation.pk).update(leaf=stored[-1])
        return conversation.pk

    return site.ask(made)


def _pair(conversation: Conversation, pk: int, number: int) -> tuple[Message, Message]:
    asked = f"Question {number} (marker{number:04}): " + SENTENCE * (1 + number % 4)
    answered = f"Answer {number}.\n\n" + f"{SENTENCE * 5}\n\n" * (1 + number % 6)
    answered += CODE if number % 3 == 0 else TABLE if number % 5 == 0 else ""
    thought = f"**Looking at it**\n\n{SENTENCE * 4}\n" if number % 2 else ""
    thoughts = [{"text": thought, "thought": True}] if thought else []
    return (
        Message(
            pk=pk,
            conversation=conversation,
            parent_id=pk - 1,
            role="user",
            parts=[{"text": asked}],
            answer_text=asked,
        ),
        Message(
            pk=pk + 1,
            conversation=conversation,
            parent_id=pk,
            role="model",
            parts=[*thoughts, {"text": answered}],
            answer_text=answered,
            thought_text=thought,
        ),
    )


def _turn(conversation: Conversation, person: int, question: Message, reply: Message) -> Turn:
    return Turn(
        conversation=conversation,
        person_id=person,
        question=question,
        reply=reply,
        client_id=uuid.uuid4(),
        model=MODEL,
        state="done",
        outcome="complete",
        position=len(reply.answer_text) + len(reply.thought_text),
        accepted_at=question.created_at,
        asked_at=question.created_at,
        ended_at=reply.created_at,
    )
