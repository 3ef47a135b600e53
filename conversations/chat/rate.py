"""How fast a page may send frames."""

import time
from dataclasses import dataclass, field

BURST, A_SECOND = 60.0, 20.0
REFUSED_LIMIT = 200
"""Frames refused in a row after which it is abuse and not haste."""


@dataclass(slots=True)
class Rate:
    """A token bucket."""

    tokens: float = BURST
    refused: int = 0
    at: float = field(default_factory=time.monotonic)

    def take(self) -> bool:
        """Whether one more frame is within the rate."""
        now = time.monotonic()
        self.tokens = min(BURST, self.tokens + (now - self.at) * A_SECOND)
        self.at = now
        if self.tokens < 1:
            self.refused += 1
            return False
        self.tokens -= 1
        self.refused = 0
        return True

    def give_back(self) -> None:
        """Do not count the frame that was taken last."""
        self.tokens = min(BURST, self.tokens + 1)

    @property
    def abused(self) -> bool:
        """Whether the sender took no notice of being refused."""
        return self.refused > REFUSED_LIMIT
