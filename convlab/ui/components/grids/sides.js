// The sides of the first row: input, kernel, output, and what ReLU leaves of it.

import { make, once } from "../shared/dom.js";
import { short } from "../shared/numbers.js";
import { copied, hue, rim } from "./board.js";
import { drawGrid, drawSide } from "./cells.js";

/** @import { Board } from "./board.js" */
/** @import { Look } from "./cells.js" */
/** @import { State } from "./state.js" */

const ZERO = 127; // its place in the table of colours

/** @param {State} state */
export function sidesOf({ parts }) {
  const side = (/** @type {string} */ name) => make("section", `side ${name}`);
  const [input, kernel, output, relu] = once(parts.boards, () => [side("input"), side("weight"), side("output"), side("relu")]);
  return { input, kernel, output, relu };
}

/** @param {State} state */
export function drawSides(state) {
  const { input, output } = sidesOf(state);
  drawInput(state, input);
  drawOutput(state, output);
  drawKernel(state);
}

/**
 * @param {State} state
 * @param {Element} section
 */
function drawInput({ board, planes, use }, section) {
  const { around, names, title } = board.message.input;
  const [rows, columns] = [board.inputRows, board.inputColumns];
  const counted = use && board.kind !== "transposed" ? counts(board) : null;
  planes.input = [];
  drawSide(section, title, names, (cells, channel) => {
    planes.input[channel] = drawGrid(board, cells, { what: "input", channel, rows, columns, around }, (_, row, column) => {
      if (row < 0 || row >= rows || column < 0 || column >= columns) return { className: "pad", text: onPadding(board, channel, row, column) };
      if (counted) return counted(row * columns + column);
      const place = (channel * rows + row) * columns + column;
      const left = board.kind !== "transposed" && board.use[row * columns + column] === 0;
      return { value: board.input.values[place], entry: board.input.entries[place], className: left ? "left" : "" };
    });
  });
}

/**
 * What a cell of padding reads.
 * @param {Board} board
 * @param {number} channel
 * @param {number} row
 * @param {number} column
 */
function onPadding(board, channel, row, column) {
  const number = copied(board, channel, row, column);
  if (number === undefined) return "";
  return number === null ? board.message.input.reads : short(number);
}

/**
 * The kernel that makes the map pointed at, and that map after ReLU; a pooling layer has neither.
 * @param {State} state
 */
export function drawKernel(state) {
  const { board, planes } = state;
  const { kernel: section, relu } = sidesOf(state);
  const { reads, weights, entries } = board.kernels[state.at.channel];
  state.kernel = state.at.channel;
  const [rows, columns] = board.kernelSize;
  const count = board.kernels.length;
  const title = !weights ? "Window" : count > 1 ? `Kernel ${state.kernel + 1} of ${count}` : "Kernel";
  planes.weight = [];
  drawSide(section, title, weights ? channelNames(board, reads) : [""], (cells, channel) => {
    planes.weight[channel] = drawGrid(board, cells, { what: "weight", channel, rows, columns }, (cell, row, column) => {
      const place = (channel * rows + row) * columns + column;
      cell.style.setProperty("--h", hue(board, column));
      cell.dataset.rim = String(rim(row));
      return weights ? { value: weights[place], entry: entries[place], className: "tap" } : { className: "tap", text: "" };
    });
  });
  drawRelu(state, relu);
}

/**
 * @param {Board} board
 * @param {number[]} reads
 */
export function channelNames(board, reads) {
  return reads.map((channel) => (board.message.input.shape[0] > 1 ? `Channel ${channel + 1}` : ""));
}

/**
 * @param {State} state
 * @param {Element} section
 */
function drawOutput({ board, planes, use }, section) {
  const { around, extra, title } = board.message.output;
  const { rows, columns } = board;
  const names = board.outputs > 1 ? board.kernels.map((_, map) => `Map ${map + 1}`) : [""];
  const counted = use && board.kind === "transposed" ? counts(board) : null;
  planes.output = [];
  drawSide(section, title, names, (cells, channel) => {
    planes.output[channel] = drawGrid(board, cells, { what: "output", channel, rows, columns, around }, (_, row, column) => {
      if (row < 0 || row >= rows || column < 0 || column >= columns) return { className: "cut", text: cropped(board, channel, row, column) };
      if (counted) return counted(row * columns + column);
      const place = (channel * rows + row) * columns + column;
      const added = row >= rows - extra[0] || column >= columns - extra[1];
      return { value: board.output.values[place], entry: board.output.entries[place], className: added ? "extra" : "" };
    });
  });
}

/**
 * A number that padding crops off.
 * @param {Board} board
 * @param {number} channel
 * @param {number} row
 * @param {number} column
 */
function cropped({ whole, rows, columns, message }, channel, row, column) {
  if (!whole) return "";
  const [[top], [left]] = message.output.around;
  return short(whole[(channel * (rows + 2 * top) + row + top) * (columns + 2 * left) + column + left]);
}

/**
 * The chosen map after ReLU.
 * @param {State} state
 * @param {HTMLElement} section
 */
function drawRelu({ board, planes, kernel }, section) {
  const { rows, columns } = board;
  planes.relu = [];
  section.hidden = !board.relu;
  if (!board.relu) return;
  drawSide(section, "After ReLU", [board.outputs > 1 ? `Map ${kernel + 1}` : ""], (cells) => {
    planes.relu[kernel] = drawGrid(board, cells, { what: "relu", channel: kernel, rows, columns }, (_, row, column) => {
      const place = (kernel * rows + row) * columns + column;
      const value = Math.max(board.output.values[place], 0);
      return { value, entry: Math.max(board.output.entries[place], ZERO), className: "" };
    });
  });
}

/**
 * What each cell shows while use is counted.
 * @param {Board} board
 * @returns {(place: number) => Look}
 */
function counts({ use }) {
  const most = use.reduce((one, other) => Math.max(one, other), 1);
  return (place) => ({ text: String(use[place]), className: use[place] ? "use" : "use left", entry: ZERO + Math.round((100 * use[place]) / most) });
}
