"""Files, as a person attaches them: by button, drop and paste, refused with a reason, sent."""

import base64
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, FilePayload, Locator, Page, expect

from conversations.files.limits import FILE_LIMIT, FILES_A_MESSAGE
from tests.browser.test_question import LOOKS, PICTURES
from tests.browser.visit import Chat, Visitor
from tests.files.samples import PDF, png, wav
from tests.serving import Process

PACE = "0"
REFUSED = re.compile(r"status of 4\d\d|status of 507")
DROP = """([kind, files]) => {
  const data = new DataTransfer();
  for (const [name, type, base64] of files) {
    const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    data.items.add(new File([bytes], name, { type }));
  }
  const target = document.querySelector("chat-log");
  const event = new DragEvent(kind, { dataTransfer: data, bubbles: true, cancelable: true });
  target.dispatchEvent(event);
  return event.defaultPrevented;
}"""
PASTE = """([text, files]) => {
  const data = new DataTransfer();
  if (text) data.setData("text/plain", text);
  for (const [name, type, base64] of files) {
    const bytes = Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
    data.items.add(new File([bytes], name, { type }));
  }
  const field = document.querySelector("#message");
  const init = { clipboardData: data, bubbles: true, cancelable: true };
  return !field.dispatchEvent(new ClipboardEvent("paste", init));
}"""


def given(name: str, content: bytes, kind: str = "") -> FilePayload:
    return {"name": name, "mimeType": kind, "buffer": content}


def listed(*files: FilePayload) -> list[list[str]]:
    return [
        [file["name"], file["mimeType"], base64.b64encode(file["buffer"]).decode()]
        for file in files
    ]


PICTURE = given("holiday.png", png(320, 200), "image/png")
NOTES = given("notes.md", b"# Notes\n\nto read\n", "text/markdown")
PAPER = given("paper.pdf", PDF, "application/pdf")
SOUND = given("voice.wav", wav(1), "audio/wav")


def chips(chat: Chat) -> Locator:
    return chat.page.locator("chat-files .file")


def chip(chat: Chat, name: str) -> Locator:
    return chips(chat).filter(has_text=name)


def attach(chat: Chat, *files: FilePayload) -> None:
    """By the button, as with a file dialog."""
    with chat.page.expect_file_chooser() as opened:
        chat.page.get_by_role("button", name="Attach files").click()
    opened.value.set_files(list(files))


def there(chat: Chat, *names: str) -> None:
    """All have gone up."""
    for name in names:
        expect(chip(chat, name)).to_be_visible()
    expect(chat.page.locator("chat-files progress:visible")).to_have_count(0)


def ask(chat: Chat, text: str) -> None:
    chat.field.fill(text)
    chat.another(lambda: chat.field.press("Enter"))
    chat.page.wait_for_url("**/c/*")
    chat.ended()


def test_by_button_with_a_question(chat: Chat) -> None:
    attach(chat, PICTURE, NOTES, PAPER, SOUND)
    there(chat, "holiday.png", "notes.md", "paper.pdf", "voice.wav")
    expect(chip(chat, "holiday.png").locator("img")).to_be_visible()
    expect(chip(chat, "paper.pdf")).to_contain_text("PDF · 41 bytes")
    ask(chat, "What are these?")
    expect(chips(chat)).to_have_count(0)
    files = chat.page.locator(".ask .ask-files")
    expect(files.locator("img")).to_have_js_property("naturalWidth", 320)
    expect(files.locator("audio")).to_have_js_property("readyState", 4)
    assert files.locator("audio").evaluate("(sound) => sound.duration") == 1
    expect(files.locator("a.file")).to_have_count(3)
    assert "320 × 200 points" in chat.answer.inner_text()
    assert "3 lines, beginning with “# Notes”" in chat.answer.inner_text()
    question = chat.messages()[0]
    assert question.answer_text == "What are these?"
    assert [*question.parts[0]] == ["attachment"]
    with chat.page.expect_download() as fetched:
        files.locator("a.file", has_text="notes.md").click()
    assert fetched.value.suggested_filename == "notes.md"
    assert Path(fetched.value.path()).read_bytes() == NOTES["buffer"]
    files.locator("button.picture-open").click()
    large = chat.page.locator("dialog.lightbox img")
    expect(large).to_be_visible()
    chat.page.keyboard.press("Escape")
    expect(large).to_be_hidden()
    chat.page.reload()
    chat.connected()
    expect(chat.page.locator(".ask .ask-files img")).to_have_js_property("naturalWidth", 320)
    ask(chat, "And now? Say it again")
    assert len(chat.messages()) == 4


