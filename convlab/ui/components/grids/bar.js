// The bar above the grids: which number is shown, and what can be done.

import { button, make, set } from "../shared/dom.js";
import { countOf, numberOf } from "./board.js";

/** @import { State } from "./state.js" */

const SPEEDS = [1, 2, 4, 10];
const nothing = () => {}; // pointing.js says what each does

/** The bar's parts, in their order. */
export function makeBar() {
  const speed = make("select", "", { "aria-label": "Speed" });
  for (const each of SPEEDS) speed.append(new Option(`${each} a second`, String(each), each === 2, each === 2));
  return {
    back: button("◀", "Previous number", nothing),
    play: button("▶ Play", "Play", nothing, "play"),
    next: button("▶", "Next number", nothing),
    scrub: make("input", "scrub", { type: "range", min: 0, "aria-label": "Position in the output" }),
    count: make("span", "count"),
    speed,
    use: button("Count use", "Colour every cell by how often it is used", nothing),
    write: button("Edit numbers", "Write numbers into the input and the kernel", nothing),
    undo: button("Undo edits", "Forget every number written by hand", nothing),
    pin: button("Pinned ✕", "Let the highlight follow the pointer again", nothing, "pin"),
  };
}

/**
 * Which number is shown.
 * @param {State} state
 */
export function showBar({ parts: { bar }, board, at, playing, pinned }) {
  const number = numberOf(board, at);
  const count = countOf(board);
  set(bar.play, playing ? "❚❚ Pause" : "▶ Play");
  bar.play.setAttribute("aria-label", playing ? "Pause" : "Play");
  if (Number(bar.scrub.value) !== number) bar.scrub.value = String(number);
  bar.scrub.setAttribute("aria-valuetext", `Number ${number + 1} of ${count}`);
  set(bar.count, `${number + 1} of ${count}`);
  bar.pin.style.visibility = pinned && !playing ? "visible" : "hidden";
}

/**
 * How many numbers there are, and what is switched on.
 * @param {State} state
 */
export function fitBar({ parts: { bar }, board, use, write, edited }) {
  bar.scrub.max = String(countOf(board) - 1);
  bar.use.setAttribute("aria-pressed", String(use));
  bar.write.setAttribute("aria-pressed", String(write));
  bar.undo.hidden = !edited;
}
