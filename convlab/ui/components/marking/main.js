// A board whose cells are marked. They are marked here; the whole answer is sent when it is committed.

import { make } from "../shared/dom.js";
import { mounted } from "../shared/mounted.js";
import { draw } from "./board.js";
import { written } from "./places.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./message").Message} Message */

const LOST = 2000; // milliseconds after which an answer is sent once more

export default mounted("marking", ".marking", begin, receive);

/**
 * @param {HTMLElement} root
 * @param {import("../shared/mounted.js").Life} life
 * @returns {State}
 */
function begin(root, life) {
  const board = root.appendChild(make("div", "board", { role: "group", "aria-label": "Cells to mark" }));
  const foot = root.appendChild(make("div", "foot"));
  return { root, life, board, foot, message: null, marked: new Set(), at: 0, cancel: () => {} };
}

/**
 * @param {State} state
 * @param {{ header: Message }} message
 */
async function receive(state, { header }) {
  const another = state.message?.name !== header.name;
  if (another) {
    state.marked.clear();
    state.at = 0;
  }
  if (another || header.answered) state.cancel();
  state.message = header;
  draw(state, () => commit(state));
}

/** @param {State} state */
function commit(state) {
  const { message, marked } = state;
  if (!message || message.answered) return;
  state.cancel();
  state.life.send("commit", { name: message.name, cells: written(marked, message.columns) });
  state.cancel = state.life.later(LOST, () => commit(state));
}
