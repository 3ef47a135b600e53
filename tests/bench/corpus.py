"""A corpus as people make it, in numbers: for tests/bench/search.py.

Words follow Zipf's law, in English and in Chinese; sentences are drawn from a pool, so that a
million messages take minutes. One person owns a large share, the others follow a power law.
"""

import itertools
import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

from conversations.models.words import words_of

COMMON = (
    "the of and to a in is it you that he was for on are with as they be at one have this from or "
    "had by not but what all were we when your can said there use an each which she do how their "
    "if will up other about out many then them these so some her would make like him into time has "
    "look two more write go see number no way could people than first water been call who its now "
    "find long down day did get come made may part model answer question because about should data "
    "function value python error file code list string server test table query index page"
).split()
CHINESE_COMMON = list(
    "的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过"
)
SYLLABLES = (
    "con ver sa tion al ter na tive pro gram er ing ment re search ful in dex ta ble struc ture de "
    "sign an swer quan tum me chan ic or gan ize pre fix lo cal mar ket fi nance bio lo gy his to"
).split()
SENTENCES, VOCABULARY, CHINESE_WORDS = 60_000, 60_000, 25_000
LARGE_SHARE = 0.4


@dataclass(frozen=True)
class Sentence:
    text: str

    @cached_property
    def words(self) -> list[str]:
        return words_of(self.text)


@dataclass(frozen=True)
class Written:
    """A text of a message, with its words as words_of would find them."""

    text: str
    words: list[str]


class Corpus:
    """Draws texts; the same ones for the same seed."""

    def __init__(self, seed: int = 7) -> None:
        self.random = random.Random(seed)
        self.vocabulary = self._vocabulary()
        self.chinese = self._chinese()
        self.pool = [self._sentence() for _ in range(SENTENCES)]
        self.chinese_pool = [self._chinese_sentence() for _ in range(SENTENCES // 2)]
        self.rare = itertools.count()

    def owners(self, people: int, conversations: int) -> list[int]:
        """Whose each conversation is; person 0 has the large share."""
        weights = [1 / (rank + 3) for rank in range(people - 1)]
        large = int(conversations * LARGE_SHARE)
        others = self.random.choices(range(1, people), weights, k=conversations - large)
        found = [0] * large + others
        self.random.shuffle(found)
        return found

    def write(self, sentences: int, chinese: bool) -> Written:
        pool = self.chinese_pool if chinese else self.pool
        drawn = self.random.choices(pool, k=sentences)
        own = f"ref{next(self.rare) // 20}x"  # a word that twenty messages have
        text = (" " if not chinese else "").join(sentence.text for sentence in drawn)
        words = dict.fromkeys(itertools.chain.from_iterable(s.words for s in drawn))
        return Written(f"{text} {own}", [*words, own])

    def _vocabulary(self) -> list[str]:
        made = dict.fromkeys(COMMON)
        while len(made) < VOCABULARY:
            made["".join(self.random.choices(SYLLABLES, k=self.random.randint(2, 4)))] = None
        return list(made)

    def _chinese(self) -> list[str]:
        characters = CHINESE_COMMON + [chr(0x4E00 + n * 6) for n in range(2_500)]
        weights = [1 / (rank + 2) ** 0.8 for rank in range(len(characters))]
        made = dict.fromkeys(CHINESE_COMMON)
        while len(made) < CHINESE_WORDS:
            length = self.random.choices([2, 3, 4], [7, 2, 1])[0]
            made["".join(self.random.choices(characters, weights, k=length))] = None
        return list(made)

    @cached_property
    def _weights(self) -> list[float]:
        return list(itertools.accumulate(1 / (rank + 2.7) for rank in range(VOCABULARY)))

    @cached_property
    def _chinese_weights(self) -> list[float]:
        return list(itertools.accumulate(1 / (rank + 4) for rank in range(CHINESE_WORDS)))

    def _sentence(self) -> Sentence:
        length = self.random.randint(6, 22)
        drawn = self.random.choices(self.vocabulary, cum_weights=self._weights, k=length)
        return Sentence(" ".join(drawn).capitalize() + ".")

    def _chinese_sentence(self) -> Sentence:
        length = self.random.randint(5, 18)
        drawn = self.random.choices(self.chinese, cum_weights=self._chinese_weights, k=length)
        return Sentence("".join(drawn) + "。")


@dataclass(frozen=True)
class Said:
    """A message to be, of the conversation at this place."""

    conversation: int
    role: str
    said: Written
    thought: Written | None

    @property
    def parts(self) -> str:
        return json.dumps([{"text": self.said.text}])


def messages(corpus: Corpus, conversations: int, rows: int) -> Iterator[Said]:
    """Questions and answers in turn, as they were stored: conversations go on side by side."""
    draw = corpus.random
    current = list(range(min(200, conversations)))
    upcoming = itertools.count(len(current))
    for _pair in range(rows // 2):
        slot = draw.randrange(len(current))
        conversation = current[slot]
        chinese = conversation % 2 == 1
        yield Said(conversation, "user", corpus.write(draw.randint(1, 3), chinese), None)
        thought = corpus.write(draw.randint(4, 16), chinese) if draw.random() < 0.5 else None
        yield Said(conversation, "model", corpus.write(draw.randint(4, 20), chinese), thought)
        if draw.random() < 0.25 and (following := next(upcoming)) < conversations:
            current[slot] = following
