// The transposed layer's second view: the input spread out, the kernel turned.

import { make, once, set, sync } from "../shared/dom.js";
import { hue, rim } from "./board.js";
import { drawGrid, drawSide } from "./cells.js";
import { channelNames } from "./sides.js";

/** @import { Tap } from "./board.js" */
/** @import { Cell, Point, State } from "./state.js" */

/** @param {State} state */
export function spreadParts({ parts }) {
  const [row, title, words, collapse] = once(parts.spread, () => [make("div", "pair"), make("p", "words"), make("p", "words"), make("div", "collapse")]);
  const [wide, turned] = once(row, () => [make("section", "side"), make("section", "side")]);
  return { title, words, row, wide, turned, collapse };
}

/** @param {State} state */
export function drawSpread(state) {
  const { board, planes } = state;
  const { spread } = board;
  Object.assign(planes, { spread: [], turned: [] });
  if (!spread) return;
  const { title, words, wide, collapse } = spreadParts(state);
  set(title, "The same as a plain convolution over the spread input.");
  set(words, spread.words);
  const [, rows, columns] = spread.shape;
  drawSide(wide, `Spread input ${spread.shape.join("×")}`, board.message.input.names, (cells, channel) => {
    planes.spread[channel] = drawGrid(board, cells, { what: "spread", channel, rows, columns }, (_, i, j) => {
      const place = (channel * rows + i) * columns + j;
      const real = spread.lines[0][i] !== null && spread.lines[1][j] !== null;
      return real ? { value: spread.values[place], entry: spread.entries[place], className: "" } : { text: "0", className: "zero" };
    });
  });
  drawTurned(state);
  sync(collapse, board.message.collapse ?? [], () => make("p", "words"), set);
}

/**
 * The kernel of the map pointed at, turned by half a turn.
 * @param {State} state
 */
export function drawTurned(state) {
  const { board, planes } = state;
  const { reads, weights, entries } = board.kernels[state.at.channel];
  const [rows, columns] = board.kernelSize;
  planes.turned = [];
  if (!board.spread || !weights) return;
  drawSide(spreadParts(state).turned, "Kernel, turned", channelNames(board, reads), (cells, channel) => {
    planes.turned[channel] = drawGrid(board, cells, { what: "turned", channel, rows, columns }, (cell, i, j) => {
      const place = (channel * rows + rows - 1 - i) * columns + columns - 1 - j;
      cell.style.setProperty("--h", hue(board, columns - 1 - j));
      cell.dataset.rim = String(rim(rows - 1 - i));
      return { value: weights[place], entry: entries[place], className: "tap" };
    });
  });
}

/**
 * @param {State} state
 * @param {Point} output
 * @param {Tap[]} taps
 * @param {(cell: Cell | undefined, name: string, colour?: string) => void} add
 */
export function lightSpread({ board, planes }, { channel, row, column }, taps, add) {
  if (!board.spread) return;
  const [rows, columns] = board.kernelSize;
  const [down, across] = board.spread.dilation;
  board.kernels[channel].reads.forEach((input, index) => {
    for (const { k, m } of taps) {
      const [colour, name] = [hue(board, m), `on r${rim(k)}`];
      add(planes.spread[input].at(row + (rows - 1 - k) * down, column + (columns - 1 - m) * across), name, colour);
      add(planes.turned[index]?.at(rows - 1 - k, columns - 1 - m), name, colour);
    }
  });
}
