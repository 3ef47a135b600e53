"""A site with a page that fails."""

from django.http import HttpRequest, HttpResponse
from django.urls import path


def fail(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("a detail")


urlpatterns = [path("broken", fail)]
