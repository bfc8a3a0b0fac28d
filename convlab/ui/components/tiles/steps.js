// A tile's numbers: whole steps of its unit.

import { bytes } from "../shared/message.js";

/** @typedef {import("./message").Tile} Tile */

/** @type {WeakMap<Tile, Int16Array>} */
const read = new WeakMap();

/**
 * @param {ArrayBuffer} buffer
 * @param {Tile} tile
 */
export function stepsOf(buffer, tile) {
  let steps = read.get(tile);
  if (!steps) {
    steps = summed(bytes(buffer, tile.data));
    read.set(tile, steps);
  }
  return steps;
}

/**
 * Sums of differences; the lower halves of all come before the upper ones.
 * @param {Uint8Array} halves
 */
export function summed(halves) {
  const steps = new Int16Array(halves.length / 2);
  let sum = 0;
  for (let place = 0; place < steps.length; place++) {
    sum += halves[place] | (halves[place + steps.length] << 8);
    steps[place] = sum;
  }
  return steps;
}

/**
 * The number of a tile at one place; of a picture in colour its three.
 * @param {Tile} tile
 * @param {Int16Array} steps
 * @param {number} row
 * @param {number} column
 */
export function numbersAt({ channels, rows, columns, unit }, steps, row, column) {
  return Array.from({ length: channels }, (_, plane) => steps[(plane * rows + row) * columns + column] * unit);
}
