"""What the library does in a serving process beside the turns."""

from django.conf import settings

from conversations.library.purge import purge
from conversations.library.titles import Titler
from conversations.turns.database import in_chores
from conversations.turns.live import Live

PURGE_EVERY = 30.0


async def remove_deleted() -> None:
    """Remove for good what cannot be brought back any more."""
    await in_chores(purge)


def attach(live: Live) -> None:
    """Have it done from the start of `live` on."""
    live.also(PURGE_EVERY, remove_deleted)
    if settings.GEMINI_TITLE_MODEL:
        live.after_turns(Titler(live, settings.GEMINI_TITLE_MODEL).hear)
