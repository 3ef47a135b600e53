"""A file's name as it may be shown and given back: it is a label, and never a path."""

import re
import unicodedata

from conversations.files.limits import NAME_LIMIT

NAMELESS = "file"
# What turns the reading direction within a name ("gpj.exe" is shown as "exe.jpg"), or hides in it.
TRICKS = re.compile(
    "[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff"
    "\ufff9-\ufffb\ud800-\udfff\U000e0000-\U000e007f]"
)
DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$)(\.|$)", re.IGNORECASE)


def safe_name(given: str) -> str:
    """The last step of a path, without what cannot be seen or saved; never empty."""
    name = unicodedata.normalize("NFC", TRICKS.sub("", given))
    name = re.split(r"[/\\]", name)[-1]
    name = re.sub(r'[<>:"|?*]', "_", " ".join(name.split())).strip(". ")
    if DEVICES.match(name):
        name = f"_{name}"
    return _short(name) or NAMELESS


def _short(name: str) -> str:
    """Cut in the middle, so that the ending is kept."""
    if len(name) <= NAME_LIMIT:
        return name
    stem, dot, ending = name.rpartition(".")
    tail = f"{dot}{ending}" if stem and len(ending) <= 16 else ""
    return f"{name[: NAME_LIMIT - len(tail) - 1]}…{tail}"
