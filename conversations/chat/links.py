"""Links to conversations for anybody: made, listed and revoked by their owners, and their page."""

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from conversations.chat.pace import address_of, too_often
from conversations.library import shares
from conversations.library.snapshots import snapshot
from conversations.models import Share, User
from conversations.turns.refusals import Absent, Busy, Empty, OverQuota, Refusal

MADE_A_MINUTE = 30
READ_A_MINUTE = 60
LASTS = {"1": 1, "7": 7, "30": 30, "never": None}


@require_http_methods(["GET", "HEAD", "POST"])
def of_conversation(request: HttpRequest, conversation_id: UUID) -> JsonResponse:
    """The links that work, or one more."""
    person = _person(request)
    try:
        if request.method == "POST":
            made = _make(request, person, conversation_id)
            return JsonResponse({"link": _described(request, made)}, status=201)
        found = shares.links(person, conversation_id)
    except Absent:
        raise Http404(_("There is no such conversation.")) from None
    except Refusal as refusal:
        return _refused(refusal)
    return JsonResponse({"links": [_described(request, link) for link in found]})


@require_POST
def revoke(request: HttpRequest, link_id: UUID) -> HttpResponse:
    """End a link, at once and for good."""
    try:
        shares.revoke(_person(request), link_id)
    except Absent:
        raise Http404(_("There is no such link.")) from None
    return HttpResponse(status=204)


@login_not_required
@require_safe
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """What a link shows, to anybody who has it. One that never was answers as one that ended."""
    if too_often("shared", address_of(request), READ_A_MINUTE):
        return _quiet(render(request, "429.html", status=429))
    link = shares.shared(token)
    if link is None:
        return _quiet(render(request, "reading/no-link.html", status=404))
    said = snapshot(link.conversation, link.leaf_id, thoughts=link.with_thoughts)
    models = sorted({message.model for message in said if message.model})
    return _quiet(
        render(request, "reading/shared.html", {"link": link, "said": said, "models": models})
    )


def _make(request: HttpRequest, person: User, conversation_id: UUID) -> Share:
    if too_often("links", person.pk, MADE_A_MINUTE):
        raise OverQuota
    lasts = request.POST.get("days", str(shares.USUAL_DAYS))
    if lasts not in LASTS:
        raise Refusal
    wish = shares.Wish(LASTS[lasts], request.POST.get("thoughts") == "1")
    return shares.share(person, conversation_id, wish)


def _refused(refusal: Refusal) -> JsonResponse:
    words: dict[type[Refusal], str] = {
        Busy: _("An answer is still coming. Share the conversation when it has ended."),
        Empty: _("There is nothing to share in this conversation yet."),
        OverQuota: _("This conversation has many links already. Revoke some of them first."),
    }
    message = words.get(type(refusal), _("The link could not be made. Try again."))
    return JsonResponse({"code": refusal.code, "message": message}, status=409)


def _quiet(response: HttpResponse) -> HttpResponse:
    """In no index, in no cache and in no log; and links that are followed from here do not tell of
    it."""
    response._has_been_logged = True  # type: ignore[attr-defined]  # Django would log the address
    response["X-Robots-Tag"] = "noindex, nofollow, noarchive"
    response["Referrer-Policy"] = "no-referrer"
    response["Cache-Control"] = "no-store"
    return response


def _described(request: HttpRequest, link: Share) -> dict[str, Any]:
    return shares.describe(link, request.build_absolute_uri(reverse("shared", args=[link.token])))


def _person(request: HttpRequest) -> User:
    assert isinstance(request.user, User)
    return request.user
