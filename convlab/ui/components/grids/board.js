// The numbers of a message, and who meets whom. Rows and columns do not depend on each other.

import { ink, table } from "../shared/colour.js";
import { bytes, floats } from "../shared/message.js";

/** @import { Message } from "./message.d.ts" */
/** @typedef {import("../shared/message.js").Range} Range */

/** @typedef {{ channel: number, row: number, column: number }} At an output number */

/**
 * @typedef {object} Tap
 * @property {number} k the row and
 * @property {number} m column of the weight
 * @property {[number | null, number | null]} cell where it lies in the input, on padding too
 * @property {[number | null, number | null]} source the cell whose number it reads
 * @property {boolean} there whether it lies anywhere
 * @property {boolean} reads whether it reads a number
 * @property {number} met its place among those that read one
 */

/** @typedef {ReturnType<typeof boardOf>} Board */

// Okabe and Ito's colours, which stay apart for the colour-blind, dark enough or light enough for a rim.
const HUES = {
  light: ["#0072b2", "#c07d00", "#00906a", "#b5588c", "#d55e00", "#3a93cc", "#5b5b5b"],
  dark: ["#56a8e8", "#e69f00", "#1fc99a", "#e08fbf", "#ff7a2e", "#9fd8ff", "#c8c8c8"],
};
const RIMS = 4; // solid, dashed, dotted, double: see grids.css

/**
 * @param {Message} message
 * @param {ArrayBuffer} buffer the payload
 */
export function boardOf(message, buffer) {
  const [outputs, rows, columns] = message.output.shape;
  const [, inputRows, inputColumns] = message.input.shape;
  const numbers = (/** @type {Range | undefined} */ range) => floats(buffer, range ?? [0, 0]);
  const entries = (/** @type {Range | undefined} */ range) => bytes(buffer, range ?? [0, 0]);
  const colours = table(message.table);
  const taps = message.kernel_size[0] * message.kernel_size[1];
  return {
    message,
    outputs,
    rows,
    columns,
    inputRows,
    inputColumns,
    kind: message.kind,
    kernelSize: message.kernel_size,
    lines: message.lines,
    taps,
    hues: HUES[message.dark ? "dark" : "light"],
    starts: startsOf(message.lines.sources, rows, columns),
    colours,
    inks: colours.map(ink),
    input: { values: numbers(message.input.values), entries: entries(message.input.colours) },
    output: { values: numbers(message.output.values), entries: entries(message.output.colours) },
    whole: message.output.whole ? numbers(message.output.whole) : null,
    relu: message.kind === "convolution" || message.kind === "transposed",
    kernels: message.kernels.map(({ reads, values, colours, bias }) => ({
      reads,
      weights: values ? numbers(values) : null,
      entries: entries(colours),
      bias: bias ?? 0,
    })),
    use: numbers(message.use),
    products: numbers(message.products),
    sums: numbers(message.sums),
    winners: message.winners ? numbers(message.winners) : null,
    divisors: numbers(message.divisors),
    spread: message.spread
      ? { ...message.spread, values: numbers(message.spread.values), entries: entries(message.spread.colours) }
      : null,
    matrix: message.matrix.size ? { ...message.matrix, size: message.matrix.size, index: numbers(message.matrix.index) } : null,
    patches: message.matrix.patches
      ? { ...message.matrix.patches, entries: entries(message.matrix.patches.colours) }
      : null,
  };
}

/**
 * Where each output position's products begin: only taps that read a cell have one.
 * @param {Message["lines"]["sources"]} sources
 * @param {number} rows
 * @param {number} columns
 */
function startsOf(sources, rows, columns) {
  const [down, across] = sources.map((line) => line.map((taps) => taps.filter((cell) => cell !== null).length));
  const starts = new Int32Array(rows * columns + 1);
  for (let place = 0; place < rows * columns; place++) {
    starts[place + 1] = starts[place] + down[Math.floor(place / columns)] * across[place % columns];
  }
  return starts;
}

/**
 * What every tap of one output position meets, in reading order of the kernel.
 * @param {Pick<Board, "lines" | "kernelSize">} board
 * @param {number} row
 * @param {number} column
 * @returns {Tap[]}
 */
