// As large as fits: the width that there is, and the height down to the end of the window.

import { drawLook } from "./look.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {{ numbers: number, rows: number, beside: number }} Column */

const GAP = 10; // pixels between columns
const LEAST = 84; // pixels of a column: its words need them
const PHONE = 640;
const FINE = 128; // so many numbers across may be drawn larger by a fraction
const HIGHEST = 8; // pixels a number

/** @param {State} state */
export function fit(state) {
  const { root, rows, message } = state;
  if (!message) return;
  const width = root.clientWidth;
  root.classList.toggle("narrow", width <= PHONE);
  const lines = [...rows.children];
  const scaled = lines.filter((_, index) => !message.rows[index].thumbs);
  const top = rows.getBoundingClientRect().top + scrolled(root);
  const besides = lines.reduce((sum, line) => sum + besideOf(line, scaled.includes(line)), 0);
  const free = innerHeight - top - message.below - besides - state.words.offsetHeight - 12;
  for (const line of scaled) {
    const columns = [...line.querySelectorAll(".column")].map((column) => columnOf(/** @type {HTMLElement} */ (column)));
    const high = Math.max(1, ...columns.map((column) => column.rows));
    const height = width <= PHONE ? 0.36 * innerHeight : free / scaled.length;
    const scale = rounded(scaleFor(columns, width, height / high), Math.min(...columns.map(({ numbers }) => numbers || FINE)));
    /** @type {HTMLElement} */ (line).style.setProperty("--scale", `${scale}px`);
    line.classList.toggle("sharp", scale >= 1 || scale === Math.floor(scale));
  }
  drawLook(state);
}

/**
 * Pixels a number, so that one line, or as few as make them larger, holds all columns.
 * @param {Column[]} columns
 * @param {number} width
 * @param {number} most
 */
export function scaleFor(columns, width, most) {
  let best = 0;
  for (let each = columns.length; each; each--) {
    const count = Math.ceil(columns.length / each);
    let scale = most / count;
    for (let first = 0; first < columns.length; first += each) {
      const line = columns.slice(first, first + each);
      const beside = line.reduce((sum, column) => sum + column.beside + GAP, 0);
      const numbers = line.reduce((sum, column) => sum + column.numbers, 0);
      scale = Math.min(scale, (width - beside) / Math.max(numbers, 1));
    }
    best = Math.max(best, scale);
  }
  return best;
}

/**
 * Whole pixels for the numbers of a small map, so that all are drawn as large.
 * @param {number} scale
 * @param {number} numbers
 */
function rounded(scale, numbers) {
  const fine = Math.min(Math.max(scale, 0.1), HIGHEST);
  return fine >= 1 && numbers < FINE ? Math.floor(fine) : Math.floor(fine * 100) / 100;
}

/**
 * @param {HTMLElement} column
 * @returns {Column}
 */
function columnOf(column) {
  const frames = /** @type {HTMLElement[]} */ ([...column.querySelectorAll(".frame")]);
  const cells = /** @type {HTMLElement | null} */ (column.querySelector(".planes"));
  const arrow = /** @type {HTMLElement} */ (column.firstElementChild);
  const canvases = frames.map((frame) => /** @type {HTMLCanvasElement} */ (frame.firstElementChild));
  return {
    numbers: Math.max(0, ...canvases.map((canvas) => canvas.width)),
    rows: canvases.reduce((sum, canvas) => sum + canvas.height, 0),
    beside: arrow.offsetWidth + (cells ? Math.max(cells.offsetWidth, LEAST) : 0),
  };
}

/**
 * The height of a row without its pixels, or with them.
 * @param {Element} row
 * @param {boolean} scaled
 */
function besideOf(row, scaled) {
  const box = /** @type {HTMLElement} */ (row);
  if (!scaled) return box.offsetHeight;
  const stacks = /** @type {HTMLElement[]} */ ([...row.querySelectorAll(".stack")]);
  const words = stacks.map((stack) => {
    const frames = /** @type {HTMLElement[]} */ ([...stack.querySelectorAll(".frame")]);
    return frames.length ? stack.offsetHeight - frames.reduce((sum, frame) => sum + frame.offsetHeight, 0) : 0;
  });
  const title = /** @type {HTMLElement} */ (row.firstElementChild);
  return Math.max(0, ...words) + title.offsetHeight + 8;
}

/** @param {HTMLElement} root */
function scrolled(root) {
  const { host } = /** @type {ShadowRoot} */ (root.getRootNode());
  return (host ?? root).closest('[data-testid="stMain"]')?.scrollTop ?? 0;
}
