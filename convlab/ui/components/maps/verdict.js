// What the tray says of one number: its sums, and what ReLU and pooling make of it. Words alone.

import { addingUp, bracketed, exact, short } from "../shared/numbers.js";

/** @typedef {import("./looking.js").Place} Place */
/** @typedef {import("./network.js").Network} Network */
/** @typedef {import("../shared/arithmetic.js").Apart} Apart */

const LETTERS = 4;

/**
 * Sums of the channels, the bias ("" without one) and the total, so written that what is shown adds up.
 * @param {Apart} apart
 */
export function sumsOf({ blocks, bias = 0, total = 0 }) {
  const shown = addingUp([...blocks.map(({ sum = 0 }) => sum), ...(bias ? [bias] : [])], total);
  return { sums: shown.parts.slice(0, blocks.length), bias: bias ? shown.parts[blocks.length] : "", total: shown.total };
}

/**
 * What each stage above the sum makes of it, in a line and a word about it.
 * @param {Network} network
 * @param {(Place | null)[]} chain
 * @returns {[line: string, word: string][]}
 */
export function verdictsOf(network, chain) {
  const [{ layer }] = chain.flatMap((place) => (place ? [network.stages[place[0]]] : []));
  const rows = network.panel.layers[layer].rows;
  return chain.flatMap((place, at) => {
    const { kind, taps } = rows[at];
    if (kind === "sum") return [];
    if (kind === "relu") return place ? [relu(network, place)] : [];
    return [pooling(network, kind, taps?.size ?? [1, 1], place, at ? chain[at - 1] : null)];
  });
}

/**
 * @param {Network} network
 * @param {Place} place
 * @returns {[string, string]}
 */
function relu(network, [stage, ...place]) {
  const before = network.value([stage - 1, ...place]);
  const word = before > 0 ? "ReLU keeps positives" : before < 0 ? "ReLU makes it 0" : "ReLU leaves 0";
  return [`max(0, ${exact(before)}) = ${exact(Math.max(0, before))}`, word];
}

/**
 * @param {Network} network
 * @param {"max" | "avg"} kind
 * @param {[number, number]} size
 * @param {Place | null} place
 * @param {Place | null} below the number of the block that is looked at
 * @returns {[string, string]}
 */
function pooling(network, kind, size, place, below) {
  if (!place) return ["left out by pooling", "no block has this number"];
  const block = `${size[0]}×${size[1]}`;
  if (kind === "avg") return [`average of ${block} = ${exact(network.value(place))}`, ""];
  const source = network.below(place).sources[network.winner(place)];
  const won = source && below && source[0] === below[2] && source[1] === below[3];
  const word = !below ? "" : won ? "this one is the largest" : "another one is larger";
  const equal = below && network.value(below) === network.value(place);
  return [`max of ${block} = ${exact(network.value(place))}`, !won && equal ? "another one is as large" : word];
}

/**
 * Where the number lies, as the tray's title.
 * @param {Network} network
 * @param {Place} place
 */
export function titleOf(network, [stage, , row, column]) {
  const several = network.panel.layers.length > 1 ? `Layer ${network.stages[stage].layer + 1}, row` : "Row";
  return `${several} ${row}, column\u00a0${column}`; // which stay on one line
}

/**
 * A number in a small cell: four letters at the most, as far as they can say it.
 * @param {number | null | undefined} value
 */
export function tiny(value) {
  if (value === null || value === undefined) return "";
  const text = bare(short(value));
  if (text.length <= LETTERS || !text.includes(".")) return text;
  const decimals = Math.max(0, LETTERS - text.indexOf(".") - 1);
  return bare(value.toFixed(decimals).replace("-", "−"));
}

/**
 * Without the zero before the point.
 * @param {string} text
 */
function bare(text) {
  return text.replace(/^(−?)0\./, "$1.");
}

/**
 * What a cell says when it is pointed at.
 * @param {import("../shared/arithmetic.js").Tap} tap
 */
export function told({ kind, input, weight, product }) {
  if (kind === "skipped") return "no number meets this weight here";
  if (weight === undefined) return input === null ? "padding" : exact(input);
  const padding = kind === "pad" ? " (padding)" : "";
  return `${exact(input ?? 0)}${padding} × ${bracketed(weight)} = ${exact(product ?? 0)}`;
}
