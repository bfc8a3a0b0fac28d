// Every kernel of a layer as a card: the kernel, its map before and after, the share that became 0. One is chosen.

import { make, once, set, sync } from "../shared/dom.js";
import { drawEntries, framed } from "./figures.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").View} View */

/** @type {Record<string, number>} */
const MOVES = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

/**
 * @param {State} state
 * @param {HTMLElement} strip
 * @param {View} view
 * @param {number} index
 */
export function drawStrip(state, strip, view, index) {
  const layer = view.panel.layers[index];
  const maps = layer.rows[0].captions;
  strip.hidden = maps.length < 2;
  strip.setAttribute("role", "radiogroup");
  strip.setAttribute("aria-label", `Kernels of ${layer.title.toLowerCase()}`);
  strip.style.setProperty("--count", String(maps.length));
  strip.classList.toggle("many", maps.length > 4);
  sync(strip, maps, () => make("div", "card", { role: "radio" }), (card, _, map) => {
    drawCard(state, card, view, index, map);
    card.onclick = () => state.choose(index, map);
    card.onkeydown = (event) => {
      const step = MOVES[event.key] ?? (event.key === " " || event.key === "Enter" ? 0 : null);
      if (step === null) return;
      event.preventDefault();
      const next = (map + step + maps.length) % maps.length;
      state.choose(index, next);
      /** @type {HTMLElement} */ (strip.children[next]).focus();
    };
  });
}

/**
 * @param {State} state
 * @param {HTMLElement} card
 * @param {View} view
 * @param {number} index
 * @param {number} map
 */
function drawCard(state, card, view, index, map) {
  const layer = view.panel.layers[index];
  const chosen = map === layer.chosen;
  card.setAttribute("aria-checked", String(chosen));
  card.tabIndex = chosen ? 0 : -1;
  const [swatch, name, before, after, share] = once(card, () => [
    make("div", "swatch"), make("b"), make("div", "thumb"), make("div", "thumb"), make("small"),
  ]);
  drawSwatch(swatch, layer.kernels[Math.min(map, layer.kernels.length - 1)], state.channel);
  set(name, layer.kernels[map]?.name ?? `Map ${map + 1}`);
  for (const [place, thumb] of [before, after].entries()) {
    const row = layer.rows[place];
    thumb.hidden = !row;
    if (!row) continue;
    const [canvas] = framed(thumb);
    view.figures.set(`strip ${row.stage} ${map}`, thumb);
    drawEntries(canvas, view, index, row, map);
    canvas.setAttribute("aria-hidden", "true");
  }
  const words = layer.rows[1]?.captions[map] ?? layer.rows[0].captions[map];
  set(share, words);
  card.setAttribute("aria-label", `${name.textContent}, ${words}`);
}

/**
 * @param {HTMLElement} swatch
 * @param {import("./message").Kernel} kernel
 * @param {number} channel
 */
function drawSwatch(swatch, kernel, channel) {
  const { columns, rows, colours } = kernel.planes[Math.min(channel, kernel.planes.length - 1)];
  swatch.style.gridTemplateColumns = `repeat(${columns}, 1fr)`;
  swatch.style.aspectRatio = `${columns} / ${rows}`;
  sync(swatch, colours, () => make("i"), (cell, colour) => {
    if (cell.style.background !== colour) cell.style.background = colour;
  });
}
