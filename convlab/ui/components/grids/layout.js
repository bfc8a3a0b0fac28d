// How large a cell is: the first row and what explains it fit on one screen together.

import { pixels } from "../shared/dom.js";
import { sidesOf } from "./sides.js";
import { spreadParts } from "./spread.js";
import { paintView, showsSpread } from "./views.js";

/** @import { Plane, State } from "./state.js" */
/** @typedef {Pick<Plane, "width" | "height">} Size of one grid, in cells */
/** @typedef {{ input: Size[], weight: Size[], output: Size[], relu: Size[] }} Sizes */
/** @typedef {{ input: number, weight: number, output: number }} Across how many grids of a side stand in a row */

const NARROW = 640; // pixels: below, the input stands beside the output, and the rest below
const FRAME = 130; // pixels of the page above the grids, and a little below; a page's style may say another --frame
const LEAST_ROOM = 440; // pixels: on a lower window the page scrolls
const SCROLLED = 120; // pixels that the page may scroll for numbers that can be read
const [LEAST, MOST] = [6, 56]; // pixels of a cell
const [GAP, BETWEEN, HEAD] = [30, 12, 28]; // pixels between sides, between grids of a side and between sides on a phone, above them
const [SPREAD_CELL, SPREAD_HEAD] = [20, 80]; // pixels of the spread input: a cell, and all above them
const MARGINS = 24; // pixels, all those between the parts
const [SMALLEST, LARGEST] = [12, 18]; // pixels of a number
const [HIGH, WIDE] = [0.67, 0.96]; // shares of a cell that a number takes

/**
 * How large a cell can be, and how many grids of each side then stand in a row.
 * @param {{ width: number, height: number }} room pixels
 * @param {Sizes} planes
 * @returns {{ cell: number, across: Across }}
 */
export function fit(room, planes) {
  const { input, weight, output } = planes;
  const narrow = room.width < NARROW;
  /** @type {{ cell: number, tall: number, across: Across }} */
  let best = { cell: 0, tall: Number.POSITIVE_INFINITY, across: { input: 1, weight: 1, output: 1 } };
  for (let a = 1; a <= input.length; a++) {
    for (let b = 1; b <= weight.length; b++) {
      for (let c = 1; c <= output.length; c++) {
        const across = { input: a, weight: b, output: c };
        const wide = Math.floor(Math.min(widthOf(room.width, planes, across, narrow), MOST));
        const { cell, tall } = heightOf(narrow ? Number.POSITIVE_INFINITY : room.height, planes, across, wide);
        if (cell > best.cell || (cell === best.cell && tall < best.tall)) best = { cell, tall, across };
      }
    }
  }
  return { cell: Math.max(best.cell, LEAST), across: best.across };
}

/**
 * The same, and the height that it takes: a page scrolls a little rather than show cells without their numbers.
 * @param {{ width: number, height: number }} room pixels
 * @param {{ input: Plane[], weight: Plane[], output: Plane[], relu: Plane[] }} planes
 */
function legible(room, planes) {
  const widest = Math.max(...Object.values(planes).flat().map((plane) => plane.widest));
  const least = Math.ceil(SMALLEST / Math.min(HIGH, WIDE / widest));
  const low = fit(room, planes);
  if (low.cell >= least) return { ...low, height: room.height };
  const height = room.height + SCROLLED;
  const high = fit({ ...room, height }, planes);
  return high.cell < least ? { ...low, height: room.height } : { ...high, cell: least, height };
}

/**
 * The widest that a cell can be.
 * @param {number} width
 * @param {Sizes} planes
 * @param {Across} across
 * @param {boolean} narrow
 */
function widthOf(width, { input, weight, output, relu }, across, narrow) {
  const sides = [across.input * input[0].width, across.weight * weight[0].width, across.output * output[0].width, relu[0]?.width ?? 0];
  const between = BETWEEN * (across.input + across.weight + across.output - 3);
  if (narrow) return (width - 6 - BETWEEN - between) / Math.max(sides[0] + sides[2], sides[1] + sides[3]);
  return (width - 6 - GAP * (relu.length ? 3 : 2) - between) / sides.reduce((one, other) => one + other, 0);
}

/**
 * The largest cell with which every side is low enough, and how high the highest is then.
 * @param {number} height
 * @param {Sizes} planes
 * @param {Across} across
 * @param {number} wide
 */
function heightOf(height, { input, weight, output, relu }, across, wide) {
  const sides = /** @type {[Size[], number][]} */ ([[input, across.input], [weight, across.weight], [output, across.output], [relu, 1]]);
  const stacks = sides.map(([planes, beside]) => {
    const rows = Math.ceil(planes.length / beside);
    const labels = (planes.length > 1 ? rows * 22 : 0) + Math.max(rows - 1, 0) * BETWEEN;
    return { cells: rows * (planes[0]?.height ?? 0), labels };
  });
  const cell = stacks.reduce((least, { cells, labels }) => (cells ? Math.min(least, Math.floor((height - labels) / cells)) : least), wide);
  return { cell, tall: Math.max(...stacks.map(({ cells, labels }) => cells * cell + labels)) };
}

