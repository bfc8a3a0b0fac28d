// The tray: one number as patch × kernel = products, what they sum to, and what ReLU and pooling make of it. Its parts
// stay where they are while another place is pointed at.

import { button, make, once, set, sync } from "../shared/dom.js";
import { withEmbed } from "../shared/embed.js";
import { foldFor } from "./fold.js";
import { lookedAtIn } from "./looking.js";
import { GREYS, shadeOf } from "./shades.js";
import { chainOf } from "./spots.js";
import { sumsOf, tiny, titleOf, told, verdictsOf } from "./verdict.js";

/** @typedef {import("./looking.js").Looking} Looking */
/** @typedef {import("./looking.js").Place} Place */
/** @typedef {import("./looking.js").View} View */
/** @typedef {import("./network.js").Network} Network */
/** @typedef {import("../shared/arithmetic.js").Apart} Apart */
/** @typedef {import("../shared/arithmetic.js").Tap} Tap */
/** @typedef {{text: string, shade: import("./shades.js").Shade | null, tap: Tap}} Written a cell */

/**
 * @param {Looking} state
 */
export function drawTray(state) {
  const { tray } = state;
  const view = state.views.find(({ open }) => open);
  const place = view && lookedAtIn(state, view);
  const network = view && state.network(view);
  const preview = Boolean(network && !network.exact); // keeps the tray as it is until the numbers are here
  tray.classList.toggle("waiting", preview);
  if (preview) return;
  tray.hidden = !place;
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
    make("h2"),
    make("p"),
    button("Unpin ✕", "Unpin this number", () => state.pin(null)),
  ]);
  set(heading, title);
  const what = products ? "patch × kernel = products" : "the numbers of its block";
  set(words, [name, what].filter(Boolean).join(": "));
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
    grid("group", "Patch"),
    sign("×"),
    grid("img", "Kernel"),
    sign("="),
    grid("img", "Products"),
  ]);
  const cells = apart.blocks[channel]?.cells ?? [];
  grids.hidden = !cells.length;
  for (const part of [times, kernel, equals, products]) part.hidden = apart.kind !== "sum";
  if (grids.hidden) return;
  const numbers = fold(state, grids, cells.length, apart.columns);
  const written = (/** @type {Tap} */ tap, /** @type {number | null | undefined} */ value, /** @type {Written["shade"]} */ shade) => ({
    text: !numbers ? "" : tap.kind === "skipped" ? "·" : tiny(value),
    shade,
    tap,
  });
  const greys = shadesOf(about);
  const seen = cells.map((tap) => written(tap, tap.input, tap.kind ? null : greys(tap.input ?? 0)));
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
  const weights = cells.map((tap) => ({
    ...written(tap, tap.weight, shadeOf(table, tap.weight ?? 0, largest)),
    text: numbers ? tiny(tap.weight) : "",
  }));
  const made = cells.map((tap) => written(tap, tap.product, shadeOf(table, tap.product ?? 0, largest * inputs)));
  sync(kernel, weights, () => make("i"), drawCell);
  sync(products, made, () => make("i"), drawCell);
}

/** @param {string} text */
function sign(text) {
  const element = make("span", "operator");
  element.textContent = text;
  return element;
}

/**
 * Lays the grids as the page has room for them.
 * @param {Looking} state
 * @param {HTMLElement} grids
 * @param {number} cells
 * @param {number} columns
 * @returns whether a cell has room for its number
 */
function fold({ tray, width }, grids, cells, columns) {
  const { fold: folds, cell, numbers } = foldFor(width, { rows: cells / columns, columns });
  tray.classList.toggle("headed", folds === "headed");
  tray.classList.toggle("folded", folds === "folded");
  grids.style.setProperty("--columns", String(columns));
  grids.style.setProperty("--cell", `${cell}px`);
  return numbers;
}

/**
 * The colours of what the window reads: the greys of a picture's channel, those of the maps below.
 * @param {{view: View, network: Network, first: Place}} about
 * @returns {(value: number) => import("./shades.js").Shade}
 */
function shadesOf({ view, network, first }) {
  if (first[0] === 0) return (value) => GREYS[Math.round(255 * value)];
  const below = view.panel.layers[network.stages[first[0] - 1].layer];
  const { table, bright } = view.drawing;
  return (value) => shadeOf(below.signed ? table : bright, value, below.bound);
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

/** @type {WeakMap<EventTarget, Written>} */
const cellsOf = new WeakMap();

/**
 * @param {HTMLElement} cell
 * @param {Written} written
 */
function drawCell(cell, written) {
  const { text, shade, tap } = written;
  const before = cellsOf.get(cell)?.shade;
  cellsOf.set(cell, written);
  set(cell, text);
  const className = [tap.kind, tap.won ? "winner" : ""].filter(Boolean).join(" ");
  if (cell.className !== className) cell.className = className;
  if (before === shade) return;
  cell.style.background = shade?.fill ?? "";
  cell.style.color = shade?.ink ?? "";
}

/**
 * A grid whose cells say, when they are pointed at, what was multiplied.
 * @param {string} role
 * @param {string} label
 */
function grid(role, label) {
  const element = make("div", "grid", { role, "aria-label": label });
  element.onpointerover = ({ target }) => {
    const written = target && cellsOf.get(target);
    if (written) /** @type {HTMLElement} */ (target).title = told(written.tap);
  };
  return element;
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
  const [page, query = ""] = to.address.split("?");
  link.setAttribute("href", page + withEmbed(query, location.search));
}
