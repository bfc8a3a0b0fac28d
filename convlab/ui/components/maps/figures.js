// A figure: a canvas in a frame of its own size, which marks are put on, and a caption below.

import { make, once, set } from "../shared/dom.js";
import { paintMap } from "./paint.js";
import { entries } from "./pixels.js";

const SMALL = 140; // numbers across under which each is drawn as a square

/**
 * @param {HTMLElement} figure
 * @returns {[HTMLCanvasElement, HTMLElement]}
 */
export function framed(figure) {
  const [frame, caption] = once(figure, () => [make("div", "frame"), make("figcaption")]);
  const [canvas] = once(frame, () => [make("canvas")]);
  return [canvas, caption];
}

/**
 * One map of a row, to the page's scale.
 * @param {HTMLCanvasElement} canvas
 * @param {import("./state.js").View} view
 * @param {number} index of the layer
 * @param {import("./message").Row} row
 * @param {number} map
 */
export function drawEntries(canvas, view, index, row, map) {
  const layer = view.panel.layers[index];
  const found = entries(layer, row, map);
  if (found) paintMap(canvas, view.drawing, layer.signed, found);
  sized(canvas, row.width, row.height);
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {number} width in numbers
 * @param {number} height
 */
export function sized(canvas, width, height) {
  const { style } = canvas;
  style.setProperty("--numbers", String(width));
  style.aspectRatio = `${width} / ${height}`;
  canvas.classList.toggle("small", width < SMALL);
}

/**
 * @param {HTMLElement} caption
 * @param {string} title
 * @param {string} text
 * @param {string} more said on demand
 */
export function captioned(caption, title, text, more) {
  const [name, rest] = once(caption, () => [make("b"), make("span")]);
  set(name, title);
  set(rest, ` ${text}`);
  if (caption.title !== more) caption.title = more;
}
