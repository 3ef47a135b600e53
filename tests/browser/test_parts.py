"""What comes back, shown: code, tables, notes, code that was run, pictures, sounds, the unknown."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect
from pytest_django import DjangoDbBlocker

from tests.browser.visit import PHONE, WIDE, Chat, Visitor
from tests.serving import Process, Site

PACE = "0.1"
PICTURES = Path(__file__).parent / "pictures"


def clipboard(chat: Chat) -> str:
    return str(chat.page.evaluate("navigator.clipboard.readText()"))


def test_code_wraps_where_one_wants_it_and_remembers(visitor: Visitor) -> None:
    chat = visitor.open()
    chat.ask("rehearse code").ended()
    wide = chat.answer.locator(".code", has_text="0123456789").first
    pre, wrap = wide.locator("pre"), wide.locator(".code-wrap")
    expect(chat.answer.locator(".code-name").first).to_have_text("python")
    is_wide = "(pre) => pre.scrollWidth > pre.clientWidth + 2"
    assert pre.evaluate(is_wide)
    wrap.click()
    expect(wrap).to_have_attribute("aria-pressed", "true")
    expect(chat.answer.locator(".code-wrap[aria-pressed=false]")).to_have_count(0)
    assert not pre.evaluate(is_wide)
    chat.page.reload()
    chat.connected()
    chat.ended()
    expect(wrap).to_have_attribute("aria-pressed", "true")
    assert not pre.evaluate(is_wide)
    other = visitor.open(f"/c/{chat.conversation}").ended()
    other.answer.locator(".code-wrap").first.click()
    expect(wrap).to_have_attribute("aria-pressed", "false")


def test_long_code_scrolls_inside_and_its_newest_lines_are_in_view(chat: Chat) -> None:
    """As it streams: drawn by the page's own element, line by line."""
    found = chat.page.evaluate(
        """async () => {
          const answer = document.createElement("chat-answer");
          document.querySelector("chat-log").append(answer);
          answer.write("```text\\n");
          const pre = () => answer.querySelector("pre");
          const frame = () => new Promise(requestAnimationFrame);
          const seen = () => {
            const box = pre().getBoundingClientRect();
            return box.bottom - pre().querySelector("code").getBoundingClientRect().bottom;
          };
          const feet = [];
          for (let at = 0; at < 300; at++) {
            answer.write(`line ${at}\\n`);
            await frame();
            if (at > 100 && at % 20 === 0) feet.push(seen());
          }
          const height = pre().offsetHeight;
          answer.write("```\\n\\nafter\\n");
          answer.finish();
          await until(() => answer.textContent.includes("after"));
          const result = [height < 700, Math.max(...feet), height === pre().offsetHeight];
          answer.remove();
          return result;
        }"""
    )
    assert found[0]
    assert found[1] < 20
    assert found[2]


def test_a_table_is_copied_for_texts_and_for_sheets(chat: Chat) -> None:
    chat.ask("rehearse table").ended()
    chat.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    box = chat.answer.locator(".table-box").first
    box.hover()
    box.locator(".table-copy").click()
    expect(box.locator(".table-copy")).to_have_text("Copied")
    lines = clipboard(chat).splitlines()
    assert lines[0] == "| Series | Terms | Sum |"
    assert lines[1] == "|:---|:---:|---:|"
    assert lines[5] == r"| with code, stress and a \| bar | – | $\frac{n(n+1)}{2}$ |"
    html = chat.page.evaluate(
        """async () => {
          const [item] = await navigator.clipboard.read();
          return (await item.getType("text/html")).text();
        }"""
    )
    assert "<td>4,950</td>" in html


def test_tasks_are_boxes(chat: Chat) -> None:
    chat.ask("show me a task list").ended()
    boxes = chat.answer.get_by_role("checkbox")
    expect(boxes).to_have_count(2)
    expect(boxes.first).to_be_checked()
    expect(boxes.last).not_to_be_checked()
    for box in boxes.all():
        expect(box).to_be_disabled()


def test_notes_are_numbered_and_lead_there_and_back(chat: Chat) -> None:
    for _twice in range(2):
        chat.ask("rehearse footnotes").ended()
    marks = chat.answer.last.locator(".note-mark a")
    assert marks.all_text_contents() == ["1", "2", "1", "3", "2"]
    notes = chat.answer.last.locator(".notes li")
    expect(notes).to_have_count(4)
    expect(notes.nth(1)).to_contain_text("A note may have paragraphs")
    expect(chat.answer.last).to_contain_text("stays as it is: [^missing].")
    expect(chat.answer.last.locator("code")).to_contain_text(["code[^none]"])
    identities = chat.page.eval_on_selector_all(
        "chat-answer [id]", "(nodes) => nodes.map((node) => node.id)"
    )
    assert len(identities) == len(set(identities)) >= 18
    address = chat.page.url
    marks.nth(3).click()
    expect(notes.nth(2)).to_be_focused()
    chat.page.keyboard.press("Tab")
    chat.page.keyboard.press("Enter")
    expect(marks.nth(3)).to_be_focused()
    assert chat.page.url == address


