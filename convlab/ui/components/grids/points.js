// What a place in a grid stands for: an output, an input or a weight.

/** @import { Board } from "./board.js" */
/** @import { Place, Point, State } from "./state.js" */

/**
 * @param {Board} board
 * @param {Place} place
 * @returns {Point | null} null beyond the edges, and where a spread input has no number
 */
export function pointOf(board, { what, channel, row, column }) {
  const within = (/** @type {number} */ rows, /** @type {number} */ columns) => row >= 0 && row < rows && column >= 0 && column < columns;
  if (what === "relu") return { what: "output", channel, row, column };
  if (what === "output") return within(board.rows, board.columns) ? { what, channel, row, column } : null;
  if (what === "input") return within(board.inputRows, board.inputColumns) ? { what, channel, row, column } : null;
  if (what === "weight") return { what, channel, row, column };
  if (what === "turned") {
    const [rows, columns] = board.kernelSize;
    return { what: "weight", channel, row: rows - 1 - row, column: columns - 1 - column };
  }
  const [i, j] = [board.spread?.lines[0][row] ?? null, board.spread?.lines[1][column] ?? null];
  return i === null || j === null ? null : { what: "input", channel, row: i, column: j };
}

/**
 * @param {Point} one
 * @param {Point | null} other
 */
export function same(one, other) {
  return other?.what === one.what && other.channel === one.channel && other.row === one.row && other.column === one.column;
}

/**
 * A point where it is still there; the kernel of the map that is shown may be smaller than it was, or the output.
 * @param {State} state
 * @param {Point | null} point
 */
export function still({ planes }, point) {
  const plane = point && planes[point.what][point.channel];
  return plane && point.row < plane.rows && point.column < plane.columns ? point : null;
}
