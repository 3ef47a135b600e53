"""Administrators make people and close accounts; staff cannot make themselves more."""

import pytest
from allauth.account.models import EmailAddress
from django.contrib.auth.models import Group, Permission
from django.test import Client

from conversations.models import User
from tests.review.conftest import Fill

USERS = "/admin/conversations/user/"
NEW = {"username": "new", "email": "New@Example.org"}
WORDS = {"password1": "a rather long one", "password2": "a rather long one"}
RAISED = {"is_staff": "on", "is_superuser": "on"}


@pytest.fixture
def desk(client: Client, staff: User) -> Client:
    """A browser of staff who may see to people, and are no administrator."""
    for codename in ("view_user", "add_user", "change_user", "delete_user"):
        staff.user_permissions.add(Permission.objects.get(codename=codename))
    for codename in ("view_group", "add_group", "change_group", "delete_group"):
        staff.user_permissions.add(Permission.objects.get(codename=codename))
    client.force_login(staff)
    return client


@pytest.fixture
def group(db: None) -> Group:
    group = Group.objects.create(name="everything")
    group.permissions.set(Permission.objects.all())
    return group


def form_of(person: User, **changes: object) -> dict[str, object]:
    """A whole form of the change page, with some of it changed."""
    form: dict[str, object] = {"username": person.username, "email": person.email}
    if person.is_active:
        form["is_active"] = "on"
    return {**form, "first_name": "", "last_name": "", **changes}


def test_an_administrator_makes_a_member(office: Client, client: Client) -> None:
    answer = office.post(f"{USERS}add/", NEW | WORDS)
    assert answer.status_code == 302
    made = User.objects.get(username="new")
    assert made.email == "new@example.org"
    assert made.check_password("a rather long one")
    assert not made.is_staff
    assert not made.is_superuser


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"username": "Boss"}, "This name is taken"),
        ({"username": "a@b"}, "A username has no @"),
        ({"email": "BOSS@example.org"}, "There is an account with this address"),
        ({"password1": "12345678", "password2": "12345678"}, "entirely numeric"),
    ],
)
def test_what_is_wrong_with_a_new_member_is_told(
    office: Client, wrong: dict[str, str], told: str
) -> None:
    answer = office.post(f"{USERS}add/", NEW | WORDS | wrong)
    assert told in answer.text
    assert User.objects.count() == 1


def test_an_administrator_raises_and_closes(office: Client, maya: User, group: Group) -> None:
    page = f"{USERS}{maya.pk}/change/"
    raised = form_of(maya, **RAISED, groups=[group.pk], email="Maya.New@example.org")
    assert office.post(page, raised).status_code == 302
    maya.refresh_from_db()
    assert maya.is_staff
    assert maya.is_superuser
    assert list(maya.groups.all()) == [group]
    assert maya.email == "maya.new@example.org"
    closed = form_of(maya)
    del closed["is_active"]
    assert office.post(page, closed).status_code == 302
    maya.refresh_from_db()
    assert not maya.is_active
    assert not maya.is_superuser


def test_an_address_that_was_given_up_is_forgotten(office: Client, maya: User) -> None:
    """It would go on receiving links that choose a new password."""
    EmailAddress.objects.create(user=maya, email="maya@example.org", verified=True, primary=True)
    office.post(f"{USERS}{maya.pk}/change/", form_of(maya, email="other@example.org"))
    assert not EmailAddress.objects.filter(email="maya@example.org").exists()


def test_an_administrator_gives_a_new_password(office: Client, maya: User) -> None:
    page = f"{USERS}{maya.pk}/password/"
    assert page in office.get(f"{USERS}{maya.pk}/change/").text
    form = WORDS | {"usable_password": "true"}
    assert office.post(page, form).status_code == 302
    maya.refresh_from_db()
    assert maya.check_password("a rather long one")


def test_accounts_are_closed_and_not_deleted(office: Client, maya: User, fill: Fill) -> None:
    fill(maya)
    assert office.get(f"{USERS}{maya.pk}/delete/").status_code == 403
    assert office.post(f"{USERS}{maya.pk}/delete/", {"post": "yes"}).status_code == 403
    action = {"action": "delete_selected", "_selected_action": str(maya.pk), "post": "yes"}
    office.post(USERS, action)
    assert User.objects.filter(pk=maya.pk).exists()


def test_staff_cannot_raise_themselves(desk: Client, staff: User, group: Group) -> None:
    permissions = set(staff.get_all_permissions())
    everything = list(Permission.objects.values_list("pk", flat=True))
    raised = form_of(staff, **RAISED, groups=[group.pk], user_permissions=everything)
    assert (
        desk.post(f"{USERS}{staff.pk}/change/", raised | {"first_name": "Sam"}).status_code == 302
    )
    raised_person = User.objects.get(pk=staff.pk)
    assert raised_person.first_name == "Sam"
    assert not raised_person.is_superuser
    assert not raised_person.groups.exists()
    assert set(raised_person.get_all_permissions()) == permissions


def test_staff_cannot_raise_others_nor_make_somebody_raised(
    desk: Client, maya: User, group: Group
) -> None:
    desk.post(f"{USERS}{maya.pk}/change/", form_of(maya, **RAISED, groups=[group.pk]))
    desk.post(f"{USERS}add/", NEW | WORDS | RAISED | {"groups": str(group.pk)})
    assert User.objects.filter(username="new").exists()
    for person in User.objects.filter(username__in=["maya", "new"]):
        assert not person.is_staff
        assert not person.is_superuser
        assert not person.groups.exists()


@pytest.mark.parametrize("whose", ["administrator", "other staff"])
def test_staff_cannot_take_over_staff(desk: Client, boss: User, whose: str) -> None:
    """A password or an address of someone with more rights would be a way to these."""
    other = User.objects.create_user("other", "other@example.org", "a long one", is_staff=True)
    person = boss if whose == "administrator" else other
    before = User.objects.values().get(pk=person.pk)
    form = WORDS | {"usable_password": "true"}
    assert desk.get(f"{USERS}{person.pk}/password/").status_code == 403
    assert desk.post(f"{USERS}{person.pk}/password/", form).status_code == 403
    change = form_of(person, email="mine@example.org")
    assert desk.post(f"{USERS}{person.pk}/change/", change).status_code == 403
    assert User.objects.values().get(pk=person.pk) == before


def test_groups_are_the_administrators(desk: Client, staff: User, group: Group) -> None:
    page = f"/admin/auth/group/{group.pk}/change/"
    assert desk.get("/admin/auth/group/").status_code == 403
    assert desk.get(page).status_code == 403
    assert desk.post(page, {"name": "mine"}).status_code == 403
    assert desk.post("/admin/auth/group/add/", {"name": "mine"}).status_code == 403


def test_groups_can_be_made(office: Client, boss: User) -> None:
    assert office.get("/admin/auth/group/add/").status_code == 200
    permission = Permission.objects.get(codename="view_turn")
    form = {"name": "reviewers", "permissions": [permission.pk]}
    assert office.post("/admin/auth/group/add/", form).status_code == 302
    assert Group.objects.get().permissions.get() == permission


def test_no_piece_of_a_hash_is_shown(office: Client, maya: User) -> None:
    page = office.get(f"{USERS}{maya.pk}/change/").text
    assert "argon2" not in page
    assert maya.password[-6:] not in page


def test_found_by_name_and_address(office: Client, maya: User) -> None:
    for term in ("MAY", "maya@example"):
        answer = office.get(USERS, {"q": term})
        assert [row.pk for row in answer.context["cl"].result_list] == [maya.pk]
