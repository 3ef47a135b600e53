"""Where a question's words stand in a text, and the passage that shows them best."""

import re
from bisect import bisect_left
from collections.abc import Sequence
from functools import cached_property

from conversations.library.search.asked import Question, Term
from conversations.models.words import composed, fold, words_of

Piece = tuple[str, bool]
"""Some text, and whether it is a hit."""
Place = tuple[int, int, int]
"""From where to where a term stands, and which one it is."""

AROUND = 160
"""Characters of a passage."""
BEFORE = 40
"""Of them at most before the first hit."""
PLACES = 200
"""Places of each term that are looked at."""
_MARKUP = re.compile(r"\*\*|__|```+|`|^\s{0,3}(?:#{1,6}|>)\s+|\|", re.MULTILINE)
_SPACE = re.compile(r"\s+")


class Text:
    """A text that was found, folded once."""

    def __init__(self, text: str) -> None:
        self.text = composed(text)
        self.folded = fold(self.text)

    def fits(self, question: Question, *, hasty: bool) -> bool:
        """Whether the terms are there that the index could not be sure of."""
        doubted = [term for term in question.wanted if hasty or not term.simple]
        return all(map(self._has, doubted)) and not any(
            term.pattern.search(self.folded) for term in question.unwanted if not term.simple
        )

    def _has(self, term: Term) -> bool:
        """A word may also begin within another one, as in camelCase; the index knows of it."""
        if term.pattern.search(self.folded):
            return True
        first = term.runs[0]
        return term.simple and any(
            word.startswith(first) if term.open else word == first for word in self._words
        )

    @cached_property
    def _words(self) -> list[str]:
        return words_of(self.text)

    def passage(self, question: Question, *, whole: bool = False) -> list[Piece]:
        """The passage with the most different terms in it, or the whole text, and the hits."""
        places = sorted(
            place for which, term in enumerate(question.wanted) for place in self._of(which, term)
        )
        start, end = (0, len(self.text)) if whole else self._cut(_best(places))
        inside = [place for place in places if start <= place[0] and place[1] <= end]
        return _tidy(_pieces(self.text, start, end, inside), start > 0, end < len(self.text))

    def _of(self, which: int, term: Term) -> list[Place]:
        for pattern in (term.pattern, term.loose):
            found = [
                (match.start(), match.end(), which)
                for match, _count in zip(pattern.finditer(self.folded), range(PLACES), strict=False)
            ]
            if found:
                return found
        return []

    def _cut(self, at: int) -> tuple[int, int]:
        """A span of the text around a place, from word to word where that is not far."""
        start = max(0, at - BEFORE)
        if start:
            near = _SPACE.search(self.text, start, at)
            start = near.end() if near else start
        end = min(len(self.text), start + AROUND)
        if end < len(self.text):
            near_end = self.text.rfind(" ", start + AROUND // 2, end)
            end = near_end if near_end > at + BEFORE else end
        return start, end


def _best(places: Sequence[Place]) -> int:
    """Where the passage with the most different terms begins."""
    starts = [place[0] for place in places]
    best, most = (places[0][0] if places else 0), 0
    for position, place in enumerate(places):
        within = bisect_left(starts, place[0] + AROUND - BEFORE)
        different = len({which for _start, _end, which in places[position:within]})
        if different > most:
            best, most = place[0], different
    return best


def _pieces(text: str, start: int, end: int, places: Sequence[Place]) -> list[Piece]:
    found: list[Piece] = []
    at = start
    for begin, finish, _which in places:
        if begin < at:
            continue  # within the hit before
        found += [(text[at:begin], False), (text[begin:finish], True)]
        at = finish
    return [*found, (text[at:end], False)]


def _tidy(pieces: Sequence[Piece], cut_before: bool, cut_behind: bool) -> list[Piece]:
    """On one line, without the marks of markdown; with dots where the text was cut."""
    plain = [(_SPACE.sub(" ", _MARKUP.sub("", text)), hit) for text, hit in pieces]
    if cut_before:
        plain[0] = (f"…{plain[0][0].lstrip()}", False)
    else:
        plain[0] = (plain[0][0].lstrip(), False)
    last = plain[-1][0].rstrip()
    plain[-1] = (f"{last}…" if cut_behind else last, False)
    return [(text, hit) for text, hit in plain if text]
