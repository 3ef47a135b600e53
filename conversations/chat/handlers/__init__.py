"""What a page asks for, by the type of its frame. A handler authorises, delegates and answers; none
waits for a turn, or a stop would wait behind it.
"""

from conversations.chat.handlers import drafts, line, order, search, settings, turns
from conversations.chat.handlers.base import Handlers

HANDLERS: Handlers = {
    **turns.HANDLERS,
    **settings.HANDLERS,
    **order.HANDLERS,
    **search.HANDLERS,
    **drafts.HANDLERS,
    **line.HANDLERS,
}
