// One layer as a sentence from left to right: picture ∗ kernel = before → after → pooled; each map to the same scale.

import { make, once, set, setAll, svg, sync } from "../shared/dom.js";
import { get } from "./blobs.js";
import { drawDifference } from "./compare.js";
import { captioned, drawEntries, framed, sized } from "./figures.js";
import { drawKernel } from "./kernel.js";
import { paintSource } from "./paint.js";
import { listenToMap, listenToPicture } from "./pointing.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").View} View */
/** @typedef {import("./message").Row} Row */
/** @typedef {import("./compare.js").Same} Same */

/**
 * @param {State} state
 * @param {HTMLElement} lane
 * @param {View[]} views A and B below each other
 * @param {number} index
 * @param {Same} same
 */
export function drawLane(state, lane, views, index, same) {
  lane.classList.toggle("pair", views.length > 1);
  lane.classList.toggle("blinking", state.blinking);
  /** @type {{view: View, difference?: import("./message").Difference[]}[]} */
  const lines = [...views.map((view) => ({ view })), ...differing(views, index)];
  sync(lane, lines, () => make("div", "line"), (line, { view, difference }, number) => {
    line.classList.toggle("difference", Boolean(difference));
    const parts = once(line, () => [
      make("span", "name"), make("figure", "input"), make("div", "sign times"), make("figure", "kernel"),
      make("div", "sign equals"), make("div", "maps"),
    ]);
    const [name, input, times, kernel, equals, maps] = parts;
    set(name, difference ? "B − A" : view.panel.name);
    name.hidden = views.length < 2;
    for (const part of [input, times, kernel, equals]) part.hidden = Boolean(difference);
    if (difference) {
      drawDifference(maps, view, index, difference);
      return;
    }
    const layer = view.panel.layers[index];
    const told = number > 0;
    const [known, alike] = [told && same.input(index), told && same.kernel(index)];
    input.classList.toggle("same", known);
    for (const part of [times, kernel, equals]) part.classList.toggle("same", alike);
    if (index === 0) drawPicture(state, input, view);
    else drawInputs(state, input, view, index);
    const [asterisk, word] = once(times, () => [make("b"), make("small")]);
    set(asterisk, "∗");
    set(word, layer.rows[0].word);
    set(equals, "=");
    drawKernel(state, kernel, view, index);
    drawMaps(state, maps, view, index, told ? same : null);
    if (told) borrow(view, views[0], index, same);
  });
}

/**
 * What B does not draw, because it is as in A, is marked there.
 * @param {View} view
 * @param {View} first
 * @param {number} index
 * @param {Same} same
 */
function borrow({ panel, figures }, first, index, same) {
  const layer = panel.layers[index];
  const shared = layer.rows.filter(({ stage }) => same.map(stage)).map(({ stage }) => `${stage} ${layer.chosen}`);
  if (index === 0) shared.push("picture");
  if (same.kernel(index)) shared.push(`kernel ${index}`);
  for (const name of shared) {
    const figure = first.figures.get(name);
    if (figure) figures.set(name, figure);
  }
}

/**
 * @param {View[]} views
 * @param {number} index
 * @returns {{view: View, difference?: import("./message").Difference[]}[]}
 */
function differing(views, index) {
  const view = /** @type {View} */ (views.at(-1));
  const stages = view.panel.layers[index].rows.map(({ stage }) => stage);
  const found = view.drawing.header.compared?.differences.filter(({ stage }) => stages.includes(stage)) ?? [];
  return views.length > 1 && found.length ? [{ view, difference: found }] : [];
}

/**
 * @param {State} state
 * @param {HTMLElement} figure
 * @param {View} view
 */
function drawPicture(state, figure, view) {
  const { image } = view.panel;
  const [canvas, caption] = framed(figure);
  view.figures.set("picture", figure);
  const pixels = get(image.pixels);
  if (pixels) paintSource(canvas, image, pixels);
  sized(canvas, image.width, image.height);
  captioned(caption, "Picture", image.shape, image.caption);
  named(canvas, `The picture that the layers read. ${image.alt}`);
  listenToPicture(state, canvas, view);
}

