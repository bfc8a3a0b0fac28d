// The kernel in the lane is its editor: a cell is clicked, a number written, Tab or the arrows go on.

import { ink } from "../shared/colour.js";
import { make, once, set, sync } from "../shared/dom.js";
import { sendEdit } from "../shared/edits.js";
import { cellOf } from "./layout.js";
import { tiny } from "./verdict.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").View} View */
/** @typedef {import("./message").Kernel} Kernel */
/** @typedef {import("./message").Plane} Plane */
/** @typedef {{kernel: number, channel: number, row: number, column: number}} Cell */

const LETTER = 0.47; // of a line: how wide one is
const READ = 12; // pixels: numbers that would be smaller are not written
/** @type {Record<string, [number, number]>} */
const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], Enter: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/**
 * The chosen kernel of a layer.
 * @param {State} state
 * @param {HTMLElement} figure
 * @param {View} view
 * @param {number} index
 */
export function drawKernel(state, figure, view, index) {
  const layer = view.panel.layers[index];
  const number = Math.min(layer.chosen, layer.kernels.length - 1);
  const kernel = layer.kernels[number];
  const plane = Math.min(state.channel, kernel.planes.length - 1);
  const [tabs, cells, caption] = once(figure, () => [
    make("div", "planes", { role: "group" }), make("div", "cells"), make("figcaption"),
  ]);
  view.figures.set(`kernel ${index}`, cells);
  drawPlanes(state, tabs, kernel, plane);
  drawCells(state, cells, { kernel, number, plane, dilation: layer.dilation, open: layer.editable && view.open });
  drawWords(state, caption, layer, kernel, view.open);
}

/**
 * Which channel's numbers are shown, where a kernel has several.
 * @param {State} state
 * @param {HTMLElement} tabs
 * @param {Kernel} kernel
 * @param {number} shown
 */
function drawPlanes(state, tabs, kernel, shown) {
  const names = kernel.planes.length > 1 ? kernel.names : [];
  tabs.hidden = !names.length;
  tabs.setAttribute("aria-label", `Channels of ${kernel.name.toLowerCase()}`);
  sync(tabs, names, () => make("button", "", { type: "button" }), (tab, name, plane) => {
    const { values } = kernel.planes[plane];
    set(tab, name.replace(/^map /, "") + (values.length === 1 ? `: ${values[0]}` : "")); // a 1×1 kernel, all of it
    tab.setAttribute("aria-label", name);
    tab.setAttribute("aria-pressed", String(plane === shown));
    tab.onclick = () => {
      state.channel = plane;
      state.redraw();
    };
  });
}

/**
 * As the kernel lies on the picture: the cells of a dilated one have gaps between them.
 * @param {State} state
 * @param {HTMLElement} grid
 * @param {{kernel: Kernel, number: number, plane: number, dilation: number[], open: boolean}} shown
 */
function drawCells(state, grid, { kernel, number, plane: which, dilation, open }) {
  const plane = kernel.planes[which];
  const { columns, values, colours } = plane;
  const { cell, gap } = cellOf(plane, dilation);
  grid.style.gridTemplateColumns = `repeat(${columns}, ${cell}px)`;
  grid.style.gap = `${gap * (dilation[0] - 1)}px ${gap * (dilation[1] - 1)}px`;
  grid.style.gridAutoRows = `${cell}px`;
  grid.classList.toggle("dilated", Math.max(...dilation) > 1);
  const { texts, size } = written(values, cell);
  grid.classList.toggle("dense", size < READ);
  grid.style.fontSize = `${Math.max(size, READ).toFixed(1)}px`;
  const name = [kernel.name, kernel.names[which]].filter(Boolean).join(", ");
  const channel = kernel.channel < 0 ? -1 : which;
  sync(grid, values, () => makeCell(state), (input, value, place) => {
    const [row, column] = [Math.floor(place / columns), place % columns];
    const focused = isFocused(input);
    if (!focused || !state.written.has(input)) {
      const text = focused ? value : texts[place];
      if (input.value !== text) input.value = text;
      state.written.delete(input);
    }
    input.title = texts[place] === value ? "" : value;
    input.onfocus = () => {
      input.value = value; // all of it
      input.select();
    };
    input.style.background = colours[place];
    input.style.color = ink(colours[place]);
    input.readOnly = !open;
    input.tabIndex = open && place === 0 ? 0 : -1;
    input.setAttribute("aria-label", `${name}, row ${row}, column ${column}`);
    const at = { kernel: number, channel, row, column };
    input.onblur = () => {
      if (!commit(state, input, at)) input.value = texts[place];
    };
    input.onkeydown = (event) => onKey(state, event, at, grid, columns);
  });
}

