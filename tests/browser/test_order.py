"""The list in order: named, pinned, archived, in folders, deleted and back, on all devices."""

import re
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.utils import timezone
from playwright.sync_api import Locator, Page, expect

from conversations.models import Conversation
from tests.browser.visit import PHONE, WIDE, Visitor
from tests.browser.wire import Wire
from tests.serving import Frame

PACE = "0"
PICTURES = Path(__file__).parent / "pictures"
TITLES = [
    "Why the sky is blue",
    "A cake without eggs",
    "Moving a meeting by a week",
    "Quicksort, step by step",
    "Ferries to Gotland in May",
    "Which laptop to repair",
    "数独的解法",
    "A very long title that no list of conversations has the room to show from end to end",
]


def rows_of(visitor: Visitor, titles: list[str] = TITLES) -> dict[str, Conversation]:
    """Conversations of the visitor's, the first the newest."""
    now = timezone.now()
    rows = [
        Conversation(
            owner_id=visitor.person.id,
            title=title,
            model="gemini-2.5-pro",
            updated_at=now - timedelta(hours=7 * number + 1),
        )
        for number, title in enumerate(titles)
    ]
    visitor.process.site.ask(lambda alias: Conversation.objects.using(alias).bulk_create(rows))
    return {row.title: row for row in rows}


def row(page: Page, title: str) -> Locator:
    return page.locator(".list-row").filter(has_text=title)


def menu(page: Page, title: str, item: str) -> None:
    """Choose something in a row's menu, as with a mouse."""
    row(page, title).hover()
    page.get_by_role("button", name=f"Menu of “{title}”").click()
    page.get_by_role("menuitem", name=item).click()


def section(page: Page, title: str) -> Locator:
    return page.locator(".list-group").filter(
        has=page.locator(".list-title, .folder-name", has_text=re.compile(f"^{title}$"))
    )


def pinned(title: str) -> Callable[[Frame], bool]:
    """Whether a frame tells that the conversation is pinned."""

    def told(frame: Frame) -> bool:
        return frame["conversation"]["title"] == title and bool(frame["conversation"]["pinned"])

    return told


def stored(visitor: Visitor, one: Conversation) -> Conversation:
    return visitor.process.site.ask(lambda alias: Conversation.every.using(alias).get(pk=one.pk))


def test_renamed_pinned_and_archived_on_both_devices(visitor: Visitor) -> None:
    rows = rows_of(visitor)
    here, there = visitor.open(), visitor.open("/", visitor.device(PHONE))
    menu(here.page, TITLES[0], "Rename")
    field = here.page.get_by_role("textbox", name="Title")
    expect(field).to_be_focused()
    field.fill("Blue skies")
    field.press("Enter")
    for chat in (here, there):
        expect(row(chat.page, "Blue skies")).to_have_count(1)
    expect(row(here.page, "Blue skies")).to_be_focused()
    menu(here.page, TITLES[3], "Pin")
    for chat in (here, there):
        expect(section(chat.page, "Pinned").locator(".list-row")).to_have_text([TITLES[3]])
    menu(here.page, TITLES[3], "Unpin")
    expect(section(there.page, "Pinned")).to_have_count(0)
    menu(here.page, TITLES[1], "Archive")
    for chat in (here, there):
        expect(row(chat.page, TITLES[1])).to_have_count(0)
    here.page.get_by_role("button", name="Archive", exact=True).click()
    expect(here.page.locator(".list-row")).to_have_text([TITLES[1]])
    menu(here.page, TITLES[1], "Back to the list")
    expect(here.page.locator(".list-none")).to_have_text("The archive is empty.")
    here.page.get_by_role("button", name="Archive", exact=True).click()
    for chat in (here, there):
        expect(row(chat.page, TITLES[1])).to_have_count(1)
    kept = stored(visitor, rows[TITLES[0]])
    assert (kept.title, kept.title_from) == ("Blue skies", "person")


