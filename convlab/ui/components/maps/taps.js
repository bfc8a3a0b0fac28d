// Which cells of the stage below every tap meets, as a row's message says it: rows and columns apart.

/** @typedef {import("./message").Taps} Taps */
/** @typedef {[row: number, column: number]} Cell */

/** A tap that meets nothing at all. */
export const NOWHERE = -32768;

/**
 * One axis: for every output row (or column) and every kernel row, the cell that is met, and the one that is read.
 * @typedef {object} Axis
 * @property {number} taps kernel rows
 * @property {Int16Array} cells
 * @property {Int16Array} sources -1: nothing is read
 * @property {number[]} divisors
 */

/**
 * @param {Taps} taps
 * @param {Uint8Array} bytes
 * @param {number} height
 * @param {number} width
 * @returns {[Axis, Axis]}
 */
export function axesOf({ size: [down, across], divisors }, bytes, height, width) {
  const numbers = new Int16Array(bytes.slice().buffer); // a copy begins where numbers of two bytes may
  const [rows, columns] = [height * down, width * across];
  const part = (/** @type {number} */ start, /** @type {number} */ length) => numbers.subarray(start, start + length);
  const read = rows + columns;
  return [
    { taps: down, cells: part(0, rows), sources: part(read, rows), divisors: divisors[0] ?? [] },
    { taps: across, cells: part(rows, columns), sources: part(read + rows, columns), divisors: divisors[1] ?? [] },
  ];
}

/**
 * The cells that the taps of one output row (or column) meet, those that meet nothing left out, in order.
 * @param {Axis} axis
 * @param {number} place
 */
export function met({ taps, cells }, place) {
  const line = [...cells.subarray(place * taps, (place + 1) * taps)].filter((cell) => cell !== NOWHERE);
  return line.sort((one, other) => one - other);
}

/**
 * The output row (or column) whose window's middle is nearest to a cell: the first of equals, -1 for none.
 * @param {Axis} axis
 * @param {number} cell
 */
export function nearest(axis, cell) {
  let [best, least] = [-1, Number.POSITIVE_INFINITY];
  for (let place = 0; place * axis.taps < axis.cells.length; place++) {
    const line = met(axis, place);
    const distance = Math.abs((line[0] + line[line.length - 1]) / 2 - cell);
    if (distance < least) [best, least] = [place, distance];
  }
  return best;
}

/**
 * The same among those that read the cell.
 * @param {Axis} axis
 * @param {number} cell
 */
export function reader(axis, cell) {
  const place = nearest(axis, cell);
  const { taps, sources } = axis;
  const reads = (/** @type {number} */ at) => sources.subarray(at * taps, (at + 1) * taps).includes(cell);
  if (place < 0 || reads(place)) return place;
  for (let at = 0; at * taps < sources.length; at++) if (reads(at)) return at;
  return -1;
}
