// The colours of a layer's numbers: −, 0, +; above them how many numbers before ReLU have each.

import { table } from "../shared/colour.js";
import { make, once, set, setAll, svg } from "../shared/dom.js";

const ZERO = 127;
const END = 254;

/**
 * @param {HTMLElement} box
 * @param {import("./state.js").Drawing} drawing
 * @param {import("./message").Layer} layer
 */
export function drawScale(box, { header }, layer) {
  const [low, colour, high, words] = once(box, () => [make("span"), make("div"), make("span"), make("small")]);
  const [bars, bar] = once(colour, () => [
    svg("svg", { class: "bars", preserveAspectRatio: "none", role: "img" }), make("i"),
  ]);
  const { signed, limit } = layer;
  const [from, to] = endsOf(layer);
  const [lowest, highest] = [from < ZERO ? `−${limit}` : "0", to > ZERO ? `+${limit}` : "0"];
  set(low, lowest);
  set(high, highest);
  const colours = table(signed ? header.signed : header.bright);
  const stops = Array.from({ length: 17 }, (_, stop) => colours[Math.round(from + ((to - from) * stop) / 16)]);
  const gradient = `linear-gradient(to right, ${stops.join(", ")})`;
  if (bar.dataset.colours !== gradient) bar.style.background = bar.dataset.colours = gradient;
  const zero = header.dark ? "black" : "white";
  const hatch = header.hatched ? " and hatched" : "";
  set(words, signed
    ? `red${hatch}: negative · ${zero}: 0 · blue: positive — one scale for the whole layer; bars: how many`
    : "numbers of one sign: the larger, the brighter — one scale for the whole layer; bars: how many");
  bars.setAttribute("aria-label", `How often each number comes before ReLU, from ${lowest} to ${highest}`);
  drawBars(bars, layer.rows[0].histogram ?? [], from, to);
}

/**
 * The part of the table that a layer's numbers have: all of it, or where they are of one sign a half.
 * @param {import("./message").Layer} layer
 */
function endsOf({ signed, rows }) {
  if (signed) return [0, END];
  const counts = rows[0].histogram ?? [];
  const above = counts.slice((counts.length + 1) / 2).some(Boolean);
  const below = counts.slice(0, (counts.length - 1) / 2).some(Boolean);
  return below && !above ? [0, ZERO] : [ZERO, END];
}

/**
 * The histogram over the part of the scale that is shown; heights are square roots.
 * @param {SVGElement} bars
 * @param {number[]} all
 * @param {number} from
 * @param {number} to
 */
function drawBars(bars, all, from, to) {
  const counts = all.slice(Math.floor((all.length * from) / (END + 1)), Math.ceil((all.length * (to + 1)) / (END + 1)));
  const top = Math.max(1, ...counts);
  setAll(bars, { viewBox: `0 0 ${counts.length} 16` });
  const [path] = once(bars, () => [svg("path")]);
  const heights = counts.map((count) => (count ? Math.max(1, 16 * Math.sqrt(count / top)) : 0));
  path.setAttribute("d", heights.map((height, index) => `M${index + 0.1} 16v${-height.toFixed(2)}h.8v${height.toFixed(2)}z`).join(""));
}
