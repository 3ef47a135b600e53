"""Conversations go out and come in: copied, saved, printed, shared and imported by a person."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Download, FilePayload, Locator, Page, expect

from conversations.models import Conversation, Share
from tests.browser.test_access import axe_is_here, sound
from tests.browser.visit import PATIENCE, PHONE, SETTLED, WIDE, Chat, Visitor, same
from tests.serving import Process

PACE = "0"
PICTURES = Path(__file__).parent / "pictures"
LOOKS: dict[str, tuple[tuple[int, int], str]] = {
    "wide-light": (WIDE, "light"),
    "wide-dark": (WIDE, "dark"),
    "phone-light": (PHONE, "light"),
    "phone-dark": (PHONE, "dark"),
}
KEPT = {
    *("share-wide-light", "share-phone-dark", "import-wide-dark", "import-phone-light"),
    *("shared-wide-light", "shared-phone-dark", "print-wide-light"),
}
SMALL_IN = """(dialog) => [...dialog.querySelectorAll("button, a[href], select, input")]
  .map((node) => [node.outerHTML.slice(0, 100), (node.closest("label") ?? node)
    .getBoundingClientRect()])
  .filter(([, box]) => box.width && (box.height < 43.9 || box.width < 43.9))
  .map(([html, box]) => `${Math.round(box.width)} x ${Math.round(box.height)}: ${html}`)"""
ALL = "Show me a table, some code and some mathematics"


def pattern(text: str) -> re.Pattern[str]:
    return re.compile(text)


def choose(chat: Chat, what: str) -> None:
    """Something in the menu of the conversation on show."""
    chat.page.click("#conversation-more")
    chat.page.locator(f"#conversation-menu [data-do={what}]").click()


def saved(chat: Chat, what: str) -> Download:
    with chat.page.expect_download() as waiting:
        choose(chat, what)
    return waiting.value


def open_import(page: Page) -> Locator:
    if page.locator("#burger").is_visible():
        page.click("#burger")
    page.click("button.person")
    page.click("#open-import")
    dialog = page.locator("#import")
    expect(dialog).to_be_visible()
    return dialog


def file(name: str, text: str) -> FilePayload:
    return {"name": name, "mimeType": "", "buffer": text.encode()}


def rows_of(visitor: Visitor) -> list[Conversation]:
    person = visitor.person.id
    return visitor.process.site.ask(
        lambda alias: list(Conversation.objects.using(alias).filter(owner_id=person))
    )


def drawn(page: Page) -> None:
    """All that was written is drawn: formulas are set, and code has its colours."""
    page.wait_for_load_state()
    expect(page.locator(".code [class^=hljs]").first).to_be_attached()
    expect(page.locator(".source")).to_have_count(0)
    page.evaluate(SETTLED, PATIENCE)


def text_of(page: Page) -> str:
    return page.locator("chat-answer").text_content() or ""


def test_out_as_json_and_in_again(browser: Browser, visitor: Visitor, tmp_path: Path) -> None:
    chat = visitor.open().ask("1+2+3+4+5+....+999?").ended()
    name = chat.page.locator("#title").inner_text()
    download = saved(chat, "export-json")
    assert download.suggested_filename == "1+2+3+4+5+....+999.json"
    path = tmp_path / download.suggested_filename
    download.save_as(path)
    expect(chat.answer).to_be_visible()
    with Visitor(browser, visitor.process) as other:
        page = other.open().page
        dialog = open_import(page)
        dialog.locator("input[type=file]").set_input_files(path)
        expect(dialog.locator(".import-said")).to_have_text("Imported 1 conversation.")
        expect(page.locator(".list-row")).to_have_text([name])
        dialog.get_by_role("link", name="Open it").click()
        expect(dialog).to_be_hidden()
        there = Chat(other, page)
        there.ended()
        expect(there.questions).to_have_text(["1+2+3+4+5+....+999?"])
        assert "499,500" in there.answer.inner_text()
        assert there.shown()["thoughts"] == chat.shown()["thoughts"]
        there.ask("And 1+1?").ended()
        assert len(there.messages()) == 4


def test_what_is_here_already_is_left_unless_copies_are_wanted(
    visitor: Visitor, tmp_path: Path
) -> None:
    chat = visitor.open().ask("1+1?").ended()
    path = tmp_path / "one.json"
    saved(chat, "export-json").save_as(path)
    dialog = open_import(chat.page)
    dialog.locator("input[type=file]").set_input_files(path)
    expect(dialog.locator(".import-said")).to_contain_text("was here already")
    assert len(rows_of(visitor)) == 1
    dialog.get_by_role("button", name="Import as copies").click()
    expect(dialog.locator(".import-said")).to_have_text("Imported 1 conversation.")
    assert len(rows_of(visitor)) == 2


def test_everything_goes_out_in_one_file_and_comes_in(
    browser: Browser, visitor: Visitor, tmp_path: Path
) -> None:
    chat = visitor.open().ask("1+1?").ended()
    chat.fresh().ask("2+2?").ended()
    chat.page.click("button.person")
    with chat.page.expect_download() as waiting:
        chat.page.get_by_role("link", name="Export all conversations").click()
    path = tmp_path / waiting.value.suggested_filename
    assert path.name.startswith("thinkalong-2")
    waiting.value.save_as(path)
    with Visitor(browser, visitor.process) as other:
        page = other.open().page
        dialog = open_import(page)
        dialog.locator("input[type=file]").set_input_files(path)
        expect(dialog.locator(".import-said")).to_have_text("Imported 2 conversations.")
        expect(page.locator(".list-row")).to_have_count(2)


def test_a_broken_file_is_named_with_its_line_and_changes_nothing(
    visitor: Visitor, tmp_path: Path
) -> None:
    visitor.forgive(pattern("status of 422"))
    chat = visitor.open().ask("1+1?").ended()
    path = tmp_path / "broken.json"
    saved(chat, "export-json").save_as(path)
    lines = path.read_text().splitlines()
    at = next(number for number, line in enumerate(lines, 1) if '"role":"model"' in line)
    lines[at - 1] = lines[at - 1].replace('"parent":1', '"parent":7')
    path.write_text("\n".join(lines))
    dialog = open_import(chat.page)
    dialog.locator("input[type=file]").set_input_files(path)
    said = dialog.locator(".import-said")
    expect(said).to_contain_text(f"Line {at}, messages[1].parent:")
    expect(said).to_contain_text("Nothing was imported.")
    expect(dialog.locator(".import-file")).to_have_class(pattern("failed"))
    assert len(rows_of(visitor)) == 1


def test_a_file_of_ai_studio_that_is_dropped(visitor: Visitor) -> None:
    page = visitor.open().page
    dialog = open_import(page)
    chunks = [
        {"text": "What is a *fjord*?", "role": "user"},
        {"text": "Thinking of ice.", "role": "model", "isThought": True},
        {"text": "A drowned valley.", "role": "model", "finishReason": "STOP"},
    ]
    text = json.dumps({"runSettings": {}, "chunkedPrompt": {"chunks": chunks}})
    dialog.locator(".import-place").evaluate(
        """(place, text) => {
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(new File([text], "Fjorde"));
          place.dispatchEvent(new DragEvent("drop", { dataTransfer, bubbles: true }));
        }""",
        text,
    )
    dialog.get_by_role("link", name="Open it").click()
    chat = Chat(visitor, page)
    chat.ended()
    expect(page.locator("#title")).to_have_text("Fjorde")
    expect(chat.answer).to_have_text("A drowned valley.")
    assert "Thinking of ice." in chat.open_thoughts()


def test_all_is_copied_and_saved_as_markdown(visitor: Visitor) -> None:
    chat = visitor.open().ask("1+1?").ended()
    chat.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    choose(chat, "copy-all")
    expect(chat.page.locator("chat-toast")).to_contain_text("copied as Markdown")
    text = str(chat.page.evaluate("navigator.clipboard.readText()"))
    assert text.startswith("# 1+1?\n")
    assert "## Answer" in text
    turn = chat.stored()
    assert turn.reply is not None
    assert turn.reply.answer_text.strip() in text
    markdown = saved(chat, "export-markdown")
    assert Path(str(markdown.path())).read_text() == text


def test_on_paper(visitor: Visitor) -> None:
    chat = visitor.open().ask(ALL).ended()
    with chat.page.context.expect_page() as waiting:
        choose(chat, "print")
    paper = waiting.value
    drawn(paper)
    same(text_of(paper), text_of(chat.page))
    expect(paper.locator("details")).to_have_count(0)
    paper.get_by_role("link", name="With thoughts").click()
    paper.wait_for_url("**thoughts=1*")
    drawn(paper)
    expect(paper.locator(".thoughts-text").first).to_be_visible()
    paper.emulate_media(media="print", color_scheme="dark")
    expect(paper.locator(".reading-bar")).to_be_hidden()
    expect(paper.locator(".code-copy").first).to_be_hidden()
    ink = "getComputedStyle(document.documentElement)[name]"
    light = paper.evaluate(f"(name) => {ink}", "backgroundColor")
    assert light == "rgb(255, 255, 255)"
    paper.evaluate("window.print = () => (window.printed = true)")
    paper.emulate_media(media="screen")
    paper.get_by_role("button", name="Print").click()
    assert paper.evaluate("window.printed")


def share(chat: Chat, **wish: Any) -> str:
    """Make a link by the dialog; its address."""
    choose(chat, "share")
    dialog = chat.page.locator("#share")
    button = dialog.get_by_role("button", name="Make a link")
    expect(button).to_be_enabled()
    if wish.get("days"):
        dialog.locator("select").select_option(wish["days"])
    if wish.get("thoughts"):
        dialog.locator("[name=thoughts]").check()
    rows = dialog.locator(".share-link")
    before = rows.count()
    button.click()
    expect(rows).to_have_count(before + 1)
    return str(rows.first.locator("a").get_attribute("href"))


def test_a_link_is_made_read_and_revoked(visitor: Visitor) -> None:
    visitor.forgive(pattern("status of 404"))
    chat = visitor.open().ask(ALL).ended()
    address = share(chat)
    dialog = chat.page.locator("#share")
    expect(dialog.locator(".share-about")).to_contain_text("Works until")
    chat.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    dialog.locator(".share-link button").first.click()
    expect(dialog.locator(".share-link button").first).to_have_text("Copied")
    assert chat.page.evaluate("navigator.clipboard.readText()") == address
    stranger = visitor.device(signed_in=False).new_page()
    stranger.goto(address)
    drawn(stranger)
    expect(stranger.locator("h1")).to_have_text(chat.page.locator("#title").inner_text())
    expect(stranger.locator(".ask-text")).to_have_text([ALL])
    same(text_of(stranger), text_of(chat.page))
    expect(stranger.locator("details")).to_have_count(0)
    expect(stranger.locator("textarea, form")).to_have_count(0)
    dialog.get_by_role("button", name="Revoke").click()
    expect(dialog.locator(".share-link")).to_have_count(0)
    stranger.reload()
    expect(stranger.locator("h1")).to_have_text("This link does not work (any more)")
    chat.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(chat.page.locator("#conversation-more")).to_be_focused()


def test_thoughts_and_ends_as_they_are_wished_for(visitor: Visitor) -> None:
    chat = visitor.open().ask("1+2+3+4+5+....+999?").ended()
    address = share(chat, days="never", thoughts=True)
    about = chat.page.locator("#share .share-about").first
    expect(about).to_have_text("Works until it is revoked · with thoughts")
    chat.page.keyboard.press("Escape")
    stranger = visitor.device(signed_in=False).new_page()
    stranger.goto(address)
    stranger.locator("summary").click()
    expect(stranger.locator(".thoughts-text")).to_be_visible()
    chat.ask("Later: 1+1?").ended()
    stranger.reload()
    expect(stranger.locator(".ask-text")).to_have_count(1)
    links = visitor.process.site.ask(lambda alias: list(Share.objects.using(alias).all()))
    assert [len(link.token) for link in links if link.token in address] == [43]


def test_it_can_be_read_without_javascript(visitor: Visitor) -> None:
    chat = visitor.open().ask("1+2+3+4+5+....+999?").ended()
    address = share(chat)
    plain = visitor.device(signed_in=False, java_script_enabled=False).new_page()
    plain.goto(address)
    expect(plain.locator("chat-answer")).to_contain_text("499")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_use_it(browser: Browser, process: Process, scheme: str) -> None:
    axe_is_here()
    with Visitor(browser, process, color_scheme=scheme, reduced_motion="reduce") as visitor:
        visitor.forgive(pattern("status of 4"))
        chat = visitor.open("/", visitor.device(PHONE, has_touch=True, is_mobile=True))
        chat.ask("Show me some code").ended()
        chat.page.click("#conversation-more")
        sound(chat.page)
        chat.page.keyboard.press("Escape")
        address = share(chat, thoughts=True)
        sound(chat.page)
        small = set(chat.page.locator("#share").evaluate(SMALL_IN))
        chat.page.keyboard.press("Escape")
        dialog = open_import(chat.page)
        dialog.locator("input[type=file]").set_input_files(file("broken.json", "{"))
        expect(dialog.locator(".import-said")).to_contain_text("Line 1")
        sound(chat.page)
        small |= set(dialog.evaluate(SMALL_IN))
        assert not small, "\n".join(sorted(small))
        page = visitor.device(PHONE).new_page()
        for path in (address, f"/c/{chat.conversation}/print?thoughts=1"):
            page.goto(path)
            expect(page.locator(".source")).to_have_count(0)
            expect(page.locator(".code [class^=hljs]").first).to_be_attached()
            sound(page)
        page.goto("/s/gone")
        sound(page)


def test_pictures(browser: Browser, process: Process, request: pytest.FixtureRequest) -> None:
    """What there is to see is sound on every device; with --pictures it is photographed."""
    wanted = bool(request.config.getoption("--pictures", default=False))

    def picture(page: Page, name: str) -> None:
        width = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
        assert width[0] <= width[1], name
        if wanted and name in KEPT:
            page.screenshot(path=PICTURES / f"{name}.png")

    with Visitor(browser, process) as visitor:
        visitor.forgive(pattern("status of 4"))
        first = visitor.open().ask(ALL).ended()
        address = share(first)
        for look, (size, scheme) in LOOKS.items():
            context = visitor.device(size, color_scheme=scheme)
            chat = visitor.open(f"/c/{first.conversation}", context)
            chat.ended()
            chat.page.click("#conversation-more")
            picture(chat.page, f"menu-{look}")
            chat.page.keyboard.press("Escape")
            share(chat, thoughts=True)
            picture(chat.page, f"share-{look}")
            chat.page.keyboard.press("Escape")
            dialog = open_import(chat.page)
            field = dialog.locator("input[type=file]")
            good = json.dumps({"chunkedPrompt": {"chunks": [{"text": f"Hello {look}"}]}})
            field.set_input_files(
                [file("Fjords.json", good), file("broken.json", '{\n "format": oops')]
            )
            expect(dialog.locator(".import-said").last).to_contain_text("Line 2")
            picture(chat.page, f"import-{look}")
            page = context.new_page()
            page.goto(address)
            drawn(page)
            picture(page, f"shared-{look}")
            page.goto(f"/c/{first.conversation}/print?thoughts=1")
            drawn(page)
            picture(page, f"print-{look}")
            page.goto("/s/gone")
            picture(page, f"no-link-{look}")