/**
 * What a later layer reads: the chosen map of the one before, and all of them small.
 * @param {State} state
 * @param {HTMLElement} figure
 * @param {View} view
 * @param {number} index
 */
function drawInputs(state, figure, view, index) {
  const below = view.panel.layers[index - 1];
  const row = /** @type {Row} */ (below.rows.at(-1));
  const [canvas, caption] = framed(figure);
  const small = figure.querySelector(".inputs") ?? figure.appendChild(make("div", "inputs"));
  view.figures.set(`input ${row.stage} ${below.chosen}`, figure);
  drawEntries(canvas, view, index - 1, row, below.chosen);
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", row.alts[below.chosen]);
  captioned(caption, `Map ${below.chosen + 1}`, row.captions.length > 1 ? `of ${row.shape}, all are read` : row.shape, row.note);
  sync(small, row.captions, () => make("button", "", { type: "button" }), (button, _, map) => {
    const [each] = framed(button);
    if (map !== below.chosen) view.figures.set(`input ${row.stage} ${map}`, button);
    drawEntries(each, view, index - 1, row, map);
    button.setAttribute("aria-label", `Show map ${map + 1}`);
    button.setAttribute("aria-pressed", String(map === below.chosen));
    button.onclick = () => state.choose(index - 1, map);
  });
  /** @type {HTMLElement} */ (small).hidden = row.captions.length < 2;
}

/**
 * The maps of a layer, each behind an arrow that says what makes it.
 * @param {State} state
 * @param {HTMLElement} box
 * @param {View} view
 * @param {number} index
 * @param {Same | null} same
 */
function drawMaps(state, box, view, index, same) {
  const layer = view.panel.layers[index];
  sync(box, layer.rows, () => make("div", "step"), (step, row, place) => {
    step.className = `step ${row.kind}${same?.map(row.stage) ? " same" : ""}`;
    const [arrow, figure] = once(step, () => [make("div", "arrow"), make("figure", "map")]);
    arrow.hidden = place === 0;
    if (place) drawArrow(arrow, row);
    const [canvas, caption] = framed(figure);
    view.figures.set(`${row.stage} ${layer.chosen}`, figure);
    drawEntries(canvas, view, index, row, layer.chosen);
    captioned(caption, row.title, said(row, layer.chosen), row.note);
    named(canvas, row.alts[layer.chosen]);
    const { stage, width, height } = row;
    listenToMap(state, canvas, { stage, map: layer.chosen, width, height, view });
  });
}

/**
 * What a map's caption says: its numbers, or its size where pooling made it.
 * @param {Row} row
 * @param {number} map
 */
function said(row, map) {
  return row.kind === "max" || row.kind === "avg" ? row.shape : row.captions[map];
}

/**
 * @param {HTMLCanvasElement} canvas
 * @param {string} label
 */
function named(canvas, label) {
  const keys = "Arrow keys point at its numbers, Enter pins one.";
  setAll(canvas, { role: "application", "aria-label": `${label}. ${keys}` });
  canvas.tabIndex = 0;
}

/**
 * What an operation does, in a word and a picture: ReLU's hinge, pooling's block.
 * @param {HTMLElement} arrow
 * @param {Row} row
 */
function drawArrow(arrow, row) {
  const [picture, word] = once(arrow, () => [svg("svg", { viewBox: "0 0 32 32", "aria-hidden": "true" }), make("small")]);
  set(word, row.word);
  const lines = row.kind === "relu" ? HINGE : row.kind === "max" ? LARGEST : MEAN;
  if (picture.innerHTML !== lines) picture.innerHTML = lines;
}

const HINGE = '<path class="axis" d="M2 22h28M16 2v26"></path><path class="hinge" d="M2 22h14L29 6"></path>';
const BLOCK = '<path class="axis" d="M4 4h24v24h-24zM16 4v24M4 16h24"></path>';
const LARGEST = `${BLOCK}<path class="full" d="M16 4h12v12h-12z"></path>`;
const MEAN = `${BLOCK}<path class="half" d="M4 4h24v24h-24z"></path>`;
