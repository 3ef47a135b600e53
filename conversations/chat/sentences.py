"""What a person is told when something is not done: what happened, and what to do."""

from django.utils.translation import gettext as _

from conversations.library import presets
from conversations.library.order import FOLDERS, PINS
from conversations.turns.accept import MESSAGE_LIMIT


def sentence(code: str) -> str:
    """The sentence for each code that is not about a frame's form."""
    return {
        "slow_down": _("Too many messages at once. Wait a second, then try again."),
        "empty": _("There is nothing in this message. Write something first."),
        "too_large": _("This message is longer than {limit} characters. Shorten it.").format(
            limit=f"{MESSAGE_LIMIT:,}"
        ),
        "not_found": _("This is not there (any more)."),
        "busy": _("An answer is still coming in this conversation. Wait for it, or stop it."),
        "id_reused": _("This message was sent before with another text. Send it again."),
        "untitled": _("A title needs at least one character."),
        "too_many_pins": _("{limit} conversations are pinned already. Unpin one first.").format(
            limit=PINS
        ),
        "folder_taken": _("You have a folder of this name already. Choose another name."),
        "too_many_folders": _("You have {limit} folders already. Remove one first.").format(
            limit=FOLDERS
        ),
        "not_now": _("This answer is still coming. Stop it first."),
        "over_quota": _("You have too many answers under way. Wait a minute, then try again."),
        "not_offered": _("This model is not offered here (any more). Choose another one."),
        "name_taken": _("You have a preset of this name already. Choose another name."),
        "no_name": _("Give the preset a name first."),
        "presets_full": _(
            "There is room for {most} presets, with {characters} characters in all."
            " Delete one you do not need, then try again."
        ).format(most=presets.MOST, characters=f"{presets.MOST_TEXT:,}"),
        "draining": _("The server is about to restart. Your message is kept and sent again."),
        "unavailable": _(
            "The database cannot be reached just now. Your message is kept; try again."
        ),
    }[code]
