// The first view, close up: the window and the kernel with large numbers, or the stamps that overlap on one number.

import { make, once, set, sync } from "../shared/dom.js";
import { exact, short } from "../shared/numbers.js";
import { stampApart } from "./apart.js";
import { numberOf, rim, tapsAt } from "./board.js";

/** @import { At, Board } from "./board.js" */
/** @import { Point, State } from "./state.js" */
/** @import { Box } from "./tables.js" */
/** @import { Tap } from "../shared/arithmetic.js" */

/** @typedef {{ text: string, className: string, hue: string | undefined, rim: number }} Num */
/** @typedef {{ label: string, grids: Num[][] }} Piece what stands together: the window and its kernel, or one stamp */

const [LEAST, MOST, TALLEST] = [30, 48, 36]; // pixels of a cell
const [GAP, LABEL, WORDS] = [16, 26, 44]; // pixels between pieces, above a piece, above all
const MOST_CELLS = 400; // as many follow the pointer without a delay

/** @param {State} state */
function partsOf({ parts }) {
  const [words, pieces] = once(parts.close, () => [make("p", "words"), make("div", "pieces")]);
  return { words, pieces };
}

/**
 * How large a cell can be.
 * @param {State} state
 * @param {Box} box
 */
export function sizeClose(state, { width, height }) {
  const { board } = state;
  const [tall, columns] = board.kernelSize;
  const stamps = board.kind === "transposed";
  const wide = stamps || !board.kernels[0].weights ? columns : 2 * columns + 1;
  const reads = board.kernels[0].reads.length;
  const count = Math.min(stamps ? reads * Math.max(...board.use, 1) : reads, mostPieces(board));
  let best = LEAST;
  for (let across = 1; across <= count; across++) {
    const down = Math.ceil(count / across);
    const room = (width - GAP * (across - 1)) / (across * wide) - 1;
    const high = ((height - WORDS) / down - LABEL) / tall;
    best = Math.max(best, Math.min(room, high > TALLEST ? MOST : 1.3 * high));
  }
  const { pieces } = partsOf(state);
  const cell = Math.min(Math.floor(best), MOST);
  pieces.style.setProperty("--w", `${cell}px`);
  pieces.style.setProperty("--tall", `${Math.min(Math.max(cell / 1.3, 22), TALLEST)}px`);
  pieces.style.setProperty("--columns", String(columns));
}

/** @param {Board} board */
function mostPieces({ taps }) {
  return Math.max(1, Math.floor(MOST_CELLS / taps));
}

/**
 * @param {State} state
 * @param {Point} point
 */
export function drawClose(state, point) {
  const { board, kernel } = state;
  const stamps = board.kind === "transposed";
  if (point.what === "weight" || (point.what === "input" && !stamps)) return;
  const { words, pieces } = partsOf(state);
  /** @type {Piece[]} */
  const all = !stamps ? windowOf(state) : point.what === "input" ? [stampOf(board, kernel, point, -1)] : stampsOn(board, point);
  const most = mostPieces(board);
  const more = all.length > most ? ` ${all.length - most} more are not drawn.` : "";
  set(words, wordsOf(board, point, all.length) + more);
  sync(pieces, all.slice(0, most), () => make("div", "piece"), drawPiece);
}

/**
 * @param {Board} board
 * @param {Point} point
 * @param {number} count
 */
function wordsOf(board, point, count) {
  if (board.kind === "max") return "The numbers in the window: the largest is chosen.";
  if (board.kind === "avg") return "The numbers in the window: their mean is taken.";
  if (board.kind === "convolution") return "The numbers in the window, and the weights that they are multiplied by.";
  if (point.what === "input") return "The stamp: this input number times every weight.";
  if (!count) return "No stamp falls on this number.";
  const bias = board.kernels[point.channel].bias ? ", with the bias," : "";
  const total = exact(board.output.values[numberOf(board, point)]);
  return count === 1 ? `One stamp falls here; its ringed number${bias} is ${total}.` : `${count} stamps overlap here; their ringed numbers${bias} add up to ${total}.`;
}

/**
 * @param {State} state
 * @returns {Piece[]}
 */
function windowOf({ board, apart }) {
  const { weights } = board.kernels[0];
  return (apart?.blocks ?? []).map(({ name, cells }) => {
    const read = cells.map((tap, number) => num(board, number, tap, tap.input === null ? "" : short(tap.input), tap.won ? "won" : ""));
    const factors = cells.map((tap, number) => num(board, number, { ...tap, kind: "" }, short(tap.weight ?? 0), ""));
    return { label: name, grids: weights ? [read, factors] : [read] };
  });
}

/**
 * @param {Board} board
 * @param {At} at
 * @returns {Piece[]}
 */
function stampsOn(board, at) {
  const taps = tapsAt(board, at.row, at.column);
  return board.kernels[at.channel].reads.flatMap((channel) =>
    taps.flatMap(({ source: [row, column] }, tap) =>
      row === null || column === null ? [] : [stampOf(board, at.channel, { channel, row, column }, tap)],
    ),
  );
}

/**
 * @param {Board} board
 * @param {number} map
 * @param {At} at of the input
 * @param {number} ringed the tap that falls on the number pointed at
 * @returns {Piece}
 */
function stampOf(board, map, at, ringed) {
  const [{ name, cells }] = stampApart(board, map, at).blocks;
  const value = short(board.input.values[(at.channel * board.inputRows + at.row) * board.inputColumns + at.column]);
  const label = `${name ? `${name}: ` : ""}${value} × kernel`;
  const nums = cells.map((tap, number) => num(board, number, tap, tap.product === undefined ? "" : short(tap.product), number === ringed ? "won" : ringed < 0 ? "" : "dim"));
  return { label, grids: [nums] };
}

/**
 * @param {Board} board
 * @param {number} number
 * @param {Tap} tap
 * @param {string} text
 * @param {string} more
 * @returns {Num}
 */
function num({ kernelSize }, number, { kind, hue }, text, more) {
  return { text, className: `num ${kind} ${more}`, hue, rim: rim(Math.floor(number / kernelSize[1])) };
}

/**
 * @param {Element} element
 * @param {Piece} piece
 */
function drawPiece(element, { label, grids }) {
  const [head, row] = once(element, () => [make("p", "label"), make("div", "factors")]);
  set(head, label);
  /** @type {HTMLElement} */ (head).hidden = !label;
  sync(row, grids, () => make("div", "nums"), (grid, nums) => sync(grid, nums, () => make("i"), drawNum));
}

/**
 * @param {HTMLElement} cell
 * @param {Num} num
 */
function drawNum(cell, { text, className, hue, rim: pattern }) {
  set(cell, text);
  if (cell.className !== className) cell.className = className;
  if (cell.dataset.rim !== String(pattern)) cell.dataset.rim = String(pattern);
  if (hue && cell.dataset.hue !== hue) {
    cell.dataset.hue = hue;
    cell.style.setProperty("--h", hue);
  }
}