def test_dropped_anywhere_on_the_page(chat: Chat) -> None:
    veil = chat.page.locator(".drop-veil")
    assert not chat.page.evaluate(DROP, ["dragenter", listed(PICTURE)])
    expect(veil).to_be_visible()
    assert chat.page.evaluate(DROP, ["dragover", listed(PICTURE)])
    assert chat.page.evaluate(DROP, ["drop", listed(PICTURE, NOTES)])
    expect(veil).to_be_hidden()
    there(chat, "holiday.png", "notes.md")
    chat.page.evaluate(DROP, ["dragenter", listed(PICTURE)])
    chat.page.evaluate(DROP, ["dragleave", listed(PICTURE)])
    expect(veil).to_be_hidden()
    remove_all(chat)


def remove_all(chat: Chat) -> None:
    """By keyboard: the focus goes on to the next one's button, and at last to the field."""
    chat.page.locator("chat-files .file-remove").first.focus()
    while chips(chat).count():
        chat.page.keyboard.press("Enter")
    expect(chat.field).to_be_focused()
    expect(chat.send).to_be_disabled()


def test_files_alone_are_a_question(chat: Chat) -> None:
    assert chat.page.evaluate(PASTE, ["", listed(given("image.png", png(), "image/png"))])
    there(chat, "Pasted image.png")
    chat.field.focus()
    chat.another(chat.send.click)
    chat.page.wait_for_url("**/c/*")
    chat.ended()
    expect(chat.page.locator("#title")).to_have_text("Pasted image.png")
    expect(chat.page.locator(".ask-text:visible")).to_have_count(0)


def test_a_pasted_book_becomes_a_file(chat: Chat) -> None:
    chat.field.fill("Sum it up: ")
    short = "x" * 20_000
    assert not chat.page.evaluate(PASTE, [short, listed(PICTURE)])
    book = "A line of a book, and 中文.\n" * 80_000
    assert chat.page.evaluate(PASTE, [book, []])
    there(chat, "Pasted text.txt")
    expect(chip(chat, "Pasted text.txt")).to_contain_text("Text · 2.")
    expect(chat.field).to_have_value("Sum it up: ")
    expect(chip(chat, "Pasted text.txt").get_by_text("Insert as text")).to_be_hidden()
    ask(chat, "Sum it up")
    assert "80,000 lines" in chat.answer.inner_text()


def test_a_pasted_page_can_be_a_text_after_all(chat: Chat) -> None:
    chat.field.fill("Sum it up:")
    page = "A line of a page.\n" * 1_500
    assert chat.page.evaluate(PASTE, [page, []])
    there(chat, "Pasted text.txt")
    chip(chat, "Pasted text.txt").get_by_role("button", name="Insert as text").click()
    expect(chips(chat)).to_have_count(0)
    expect(chat.field).to_have_value(f"Sum it up:\n\n{page}")
    expect(chat.field).to_be_focused()
    chat.field.fill("")


