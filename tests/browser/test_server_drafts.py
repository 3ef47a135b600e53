"""What is typed on one device is on the others; nothing of either is lost, or said twice."""

import re
import time

from playwright.sync_api import Route, expect

from conversations.models import Draft
from tests.browser.test_attachments import NOTES, PAPER, PICTURE, attach, chip, chips
from tests.browser.test_attachments import there as arrived
from tests.browser.visit import Chat, Visitor
from tests.browser.wire import Wire

PACE = "0"


def two(visitor: Visitor, path: str = "/") -> tuple[Chat, Chat]:
    return visitor.open(path), visitor.open(path, visitor.device())


def texts(visitor: Visitor) -> list[str]:
    """The drafts that the server has."""
    person = visitor.person.id
    return visitor.process.site.ask(
        lambda alias: [
            draft.text
            for draft in Draft.objects.using(alias).filter(person_id=person).exclude(text="")
        ]
    )


def test_typed_here_seen_there_and_sent_from_there(visitor: Visitor) -> None:
    here, there = two(visitor)
    here.field.press_sequentially("1+1")
    expect(there.field).to_have_value("1+1")
    there.field.press_sequentially("?")
    expect(here.field).to_have_value("1+1?")
    there.ask("1+1?").ended()
    expect(here.field).to_have_value("")
    assert texts(visitor) == []
    here.page.reload()
    here.connected()
    expect(here.field).to_have_value("")


def test_a_device_that_comes_later_has_it_too(visitor: Visitor) -> None:
    here = visitor.open()
    here.ask("1+1?").ended()
    here.field.fill("and then?")
    here.page.evaluate("dispatchEvent(new Event('blur'))")
    there = visitor.open("/", visitor.device())
    expect(there.page.locator(".list-draft")).to_have_text("Draft")
    there.page.locator(".list-row").click()
    expect(there.field).to_have_value("and then?")
    expect(there.page.locator(".list-draft")).to_have_count(0)
    there.field.fill("")
    expect(here.field).to_have_value("")


def test_both_type_without_a_line_and_both_texts_are_kept(visitor: Visitor) -> None:
    here, there = two(visitor)
    here.field.fill("Dear Maya,")
    expect(there.field).to_have_value("Dear Maya,")
    for chat in (here, there):
        chat.page.context.set_offline(True)
    here.field.press_sequentially(" thank you.")
    there.field.press_sequentially(" see you soon.")
    for chat in (here, there):
        chat.page.evaluate("dispatchEvent(new Event('blur'))")
        chat.page.context.set_offline(False)
        chat.page.evaluate("dispatchEvent(new Event('online'))")
    for chat in (here, there):
        for words in ("thank you.", "see you soon."):
            expect(chat.field).to_have_value(_holding(words))
    until = time.monotonic() + 60
    while (joined := here.field.input_value()) != there.field.input_value():
        assert time.monotonic() < until
        here.page.wait_for_timeout(50)
    assert joined.count("Dear Maya,") == 1


def _holding(words: str) -> re.Pattern[str]:
    return re.compile(re.escape(words))


def test_nothing_changes_under_the_fingers(visitor: Visitor) -> None:
    wire = Wire(visitor.context)
    here, there = two(visitor)
    here.field.fill("mine")
    expect(there.field).to_have_value("mine")
    wire.keeps = {"draft"}
    here.field.fill("mine goes on")
    (held,) = wire.has(here)
    there.field.fill("theirs instead")
    there.page.evaluate("dispatchEvent(new Event('blur'))")
    until = time.monotonic() + 30
    while texts(visitor) != ["theirs instead"]:
        assert time.monotonic() < until
        there.page.wait_for_timeout(50)
    expect(here.field).to_have_value("mine goes on")
    wire.keeps = set()
    held.go_on()
    for chat in (here, there):
        expect(chat.field).to_have_value("theirs instead\n\nmine goes on")


def test_an_input_method_is_not_broken_off(visitor: Visitor) -> None:
    here, there = two(visitor)
    here.field.focus()
    here.field.evaluate("(field) => field.dispatchEvent(new CompositionEvent('compositionstart'))")
    there.field.fill("from there")
    there.page.evaluate("dispatchEvent(new Event('blur'))")
    here.page.wait_for_function("document.querySelector('#said')")
    expect(here.field).to_have_value("")
    here.field.evaluate("(field) => field.dispatchEvent(new CompositionEvent('compositionend'))")
    expect(here.field).to_have_value("from there")


def test_signing_out_leaves_nothing_of_it_in_the_browser(visitor: Visitor) -> None:
    here = visitor.open()
    here.field.fill("a secret")
    here.page.wait_for_function("() => Object.keys(localStorage).some((key) => /synced/.test(key))")
    here.page.locator("button.person").click()
    here.page.get_by_role("button", name="Sign out").click()
    here.page.wait_for_url("**/accounts/login/**")
    assert here.page.evaluate("Object.keys(localStorage)") == []
    assert texts(visitor) == ["a secret"]


def test_what_is_attached_here_is_there_too_and_goes_from_there(visitor: Visitor) -> None:
    here, there = two(visitor)
    attach(here, PICTURE, NOTES)
    for chat in (here, there):
        arrived(chat, "holiday.png", "notes.md")
    chip(there, "notes.md").locator(".file-remove").click()
    expect(chips(here)).to_have_count(1)
    later = visitor.open("/", visitor.device())
    arrived(later, "holiday.png")
    there.ask("What is in it?").ended()
    for chat in (here, later):
        expect(chips(chat)).to_have_count(0)
    assert drafted_files(visitor) == []


def test_files_that_two_devices_attach_at_once_are_all_kept(visitor: Visitor) -> None:
    wire = Wire(visitor.context)
    here, there = two(visitor)
    attach(here, PAPER)
    arrived(there, "paper.pdf")
    wire.keeps = {"draft"}
    attach(here, PICTURE)
    chip(here, "paper.pdf").locator(".file-remove").click()
    held = wire.has(here)
    attach(there, NOTES)
    arrived(there, "paper.pdf", "notes.md")
    reaches_the_server(there, "notes.md")
    wire.keeps = set()
    for frame in held:
        frame.go_on()
    for chat in (here, there):
        arrived(chat, "notes.md", "holiday.png")
        expect(chips(chat)).to_have_count(2)
    assert drafted_files(visitor) == ["notes.md", "holiday.png"]


def test_a_file_that_arrives_late_takes_no_other_one_away(visitor: Visitor) -> None:
    """Its conversation is not on show any more, and another device has attached something there."""
    here = visitor.open().ask("1+1?").ended()
    there = visitor.open(f"/c/{here.conversation}", visitor.device())
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    here.page.route("**/files/", hold)
    attach(here, PICTURE)
    expect(here.page.locator("chat-files progress")).to_be_visible()
    here.fresh()
    attach(there, NOTES)
    arrived(there, "notes.md")
    reaches_the_server(there, "notes.md")
    held[0].continue_()
    arrived(there, "notes.md", "holiday.png")
    here.page.go_back()
    arrived(here, "notes.md", "holiday.png")


def reaches_the_server(chat: Chat, *names: str) -> None:
    until = time.monotonic() + 30
    while drafted_files(chat.visitor) != list(names):
        assert time.monotonic() < until
        chat.page.wait_for_timeout(50)


def drafted_files(visitor: Visitor) -> list[str]:
    """The names of the files in the drafts that the server has."""
    person = visitor.person.id
    return visitor.process.site.ask(
        lambda alias: [
            file["name"]
            for draft in Draft.objects.using(alias).filter(person_id=person)
            for file in draft.attachments
        ]
    )
