"""The pages of the chat. Everything on them comes through the socket."""

from collections.abc import Iterable
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from conversations.endpoint.rehearsal import TOUR
from conversations.library.imports import MOST_MEGABYTES
from conversations.models import User

THINGS_TO_TRY: tuple[tuple[Promise, Promise], ...] = (
    (
        gettext_lazy("Understand something"),
        gettext_lazy("Why is the sky blue, but the sunset red? Explain it without formulas."),
    ),
    (
        gettext_lazy("Weigh a decision"),
        gettext_lazy(
            "Should I repair a seven-year-old laptop or buy a new one? Ask what you need to know."
        ),
    ),
    (
        gettext_lazy("Write it better"),
        gettext_lazy("Write a short, friendly e-mail that asks to move a meeting by a week."),
    ),
    (
        gettext_lazy("Solve a puzzle"),
        gettext_lazy(
            "A bat and a ball cost 1.10 together; the bat costs 1.00 more than the ball."
            " What does the ball cost, and why do so many get it wrong?"
        ),
    ),
)
"""Titles and prompts for the first visit where a real model answers: it would take the rehearsal's
commands for questions, and whoever runs the site would pay for the answers."""


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
            "import_megabytes": MOST_MEGABYTES,
            "tour": rehearsed() if settings.REHEARSAL else stops(THINGS_TO_TRY),
        },
    )


def rehearsed() -> list[dict[str, str]]:
    """The rehearsal's tour; its commands are not translated, or they would be none."""
    return stops((_(title), prompt) for title, prompt in TOUR)


def stops(things: Iterable[tuple[Promise | str, Promise | str]]) -> list[dict[str, str]]:
    return [{"title": str(title), "prompt": str(prompt)} for title, prompt in things]
