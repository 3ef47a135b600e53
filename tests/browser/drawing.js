/**
 * In the page: draws given texts and random ones piece by piece, and compares with one parse of the
 * whole. What the drawer makes of a text must not depend on where the network has cut it.
 */
async ({ addresses, texts, seeds }) => {
  const [{ Drawer }, { markdown }, { nodes }, { outline }, { settleNotes }] = await Promise.all(
    addresses.map((address) => import(address)),
  );

  const LINES = [
    "plain words that go on for a while",
    "words with **bold**, *slanted*, `code` and a [link](https://example.org/x)",
    "a [defined][one] link, [two] and [three][]",
    "money: $5 and $10, math: $a_1 + b$ and \\(c^2\\)",
    "$$e = mc^2$$",
    "$$",
    "$$ x = 1",
    "y = 2 $$",
    "\\[",
    "\\]",
    "x + y",
    "\\[ z \\]",
    "# A heading",
    "### Another one ###",
    "Underlined",
    "===",
    "---",
    "***",
    "- - -",
    "- item",
    "- item with `code`",
    "- [x] done",
    "* star",
    "*   wide star",
    "+ plus",
    "-",
    "- - twice",
    "- > quoted item",
    "- ```js",
    "1. first",
    "2. second",
    "10. tenth",
    "3) other mark",
    "1. - both",
    "> quoted",
    "> > twice quoted",
    "> - item in a quote",
    ">",
    ">no space",
    "```",
    "```py",
    "~~~",
    "````text",
    "let x = 1;",
    "| a | b |",
    "|---|:-:|",
    "| 1 | 2 |",
    "| only one |",
    "a | b",
    "--|--",
    "    indented code",
    "[one]: https://example.org/1",
    '[two]: https://example.org/2 "title"',
    "[three]:",
    "https://example.org/3",
    "<div>no html</div>",
    "\\* escaped",
    "a note[^1], another one[^word] and [^none]",
    "[^1]: a note",
    "[^word]: *another* note",
    "[^bare]:",
    "[^1]",
    "a line with two spaces at its end  ",
    "line\\",
    "你好，世界",
  ];
  const INDENTS = [
    "",
    "",
    "",
    "",
    " ",
    "  ",
    "   ",
    "    ",
    "     ",
    "      ",
    "> ",
    ">   ",
    "  > ",
  ];

  function seeded(seed) {
    let value = seed * 2654435761 || 1;
    return () => {
      value = (value ^ (value << 13)) >>> 0;
      value = (value ^ (value >>> 17)) >>> 0;
      value = (value ^ (value << 5)) >>> 0;
      return value / 2 ** 32;
    };
  }

  /** Lines in runs of one indentation, as models write them, and some that stand anywhere. */
  function written(random) {
    const one = (list) => list[Math.floor(random() * list.length)];
    const end = random() < 0.1 ? "\r\n" : "\n";
    const lines = [];
    let indent = "";
    for (let left = 3 + Math.floor(random() * 25); left > 0; left--) {
      if (random() < 0.35) indent = one(INDENTS);
      if (random() < 0.25) lines.push(random() < 0.3 ? indent.trimEnd() : "");
      lines.push((random() < 0.1 ? one(INDENTS) : indent) + one(LINES));
    }
    const text = lines.join(end) + (random() < 0.7 ? end : "");
    const loss = random() < 0.3 ? 0.04 : 0;
    const tabbed = random() < 0.1 ? text.replace(/ {2,4}/g, "\t") : text;
    return [...tabbed].filter(() => random() >= loss).join("");
  }

  function cut(text, random) {
    const pieces = [];
    const most = 1 + Math.floor(random() ** 2 * 60);
    for (let at = 0; at < text.length; ) {
      const size = 1 + Math.floor(random() * most);
      pieces.push(text.slice(at, at + size));
      at += size;
    }
    return pieces;
  }

  function drawn(pieces) {
    const root = document.createElement("div");
    const drawer = new Drawer(root, () => {});
    for (const piece of pieces) {
      drawer.write(piece);
      drawer.flush(Number.POSITIVE_INFINITY);
    }
    drawer.finish();
    drawer.flush(Number.POSITIVE_INFINITY);
    return [...root.children].flatMap((section) => [...section.children]).map(told);
  }

  function whole(text) {
    const tokens = markdown.parse(text, {});
    const box = document.createElement("div");
    box.append(...nodes(tokens, outline(tokens), { kind: "root" }));
    settleNotes(box);
    return [...box.children]
      .flatMap((node) => (node.matches(".notes") ? [...node.children] : node))
      .map(told);
  }

  const BLOCKS = "UL OL LI BLOCKQUOTE DIV TABLE THEAD TBODY TR".split(" ");
  /** A node in a form to compare: white space between blocks says nothing. */
  function told(node) {
    if (node.nodeType !== Node.ELEMENT_NODE) {
      const between = BLOCKS.includes(node.parentElement?.nodeName ?? "");
      return between && !node.data.trim() ? "" : node.data;
    }
    // Notes are numbered by text, and this text is drawn twice; of code that came line by line the
    // newest line stays in view.
    const attributes = [...node.attributes].map(
      ({ name, value }) =>
        ` ${name}=${value.replace(/^(#?note-)\d+/, "$1").replace(" code-live", "")}`,
    );
    const inner = [...node.childNodes].map(told).join("");
    return `<${node.localName}${attributes.join("")}>${inner}</>`;
  }

  function difference(text, pieces) {
    const [bit, all] = [drawn(pieces), whole(text)];
    const longer = Math.max(bit.length, all.length);
    for (let at = 0; at < longer; at++)
      if (bit[at] !== all[at]) return { text, pieces, bit: bit[at], all: all[at] };
    return null;
  }

  for (const text of texts) {
    const found = difference(text, [...text]);
    if (found) return found;
  }
  let cuts = 0;
  for (let seed = seeds[0]; seed < seeds[1]; seed++) {
    const random = seeded(seed);
    const text = written(random);
    const pieces = cut(text, random);
    cuts += pieces.length;
    const found = difference(text, pieces);
    if (found) return { seed, ...found };
  }
  return { cuts };
};
