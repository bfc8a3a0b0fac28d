// How large a cell is: all of the grids fit, and where there is room enough without scrolling.

import { paintMatrix, lightMatrix } from "./matrix.js";
import { sidesOf } from "./sides.js";
import { spreadParts } from "./spread.js";

/** @import { Plane, State } from "./state.js" */

const NARROW = 640; // pixels: below, the sides stand one under the other
const LEAST = 9; // pixels of a cell
const MOST = 36;

/**
 * How large a cell can be, and how many input and output grids then stand in a row.
 * @typedef {Pick<Plane, "width" | "height">} Size of one grid, in cells
 * @param {number} width pixels
 * @param {{ input: Size[], weight: Size[], output: Size[] }} planes
 * @returns {{ cell: number, across: [number, number] }}
 */
export function fit(width, { input, weight, output }) {
  const narrow = width < NARROW;
  /** @type {{ cell: number, tall: number, across: [number, number] }} */
  let best = { cell: 0, tall: Number.POSITIVE_INFINITY, across: [1, 1] };
  for (let a = 1; a <= input.length; a++) {
    for (let b = 1; b <= output.length; b++) {
      const [left, right] = [a * input[0].width, b * output[0].width];
      const across = narrow ? Math.max(left, right) : left + weight[0].width + right;
      const tall = Math.max(stacked(input, a), stacked(output, b), stacked(weight, 1));
      const room = width - (narrow ? 8 * (a + b) : 26 * (a + b + 1));
      const wide = Math.floor(Math.min(room / across, MOST));
      const cell = narrow ? wide : Math.min(wide, Math.max(Math.floor(330 / tall), 10)); // all of it above the fold
      if (cell > best.cell || (cell === best.cell && cell * tall < best.tall)) best = { cell, tall: cell * tall, across: [a, b] };
    }
  }
  return { cell: Math.max(best.cell, LEAST), across: best.across };
}

/**
 * @param {Size[]} planes
 * @param {number} across
 */
function stacked(planes, across) {
  return Math.ceil(planes.length / across) * (planes[0].height + 1);
}

/** @param {State} state */
export function layOut(state) {
  const width = state.root.clientWidth;
  state.width = width;
  if (!width) return;
  const { planes, parts } = state;
  const { cell, across } = fit(width, planes);
  const sides = sidesOf(state);
  state.cell = cell;
  sides.input.style.setProperty("--across", String(across[0]));
  sides.output.style.setProperty("--across", String(across[1]));
  parts.boards.classList.toggle("narrow", width < NARROW);
  size(sides.input, cell, planes.input);
  size(sides.kernel, cell, planes.weight);
  size(sides.output, cell, planes.output);
  if (state.board.spread) layOutSpread(state, width);
  paintMatrix(state);
  if (state.point) lightMatrix(state, state.point);
}

/**
 * @param {State} state
 * @param {number} width
 */
function layOutSpread(state, width) {
  const { planes } = state;
  const { row, wide, turned } = spreadParts(state);
  const narrow = width < NARROW;
  const columns = planes.spread[0].width + (narrow ? 0 : planes.weight[0].width + 3);
  const cell = Math.max(LEAST, Math.min(state.cell, Math.floor((width - 40) / columns)));
  row.classList.toggle("narrow", narrow);
  size(wide, cell, planes.spread);
  size(turned, cell, planes.turned);
}

/**
 * The side of a cell, and the size of its text: the longest number fits, or none is shown.
 * @param {HTMLElement} element
 * @param {number} cell
 * @param {Plane[]} planes
 */
function size(element, cell, planes) {
  const longest = Math.max(...planes.map((plane) => plane.longest));
  const font = Math.min(0.44 * cell, (0.94 * cell) / (0.52 * longest), 15);
  element.style.setProperty("--cell", `${cell}px`);
  element.style.setProperty("--font", `${font.toFixed(1)}px`);
  element.classList.toggle("mute", font < 7);
}
