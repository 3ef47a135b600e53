"""A page is told where an answer is from: with the end of its turn, and whenever it is read."""

import uuid

from conversations.chat import reading
from conversations.endpoint.parts import Outcome, Part
from conversations.models import User
from conversations.turns.accept import Ask, accept
from conversations.turns.commit import Ending, Row, store
from conversations.turns.news import end_of
from conversations.turns.runner import claim

EXTRAS = {
    "groundingMetadata": {
        "groundingChunks": [{"web": {"uri": "https://example.org/", "title": "example.org"}}],
        "groundingSupports": [
            {"segment": {"endIndex": 4, "text": "Ja."}, "groundingChunkIndices": [0]}
        ],
    }
}


def test_with_the_end_and_with_each_reading(transactional_db: None) -> None:
    alice = User.objects.create_user("alice", password=None)
    turn = accept(alice, Ask(uuid.uuid4(), "Why?"), "here").turn
    claim(turn, "here")
    store("here", [Row(turn.pk, 0, 3, 5, (Part({"text": "Ja."}),))], [], [])
    ending = Ending(turn.pk, Outcome("complete"), 3, metadata=(EXTRAS,))
    ended = store("here", [], [], [ending]).ended[turn.pk]
    told = end_of(ended.turn).message
    assert told is not None
    assert told["grounding"]["sources"] == [{"uri": "https://example.org/", "title": "example.org"}]
    assert told["grounding"]["marks"] == [{"at": 3, "text": "Ja.", "sources": [0]}]
    question, reply = reading.whole(alice, turn.conversation_id)["messages"]
    assert "grounding" not in question
    assert reply["grounding"] == told["grounding"]
