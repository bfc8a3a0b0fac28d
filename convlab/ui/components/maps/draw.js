// Everything: the chain of shapes, a lane for each layer, the strip of its kernels, and what is pointed at.

import { make, once, set, sync } from "../shared/dom.js";
import { drawChain } from "./chain.js";
import { drawCompared, sameness } from "./compare.js";
import { fit } from "./fit.js";
import { drawLane } from "./lane.js";
import { drawLook } from "./look.js";
import { drawScale } from "./scale.js";
import { drawStrip } from "./strip.js";
import { drawTray } from "./tray.js";

const HINT = "Point at the picture or at a map. A click pins the number.";
const HELD = "Pinned: a click elsewhere pins another number.";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").Drawing} Drawing */
/** @typedef {import("./state.js").View} View */

/**
 * Draws everything.
 * @param {State} state
 * @param {Drawing} drawing
 */
export function draw(state, drawing) {
  const { header } = drawing;
  const { panels } = header;
  state.views = panels.map((panel) => ({ drawing, panel, figures: new Map(), open: panel === panels.at(-1) }));
  const [chains, compared, layers, said] = once(state.root, () => [
    make("div", "chains"), make("div", "compared"), make("div", "layers"), make("div", "said"), state.tray,
  ]);
  const [, hint] = once(said, () => [state.words, make("p", "hint")]);
  set(hint, header.pinned ? HELD : HINT);
  sync(chains, state.views, () => make("nav", "chain"), (nav, view, index) => drawChain(state, nav, view, index));
  drawCompared(state, compared, header.compared);
  const same = sameness(panels);
  const most = Math.max(...panels.map((panel) => panel.layers.length));
  sync(layers, Array.from({ length: most }), () => make("section", "layer"), (section, _, index) => {
    drawLayer(state, section, index, same);
  });
  fit(state);
  drawLook(state);
  drawTray(state);
}

/**
 * @param {State} state
 * @param {HTMLElement} section
 * @param {number} index
 * @param {import("./compare.js").Same} same
 */
function drawLayer(state, section, index, same) {
  const views = state.views.filter(({ panel }) => panel.layers[index]);
  const [head, lane, scale, strip] = once(section, () => [
    make("h2"), make("div", "lane"), make("div", "scale"), make("div", "strip"),
  ]);
  const view = /** @type {View} */ (views.at(-1));
  const layer = view.panel.layers[index];
  const alone = views.every(({ panel }) => panel.layers.length === 1);
  head.hidden = alone;
  section.classList.toggle("slim", !alone || views.length > 1);
  set(head, `${layer.title} · ${layer.cost}`);
  section.setAttribute("aria-label", layer.title);
  drawLane(state, lane, views, index, same);
  drawScale(scale, view.drawing, layer);
  drawStrip(state, strip, view, index);
}
