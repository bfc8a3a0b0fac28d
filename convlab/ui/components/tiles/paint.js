// Numbers onto a canvas, one pixel each.

import { canvasTable, isDark } from "../shared/colour.js";

/** @typedef {import("./message").Tile} Tile */
/** @typedef {import("./message").Message} Message */
/** @typedef {{ signed: Uint32Array, bright: Uint32Array, dark: boolean }} Colours */

const ZERO = 127; // a table's entry for zero

/** @type {Map<string, Uint32Array>} */
const tables = new Map();

/** @param {string} hex */
function tableOf(hex) {
  const table = tables.get(hex) ?? canvasTable(hex);
  tables.set(hex, table);
  return table;
}

/**
 * The colours of the page as it is now.
 * @param {Element} root
 * @param {Message} message
 * @returns {Colours}
 */
export function coloursOf(root, message) {
  const dark = isDark(root);
  return { dark, signed: tableOf(dark ? message.dark : message.light), bright: tableOf(message.bright) };
}

/**
 * The entry of a number in its table.
 * @param {number} value
 * @param {number} bound
 */
export function entryOf(value, bound) {
  return ZERO + Math.min(Math.max(Math.round((value / bound) * ZERO), -ZERO), ZERO);
}

/** @type {WeakMap<HTMLCanvasElement, { steps: Int16Array, dark: boolean }>} */
const painted = new WeakMap();

/**
 * @param {HTMLCanvasElement} canvas
 * @param {Tile} tile
 * @param {Int16Array} steps
 * @param {Colours} colours
 */
export function paint(canvas, tile, steps, colours) {
  const last = painted.get(canvas);
  if (last?.steps === steps && last.dark === colours.dark) return;
  painted.set(canvas, { steps, dark: colours.dark });
  const { rows, columns } = tile;
  if (canvas.width !== columns) canvas.width = columns;
  if (canvas.height !== rows) canvas.height = rows;
  const image = new ImageData(columns, rows);
  if (tile.kind === "picture") light(image.data, tile, steps);
  else colour(new Uint32Array(image.data.buffer), tile, steps, tile.kind === "signed" ? colours.signed : colours.bright);
  canvas.getContext("2d")?.putImageData(image, 0, 0);
}

/**
 * @param {Uint32Array} pixels
 * @param {Tile} tile
 * @param {Int16Array} steps
 * @param {Uint32Array} table
 */
function colour(pixels, { unit, bound }, steps, table) {
  for (let place = 0; place < pixels.length; place++) pixels[place] = table[entryOf(steps[place] * unit, bound)];
}

/**
 * @param {Uint8ClampedArray} stored
 * @param {Tile} tile
 * @param {Int16Array} steps
 */
function light(stored, { channels, rows, columns, unit, bound }, steps) {
  const size = rows * columns;
  const factor = (255 * unit) / bound;
  for (let place = 0; place < size; place++) {
    for (let part = 0; part < 3; part++) stored[4 * place + part] = steps[(channels > 1 ? part * size : 0) + place] * factor;
    stored[4 * place + 3] = 255;
  }
}
