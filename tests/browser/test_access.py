"""Everybody can use it: by axe's rules, by keyboard alone, and with a thumb on a phone."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.test_search import told
from tests.browser.visit import PHONE, WIDE, Chat, Visitor
from tests.serving import Process

PACE = "1"
AXE = Path(__file__).resolve().parents[2] / "node_modules" / "axe-core" / "axe.min.js"
RUN = """async () => {
  const { violations } = await axe.run(document, { resultTypes: ["violations"] });
  return violations.map(({ id, impact, nodes }) => [impact, id, nodes.map(({ target, failureSummary,
    html }) => `${target} ${html.slice(0, 120)} ${failureSummary.slice(0, 300)}`)]);
}"""
SMALL = """() => [...document.querySelectorAll(
    "button, a[href], select, input:not([type=hidden])")]
  .filter((node) => node.checkVisibility({ visibilityProperty: true, opacityProperty: true })
    && !node.closest(".unseen, chat-answer p, [inert]") && !node.matches(".skip"))
  .map((node) => [node.outerHTML.slice(0, 100), node.getBoundingClientRect()])
  .filter(([, box]) => box.width && box.right > 0 && box.left < innerWidth)
  .filter(([, box]) => box.height < 43.9 || box.width < 43.9)
  .map(([html, box]) => `${Math.round(box.width)} x ${Math.round(box.height)}: ${html}`)"""
ORDER = "() => { const node = document.activeElement; return node.id || node.className; }"


@pytest.fixture(params=["light", "dark"])
def person(browser: Browser, process: Process, request: pytest.FixtureRequest) -> Iterator[Visitor]:
    """Reduced motion: a colour in the middle of its change has no contrast to judge."""
    options = {"color_scheme": request.param, "reduced_motion": "reduce"}
    with Visitor(browser, process, **options) as visitor:
        yield visitor


def sound(page: Page) -> None:
    """Nothing that axe calls serious or critical, and no scrolling to the side."""
    page.evaluate(AXE.read_text())
    found = page.evaluate(RUN)
    assert [broken for broken in found if broken[0] in ("serious", "critical")] == []
    width = page.evaluate("[document.documentElement.scrollWidth, innerWidth]")
    assert width[0] <= width[1]


def axe_is_here() -> None:
    if not AXE.exists():
        pytest.skip("no axe-core: `python3 manage.py lint` installs it")


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_pages_by_axe(person: Visitor, size: tuple[int, int]) -> None:
    axe_is_here()
    page = person.device(size, signed_in=False).new_page()
    page.goto("/accounts/login/")
    sound(page)
    chat = person.open("/", person.device(size))
    sound(chat.page)
    chat.ask("rehearse long thoughts slowly").thinking(200)
    sound(chat.page)
    chat.stop.click()
    chat.ended()
    sound(chat.page)
    chat.fresh().ask("Show me a table, some code and some mathematics").ended()
    chat.open_thoughts()
    sound(chat.page)
    for command in ("search grounding", "failed code", "image", "sound"):
        chat.fresh().ask(f"rehearse {command}").ended()
        sound(chat.page)
    chat.reply.locator(".tools > .replay").click()
    expect(chat.reply.locator("chat-replay")).to_be_visible()
    sound(chat.page)
    chat.fresh().ask("rehearse quota").ended()
    sound(chat.page)
    chat.fresh().ask("rehearse error 429 always for 50 seconds")
    expect(chat.end).to_contain_text("Trying again")
    sound(chat.page)
    chat.stop.click()
    chat.ended()
    if size == PHONE:
        chat.page.click("#burger")
        expect(chat.page.locator("#side-close")).to_be_focused()
        sound(chat.page)


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_search_and_switcher_by_axe(person: Visitor, size: tuple[int, int]) -> None:
    axe_is_here()
    told(person, "Rivers of Europe", ("Which is longest?", "The Volga is longest."))
    chat = person.open("/", person.device(size, has_touch=size == PHONE))
    if size == PHONE:
        chat.page.click("#burger")
    chat.page.locator("#search-field").fill("longest")
    chat.page.get_by_role("switch", name="Thoughts too").check()
    expect(chat.page.locator(".found-hit")).to_have_count(2)
    sound(chat.page)
    assert size == WIDE or not chat.page.evaluate(SMALL)
    chat.page.locator(".search-clear").click()
    if size == PHONE:
        chat.page.click("#side-close")
    chat.page.keyboard.press("Control+k")
    chat.page.keyboard.type("long")
    expect(chat.page.locator(".switcher .found-hit").first).to_be_visible()
    sound(chat.page)
    assert size == WIDE or not chat.page.evaluate(SMALL)


def test_a_thumb_finds_everything(browser: Browser, process: Process) -> None:
    with Visitor(browser, process) as visitor:
        context = visitor.device(PHONE, has_touch=True, is_mobile=True)
        chat = visitor.open("/", context)
        small = set(chat.page.evaluate(SMALL))
        chat.ask("rehearse long thoughts slowly").thinking(100)
        small |= set(chat.page.evaluate(SMALL))
        chat.stop.click()
        chat.ended()
        small |= set(chat.page.evaluate(SMALL))
        chat.fresh().ask("Show me some code").ended()
        chat.open_thoughts()
        small |= set(chat.page.evaluate(SMALL))
        chat.page.click("#burger")
        expect(chat.page.locator("#side-close")).to_be_focused()
        small |= set(chat.page.evaluate(SMALL))
        chat.page.click("button.person")
        expect(chat.page.locator("#person-menu")).to_be_visible()
        small |= set(chat.page.evaluate(SMALL))
        assert not small, "\n".join(sorted(small))
        sideways = "[document.documentElement.scrollWidth, innerWidth, visualViewport.scale]"
        width = chat.page.evaluate(sideways)
        assert width == [PHONE[0], PHONE[0], 1]


@pytest.mark.parametrize("width", [320, 360, 390, 480])
def test_lines_have_room_on_a_phone(visitor: Visitor, width: int) -> None:
    """The header's larger share is the title's; a long clock runs into nothing."""
    chat = visitor.open("/", visitor.device((width, 700), has_touch=True, is_mobile=True))
    chat.ask("rehearse long thoughts slowly").thinking(20)
    found = chat.page.evaluate(
        """() => {
          const box = (node) => node.getBoundingClientRect();
          const [title, next] = ["#title", "#settings-open"].map((name) =>
            box(document.querySelector(name)));
          const thoughts = document.querySelector("chat-thoughts");
          thoughts.update({ time: 754_000, tokens: 3_000, budget: 8_192, live: true });
          const clock = document.createRange();
          clock.selectNodeContents(thoughts.querySelector(".thoughts-title"));
          const ends = box(clock).right;
          const others = [".meter", ".answer-now"].map((name) => box(thoughts.querySelector(name)))
            .filter((other) => other.width && other.top < box(clock).bottom);
          return { title: title.width / innerWidth, over: title.right - next.left,
            room: Math.min(...others.map(({ left }) => left)) - ends };
        }"""
    )
    chat.stop.click()
    chat.ended()
    assert found["title"] >= 0.4, found
    assert found["over"] <= 0, found
    assert found["room"] >= 0, found


INSET = """(left) => {
  const probe = document.body.appendChild(document.createElement("i"));
  probe.style.paddingLeft = "env(safe-area-inset-left)";
  const now = getComputedStyle(probe).paddingLeft;
  probe.remove();
  return now === `${left}px`;
}"""


def test_nothing_lies_under_a_notch(visitor: Visitor) -> None:
    insets = {"left": 47, "right": 44, "top": 0, "bottom": 21}
    still: dict[str, Any] = {"has_touch": True, "is_mobile": True, "reduced_motion": "reduce"}
    for size in ((844, 390), (667, 375)):
        chat = visitor.open("/", visitor.device(size, **still))
        chat.ask("1+1?").ended()
        session = chat.page.context.new_cdp_session(chat.page)
        session.send("Emulation.setSafeAreaInsetsOverride", {"insets": insets})
        chat.page.wait_for_function(INSET, arg=insets["left"])
        if size[0] < 768:
            chat.page.click("#burger")
            expect(chat.page.locator("#side-close")).to_be_focused()
        under = chat.page.evaluate(
            """({ left, right }) => [...document.querySelectorAll("a, button, p, h1, textarea")]
              .filter((node) => node.checkVisibility({ visibilityProperty: true })
                && !node.closest(".unseen, [inert]") && !node.matches(".skip"))
              .map((node) => [node, node.getBoundingClientRect()])
              .filter(([, box]) => box.width)
              .filter(([, box]) => box.left < left || box.right > innerWidth - right)
              .map(([node, box]) => [box.left, box.right, node.outerHTML.slice(0, 80)])""",
            insets,
        )
        assert under == []


def test_by_keyboard_alone(visitor: Visitor) -> None:
    chat = visitor.open()
    page = chat.page
    keys = page.keyboard
    expect(chat.field).to_be_focused()
    keys.type("rehearse long thoughts slowly")
    keys.press("Enter")
    page.wait_for_url("**/c/*")
    chat.thinking(50)
    expect(chat.field).to_be_focused()
    keys.press("Tab")
    expect(page.locator("button.attach")).to_be_focused()
    keys.press("Tab")
    expect(chat.stop).to_be_focused()
    ring(page)
    keys.press("Enter")
    chat.ended()
    expect(chat.field).to_be_focused()
    back_to(chat, ".thoughts-open")
    ring(page)
    keys.press("Enter")
    expect(chat.reply.locator(".thoughts-open")).to_have_attribute("aria-expanded", "true")
    keys.press("Space")
    expect(chat.reply.locator(".thoughts-open")).to_have_attribute("aria-expanded", "false")
    keys.press("Control+Shift+O")
    expect(page.locator("#welcome")).to_be_visible()
    expect(chat.field).to_be_focused()
    back_to(chat, ".tour-stop")
    ring(page)
    back_to(chat, ".list-row")
    ring(page)
    keys.press("Enter")
    expect(chat.questions).to_have_text(["rehearse long thoughts slowly"])
    back_to(chat, "button.person")
    keys.press("Enter")
    expect(page.locator("#person-menu")).to_be_visible()
    keys.press("Escape")
    expect(page.locator("#person-menu")).to_be_hidden()
    page.reload()
    chat.connected()
    back_to(chat, ".skip")
    expect(page.locator(".skip")).to_be_in_viewport()
    keys.press("Enter")
    expect(chat.field).to_be_focused()


def back_to(chat: Chat, selector: str, most: int = 30) -> None:
    """Shift+Tab until the focus is there."""
    passed = []
    for _step in range(most):
        chat.page.keyboard.press("Shift+Tab")
        if chat.page.evaluate("(name) => document.activeElement.matches(name)", selector):
            return
        passed.append(chat.page.evaluate(ORDER))
    raise AssertionError(f"{selector} is not in the way of the focus: {passed}")


def ring(page: Page) -> None:
    """What has the focus shows it."""
    shown = page.evaluate(
        """() => { const style = getComputedStyle(document.activeElement);
        return style.outlineStyle !== "none" || style.boxShadow !== "none"; }"""
    )
    assert shown, page.evaluate(ORDER)


def test_what_a_screen_reader_is_told(visitor: Visitor) -> None:
    """The end and whole blocks, once each, and not each word as it comes."""
    chat = visitor.open()
    said = chat.page.locator("#said")
    chat.ask("1+2+3+4+5+....+999?").ended()
    expect(said).to_contain_text("499,500")
    expect(said).to_contain_text("The answer is complete.")
    told = said.locator("p").all_text_contents()
    assert len(told) == len(set(told)) <= 16
    chat.fresh().ask("rehearse quota").ended()
    expect(said.locator("p").last).to_contain_text("over its limit")


def test_a_formula_is_told_by_its_source(visitor: Visitor) -> None:
    """And not three times over, as MathML, as TeX and as it looks."""
    chat = visitor.open()
    said = chat.page.locator("#said")
    chat.ask("rehearse math").ended()
    expect(said).to_contain_text("The answer is complete.")
    lines = said.locator("p").all_text_contents()
    assert any(r"e^{i\pi} + 1 = 0, and \sum_{k=1}^{n} k = " in line for line in lines), lines
    assert any(line.startswith(r"\int_{-\infty}^{\infty}") for line in lines), lines
    assert not any(sign in line for line in lines for sign in "π∑∫√∞"), lines


def test_each_coming_retry_is_told_once(visitor: Visitor) -> None:
    chat = visitor.open()
    chat.ask("rehearse error 503").ended()
    expect(chat.page.locator("#said")).to_contain_text("The answer is complete.")
    lines = chat.page.locator("#said p").all_text_contents()
    retries = [line for line in lines if "Trying again" in line]
    assert len(retries) == 2, lines
    assert "second of" in retries[0]
    assert "third of" in retries[1]


def test_a_link_defined_below_is_drawn_and_nothing_is_told_twice(visitor: Visitor) -> None:
    page = visitor.open().page
    told, links, places = page.evaluate(
        """async (pieces) => {
          const log = document.querySelector("chat-log");
          const answer = log.appendChild(document.createElement("chat-answer"));
          const told = [];
          answer.onblock = (block) => told.push(block.textContent.trim());
          const frame = () => new Promise(requestAnimationFrame);
          for (const piece of pieces) {
            answer.write(piece);
            await frame();
          }
          const heights = new Set();
          const watch = new MutationObserver(() => heights.add(answer.offsetHeight));
          watch.observe(answer, { childList: true, subtree: true });
          answer.finish();
          answer.finish();
          const until = performance.now() + 60_000;
          const whole = () => answer.querySelectorAll("a").length === 2;
          while (!whole() && performance.now() < until) await frame();
          answer.finish();
          for (let left = 3; left; left--) await frame();
          return [told, [...answer.querySelectorAll("a")].map(({ href }) => href), [...heights]];
        }""",
        ["See [the", " source][1].\n\n", "- an item\n- [1]\n\n", "[1]: https://example.org/\n"],
    )
    assert told == ["See [the source][1].", "an item", "1"]
    assert links == ["https://example.org/"] * 2
    assert len(places) == 1, f"the answer's height went through {places}"
