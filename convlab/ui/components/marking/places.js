// Cells, counted row by row: where a key leads from one, and how some of them are written.

/** @type {Record<string, [down: number, right: number]>} */
const MOVES = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

/**
 * The cell to which a key leads; at an edge the same one.
 * @param {string} key
 * @param {number} cell
 * @param {number} columns
 * @param {number} cells how many there are
 * @returns {number | null} null for a key that leads nowhere
 */
export function moved(key, cell, columns, cells) {
  const row = Math.floor(cell / columns);
  if (key === "Home") return row * columns;
  if (key === "End") return row * columns + columns - 1;
  if (!(key in MOVES)) return null;
  const [down, right] = MOVES[key];
  const within = (/** @type {number} */ place, /** @type {number} */ count) => Math.min(Math.max(place, 0), count - 1);
  return within(row + down, cells / columns) * columns + within((cell % columns) + right, columns);
}

/**
 * Cells as an answer says them: "0,2 1,0".
 * @param {Iterable<number>} cells
 * @param {number} columns
 */
export function written(cells, columns) {
  const sorted = [...cells].sort((one, other) => one - other);
  return sorted.map((cell) => `${Math.floor(cell / columns)},${cell % columns}`).join(" ") || "none";
}
