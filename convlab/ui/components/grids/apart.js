// One output number, or the stamp of one input number, as the arithmetic below the grids shows it.

import { drawArithmetic } from "../shared/arithmetic.js";
import { make, once, set } from "../shared/dom.js";
import { hue, inputAt, numberOf, productOf, rim, tapsAt } from "./board.js";

/** @import { Apart, Tap as Shown } from "../shared/arithmetic.js" */
/** @import { At, Board, Tap } from "./board.js" */
/** @import { State } from "./state.js" */

/**
 * @param {State} state
 * @param {At} at
 */
export function showNumber(state, at) {
  const { board, parts } = state;
  const map = board.outputs > 1 ? `map ${at.channel + 1}, ` : "";
  state.apart = numberApart(board, at);
  show(parts.arithmetic, `Output ${map}row ${at.row}, column ${at.column}`, state.apart);
}

/**
 * @param {State} state
 * @param {At} at of the input
 */
export function showStamp({ board, parts, kernel }, at) {
  const map = board.outputs > 1 ? ` on map ${kernel + 1}` : "";
  show(parts.arithmetic, `The stamp of input row ${at.row}, column ${at.column}${map}`, stampApart(board, kernel, at));
}

/**
 * @param {Element} section
 * @param {string} title
 * @param {Apart} apart
 */
function show(section, title, apart) {
  const [heading, holder] = once(section, () => [make("h2"), make("div")]);
  set(heading, title);
  drawArithmetic(holder, apart);
  for (const products of holder.querySelectorAll(".products")) drawRims(/** @type {HTMLElement} */ (products), apart.columns);
}

/**
 * Every product wears the pattern of its weight's row.
 * @param {HTMLElement} products
 * @param {number} columns
 */
function drawRims(products, columns) {
  const shape = `${products.children.length} ${columns}`;
  if (products.dataset.shape === shape) return;
  products.dataset.shape = shape;
  [...products.children].forEach((cell, number) => {
    cell.setAttribute("data-rim", String(rim(Math.floor(number / columns))));
  });
}

/**
 * @param {Board} board
 * @param {At} at
 * @returns {Apart}
 */
export function numberApart(board, at) {
  const { reads, bias } = board.kernels[at.channel];
  const place = at.row * board.columns + at.column;
  const taps = tapsAt(board, at.row, at.column);
  const kind = board.kind === "max" || board.kind === "avg" ? board.kind : "sum";
  const blocks = reads.map((input, index) => ({
    name: nameOf(board, input),
    cells: taps.map((tap, number) => tapApart(board, tap, { number, input, index, at })),
    sum: kind === "max" ? undefined : board.sums[(at.channel * reads.length + index) * board.rows * board.columns + place],
  }));
  const total = board.output.values[numberOf(board, at)];
  return { kind, columns: board.kernelSize[1], blocks, bias, divisor: board.divisors[place], total, relu: kind === "sum" };
}

/**
 * @param {Board} board
 * @param {Tap} tap
 * @param {{ number: number, input: number, index: number, at: At }} which tap, of which of the channels read
 * @returns {Shown}
 */
function tapApart(board, tap, { number, input, index, at }) {
  const { weights } = board.kernels[at.channel];
  const colour = hue(board, tap.m);
  if (!tap.there) return { kind: "skipped", input: null, hue: colour };
  const [i, j] = tap.source;
  const reads = i !== null && j !== null;
  const nothing = board.message.input.reads === "" ? null : 0; // where padding is not counted
  const value = reads ? inputAt(board, input, i, j) : nothing;
  const won = board.winners !== null && board.winners[numberOf(board, at)] === number;
  if (!weights) return { kind: reads ? "" : "pad", input: value, won, hue: colour };
  const place = at.row * board.columns + at.column;
  const product = reads ? productOf(board, { channel: at.channel, index, place, met: tap.met }) : 0;
  return { kind: reads ? "" : "pad", input: value, weight: weights[index * board.taps + number], product, hue: colour };
}

/**
 * What one input number of a transposed layer adds to each output number that it reaches.
 * @param {Board} board
 * @param {number} map
 * @param {At} at of the input
 * @returns {Apart}
 */
export function stampApart(board, map, { channel, row, column }) {
  const { reads, weights } = board.kernels[map];
  const index = reads.indexOf(channel);
  const input = inputAt(board, channel, row, column);
  const [down, across] = [landings(board, 0, row), landings(board, 1, column)];
  const cells = Array.from({ length: board.taps }, (_, number) => {
    const [k, m] = [Math.floor(number / board.kernelSize[1]), number % board.kernelSize[1]];
    const [i, j] = [down[k], across[m]];
    const colour = hue(board, m);
    if (i === undefined || j === undefined || !weights) return /** @type {Shown} */ ({ kind: "skipped", input: null, hue: colour });
    const met = tapsAt(board, i, j)[number].met;
    const product = productOf(board, { channel: map, index, place: i * board.columns + j, met });
    return /** @type {Shown} */ ({ kind: "", input, weight: weights[index * board.taps + number], product, hue: colour });
  });
  return { kind: "stamp", columns: board.kernelSize[1], blocks: [{ name: nameOf(board, channel), cells }] };
}

/**
 * The output row or column on which each tap of an input's stamp lands.
 * @param {Board} board
 * @param {0 | 1} axis
 * @param {number} cell
 */
function landings({ lines }, axis, cell) {
  /** @type {(number | undefined)[]} */
  const places = [];
  lines.sources[axis].forEach((taps, output) => {
    taps.forEach((source, tap) => {
      if (source === cell) places[tap] = output;
    });
  });
  return places;
}

/**
 * @param {Board} board
 * @param {number} channel
 */
function nameOf(board, channel) {
  return board.message.input.shape[0] > 1 ? `Channel ${channel + 1}` : "";
}