/**
 * Numbers as cells show them: shorter where they would be too small, and their size in pixels.
 * @param {string[]} values
 * @param {number} cell
 */
function written(values, cell) {
  const sizeOf = (/** @type {string[]} */ texts) =>
    Math.min(14, (cell - 2) / (LETTER * Math.max(2, ...texts.map((text) => text.length))), cell * 0.6);
  if (sizeOf(values) >= READ) return { texts: values, size: sizeOf(values) };
  const texts = values.map((value) => {
    const number = Number(value.replace("−", "-"));
    return Number.isNaN(number) ? value : tiny(number);
  });
  return { texts, size: sizeOf(texts) };
}

/** @param {State} state */
function makeCell(state) {
  const input = document.createElement("input");
  Object.assign(input, { type: "text", inputMode: "decimal", autocomplete: "off", className: "cell" });
  input.oninput = () => state.written.add(input);
  return input;
}

/**
 * @param {State} state
 * @param {KeyboardEvent} event
 * @param {Cell} at
 * @param {HTMLElement} grid
 * @param {number} columns
 */
function onKey(state, event, at, grid, columns) {
  const input = /** @type {HTMLInputElement} */ (event.currentTarget);
  const written = state.written.has(input);
  if (event.key === "Escape") {
    state.written.delete(input);
    state.redraw();
    input.select();
    return;
  }
  const place = at.row * columns + at.column;
  const next = event.key === "Tab" && written ? place + (event.shiftKey ? -1 : 1) : moved(event.key, written, at, grid, columns);
  if (event.key === "Enter") commit(state, input, at);
  const cell = next === null ? null : grid.children[next];
  if (!(cell instanceof HTMLElement)) return;
  event.preventDefault();
  cell.focus();
}

/**
 * The cell that a key goes to; while a number is written, left and right move within it.
 * @param {string} key
 * @param {boolean} written
 * @param {Cell} at
 * @param {HTMLElement} grid
 * @param {number} columns
 */
function moved(key, written, { row, column }, grid, columns) {
  const move = MOVES[key];
  if (!move || (written && move[1])) return null;
  const [down, across] = [row + move[0], column + move[1]];
  const inside = down >= 0 && across >= 0 && across < columns && down * columns + across < grid.children.length;
  return inside ? down * columns + across : null;
}

/** @param {HTMLElement} element */
function isFocused(element) {
  const root = element.getRootNode();
  return (root instanceof ShadowRoot || root instanceof Document) && root.activeElement === element;
}

/**
 * Sends what was written into a cell; whether anything was.
 * @param {State} state
 * @param {HTMLInputElement} input
 * @param {Cell} cell
 */
function commit(state, input, cell) {
  if (!state.written.delete(input)) return false;
  state.edited = true;
  sendEdit(state, { ...cell, value: input.value });
  return true;
}

/**
 * @param {State} state
 * @param {HTMLElement} caption
 * @param {import("./message").Layer} layer
 * @param {Kernel} kernel
 * @param {boolean} open
 */
function drawWords(state, caption, layer, kernel, open) {
  const [name, words, undo] = once(caption, () => [make("b"), make("span"), make("button", "", { type: "button" })]);
  const of = layer.kernels.length > 1 ? ` of ${layer.kernels.length}` : "";
  set(name, kernel.name);
  set(words, ` ${[of.trim(), kernel.label, kernel.reads].filter(Boolean).join(" · ")} `);
  const edited = layer.editable && open && layer.kernels.some(({ label }) => label === "edited");
  undo.hidden = !edited;
  set(undo, "Undo edits");
  undo.onclick = () => sendEdit(state, { undo: true });
}
