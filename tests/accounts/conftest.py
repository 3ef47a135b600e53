"""People, and surroundings in which pages of accounts are quick to make."""

from collections.abc import Iterator

import pytest
from django.core.cache import cache
from pytest_django import Settings

from conversations.models import User

PASSWORD = "correct horse battery staple"


@pytest.fixture(autouse=True)
def quick_pages(settings: Settings) -> Iterator[None]:
    """No manifest of collected files, the least hashing, and limits that begin anew."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.PASSWORD_HASHERS = ["tests.accounts.hashing.CountedHasher"]
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def maya(db: None) -> User:
    return User.objects.create_user("maya", "maya@example.org", PASSWORD)


@pytest.fixture
def otto(db: None) -> User:
    return User.objects.create_user("otto", "otto@example.org", PASSWORD)
