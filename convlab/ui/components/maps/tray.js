// The tray: one number as patch × kernel = products, what they sum to, and what ReLU and pooling make of it. Its parts
// stay where they are while another place is pointed at.

import { button, make, once, set, sync } from "../shared/dom.js";
import { lookedAt } from "./looking.js";
import { GREYS, shadeOf } from "./shades.js";
import { chainOf } from "./spots.js";
import { sumsOf, tiny, titleOf, told, verdictsOf } from "./verdict.js";

/** @typedef {import("./looking.js").Looking} Looking */
/** @typedef {import("./looking.js").Place} Place */
/** @typedef {import("./looking.js").View} View */
/** @typedef {import("./network.js").Network} Network */
/** @typedef {import("../shared/arithmetic.js").Apart} Apart */
/** @typedef {import("../shared/arithmetic.js").Tap} Tap */
/** @typedef {{text: string, shade: import("./shades.js").Shade | null, title: string, tap: Tap}} Written a cell */

/**
 * @param {Looking} state
 */
export function drawTray(state) {
  const { tray } = state;
  const view = state.views.find(({ open }) => open);
  const place = lookedAt(state);
  const network = view && state.network(view);
  tray.hidden = !view || !place || !network?.whole || !network.has(place);
  if (!view || !place || !network || tray.hidden) return;
  const chain = chainOf(network, place);
  const first = /** @type {Place} */ (chain[0]);
  const apart = network.parts(first);
  const channel = Math.min(state.channel, Math.max(0, apart.blocks.length - 1));
  const [head, grids, sums, verdicts] = once(tray, () => [
    make("div", "head"),
    make("div", "grids"),
    make("div", "sums", { role: "group", "aria-label": "Whose products are shown" }),
    make("div", "verdicts"),
  ]);
  drawHead(state, head, titleOf(network, first), apart.blocks[channel]?.name ?? "", apart.kind === "sum");
  drawGrids(state, grids, apart, channel, { view, network, first });
  drawSums(state, sums, apart, channel);
  drawVerdicts(state, verdicts, verdictsOf(network, chain));
}

/**
 * @param {Looking} state
 * @param {HTMLElement} head
 * @param {string} title
 * @param {string} name
 * @param {boolean} products
 */
function drawHead(state, head, title, name, products) {
  const [heading, words, unpin] = once(head, () => [
    make("h3"),
    make("p"),
    button("Unpin ✕", "Unpin this number", () => state.pin(null)),
  ]);
  set(heading, [title, name].filter(Boolean).join(" · "));
  set(words, products ? "patch × kernel = products" : "the numbers of its block");
  unpin.style.visibility = state.shown?.header.pinned ? "" : "hidden";
}

/**
 * @param {Looking} state
 * @param {HTMLElement} grids
 * @param {Apart} apart
 * @param {number} channel
 * @param {{view: View, network: Network, first: Place}} about
 */
function drawGrids(state, grids, apart, channel, about) {
  const [patch, times, kernel, equals, products] = once(grids, () => [
    make("div", "grid", { role: "group", "aria-label": "Patch" }),
    sign("×"),
    make("div", "grid", { role: "img", "aria-label": "Kernel" }),
    sign("="),
    make("div", "grid", { role: "img", "aria-label": "Products" }),
  ]);
  const cells = apart.blocks[channel]?.cells ?? [];
  grids.hidden = !cells.length;
  for (const part of [times, kernel, equals, products]) part.hidden = apart.kind !== "sum";
  grids.style.setProperty("--columns", String(apart.columns));
  grids.style.setProperty("--rows", String(cells.length / (apart.columns || 1)));
  const seen = patchCells(cells, about);
  sync(patch, seen, () => make("button", "", { type: "button" }), (cell, each) => {
    drawCell(cell, each);
    const to = /** @type {Place | null} */ (each.tap.to);
    cell.disabled = !to;
    cell.onclick = () => to && follow(state, about.network, to);
  });
  if (apart.kind !== "sum") return;
  const largest = Math.max(...apart.blocks.flatMap((block) => block.cells.map(({ weight = 0 }) => Math.abs(weight))));
  const inputs = about.first[0] > 0 ? Math.max(...cells.map(({ input }) => Math.abs(input ?? 0))) : 1;
  const { table } = about.view.drawing;
  const weights = cells.map((tap) => written(tap, tap.weight, shadeOf(table, tap.weight ?? 0, largest)));
  const made = cells.map((tap) => written(tap, tap.product, shadeOf(table, tap.product ?? 0, largest * inputs)));
  sync(kernel, weights, () => make("i"), drawCell);
  sync(products, made, () => make("i"), drawCell);
}

