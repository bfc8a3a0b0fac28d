// The colours of a layer's numbers: −, 0, +.

import { table } from "../shared/colour.js";
import { make, once, set } from "../shared/dom.js";

const ZERO = 127;
const END = 254;

/**
 * @param {HTMLElement} box
 * @param {import("./state.js").Drawing} drawing
 * @param {import("./message").Layer} layer
 */
export function drawScale(box, { header }, layer) {
  const [low, bar, high, words] = once(box, () => [make("span"), make("i"), make("span"), make("small")]);
  const { signed, limit } = layer;
  set(low, signed ? `−${limit}` : "0");
  set(high, `+${limit}`);
  const colours = table(signed ? header.signed : header.bright);
  const from = signed ? 0 : ZERO;
  const stops = Array.from({ length: 17 }, (_, stop) => colours[Math.round(from + ((END - from) * stop) / 16)]);
  const gradient = `linear-gradient(to right, ${stops.join(", ")})`;
  if (bar.dataset.colours !== gradient) bar.style.background = bar.dataset.colours = gradient;
  const zero = header.dark ? "black" : "white";
  const hatch = header.hatched ? " and hatched" : "";
  set(words, signed
    ? `red${hatch}: negative · ${zero}: 0 · blue: positive — one scale for the whole layer`
    : "numbers of one sign: the larger, the brighter — one scale for the whole layer");
}
