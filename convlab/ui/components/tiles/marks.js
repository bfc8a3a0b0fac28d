// What is ringed for good, in tiles whose numbers stay as they are.

/** @typedef {import("./state.js").State} State */

/**
 * Rings what the message says.
 * @param {State} state
 */
export function drawMarks({ rows, message, places }) {
  const all = message?.rows.flatMap((row) => row.columns.flat()) ?? [];
  const tiles = all.filter((tile) => !tile.cells);
  const written = all.filter((tile) => tile.cells);
  rows.querySelectorAll(".planes").forEach((planes, index) => {
    ringCells(planes, written[index]);
  });
  rows.querySelectorAll(".frame").forEach((frame, index) => {
    const tile = tiles[index];
    const ring = /** @type {HTMLElement} */ (frame.querySelector(".mark"));
    ring.hidden = !tile.mark.length;
    Object.assign(ring.style, boxOf(tile));
    for (const place of places) if (place.frame === frame) place.mark = tile.mark;
  });
}

/**
 * @param {Element} planes
 * @param {{ columns: number, mark: number[] }} tile
 */
function ringCells(planes, { columns, mark: [top = 0, left = 0, high = 0, wide = 0] }) {
  for (const grid of planes.children) {
    Array.from(grid.children).forEach((cell, place) => {
      const [down, right] = [Math.floor(place / columns) - top, (place % columns) - left];
      cell.classList.toggle("ringed", down >= 0 && down < high && right >= 0 && right < wide);
    });
  }
}

/**
 * Where a ringed rectangle lies, in shares of its tile.
 * @param {{ rows: number, columns: number, mark: number[] }} tile
 */
export function boxOf({ rows, columns, mark: [top = 0, left = 0, high = 0, wide = 0] }) {
  const share = (/** @type {number} */ part, /** @type {number} */ whole) => `${Number(((100 * part) / whole).toFixed(3))}%`;
  return {
    left: share(left + wide / 2, columns),
    top: share(top + high / 2, rows),
    width: share(wide, columns),
    height: share(high, rows),
  };
}
