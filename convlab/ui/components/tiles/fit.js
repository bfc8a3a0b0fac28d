// As large as fits: the width that there is, and the height down to the end of the window.

import { drawLook } from "./look.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {{ numbers: number, rows: number, beside: number }} Column */

const GAP = 10; // pixels between columns
const LEAST = 84; // pixels of a column: its words need them
const PHONE = 640;
const FINE = 128; // so many numbers across may be drawn larger by a fraction
const HIGHEST = 8; // pixels a number
const TALL = 0.5; // of a phone's screen: how high one line's pictures are at most
const LOW = 120; // pixels that a row's pictures are high at least, be there room or not
const LOW_STACKED = 320; // the same where some stand below one another, all of them together
const LARGEST = 44; // pixels of a number in a row of pictures that are as high as one another
const THIN = 12; // pixels that a picture is wide at least, however high that makes it
const WIDEST = 1.6; // times its height is one of them wide at most
const WORTH = 1.3; // so many times larger are pictures that take one line more
const WORTH_SCROLLING = 1.5; // the same where a line more is below the screen

/**
 * Twice, always from the same size: once for the pictures, once more for the words that wrap below them.
 * @param {State} state
 */
export function fit(state) {
  if (!state.message) return;
  for (const line of /** @type {HTMLElement[]} */ ([...state.rows.children])) {
    line.style.setProperty("--scale", "1px");
    for (const column of line.querySelectorAll(".column")) /** @type {HTMLElement} */ (column).style.removeProperty("--scale");
  }
  for (let pass = 0; pass < 2; pass++) fitOnce(state);
  drawLook(state);
}

/** @param {State} state */
function fitOnce(state) {
  const { root, rows, message } = state;
  if (!message) return;
  const width = root.clientWidth;
  root.classList.toggle("narrow", width <= PHONE);
  const lines = [...rows.children];
  const scaled = lines.filter((_, index) => !message.rows[index].side);
  const top = rows.getBoundingClientRect().top + scrolled(root);
  const besides = lines.reduce((sum, line) => sum + besideOf(line, scaled.includes(line)), 0);
  const free = innerHeight - top - message.below - besides - state.words.offsetHeight - 12;
  /** @type {Map<number, number>} */
  const scales = new Map(); // of lines whose pictures are as high: they are compared
  const highs = scaled.map((line) => {
    const boxes = /** @type {HTMLElement[]} */ ([...line.querySelectorAll(".column")]);
    const columns = boxes.map(columnOf);
    const high = Math.max(1, ...columns.map((column) => column.rows));
    const phone = width <= PHONE;
    const low = boxes.some((box) => box.classList.contains("tall")) ? LOW_STACKED : LOW;
    const most = phone ? TALL * innerHeight : Math.max(free / scaled.length, low);
    if (message.rows[lines.indexOf(line)].even) {
      fitEven(boxes, columns, heightFor(columns, width, most, phone));
      return 0;
    }
    const scale = rounded(
      Math.max(scaleFor(columns, width, most / high, phone), THIN / Math.max(1, ...columns.map(({ numbers }) => numbers))),
      Math.min(...columns.map(({ numbers }) => numbers || FINE)),
    );
    scales.set(high, Math.min(scale, scales.get(high) ?? HIGHEST));
    return high;
  });
  scaled.forEach((line, index) => {
    const scale = scales.get(highs[index]);
    if (!scale) return;
    /** @type {HTMLElement} */ (line).style.setProperty("--scale", `${scale}px`);
    line.classList.toggle("sharp", scale >= 1 || scale === Math.floor(scale));
  });
}

/**
 * Makes pictures as high as one another, but for those of few numbers and for very wide ones.
 * @param {HTMLElement[]} boxes
 * @param {Column[]} columns
 * @param {number} height
 */
function fitEven(boxes, columns, height) {
  columns.forEach(({ numbers, rows }, index) => {
    const high = Math.max(height / Math.max(rows, 1), THIN / Math.max(numbers, 1));
    const scale = Math.min(high, (WIDEST * height) / Math.max(numbers, 1), LARGEST);
    boxes[index].style.setProperty("--scale", `${scale.toFixed(3)}px`);
    boxes[index].classList.toggle("crisp", scale >= 1);
  });
}

/**
 * The height of pictures that are as high as one another, so that one line, or as few as make them much larger, holds all.
 * @param {Column[]} columns
 * @param {number} width
 * @param {number} most as far as the height goes
 * @param {boolean} each whether each line has that height
 */
export function heightFor(columns, width, most, each) {
  const shapes = columns.map(({ numbers, rows, beside }) => {
    return { numbers: Math.min(numbers / Math.max(rows, 1), WIDEST), rows: 1, beside };
  });
  return Math.floor(scaleFor(shapes, width, most, each));
}

/**
 * Pixels a number, so that one line, or as few as make them much larger, holds all columns.
 * @param {Column[]} columns
 * @param {number} width
 * @param {number} most as far as the height goes
 * @param {boolean} each whether each line has that height, and not all of them together
 */
export function scaleFor(columns, width, most, each) {
  const worth = each ? WORTH_SCROLLING : WORTH;
  let [best, lines] = [0, 1];
  for (let many = columns.length; many; many--) {
    const count = Math.ceil(columns.length / many);
    let scale = each ? most : most / count;
    for (let first = 0; first < columns.length; first += many) {
      scale = Math.min(scale, acrossFor(columns.slice(first, first + many), width));
    }
    if (scale > best * worth ** (count - lines)) [best, lines] = [scale, count];
  }
  return best;
}

/**
 * Pixels a number that one line has room for: a narrow column is as wide as its words.
 * @param {Column[]} line
 * @param {number} width
 */
function acrossFor(line, width) {
  const beside = line.reduce((sum, column) => sum + column.beside + GAP, 0);
  let wide = line.filter(({ numbers }) => numbers);
  let scale = HIGHEST;
  for (let left = wide.length; left; left--) {
    const narrow = line.filter(({ numbers }) => numbers).length - wide.length;
    scale = (width - beside - narrow * LEAST) / Math.max(wide.reduce((sum, { numbers }) => sum + numbers, 0), 1);
    const still = wide.filter(({ numbers }) => numbers * scale >= LEAST);
    if (still.length === wide.length || !still.length) break;
    wide = still;
  }
  return scale;
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
