"""The written samples: the kinds of markdown that an answer can hold, good and ill-meant."""

from __future__ import annotations

from pathlib import Path

_FOLDER = Path(__file__).parent / "samples"
_DEEP = 120

_UNICODE = """\
A rehearsal of the world's signs.

- Chinese: 一加二加三，一直加到九百九十九，等于四十九万九千五百。𠮷野家
- Japanese: 一から九百九十九までの和は、四十九万九千五百です。
- Korean: 1부터 999까지의 합은 499,500입니다.
- Arabic, from the right: مجموع الأعداد من ١ إلى ٩٩٩ هو ٤٩٩٥٠٠.
- Hebrew, with English inside: הסכום הוא 499,500 (the sum) והכול נכון.
- Hindi: १ से ९९९ तक का योग ४९९५०० है।
- Thai: ผลรวมของ ๑ ถึง ๙๙๙ คือ ๔๙๙๕๐๐
- Greek, Russian: το άθροισμα είναι 499.500; сумма равна 499 500.
- Emoji: 🙂 👍🏽 👩\u200d👩\u200d👧\u200d👦 🏳️\u200d🌈 🇺🇳 ❤️ 1️⃣
- Combining: e\u0301 n\u0303 a\u0308 Z\u0351\u036b\u0343\u0302a\u0334\u0348\u0332l\u0320g\u0324o
- Beyond the first plane: 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𓂀 𝄞
- Separators: a\u2028line, a\u2029paragraph, a\x85next line, a\u200bzero width, a\u00a0fixed space
- Overrides: \u202enot left to right\u202c, and back

| 语言 | 和 |
|:--|--:|
| 中文 | 四十九万九千五百 |
| العربية | ٤٩٩٥٠٠ |
"""

_THOUGHTS = {
    "markdown": (
        "Gathering the kinds of markdown",
        "Headings, lists, tables, code and formulas, one after the other.",
    ),
    "code": ("Choosing languages", "The same sum in several languages, and odd blocks."),
    "table": ("Drawing up tables", "One that fits the page, and one that does not."),
    "math": ("Setting formulas", "In the line and by themselves, and one with a mistake."),
    "footnotes": ("Writing notes", "What does not fit into the sentence goes below."),
    "list": ("Ordering the points", "Three levels, numbers and bullets, and boxes."),
    "unicode": (
        "Collecting scripts",
        "中文、العربية, עברית, emoji 🙂 and combining marks e\u0301.",
    ),
    "hostile markdown": (
        "Collecting attacks",
        "Markup that must come out as text. <img src=x onerror=\"window.hostile='thought'\">",
    ),
}


def sample(name: str) -> tuple[str, str, str]:
    """The thought's heading and paragraph, and the answer's text."""
    heading, paragraph = _THOUGHTS[name]
    return heading, paragraph, _text(name)


def _text(name: str) -> str:
    if name == "unicode":
        return _UNICODE
    if name == "hostile markdown":
        return _file("hostile") + _hostile_depths()
    text = _file(name)
    if name == "markdown":
        for inner in ("list", "table", "code", "math"):
            text = text.replace("{" + inner + "}\n", _file(inner))
    return text


def _file(name: str) -> str:
    return (_FOLDER / f"{name}.md").read_text(encoding="utf-8")


def _hostile_depths() -> str:
    """Nesting without end, a word without a break, and a block that is never closed."""
    pieces = (
        ">" * _DEEP + " quoted very deeply",
        "".join("  " * level + "- deeper\n" for level in range(40)),
        "[" * _DEEP + "brackets" + "](" * _DEEP,
        "*a_" * _DEEP,
        "W" * 2000,
        "And a block that is never closed:",
        "```html\n<script>window.hostile='open'</script>\n",
    )
    return "\n" + "\n\n".join(pieces)
