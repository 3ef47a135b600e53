"""Written samples: the kinds of markdown that an answer can hold, good and ill-meant."""

from __future__ import annotations

from .hostile import HOSTILE

_CODE = r"""Here is the same sum in four languages, as a rehearsal of code.

```python
from collections.abc import Iterable


def total(numbers: Iterable[int], *, start: int = 0) -> int:
    '''The sum of the numbers, "start" included.'''
    for number in numbers:  # no surprises: <b>this is not bold</b>
        start += number
    return start


print(f"{total(range(1, 1000)):,}")  # 499,500
```

```javascript
const total = (last) => Array.from({ length: last }, (_, i) => i + 1).reduce((a, b) => a + b, 0);
console.log(`The sum is ${total(999).toLocaleString("en")}`);
```

```sql
WITH RECURSIVE counting(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM counting WHERE n < 999)
SELECT sum(n) AS total FROM counting; -- 499500
```

```sh
seq 1 999 | paste -sd+ - | bc
```

A block without a language, with a line that is wider than any page:

```
0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789 0123456789
```

    and a block that is only indented

In the line there is `sum(range(1, 1000))`, and ``a `backtick` inside``. A difference:

```diff
-print(sum(range(1, 999)))
+print(sum(range(1, 1000)))
```
"""

_TABLE = r"""A rehearsed table, its columns set left, in the middle and right:

| Series | Terms | Sum |
|:-------|:-----:|----:|
| 1 + 2 + … + 9 | 9 | 45 |
| 1 + 2 + … + 99 | 99 | 4,950 |
| 1 + 2 + … + 999 | 999 | **499,500** |
| with `code`, *stress* and a \| bar | – | $\frac{n(n+1)}{2}$ |

And one that is wider than the page:

| n | n² | n³ | n⁴ | 2ⁿ | n! | prime | binary | octal | hexadecimal | Roman | divisors | remark |
|---:|---:|---:|---:|---:|---:|:---:|---:|---:|---:|:---|:---|:---|
| 1 | 1 | 1 | 1 | 2 | 1 | no | 1 | 1 | 1 | I | 1 | neither prime nor composite |
| 6 | 36 | 216 | 1,296 | 64 | 720 | no | 110 | 6 | 6 | VI | 1, 2, 3, 6 | the first perfect number |
| 7 | 49 | 343 | 2,401 | 128 | 5,040 | yes | 111 | 7 | 7 | VII | 1, 7 | days in a week |
| 28 | 784 | 21,952 | 614,656 | 268,435,456 | 304,888,344,611,713,860,501,504,000,000 | no | 11100 | 34 | 1C | XXVIII | 1, 2, 4, 7, 14, 28 | the second perfect number |
"""

_MATH = r"""Rehearsed formulas. In the line: $e^{i\pi} + 1 = 0$, and $\sum_{k=1}^{n} k = \tfrac{n(n+1)}{2}$;
five dollars ($5) and ten dollars ($10) are no formula.

By itself:

$$
\int_{-\infty}^{\infty} e^{-x^2}\,dx = \sqrt{\pi}
$$

With brackets as some models write them: \( a^2 + b^2 = c^2 \) and

\[
\begin{pmatrix} 1 & 2 \\ 3 & 4 \end{pmatrix}
\begin{pmatrix} x \\ y \end{pmatrix}
= \begin{pmatrix} 5 \\ 6 \end{pmatrix}
\]

Several lines, aligned:

$$
\begin{aligned}
2S &= (1 + 999) + (2 + 998) + \dots + (999 + 1) \\
   &= 999 \cdot 1000 \\
 S &= 499500
\end{aligned}
$$

A formula with a mistake in it, which must stay readable: $\frac{1}{$ and a command that is not there: $\nosuchcommand{x}$.
"""

