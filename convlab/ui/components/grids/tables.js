// A table of coloured cells on a canvas, with what it is multiplied by on one side and what comes of it on another.

import { make, once } from "../shared/dom.js";

/** @typedef {CanvasRenderingContext2D} Pen */
/** @typedef {{ width: number, height: number }} Box */

const THICK = 12; // pixels of a strip beside the table
const GAP = 5;
const MOST = 16; // pixels of a cell

/**
 * Upright, the factors stand above it and the results at its right; turned, at its left and below it.
 * @typedef {object} Table
 * @property {number} across columns
 * @property {number} down rows
 * @property {boolean} turned
 * @property {number} side pixels of a cell
 * @property {number} left pixels
 * @property {number} top
 */

/** @param {Element} holder */
export function canvasesOf(holder) {
  const [base, over] = once(holder, () => [make("canvas", "base", { role: "img" }), make("canvas", "over", { "aria-hidden": "true" })]);
  return { base, over };
}

/**
 * The table as large as its box allows, on its side where it is larger so.
 * @param {number} lines how many numbers come of it
 * @param {number} places how many factors each is made of
 * @param {Box} box
 * @param {boolean} [turned] left out: whichever is larger
 * @returns {Table}
 */
export function tableOf(lines, places, box, turned) {
  const upright = sideOf(places, lines, box);
  const onSide = sideOf(lines, places, box);
  const lies = turned ?? onSide > 1.2 * upright;
  const strip = THICK + GAP;
  const shape = lies ? { across: lines, down: places, left: strip, top: 0 } : { across: places, down: lines, left: 0, top: strip };
  return { ...shape, turned: lies, side: lies ? onSide : upright };
}

/**
 * @param {number} across
 * @param {number} down
 * @param {Box} box
 */
function sideOf(across, down, { width, height }) {
  const room = Math.min((width - THICK - GAP) / across, (height - THICK - GAP) / down, MOST);
  return room < 4 ? Math.max(room, 1) : Math.floor(room);
}

/**
 * @param {Element} holder
 * @param {Table} table
 * @param {(line: number, place: number) => string | null} colour
 * @param {{ factors: string[], results: string[] }} strips
 */
export function paintTable(holder, table, colour, { factors, results }) {
  const { across, down, turned, side, left, top } = table;
  const strip = THICK + GAP;
  const pen = sized(holder, across * side + strip + 1, down * side + strip + 1);
  if (!pen) return;
  const filled = side < 4 ? side : side - 1;
  for (let row = 0; row < down; row++) {
    for (let column = 0; column < across; column++) {
      const fill = turned ? colour(column, row) : colour(row, column);
      if (fill === null) continue;
      pen.fillStyle = fill;
      pen.fillRect(left + column * side, top + row * side, filled, filled);
    }
  }
  pen.strokeStyle = "gray";
  pen.strokeRect(left + 0.5, top + 0.5, across * side - 1, down * side - 1);
  for (const [colours, kind] of /** @type {[string[], "factor" | "result"][]} */ ([[factors, "factor"], [results, "result"]])) {
    colours.forEach((fill, number) => {
      pen.fillStyle = fill;
      pen.fillRect(...stripCell(table, kind, number, filled));
    });
    const [x, y] = stripCell(table, kind, 0, side);
    const beside = (kind === "factor") === turned;
    pen.strokeRect(x + 0.5, y + 0.5, (beside ? THICK : across * side) - 1, (beside ? down * side : THICK) - 1);
  }
}

/**
 * The rectangle of one cell in a strip.
 * @param {Table} table
 * @param {"factor" | "result"} kind
 * @param {number} number
 * @param {number} long
 * @returns {[x: number, y: number, width: number, height: number]}
 */
function stripCell({ across, down, turned, side, left, top }, kind, number, long) {
  const beside = (kind === "factor") === turned;
  const far = kind === "result" ? GAP : 0;
  if (beside) return [kind === "factor" ? 0 : left + across * side + far, top + number * side, THICK, long];
  return [left + number * side, kind === "factor" ? 0 : top + down * side + far, long, THICK];
}

/**
 * @param {Pen} pen
 * @param {Table} table
 * @param {"factor" | "result"} kind
 * @param {number} number
 */
export function ringStrip(pen, table, kind, number) {
  pen.strokeRect(...stripCell(table, kind, number, table.side));
}

/**
 * Rings all that makes one result, or all that one factor is multiplied by.
 * @param {Pen} pen
 * @param {Table} table
 * @param {"factor" | "result"} kind
 * @param {number} number
 */
export function ringLine(pen, { across, down, turned, side, left, top }, kind, number) {
  const lies = (kind === "result") !== turned; // a row of the table as it is drawn
  if (lies) pen.strokeRect(left, top + number * side, across * side, side);
  else pen.strokeRect(left + number * side, top, side, down * side);
}

/**
 * @param {Pen} pen
 * @param {Table} table
 * @param {number} line
 * @param {number} place
 */
export function ringCell(pen, { turned, side, left, top }, line, place) {
  pen.strokeRect(left + (turned ? line : place) * side, top + (turned ? place : line) * side, side, side);
}

/**
 * What lies under the pointer: a factor, or a result and all that makes it.
 * @param {Table} table
 * @param {Element} canvas
 * @param {{ clientX: number, clientY: number }} event
 * @returns {{ kind: "factor" | "result", number: number } | null}
 */
export function hit({ across, down, turned, side, left, top }, canvas, { clientX, clientY }) {
  const box = canvas.getBoundingClientRect();
  const [column, row] = [Math.floor((clientX - box.left - left) / side), Math.floor((clientY - box.top - top) / side)];
  const kind = turned ? (column < 0 ? "factor" : "result") : row < 0 ? "factor" : "result";
  const number = (kind === "result") === turned ? column : row;
  const count = (kind === "result") === turned ? across : down;
  return number >= 0 && number < count ? { kind, number } : null;
}

/**
 * Gives both canvases their size; the pen of the lower one.
 * @param {Element} holder
 * @param {number} width
 * @param {number} height
 */
function sized(holder, width, height) {
  const scale = window.devicePixelRatio || 1;
  const { base, over } = canvasesOf(holder);
  for (const canvas of [base, over]) {
    canvas.width = Math.ceil(width * scale);
    canvas.height = Math.ceil(height * scale);
    Object.assign(canvas.style, { width: `${width}px`, height: `${height}px` });
    canvas.getContext("2d")?.scale(scale, scale);
  }
  return base.getContext("2d");
}

/**
 * The pen of the upper canvas, with nothing drawn.
 * @param {Element} holder
 * @param {string} ink
 */
export function cleared(holder, ink) {
  const { over } = canvasesOf(holder);
  const pen = over.getContext("2d");
  const scale = window.devicePixelRatio || 1;
  pen?.setTransform(scale, 0, 0, scale, 0, 0);
  pen?.clearRect(0, 0, over.width, over.height);
  return pen && Object.assign(pen, { strokeStyle: ink, lineWidth: 2 });
}
