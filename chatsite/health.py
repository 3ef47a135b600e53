"""Whether the process is alive, and whether it should be sent people."""

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from conversations.turns.live import get_live


@login_not_required
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """The event loop and a thread of it answer."""
    return HttpResponse("alive\n", content_type="text/plain")


@login_not_required
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """503 while the database is away or the process is about to end; the bus is only reported."""
    checks = {"database": _database(), "bus": _bus(), "draining": get_live().draining}
    sound = checks["database"] == "ok" and not checks["draining"]
    return JsonResponse(checks, status=200 if sound else 503)


def _database() -> str:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except Error:
        return "unreachable"
    return "ok"


def _bus() -> str:
    if not settings.REDIS_URL:
        return "in memory"
    try:
        with redis.Redis.from_url(
            settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1
        ) as client:
            client.ping()
    except redis.RedisError:
        return "unreachable"
    return "ok"
