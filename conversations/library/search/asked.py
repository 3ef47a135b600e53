"""What a person types into the search field, as terms. Any text is a question; none is an error.

words           all of them must be there, the last one at least by its beginning
"some words"    next to each other, in this order
-word, -"..."   must not be there
"""

import re
from dataclasses import dataclass
from functools import cached_property

from conversations.models.index import PREFIXES
from conversations.models.words import LONGEST, RUN, SPACELESS, composed, fold, pairs, spaceless

LIMIT = 200
"""Characters of a question that are read."""
TERMS = 12
_PIECE = re.compile(r'(?P<minus>(?<!\S)-)?(?:"(?P<phrase>[^"]*)(?P<end>"|$)|(?P<word>[^\s"]+))')
_LETTER = rf"[^\W_{SPACELESS}]"


@dataclass(frozen=True, slots=True)
class Word:
    """One word for the index to find; an open one is the beginning of a word."""

    text: str
    open: bool = False

    @property
    def long(self) -> bool:
        """Longer than the beginnings that are indexed for themselves."""
        return len(self.text) > PREFIXES[-1]


@dataclass(frozen=True)
class Term:
    """Runs of letters that stand next to each other; the last one may still be typed."""

    runs: tuple[str, ...]
    open: bool = False

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """What the index must have of a text for this term to be in it."""
        found = []
        for run in self.runs[:-1]:
            found += _words(run, False)
        return tuple(dict.fromkeys([*found, *_words(self.runs[-1], self.open)]))

    @property
    def simple(self) -> bool:
        """Whether the index alone can say that it is in a text."""
        return len(self.words) == 1

    @cached_property
    def pattern(self) -> re.Pattern[str]:
        """Where it stands in a folded text."""
        found = ""
        for before, run in zip(("", *self.runs), self.runs, strict=False):
            if before:
                found += r"[\W_]*" if spaceless(before) or spaceless(run) else r"[\W_]+"
            found += re.escape(run) if spaceless(run) else _bounded(run)
        closed = not self.open and not spaceless(self.runs[-1]) and len(self.runs[-1]) < LONGEST
        return re.compile(found + (rf"(?!{_LETTER})" if closed else ""))

    @cached_property
    def loose(self) -> re.Pattern[str]:
        """Where a part of a camelCase word stands, whose other parts folding has joined to it."""
        return re.compile(re.escape(self.runs[0]))


@dataclass(frozen=True)
class Question:
    """All of `wanted` and none of `unwanted`; without anything wanted, nothing is found."""

    wanted: tuple[Term, ...]
    unwanted: tuple[Term, ...] = ()

    @property
    def begins_long(self) -> bool:
        """Whether there is a beginning that the index has not as a word of its own."""
        return any(word.open and word.long for term in self.wanted for word in term.words)

    @property
    def sure(self) -> bool:
        """Whether the index alone can say which texts fit."""
        return all(term.simple for term in (*self.wanted, *self.unwanted))


def read(text: str) -> Question:
    """A question as it was typed so far."""
    text = fold(composed(text[:LIMIT]))
    terms: dict[bool, list[Term]] = {False: [], True: []}
    for piece in list(_PIECE.finditer(text))[:TERMS]:
        typed = piece.end() == len(text) and not (piece["minus"] or piece["end"])
        runs = tuple(run[:LONGEST] for run in RUN.findall(piece["word"] or piece["phrase"] or ""))
        if runs:
            open_ = typed and not spaceless(runs[-1]) and text[-1] not in " \t"
            terms[bool(piece["minus"])].append(Term(runs, open_ and len(runs[-1]) > 1))
    return Question(tuple(dict.fromkeys(terms[False])), tuple(dict.fromkeys(terms[True])))


def _words(run: str, open_: bool) -> list[Word]:
    if not spaceless(run):
        return [Word(run, open_)]
    return [Word(run)] if len(run) == 1 else [Word(pair) for pair in dict.fromkeys(pairs(run))]


def _bounded(run: str) -> str:
    return rf"(?<!{_LETTER}){re.escape(run)}"
