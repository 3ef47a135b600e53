"""What a turn sends: the conversation up to its question, as the endpoint takes it."""

from conversations.endpoint.parts import Content, Part, Request, Settings
from conversations.models import Turn


def request_for(turn: Turn) -> Request:
    """The request of a turn, from the database alone, so that any process can run it.

    Signatures go back unchanged on the part they came with; thoughts need not go back, and wire.py
    leaves them out.
    """
    contents = tuple(
        Content(message.role, tuple(Part(raw) for raw in message.parts))
        for message in turn.conversation.path_to(turn.question_id)
    )
    return Request(turn.model, contents, Settings.from_json(turn.settings))
