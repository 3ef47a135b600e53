"""The list of conversations, longer than the server tells at once."""

from datetime import timedelta

from django.utils import timezone
from playwright.sync_api import expect

from conversations.models import Conversation
from tests.browser.visit import Visitor

MANY = 120


def test_coming_back_to_the_tab_keeps_what_was_read(visitor: Visitor) -> None:
    now = timezone.now()
    rows = [
        Conversation(
            owner_id=visitor.person.id,
            title=f"talk {number}",
            model="gemini-2.5-pro",
            updated_at=now - timedelta(hours=number + 1),
        )
        for number in range(MANY)
    ]
    visitor.process.site.ask(lambda alias: Conversation.objects.using(alias).bulk_create(rows))
    chat = visitor.open(f"/c/{rows[-1].pk}")
    oldest = f"talk {MANY - 1}"
    expect(chat.page.locator("#title")).to_have_text(oldest)
    shown = chat.page.locator(".list-row")
    chat.whole_list(MANY)
    chat.page.locator("chat-list").evaluate("(list) => list.scrollTo(0, 0)")
    chat.page.evaluate("document.dispatchEvent(new Event('visibilitychange'))")
    chat.ask("1+1?").ended()  # which the server answers after it has told the list anew
    expect(shown).to_have_count(MANY)
    expect(shown.first).to_have_text(oldest)
    expect(chat.page.locator("#title")).to_have_text(oldest)
