"""Settings, presets and details, as a person handles them: on one device or two, and by mistake."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Locator, expect
from pytest_django import DjangoDbBlocker

from conversations.models import Conversation
from tests.browser.test_access import SMALL, axe_is_here, sound
from tests.browser.visit import PHONE, WIDE, Chat, Visitor
from tests.serving import Process, Site

PRO, FLASH, NEWEST = "gemini-2.5-pro", "gemini-2.5-flash", "gemini-3.8-flash"
PICTURES = Path(__file__).parent / "pictures"
LOOKS = {
    "wide-light": (WIDE, "light"),
    "wide-dark": (WIDE, "dark"),
    "phone-light": (PHONE, "light"),
    "phone-dark": (PHONE, "dark"),
}


@pytest.fixture(scope="module")
def process(django_db_blocker: DjangoDbBlocker) -> Iterator[Process]:
    env = {"GEMINI_MODELS": f"{PRO},{FLASH},{NEWEST}", "REHEARSAL_PACE": "0"}
    with django_db_blocker.unblock(), Site(env=env) as site:
        yield site.start()


class Panel:
    """The settings as a person sees them."""

    def __init__(self, chat: Chat) -> None:
        self.chat, self.page = chat, chat.page
        self.button = self.page.locator("#settings-open")
        self.node = self.page.locator("#settings")
        self.state = self.node.locator(".settings-state")
        self.summary = self.node.locator(".settings-differ > span")
        self.preset = self.node.locator("#preset")

    def open(self) -> "Panel":
        self.button.click()
        expect(self.node).to_be_visible()
        return self

    def close(self) -> None:
        self.page.keyboard.press("Escape")
        expect(self.node).to_be_hidden()

    def dial(self, field: str) -> Locator:
        return self.node.locator(f"[data-field={field}]")

    def number(self, field: str) -> Locator:
        return self.dial(field).locator("[type=number]")

    def saved(self) -> None:
        expect(self.state).to_have_text("Saved")


def settings_of(chat: Chat) -> Conversation:
    return chat.visitor.process.site.ask(
        lambda alias: Conversation.objects.using(alias).get(pk=chat.conversation)
    )


def said(chat: Chat) -> dict[str, str]:
    """What the rehearsal says it was asked with."""
    rows = chat.answer.locator("tbody tr")
    cells = [row.locator("td").all_inner_texts() for row in rows.all()]
    return dict(cells)


def asked(chat: Chat) -> dict[str, str]:
    chat.ask("rehearse settings").ended()
    return said(chat)


def test_a_new_conversation_is_asked_as_it_was_set(visitor: Visitor) -> None:
    chat = visitor.open("/")
    panel = Panel(chat)
    expect(panel.button).to_have_attribute("aria-label", "Settings")
    panel.open()
    expect(panel.summary).to_have_text("All as the site has it")
    panel.dial("system_instruction").locator("textarea").fill("Be brief.")
    panel.number("temperature").fill("0.4")
    panel.dial("tools").get_by_role("switch", name=re.compile("Google Search")).check()
    panel.dial("thinking_budget").get_by_role("radio", name="Dynamic").check()
    panel.number("top_k").fill("12")
    panel.number("max_output_tokens").fill("4096")
    panel.node.locator("#set-safety").select_option("BLOCK_ONLY_HIGH")
    expect(panel.summary).to_have_text("7 settings differ from the site's")
    expect(panel.state).to_have_text("For the next conversation")
    chat.page.reload()
    chat.connected()
    expect(panel.button).to_have_class(re.compile("differs"))
    told = asked(chat)
    assert told["systemInstruction"] == "Be brief."
    assert (told["temperature"], told["topK"], told["topP"]) == ("0.4", "12", "1")
    assert (told["maxOutputTokens"], told["thinkingBudget"]) == ("4096", "-1")
    assert (told["tools"], told["civic_integrity"]) == ("googleSearch", "BLOCK_ONLY_HIGH")
    assert len(settings_of(chat).settings) == 7
    expect(panel.button).to_have_class(re.compile("differs"))
    chat.fresh()
    expect(panel.button).not_to_have_class(re.compile("differs"))
    assert asked(chat)["temperature"] == "1"


def test_each_is_saved_as_it_is_changed_and_goes_back(visitor: Visitor) -> None:
    chat = visitor.open("/").ask("1+1?").ended()
    panel = Panel(chat).open()
    panel.dial("temperature").locator("[type=range]").press("ArrowLeft")
    expect(panel.number("temperature")).to_have_value("0.95")
    panel.dial("thinking_budget").locator("[type=range]").press("Home")
    expect(panel.number("thinking_budget")).to_have_value("128")
    panel.saved()
    assert settings_of(chat).settings == {"temperature": 0.95, "thinking_budget": 128}
    each = panel.dial("safety")
    each.locator("summary").click()
    each.get_by_label("Harassment").select_option("BLOCK_LOW_AND_ABOVE")
    expect(each.locator("#set-safety")).to_have_value("")
    panel.saved()
    assert settings_of(chat).settings["safety"] == {
        "HARM_CATEGORY_HARASSMENT": "BLOCK_LOW_AND_ABOVE"
    }
    expect(panel.summary).to_have_text("3 settings differ from the site's")
    panel.dial("temperature").get_by_role("button", name="Reset: Temperature").click()
    expect(panel.number("temperature")).to_have_value("1")
    expect(panel.dial("temperature").locator(".dial-usual")).to_be_visible()
    expect(panel.summary).to_have_text("2 settings differ from the site's")
    panel.node.get_by_role("button", name="Reset all").click()
    expect(panel.summary).to_have_text("All as the site has it")
    panel.saved()
    assert settings_of(chat).settings == {}
    panel.close()
    expect(panel.button).to_be_focused()


def test_another_model_shows_what_it_has_and_loses_nothing(visitor: Visitor) -> None:
    chat = visitor.open("/").ask("1+1?").ended()
    other = visitor.open(f"/c/{chat.conversation}", visitor.device(WIDE))
    panel = Panel(chat).open()
    panel.number("temperature").fill("0.3")
    panel.saved()
    panel.close()
    chat.page.locator("#model select").select_option(NEWEST)
    expect(other.page.locator("#model select")).to_have_value(NEWEST)
    panel.open()
    expect(panel.dial("temperature")).to_be_hidden()
    expect(panel.dial("thinking_budget")).to_be_hidden()
    expect(panel.node.locator(".settings-lack")).to_contain_text("Temperature")
    level = panel.dial("thinking_level")
    expect(level.get_by_role("radio", name="Medium")).to_be_checked()
    expect(level.get_by_role("radio", name="Minimal")).to_be_hidden()
    level.get_by_role("radio", name="High").check()
    panel.saved()
    panel.close()
    told = asked(chat)
    assert (told["model"], told["temperature"]) == (NEWEST, "not set")
    assert (told["thinkingLevel"], told["thinkingBudget"]) == ("HIGH", "not set")
    panel.open().node.locator("#settings-model").select_option(PRO)
    expect(panel.number("temperature")).to_have_value("0.3")
    expect(panel.dial("thinking_level")).to_be_hidden()
    panel.close()
    told = asked(chat)
    assert (told["temperature"], told["thinkingBudget"]) == ("0.3", "26240")
    panel.open().node.locator("#settings-model").select_option(FLASH)
    expect(panel.dial("thinking_budget")).to_contain_text("so it is asked for 24,576")
    panel.dial("thinking_budget").get_by_role("radio", name="Off").check()
    panel.close()
    assert asked(chat)["thinkingBudget"] == "0"


def test_two_devices_end_in_the_same_state(visitor: Visitor) -> None:
    chat = visitor.open("/").ask("1+1?").ended()
    other = visitor.open(f"/c/{chat.conversation}", visitor.device(WIDE))
    other.ended()
    here, there = Panel(chat).open(), Panel(other).open()
    here.number("temperature").fill("0.2")
    there.number("top_p").fill("0.6")
    expect(there.number("temperature")).to_have_value("0.2")
    expect(here.number("top_p")).to_have_value("0.6")
    there.dial("tools").get_by_role("switch").first.check()
    expect(here.dial("tools").get_by_role("switch").first).to_be_checked()
    here.dial("system_instruction").locator("textarea").fill("Be kind.")
    field = there.dial("system_instruction").locator("textarea")
    expect(field).to_have_value("Be kind.")
    field.fill("Be brief.")
    expect(here.dial("system_instruction").locator("textarea")).to_have_value("Be brief.")
    here.saved()
    there.saved()
    assert settings_of(chat).settings == {
        "temperature": 0.2, "top_p": 0.6, "tools": {"googleSearch": True},
        "system_instruction": "Be brief.",
    }  # fmt: skip
    here.close()
    assert asked(chat)["systemInstruction"] == "Be brief."


def test_what_cannot_be_is_told_and_not_stored(visitor: Visitor) -> None:
    chat = visitor.open("/").ask("1+1?").ended()
    panel = Panel(chat).open()
    for field, value in (("temperature", "9"), ("top_k", "0"), ("max_output_tokens", "70000")):
        panel.number(field).fill(value)
        expect(panel.number(field)).to_have_attribute("aria-invalid", "true")
    panel.number("top_k").fill("1.5")
    expect(panel.number("top_k")).to_have_attribute("aria-invalid", "true")
    instruction = panel.dial("system_instruction").locator("textarea")
    expect(panel.number("temperature")).to_have_value("1")
    instruction.fill("界" * 32_001)
    expect(panel.dial("system_instruction")).to_contain_text("Too long by 1 character")
    assert settings_of(chat).settings == {}
    instruction.fill("界" * 32_000)
    panel.saved()
    assert len(settings_of(chat).settings["system_instruction"]) == 32_000
    panel.close()
    assert asked(chat)["systemInstruction"].startswith("界")


def test_presets_are_kept_used_and_dropped(visitor: Visitor) -> None:
    chat = visitor.open("/").ask("1+1?").ended()
    other = visitor.open("/", visitor.device(WIDE))
    panel = Panel(chat).open()
    panel.number("temperature").fill("0.1")
    panel.node.locator("#settings-model").select_option(FLASH)
    expect(panel.preset).to_have_value("own")
    save = panel.node.get_by_role("button", name="Save as preset")
    save.click()
    expect(panel.node.locator("#preset-name")).to_be_focused()
    chat.page.keyboard.type("Cold")
    chat.page.keyboard.press("Enter")
    expect(panel.preset.locator("option:checked")).to_have_text("Cold")
    panel.node.get_by_role("switch", name="Use for new conversations").check()
    expect(panel.preset.locator("option:checked")).to_have_text("Cold (for new ones)")

    expect(other.page.locator("#model select")).to_have_value(FLASH)
    assert asked(other)["temperature"] == "0.1"
    there = Panel(other).open()
    there.preset.select_option(label="The site's settings")
    expect(there.number("temperature")).to_have_value("1")
    there.preset.select_option(label="Cold (for new ones)")
    expect(there.number("temperature")).to_have_value("0.1")
    there.number("top_p").fill("0.5")
    there.node.get_by_role("button", name="Update it").click()
    expect(there.node.get_by_role("button", name="Update it")).to_be_hidden()

    panel.preset.select_option(label="Cold (for new ones)")
    expect(panel.number("top_p")).to_have_value("0.5")
    save.click()
    chat.page.keyboard.type("Cold")
    chat.page.keyboard.press("Enter")
    expect(panel.node.get_by_role("alert")).to_contain_text("You have a preset of this name")
    panel.node.get_by_role("button", name="Rename").click()
    chat.page.keyboard.type("Colder")
    chat.page.keyboard.press("Enter")
    expect(there.preset.locator("option:checked")).to_have_text("Colder (for new ones)")
    panel.node.get_by_role("button", name="Delete").click()
    expect(panel.node.get_by_text("Delete “Colder”?")).to_be_visible()
    chat.page.keyboard.press("Escape")
    expect(panel.node.get_by_text("Delete “Colder”?")).to_be_hidden()
    panel.node.get_by_role("button", name="Delete").click()
    panel.node.locator(".presets-drop").get_by_role("button", name="Delete").click()
    expect(there.preset).to_have_value("own")
    panel.close()
    assert asked(chat.fresh())["temperature"] == "1"
    assert settings_of(other).settings == {"temperature": 0.1, "top_p": 0.5}


def test_an_answer_tells_with_what_it_was_made(visitor: Visitor) -> None:
    chat = visitor.open("/")
    panel = Panel(chat).open()
    panel.number("temperature").fill("0.4")
    panel.close()
    chat.ask("1+1?").ended()
    panel.open().number("temperature").fill("1.7")
    panel.saved()
    panel.close()
    chat.page.locator("#title").click()
    chat.page.keyboard.press("s")
    expect(panel.number("temperature")).to_have_value("1.7")
    panel.close()
    button = chat.reply.get_by_role("button", name="Details")
    button.press("Enter")
    details = chat.page.locator("#details")
    own = details.locator("h3", has_text="Settings of its own").locator("+ dl")
    expect(own).to_have_text(re.compile("Temperature.*0[.,]4"))
    expect(details).to_contain_text("Gemini 2.5 Pro")
    expect(details).to_contain_text("26,240")
    turn = chat.stored()
    expect(details).to_contain_text(f"{turn.answer_tokens:,}")
    chat.page.keyboard.press("Escape")
    expect(details).to_be_hidden()
    expect(button).to_be_focused()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
def test_by_axe_and_thumb(
    browser: Browser, process: Process, size: tuple[int, int], scheme: str
) -> None:
    axe_is_here()
    still: dict[str, Any] = {"color_scheme": scheme, "reduced_motion": "reduce"}
    touch: dict[str, Any] = {"has_touch": True, "is_mobile": True} if size == PHONE else {}
    with Visitor(browser, process) as visitor:
        chat = visitor.open("/", visitor.device(size, **still, **touch)).ask("1+1?").ended()
        panel = Panel(chat).open()
        panel.number("temperature").fill("0.4")
        panel.dial("safety").locator("summary").click()
        panel.saved()
        sound(chat.page)
        small = set(chat.page.evaluate(SMALL)) if touch else set()
        panel.node.get_by_role("button", name="Save as preset").click()
        sound(chat.page)
        small |= set(chat.page.evaluate(SMALL)) if touch else set()
        chat.page.keyboard.press("Escape")  # the name only
        panel.close()
        chat.reply.get_by_role("button", name="Details").click()
        expect(chat.page.locator("#details dl").first).to_be_visible()
        sound(chat.page)
        small |= set(chat.page.evaluate(SMALL)) if touch else set()
        behind = {found for found in small if "inert" in found}
        assert not small - behind, "\n".join(sorted(small))


def test_pictures(browser: Browser, process: Process, request: pytest.FixtureRequest) -> None:
    wanted = bool(request.config.getoption("--pictures", default=False))
    with Visitor(browser, process) as visitor:
        first = visitor.open("/")
        first.ask("rehearse settings").ended()
        panel = Panel(first).open()
        panel.dial("system_instruction").locator("textarea").fill(
            "Answer in short sentences. Name the unit of each number."
        )
        panel.number("temperature").fill("0.4")
        panel.dial("tools").get_by_role("switch").first.check()
        panel.saved()
        panel.node.get_by_role("button", name="Save as preset").click()
        panel.page.keyboard.type("Brief and with sources")
        panel.page.keyboard.press("Enter")
        expect(panel.node.get_by_text("Use for new conversations")).to_be_visible()
        panel.close()
        path = f"/c/{first.conversation}"
        for look, (size, scheme) in LOOKS.items():
            chat = visitor.open(path, visitor.device(size, color_scheme=scheme))
            chat.ended()
            panel = Panel(chat).open()
            if wanted:
                chat.page.wait_for_timeout(300)
                chat.page.screenshot(path=PICTURES / f"settings-{look}.png")
            width = chat.page.evaluate("document.documentElement.scrollWidth")
            assert width <= size[0]
            panel.close()
            if wanted:
                chat.reply.get_by_role("button", name="Details").click()
                expect(chat.page.locator("#details dl").first).to_be_visible()
                chat.page.wait_for_timeout(300)
                chat.page.screenshot(path=PICTURES / f"details-{look}.png")
