"""People and conversations for the tests of what is kept and put in order."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from conversations.files.storage import Arrival
from conversations.models import Attachment, Conversation, Folder, Message, Turn, User
from conversations.turns.accept import Ask, accept
from tests.library.talks import THEN, Talk

Make = Callable[..., Conversation]


@pytest.fixture
def alice(transactional_db: None) -> User:
    return User.objects.create_user("alice", password=None)


@pytest.fixture
def bob(transactional_db: None) -> User:
    return User.objects.create_user("bob", password=None)


@pytest.fixture
def make(alice: User) -> Make:
    """Conversations of Alice's, each a minute older than the one before."""
    now = timezone.now()
    made = 0

    def one(**fields: Any) -> Conversation:
        nonlocal made
        made += 1
        fields = {"owner": alice, "title": f"talk {made}", "model": "gemini-2.5-pro", **fields}
        fields.setdefault("updated_at", now - timedelta(minutes=made))
        return Conversation.objects.create(**fields)

    return one


@pytest.fixture
def talk(make: Make) -> Conversation:
    return make()


@pytest.fixture
def turn(alice: User) -> Turn:
    """A turn of Alice's that the process "here" has, not asked upstream yet."""
    return accept(alice, Ask(uuid.uuid4(), "1+2+3+4+5+....+999?"), "here").turn


def filled(conversation: Conversation, number: int) -> None:
    """So many messages, each a reply to the one before, and a turn for every other one."""
    parent: Message | None = None
    for at in range(number):
        role = "model" if at % 2 else "user"
        message = Message.objects.create(
            conversation=conversation, parent=parent, role=role, answer_text=f"said {at}"
        )
        if parent is not None and role == "model":
            Turn.objects.create(
                conversation=conversation,
                person=conversation.owner,
                question=parent,
                reply=message,
                client_id=uuid.uuid4(),
                model="gemini-2.5-pro",
                state="done",
                outcome="complete",
            )
        parent = message
    Conversation.every.filter(pk=conversation.pk).update(leaf=parent)


@pytest.fixture
def rivers(alice: User) -> Talk:
    """Branches, signatures, pictures, sources, a stopped turn, a second beginning."""
    folder = Folder.objects.create(owner=alice, name="Waters")
    talk = Talk(
        alice,
        title="Rivers & “seas”",
        title_from="person",
        settings={"system_instruction": "Be brief.", "tools": {"googleSearch": True}, "top_k": 3},
        pinned_at=THEN,
        folder=folder,
    )
    with Arrival(uuid.uuid5(uuid.NAMESPACE_URL, str(talk.row.pk))) as arrival:
        arrival.write(b"length,km\n1,6650\n")
        arrival.keep()
        file = Attachment.objects.create(
            pk=uuid.uuid5(uuid.NAMESPACE_URL, str(talk.row.pk)),
            owner=alice,
            conversation=talk.row,
            name="längen.csv",
            media_type="text/csv",
            size=arrival.size,
            sha256=arrival.sha256,
            created_at=THEN,
        )
    first = talk.ask("Which river is the longest?\nAnd why? 中文 🌊")
    first.parts.append({"attachment": file.described})
    first.save()
    signed = {"text": "The Nile.", "thoughtSignature": "c2ln"}
    grounding = {
        "groundingMetadata": {
            "groundingChunks": [{"web": {"uri": "https://example.org/nile", "title": "Nile"}}],
            "groundingSupports": [
                {
                    "segment": {"startIndex": 0, "endIndex": 9, "text": "The Nile."},
                    "groundingChunkIndices": [0],
                }
            ],
        }
    }
    thought = {"text": "**Measuring**\n\nThe Nile or the Amazon?", "thought": True}
    talk.answer(first, [thought, signed], metadata=[grounding])
    again = talk.answer(
        first, [{"text": "The Amazon."}], how="same", outcome="stopped", state="stopped"
    )
    assert again.reply is not None
    second = talk.ask("Draw it", again.reply)
    picture = {"inlineData": {"mimeType": "image/png", "data": "iVBORw0KGgo="}}
    code = {"executableCode": {"language": "PYTHON", "code": "print(1)"}}
    output = {"codeExecutionResult": {"outcome": "OUTCOME_OK", "output": "1\n"}}
    talk.answer(second, [{"text": "Here:\n"}, picture, code, output, {"text": "Done."}])
    talk.answer(
        second, [], outcome="refused", state="failed", status=429, detail="quota", retryable=True
    )
    edited = talk.ask("Which lake is the deepest?")
    talk.answer(edited, [{"text": "Baikal."}], budget=-1, model_version="gemini-2.5-pro-001")
    assert again.reply is not None
    goes_on = talk.ask("Go on", again.reply, kind="continue")
    last = talk.answer(goes_on, [{"text": "It carries the most water."}], how="continue")
    assert last.reply is not None
    return talk
