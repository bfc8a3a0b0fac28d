// Where the numbers that are taken apart lie and where they look, marked on the maps.

import { make } from "../shared/dom.js";

/**
 * @param {import("./state.js").State} state
 * @param {Map<string, HTMLElement>} figures Of the maps, "stage map", and of the picture, "picture".
 * @param {import("./message").Card[]} cards
 */
export function drawMarks(state, figures, cards) {
  for (const mark of state.marks) mark.remove();
  state.marks = [];
  for (const { place, window: seen } of cards) {
    const [stage, map, row, column] = place;
    put(state, figures.get(`${stage} ${map}`), "point", { top: row, left: column, height: 1, width: 1 });
    if (stage === 0) put(state, figures.get("picture"), "seen", seen);
    else for (const each of seen.maps) put(state, figures.get(`${stage - 1} ${each}`), "seen", seen);
  }
}

/**
 * A frame on a figure's canvas; its sides are shares of the canvas, which is as large as the page lets it.
 * @param {import("./state.js").State} state
 * @param {HTMLElement | undefined} figure
 * @param {string} kind
 * @param {{top: number, left: number, height: number, width: number}} place
 */
function put(state, figure, kind, { top, left, height, width }) {
  const canvas = figure?.querySelector("canvas");
  if (!canvas) return;
  const mark = make("i", `mark ${kind}`);
  const share = (/** @type {number} */ part, /** @type {number} */ whole) => `${(100 * part) / whole}%`;
  mark.style.top = share(top, canvas.height);
  mark.style.height = share(height, canvas.height);
  mark.style.left = share(left, canvas.width);
  mark.style.width = share(width, canvas.width);
  canvas.parentElement?.append(mark);
  state.marks.push(mark);
}
