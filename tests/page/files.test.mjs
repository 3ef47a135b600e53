import assert from "node:assert/strict";
import { test } from "node:test";
import { Attachments } from "../../static/js/state/attachments.js";
import { forget } from "../../static/js/state/drafts.js";
import { familyOf, objection, sizeOf } from "../../static/js/state/files.js";
import { frame } from "../../static/js/state/outbox.js";
import { Shelf } from "./shelf.mjs";

const FILE = { id: "f", name: "a.txt", mimeType: "text/plain", size: 1 };
const OTHER = { ...FILE, id: "g" };

test("files are kept for each conversation, and shared by the tabs of a browser", () => {
  const shelf = new Shelf();
  const [here, there] = [new Attachments(shelf, "7"), new Attachments(shelf, "7")];
  here.write("c", [FILE]);
  assert.deepEqual(there.read("c"), [FILE]);
  assert.deepEqual(there.read(null), []);
  there.write("c", []);
  assert.deepEqual(here.read("c"), []);
  assert.deepEqual(Object.keys(shelf), []);
});

test("what comes back stands before what is there, each once", () => {
  const files = new Attachments(new Shelf(), "7");
  const told = [];
  files.addEventListener("given", ({ detail }) => told.push(detail.conversation));
  files.write(null, [OTHER]);
  files.give(null, [FILE, OTHER]);
  files.give("c", []);
  assert.deepEqual(files.read(null), [FILE, OTHER]);
  files.settle("c");
  assert.deepEqual(files.read("c"), [FILE, OTHER]);
  assert.deepEqual(files.read(null), []);
  assert.deepEqual(told, [null]);
});

test("a full storage loses nothing while the page is open, and nonsense is nothing", () => {
  const shelf = new Shelf();
  const files = new Attachments(shelf, "7");
  shelf.fill();
  files.write("c", [FILE]);
  assert.deepEqual(files.read("c"), [FILE]);
  shelf.fill(false);
  for (const nonsense of ["{", "3", "[null, 3, {}]"]) {
    shelf["thinkalong:draft-files:7:d"] = nonsense;
    assert.deepEqual(files.read("d"), []);
  }
});

test("signing out forgets them", () => {
  const shelf = new Shelf();
  const files = new Attachments(shelf, "7");
  files.write("c", [FILE]);
  new Attachments(shelf, "77").write("c", [FILE]);
  files.close();
  forget(shelf, "7");
  files.write("c", [FILE]);
  assert.deepEqual(Object.keys(shelf), ["thinkalong:draft-files:77:c"]);
});

test("a frame names files by their ids alone", () => {
  const item = { id: "1", type: "send", conversation: null, text: "", attachments: [FILE, OTHER] };
  assert.deepEqual(frame(item).attachments, ["f", "g"]);
});

test("sizes and kinds are told as people say them", () => {
  const sizes = { 0: "0 bytes", 999: "999 bytes", 1000: "1 KB", 2140000: "2.1 MB" };
  for (const [bytes, words] of Object.entries({ ...sizes, 999600: "1 MB", 20971520: "21 MB" }))
    assert.equal(sizeOf(Number(bytes)), words);
  assert.equal(familyOf("image/heic"), "image");
  assert.equal(familyOf("application/pdf"), "document");
  assert.equal(familyOf("application/json"), "text");
});

test("what cannot be taken is known before it is sent", async () => {
  const told = (name, ...content) => objection(new File(content, name), 100);
  assert.equal(await told("a.png", "anything: the server looks closer"), "");
  assert.equal(await told("Makefile", "all:\n"), "");
  assert.equal(await told("photo", new Uint8Array([0x89, 80, 78, 71, 13, 10, 26, 10, 0])), "");
  assert.match(await told("a.txt"), /empty/);
  assert.match(await told("a.txt", "x".repeat(101)), /larger than/);
  assert.match(await told("a.zip", "PK\x03\x04\0\0"), /cannot read this kind/);
  assert.match(await told("a.docx", "PK\x03\x04\0\0"), /cannot read this kind/);
});
