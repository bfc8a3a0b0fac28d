// The pointer, the keys, and the bar's buttons.

import { sendEdit } from "../shared/edits.js";
import { fitBar } from "./bar.js";
import { light } from "./light.js";
import { pointOnMatrix } from "./matrix.js";
import { pointOnPatches } from "./patches.js";
import { pointOf, same } from "./points.js";
import { goOn, goTo, keepPlace, pause, playOn, stepBy, unpin } from "./steps.js";
import { openField, writable } from "./writing.js";

/** @import { Cell, Point, State } from "./state.js" */

/** @typedef {{ redraw: () => void, showAgain: () => void }} Drawing */

/**
 * @param {State} state
 * @param {Drawing} drawing
 */
export function listen(state, { redraw, showAgain }) {
  listenToBar(state, redraw);
  listenToSwitch(state, showAgain);
  const { root, life } = state;
  life.listen(root, "pointermove", (event) => onMove(state, event));
  life.listen(root, "click", (event) => onClick(state, event));
  life.listen(root, "pointerleave", () => !state.pinned && !state.playing && goOn(state));
  life.listen(root, "dblclick", (event) => onDoubleClick(state, event));
  life.listen(root, "keydown", (event) => onKey(state, event));
}

/**
 * @param {State} state
 * @param {() => void} redraw
 */
function listenToBar(state, redraw) {
  const { bar } = state.parts;
  bar.back.onclick = () => stepBy(state, -1);
  bar.next.onclick = () => stepBy(state, 1);
  bar.play.onclick = () => (state.playing ? pause(state) : playOn(state));
  bar.pin.onclick = () => unpin(state);
  bar.undo.onclick = () => sendEdit(state, { undo: true });
  bar.speed.onchange = () => {
    state.speed = Number(bar.speed.value);
    if (state.playing) playOn(state);
  };
  bar.scrub.oninput = () => {
    const number = Number(bar.scrub.value);
    pause(state);
    state.pinned = true;
    goTo(state, number);
    keepPlace(state);
  };
  bar.write.onclick = () => {
    state.write = !state.write;
    fitBar(state);
  };
  bar.use.onclick = () => {
    state.use = !state.use;
    redraw();
  };
}

/**
 * @param {State} state
 * @param {() => void} showAgain
 */
function listenToSwitch(state, showAgain) {
  state.parts.switch.onchange = (event) => {
    const view = /** @type {State["view"]} */ (/** @type {HTMLInputElement} */ (event.target).value);
    state.view = view;
    state.life.send("view", view);
    showAgain();
  };
}

/**
 * @param {Event} event
 * @returns {Cell | null | undefined}
 */
function cellOf({ target }) {
  return target instanceof Element ? target.closest(".cell") : null;
}

/**
 * What lies under the pointer.
 * @param {State} state
 * @param {PointerEvent} event
 * @returns {Point | null}
 */
function pointUnder(state, event) {
  const root = /** @type {DocumentOrShadowRoot} */ (/** @type {unknown} */ (state.root.getRootNode()));
  const element = root.elementFromPoint(event.clientX, event.clientY)?.closest(".cell, canvas.over");
  if (!element || !state.root.contains(element)) return null;
  if (element.matches("canvas")) return (element.closest(".matrix") ? pointOnMatrix : pointOnPatches)(state, element, event);
  return pointOf(state.board, /** @type {Cell} */ (element).place);
}

/**
 * @param {State} state
 * @param {PointerEvent} event
 */
function onMove(state, event) {
  if (state.pinned || state.playing || (event.pointerType === "touch" && !event.isPrimary)) return;
  const point = pointUnder(state, event);
  if (point && !same(point, state.point)) light(state, point);
}

/**
 * @param {State} state
 * @param {PointerEvent} event
 */
function onClick(state, event) {
  const point = event.detail > 1 ? null : pointUnder(state, event);
  if (!point) return;
  state.before = { pinned: state.pinned, point: state.point };
  pause(state);
  if (state.write && point.what !== "output") {
    openField(state, cellOf(event));
    return;
  }
  state.pinned = !(state.pinned && same(point, state.point));
  light(state, point, true);
  keepPlace(state);
}

/**
 * A double click writes; what was pinned before its first click is pinned again.
 * @param {State} state
 * @param {MouseEvent} event
 */
function onDoubleClick(state, event) {
  const cell = cellOf(event);
  if (!cell || !writable(state, cell)) return;
  Object.assign(state, state.before);
  goOn(state);
  keepPlace(state);
  openField(state, cell);
}

/** @type {Record<string, [down: number, across: number]>} */
const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/**
 * @param {State} state
 * @param {KeyboardEvent} event
 */
function onKey(state, event) {
  const target = /** @type {Element} */ (event.target);
  const cells = target.closest(".cells");
  if (!cells?.firstElementChild || target.matches("input, select")) return;
  const { what: grid, channel } = /** @type {Cell} */ (cells.firstElementChild).place;
  const plane = state.planes[grid][channel];
  const what = grid === "relu" ? "output" : grid;
  const current = state.point?.what === what && state.point.channel === channel ? state.point : null;
  if (event.key in MOVES) {
    const [down, across] = current ? MOVES[event.key] : [0, 0];
    const start = current ?? (what === "output" ? state.at : { row: 0, column: 0 });
    const row = Math.min(Math.max(start.row + down, 0), plane.rows - 1);
    const column = Math.min(Math.max(start.column + across, 0), plane.columns - 1);
    stepOnto(state, pointOf(state.board, { what, channel, row, column }));
  } else if (event.key === " ") {
    if (state.playing) pause(state);
    else playOn(state);
  } else if (event.key === "Escape") unpin(state);
  else if ((event.key === "Enter" || /^[-−.\d]$/.test(event.key)) && current) {
    openField(state, plane.at(current.row, current.column), event.key === "Enter" ? null : event.key);
  } else return;
  event.preventDefault();
}

/**
 * @param {State} state
 * @param {Point | null} point
 */
function stepOnto(state, point) {
  pause(state);
  state.pinned = true;
  if (point) light(state, point, true);
  keepPlace(state);
}
