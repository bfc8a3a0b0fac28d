// Grids of cells: one beside the other, each cell with its number and colour.

import { make, once, set, sync } from "../shared/dom.js";
import { short } from "../shared/numbers.js";

/** @import { Board } from "./board.js" */
/** @import { Cell, Plane, What } from "./state.js" */

/**
 * What a cell shows: a number or a text, and its place in the table of colours.
 * @typedef {{ value?: number, text?: string, entry?: number, className: string }} Look
 */

/**
 * The grids of one side: a heading, and one grid for each name.
 * @param {Element} section
 * @param {string} title
 * @param {string[]} names
 * @param {(cells: HTMLElement, index: number) => void} fill
 */
export function drawSide(section, title, names, fill) {
  const [head, maps] = once(section, () => [make("h2"), make("div", "maps")]);
  set(head, title);
  sync(maps, names, () => make("div", "plane"), (plane, name, index) => {
    const [label, cells] = once(plane, () => [make("p", "label"), make("div", "cells", { tabindex: 0, role: "application" })]);
    set(label, name);
    label.hidden = !name;
    fill(cells, index);
    cells.setAttribute("aria-label", `${title}${name ? `, ${name}` : ""}. Arrow keys step from cell to cell.`);
  });
}

/**
 * A grid of cells, also those around its edges.
 * @param {Board} board
 * @param {HTMLElement} cells
 * @param {{ what: What, channel: number, rows: number, columns: number, around?: [number, number][] }} shape
 * @param {(cell: Cell, row: number, column: number) => Look} look
 * @returns {Plane}
 */
export function drawGrid(board, cells, { what, channel, rows, columns, around = [[0, 0], [0, 0]] }, look) {
  const [[top, bottom], [left, right]] = around;
  const [width, height] = [columns + left + right, rows + top + bottom];
  cells.style.setProperty("--columns", String(width));
  let widest = 0;
  sync(cells, { length: width * height }, makeCell, (cell, _, index) => {
    const row = Math.floor(index / width) - top;
    const column = (index % width) - left;
    const { value = 0, text = short(value), entry, className } = look(cell, row, column);
    cell.className = `cell ${className}`;
    cell.place = { what, channel, row, column };
    set(cell, text);
    widest = Math.max(widest, widthOf(text));
    paint(board, cell, entry);
  });
  const at = (/** @type {number} */ row, /** @type {number} */ column) =>
    column < -left || column >= columns + right
      ? undefined
      : /** @type {Cell | undefined} */ (cells.children[(row + top) * width + column + left]);
  return { cells, at, widest, width, height, rows, columns };
}

/**
 * How wide a number is, in ems: its digits are all of one width, a point is narrower. Decimals are as wide as one another
 * and would touch: a little more.
 * @param {string} text
 */
export function widthOf(text) {
  const points = text.split(".").length - 1;
  return 0.47 * (text.length - points) + 0.42 * points;
}

/** @returns {Cell} */
function makeCell() {
  return Object.assign(make("i"), { place: { what: /** @type {What} */ ("input"), channel: 0, row: 0, column: 0 } });
}

/**
 * @param {Board} board
 * @param {Cell} cell
 * @param {number | undefined} entry
 */
function paint({ colours, inks }, cell, entry) {
  if (entry === undefined) {
    cell.style.removeProperty("--c");
    cell.style.removeProperty("color");
  } else {
    cell.style.setProperty("--c", colours[entry]);
    cell.style.color = inks[entry];
  }
}
