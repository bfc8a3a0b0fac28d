// What is lit in the grids when a cell is pointed at.

import { set } from "../shared/dom.js";
import { short } from "../shared/numbers.js";
import { showNumber, showStamp } from "./apart.js";
import { showBar } from "./bar.js";
import { hue, inputAt, numberOf, readers, rim, tapsAt } from "./board.js";
import { layOut } from "./layout.js";
import { drawKernel } from "./sides.js";
import { drawTurned, lightSpread } from "./spread.js";
import { lightView, showsSpread } from "./views.js";

/** @import { Cell, Point, State } from "./state.js" */
/** @typedef {(cell: Cell | undefined, name: string, colour?: string) => void} Add */

/**
 * Lights what a place is connected with, in every view; what was lit and is not any more goes dark.
 * @param {State} state
 * @param {Point} point
 * @param {boolean} [announce] whether it is read out
 */
export function light(state, point, announce = false) {
  state.point = point;
  chooseKernel(state, point);
  /** @type {State["lit"]} */
  const lit = new Map();
  /** @type {Add} */
  const add = (cell, name, colour) => {
    if (cell && !(name === "copy" && lit.has(cell))) lit.set(cell, [name, colour]);
  };
  const text = { output: lightOutput, input: lightInput, weight: lightWeight }[point.what](state, point, add);
  change(state.lit, lit);
  state.lit = lit;
  set(state.parts.said, text);
  state.parts.said.title = text; // where it is cut short
  if (announce) set(state.parts.live, text);
  lightView(state, point);
  showBar(state);
}

/**
 * @param {State["lit"]} before
 * @param {State["lit"]} now
 */
function change(before, now) {
  for (const [cell, [name]] of before) {
    if (!now.has(cell)) cell.classList.remove(...name.split(" "));
  }
  for (const [cell, [name, colour]] of now) {
    const was = before.get(cell);
    if (was && was[0] === name && was[1] === colour) continue;
    if (was) cell.classList.remove(...was[0].split(" "));
    cell.classList.add(...name.split(" "));
    if (colour) cell.style.setProperty("--h", colour);
  }
}

/**
 * The kernel that is shown makes the map pointed at, or reads the channel pointed at.
 * @param {State} state
 * @param {Point} point
 */
function chooseKernel(state, { what, channel, row, column }) {
  const { kernels } = state.board;
  if (what === "output") {
    state.at = { channel, row, column };
    showKernel(state, channel);
  } else if (what === "input" && !kernels[state.kernel].reads.includes(channel)) {
    showKernel(state, kernels.findIndex((kernel) => kernel.reads.includes(channel)));
  }
}

/**
 * The kernel of another map takes its place.
 * @param {State} state
 * @param {number} channel
 */
function showKernel(state, channel) {
  if (state.kernel === channel) return;
  state.at = { ...state.at, channel };
  for (const plane of [...state.planes.weight, ...state.planes.turned, ...state.planes.relu.flat()]) {
    for (const cell of plane.cells.children) state.lit.delete(/** @type {Cell} */ (cell)); // it is written anew, and unlit
  }
  drawKernel(state);
  drawTurned(state);
  layOut(state);
}

/**
 * @param {State} state
 * @param {Point} point
 * @param {Add} add
 */
function lightOutput(state, point, add) {
  const { board, planes } = state;
  const { channel, row, column } = point;
  const number = numberOf(board, point);
  const winner = board.winners ? board.winners[number] : -1;
  const taps = tapsAt(board, row, column);
  add(planes.output[channel].at(row, column), "on now");
  add(planes.relu[channel]?.at(row, column), "on now");
  board.kernels[channel].reads.forEach((input, index) => {
    taps.forEach((tap, place) => {
      const [colour, on] = [hue(board, tap.m), `on r${rim(tap.k)}`];
      const [cell, source] = [tap.cell, tap.source];
      add(planes.weight[index]?.at(tap.k, tap.m), tap.there ? on : "off", colour);
      if (cell[0] === null || cell[1] === null) return;
      if (source[0] !== null && source[1] !== null && (source[0] !== cell[0] || source[1] !== cell[1])) {
        add(planes.input[input].at(source[0], source[1]), "copy", colour);
      }
      add(planes.input[input].at(cell[0], cell[1]), place === winner ? `${on} won` : on, colour);
    });
  });
  if (showsSpread(state)) lightSpread(state, point, taps, add);
  showNumber(state, point);
  return board.message.sentences[number];
}

