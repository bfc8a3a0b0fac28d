// Pointer, finger and keyboard on the tiles.

import { counterpart } from "./counterpart.js";
import { drawLook } from "./look.js";

/** @typedef {import("./state.js").State} State */

/** @type {Record<string, [number, number]>} */
const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const LEAP = 10;

/**
 * @param {State} state
 * @param {HTMLCanvasElement} canvas
 * @param {number} at which of the places
 */
export function listen(state, canvas, at) {
  canvas.tabIndex = 0;
  const { rows, columns } = state.places[at].tile;
  const point = (/** @type {PointerEvent} */ event) => {
    const box = canvas.getBoundingClientRect();
    const row = within(((event.clientY - box.top) / box.height) * rows, rows);
    look(state, { at, row, column: within(((event.clientX - box.left) / box.width) * columns, columns) }, false);
  };
  canvas.onpointermove = canvas.onpointerdown = point;
  canvas.onpointerleave = (event) => {
    if (event.pointerType !== "touch") look(state, null, false); // where a finger was stays ringed
  };
  canvas.onkeydown = (event) => {
    const move = MOVES[event.key];
    if (event.key === "Escape") look(state, null, true);
    if (!move) return;
    const [row, column] = here(state, at);
    const step = event.shiftKey ? LEAP : 1;
    look(state, { at, row: within(row + step * move[0], rows), column: within(column + step * move[1], columns) }, true);
    event.preventDefault();
  };
  canvas.onblur = () => look(state, null, false);
}

/**
 * Where the cursor is in a tile: the middle, where it is in none.
 * @param {State} state
 * @param {number} at
 * @returns {[number, number]}
 */
function here({ look, places }, at) {
  const { rows, columns } = places[at].tile;
  const place = look && counterpart(places, look, at);
  return place ?? [Math.floor(rows / 2), Math.floor(columns / 2)];
}

/**
 * @param {number} place
 * @param {number} side
 */
function within(place, side) {
  return Math.min(Math.max(Math.floor(place), 0), side - 1);
}

/** @type {WeakSet<State>} */
const waiting = new WeakSet(); // drawn with the next frame

/**
 * @param {State} state
 * @param {import("./state.js").Look | null} place
 * @param {boolean} keyed
 */
function look(state, place, keyed) {
  state.look = place;
  state.keyed = keyed;
  if (waiting.has(state)) return;
  waiting.add(state);
  requestAnimationFrame(() => {
    waiting.delete(state);
    drawLook(state);
  });
}
