// Maps as entries of the table of colours. Those after ReLU and of a maximum are made of the maps below: both keep the
// order of numbers, and so of entries.

import { get } from "./blobs.js";

/** @typedef {import("./message").Layer} Layer */
/** @typedef {import("./message").Row} Row */
/** @typedef {import("./message").Pixels} Pixels */
/** @typedef {import("./message").Taps} Taps */

/**
 * One map: the entries of every `step`th row and column, so that there are ⌈height / step⌉ × ⌈width / step⌉ of them.
 * @typedef {{ entries: Uint8Array, width: number, height: number, step: number }} Entries
 */

const ZERO = 127;

/** @type {WeakMap<Uint8Array, Map<string, Entries>>} */
const made = new WeakMap(); // by the array that the maps are in or come from

/**
 * A map of a layer's row; null where the message does not tell of it.
 * @param {Layer} layer
 * @param {Row} row
 * @param {number} map
 * @returns {Entries | null}
 */
export function entries(layer, row, map) {
  if (row.pixels) return planeOf(row.pixels, row.width, row.height, map);
  const below = layer.rows[layer.rows.indexOf(row) - 1];
  const from = below && entries(layer, below, map);
  if (!from) return null;
  return once(from.entries, `${row.kind} ${row.taps?.blob.name}`, () =>
    row.kind === "max" && row.taps ? largest(from, row, row.taps) : positive(from),
  );
}

/**
 * A map of B − A, or of a row whose pixels are sent.
 * @param {Pixels} pixels
 * @param {number} width
 * @param {number} height
 * @param {number} map
 * @returns {Entries | null}
 */
export function planeOf({ blob, first, count, planes, step }, width, height, map) {
  const array = get(blob);
  const plane = planes[map - first];
  if (!array || map < first || map >= first + count) return null;
  return once(array, `${plane} ${width} ${height} ${step}`, () => {
    const size = Math.ceil(width / step) * Math.ceil(height / step);
    const at = plane < 0 ? -1 - plane : plane;
    const part = array.subarray(at * size, (at + 1) * size);
    return { entries: plane < 0 ? part.map((entry) => 2 * ZERO - entry) : part, width, height, step };
  });
}

/**
 * @param {Uint8Array} array
 * @param {string} what
 * @param {() => Entries | null} make
 */
function once(array, what, make) {
  const known = made.get(array) ?? new Map();
  made.set(array, known);
  const entries = known.get(what) ?? make();
  if (entries) known.set(what, entries);
  return entries;
}

/**
 * @param {Entries} from
 * @returns {Entries}
 */
function positive(from) {
  return { ...from, entries: from.entries.map((entry) => Math.max(ZERO, entry)) };
}

/**
 * The largest entry that each window reads, of those that are here.
 * @param {Entries} from
 * @param {Row} row
 * @param {Taps} taps
 * @returns {Entries | null}
 */
function largest(from, { width, height }, taps) {
  const array = get(taps.blob);
  if (!array) return null;
  const [down, across] = taps.size;
  const numbers = new Int16Array(array.buffer, array.byteOffset, array.byteLength / 2);
  const sources = numbers.subarray(numbers.length / 2);
  const { step } = from;
  const [rows, columns] = [Math.ceil(height / step), Math.ceil(width / step)];
  const line = Math.ceil(from.width / step);
  const result = new Uint8Array(rows * columns);
  const [firsts, seconds] = [
    near(sources.subarray(0, height * down), down, step),
    near(sources.subarray(height * down), across, step),
  ];
  for (let row = 0, place = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++, place++) {
      let most = 0;
      for (const one of firsts[row]) {
        for (const other of seconds[column]) most = Math.max(most, from.entries[one * line + other]);
      }
      result[place] = most;
    }
  }
  return { entries: result, width, height, step };
}

/**
 * The rows or columns that every `step`th output row or column reads, as they are kept.
 * @param {Int16Array} sources
 * @param {number} taps
 * @param {number} step
 */
function near(sources, taps, step) {
  const lines = [];
  for (let first = 0; first < sources.length; first += taps * step) {
    const read = [...sources.subarray(first, first + taps)].filter((source) => source >= 0);
    lines.push([...new Set(read.map((source) => Math.floor(source / step)))]);
  }
  return lines;
}
