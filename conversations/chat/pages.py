"""The pages of the chat. Everything on them comes through the socket."""

from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from conversations.endpoint.rehearsal import TOUR
from conversations.models import User


@require_safe
def chat(request: HttpRequest, conversation_id: UUID | None = None) -> HttpResponse:
    """The one page: of a new conversation, or of one of the person's own."""
    person = request.user
    assert isinstance(person, User)
    if conversation_id is not None and not person.conversations.filter(pk=conversation_id).exists():
        raise Http404(_("There is no such conversation."))
    return render(
        request,
        "chat/page.html",
        {
            "person": person,
            "rehearsal": settings.REHEARSAL,
            "models": settings.GEMINI_MODELS,
            "tour": [{"title": title, "prompt": prompt} for title, prompt in TOUR],
        },
    )
