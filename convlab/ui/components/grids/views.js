// What stands beside the products: one of up to three views, and the switch between them.

import { make, set } from "../shared/dom.js";
import { drawClose, sizeClose } from "./close.js";
import { describeMatrix, lightMatrix, paintMatrix } from "./matrix.js";
import { describePatches, lightPatches, paintPatches } from "./patches.js";
import { drawSpread } from "./spread.js";

/** @import { Board } from "./board.js" */
/** @typedef {import("./message.d.ts").Message["view"]} View */
/** @import { Point, State } from "./state.js" */
/** @import { Box } from "./tables.js" */

/** @type {View[]} */
const VIEWS = ["", "spread", "matrix"];

/** A group of radio buttons, with the keys that such a group has. */
export function makeSwitch() {
  const group = make("fieldset", "switch");
  const legend = make("legend", "live");
  legend.textContent = "What is shown beside the products";
  group.append(legend);
  for (const view of VIEWS) {
    const label = make("label");
    label.append(make("input", "", { type: "radio", name: "view", value: view }), make("span"));
    group.append(label);
  }
  return group;
}

/**
 * The name of each view that a layer has.
 * @param {Board} board
 * @returns {Record<View, string>}
 */
function namesOf({ kind, spread, patches }) {
  return { "": kind === "transposed" ? "Stamps" : "Window", spread: spread ? "Spread" : patches ? "Unrolled" : "", matrix: "Matrix" };
}

/**
 * The view that is shown: the chosen one, where the layer has it.
 * @param {State} state
 * @returns {View}
 */
export function seen({ board, view }) {
  return namesOf(board)[view] ? view : "";
}

/**
 * Whether the spread input is in sight.
 * @param {State} state
 */
export function showsSpread(state) {
  return state.board.kind === "transposed" && seen(state) === "spread";
}

/**
 * Brings the words of every view up to date, and shows one.
 * @param {State} state
 */
export function drawViews(state) {
  drawSpread(state);
  describeMatrix(state);
  describePatches(state);
  showView(state);
}

/** @param {State} state */
export function showView(state) {
  const { parts, board } = state;
  const [names, view] = [namesOf(board), seen(state)];
  for (const label of parts.switch.querySelectorAll("label")) {
    const [radio, text] = /** @type {[HTMLInputElement, HTMLElement]} */ ([...label.children]);
    const name = names[/** @type {View} */ (radio.value)];
    label.hidden = !name;
    radio.checked = radio.value === view;
    set(text, name);
  }
  parts.close.hidden = view !== "";
  parts.spread.hidden = !showsSpread(state);
  parts.patches.hidden = view !== "spread" || board.kind === "transposed";
  parts.matrix.hidden = view !== "matrix";
  parts.box.setAttribute("aria-label", names[view]);
}

/**
 * @param {State} state
 * @param {Box} box
 */
export function paintView(state, box) {
  state.table = null;
  const view = seen(state);
  if (view === "matrix") paintMatrix(state, box);
  else if (view === "") sizeClose(state, box);
  else if (!showsSpread(state)) paintPatches(state, box);
}

/**
 * @param {State} state
 * @param {Point} point
 */
export function lightView(state, point) {
  const view = seen(state);
  if (view === "matrix") lightMatrix(state, point);
  else if (view === "") drawClose(state, point);
  else if (!showsSpread(state)) lightPatches(state, point);
}
