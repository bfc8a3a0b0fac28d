// How large the tray's cells are, and how it folds where it is narrow. No document in here.

const CELL = 30; // pixels
const READ = 29; // the least that a number can be read in
const HEIGHT = 166;
/** @type {[fold: string, grids: number, besides: number][]} */
const FOLDS = [
  ["", 3, 496], // three grids in a row, words before and behind
  ["headed", 3, 364], // the title above
  ["folded", 2, 40], // two grids in a row
];

/**
 * @param {number} width that there is
 * @param {{rows: number, columns: number}} grid
 * @returns {{fold: string, cell: number, numbers: boolean}}
 */
export function foldFor(width, { rows, columns }) {
  const [fold, grids, besides] = FOLDS.find(([, grids, besides]) => width >= besides + 5 * grids * READ) ?? FOLDS[2];
  const cell = Math.max(6, Math.floor(Math.min(CELL, HEIGHT / rows, (width - besides) / grids / columns)));
  return { fold, cell, numbers: cell >= READ };
}
