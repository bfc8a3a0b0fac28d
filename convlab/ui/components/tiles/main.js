// Rows of tiles. Python sends all of them in one message; this draws them, shares a cursor among them, and sends back what
// is clicked or written.

import { make, set } from "../shared/dom.js";
import { editsSeen, endWritingElsewhere } from "../shared/edits.js";
import { inflate } from "../shared/message.js";
import { mounted } from "../shared/mounted.js";
import { draw } from "./draw.js";
import { fit } from "./fit.js";
import { drawMarks } from "./marks.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./message").Message} Message */

const GLANCE = 500; // milliseconds between looks whether the page turned dark

export default mounted("tiles", ".tiles", begin, receive);

/**
 * @param {HTMLElement} root
 * @param {import("../shared/mounted.js").Life} life
 * @returns {State}
 */
function begin(root, life) {
  endWritingElsewhere(life, root);
  const status = root.appendChild(make("p", "status", { role: "status" }));
  const rows = root.appendChild(make("div", "rows"));
  const words = root.appendChild(make("p", "look", { "aria-live": "polite" }));
  /** @type {State} */
  const state = {
    root,
    life,
    status,
    rows,
    words,
    message: null,
    buffer: new ArrayBuffer(0),
    places: [],
    look: null,
    keyed: false,
    written: new WeakSet(),
  };
  let width = 0; // the height follows from what is fitted
  const resized = new ResizeObserver(([{ contentRect }]) => {
    if (contentRect.width === width) return;
    width = contentRect.width;
    fit(state);
  });
  life.observe(resized).observe(root);
  life.listen(window, "resize", () => fit(state));
  let ink = getComputedStyle(root).color;
  life.every(GLANCE, () => {
    const now = getComputedStyle(root).color;
    if (now === ink) return;
    ink = now;
    draw(state);
    drawMarks(state);
  });
  return state;
}

/**
 * @param {State} state
 * @param {{ header: Message, rest: Uint8Array<ArrayBuffer> }} message
 */
async function receive(state, { header, rest }) {
  const edited = Boolean(state.edits?.length);
  editsSeen(state, header.seen_edit);
  set(state.status, header.status);
  const [last, same] = [state.message, state.message?.name === header.name];
  if (!same) {
    const buffer = await inflate(rest);
    if (state.life.gone) return;
    state.buffer = buffer;
  }
  state.message = header;
  // The same tiles once more are left alone, but for a cell whose number was refused.
  if (!same || edited || last?.linked !== header.linked) draw(state);
  drawMarks(state);
  fit(state);
}
