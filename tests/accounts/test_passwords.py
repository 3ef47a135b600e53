"""No more hashes at once than the memory is meant for."""

import time
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

from argon2 import low_level
from django.contrib.auth.hashers import make_password
from pytest_django import Settings

from chatsite.passwords import AT_ONCE, BoundedArgon2PasswordHasher

under_way: list[int] = []
together: list[int] = []


def slow_hash(*_words: object, **_options: object) -> bytes:
    under_way.append(1)
    together.append(len(under_way))
    time.sleep(0.02)
    under_way.pop()
    return b"$argon2id$v=19$m=8,t=1,p=1$c2FsdHNhbHQ$aGFzaA"


class Watched(BoundedArgon2PasswordHasher):
    """The hasher with another library beneath it, which sees how many come at once."""

    def _load_library(self) -> Any:
        library = SimpleNamespace(hash_secret=slow_hash, Type=low_level.Type, ARGON2_VERSION=19)
        return SimpleNamespace(
            low_level=library,
            Parameters=SimpleNamespace,
            DEFAULT_RANDOM_SALT_LENGTH=16,
            DEFAULT_HASH_LENGTH=32,
        )


def test_a_crowd_is_hashed_two_at_a_time(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = [f"{__name__}.Watched"]
    hasher = Watched()
    with ThreadPoolExecutor(12) as crowd:
        list(crowd.map(lambda _: hasher.encode("password", "saltsalt"), range(12)))
    assert max(together) == AT_ONCE == 2


def test_what_it_makes_is_plain_argon2(settings: Settings) -> None:
    settings.PASSWORD_HASHERS = ["chatsite.passwords.BoundedArgon2PasswordHasher"]
    made = make_password("password")
    assert made.startswith("argon2$argon2id$v=19$m=102400,t=2,p=8$")
