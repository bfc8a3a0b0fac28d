// Which places of two tiles belong together.

/**
 * The place of a tile that belongs to the one that is looked at: the same one where both are as large, the one as far
 * down and across where they stand in one row, else none.
 * @param {import("./state.js").Place[]} places
 * @param {import("./state.js").Look} look
 * @param {number} at
 * @returns {[number, number] | null}
 */
export function counterpart(places, look, at) {
  const [one, two] = [places[look.at], places[at]];
  if (!one) return null;
  const [from, to] = [one.tile, two.tile];
  if (from.rows === to.rows && from.columns === to.columns) return [look.row, look.column];
  if (one.row !== two.row) return null;
  const far = (/** @type {number} */ place, /** @type {number} */ side, /** @type {number} */ other) =>
    Math.floor(((place + 0.5) * other) / side);
  return [far(look.row, from.rows, to.rows), far(look.column, from.columns, to.columns)];
}
