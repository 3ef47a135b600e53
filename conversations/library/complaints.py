"""What is wrong with a file that is not taken in, and where."""

from django.utils.translation import gettext as _

from conversations.turns.refusals import Refusal

LONGEST = 120
"""Characters of a file that a complaint repeats: a name in it may be as long as the file."""


class Broken(Refusal):
    """A file is not taken in, and nothing of it is.

    Args:
        what: one of the names in `told`.
        path: where in the file, as msgspec writes paths; its reader finds the line.
        detail: more in words of the parser's own, or a number that was passed.
    """

    code = "broken_import"

    def __init__(self, what: str, path: str = "$", detail: str = "", line: int | None = None):
        super().__init__(what)
        self.what, self.path, self.detail, self.line = what, path, detail, line

    @property
    def place(self) -> str:
        """The path without its root, to be shown; empty for the whole file."""
        return _short(self.path.removeprefix("$").removeprefix("."))


def _short(text: str) -> str:
    """On one line, and no longer than one reads."""
    line = " ".join("".join(mark if mark.isprintable() else " " for mark in text).split())
    return line if len(line) <= LONGEST else f"{line[:LONGEST]}…"


def told(broken: Broken) -> str:
    """What is wrong, as a whole sentence without the line."""
    return {
        "empty": _("The file is empty."),
        "too_large": _("The file is larger than {detail} MB."),
        "busy": _("Other files are being imported just now. Try again in a minute."),
        "cut_short": _("The line broke before the file was here. Try again."),
        "not_text": _("The file is not UTF-8 text."),
        "not_json": _("The file is not JSON ({detail})."),
        "unknown": _(
            "This is neither an export of Thinkalong nor one of Google AI Studio: the file has"
            " another form."
        ),
        "newer": _("The file is of version {detail}, which is newer than this site. Update it."),
        "form": _("A value is not as it should be ({detail})."),
        "nested": _("A value is nested too deeply."),
        "too_many": _("There is more in the file than is taken at once ({detail})."),
        "too_long": _("A message is larger than {detail} MB."),
        "number": _("Messages must be numbered from 1, one after the other."),
        "parent": _("A message must come after the one that it answers."),
        "order": _("An answer must follow a question."),
        "unasked": _("An answer needs exactly one turn that gave it."),
        "question": _("A turn must ask a question that is in the file."),
        "reply": _("A turn's reply must be the answer to its question, and of no other turn."),
        "leaf": _("The message on show is not in the file."),
        "date": _("A date is too early, or has not come yet."),
        "settings": _("The settings are not such as a conversation has ({detail})."),
        "timeline": _("A timeline must rise."),
        "attachment": _("An attachment is named that is not in the file, or that is there twice."),
        "room": _("The attachments are larger than a conversation may have."),
        "full": _("You have no room left for the attachments of this file."),
        "file": _("An attachment is of no kind that is taken here, or is damaged ({detail})."),
        "nothing": _("There is no conversation in the file."),
    }[broken.what].format(detail=_short(broken.detail))
