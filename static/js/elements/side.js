/** The side of the page: a drawer on a phone, and the person's menu at its foot. */

const THEME = "thinkalong:theme";

/**
 * @param {HTMLElement} app
 * @returns {{open: () => void, close: () => void}} open does nothing where it is always open
 */
export function side(app) {
  const parts = Object.fromEntries(
    ["side", "room", "veil", "burger", "side-close"].map((id) => [id, document.getElementById(id)]),
  );
  const set = (open) => {
    if (open === app.classList.contains("drawer-open")) return;
    app.classList.toggle("drawer-open", open);
    parts.veil.hidden = !open;
    parts.room.inert = open;
    parts.burger.setAttribute("aria-expanded", String(open));
    (open ? parts["side-close"] : parts.burger).focus();
  };
  parts.burger.onclick = () => set(true);
  parts["side-close"].onclick = parts.veil.onclick = () => set(false);
  addEventListener("keydown", ({ key }) => key === "Escape" && set(false));
  const narrow = matchMedia("(max-width: 48rem)");
  narrow.addEventListener("change", () => set(false));
  return { open: () => set(narrow.matches), close: () => set(false) };
}

/** @param {() => void} leave what is to be done before the person is signed out */
export function personMenu(leave) {
  const face = document.getElementById("face");
  const name = document.querySelector(".person-name")?.textContent?.trim() ?? "";
  if (face) face.textContent = initials(name);
  document.getElementById("sign-out")?.addEventListener("submit", leave);
  themes();
}

function initials(name) {
  const words = name.split(/\s+/).filter(Boolean);
  return words
    .slice(0, 2)
    .map((word) => [...word][0].toUpperCase())
    .join("");
}

function themes() {
  const root = document.documentElement;
  for (const choice of document.querySelectorAll("#themes input")) {
    const input = /** @type {HTMLInputElement} */ (choice);
    input.checked = input.value === (root.dataset.theme ?? "system");
    input.onchange = () => choose(input.value);
  }
}

function choose(theme) {
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  try {
    if (theme === "system") localStorage.removeItem(THEME);
    else localStorage.setItem(THEME, theme);
  } catch {
    // Forbidden storage: the choice holds for this page.
  }
}
