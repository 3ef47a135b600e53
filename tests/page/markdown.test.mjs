import assert from "node:assert/strict";
import { test } from "node:test";
import { markdown } from "../../static/js/draw/markdown.js";

const html = (text) => markdown.render(text);

test("no raw HTML, no image, no link but http(s) and mailto", () => {
  const hostile = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "[x](javascript:alert(1))",
    "[x](JaVaScRiPt:alert(1))",
    "[x](data:text/html,<script>alert(1)</script>)",
    "[x](vbscript:x)",
    "[x](//evil.example/x)",
    "[x](/accounts/logout/)",
    "![x](javascript:alert(1))",
    "![x](data:image/svg+xml,<svg onload=alert(1)>)",
    '```"><script>alert(1)</script>\nx\n```',
    "$<img src=x onerror=alert(1)>$",
    "<a href='javascript:x'>",
    "<javascript:alert(1)>",
  ];
  for (const text of hostile) {
    assert.doesNotMatch(html(text), /<script|<img|<svg|<a [^>]*href="(?!https?:|mailto:)/i, text);
  }
});

test("an image is a link that names its host", () => {
  assert.match(
    html("![a cat](https://example.com/cat.png)"),
    /<a class="remote-image" href="https:\/\/example\.com\/cat\.png">Image: a cat \(opens example\.com\)<\/a>/,
  );
});

test("math is taken, money is not", () => {
  for (const text of [
    "$x$",
    "$a_1 + b$ here",
    "(\\(x\\))",
    "$$x$$",
    "\\[x\\]",
    "$\\frac{1}{2}$.",
  ]) {
    assert.match(html(text), /class="math/, text);
  }
  for (const text of [
    "$5 and $10",
    "it costs $5-$10",
    "US$5 or AU$6",
    "$ x $",
    "5$",
    "\\$x$",
    "a $20K to $50K b",
    "`$x$`",
  ]) {
    assert.doesNotMatch(html(text), /class="math/, text);
  }
});

test("block math keeps its blank lines and ends where it ends", () => {
  assert.match(html("$$\na\n\nb\n$$\nafter"), /math-wide">a\n\nb<\/code><\/p>\n<p>after/);
  assert.doesNotMatch(html("$$\nnever closed"), /class="math/);
});

test("block math ends what stands above it by its first line alone, as a fence does", () => {
  const shape = (text) =>
    html(text)
      .match(/<(ul|ol|li|blockquote|p|code)\b/g)
      .join("");
  const after = "<p<code";
  for (const opened of ["$$\nx\n$$", "\\[\nx\n\\]", "$$x$$", "$$\nx\n\ny\n$$"]) {
    assert.equal(shape(`text\n${opened}`), `<p${after}`, opened);
    assert.equal(shape(`- item\n${opened}`), `<ul<li<p${after}`, opened);
    assert.equal(shape(`> quote\n${opened}`), `<blockquote<p${after}`, opened);
    assert.equal(shape(`1. one\n${opened}\n2. two`), `<ol<li<p${after}<ol<li<p`, opened);
  }
  // These may be math or not, by what comes later: they end nothing.
  for (const opened of ["$$ x", "$$ x\n- y\nz $$"])
    assert.match(html(`text\n${opened}`), /^<p>text\n\$\$ x/, opened);
  assert.match(html("text\n$$\nnever closed"), /^<p>text<\/p>\n<p>\$\$\nnever closed/);
});

test("a formula of more lines than anybody writes is none", () => {
  const lines = (count) => `$$\n${"x\n".repeat(count)}$$`;
  assert.match(html(lines(90)), /class="math/);
  assert.doesNotMatch(html(lines(110)), /class="math math-wide">x/);
});

test("items are drawn alike whether blank lines stand between them or not", () => {
  const bare = (text) => html(text).replace(/\n/g, "");
  assert.equal(bare("- a\n- b"), bare("- a\n\n- b"));
});

test("headings stand below the page's own, columns keep their side, tasks show their state", () => {
  assert.match(html("# One"), /<h3>One<\/h3>/);
  assert.match(html("###### Six"), /<h6>Six<\/h6>/);
  assert.match(html("|a|\n|-:|\n|1|"), /<td class="right">1<\/td>/);
  assert.match(
    html("- [x] done\n- [ ] open"),
    /<span class="task-box task-done"><\/span>done[\s\S]*<span class="task-box"><\/span>open/,
  );
});

test("notes are marked, and what is no note is left alone", () => {
  assert.match(html("a[^1]"), /a<span class="note-ref">1<\/span>/);
  assert.match(html("a[^word]"), /<span class="note-ref">\[\^word\]<\/span>/);
  assert.match(
    html("[^1]: one\n\n    two\n\nthree"),
    /<div class="note"><span class="note-name">1<\/span>\s*<p>one<\/p>\s*<p>two<\/p>\s*<\/div>\s*<p>three/,
  );
  assert.match(html("text\n[^1]: note"), /<p>text<\/p>\s*<div class="note">/);
  // A definition of a link it would be to the parser alone.
  assert.match(html("[^1]: https://example.org/x"), /class="note"/);
  for (const text of ["`[^1]`", "[^a b]", "[^]", "[^1](https://example.org)", "    [^1]: code"])
    assert.doesNotMatch(html(text), /class="note/, text);
  assert.match(html("a[^<b>]"), /\[\^&lt;b&gt;\]/);
});
