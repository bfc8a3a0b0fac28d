// Panels, layers and rows of maps.

import { make, once, set, setAll, svg, sync } from "../shared/dom.js";
import { drawCards, listenToMap } from "./cards.js";
import { drawEditor } from "./editor.js";
import { drawKernels } from "./kernels.js";
import { drawMarks } from "./marks.js";
import { framed, paintMap } from "./paint.js";

/** @typedef {import("./state.js").State} State */
/** @typedef {import("./state.js").Drawing} Drawing */
/** @typedef {import("./message").Panel} Panel */
/** @typedef {import("./message").Layer} Layer */
/** @typedef {import("./message").Row} Row */

/**
 * A panel as it is drawn: its maps by place, and the cards that belong to it.
 * @typedef {object} View
 * @property {Drawing} drawing
 * @property {Panel} panel
 * @property {Map<string, HTMLElement>} figures "stage map", or "picture"
 * @property {import("./message").Card[]} cards
 * @property {boolean} open Whether its maps can be clicked.
 */

/**
 * Draws everything.
 * @param {State} state
 * @param {Drawing} drawing
 */
export function draw(state, drawing) {
  const { root } = state;
  const shown = drawing.header.panels;
  root.classList.toggle("editing", Boolean(state.editing));
  const panels = root.querySelector(".panels") ?? root.appendChild(make("div", "panels"));
  panels.classList.toggle("pair", shown.length === 2);
  sync(panels, shown, () => make("section", "panel"), (element, panel) => {
    const open = panel === shown.at(-1); // of A and B, B is what the sidebar sets
    const cards = open ? drawing.header.cards : [];
    drawPanel(state, element, { drawing, panel, figures: new Map(), cards, open });
  });
}

/**
 * @param {State} state
 * @param {HTMLElement} element
 * @param {View} view
 */
function drawPanel(state, element, view) {
  const { panel } = view;
  if (panel.name) element.setAttribute("aria-label", `Settings ${panel.name}`);
  else element.removeAttribute("aria-label");
  const [chain, totals, layers] = once(element, () => [
    make("div", "chain"),
    make("p", "totals"),
    make("div", "layers"),
  ]);
  drawChain(chain, panel);
  set(totals, panel.totals);
  sync(layers, panel.layers, () => make("section", "layer"), (section, layer, index) => {
    drawLayer(state, section, layer, index, view);
  });
  if (view.open) drawMarks(state, view.figures, view.cards);
}

/**
 * @param {HTMLElement} chain
 * @param {Panel} panel
 */
function drawChain(chain, panel) {
  const parts = panel.chain.flatMap(({ layer, shape }) => [["step", layer], ["shape", shape]]);
  const shown = [["name", panel.name], ...parts].filter(([, words]) => words);
  sync(chain, shown, () => make("span"), (span, [kind, words]) => {
    span.className = kind;
    set(span, words);
  });
}

/**
 * @param {State} state
 * @param {HTMLElement} section
 * @param {Layer} layer
 * @param {number} index
 * @param {View} view
 */
function drawLayer(state, section, layer, index, view) {
  const { panel } = view;
  const [head, formulas, kernels, editor, rows] = once(section, () => [
    make("header"),
    make("div", "formulas"),
    make("div", "row kernels"),
    make("div", "editor"),
    make("div", "rows"),
  ]);
  const [title, source, cost] = once(head, () => [make("h2"), make("code"), make("span", "cost")]);
  set(title, (panel.name ? `${panel.name} · ` : "") + layer.title);
  set(source, layer.source);
  set(cost, panel.layers.length > 1 ? layer.cost : "");
  drawFormulas(formulas, layer);
  drawKernels(state, kernels, layer, index, view);
  drawEditor(state, editor, layer, index, view);
  sync(rows, layer.rows, () => make("div", "row"), (row, data) => drawRow(state, row, data, layer, view));
}

/**
 * @param {HTMLElement} formulas
 * @param {Layer} layer
 */
function drawFormulas(formulas, layer) {
  sync(formulas, layer.formulas, () => make("p"), (line, { name, rows, columns }) => {
    const [of, numbers] = once(line, () => [make("b"), make("span")]);
    set(of, name);
    const parts = rows === columns ? [`rows and columns ${rows}`] : [`rows ${rows}`, `columns ${columns}`];
    sync(numbers, parts, () => make("span"), set);
  });
}

/**
 * @param {State} state
 * @param {HTMLElement} row
 * @param {Row} data
 * @param {Layer} layer
 * @param {View} view
 */
function drawRow(state, row, data, layer, view) {
  const [label, maps, cards] = once(row, () => [make("div", "label"), make("div", "maps"), make("div", "cards")]);
  const [title, shape, note, bars, legend] = once(label, () => [
    make("h3"),
    make("p", "size"),
    make("p", "words"),
    svg("svg", { class: "bars", viewBox: "0 0 164 44", preserveAspectRatio: "none", role: "img" }),
    make("p", "legend"),
  ]);
  set(title, data.title);
  set(shape, data.shape);
  set(note, data.note);
  drawBars(bars, data, layer);
  drawLegend(legend, data, layer);
  maps.style.setProperty("--count", String(data.captions.length));
  sync(maps, data.captions, () => make("figure"), (figure, caption, index) => {
    const [canvas, text] = framed(figure);
    paintMap(canvas, view.drawing, data, index);
    drawMapWords(state, canvas, data, index, view);
    set(text, caption);
    view.figures.set(`${data.stage} ${index}`, figure);
  });
  drawCards(state, cards, view.cards[0]?.place[0] === data.stage ? view.cards : [], view.drawing.header.link);
}

/**
 * What a map is; one of the panel that can be set can be clicked.
 * @param {State} state
 * @param {HTMLCanvasElement} canvas
 * @param {Row} data
 * @param {number} index
 * @param {View} view
 */
function drawMapWords(state, canvas, data, index, { open }) {
  const keys = ". Press Enter to take a number apart, then the arrow keys.";
  canvas.setAttribute("role", open ? "button" : "img");
  canvas.setAttribute("aria-label", data.alts[index] + (open ? keys : ""));
  canvas.tabIndex = open ? 0 : -1;
  if (open) listenToMap(state, canvas, data, index);
  else canvas.onclick = canvas.onkeydown = null;
}

/**
 * @param {SVGElement} bars
 * @param {Row} data
 * @param {Layer} layer
 */
function drawBars(bars, data, layer) {
  bars.style.display = data.histogram ? "" : "none";
  if (!data.histogram) return;
  const top = Math.max(...(layer.rows[0].histogram ?? []));
  const middle = (data.histogram.length - 1) / 2;
  sync(bars, data.histogram, () => svg("rect"), (bar, count, index) => {
    const height = count ? Math.max(1, 44 * Math.sqrt(count / top)) : 0;
    const side = index < middle ? "below" : index > middle ? "above" : "zero";
    setAll(bar, { x: index * 4, y: 44 - height, width: 3.4, height, class: side });
  });
  const what = data.title[0].toLowerCase() + data.title.slice(1);
  const span = `from −${layer.limit} to ${layer.limit}`;
  bars.setAttribute("aria-label", `Histogram of the numbers ${what}, ${span}, heights as square roots`);
}

/**
 * @param {HTMLElement} legend
 * @param {Row} data
 * @param {Layer} layer
 */
function drawLegend(legend, data, layer) {
  legend.hidden = !data.histogram;
  const [low, zero, high] = once(legend, () => [make("span"), make("span"), make("span")]);
  set(low, `−${layer.limit}`);
  set(zero, "0");
  set(high, `+${layer.limit}`);
}
