"""Passwords hashed quickly, and counted."""

from chatsite.passwords import BoundedArgon2PasswordHasher


class CountedHasher(BoundedArgon2PasswordHasher):
    """The product's hasher with the least work, which remembers how often it worked."""

    time_cost, memory_cost, parallelism = 1, 8, 1
    worked = 0

    def encode(self, password: str, salt: str) -> str:
        CountedHasher.worked += 1
        return super().encode(password, salt)

    def verify(self, password: str, encoded: str) -> bool:
        CountedHasher.worked += 1
        return super().verify(password, encoded)
