// What can be done with the chosen layer: moved, removed, another one put after it.

import { button, make, once, set, sync } from "../shared/dom.js";
import { sendEdit } from "../shared/edits.js";

/** @typedef {import("./state.js").State} State */

/** @param {State} state */
export function drawTools(state) {
  const { message, tools } = state;
  if (!message) return;
  tools.hidden = !message.editable;
  if (!message.editable) return;
  const [name, up, down, remove, add] = once(tools, () => [
    make("b"),
    button("↑", "Move the layer up", () => act(state, "up"), "tool"),
    button("↓", "Move the layer down", () => act(state, "down"), "tool"),
    button("✕", "Remove the layer", () => act(state, "remove"), "tool"),
    makeMenu(state),
  ]);
  const layers = message.lines.filter(({ number }) => number !== "0");
  const chosen = message.lines.find(({ pressed }) => pressed);
  const at = chosen ? layers.indexOf(chosen) : -1;
  set(name, chosen ? (at < 0 ? chosen.title : `${chosen.number} · ${chosen.title}`) : "");
  up.disabled = at < 1;
  down.disabled = at < 0 || at === layers.length - 1;
  remove.disabled = at < 0;
  const first = add.options[0];
  sync(add, [["", at < 0 ? "Add a layer in front…" : "Add a layer after it…"], ...message.adds], () => make("option"), (option, [kind, title]) => {
    option.value = kind;
    set(option, title);
  });
  if (first !== add.options[0]) add.selectedIndex = 0;
}

/** @param {State} state */
function makeMenu(state) {
  const menu = make("select", "", { "aria-label": "Add a layer" });
  menu.onchange = () => {
    const kind = menu.value;
    menu.selectedIndex = 0;
    if (kind) act(state, "add", { kind });
  };
  return menu;
}

/**
 * Says what is to be done with the chosen layer; which one that is by then, Python knows.
 * @param {State} state
 * @param {string} what
 * @param {object} [more]
 */
function act(state, what, more = {}) {
  sendEdit(state, { act: what, ...more });
}
