/** What goes out and in, as a person asks for it in the menus. */

import { put } from "../browser/clipboard.js";
import { act } from "../browser/make.js";
import { addressOf, asMarkdown, save } from "../link/inout.js";
import { gettext } from "../text.js";
import { ImportDialog } from "./import.js";
import { ShareDialog } from "./share.js";

/**
 * @param {() => HTMLElement | null} back where the focus goes after a dialog
 * @returns {Record<string, (detail: Record<string, any>) => void>} by the name of the act
 */
export function inAndOut(back) {
  const share = new ShareDialog();
  const files = new ImportDialog();
  document.getElementById("open-import")?.addEventListener("click", () => {
    document.getElementById("person-menu")?.hidePopover();
    files.open(/** @type {HTMLElement} */ (document.querySelector("button.person")));
  });
  return {
    "copy-all": ({ conversation }) => copyAll(conversation),
    "export-markdown": ({ conversation }) => save(addressOf(conversation, "export.md")),
    "export-json": ({ conversation }) => save(addressOf(conversation, "export.json")),
    print: ({ conversation }) => open(addressOf(conversation, "print"), "_blank", "noopener"),
    share: ({ conversation }) => share.open(conversation, back() ?? undefined),
  };
}

async function copyAll(conversation) {
  const text = await asMarkdown(conversation);
  const done = text !== null && (await put(text));
  act(document.body, "tell", {
    text: done
      ? gettext("The conversation is copied as Markdown.")
      : gettext("The conversation could not be copied."),
  });
}
