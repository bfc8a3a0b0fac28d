// The layer as a matrix, and its input unrolled, drawn on canvases.

import { make, once, set } from "../shared/dom.js";
import { numberOf, placeOf, tapsAt } from "./board.js";

/** @import { Board } from "./board.js" */
/** @import { Point, State } from "./state.js" */
/** @typedef {CanvasRenderingContext2D} Pen */

const HEAD = 18; // pixels above the matrix, for its labels
const MARGIN = 6; // cells beside it, for the input and the output

/** @param {State} state */
function partsOf({ parts }) {
  const [title, words, holder, caption, unrolled, patches] = once(parts.matrix, () => [
    make("h2"), make("p", "words"), make("div", "holder"), make("p", "caption"), make("p", "words"), make("div", "holder"),
  ]);
  return { title, words, holder, caption, unrolled, patches };
}

/** @param {Element} holder */
function canvasesOf(holder) {
  const [base, over] = once(holder, () => [make("canvas", "base", { role: "img" }), make("canvas", "over", { "aria-hidden": "true" })]);
  return { base, over };
}

/** @param {State} state */
export function describeMatrix(state) {
  const { board } = state;
  const { title, words, holder, caption, unrolled, patches } = partsOf(state);
  const transposed = board.kind === "transposed";
  set(title, transposed ? "The layer as a matrix: Cᵀ · y" : "The layer as a matrix: C · x");
  set(words, board.message.matrix.words);
  holder.hidden = caption.hidden = !board.matrix;
  unrolled.hidden = patches.hidden = !board.patches;
  if (!board.matrix) return;
  const label = transposed ? "Cᵀ, the input y beside it, and the output" : "C, the input x beside it, and the output";
  canvasesOf(holder).base.setAttribute("aria-label", `The matrix ${label}. ${board.matrix.words}`);
  if (!board.patches) return;
  set(unrolled, board.patches.words);
  canvasesOf(patches).base.setAttribute("aria-label", board.patches.words);
}

/**
 * A cell's side in pixels, so that a table fits its holder.
 * @param {number} rows
 * @param {number} columns
 * @param {number} width
 */
function fit(rows, columns, width) {
  return Math.max(3, Math.min(12, Math.floor(width / columns), Math.floor(480 / rows)));
}

/** @param {State} state */
export function paintMatrix(state) {
  const { board } = state;
  if (!board.matrix) return;
  const [rows, columns] = board.matrix.size;
  const most = Math.max(rows, columns);
  const side = fit(most, columns + MARGIN, state.root.clientWidth - 8);
  const pen = sized(partsOf(state).holder, (columns + MARGIN) * side + 2, most * side + HEAD);
  if (!pen) return;
  state.matrix.cell = side;
  nameColumns(pen, state, columns, side);
  pen.translate(0, HEAD);
  const fills = Array.from({ length: board.taps }, (_, tap) => canvasHue(board, tap));
  board.matrix.index.forEach((weight, place) => {
    if (weight === -1) return;
    pen.fillStyle = weight === -2 ? state.ink : fills[weight % board.taps];
    pen.fillRect((place % columns) * side, Math.floor(place / columns) * side, side - 1, side - 1);
  });
  pen.strokeStyle = "gray";
  pen.strokeRect(0.5, 0.5, columns * side - 1, rows * side - 1);
  strip(pen, board, board.input.entries, (columns + 2) * side, side);
  strip(pen, board, board.output.entries, (columns + 5) * side, side);
  paintPatches(state);
}

/**
 * @param {Pen} pen
 * @param {State} state
 * @param {number} columns
 * @param {number} side
 */
function nameColumns(pen, { board, ink }, columns, side) {
  const transposed = board.kind === "transposed";
  pen.fillStyle = ink;
  pen.font = "600 13px sans-serif";
  pen.fillText(transposed ? "Cᵀ" : "C", 0, 12);
  pen.fillText(transposed ? "y" : "x", (columns + 2) * side, 12);
  pen.fillText("=", (columns + 3.6) * side, 12);
}

/** @param {State} state */
function paintPatches(state) {
  const { board } = state;
  if (!board.patches) return;
  const [rows, columns] = board.patches.size;
  const side = fit(rows, columns, state.root.clientWidth - 8);
  const pen = sized(partsOf(state).patches, columns * side, rows * side);
  if (!pen) return;
  board.patches.entries.forEach((entry, place) => {
    pen.fillStyle = board.colours[entry];
    pen.fillRect((place % columns) * side, Math.floor(place / columns) * side, side - 1, side - 1);
  });
  state.matrix.patch = side;
}

/**
 * Gives both canvases their size; the pen of the lower one.
 * @param {Element} holder
 * @param {number} width
 * @param {number} height
 */
