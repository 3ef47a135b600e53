/**
 * What can be done with what is drawn: copy a table, wrap code, follow a note. One listener for all,
 * since texts are drawn anew while they come.
 */

import { choose, chosen } from "../browser/choice.js";
import { copy } from "../browser/clipboard.js";

const DOES = {
  ".code-wrap": () => choose("wrap", chosen("wrap") === "yes" ? "" : "yes"),
  ".table-copy": copyTable,
  ".note-mark > a, .note-back": follow,
};

document.addEventListener("click", (event) => {
  if (!(event.target instanceof Element) || event.button) return;
  for (const [selector, does] of Object.entries(DOES)) {
    const node = event.target.closest(selector);
    if (node) return does(/** @type {HTMLElement} */ (node), event);
  }
});

/** As markdown where text is wanted, and as a table where a sheet takes it. */
function copyTable(button) {
  const table = button.closest(".table-box")?.querySelector("table");
  if (!table) return;
  const rows = [...table.rows].map((row) => [...row.cells].map(words));
  const lines = rows.map((cells) => `| ${cells.map(barred).join(" | ")} |`);
  lines.splice(1, 0, `|${[...(table.rows[0]?.cells ?? [])].map(side).join("|")}|`);
  copy(`${lines.join("\n")}\n`, button, button, bare(rows));
}

/** A formula by its source: its other forms are for the eye and the ear. */
function words(cell) {
  const clone = /** @type {Element} */ (cell.cloneNode(true));
  for (const formula of clone.querySelectorAll(".math-set")) {
    const source = formula.querySelector("annotation")?.textContent ?? "";
    formula.replaceWith(`$${source.trim()}$`);
  }
  for (const box of clone.querySelectorAll("input")) box.remove();
  return clone.textContent.replace(/\s+/g, " ").trim();
}

function barred(text) {
  return text.replace(/\|/g, "\\|");
}

function side(cell) {
  return { left: ":---", center: ":---:", right: "---:" }[cell.className] ?? "---";
}

function bare(rows) {
  const table = document.createElement("table");
  for (const cells of rows) {
    const row = table.insertRow();
    for (const text of cells) row.insertCell().textContent = text;
  }
  return table.outerHTML;
}

/** Within the page, without a new address for it. */
function follow(link, event) {
  event.preventDefault();
  const target = document.getElementById(link.hash.slice(1));
  if (!target) return;
  target.scrollIntoView({ block: "nearest" });
  target.focus({ preventScroll: true });
}
