"""From what a person types to an expression: signs, words and separators made plain."""

from __future__ import annotations

import re
import unicodedata

from conversations.endpoint.rehearsal.numbers import LONGEST, NotArithmeticError
from conversations.endpoint.rehearsal.operations import ImpossibleError

_BEFORE_NFKC = {
    **{ord(digit): f"^{value}" for value, digit in enumerate("⁰¹²³⁴⁵⁶⁷⁸⁹")},
    **{ord(sign): "-" for sign in "−–—‒﹣"},
    **{ord(sign): "*" for sign in "×·⋅∙✕✖∗"},
    ord("÷"): "/",
    ord("∕"): "/",
    ord("⋯"): "...",
    ord("’"): "'",
}

_OPENING = re.compile(
    r"(?:hi|hello|hey|please|so|ok|okay|and|now|then|well|alright)(?:[,!.:]\s*|\s+)"
    r"|(?:can|could|would) you (?:please )?|(?:please )?tell me (?:about )?|(?:do you )?know "
    r"|(?:and )?what(?:'s| is| are| does| do| about) |whats |how much (?:is|are|does|do|would) "
    r"|(?:calculate|compute|evaluate|solve|work out|simplify|find|give me)[:\s]\s*"
    r"|(?:the )?(?:result|value|answer)(?: of| to) |the |if i |i "
)
_CLOSING = re.compile(
    r"(?:[=?\s]|(?<!\.)\.|,|\bplease|\bequals?(?: to)?|\bmakes?|\bgives?|\bthanks|\bthank you"
    r"|是多少|等于多少|等於多少|等于几|等于|多少)$"
)
_WORDS = (
    (r"\b(?:plus|added to)\b", "+"),
    (r"\bminus\b", "-"),
    (r"\b(?:times|multiplied by)\b", "*"),
    (r"\b(?:divided by|over)\b", "/"),
    (r"\b(?:to the power(?: of)?|raised to)\b", "^"),
    (r"\bsquared\b", "^2"),
    (r"\bcubed\b", "^3"),
    (r"\bfactorial\b", "!"),
    (r"\bmod(?:ulo)?\b", "%"),
    (r"(?:%|\bper ?cent) of\b", "%*"),
    (r"\bper ?cent\b", "%"),
    (r"\b(?:that|it|this|the result|the answer|the last one)\b", "ans"),
    (r"(?<=[\d)!%s])\s*x\s*(?=[\d(.a-])", "*"),
)
_ON = (
    (r"(?:multiply|multiplied) (?:ans )?(?:by|with) ", "ans*"),
    (r"(?:divide|divided) (?:ans )?by ", "ans/"),
    (r"(?:add|added) (?=\S+$)", "ans+"),
    (r"(?:subtract|take away|less) (?=\S+$)", "ans-"),
    (r"double(?: ans)?$", "ans*2"),
    (r"(?:halve|half(?: of)?)(?: ans)?$", "ans/2"),
    (r"square ans$", "ans^2"),
    (r"(?=[*/^%])", "ans"),
)
_GROUPED = re.compile(r"(?<![\d.,])(\d{1,3}(?:([,'_ \u202f])\d{3})(?:\2\d{3})*)(?![\d,])")
_SIGNS = re.compile(r"(?:[-+*/^%()!.\d\s]|ans|(?<=\d)e[-+]?(?=\d))+")
_CALCULATION = re.compile(r"[-+*/^%!]|\.\.")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}|\d{1,2}/\d{1,2}/\d{2,4}")


def tidy(text: str) -> str:
    """Lower case, compatible characters, one kind of each sign, and no greeting or thanks."""
    if len(text) > LONGEST:
        if _SIGNS.fullmatch(text[:200].strip()):
            raise ImpossibleError(
                f"An expression of more than {LONGEST:,} characters is not read here."
            )
        raise NotArithmeticError
    text = unicodedata.normalize("NFKC", text.translate(_BEFORE_NFKC)).lower()
    return _unframed(re.sub(r"\s+", " ", text).strip())


def expression(tidied: str) -> str:
    """Numbers and signs alone, or NotArithmeticError. `ans` stands for the last result."""
    if _DATE.fullmatch(tidied):
        raise NotArithmeticError
    follows = re.match(r"(?:plus|minus) ", tidied) is not None
    text = tidied
    for pattern, sign in _WORDS:
        text = re.sub(pattern, sign, text)
    text = ("ans" + text) if follows else text
    for pattern, sign in _ON:
        text, found = re.subn(f"^{pattern}", sign, text)
        if found:
            break
    text = _GROUPED.sub(lambda found: found[1].replace(found[2], ""), text)
    if not _SIGNS.fullmatch(text) or not _CALCULATION.search(text):
        raise NotArithmeticError
    return text


def _unframed(text: str) -> str:
    for _ in range(12):
        shorter = _OPENING.sub("", text, count=1) if _OPENING.match(text) else text
        shorter = _CLOSING.sub("", shorter).strip()
        if shorter == text:
            break
        text = shorter
    return text
