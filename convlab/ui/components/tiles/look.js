// The cursor that the tiles share: rings, and the numbers that lie under them.

import { make, once, set } from "../shared/dom.js";
import { exact } from "../shared/numbers.js";
import { counterpart } from "./counterpart.js";
import { numbersAt } from "./steps.js";

/** @typedef {import("./state.js").State} State */

const ALONE = "Point at the picture to read its numbers.";
const HINT = "Point at a picture: the same place is ringed in the others.";
const PICK = "Click a number, or go there with the arrow keys and press Enter.";
const LEAST = 9; // pixels of a ring

/** @param {State} state */
export function drawLook(state) {
  const { look, places, words } = state;
  /** @type {string[]} */
  const heard = [];
  places.forEach((place, at) => {
    const spot = look && (state.message?.linked || at === look.at) ? counterpart(places, look, at) : null;
    if (place.ring.hidden !== !spot) place.ring.hidden = !spot;
    const text = spot ? numbersAt(place.tile, place.steps, ...spot).map(exact).join(" · ") : "";
    set(place.value, text);
    if (!spot) return;
    ringAt(place, spot);
    heard.push(`${place.tile.title} ${text}`);
  });
  words.hidden = !places.length;
  words.setAttribute("aria-live", state.keyed ? "polite" : "off"); // nobody wants to hear every place on the way
  const [seen, rest] = once(words, () => [make("span"), make("span", "heard")]);
  const hint = places.some(({ tile }) => tile.place) ? PICK : places.length > 1 ? HINT : ALONE;
  set(seen, look ? `Row ${look.row}, column ${look.column}` : hint);
  set(rest, heard.length ? `: ${heard.join(", ")}` : "");
}

/**
 * @param {import("./state.js").Place} place
 * @param {[number, number]} spot
 */
function ringAt({ tile, frame, ring }, [row, column]) {
  const [across, down] = [frame.clientWidth / tile.columns, frame.clientHeight / tile.rows];
  const [width, height] = [Math.max(across, LEAST), Math.max(down, LEAST)];
  ring.style.width = `${width}px`;
  ring.style.height = `${height}px`;
  ring.style.left = `${(column + 0.5) * across - width / 2}px`;
  ring.style.top = `${(row + 0.5) * down - height / 2}px`;
}
