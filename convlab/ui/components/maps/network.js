// The numbers of one panel, computed in the browser from the picture, the weights and the taps, as torch computes them.

import { field } from "./field.js";
import { axesOf, NOWHERE } from "./taps.js";

/** @typedef {import("./message").Panel} Panel */
/** @typedef {import("./message").Row} Row */
/** @typedef {import("./looking.js").Place} Place */
/** @typedef {import("./taps.js").Cell} Cell */

/**
 * A row of maps, ready to compute.
 * @typedef {object} Stage
 * @property {Row} row
 * @property {number} layer which of the panel's layers it is in
 * @property {[import("./taps.js").Axis, import("./taps.js").Axis] | null} axes
 * @property {Float32Array | null} weights
 * @property {Map<number, number>} known sums that were computed
 */

/**
 * What one number is made of: of every tap, kernel rows first, the cell of the stage below that it meets and the one
 * that it reads. A tap's place among them is its weight's.
 * @typedef {object} Below
 * @property {number} rows
 * @property {number} columns
 * @property {(Cell | null)[]} cells
 * @property {(Cell | null)[]} sources
 */

const MOST = 60_000; // sums that are kept of a stage
const SHADES = Float32Array.from({ length: 256 }, (_, shade) => shade / 255);

export class Network {
  /** Whether all that places are computed from is here. */
  whole = true;

  /**
   * @param {Panel} panel
   * @param {(blob: import("./message").Blob) => Uint8Array | undefined} get
   */
  constructor(panel, get) {
    const found = (/** @type {import("./message").Blob} */ blob) => {
      const bytes = get(blob);
      this.whole &&= bytes !== undefined;
      return bytes ?? new Uint8Array();
    };
    this.panel = panel;
    this.pixels = found(panel.image.pixels);
    const stages = panel.layers.flatMap(({ rows }, layer) => rows.map((row) => stageOf(row, layer, found)));
    this.stages = stages;
    /** Whether the numbers are torch's: not in a preview, which has every so manieth pixel alone. */
    this.exact = this.whole && panel.image.step === 1;
  }

  /**
   * Whether there is such a place.
   * @param {Place} place
   */
  has([stage, map, row, column]) {
    const { maps, height, width } = this.size(stage);
    return map >= 0 && map < maps && row >= 0 && row < height && column >= 0 && column < width;
  }

  /**
   * Of a stage; -1 is the picture.
   * @param {number} stage
   */
  size(stage) {
    const { image } = this.panel;
    if (stage < 0) return { maps: image.channels.length, height: image.height, width: image.width };
    const row = this.stages[stage]?.row;
    return row ? { maps: row.captions.length, height: row.height, width: row.width } : { maps: 0, height: 0, width: 0 };
  }

  /**
   * Which maps of the stage below a map is made of.
   * @param {number} stage
   * @param {number} map
   */
  reads(stage, map) {
    return this.stages[stage].row.reads[map] ?? [map];
  }

  /**
   * The number at a place.
   * @param {Place} place
   */
  value([stage, map, row, column]) {
    return this.number(stage, map, row, column);
  }

  /**
   * @param {number} stage
   * @param {number} map
   * @param {number} row
   * @param {number} column
   * @returns {number}
   */
  number(stage, map, row, column) {
    if (stage < 0) return this.#pixel(map, row, column);
    const at = this.stages[stage];
    if (at.row.kind === "relu") return Math.max(0, this.number(stage - 1, map, row, column));
    if (at.row.kind !== "sum") return this.#pooled(stage, map, row, column);
    const key = (map * at.row.height + row) * at.row.width + column;
    const known = at.known.get(key);
    if (known !== undefined) return known;
    const sum = this.#sum(stage, map, row, column);
    if (at.known.size >= MOST) at.known.clear();
    at.known.set(key, sum);
    return sum;
  }

