"""What a person is told when something is not done: what happened, and what to do."""

from django.utils.translation import gettext as _

from conversations.files import limits
from conversations.files.refusals import FileRefused, Misnamed
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
        "answered": _("The answer came in the meantime."),
        "over_quota": _("You have too many answers under way. Wait a minute, then try again."),
        "not_offered": _("This model is not offered here (any more). Choose another one."),
        "name_taken": _("You have a preset of this name already. Choose another name."),
        "no_name": _("Give the preset a name first."),
        "presets_full": _(
            "There is room for {most} presets, with {characters} characters in all."
            " Delete one you do not need, then try again."
        ).format(most=presets.MOST, characters=f"{presets.MOST_TEXT:,}"),
        "search_slow": _("This search takes too long. Add a word, or take a rarer one."),
        "draining": _("The server is about to restart. Your message is kept and sent again."),
        "file_gone": _(
            "A file of this message is not here any more. Remove it, and attach it again."
        ),
        "too_many_files": _("A message can carry {count} files. Remove some.").format(
            count=limits.FILES_A_MESSAGE
        ),
        "files_too_large": _(
            "The files of one conversation can have {size} MB together, since the model reads them "
            "anew for each answer. Remove some, or start a new conversation."
        ).format(size=limits.CONVERSATION_LIMIT // limits.MEBIBYTE),
        "unavailable": _(
            "The database cannot be reached just now. Your message is kept; try again."
        ),
    }[code]


def file_sentence(refusal: FileRefused) -> str:
    """The sentence for a file that was not taken."""
    if isinstance(refusal, Misnamed):
        return _(
            "Its name does not fit: by its content it is {what}. Give it its right ending."
        ).format(what=_family(refusal.found))
    return {
        "no_length": _("The size of this file was not told. Send it from the page of the chat."),
        "file_too_large": _("This file is larger than {size} MB.").format(
            size=limits.FILE_LIMIT // limits.MEBIBYTE
        ),
        "file_empty": _("This file is empty."),
        "file_kind": _(
            "The model cannot read this kind of file. It reads images, PDF, text, audio and video."
        ),
        "file_not_utf8": _("This text is not in UTF-8. Save it as UTF-8, and attach it again."),
        "image_too_large": _(
            "This image has more than {count} million points. Make it smaller."
        ).format(count=limits.PIXEL_LIMIT // 1_000_000),
        "file_damaged": _("This image is damaged: it does not tell its size. Save it anew."),
        "file_cut_short": _("The line broke before the file was here. Try again."),
        "too_many_unsent": _(
            "{count} of your files wait to be sent. Send them, or remove some."
        ).format(count=limits.UNSENT_FILES),
        "files_over_quota": _(
            "Your files take more room than you have here. Delete old conversations with files, or "
            "wait until tomorrow."
        ),
        "too_many_at_once": _("Too many files at once. Wait for the others, then try again."),
        "no_room": _("The disk of the server is full. Tell whoever runs it; your text is kept."),
    }[refusal.code]


def _family(name: str) -> str:
    return {
        "image": _("an image"),
        "document": _("a PDF"),
        "text": _("a text"),
        "audio": _("audio"),
        "video": _("a video"),
    }[name]
