// How much each pixel of the picture weighs in one number: its gradient, through ReLU and pooling as they are there.

/** @typedef {import("./looking.js").Place} Place */
/** @typedef {import("./network.js").Network} Network */

/**
 * A rectangle of a stage, and the numbers of each of its maps there.
 * @typedef {object} Box
 * @property {number} top
 * @property {number} left
 * @property {number} height
 * @property {number} width
 * @property {Map<number, Float32Array>} maps
 */

/** @typedef {{top: number, left: number, height: number, width: number, weights: Float32Array}} Field */

/**
 * The rectangle of the picture that a number depends on, and how much it changes with each pixel: the sum over the
 * channels, without signs.
 * @param {Network} network
 * @param {Place} place
 * @returns {Field}
 */
export function field(network, [stage, map, row, column]) {
  /** @type {Box} */
  let box = { top: row, left: column, height: 1, width: 1, maps: new Map([[map, Float32Array.of(1)]]) };
  for (let at = stage; at >= 0; at--) {
    if (network.stages[at].row.kind === "relu") throughRelu(network, at, box);
    else box = through(network, at, box);
  }
  const { maps, ...place } = box;
  const weights = new Float32Array(place.height * place.width);
  for (const numbers of maps.values()) for (let i = 0; i < weights.length; i++) weights[i] += Math.abs(numbers[i]);
  return { ...place, weights };
}

/**
 * What was negative passes nothing on.
 * @param {Network} network
 * @param {number} stage
 * @param {Box} box
 */
function throughRelu(network, stage, { top, left, width, maps }) {
  for (const [map, numbers] of maps) {
    for (let i = 0; i < numbers.length; i++) {
      const [row, column] = [top + Math.floor(i / width), left + (i % width)];
      if (numbers[i] && network.number(stage - 1, map, row, column) <= 0) numbers[i] = 0;
    }
  }
}

/**
 * The same rectangle one stage further down.
 * @param {Network} network
 * @param {number} stage
 * @param {Box} box
 */
function through(network, stage, box) {
  const [down, across] = /** @type {NonNullable<import("./network.js").Stage["axes"]>} */ (network.stages[stage].axes);
  const [top, height] = span(down, box.top, box.height);
  const [left, width] = span(across, box.left, box.width);
  /** @type {Box} */
  const below = { top, left, height, width, maps: new Map() };
  for (const [map, numbers] of box.maps) {
    for (const channel of network.reads(stage, map)) {
      if (!below.maps.has(channel)) below.maps.set(channel, new Float32Array(height * width));
    }
    for (let i = 0; i < numbers.length; i++) {
      if (!numbers[i]) continue;
      const at = /** @type {Place} */ ([stage, map, box.top + Math.floor(i / box.width), box.left + (i % box.width)]);
      pass(network, at, numbers[i], below);
    }
  }
  return below;
}

/**
 * What some rows (or columns) read: the first, and how many from there to the last.
 * @param {import("./taps.js").Axis} axis
 * @param {number} first
 * @param {number} count
 */
function span({ taps, sources }, first, count) {
  const read = sources.subarray(first * taps, (first + count) * taps).filter((source) => source >= 0);
  if (!read.length) return [0, 0];
  const low = read.reduce((one, other) => Math.min(one, other));
  return [low, read.reduce((one, other) => Math.max(one, other)) - low + 1];
}

/**
 * Passes one number's share on to what it reads.
 * @param {Network} network
 * @param {Place} place
 * @param {number} share
 * @param {Box} below
 */
function pass(network, place, share, below) {
  const [stage, map, row, column] = place;
  const { row: { kind }, weights } = network.stages[stage];
  const { sources } = network.below(place);
  const winner = kind === "max" ? network.winner(place) : -1;
  const channels = network.reads(stage, map);
  let weight = map * channels.length * sources.length;
  for (const channel of channels) {
    const into = /** @type {Float32Array} */ (below.maps.get(channel));
    for (let tap = 0; tap < sources.length; tap++, weight++) {
      const source = sources[tap];
      if (!source || (kind === "max" && tap !== winner)) continue;
      const factor = kind === "sum" ? (weights?.[weight] ?? 0) : kind === "avg" ? 1 / network.divisor(stage, row, column) : 1;
      into[(source[0] - below.top) * below.width + source[1] - below.left] += share * factor;
    }
  }
}
