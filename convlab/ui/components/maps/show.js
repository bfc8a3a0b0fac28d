// From a message to what is on the page.

import { canvasTable } from "../shared/colour.js";
import { set } from "../shared/dom.js";
import { inflate } from "../shared/message.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").Picture} Picture */

/**
 * Shows a message's maps, unless they are what the page shows already; of two calls the later one holds.
 * @param {State} state
 * @param {Picture} picture
 */
export async function show(state, picture) {
  const { header } = picture;
  state.target = picture;
  const buffer = await unpacked(picture);
  if (state.life.gone || state.target !== picture) return;
  set(state.note, header.note);
  if (state.shown?.header.mark === header.mark) return;
  state.shown = { header, buffer, table: canvasTable(header.table) };
  state.redraw();
}

/**
 * Shows the answer to an edit. A refused one leaves the state as it was: the cell must say so, and the note once more.
 * @param {State} state
 * @param {Picture} picture
 */
export async function showAgain(state, picture) {
  state.edited = false;
  await show(state, picture);
  if (state.life.gone || state.target !== picture) return;
  state.redraw();
  state.note.textContent = picture.header.note; // anew, or it is not read out
}

/**
 * A message's payload, unpacked once.
 * @param {Picture} picture
 */
export function unpacked(picture) {
  picture.unpacked ??= inflate(picture.rest);
  return picture.unpacked;
}
