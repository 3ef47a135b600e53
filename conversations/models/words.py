"""What of a text the search index knows: its words, in the same form on every database.

Neither FTS5's nor PostgreSQL's own ways of splitting a text know where a Chinese word ends, and
they differ in all else. So the words are made here, and the databases only store and find them:

- letters are folded: small, without accents, of full width made plain;
- a run of letters and digits is a word; snake_case is two, camelCase is one and its two parts;
- where a script sets no spaces, each character is a word, and so is each pair of neighbours.

Folding keeps the length, so that a place in the folded text is the same place in the text.
"""

import re
import unicodedata
from collections.abc import Iterable
from itertools import pairwise

LONGEST = 64
"""Characters of a word that are kept: what is longer is no word but data."""
BYTES = 500_000
"""Of the words of one text together: PostgreSQL stores a megabyte of them at most."""
# Thai to Khmer, CJK with kana and bopomofo, Hangul, and the rarer ideographs.
SPACELESS = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3040-\u30ff"
    "\u3100-\u318f\u31a0-\u31bf\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff"
    "\U00020000-\U0003ffff"
)
RUN = re.compile(rf"[{SPACELESS}]+|[^\W_{SPACELESS}]+")
_WORD = re.compile(rf"[^\W_{SPACELESS}]+")
_SPACELESS_RUN = re.compile(rf"[{SPACELESS}]+")
_CAMEL = re.compile(r"[A-Za-z]*[a-z][A-Z][A-Za-z]*")
_HUMP = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_ACCENTS = re.compile(r"[\u0300-\u036f]")


class _Folds(dict[int, str]):
    """Each character's folded form, worked out once; a form of another length is not taken."""

    def __missing__(self, code: int) -> str:
        plain = _ACCENTS.sub("", unicodedata.normalize("NFKD", chr(code)))
        # Hangul is taken apart by NFKD, and must come together again.
        whole = unicodedata.normalize("NFC", plain)
        forms = (whole.casefold(), whole.lower(), chr(code))
        self[code] = next(form for form in forms if len(form) == 1)
        return self[code]


_folds = _Folds()


def composed(text: str) -> str:
    """The text with each letter and its accents as one character, where there is one."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


def fold(text: str) -> str:
    """A composed text as it is compared; as long as before."""
    return text.lower() if text.isascii() else text.translate(_folds)


def words_of(text: str) -> list[str]:
    """The words of a text for the index, each once, in the order in which they first come."""
    text = composed(text)
    folded = fold(text)
    found = dict.fromkeys(word[:LONGEST] for word in _WORD.findall(folded))
    for camel in _CAMEL.findall(text):
        found.update(dict.fromkeys(hump.lower()[:LONGEST] for hump in _HUMP.findall(camel)))
    if not text.isascii():
        for run in _SPACELESS_RUN.findall(folded):
            found.update(dict.fromkeys(run))
            found.update(dict.fromkeys(pairs(run)))
    return _bounded(list(found))


def spaceless(run: str) -> bool:
    """Whether a run or word is of a script that sets no spaces."""
    return _SPACELESS_RUN.match(run) is not None


def pairs(run: str) -> Iterable[str]:
    """A run's neighbouring characters, two by two."""
    return map("".join, pairwise(run))


def _bounded(words: list[str]) -> list[str]:
    if sum(map(len, words)) * 4 <= BYTES:
        return words
    total, kept = 0, []
    for word in words:
        total += len(word.encode())
        if total > BYTES:
            break
        kept.append(word)
    return kept