  /**
   * @param {number} channel
   * @param {number} row
   * @param {number} column
   */
  #pixel(channel, row, column) {
    const { width, grey, step } = this.panel.image;
    const at = 3 * (Math.floor(row / step) * Math.ceil(width / step) + Math.floor(column / step));
    if (!grey.length) return SHADES[this.pixels[at + channel]];
    return Math.fround(grey.reduce((sum, weight, part) => sum + weight * SHADES[this.pixels[at + part]], 0));
  }

  /**
   * @param {number} stage
   * @param {number} map
   * @param {number} row
   * @param {number} column
   */
  #sum(stage, map, row, column) {
    const { row: { bias }, axes, weights } = this.stages[stage];
    if (!axes || !weights) return Number.NaN;
    const [{ taps: down, sources: rows }, { taps: across, sources: columns }] = axes;
    const channels = this.reads(stage, map);
    let [sum, weight] = [bias[map] ?? 0, map * channels.length * down * across];
    for (const channel of channels) {
      for (let k = row * down; k < (row + 1) * down; k++) {
        for (let m = column * across; m < (column + 1) * across; m++, weight++) {
          if (rows[k] < 0 || columns[m] < 0) continue;
          sum += weights[weight] * this.number(stage - 1, channel, rows[k], columns[m]);
        }
      }
    }
    return Math.fround(sum);
  }

  /**
   * @param {number} stage
   * @param {number} map
   * @param {number} row
   * @param {number} column
   */
  #pooled(stage, map, row, column) {
    const { row: { kind }, axes } = this.stages[stage];
    if (!axes) return Number.NaN;
    const [{ taps: down, sources: rows }, { taps: across, sources: columns }] = axes;
    let [sum, largest] = [0, Number.NEGATIVE_INFINITY];
    for (let k = row * down; k < (row + 1) * down; k++) {
      for (let m = column * across; m < (column + 1) * across; m++) {
        if (rows[k] < 0 || columns[m] < 0) continue;
        const number = this.number(stage - 1, map, rows[k], columns[m]);
        sum += number;
        if (number > largest) largest = number;
      }
    }
    return kind === "max" ? largest : Math.fround(sum / this.divisor(stage, row, column));
  }

  /**
   * How many cells an average counts.
   * @param {number} stage
   * @param {number} row
   * @param {number} column
   */
  divisor(stage, row, column) {
    const [down, across] = this.stages[stage].axes ?? [];
    return (down?.divisors[row] ?? 1) * (across?.divisors[column] ?? 1);
  }

  /**
   * What the number at a place is made of; ReLU reads its own place.
   * @param {Place} place
   * @returns {Below}
   */
  below([stage, , row, column]) {
    const { axes } = this.stages[stage];
    if (!axes) return { rows: 1, columns: 1, cells: [[row, column]], sources: [[row, column]] };
    const [down, across] = axes;
    const [cells, sources] = [/** @type {(Cell | null)[]} */ ([]), /** @type {(Cell | null)[]} */ ([])];
    for (let k = row * down.taps; k < (row + 1) * down.taps; k++) {
      for (let m = column * across.taps; m < (column + 1) * across.taps; m++) {
        const nothing = down.cells[k] === NOWHERE || across.cells[m] === NOWHERE;
        const read = down.sources[k] >= 0 && across.sources[m] >= 0;
        cells.push(nothing ? null : [down.cells[k], across.cells[m]]);
        sources.push(read ? [down.sources[k], across.sources[m]] : null);
      }
    }
    return { rows: down.taps, columns: across.taps, cells, sources };
  }

  /**
   * The tap with the largest number, the first of equals; -1 for none.
   * @param {Place} place
   */
  winner(place) {
    const [stage, map] = place;
    const numbers = this.below(place).sources.map((source) =>
      source ? this.number(stage - 1, map, ...source) : Number.NEGATIVE_INFINITY,
    );
    const largest = Math.max(...numbers);
    return largest === Number.NEGATIVE_INFINITY ? -1 : numbers.indexOf(largest);
  }

  /**
   * How much each pixel of the picture weighs in the number at a place.
   * @param {Place} place
   */
  field(place) {
    return field(this, place);
  }

  /**
   * The number at a place taken apart.
   * @param {Place} place
   * @returns {import("../shared/arithmetic.js").Apart}
   */
  parts(place) {
    const [stage, map, row, column] = place;
    const { kind, bias } = this.stages[stage].row;
    const total = this.value(place);
    if (kind === "relu") return { kind, columns: 1, blocks: [], before: this.number(stage - 1, map, row, column), total };
    const below = this.below(place);
    const winner = kind === "max" ? this.winner(place) : -1;
    const blocks = this.reads(stage, map).map((_, index) => this.#block(place, index, below, winner));
    const divisor = kind === "avg" ? this.divisor(stage, row, column) : 0;
    return { kind, columns: below.columns, blocks, bias: bias[map] ?? 0, divisor, total };
  }

  /**
   * @param {Place} place
   * @param {number} index among the maps that are read
   * @param {Below} below
   * @param {number} winner
   * @returns {import("../shared/arithmetic.js").Block}
   */
  #block([stage, map], index, { cells, sources }, winner) {
    const { row: { kind }, weights } = this.stages[stage];
    const channels = this.reads(stage, map);
    const channel = channels[index];
    const first = (map * channels.length + index) * cells.length;
    let sum = 0;
    const taps = cells.map((cell, at) => {
      const source = sources[at];
      const empty = cell && kind !== "max" ? 0 : null;
      const input = source ? this.number(stage - 1, channel, ...source) : empty;
      const weight = weights && kind === "sum" ? weights[first + at] : undefined;
      const product = weight === undefined ? undefined : weight * (input ?? 0);
      sum += product ?? input ?? 0;
      const on = /** @type {"" | "pad" | "skipped"} */ (!cell ? "skipped" : source ? "" : "pad");
      const to = source && stage > 0 ? [stage - 1, channel, ...source] : null;
      return { input, weight, product, kind: on, won: at === winner, to };
    });
    return { name: this.nameOf(stage - 1, channel), cells: taps, sum: kind === "max" ? undefined : sum };
  }

  /**
   * What a map, or a channel of the picture, is called.
   * @param {number} stage
   * @param {number} map
   */
  nameOf(stage, map) {
    return stage < 0 ? (this.panel.image.channels[map] ?? "") : `map ${map + 1}`;
  }
}

/**
 * @param {Row} row
 * @param {number} layer
 * @param {(blob: import("./message").Blob) => Uint8Array} found
 * @returns {Stage}
 */
function stageOf(row, layer, found) {
  const { taps, weights, height, width } = row;
  return {
    row,
    layer,
    axes: taps && axesOf(taps, found(taps.blob), height, width),
    weights: weights && new Float32Array(found(weights).slice().buffer),
    known: new Map(),
  };
}
