// A table of layers in a row. Python sends all of it; this draws it, and sends back which line is chosen and what is edited.

import { make, set } from "../shared/dom.js";
import { editsSeen } from "../shared/edits.js";
import { mounted } from "../shared/mounted.js";
import { drawTable } from "./table.js";
import { drawTools } from "./tools.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./message").Message} Message */

export default mounted("stages", ".stages", begin, receive);

/**
 * @param {HTMLElement} root
 * @param {import("../shared/mounted.js").Life} life
 * @returns {State}
 */
function begin(root, life) {
  const status = root.appendChild(make("p", "status", { role: "status" }));
  const table = root.appendChild(make("div", "table", { role: "table" }));
  const tools = root.appendChild(make("div", "tools"));
  return { root, life, status, tools, table, message: null };
}

/**
 * @param {State} state
 * @param {{ header: Message }} message
 */
async function receive(state, { header }) {
  editsSeen(state, header.seen_edit);
  state.message = header;
  set(state.status, header.status);
  drawTable(state);
  drawTools(state);
}
