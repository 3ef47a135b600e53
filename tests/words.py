"""The texts that people see: found in the sources, as xgettext would, and kept in step with the
.po files. For `manage.py words` and for the tests that read the translations."""

import io
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import polib
from babel.messages.extract import extract
from django.utils.translation.template import templatize

from chatsite import house_rules
from chatsite.provision import ROOT
from chatsite.words import LOCALE

PYTHON: dict[str, Any] = {
    "_": None,
    **dict.fromkeys(("gettext", "gettext_lazy", "gettext_noop")),
    **dict.fromkeys(("ngettext", "ngettext_lazy"), (1, 2)),
    **dict.fromkeys(("pgettext", "pgettext_lazy"), ((1, "c"), 2)),
    **dict.fromkeys(("npgettext", "npgettext_lazy"), ((1, "c"), 2, 3)),
}
BROWSER: dict[str, Any] = {
    "gettext": None,
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
PLACE = re.compile(r"%\(\w+\)[sd]|%[sd%]|\{\w*(?:![rs])?(?::[^}]*)?\}|</?\w+[^>]*>")
"""What a translation has to keep: places to fill, and the tags of a template's text."""
Key = tuple[str, str]
"""A message's context and its text."""


@dataclass(frozen=True)
class Found:
    """A message in the sources, and the files that it is in."""

    text: str
    plural: str
    context: str
    files: tuple[str, ...]

    @property
    def key(self) -> Key:
        return self.context, self.text


def messages(domain: str) -> dict[Key, Found]:
    """Every message of a domain, in the order of the files and of the texts."""
    found: dict[Key, Found] = {}
    for path in sources(domain):
        name = path.relative_to(ROOT).as_posix()
        for text, plural, context in in_file(path):
            before = found.get((context, text), Found(text, plural, context, ()))
            files = before.files if name in before.files else (*before.files, name)
            found[context, text] = Found(text, plural or before.plural, context, files)
    ordered = sorted(found.values(), key=lambda each: (each.files[0], each.text))
    return {each.key: each for each in ordered}


def sources(domain: str) -> Iterator[Path]:
    if domain == "djangojs":
        return house_rules.files("static/js")
    ours = (*house_rules.sources("chatsite"), *house_rules.sources("conversations"))
    return iter((*ours, *house_rules.files("templates")))


def in_file(path: Path) -> Iterator[tuple[str, str, str]]:
    """Text, plural and context of each message of a file."""
    text = path.read_text(encoding="utf-8")
    if path.suffix in {".js", ".mjs"}:
        how, words = "javascript", BROWSER
    else:
        how, words = "python", PYTHON
    if path.is_relative_to(ROOT / "templates"):
        # Calls of gettext amid blanked-out text, where Python would stumble over indentation.
        text = "\n".join(line.strip() for line in templatize(text, str(path)).splitlines())
    file = io.BytesIO(text.encode())
    for _line, message, _comments, context in extract(
        how, file, keywords=words, options={"parse_template_string": True}
    ):
        one, many = message if isinstance(message, tuple) else (message, "")
        if one:
            yield one, many, context or ""


def file_of(domain: str, language: str = "zh_Hans") -> Path:
    return LOCALE / language / "LC_MESSAGES" / f"{domain}.po"


def read(domain: str) -> polib.POFile:
    return polib.pofile(str(file_of(domain)), encoding="utf-8", wrapwidth=98)


def update(domain: str) -> list[Found]:
    """Bring the .po file in step with the sources; the messages that still need a translation.

    Translations are kept, what is no longer in the sources goes, what is new comes in empty.
    """
    written = read(domain)
    known = {(entry.msgctxt or "", entry.msgid): entry for entry in written}
    wanted = messages(domain)
    entries = [renewed(known.get(key), found) for key, found in wanted.items()]
    written.clear()
    written.extend(entries)
    written.save()
    return [
        found
        for found, entry in zip(wanted.values(), entries, strict=True)
        if not entry.translated()
    ]


def renewed(entry: polib.POEntry | None, found: Found) -> polib.POEntry:
    """The entry of a message as it is now in the sources, with the translation that it has."""
    before = entry or polib.POEntry()
    fresh = polib.POEntry(
        msgid=found.text,
        msgctxt=found.context or None,
        tcomment=before.tcomment,
        flags=[flag for flag in before.flags if flag == "fuzzy"],
        # Without the lines, which would change with every edit above them.
        occurrences=[(name, "") for name in found.files],
    )
    if found.plural:
        fresh.msgid_plural = found.plural
        fresh.msgstr_plural = before.msgstr_plural or {0: before.msgstr}
    else:
        fresh.msgstr = before.msgstr or before.msgstr_plural.get(0, "")
    return fresh


def translations(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def places(text: str) -> list[str]:
    """The placeholders and tags of a text, in an order that does not matter."""
    return sorted(PLACE.findall(text))
