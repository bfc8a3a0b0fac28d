// What the colours mean: a bar with both ends and zero.

import { make, once, set } from "../shared/dom.js";

const STOPS = [0, 32, 64, 95, 127, 159, 190, 222, 254];

/**
 * @param {HTMLElement} bar
 * @param {import("./message").Tile} tile
 * @param {import("./paint.js").Colours} colours
 */
export function drawBar(bar, tile, colours) {
  bar.hidden = !tile.bar;
  const [low, band, high] = once(bar, () => [make("span"), make("i"), make("span")]);
  const signed = tile.kind === "signed";
  set(low, signed ? `−${tile.end}` : "0");
  set(high, signed ? `+${tile.end}` : tile.end);
  const [zero] = once(band, () => [make("u", "", { "aria-hidden": "true" })]);
  set(zero, signed ? "0" : "");
  const stops = signed ? STOPS : STOPS.slice(4);
  const table = signed ? colours.signed : colours.bright;
  band.style.background = `linear-gradient(to right, ${stops.map((entry) => written(table[entry])).join(", ")})`;
}

/**
 * A colour as a style writes it.
 * @param {number} colour as a canvas stores it
 */
export function written(colour) {
  return `#${[0, 8, 16].map((shift) => ((colour >> shift) & 255).toString(16).padStart(2, "0")).join("")}`;
}
