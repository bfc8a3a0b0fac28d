// The chain of shapes: each shape takes one to its layer and opens the formula that explains it.

import { make, once, set, sync } from "../shared/dom.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").View} View */
/** @typedef {import("./message").ChainLink} ChainLink */

/**
 * @param {State} state
 * @param {HTMLElement} nav
 * @param {View} view
 * @param {number} panel
 */
export function drawChain(state, nav, { panel: { name, chain, totals, layers } }, panel) {
  nav.setAttribute("aria-label", name ? `Shapes of ${name}` : "Shapes");
  const [title, links, total, formula] = once(nav, () => [
    make("b", "name"), make("span", "links"), make("span", "totals"), make("div", "formula"),
  ]);
  set(title, name);
  title.hidden = !name;
  set(total, totals);
  total.title = totals;
  sync(links, chain, () => make("span", "link"), (element, link, index) => {
    const [step, shape] = once(element, () => [make("span", "operation"), make("button", "shape", { type: "button" })]);
    set(step, link.layer);
    step.hidden = !link.layer;
    set(shape, link.shape);
    const id = `${panel} ${index}`;
    const explained = link.letters.length > 0 || Boolean(link.parameters);
    shape.setAttribute("aria-expanded", String(state.opened === id));
    if (!explained) shape.removeAttribute("aria-expanded");
    shape.title = explained ? "Where this shape comes from" : "";
    shape.onclick = () => open(state, id, link);
  });
  const [, number] = state.opened.split(" ").map(Number);
  const shown = state.opened.startsWith(`${panel} `) ? chain[number] : undefined;
  drawFormula(state, formula, shown, layers);
}

/**
 * @param {State} state
 * @param {string} id
 * @param {ChainLink} link
 */
function open(state, id, link) {
  state.opened = state.opened === id || !link.layer ? "" : id;
  state.redraw();
  const layers = state.root.querySelectorAll(".layer");
  if (layers.length > 1) layers[Math.max(link.section, 0)]?.scrollIntoView({ block: "nearest", behavior: "smooth" });
}

/**
 * The formula with letters, then with numbers.
 * @param {State} state
 * @param {HTMLElement} box
 * @param {ChainLink | undefined} link
 * @param {import("./message").Layer[]} layers
 */
function drawFormula(state, box, link, layers) {
  const shown = link && (link.letters.length || link.parameters) ? link : undefined;
  box.hidden = !shown;
  if (!shown) return;
  const axes = shown.numbers.length > 1 ? ["rows", "columns"] : ["rows and columns"];
  const lines = [
    ...shown.letters.map((text, index) => [shown.letters.length > 1 ? axes[index] : "output size", text]),
    ...shown.numbers.map((text, index) => [axes[index], text]),
    ...(shown.parameters ? [["parameters", shown.parameters], ["in PyTorch", layers[shown.section].source]] : []),
  ];
  const [title, close, list] = once(box, () => [make("b"), make("button", "close", { type: "button" }), make("dl")]);
  set(title, `${shown.layer} → ${shown.shape}`);
  set(close, "✕");
  close.setAttribute("aria-label", "Close the formula");
  close.onclick = () => {
    state.opened = "";
    state.redraw();
  };
  sync(list, lines, () => make("div"), (line, [what, text]) => {
    const [term, value] = once(line, () => [make("dt"), make("dd")]);
    set(term, what);
    set(value, text);
  });
}
