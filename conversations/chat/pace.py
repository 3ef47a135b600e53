"""How often a plain request may come, counted in the cache that processes share."""

import time

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest

MINUTE = 60


def too_often(what: str, who: object, most: int) -> bool:
    """Count one more of something by somebody; whether it is beyond so many in this minute."""
    key = f"pace:{what}:{who}:{int(time.time() // MINUTE)}"
    cache.add(key, 0, timeout=2 * MINUTE)
    try:
        return int(cache.incr(key)) > most
    except ValueError:  # pushed out, or lost with its Redis
        return False


def address_of(request: HttpRequest) -> str:
    """Where a request comes from, behind as many proxies as the settings name."""
    return str(get_adapter(request).get_client_ip(request))
