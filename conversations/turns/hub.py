"""Who in this process wants to hear what: topics and their subscribers, nothing else."""

import logging
from collections.abc import Callable, Iterable

from conversations.turns.news import News

logger = logging.getLogger(__name__)

Hear = Callable[[News], None]


class Hub:
    """Hands news to the subscribers of their topic, in the order of publication."""

    def __init__(self) -> None:
        self._topics: dict[str, set[Hear]] = {}

    def subscribe(self, topic: str, hear: Hear) -> Callable[[], None]:
        """Hear the news of a topic.

        Returns:
            What ends it; calling that twice does no harm.
        """
        self._topics.setdefault(topic, set()).add(hear)

        def leave() -> None:
            subscribers = self._topics.get(topic)
            if subscribers is not None:
                subscribers.discard(hear)
                if not subscribers:
                    del self._topics[topic]

        return leave

    def publish(self, news: Iterable[News]) -> None:
        """Hand out news. A subscriber that fails is named in the log, and the others still hear."""
        for item in news:
            for hear in tuple(self._topics.get(item.topic, ())):
                try:
                    hear(item)
                except Exception:
                    logger.exception("A subscriber of %s failed", item.topic)

    def heard(self, prefix: str) -> list[str]:
        """What follows the prefix in the topics that somebody hears."""
        return [topic.removeprefix(prefix) for topic in self._topics if topic.startswith(prefix)]
