// Writing numbers into the cells of the input and of the kernel.

import { make, set } from "../shared/dom.js";
import { sendEdit } from "../shared/edits.js";
import { inputAt } from "./board.js";
import { pointOf } from "./points.js";

/** @import { Cell, Point, State } from "./state.js" */

/**
 * @param {State} state
 * @param {Cell | null | undefined} cell
 * @param {string | null} [typed] what was typed already
 */
export function openField(state, cell, typed = null) {
  if (!cell || !writable(state, cell)) return;
  const point = /** @type {Point} */ (cell.place);
  closeField(state, false);
  const cells = /** @type {HTMLElement} */ (cell.parentElement);
  const field = make("input", "field", { type: "text", inputmode: "decimal", autocomplete: "off" });
  const name = point.what === "input" ? "Input" : "Kernel";
  const before = valueText(state, point);
  field.setAttribute("aria-label", `${name} row ${point.row}, column ${point.column}`);
  field.value = typed ?? before;
  Object.assign(field.style, {
    left: `${cell.offsetLeft}px`, top: `${cell.offsetTop}px`, minWidth: `${cell.offsetWidth}px`, height: `${cell.offsetHeight}px`,
  });
  state.editing = { field, before, point, kernel: state.kernel };
  cells.parentElement?.append(field);
  field.onkeydown = (event) => onFieldKey(state, event, cell);
  field.onblur = () => state.editing?.field === field && closeField(state, true);
  field.focus({ preventScroll: true });
  if (typed === null) field.select();
}

/**
 * @param {State} state
 * @param {KeyboardEvent} event
 * @param {Cell} cell
 */
function onFieldKey(state, event, cell) {
  const cells = cell.parentElement;
  event.stopPropagation();
  if (!["Enter", "Escape", "Tab"].includes(event.key)) return;
  event.preventDefault();
  const next = event.key === "Tab" ? nextCell(state, cell, event.shiftKey) : null;
  closeField(state, event.key !== "Escape");
  if (next) openField(state, next);
  else cells?.focus({ preventScroll: true });
}

/**
 * The next cell that can be written, past the padding.
 * @param {State} state
 * @param {Cell} cell
 * @param {boolean} back
 */
function nextCell(state, cell, back) {
  const neighbour = (/** @type {Element} */ one) => /** @type {Cell | null} */ (back ? one.previousElementSibling : one.nextElementSibling);
  let next = neighbour(cell);
  while (next && !writable(state, next)) next = neighbour(next);
  return next;
}

/**
 * @param {State} state
 * @param {Cell} cell
 */
export function writable(state, { place }) {
  if (place.what === "weight") return state.board.kernels[0].weights !== null;
  return place.what === "input" && pointOf(state.board, place) !== null;
}

/**
 * The number of a cell, in full, whatever is written in it.
 * @param {State} state
 * @param {Point} point
 */
function valueText({ board, kernel }, { what, channel, row, column }) {
  const [rows, columns] = board.kernelSize;
  const value = what === "input" ? inputAt(board, channel, row, column) : board.kernels[kernel].weights?.[(channel * rows + row) * columns + column];
  return String(Number((value ?? 0).toPrecision(7))).replace("-", "−");
}

/**
 * @param {State} state
 * @param {boolean} keep whether what is written holds
 */
export function closeField(state, keep) {
  if (!state.editing) return;
  const { field, before, point, kernel } = state.editing;
  const { value } = field;
  state.editing = null;
  field.remove();
  set(state.parts.note, "");
  state.parts.note.hidden = true;
  if (!keep || value.trim() === before) return;
  sendEdit(state, { what: point.what, kernel, channel: point.channel, row: point.row, column: point.column, value });
}