def test_renamed_at_the_same_time_both_show_the_same(visitor: Visitor) -> None:
    (one,) = rows_of(visitor, ["The first name"]).values()
    here, there = visitor.open(), visitor.open(f"/c/{one.pk}", visitor.device())
    menu(here.page, "The first name", "Rename")
    there.page.get_by_role("button", name="Menu of this conversation").click()
    there.page.get_by_role("menuitem", name="Rename").click()
    for chat, name in ((here, "Here"), (there, "There")):
        chat.page.get_by_role("textbox", name="Title").fill(name)
    here.page.get_by_role("textbox", name="Title").press("Enter")
    expect(there.page.locator(".list-row")).to_have_text(["Here"])  # the field is open there
    there.page.get_by_role("textbox", name="Title").press("Enter")
    expect(there.page.locator("#title")).to_have_text("There")
    for chat in (here, there):
        expect(chat.page.locator(".list-row")).to_have_text(["There"])
    assert stored(visitor, one).title == "There"


def test_the_list_waits_while_a_name_is_written_in_it(visitor: Visitor) -> None:
    rows = rows_of(visitor)
    wire = Wire(visitor.context)
    here, there = visitor.open(), visitor.open("/", visitor.device())
    menu(here.page, TITLES[0], "Move to a folder")
    here.page.get_by_role("textbox", name="Name of a new folder").fill("Work")
    here.page.keyboard.press("Enter")
    expect(section(there.page, "Work")).to_be_visible()
    wire.delays = {"changed"}
    here.page.get_by_role("button", name="Menu of the folder “Work”").click()
    here.page.get_by_role("menuitem", name="Rename the folder").click()
    field = here.page.get_by_role("textbox", name="Name of the folder")
    field.fill("Off")
    menu(there.page, TITLES[1], "Move to a folder")
    there.page.get_by_role("button", name="Work", exact=True).click()
    menu(there.page, TITLES[3], "Pin")
    wire.deliver(here, pinned(TITLES[3]))
    field.press_sequentially("ice")
    field.press("Enter")
    for chat in (here, there):
        expect(section(chat.page, "Office").locator(".folder-count")).to_have_text("2")
        expect(section(chat.page, "Pinned").locator(".list-row")).to_have_text([TITLES[3]])
    menu(here.page, TITLES[2], "Rename")
    name = here.page.get_by_role("textbox", name="Title")
    name.fill("A meet")
    menu(there.page, TITLES[2], "Pin")
    wire.deliver(here, pinned(TITLES[2]))
    name.press_sequentially("ing")
    name.press("Enter")
    for chat in (here, there):
        expect(section(chat.page, "Pinned").locator(".list-row")).to_have_count(2)
        expect(section(chat.page, "Pinned")).to_contain_text("A meeting")
    assert stored(visitor, rows[TITLES[2]]).title == "A meeting"
    expect(row(here.page, "A meeting")).to_be_focused()


def test_folders_hold_are_renamed_and_let_go(visitor: Visitor) -> None:
    rows_of(visitor)
    here, there = visitor.open(), visitor.open("/", visitor.device())
    menu(here.page, TITLES[2], "Move to a folder")
    here.page.get_by_role("textbox", name="Name of a new folder").fill("Work")
    here.page.keyboard.press("Enter")
    for chat in (here, there):
        expect(section(chat.page, "Work").locator(".folder-count")).to_have_text("1")
        expect(row(chat.page, TITLES[2])).to_have_count(0)
    section(there.page, "Work").locator(".folder-open").click()
    expect(section(there.page, "Work").locator(".list-row")).to_have_text([TITLES[2]])
    row(there.page, TITLES[4]).drag_to(section(there.page, "Work"))
    expect(section(there.page, "Work").locator(".list-row")).to_have_count(2)
    expect(section(here.page, "Work").locator(".folder-count")).to_have_text("2")
    there.page.reload()
    expect(section(there.page, "Work").locator(".list-row")).to_have_count(2)
    head = section(here.page, "Work")
    head.hover()
    here.page.get_by_role("button", name="Menu of the folder “Work”").click()
    here.page.get_by_role("menuitem", name="Rename the folder").click()
    here.page.get_by_role("textbox", name="Name of the folder").fill("Office")
    here.page.keyboard.press("Enter")
    expect(section(there.page, "Office").locator(".list-row")).to_have_count(2)
    section(there.page, "Office").locator(".folder-head").hover()
    there.page.get_by_role("button", name="Menu of the folder “Office”").click()
    there.page.get_by_role("menuitem", name="Remove the folder").click()
    for chat in (here, there):
        expect(chat.page.locator("[data-folder]")).to_have_count(0)
        expect(chat.page.locator(".list-row")).to_have_count(len(TITLES))


