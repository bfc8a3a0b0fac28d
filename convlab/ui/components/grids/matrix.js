// The layer as a matrix.

import { make, once, set } from "../shared/dom.js";
import { hue, numberOf, placeOf, tapsAt } from "./board.js";
import { canvasesOf, cleared, hit, paintTable, ringCell, ringLine, ringStrip, tableOf } from "./tables.js";

/** @import { Board } from "./board.js" */
/** @import { Point, State } from "./state.js" */
/** @import { Box, Pen } from "./tables.js" */

const SHADES = [1, 0.7, 0.5, 0.35]; // of the kernel's rows: no two weights are told apart by colour alone

/** @param {State} state */
function partsOf({ parts }) {
  const [how, holder, caption, words] = once(parts.matrix, () => [make("p", "words"), make("div", "holder"), make("p", "caption"), make("p", "words")]);
  return { how, words, holder, caption };
}

/** @param {State} state */
export function describeMatrix(state) {
  const { board } = state;
  const { how, holder, caption, words } = partsOf(state);
  set(words, board.message.matrix.words);
  how.hidden = holder.hidden = caption.hidden = !board.matrix;
  if (!board.matrix) return;
  canvasesOf(holder).base.setAttribute("aria-label", `The layer as a matrix, its input and its output. ${board.matrix.words}`);
}

/**
 * @param {State} state
 * @param {Box} box
 */
export function paintMatrix(state, box) {
  const { board } = state;
  if (!board.matrix) return;
  const { how, holder } = partsOf(state);
  const [lines, places] = board.matrix.size;
  const table = tableOf(lines, places, { width: box.width, height: box.height - 100 });
  state.table = table;
  const { index } = board.matrix;
  const fills = Array.from({ length: board.taps }, (_, tap) => fillOf(board, tap));
  const colour = (/** @type {number} */ line, /** @type {number} */ place) => {
    const weight = index[line * places + place];
    return weight === -1 ? null : weight === -2 ? state.ink : fills[weight % board.taps];
  };
  const colours = (/** @type {Uint8Array} */ entries) => Array.from(entries, (entry) => board.colours[entry]);
  paintTable(holder, table, colour, { factors: colours(board.input.entries), results: colours(board.output.entries) });
  set(how, table.turned
    ? "Turned on its side to fit: each row of the matrix is a column here and, times the input at the left, one output number, below."
    : "Each row, times the input above, is one output number, at the right.");
}

/**
 * @param {Board} board
 * @param {number} tap
 */
function fillOf(board, tap) {
  const shade = SHADES[Math.floor(tap / board.kernelSize[1]) % SHADES.length];
  return hue(board, tap % board.kernelSize[1]) + Math.round(255 * shade).toString(16).padStart(2, "0");
}

/**
 * @param {State} state
 * @param {Point} point
 */
export function lightMatrix(state, point) {
  const { board, table } = state;
  if (!board.matrix || !table) return;
  const { holder, caption } = partsOf(state);
  const pen = cleared(holder, state.ink);
  if (pen) set(caption, { output: ringOutput, input: ringInput, weight: ringWeight }[point.what](state, pen, point));
}

/**
 * @param {State} state
 * @param {Pen} pen
 * @param {Point} point
 */
function ringOutput({ board, table }, pen, point) {
  if (!table) return "";
  const line = numberOf(board, point);
  ringLine(pen, table, "result", line);
  ringStrip(pen, table, "result", line);
  for (const { source: [i, j] } of tapsAt(board, point.row, point.column)) {
    if (i === null || j === null) continue;
    for (const channel of board.kernels[point.channel].reads) ringStrip(pen, table, "factor", inputNumber(board, channel, i, j));
  }
  const filled = countFilled(board, line);
  const weights = `${filled} ${filled === 1 ? "weight" : "weights"}, the rest zeros`;
  return `Row ${line} of the matrix${table.turned ? ", here a column," : ""} makes output row ${point.row}, column ${point.column}: ${weights}.`;
}

/**
 * @param {State} state
 * @param {Pen} pen
 * @param {Point} point
 */
function ringInput({ board, table }, pen, point) {
  if (!table) return "";
  const place = inputNumber(board, point.channel, point.row, point.column);
  ringLine(pen, table, "factor", place);
  ringStrip(pen, table, "factor", place);
  return `Column ${place} of the matrix${table.turned ? ", here a row," : ""} belongs to input row ${point.row}, column ${point.column}.`;
}

/**
 * @param {State} state
 * @param {Pen} pen
 * @param {Point} point
 */
function ringWeight({ board, table, kernel }, pen, point) {
  if (!table || !board.matrix) return "";
  const places = board.matrix.size[1];
  const [area, wide] = [board.rows * board.columns, board.inputRows * board.inputColumns];
  const tap = point.row * board.kernelSize[1] + point.column;
  const channel = board.kernels[kernel].reads[point.channel];
  let count = 0;
  for (let line = kernel * area; line < (kernel + 1) * area; line++) {
    for (let place = channel * wide; place < (channel + 1) * wide; place++) {
      const weight = board.matrix.index[line * places + place];
      if (weight < 0 || weight % board.taps !== tap) continue;
      ringCell(pen, table, line, place);
      count += 1;
    }
  }
  return count ? `This weight stands in the matrix ${count} ${count === 1 ? "time" : "times"}.` : "";
}

/**
 * @param {Board} board
 * @param {number} row
 */
function countFilled({ matrix }, row) {
  if (!matrix) return 0;
  const columns = matrix.size[1];
  return matrix.index.subarray(row * columns, (row + 1) * columns).filter((weight) => weight !== -1).length;
}

/**
 * @param {Board} board
 * @param {number} channel
 * @param {number} row
 * @param {number} column
 */
function inputNumber({ inputRows, inputColumns }, channel, row, column) {
  return (channel * inputRows + row) * inputColumns + column;
}

/**
 * What a place on the matrix stands for.
 * @param {State} state
 * @param {Element} canvas
 * @param {{ clientX: number, clientY: number }} event
 * @returns {Point | null}
 */
export function pointOnMatrix({ board, table }, canvas, event) {
  const found = table && hit(table, canvas, event);
  if (!found) return null;
  if (found.kind === "result") return { what: "output", ...placeOf(board, found.number) };
  const down = Math.floor(found.number / board.inputColumns);
  return { what: "input", channel: Math.floor(down / board.inputRows), row: down % board.inputRows, column: found.number % board.inputColumns };
}
