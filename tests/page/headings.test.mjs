import assert from "node:assert/strict";
import { test } from "node:test";
import { lastHeading } from "../../static/js/state/headings.js";

test("a heading is told without its marks", () => {
  const headings = {
    "**One**": "One",
    "  **One**  ": "One",
    "# One": "One",
    "### One ###": "One",
    "## C#": "C#",
    "## C# ##  ": "C#",
    "# One # two": "One # two",
  };
  for (const [line, heading] of Object.entries(headings))
    assert.equal(lastHeading(`before\n${line}\nafter\n`), heading, line);
  for (const line of ["#One", "#", "# ##", "####### One", "**One** more", "** **", "text"])
    assert.equal(lastHeading(`${line}\n`), "", line);
});

test("runs of marks cost no more than their length", () => {
  // With a cost that grows with the square, these would take minutes.
  const run = 200_000;
  for (const line of [
    `# ${"#".repeat(run)}x`,
    `# ${"# ".repeat(run)}x`,
    `**${" ".repeat(run)}x`,
    `# x${" ".repeat(run)}y`,
  ])
    lastHeading(`${line}\n`);
});