/**
 * @param {State} state
 * @param {Point} point
 * @param {Add} add
 */
function lightInput(state, point, add) {
  const { board, planes } = state;
  const { channel, row, column } = point;
  const [down, across] = [readers(board.lines.sources[0], row), readers(board.lines.sources[1], column)];
  const maps = board.kernels.flatMap((kernel, map) => (kernel.reads.includes(channel) ? [map] : []));
  const weights = planes.weight[board.kernels[state.kernel].reads.indexOf(channel)];
  add(planes.input[channel].at(row, column), "on now");
  for (const [i, k] of down) {
    for (const [j, m] of across) {
      const [colour, on] = [hue(board, m), `on r${rim(k)}`];
      for (const map of maps) addOutput(state, add, { channel: map, row: i, column: j }, on, colour);
      add(weights?.at(k, m), on, colour);
    }
  }
  if (board.spread && showsSpread(state)) {
    const [i, j] = [board.spread.lines[0].indexOf(row), board.spread.lines[1].indexOf(column)];
    if (i >= 0 && j >= 0) add(planes.spread[channel].at(i, j), "on now");
  }
  if (board.kind === "transposed") showStamp(state, point);
  const outputs = new Set(down.flatMap(([i]) => across.map(([j]) => `${i} ${j}`))).size;
  const name = board.message.input.shape[0] > 1 ? `channel ${channel + 1}, ` : "";
  return `Input ${name}row ${row}, column ${column}, which is ${short(inputAt(board, channel, row, column))}, ${feeds(state, outputs, maps)}.`;
}

/**
 * An output number, and what ReLU leaves of it where that is shown.
 * @param {State} state
 * @param {Add} add
 * @param {{ channel: number, row: number, column: number }} at
 * @param {string} name
 * @param {string} [colour]
 */
function addOutput({ planes }, add, { channel, row, column }, name, colour) {
  add(planes.output[channel].at(row, column), name, colour);
  add(planes.relu[channel]?.at(row, column), name, colour);
}

/**
 * What becomes of an input number, in words.
 * @param {State} state
 * @param {number} outputs
 * @param {number[]} maps
 */
function feeds({ board }, outputs, maps) {
  if (!outputs) return board.kind === "transposed" ? "has its whole stamp cut off" : "is left over: no window reaches it";
  const where = board.outputs === 1 ? "the output" : maps.length > 1 ? "each map" : `map ${maps[0] + 1}`;
  return `feeds ${outputs} ${outputs === 1 ? "number" : "numbers"} of ${where}`;
}

/**
 * @param {State} state
 * @param {Point} point
 * @param {Add} add
 */
function lightWeight(state, { channel, row, column }, add) {
  const { board, planes } = state;
  const { reads, weights } = board.kernels[state.kernel];
  const [rows, columns] = board.kernelSize;
  const [colour, on] = [hue(board, column), `on r${rim(row)}`];
  const cells = new Set();
  add(planes.weight[channel].at(row, column), "on now", colour);
  board.lines.cells[0].forEach((taps, i) => {
    board.lines.cells[1].forEach((others, j) => {
      const [down, across] = [taps[row], others[column]];
      if (down === null || across === null) return;
      cells.add(`${down} ${across}`);
      add(planes.input[reads[channel]].at(down, across), on, colour);
      const at = { channel: state.kernel, row: i, column: j };
      if (board.kind === "transposed") addOutput(state, add, at, on, colour);
      else addOutput(state, add, at, "on all"); // the same for each weight, so that it is painted once
    });
  });
  if (showsSpread(state)) add(planes.turned[channel]?.at(rows - 1 - row, columns - 1 - column), "on now", colour);
  const value = weights ? `, which is ${short(weights[(channel * rows + row) * columns + column])},` : "";
  const padding = board.message.input.around.flat().some(Boolean) ? ", padding counted" : "";
  return `${weights ? "Kernel" : "Window"} row ${row}, column ${column}${value} meets ${cells.size} ${cells.size === 1 ? "cell" : "cells"}${padding}.`;
}