/** @param {State} state */
export function layOut(state) {
  const { root, planes, parts } = state;
  const width = root.clientWidth;
  state.width = width;
  if (!width) return;
  const narrow = width < NARROW;
  root.classList.toggle("narrow", narrow);
  const above = parts.toolbar.offsetHeight + parts.said.offsetHeight + parts.legend.offsetHeight + HEAD + MARGINS;
  const room = Math.max(window.innerHeight - (pixels(root, "--frame") || FRAME), LEAST_ROOM) - above;
  const lower = lowest(state);
  const relu = planes.relu.flat();
  const { cell, across, height } = legible({ width, height: room - lower }, { ...planes, relu });
  const sides = sidesOf(state);
  for (const [side, count] of /** @type {[HTMLElement, number][]} */ ([[sides.input, across.input], [sides.kernel, across.weight], [sides.output, across.output]])) {
    side.style.setProperty("--across", String(count));
  }
  sizeSides(state, cell);
  const { boards } = parts; // a title may be wider than its grid
  for (let less = cell - 1; less >= LEAST && boards.scrollWidth > boards.clientWidth; less--) sizeSides(state, less);
  parts.boards.style.maxHeight = narrow ? "" : `${Math.max(height, 0) + HEAD + 8}px`;
  layOutLower(state, narrow ? null : Math.min(Math.max(room + HEAD - boards.offsetHeight, lower - 8), 400));
}

/**
 * @param {State} state
 * @param {number} cell
 */
function sizeSides(state, cell) {
  const { planes, board } = state;
  const sides = sidesOf(state);
  const outputs = [...planes.output, ...planes.relu.flat()];
  state.cell = cell;
  size(sides.input, cell, planes.input);
  size(sides.kernel, cell, planes.weight);
  size(sides.output, cell, outputs);
  size(sides.relu, cell, outputs);
  sides.relu.style.setProperty("--ring", String(board.message.output.around[0]?.[0] ?? 0));
}

/**
 * The least height of what stands below the first row: the products, their sums and the total, or the spread input.
 * @param {State} state
 */
function lowest(state) {
  const { board, planes } = state;
  const spread = showsSpread(state) ? planes.spread[0].height * SPREAD_CELL + SPREAD_HEAD : 0;
  return Math.min(Math.max(board.kernelSize[0] * 42 + 112, spread, 226), 300);
}

/**
 * @param {State} state
 * @param {number | null} height pixels; null on a phone: as high as it wants to be
 */
function layOutLower(state, height) {
  const { parts, width, board } = state;
  const blocks = board.kernels[0].reads.length;
  const [factor, columns] = [factorOf(state), board.kernelSize[1]];
  const wanted = blocks * (columns * (factor + 2) + 22) + 12;
  const left = height === null ? width : Math.round(Math.min(Math.max(430, wanted), 0.6 * width));
  const product = productSide(left - 12, blocks, columns, factor);
  parts.lower.style.height = height === null ? "" : `${height}px`;
  parts.lower.style.gridTemplateColumns = height === null ? "" : `${left}px minmax(0, 1fr)`;
  parts.arithmetic.style.setProperty("--product", `${product}px`);
  parts.arithmetic.classList.toggle("bare", product < factor);
  const box = { width: height === null ? width : width - left - 36, height: height === null ? 300 : height - parts.switch.offsetHeight - 8 };
  if (showsSpread(state)) layOutSpread(state, box);
  paintView(state, box);
}

/**
 * How wide a product's cell is wanted to be: so that its two factors fit.
 * @param {State} state
 */
function factorOf({ planes, board }) {
  const widest = (/** @type {Plane[]} */ of) => Math.max(...of.map((plane) => plane.widest));
  if (!board.relu) return 52;
  return Math.round(Math.min(Math.max(12 * (widest(planes.input) + widest(planes.weight) + 1.2) + 6, 56), 88));
}

/**
 * @param {number} width
 * @param {number} blocks
 * @param {number} columns
 * @param {number} most
 */
function productSide(width, blocks, columns, most) {
  for (let beside = blocks; beside > 1; beside--) {
    const side = Math.floor((width - 22 * (beside - 1)) / (beside * columns)) - 2;
    if (side >= 31) return Math.min(side, most);
  }
  return Math.max(Math.min(Math.floor(width / columns) - 2, most), 31);
}

/**
 * @param {State} state
 * @param {{ width: number, height: number }} box
 */
function layOutSpread(state, box) {
  const { planes } = state;
  const { wide, turned } = spreadParts(state);
  const [{ width, height }] = planes.spread;
  const room = Math.min((box.width - 34) / (width + planes.weight[0].width), (box.height - 34) / height);
  const cell = Math.max(Math.floor(Math.min(room, state.cell)), 12);
  size(wide, cell, planes.spread);
  size(turned, cell, planes.turned);
}

/**
 * How large the numbers of a cell can be.
 * @param {number} cell
 * @param {number} widest of them, in ems
 */
function fontOf(cell, widest) {
  return Math.min(HIGH * cell, (WIDE * cell) / Math.max(widest, 0.47), LARGEST);
}

/**
 * The side of a cell, and the size of its text: the widest number fits, or none is shown.
 * @param {HTMLElement} element
 * @param {number} cell
 * @param {Plane[]} planes
 */
function size(element, cell, planes) {
  const font = fontOf(cell, Math.max(...planes.map((plane) => plane.widest)));
  element.style.setProperty("--cell", `${cell}px`);
  element.style.setProperty("--rim", `${Math.max(2, Math.round(cell * 0.09))}px`);
  element.style.setProperty("--font", `${font.toFixed(1)}px`);
  element.classList.toggle("mute", font < SMALLEST);
}
