// A kernel as cells with written numbers; where they can be written, a cell is clicked, a number typed, the arrows go on.

import { ink } from "../shared/colour.js";
import { make, once, set, sync } from "../shared/dom.js";
import { sendEdit } from "../shared/edits.js";
import { short } from "../shared/numbers.js";
import { written } from "./bar.js";
import { entryOf } from "./paint.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./message").Tile} Tile */
/** @typedef {{ channel: number, row: number, column: number }} Cell */

const SIDE = 170; // pixels that the longer side of a kernel takes up at most
const LARGEST = 36; // pixels of a cell
const LEGIBLE = 17; // smaller cells show colours alone, until they are written in
const READ = 11; // pixels of letters: longer numbers would have smaller ones, and are written shorter
const NAMES = ["red", "green", "blue"];
/** @type {Record<string, [number, number]>} */
const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], Enter: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/**
 * @param {State} state
 * @param {HTMLElement} figure
 * @param {Tile} tile
 * @param {Int16Array} steps
 * @param {import("./paint.js").Colours} colours
 */
export function drawCells(state, figure, tile, steps, colours) {
  const [planes, heard, caption] = once(figure, () => [make("div", "planes"), make("p", "heard"), make("figcaption")]);
  const cell = Math.min(LARGEST, Math.floor(SIDE / Math.max(tile.columns, tile.rows * Math.min(tile.channels, 2))));
  planes.style.setProperty("--cell", `${cell}px`);
  planes.classList.toggle("dense", cell < LEGIBLE);
  const texts = sizeOf(tile.texts, cell) < READ ? [...steps].map((step) => shorter(step * tile.unit)) : tile.texts;
  planes.style.fontSize = `${sizeOf(texts, cell).toFixed(1)}px`;
  const size = tile.rows * tile.columns;
  sync(planes, Array.from({ length: tile.channels }), () => make("div", "grid", { role: "group" }), (grid, _, channel) => {
    grid.style.gridTemplateColumns = `repeat(${tile.columns}, ${cell}px)`;
    const name = tile.channels > 1 ? `${tile.title}, ${NAMES[channel] ?? channel}` : tile.title;
    grid.setAttribute("aria-label", `${tile.alt}${tile.channels > 1 ? `, ${NAMES[channel] ?? channel}` : ""}`);
    sync(grid, tile.texts.slice(channel * size, (channel + 1) * size), () => makeCell(state), (input, text, place) => {
      const fill = written(colours.signed[entryOf(steps[channel * size + place] * tile.unit, tile.bound)]);
      const at = { channel: tile.channels > 1 ? channel : -1, row: Math.floor(place / tile.columns), column: place % tile.columns };
      input.style.background = fill;
      input.style.color = ink(fill);
      drawCell(state, input, { tile, text, shown: texts[channel * size + place], name, at, grid });
    });
  });
  set(heard, tile.edits ? "" : rowsOf(tile).join(". "));
  drawWords(state, caption, tile);
}

/**
 * The numbers that nobody writes in, as they are read aloud: a cell for each would take too long.
 * @param {Tile} tile
 */
export function rowsOf({ texts, rows, columns, channels }) {
  return Array.from({ length: channels * rows }, (_, line) => {
    const channel = channels > 1 ? `${NAMES[Math.floor(line / rows)] ?? Math.floor(line / rows)}, ` : "";
    return `${channel}row ${line % rows}: ${texts.slice(line * columns, (line + 1) * columns).join(" ")}`;
  });
}

/**
 * The size of letters with which the longest number fits.
 * @param {string[]} texts
 * @param {number} cell
 */
function sizeOf(texts, cell) {
  const longest = Math.max(2, ...texts.map((text) => text.length));
  return Math.max(8, Math.min(13, (cell - 2) / (0.52 * longest)));
}

/**
 * A number with two decimals at the most, without the zero before the point.
 * @param {number} value
 */
export function shorter(value) {
  return short(value).replace(/^(−?)0\./, "$1.");
}

/** @param {State} state */
function makeCell(state) {
  const input = make("input", "cell", { type: "text", inputmode: "decimal", autocomplete: "off" });
  input.oninput = () => state.written.add(input);
  return input;
}

/**
 * @param {State} state
 * @param {HTMLInputElement} input
 * @param {{ tile: Tile, text: string, shown: string, name: string, at: Cell, grid: HTMLElement }} given
 */
function drawCell(state, input, { tile, text, shown, name, at, grid }) {
  if (!state.written.has(input) && input.value !== shown) input.value = shown;
  input.readOnly = !tile.edits;
  input.ariaHidden = tile.edits ? null : "true";
  input.tabIndex = tile.edits && at.row === 0 && at.column === 0 ? 0 : -1;
  input.title = text;
  input.setAttribute("aria-label", `${name}, row ${at.row}, column ${at.column}`);
  input.onfocus = () => {
    input.value = text; // all of it
    input.select();
  };
  input.onblur = () => {
    if (!commit(state, input, tile, at)) input.value = shown;
  };
  input.onkeydown = (event) => onKey(state, event, { tile, text, at, grid });
}

/**
 * @param {State} state
 * @param {KeyboardEvent} event
 * @param {{ tile: Tile, text: string, at: Cell, grid: HTMLElement }} given
 */
function onKey(state, event, { tile, text, at, grid }) {
  const input = /** @type {HTMLInputElement} */ (event.currentTarget);
  if (event.key === "Escape") {
    state.written.delete(input);
    input.value = text;
    input.select();
    return;
  }
  const move = MOVES[event.key];
  if (!move || (state.written.has(input) && move[1])) return; // left and right move within what is being written
  if (event.key === "Enter") commit(state, input, tile, at);
  const [row, column] = [at.row + move[0], at.column + move[1]];
  const inside = row >= 0 && column >= 0 && row < tile.rows && column < tile.columns;
  if (inside) /** @type {HTMLElement} */ (grid.children[row * tile.columns + column]).focus();
  event.preventDefault();
}

/**
 * Sends what was written into a cell; whether anything was.
 * @param {State} state
 * @param {HTMLInputElement} input
 * @param {Tile} tile
 * @param {Cell} at
 */
function commit(state, input, tile, at) {
  if (!state.written.delete(input)) return false;
  sendEdit(state, { what: tile.edits, ...at, value: input.value });
  return true;
}

/**
 * @param {State} state
 * @param {HTMLElement} caption
 * @param {Tile} tile
 */
function drawWords(state, caption, tile) {
  const [name, about, undo] = once(caption, () => [make("b"), make("span"), make("button", "undo", { type: "button" })]);
  set(name, tile.title);
  set(about, tile.caption);
  undo.hidden = !tile.undo;
  set(undo, "Undo edits");
  undo.onclick = () => sendEdit(state, { undo: true });
}
