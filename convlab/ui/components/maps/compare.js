// A and B: what differs in words, what is equal and so drawn once, and B − A; or, where shapes differ, a switch that
// shows them in turn at one place.

import { make, once, set, sync } from "../shared/dom.js";
import { captioned, framed, sized } from "./figures.js";
import { paintMap } from "./paint.js";
import { planeOf } from "./pixels.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").View} View */
/** @typedef {import("./message").Panel} Panel */
/** @typedef {import("./message").Row} Row */

/**
 * What of B is as in A.
 * @typedef {{input: (layer: number) => boolean, kernel: (layer: number) => boolean, map: (stage: number) => boolean}} Same
 */

/**
 * @param {Panel[]} panels
 * @returns {Same}
 */
export function sameness(panels) {
  const [one, other] = [panels[0], panels.at(-1)];
  const both = panels.length > 1;
  /** @type {(stage: number) => boolean} */
  const map = (stage) => {
    const [a, b] = [rowOf(one, stage), rowOf(other, stage)];
    if (!both || !a || !b || a.kind !== b.kind || a.shape !== b.shape || a.word !== b.word) return false;
    return a.pixels || b.pixels ? JSON.stringify(a.pixels) === JSON.stringify(b.pixels) && bounds(stage) : map(stage - 1);
  };
  const bounds = (/** @type {number} */ stage) => layerOf(one, stage)?.bound === layerOf(other, stage)?.bound;
  const input = (/** @type {number} */ layer) => {
    const below = one?.layers[layer - 1]?.rows.at(-1)?.stage;
    return both && (layer === 0 || (below !== undefined && below === lastOf(other, layer - 1) && map(below)));
  };
  const kernel = (/** @type {number} */ layer) =>
    both && JSON.stringify(kernelsOf(one, layer)) === JSON.stringify(kernelsOf(other, layer));
  return { input, kernel, map };
}

/** @param {Panel | undefined} panel @param {number} layer */
function lastOf(panel, layer) {
  return panel?.layers[layer]?.rows.at(-1)?.stage;
}

/** @param {Panel | undefined} panel @param {number} layer */
function kernelsOf(panel, layer) {
  const found = panel?.layers[layer];
  return found && [found.kernels[found.chosen]?.planes, found.dilation];
}

/** @param {Panel | undefined} panel @param {number} stage */
function layerOf(panel, stage) {
  return panel?.layers.find(({ rows }) => rows.some((row) => row.stage === stage));
}

/** @param {Panel | undefined} panel @param {number} stage */
function rowOf(panel, stage) {
  return layerOf(panel, stage)?.rows.find((row) => row.stage === stage);
}

/**
 * The chips that say what differs, and the switch.
 * @param {State} state
 * @param {HTMLElement} box
 * @param {import("./message").Compared | null} compared
 */
export function drawCompared(state, box, compared) {
  box.hidden = !compared;
  if (!compared) {
    state.blinking = false;
    return;
  }
  const [chips, blink] = once(box, () => [make("span", "chips"), make("button", "", { type: "button" })]);
  const said = compared.words.length ? compared.words : ["no difference yet: move a control, it sets B"];
  sync(chips, said, () => make("span", "chip"), set);
  const [a, b] = state.views.map(({ panel }) => panel.layers[0].rows[0].shape);
  blink.hidden = a === b && !state.blinking;
  set(blink, state.blinking ? "Side by side" : "Blink A and B");
  blink.setAttribute("aria-pressed", String(state.blinking));
  blink.onclick = () => {
    state.blinking = !state.blinking;
    state.redraw();
  };
}

/**
 * B − A, under the maps that it is about.
 * @param {HTMLElement} box
 * @param {View} view
 * @param {number} index
 * @param {import("./message").Difference[]} differences
 */
export function drawDifference(box, view, index, differences) {
  const layer = view.panel.layers[index];
  sync(box, layer.rows, () => make("div", "step"), (step, row) => {
    const found = differences.find(({ stage }) => stage === row.stage);
    step.className = `step ${row.kind}`;
    const [arrow, figure] = once(step, () => [make("div", "arrow"), make("figure", "map")]);
    arrow.hidden = row === layer.rows[0];
    figure.hidden = !found;
    if (!found) return;
    const [canvas, caption] = framed(figure);
    const map = planeOf(found.pixels, row.width, row.height, layer.chosen);
    if (map) paintMap(canvas, view.drawing, true, map);
    sized(canvas, row.width, row.height);
    captioned(caption, "B − A", found.span, `Full colour at ±${found.limit}`);
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", `B minus A, ${row.title.toLowerCase()}, ${found.span}`);
  });
}