_LIST = r"""A rehearsed list, three levels deep:

1. Reading the series
   - it begins with 1
   - it ends with 999
     - each term is 1 more than the last
     - so there are 999 of them
2. Pairing the ends

   A paragraph inside an item, with `code`:

   ```python
   pair = 1 + 999
   ```
3. Counting

And the others:

- [x] done
- [ ] not done
* a star
+ a plus

7. a list that begins at seven
8. and goes on
"""

_MARKDOWN = (
    r"""# A rehearsal of markdown

Words in *italics*, in **bold**, in ***both***, ~~struck out~~, and `code`. A line that
breaks here,\
and goes on. A [link to a page](https://example.org/page "with a title"), an address by itself:
https://example.org/path?a=1&b=2, and a footnote.[^1]

## A list

"""
    + _LIST
    + "\n## A table\n\n"
    + _TABLE
    + "\n## Code\n\n"
    + _CODE
    + "\n## Mathematics\n\n"
    + _MATH
    + r"""
## The rest

> A quotation, and in it
>
> > another one, with a list:
> > - one
> > - two

***

### Third level
#### Fourth level
##### Fifth level
###### Sixth level

Term &amp; entity, &copy; 1 &lt; 2, an em dash — and an ellipsis… The end.

[^1]: The footnote itself.
"""
)

_UNICODE = (
    "A rehearsal of the world's signs.\n\n"
    "- Chinese: 一加二加三，一直加到九百九十九，等于四十九万九千五百。𠮷野家\n"
    "- Japanese: 一から九百九十九までの和は、四十九万九千五百です。\n"
    "- Korean: 1부터 999까지의 합은 499,500입니다.\n"
    "- Arabic, from the right: مجموع الأعداد من ١ إلى ٩٩٩ هو ٤٩٩٥٠٠.\n"
    "- Hebrew, with English inside: הסכום הוא 499,500 (the sum) והכול נכון.\n"
    "- Hindi: १ से ९९९ तक का योग ४९९५०० है।\n"
    "- Thai: ผลรวมของ ๑ ถึง ๙๙๙ คือ ๔๙๙๕๐๐\n"
    "- Greek, Russian: το άθροισμα είναι 499.500; сумма равна 499 500.\n"
    "- Emoji: 🙂 👍🏽 👩‍👩‍👧‍👦 🏳️‍🌈 🇺🇳 ❤️ 1️⃣\n"
    "- Combining: e\u0301 n\u0303 a\u0308 Z\u0351\u036b\u0343\u036a\u0302a\u0334\u0348\u0332l\u0320g\u0324o\u0348\n"
    "- Beyond the first plane: 𝔘𝔫𝔦𝔠𝔬𝔡𝔢 𓂀 𝄞\n"
    "- Separators: a\u2028line, a\u2029paragraph, a\x85next line, a\u200bzero width, a\u00a0fixed space\n"
    "- Overrides: \u202enot left to right\u202c, and back\n\n"
    "| 语言 | 和 |\n|:--|--:|\n| 中文 | 四十九万九千五百 |\n| العربية | ٤٩٩٥٠٠ |\n"
)

SAMPLES: dict[str, tuple[str, str, str]] = {
    "markdown": (
        "Gathering the kinds of markdown",
        "Headings, lists, tables, code and formulas, one after the other.",
        _MARKDOWN,
    ),
    "code": ("Choosing languages", "The same sum in several languages, and odd blocks.", _CODE),
    "table": ("Drawing up tables", "One that fits the page, and one that does not.", _TABLE),
    "math": ("Setting formulas", "In the line and by themselves, and one with a mistake.", _MATH),
    "list": ("Ordering the points", "Three levels, numbers and bullets, and boxes.", _LIST),
    "unicode": (
        "Collecting scripts",
        "中文、العربية, עברית, emoji 🙂 and combining marks e\u0301.",
        _UNICODE,
    ),
    "hostile markdown": (
        "Collecting attacks",
        "Markup that must come out as text. <img src=x onerror=\"window.hostile='thought'\">",
        HOSTILE,
    ),
}
"""By name: the thought's heading and paragraph, and the answer."""
