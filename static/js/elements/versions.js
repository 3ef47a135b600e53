/** Walks between the versions of a message: what else was asked, or answered, in its place. */

import { act, icon, make, write } from "../browser/make.js";
import { count, gettext, interpolate } from "../text.js";

export class Versions {
  /** @type {import("../state/branches.js").Versions | null} */
  #versions = null;

  constructor() {
    this.back = step("back", gettext("Previous version"), () => this.#go(-1));
    this.on = step("on", gettext("Next version"), () => this.#go(1));
    this.place = make("span", { className: "versions-place" });
    this.node = make("div", { className: "versions", hidden: true });
    this.node.setAttribute("role", "group");
    this.node.append(this.back, this.place, this.on);
  }

  /** @param {import("../state/branches.js").Versions | null} versions */
  update(versions) {
    this.#versions = versions;
    this.node.hidden = !versions;
    if (!versions) return;
    const { at, ways } = versions;
    const values = { at: count(at + 1), all: count(ways.length) };
    write(this.place, interpolate(gettext("%(at)s/%(all)s"), values));
    this.node.setAttribute("aria-label", interpolate(gettext("Version %(at)s of %(all)s"), values));
    // Not `disabled`: whoever has walked to the end by the keyboard stays where he is.
    this.back.setAttribute("aria-disabled", String(at === 0));
    this.on.setAttribute("aria-disabled", String(at === ways.length - 1));
  }

  /**
   * Takes over from the versions of the message that stood in this one's place.
   * @param {number} step
   */
  focus(step) {
    (step < 0 ? this.back : this.on).focus({ preventScroll: true });
  }

  #go(step) {
    const { at = 0, ways = [] } = this.#versions ?? {};
    const message = ways[at + step];
    if (message) act(this.node, "choose", { message, step });
  }
}

function step(className, words, go) {
  const button = make("button", { type: "button", className, title: words }, icon("before"));
  button.setAttribute("aria-label", words);
  button.onclick = go;
  return button;
}
