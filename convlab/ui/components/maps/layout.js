// One scale for the picture and all maps: so many screen pixels for each number, as large as the whole fits. No document
// in here.

export const PHONE = 820; // pixels of width up to which a lane folds
const KERNEL = 146; // pixels: the most that a kernel takes up
const FILLED = 172; // what it and its words make a lane high in any case
const CELL = 42;
const GAP = 0.4; // of a cell: what the gap of a dilated kernel is drawn as
const SIGNS = 72 + 28; // ∗ with its word, and =
const FOLDED = 78; // ∗ with its word where a lane folds
const ARROW = 58;
const GAPS = 8;
const CAPTION = 42;
const NAMED = 96; // the least width of a figure, for its words
const INPUTS = 168; // and of those that a later layer reads
const MOST = 12;

/** @typedef {import("./message").Layer} Layer */
/** @typedef {import("./message").Panel} Panel */
/** @typedef {{width: number, height: number}} Size */

/**
 * What a lane puts side by side: sizes in numbers, and the pixels of everything else.
 * @typedef {object} Lane
 * @property {Size} input
 * @property {boolean} later whether the input is maps
 * @property {Size[]} maps before, after, pooled
 * @property {number} kernel its width in pixels
 */

/**
 * The side of a kernel's cells in pixels, and of the gaps between them.
 * @param {{rows: number, columns: number}} plane
 * @param {number[]} dilation
 */
export function cellOf({ rows, columns }, [down, across]) {
  const gaps = (/** @type {number} */ cells, /** @type {number} */ apart) => (cells - 1) * (apart - 1) * GAP;
  const most = Math.max(rows + gaps(rows, down), columns + gaps(columns, across));
  const cell = Math.min(CELL, KERNEL / most);
  return { cell, gap: cell * GAP };
}

/**
 * The lanes of a panel.
 * @param {Panel} panel
 * @returns {Lane[]}
 */
export function lanesOf({ image, layers }) {
  /** @type {Size} */
  let input = image;
  return layers.map((layer, index) => {
    const [plane] = layer.kernels[layer.chosen]?.planes ?? [];
    const lane = { input, later: index > 0, maps: layer.rows.map((row) => roomFor(row, input)), kernel: plane ? widthOf(plane, layer.dilation) : 0 };
    input = layer.rows.at(-1) ?? input;
    return lane;
  });
}

/**
 * What is kept for a map: as much as its input takes up, half of that where it is pooled. So the picture stays as large
 * as it is while the stride makes its maps smaller.
 * @param {{kind: string, width: number, height: number}} row
 * @param {Size} input
 * @returns {Size}
 */
function roomFor({ kind, width, height }, input) {
  const share = kind === "max" || kind === "avg" ? 0.5 : 1;
  return { width: Math.max(width, share * input.width), height: Math.max(height, share * input.height) };
}

/**
 * @param {import("./message").Plane} plane
 * @param {number[]} dilation
 */
function widthOf(plane, dilation) {
  const { cell, gap } = cellOf(plane, dilation);
  return plane.columns * cell + (plane.columns - 1) * (dilation[1] - 1) * gap;
}

/**
 * The scale with which everything fits: the lanes of A and B stand below each other.
 * @param {Lane[][]} panels
 * @param {Size} room in pixels, for the lanes alone
 */
export function scaleFor(panels, room) {
  const fits = room.width <= PHONE ? folded : flat;
  const lanes = panels.flat();
  const first = fits === flat ? lanes : lanes.slice(0, 1); // a phone's screen holds one
  const across = Math.min(...lanes.map((lane) => fits.across(lane, room.width)));
  const down = (room.height - fits.captions * first.length) / sum(first.map(fits.down));
  return Math.min(Math.max(down, Math.min(...lanes.map(fits.filled))), across, MOST);
}

const flat = {
  captions: CAPTION,
  across: (/** @type {Lane} */ { input, later, maps, kernel }, /** @type {number} */ width) => {
    const fixed = Math.max(kernel, KERNEL) + SIGNS + ARROW * (maps.length - 1) + GAPS * (2 * maps.length + 2);
    const named = maps.map((map) => ({ width: map.width, least: NAMED }));
    return stretched([{ width: input.width, least: later ? INPUTS : NAMED }, ...named], width - fixed);
  },
  down: (/** @type {Lane} */ { input, maps }) => Math.max(input.height, ...maps.map(({ height }) => height)),
  filled: (/** @type {Lane} */ { input, maps }) => FILLED / Math.max(input.height, maps[0].height),
};

// Picture and kernel, before and after, pooled below each other.
const folded = {
  captions: 3 * 46,
  across: (/** @type {Lane} */ { input, maps: [before, after] }, /** @type {number} */ width) => {
    const first = (width - KERNEL - FOLDED - 2 * GAPS) / input.width;
    return Math.min(first, (width - FOLDED - 2 * GAPS) / (before.width + (after?.width ?? 0)));
  },
  down: (/** @type {Lane} */ { input, maps: [before, , pooled] }) =>
    input.height + before.height + (pooled?.height ?? 0),
  filled: (/** @type {Lane} */ { input }) => FILLED / 2 / input.height,
};

/** @param {number[]} numbers */
function sum(numbers) {
  return numbers.reduce((total, number) => total + number, 0);
}

/**
 * The scale with which figures side by side fill a width; those that would be less wide than their words keep that.
 * @param {{width: number, least: number}[]} figures
 * @param {number} width
 * @returns {number}
 */
function stretched(figures, width) {
  const scale = width / sum(figures.map((figure) => figure.width));
  const narrow = figures.filter((figure) => scale * figure.width < figure.least);
  if (!narrow.length || narrow.length === figures.length) return scale;
  const others = figures.filter((figure) => !narrow.includes(figure));
  return stretched(others, width - sum(narrow.map(({ least }) => least)));
}