def test_what_cannot_be_taken_says_why_before_it_is_sent(chat: Chat) -> None:
    asked: list[str] = []
    chat.page.on("request", lambda request: asked.append(request.method))
    attach(
        chat,
        given("archive.zip", b"PK\x03\x04\0\0\0", "application/zip"),
        given("empty.txt", b"", "text/plain"),
        given("long.txt", b"x" * (FILE_LIMIT + 1), "text/plain"),
    )
    expect(chip(chat, "archive.zip")).to_contain_text("cannot read this kind of file")
    expect(chip(chat, "empty.txt")).to_contain_text("This file is empty")
    expect(chip(chat, "long.txt")).to_contain_text("larger than 20 MB")
    assert "POST" not in asked
    chat.field.fill("a question that is kept")
    chat.field.press("Enter")
    expect(chat.notice).to_contain_text("A file could not be taken")
    expect(chat.field).to_have_value("a question that is kept")
    chat.field.fill("")
    remove_all(chat)
    attach(chat, *[given(f"part {number}.txt", b"x") for number in range(FILES_A_MESSAGE + 1)])
    expect(chip(chat, f"part {FILES_A_MESSAGE}.txt")).to_contain_text("can carry 10 files")
    there(chat, *[f"part {number}.txt" for number in range(FILES_A_MESSAGE)])
    expect(chat.page.locator("chat-files .file.bad")).to_have_count(1)
    remove_all(chat)


def test_what_the_server_sees_closer_is_told_too(visitor: Visitor) -> None:
    visitor.forgive(REFUSED)
    chat = visitor.open()
    attach(chat, given("photo.png", b"<script>alert(1)</script>", "image/png"))
    expect(chip(chat, "photo.png")).to_contain_text("by its content it is a text")
    attach(chat, given("bomb.png", png(60_000, 60_000), "image/png"))
    expect(chip(chat, "bomb.png")).to_contain_text("more than 100 million points")
    expect(chip(chat, "bomb.png").get_by_role("button", name="again")).to_be_hidden()
    remove_all(chat)


def slowed(page: Page, rate: int) -> Callable[[], None]:
    """A line that takes so many bytes a second; returns what makes it quick again."""
    line = page.context.new_cdp_session(page)
    line.send("Network.enable")

    def set_rate(value: int) -> None:
        conditions: dict[str, Any] = {"offline": False, "latency": 0, "downloadThroughput": -1}
        line.send("Network.emulateNetworkConditions", {**conditions, "uploadThroughput": value})

    set_rate(rate)
    return lambda: set_rate(-1)


def test_a_question_waits_for_its_files(chat: Chat) -> None:
    quick = slowed(chat.page, 100_000)
    attach(chat, given("log.txt", b"a line of a log\n" * 100_000))
    bar = chip(chat, "log.txt").get_by_role("progressbar", name="Sending log.txt")
    expect(bar).to_be_visible()
    chat.page.wait_for_function("() => document.querySelector('.file-bar').value > 0.1")
    expect(chip(chat, "log.txt")).to_contain_text("% of 1.6 MB")
    chat.field.fill("What is in it?")
    chat.field.press("Enter")
    expect(chat.notice).to_have_text("Your message goes as soon as its files are there.")
    expect(chat.field).to_have_value("What is in it?")
    expect(chat.questions).to_have_count(0)
    quick()
    chat.page.wait_for_url("**/c/*")
    chat.ended()
    assert "100,000 lines" in chat.answer.inner_text()
    expect(chat.field).to_have_value("")


def test_a_line_that_breaks_can_be_tried_again(visitor: Visitor) -> None:
    visitor.forgive(re.compile("ERR_FAILED"))
    chat = visitor.open()
    chat.page.route("**/files/", lambda route: route.abort())
    attach(chat, NOTES)
    expect(chip(chat, "notes.md")).to_contain_text("The line broke")
    chat.page.unroute("**/files/")
    chip(chat, "notes.md").get_by_role("button", name="Try notes.md again").click()
    there(chat, "notes.md")
    expect(chip(chat, "notes.md")).to_contain_text("Text · 17 bytes")
    slowed(chat.page, 10_000)
    attach(chat, given("large.txt", b"x" * 1_000_000))
    expect(chip(chat, "large.txt").locator("progress")).to_be_visible()
    chip(chat, "large.txt").get_by_role("button", name="Remove large.txt").click()
    expect(chips(chat)).to_have_count(1)


