// The editor of one kernel's numbers.

import { ink } from "../shared/colour.js";
import { make, once, set, sync } from "../shared/dom.js";
import { sendEdit } from "../shared/edits.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./draw.js").View} View */
/** @typedef {import("./message").Kernel} Kernel */

/**
 * The button that opens the editor on a kernel, or closes it.
 * @param {State} state
 * @param {HTMLElement} button
 * @param {number} number
 * @param {boolean} open
 */
export function editButton(state, button, number, open) {
  set(button, open ? "Close" : "Edit");
  button.setAttribute("aria-label", `${open ? "Close" : "Edit"} the numbers of kernel ${number + 1}`);
  button.setAttribute("aria-expanded", String(open));
  button.onclick = () => (open ? closeEditor(state) : openEditor(state, number));
}

/**
 * @param {State} state
 * @param {number} number
 */
function openEditor(state, number) {
  state.editing = { number, plane: 0 };
  state.redraw();
  state.root.querySelector("input")?.focus();
}

/** @param {State} state */
function closeEditor(state) {
  const { number } = /** @type {{number: number}} */ (state.editing);
  state.editing = null;
  state.redraw();
  const buttons = /** @type {NodeListOf<HTMLButtonElement>} */ (state.root.querySelectorAll(".kernel button"));
  buttons[number]?.focus();
}

/**
 * The editor below the first layer's kernels, where one of them is edited.
 * @param {State} state
 * @param {HTMLElement} editor
 * @param {import("./message").Layer} layer
 * @param {number} index
 * @param {View} view
 */
export function drawEditor(state, editor, layer, index, view) {
  const { editing } = state;
  const may = index === 0 && layer.editable && view.drawing.header.panels.length === 1;
  const kernel = may && editing ? layer.kernels[editing.number] : undefined;
  editor.hidden = !kernel;
  if (!kernel || !editing) return;
  const which = Math.min(editing.plane, kernel.planes.length - 1);
  const [title, tabs, grid, foot] = once(editor, () => [
    make("h3"),
    make("div", "tabs", { role: "group" }),
    make("div", "cells"),
    make("div", "foot"),
  ]);
  set(title, `${kernel.name}: write a number into any cell`);
  editor.onkeydown = (event) => {
    if (event.key === "Escape") leaveEditor(state, event);
  };
  drawTabs(state, tabs, kernel, which);
  drawCells(state, grid, kernel, editing.number, which);
  drawFoot(state, foot);
}

/**
 * Which channel's plane is edited, where a kernel has several.
 * @param {State} state
 * @param {HTMLElement} tabs
 * @param {Kernel} kernel
 * @param {number} which
 */
function drawTabs(state, tabs, kernel, which) {
  const names = kernel.planes.length > 1 ? kernel.names : [];
  tabs.setAttribute("aria-label", `Channels of ${kernel.name.toLowerCase()}`);
  sync(tabs, names, () => make("button", "", { type: "button" }), (tab, name, plane) => {
    set(tab, name);
    tab.setAttribute("aria-pressed", String(plane === which));
    tab.onclick = () => {
      if (state.editing) state.editing.plane = plane;
      state.redraw();
    };
  });
}

/**
 * @param {State} state
 * @param {HTMLElement} grid
 * @param {Kernel} kernel
 * @param {number} number
 * @param {number} which
 */
function drawCells(state, grid, kernel, number, which) {
  const { columns, values, colours } = kernel.planes[which];
  const channel = kernel.channel < 0 ? -1 : which;
  const name = [kernel.name, kernel.names[which]].filter(Boolean).join(", ");
  grid.style.setProperty("--columns", String(columns));
  sync(grid, values, () => makeCell(state), (input, value, place) => {
    const [row, column] = [Math.floor(place / columns), place % columns];
    if (!isFocused(input) || !state.written.has(input)) {
      input.value = value;
      state.written.delete(input);
    }
    input.style.background = colours[place];
    input.style.color = ink(colours[place]);
    input.setAttribute("aria-label", `${name}, row ${row}, column ${column}`);
    const cell = { kernel: number, channel, row, column };
    input.onblur = () => commit(state, input, cell);
    input.onkeydown = (event) => {
      if (event.key === "Enter") commit(state, input, cell);
      const move = event.key === "ArrowUp" ? -columns : ["ArrowDown", "Enter"].includes(event.key) ? columns : 0;
      if (!move) return;
      event.preventDefault();
      const next = grid.children[place + move];
      if (next instanceof HTMLElement) next.focus();
    };
  });
}

/** @param {HTMLElement} element */
function isFocused(element) {
  const root = element.getRootNode();
  return (root instanceof ShadowRoot || root instanceof Document) && root.activeElement === element;
}

/** @param {State} state */
function makeCell(state) {
  const input = document.createElement("input");
  Object.assign(input, { type: "text", inputMode: "decimal", autocomplete: "off" });
  input.oninput = () => state.written.add(input);
  input.onfocus = () => input.select();
  return input;
}

/**
 * Escape: what is written but not yet entered is forgotten.
 * @param {State} state
 * @param {KeyboardEvent} event
 */
function leaveEditor(state, event) {
  event.preventDefault();
  if (event.target instanceof HTMLInputElement) state.written.delete(event.target);
  closeEditor(state);
}

/**
 * Sends what was written into a cell, if anything was.
 * @param {State} state
 * @param {HTMLInputElement} input
 * @param {{kernel: number, channel: number, row: number, column: number}} cell
 */
function commit(state, input, cell) {
  if (!state.written.delete(input)) return;
  state.edited = true;
  sendEdit(state, { ...cell, value: input.value });
}

/**
 * @param {State} state
 * @param {HTMLElement} foot
 */
function drawFoot(state, foot) {
  const [undo, close] = once(foot, () => [
    make("button", "", { type: "button" }),
    make("button", "", { type: "button" }),
  ]);
  set(undo, "Undo all edits");
  undo.onclick = () => sendEdit(state, { undo: true });
  set(close, "Close");
  close.onclick = () => closeEditor(state);
}
