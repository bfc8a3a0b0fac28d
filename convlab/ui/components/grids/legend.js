// One line that says what the marks in the grids mean, as far as there are any.

import { make, once, set, sync } from "../shared/dom.js";

/** @import { State } from "./state.js" */

/** @param {State} state */
export function drawLegend({ parts, board, use }) {
  const notes = board.message.legend.filter(({ mark }) => mark !== "use" || use);
  parts.legend.hidden = !notes.length;
  sync(parts.legend, notes, () => make("span", "key"), (key, { mark, words }) => {
    const [swatch, text] = once(key, () => [make("i", "", { "aria-hidden": "true" }), make("span")]);
    swatch.className = `swatch ${mark}`;
    swatch.hidden = !mark || mark === "use";
    set(text, words);
  });
}
