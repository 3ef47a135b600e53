"""What is stored is found and looked at, never changed, and never read, in these lists."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from conversations.models import Conversation, LedgerEntry, Turn, User
from tests.review.conftest import ANSWER, QUESTION, TITLE, Fill

LISTS = ("conversation", "turn", "ledgerentry")
HOME = "/admin/conversations"


def row_of(kind: str, turn: Turn) -> Any:
    if kind == "conversation":
        return turn.conversation
    return turn if kind == "turn" else LedgerEntry.objects.get(turn_id=turn.pk)


def found(client: Client, kind: str, **query: str) -> set[str]:
    """The ids of the rows that a list shows."""
    answer = client.get(f"{HOME}/{kind}/", query)
    assert answer.status_code == 200, answer
    return {str(row.pk) for row in answer.context["cl"].result_list}


@pytest.mark.parametrize("kind", LISTS)
def test_found_by_person_model_date_and_id(
    office: Client, maya: User, boss: User, fill: Fill, kind: str
) -> None:
    mine, other = fill(maya), fill(boss, model="gemini-2.5-flash")
    yesterday = mine.accepted_at - timedelta(days=400)
    Conversation.objects.filter(pk=mine.conversation_id).update(created_at=yesterday)
    Turn.objects.filter(pk=mine.pk).update(accepted_at=yesterday)
    LedgerEntry.objects.filter(turn_id=mine.pk).update(at=yesterday)
    wanted, rest = str(row_of(kind, mine).pk), str(row_of(kind, other).pk)
    assert found(office, kind) == {wanted, rest}
    assert found(office, kind, q="maya") == {wanted}
    assert found(office, kind, q="MAYA@example") == {wanted}
    assert found(office, kind, q="nobody") == set()
    assert found(office, kind, model="gemini-2.5-flash") == {rest}
    field = {"conversation": "created_at", "turn": "accepted_at", "ledgerentry": "at"}[kind]
    assert found(office, kind, **{f"{field}__year": str(yesterday.year)}) == {wanted}
    for key in (str(mine.conversation_id), str(mine.conversation_id).replace("-", "").upper()):
        assert found(office, kind, q=key) == {wanted}
    if kind != "conversation":
        assert found(office, kind, q=str(mine.pk)) == {wanted}
    assert found(office, kind, q="00000000-0000-0000-0000-000000000000") == set()


@pytest.mark.parametrize(
    ("kind", "lookup"),
    [
        ("conversation", "title__startswith"),
        ("conversation", "settings__icontains"),
        ("conversation", "messages__answer_text__contains"),
        ("conversation", "owner__password__startswith"),
        ("turn", "detail__startswith"),
        ("turn", "conversation__title__startswith"),
        ("turn", "question__answer_text__startswith"),
        ("ledgerentry", "person__password__startswith"),
    ],
)
def test_texts_cannot_be_guessed_at(
    office: Client, maya: User, fill: Fill, kind: str, lookup: str
) -> None:
    fill(maya)
    for guess in ("A", "Z"):
        assert office.get(f"{HOME}/{kind}/", {lookup: guess}).status_code == 400


def test_found_by_state_and_outcome(office: Client, maya: User, fill: Fill) -> None:
    done, blocked = fill(maya), fill(maya, outcome="blocked")
    assert found(office, "turn", outcome__exact="blocked") == {str(blocked.pk)}
    assert found(office, "turn", state__exact="done") == {str(done.pk)}
    assert found(office, "conversation", turns__outcome__exact="blocked") == {
        str(blocked.conversation_id)
    }
    assert found(office, "conversation", turns__state__exact="done") == {str(done.conversation_id)}


def test_a_conversation_of_many_turns_is_listed_once(
    office: Client, maya: User, fill: Fill
) -> None:
    turn = fill(maya)
    for _ in range(3):
        again = fill(maya)
        Turn.objects.filter(pk=again.pk).update(conversation=turn.conversation_id)
        again.conversation.delete()
    answer = office.get(f"{HOME}/conversation/", {"turns__state__exact": "done"})
    assert len(answer.context["cl"].result_list) == 1


@pytest.mark.parametrize("kind", LISTS)
def test_no_text_is_shown(office: Client, maya: User, fill: Fill, kind: str) -> None:
    row = row_of(kind, fill(maya))
    for page in ("", f"{row.pk}/change/", f"{row.pk}/history/"):
        answer = office.get(f"{HOME}/{kind}/{page}")
        assert answer.status_code == 200
        for text in (TITLE, QUESTION, ANSWER):
            assert text not in answer.text
    assert str(row.pk)[:8] in office.get(f"{HOME}/{kind}/").text
    assert "maya" in office.get(f"{HOME}/{kind}/{row.pk}/change/").text


@pytest.mark.parametrize("kind", LISTS)
def test_nobody_changes_anything(office: Client, maya: User, fill: Fill, kind: str) -> None:
    """Not even an administrator."""
    row = row_of(kind, fill(maya))
    before = type(row).objects.values().get(pk=row.pk)
    assert office.get(f"{HOME}/{kind}/add/").status_code == 403
    assert office.post(f"{HOME}/{kind}/add/", {"model": "x"}).status_code == 403
    assert office.post(f"{HOME}/{kind}/{row.pk}/change/", {"model": "x"}).status_code == 403
    assert office.get(f"{HOME}/{kind}/{row.pk}/delete/").status_code == 403
    assert office.post(f"{HOME}/{kind}/{row.pk}/delete/", {"post": "yes"}).status_code == 403
    action = {"action": "delete_selected", "_selected_action": str(row.pk), "post": "yes"}
    office.post(f"{HOME}/{kind}/", action)
    assert type(row).objects.values().get(pk=row.pk) == before
    page = office.get(f"{HOME}/{kind}/{row.pk}/change/").text
    assert 'type="submit"' not in page.partition('id="content-main"')[2]


@pytest.mark.parametrize("kind", [*LISTS, "user"])
def test_a_longer_list_takes_no_more_queries(
    office: Client, fill: Fill, kind: str, db: None
) -> None:
    def queries(people: int) -> int:
        for number in range(people):
            fill(User.objects.create_user(f"person{User.objects.count()}-{number}", password=None))
        office.get(f"{HOME}/{kind}/")
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert office.get(f"{HOME}/{kind}/").status_code == 200
        return len(captured)

    assert queries(3) == queries(30)


def test_what_staff_see_is_what_they_were_given(client: Client, staff: User, fill: Fill) -> None:
    from django.contrib.auth.models import Permission

    row = fill(staff)
    client.force_login(staff)
    assert client.get(f"{HOME}/turn/").status_code == 403
    staff.user_permissions.add(Permission.objects.get(codename="view_turn"))
    assert client.get(f"{HOME}/turn/").status_code == 200
    assert client.get(f"{HOME}/turn/{row.pk}/change/").status_code == 200
    assert client.get(f"{HOME}/conversation/").status_code == 403