def test_they_are_there_after_a_reload_and_keep_to_their_conversation(chat: Chat) -> None:
    ask(chat, "1+1?")
    attach(chat, PICTURE)
    there(chat, "holiday.png")
    chat.fresh()
    expect(chips(chat)).to_have_count(0)
    attach(chat, NOTES)
    there(chat, "notes.md")
    chat.page.reload()
    chat.connected()
    expect(chips(chat)).to_have_count(1)
    expect(chip(chat, "notes.md")).to_be_visible()
    chat.page.locator(".list-row").first.click()
    expect(chip(chat, "holiday.png").locator("img")).to_have_js_property("naturalWidth", 320)
    expect(chips(chat)).to_have_count(1)
    ask(chat, "What is it?")
    chat.fresh()
    expect(chip(chat, "notes.md")).to_be_visible()
    remove_all(chat)


def test_what_comes_back_brings_its_files(visitor: Visitor) -> None:
    """The line is away when the question is sent; it is taken back, with all that it had."""
    chat = visitor.open()
    attach(chat, NOTES)
    there(chat, "notes.md")
    visitor.forgive(re.compile("ERR_INTERNET_DISCONNECTED|WebSocket"))
    chat.page.evaluate("WebSocket.prototype.send = () => {}")
    chat.field.fill("Read it")
    chat.field.press("Enter")
    waiting = chat.page.locator(".ask.waiting")
    expect(waiting.locator("a.file")).to_contain_text("notes.md")
    expect(chips(chat)).to_have_count(0)
    waiting.get_by_role("button", name="Take back").click()
    expect(chip(chat, "notes.md")).to_be_visible()
    expect(chat.field).to_have_value("Read it")
    chat.page.reload()
    chat.connected()
    ask(chat, chat.field.input_value())
    assert "notes" in chat.answer.inner_text()


def test_a_file_that_went_away_is_told(visitor: Visitor) -> None:
    visitor.forgive(REFUSED)
    chat = visitor.open()
    attach(chat, NOTES)
    there(chat, "notes.md")
    for path in (visitor.process.site.folder / "files").rglob("*-*"):
        path.unlink()
    chat.page.reload()
    chat.connected()
    expect(chip(chat, "notes.md")).to_contain_text("not here any more")


def test_pictures(browser: Browser, process: Process, request: pytest.FixtureRequest) -> None:
    """What it looks like, wide and on a phone; with --pictures it is photographed."""
    wanted = bool(request.config.getoption("--pictures", default=False))
    for look, (size, scheme) in LOOKS.items():
        with Visitor(browser, process) as visitor:
            visitor.forgive(REFUSED)
            chat = visitor.open("/", visitor.device(size, color_scheme=scheme))
            attach(chat, PICTURE, PAPER, SOUND)
            there(chat, "holiday.png", "paper.pdf", "voice.wav")
            ask(chat, "What do you make of these?")
            quick = slowed(chat.page, 60_000)
            attach(chat, PICTURE, given("Quarterly report with a long name.csv", b"a,b\n" * 90_000))
            attach(chat, given("archive.zip", b"PK\x03\x04\0\0", "application/zip"))
            chat.page.evaluate(PASTE, ["A line of a book.\n" * 2_000, []])
            expect(chip(chat, "archive.zip")).to_contain_text("cannot read")
            chat.page.wait_for_function(
                "() => [...document.querySelectorAll('.file-bar')].some((bar) => bar.value > 0.3)"
            )
            if wanted:
                chat.page.screenshot(path=PICTURES / f"files-{look}.png")
                chat.page.locator(".ask").scroll_into_view_if_needed()
                chat.page.locator(".ask-files").screenshot(path=PICTURES / f"asked-{look}.png")
            width = chat.page.evaluate("document.documentElement.scrollWidth")
            assert width <= size[0]
            quick()
            there(chat, "Quarterly")
