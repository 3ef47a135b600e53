"""The translations fit the texts that they stand for, and reach the people who want them."""

import re
from pathlib import Path

import polib
import pytest

from chatsite.words import compile_into
from tests import words
from tests.words import Found, places, read, translations

DOMAINS = ("django", "djangojs")


@pytest.mark.parametrize("domain", DOMAINS)
def test_every_text_has_its_translation(domain: str) -> None:
    """`manage.py words` brings the file in step, and says what is missing."""
    written = {(entry.msgctxt or "", entry.msgid): entry for entry in read(domain)}
    wanted = words.messages(domain)
    assert [key for key in wanted if key not in written or not written[key].translated()] == []
    assert [key for key in written if key not in wanted] == []


@pytest.mark.parametrize("domain", DOMAINS)
def test_a_translation_keeps_places_and_tags(domain: str) -> None:
    for entry in read(domain):
        for translation in filter(None, translations(entry)):
            either = [places(entry.msgid), places(entry.msgid_plural or entry.msgid)]
            assert places(translation) in either, entry.msgid


@pytest.mark.parametrize("domain", DOMAINS)
def test_a_translation_is_sure_and_nowhere_twice(domain: str) -> None:
    """What is fuzzy would not be shown, and what is there twice could differ."""
    entries = read(domain)
    assert [entry.msgid for entry in entries if entry.fuzzy] == []
    assert [entry.msgid for entry in entries if entry.obsolete] == []
    keys = [(entry.msgctxt, entry.msgid) for entry in entries]
    assert len(keys) == len(set(keys))
    edges = re.compile(r"^\s*|\s*$")
    for entry in entries:
        for translation in filter(None, translations(entry)):
            assert edges.findall(translation) == edges.findall(entry.msgid), entry.msgid


@pytest.mark.parametrize("domain", DOMAINS)
def test_chinese_is_written_with_its_own_marks(domain: str) -> None:
    """No comma or stop of the Latin script directly after a Chinese character."""
    for entry in read(domain):
        for translation in translations(entry):
            assert not re.search(r"[\u4e00-\u9fff][,;:!?](?!\d)", translation), translation
            assert not re.search(r"[\u4e00-\u9fff]\.(?:\s|$)", translation), translation


def test_every_kind_of_source_is_read() -> None:
    found, in_browser = words.messages("django"), words.messages("djangojs")
    assert "templates/chat/side.html" in found["", "Sign out"].files
    assert "conversations/chat/sentences.py" in found["", sentence_of("not_found")].files
    assert found["", "Meet a busy endpoint"].files[0].startswith("conversations/endpoint/")
    trimmed = [text for _context, text in found if "<strong>rehearsal</strong>" in text]
    assert len(trimmed) == 1
    assert "\n" not in trimmed[0]
    assert in_browser["", "Today"].files == ("static/js/state/days.js",)


def sentence_of(code: str) -> str:
    from conversations.chat.sentences import sentence

    return sentence(code)


def test_renewing_keeps_translations_and_drops_what_is_gone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And twice the same gives the same file."""
    monkeypatch.setattr(words, "LOCALE", tmp_path)
    path = words.file_of("django")
    path.parent.mkdir(parents=True)
    path.write_text(
        '# A note at the head.\nmsgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
        'msgid "kept"\nmsgstr "留"\n\nmsgid "gone"\nmsgstr "去"\n',
        encoding="utf-8",
    )
    wanted = [Found("kept", "", "", ("b.py",)), Found("new", "", "a sense", ("a.py", "b.py"))]
    monkeypatch.setattr(words, "messages", lambda _domain: {each.key: each for each in wanted})
    assert words.update("django") == [wanted[1]]
    once = path.read_text()
    assert words.update("django") == [wanted[1]]
    assert path.read_text() == once
    assert "A note at the head" in once
    assert "gone" not in once
    assert {entry.msgid: entry.msgstr for entry in read("django")} == {"kept": "留", "new": ""}


def test_the_compiled_file_says_what_was_written(tmp_path: Path) -> None:
    written, compiled = words.file_of("django"), tmp_path / "django.mo"
    compile_into(written, compiled)
    assert list(tmp_path.iterdir()) == [compiled]
    expected = {entry.msgid for entry in polib.pofile(str(written)) if entry.translated()}
    assert {entry.msgid for entry in polib.mofile(str(compiled))} == expected
