"""What is typed on one device is on the others; nothing of either is lost, or said twice."""

import re
import time

from playwright.sync_api import expect

from conversations.models import Draft
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
    joined = here.field.input_value()
    expect(there.field).to_have_value(joined)
    assert joined.count("Dear Maya,") == 1


def _holding(words: str) -> re.Pattern[str]:
    return re.compile(re.escape(words))


def test_nothing_changes_under_the_fingers(visitor: Visitor) -> None:
    wire = Wire(visitor.context)
    here, there = two(visitor)
    here.field.fill("mine")
    expect(there.field).to_have_value("mine")
    wire.keeps = {"draft"}
    here.field.press_sequentially(" goes on")
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
