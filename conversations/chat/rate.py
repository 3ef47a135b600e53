"""How fast a page may send frames."""

import time
from dataclasses import dataclass, field

BURST, A_SECOND = 60.0, 20.0
UNIT = 16 * 1024
"""Characters that count as one more frame, since large ones are as much work as many small ones."""
MOST = 30.0
"""What one frame may count, however large: the first of its kind is still told what is wrong."""
REFUSED_LIMIT = 200
"""Frames refused in a row after which it is abuse and not haste."""


@dataclass(slots=True)
class Rate:
    """A token bucket."""

    tokens: float = BURST
    refused: float = 0.0
    at: float = field(default_factory=time.monotonic)

    def take(self, size: int = 0) -> bool:
        """Whether one more frame, of so many characters, is within the rate."""
        cost = min(1 + size // UNIT, MOST)
        now = time.monotonic()
        self.tokens = min(BURST, self.tokens + (now - self.at) * A_SECOND)
        self.at = now
        if self.tokens < cost:
            self.refused += cost
            return False
        self.tokens -= cost
        self.refused = 0
        return True

    def give_back(self) -> None:
        """Do not count the frame that was taken last."""
        self.tokens = min(BURST, self.tokens + 1)

    @property
    def abused(self) -> bool:
        """Whether the sender took no notice of being refused."""
        return self.refused > REFUSED_LIMIT
