"""Shared links in the administration: seen, not followed, and ended by administrators alone."""

from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from conversations.library import shares
from conversations.library.shares import Wish
from conversations.models import Conversation, Share, User
from tests.review.conftest import ANSWER, QUESTION, TITLE, Fill

LIST = "/admin/conversations/share/"


@pytest.fixture
def link(maya: User, fill: Fill) -> Share:
    turn = fill(maya)
    Conversation.objects.filter(pk=turn.conversation_id).update(leaf=turn.reply)
    return shares.share(maya, turn.conversation_id, Wish(days=7, with_thoughts=True))


def revoke(client: Client, *links: Share) -> int:
    form = {"action": "revoke", "_selected_action": [str(link.pk) for link in links]}
    return client.post(LIST, form).status_code


def works(link: Share) -> bool:
    return shares.shared(link.token) is not None


def test_who_made_it_when_until_when_and_how(office: Client, link: Share) -> None:
    row = office.get(f"{LIST}{link.pk}/change/").text
    assert "maya" in row
    assert str(link.conversation_id) in row
    for moment in (link.created_at, link.expires_at):
        assert moment is not None
        assert f"{timezone.localtime(moment):%Y}" in row
    assert row.count("icon-yes") == 2  # with thoughts, and works
    shares.end(link)
    row = office.get(f"{LIST}{link.pk}/change/").text
    assert row.count("icon-yes") == row.count("icon-no") == 1


def test_neither_the_link_nor_a_text_is_on_any_page(office: Client, link: Share) -> None:
    revoke(office, link)
    for page in (LIST, f"{LIST}{link.pk}/change/", f"{LIST}{link.pk}/history/", "/admin/"):
        text = office.get(page, follow=True).text
        for hidden in (link.token, link.token[:8], TITLE, QUESTION, ANSWER):
            assert hidden not in text
    for guess in ("token__startswith", "title__startswith", "leaf__answer_text__startswith"):
        assert office.get(LIST, {guess: "a"}).status_code == 400
    assert link.token not in office.get(LIST, {"q": link.token}).text.replace(
        f'value="{link.token}"', ""
    ).replace(f"q={link.token}", "")


def test_found_by_its_conversation_and_its_owner(
    office: Client, link: Share, boss: User, fill: Fill
) -> None:
    turn = fill(boss)
    Conversation.objects.filter(pk=turn.conversation_id).update(leaf=turn.reply)
    other = shares.share(boss, turn.conversation_id, Wish(days=None))

    def found(**query: str) -> set[object]:
        return {row.pk for row in office.get(LIST, query).context["cl"].result_list}

    assert found() == {link.pk, other.pk}
    assert found(q=str(link.conversation_id)) == found(q="maya") == {link.pk}
    assert found(expires_at__isempty="1") == {other.pk}
    assert found(with_thoughts__exact="1") == {link.pk}
    shares.end(other)
    assert found(revoked_at__isempty="0") == {other.pk}
    page = office.get(f"/admin/conversations/conversation/{link.conversation_id}/change/").text
    assert f"{LIST}?q={link.conversation_id}" in page


def test_an_administrator_ends_one_and_that_is_written_down(
    office: Client, boss: User, link: Share
) -> None:
    assert works(link)
    assert revoke(office, link) == 302
    assert not works(link)
    entry = LogEntry.objects.get()
    assert (entry.user, entry.object_id, entry.object_repr) == (boss, str(link.pk), str(link.pk))
    assert entry.get_change_message() == "Changed revoked."
    first = Share.objects.get().revoked_at
    assert revoke(office, link) == 302
    assert Share.objects.get().revoked_at == first
    assert LogEntry.objects.count() == 1


def test_staff_look_if_they_were_given_that_and_end_nothing(
    client: Client, staff: User, link: Share
) -> None:
    client.force_login(staff)
    assert client.get(LIST).status_code == 403
    staff.user_permissions.add(Permission.objects.get(codename="view_share"))
    assert client.get(f"{LIST}{link.pk}/change/").status_code == 200
    assert 'value="revoke"' not in client.get(LIST).text
    revoke(client, link)
    staff.user_permissions.add(
        *Permission.objects.filter(codename__in=("change_share", "delete_share", "add_share"))
    )
    revoke(client, link)
    assert works(link)
    assert LogEntry.objects.count() == 0


def test_nothing_else_can_be_changed(office: Client, link: Share) -> None:
    before = Share.objects.values().get()
    later = timezone.now() + timedelta(days=99)
    assert office.get(f"{LIST}add/").status_code == 403
    for page in ("change", "delete"):
        form = {"expires_at_0": f"{later:%Y-%m-%d}", "post": "yes"}
        assert office.post(f"{LIST}{link.pk}/{page}/", form).status_code == 403
    office.post(LIST, {"action": "delete_selected", "_selected_action": str(link.pk)})
    assert Share.objects.values().get() == before


def test_members_see_none_of_it(client: Client, maya: User, link: Share) -> None:
    client.force_login(maya)
    assert client.get(LIST).status_code == 302
    revoke(client, link)
    assert works(link)
