// Numbers as colours of a table, for cells: the fill, and the ink that can be read on it.

import { ink } from "../shared/colour.js";

/** @typedef {{fill: string, ink: string}} Shade */

const ZERO = 127; // the table's entry for zero
/** @type {WeakMap<Uint32Array, Shade[]>} */
const shades = new WeakMap();

/**
 * The colour of a number in a table whose ends are -limit and limit, as Python gives it.
 * @param {Uint32Array} table as a canvas stores it
 * @param {number} value
 * @param {number} limit
 */
export function shadeOf(table, value, limit) {
  let all = shades.get(table);
  if (!all) {
    all = Array.from(table, shade);
    shades.set(table, all);
  }
  const share = Math.min(Math.max((value * ZERO) / (limit || 1), -ZERO), ZERO);
  return all[Math.floor(share + ZERO + 0.5)];
}

/** The 256 greys of a picture's channel, black to white. */
export const GREYS = Array.from({ length: 256 }, (_, grey) => shade(grey * 0x010101));

/** @param {number} colour */
function shade(colour) {
  const parts = [0, 8, 16].map((shift) => ((colour >> shift) & 255).toString(16).padStart(2, "0"));
  const fill = `#${parts.join("")}`;
  return { fill, ink: ink(fill) };
}
