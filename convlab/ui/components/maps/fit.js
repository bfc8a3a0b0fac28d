// As large as fits: the width that there is, and the height down to the end of the window.

import { pixels } from "../shared/dom.js";
import { lanesOf, PHONE, scaleFor } from "./layout.js";

const TRAY = 196; // pixels that the tray takes up at the most, for a kernel of 5×5

/** @typedef {import("./state.js").State} State */

/** @type {WeakMap<HTMLElement, string>} */
const fitted = new WeakMap(); // for what the scale was found

/** @param {State} state */
export function fit({ root, views, width, words }) {
  const layers = root.querySelector(".layers");
  if (!layers || !views.length || !width) return;
  const panels = views.map(({ panel }) => lanesOf(panel));
  const third = views.at(-1)?.drawing.header.compared?.differences.length ? [panels[panels.length - 1]] : [];
  const lines = [...panels, ...third];
  const dock = pixels(root, "--dock") + pixels(root, "--bar") || 8;
  const strips = views.map(({ panel }) => panel.layers.map(({ rows }) => rows[0].captions.length));
  const what = JSON.stringify([lines, strips, width, innerHeight, dock]);
  if (fitted.get(root) === what) return;
  fitted.set(root, what);
  root.classList.toggle("folded", width <= PHONE);
  const top = layers.getBoundingClientRect().top + scrolled(root);
  const alone = width > PHONE && views.length < 2; // else what is below the lanes is below the first screen
  const besides = [...layers.children].reduce((height, layer) => height + besidesOf(layer), words.offsetHeight + TRAY);
  const height = innerHeight - top - (alone ? besides : words.offsetHeight) - dock;
  const scale = scaleFor(lines, { width, height });
  root.style.setProperty("--scale", `${Math.floor(scale * 1000) / 1000}px`);
}

/**
 * The height of what stands in a layer beside its lane.
 * @param {Element} layer
 */
function besidesOf(layer) {
  const parts = /** @type {HTMLElement[]} */ ([...layer.children]).filter((part) => !part.classList.contains("lane"));
  return parts.reduce((height, part) => height + (part.offsetHeight ? part.offsetHeight + 8 : 0), 8);
}

/** @param {HTMLElement} root */
function scrolled(root) {
  const { host } = /** @type {ShadowRoot} */ (root.getRootNode());
  return (host ?? root).closest('[data-testid="stMain"]')?.scrollTop ?? 0;
}