def test_deleted_by_key_undone_by_key_seen_on_both(visitor: Visitor) -> None:
    rows = rows_of(visitor)
    here, there = visitor.open(), visitor.open("/", visitor.device())
    row(there.page, TITLES[1]).click()
    expect(there.page.locator("#title")).to_have_text(TITLES[1])
    row(here.page, TITLES[0]).focus()
    here.page.keyboard.press("ArrowDown")
    expect(row(here.page, TITLES[1])).to_be_focused()
    here.page.keyboard.press("Delete")
    expect(here.page.locator("chat-toast")).to_contain_text(f"“{TITLES[1]}” is deleted.")
    expect(row(here.page, TITLES[2])).to_be_focused()
    for chat in (here, there):
        expect(row(chat.page, TITLES[1])).to_have_count(0)
    expect(there.page.locator(".gone")).to_contain_text("This conversation was deleted.")
    assert stored(visitor, rows[TITLES[1]]).deleted_at
    here.page.keyboard.press("Control+z")
    for chat in (here, there):
        expect(row(chat.page, TITLES[1])).to_have_count(1)
    expect(there.page.locator(".gone")).to_have_count(0)
    assert stored(visitor, rows[TITLES[1]]).deleted_at is None


def test_what_is_on_show_is_deleted_and_brought_back_from_the_archive(visitor: Visitor) -> None:
    chat = visitor.open()
    chat.ask("1+1?").ended()
    one = chat.conversation
    chat.page.get_by_role("button", name="Menu of this conversation").click()
    chat.page.get_by_role("menuitem", name="Delete").click()
    expect(chat.page.locator("#welcome")).to_be_visible()
    expect(chat.page.locator(".list-row")).to_have_count(0)
    chat.page.get_by_role("button", name="Dismiss").click()
    chat.page.get_by_role("button", name="Archive", exact=True).click()
    chat.page.get_by_role("button", name="Bring back “1+1?”").click()
    expect(chat.page.locator(".list-deleted")).to_have_count(0)
    chat.page.get_by_role("button", name="Archive", exact=True).click()
    chat.page.locator(".list-row").click()
    expect(chat.questions).to_have_text(["1+1?"])
    assert chat.conversation == one


def test_a_deletion_stops_what_runs(visitor: Visitor) -> None:
    chat = visitor.open()
    chat.ask("rehearse stall").answering(20)
    chat.page.get_by_role("button", name="Menu of this conversation").click()
    chat.page.get_by_role("menuitem", name="Delete").click()
    expect(chat.page.locator("#welcome")).to_be_visible()
    chat.page.locator("chat-toast .toast-act").click()
    chat.page.locator(".list-row").click()
    expect(chat.end).to_contain_text("You stopped this answer.")


def test_what_was_arranged_offline_arrives(visitor: Visitor) -> None:
    rows = rows_of(visitor)
    wire = Wire(visitor.context)
    here, there = visitor.open(), visitor.open("/", visitor.device())
    wire.keeps = {"arrange"}
    menu(here.page, TITLES[0], "Pin")
    expect(section(here.page, "Pinned").locator(".list-row")).to_have_count(1)
    (kept,) = wire.has(here)
    menu(there.page, TITLES[0], "Rename")
    there.page.get_by_role("textbox", name="Title").fill("Named there")
    there.page.keyboard.press("Enter")
    expect(row(here.page, "Named there")).to_have_count(1)
    kept.go_on()
    for chat in (here, there):
        expect(section(chat.page, "Pinned").locator(".list-row")).to_have_text(["Named there"])
    found = stored(visitor, rows[TITLES[0]])
    assert found.title == "Named there"
    assert found.pinned_at


def test_a_refusal_is_told_and_taken_back(visitor: Visitor) -> None:
    rows_of(visitor)
    wire = Wire(visitor.context)
    chat = visitor.open()
    wire.keeps = {"arrange"}
    menu(chat.page, TITLES[0], "Pin")
    (kept,) = wire.has(chat)
    kept.refuse("too_many_pins", "100 conversations are pinned already.")
    expect(chat.page.locator("chat-toast")).to_contain_text("100 conversations are pinned")
    expect(section(chat.page, "Pinned")).to_have_count(0)


