/** The field in which a question is edited, with what is said about it. */

import { fit, sends } from "../browser/field.js";
import { make, write } from "../browser/make.js";
import { room } from "../state/room.js";
import { gettext } from "../text.js";

const BUSY = gettext("An answer is still being written. Stop it, or wait for its end.");

/**
 * @param {object} does
 * @param {string} does.text
 * @param {boolean} does.files whether the question has files, which stay with it
 * @param {(text: string) => void} does.wrote
 * @param {(text: string) => void} does.send
 * @param {() => void} does.cancel
 */
export function editor({ text, files, wrote, send, cancel }) {
  const field = make("textarea", { className: "message", value: text, dir: "auto", rows: 1 });
  field.setAttribute("aria-label", gettext("Edit your message"));
  const note = make("p", { className: "ask-edit-note" });
  note.setAttribute("role", "status");
  const back = make("button", { type: "button", className: "button plain" }, gettext("Cancel"));
  const go = make("button", { className: "button" }, gettext("Send"));
  const foot = make("div", { className: "ask-edit-foot" }, note, back, go);
  const node = make("form", { className: "ask-edit" }, field, foot);
  let props = { busy: false, limit: Infinity };

  function tell() {
    const { over, words } = room(field.value, props.limit);
    const empty = !field.value.trim() && !files;
    write(note, words || (props.busy ? BUSY : ""));
    note.classList.toggle("over", over);
    go.disabled = over || empty || props.busy;
  }

  field.oninput = () => {
    fit(field);
    tell();
    wrote(field.value);
  };
  field.onkeydown = (event) => {
    if (event.key === "Escape" && !event.isComposing) {
      event.stopPropagation();
      cancel();
    } else if (sends(event)) {
      event.preventDefault();
      if (!event.repeat) node.requestSubmit();
    }
  };
  node.onsubmit = (event) => {
    event.preventDefault();
    tell();
    if (!go.disabled) send(field.value.trim());
  };
  back.onclick = cancel;

  return {
    node,
    /** @param {{busy: boolean, limit: number} | null} told */
    update(told) {
      props = told ?? props;
      fit(field);
      tell();
    },
    focus() {
      field.focus({ preventScroll: true });
      field.setSelectionRange(field.value.length, field.value.length);
      field.scrollIntoView({ block: "nearest" });
    },
  };
}
