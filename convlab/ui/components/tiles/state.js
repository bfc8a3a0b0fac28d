// What the tiles keep between messages.

/** @typedef {import("./message").Tile} Tile */

/**
 * A tile whose numbers are drawn as pixels, and where.
 * @typedef {object} Place
 * @property {Tile} tile
 * @property {Int16Array} steps its numbers
 * @property {number} row of tiles in which it stands
 * @property {HTMLElement} frame
 * @property {HTMLElement} ring
 * @property {HTMLElement} value
 * @property {number[]} mark what is ringed in it now: top, left, rows, columns
 */

/** @typedef {{ at: number, row: number, column: number }} Look `at`: which of the places; row and column of its numbers */

/**
 * @typedef {object} State
 * @property {HTMLElement} root
 * @property {import("../shared/mounted.js").Life} life
 * @property {HTMLElement} status
 * @property {HTMLElement} rows
 * @property {HTMLElement} words What is pointed at, in a line.
 * @property {import("./message").Message | null} message
 * @property {ArrayBuffer} buffer Of the numbers of that message.
 * @property {Place[]} places The tiles that share the cursor.
 * @property {Look | null} look What is pointed at.
 * @property {boolean} keyed Whether by keyboard.
 * @property {WeakSet<HTMLInputElement>} written Cells with something written that is not sent.
 * @property {import("../shared/edits.js").Numbered[]} [edits]
 */
export {};
