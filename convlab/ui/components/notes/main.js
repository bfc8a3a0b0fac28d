// A short text that the tab keeps over reloads. What it kept goes to the server first; what the server says is kept once
// it has heard that.

import { mounted } from "../shared/mounted.js";
import { keep, kept } from "./kept.js";

/** @typedef {import("../shared/mounted.js").Life} Life */
/** @typedef {{ session: string, text: string, heard: boolean }} Header */
/** @typedef {{ life: Life, cancel: () => void }} State */

const LOST = 2000; // milliseconds after which it is sent once more

let known = ""; // the visit that knows what was kept here

export default mounted("notes", ".notes", begin, receive);

/**
 * @param {HTMLElement} _root
 * @param {Life} life
 * @returns {State}
 */
function begin(_root, life) {
  return { life, cancel: () => {} };
}

/**
 * @param {State} state
 * @param {{ header: Header }} message
 */
async function receive(state, { header }) {
  state.cancel();
  const text = kept();
  if (text && header.session !== known && !header.heard) {
    send(state, text);
    return;
  }
  known = header.session;
  keep(header.text);
}

/**
 * @param {State} state
 * @param {string} text
 */
function send(state, text) {
  state.life.send("kept", { text });
  state.cancel = state.life.later(LOST, () => send(state, text));
}
