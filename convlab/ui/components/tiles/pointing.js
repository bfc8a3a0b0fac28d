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
  const { rows, columns, place } = state.places[at].tile;
  const point = (/** @type {MouseEvent} */ event) => {
    const box = canvas.getBoundingClientRect();
    const row = within(((event.clientY - box.top) / box.height) * rows, rows);
    look(state, { at, row, column: within(((event.clientX - box.left) / box.width) * columns, columns) }, false);
  };
  canvas.onclick = (event) => {
    if (!place) return;
    point(event);
    pick(state, at);
  };
  canvas.onpointermove = canvas.onpointerdown = point;
  canvas.onpointerleave = (event) => {
    if (event.pointerType !== "touch") look(state, null, false); // where a finger was stays ringed
  };
  canvas.onkeydown = (event) => {
    const move = MOVES[event.key];
    if (event.key === "Escape") look(state, null, true);
    if (place && (event.key === "Enter" || event.key === " ")) {
      look(state, { at, ...named(here(state, at)) }, true);
      pick(state, at);
      event.preventDefault();
    }
    if (!move) return;
    const [row, column] = here(state, at);
    const step = event.shiftKey ? LEAP : 1;
    look(state, { at, row: within(row + step * move[0], rows), column: within(column + step * move[1], columns) }, true);
    event.preventDefault();
  };
  canvas.onblur = () => look(state, null, false);
}

/**
 * A tile that is not pointed at any more.
 * @param {HTMLCanvasElement} canvas
 */
export function deaf(canvas) {
  canvas.removeAttribute("tabindex");
  canvas.onpointermove = canvas.onpointerdown = canvas.onpointerleave = canvas.onclick = null;
  canvas.onkeydown = canvas.onblur = null;
}

/**
 * Sends the number that the cursor is at.
 * @param {State} state
 * @param {number} at
 */
function pick({ life, look, places }, at) {
  if (look) life.send("place", { key: places[at].tile.place, row: look.row, column: look.column });
}

/** @param {[number, number]} place */
function named([row, column]) {
  return { row, column };
}

/**
 * Where the cursor is in a tile: what is ringed, where it is in none, or else the middle.
 * @param {State} state
 * @param {number} at
 * @returns {[number, number]}
 */
function here({ look, places }, at) {
  const { tile: { rows, columns }, mark } = places[at];
  const place = look && counterpart(places, look, at);
  return place ?? (mark.length ? [mark[0], mark[1]] : [Math.floor(rows / 2), Math.floor(columns / 2)]);
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
