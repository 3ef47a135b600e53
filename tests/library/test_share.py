"""A link shows what was said, to anybody, for as long as its owner wants: and nothing else."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from conversations.chat import links as page
from conversations.library import shares
from conversations.library.shares import Wish
from conversations.models import Conversation, Message, Share, Turn, User
from conversations.turns.refusals import Absent, Busy, Empty, OverQuota
from tests.library.talks import Talk

SECRET = "sentinel-that-must-not-get-out"


@pytest.fixture(autouse=True)
def plain_files(settings: Settings) -> Iterator[None]:
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def link(rivers: Talk) -> Share:
    return shares.share(rivers.owner, rivers.row.pk, Wish())


def shown(link: Share) -> Any:
    return Client().get(f"/s/{link.token}")


def test_anybody_may_read_what_a_link_shows(rivers: Talk, link: Share) -> None:
    answer = shown(link)
    assert answer.status_code == 200
    assert "Which river is the longest?" in answer.text
    assert "The Amazon." in answer.text
    assert "It carries the most water." in answer.text
    assert "Rivers &amp; “seas”" in answer.text
    assert "gemini-2.5-pro" in answer.text


def test_another_branch_and_thoughts_are_not_in_it(rivers: Talk, link: Share) -> None:
    text = shown(link).text
    assert "Baikal" not in text
    assert "The Nile" not in text
    assert "Measuring" not in text


def test_thoughts_are_in_it_if_that_is_asked_for(rivers: Talk) -> None:
    rivers.show(rivers.row.messages.get(answer_text="The Nile."))
    assert "Measuring" not in shown(shares.share(rivers.owner, rivers.row.pk, Wish())).text
    assert "Measuring" in shown(shares.share(rivers.owner, rivers.row.pk, Wish(None, True))).text


def test_it_is_a_snapshot(rivers: Talk, link: Share) -> None:
    leaf = Message.objects.get(pk=link.leaf_id)
    rivers.answer(rivers.ask("Said later", leaf), [{"text": "Answered later"}])
    Conversation.objects.filter(pk=rivers.row.pk).update(title="Called otherwise later")
    text = shown(link).text
    assert "later" not in text
    assert "Rivers" in text


def test_nothing_private_gets_out(alice: User) -> None:
    """A word in everything that must not get out, and not one of them on the page."""
    names = iter(f"{SECRET}-{number}" for number in range(100))
    User.objects.filter(pk=alice.pk).update(
        username=next(names), email=f"{next(names)}@example.org", first_name=next(names)
    )
    alice.refresh_from_db()
    rivers = Talk(
        alice, settings={"system_instruction": next(names), "tools": {"googleSearch": True}}
    )
    question = rivers.ask("Asked in public")
    Message.objects.filter(pk=question.pk).update(
        parts=[
            {"text": "Asked in public", "partMetadata": {"x": next(names)}},
            {"attachment": {"id": next(names), "name": "river.pdf", "mimeType": "application/pdf"}},
            {"inlineData": {"mimeType": "image/png", "data": next(names)}},
            {"fileData": {"fileUri": next(names), "mimeType": "image/png"}},
        ],
        metadata=[{"note": next(names)}],
    )
    rivers.answer(
        question,
        [
            {"text": next(names), "thought": True, "thoughtSignature": next(names)},
            {"text": "Answered in public", "thoughtSignature": next(names)},
            {"functionCall": {"name": next(names), "args": {"q": next(names)}, "id": next(names)}},
            {"text": "", "thoughtSignature": next(names)},
            {"aNewKind": {"of": next(names)}},
        ],
        metadata=[
            {
                "groundingMetadata": {
                    "webSearchQueries": [next(names)],
                    "searchEntryPoint": {"renderedContent": next(names)},
                    "groundingChunks": [
                        {"web": {"uri": "https://example.org/source", "title": "A source"}},
                        {"web": {"uri": f"javascript:{next(names)}", "title": next(names)}},
                    ],
                }
            },
            {"citationMetadata": {"citationSources": [{"uri": next(names)}]}},
        ],
        settings={"system_instruction": next(names)},
        response_id=next(names),
        model_version=next(names),
        detail=next(names),
        reason=next(names),
        outcome="cut_off",
        owner=next(names),
        prompt_tokens=987_123_401,
        total_tokens=987_123_402,
    )
    answer = shown(shares.share(alice, rivers.row.pk, Wish()))
    assert answer.status_code == 200
    body = answer.content.decode()
    for public in ("Asked in public", "Answered in public", "river.pdf", "A source"):
        assert public in body
    turn = Turn.objects.get(conversation=rivers.row)
    for private in (SECRET, "98712340", str(turn.pk), str(rivers.row.pk), str(turn.client_id)):
        assert private not in body
        assert private not in str(answer.headers)


def test_a_script_in_it_is_text(alice: User) -> None:
    rivers = Talk(alice, title="</title><script>1</script>")
    evil = '</chat-answer><script>alert(1)</script><img src=x onerror="alert(1)">'
    picture = {"inlineData": {"mimeType": "image/png", "data": '"><script>'}}
    source = {"web": {"uri": 'https://x/"><script>', "title": "<script>"}}
    rivers.answer(
        rivers.ask(evil),
        [{"text": evil}, picture, {"executableCode": {"code": evil, "language": '"><script>'}}],
        metadata=[{"groundingMetadata": {"groundingChunks": [source]}}],
    )
    text = shown(shares.share(alice, rivers.row.pk, Wish(None, True))).text
    scripts = re.findall(r"<script[^>]*>", text)
    assert all("src=" in script or "importmap" in script for script in scripts), scripts
    assert "<img src=x" not in text


def test_it_stays_out_of_indexes_caches_and_referrers(link: Share) -> None:
    for answer in (shown(link), Client().get("/s/none-such")):
        assert "noindex" in answer["X-Robots-Tag"]
        assert answer["Referrer-Policy"] == "no-referrer"
        assert answer["Cache-Control"] == "no-store"
        assert 'content="no-referrer"' in answer.text
        assert '<meta name="robots" content="noindex' in answer.text
        assert "Set-Cookie" not in answer.headers
        assert not answer.cookies


def test_no_token_is_logged(
    link: Share, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    Share.objects.update(revoked_at=timezone.now())
    assert shown(link).status_code == 404
    monkeypatch.setattr(page, "READ_A_MINUTE", 0)
    assert shown(link).status_code == 429
    assert link.token not in caplog.text


def test_every_link_that_does_not_work_answers_alike(rivers: Talk, link: Share) -> None:
    def ended() -> tuple[int, str]:
        answer = shown(link)
        return answer.status_code, re.sub(r'nonce="[^"]*"', "", answer.text)

    absent = Client().get(f"/s/{'x' * 43}")
    dead = absent.status_code, re.sub(r'nonce="[^"]*"', "", absent.text)
    assert dead[0] == 404
    assert "does not work" in dead[1]
    Share.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert ended() == dead
    Share.objects.update(expires_at=None)
    assert ended()[0] == 200
    shares.revoke(rivers.owner, link.pk)
    assert ended() == dead
    Share.objects.update(revoked_at=None)
    Conversation.every.update(deleted_at=timezone.now())
    assert ended() == dead
    Conversation.every.update(deleted_at=None)
    User.objects.update(is_active=False)
    assert ended() == dead
    User.objects.update(is_active=True)
    assert ended()[0] == 200
    rivers.row.delete()
    assert ended() == dead


@pytest.mark.parametrize("token", ["", "x", "a" * 500, "%00", "' or 1=1", "..%2f..", "\U0001f600"])
def test_no_token_is_ever_guessed_or_upsets(link: Share, token: str) -> None:
    assert Client().get(f"/s/{token}").status_code == 404


def test_tokens_are_of_256_bits_and_differ(rivers: Talk) -> None:
    tokens = {shares.share(rivers.owner, rivers.row.pk, Wish()).token for _link in range(20)}
    assert len(tokens) == 20
    assert all(len(token) == 43 for token in tokens)


def test_only_the_owner_makes_lists_and_revokes(rivers: Talk, bob: User, link: Share) -> None:
    with pytest.raises(Absent):
        shares.share(bob, rivers.row.pk, Wish())
    with pytest.raises(Absent):
        shares.links(bob, rivers.row.pk)
    with pytest.raises(Absent):
        shares.revoke(bob, link.pk)
    assert shares.shared(link.token) is not None
    assert [found.pk for found in shares.links(rivers.owner, rivers.row.pk)] == [link.pk]
    shares.revoke(rivers.owner, link.pk)
    shares.revoke(rivers.owner, link.pk)
    assert shares.links(rivers.owner, rivers.row.pk) == []


def test_what_cannot_be_shared_says_why(alice: User, rivers: Talk) -> None:
    empty = Talk(alice)
    with pytest.raises(Empty):
        shares.share(alice, empty.row.pk, Wish())
    Turn.objects.filter(conversation=rivers.row).order_by("pk")[:1].get()
    running = Turn.objects.filter(conversation=rivers.row).latest("accepted_at")
    Turn.objects.filter(pk=running.pk).update(state="running")
    with pytest.raises(Busy):
        shares.share(alice, rivers.row.pk, Wish())


def test_there_is_a_limit_to_links(rivers: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shares, "MOST_LINKS", 2)
    first = shares.share(rivers.owner, rivers.row.pk, Wish())
    shares.share(rivers.owner, rivers.row.pk, Wish())
    with pytest.raises(OverQuota):
        shares.share(rivers.owner, rivers.row.pk, Wish())
    shares.revoke(rivers.owner, first.pk)
    shares.share(rivers.owner, rivers.row.pk, Wish())


def test_many_tries_are_slowed_down(link: Share, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page, "READ_A_MINUTE", 3)
    answers = [Client().get(f"/s/{number}").status_code for number in range(5)]
    assert 429 in answers
    assert shown(link).status_code == 429


def test_the_page_of_the_owner(rivers: Talk, client: Client) -> None:
    client.force_login(rivers.owner)
    address = f"/c/{rivers.row.pk}/links"
    made = client.post(address, {"days": "7", "thoughts": "1"})
    assert made.status_code == 201
    link = made.json()["link"]
    week = timedelta(days=7).total_seconds() * 1000
    assert link["expires"] - link["created"] == pytest.approx(week, abs=2)
    assert link["thoughts"]
    assert client.get(address).json()["links"] == [link]
    assert Client().get(link["address"]).status_code == 200
    usual = client.post(address).json()["link"]
    month = timedelta(days=30).total_seconds() * 1000
    assert usual["expires"] - usual["created"] == pytest.approx(month, abs=2)
    assert not usual["thoughts"]
    assert client.post(address, {"days": "never"}).json()["link"]["expires"] is None
    assert client.post(address, {"days": "99999"}).status_code == 409
    assert client.post(f"/links/{link['id']}/revoke").status_code == 204
    assert Client().get(link["address"]).status_code == 404


def test_links_are_made_with_the_token_of_the_form_alone(rivers: Talk) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(rivers.owner)
    assert client.post(f"/c/{rivers.row.pk}/links").status_code == 403
    assert Share.objects.count() == 0
