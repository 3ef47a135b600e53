/** The controls of the settings: each shows what holds, and tells of what is changed. */

import { write } from "../browser/make.js";
import { budget, has } from "../state/dials.js";
import { points } from "../state/positions.js";
import { value } from "../state/settings.js";
import { count, gettext, interpolate } from "../text.js";

/**
 * @typedef {{chosen: Record<string, any>, defaults: Record<string, any>, can: Record<string, any>,
 *   limit: number}} Props `limit`: code points of a system instruction
 * @typedef {(change: Record<string, any>, resting?: boolean) => void} Tell
 */

/**
 * @param {HTMLElement} node the dial
 * @param {Tell} tell
 * @returns {(props: Props) => void} shows what holds
 */
export function dial(node, tell) {
  const field = /** @type {string} */ (node.dataset.field);
  const show = KINDS[field](node, tell, field);
  const reset = /** @type {HTMLElement} */ (node.querySelector("[data-reset]"));
  const usual = /** @type {HTMLElement} */ (node.querySelector(".dial-usual"));
  reset.onclick = () => {
    for (const input of node.querySelectorAll("[aria-invalid]")) mark(input, false);
    tell({ [field]: null });
    /** @type {HTMLElement | null} */ (node.querySelector("input, textarea, select"))?.focus();
  };
  return (props) => {
    node.hidden = !has(props.can, field);
    if (node.hidden) return;
    const differs = Object.hasOwn(props.chosen, field);
    reset.hidden = !differs;
    usual.hidden = differs;
    show(props);
  };
}

const KINDS = {
  system_instruction: text,
  thinking_budget: thinking,
  thinking_level: level,
  temperature: range,
  top_p: range,
  top_k: amount,
  max_output_tokens: amount,
  tools,
  safety,
};

function text(node, tell) {
  const field = node.querySelector("textarea");
  const note = node.querySelector(".dial-note");
  let limit = Infinity;
  field.oninput = () => {
    const over = field.value.length > limit ? points(field.value) - limit : 0;
    mark(field, over > 0);
    const values = { more: count(over), limit: count(limit) };
    const words = gettext("Too long by %(more)s characters; %(limit)s is the most");
    write(note, over > 0 ? interpolate(words, values) : "");
    if (over <= 0) tell({ system_instruction: field.value }, true);
  };
  return (props) => {
    limit = props.limit;
    const now = value(props.chosen, props.defaults, "system_instruction") ?? "";
    if (field.ariaInvalid !== "true" && field.value !== now) field.value = now;
  };
}

function range(node, tell, field) {
  const [slider, input] = node.querySelectorAll("input");
  numeric(input, (number) => tell({ [field]: number }, true));
  slider.oninput = () => {
    mark(input, false);
    tell({ [field]: Number(slider.value) }, true);
  };
  return ({ chosen, defaults, can }) => {
    if (field === "temperature") slider.max = input.max = String(can.hottest);
    const now = value(chosen, defaults, field);
    slide(slider, now ?? 1);
    fill(input, now);
    input.placeholder = gettext("not set");
  };
}

function amount(node, tell, field) {
  const input = node.querySelector("input");
  numeric(input, (number) => tell({ [field]: number }, true));
  return ({ chosen, defaults, can }) => {
    const usual = field === "top_k" ? can.top_k : can.output;
    input.max = field === "max_output_tokens" && can.output ? String(can.output) : "";
    fill(input, value(chosen, defaults, field));
    input.placeholder = usual ? count(usual) : gettext("not set");
  };
}

function thinking(node, tell) {
  const [slider, input] = node.querySelectorAll(".dial-range input");
  const modes = [...node.querySelectorAll("[type=radio]")];
  const note = node.querySelector(".dial-note");
  let custom = 0;
  const set = (tokens, resting = false) => tell({ thinking_budget: tokens }, resting);
  numeric(input, (number) => set(number, true));
  slider.oninput = () => {
    mark(input, false);
    set(Number(slider.value), true);
  };
  for (const mode of modes)
    mode.onchange = () => set({ off: 0, dynamic: -1, custom }[mode.value] ?? null);
  return ({ chosen, defaults, can }) => {
    const wanted = value(chosen, defaults, "thinking_budget");
    const now = budget(can, wanted);
    const [least, most] = can.budget ?? [1, 65_536];
    const usual = budget(can, defaults.thinking_budget ?? null) ?? 0;
    if (now > 0) custom = now;
    else if (!custom) custom = usual > 0 ? usual : Math.round(most / 4);
    custom = Math.min(Math.max(custom, least, 1), most);
    const mode = now === 0 ? "off" : now > 0 ? "custom" : "dynamic";
    for (const radio of modes) {
      radio.checked = radio.value === mode;
      const lacking = can.known && { off: !can.off, dynamic: !can.dynamic }[radio.value];
      radio.closest("label").hidden = Boolean(lacking);
    }
    slider.closest(".dial-range").hidden = mode !== "custom";
    Object.assign(slider, { min: String(Math.max(least, 1)), max: String(most), step: "1" });
    input.min = slider.min;
    input.max = can.budget ? slider.max : "";
    slide(slider, custom);
    fill(input, custom);
    write(note, remark(mode, wanted, now, [Math.max(least, 1), most], can));
  };
}