@pytest.mark.parametrize(
    ("command", "states", "word"),
    [
        ("run code", ["ok"], "Output"),
        ("rehearse failed code", ["failed", "ok"], "It failed"),
        ("rehearse endless code", ["deadline"], "took too long"),
    ],
)
def test_code_that_was_run_is_one_figure(
    chat: Chat, command: str, states: list[str], word: str
) -> None:
    chat.ask(command)
    chat.ended()
    for _reload in range(2):
        runs = chat.reply.locator("chat-run")
        expect(runs).to_have_count(len(states))
        found = [run.get_attribute("data-state") for run in runs.all()]
        assert found == states
        expect(runs.first).to_contain_text(word)
        expect(runs.first.locator(".code")).to_have_count(1)
        expect(runs.first.locator("code [class^=hljs]").first).to_be_visible()
        chat.page.reload()
        chat.connected()
        chat.ended()


def test_code_runs_before_it_has_run(browser: Browser, django_db_blocker: DjangoDbBlocker) -> None:
    """At a pace at which it can be seen."""
    with (
        django_db_blocker.unblock(),
        Site(env={"REHEARSAL_PACE": "2"}) as site,
        Visitor(browser, site.start()) as visitor,
    ):
        chat = visitor.open().ask("rehearse executed code")
        expect(chat.reply.locator("chat-run[data-state=running]")).to_be_visible()
        chat.ended()


def test_a_picture_opens_larger_and_can_be_kept(chat: Chat) -> None:
    page = chat.page
    chat.ask("make an image").ended()
    button = chat.reply.locator(".picture-open")
    image = button.get_by_role("img", name="A picture made by the model")
    expect(image).to_have_js_property("naturalWidth", 384)
    button.focus()
    page.keyboard.press("Enter")
    large = page.get_by_role("dialog")
    expect(large.locator("img")).to_be_visible()
    page.keyboard.press("Escape")
    expect(large).to_be_hidden()
    expect(button).to_be_focused()
    button.click()
    large.click(position={"x": 5, "y": 5})
    expect(large).to_be_hidden()
    with page.expect_download() as kept:
        chat.reply.get_by_role("button", name="Download").click()
    assert kept.value.suggested_filename == "picture.png"
    assert kept.value.path().read_bytes().startswith(b"\x89PNG")


def test_a_sound_plays(chat: Chat) -> None:
    chat.ask("rehearse sound").ended()
    player = chat.reply.locator("audio")
    expect(player).to_have_attribute("controls", "")
    chat.page.wait_for_function("document.querySelector('audio').readyState >= 1")
    assert abs(player.evaluate("(player) => player.duration") - 1.05) < 0.05


def test_an_unknown_part_is_shown_as_it_came(chat: Chat) -> None:
    chat.ask("rehearse unknown part").ended()
    part = chat.reply.locator(".part")
    expect(part.locator(".part-label")).to_contain_text("(hologram)")
    expect(part.locator("code")).to_contain_text('"facets"')


LOOKS = {
    "wide-light": (WIDE, "light"),
    "wide-dark": (WIDE, "dark"),
    "phone-light": (PHONE, "light"),
    "phone-dark": (PHONE, "dark"),
}
SHOWN = {
    "run": "rehearse failed code",
    "image": "rehearse image",
    "footnotes": "rehearse footnotes",
    "markdown": "rehearse markdown",
}


@pytest.mark.parametrize("look", LOOKS)
def test_pictures(
    browser: Browser, process: Process, request: pytest.FixtureRequest, look: str
) -> None:
    """Nothing is wider than the page; with --pictures each is photographed."""
    wanted = bool(request.config.getoption("--pictures", default=False))
    size, scheme = LOOKS[look]
    with Visitor(browser, process) as visitor:
        chat = visitor.open("/", visitor.device(size, color_scheme=scheme))
        for name, command in SHOWN.items():
            chat.fresh().ask(command).ended()
            width = chat.page.evaluate("document.documentElement.scrollWidth")
            assert width <= size[0], name
            expect(chat.reply).not_to_contain_text(re.compile("undefined|NaN"))
            if wanted and look in ("wide-light", "phone-dark"):
                chat.page.screenshot(path=PICTURES / f"shown-{name}-{look}.png")
