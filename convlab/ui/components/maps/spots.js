// Where a number lies in the other stages of its layer, and which window of the stage below it looks through.

import { met, nearest, reader } from "./taps.js";

/** @typedef {import("./looking.js").Place} Place */
/** @typedef {import("./network.js").Network} Network */

/**
 * A number's places in its layer, first stage first: ReLU keeps a place, pooling has the block that contains it; and
 * from a pooled number down, the number that won its block, or the one in the middle. null: pooling leaves it out.
 * @param {Network} network
 * @param {Place} place
 * @returns {(Place | null)[]}
 */
export function chainOf(network, place) {
  const [first, last] = stagesOf(network, network.stages[place[0]].layer);
  /** @type {(Place | null)[]} */
  const chain = [place];
  for (let stage = place[0]; stage > first; stage--) chain.unshift(down(network, /** @type {Place} */ (chain[0])));
  for (let stage = place[0] + 1; stage <= last; stage++) chain.push(up(network, stage, chain[chain.length - 1]));
  return chain;
}

/**
 * The first and the last stage of a layer.
 * @param {Network} network
 * @param {number} layer
 */
function stagesOf(network, layer) {
  const first = network.stages.findIndex((stage) => stage.layer === layer);
  return [first, network.stages.findLastIndex((stage) => stage.layer === layer)];
}

/**
 * @param {Network} network
 * @param {Place} place of a stage that is not its layer's first
 * @returns {Place}
 */
function down(network, place) {
  const [stage, map] = place;
  const { rows, columns, sources } = network.below(place);
  const middle = Math.floor(rows / 2) * columns + Math.floor(columns / 2);
  const tap = network.stages[stage].row.kind === "max" ? network.winner(place) : middle;
  const [row, column] = sources[tap] ?? sources.find((source) => source) ?? [0, 0];
  return [stage - 1, map, row, column];
}

/**
 * @param {Network} network
 * @param {number} stage
 * @param {Place | null} below
 * @returns {Place | null}
 */
function up(network, stage, below) {
  if (!below) return null;
  const [, map, ...cell] = below;
  const { axes } = network.stages[stage];
  const [row, column] = axes ? axes.map((axis, at) => reader(axis, cell[at])) : cell;
  return row < 0 || column < 0 ? null : [stage, map, row, column];
}

/**
 * Where a number looks: the rows and columns of the stage below that its taps meet, padding included, in order.
 * @typedef {object} Window
 * @property {number} stage of what it looks at; -1: the picture
 * @property {number[]} maps
 * @property {number[]} rows
 * @property {number[]} columns
 */

/**
 * @param {Network} network
 * @param {Place} place
 * @returns {Window | null} null where it meets nothing
 */
export function windowOf(network, [stage, map, row, column]) {
  const { axes } = network.stages[stage];
  const [rows, columns] = axes ? [met(axes[0], row), met(axes[1], column)] : [[row], [column]];
  return rows.length && columns.length ? { stage: stage - 1, maps: network.reads(stage, map), rows, columns } : null;
}

/**
 * The place in a stage whose window has its middle nearest to a cell of the stage below.
 * @param {Network} network
 * @param {number} stage
 * @param {number} map
 * @param {number} row
 * @param {number} column
 * @returns {Place | null}
 */
export function centredOn(network, stage, map, row, column) {
  const { axes } = network.stages[stage];
  if (!axes) return [stage, map, Math.floor(row), Math.floor(column)];
  const [down, across] = [nearest(axes[0], row), nearest(axes[1], column)];
  return down < 0 || across < 0 ? null : [stage, map, down, across];
}

/**
 * The place of another panel that looks at the same part of the picture: the same one where the maps are as large, the
 * one whose window has its middle there in the first layer, as far across and down in later ones.
 * @param {Network} network
 * @param {Place} place
 * @param {Network} other
 * @returns {Place | null}
 */
export function counterpart(network, place, other) {
  const [stage, map, row, column] = place;
  const [one, two] = [network.size(stage), other.size(stage)];
  if (!two.maps || (one.height === two.height && one.width === two.width)) return place;
  const first = chainOf(network, place)[0];
  const window = first && first[0] === 0 ? windowOf(network, first) : null;
  const there = window && centredOn(other, 0, map, middle(window.rows), middle(window.columns));
  if (there) return chainOf(other, there).find((each) => each?.[0] === stage) ?? there;
  const far = (/** @type {number} */ at, /** @type {number} */ from, /** @type {number} */ to) => Math.floor(((at + 0.5) * to) / from);
  return [stage, map, far(row, one.height, two.height), far(column, one.width, two.width)];
}

/** @param {number[]} cells */
function middle(cells) {
  return (cells[0] + cells[cells.length - 1]) / 2;
}
