"""What is typed and not sent: several tabs share it, and signing out leaves none of it behind."""

from playwright.sync_api import Page, expect

from tests.browser.visit import Chat, Visitor

KEPT = "Object.keys(localStorage).filter((key) => /draft|outbox/.test(key))"
SAVED = 400


def come_to(chat: Chat) -> None:
    """As when a person turns to the tab; here all tabs count as seen and focused."""
    chat.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    chat.page.evaluate("dispatchEvent(new Event('focus'))")


def kept(page: Page) -> list[str]:
    found: list[str] = page.evaluate(KEPT)
    return found


def test_a_second_tab_neither_erases_nor_revives_a_draft(visitor: Visitor) -> None:
    here, there = visitor.open(), visitor.open()
    here.field.fill("1+1? and a draft")
    here.page.wait_for_timeout(SAVED)
    expect(there.field).to_have_value("1+1? and a draft")
    there.field.fill("1+1?")
    expect(here.field).to_have_value("1+1?")
    here.page.wait_for_function(
        """() => Object.entries(localStorage)
          .some(([key, held]) => /synced/.test(key) && JSON.parse(held).text === "1+1?")"""
    )
    there.field.press("Enter")
    there.page.wait_for_url("**/c/*")
    expect(here.field).to_have_value("")
    here.page.evaluate("dispatchEvent(new Event('blur'))")
    come_to(here)
    assert kept(here.page) == []
    here.page.reload()
    here.connected()
    expect(here.field).to_have_value("")
    there.ended()


def test_what_was_typed_last_is_saved_by_leaving_the_tab(visitor: Visitor) -> None:
    here, there = visitor.open(), visitor.open()
    here.field.fill("typed in haste")
    here.page.evaluate("dispatchEvent(new Event('blur'))")
    come_to(there)
    expect(there.field).to_have_value("typed in haste")
    here.field.fill("typed on")
    come_to(here)
    expect(here.field).to_have_value("typed on")


def test_signing_out_leaves_nothing_behind(visitor: Visitor) -> None:
    here, there = visitor.open(), visitor.open()
    there.ask("1+1?").ended()
    there.field.fill("another secret")
    here.field.fill("a secret")
    here.page.wait_for_function(f"() => {KEPT}.length === 2")
    person = here.page.locator("#app").get_attribute("data-person")
    assert person == str(visitor.person.id)
    here.page.evaluate(
        "(other) => localStorage.setItem(`thinkalong:draft:${other}7:new`, 'theirs')", person
    )
    here.field.fill("a secret, typed on in the last moment")
    here.page.locator("button.person").click()
    here.page.get_by_role("button", name="Sign out").click()
    here.page.wait_for_url("**/accounts/login/**")
    expect(there.field).to_have_value("")
    there.page.evaluate("dispatchEvent(new Event('pagehide'))")
    assert kept(here.page) == [f"thinkalong:draft:{person}7:new"]
    assert here.page.evaluate("Object.keys(sessionStorage)") == []


def test_two_people_of_one_browser_do_not_meet(visitor: Visitor) -> None:
    """Even if they share a name or an address."""
    site = visitor.process.site
    first, second = (
        site.add_person(name, email="family@example.org", first_name="Sam") for name in "xy"
    )
    with Visitor(visitor.browser, visitor.process, first) as other:
        chat = other.open()
        chat.field.fill("of the first")
        chat.page.wait_for_timeout(SAVED)
        name, _equals, value = site.session(second).partition("=")
        cookie = {"name": name, "value": value, "url": visitor.process.origin}
        other.context.add_cookies([cookie])
        chat.page.goto("/")
        chat.connected()
        expect(chat.field).to_have_value("")