export function tapsAt({ lines: { cells, sources }, kernelSize }, row, column) {
  /** @type {Tap[]} */
  const taps = [];
  let met = 0;
  for (let k = 0; k < kernelSize[0]; k++) {
    for (let m = 0; m < kernelSize[1]; m++) {
      /** @type {Tap["cell"]} */
      const cell = [cells[0][row][k], cells[1][column][m]];
      /** @type {Tap["source"]} */
      const source = [sources[0][row][k], sources[1][column][m]];
      const reads = source[0] !== null && source[1] !== null;
      taps.push({ k, m, cell, source, reads, met: reads ? met++ : -1, there: cell[0] !== null && cell[1] !== null });
    }
  }
  return taps;
}

/**
 * Every (output, tap) along one axis that reads an input row or column.
 * @param {(number | null)[][]} line
 * @param {number} cell
 * @returns {[output: number, tap: number][]}
 */
export function readers(line, cell) {
  return line.flatMap((taps, output) =>
    taps.flatMap((source, tap) => (source === cell ? [/** @type {[number, number]} */ ([output, tap])] : [])),
  );
}

/**
 * The product of one tap at one output position.
 * @param {Board} board
 * @param {{ channel: number, index: number, place: number, met: number }} which map, which of its input channels
 */
export function productOf({ kernels, starts, products }, { channel, index, place, met }) {
  return products[(channel * kernels[channel].reads.length + index) * starts[starts.length - 1] + starts[place] + met];
}

/**
 * The number that a cell of padding copies: null where it copies none, undefined where nothing reads it.
 * @param {Board} board
 * @param {number} channel
 * @param {number} row
 * @param {number} column
 */
export function copied(board, channel, row, column) {
  const [i, j] = [copiedAlong(board, 0, row), copiedAlong(board, 1, column)];
  if (i === undefined || j === undefined) return undefined;
  return i === null || j === null ? null : inputAt(board, channel, i, j);
}

/**
 * @param {Board} board
 * @param {0 | 1} axis
 * @param {number} place
 */
function copiedAlong({ lines: { cells, sources } }, axis, place) {
  for (let output = 0; output < cells[axis].length; output++) {
    const tap = cells[axis][output].indexOf(place);
    if (tap >= 0) return sources[axis][output][tap];
  }
  return undefined;
}

/**
 * @param {Board} board
 * @param {number} channel
 * @param {number} row
 * @param {number} column
 */
export function inputAt({ input, inputRows, inputColumns }, channel, row, column) {
  return input.values[(channel * inputRows + row) * inputColumns + column];
}

/**
 * How many output numbers there are.
 * @param {Board} board
 */
export function countOf({ outputs, rows, columns }) {
  return outputs * rows * columns;
}

/**
 * The place of an output number among all, in reading order.
 * @param {Board} board
 * @param {At} at
 */
export function numberOf({ rows, columns }, { channel, row, column }) {
  return (channel * rows + row) * columns + column;
}

/**
 * @param {Board} board
 * @param {number} number
 * @returns {At}
 */
export function placeOf({ rows, columns }, number) {
  const row = Math.floor(number / columns);
  return { channel: Math.floor(row / rows), row: row % rows, column: number % columns };
}

/**
 * The nearest place that the output has.
 * @param {Board} board
 * @param {At} at
 * @returns {At}
 */
export function inside({ outputs, rows, columns }, { channel, row, column }) {
  const within = (/** @type {number} */ value, /** @type {number} */ count) => Math.min(Math.max(value, 0), count - 1);
  return { channel: within(channel, outputs), row: within(row, rows), column: within(column, columns) };
}

/**
 * The colour of a weight's column in the kernel; everything that the weight meets wears it.
 * @param {Pick<Board, "hues">} board
 * @param {number} m
 */
export function hue({ hues }, m) {
  return hues[m % hues.length];
}

/**
 * The pattern of a weight's row in the kernel, so that no two weights are told apart by colour alone.
 * @param {number} k
 */
export function rim(k) {
  return k % RIMS;
}
