// What one set of grids on a page knows, from its first message on.

import { make } from "../shared/dom.js";
import { makeBar } from "./bar.js";
import { makeSwitch } from "./views.js";

/** @import { Life } from "../shared/mounted.js" */
/** @typedef {import("./board.js").Board} Board */
/** @typedef {import("./board.js").At} At */

/** @typedef {"input" | "weight" | "output" | "relu" | "spread" | "turned"} What a kind of grid */
/** @typedef {{ what: What, channel: number, row: number, column: number }} Place a cell */
/** @typedef {{ what: "input" | "weight" | "output", channel: number, row: number, column: number }} Point what is pointed at */
/** @typedef {HTMLElement & { place: Place }} Cell */

/**
 * A grid of cells, as it was built.
 * @typedef {object} Plane
 * @property {HTMLElement} cells their parent
 * @property {(row: number, column: number) => Cell | undefined} at
 * @property {number} widest how wide the widest text is, in ems
 * @property {number} width columns, with those around
 * @property {number} height
 * @property {number} rows without those around
 * @property {number} columns
 */

/**
 * @typedef {object} State
 * @property {HTMLElement} root
 * @property {Life} life
 * @property {ReturnType<typeof skeleton>} parts
 * @property {Board} board
 * @property {Record<What, Plane[]>} planes
 * @property {number} kernel the map whose kernel is shown
 * @property {At} at the output number looked at last
 * @property {Point | null} point what is lit
 * @property {import("../shared/arithmetic.js").Apart | null} apart the output number that was taken apart last
 * @property {Map<Cell, [names: string, colour?: string]>} lit
 * @property {boolean} pinned
 * @property {boolean} use whether cells show how often they are used
 * @property {boolean} write whether a click writes
 * @property {boolean} edited whether any number was written by hand
 * @property {number} width of the root, as it was laid out
 * @property {number} cell pixels of a cell's side
 * @property {string} ink colour of what is drawn on a canvas
 * @property {import("./message.d.ts").Message["view"]} view what was chosen to stand beside the products
 * @property {import("./tables.js").Table | null} table the one that is in sight: the matrix, or the input unrolled
 * @property {number} speed steps a second
 * @property {(() => void) | null} playing stops the steps
 * @property {() => void} keeping takes back what is to be told
 * @property {{ pinned: boolean, point: Point | null }} before what was pinned before the last click
 * @property {string} told the place that Python knows to be pinned
 * @property {number} fresh how often the page began anew
 * @property {{ field: HTMLInputElement, before: string, point: Point, kernel: number } | null} editing
 * @property {import("../shared/edits.js").Numbered[]} [edits]
 */

/**
 * The parts that are always there.
 * @param {HTMLElement} root
 */
function skeleton(root) {
  const bar = makeBar();
  const toolbar = make("div", "bar", { role: "toolbar", "aria-label": "Steps" });
  toolbar.append(...Object.values(bar));
  const above = {
    toolbar,
    said: make("p", "said"),
    live: make("p", "live", { role: "status" }),
    note: make("p", "note", { role: "alert" }),
    boards: make("div", "boards"),
    legend: make("p", "legend"),
    lower: make("div", "lower"),
  };
  const views = {
    close: make("div", "view close"),
    spread: make("div", "view spread"),
    patches: make("div", "view patches"),
    matrix: make("div", "view matrix"),
  };
  const arithmetic = make("section", "arithmetic", { "aria-label": "The arithmetic of this number", tabindex: 0 });
  const box = make("div", "box", { role: "group", tabindex: 0 });
  const beside = { switch: makeSwitch(), box };
  const aside = make("section", "views");
  above.note.hidden = true;
  box.append(...Object.values(views));
  aside.append(...Object.values(beside));
  above.lower.append(arithmetic, aside);
  root.append(...Object.values(above));
  return { ...above, ...views, ...beside, arithmetic, bar };
}

/**
 * @param {HTMLElement} root
 * @param {Life} life
 * @param {Board} board
 * @returns {State}
 */
export function opened(root, life, board) {
  return {
    root,
    life,
    parts: skeleton(root),
    board,
    planes: { input: [], weight: [], output: [], relu: [], spread: [], turned: [] },
    kernel: 0,
    at: { channel: 0, row: 0, column: 0 },
    point: null,
    apart: null,
    lit: new Map(),
    pinned: false,
    use: false,
    write: false,
    edited: false,
    width: 0,
    cell: 0,
    ink: "",
    view: "",
    table: null,
    speed: 2,
    playing: null,
    keeping: () => {},
    before: { pinned: false, point: null },
    told: "",
    fresh: 0,
    editing: null,
  };
}
