// Pointer and keyboard on the figures: what is pointed at is looked at, at once; a click, a tap or Enter pins it.

import { drawLook } from "./look.js";
import { lookedAt, lookedAtIn } from "./looking.js";
import { chainOf, centredOn } from "./spots.js";
import { drawTray } from "./tray.js";

/** @typedef {import("./looking.js").Looking} Looking */
/** @typedef {import("./looking.js").Place} Place */
/** @typedef {import("./looking.js").View} View */
/** @typedef {(down: number, across: number) => Place | null} PlaceAt of a point, in shares of the figure's sides */

/** @type {Record<string, [number, number]>} */
const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
const LEAP = 10;

/**
 * A map: its places are its numbers.
 * @param {Looking} state
 * @param {HTMLCanvasElement} canvas
 * @param {{stage: number, map: number, width: number, height: number, view: View}} figure
 */
export function listenToMap(state, canvas, figure) {
  const { stage, map, width, height, view } = figure;
  listen(state, canvas, view, (down, across) => [stage, map, within(down * height, height), within(across * width, width)]);
  canvas.onkeydown = (event) => {
    const move = MOVES[event.key];
    const place = move ? moved(state, figure, move, event.shiftKey ? LEAP : 1) : here(state, figure);
    if (move) look(state, view, place, false);
    else if (!pressed(state, view, event.key, place)) return;
    event.preventDefault();
  };
  canvas.onblur = () => look(state, view, null, false);
}

/**
 * The picture: a pixel stands for the number whose window has its middle there.
 * @param {Looking} state
 * @param {HTMLCanvasElement} canvas
 * @param {View} view
 */
export function listenToPicture(state, canvas, view) {
  const { height, width } = view.panel.image;
  const map = view.panel.layers[0]?.chosen ?? 0;
  listen(state, canvas, view, (down, across) => {
    const network = state.network(view);
    if (!network.whole || !network.stages.length) return null;
    return centredOn(network, 0, map, down * height - 0.5, across * width - 0.5);
  });
}

/**
 * @param {Looking} state
 * @param {HTMLCanvasElement} canvas
 * @param {View} view
 * @param {PlaceAt} placeAt
 */
function listen(state, canvas, view, placeAt) {
  const at = (/** @type {MouseEvent} */ event) => {
    const box = canvas.getBoundingClientRect();
    return placeAt((event.clientY - box.top) / box.height, (event.clientX - box.left) / box.width);
  };
  let held = false;
  canvas.onpointermove = (event) => look(state, view, at(event), true);
  canvas.onpointerdown = (event) => {
    held = event.button === 0;
    look(state, view, at(event), true);
  };
  canvas.onpointerup = (event) => {
    if (held && view.open) state.pin(at(event));
    held = false;
  };
  canvas.onpointercancel = canvas.onpointerleave = () => {
    held = false;
    look(state, view, null, true);
  };
  canvas.onclick = (event) => {
    if (event.detail === 0 && view.open) state.pin(lookedAt(state)); // of a screen reader: no pointer has been here
  };
}

/**
 * @param {Looking} state
 * @param {View} view
 * @param {string} key
 * @param {Place} place
 * @returns whether the key means something
 */
function pressed(state, view, key, place) {
  if (key === "Escape" && (state.look || state.shown?.header.pinned)) {
    look(state, view, null, false);
    if (view.open) state.pin(null);
  } else if ((key === "Enter" || key === " ") && view.open) {
    look(state, view, place, false);
    state.pin(place);
  } else return false;
  return true;
}

/**
 * The number of a map that belongs to the place that is looked at: itself where it lies in the map, else what became
 * of it there, else the middle.
 * @param {Looking} state
 * @param {{stage: number, map: number, width: number, height: number, view: View}} figure
 * @returns {Place}
 */
function here(state, { stage, map, width, height, view }) {
  const place = lookedAtIn(state, view);
  const same = place && chainOf(state.network(view), place).find((each) => each?.[0] === stage);
  return same ? [stage, map, same[2], same[3]] : [stage, map, Math.floor(height / 2), Math.floor(width / 2)];
}

/**
 * @param {Looking} state
 * @param {{stage: number, map: number, width: number, height: number, view: View}} figure
 * @param {[number, number]} move
 * @param {number} step
 * @returns {Place}
 */
function moved(state, figure, [down, across], step) {
  const [stage, map, row, column] = here(state, figure);
  return [stage, map, within(row + step * down, figure.height), within(column + step * across, figure.width)];
}

/**
 * @param {number} place
 * @param {number} side
 */
function within(place, side) {
  return Math.min(Math.max(Math.floor(place), 0), side - 1);
}

/** @type {WeakSet<object>} */
const waiting = new WeakSet(); // states that are drawn with the next frame

/**
 * Looks at a place; what is drawn follows with the next frame.
 * @param {Looking} state
 * @param {View} view in which it lies
 * @param {Place | null} place
 * @param {boolean} hover
 */
function look(state, view, place, hover) {
  state.look = place;
  state.pointed = view.panel.name;
  state.hover = hover && place !== null;
  if (waiting.has(state)) return;
  waiting.add(state);
  requestAnimationFrame(() => {
    waiting.delete(state);
    drawLook(state);
    drawTray(state);
  });
}
