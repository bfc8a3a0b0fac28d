// A convolution's second view: its input unrolled, every window a column.

import { make, once, set } from "../shared/dom.js";
import { placeOf } from "./board.js";
import { canvasesOf, cleared, hit, paintTable, ringLine, ringStrip, tableOf } from "./tables.js";

/** @import { Point, State } from "./state.js" */
/** @import { Box } from "./tables.js" */

/** @param {State} state */
function partsOf({ parts }) {
  const [how, holder, words] = once(parts.patches, () => [make("p", "words"), make("div", "holder"), make("p", "words")]);
  return { how, holder, words };
}

/** @param {State} state */
export function describePatches(state) {
  const { patches } = state.board;
  if (!patches) return;
  const { how, holder, words } = partsOf(state);
  set(how, "Each column is one window; times the kernel at the left it is one output number, below.");
  set(words, patches.words);
  canvasesOf(holder).base.setAttribute("aria-label", patches.words);
}

/**
 * @param {State} state
 * @param {Box} box
 */
export function paintPatches(state, box) {
  const { board } = state;
  if (!board.patches) return;
  const [places, lines] = board.patches.size;
  const { entries } = board.patches;
  state.table = tableOf(lines, places, { width: box.width, height: box.height - 60 }, true);
  const colours = (/** @type {Uint8Array} */ of) => Array.from(of, (entry) => board.colours[entry]);
  const outputs = board.output.entries.subarray(state.kernel * lines, (state.kernel + 1) * lines);
  paintTable(partsOf(state).holder, state.table, (line, place) => board.colours[entries[place * lines + line]], {
    factors: colours(board.kernels[state.kernel].entries),
    results: colours(outputs),
  });
}

/**
 * @param {State} state
 * @param {Point} point
 */
export function lightPatches(state, { what, channel, row, column }) {
  const { board, table } = state;
  const pen = table && cleared(partsOf(state).holder, state.ink);
  if (!pen) return;
  if (what === "output") {
    const window = row * board.columns + column;
    ringLine(pen, table, "result", window);
    ringStrip(pen, table, "result", window);
  } else if (what === "weight") {
    const place = (channel * board.kernelSize[0] + row) * board.kernelSize[1] + column;
    ringLine(pen, table, "factor", place);
    ringStrip(pen, table, "factor", place);
  }
}

/**
 * What a place on the unrolled input stands for.
 * @param {State} state
 * @param {Element} canvas
 * @param {{ clientX: number, clientY: number }} event
 * @returns {Point | null}
 */
export function pointOnPatches({ board, table, kernel }, canvas, event) {
  const found = table && hit(table, canvas, event);
  if (!found) return null;
  const area = board.rows * board.columns;
  if (found.kind === "result") return { what: "output", ...placeOf(board, kernel * area + found.number) };
  const [rows, columns] = board.kernelSize;
  const down = Math.floor(found.number / columns);
  return { what: "weight", channel: Math.floor(down / rows), row: down % rows, column: found.number % columns };
}
