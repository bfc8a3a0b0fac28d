// A picture, the kernels of the layers that read it, and every map. Python sends one message at a time; this draws it,
// follows the sidebar's sliders while they move, and sends what is done with it back.

import { isDark } from "../shared/colour.js";
import { make } from "../shared/dom.js";
import { editsSeen, endWritingElsewhere } from "../shared/edits.js";
import { mounted } from "../shared/mounted.js";
import { draw } from "./draw.js";
import { Sliders } from "./live.js";
import { tell } from "./news.js";
import { show, showAgain } from "./show.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").Picture} Picture */

export default mounted("maps", ".stage", begin, receive);

/**
 * @param {HTMLElement} root
 * @param {import("../shared/mounted.js").Life} life
 * @returns {State}
 */
function begin(root, life) {
  endWritingElsewhere(life, root);
  // Live regions are there, empty, before they say anything: one that comes with its words is not read.
  const note = root.appendChild(make("p", "note", { role: "status" }));
  const news = root.appendChild(make("p", "news", { role: "status" }));
  /** @type {State} */
  const state = {
    root,
    life,
    note,
    news,
    sliders: new Sliders(life, (picture) => show(state, picture)),
    redraw: () => state.shown && draw(state, state.shown),
    base: null,
    target: null,
    shown: null,
    editing: null,
    written: new WeakSet(),
    edited: false,
    asked: null,
    opening: false,
    forget: () => {},
    marks: [],
    told: null,
    darkAsked: null,
  };
  return state;
}

/**
 * A message is either the state of the page or the answer to what a slider's other value would show.
 * @param {State} state
 * @param {Picture} picture
 */
async function receive(state, picture) {
  const { header } = picture;
  if (header.ask) {
    await state.sliders.answered(picture, header.ask);
    return;
  }
  state.base = picture;
  state.sliders.begin(picture);
  editsSeen(state, header.seen_edit);
  if (header.cards[0]?.place.join() === state.asked?.join()) state.asked = null; // what was asked last is here
  await (state.edited ? showAgain : show)(state, picture);
  if (state.life.gone) return;
  if (state.base === picture) tell(state, header);
  if (isDark(state.root) !== header.dark && state.darkAsked !== header.dark) {
    state.darkAsked = header.dark; // once for each answer that does not match the page
    state.life.send("again", Date.now());
  }
  state.sliders.ready();
}
