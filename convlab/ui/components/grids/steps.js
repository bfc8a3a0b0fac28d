// Stepping from number to number, playing, pinning, and telling Python what is pinned.

import { showBar } from "./bar.js";
import { countOf, inside, numberOf, placeOf } from "./board.js";
import { light } from "./light.js";

/** @import { State } from "./state.js" */

const REST = 250; // milliseconds: so long a pinned place must stay

/**
 * Lights again what was lit; else the output number that was looked at last.
 * @param {State} state
 */
export function goOn(state) {
  light(state, state.pinned && state.point ? state.point : { what: "output", ...state.at });
}

/**
 * @param {State} state
 * @param {number} number
 * @param {boolean} [announce]
 */
export function goTo(state, number, announce = true) {
  light(state, { what: "output", ...placeOf(state.board, number) }, announce);
}

/**
 * @param {State} state
 * @param {number} by
 */
export function stepBy(state, by) {
  const count = countOf(state.board);
  pause(state);
  state.pinned = true;
  goTo(state, (numberOf(state.board, state.at) + by + count) % count);
  keepPlace(state);
}

/** @param {State} state */
export function playOn(state) {
  state.playing?.();
  const step = () => goTo(state, (numberOf(state.board, state.at) + 1) % countOf(state.board), state.speed <= 1);
  state.playing = state.life.every(1000 / state.speed, step);
  state.pinned = true;
  showBar(state);
}

/** @param {State} state */
export function pause(state) {
  state.playing?.();
  state.playing = null;
  showBar(state);
}

/** @param {State} state */
export function unpin(state) {
  pause(state);
  state.pinned = false;
  goOn(state);
  keepPlace(state);
}

/**
 * Pins what Python says to be pinned, or nothing: then the grids open where it says.
 * @param {State} state
 * @param {[number, number, number] | null} at
 */
export function restore(state, at) {
  const [channel, row, column] = at ?? state.board.message.opens;
  state.at = inside(state.board, { channel, row, column });
  Object.assign(state, { pinned: at !== null, point: null, told: at ? at.join() : "" });
}

/**
 * Tells Python which output number is pinned, when it has come to rest.
 * @param {State} state
 */
export function keepPlace(state) {
  state.keeping();
  state.keeping = state.life.later(REST, () => {
    const { channel, row, column } = state.at;
    const pinned = state.pinned && !state.playing && state.point?.what === "output";
    const text = pinned ? [channel, row, column].join() : "";
    if (text === state.told) return;
    state.told = text;
    state.life.send("at", { at: text, fresh: state.fresh });
  });
}
