// From a message to what is on the page.

import { canvasTable } from "../shared/colour.js";
import { set } from "../shared/dom.js";
import { inflate } from "../shared/message.js";
import { lacking, take } from "./blobs.js";
import { draw } from "./draw.js";

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
  await unpacked(picture);
  if (state.life.gone || state.target !== picture) return;
  const missing = lacking(header);
  if (missing.length) {
    state.life.send("lack", missing);
    return;
  }
  set(state.note, header.note);
  if (state.shown?.header.mark === header.mark) return;
  state.pins.apply(header);
  state.shown = { header, table: canvasTable(header.signed), bright: canvasTable(header.bright) };
  draw(state, state.shown);
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
 * What a message brings is unpacked and kept once.
 * @param {Picture} picture
 */
export function unpacked(picture) {
  picture.unpacked ??= inflate(picture.rest).then((buffer) => {
    take(picture.header, buffer);
    return buffer;
  });
  return picture.unpacked;
}
