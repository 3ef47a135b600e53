"""How passwords are hashed."""

import threading

from django.contrib.auth.hashers import Argon2PasswordHasher

AT_ONCE = 2
"""Hashes under way in one process: each takes 100 MB and all the cores it can get."""

_slots = threading.BoundedSemaphore(AT_ONCE)


class BoundedArgon2PasswordHasher(Argon2PasswordHasher):
    """Argon2, a few at a time: a crowd at the sign-in page waits instead of filling the memory.

    Django runs each view in a thread of its own, so nothing else bounds them.
    """

    def encode(self, password: str, salt: str) -> str:
        with _slots:
            return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        with _slots:
            return super().verify(password, encoded)
