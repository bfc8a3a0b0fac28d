// The linked cursor: the place that is looked at, marked on every figure, and its numbers in one line.

import { make, set } from "../shared/dom.js";
import { lookedAtIn } from "./looking.js";
import { marksOf, wordsOf } from "./seen.js";

/** @typedef {import("./looking.js").Looking} Looking */
/** @typedef {import("./looking.js").View} View */
/** @typedef {import("./seen.js").Mark} Mark */
/** @typedef {{element: HTMLElement, taps: string, used: boolean}} Shown */

/** @type {WeakMap<object, Map<string, Shown>>} */
const marks = new WeakMap(); // of each state: by panel, figure and kind; kept and moved, never made twice

/**
 * Called after each drawing and whenever another place is looked at.
 * @param {Looking} state
 */
export function drawLook(state) {
  const shown = shownOf(state);
  for (const mark of shown.values()) mark.used = false;
  /** @type {[name: string, words: string][]} */
  const lines = [];
  let exact = true;
  state.views.forEach((view, index) => {
    const [network, place] = [state.network(view), lookedAtIn(state, view)];
    if (!place) return;
    for (const mark of marksOf(network, place)) {
      for (const name of mark.figures) put(shown, `${index} ${name} ${mark.kind}`, view.figures.get(name), mark);
    }
    exact &&= network.exact;
    lines.push([view.panel.name, wordsOf(network, place)]);
  });
  for (const mark of shown.values()) mark.element.hidden = !mark.used;
  state.words.setAttribute("aria-live", state.hover ? "off" : "polite"); // nobody wants to hear every place on the way
  if (exact) set(state.words, said(lines)); // a preview keeps the words until the numbers are here
}

/**
 * What is the same in A and B is said once.
 * @param {[name: string, words: string][]} lines
 */
function said(lines) {
  if (new Set(lines.map(([, words]) => words)).size === 1) return lines[0][1];
  return lines.map(([name, words]) => `${name} · ${words}`).join("\n");
}

/** @param {Looking} state */
function shownOf(state) {
  const shown = marks.get(state) ?? new Map();
  marks.set(state, shown);
  return shown;
}

/**
 * @param {Map<string, Shown>} shown
 * @param {string} key
 * @param {HTMLElement | undefined} figure
 * @param {Mark} mark
 */
function put(shown, key, figure, mark) {
  if (!figure) return;
  const frame = figure.querySelector(".frame") ?? figure;
  const kept = shown.get(key) ?? { element: made(mark), taps: "", used: false };
  shown.set(key, kept);
  kept.used = true;
  const { element } = kept;
  if (element.parentElement !== frame) frame.append(element);
  lay(element, mark.at);
  if (mark.kind === "window") drawTaps(kept, mark.taps ?? []);
  if (mark.field) shade(element, mark.field);
}

/** @param {Mark} mark */
function made({ kind }) {
  const element = make("i", `mark ${kind}`, { "aria-hidden": "true" });
  if (kind === "reach") element.append(make("canvas"));
  return element;
}

/**
 * Marks are placed by their middle, so that small ones may be larger than what they mark.
 * @param {HTMLElement} element
 * @param {import("./seen.js").Rectangle} at
 */
function lay({ style }, { top, left, height, width }) {
  style.top = percent(top + height / 2);
  style.left = percent(left + width / 2);
  style.height = percent(height);
  style.width = percent(width);
}

/** @param {number} share */
function percent(share) {
  return `${(100 * share).toFixed(3)}%`;
}

/**
 * The cells of a window with gaps; they are laid anew only where the window's own shape changes.
 * @param {Shown} shown
 * @param {import("./seen.js").Rectangle[]} taps
 */
function drawTaps(shown, taps) {
  const what = JSON.stringify(taps);
  if (shown.taps === what || (!taps.length && !shown.taps)) return;
  shown.taps = taps.length ? what : "";
  shown.element.classList.toggle("gaps", taps.length > 0);
  shown.element.replaceChildren(
    ...taps.map((tap) => {
      const box = make("i");
      lay(box, tap);
      return box;
    }),
  );
}

/**
 * Each pixel as opaque as it weighs.
 * @param {HTMLElement} element
 * @param {import("./field.js").Field} field
 */
function shade(element, { weights, height, width }) {
  const canvas = /** @type {HTMLCanvasElement} */ (element.firstElementChild);
  if (!weights.length) return;
  const largest = weights.reduce((one, other) => Math.max(one, other), 0) || 1;
  const image = new ImageData(width, height);
  const pixels = new Uint32Array(image.data.buffer);
  weights.forEach((weight, at) => {
    pixels[at] = 0x0000b0ff | (Math.round(230 * Math.sqrt(weight / largest)) << 24);
  });
  Object.assign(canvas, { width, height });
  canvas.getContext("2d")?.putImageData(image, 0, 0);
}