function remark(mode, wanted, now, [least, most], can) {
  if (mode === "dynamic") return gettext("The model thinks as long as the question needs.");
  if (mode === "off") return gettext("It answers without thinking first.");
  const values = { least: count(least), most: count(most), now: count(now) };
  if (wanted !== now)
    return interpolate(
      gettext("This model takes %(least)s to %(most)s tokens, so it is asked for %(now)s."),
      values,
    );
  if (!can.budget) return gettext("Tokens that it may spend on thinking.");
  return interpolate(
    gettext("Tokens that it may spend on thinking, %(least)s to %(most)s."),
    values,
  );
}

function level(node, tell) {
  const radios = [...node.querySelectorAll("[type=radio]")];
  for (const radio of radios) radio.onchange = () => tell({ thinking_level: radio.value });
  return ({ chosen, defaults, can }) => {
    const wanted = value(chosen, defaults, "thinking_level");
    const now = can.levels.includes(wanted) ? wanted : can.level;
    for (const radio of radios) {
      radio.checked = radio.value === now;
      radio.closest("label").hidden = !can.levels.includes(radio.value);
    }
  };
}

function tools(node, tell) {
  const inputs = [...node.querySelectorAll("input")];
  for (const input of inputs)
    input.onchange = () => tell({ tools: { [input.value]: input.checked } });
  return ({ chosen, defaults, can }) => {
    for (const input of inputs) {
      input.checked = Boolean(value(chosen, defaults, "tools", input.value));
      input.closest("label").hidden = !can.tools.includes(input.value);
    }
  };
}

function safety(node, tell) {
  const all = node.querySelector("#set-safety");
  const each = [...node.querySelectorAll("[data-name]")];
  const names = each.map((label) => label.dataset.name);
  all.onchange = () =>
    tell({
      safety:
        all.value === "site" ? null : Object.fromEntries(names.map((name) => [name, all.value])),
    });
  for (const label of each)
    label.querySelector("select").onchange = ({ target }) =>
      tell({ safety: { [label.dataset.name]: target.value } });
  return ({ chosen, defaults }) => {
    const now = names.map((name) => value(chosen, defaults, "safety", name) ?? "");
    for (const [at, label] of each.entries()) choose(label.querySelector("select"), now[at]);
    const one = now.every((threshold) => threshold === now[0]) ? now[0] : "";
    choose(all, chosen.safety ? one : "site");
  };
}

/** Tells of each number that is one; an empty field goes back to the default. */
function numeric(input, told) {
  input.oninput = () => {
    const wrong = !input.validity.valid && !input.validity.stepMismatch;
    const broken = input.step === "1" && !Number.isInteger(Number(input.value));
    mark(input, wrong || broken);
    if (!wrong && !broken) told(input.value === "" ? null : Number(input.value));
  };
}

function mark(input, wrong) {
  if (wrong) input.setAttribute("aria-invalid", "true");
  else input.removeAttribute("aria-invalid");
}

/** What is being typed is let be: "0." is on its way to "0.5", and nothing to another number. */
function fill(input, now) {
  const typing = document.activeElement === input;
  if (typing && (input.ariaInvalid === "true" || input.value === "")) return;
  if (!typing) mark(input, false);
  const same = input.value !== "" && now !== null && Number(input.value) === now;
  if (!same && !(input.value === "" && now === null)) input.value = now ?? "";
}

function slide(slider, now) {
  if (Number(slider.value) !== now) slider.value = String(now);
}

function choose(select, now) {
  if (select.value !== now) select.value = now;
}