def test_what_changed_while_the_line_was_down_is_caught_up(visitor: Visitor) -> None:
    rows = rows_of(visitor, [f"talk {number}" for number in range(120)])
    chat = visitor.open()
    shown = chat.page.locator(".list-row")
    chat.whole_list(120)
    other = visitor.open("/", visitor.device())
    expect(other.page.locator(".list-row").first).to_be_visible()
    visitor.context.set_offline(True)
    deep = rows["talk 100"]
    gone = rows["talk 101"]

    def change(alias: str) -> None:
        now = timezone.now()
        every = Conversation.every.using(alias)
        every.filter(pk=deep.pk).update(title="another name", revision=9, changed_at=now)
        every.filter(pk=gone.pk).update(deleted_at=now, revision=9, changed_at=now)

    visitor.process.site.ask(change)
    visitor.context.set_offline(False)
    chat.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    expect(row(chat.page, "another name")).to_have_count(1)
    expect(shown).to_have_count(119)


def test_by_keyboard_alone(visitor: Visitor) -> None:
    rows_of(visitor)
    chat = visitor.open()
    expect(chat.page.locator(".list-row")).to_have_count(len(TITLES))
    chat.page.locator("a.new").focus()
    chat.page.keyboard.press("Tab")
    expect(chat.page.get_by_role("combobox", name="Search conversations")).to_be_focused()
    chat.page.keyboard.press("Tab")
    expect(row(chat.page, TITLES[0])).to_be_focused()
    for key, title in (("End", TITLES[-1]), ("ArrowUp", TITLES[-2]), ("Home", TITLES[0])):
        chat.page.keyboard.press(key)
        expect(row(chat.page, title)).to_be_focused()
    chat.page.keyboard.press("Tab")
    expect(chat.page.get_by_role("button", name=f"Menu of “{TITLES[0]}”")).to_be_focused()
    chat.page.keyboard.press("Enter")
    expect(chat.page.get_by_role("menuitem", name="Rename")).to_be_focused()
    chat.page.keyboard.press("ArrowDown")
    expect(chat.page.get_by_role("menuitem", name="Pin")).to_be_focused()
    chat.page.keyboard.press("Escape")
    expect(chat.page.get_by_role("button", name=f"Menu of “{TITLES[0]}”")).to_be_focused()
    chat.page.keyboard.press("F2")
    expect(chat.page.get_by_role("textbox", name="Title")).to_be_focused()
    chat.page.keyboard.press("Escape")
    expect(row(chat.page, TITLES[0])).to_be_focused()
    assert "Renamed" not in chat.page.locator("#said").inner_text()


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_pictures(
    visitor: Visitor, request: pytest.FixtureRequest, size: tuple[int, int], scheme: str
) -> None:
    """What stands in the list is as wide as the list; with --pictures it is photographed."""
    rows = rows_of(visitor)
    visitor.process.site.ask(
        lambda alias: (
            Conversation.objects.using(alias)
            .filter(pk=rows[TITLES[4]].pk)
            .update(pinned_at=timezone.now())
        )
    )
    phone = size == PHONE
    context = visitor.device(size, color_scheme=scheme, has_touch=phone, is_mobile=phone)
    chat = visitor.open(f"/c/{rows[TITLES[0]].pk}", context)
    page = chat.page
    wanted = bool(request.config.getoption("--pictures", default=False))
    name = f"{'phone' if phone else 'wide'}-{scheme}.png"
    for title, folder in ((TITLES[2], "Work"), (TITLES[5], "Home")):
        if phone and page.locator("#side-close").is_hidden():
            page.locator("#burger").click()
        menu(page, title, "Move to a folder")
        page.get_by_role("textbox", name="Name of a new folder").fill(folder)
        if wanted and folder == "Home":
            page.screenshot(path=PICTURES / f"list-move-{name}")
        page.keyboard.press("Enter")
        expect(section(page, folder)).to_have_count(1)
    section(page, "Work").locator(".folder-open").click()
    expect(row(page, TITLES[2])).to_be_visible()
    menu_button = page.get_by_role("button", name=f"Menu of “{TITLES[3]}”")
    row(page, TITLES[3]).hover()
    menu_button.click()
    if wanted:
        page.screenshot(path=PICTURES / f"list-{name}")
    page.get_by_role("menuitem", name="Delete").click()
    expect(page.locator("chat-toast")).to_be_visible()
    if wanted:
        page.screenshot(path=PICTURES / f"list-deleted-{name}")
    side = page.locator("chat-list")
    assert side.evaluate("(list) => list.scrollWidth <= list.clientWidth")
