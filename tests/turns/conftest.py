"""People and turns for the tests of a turn's life."""

import uuid

import pytest

from conversations.models import Turn, User
from conversations.turns.accept import Ask, accept


@pytest.fixture
def alice(transactional_db: None) -> User:
    return User.objects.create_user("alice", password=None)


@pytest.fixture
def bob(transactional_db: None) -> User:
    return User.objects.create_user("bob", password=None)


@pytest.fixture
def turn(alice: User) -> Turn:
    """A turn of Alice's that the process "here" has, not asked upstream yet."""
    return accept(alice, Ask(uuid.uuid4(), "1+2+3+4+5+....+999?"), "here").turn
