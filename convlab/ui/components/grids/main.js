// The grids: input, kernel, output, and where every number comes from. Python sends every number, product, sum and
// sentence once for each change of settings; pointing and stepping then only choose what is lit.

import { isDark } from "../shared/colour.js";
import { set } from "../shared/dom.js";
import { editsSeen, endWritingElsewhere } from "../shared/edits.js";
import { inflate } from "../shared/message.js";
import { mounted } from "../shared/mounted.js";
import { fitBar } from "./bar.js";
import { boardOf, inside } from "./board.js";
import { layOut } from "./layout.js";
import { drawLegend } from "./legend.js";
import { listen } from "./pointing.js";
import { still } from "./points.js";
import { drawSides } from "./sides.js";
import { opened } from "./state.js";
import { goOn, restore } from "./steps.js";
import { drawViews, showView } from "./views.js";
import { closeField } from "./writing.js";

/** @import { Message } from "./message.d.ts" */
/** @import { Life } from "../shared/mounted.js" */
/** @import { State } from "./state.js" */

/**
 * @typedef {object} Instance
 * @property {HTMLElement} root
 * @property {Life} life
 * @property {State | null} state from the first message on
 * @property {Message | null} latest
 * @property {number | null} fresh of the message whose place was restored
 * @property {boolean | null} darkAsked the answer that was asked to be given again
 */

export default mounted("grids", ".grids", begin, receive);

/**
 * @param {HTMLElement} root
 * @param {Life} life
 * @returns {Instance}
 */
function begin(root, life) {
  endWritingElsewhere(life, root);
  return { root, life, state: null, latest: null, fresh: null, darkAsked: null };
}

/**
 * @param {Instance} instance
 * @param {{ header: Message, rest: Uint8Array<ArrayBuffer> }} message
 */
async function receive(instance, { header, rest }) {
  instance.latest = header;
  const isNew = instance.state?.board.message.mark !== header.mark;
  const buffer = isNew ? await inflate(rest) : null;
  if (instance.life.gone || instance.latest !== header) return; // a newer message is on its way through
  const state = stateOf(instance, header, buffer);
  const placed = header.fresh !== instance.fresh;
  // A place that the output had no room for meanwhile is there again.
  const back = isNew && state.pinned && state.point?.what === "output" && header.at?.join() === state.told;
  if (placed || back) restore(state, header.at);
  if (placed) state.view = header.view;
  instance.fresh = state.fresh = header.fresh;
  editsSeen(state, header.seen_edit);
  say(state, header);
  if (isNew) draw(state);
  else if (placed) showAgain(state);
  askAgain(instance, header);
}

/**
 * The state, with the numbers of the message where they are new.
 * @param {Instance} instance
 * @param {Message} header
 * @param {ArrayBuffer | null} buffer
 */
function stateOf(instance, header, buffer) {
  if (instance.state && !buffer) return instance.state;
  const board = boardOf(header, buffer ?? new ArrayBuffer(0));
  if (instance.state) return Object.assign(instance.state, { board });
  const { root, life } = instance;
  const state = opened(root, life, board);
  instance.state = state;
  listen(state, { redraw: () => draw(state), showAgain: () => showAgain(state) });
  life.observe(new ResizeObserver(() => root.clientWidth !== state.width && showAgain(state))).observe(root);
  life.listen(window, "resize", () => showAgain(state));
  return state;
}

/**
 * Builds everything for the numbers that are there now.
 * @param {State} state
 */
function draw(state) {
  const { root, board } = state;
  root.classList.toggle("dark", board.message.dark);
  root.dataset.kind = board.kind;
  state.ink = getComputedStyle(root).color;
  state.lit = new Map();
  state.at = inside(board, state.at);
  fitBar(state);
  drawSides(state);
  if (state.editing && !still(state, state.editing.point)) closeField(state, false); // its cell is gone
  drawLegend(state);
  drawViews(state);
  state.point = still(state, state.point);
  layOut(state);
  goOn(state);
}

/**
 * The same numbers in another room, at another place, or beside another view.
 * @param {State} state
 */
function showAgain(state) {
  showView(state);
  layOut(state);
  goOn(state);
}

/**
 * What the page says besides the numbers.
 * @param {State} state
 * @param {Message} header
 */
function say(state, header) {
  state.edited = header.edited;
  set(state.parts.note, header.note);
  state.parts.note.hidden = !header.note;
  fitBar(state);
}

/**
 * The page is dark where the message is not, or the other way round.
 * @param {Instance} instance
 * @param {Message} header
 */
function askAgain(instance, header) {
  if (isDark(instance.root) === header.dark || instance.darkAsked === header.dark) return;
  instance.darkAsked = header.dark; // once for each answer that does not match the page
  instance.life.send("again", Date.now());
}
