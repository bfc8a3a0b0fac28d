// What is marked on the figures of one panel, and what is said, for one place: without a page, so that it can be tested.

import { exact } from "../shared/numbers.js";
import { chainOf, windowOf } from "./spots.js";

/** @typedef {import("./looking.js").Place} Place */
/** @typedef {import("./network.js").Network} Network */
/** @typedef {{top: number, left: number, height: number, width: number}} Rectangle */

/**
 * A mark on a figure; its sides are shares of the figure's.
 * @typedef {object} Mark
 * @property {string[]} figures the names of those that it lies on, if they are there
 * @property {"ring" | "window" | "reach"} kind
 * @property {Rectangle} at
 * @property {Rectangle[]} [taps] of a window with gaps: the cells that it meets, as shares of the window
 * @property {import("./field.js").Field} [field] how much each pixel weighs
 */

/**
 * @param {Network} network
 * @param {Place} place
 * @returns {Mark[]}
 */
export function marksOf(network, place) {
  const chain = chainOf(network, place);
  const rings = chain.filter((each) => each !== null).map((each) => ring(network, each));
  const first = /** @type {Place} */ (chain[0]);
  return [...rings, ...windows(network, first), ...(first[0] > 0 ? [reach(network, place)] : [])];
}

/**
 * @param {Network} network
 * @param {Place} place
 * @returns {Mark}
 */
function ring(network, [stage, map, row, column]) {
  return { figures: namesOf(stage, map), kind: "ring", at: share(network, stage, { top: row, left: column, height: 1, width: 1 }) };
}

/**
 * The window on each map, or on the picture, that a number reads.
 * @param {Network} network
 * @param {Place} place
 * @returns {Mark[]}
 */
function windows(network, place) {
  const window = windowOf(network, place);
  if (!window) return [];
  const { stage, maps, rows, columns } = window;
  const [height, width] = [extent(rows), extent(columns)];
  const gaps = height > rows.length || width > columns.length;
  const taps = rows.flatMap((row) =>
    columns.map((column) => ({
      top: (row - rows[0]) / height,
      left: (column - columns[0]) / width,
      height: 1 / height,
      width: 1 / width,
    })),
  );
  const at = share(network, stage, { top: rows[0], left: columns[0], height, width });
  const figures = stage < 0 ? ["picture"] : maps.flatMap((map) => namesOf(stage, map));
  return [{ figures, kind: "window", at, ...(gaps ? { taps } : {}) }];
}

/** @param {number[]} cells */
function extent(cells) {
  return cells[cells.length - 1] - cells[0] + 1;
}

/**
 * What a number of a later layer sees of the picture.
 * @param {Network} network
 * @param {Place} place
 * @returns {Mark}
 */
function reach(network, place) {
  const field = network.field(place);
  return { figures: ["picture"], kind: "reach", at: share(network, -1, field), field };
}

/**
 * @param {number} stage
 * @param {number} map
 */
function namesOf(stage, map) {
  return [`${stage} ${map}`, `input ${stage} ${map}`];
}

/**
 * @param {Network} network
 * @param {number} stage
 * @param {Rectangle} rectangle
 * @returns {Rectangle}
 */
function share(network, stage, { top, left, height, width }) {
  const size = network.size(stage);
  return { top: top / size.height, left: left / size.width, height: height / size.height, width: width / size.width };
}

/**
 * What became of a number in its layer: "Row 57, column 44: Σ = −3.2 → ReLU → 0 → max 1.4".
 * @param {Network} network
 * @param {Place} place
 */
export function wordsOf(network, place) {
  const chain = chainOf(network, place);
  const [, , row, column] = /** @type {Place} */ (chain[0]);
  const layer = network.stages[place[0]].layer;
  const several = network.panel.layers.length > 1 ? `Layer ${layer + 1}, row` : "Row";
  return `${several} ${row}, column ${column}: ${chain.map((each) => step(network, each)).join(" → ")}`;
}

/**
 * @param {Network} network
 * @param {Place | null} place
 */
function step(network, place) {
  if (!place) return "left out by pooling";
  const text = exact(network.value(place));
  const { kind } = network.stages[place[0]].row;
  return { sum: `Σ = ${text}`, relu: `ReLU → ${text}`, max: `max ${text}`, avg: `average ${text}` }[kind];
}