/** @param {string} text */
function sign(text) {
  const element = make("span", "sign");
  element.textContent = text;
  return element;
}

/**
 * What the window reads: of the picture in greys, of maps in their colours.
 * @param {Tap[]} cells
 * @param {{view: View, network: Network, first: Place}} about
 */
function patchCells(cells, { view, network, first }) {
  const below = first[0] > 0 ? view.panel.layers[network.stages[first[0] - 1].layer] : null;
  const { table, bright } = view.drawing;
  return cells.map((tap) => {
    const value = tap.input ?? 0;
    const shade = below ? shadeOf(below.signed ? table : bright, value, below.bound) : GREYS[Math.round(255 * value)];
    return written(tap, tap.input, tap.kind ? null : shade);
  });
}

/**
 * @param {Tap} tap
 * @param {number | null | undefined} value
 * @param {Written["shade"]} shade
 * @returns {Written}
 */
function written(tap, value, shade) {
  return { text: tap.kind === "skipped" ? "·" : tiny(value), shade, title: told(tap), tap };
}

/**
 * Pins a number of the layer below, on the map that it lies in.
 * @param {Looking} state
 * @param {Network} network
 * @param {Place} place
 */
function follow(state, network, place) {
  state.choose(network.stages[place[0]].layer, place[1]);
  state.pin(place);
}

/** @type {WeakMap<HTMLElement, string>} */
const coloured = new WeakMap();

/**
 * @param {HTMLElement} cell
 * @param {Written} given
 */
function drawCell(cell, { text, shade, title, tap }) {
  const [label] = once(cell, () => [make("b")]); // a size of its own, so that it may vanish
  set(label, text);
  if (cell.title !== title) cell.title = title;
  const className = [tap.kind, tap.won ? "winner" : ""].filter(Boolean).join(" ");
  if (cell.className !== className) cell.className = className;
  const style = shade ? `background:${shade.fill};color:${shade.ink}` : "";
  if (coloured.get(cell) === style) return;
  coloured.set(cell, style);
  cell.style.background = shade?.fill ?? "";
  cell.style.color = shade?.ink ?? "";
}

/**
 * The sum of every channel, a button that shows its products; then the bias and the total.
 * @param {Looking} state
 * @param {HTMLElement} box
 * @param {Apart} apart
 * @param {number} channel
 */
function drawSums(state, box, apart, channel) {
  box.hidden = apart.kind !== "sum";
  if (box.hidden) return;
  const { sums, bias, total } = sumsOf(apart);
  const [list, added, whole] = once(box, () => [make("div", "list"), make("p", "bias"), make("p", "whole")]);
  const several = sums.length > 1;
  list.hidden = !several;
  sync(list, several ? sums : [], () => make("button", "", { type: "button" }), (each, sum, index) => {
    const [name, number] = once(each, () => [make("span"), make("span")]);
    set(name, apart.blocks[index].name);
    set(number, sum);
    each.setAttribute("aria-pressed", String(index === channel));
    each.onclick = () => {
      state.channel = index;
      state.redraw(); // the kernel shows the same channel
    };
  });
  set(added, bias && `bias ${bias}`);
  added.hidden = !apart.bias;
  set(whole, `Σ = ${total}`);
}

/**
 * @param {Looking} state
 * @param {HTMLElement} box
 * @param {[string, string][]} lines
 */
function drawVerdicts(state, box, lines) {
  const [list, link] = once(box, () => [make("div"), make("a")]);
  sync(list, lines, () => make("p"), (line, [text, word]) => {
    const [strong, small] = once(line, () => [make("b"), make("span")]);
    set(strong, text);
    set(small, word);
  });
  const to = state.shown?.header.link;
  link.hidden = !to;
  if (!to) return;
  set(link, to.words);
  link.setAttribute("href", to.address);
}