function sized(holder, width, height) {
  const scale = window.devicePixelRatio || 1;
  const { base, over } = canvasesOf(holder);
  for (const canvas of [base, over]) {
    canvas.width = Math.ceil(width * scale);
    canvas.height = Math.ceil(height * scale);
    Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
    canvas.getContext("2d")?.scale(scale, scale);
  }
  return base.getContext("2d");
}

/**
 * @param {Pen} pen
 * @param {Board} board
 * @param {Uint8Array} entries
 * @param {number} left
 * @param {number} side
 */
function strip(pen, board, entries, left, side) {
  entries.forEach((entry, place) => {
    pen.fillStyle = board.colours[entry];
    pen.fillRect(left, place * side, side, side - 1);
  });
  pen.strokeRect(left - 0.5, -0.5, side + 1, entries.length * side + 1);
}

/**
 * @param {Board} board
 * @param {number} tap
 */
function canvasHue({ taps, message }, tap) {
  return `hsl(${Math.round((360 * tap) / taps)} 75% ${message.dark ? 62 : 45}%)`;
}

/**
 * @param {State} state
 * @param {Point} point
 */
export function lightMatrix(state, point) {
  const { board } = state;
  const side = state.matrix.cell;
  if (!board.matrix || !side) return;
  const { holder, caption } = partsOf(state);
  const pen = cleared(canvasesOf(holder).over, state.ink, HEAD);
  const over = board.patches && cleared(canvasesOf(partsOf(state).patches).over, state.ink);
  set(caption, "");
  if (!pen) return;
  if (point.what === "output") {
    const row = numberOf(board, point);
    outlineOutput(pen, board, point, side);
    const filled = countFilled(board, row);
    set(caption, `Row ${row} makes output row ${point.row}, column ${point.column}: ${filled} ${filled === 1 ? "weight" : "weights"}, the rest zeros.`);
    if (over && board.patches) {
      const patch = state.matrix.patch;
      over.strokeRect((point.row * board.columns + point.column) * patch - 1, 0, patch + 1, board.patches.size[0] * patch);
    }
  } else if (point.what === "input") {
    const [rows, columns] = board.matrix.size;
    const column = inputNumber(board, point.channel, point.row, point.column);
    pen.strokeRect(column * side - 1, 0, side + 1, rows * side);
    pen.strokeRect((columns + 2) * side - 1, column * side - 1, side + 2, side + 1);
    set(caption, `Column ${column} belongs to input row ${point.row}, column ${point.column}.`);
  }
}

/**
 * @param {Pen} pen
 * @param {Board} board
 * @param {Point} point
 * @param {number} side
 */
function outlineOutput(pen, board, point, side) {
  const columns = board.matrix?.size[1] ?? 0;
  const row = numberOf(board, point);
  pen.strokeRect(0, row * side - 1, columns * side, side + 1);
  pen.strokeRect((columns + 5) * side - 1, row * side - 1, side + 2, side + 1);
  for (const { source: [i, j] } of tapsAt(board, point.row, point.column)) {
    if (i === null || j === null) continue;
    for (const input of board.kernels[point.channel].reads) {
      pen.strokeRect((columns + 2) * side - 1, inputNumber(board, input, i, j) * side - 1, side + 2, side + 1);
    }
  }
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
 * @param {HTMLCanvasElement} canvas
 * @param {string} ink
 * @param {number} [head]
 */
function cleared(canvas, ink, head = 0) {
  const pen = canvas.getContext("2d");
  const scale = window.devicePixelRatio || 1;
  pen?.setTransform(scale, 0, 0, scale, 0, 0);
  pen?.clearRect(0, 0, canvas.width, canvas.height);
  pen?.translate(0, head);
  return pen && Object.assign(pen, { strokeStyle: ink, lineWidth: 2 });
}

/**
 * What a place on one of the canvases stands for.
 * @param {State} state
 * @param {Element} canvas
 * @param {{ clientX: number, clientY: number }} event
 * @returns {Point | null}
 */
export function pointOnMatrix(state, canvas, event) {
  const { board } = state;
  const { holder } = partsOf(state);
  const first = canvas === canvasesOf(holder).over;
  const box = canvas.getBoundingClientRect();
  const side = first ? state.matrix.cell : state.matrix.patch;
  const column = Math.floor((event.clientX - box.left) / side);
  const row = Math.floor((event.clientY - box.top - (first ? HEAD : 0)) / side);
  if (!board.matrix || row < 0) return null;
  const [rows, columns] = board.matrix.size;
  const area = board.rows * board.columns;
  if (!first) return column < area ? { what: "output", ...placeOf(board, state.at.channel * area + column) } : null;
  if (column >= columns && column < columns + 4 && row < columns) {
    const [height, width] = [board.inputRows, board.inputColumns];
    const down = Math.floor(row / width);
    return { what: "input", channel: Math.floor(down / height), row: down % height, column: row % width };
  }
  return row < rows ? { what: "output", ...placeOf(board, row) } : null;
}
